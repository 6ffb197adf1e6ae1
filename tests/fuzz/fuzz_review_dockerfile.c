/* Any bytes as a Dockerfile and as its .dockerignore, reviewed. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR("Dockerfile"), bytes}, {STR(".dockerignore"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
