/* Any bytes, fixed as far as they can be, the unsafe too. A fix that was kept has to keep its word: what was read still is, no check
 * finds more, and a second run changes nothing. */
#include "scan_fix.h"

#include <stdio.h>
#include <stdlib.h>

static MemoryFile file_of(Str bytes) {
    bool manifest = str_has(bytes, STR("kind:")) || str_has(bytes, STR("apiVersion:"));
    bool terraform = str_has(bytes, STR("resource ")) || str_has(bytes, STR("variable ")) || str_has(bytes, STR("module "));
    bool compose = str_has(bytes, STR("services:")), workflow = str_has(bytes, STR("jobs:"));
    Str path = manifest ? STR("manifest.yaml") : terraform ? STR("main.tf") : compose ? STR("compose.yaml") : workflow ? STR(".github/workflows/a.yml") : STR("Dockerfile");
    return (MemoryFile){path, bytes};
}

/* Hints about style that nothing mends (such as labels that a name, spelt right now, asks for) are no harm: see scan_fix.c. */
static uint32_t faults_in(const Review *review) {
    uint32_t count = review->suppressed.count;
    vec_each(Finding, finding, &review->findings) count += finding->check->severity != SEVERITY_INFO || finding->check->fix;
    return count;
}

static void broken(const char *law) {
    fprintf(stderr, "fault of ours: %s\n", law);
    abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    MemoryFile file = file_of((Str){(const char *)data, size});
    const FixWish wish = {.unsafe = true};
    const MemoryOptions options = {0};
    Scan *scan = scan_new(), *again = scan_new();
    Review *review = scan_memory(scan, &file, 1, &options);
    uint32_t found = faults_in(review), gaps = review->coverage.partly.count;
    FixResult result, second;
    scan_fix(scan, review, &wish, &result);
    if (result.files.count) {
        file.bytes = result.files.items[0].after;
        review = scan_memory(again, &file, 1, &options);
        if (faults_in(review) > found) broken("more is found than before");
        if (review->coverage.partly.count > gaps) broken("less can be read than before");
        scan_fix(again, review, &wish, &second);
        if (second.files.count) broken("a second run changes something");
    }
    scan_free(again);
    scan_free(scan);
    return 0;
}
