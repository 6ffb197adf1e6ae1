/* Any bytes as HCL. */
#include "parse/hcl.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_grammar(data, size, hcl_parse, NULL);
    return 0;
}
