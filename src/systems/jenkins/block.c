/* A block as a map keeps what checks ask for: whether a directive is there, and its plain values. */
#include "systems/jenkins/lower.h"

#define MAP_DEPTH_MAX 40

Str jenkins_name(const Tree *tree, const Node *statement) {
    const Node *first = node_first(statement);
    return first && first->kind == GROOVY_WORD ? node_text(tree, first) : (Str){NULL, 0};
}

const Node *jenkins_child(const Node *node, GroovyKind kind) {
    node_each(child, node) {
        if (child->kind == kind) return child;
    }
    return NULL;
}

const Node *jenkins_section(const Tree *tree, const Node *block, const char *name, const Node **statement) {
    if (!block) return NULL;
    node_each(child, block) {
        if (child->kind != GROOVY_STATEMENT || !str_is(jenkins_name(tree, child), name)) continue;
        if (statement) *statement = child;
        return jenkins_child(child, GROOVY_BLOCK);
    }
    return NULL;
}

const Node *jenkins_argument(const Tree *tree, const Node *group, const char *name) {
    int state = 0; /* 1: the name was read, 2: its colon */
    node_each(child, group) {
        if (state == 2) return child;
        bool colon = child->kind == GROOVY_OPERATOR && str_is(node_text(tree, child), ":");
        bool named = child->kind == GROOVY_WORD && str_is(node_text(tree, child), name);
        state = named ? 1 : state == 1 && colon ? 2 : 0;
    }
    return NULL;
}

Value jenkins_string(const Jenkins *j, const Node *string) {
    Text text = groovy_text(j->tree, string, '\x01', NULL);
    size_t splice = str_find_byte(text.bytes, '\x01');
    Value v = value_string(text.bytes);
    if (splice != STR_NONE) {
        Partial *partial = arena_new(j->arena, Partial);
        *partial = (Partial){.prefix = str_slice(text.bytes, 0, splice)};
        v = value_hole(HOLE_VARIABLE);
        v.as.partial = partial;
    }
    return value_at(v, j->source, node_span(j->tree, string));
}

/* What a statement says without a block: `agent any`, `timeout(time: 1, unit: 'HOURS')`, `image 'node:24'`, `X = 'y'`. */
static Value statement_value(const Jenkins *j, const Node *statement) {
    uint32_t parts = 0;
    const Node *only = NULL;
    node_each(child, statement) {
        bool assigns = child->kind == GROOVY_OPERATOR && str_is(node_text(j->tree, child), "=");
        if (child == node_first(statement) || assigns) continue;
        parts++;
        only = child;
    }
    Span span = node_span(j->tree, statement);
    if (!parts) return value_at(value_bool(true), j->source, span);
    if (parts == 1 && only->kind == GROOVY_GROUP && only->size == 2) only = only + 1; /* image('node:24') */
    if (parts == 1 && only->kind == GROOVY_STRING) return jenkins_string(j, only);
    Str text = node_text(j->tree, only);
    if (parts == 1 && only->kind == GROOVY_WORD && (str_is(text, "true") || str_is(text, "false"))) return value_at(value_bool(str_is(text, "true")), j->source, span);
    if (parts > 1) text = source_slice(j->source, (Span){node_span(j->tree, node_first(statement)).end, span.end});
    return value_at(value_string(str_trim(text)), j->source, parts == 1 ? node_span(j->tree, only) : span);
}

Value jenkins_map(const Jenkins *j, const Node *block, Span header, int depth) {
    VEC(Entry) entries = {0};
    node_each(child, block) {
        Str name = child->kind == GROOVY_STATEMENT ? jenkins_name(j->tree, child) : (Str){NULL, 0};
        if (!name.len) continue;
        Span at = node_span(j->tree, node_first(child));
        const Node *inner = jenkins_child(child, GROOVY_BLOCK);
        bool deep = inner && depth < MAP_DEPTH_MAX;
        Value value = deep ? jenkins_map(j, inner, at, depth + 1) : statement_value(j, child);
        vec_push(j->arena, &entries, ((Entry){value_at(value_string(name), j->source, at), value}));
    }
    return value_at(value_map(entries.items, entries.count), j->source, header);
}
