/* What the files of this folder share. block.c: blocks of Groovy as maps, and steps in a statement; step.c: shell steps and
 * what is put into their strings; jenkins.c: pipelines and stages. */
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
    VEC(ActivityJob) jobs;
    int stage;              /* of jobs: those of a lower one are done before */
    bool declarative;
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

/* ---- step.c ---- */

/* Names bound by credentials('id') and withCredentials. */
void jenkins_secrets(Jenkins *j);
/* The steps below `node`, nested blocks too, into STEPs of `job`. */
void jenkins_steps(Jenkins *j, const Node *node, Object *job, ValueVec *steps);

#endif
