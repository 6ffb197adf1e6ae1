/* What a check's `fix:` means for one finding: steps → edits of the file it stands in. Tiers below know how each format is written. */
#ifndef CHECK_FIX_H
#define CHECK_FIX_H

#include "cel/cel.h"
#include "model/finding.h"

#define FIXES_MAX 20000 /* of one file: a hostile one must not cost the square of its size. The rest come when these are written */


/* The edits for the finding that `scope` is about, or NULL: it can't be mended without a guess, or without touching what others
 * share. `tree` is that of `source`; results live in `results`. */
const FindingFix *fix_finding(const Fix *fix, CelScope *scope, Source *source, const Tree *tree, Arena *results);

#endif
