/* What shell_model.c and shell_command.c share. */
#ifndef SYSTEMS_SHELL_WALK_H
#define SYSTEMS_SHELL_WALK_H

#include "base/map.h"
#include "systems/shell_model.h"

#define SHELL_NESTING_MAX 3  /* sh -c "sh -c '…'" */
#define SHELL_WALK_MAX 150   /* nested lists; the parser stops before */

typedef struct ShellWalk {
    Model *model;
    Arena *arena;
    Source *source;
    const ShellContext *context;
    const Tree *tree;
    Object *script;
    VEC(Object *) commands;  /* in order */
    Map variables;           /* name → Value: what is known at this point */
    Map assigned;            /* names that are set somewhere in the script */
    uint32_t depth, nesting;
    bool pipes, pipefail, errexit, sources;
} ShellWalk;

/* Where a command stands. */
typedef struct ShellPlace {
    bool conditional, guarded, forgiven, subshell, function;
    const Object *command; /* whose words these are, or NULL */
} ShellPlace;

/* A word as a value: a string, or a hole with what is known of it. */
Value shell_word(ShellWalk *w, const Node *word);
/* Whether a variable is set, here or outside, and what it holds. */
bool shell_variable(ShellWalk *w, Str name, Value *value);

/* shell_command.c */
Object *shell_command(ShellWalk *w, const Node *node, ShellPlace place);
Object *shell_command_of_words(ShellWalk *w, const Value *words, uint32_t count, Span span, ShellPlace place);
/* export A=1, local B=2: remembered like plain assignments. */
void shell_assignments(ShellWalk *w, const Node *node, ShellPlace place);

#endif
