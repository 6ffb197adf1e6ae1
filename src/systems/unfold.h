/* Trees as values of their own, so that files can be merged: every scalar keeps its span, a map or list points at its key, an
 * item of a list at its first key. What a system does to scalars (variables) and tags is given by it. */
#ifndef SYSTEMS_UNFOLD_H
#define SYSTEMS_UNFOLD_H

#include "model/value.h"

typedef struct Unfold Unfold;
struct Unfold {
    Arena *arena;
    uint32_t values, max;                                        /* made so far; beyond max there are holes: aliases multiply */
    bool cut;                                                    /* there are, or it was nested too deep: the caller tells */
    Value (*text)(Unfold *u, Value string);                      /* what a string becomes; NULL: itself */
    bool keys;                                                   /* keys become it, too, where it is known */
    uint8_t (*entry_flags)(Unfold *u, Value map, Value key);     /* flags of a map's value; NULL: none. Map: as in the tree */
    uint8_t (*list_flags)(Unfold *u, Value list);                /* flags of a list; NULL: none. List: as in the tree */
    void *data;
};

/* `v` from a tree; `header` is what its map or list points at. */
Value unfold(Unfold *u, Value v, Span header);
/* A field of what was unfolded: null when absent, a hole when something unread may add it. Nothing is decoded. */
Value unfold_field(Value map, const char *key);
/* The same by a path: "artifacts.reports". */
Value unfold_path(Value map, const char *path);

#endif
