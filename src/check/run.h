/* Meets a subject with the checks that are about it. */
#ifndef CHECK_RUN_H
#define CHECK_RUN_H

#include "cel/cel.h"
#include "check/checklist.h"
#include "model/finding.h"

#define CHECK_STEPS_MAX UINT64_C(40000000) /* of one file: about half a second; a real one needs a few thousand */

typedef VEC(uint32_t) CheckPlaces;

/* The checks of a shape. Most of them want one value of one field, so that an object meets those of its value and those that ask for none. */
typedef struct CheckShape {
    VEC(const Check *) all; /* in the order they run in; the lists below hold places in it, in that order */
    Map by_value;           /* value → CheckPlaces */
    int field;              /* of the guards that the map is by, when it has any */
    CheckPlaces others;     /* without that guard */
} CheckShape;

/* The checks that may run, by the shape of their subject. Made once a scan. */
typedef struct CheckIndex {
    CheckShape by_shape[SHAPE_COUNT];
    uint32_t items; /* of the checklist, that some check decides: a bit each */
} CheckIndex;

void check_index_add(Arena *a, CheckIndex *index, const Check *check);

/* What `infra test` wants to know of all the examples of one check together. */
#define WITNESS_OPERANDS_MAX 32
typedef struct CheckWitness {
    const struct Check *check;   /* the one that is watched */
    uint8_t **reached;           /* for `when`, then for each `let`: a byte a node */
    uint32_t operands[WITNESS_OPERANDS_MAX], operand_count; /* of `when`, cel_operands */
    uint32_t seen_true, seen_false;                         /* a bit an operand */
} CheckWitness;

typedef struct CheckRun {
    const CheckIndex *index;
    Arena *results;              /* findings and their texts */
    Arena scratch;               /* emptied after each subject */
    CelRegexes *regexes;         /* of the thread, or NULL */
    CelLists lists;              /* of the file; the caller frees its arena */
    Arena *list;                 /* of the array of findings */
    FindingVec *findings;
    const Tree *tree;            /* of the subjects' file, or NULL: no fixes */
    ChecklistSeen *seen;         /* what the checks of the checklist met, or NULL */
    uint32_t fixes;              /* made so far: at most FIXES_MAX */
    uint64_t holes[HOLE_COUNT];  /* results that could not be known, by reason */
    uint32_t errors;             /* evaluations that ended in an error: silence for the user */
    Str error;                   /* the first of them, for `infra test` */
    bool blind;                  /* law Unknown */
    CheckWitness *witness;       /* or NULL; of one check among those that run */
    bool (*host)(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out); /* joins; or NULL */
    void *host_data;
    const Tree *(*tree_of)(void *host_data, const Source *source); /* of another file, for fixes of what several files give together; or NULL */
    int64_t now;                 /* seconds since 1970: what today() says */
    uint64_t steps;              /* evaluated nodes so far; beyond CHECK_STEPS_MAX the rest of the file is not checked */
    bool cut;                    /* one evaluation alone took CEL_STEPS_MAX and has no answer */
} CheckRun;

/* Runs every check of the subject's shape that is for the system of its file. */
void check_run(CheckRun *run, const Object *subject);
/* Fills in the findings' ids and merges those that say the same of the same place. Sorts them. */
void findings_finish(FindingVec *findings, Arena *a);

#endif
