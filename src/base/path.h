/* Paths of a repository: relative to its root, '/' between the parts. */
#ifndef BASE_PATH_H
#define BASE_PATH_H

#include "base/str.h"

/* `path` as written in a file of `folder`, from the root, without . and .., in `a`; false when it leaves the root or is no such
 * path (absolute, of a home folder, a URL, with backslashes). */
bool path_resolve(Arena *a, Str folder, Str path, Str *out);

#endif
