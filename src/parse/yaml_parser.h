/* What the files of the YAML grammar share. Not for others: use parse/yaml.h. */
#ifndef PARSE_YAML_PARSER_H
#define PARSE_YAML_PARSER_H

#include "parse/yaml.h"

#define YAML_KEY_MAX 1024 /* bytes of an implicit key (YAML 1.2.2, 7.4.2) */

typedef struct YamlParser {
    Text text;
    Arena *arena;        /* the source's */
    const char *s;       /* text.bytes */
    uint32_t len;
    uint32_t at;         /* next byte */
    uint32_t line_start; /* of the line that holds `at` */
    uint32_t depth;      /* of open nodes */
    bool fresh;          /* nothing but blanks before `at` on its line */
    bool tab;            /* … and a tab among them */
    bool tab_before;     /* a tab separates the node to come from its indicator: no collection may start here */
    bool failed;         /* this document broke */
    uint32_t document;   /* index of the DOCUMENT node at hand */
    bool template;       /* {{ … }} may stand where a value does */
    bool told;           /* that it is a template */
    bool strict;         /* refuse a closing bracket at the parent's indentation, as the specification does */
    NodeVec nodes;
    YamlExtra *extra;
} YamlParser;

/* Where a block node stands: what may start there depends on it. */
typedef enum YamlPlace {
    YAML_BELOW,        /* on a line of its own */
    YAML_BELOW_KEY,    /* the same, under `key:`: a sequence may stand at the key's own indentation */
    YAML_AFTER_KEY,    /* behind `key:` on its line: no block collection */
    YAML_AFTER_DASH,   /* behind `-`: compact collections */
    YAML_AFTER_MARK,   /* behind `?` or the `:` of an explicit pair */
    YAML_AFTER_MARKER  /* behind `---` */
} YamlPlace;

/* Properties read and not yet given to a node. */
typedef struct YamlPending {
    YamlProperties properties;
    uint32_t start, end;
    bool any;
} YamlPending;

/* Notes the maps of many keys. */
void yaml_keep_large(Tree *tree, YamlExtra *extra, Arena *a);
/* The keys of such a map; NULL: it has few. Logarithmic. */
const YamlLarge *yaml_large(const Tree *tree, const Node *map);
extern const TreeView yaml_view;

static inline bool yaml_is_blank(char c) { return c == ' ' || c == '\t'; }
static inline bool yaml_is_break(char c) { return c == '\n' || c == '\r'; }
static inline bool yaml_is_flow_mark(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }
static inline bool yaml_is_space_or_end(const YamlParser *p, uint32_t at) {
    return at >= p->len || yaml_is_blank(p->s[at]) || yaml_is_break(p->s[at]);
}

uint32_t yaml_open(YamlParser *p, YamlKind kind, uint32_t start);
void yaml_close(YamlParser *p, uint32_t index, uint32_t end);
uint32_t yaml_empty(YamlParser *p, uint32_t at);
void yaml_fail(YamlParser *p, ProblemCode code, uint32_t start, uint32_t end);
void yaml_next_token(YamlParser *p);
void yaml_cross_line(YamlParser *p);
bool yaml_is_marker(const YamlParser *p, uint32_t at); /* --- or ... at the start of the current line */
void yaml_candidate(YamlParser *p, int parent);
bool yaml_enter(YamlParser *p);                                             /* one node deeper; false at the limit */
void yaml_insert_before(YamlParser *p, uint32_t index, YamlKind kind);      /* a node in front of those from `index` on */

/* yaml_flow.c: properties, aliases, [ ] and { }. */
bool yaml_at_property(const YamlParser *p);
void yaml_read_property(YamlParser *p, YamlPending *pending, bool flow);
void yaml_attach(YamlParser *p, YamlPending *pending, uint32_t index);      /* gives `pending` to the node at `index` */
void yaml_alias(YamlParser *p, bool flow);
void yaml_flow_collection(YamlParser *p, int parent);

/* yaml_scalar.c: each makes one SCALAR; `parent` is the indentation of the collection around it. */
bool yaml_at_template(const YamlParser *p); /* {{ in a template */
void yaml_template(YamlParser *p, bool flow);
void yaml_quoted(YamlParser *p, int parent);
void yaml_block_scalar(YamlParser *p, int parent);
void yaml_plain_line(YamlParser *p, bool flow);                             /* the first line only */
void yaml_plain_rest(YamlParser *p, uint32_t index, int parent, bool flow); /* its further lines */
void yaml_plain(YamlParser *p, int parent, bool flow);
/* The same for a key of letters, and for a plain value that ends with its line when the next line has a token no deeper than `parent`: it is at
 * that token afterwards. False, and nothing done, for all others. */
bool yaml_word_key(YamlParser *p);
bool yaml_word_value(YamlParser *p, int parent);

/* yaml_value.c: after the parse. */
void yaml_link_aliases(Tree *tree);
void yaml_report_keys(const Tree *tree);

/* yaml_old.c: what a plain scalar is to YAML 1.1. */
bool yaml_old_boolean(Str s, bool *value);
bool yaml_old_octal(Str s, int64_t *value);
bool yaml_is_sexagesimal(Str s);
void yaml_report_old(const Tree *tree);

#endif
