/* infra debug new. */
#ifndef CLI_DEBUG_NEW_H
#define CLI_DEBUG_NEW_H

#include "base/buf.h"
#include "base/error.h"
#include "model/language.h"

/* Appends what is known of each example of a stack, and the first of what `infra new` would write for it; all of that, of one example that is named;
 * without a stack, what there is. */
bool debug_new(Str stack, Str example, Language language, Buf *out, Error *err);

#endif
