/* Any bytes as a workflow and as an action, through everything but the reports. */
#include "scan.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    Str bytes = {(const char *)data, size};
    MemoryFile files[] = {{STR(".github/workflows/ci.yml"), bytes}, {STR("a/action.yml"), bytes}, {STR(".github/dependabot.yml"), bytes}};
    Scan *scan = scan_new();
    scan_memory(scan, files, 3, NULL, false, NULL, 0);
    scan_free(scan);
    return 0;
}
