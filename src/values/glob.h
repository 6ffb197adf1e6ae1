/* Globs over paths, as .gitignore and .dockerignore write them. */
#ifndef VALUES_GLOB_H
#define VALUES_GLOB_H

#include "base/str.h"

/* One pattern against one path: * and ? stop at /, ** does not, [a-z] classes, \\ quotes. At most pattern × path steps. */
bool glob_matches(Str pattern, Str path);

/* Whether the pattern names `path` or a folder that holds it: "vendor", "legacy", "services/a/". A pattern without a / may name
 * any part of the path. */
bool glob_covers(Str pattern, Str path);

#endif
