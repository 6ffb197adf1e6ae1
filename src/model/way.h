/* The way from a document to a value in it, from the inside out: made on the stack while one walks, and read only where something is told. */
#ifndef MODEL_WAY_H
#define MODEL_WAY_H

#include "base/str.h"

typedef struct Way {
    const struct Way *outer; /* NULL: the document is next */
    Str name;                /* of the field; NULL: an item of a list */
    uint32_t index;          /* of that item */
} Way;

/* "spec.rooms[2].name"; empty for NULL. In `a`; at most a few hundred steps are told. */
Str way_text(const Way *way, Arena *a);

#endif
