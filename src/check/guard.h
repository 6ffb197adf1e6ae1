/* What must hold of a subject before a check is evaluated, read from its `when`. */
#ifndef CHECK_GUARD_H
#define CHECK_GUARD_H

#include "model/finding.h"

/* Fills in `out`, which lives in `a` and the program; no guard when `when` demands nothing that is cheap to ask. */
void guard_find(const CelProgram *when, Arena *a, CheckGuard *out);
/* False: `when` can't be true of this subject. Allocates nothing. */
bool guard_allows(const CheckGuard *guard, const Object *subject);

#endif
