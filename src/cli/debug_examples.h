/* infra debug examples: what the checks are tried on, for who tries something else on it. */
#ifndef CLI_DEBUG_EXAMPLES_H
#define CLI_DEBUG_EXAMPLES_H

#include "base/buf.h"
#include "base/error.h"

/* {"examples": [{"check", "bad", "files": [{"path", "text"}]}]}: those of our checks, of the ones that begin with `check`, or of all when it
 * is empty. The marks are taken out. */
bool debug_examples(Str check, Buf *out, Error *err);

#endif
