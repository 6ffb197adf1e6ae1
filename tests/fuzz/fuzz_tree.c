/* The first byte picks a grammar; its tree must keep the invariants, and every scalar must decode. */
#include "parse/dockerfile.h"
#include "parse/hcl.h"
#include "parse/shell.h"
#include "parse/yaml.h"

#include <stdlib.h>

static void walk_yaml(const Tree *tree, Arena *a) {
    for (uint32_t i = 0; i < tree->count; i++) {
        Value v = yaml_value(tree, i, a);
        ensure(v.kind < VALUE_KIND_COUNT, "a value has a kind");
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    if (!size) return 0;
    Source source;
    source_init(&source, STR("input"), (Str){(const char *)data + 1, size - 1});
    Text text = text_of_source(&source);
    const Tree *tree = NULL;
    switch (data[0] % 4) {
        case 0: tree = yaml_parse(text); break;
        case 1: tree = dockerfile_parse(text); break;
        case 2: tree = shell_parse(text); break;
        default: tree = hcl_parse(text);
    }
    const char *broken = tree_verify(tree);
    ensure(!broken, broken ? broken : "");
    Arena a = {0};
    if (data[0] % 4 == 0) walk_yaml(tree, &a);
    arena_free(&a);
    source_free(&source);
    return 0;
}
