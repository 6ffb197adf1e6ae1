/* Where a value comes from. What outsiders write (a title, a branch name, a commit message) reaches scripts straight, or by
 * way of env, outputs of steps and jobs, and the matrix. Invariant: only what surely gives such text is tainted; what decides
 * (a comparison, contains) is not, and neither is a number or a hash. */
#include "systems/actions/lower.h"

#include "facts/fact.h"

#define TAINT_DEPTH_MAX 8 /* ways from one value to the next; longer ones are not followed */

static const Taint clean = {{NULL, 0}, NULL};

Str expression_path(const Tree *tree, const Node *node, Arena *a) {
    if (node->kind == EXPRESSION_NAME) return str_lower(a, node_text(tree, node));
    if (node->kind != EXPRESSION_ACCESS || node_first(node)->kind != EXPRESSION_NAME) return (Str){NULL, 0};
    Buf out = {0};
    node_each(part, node) {
        const Node *inner = part->kind == EXPRESSION_INDEX ? node_first(part) : NULL;
        if (part->kind != EXPRESSION_NAME) buf_byte(&out, '.');
        if (inner && inner->kind == EXPRESSION_STRING) buf_add(&out, expression_string(tree, inner, a));
        else if (inner || part->kind == EXPRESSION_STAR) buf_byte(&out, '*');
        else buf_add(&out, node_text(tree, part));
    }
    Str path = str_lower(a, buf_str(&out));
    buf_free(&out);
    return path;
}

/* Part `index` of a path, counted from 0. */
static Str path_part(Str path, uint32_t index) {
    Str piece = {NULL, 0};
    for (uint32_t i = 0; i <= index; i++) {
        if (!str_next(&path, '.', &piece)) return (Str){NULL, 0};
    }
    return piece;
}

/* A row of the table is meant, or something that holds it: toJSON(github.event.issue). */
static bool is_source(Str path) {
    const FactTable *table = fact_table(STR("action-untrusted"));
    for (uint32_t i = 0; i < fact_row_count(table); i++) {
        Str row = fact_cell(table, i, 0);
        if (str_eq(row, path)) return true;
        if (str_starts(row, path) && row.len > path.len && row.at[path.len] == '.' && !str_is(path, "github")) return true;
    }
    return false;
}

/* Counts what is read: values that lead to each other in many ways must not take for ever. */
static bool may_read(Actions *w, const Node *scalar) {
    w->traced += scalar->end - scalar->start + 16;
    return w->traced < ACTIONS_TRACED_MAX;
}

static Taint scalar_taint(Actions *w, const Node *scalar, const char *via, int depth) {
    if (!scalar || scalar->kind != YAML_SCALAR || depth >= TAINT_DEPTH_MAX || !may_read(w, scalar)) return clean;
    Text text = yaml_text(w->tree, scalar);
    uint32_t at = 0, start, end;
    bool closed;
    while (expression_find(text.bytes, &at, &start, &end, &closed)) {
        if (!closed) break;
        uint32_t problems = w->source->problems.count;
        const Tree *tree = expression_parse(text_slice(&text, start + 3, end - 2));
        w->source->problems.count = problems; /* told where it stands */
        Taint t = expression_taint(w, tree, tree->nodes, depth + 1);
        if (t.path.len) return (Taint){t.path, t.via ? t.via : via};
    }
    return clean;
}


/* A variable of env: the step's, the job's, the workflow's. Paths are lower case, so names are compared so. */
/* The values of a map by their names in lower case: the first of each. Made once a map, since each use of a name asks. */
static const Map *env_names(Actions *w, const Node *map) {
    void **slot = map_slot(w->arena, &w->env_names, (Str){(const char *)map, offsetof(Node, up)}); /* where it begins and ends, and how much is in it: no two are the same */
    if (*slot) return *slot;
    Map *names = *slot = arena_new(w->arena, Map);
    Pair pair = {0};
    while (actions_next(w, map, &pair)) {
        if (pair.key->kind != YAML_SCALAR) continue;
        void **value = map_slot(w->arena, names, str_lower(w->arena, actions_text(w, pair.key)));
        if (!*value) *value = (void *)(uintptr_t)pair.value;
    }
    return names;
}

static const Node *env_named(Actions *w, const Node *map, Str name) {
    return map && map->kind == YAML_MAP ? map_get(env_names(w, map), str_lower(w->arena, name)) : NULL;
}

static Taint env_taint(Actions *w, const JobInfo *job, const StepInfo *step, Str name, int depth) {
    const Node *value = step ? env_named(w, yaml_get(w->tree, step->node, "env"), name) : NULL;
    if (!value && job) value = env_named(w, yaml_get(w->tree, job->node, "env"), name);
    if (!value) value = env_named(w, yaml_get(w->tree, w->root, "env"), name);
    return value ? scalar_taint(w, value, "env", depth) : clean;
}

static bool is_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

/* A line of a script that writes the output, with $NAME or ${{ }} on it. */
static Taint line_taint(Actions *w, const JobInfo *job, const StepInfo *step, Text text, uint32_t start, uint32_t end, int depth) {
    Str line = str_slice(text.bytes, start, end);
    uint32_t at = 0, from, to;
    bool closed;
    while (expression_find(line, &at, &from, &to, &closed)) {
        if (!closed) return clean;
        uint32_t problems = w->source->problems.count;
        const Tree *tree = expression_parse(text_slice(&text, start + from + 3, start + to - 2));
        w->source->problems.count = problems;
        Taint t = expression_taint(w, tree, tree->nodes, depth + 1);
        if (t.path.len) return (Taint){t.path, "outputs"};
    }
    for (size_t i = 0; i + 1 < line.len; i++) {
        if (line.at[i] != '$' || line.at[i + 1] == '(') continue;
        size_t name = i + 1 + (line.at[i + 1] == '{'), stop = name;
        while (stop < line.len && is_word(line.at[stop])) stop++;
        Taint t = stop > name ? env_taint(w, job, step, str_slice(line, name, stop), depth + 1) : clean;
        if (t.path.len) return (Taint){t.path, "outputs"};
    }
    return clean;
}

/* What a step's script writes as output `name`: echo "name=…" >> $GITHUB_OUTPUT. */
static Taint output_taint(Actions *w, const JobInfo *job, const StepInfo *step, Str name, int depth) {
    const Node *run = yaml_get(w->tree, step->node, "run");
    if (!run || run->kind != YAML_SCALAR || depth >= TAINT_DEPTH_MAX || !may_read(w, run)) return clean;
    Text text = yaml_text(w->tree, run);
    if (!str_has(text.bytes, STR("GITHUB_OUTPUT")) && !str_has(text.bytes, STR("set-output"))) return clean;
    Str rest = text.bytes, line, wanted = str_join(w->arena, name, STR("="));
    while (str_next(&rest, '\n', &line)) {
        bool writes = str_find_nocase(line, wanted) != STR_NONE || (str_has(line, STR("set-output")) && str_find_nocase(line, name) != STR_NONE);
        if (!writes) continue;
        uint32_t start = (uint32_t)(line.at - text.bytes.at);
        Taint t = line_taint(w, job, step, text, start, start + (uint32_t)line.len, depth);
        if (t.path.len) return t;
    }
    return clean;
}

static Taint step_taint(Actions *w, Str path, int depth) {
    const StepInfo *step = steps_named(w, w->job, path_part(path, 1));
    if (!step || !str_is(path_part(path, 2), "outputs")) return clean;
    return output_taint(w, w->job, step, path_part(path, 3), depth);
}

static Taint needs_taint(Actions *w, Str path, int depth) {
    JobInfo *job = map_get(&w->job_ids, path_part(path, 1)), *here = w->job;
    if (!job || !str_is(path_part(path, 2), "outputs")) return clean;
    const Node *value = env_named(w, yaml_get(w->tree, job->node, "outputs"), path_part(path, 3));
    StepInfo *step = w->step;
    w->job = job;
    w->step = NULL;
    Taint t = value ? scalar_taint(w, value, "outputs", depth) : clean;
    w->job = here;
    w->step = step;
    return t;
}

static Taint matrix_taint(Actions *w, Str path, int depth) {
    const Node *matrix = w->job ? yaml_get(w->tree, yaml_get(w->tree, w->job->node, "strategy"), "matrix") : NULL;
    if (!matrix) return clean;
    const Node *values = matrix->kind == YAML_SCALAR ? matrix : env_named(w, matrix, path_part(path, 1));
    if (values && values->kind == YAML_SEQUENCE) {
        node_each(item, values) {
            Taint t = scalar_taint(w, item, "matrix", depth);
            if (t.path.len) return t;
        }
        return clean;
    }
    return scalar_taint(w, values, "matrix", depth);
}

static Taint path_taint(Actions *w, Str path, int depth) {
    if (w->tracing_inputs ? str_starts(path, STR("inputs.")) : is_source(path)) return (Taint){path, NULL};
    Str context = path_part(path, 0);
    if (str_is(context, "env")) return env_taint(w, w->job, w->step, path_part(path, 1), depth);
    if (str_is(context, "steps")) return step_taint(w, path, depth);
    if (str_is(context, "needs")) return needs_taint(w, path, depth);
    return str_is(context, "matrix") ? matrix_taint(w, path, depth) : clean;
}

/* Functions that give back text of their arguments. */
static bool passes_on(Str function) {
    static const char *const names[] = {"format", "join", "toJSON", "fromJSON", "case"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq_nocase(function, str_of(names[i]))) return true;
    }
    return false;
}

Taint expression_taint(Actions *w, const Tree *tree, const Node *node, int depth) {
    if (depth >= TAINT_DEPTH_MAX) return clean;
    bool call = node->kind == EXPRESSION_CALL && passes_on(expression_function(tree, node));
    if (node->kind == EXPRESSION_NAME || node->kind == EXPRESSION_ACCESS) {
        Str path = expression_path(tree, node, w->arena);
        if (path.len) return path_taint(w, path, depth);
        return expression_taint(w, tree, node_first(node), depth); /* fromJSON(…).x */
    }
    if (node->kind != EXPRESSION_OR && node->kind != EXPRESSION_AND && !call) return clean;
    node_each(part, node) {
        bool last = part + part->size == node + node->size;
        if (node->kind == EXPRESSION_AND && !last) continue; /* it decides; the last one is what is given */
        Taint t = expression_taint(w, tree, part, depth);
        if (t.path.len) return t;
    }
    return clean;
}

Str expression_input(Actions *w, const Tree *tree, const Node *node) {
    w->tracing_inputs = true;
    Str path = expression_taint(w, tree, node, 0).path;
    w->tracing_inputs = false;
    return path;
}

/* ---- any text ---- */

static bool is_fixed_field(Str path) {
    size_t dot = str_find_last(path, '.');
    Str last = dot == STR_NONE ? path : str_skip(path, dot + 1);
    bool id = str_is(last, "id") || str_is(last, "sha") || str_is(last, "number") || str_ends(last, STR("_id")) || str_ends(last, STR("_url")) || str_is(last, "url") || str_ends(last, STR("_at")) || str_is(last, "login") || str_is(last, "full_name");
    return id || fact_rows(fact_table(STR("action-fixed-fields")), last).count > 0;
}

static bool path_is_free(Actions *w, Str path) {
    Str context = path_part(path, 0), name = path_part(path, 1);
    if (str_is(context, "inputs")) {
        const Type *type = w->inputs ? type_field(w->inputs, name) : NULL;
        return !type || type->kind == TYPE_STRING || type->kind == TYPE_ANY;
    }
    if (str_is(context, "github")) {
        static const char *const free[] = {"ref", "ref_name", "base_ref", "head_ref", "event", "actor", "triggering_actor", "workflow"};
        for (size_t i = 0; i < ARRAY_COUNT(free); i++) {
            if (str_is(name, free[i]) && (!str_is(name, "event") || !is_fixed_field(path))) return i < 5;
        }
        return false;
    }
    if (str_is(context, "matrix")) {
        ValueVec values = {0};
        return !w->job || !matrix_values(w, w->job, name, &values);
    }
    if (str_is(context, "steps") || str_is(context, "needs")) return str_is(path_part(path, 2), "outputs");
    return str_is(context, "env") || str_is(context, "vars") || str_is(context, "secrets");
}

/* A variable whose value is written out is no free text. */
static bool env_is_free(Actions *w, Str name) {
    const Node *value = w->step ? env_named(w, yaml_get(w->tree, w->step->node, "env"), name) : NULL;
    if (!value && w->job) value = env_named(w, yaml_get(w->tree, w->job->node, "env"), name);
    if (!value) value = env_named(w, yaml_get(w->tree, w->root, "env"), name);
    return !value || value->kind != YAML_SCALAR || expressions_in(actions_text(w, value));
}

bool expression_is_free(Actions *w, const Tree *tree, const Node *node) {
    if (node->kind == EXPRESSION_NAME || node->kind == EXPRESSION_ACCESS) {
        Str path = expression_path(tree, node, w->arena);
        if (!path.len) return expression_is_free(w, tree, node_first(node));
        if (str_starts(path, STR("env."))) return env_is_free(w, str_skip(path, 4));
        return path_is_free(w, path);
    }
    bool call = node->kind == EXPRESSION_CALL && passes_on(expression_function(tree, node));
    if (node->kind != EXPRESSION_OR && node->kind != EXPRESSION_AND && !call) return false;
    node_each(part, node) {
        bool last = part + part->size == node + node->size;
        if (node->kind == EXPRESSION_AND && !last) continue;
        if (expression_is_free(w, tree, part)) return true;
    }
    return false;
}
