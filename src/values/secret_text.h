/* Credentials in a text that nobody parsed: a line that is quoted. */
#ifndef VALUES_SECRET_TEXT_H
#define VALUES_SECRET_TEXT_H

#include "base/str.h"

/* The next credential in `text` at or behind *from, as a part of it; then *from stands behind it. Names what no grammar of ours
 * told to be one, too; a reference or a placeholder is none. Linear in the text. */
bool secret_next(Str text, size_t *from, Str *out);
/* `text` with `mark` in the place of each; in `a`. */
Str secret_without(Str text, Str mark, Arena *a);

#endif
