/* Any bytes as a shell script, as RUN has it. */
#include "parse/shell.h"
#include "tree.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_grammar(data, size, shell_parse, NULL);
    return 0;
}
