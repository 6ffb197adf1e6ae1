/* The code-review checklist: what the findings and the coverage say of its twenty items. */
#ifndef CHECK_CHECKLIST_H
#define CHECK_CHECKLIST_H

#include "check/run.h"
#include "model/project.h"

/* How many files of a system were found, and read in full. */
typedef struct SystemCount {
    uint32_t found, read;
} SystemCount;

/* Fills review->checklist. `index` holds the checks that ran; `counts` is indexed by SystemId. An item is `no` where one of its
 * checks fired, `not-applicable` where its system is absent, `unknown` where something was not read or none of its checks
 * ran, else `yes`. */
void checklist_fill(Review *review, const CheckIndex *index, const SystemCount *counts);

#endif
