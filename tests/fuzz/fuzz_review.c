/* Any bytes as a Dockerfile or, when they speak of a kind, as a Kubernetes manifest, through everything: parse, model, every
 * check, every report. */
#include "report/report.h"
#include "scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    bool manifest = str_has(bytes, STR("kind:")) || str_has(bytes, STR("apiVersion:"));
    MemoryFile file = {manifest ? STR("manifest.yaml") : STR("Dockerfile"), bytes};
    Scan *scan = scan_new();
    const Review *review = scan_memory(scan, &file, 1, NULL, false, NULL, 0);
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
