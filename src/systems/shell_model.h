/* Shell scripts as objects: SCRIPT, COMMAND, PACKAGE, PIPELINE, EXPANSION, BASHISM (model/shapes.def). */
#ifndef SYSTEMS_SHELL_MODEL_H
#define SYSTEMS_SHELL_MODEL_H

#include "model/model.h"

typedef enum ShellDialect { DIALECT_SH, DIALECT_BASH, DIALECT_ASH, DIALECT_DASH, DIALECT_KSH, DIALECT_ZSH, DIALECT_POWERSHELL, DIALECT_CMD, DIALECT_OTHER, DIALECT_COUNT } ShellDialect;

/* The dialect of a shell by its program: /bin/bash, powershell.exe, cmd. */
ShellDialect shell_dialect(Str program);
Str shell_dialect_name(ShellDialect dialect);
/* Whether we read it: the POSIX family. */
bool shell_is_read(ShellDialect dialect);

/* Stands for what another language puts into a script before the shell reads it: a word with it is a hole. */
#define SHELL_SPLICE '\x01'

typedef struct ShellContext {
    ShellDialect dialect;
    const char *where;          /* run, cmd, entrypoint, healthcheck, step */
    const Object *stage, *run, *step; /* or NULL */
    bool errexit, pipefail;     /* set from outside: SHELL */
    /* True when `name` is set from outside, with its value (maybe a hole) in *value. */
    bool (*variable)(void *data, Str name, Value *value);
    Value (*elsewhere)(void *data, Str name); /* NULL, or: who sets it where this script does not see it; null: nobody */
    void *data;
    bool quiet;                 /* make objects, but no subjects: CMD and the like are looked at through their own shapes */
} ShellContext;

/* A ShellContext.variable where any name may be set, nobody knows to what. */
bool shell_any_variable(void *data, Str name, Value *value);
/* A SCRIPT over `text`, its commands among its fields; subjects are added to the model unless quiet. */
Object *shell_model(Model *model, Text text, const ShellContext *context);
/* One command given as words (exec form); `[sh, -c, script]` is read as a script. `texts` holds the text of each word. */
Object *shell_model_exec(Model *model, const Value *words, const Text *texts, uint32_t count, Span span, const ShellContext *context);

#endif
