/* Alignment follows the formatter of HCL: lines of one-line attributes that follow each other share the column of their =. */
#include "parse/hcl_edit.h"

const Node *hcl_edit_node(const Tree *tree, Value value) {
    const Node *end = tree->nodes + tree->count;
    for (const Node *node = tree_from(tree, value.span.start); node && node < end && node->start == value.span.start; node++) {
        if (node->kind == HCL_BLOCK && (value.kind == VALUE_OBJECT || value.kind == VALUE_MAP || value.kind == VALUE_LIST)) return node;
        if (node->kind != HCL_BODY && node->end == value.span.end) return node;
    }
    return NULL;
}

static const Node *body_of(const Node *block) {
    node_each(child, block) {
        if (child->kind == HCL_BODY) return child;
    }
    return NULL;
}

static bool named(Editor *e, const Node *child, Str name) {
    return (child->kind == HCL_ATTRIBUTE || child->kind == HCL_BLOCK) && str_eq(hcl_name(e->tree, child + 1), name);
}

static const Node *expression_of(const Node *attribute) { return hcl_child(attribute, 1); }

static bool one_line(Editor *e, const Node *node) { return line_end(e->bytes, node->start) == line_end(e->bytes, node->end); }

/* The offset of an attribute's =. */
static uint32_t equals_of(Editor *e, const Node *attribute) {
    uint32_t at = (attribute + 1)->end, end = expression_of(attribute)->start;
    while (at < end && e->bytes.at[at] != '=') at++;
    return at;
}

static bool follows(Editor *e, const Node *first, const Node *second) {
    uint32_t end = line_end(e->bytes, first->end);
    while (end < e->bytes.len && e->bytes.at[end] != '\n') end++;
    return end < e->bytes.len && line_start(e->bytes, second->start) == end + 1;
}

/* How far behind its name the = of a new line goes; moves those of its neighbours above when the new name is longer. */
static uint32_t align(Editor *e, const Node *body, const Node *last, uint32_t name) {
    const Node *group[64];
    uint32_t count = 0, widest = 0, column = 0;
    bool aligned = true;
    node_each(child, body) {
        if (child > last) break;
        if (count && (count == ARRAY_COUNT(group) || !follows(e, group[count - 1], child))) count = 0;
        if (child->kind != HCL_ATTRIBUTE || !one_line(e, child)) count = 0;
        else group[count++] = child;
    }
    if (!count || group[count - 1] != last) return 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = equals_of(e, group[i]) - line_start(e->bytes, group[i]->start);
        if (i && at != column) aligned = false;
        column = at;
        widest = MAX(widest, (group[i] + 1)->end - (group[i] + 1)->start);
    }
    if (!aligned || name <= widest) return aligned ? widest - name + 1 : 1;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = equals_of(e, group[i]);
        edit_put(e->out, e->a, at, at, str_format(e->a, "%*s", (int)(name - widest), ""));
    }
    return 1;
}

/* Nothing but a comment follows on the line: where its end is. */
static bool free_line_end(Editor *e, uint32_t at, uint32_t *out) {
    uint32_t i = at;
    while (i < e->bytes.len && (e->bytes.at[i] == ' ' || e->bytes.at[i] == '\t')) i++;
    bool comment = i < e->bytes.len && (e->bytes.at[i] == '#' || (e->bytes.at[i] == '/' && i + 1 < e->bytes.len && e->bytes.at[i + 1] == '/'));
    *out = line_end(e->bytes, i);
    return comment || *out == i;
}

/* Where the { of a body stands; and its }. The root has neither. */
static bool braces(Editor *e, const Node *body, uint32_t *open, uint32_t *close) {
    const Node *block = node_parent(body);
    if (!block || block->kind != HCL_BLOCK) return false;
    *open = block->data;
    *close = block->end - 1;
    return *close > *open && *close < e->bytes.len && e->bytes.at[*close] == '}' && e->bytes.at[*open] == '{';
}

static Str inner_indent(Editor *e, const Node *body, uint32_t open) {
    const Node *first = node_first(body);
    if (first && line_begins(e->bytes, first->start)) return line_indent(e->bytes, first->start);
    Str outer = line_indent(e->bytes, open);
    uint32_t blanks = 0;
    while (blanks < outer.len && (outer.at[blanks] == ' ' || outer.at[blanks] == '\t')) blanks++;
    outer.len = blanks;
    return str_format(e->a, "%.*s  ", STR_ARGS(outer));
}

/* `{}` becomes lines. */
static bool fill(Editor *e, const Node *body, uint32_t open, uint32_t close, Str lines) {
    Str outer = line_indent(e->bytes, open), inner = inner_indent(e, body, open), feed = line_feed(e->bytes);
    Str text = lines_indented(lines, inner, feed, e->a);
    bool empty = !node_first(body) && line_end(e->bytes, open) == line_end(e->bytes, close);
    return empty && edit_put(e->out, e->a, open + 1, close, str_format(e->a, "%.*s%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(text), STR_ARGS(feed), STR_ARGS(outer)));
}

/* A block on one line, which holds one attribute, becomes lines. */
static bool unfold(Editor *e, const Node *body, uint32_t open, uint32_t close, Str lines) {
    const Node *only = node_first(body);
    if (!only || only->kind != HCL_ATTRIBUTE || only + only->size < body + body->size || line_end(e->bytes, open) != line_end(e->bytes, close)) return false;
    Str feed = line_feed(e->bytes), outer = line_indent(e->bytes, open), inner = str_format(e->a, "%.*s  ", STR_ARGS(outer));
    Str text = lines_indented(lines, inner, feed, e->a);
    edit_put(e->out, e->a, open + 1, only->start, str_join(e->a, feed, inner));
    return edit_put(e->out, e->a, only->end, close, str_format(e->a, "%.*s%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(text), STR_ARGS(feed), STR_ARGS(outer)));
}

/* Lines behind the last item of a body; a block stands apart by an empty line. */
static bool add_lines(Editor *e, const Node *body, Str lines, bool apart) {
    uint32_t open, close, at;
    if (!braces(e, body, &open, &close)) return false;
    if (unfold(e, body, open, close, apart ? str_format(e->a, "\n%.*s", STR_ARGS(lines)) : lines)) return true;
    if (line_end(e->bytes, open) == line_end(e->bytes, close)) return fill(e, body, open, close, lines);
    const Node *last = NULL;
    node_each(child, body) last = child;
    if (last && line_start(e->bytes, last->start) == line_start(e->bytes, open)) return false;
    if (!free_line_end(e, last ? last->end : open + 1, &at)) return false;
    Str feed = line_feed(e->bytes), gap = apart && last ? feed : (Str){NULL, 0};
    Str text = lines_indented(lines, inner_indent(e, body, open), feed, e->a);
    return edit_put(e->out, e->a, at, at, str_format(e->a, "%.*s%.*s%.*s", STR_ARGS(feed), STR_ARGS(gap), STR_ARGS(text)));
}

/* The two = of what was one line stand in one column. */
static bool add_to_line(Editor *e, const Node *body, uint32_t open, uint32_t close, Str name, Str expression) {
    const Node *only = node_first(body);
    uint32_t other = only && only->kind == HCL_ATTRIBUTE ? (only + 1)->end - (only + 1)->start : 0, length = (uint32_t)name.len;
    Str entry = str_format(e->a, "%.*s%*s = %.*s", STR_ARGS(name), (int)(other > length ? other - length : 0), "", STR_ARGS(expression));
    if (!only) return fill(e, body, open, close, entry);
    if (!unfold(e, body, open, close, entry)) return false;
    uint32_t equals = equals_of(e, only);
    return other >= length || edit_put(e->out, e->a, equals, equals, str_format(e->a, "%*s", (int)(length - other), ""));
}

/* An attribute goes behind those that stand before the first nested block. */
static bool add_attribute(Editor *e, const Node *body, Str name, Str expression) {
    uint32_t open, close, at;
    if (!braces(e, body, &open, &close)) return false;
    Str feed = line_feed(e->bytes);
    if (line_end(e->bytes, open) == line_end(e->bytes, close)) return add_to_line(e, body, open, close, name, expression);
    const Node *last = NULL;
    node_each(child, body) {
        if (child->kind != HCL_ATTRIBUTE) break;
        last = child;
    }
    if (last && line_start(e->bytes, last->start) == line_start(e->bytes, open)) return false;
    if (!free_line_end(e, last ? last->end : open + 1, &at)) return false;
    Str indent = inner_indent(e, body, open), value = str_trim(lines_indented(expression, indent, feed, e->a));
    int pad = last ? (int)align(e, body, last, (uint32_t)name.len) : 1;
    edit_put(e->out, e->a, at, at, str_format(e->a, "%.*s%.*s%.*s%*s= %.*s", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(name), pad, "", STR_ARGS(value)));
    const Node *next = last ? node_next(last) : node_first(body);
    if (next && next->kind == HCL_BLOCK && line_start(e->bytes, next->start) <= at + 2 && !last) edit_put(e->out, e->a, at, at, feed);
    return true;
}

static bool set_in_object(Editor *e, const Node *object, Str name, Str expression) {
    const Node *last = NULL;
    node_each(item, object) {
        const Node *key = node_first(item);
        if (item->kind == HCL_ITEM && key && str_eq(node_text(e->tree, key), name)) return edit_put(e->out, e->a, (key + key->size)->start, item->end, expression);
        last = item;
    }
    if (!last || !line_begins(e->bytes, last->start)) return false;
    uint32_t at;
    Str indent = line_indent(e->bytes, last->start), feed = line_feed(e->bytes);
    return free_line_end(e, last->end, &at) && edit_put(e->out, e->a, at, at, str_format(e->a, "%.*s%.*s%.*s = %.*s", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(name), STR_ARGS(expression)));
}

/* "a.b" and "c" → "a {\n  b = c\n}" */
static Str nested(Editor *e, Str path, Str expression) {
    Str head, rest;
    if (!str_cut(path, '.', &head, &rest)) return str_format(e->a, "%.*s = %.*s", STR_ARGS(path), STR_ARGS(expression));
    Str inner = lines_indented(nested(e, rest, expression), STR("  "), STR("\n"), e->a);
    return str_format(e->a, "%.*s {\n%.*s\n}", STR_ARGS(head), STR_ARGS(inner));
}

/* What is computed is decided elsewhere: it is not ours to write over. */
static bool is_literal(const Node *value) {
    for (const Node *node = value, *end = value + value->size; node < end; node++) {
        if (node->kind != HCL_LITERAL && node->kind != HCL_NUMBER && node->kind != HCL_TEMPLATE && node->kind != HCL_TEXT && node->kind != HCL_TUPLE) return false;
    }
    return true;
}

static bool set(Editor *e, const Node *node, Str path, Str expression) {
    for (;;) {
        Str head, rest;
        bool more = str_cut(path, '.', &head, &rest);
        if (node->kind == HCL_OBJECT) return !more && set_in_object(e, node, head, expression);
        const Node *body = node->kind == HCL_BODY ? node : node->kind == HCL_BLOCK ? body_of(node) : NULL, *found = NULL;
        if (!body) return false;
        node_each(child, body) {
            if (!found && named(e, child, head)) found = child;
        }
        if (!found) return more ? add_lines(e, body, nested(e, path, expression), true) : add_attribute(e, body, head, expression);
        const Node *value = found->kind == HCL_ATTRIBUTE ? expression_of(found) : found;
        if (!more) return found->kind == HCL_ATTRIBUTE && is_literal(value) && edit_put(e->out, e->a, value->start, value->end, expression);
        node = value;
        path = rest;
    }
}

bool hcl_edit_set(const Tree *tree, const Node *node, Str path, Str expression, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    uint32_t before = out->count;
    if (node && set(&e, node, path, str_trim(expression))) return true;
    out->count = before;
    return false;
}

bool hcl_edit_into(const Tree *tree, const Node *node, Str text, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    if (!node) return false;
    if (node->kind == HCL_BLOCK) node = body_of(node);
    if (node && node->kind == HCL_BODY) return add_lines(&e, node, text, str_has(text, STR("{")));
    if (!node || node->kind != HCL_TUPLE) return false;
    const Node *last = NULL;
    node_each(item, node) last = item;
    if (!last) return edit_put(e.out, e.a, node->start, node->end, str_format(a, "[%.*s]", STR_ARGS(str_trim(text))));
    if (!line_begins(e.bytes, last->start)) return edit_put(e.out, e.a, last->end, last->end, str_format(a, ", %.*s", STR_ARGS(str_trim(text))));
    Str indent = line_indent(e.bytes, last->start), feed = line_feed(e.bytes);
    bool comma = last->end < e.bytes.len && e.bytes.at[last->end] == ',';
    uint32_t at = last->end + comma;
    return edit_put(e.out, e.a, at, at, str_format(a, "%s%.*s%.*s%.*s%s", comma ? "" : ",", STR_ARGS(feed), STR_ARGS(indent), STR_ARGS(str_trim(text)), comma ? "," : ""));
}

static bool remove_element(Editor *e, const Node *node) {
    const Node *next = node_next(node), *parent = node_parent(node);
    if (next) return edit_put(e->out, e->a, node->start, next->start, (Str){NULL, 0});
    uint32_t start = node->start;
    if (node == parent + 1) return edit_put(e->out, e->a, parent->start, parent->end, STR("[]"));
    while (start > parent->start && e->bytes.at[start] != ',') start--;
    return start > parent->start && edit_put(e->out, e->a, start, node->end, (Str){NULL, 0});
}

bool hcl_edit_remove(const Tree *tree, const Node *node, Arena *a, EditVec *out) {
    Editor e = editor_of(tree, a, out);
    if (!node) return false;
    const Node *parent = node_parent(node);
    if (parent && parent->kind == HCL_TUPLE) return remove_element(&e, node);
    if (parent && parent->kind == HCL_ATTRIBUTE) node = parent;
    uint32_t end;
    if ((node->kind != HCL_ATTRIBUTE && node->kind != HCL_BLOCK) || !line_begins(e.bytes, node->start) || !free_line_end(&e, node->end, &end)) return false;
    Span lines = lines_of(e.bytes, node->start, end);
    bool gap_before = !lines.start || line_start(e.bytes, lines.start - 1) == line_end(e.bytes, lines.start - 1);
    bool gap_after = lines.end < e.bytes.len && line_end(e.bytes, lines.end) == lines.end;
    if (gap_before && gap_after) lines.end = lines_of(e.bytes, lines.end, lines.end).end; /* of two empty lines one is enough */
    return edit_put(e.out, e.a, lines.start, lines.end, (Str){NULL, 0});
}
