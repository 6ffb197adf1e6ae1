/* Any bytes as a plan of Terraform, and as a state, reviewed: what `terraform show -json` prints is long, deep, and made by others. */
#include "review.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR("plan.json"), bytes}, {STR("terraform.tfstate"), bytes}};
    fuzz_review(files, ARRAY_COUNT(files));
    return 0;
}
