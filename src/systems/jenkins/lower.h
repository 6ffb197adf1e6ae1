/* What the files of this folder share. block.c: blocks of Groovy as maps, and steps in a statement; step.c: shell steps and
 * what is put into their strings; call.c: other steps; syntax.c: what Declarative refuses; jenkins.c: pipelines and stages. */
#ifndef SYSTEMS_JENKINS_LOWER_H
#define SYSTEMS_JENKINS_LOWER_H

#include "base/map.h"
#include "model/model.h"
#include "parse/groovy.h"
#include "systems/activity.h"
#include "systems/unfold.h"

#define JENKINS_STAGES_MAX 2000

typedef struct Jenkins {
    Source *source;
    const Tree *tree;
    Model *model;
    Arena *arena;
    Object *pipeline;       /* WORKFLOW */
    Map secrets;            /* names that credentials are bound to, anywhere in the file */
    ValueVec secret_list;
    Value secret_names;     /* the same as a list */
    VEC(ActivityJob) jobs;
    int stage;              /* of jobs: those of a lower one are done before */
    bool declarative;
    bool has_node;          /* of the stage at hand: an agent around it */
    Map closed;             /* names of parameters that nobody writes freely: choices and truth values */
    bool opaque;            /* something in it may add stages: a shared library, load, evaluate */
} Jenkins;

/* ---- block.c ---- */

/* Its first word, or empty. */
Str jenkins_name(const Tree *tree, const Node *statement);
const Node *jenkins_child(const Node *node, GroovyKind kind);
/* The block of the first statement of that name in a block, or NULL; `statement` gets that when it is not NULL. */
const Node *jenkins_section(const Tree *tree, const Node *block, const char *name, const Node **statement);
/* A block as a map: each statement's name gives its block as a map, its only string, word, or else its text; true for nothing. */
Value jenkins_map(const Jenkins *j, const Node *block, Span header, int depth);
/* A STRING as a value; a hole when something is put into it. */
Value jenkins_string(const Jenkins *j, const Node *string);
/* The value of `name: …` in a GROUP, or NULL. */
const Node *jenkins_argument(const Tree *tree, const Node *group, const char *name);

/* ---- syntax.c: what Declarative refuses ---- */

void jenkins_problem(Jenkins *j, ProblemCode code, const Node *node, Str detail, Str hint);
/* Directives of a pipeline or stage. */
void jenkins_sections(Jenkins *j, const Node *block);
/* What stands in `stages` and `parallel`. */
void jenkins_stage_names(Jenkins *j, const Node *block);
/* Steps that run where no agent is. */
void jenkins_needs_node(Jenkins *j, const Node *steps);

/* ---- jenkins.c ---- */

Str jenkins_stage_name(const Jenkins *j, const Node *statement);

/* ---- call.c ---- */

/* CALL subjects, and images of `docker.image`. */
void jenkins_calls(Jenkins *j);

/* ---- step.c ---- */

/* Names bound by credentials('id') and withCredentials. */
void jenkins_secrets(Jenkins *j);
/* The steps below `node`, nested blocks too, into STEPs of `job`. */
void jenkins_steps(Jenkins *j, const Node *node, Object *job, ValueVec *steps);

#endif
