/* How what a check finds looks when it is right: of its own examples, the good one that is nearest to a bad one. */
#ifndef CHECK_CORRECTED_H
#define CHECK_CORRECTED_H

#include "model/finding.h"

/* For a file like `path`, in `a`; empty when no good example is a small step away from a bad one. Parses the check's file: for reports, not for scans. */
Str check_corrected(const Check *check, Str path, Arena *a);

#endif
