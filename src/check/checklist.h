/* The code-review checklist: what the checks and the coverage say of its twenty items. */
#ifndef CHECK_CHECKLIST_H
#define CHECK_CHECKLIST_H

#include "model/review.h"
#include "model/project.h"

#define CHECKLIST_ITEMS 20

/* What the checks of each item met in one file; `at` of the first place. Zeroed to start with. */
typedef struct ChecklistSeen {
    struct {
        uint32_t held, unknown;    /* places that are right, and that can't be told */
        Evidence held_at, unknown_at;
    } items[CHECKLIST_ITEMS];
    bool any;
} ChecklistSeen;

/* The same of a whole review. */
typedef struct ChecklistTally {
    struct {
        EvidenceVec held, wrong, unknown;
    } items[CHECKLIST_ITEMS];
} ChecklistTally;

/* The items that a check decides, a bit each. */
uint32_t checklist_items(const Check *check);

/* How many files of a system were found, and read in full. */
typedef struct SystemCount {
    uint32_t found, read;
} SystemCount;

/* A check that names items met what it is about, and it is right (`held`), or nobody can tell. */
void checklist_see(ChecklistSeen *seen, const Check *check, Evidence at, bool held);
/* Adds what was seen in a file of `system`. */
void checklist_add(ChecklistTally *tally, const ChecklistSeen *seen, SystemId system, Arena *a);
/* Adds a finding of a check that names items, whatever its profile. */
void checklist_wrong(ChecklistTally *tally, const Finding *finding, SystemId system, Arena *a);
/* Fills review->checklist. `counts` is indexed by SystemId; `files` are the places that stand for a whole file of a system, for items
 * that are kept by what is not there. `tried`: the items that a check which ran decides. */
typedef struct ChecklistFiles {
    EvidenceVec of[SYSTEM_COUNT];
} ChecklistFiles;
void checklist_fill(Review *review, const ChecklistTally *tally, const SystemCount *counts, const ChecklistFiles *files, uint32_t tried);

#endif
