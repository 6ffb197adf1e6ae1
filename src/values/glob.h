/* Globs over paths, as .gitignore and .dockerignore write them. */
#ifndef VALUES_GLOB_H
#define VALUES_GLOB_H

#include "base/str.h"

/* One pattern against one path: * and ? stop at /, ** does not, [a-z] classes, \\ quotes. At most pattern × path steps. */
bool glob_matches(Str pattern, Str path);

/* Whether the pattern names `path` or a folder that holds it: "vendor", "legacy", "services/a/". A pattern without a / may name
 * any part of the path. */
bool glob_covers(Str pattern, Str path);

/* Whether the lines of a .dockerignore, comments left out, keep `path` out: the last one that matches it, or a folder that holds it, decides. */
bool glob_excludes(const Str *patterns, uint32_t count, Str path);
/* The same of `path` with all that is in it: no line lets a part of it back in. */
bool glob_excludes_all(const Str *patterns, uint32_t count, Str path);

#endif
