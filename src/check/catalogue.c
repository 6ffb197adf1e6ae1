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

void catalogue_source(const Check *check, Source *out) {
    Arena scratch = {0};
    Str text = check->text;
    if (!text.at) {
        const TextBlock *block = &catalogue_blocks[check->packed.block];
        uLongf len = block->len;
        char *bytes = arena_zero(&scratch, len); /* so that MemorySanitizer, which can't see into zlib, knows them */
        int status = uncompress((Bytef *)bytes, &len, (const Bytef *)block->bytes, block->packed_len);
        ensure(status == Z_OK && len == block->len, "our own build packed it");
        text = (Str){bytes + check->packed.start, check->packed.len};
    }
    source_init(out, check->id, text);
    arena_free(&scratch);
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
