/* Where and how something is written into an HCL file that exists, as `terraform fmt` would lay it out: two blanks a level, the =
 * of neighbouring lines in one column. What can't be done so is refused (false), and nothing was added to `out`. */
#ifndef PARSE_HCL_EDIT_H
#define PARSE_HCL_EDIT_H

#include "model/edit.h"
#include "parse/hcl.h"

/* The block or object says `expression` under `path`; "versioning.enabled": in the nested block of that name (the first one),
 * which is made if there is none. */
bool hcl_edit_set(const Tree *tree, const Node *node, Str path, Str expression, Arena *a, EditVec *out);
/* One more item at the end of a block or body (lines), or of a tuple (an expression). */
bool hcl_edit_into(const Tree *tree, const Node *node, Str text, Arena *a, EditVec *out);
/* The attribute (it or its value may be named), the block or the element goes. */
bool hcl_edit_remove(const Tree *tree, const Node *node, Arena *a, EditVec *out);
/* The node a value came from: a block by its header, else an expression. NULL: none. */
const Node *hcl_edit_node(const Tree *tree, Value value);

#endif
