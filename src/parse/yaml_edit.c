/* Lines are inserted at the end of the line before, so that a file without a last line feed stays one. */
#include "parse/yaml_edit.h"

#include "parse/yaml_print.h"

bool yaml_edit_reads(const Tree *tree) {
    if (!tree) return false;
    bool yaml = tree->grammar == &yaml_grammar || tree->grammar == &yaml_template_grammar || tree->grammar == &yaml_pipeline_grammar;
    return yaml && tree->text.segment_count == 1 && tree->text.segments[0].from == 0;
}

static bool is_flow(const Node *node) { return (node->kind == YAML_MAP || node->kind == YAML_SEQUENCE) && node->style == YAML_FLOW; }
static bool is_collection(const Node *node) { return node->kind == YAML_MAP || node->kind == YAML_SEQUENCE; }
static bool is_empty(const Node *node) { return node->flags & YAML_EMPTY; }

/* Its place among the children of a map is odd: a value. */
static bool is_value(const Node *node) {
    const Node *parent = node_parent(node);
    uint32_t index = 0;
    if (!parent || parent->kind != YAML_MAP) return false;
    for (const Node *child = parent + 1; child < node; child += child->size) index++;
    return index % 2 == 1;
}

/* Behind the colon of a key; 0 when there is none (an explicit key, a flow key alone). */
static uint32_t after_colon(const Editor *e, const Node *key) {
    uint32_t at = key->end;
    while (at < e->bytes.len && (e->bytes.at[at] == ' ' || e->bytes.at[at] == '\t')) at++;
    return at < e->bytes.len && e->bytes.at[at] == ':' ? at + 1 : 0;
}

const Node *yaml_edit_node(const Tree *tree, Value value) {
    if (value.kind == VALUE_TREE && value.as.tree == tree) return &tree->nodes[value.count];
    const Node *node = tree_at(tree, value.span);
    while (node && (node->kind == YAML_STREAM || node->kind == YAML_DOCUMENT)) node = node_first(node);
    if (!node || node->start != value.span.start || node->end != value.span.end) return NULL;
    const Node *parent = node_parent(node);
    bool of_map = parent && parent->kind == YAML_MAP;
    bool key = of_map && value.kind == VALUE_OBJECT && node->kind == YAML_SCALAR && node + node->size < parent + parent->size;
    Editor e = editor_of(tree, NULL, NULL);
    return key && after_colon(&e, node) ? node + node->size : node;
}

/* A scalar that is written as lines: nothing goes safely behind it. */
static bool ends_in_lines(const Node *node) {
    const Node *last = node + node->size - 1;
    return last->kind == YAML_SCALAR && (last->style == YAML_LITERAL || last->style == YAML_FOLDED);
}

/* The end of the line on which an entry ends, when nothing but a comment follows it there. */
static bool free_line_end(const Editor *e, uint32_t at, uint32_t *out) {
    uint32_t i = at;
    while (i < e->bytes.len && (e->bytes.at[i] == ' ' || e->bytes.at[i] == '\t')) i++;
    bool comment = i < e->bytes.len && e->bytes.at[i] == '#' && i > at;
    *out = line_end(e->bytes, i);
    return comment || *out == i;
}

static uint32_t column(const Editor *e, uint32_t at) { return at - line_start(e->bytes, at); }

/* How this file indents: looked up at its first nested map and list. */
static YamlLayout layout_of(const Editor *e) {
    YamlLayout layout = {.step = 2, .list = 2, .feed = line_feed(e->bytes)};
    bool step = false, list = false;
    for (uint32_t i = 0; i < MIN(e->tree->count, 2000u) && !(step && list); i++) {
        const Node *node = &e->tree->nodes[i], *parent = node_parent(node);
        if (!is_collection(node) || is_flow(node) || !parent || parent->kind != YAML_MAP || is_flow(parent) || node->size == 1) continue;
        uint32_t outer = column(e, node_first(parent)->start), inner = column(e, node->kind == YAML_MAP ? node_first(node)->start : node->start);
        if (inner < outer || inner > outer + 8) continue;
        if (node->kind == YAML_MAP && !step && inner > outer) layout.step = inner - outer, step = true;
        if (node->kind == YAML_SEQUENCE && !list) layout.list = inner - outer, list = true;
    }
    if (!list) layout.list = layout.step;
    return layout;
}

/* "a.b" and "c" → "a:\n  b: c": the snippet under its path. */
static Str wrapped(Editor *e, Str path, Str snippet) {
    Str head, rest = path;
    Buf out = {0};
    uint32_t depth = 0;
    for (; str_next(&rest, '.', &head); depth++) {
        if (depth) buf_byte(&out, '\n');
        buf_fill(&out, ' ', 2 * (size_t)depth);
        buf_add(&out, head);
        buf_byte(&out, ':');
    }
    if (str_has(str_trim(snippet), STR("\n")) || yaml_print_is_block(snippet)) {
        Str indent = str_format(e->a, "%*s", (int)(2 * depth), "");
        buf_byte(&out, '\n');
        buf_add(&out, lines_indented(snippet, indent, STR("\n"), e->a));
    } else {
        buf_byte(&out, ' ');
        buf_add(&out, str_trim(snippet));
    }
    Str s = str_copy(e->a, buf_str(&out));
    buf_free(&out);
    return s;
}

static bool in_block(Editor *e, Str snippet, uint32_t indent, Str *out) {
    YamlLayout layout = layout_of(e);
    layout.indent = indent;
    return yaml_print_block(snippet, &layout, e->a, out);
}

static bool in_flow(Editor *e, const Node *like, Str snippet, Str *out) {
    bool json = like && like->kind == YAML_SCALAR && like->style == YAML_DOUBLE;
    return yaml_print_flow(snippet, json, e->a, out);
}

/* ---- one more entry or item ---- */

/* Behind the last entry of a flow collection. `first`: what the last entry begins with. */
static bool append_flow(Editor *e, const Node *all, const Node *first, uint32_t end, Str text) {
    uint32_t next = end;
    while (next < all->end && str_find_byte(STR(" \t\r\n"), e->bytes.at[next]) != STR_NONE) next++;
    if (next >= e->bytes.len || (e->bytes.at[next] != '}' && e->bytes.at[next] != ']')) return false; /* a trailing comma, a comment */
    if (!line_begins(e->bytes, first->start)) return edit_put(e->out, e->a, end, end, str_format(e->a, ", %.*s", STR_ARGS(text)));
    Str indent = line_indent(e->bytes, first->start), feed = line_feed(e->bytes);
    return edit_put(e->out, e->a, end, end, str_format(e->a, ",%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(text)));
}

static bool fill_flow(Editor *e, const Node *all, Str text) {
    const char *form = all->kind == YAML_MAP ? "{%.*s}" : "[%.*s]";
    return edit_put(e->out, e->a, all->start, all->end, str_format(e->a, form, STR_ARGS(text)));
}

static bool add_to_flow_map(Editor *e, const Node *map, Str entry) {
    const Node *first = node_first(map), *key = first;
    Str text;
    if (!in_flow(e, first, entry, &text)) return false;
    text = str_slice(text, 1, text.len - 1); /* without its braces */
    if (!first) return fill_flow(e, map, text);
    const Node *value = key + key->size;
    while (value + value->size < map + map->size) {
        key = value + value->size;
        value = key + key->size;
    }
    return append_flow(e, map, key, is_empty(value) ? MAX(key->end, value->end) : value->end, text);
}

static bool add_to_map(Editor *e, const Node *map, Str entry) {
    if (is_flow(map)) return add_to_flow_map(e, map, entry);
    const Node *first = node_first(map), *key = first, *last_key = NULL, *last = NULL;
    for (const Node *end = map + map->size; key < end;) {
        const Node *value = key + key->size;
        if (!ends_in_lines(value)) last_key = key, last = value;
        key = value + value->size;
    }
    uint32_t indent = column(e, first->start), at;
    Str text, margin = str_format(e->a, "%*s", (int)indent, ""), feed = line_feed(e->bytes);
    if (!in_block(e, entry, indent, &text)) return false;
    if (!last) return edit_put(e->out, e->a, first->start, first->start, str_format(e->a, "%.*s%.*s%.*s", STR_ARGS(text), STR_ARGS(feed), STR_ARGS(margin)));
    uint32_t end = is_empty(last) ? after_colon(e, last_key) : last->end;
    if (!end || !free_line_end(e, end, &at)) return false;
    return edit_put(e->out, e->a, at, at, str_format(e->a, "%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(margin), STR_ARGS(text)));
}

bool yaml_edit_into(const Tree *tree, const Node *sequence, Str snippet, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    if (!sequence || sequence->kind != YAML_SEQUENCE) return false;
    const Node *last = node_first(sequence);
    while (last && last + last->size < sequence + sequence->size) last += last->size;
    Str text;
    if (is_flow(sequence)) {
        if (!in_flow(&e, last, snippet, &text)) return false;
        return last ? append_flow(&e, sequence, last, last->end, text) : fill_flow(&e, sequence, text);
    }
    uint32_t indent = column(&e, sequence->start), at;
    if (!last || ends_in_lines(last) || is_empty(last) || !free_line_end(&e, last->end, &at)) return false;
    if (!in_block(&e, snippet, indent + 2, &text)) return false;
    Str feed = line_feed(e.bytes);
    return edit_put(e.out, e.a, at, at, str_format(a, "%.*s%*s- %.*s", STR_ARGS(feed), (int)indent, "", STR_ARGS(text)));
}

/* ---- another value ---- */

static bool has_properties(const Node *node) { return node->data != 0 && node->kind != YAML_ALIAS; }

/* The scalar in the quotes of the one it replaces, if it is a string as that was. */
static Str in_quotes(Editor *e, const Node *old, Str text) {
    Value v = yaml_resolve_plain(text);
    bool quoted = old->kind == YAML_SCALAR && (old->style == YAML_SINGLE || old->style == YAML_DOUBLE);
    if (!quoted || v.kind != VALUE_STRING || str_find_byte(text, '"') != STR_NONE || str_find_byte(text, '\'') != STR_NONE || str_find_byte(text, '\\') != STR_NONE) return text;
    return str_format(e->a, old->style == YAML_DOUBLE ? "\"%.*s\"" : "'%.*s'", STR_ARGS(text));
}

Str yaml_edit_quoted(const Tree *tree, Span span, Str text, Arena *a) {
    Editor e = editor_of(tree, a, NULL);
    const Node *node = tree_at(tree, span);
    return node ? in_quotes(&e, node, text) : text;
}

static bool replace_value(Editor *e, const Node *map, const Node *key, const Node *value, Str snippet) {
    if (has_properties(value) || value->kind == YAML_ALIAS) return false;
    uint32_t colon = after_colon(e, key);
    Str text;
    bool block = yaml_print_is_block(snippet);
    if (is_flow(map)) {
        if (!in_flow(e, key, snippet, &text)) return false;
        if (is_empty(value)) return colon && edit_put(e->out, e->a, colon, colon, str_format(e->a, " %.*s", STR_ARGS(text)));
        return edit_put(e->out, e->a, value->start, value->end, in_quotes(e, value, text));
    }
    if (!colon || ends_in_lines(value)) return false;
    uint32_t end = is_empty(value) ? colon : value->end, indent = column(e, node_first(map)->start);
    if (!block) {
        text = in_quotes(e, value, str_trim(snippet));
        bool inline_value = !is_empty(value) && (!is_collection(value) || is_flow(value));
        return inline_value ? edit_put(e->out, e->a, value->start, value->end, text) : edit_put(e->out, e->a, colon, end, str_format(e->a, " %.*s", STR_ARGS(text)));
    }
    YamlLayout layout = layout_of(e);
    layout.indent = indent + (yaml_print_is_list(snippet) ? layout.list : layout.step);
    if (!yaml_print_block(snippet, &layout, e->a, &text)) return false;
    uint32_t at;
    if (!free_line_end(e, end, &at)) return false;
    Str comment = str_slice(e->bytes, end, at), feed = line_feed(e->bytes);
    return edit_put(e->out, e->a, colon, at, str_format(e->a, "%.*s%.*s%*s%.*s", STR_ARGS(comment), STR_ARGS(feed), (int)layout.indent, "", STR_ARGS(text)));
}

/* The entry that the map itself has, not one it merges. */
static const Node *own_entry(Editor *e, const Node *map, Str name) {
    for (const Node *key = node_first(map), *end = map + map->size; key && key < end;) {
        if (key->kind == YAML_SCALAR && str_eq(yaml_scalar(e->tree, key, e->a), name)) return key;
        key += key->size;
        key += key->size;
    }
    return NULL;
}

static bool is_null(Editor *e, const Node *node) {
    if (is_empty(node)) return true;
    return node->kind == YAML_SCALAR && yaml_value(e->tree, (uint32_t)(node - e->tree->nodes), e->a).kind == VALUE_NULL;
}

/* One step down the path a level: paths have a handful of parts. */
static bool set(Editor *e, const Node *map, Str path, Str snippet) {
    while (map && map->kind == YAML_MAP) {
        Str head, rest;
        bool more = str_cut(path, '.', &head, &rest);
        const Node *key = own_entry(e, map, head);
        if (!key) {
            bool merged = yaml_get(e->tree, map, str_copy(e->a, head).at) != NULL;
            return !merged && add_to_map(e, map, wrapped(e, path, snippet));
        }
        const Node *value = key + key->size;
        bool hollow = is_null(e, value) || (value->kind == YAML_MAP && value->size == 1 && !is_flow(map));
        if (!more) return replace_value(e, map, key, value, snippet);
        if (hollow) return replace_value(e, map, key, value, wrapped(e, rest, snippet));
        map = value;
        path = rest;
        if (has_properties(map) && more) return false; /* an anchor: others share it */
    }
    return false;
}

bool yaml_edit_set(const Tree *tree, const Node *map, Str path, Str snippet, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    uint32_t before = out->count;
    if (set(&e, map, path, snippet)) return true;
    out->count = before;
    return false;
}

/* ---- less ---- */

/* The lines from the one that `start` begins to the one that `end` ends. */
static bool remove_lines(Editor *e, uint32_t start, uint32_t end) {
    if (!line_begins(e->bytes, start)) return false;
    bool ends = end && e->bytes.at[end - 1] == '\n';
    uint32_t ignored;
    if (!ends && !free_line_end(e, end, &ignored)) return false;
    Span lines = lines_of(e->bytes, start, ends ? end - 1 : end);
    return edit_put(e->out, e->a, lines.start, lines.end, (Str){NULL, 0});
}

/* Out of a flow collection, with the comma on one of its sides. */
static bool remove_flow(Editor *e, const Node *all, const Node *first, const Node *last) {
    uint32_t start = first->start, end = last->end;
    const Node *next = last + last->size;
    if (next < all + all->size) return edit_put(e->out, e->a, start, next->start, (Str){NULL, 0});
    if (first == all + 1) return false;
    while (start > all->start && e->bytes.at[start] != ',') start--;
    return start > all->start && edit_put(e->out, e->a, start, end, (Str){NULL, 0});
}

/* Where an entry begins: its key, the dash of its item. */
static uint32_t entry_start(const Editor *e, const Node *parent, const Node *first) {
    uint32_t start = first->start;
    if (parent->kind != YAML_SEQUENCE || start == parent->start) return start;
    for (start--; start > parent->start && e->bytes.at[start] != '-';) start--;
    return start;
}

/* What holds nothing any more stays, and says so: its key may mean something by itself. */
static bool leave_empty(Editor *e, const Node *all, const Node *last) {
    bool map = all->kind == YAML_MAP;
    const Node *parent = node_parent(all);
    if (is_flow(all)) return edit_put(e->out, e->a, all->start, all->end, map ? STR("{}") : STR("[]"));
    if (!parent || parent->kind != YAML_MAP || is_flow(parent) || ends_in_lines(last) || is_empty(last)) return false;
    uint32_t colon = after_colon(e, all - 1), end = last->end;
    if (!colon || str_trim(str_slice(e->bytes, colon, entry_start(e, all, all + 1))).len) return false; /* a comment between */
    return edit_put(e->out, e->a, colon, end, map ? STR(" {}") : STR(" []"));
}

bool yaml_edit_remove(const Tree *tree, const Node *node, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    const Node *parent = node ? node_parent(node) : NULL, *first = node, *last = node;
    if (!parent || !is_collection(parent)) return false;
    if (parent->kind == YAML_MAP) {
        if (is_value(node)) {
            first = parent + 1;
            while (first + first->size != node) first += first->size;
        } else last = node + node->size;
    }
    if (has_properties(last)) return false;
    const Node *next = last + last->size;
    bool follows = next < parent + parent->size;
    if (first == parent + 1 && !follows) return leave_empty(&e, parent, last);
    if (is_flow(parent)) return remove_flow(&e, parent, first, last);
    uint32_t start = entry_start(&e, parent, first), end = is_empty(last) && parent->kind == YAML_MAP ? after_colon(&e, first) : last->end;
    if (parent->kind == YAML_SEQUENCE || line_begins(e.bytes, start)) return remove_lines(&e, start, end);
    return follows && edit_put(e.out, e.a, start, next->start, (Str){NULL, 0});
}
