/* Growing arrays in an arena. `VEC(Type)` is an anonymous struct type; give it a name by typedef.
 *
 *     typedef VEC(Span) SpanVec;
 *     SpanVec spans = {0};
 *     vec_push(arena, &spans, (Span){1, 2});
 *
 * Items move when the array grows: keep indexes, not pointers, while pushing. Freed with the arena. */
#ifndef BASE_VEC_H
#define BASE_VEC_H

#include "base/arena.h"

#define VEC(Type)          \
    struct {               \
        Type *items;       \
        uint32_t count;    \
        uint32_t capacity; \
    }

#ifdef HOSTILE
#define VEC_START 1u
#else
#define VEC_START 8u
#endif

#define vec_reserve(a, v, more)                                                                   \
    do {                                                                                           \
        if ((v)->count + (more) > (v)->capacity) {                                                 \
            uint32_t vec_wanted_ = MAX((v)->capacity * 2, (v)->count + (more));                    \
            (v)->items = arena_grow((a), (v)->items, (v)->capacity * sizeof *(v)->items,           \
                                    vec_wanted_ * sizeof *(v)->items);                             \
            (v)->capacity = vec_wanted_;                                                           \
        }                                                                                          \
    } while (0)

#define vec_push(a, v, ...)                                                                        \
    do {                                                                                           \
        if ((v)->count == (v)->capacity) vec_reserve((a), (v), (v)->capacity ? 1u : VEC_START);    \
        (v)->items[(v)->count++] = (__VA_ARGS__);                                                  \
    } while (0)

#define vec_each(Type, item, v) \
    for (Type *item = (v)->items, *item##_end = (v)->count ? item + (v)->count : item; item != item##_end; item++)

#endif
