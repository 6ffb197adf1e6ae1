/* What hcl.c (bodies), hcl_expression.c and hcl_template.c share.
 *
 * Nodes are emitted in post-order, children before their parent, so that an operator found after its left side needs no
 * node moved; hcl_parse turns the array into pre-order at the end. */
#ifndef PARSE_HCL_PARSER_H
#define PARSE_HCL_PARSER_H

#include "parse/hcl.h"

typedef struct HclParser {
    Text text;
    Str s;              /* text.bytes */
    uint32_t at;        /* next byte to read */
    Arena *arena;       /* of the tree */
    Arena scratch;      /* of what only the parser needs: nodes, heights */
    NodeVec nodes;      /* post-order; size is right, up is not yet */
    VEC(uint16_t) heights;
    uint32_t depth;     /* of the recursion */
    uint32_t told;      /* comments before it were looked at */
    bool free_newlines; /* newlines are blanks here: inside ( ) and [ ] and ${ } */
    bool bad;           /* a fault was recorded, and nothing is read until the next item */
    bool trim;          /* ~ } was read: the next text loses its leading white space */
} HclParser;

static inline char hcl_peek(const HclParser *p, uint32_t ahead) { return p->at + ahead < p->s.len ? p->s.at[p->at + ahead] : '\0'; }
static inline bool hcl_end(const HclParser *p) { return p->at >= p->s.len; }
/* Skips blanks and comments; newlines only where they mean nothing. */
void hcl_blanks(HclParser *p);
void hcl_newlines(HclParser *p); /* newlines too */
/* Records a fault at [start, end), once until the next item. */
void hcl_fault(HclParser *p, ProblemCode code, uint32_t start, uint32_t end);
/* At most one byte at `at` is wrong. */
void hcl_unexpected(HclParser *p);
/* The length of the identifier at `at`, or 0. */
uint32_t hcl_identifier(const HclParser *p);
bool hcl_keyword(const HclParser *p, const char *word);
void hcl_leaf(HclParser *p, HclKind kind, uint32_t start, uint32_t end);
/* Makes a node of everything emitted since `mark`; it is the last of p->nodes. */
Node *hcl_close(HclParser *p, HclKind kind, uint32_t mark, uint32_t start, uint32_t end);
bool hcl_enter(HclParser *p);
static inline void hcl_leave(HclParser *p) { p->depth--; }

void hcl_expression(HclParser *p);
void hcl_quoted(HclParser *p);  /* at a " */
void hcl_heredoc(HclParser *p); /* at << */
void hcl_template(HclParser *p); /* to the end of the text */

#endif
