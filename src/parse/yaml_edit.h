/* Where and how something is written into a YAML file that exists: block and flow style, indentation, quotes and ends of lines as
 * found; comments and anchors stay. What can't be done without touching them is refused (false), and nothing was added to `out`.
 *
 * `snippet` is YAML of its own, a scalar or a collection: "true", "drop: [ALL]". Positions are those of the whole source, so the
 * tree must be of one (not of a scalar inside it). */
#ifndef PARSE_YAML_EDIT_H
#define PARSE_YAML_EDIT_H

#include "model/edit.h"
#include "parse/yaml.h"

/* The map says `snippet` under `path` ("securityContext.privileged"); maps on the way are made. An alias, a merge key or an
 * anchor on the way refuses: others share what stands there. */
bool yaml_edit_set(const Tree *tree, const Node *map, Str path, Str snippet, Arena *a, EditVec *out);
/* One more item at the end of a sequence. */
bool yaml_edit_into(const Tree *tree, const Node *sequence, Str snippet, Arena *a, EditVec *out);
/* The entry that the key or value belongs to, or the item, goes; what is left empty says so: {}, []. */
bool yaml_edit_remove(const Tree *tree, const Node *node, Arena *a, EditVec *out);
/* `text` in the quotes of the scalar that stands at `span`, if it is a string and none of its own. */
Str yaml_edit_quoted(const Tree *tree, Span span, Str text, Arena *a);
/* The node with a grammar of YAML that a value of this tree came from: of a key, what stands under it. NULL: none. */
const Node *yaml_edit_node(const Tree *tree, Value value);
bool yaml_edit_reads(const Tree *tree);

#endif
