/* Model: what one file means, as objects that checks look at. Filled by a system's lowering. */
#ifndef MODEL_MODEL_H
#define MODEL_MODEL_H

#include "model/neighbours.h"
#include "model/review.h"
#include "model/shape.h"

typedef struct Model {
    Arena *arena;        /* the source's */
    ObjectVec subjects;  /* in file order as far as the lowering can; checks find them by shape */
    VEC(const Tree *) inner; /* of languages inside this one: the shell of RUN, ${{ }} of a workflow */
    VEC(Gap) gaps;       /* what could not be verified although it was read, e.g. because only a cluster knows it */
    Neighbours *neighbours; /* of a system that is read together; else NULL */
} Model;

static inline void model_subject(Model *model, const Object *object) {
    vec_push(model->arena, &model->subjects, object);
}

/* problem.c: a limit left something of the file unlooked at, which nobody may call verified. Told once a file, however many limits it meets. */
void model_cut(Model *model, const Source *source);
/* problem.c: every problem of a source as a PROBLEM object. */
void problem_model(Source *source, Model *model);
/* The same of those from the `first` on. */
void problem_model_from(Source *source, Model *model, uint32_t first);

#endif
