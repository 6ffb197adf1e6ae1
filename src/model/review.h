/* Review: everything a report needs to know, and nothing else. */
#ifndef MODEL_REVIEW_H
#define MODEL_REVIEW_H

#include "model/finding.h"

typedef enum Verdict { VERDICT_APPROVED, VERDICT_CHANGES_REQUESTED, VERDICT_NOT_VERIFIED, VERDICT_COUNT } Verdict;
Str verdict_name(Verdict verdict); /* "changes-requested" */

/* A file that was not, or not wholly, read. */
typedef struct Gap {
    Str file;                      /* path from the root */
    uint32_t line;                 /* 1-based; 0: the whole file */
    Prose reason;
} Gap;

typedef struct Coverage {
    uint32_t walked;               /* files seen, of any kind */
    uint32_t found;                /* files of a system that we know */
    uint32_t read;                 /* of those, read in full */
    VEC(Gap) partly;               /* read, but for these places */
    VEC(Gap) skipped;              /* recognised and not read, or a limit met on the walk */
    uint32_t unread_systems;       /* files recognised as infrastructure that no grammar here reads yet: in `skipped` */
    uint64_t holes[HOLE_COUNT];    /* values met that can't be known, by reason */
} Coverage;

typedef enum ItemState { ITEM_YES, ITEM_NO, ITEM_UNKNOWN, ITEM_NOT_APPLICABLE, ITEM_STATE_COUNT } ItemState;
Str item_state_name(ItemState state);

typedef struct Evidence {
    Source *source;
    Span span;
} Evidence;

/* One of the twenty items of the code-review checklist. */
typedef struct Item {
    Str id;                        /* "docker/multi-stage" */
    Prose title;
    ItemState state;
    VEC(Evidence) evidence;
} Item;

typedef VEC(Item) ItemVec;

typedef struct Review {
    Arena *arena;
    Str root;                      /* as given by the user */
    Verdict verdict;
    Coverage coverage;
    FindingVec findings;           /* sorted by path, start, check id */
    FindingVec suppressed;         /* found, and ignored or in the baseline; the same order */
    uint32_t summary[SEVERITY_COUNT];
    ItemVec checklist;
    Severity fail_on;
    int language;                  /* of the settings, or -1 */
    bool blocked;                  /* something on the never-approve list was found */
} Review;

#endif
