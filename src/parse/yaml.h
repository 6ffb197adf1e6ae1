/* YAML 1.2 (https://yaml.org/spec/1.2.2/) to a flat tree with exact byte spans.
 *
 *     a: [1, 2]          STREAM > DOCUMENT > MAP > SCALAR a, SEQUENCE > SCALAR 1, SCALAR 2
 *
 * In a MAP keys and values alternate; an absent one is an empty plain scalar. Scalars are slices of the source, decoded
 * only when asked for. Aliases stay references, so nothing grows. A document that breaks is reported once, what was
 * read of it is kept, and parsing goes on at the next `---`. JSON is YAML, so JSON files take the same way. */
#ifndef PARSE_YAML_H
#define PARSE_YAML_H

#include "model/shape.h"

typedef enum YamlKind {
    YAML_STREAM, YAML_DOCUMENT, YAML_MAP, YAML_SEQUENCE, YAML_SCALAR, YAML_ALIAS, YAML_KIND_COUNT
} YamlKind;

/* Node.style of a scalar; of MAP and SEQUENCE: YAML_FLOW or 0. */
typedef enum YamlStyle { YAML_PLAIN, YAML_SINGLE, YAML_DOUBLE, YAML_LITERAL, YAML_FOLDED, YAML_FLOW } YamlStyle;

enum {
    YAML_DECODE = 1 << 0,   /* the bytes differ from the value: escapes, folding, indentation */
    YAML_EMPTY = 1 << 1,    /* nothing is written: an absent key or value */
    YAML_OPEN = 1 << 4,     /* MAP, SEQUENCE: the document broke inside, more may stand there; SCALAR: the value that was lost */
    YAML_EXPLICIT = 1 << 2, /* DOCUMENT: begins with --- */
    YAML_ENDED = 1 << 3,    /* DOCUMENT: ends with ... */
    YAML_KEY = 1 << 5       /* MAP, SEQUENCE: a key of the map it stands in */
};

/* Properties of a node: node->data is 1 + the index into YamlExtra.properties, 0 for none. Empty spans: absent.
 * An ALIAS has none: there it is 1 + the index of the node it means, 0 when nothing has that name. */
typedef struct YamlProperties {
    Span anchor; /* without & */
    Span tag;    /* with !, as written */
} YamlProperties;

typedef struct YamlAnchor {
    Str name;
    uint32_t node; /* what it names; a later one of the same name wins from there on */
} YamlAnchor;

/* %TAG: holds for one document. */
typedef struct YamlHandle {
    uint32_t document; /* index of its DOCUMENT node */
    Str handle;        /* "!e!" */
    Str prefix;        /* "tag:example.com,2000:" */
} YamlHandle;

/* A map of many keys (yaml_large.c). */
typedef struct YamlLarge {
    uint32_t map;      /* index of its node */
    Map keys;          /* text → the value's node, of the last of that text */
    const Node *merge; /* what stands under the last <<, or NULL */
} YamlLarge;

typedef struct YamlExtra {
    VEC(YamlProperties) properties;
    VEC(YamlAnchor) anchors; /* in file order */
    VEC(YamlHandle) handles;
    VEC(YamlLarge) large;    /* in file order */
    VEC(Span) comments;      /* offsets in the text, from # to the end of the line */
} YamlExtra;

extern const Grammar yaml_grammar;
/* The same grammar, for files that a template engine passes over first: a scalar with {{ … }} is a hole, and so is a word with
 * ${ … }. One that is not quoted, and lines of the engine's own, are the problem YAML_TEMPLATE: nobody rendered the file. */
extern const Grammar yaml_template_grammar;
/* The same, for pipelines of GitHub: a scalar with ${{ … }} is a hole. */
extern const Grammar yaml_pipeline_grammar;

/* The tree of `text`, in its source's arena; a STREAM. Problems go to the source. Depth stops at NODE_DEPTH_MAX. Linear. */
const Tree *yaml_parse(Text text);
const Tree *yaml_parse_template(Text text);
const Tree *yaml_parse_pipeline(Text text);

static inline const YamlExtra *yaml_extra(const Tree *tree) { return tree->extra; }
/* The first node of the first document, or NULL when there is none. */
const Node *yaml_root(const Tree *tree);
/* The value of `key` in the MAP `map` (aliases and merge keys followed), or NULL. `map` may be NULL or anything. */
const Node *yaml_get(const Tree *tree, const Node *map, const char *key);
/* A node's tag in full, handles replaced by their prefixes (YAML 1.2.2, 6.9.1): tag:yaml.org,2002:str; empty when it has
 * none. In `a`. */
Str yaml_tag(const Tree *tree, const Node *node, Arena *a);
/* What an ALIAS stands for, or the node itself. NULL when the anchor is missing. */
const Node *yaml_resolve(const Tree *tree, const Node *node);
/* The content of a scalar: borrowed when nothing had to be decoded, else in `a`. */
Str yaml_scalar(const Tree *tree, const Node *node, Arena *a);
/* The same as a text to parse in place, each byte traced to where it is written. */
Text yaml_text(const Tree *tree, const Node *node);
/* The same for a string that is known as a value only: exact where it is written straight, else all of it at the start of its span. */
Text yaml_value_text(Value v);
/* The texts of all items of a list (`items`, as value_items gives them), in `a`; exact where the list is one of this grammar. */
Text *yaml_item_texts(Value list, const Value *items, uint32_t count, Arena *a);
/* Whether a map or list is of a tree of this grammar: `count` is then a node of it. */
bool yaml_is_tree(Value v);
/* A node as a value: core schema; MAP and SEQUENCE stay VALUE_TREE. */
Value yaml_value(const Tree *tree, uint32_t node, Arena *a);
/* The value of plain `text` under the core schema (YAML 1.2.2, 10.3.2). */
Value yaml_resolve_plain(Str text);

#endif
