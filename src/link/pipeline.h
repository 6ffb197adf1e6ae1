/* Joins of pipelines: a use of a local action or reusable workflow to the file that it names. What that file declares is
 * filled into the uses, arguments and outputs that others wrote down; what it lacks becomes a problem at the use. */
#ifndef LINK_PIPELINE_H
#define LINK_PIPELINE_H

#include "base/map.h"
#include "base/vec.h"
#include "model/model.h"
#include "model/purpose.h"

typedef VEC(const Object *) CallerVec; /* JOB */

typedef struct Pipelines {
    Map files;                    /* path → WORKFLOW */
    Map callers;                  /* path → CallerVec of the jobs that call it */
    const Object *way_back;       /* the first WORKFLOW, by path, that has one */
    uint32_t purposes[PURPOSE_COUNT]; /* how many pipelines have each */
    uint32_t open;                /* how many do something that nobody knows */
} Pipelines;

void pipelines_add(Pipelines *pipelines, const Object *object, Arena *a);
/* Fills the objects of one file; may add problems to its model. */
void pipelines_join(const Pipelines *pipelines, Model *model);

/* The file that a use of a local action or workflow names, or NULL. */
const Object *pipelines_file(const Pipelines *pipelines, const Object *use, Arena *a);

#endif
