/* A tree whose leaves stand at the same depth. A page belongs to the one that made it; any other copies it before it writes. */
#include "base/pages.h"

#define PAGE_BITS 4
#define PAGE_SLOTS (1u << PAGE_BITS)

struct Page {
    const void *owner;
    uint32_t count;           /* values below it */
    void *slots[PAGE_SLOTS];  /* pages, or on the last level what is kept */
};

static uint32_t digit(uint32_t index, uint32_t level) { return index >> (level * PAGE_BITS) & (PAGE_SLOTS - 1); }
static bool holds(const Pages *p, uint32_t index) { return (uint64_t)index < UINT64_C(1) << (p->levels * PAGE_BITS); }

void *pages_get(const Pages *p, uint32_t index) {
    if (!p->root || !holds(p, index)) return NULL;
    void *here = p->root;
    for (uint32_t level = p->levels; here && level-- > 0;) here = ((const Page *)here)->slots[digit(index, level)];
    return here;
}

/* The page itself when it is ours, else a copy that is. */
static Page *own(Arena *a, const Pages *p, Page *page) {
    if (page && page->owner == p->owner) return page;
    Page *copy = arena_new(a, Page);
    if (page) *copy = *page;
    copy->owner = p->owner;
    return copy;
}

void pages_put(Arena *a, Pages *p, uint32_t index, void *value) {
    ensure(value != NULL, "nothing is how a free place looks");
    if (!p->owner) p->owner = arena_new(a, uint64_t); /* an address that nobody else has */
    if (!p->levels) p->levels = 1;
    while (!holds(p, index)) {
        Page *above = p->root ? own(a, p, NULL) : NULL;
        if (above) *above = (Page){.owner = p->owner, .count = p->root->count, .slots = {p->root}};
        p->root = above;
        p->levels++;
    }
    bool is_new = !pages_get(p, index);
    Page *page = p->root = own(a, p, p->root);
    page->count += is_new;
    for (uint32_t level = p->levels - 1; level > 0; level--) {
        void **slot = &page->slots[digit(index, level)];
        page = *slot = own(a, p, *slot);
        page->count += is_new;
    }
    page->slots[digit(index, 0)] = value;
}

Pages pages_copy(Pages *p) {
    p->owner = NULL; /* from here on what stands there is nobody's */
    return *p;
}

uint32_t pages_count(const Pages *p) { return p->root ? p->root->count : 0; }

void *pages_at(const Pages *p, uint32_t rank) {
    if (rank >= pages_count(p)) return NULL;
    const Page *page = p->root;
    for (uint32_t level = p->levels - 1;; level--) {
        for (uint32_t i = 0; i < PAGE_SLOTS; i++) {
            void *slot = page->slots[i];
            uint32_t below = !slot ? 0 : level ? ((const Page *)slot)->count : 1;
            if (rank >= below) rank -= below;
            else if (!level) return slot;
            else {
                page = slot;
                break;
            }
        }
    }
}
