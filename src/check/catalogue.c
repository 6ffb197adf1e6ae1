#include "check/catalogue.h"

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
