/* What dockerfile.c (stages, variables), dockerfile_scope.c (what variables hold) and dockerfile_lower.c (the other instructions) share. */
#ifndef SYSTEMS_DOCKERFILE_LOWER_H
#define SYSTEMS_DOCKERFILE_LOWER_H

#include "base/map.h"
#include "base/pages.h"
#include "parse/expand.h"
#include "systems/shell_model.h"

typedef struct StageState {
    Object *object;
    Str name;
    struct StageState *base;   /* the one that it begins with, or NULL */
    Map own;                   /* name → Value: ARG and ENV of its own; what is in scope besides is the base's */
    Pages env;                 /* Lower.env_names → Setting: ENV alone, the base's too */
    ShellDialect dialect;      /* of SHELL, or the platform's own */
    bool pipefail, errexit;    /* set by SHELL */
    bool shell_set;            /* by SHELL */
    bool windows;
    Map triggered;             /* name → Value: set by ONBUILD ARG and ONBUILD ENV, seen by the ONBUILD instructions after them */
    Value onbuild_workdir;     /* set by ONBUILD WORKDIR, for the ONBUILD instructions after it */
    ValueVec instructions, runs, copies, commands, ports, all_variables, users, healthchecks, processes;
} StageState;

typedef struct Setting {
    Str name;
    Value value;
} Setting;

typedef struct Setters {
    const StageState *last, *before; /* the last two stages that set a name; NULL: none */
} Setters;

typedef struct Lower {
    Source *source;
    const Tree *tree;
    Model *model;
    Arena *arena;
    Object *dockerfile;
    Object *instruction;       /* the one at hand */
    StageState *stage;         /* NULL before the first FROM */
    VEC(StageState *) stages;
    Map stage_names;           /* lower case → StageState: the last of that name */
    ValueVec instructions;
    Map globals;               /* ARG before the first FROM */
    Map *env_names;            /* of all stages → number + 1 */
    Map setters;               /* name → Setters */
    VEC(Setting) pending;      /* what the ENV at hand sets */
    Map pending_names;
    bool has_from, seen_from, onbuild, in_from;
} Lower;

Value lower_at(const Lower *l, Value v, const Node *node);
Value lower_bool(const Lower *l, bool b, const Node *node);
Value lower_word(Lower *l, const Node *node, bool global, ExpandUses *uses);
Value lower_list(const Lower *l, ValueVec items, const Node *node);
Value lower_flag(const Object *instruction, const char *name);
Object *lower_image(Lower *l, Value ref, Str written, const char *role);
/* What a variable holds for the instruction at hand, or NULL. */
Value *lower_variable(const Lower *l, Str name);
/* Who sets `name` without handing it on to the stage at hand: an earlier stage, or the lines before the first FROM; null: nobody. */
Value lower_set_elsewhere(const Lower *l, Str name);
void lower_set_variable(Lower *l, Str name, Value value, bool env);
/* The stage sees ENV of its base from now on. */
void lower_inherit_variables(StageState *stage, StageState *base);
/* Names in scope, at most `max` of them; how many. */
uint32_t lower_names(const Lower *l, Str *names, uint32_t max);
/* ENV in force, as an open map. */
Value lower_env(Lower *l, StageState *stage);
/* The latest earlier stage of that name, case ignored, or NULL. */
StageState *lower_find_stage(const Lower *l, Str name);
void lower_secret_text(Lower *l, Value value, Str name, const char *where);

/* RUN, COPY, ADD, USER, WORKDIR, EXPOSE, HEALTHCHECK, CMD, ENTRYPOINT, SHELL. */
void lower_instruction(Lower *l, const Node *node, Object *instruction);
void lower_stage_end(Lower *l, StageState *stage);

#endif
