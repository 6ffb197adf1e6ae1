/* Patterns of branches, tags and paths in the filters of GitHub Actions:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#filter-pattern-cheat-sheet */
#ifndef VALUES_FILTER_H
#define VALUES_FILTER_H

#include "base/str.h"

/* Whether a pattern can match anything; *bad is the piece at fault when not. `is_path`: of a path, else of a branch or tag. */
bool filter_is_valid(Str pattern, bool is_path, Str *bad);

#endif
