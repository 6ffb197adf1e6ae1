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
    uint32_t test_data;            /* files that are the data of tests, by the convention of a tool: left out, and not in `found` */
    uint32_t unread_systems;       /* files recognised as infrastructure that no grammar here reads yet: in `skipped` */
    uint64_t holes[HOLE_COUNT];    /* values met that can't be known, by reason */
} Coverage;

typedef enum ItemState { ITEM_YES, ITEM_NO, ITEM_UNKNOWN, ITEM_NOT_APPLICABLE, ITEM_STATE_COUNT } ItemState;
Str item_state_name(ItemState state);

typedef struct Evidence {
    Source *source;
    Span span;
} Evidence;
typedef VEC(Evidence) EvidenceVec;

#define ITEM_EVIDENCE_MAX 20 /* places named for one item: more is in the findings */
#define ITEM_RIGHT_MAX 3     /* places named where it is right, or can't be told */

/* One of the twenty items of the code-review checklist. */
typedef struct Item {
    Str id;                        /* "docker/multi-stage" */
    Prose title;
    ItemState state;
    EvidenceVec evidence;
} Item;

typedef VEC(Item) ItemVec;

/* What decides an item, of all files or of those of a shard. */
typedef struct ItemGrounds {
    uint32_t found, read;          /* files that it is about, and those of them that were read in full */
    bool tried;                    /* a check that decides it ran */
    ItemState otherwise;           /* when everything was read, and no check met what it is about */
    bool held, wrong, unknown;     /* some place is right, is wrong, can't be told */
} ItemGrounds;
ItemState item_decide(const ItemGrounds *grounds);

/* The same with its places: of each sort the first of them, by path and line, at most one a line. */
typedef struct ItemShare {
    ItemGrounds grounds;
    EvidenceVec held, wrong, unknown;
    EvidenceVec files;             /* that stand for what is right by what is not there */
} ItemShare;

/* An entry of the baseline that no finding of its own file took. */
typedef struct BaselineRest {
    uint32_t index;                /* in the baseline */
    Str identity;
} BaselineRest;

/* What one shard knows that only all shards together can decide; `infra merge` does. */
typedef struct Shard {
    uint32_t index, count;         /* 1-based */
    Str review;                    /* equal in all shards of one review: its files and what was asked of it */
    uint32_t walk_gaps;            /* of coverage.skipped, the first so many are of the walk */
    VEC(ItemShare) items;          /* as in the checklist */
    VEC(BaselineRest) rest;
    FindingVec pending;            /* that stand if every shard says so */
} Shard;

/* What another scanner reports, by --with. */
typedef struct Claim {
    Str scanner;                   /* "trivy" */
    Str id;                        /* CVE-2026-1234, or the id of its rule */
    Str title;                     /* what is wrong, one line; may be empty */
    Str place;                     /* file, package or URL, as the scanner names it */
    Str advice;                    /* the version that mends it, or what to do; may be empty */
    Severity severity;
    uint32_t line;                 /* 1-based; 0: the whole place */
    Source *source;                /* the file of this repository it is about, or NULL */
    bool blocks;                   /* high or critical, and nothing says that it was dealt with */
} Claim;
typedef VEC(Claim) ClaimVec;

/* What was learnt about the repository and fits this review. */
typedef enum KnownKind { KNOWN_DECISION, KNOWN_BLOCKER, KNOWN_ANTI_PATTERN, KNOWN_COMMON_FILES } KnownKind;
typedef struct Known {
    KnownKind kind;
    Str id;                        /* empty for an anti-pattern, and for files */
    Str about;                     /* of a blocker: what went wrong; may be empty */
    Str said;                      /* what was decided, what solved it, what not to do, or paths as code */
    Str prevention;                /* of a blocker; may be empty */
    double confidence;             /* of a decision, 0 to 1 */
    uint32_t line;                 /* of the memory file, 1-based */
} Known;
typedef const Known *KnownRef; /* for vec_each */
typedef VEC(KnownRef) KnownVec;

struct FoundFile;

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
    ClaimVec claims;               /* the worst first */
    uint32_t claim_files;          /* reports of other scanners that were read */
    KnownVec known;                /* decisions of the most confidence first */
    Str memory;                    /* path of the memory file from the root; empty: there is none */
    uint32_t memory_damaged;       /* line where it does not parse; 0: it does */
    const struct FoundFile *files; /* what was recognised, by path */
    uint32_t file_count;
    bool blocked;                  /* something on the never-approve list was found */
    bool compared;                 /* only what changed was asked for: no file is an answer, too */
    int64_t now;                   /* seconds since 1970: what "today" was */
    Shard *shard;                  /* or NULL: of all files */
} Review;

#endif
