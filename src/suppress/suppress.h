/* Who asked not to hear of what: matches findings with ignores, and tells which ignores are void. */
#ifndef SUPPRESS_SUPPRESS_H
#define SUPPRESS_SUPPRESS_H

#include "model/ignore.h"

/* Notes on each ignore whether its last day is over at `now`. */
void ignores_expire(IgnoreVec *ignores, int64_t now);
/* Whether an ignore of a comment holds for `finding`; marks both. */
bool ignores_inline(IgnoreVec *ignores, Finding *finding);
/* The same for ignores of settings; `path` is that of the finding as the settings see it. */
bool ignores_settings(IgnoreVec *ignores, Str path, Finding *finding);
/* The ignore as checks see it. `known`: a check of that name exists; `ran`: one that it names ran over all it could hold for. */
const Object *ignore_object(const Ignore *ignore, bool known, Str nearest, bool ran, Arena *a);

#endif
