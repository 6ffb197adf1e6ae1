/* Baseline: the findings that were there when a team began, so that only new ones are told. Matched by identity, so that moved
 * lines and renamed files change nothing. */
#ifndef SUPPRESS_BASELINE_H
#define SUPPRESS_BASELINE_H

#include "base/error.h"
#include "model/review.h"

typedef struct BaselineEntry {
    Str identity, check, file, resource;
    bool used;
} BaselineEntry;

typedef struct Baseline {
    VEC(BaselineEntry) entries;
} Baseline;

/* Parses a baseline, in `source`'s arena. */
bool baseline_load(Source *source, Baseline *out, Error *err);
/* Marks findings that are in it: each entry stands for one finding, of its own file if there is one; else, when `whole`, of any file.
 * Of a shard that is for all of them to decide. */
void baseline_apply(Baseline *baseline, FindingVec *findings, bool whole);
/* Prints one, an entry a line, sorted. */
void baseline_print(const Finding *const *findings, uint32_t count, Buf *out);

#endif
