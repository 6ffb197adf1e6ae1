/* What needs no indentation: properties (YAML 1.2.2, 6.9), aliases (7.1) and flow collections (7.4). Invariant: every
 * function either moves on or fails the document. */
#include "parse/yaml_parser.h"

/* ---- properties: anchors and tags ---- */

bool yaml_at_property(const YamlParser *p) {
    return p->at < p->len && (p->s[p->at] == '&' || p->s[p->at] == '!');
}

/* !name!rest needs a %TAG of this document; ! and !! always stand. */
static bool known_handle(const YamlParser *p, Span tag) {
    Str text = str_slice(p->text.bytes, tag.start, tag.end);
    size_t end = text.len > 1 ? str_find_byte(str_skip(text, 1), '!') : STR_NONE;
    if (end == STR_NONE || end == 0) return true;
    Str handle = str_slice(text, 0, end + 2);
    for (uint32_t i = 0; i < p->extra->handles.count; i++) {
        const YamlHandle *h = &p->extra->handles.items[i];
        if (h->document == p->document && str_eq(h->handle, handle)) return true;
    }
    return false;
}

void yaml_read_property(YamlParser *p, YamlPending *pending, bool flow) {
    uint32_t start = p->at;
    bool anchor = p->s[start] == '&';
    bool verbatim = !anchor && start + 1 < p->len && p->s[start + 1] == '<';
    p->at++;
    while (p->at < p->len && !yaml_is_space_or_end(p, p->at) && (verbatim || !flow || !yaml_is_flow_mark(p->s[p->at]))) {
        if (!anchor && !verbatim && yaml_is_flow_mark(p->s[p->at])) break;
        p->at++;
    }
    Span before = pending->properties.tag;
    Span *slot = anchor ? &pending->properties.anchor : &pending->properties.tag;
    if (!anchor && !verbatim && !known_handle(p, *slot = (Span){start, p->at})) yaml_fail(p, PROBLEM_YAML_SYNTAX, start, p->at);
    if (!anchor && !verbatim) *slot = before;
    if (slot->end || (anchor && p->at == start + 1)) yaml_fail(p, PROBLEM_YAML_SYNTAX, start, p->at);
    *slot = anchor ? (Span){start + 1, p->at} : (Span){start, p->at};
    if (!pending->any) pending->start = start;
    pending->any = true;
    pending->end = p->at;
    p->fresh = false;
    if (p->at < p->len && !yaml_is_space_or_end(p, p->at) && !(flow && yaml_is_flow_mark(p->s[p->at]))) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
    }
}

/* Gives `pending` to the node at `index`. */
void yaml_attach(YamlParser *p, YamlPending *pending, uint32_t index) {
    if (!pending->any) return;
    vec_push(p->arena, &p->extra->properties, pending->properties);
    Node *node = &p->nodes.items[index];
    if (node->kind == YAML_ALIAS) yaml_fail(p, PROBLEM_YAML_SYNTAX, pending->start, pending->end);
    node->data = p->extra->properties.count;
    if (pending->properties.anchor.end) {
        Span name = pending->properties.anchor;
        vec_push(p->arena, &p->extra->anchors,
                 (YamlAnchor){str_slice(p->text.bytes, name.start, name.end), index});
    }
    pending->any = false;
}

/* ---- flow collections ---- */

static void flow_node(YamlParser *p, int parent);

/* In a flow collection every line must be indented deeper than the block around it. */
static void flow_token(YamlParser *p, int parent) {
    yaml_next_token(p);
    if (p->at >= p->len) return;
    bool closing = p->s[p->at] == ']' || p->s[p->at] == '}';
    bool shallow = p->fresh && (int)(p->at - p->line_start) <= parent;
    if (p->fresh && (yaml_is_marker(p, p->at) || (shallow && (!closing || p->strict)))) {
        yaml_fail(p, PROBLEM_YAML_INDENTATION, p->at, p->at + 1);
    }
    if (p->fresh && p->tab && (int)(p->at - p->line_start) > parent && parent >= 0 && p->s[p->line_start] == '\t') {
        yaml_fail(p, PROBLEM_YAML_TAB, p->line_start, p->at);
    }
}

static bool flow_value_mark(const YamlParser *p, bool after_json_key) {
    if (p->at >= p->len || p->s[p->at] != ':') return false;
    return after_json_key || yaml_is_space_or_end(p, p->at + 1) || yaml_is_flow_mark(p->s[p->at + 1]);
}

static bool is_json_like(const YamlParser *p, uint32_t index) {
    const Node *node = &p->nodes.items[index];
    return node->style == YAML_SINGLE || node->style == YAML_DOUBLE || node->kind == YAML_MAP || node->kind == YAML_SEQUENCE;
}

/* The value after `:`, or an empty one. */
static void flow_value(YamlParser *p, int parent) {
    p->at++;
    p->fresh = false;
    flow_token(p, parent);
    char c = p->at < p->len ? p->s[p->at] : '\0';
    if (c == ',' || c == '}' || c == ']' || !c) yaml_empty(p, p->at);
    else flow_node(p, parent);
}

/* One entry of { }: key, key: value, ? key : value. */
static void flow_pair(YamlParser *p, int parent) {
    bool explicit = p->s[p->at] == '?' && yaml_is_space_or_end(p, p->at + 1);
    if (explicit) {
        p->at++;
        p->fresh = false;
        flow_token(p, parent);
    }
    uint32_t key = p->nodes.count;
    char c = p->at < p->len ? p->s[p->at] : '\0';
    if (flow_value_mark(p, false) || c == ',' || c == '}' || c == ']') yaml_empty(p, p->at);
    else flow_node(p, parent);
    if (p->failed) return;
    flow_token(p, parent);
    if (flow_value_mark(p, is_json_like(p, key))) flow_value(p, parent);
    else yaml_empty(p, p->at);
}

/* One entry of [ ]: a node, or a single pair without braces. */
static void flow_entry(YamlParser *p, int parent) {
    uint32_t index = p->nodes.count, line = p->line_start, start = p->at;
    bool explicit = p->s[p->at] == '?' && yaml_is_space_or_end(p, p->at + 1);
    if (explicit || flow_value_mark(p, false)) {
        uint32_t map = yaml_open(p, YAML_MAP, p->at);
        p->nodes.items[map].style = YAML_FLOW;
        flow_pair(p, parent);
        yaml_close(p, map, p->nodes.items[p->nodes.count - 1].end);
        return;
    }
    flow_node(p, parent);
    if (p->failed) return;
    uint32_t end = p->at;
    flow_token(p, parent);
    if (!flow_value_mark(p, is_json_like(p, index))) return;
    if (p->line_start != line || end - start > YAML_KEY_MAX) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1); /* an implicit key is one line */
        return;
    }
    yaml_insert_before(p, index, YAML_MAP);
    p->nodes.items[index].style = YAML_FLOW;
    flow_value(p, parent);
    yaml_close(p, index, p->nodes.items[p->nodes.count - 1].end);
}

void yaml_flow_collection(YamlParser *p, int parent) {
    bool is_map = p->s[p->at] == '{';
    char close = is_map ? '}' : ']';
    uint32_t start = p->at, index = yaml_open(p, is_map ? YAML_MAP : YAML_SEQUENCE, start);
    p->nodes.items[index].style = YAML_FLOW;
    p->at++;
    p->fresh = false;
    if (!yaml_enter(p)) return;
    for (bool first = true; !p->failed; first = false) {
        flow_token(p, parent);
        if (p->failed) break;
        if (p->at >= p->len) {
            yaml_fail(p, PROBLEM_YAML_UNCLOSED, start, start + 1);
            break;
        }
        if (p->s[p->at] == close) {
            p->at++;
            p->fresh = false;
            break;
        }
        if (!first) {
            if (p->s[p->at] != ',') {
                yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
                break;
            }
            p->at++;
            p->fresh = false;
            flow_token(p, parent);
            if (p->at < p->len && p->s[p->at] == close) continue; /* a comma may trail; the loop closes */
        }
        if (p->at < p->len && p->s[p->at] == ',') yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
        else if (p->at < p->len && !p->failed) is_map ? flow_pair(p, parent) : flow_entry(p, parent);
    }
    p->depth--;
    yaml_close(p, index, MIN(p->at, p->len));
}

void yaml_alias(YamlParser *p, bool flow) {
    uint32_t start = p->at++;
    while (p->at < p->len && !yaml_is_space_or_end(p, p->at) && !(flow && yaml_is_flow_mark(p->s[p->at]))) p->at++;
    uint32_t index = yaml_open(p, YAML_ALIAS, start);
    yaml_close(p, index, p->at);
    p->fresh = false;
    if (p->at == start + 1) yaml_fail(p, PROBLEM_YAML_SYNTAX, start, p->at);
}

/* A node inside [ ] or { }. */
static void flow_node(YamlParser *p, int parent) {
    YamlPending pending = {0};
    while (yaml_at_property(p) && !p->failed) {
        yaml_read_property(p, &pending, true);
        flow_token(p, parent);
    }
    uint32_t index = p->nodes.count;
    char c = p->at < p->len ? p->s[p->at] : '\0';
    if (yaml_at_template(p)) yaml_template(p, true);
    else if (c == '[' || c == '{') yaml_flow_collection(p, parent);
    else if (c == '*') yaml_alias(p, true);
    else if (c == '"' || c == '\'') yaml_quoted(p, parent);
    else if (pending.any && (c == ',' || c == ']' || c == '}' || c == ':' || !c)) yaml_empty(p, pending.end);
    else yaml_plain(p, parent, true);
    if (index < p->nodes.count) yaml_attach(p, &pending, index);
}
