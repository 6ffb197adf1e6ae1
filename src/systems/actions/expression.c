/* The expressions of a scalar: found, parsed, checked, and made objects. A lone `${{ }}` gives its value as it is; one among
 * text becomes text. */
#include "systems/actions/lower.h"

static bool is_lone(Str text, uint32_t start, uint32_t end) {
    return !str_trim(str_slice(text, 0, start)).len && !str_trim(str_skip(text, end)).len;
}

bool expressions_in(Str text) { return str_has(text, STR("${{")); }

static void push_string(const Actions *w, ValueVec *list, Str s, Span span) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (str_eq(value_str(list->items[i]), s)) return;
    }
    if (list->count < 200) vec_push(w->arena, list, value_at(value_string(s), w->source, span));
}

/* a && '' || c: what stands before || can never be the result. */
static bool unsound_ternary(const Tree *tree, const Node *node, Arena *a) {
    if (node->kind != EXPRESSION_OR) return false;
    node_each(part, node) {
        if (part + part->size == node + node->size || part->kind != EXPRESSION_AND) continue;
        const Node *last = node_first(part);
        for (const Node *next = last; next; next = node_next(next)) last = next;
        bool literal = last->kind == EXPRESSION_STRING || last->kind == EXPRESSION_NUMBER || last->kind == EXPRESSION_BOOL || last->kind == EXPRESSION_NULL;
        if (literal && expression_constant(tree, last, a) == 0) return true;
    }
    return false;
}

/* Functions whose result depends on nothing but their arguments. */
static bool is_pure(Str function) {
    static const char *const names[] = {"format", "join", "contains", "startswith", "endswith", "tojson", "fromjson", "case"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(function, names[i])) return true;
    }
    return false;
}

static void fill_reads(Actions *w, const Tree *tree, Object *o) {
    ValueVec contexts = {0}, functions = {0};
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        bool base = node->kind == EXPRESSION_NAME && node->up && node_parent(node)->kind == EXPRESSION_ACCESS && node_first(node_parent(node)) == node;
        if (node->kind == EXPRESSION_CALL) push_string(w, &functions, str_lower(w->arena, expression_function(tree, node)), node_span(tree, node));
        if (base || (node->kind != EXPRESSION_NAME && node->kind != EXPRESSION_ACCESS)) continue;
        Str path = expression_path(tree, node, w->arena);
        if (path.len) push_string(w, &contexts, path, node_span(tree, node));
    }
    o->fields[EXPRESSION_CONTEXTS] = value_at(value_list(contexts.items, contexts.count), w->source, o->span);
    o->fields[EXPRESSION_FUNCTIONS] = value_at(value_list(functions.items, functions.count), w->source, o->span);
    bool constant = !contexts.count;
    vec_each(Value, name, &functions) constant = constant && is_pure(value_str(*name));
    o->fields[EXPRESSION_IS_CONSTANT] = value_at(value_bool(constant), w->source, o->span);
}

static bool find_unsound(const Tree *tree, Arena *a) {
    for (uint32_t i = 0; i < tree->count; i++) {
        if (unsound_ternary(tree, &tree->nodes[i], a)) return true;
    }
    return false;
}

/* ${{ … }} around it, where it is written so. */
static Span with_braces(Str bytes, Span inner) {
    bool opens = inner.start >= 3 && str_starts(str_skip(bytes, inner.start - 3), STR("${{"));
    bool closes = str_starts(str_skip(bytes, inner.end), STR("}}"));
    return opens && closes ? span_of(inner.start - 3, inner.end + 2) : inner;
}

static Object *expression_object(Actions *w, const Tree *tree, const ExpressionPlace *place) {
    Span span = text_span(&tree->text, 0, (uint32_t)tree->text.bytes.len);
    Object *o = object_new(w->arena, SHAPE_EXPRESSION, w->source, span);
    o->extent = with_braces(w->source->bytes, span);
    o->fields[EXPRESSION_TEXT] = value_at(value_string(str_trim(tree->text.bytes)), w->source, span);
    o->fields[EXPRESSION_WHERE] = value_at(value_string(place->where), w->source, span);
    if (place->key.len) o->fields[EXPRESSION_KEY] = value_at(value_string(place->key), w->source, span);
    o->fields[EXPRESSION_IS_CODE] = value_at(value_bool(place->is_code), w->source, span);
    fill_reads(w, tree, o);
    Taint taint = expression_taint(w, tree, tree->nodes, 0);
    if (taint.path.len) o->fields[EXPRESSION_UNTRUSTED] = value_at(value_string(taint.path), w->source, span);
    if (taint.path.len && taint.via) o->fields[EXPRESSION_VIA] = value_at(value_string(str_of(taint.via)), w->source, span);
    bool passed = place->action && value_is_null(place->action->fields[ACTION_REPOSITORY]);
    Str input = place->is_code || passed ? expression_input(w, tree, tree->nodes) : (Str){NULL, 0};
    if (input.len) o->fields[EXPRESSION_INPUT] = value_at(value_string(input), w->source, span);
    o->fields[EXPRESSION_IS_FREE] = value_at(value_bool(expression_is_free(w, tree, tree->nodes)), w->source, span);
    o->fields[EXPRESSION_UNSOUND_TERNARY] = value_at(value_bool(find_unsound(tree, w->arena)), w->source, span);
    if (w->step) o->fields[EXPRESSION_STEP] = value_object(w->step->object);
    if (w->job) o->fields[EXPRESSION_JOB] = value_object(w->job->object);
    if (place->action) o->fields[EXPRESSION_ACTION] = value_object(place->action);
    o->fields[EXPRESSION_WORKFLOW] = value_object(w->file);
    if (w->job) o->address = w->job->object->address;
    model_subject(w->model, o);
    vec_push(w->arena, &w->expressions, value_object(o));
    return o;
}

static bool is_text(const Type *t) { return t->kind != TYPE_OBJECT && t->kind != TYPE_ARRAY && t->kind != TYPE_NULL; }

/* What the key wants of a lone expression. Everything converts to text and to a boolean. */
static bool suits(const Type *type, Wanted wanted) {
    if (type->kind == TYPE_ANY) return true;
    switch (wanted) {
        case WANT_TEXT: return is_text(type);
        case WANT_BOOL: return type->kind == TYPE_BOOL;
        case WANT_NUMBER: return type->kind == TYPE_NUMBER;
        case WANT_MAP: return type->kind == TYPE_OBJECT;
        case WANT_RUNNER: return type->kind != TYPE_OBJECT || type_field(type, STR("labels")) || type_field(type, STR("group"));
        default: return true;
    }
}

static Str wanted_name(Wanted wanted) {
    return wanted == WANT_BOOL ? STR("bool") : wanted == WANT_NUMBER ? STR("number") : wanted == WANT_MAP ? STR("object") : STR("string");
}

static void check_use(Actions *w, const Tree *tree, const Type *type, const ExpressionPlace *place, bool lone) {
    Span span = text_span(&tree->text, 0, (uint32_t)tree->text.bytes.len);
    if (lone && str_is(str_trim(tree->text.bytes), "null")) return; /* an empty value, on purpose */
    if (!lone || place->wanted == WANT_TEXT) {
        if (!is_text(type)) source_problem_hint(w->source, PROBLEM_EXPRESSION_NOT_TEXT, span, str_trim(tree->text.bytes), type_name(type));
    } else if (!suits(type, place->wanted)) {
        source_problem_hint(w->source, PROBLEM_EXPRESSION_WRONG_TYPE, span, type_name(type), wanted_name(place->wanted));
    }
}

static void read_one(Actions *w, Text text, const ExpressionPlace *place, bool lone) {
    const Tree *tree = expression_parse(text);
    vec_push(w->arena, &w->model->inner, tree);
    if (tree->nodes->kind == EXPRESSION_ERROR) return;
    expression_object(w, tree, place);
    const Type *type = expression_check(w, tree, place, false);
    check_use(w, tree, type, place, lone);
    if (place->wanted != WANT_CONDITION || !lone) return;
    int constant = expression_constant(tree, tree->nodes, w->arena);
    Span span = text_span(&text, 0, (uint32_t)text.bytes.len);
    if (constant >= 0) source_problem_hint(w->source, PROBLEM_EXPRESSION_CONSTANT_CONDITION, span, str_trim(text.bytes), constant ? STR("true") : STR("false"));
}

/* `if: ${{ a }} && b`, or with a line end behind }}: text that is not empty, and so true. */
static bool is_always_true(const Actions *w, const Node *scalar, Text text, uint32_t start, uint32_t end) {
    bool around = start > 0 || end < text.bytes.len;
    bool plain = scalar->style == YAML_PLAIN && is_lone(text.bytes, start, end);
    (void)w;
    return around && !plain;
}

void expressions_read(Actions *w, const Node *scalar, const ExpressionPlace *place) {
    if (scalar->kind != YAML_SCALAR || (scalar->flags & YAML_EMPTY)) return;
    Text text = yaml_text(w->tree, scalar);
    uint32_t at = 0, start, end, count = 0;
    bool closed;
    while (expression_find(text.bytes, &at, &start, &end, &closed)) {
        count++;
        if (!closed) {
            source_problem(w->source, PROBLEM_EXPRESSION_UNCLOSED, text_span(&text, start, MIN(end, start + 3)), (Str){NULL, 0});
            break;
        }
        bool lone = is_lone(text.bytes, start, end);
        if (place->wanted == WANT_CONDITION && count == 1 && is_always_true(w, scalar, text, start, end)) {
            source_problem(w->source, PROBLEM_EXPRESSION_ALWAYS_TRUE, text_span(&text, start, end), str_trim(text.bytes));
            lone = false;
        }
        read_one(w, text_slice(&text, start + 3, end - 2), place, lone);
    }
    if (!count && place->wanted == WANT_CONDITION && str_trim(text.bytes).len) read_one(w, text, place, true);
}

const Type *expressions_type(Actions *w, const Node *scalar) {
    if (scalar->kind != YAML_SCALAR) return &type_any;
    Text text = yaml_text(w->tree, scalar);
    uint32_t at = 0, start, end;
    bool closed;
    if (expression_find(text.bytes, &at, &start, &end, &closed)) {
        if (!closed || !is_lone(text.bytes, start, end)) return &type_string;
        uint32_t problems = w->source->problems.count;
        const Tree *tree = expression_parse(text_slice(&text, start + 3, end - 2));
        ExpressionPlace place = {.availability = STR("jobs.<job_id>.with.<with_id>")};
        const Type *type = expression_check(w, tree, &place, true);
        w->source->problems.count = problems;
        return type;
    }
    Value v = actions_value(w, scalar);
    switch (v.kind) {
        case VALUE_NULL: return &type_null;
        case VALUE_BOOL: return &type_bool;
        case VALUE_INT: case VALUE_DOUBLE: return &type_number;
        default: return &type_string;
    }
}
