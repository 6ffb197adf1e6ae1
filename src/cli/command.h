/* A command of the program: one file each, one row in commands.def. Help comes from this table. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/error.h"
#include "model/language.h"

typedef struct Option {
    Str name;        /* without -- */
    Str value;       /* what it takes, e.g. "SEVERITY"; empty: nothing */
    Prose help;
} Option;

#define OPTIONS_MAX 32

/* The arguments of a run, taken apart by the command's table. */
typedef struct Arguments {
    Str values[OPTIONS_MAX]; /* by index in the table; len 0 and at NULL: not given */
    Str words[64];           /* what is no option */
    uint32_t word_count;
    Language language;
    bool color;
} Arguments;

typedef struct Command {
    Str name;
    Str usage;
    Prose summary;
    const Option *options;
    uint32_t option_count;
    int (*run)(const Arguments *arguments);
} Command;

#define EXIT_CLEAN 0
#define EXIT_FINDINGS 1
#define EXIT_USAGE 2
#define EXIT_UNVERIFIED 3

const Command *commands(uint32_t *count);
/* Whether option `index` was given. */
static inline bool argument_given(const Arguments *a, uint32_t index) { return a->values[index].at != NULL; }
/* Prints "infra: message" and gives EXIT_USAGE. */
int command_fail(const Error *err);
/* Writes all of it to standard output. */
int command_print(Str text, int status);

#endif
