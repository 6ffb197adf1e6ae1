/* Pages: an array of pointers of which a copy costs nothing: copies share the pages of sixteen, until one of them writes there.
 * Reading and writing take a step for each digit of the index (base 16). All zeros is valid and empty. */
#ifndef BASE_PAGES_H
#define BASE_PAGES_H

#include "base/arena.h"

typedef struct Page Page;

typedef struct Pages {
    Page *root;
    uint32_t levels;   /* pages one below the other, down to what is kept */
    const void *owner; /* whose pages may be written in place; NULL before the first write */
} Pages;

/* What stands at `index`, or NULL. */
void *pages_get(const Pages *p, uint32_t index);
/* `value` is not NULL. */
void pages_put(Arena *a, Pages *p, uint32_t index, void *value);
/* Another one that holds the same. Both may be written to afterwards, and neither sees what the other writes. */
Pages pages_copy(Pages *p);
/* How many there are, and the one that `rank` others stand before; NULL behind the last. */
uint32_t pages_count(const Pages *p);
void *pages_at(const Pages *p, uint32_t rank);

#endif
