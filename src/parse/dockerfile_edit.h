/* Where and how something is written into a Dockerfile, or into a script inside of another file: lines are continued as the
 * instruction continues them already. */
#ifndef PARSE_DOCKERFILE_EDIT_H
#define PARSE_DOCKERFILE_EDIT_H

#include "model/edit.h"
#include "parse/dockerfile.h"

/* Another command behind the one at `command`, run if that succeeds. */
bool dockerfile_edit_then(const Tree *tree, Span command, Str text, Arena *a, EditVec *out);
/* The same in a script that is a scalar of YAML: on a line of its own in a block scalar. */
bool script_edit_then(Str bytes, Span command, Str text, Arena *a, EditVec *out);
/* The instruction goes with its lines; a word, with the blanks before it. */
bool dockerfile_edit_remove(const Tree *tree, Span what, Arena *a, EditVec *out);

#endif
