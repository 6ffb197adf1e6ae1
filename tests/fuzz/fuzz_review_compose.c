/* Any bytes as a Compose project: its file, its override and its environment, reviewed. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR("compose.yaml"), bytes}, {STR("compose.override.yaml"), bytes}, {STR(".env"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
