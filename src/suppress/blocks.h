/* What belongs together, by indentation: how people read YAML and HCL before any grammar does. Lines are 1-based. */
#ifndef SUPPRESS_BLOCKS_H
#define SUPPRESS_BLOCKS_H

#include "model/source.h"

typedef struct BlockLine {
    uint32_t indent; /* of a line of code, twice its column, one more for `- `; BLOCK_NONE: blank or a comment */
    uint32_t end;    /* last line of what begins here */
} BlockLine;

#define BLOCK_NONE UINT32_MAX

typedef struct Blocks {
    BlockLine *lines; /* [0] is line 1 */
    uint32_t count;
} Blocks;

/* Linear, in `a`. */
Blocks blocks_of(Source *source, Arena *a);
/* The last line of what begins at `line`. */
uint32_t blocks_end(const Blocks *b, uint32_t line);
/* The first line of code below `line`; `line` itself when there is none. */
uint32_t blocks_next(const Blocks *b, uint32_t line);
/* The outermost block that the comment at `line` stands in, or 0. */
uint32_t blocks_owner(const Blocks *b, uint32_t line);
/* The document between --- lines that holds `line`. */
void blocks_document(const Blocks *b, uint32_t line, uint32_t *from, uint32_t *to);

#endif
