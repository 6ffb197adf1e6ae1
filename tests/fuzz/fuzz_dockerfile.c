/* Any bytes as a Dockerfile. */
#include "parse/dockerfile.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_grammar(data, size, dockerfile_parse, NULL);
    return 0;
}
