/* Any bytes as a kustomization, the resources it has and a patch for them (parted by lines of %%), through everything but the reports. */
#include "scan.h"

#define BETWEEN "%%\n"

static Str next_part(Str *rest, Str otherwise) {
    if (!rest->len) return otherwise;
    size_t end = str_find(*rest, STR(BETWEEN));
    Str part = end == STR_NONE ? *rest : str_slice(*rest, 0, end);
    *rest = end == STR_NONE ? STR("") : str_skip(*rest, end + sizeof BETWEEN - 1);
    return part;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const Str pod = STR_INIT("apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {containers: [{name: a, image: nginx, args: [x]}]}\n");
    Str rest = {(const char *)data, size};
    Str over = next_part(&rest, STR("")), base = next_part(&rest, pod), patch = next_part(&rest, pod);
    MemoryFile files[] = {{STR("base/kustomization.yaml"), STR("resources: [a.yaml]\nnamePrefix: b-\n")}, {STR("base/a.yaml"), base}, {STR("comp/kustomization.yaml"), STR("kind: Component\ncommonLabels: {a: b}\n")},
                          {STR("over/kustomization.yaml"), over}, {STR("over/p.yaml"), patch}};
    Scan *scan = scan_new();
    scan_memory(scan, files, 5, &(MemoryOptions){0});
    scan_free(scan);
    return 0;
}
