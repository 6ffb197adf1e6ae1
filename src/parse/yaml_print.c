/* Recursion is as deep as the snippet, which comes from a check. */
#include "parse/yaml_print.h"

typedef struct Printer {
    Source source;
    const Tree *tree;
    YamlLayout layout;
    bool json, failed;
    Buf out;
} Printer;

static const Node *open_snippet(Printer *p, Str snippet) {
    source_init(&p->source, STR("snippet"), snippet);
    p->tree = yaml_parse_pipeline(text_of_source(&p->source));
    return p->source.problems.count ? NULL : yaml_root(p->tree);
}

static bool finish(Printer *p, Arena *a, Str *out) {
    if (!p->failed) *out = str_copy(a, buf_str(&p->out));
    buf_free(&p->out);
    source_free(&p->source);
    return !p->failed;
}

static bool is_of(Str snippet, bool list) {
    Printer p = {0};
    const Node *root = open_snippet(&p, snippet);
    bool block = root && root->style != YAML_FLOW && (root->kind == YAML_SEQUENCE || (root->kind == YAML_MAP && !list));
    source_free(&p.source);
    return block;
}

bool yaml_print_is_block(Str snippet) { return is_of(snippet, false); }

bool yaml_print_is_list(Str snippet) { return is_of(snippet, true); }

static void as_written(Printer *p, const Node *node) {
    Str text = node_text(p->tree, node);
    if (str_find_byte(text, '\n') != STR_NONE) p->failed = true;
    buf_add(&p->out, text);
}

static void flow(Printer *p, const Node *node);

static void scalar(Printer *p, const Node *node) {
    bool string = node->style == YAML_PLAIN && yaml_resolve_plain(node_text(p->tree, node)).kind == VALUE_STRING;
    if (p->json && string) buf_print(&p->out, "\"%.*s\"", STR_ARGS(node_text(p->tree, node)));
    else as_written(p, node);
}

static void flow_children(Printer *p, const Node *node) {
    uint32_t index = 0;
    node_each(child, node) {
        bool value = node->kind == YAML_MAP && index % 2 == 1;
        if (value) buf_lit(&p->out, ": ");
        else if (index) buf_lit(&p->out, ", ");
        flow(p, child);
        index++;
    }
}

static void flow(Printer *p, const Node *node) {
    if (node->kind == YAML_MAP) {
        buf_byte(&p->out, '{');
        flow_children(p, node);
        buf_byte(&p->out, '}');
    } else if (node->kind == YAML_SEQUENCE) {
        buf_byte(&p->out, '[');
        flow_children(p, node);
        buf_byte(&p->out, ']');
    } else scalar(p, node);
}

static void line(Printer *p, uint32_t indent) {
    buf_add(&p->out, p->layout.feed);
    buf_fill(&p->out, ' ', indent);
}

static void block(Printer *p, const Node *node, uint32_t indent) {
    bool whole = node->style == YAML_FLOW || node->kind == YAML_SCALAR || node->kind == YAML_ALIAS;
    if (whole) {
        as_written(p, node);
        return;
    }
    if (node->kind == YAML_SEQUENCE) {
        node_each(item, node) {
            if (item != node + 1) line(p, indent);
            buf_lit(&p->out, "- ");
            block(p, item, indent + 2);
        }
        return;
    }
    for (const Node *key = node + 1, *end = node + node->size; key < end;) {
        const Node *value = key + key->size;
        if (key != node + 1) line(p, indent);
        as_written(p, key);
        buf_byte(&p->out, ':');
        bool nested = (value->kind == YAML_MAP || value->kind == YAML_SEQUENCE) && value->style != YAML_FLOW;
        uint32_t inner = indent + (value->kind == YAML_SEQUENCE ? p->layout.list : p->layout.step);
        if (nested) line(p, inner);
        else if (!(value->flags & YAML_EMPTY)) buf_byte(&p->out, ' ');
        block(p, value, inner);
        key = value + value->size;
    }
}

bool yaml_print_block(Str snippet, const YamlLayout *layout, Arena *a, Str *out) {
    Printer p = {.layout = *layout};
    const Node *root = open_snippet(&p, snippet);
    if (root) block(&p, root, layout->indent);
    else p.failed = true;
    return finish(&p, a, out);
}

bool yaml_print_flow(Str snippet, bool json, Arena *a, Str *out) {
    Printer p = {.json = json};
    const Node *root = open_snippet(&p, snippet);
    if (root) flow(&p, root);
    else p.failed = true;
    return finish(&p, a, out);
}
