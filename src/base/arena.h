/* Memory by lifetime: everything in an arena ends together.
 *
 * An arena grows by chunks that double up to ARENA_CHUNK_MAX; a request larger than that gets a
 * chunk of its own. Out of memory ends the program here, so no caller checks. An arena belongs to one thread
 * at a time. In the hostile build (-DHOSTILE) each request is a heap block of its own, filled with
 * junk, so that sanitizers see every overrun and every use after a reset. */
#ifndef BASE_ARENA_H
#define BASE_ARENA_H

#include "base/base.h"

#define ARENA_ALIGNMENT 8            /* every result is aligned so; enough for pointers and doubles */
#define ARENA_CHUNK_MIN (1u << 10)   /* what is kept of most files is less */
#define ARENA_CHUNK_MAX (256u << 10) /* beyond, doubling only wastes the tail */

typedef struct ArenaChunk ArenaChunk;

typedef struct Arena {
    ArenaChunk *chunk; /* newest chunk, or NULL before the first request */
    ArenaChunk *spare; /* the largest that a reset gave back, for the next that is needed; or NULL */
    char *next;        /* first free byte of it */
    char *limit;       /* end of it */
    size_t total;      /* bytes held from the heap, for statistics */
    void (*exhausted)(struct Arena *a); /* NULL, or: what is to be cleared away before the program ends for want of memory */
} Arena;

/* A point to return to. Taking one costs nothing. */
typedef struct ArenaMark {
    ArenaChunk *chunk;
    char *next;
} ArenaMark;

/* `size` bytes of unset memory (never NULL, also for 0). */
void *arena_alloc(Arena *a, size_t size);
/* The same, all bytes zero. */
void *arena_zero(Arena *a, size_t size);
/* Grows the block `old` of `old_size` bytes to `size`: in place when it is the newest, else by a copy. */
void *arena_grow(Arena *a, void *old, size_t old_size, size_t size);
/* Gives back what was requested after `arena_mark`. */
ArenaMark arena_mark(const Arena *a);
void arena_reset(Arena *a, ArenaMark mark);
/* Gives everything back; the arena can be used again. An arena of all zeros is valid and empty. */
void arena_free(Arena *a);

/* Room for `count` unset / zeroed things of `type`. */
#define arena_array(a, type, count) ((type *)arena_alloc((a), sizeof(type) * (size_t)(count)))
#define arena_new(a, type) ((type *)arena_zero((a), sizeof(type)))
#define arena_zeros(a, type, count) ((type *)arena_zero((a), sizeof(type) * (size_t)(count)))

#endif
