/* Results of all shards of one review → the result that one run over all files prints, to the byte (json.c prints both).
 * Places are sorted anew; identities get their ordinals, and the baseline its rest, over all files. */
#ifndef REPORT_MERGE_H
#define REPORT_MERGE_H

#include "base/error.h"
#include "model/review.h"


/* What the whole says, for the exit status and for people. */
typedef struct Merged {
    Verdict verdict;
    uint32_t summary[SEVERITY_COUNT];
    uint32_t found, read;
} Merged;

/* `sources`: path and bytes of `count` results; their arenas take the trees. On false `err` names the file that does not belong here,
 * or the shard that is missing. */
bool merge_results(Source *sources, uint32_t count, Buf *out, Merged *merged, Error *err);

#endif
