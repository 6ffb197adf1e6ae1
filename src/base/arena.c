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

static ArenaChunk *chunk_from_heap(Arena *a, size_t size) {
    ArenaChunk *chunk = malloc(sizeof(ArenaChunk) + size);
    if (!chunk) {
        if (a->exhausted) a->exhausted(a);
        out_of_memory();
    }
    chunk->size = size;
    a->total += size;
    return chunk;
}

static void chunk_new(Arena *a, size_t size) {
    ArenaChunk *chunk = a->spare;
    if (chunk && chunk->size >= size) a->spare = NULL;
    else chunk = chunk_from_heap(a, size);
    chunk->older = a->chunk;
    a->chunk = chunk;
}

static void chunk_free(Arena *a, ArenaChunk *chunk) {
    if (chunk) a->total -= chunk->size;
    free(chunk);
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
    chunk_new(a, size);
    ArenaChunk *chunk = a->chunk;
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
        chunk_new(a, MAX(size, want));
        a->next = a->chunk->payload;
        a->limit = a->chunk->payload + a->chunk->size;
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

void arena_reset(Arena *a, ArenaMark mark) {
    while (a->chunk != mark.chunk) {
        ArenaChunk *newest = a->chunk;
        a->chunk = newest->older;
#ifndef HOSTILE
        if (!a->spare || a->spare->size < newest->size) { /* who resets soon needs as much again */
            ArenaChunk *smaller = a->spare;
            a->spare = newest;
            newest = smaller;
        }
#endif
        chunk_free(a, newest);
    }
    a->next = mark.next;
    a->limit = a->chunk ? a->chunk->payload + a->chunk->size : NULL;
}

void arena_free(Arena *a) {
    arena_reset(a, (ArenaMark){NULL, NULL});
    chunk_free(a, a->spare);
    a->spare = NULL;
}
