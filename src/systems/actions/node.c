/* The YAML of a workflow as its readers ask for it: pairs with merge keys and aliases resolved, values, comments; and where a
 * problem is pointed at. */
#include "systems/actions/lower.h"

Value actions_value(const Actions *w, const Node *node) { return yaml_value(w->tree, (uint32_t)(node - w->tree->nodes), w->arena); }
Str actions_text(const Actions *w, const Node *scalar) { return scalar->kind == YAML_SCALAR ? yaml_scalar(w->tree, scalar, w->arena) : (Str){NULL, 0}; }

Span actions_header(const Actions *w, const Node *node) {
    if (node->kind == YAML_SCALAR || node->kind == YAML_ALIAS) return node_span(w->tree, node);
    const Node *first = node_first(node);
    return node_span(w->tree, first && node->kind == YAML_MAP && node->style != YAML_FLOW ? first : node);
}

void actions_problem(const Actions *w, ProblemCode code, const Node *node, Str detail, Str hint) {
    source_problem_hint(w->source, code, actions_header(w, node), detail, hint);
}

bool actions_next(const Actions *w, const Node *map, Pair *pair) {
    if (!map || map->kind != YAML_MAP) return false;
    const Node *raw = pair->key ? pair->raw + pair->raw->size : map + 1;
    if (raw >= map + map->size) return false;
    const Node *value = raw + raw->size;
    const Node *key = yaml_resolve(w->tree, raw), *resolved = yaml_resolve(w->tree, value);
    pair->key = key && key->kind == YAML_SCALAR ? (raw->kind == YAML_SCALAR ? raw : key) : raw;
    pair->raw = value;
    pair->value = resolved ? resolved : value;
    return true;
}

bool actions_is_null(const Actions *w, const Node *node) {
    return node->kind == YAML_SCALAR && node->style == YAML_PLAIN && value_is_null(actions_value(w, node));
}

Str actions_comment(const Actions *w, Span at, bool before) {
    Str rest = str_skip(w->source->bytes, at.end), line;
    if (str_next(&rest, '\n', &line)) {
        size_t hash = str_find(line, STR(" #"));
        if (hash != STR_NONE) return str_trim(str_skip(line, hash + 2));
    }
    uint32_t number = source_place(w->source, at.start).line;
    Str above = before && number > 1 ? str_trim(source_line(w->source, number - 1)) : (Str){NULL, 0};
    return above.len && above.at[0] == '#' ? str_trim(str_skip(above, 1)) : (Str){NULL, 0};
}
