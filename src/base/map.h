/* Map: Str to void *, in an arena, iterating in insertion order (so that output is deterministic).
 * Keys are borrowed: they must live as long as the map. All zeros is valid and empty. */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include "base/str.h"

typedef struct MapItem {
    Str key;
    void *value;
    uint64_t hash;
} MapItem;

typedef struct Map {
    MapItem *items;   /* in insertion order */
    uint32_t count;
    uint32_t capacity;
    uint32_t *slots;  /* index + 1 into items, 0 = free; a power of two of them */
    uint32_t slot_count;
} Map;

/* The value of `key`, or NULL. */
void *map_get(const Map *m, Str key);
bool map_has(const Map *m, Str key);
/* Sets or replaces. */
void map_put(Arena *a, Map *m, Str key, void *value);
/* The place of the value of `key`, made with NULL when it is new. Valid until the next put. */
void **map_slot(Arena *a, Map *m, Str key);
/* Room for `count` keys at once: what a map grows out of stays in the arena. */
void map_reserve(Arena *a, Map *m, uint32_t count);

#endif
