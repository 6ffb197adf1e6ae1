/* What a pipeline does, whatever system runs it: ACTIVITY objects out of the commands and actions of its jobs, by the table
 * facts/pipeline-work.tsv.
 *
 * Two kinds of evidence. An activity is made only of what the table names. That something is missing is said only when no name
 * of a job, step or command hints at it either: so `before`, `here` and `around` hold hints too, and are open as soon as
 * something runs that nobody knows (a script of the repository, an action outside the table). */
#ifndef SYSTEMS_ACTIVITY_H
#define SYSTEMS_ACTIVITY_H

#include "model/model.h"

typedef struct ActivityJob {
    Object *object;  /* JOB, its steps filled in */
    int stage;       /* jobs of a lower one are done before it, unless it says what it needs */
    bool needs;      /* JOB_NEEDS holds all it waits for */
} ActivityJob;

typedef struct ActivityPlace {
    Arena *arena;
    Model *(*model_of)(void *data, const Source *source); /* where subjects of that file go; NULL: nowhere */
    void *data;
} ActivityPlace;

#define ACTIVITY_JOBS_MAX 400 /* beyond it the order of jobs is not worked out, and `before` is open */

/* ACTIVITY subjects of all jobs, and WORKFLOW_PURPOSES. `jobs_open`: something unread may add jobs. */
void activities_model(Object *workflow, const ActivityJob *jobs, uint32_t count, bool jobs_open, const ActivityPlace *place);

#endif
