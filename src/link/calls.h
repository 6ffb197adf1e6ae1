/* Pipelines that call each other: a reusable workflow of the repository is part of those that call it, so what is done before,
 * and whether it queues, is theirs too. */
#ifndef LINK_CALLS_H
#define LINK_CALLS_H

#include "link/pipeline.h"
#include "model/purpose.h"

#define CALLS_DEPTH_MAX 6     /* calls of calls that are followed */
#define CALLS_CHAIN_MAX 1000  /* jobs that wait for each other, and are followed */
#define CALLS_FAMILY_MAX 64   /* files that are joined to one by calls */
#define CALLS_WORK_MAX 200000 /* jobs that are looked at for one file; beyond it nothing more is known */

typedef struct Calls {
    const Pipelines *pipelines;
    Arena *arena;
    Map files;  /* WORKFLOW → what is known of it */
    Map before; /* path and id of a job → its bits, and one */
    uint32_t work, chain;
    bool is_cut; /* some limit was met: what is not known may be seen */
    const Object *family_of, *family[CALLS_FAMILY_MAX]; /* of the last workflow */
    uint32_t family_count;
} Calls;

/* Fills what an ACTIVITY has from other files, whose objects are only read: other threads may join them. */
void calls_join(Calls *calls, Object *activity);

#endif
