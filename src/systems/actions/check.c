/* The type of an expression, bottom up, and what is wrong with it. Invariant: what is reported once gives ANY, so that
 * one fault is one problem. */
#include "systems/actions/lower.h"

#include "facts/fact.h"

typedef struct Checker {
    Actions *w;
    const Tree *tree;
    const ExpressionPlace *place;
    bool quiet;
} Checker;

static void report(const Checker *c, ProblemCode code, const Node *node, Str detail, Str hint) {
    if (c->quiet) return;
    source_problem_hint(c->w->source, code, node_span(c->tree, node), detail, hint);
}

static bool in_list(Str list, Str name) {
    Str piece;
    while (str_next(&list, ',', &piece)) {
        if (str_eq_nocase(piece, name)) return true;
    }
    return false;
}

/* A cell of the row that says what a key may use. */
static Str availability(const ExpressionPlace *place, uint32_t column) {
    if (!place->availability.len) return (Str){NULL, 0};
    FactRows rows = fact_rows(fact_table(STR("action-availability")), place->availability);
    return rows.count ? fact_cell(rows.table, rows.first, column) : (Str){NULL, 0};
}

/* ---- contexts ---- */

/* What the file of an action may use: its caller gives it secrets, variables and results of jobs as inputs. */
#define ACTION_CONTEXTS "github,inputs,strategy,matrix,steps,job,runner,env"

static const Str context_names[] = {STR_INIT("github"), STR_INIT("env"), STR_INIT("vars"), STR_INIT("job"), STR_INIT("jobs"), STR_INIT("steps"), STR_INIT("runner"), STR_INIT("secrets"), STR_INIT("strategy"), STR_INIT("matrix"), STR_INIT("needs"), STR_INIT("inputs")};

static const Type *result_type(Actions *w, const JobInfo *job) {
    Type *type = type_object(w->arena);
    type_put(w->arena, type, STR("outputs"), job && job->outputs ? job->outputs : &type_any);
    type_put(w->arena, type, STR("result"), &type_string);
    return type;
}

/* What is wrong with `needs` itself is told there: what it was to bring is not known then. */
static const Type *needs_type(Actions *w) {
    const Node *needs = yaml_get(w->tree, w->job->node, "needs");
    if (needs && needs->kind == YAML_MAP) return &type_any;
    Type *type = type_object(w->arena);
    for (uint32_t i = 0; i < w->job->needs.count; i++) {
        Str id = actions_text(w, w->job->needs.items[i]);
        JobInfo *job = map_get(&w->job_ids, str_lower(w->arena, id));
        if (!job || job->has_namesake) return &type_any;
        type_put(w->arena, type, id, result_type(w, job));
    }
    return type;
}

static const Type *jobs_type(Actions *w) {
    Type *type = type_object(w->arena);
    vec_each(JobRef, job, &w->jobs) type_add(w->arena, type, (*job)->id, result_type(w, *job));
    return type;
}

void steps_put(Actions *w, Type *steps, const StepInfo *step) {
    if (!step->id.len) return;
    Type *type = type_object(w->arena);
    type_put(w->arena, type, STR("outputs"), step->outputs ? step->outputs : &type_any);
    type_put(w->arena, type, STR("conclusion"), &type_string);
    type_put(w->arena, type, STR("outcome"), &type_string);
    type_add(w->arena, steps, step->id, type);
}

static const Type *steps_type(Actions *w) {
    if (w->step && w->steps_before) return w->steps_before;
    if (!w->job) { /* outputs of a composite action */
        Type *type = type_object(w->arena);
        vec_each(StepRef, step, &w->steps) steps_put(w, type, *step);
        return w->is_action ? type : &type_any;
    }
    if (!w->job->all_steps) {
        w->job->all_steps = type_object(w->arena);
        vec_each(StepRef, step, &w->job->steps) steps_put(w, w->job->all_steps, *step);
    }
    return w->job->all_steps;
}

/* github, with the inputs of workflow_dispatch in its event. */
static const Type *github_type(Actions *w) {
    const Type *known = type_of_context(w->arena, STR("github"));
    if (!w->dispatch) return known;
    Type *github = arena_new(w->arena, Type), *event = type_object(w->arena);
    *github = *known;
    event->element = &type_any;
    type_put(w->arena, event, STR("inputs"), w->dispatch);
    type_put(w->arena, github, STR("event"), event);
    return github;
}

static const Type *made_type(Actions *w, Str name) {
    if (str_is(name, "github")) return github_type(w);
    if (str_is(name, "jobs")) return jobs_type(w);
    if (str_is(name, "secrets") && w->secrets) return w->secrets;
    const Type *type = type_of_context(w->arena, name);
    return type ? type : &type_any;
}

const Type *context_type(Actions *w, Str name, Str key) {
    (void)key;
    if (str_is(name, "inputs")) return w->default_inputs ? w->default_inputs : w->inputs ? w->inputs : &type_any;
    if (str_is(name, "matrix")) return w->job && w->job->matrix ? w->job->matrix : w->is_action ? &type_any : type_object(w->arena);
    if (str_is(name, "needs")) return w->job ? needs_type(w) : &type_any;
    if (str_is(name, "steps")) return steps_type(w);
    void **slot = map_slot(w->arena, &w->contexts, name);
    if (!*slot) *slot = (void *)(uintptr_t)made_type(w, name);
    return *slot;
}

Object *context_source(Actions *w, Str context, Str id) {
    if (str_eq_nocase(context, STR("needs")) || str_eq_nocase(context, STR("jobs"))) {
        JobInfo *job = map_get(&w->job_ids, str_lower(w->arena, id));
        return job ? job->calls : NULL;
    }
    const StepInfo *step = steps_named(w, w->job, id);
    return step ? step->uses : NULL;
}

static const Type *name_type(Checker *c, const Node *node) {
    Str name = str_lower(c->w->arena, node_text(c->tree, node));
    bool known = false;
    for (size_t i = 0; i < ARRAY_COUNT(context_names) && !known; i++) known = str_eq(context_names[i], name);
    if (!known) {
        Str near = str_nearest(name, context_names, ARRAY_COUNT(context_names));
        report(c, PROBLEM_EXPRESSION_UNKNOWN_CONTEXT, node, node_text(c->tree, node), near);
        return &type_any;
    }
    Str allowed = availability(c->place, 1);
    bool described = c->w->is_action && (str_is(c->place->where, "description") || str_is(c->place->where, "deprecationMessage"));
    if (c->w->is_action) allowed = STR(ACTION_CONTEXTS);
    if (!described && !in_list(allowed, name)) {
        report(c, PROBLEM_EXPRESSION_UNAVAILABLE_CONTEXT, node, node_text(c->tree, node), allowed);
        return &type_any;
    }
    return context_type(c->w, name, c->place->availability);
}

/* ---- access ---- */

static Str nearest_field(const Checker *c, const Type *type, Str name) {
    Str *names = arena_array(c->w->arena, Str, type->fields.count + 1);
    for (uint32_t i = 0; i < type->fields.count; i++) names[i] = type->fields.items[i].name;
    return str_nearest(name, names, type->fields.count);
}

/* An output that the table or another file must know about: steps.ID.outputs.NAME, needs.ID.outputs.NAME. */
static void note_output(Checker *c, const Node *access, const Node *node, Str name) {
    const Node *base = node_first(access), *id = node_next(base), *outputs = id ? node_next(id) : NULL;
    if (c->quiet || base->kind != EXPRESSION_NAME || !outputs || node_next(outputs) != node) return;
    if (id->kind != EXPRESSION_PROPERTY || !str_eq_nocase(node_text(c->tree, outputs), STR("outputs"))) return;
    Str context = node_text(c->tree, base);
    if (!str_eq_nocase(context, STR("steps")) && !str_eq_nocase(context, STR("needs")) && !str_eq_nocase(context, STR("jobs"))) return;
    Object *action = context_source(c->w, context, node_text(c->tree, id));
    if (!action) return;
    Span span = node_span(c->tree, node);
    Object *o = object_new(c->w->arena, SHAPE_OUTPUT_USE, c->w->source, span);
    o->fields[OUTPUT_USE_NAME] = value_at(value_string(name), c->w->source, span);
    o->fields[OUTPUT_USE_DECLARED] = value_at(value_hole(HOLE_REMOTE), c->w->source, span);
    o->fields[OUTPUT_USE_ACTION] = value_object(action);
    model_subject(c->w->model, o);
}

static const Type *property(Checker *c, const Type *type, const Node *access, const Node *node, Str name) {
    if (type->kind == TYPE_ANY) {
        note_output(c, access, node, name);
        return &type_any;
    }
    if (type->kind == TYPE_ARRAY && type->filtered) {
        const Type *inner = property(c, type->element, access, node, name);
        return type_array(c->w->arena, inner, true);
    }
    if (type->kind != TYPE_OBJECT) {
        report(c, PROBLEM_EXPRESSION_NO_PROPERTIES, node, name, type_name(type));
        return &type_any;
    }
    const Type *found = type_field(type, name);
    if (found) return found;
    bool secret = type == c->w->secrets;
    report(c, secret ? PROBLEM_EXPRESSION_UNDECLARED_SECRET : PROBLEM_EXPRESSION_UNKNOWN_PROPERTY, node, str_slice(c->tree->text.bytes, access->start, node->end), nearest_field(c, type, name));
    return &type_any;
}

static const Type *type_of(Checker *c, const Node *node);

static const Type *element_type(const Checker *c, const Type *type) {
    if (type->kind == TYPE_ARRAY) return type->element;
    if (type->kind != TYPE_OBJECT) return &type_any;
    const Type *all = type->element;
    for (uint32_t i = 0; i < type->fields.count; i++) {
        const Type *field = type->fields.items[i].type;
        all = all ? type_join(c->w->arena, all, field) : field;
    }
    return all ? all : &type_any;
}

static const Type *star(Checker *c, const Type *type, const Node *node) {
    if (type->kind == TYPE_ANY) return type_array(c->w->arena, &type_any, true);
    if (type->kind == TYPE_ARRAY || type->kind == TYPE_OBJECT) {
        const Type *inner = element_type(c, type);
        if (type->kind == TYPE_ARRAY && type->filtered) inner = element_type(c, inner);
        return type_array(c->w->arena, inner, true);
    }
    report(c, PROBLEM_EXPRESSION_NO_PROPERTIES, node, STR("*"), type_name(type));
    return &type_any;
}

static const Type *indexed(Checker *c, const Type *type, const Node *access, const Node *node) {
    const Node *inner = node_first(node);
    if (inner->kind == EXPRESSION_STRING && (type->kind == TYPE_OBJECT || (type->kind == TYPE_ARRAY && type->filtered))) {
        return property(c, type, access, node, expression_string(c->tree, inner, c->w->arena));
    }
    const Type *by = type_of(c, inner);
    if (type->kind == TYPE_ANY) return &type_any;
    bool array = type->kind == TYPE_ARRAY;
    if (!array && type->kind != TYPE_OBJECT) {
        report(c, PROBLEM_EXPRESSION_NO_PROPERTIES, node, node_text(c->tree, node), type_name(type));
        return &type_any;
    }
    bool fits = by->kind == TYPE_ANY || by->kind == (array ? TYPE_NUMBER : TYPE_STRING);
    fits = fits || (type->element && by->kind == TYPE_NUMBER); /* ports[5432]: the runner makes text of it */
    if (!fits) report(c, PROBLEM_EXPRESSION_INDEX, inner, type_name(by), type_name(type));
    if (array) return type->element;
    return type->element ? type->element : &type_any;
}

/* https://docs.github.com/en/actions/reference/workflows-and-actions/variables#naming-conventions-for-configuration-variables */
static void check_variable(const Checker *c, const Node *access) {
    const Node *base = node_first(access), *part = node_next(base);
    bool vars = base->kind == EXPRESSION_NAME && str_eq_nocase(node_text(c->tree, base), STR("vars"));
    if (!vars || !part || part->kind != EXPRESSION_PROPERTY) return;
    Str name = node_text(c->tree, part);
    bool bad = str_starts_nocase(name, STR("GITHUB_")) || str_find_byte(name, '-') != STR_NONE;
    if (bad) report(c, PROBLEM_EXPRESSION_VARIABLE_NAME, part, name, (Str){NULL, 0});
}

static const Type *access_type(Checker *c, const Node *node) {
    const Node *part = node_first(node);
    const Type *type = type_of(c, part);
    check_variable(c, node);
    for (part = node_next(part); part; part = node_next(part)) {
        if (part->kind == EXPRESSION_STAR) type = star(c, type, part);
        else if (part->kind == EXPRESSION_INDEX) type = indexed(c, type, node, part);
        else type = property(c, type, node, part, node_text(c->tree, part));
    }
    return type;
}

/* ---- functions ---- */

static bool fits(const Type *given, Str wanted) {
    if (given->kind == TYPE_ANY || str_is(wanted, "any")) return true;
    if (str_starts(wanted, STR("array<"))) return given->kind == TYPE_ARRAY && fits(given->element, str_slice(wanted, 6, wanted.len - 1));
    bool scalar = given->kind != TYPE_ARRAY && given->kind != TYPE_OBJECT;
    return scalar && (str_is(wanted, "string") || str_is(wanted, "bool") || given->kind == TYPE_NUMBER); /* the rest is converted */
}

static uint32_t count_params(Str params) {
    uint32_t count = 0;
    Str piece;
    while (params.len && str_next(&params, ',', &piece)) count++;
    return count;
}

/* Whether a row of the table takes these arguments; *bad: the first that it does not take, counted from 0. */
static bool row_takes(FactRows rows, uint32_t row, const Type *const *args, uint32_t count, uint32_t *bad) {
    Str params = fact_cell(rows.table, row, 1), wanted = {NULL, 0};
    bool variadic = str_is(fact_cell(rows.table, row, 2), "1");
    uint32_t least = count_params(params);
    if (variadic ? !count || count + 1 < least : count != least) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (params.len) str_next(&params, ',', &wanted);
        if (fits(args[i], wanted)) continue;
        *bad = i;
        return false;
    }
    return true;
}

#define ARGUMENTS_MAX 64 /* types looked at; more are allowed where a function takes any number */

/* {0} … of a format that is written out against its arguments. */
static void check_format(Checker *c, const Node *call, const Node *first, uint32_t count) {
    if (first->kind != EXPRESSION_STRING) return;
    Str s = expression_string(c->tree, first, c->w->arena);
    bool used[ARGUMENTS_MAX] = {0};
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] != '{') continue;
        if (i + 1 < s.len && s.at[i + 1] == '{') {
            i++;
            continue;
        }
        size_t close = str_find_byte(str_skip(s, i), '}');
        int64_t number;
        bool ok = close != STR_NONE && str_to_int(str_slice(s, i + 1, i + close), &number) && number >= 0;
        if (!ok || number + 1 >= (int64_t)count) {
            Str slot = ok ? str_slice(s, i, i + close + 1) : str_slice(s, i, MIN(s.len, i + 12));
            report(c, PROBLEM_EXPRESSION_FORMAT, first, slot, ok ? str_format(c->w->arena, "%u", count - 1) : STR("{0}"));
            return;
        }
        if (number < ARGUMENTS_MAX) used[number] = true;
        i += close;
    }
    for (uint32_t i = 0; i + 1 < MIN(count, (uint32_t)ARGUMENTS_MAX); i++) {
        if (used[i]) continue;
        report(c, PROBLEM_EXPRESSION_FORMAT, call, str_format(c->w->arena, "{%u}", i), STR("unused"));
        return;
    }
}

static bool is_special(Str name) {
    static const char *const names[] = {"always", "cancelled", "failure", "success", "hashfiles"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

static const Type *result_of(Checker *c, Str name) {
    if (str_is(name, "string")) return &type_string;
    if (str_is(name, "bool")) return &type_bool;
    (void)c;
    return &type_any;
}

/* The spelling of a function as the table has it; tables look up with case. */
static Str function_name(Str name, Str *nearest, Arena *a) {
    const FactTable *table = fact_table(STR("action-functions"));
    uint32_t count = fact_row_count(table);
    Str *names = arena_array(a, Str, count);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = fact_cell(table, i, 0);
        if (str_eq_nocase(names[i], name)) return names[i];
    }
    *nearest = str_nearest(name, names, count);
    return (Str){NULL, 0};
}

static void check_arguments(Checker *c, const Node *node, Str name, const Type *const *args, uint32_t count) {
    FactRows rows = fact_rows(fact_table(STR("action-functions")), name);
    uint32_t bad = UINT32_MAX;
    for (uint32_t i = 0; i < rows.count; i++) {
        if (row_takes(rows, rows.first + i, args, MIN(count, (uint32_t)ARGUMENTS_MAX), &bad)) return;
    }
    if (str_is(name, "success") || str_is(name, "failure")) return; /* the runner takes anything */
    if (bad == UINT32_MAX) report(c, PROBLEM_EXPRESSION_ARGUMENTS, node, name, fact_cell(rows.table, rows.first, 1));
    else report(c, PROBLEM_EXPRESSION_ARGUMENT_TYPE, node, name, type_name(args[bad]));
}

static void note_contains(Checker *c, const Node *node) {
    const Node *first = node_first(node), *second = first ? node_next(first) : NULL;
    if (c->quiet || !second || first->kind != EXPRESSION_STRING) return;
    Object *o = object_new(c->w->arena, SHAPE_CONTAINS, c->w->source, node_span(c->tree, node));
    o->fields[CONTAINS_HAYSTACK] = value_at(value_string(expression_string(c->tree, first, c->w->arena)), c->w->source, node_span(c->tree, first));
    Str path = expression_path(c->tree, second, c->w->arena);
    if (path.len) o->fields[CONTAINS_NEEDLE] = value_at(value_string(path), c->w->source, node_span(c->tree, second));
    if (c->w->expressions.count) o->fields[CONTAINS_EXPRESSION] = c->w->expressions.items[c->w->expressions.count - 1];
    if (c->w->job) o->address = c->w->job->object->address;
    model_subject(c->w->model, o);
}

/* fromJSON of text that is written out. */
static const Type *literal_type(const Checker *c, const Node *text) {
    const Type *type = type_of_json(c->w->arena, expression_string(c->tree, text, c->w->arena));
    if (!type) report(c, PROBLEM_EXPRESSION_BROKEN_JSON, text, node_text(c->tree, text), (Str){NULL, 0});
    return type ? type : &type_any;
}

static const Type *call_type(Checker *c, const Node *node) {
    const Type *args[ARGUMENTS_MAX];
    uint32_t count = 0;
    node_each(argument, node) {
        const Type *type = type_of(c, argument);
        if (count < ARGUMENTS_MAX) args[count] = type;
        count++;
    }
    Str written = expression_function(c->tree, node), near = {NULL, 0}, name = function_name(written, &near, c->w->arena);
    if (!name.len) {
        report(c, PROBLEM_EXPRESSION_UNKNOWN_FUNCTION, node, written, near);
        return &type_any;
    }
    Str lower = str_lower(c->w->arena, name);
    if (is_special(lower) && !c->w->is_action && !in_list(availability(c->place, 2), lower)) {
        report(c, PROBLEM_EXPRESSION_UNAVAILABLE_FUNCTION, node, written, availability(c->place, 2));
        return &type_any;
    }
    check_arguments(c, node, name, args, count);
    if (str_is(name, "format") && count > 0) check_format(c, node, node_first(node), count);
    if (str_is(name, "contains")) note_contains(c, node);
    if (str_is(name, "fromJSON") && count == 1 && node_first(node)->kind == EXPRESSION_STRING) return literal_type(c, node_first(node));
    FactRows rows = fact_rows(fact_table(STR("action-functions")), name);
    return result_of(c, fact_cell(rows.table, rows.first, 3));
}

/* ---- operators ---- */

static bool is_compound(const Type *t) { return t->kind == TYPE_ARRAY || t->kind == TYPE_OBJECT; }

/* == of a compound and a scalar is never what one means; < and > order numbers and strings only. */
static bool comparable(const Type *x, const Type *y, ExpressionOperator operator) {
    if (x->kind == TYPE_ANY || y->kind == TYPE_ANY) return operator <= EXPRESSION_NE || (!is_compound(x) && !is_compound(y));
    if (operator > EXPRESSION_NE) {
        bool left = x->kind == TYPE_NUMBER || x->kind == TYPE_STRING, right = y->kind == TYPE_NUMBER || y->kind == TYPE_STRING;
        return left && right;
    }
    if (x->kind == TYPE_NULL || y->kind == TYPE_NULL) return true;
    if (x->kind == TYPE_ARRAY && y->kind == TYPE_ARRAY) return comparable(x->element, y->element, operator);
    return is_compound(x) || is_compound(y) ? x->kind == y->kind : true;
}

static const Type *compare_type(Checker *c, const Node *node) {
    const Node *left = node_first(node), *right = node_next(left);
    const Type *x = type_of(c, left);
    for (; right; right = node_next(right)) {
        const Type *y = type_of(c, right);
        if (!comparable(x, y, (ExpressionOperator)node->style)) {
            report(c, PROBLEM_EXPRESSION_COMPARISON, node, type_name(x), type_name(y));
            break;
        }
        x = &type_bool;
    }
    return &type_bool;
}

static const Type *chain_type(Checker *c, const Node *node) {
    const Type *all = NULL;
    node_each(part, node) {
        const Type *type = type_of(c, part);
        if (node->kind == EXPRESSION_AND) all = type; /* false && x is false, else x: x is what counts */
        else all = all ? type_join(c->w->arena, all, type) : type;
    }
    return all->kind == TYPE_NULL || node->kind == EXPRESSION_AND ? (all->kind == TYPE_BOOL ? all : &type_any) : all;
}

static const Type *type_of(Checker *c, const Node *node) {
    switch ((ExpressionKind)node->kind) {
        case EXPRESSION_NULL: return &type_null;
        case EXPRESSION_BOOL: return &type_bool;
        case EXPRESSION_NUMBER: return &type_number;
        case EXPRESSION_STRING: return &type_string;
        case EXPRESSION_NAME: return name_type(c, node);
        case EXPRESSION_CALL: return call_type(c, node);
        case EXPRESSION_ACCESS: return access_type(c, node);
        case EXPRESSION_NOT: type_of(c, node_first(node)); return &type_bool;
        case EXPRESSION_COMPARE: return compare_type(c, node);
        case EXPRESSION_AND: case EXPRESSION_OR: return chain_type(c, node);
        default: return &type_any;
    }
}

const Type *expression_check(Actions *w, const Tree *tree, const ExpressionPlace *place, bool quiet) {
    Checker c = {.w = w, .tree = tree, .place = place, .quiet = quiet};
    return type_of(&c, tree->nodes);
}
