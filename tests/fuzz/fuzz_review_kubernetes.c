/* Any bytes as two manifests beside each other, reviewed. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR("a.yaml"), bytes}, {STR("b/b.yaml"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
