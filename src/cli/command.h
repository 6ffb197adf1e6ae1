/* A command of the program: one file each, one row in commands.def. Arguments are taken apart by its table; help, the man page
 * and the completions are printed from it. */
#ifndef CLI_COMMAND_H
#define CLI_COMMAND_H

#include "base/buf.h"
#include "base/error.h"
#include "model/language.h"

/* The index-th value that is allowed; an empty string behind the last. */
typedef Str (*OptionValues)(uint32_t index);

typedef struct Option {
    Str name;             /* without -- */
    Str value;            /* what it takes, e.g. "SEVERITY"; empty: nothing */
    Prose help;
    OptionValues allowed; /* NULL: the command judges */
} Option;

#define OPTIONS_MAX 32
#define WORDS_MAX 4096
#define GIVEN_MAX 256

/* The arguments of a run, taken apart by the command's table. */
typedef struct Arguments {
    Str values[OPTIONS_MAX]; /* the last one given, by index in the table; at NULL: not given */
    struct {
        uint32_t option;
        Str value;
    } given[GIVEN_MAX];      /* all of them, in order: for options that may be repeated */
    uint32_t given_count;
    Str words[WORDS_MAX];    /* what is no option */
    uint32_t word_count;
    Language language;
    bool language_given;     /* by --lang */
    bool language_chosen;    /* by --lang or INFRA_LANG: stronger than the settings */
    bool color;
    bool help;
} Arguments;

typedef struct Command {
    Str name;
    Str usage;
    Prose summary;
    const Option *options;
    uint32_t option_count;
    int (*run)(const Arguments *arguments);
    OptionValues verbs;      /* what the first word must be: create, update, show; NULL: anything */
    bool at_home;            /* it reviews nothing: the settings of the folder it is called in tell the language */
} Command;

#define EXIT_CLEAN 0
#define EXIT_FINDINGS 1
#define EXIT_USAGE 2
#define EXIT_UNVERIFIED 3

#define VERSION "0.1.0"

/* What .infra.yaml of the current folder says under a key of one text, in `a`; empty when it says nothing, is missing or can't be read. */
Str command_setting(const char *key, Arena *a);
/* The commands in the order of help; NULL behind the last. */
const Command *command_at(uint32_t index);
/* Whether option `index` was given. */
static inline bool argument_given(const Arguments *a, uint32_t index) { return a->values[index].at != NULL; }
struct CheckList;
struct Arena;
/* Our checks and those of the current folder (.infra/checks), in `a`. */
bool command_check_list(struct Arena *a, struct CheckList *out, Error *err);
/* Prints "infra: message" and gives EXIT_USAGE. */
int command_fail(const struct Arguments *a, const Error *err);
/* Appends ", and noted in PATH" where a task was counted in the memory at `path`; the next one a line why it was not, when the memory is damaged. */
void command_noted(Str path, uint32_t damaged, bool spanish, Buf *out);
void command_not_noted(Str path, uint32_t damaged, bool spanish, Buf *out);
/* Writes all of it to standard output. */
int command_print(Str text, int status);
/* The formats of a command that speaks to people or to programs: terminal, json; then an empty name. */
Str command_formats(uint32_t i);
/* Says why standard output took no more (errno); the status is "not verified". */
int command_lost(void);

#endif
