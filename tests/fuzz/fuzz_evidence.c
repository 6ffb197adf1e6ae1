/* Any bytes as the report of another scanner. */
#include "evidence/evidence.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Source source;
    source_init(&source, STR("report"), (Str){(const char *)data, size});
    ClaimVec claims = {0};
    Error err;
    evidence_read(&source, &claims, &err);
    evidence_sort(&claims);
    source_free(&source);
    return 0;
}
