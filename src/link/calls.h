/* Pipelines that call each other: a reusable workflow of the repository is part of those that call it, so what is done before,
 * and whether it queues, is theirs too. */
#ifndef LINK_CALLS_H
#define LINK_CALLS_H

#include "link/pipeline.h"
#include "model/purpose.h"

#define CALLS_DEPTH_MAX 6     /* calls of calls that are followed */
#define CALLS_WORK_MAX 200000 /* jobs that are looked at for one file; beyond it nothing more is known */

typedef struct Calls {
    const Pipelines *pipelines;
    Arena *arena;
    Map before; /* path and id of a job → its bits, and one */
    uint32_t work;
} Calls;

/* Fills what an ACTIVITY has from other files, whose objects are only read: other threads may join them. */
void calls_join(Calls *calls, Object *activity);

#endif
