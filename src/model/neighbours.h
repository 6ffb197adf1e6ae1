/* Neighbours: the files of a review that are read together, for systems whose files mean something only with others (an
 * override, an `extends`, an `include`). Filled in before any of them is modelled, one after the other. */
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
    Arena *arena;      /* lives as long as the review */
    Map parsed;        /* path → Neighbour: every file that was parsed, filled in when one has parts (System.parts) */
    VEC(Source *) beside; /* files that no system recognised, read for one that names them; their own arenas end with the review */
    Map taken;         /* path → any: parts that were read through what names them, and mean nothing alone */
    void *shared;      /* what the system that reads them keeps from one file to the next */
    bool whole;        /* a folder was walked: what is not there is not there, as far as names tell */
} Neighbours;

#endif
