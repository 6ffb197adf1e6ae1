/* Any bytes as a Terraform root and its variables, reviewed. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR("main.tf"), bytes}, {STR("terraform.tfvars"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
