/* Open addressing with linear probing over indexes; at most half full. Never removes. */
#include "base/map.h"

static uint32_t find_slot(const Map *m, Str key, uint64_t hash) {
    uint32_t mask = m->slot_count - 1;
    uint32_t slot = (uint32_t)hash & mask;
    while (m->slots[slot]) {
        const MapItem *item = &m->items[m->slots[slot] - 1];
        if (item->hash == hash && str_eq(item->key, key)) break;
        slot = (slot + 1) & mask;
    }
    return slot;
}

static void grow(Arena *a, Map *m, uint32_t slot_count) {
    m->items = arena_grow(a, m->items, m->capacity * sizeof(MapItem), slot_count / 2 * sizeof(MapItem));
    m->capacity = slot_count / 2;
    m->slots = arena_zeros(a, uint32_t, slot_count);
    m->slot_count = slot_count;
    for (uint32_t i = 0; i < m->count; i++) {
        m->slots[find_slot(m, m->items[i].key, m->items[i].hash)] = i + 1;
    }
}

void map_reserve(Arena *a, Map *m, uint32_t count) {
    uint32_t slot_count = 8;
    while (slot_count / 2 < count && slot_count < UINT32_MAX / 4) slot_count *= 2;
    if (slot_count > m->slot_count) grow(a, m, slot_count);
}

static MapItem *find(const Map *m, Str key) {
    if (!m->count) return NULL;
    uint32_t index = m->slots[find_slot(m, key, str_hash(key))];
    return index ? &m->items[index - 1] : NULL;
}

void *map_get(const Map *m, Str key) {
    MapItem *item = find(m, key);
    return item ? item->value : NULL;
}

bool map_has(const Map *m, Str key) {
    return find(m, key) != NULL;
}

void **map_slot(Arena *a, Map *m, Str key) {
    if (m->count == m->capacity) grow(a, m, MAX(m->slot_count * 2, 8u));
    uint64_t hash = str_hash(key);
    uint32_t slot = find_slot(m, key, hash);
    if (!m->slots[slot]) {
        m->items[m->count] = (MapItem){key, NULL, hash};
        m->slots[slot] = ++m->count;
    }
    return &m->items[m->slots[slot] - 1].value;
}

void map_put(Arena *a, Map *m, Str key, void *value) {
    *map_slot(a, m, key) = value;
}
