/* Which checks there are (ours and the repository's own), and which of them run. */
#ifndef CHECK_CHOICE_H
#define CHECK_CHOICE_H

#include "check/own.h"
#include "check/run.h"

typedef struct CheckList {
    const Check **items; /* ours, then the repository's own */
    uint32_t count;
    OwnChecks own;
} CheckList;

/* All checks; those of the folder `root`, too, unless it is -1. On false, `err` names the file and line of a faulty one. */
bool check_list_load(int root, Arena *a, CheckList *out, Error *err);
void check_list_free(CheckList *list);

/* Whether some check is named so: an id, or a folder of them ("image/"). */
bool check_list_knows(const CheckList *list, Str name);
/* The same; false with `err` that begins with `place` and names the nearest. */
bool check_list_require(const CheckList *list, Str place, Str name, Error *err);

/* What the command line chooses: `select` (none: all up to `profile`) without `ignore`. */
typedef struct CheckChoice {
    const Str *select, *ignore;
    uint32_t select_count, ignore_count;
    int profile;
} CheckChoice;
/* Puts those into the index. False with `err` when a name is unknown. */
bool check_list_choose(const CheckList *list, const CheckChoice *choice, Arena *a, CheckIndex *index, Error *err);

#endif
