/* Node and Tree: what every grammar produces.
 *
 * A tree is one flat array in pre-order: a node is followed by its first child, and `node + node->size`
 * is its next sibling. Nothing in it is a pointer, so a parser may insert a parent before finished
 * children by moving them. Offsets count in the tree's text; node_span gives the span in the source.
 *
 *     MAP 0..9, size 3      a: 1
 *       SCALAR 0..1         a
 *       SCALAR 3..4         1
 *
 * After parsing, trees are const. Invariants (tree_verify, run after each parse in the hostile build):
 * children lie inside their parents, siblings in order, sizes add up. */
#ifndef MODEL_NODE_H
#define MODEL_NODE_H

#include "base/buf.h"
#include "model/text.h"

#define NODE_DEPTH_MAX 200 /* deeper than any real file; recursion in parsers stops here with a problem */

typedef struct Node {
    uint32_t start, end; /* half-open, in the tree's text */
    uint32_t size;       /* nodes of this subtree, itself included: at least 1 */
    uint32_t up;         /* distance to the parent (node - up), 0 in the root; filled in by tree_finish, or by a parser that closes its nodes */
    uint32_t data;       /* the grammar's own use */
    uint8_t kind;        /* the grammar's own enum */
    uint8_t style;       /* the grammar's own use: quoting … */
    uint16_t flags;      /* the grammar's own bits */
} Node;

typedef VEC(Node) NodeVec;

/* A grammar as the rest of the program knows it: names for dumps. One const object a grammar. */
typedef struct Grammar {
    Str name;                 /* "yaml" */
    const Str *kinds;         /* the names of its node kinds, in enum order */
    uint32_t kind_count;
    const struct TreeView *view; /* how its trees look as values (model/value.h), or NULL */
} Grammar;

typedef struct Tree {
    const Grammar *grammar;
    Text text;
    Node *nodes;              /* nodes[0] is the root */
    uint32_t count;           /* at least 1 */
    const void *extra;        /* the grammar's own side table (YAML properties), or NULL */
} Tree;

/* Fills in `up` after a parse. Linear. */
void tree_finish(Tree *tree);
/* The first broken invariant as a sentence, or NULL when all hold. */
const char *tree_verify(const Tree *tree);

static inline const Node *node_first(const Node *node) { return node->size > 1 ? node + 1 : NULL; }
static inline const Node *node_parent(const Node *node) { return node->up ? node - node->up : NULL; }
static inline Str node_text(const Tree *tree, const Node *node) { return str_slice(tree->text.bytes, node->start, node->end); }
static inline Span node_span(const Tree *tree, const Node *node) { return text_span(&tree->text, node->start, node->end); }
/* The next sibling, or NULL in the last one and in the root. */
const Node *node_next(const Node *node);

/* for (const Node *child = …): every child of `parent`. */
#define node_each(child, parent)                                                        \
    for (const Node *child = (parent) + 1, *child##_end = (parent) + (parent)->size;    \
         child < child##_end; child += child->size)

/* The first node that begins at text offset `start`, and the outermost of exactly that range; NULL when there is none. Logarithmic. */
const Node *tree_from(const Tree *tree, uint32_t start);
const Node *tree_at(const Tree *tree, Span span);
/* The last node that begins at or before `offset`: what holds that byte is it, or above it. Logarithmic. */
const Node *tree_before(const Tree *tree, uint32_t offset);

/* Appends a dump, a node a line, indented by depth: KIND start..end "text", for debugging and goldens. */

void tree_dump(const Tree *tree, Buf *out);

#endif
