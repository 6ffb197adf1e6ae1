/* Maps of many keys: these are kept by their texts once, when the tree stands, since whoever asks one map for each of its keys, or for
 * each of another's, would else take time by the square. Maps of few keys are looked through, which is faster. */
#include "parse/yaml_parser.h"

#define LARGE_KEYS 64

static bool is_large(const Node *map) {
    if (map->kind != YAML_MAP || map->size <= 2 * LARGE_KEYS) return false;
    uint32_t children = 0;
    node_each(child, map) children++;
    return children > 2 * LARGE_KEYS;
}

static void keep(const Tree *tree, const Node *map, YamlLarge *large, Arena *a) {
    for (const Node *key = map + 1, *end = map + map->size; key < end;) {
        const Node *value = key + key->size;
        if (key->kind == YAML_SCALAR) {
            Str name = yaml_scalar(tree, key, a);
            map_put(a, &large->keys, name, (void *)(uintptr_t)value); /* the last one wins, as in every loader */
            if (key->style == YAML_PLAIN && str_is(name, "<<")) large->merge = value;
        }
        key = value + value->size;
    }
}

void yaml_keep_large(Tree *tree, YamlExtra *extra, Arena *a) {
    for (uint32_t i = 0; i < tree->count; i++) {
        if (!is_large(&tree->nodes[i])) continue;
        YamlLarge large = {.map = i};
        keep(tree, &tree->nodes[i], &large, a);
        vec_push(a, &extra->large, large);
    }
}

const YamlLarge *yaml_large(const Tree *tree, const Node *map) {
    const YamlExtra *extra = yaml_extra(tree);
    if (map->size <= 2 * LARGE_KEYS || !extra->large.count) return NULL;
    uint32_t index = (uint32_t)(map - tree->nodes), low = 0, high = extra->large.count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (extra->large.items[middle].map < index) low = middle + 1;
        else high = middle;
    }
    return low < extra->large.count && extra->large.items[low].map == index ? &extra->large.items[low] : NULL;
}
