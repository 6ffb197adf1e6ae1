/* Neighbours: the files of a review that are read together, for systems whose files mean something only with others (an
 * override, an `extends`, an `include`). Filled in before any of them is modelled; only read afterwards. */
#ifndef MODEL_NEIGHBOURS_H
#define MODEL_NEIGHBOURS_H

#include "base/map.h"
#include "model/node.h"

typedef struct Neighbour {
    Source *source;
    const Tree *tree;  /* NULL when no grammar reads it, or it was left out */
    uint8_t system;    /* SystemId */
} Neighbour;

typedef VEC(const Neighbour *) NeighbourVec;

typedef struct Neighbours {
    Map by_path;       /* path from the root → Neighbour, of the files that are kept */
    Map by_folder;     /* folder ("" is the root) → NeighbourVec of the same, in the order of their paths */
    Map recognised;    /* path → any; every file that was recognised, read or not */
    Map folders;       /* folder → any; every folder that holds such a file */
    bool whole;        /* a folder was walked: what is not there is not there, as far as names tell */
} Neighbours;

#endif
