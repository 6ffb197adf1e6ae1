/* Joins of pipelines: a use of a local action or reusable workflow to the file that it names. What that file declares is
 * filled into the uses, arguments and outputs that others wrote down; what it lacks becomes a problem at the use. */
#ifndef LINK_PIPELINE_H
#define LINK_PIPELINE_H

#include "base/map.h"
#include "model/model.h"
#include "model/purpose.h"

typedef struct Pipelines {
    Map files;                    /* path → WORKFLOW */
    uint32_t purposes[PURPOSE_COUNT]; /* how many pipelines have each */
    uint32_t open;                /* how many do something that nobody knows */
} Pipelines;

void pipelines_add(Pipelines *pipelines, const Object *object, Arena *a);
/* Fills the objects of one file; may add problems to its model. */
void pipelines_join(const Pipelines *pipelines, Model *model);

#endif
