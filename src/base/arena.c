/* Chunks in a list, newest first; the newest is filled from its start.
 * Invariant: chunk == NULL, or chunk's payload holds [next, limit). */
#include "base/arena.h"

#include <stdlib.h>
#include <string.h>

struct ArenaChunk {
    ArenaChunk *older; /* NULL in the first */
    size_t size;       /* payload bytes */
    char payload[];
};

static ArenaChunk *chunk_new(Arena *a, size_t size) {
    ArenaChunk *chunk = malloc(sizeof(ArenaChunk) + size);
    if (!chunk) {
        if (a->exhausted) a->exhausted(a);
        out_of_memory();
    }
    chunk->older = a->chunk;
    chunk->size = size;
    a->chunk = chunk;
    a->total += size;
    return chunk;
}

#ifdef HOSTILE
#define JUNK 0xA5
#ifdef __has_feature
#define MEMORY_SANITIZER __has_feature(memory_sanitizer)
#else
#define MEMORY_SANITIZER 0
#endif

/* One chunk a request: the sanitizer guards both ends, and a reset really frees. */
void *arena_alloc(Arena *a, size_t size) {
    ArenaChunk *chunk = chunk_new(a, size);
#if !MEMORY_SANITIZER /* junk is no value either, but to MemorySanitizer it would be one */
    memset(chunk->payload, JUNK, size);
#endif
    a->next = a->limit = chunk->payload + size;
    return chunk->payload;
}
#else
void *arena_alloc(Arena *a, size_t size) {
    size = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    if ((size_t)(a->limit - a->next) < size || !a->chunk) {
        size_t want = a->chunk ? MIN(a->chunk->size * 2, ARENA_CHUNK_MAX) : ARENA_CHUNK_MIN;
        ArenaChunk *chunk = chunk_new(a, MAX(size, want));
        a->next = chunk->payload;
        a->limit = chunk->payload + chunk->size;
    }
    void *result = a->next;
    a->next += size;
    return result;
}
#endif

void *arena_zero(Arena *a, size_t size) {
    return memset(arena_alloc(a, size), 0, size);
}

void *arena_grow(Arena *a, void *old, size_t old_size, size_t size) {
    if (size <= old_size) return old;
#ifndef HOSTILE
    size_t held = (old_size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    size_t want = (size + ARENA_ALIGNMENT - 1) & ~(size_t)(ARENA_ALIGNMENT - 1);
    bool newest = old && (char *)old + held == a->next;
    if (newest && (size_t)(a->limit - (char *)old) >= want) {
        a->next = (char *)old + want;
        return old;
    }
#endif
    void *grown = arena_alloc(a, size);
    if (old_size) memcpy(grown, old, old_size);
    return grown;
}

ArenaMark arena_mark(const Arena *a) {
    return (ArenaMark){a->chunk, a->next};
}

static void free_until(Arena *a, const ArenaChunk *last) {
    while (a->chunk != last) {
        ArenaChunk *older = a->chunk->older;
        a->total -= a->chunk->size;
        free(a->chunk);
        a->chunk = older;
    }
}

void arena_reset(Arena *a, ArenaMark mark) {
#ifndef HOSTILE
    if (!mark.chunk && a->chunk) { /* back to nothing, and soon to as much again: the newest chunk, the largest, stays */
        ArenaChunk *newest = a->chunk;
        a->chunk = newest->older;
        free_until(a, NULL);
        newest->older = NULL;
        a->chunk = newest;
        a->next = newest->payload;
        a->limit = newest->payload + newest->size;
        return;
    }
#endif
    free_until(a, mark.chunk);
    a->next = mark.next;
    a->limit = a->chunk ? a->chunk->payload + a->chunk->size : NULL;
}

void arena_free(Arena *a) {
    free_until(a, NULL);
    a->next = a->limit = NULL;
}
