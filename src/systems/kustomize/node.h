/* The resources of a build as trees that can be changed, each value with the place where it is written.
 *
 * A node is a scalar, or a map or list of a file that nobody changed yet (NODE_WHOLE: a Value, which is shared and never copied), or one
 * that was opened: its entries are then nodes of their own. Opening costs one level, so that a build costs what it touches and
 * not what it reads. The trees are seen as values through a grammar of their own (VALUE_TREE), like those of a file. */
#ifndef SYSTEMS_KUSTOMIZE_NODE_H
#define SYSTEMS_KUSTOMIZE_NODE_H

#include "model/shape.h"

typedef enum BuiltKind { BUILT_WHOLE, BUILT_MAP, BUILT_LIST } BuiltKind;

typedef struct BuiltNode BuiltNode;

/* Of a map: a key and what stands under it; of a list: an item, its key null. */
typedef struct BuiltEntry {
    Value key;
    BuiltNode *node;
} BuiltEntry;

struct BuiltNode {
    uint8_t kind;     /* BuiltKind */
    uint32_t index;   /* in its tree */
    Value value;      /* WHOLE: what it is; else null at the place of the whole map or list */
    Span header;      /* MAP, LIST: the key it stands under, in value.source */
    VEC(BuiltEntry) entries;
    Map by_key;       /* of a map with many entries: key → place + 1 of the last of that key, among the first `placed` */
    uint32_t placed;
};

typedef struct BuiltTree {
    Tree tree;        /* what VALUE_TREE points to; its nodes are in `all` */
    Arena *arena;
    VEC(BuiltNode *) all;
    uint64_t scanned; /* entries looked at since somebody counted them */
    uint32_t *left;   /* nodes that may still be made, in all trees of a review; at 0 none is opened any more */
} BuiltTree;

#define BUILT_NODES_MAX 500000u /* of a review: about 600 bytes each, with what they point to */

/* `left` is shared by the trees of a review. */
BuiltTree *built_tree(Arena *a, uint32_t *left);
/* Whether more had to be made than is allowed: what the tree says is not all. */
static inline bool built_is_full(const BuiltTree *t) { return *t->left == 0; }

BuiltNode *built_whole(BuiltTree *t, Value v);
/* An empty map or list that stands for what is written at `origin`. */
BuiltNode *built_new(BuiltTree *t, BuiltKind kind, Value origin);
/* A string that was computed from what is written at `origin`. */
BuiltNode *built_text(BuiltTree *t, Str text, Value origin);
/* A node of its own with the same content. */
BuiltNode *built_copy(BuiltTree *t, const BuiltNode *node);
/* Makes the entries of a map or list nodes; false when it is none (or the tree is full). */
bool built_open(BuiltTree *t, BuiltNode *node);
bool built_is_map(const BuiltNode *node);
bool built_is_list(const BuiltNode *node);
/* The node as a value, with all below it. */
Value built_value(const BuiltTree *t, const BuiltNode *node);
/* The text of a scalar as it would be written plain ("8080", "true"); empty for anything else. Lives as long as the tree. */
Str built_scalar(const BuiltTree *t, const BuiltNode *node);

/* Under `key` in a map, or NULL. Opens `map`. */
BuiltNode *built_get(BuiltTree *t, BuiltNode *map, Str key);
BuiltNode *built_path(BuiltTree *t, BuiltNode *map, const char *path); /* "spec.template.metadata" */
/* The same without opening: null when it is absent. */
Value built_peek(const BuiltTree *t, const BuiltNode *map, const char *path);
/* Sets or adds. `key` keeps its place when it is there already. */
void built_set(BuiltTree *t, BuiltNode *map, Value key, BuiltNode *value);
bool built_remove(BuiltTree *t, BuiltNode *map, Str key);
void built_insert(BuiltTree *t, BuiltNode *list, uint32_t at, BuiltNode *item);
void built_take(BuiltNode *list, uint32_t at);
/* The map under `key`, made where it is missing (or null); NULL when something else stands there. */
BuiltNode *built_map_at(BuiltTree *t, BuiltNode *map, Str key, Value origin);

/* The text of a scalar value as it would be written plain. */
Str scalar_text(Value v, Arena *a);
/* Whether two scalars are the same; or two whole values, however they are written. */
bool value_same(Value x, Value y);

/* Appends documents that any YAML reader understands as the same values. */
void built_print(const BuiltTree *t, const BuiltNode *root, Buf *out);

#endif
