/* What the files of this folder share: the file at hand, its jobs and steps, and where the walk stands.
 *
 * A file is lowered in two passes. The first (workflow.c) makes the objects and learns what expressions refer to: ids,
 * needs, inputs, matrices. The second (section.c) walks every key once, in file order, against the tables of
 * sections.def, and reads the expressions it meets (expression.c). */
#ifndef SYSTEMS_ACTIONS_LOWER_H
#define SYSTEMS_ACTIONS_LOWER_H

#include "base/map.h"
#include "model/model.h"
#include "parse/expression.h"
#include "parse/yaml.h"
#include "systems/actions/type.h"

typedef struct StepInfo {
    const Node *node;      /* its MAP */
    Str id;                /* or empty */
    Object *object;
    Object *uses;          /* ACTION, or NULL */
    const Type *outputs;
    uint32_t index;
} StepInfo;

typedef struct JobInfo {
    const Node *key, *node; /* node: its MAP */
    Str id;
    Object *object;
    Object *calls;         /* ACTION of the reusable workflow, or NULL */
    VEC(StepInfo *) steps;
    Map step_ids;          /* lower case → StepInfo, the first of each */
    VEC(const Node *) needs; /* scalars */
    const Type *matrix;
    const Type *outputs;
    Type *all_steps;       /* the type of `steps` behind the last one, made on demand */
    bool has_namesake;     /* a job before it has the same name */
    uint8_t mark;          /* of the search for circles: 0 new, 1 on the way, 2 done */
} JobInfo;

/* For vec_each. */
typedef JobInfo *JobRef;
typedef StepInfo *StepRef;
typedef const Node *NodeRef;

typedef struct Actions {
    Source *source;
    const Tree *tree;
    Model *model;
    Arena *arena;
    const Node *root;
    Object *file;          /* WORKFLOW */
    bool is_action;
    VEC(JobInfo *) jobs;
    Map job_ids;           /* lower case → JobInfo */
    VEC(StepInfo *) steps; /* of a composite action */
    Map step_ids;          /* as those of a job */
    Type *inputs;          /* of inputs; closed */
    Type *dispatch;        /* of github.event.inputs, or NULL */
    Type *secrets;         /* closed, when the workflow is only ever called; else NULL */
    Map contexts;          /* name → Type, made on demand: those that are the same in the whole file */
    uint32_t job_next;     /* of jobs, where the second pass goes on */
    JobInfo *job;          /* where the second pass stands; NULL outside */
    StepInfo *step;
    uint32_t step_next;    /* index of the step that the walk meets next */
    Type *steps_before;    /* the type of `steps` where the walk stands in a job or composite action */
    const Type *input;     /* of the input at hand, or NULL */
    Type *default_inputs;  /* inputs that the default of an input may name: those before it; NULL elsewhere */
    ValueVec expressions;
    uint32_t visits;
    bool tracing_inputs;   /* taint.c asks for inputs, not for what outsiders write */
    Map env_names;         /* map of the tree → Map: name in lower case → its value */
    uint64_t traced;       /* bytes that the search for where values come from has read */
} Actions;

#define ACTIONS_VISITS_MAX 400000 /* nodes that a file may have after its aliases are followed */
#define ACTIONS_TRACED_MAX (UINT64_C(16) << 20) /* bytes read in search of where values come from */

/* The first step of that id in a job, or (NULL) in a composite action; NULL: none. */
const StepInfo *steps_named(const Actions *w, const JobInfo *job, Str id);

/* node.c */
Value actions_value(const Actions *w, const Node *node);
Str actions_text(const Actions *w, const Node *scalar);
void actions_problem(const Actions *w, ProblemCode code, const Node *node, Str detail, Str hint);
/* for each key and value of a map: the value with aliases followed (never NULL). */
typedef struct Pair { const Node *key, *value, *raw; } Pair; /* raw: the value before aliases are followed */
bool actions_next(const Actions *w, const Node *map, Pair *pair); /* starts with *pair = {0} */
/* The place a problem with `node` is pointed at: a map or list shows its first line only. */
Span actions_header(const Actions *w, const Node *node);
bool actions_is_null(const Actions *w, const Node *node);

/* The comment behind `at` on its line, else (when `before`) alone on the line before; without #. */
Str actions_comment(const Actions *w, Span at, bool before);

/* metadata.c: of the file of an action */
void metadata_check(Actions *w);
/* permissions.c */
void permissions_lower(Actions *w, const Node *node, JobInfo *job);
/* events.c */
void events_lower(Actions *w, const Node *on);
/* jobs.c */
void jobs_lower(Actions *w, const Node *jobs);
void steps_lower(Actions *w, const Node *steps, JobInfo *job);
/* delivery.c: what limits jobs, and what they do (systems/activity.h). After all jobs. */
void delivery_lower(Actions *w);
/* matrix.c */
const Type *matrix_lower(Actions *w, const Node *strategy);
/* The values of a matrix axis that are known; false when there may be others. */
bool matrix_values(const Actions *w, const JobInfo *job, Str name, ValueVec *out);
/* uses.c */
Object *uses_lower(Actions *w, const Node *uses, const Node *with, JobInfo *job, StepInfo *step);
void arguments_lower(Actions *w, Object *action, const Node *map, const char *kind);
/* The outputs that the action of a step has, as far as tables know. */
const Type *uses_outputs(Actions *w, const Object *action);

/* section.c: the second pass. */
void sections_walk(Actions *w);

/* expression.c */
typedef enum Wanted { WANT_ANY, WANT_TEXT, WANT_BOOL, WANT_NUMBER, WANT_CONDITION, WANT_MAP, WANT_RUNNER } Wanted;
typedef struct ExpressionPlace {
    Str where;        /* the key */
    Str key;          /* below env or with, or empty */
    Str availability; /* row of the table of contexts; empty: no context at all */
    Wanted wanted;
    bool is_code;
    Object *action;   /* whose input it is, or NULL */
} ExpressionPlace;
/* The expressions of a scalar; of a condition without ${{ }}, all of it. */
void expressions_read(Actions *w, const Node *scalar, const ExpressionPlace *place);
/* The type of a scalar as GitHub passes it on: of a lone ${{ }}, that of the expression. Reports nothing. */
const Type *expressions_type(Actions *w, const Node *scalar);
bool expressions_in(Str text);

/* The type of what a finished step leaves in `steps`. */
void steps_put(Actions *w, Type *steps, const StepInfo *step);

/* check.c: the type of an expression, and what is wrong with it. */
const Type *expression_check(Actions *w, const Tree *tree, const ExpressionPlace *place, bool quiet);
const Type *context_type(Actions *w, Str name, Str availability);
/* The object of the step or job that `steps.x` or `needs.x` names, or NULL. */
Object *context_source(Actions *w, Str context, Str id);

/* constant.c: -1 not constant, 0 false, 1 true. */
int expression_constant(const Tree *tree, const Node *node, Arena *a);

/* taint.c */
typedef struct Taint { Str path; const char *via; } Taint;
/* Where what the expression gives comes from, when outsiders write it; path empty: from nowhere bad. */
Taint expression_taint(Actions *w, const Tree *tree, const Node *node, int depth);
/* The input whose text it gives: inputs.title; empty: none. */
Str expression_input(Actions *w, const Tree *tree, const Node *node);
/* Whether it may be any text: an input, a variable, an output, an open matrix. */
bool expression_is_free(Actions *w, const Tree *tree, const Node *node);
/* The written path of an ACCESS or NAME, lower case: github.event.issue.title; `*` for what is computed. */
Str expression_path(const Tree *tree, const Node *node, Arena *a);

#endif
