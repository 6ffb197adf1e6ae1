/* Any bytes as a Dockerfile or as Terraform, through everything: parse, evaluate, model, every check, every report. */
#include "report/report.h"
#include "scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    bool terraform = size && data[size - 1] & 1; /* the last byte picks the system */
    MemoryFile file = {terraform ? STR("main.tf") : STR("Dockerfile"), {(const char *)data, size}};
    Scan *scan = scan_new();
    const Review *review = scan_memory(scan, &file, 1, NULL, false, 0);
    uint32_t count;
    const Reporter *all = reporters(&count);
    for (uint32_t i = 0; i < count; i++) {
        for (int language = 0; language < LANGUAGE_COUNT; language++) {
            Buf out = {0};
            all[i].render(review, &(ReportOptions){.language = (Language)language, .color = true}, &out);
            buf_free(&out);
        }
    }
    scan_free(scan);
    return 0;
}
