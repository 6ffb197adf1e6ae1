/* Edit: a range of bytes of a file and what stands there afterwards. Edits are the only way this program changes a file, so
 * what lies outside of them stays to the byte: comments, quotes, order, ends of lines.
 *
 * Offsets are those of the file before any edit, half-open; an empty range is an insertion. Two edits clash when they share a
 * byte, or when they touch at an edge: which of two insertions at one place goes first would be chance. */
#ifndef MODEL_EDIT_H
#define MODEL_EDIT_H

#include "base/buf.h"
#include "model/node.h"

typedef struct Edit {
    Span span;
    Str text;
} Edit;

typedef VEC(Edit) EditVec;

/* Appends [start, end) → text, and is true: what a function that places an edit says at its end. */
bool edit_put(EditVec *out, Arena *a, uint32_t start, uint32_t end, Str text);

/* What a function that places edits works with: the tree it looks at, the bytes of its file, and where edits go (NULL: it only looks). */
typedef struct Editor {
    const Tree *tree;
    Str bytes;
    Arena *a;
    EditVec *out;
} Editor;

static inline Editor editor_of(const Tree *tree, Arena *a, EditVec *out) { return (Editor){tree, tree->text.source->bytes, a, out}; }

/* The edits of one finding: all or none. Those at one place are applied in the order given. */
typedef struct EditGroup {
    const Edit *edits;
    uint32_t count;
} EditGroup;

/* Sorts by place, stably. False when two of them share a byte, or one lies outside of `size` bytes. */
bool edits_order(Edit *edits, uint32_t count, size_t size);
/* Takes into `out` (sorted, in `a`) the edits of every group that clashes with none taken before, and says in taken[i] which;
 * a group that says exactly what is taken already is taken with it. Groups must be ordered by edits_order. */
void edits_choose(const EditGroup *groups, uint32_t count, bool *taken, EditVec *out, Arena *a);
/* Appends `bytes` with the edits (ordered) applied. Linear. */
void edits_apply(Str bytes, const Edit *edits, uint32_t count, Buf *out);

/* ---- where lines begin and end ---- */

/* Offset of the first byte of the line that holds `at`; of the line feed (or CR LF) that ends it, or of the end. */
uint32_t line_start(Str bytes, uint32_t at);
uint32_t line_end(Str bytes, uint32_t at);
/* "\r\n" when the file's first line ends so, else "\n". */
Str line_feed(Str bytes);
/* The blanks that the line of `at` begins with. */
Str line_indent(Str bytes, uint32_t at);
/* Nothing but blanks stands before `at` in its line. */
bool line_begins(Str bytes, uint32_t at);
/* The whole lines from the one of `start` to the one of `end`, so that taking them out leaves whole lines: the end of the last one is
 * in it, or, in a file that does not end a line, the end of the line before. */
Span lines_of(Str bytes, uint32_t start, uint32_t end);
/* `text` with `indent` in front of each line that has something, lines ended as `feed` says; the last one is not ended. In `a`. */
Str lines_indented(Str text, Str indent, Str feed, Arena *a);

#endif
