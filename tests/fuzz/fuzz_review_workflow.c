/* Any bytes as a workflow, an action and a Dependabot file, reviewed. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR(".github/workflows/ci.yml"), bytes}, {STR("a/action.yml"), bytes}, {STR(".github/dependabot.yml"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
