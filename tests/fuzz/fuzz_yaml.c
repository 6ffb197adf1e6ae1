/* Any bytes as YAML; what was parsed must also decode. */
#include "parse/yaml.h"
#include "tree.h"

static void decode(const Tree *tree, Arena *a) {
    for (uint32_t i = 0; i < tree->count; i++) {
        Value v = yaml_value(tree, i, a);
        ensure(v.kind < VALUE_KIND_COUNT, "a value has a kind");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    fuzz_grammar(data, size, yaml_parse, decode);
    return 0;
}
