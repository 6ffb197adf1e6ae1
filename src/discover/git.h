/* What a commit, or the index, holds: git's own objects, read by git itself before the sandbox.
 *
 * Only plumbing that reads objects and the index runs (rev-parse, merge-base, ls-tree, ls-files, cat-file --batch). None of these
 * starts a hook, a filter, a diff driver, a pager or a file system monitor, and fetching what is missing is forbidden: whatever
 * a repository's configuration says, nothing of it is executed. Lines are compared by us, not by `git diff`. */
#ifndef DISCOVER_GIT_H
#define DISCOVER_GIT_H

#include "base/error.h"
#include "model/project.h"

/* Sets `before` of each file to what the merge base of `since` and HEAD holds. */
bool git_since(Project *project, Str since, Error *err);
/* Sets `before` to what HEAD holds, and the bytes to what the index holds, of each file that is staged; the others are untouched. */
bool git_staged(Project *project, Error *err);

#endif
