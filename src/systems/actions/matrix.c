/* The matrix of a job: the type of `matrix`, the known values of an axis, and combinations that make no sense. */
#include "systems/actions/lower.h"

#define MATRIX_DEPTH_MAX 20
#define MATRIX_VALUES_MAX 256 /* of an axis, compared with each other */

static const Type *value_type(Actions *w, const Node *node, int depth) {
    node = yaml_resolve(w->tree, node);
    if (!node || depth >= MATRIX_DEPTH_MAX || w->visits++ > ACTIONS_VISITS_MAX) return &type_any;
    if (node->kind == YAML_SCALAR) return expressions_type(w, node);
    if (node->kind == YAML_SEQUENCE) {
        const Type *all = NULL;
        node_each(item, node) {
            const Type *type = value_type(w, item, depth + 1);
            all = all ? type_join(w->arena, all, type) : type;
        }
        return type_array(w->arena, all ? all : &type_any, false);
    }
    Type *object = type_object(w->arena);
    Pair pair = {0};
    while (actions_next(w, node, &pair)) type_put(w->arena, object, actions_text(w, pair.key), value_type(w, pair.value, depth + 1));
    return object;
}

static const Type *axis_type(Actions *w, const Node *values) {
    if (values->kind != YAML_SEQUENCE) return &type_any;
    const Type *list = value_type(w, values, 0);
    return list->kind == TYPE_ARRAY ? list->element : &type_any;
}

/* Every map under `include:` may bring keys of its own. */
static void add_included(Actions *w, Type *matrix, const Node *include) {
    if (include->kind != YAML_SEQUENCE) {
        matrix->element = &type_any;
        return;
    }
    node_each(raw, include) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (!item || item->kind != YAML_MAP) {
            matrix->element = &type_any;
            continue;
        }
        Pair pair = {0};
        while (actions_next(w, item, &pair)) {
            Str name = actions_text(w, pair.key);
            const Type *type = value_type(w, pair.value, 1), *known = type_field(matrix, name);
            type_put(w->arena, matrix, name, known ? type_join(w->arena, known, type) : type);
        }
    }
}

/* ---- values that are the same, values that no combination has ---- */

static bool has_expression(const Actions *w, const Node *node) {
    for (uint32_t i = 0; i < node->size; i++) {
        if (node[i].kind == YAML_ALIAS) return true;
        if (node[i].kind == YAML_SCALAR && expressions_in(actions_text(w, &node[i]))) return true;
    }
    return false;
}

static bool same(const Actions *w, const Node *x, const Node *y, bool part, int depth);

/* Whether each entry of x is in y; as a part, y may hold more. */
static bool same_map(const Actions *w, const Node *x, const Node *y, bool part, int depth) {
    Pair pair = {0};
    uint32_t count = 0, others = 0;
    for (; actions_next(w, x, &pair); count++) {
        const Node *other = yaml_get(w->tree, y, str_copy(w->arena, actions_text(w, pair.key)).at);
        if (!other || !same(w, pair.value, other, part, depth + 1)) return false;
    }
    Pair rest = {0};
    while (actions_next(w, y, &rest)) others++;
    return part || count == others;
}

static bool same(const Actions *w, const Node *x, const Node *y, bool part, int depth) {
    if (x->kind != y->kind || depth >= MATRIX_DEPTH_MAX) return false;
    if (x->kind == YAML_SCALAR) return str_eq(actions_text(w, x), actions_text(w, y));
    if (x->kind == YAML_MAP) return same_map(w, x, y, part, depth);
    if (x->kind != YAML_SEQUENCE) return true;
    const Node *b = node_first(y);
    node_each(a, x) {
        if (!b || !same(w, a, b, part, depth + 1)) return false;
        b = node_next(b);
    }
    return b == NULL;
}

static void check_duplicates(Actions *w, const Node *values, Str axis) {
    uint32_t count = 0;
    node_each(item, values) {
        if (++count > MATRIX_VALUES_MAX || has_expression(w, item)) return;
        for (const Node *before = values + 1; before < item; before += before->size) {
            if (!same(w, item, before, false, 0)) continue;
            actions_problem(w, PROBLEM_PIPELINE_MATRIX_DUPLICATE, item, item->kind == YAML_SCALAR ? actions_text(w, item) : axis, axis);
            break;
        }
    }
}

/* Unknown counts as yes: an expression, or too much to look at. */
static bool axis_has(Actions *w, const Node *axis, const Node *value) {
    w->visits += axis->size;
    if (w->visits > ACTIONS_VISITS_MAX) return true;
    if (axis->kind != YAML_SEQUENCE || has_expression(w, axis) || has_expression(w, value)) return true;
    uint32_t count = 0;
    node_each(item, axis) {
        if (++count > MATRIX_VALUES_MAX || same(w, value, item, true, 0)) return true;
    }
    return false;
}

/* An excluded combination that the axes never make. */
static void check_exclude(Actions *w, const Node *matrix, const Node *exclude) {
    if (exclude->kind != YAML_SEQUENCE) return;
    node_each(raw, exclude) {
        const Node *item = yaml_resolve(w->tree, raw);
        Pair pair = {0};
        while (item && actions_next(w, item, &pair)) {
            if (w->visits++ > ACTIONS_VISITS_MAX) return;
            Str name = actions_text(w, pair.key);
            bool own = !str_is(name, "include") && !str_is(name, "exclude");
            const Node *axis = own ? yaml_get(w->tree, matrix, str_copy(w->arena, name).at) : NULL;
            if (!axis) actions_problem(w, PROBLEM_PIPELINE_MATRIX_EXCLUDE, pair.key, name, (Str){NULL, 0});
            else if (!axis_has(w, axis, pair.value)) actions_problem(w, PROBLEM_PIPELINE_MATRIX_EXCLUDE, pair.value, pair.value->kind == YAML_SCALAR ? actions_text(w, pair.value) : name, name);
        }
    }
}

const Type *matrix_lower(Actions *w, const Node *strategy) {
    const Node *matrix = strategy ? yaml_get(w->tree, strategy, "matrix") : NULL;
    if (!matrix) return strategy && strategy->kind != YAML_MAP ? &type_any : type_object(w->arena);
    if (matrix->kind != YAML_MAP) return &type_any;
    Type *type = type_object(w->arena);
    const Node *include = NULL, *exclude = NULL;
    Pair pair = {0};
    while (actions_next(w, matrix, &pair)) {
        Str name = actions_text(w, pair.key);
        if (str_is(name, "include")) include = pair.value;
        else if (str_is(name, "exclude")) exclude = pair.value;
        else {
            type_put(w->arena, type, name, axis_type(w, pair.value));
            if (pair.value->kind == YAML_SEQUENCE) check_duplicates(w, pair.value, name);
        }
    }
    if (include) add_included(w, type, include);
    if (exclude) check_exclude(w, matrix, exclude);
    return type;
}

/* ---- values of an axis ---- */

/* Whether `exclude:` takes the value of an axis out whatever the others are. */
static bool is_excluded(const Actions *w, const Node *matrix, Str axis, const Node *value) {
    const Node *exclude = yaml_get(w->tree, matrix, "exclude");
    for (const Node *raw = exclude && exclude->kind == YAML_SEQUENCE ? exclude + 1 : NULL; raw && raw < exclude + exclude->size; raw += raw->size) {
        const Node *item = yaml_resolve(w->tree, raw);
        Pair pair = {0};
        if (!item || !actions_next(w, item, &pair) || !str_eq_nocase(actions_text(w, pair.key), axis)) continue;
        bool same_value = pair.value->kind == YAML_SCALAR && str_eq(actions_text(w, pair.value), actions_text(w, value));
        if (same_value && !actions_next(w, item, &pair)) return true;
    }
    return false;
}

static bool push_value(const Actions *w, const Node *node, ValueVec *out) {
    if (node->kind != YAML_SCALAR || expressions_in(actions_text(w, node))) return false;
    if (out->count < MATRIX_VALUES_MAX) vec_push(w->arena, out, value_at(value_string(actions_text(w, node)), w->source, node_span(w->tree, node)));
    return true;
}

static const Node *named(const Actions *w, const Node *map, Str name) {
    Pair pair = {0};
    while (map && actions_next(w, map, &pair)) {
        if (str_eq_nocase(actions_text(w, pair.key), name)) return pair.value;
    }
    return NULL;
}

bool matrix_values(const Actions *w, const JobInfo *job, Str name, ValueVec *out) {
    const Node *matrix = yaml_get(w->tree, yaml_get(w->tree, job->node, "strategy"), "matrix");
    if (!matrix || matrix->kind != YAML_MAP) return false;
    const Node *axis = named(w, matrix, name), *include = yaml_get(w->tree, matrix, "include");
    bool all = !axis || axis->kind == YAML_SEQUENCE, any = axis != NULL;
    if (axis && axis->kind == YAML_SEQUENCE) {
        node_each(raw, axis) {
            const Node *item = yaml_resolve(w->tree, raw);
            if (item && item->kind == YAML_SCALAR && is_excluded(w, matrix, name, item)) continue;
            all = item && push_value(w, item, out) && all;
        }
    }
    if (include && include->kind != YAML_SEQUENCE) return false;
    for (const Node *raw = include ? include + 1 : NULL; raw && raw < include + include->size; raw += raw->size) {
        const Node *item = yaml_resolve(w->tree, raw), *value = item ? named(w, item, name) : NULL;
        if (!item || item->kind != YAML_MAP) all = false;
        if (value) all = push_value(w, value, out) && all, any = true;
    }
    return all && any;
}
