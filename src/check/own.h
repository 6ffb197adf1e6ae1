/* Checks that a repository brings itself: .infra/checks/FACET/ID.yaml, through the same loader as ours. */
#ifndef CHECK_OWN_H
#define CHECK_OWN_H

#include "base/error.h"
#include "model/finding.h"

#define OWN_CHECKS_FOLDER ".infra/checks"
#define OWN_CHECKS_MAX 2000        /* files, and checks in them */
#define OWN_CHECK_BYTES_MAX 262144 /* of one file */
#define OWN_CHECKS_DEPTH_MAX 4     /* folders below .infra/checks */

typedef struct OwnChecks {
    const Check *items; /* sorted by id */
    uint32_t count;
    Source **sources;   /* their files, as many as were read, and our families */
    uint32_t source_count;
} OwnChecks;

/* Loads what lies below `root`; none is no error. Links are not followed. `principle:` may name one of ours. Everything lives in
 * `a` and in the sources. On false, `err` names the file and line: a check that can't be read must not be silently left out. */
bool own_checks_load(int root, Arena *a, OwnChecks *out, Error *err);
/* Also after a failure. */
void own_checks_free(OwnChecks *own);

#endif
