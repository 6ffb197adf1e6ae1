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
    Map paths;                    /* of all workflows and actions, noted ones too */
    Map named;                    /* paths that local uses may mean */
    const Object *way_back;       /* the first WORKFLOW, by path, that has one */
    uint32_t purposes[PURPOSE_COUNT]; /* how many pipelines have each */
    uint32_t open;                /* how many do something that nobody knows */
} Pipelines;

/* What the others need of a file with a workflow whose objects go. */
typedef struct PipelineNote {
    Str path;             /* of the file, when it holds a workflow; else empty */
    bool stays;           /* others find their way to its objects: an action, or a workflow that calls another */
    bool way_back, open;
    uint32_t purposes;    /* bits */
    VEC(Str) named;       /* paths that its uses may mean */
} PipelineNote;
void pipelines_note(const Object *object, PipelineNote *note, Arena *a);
void pipelines_add_note(Pipelines *pipelines, const PipelineNote *note, Arena *a);
/* Whether objects that were noted are asked for all the same, once all notes are added; they are added then, in the order of the files. */
bool pipelines_want(const Pipelines *pipelines, const PipelineNote *note, Str path);
void pipelines_add_noted(Pipelines *pipelines, const Object *object, Arena *a);
void pipelines_add(Pipelines *pipelines, const Object *object, Arena *a);
/* Fills the objects of one file; may add problems to its model. */
void pipelines_join(const Pipelines *pipelines, Model *model);

/* The file that a use of a local action or workflow names, or NULL. */
const Object *pipelines_file(const Pipelines *pipelines, const Object *use, Arena *a);

#endif
