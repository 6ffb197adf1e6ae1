#include "check/catalogue.h"

#include <zlib.h>

const Check *catalogue_checks(uint32_t *count) {
    *count = catalogue_count;
    return catalogue_table;
}

const Check *catalogue_find(Str id) {
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    uint32_t low = 0, high = count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = str_compare(checks[middle].id, id);
        if (order == 0) return &checks[middle];
        if (order < 0) low = middle + 1;
        else high = middle;
    }
    return NULL;
}

Str catalogue_text(PackedText packed, Arena *a) {
    const TextBlock *block = &catalogue_blocks[packed.block];
    uLongf len = block->len;
    char *bytes = arena_zero(a, len); /* so that MemorySanitizer, which can't see into zlib, knows them */
    int status = uncompress((Bytef *)bytes, &len, (const Bytef *)block->bytes, block->packed_len);
    ensure(status == Z_OK && len == block->len, "our own build packed it");
    return (Str){bytes + packed.start, packed.len};
}

static Str family_text(Str name, Arena *a) {
    for (uint32_t i = 0; i < catalogue_family_count; i++) {
        if (str_eq(catalogue_families[i].name, name)) return catalogue_text(catalogue_families[i].packed, a);
    }
    return (Str){NULL, 0};
}

void check_examples(const Check *check, Arena *a, ExampleVec *out) {
    Str text = check->text.at ? check->text : catalogue_text(check->packed, a);
    Str family = check->family_text.at || !check->family.len ? check->family_text : family_text(check->family, a);
    examples_of(check, text, family, a, out);
}

Str catalogue_nearest(Str id) {
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    Arena scratch = {0};
    Str *names = arena_array(&scratch, Str, count);
    for (uint32_t i = 0; i < count; i++) names[i] = checks[i].id;
    Str near = str_nearest(id, names, count);
    arena_free(&scratch);
    return near;
}
