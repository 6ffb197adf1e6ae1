/* Comments that ignore checks, in every format: ours and those of other tools. */
#ifndef SUPPRESS_INLINE_H
#define SUPPRESS_INLINE_H

#include "model/ignore.h"
#include "model/node.h"

#define INLINE_IGNORES_MAX 2000 /* of one file; more is an attack on the quadratic */

/* How far what begins at the first byte of a line goes, by the grammar of the file; an empty span: nothing begins there. */
typedef Span (*BlockOf)(const Tree *tree, Span line);

/* Appends the ignores of `source`, in file order. `tree` and `block` may be NULL: then indentation tells what belongs together.
 * Texts live in `a`. Linear in the bytes. */
void inline_ignores(Source *source, const Tree *tree, BlockOf block, Arena *a, IgnoreVec *out);

#endif
