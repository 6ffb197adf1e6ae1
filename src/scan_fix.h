/* Fixes, round by round: the edits of findings that don't clash are tried on bytes in memory, what comes out is reviewed, and kept only
 * if it does no harm. Nothing is written here.
 *
 * A trial of a file is kept when everything that could be read still can, each finding that was to go is gone, and no check finds more
 * than before in it. If not, half of its fixes are tried, down to one, which is then refused until the text has changed otherwise. Clashing fixes wait for the next round. It ends:
 * each round keeps a fix, refuses one, or halves a trial; and after FIX_ROUNDS_MAX. */
#ifndef SCAN_FIX_H
#define SCAN_FIX_H

#include "scan.h"

#define FIX_ROUNDS_MAX 200

typedef struct FixWish {
    bool unsafe;                                       /* those that can change behaviour too */
    const Str *checks;                                 /* only of these (check_is_named); none: all */
    uint32_t check_count;
    bool (*ask)(void *data, const Finding *finding);   /* or NULL: yes */
    void *data;
} FixWish;

typedef struct FixedFile {
    Str path;
    Str before, after;
    Source *source;    /* as it was last reviewed: it knows its credentials */
} FixedFile;

/* A fix that would have done harm, or was said no to. */
typedef struct FixLeft {
    const Check *check;
    Str path;
    Str id;            /* of the finding */
    uint32_t line;     /* 1-based, in the text it was tried on */
    bool declined;
} FixLeft;

typedef struct FixResult {
    VEC(FixedFile) files;  /* that changed, sorted by path */
    VEC(FixLeft) left;
    uint32_t fixed;        /* findings */
    uint32_t unsafe;       /* that only an unsafe fix would mend, and none was wished for */
    Review *review;        /* of the files that changed, as they are now */
} FixResult;

/* Whether every check that is wished for exists; on false `err` names the nearest. */
bool scan_fix_known(const Scan *scan, const FixWish *wish, Error *err);
/* Fixes what `review` of `scan` found; everything lives until scan_free. */
void scan_fix(Scan *scan, Review *review, const FixWish *wish, FixResult *out);

#endif
