/* The second pass: every key once, in file order, against the tables of sections.def. What does not fit is a problem; what
 * may hold an expression is read. Aliases are followed, so the number of visits is limited, and so is the depth. */
#include "facts/fact.h"
#include "systems/actions/lower.h"

enum {
    TEXT = 1 << 0,       /* a scalar that is not empty */
    NOTHING = 1 << 1,    /* may be left empty */
    BOOL = 1 << 2,
    INT = 1 << 3,        /* above 0 */
    NUMBER = 1 << 4,     /* above 0 */
    MAP = 1 << 5,
    LIST = 1 << 6,
    ANY = 1 << 7,        /* nothing is refused; expressions are read where there are contexts */
    TREE = 1 << 8,       /* values as deep as one likes */
    CONDITION = 1 << 9,
    REQUIRED = 1 << 10,
    FULL = 1 << 11,      /* an empty map, list or item is refused */
    EXPRESSION = 1 << 12, /* may be an expression that gives the whole */
    PERMISSIONS = 1 << 13, /* read by permissions.c */
    VALUE = 1 << 14      /* a scalar of any type */
};

typedef enum SectionId {
#define SECTION(NAME, title) SECTION_##NAME,
#define KEY(NAME, key, kinds, sub, contexts)
#define END
#include "systems/actions/sections.def"
#undef SECTION
#undef KEY
#undef END
    SECTION_COUNT,
    SECTION_NONE = SECTION_COUNT
} SectionId;

typedef struct Key {
    Str name;
    uint32_t kinds;
    SectionId sub;
    Str contexts;
} Key;

#define SECTION(NAME, title) static const Key NAME##_keys[] = {
#define KEY(NAME, key, kinds, sub, contexts) {STR_INIT(key), kinds, SECTION_##sub, STR_INIT(contexts)},
#define END };
#include "systems/actions/sections.def"
#undef SECTION
#undef KEY
#undef END

static const struct { Str title; const Key *keys; size_t count; } sections[] = {
#define SECTION(NAME, title) {STR_INIT(title), NAME##_keys, ARRAY_COUNT(NAME##_keys)},
#define KEY(NAME, key, kinds, sub, contexts)
#define END
#include "systems/actions/sections.def"
#undef SECTION
#undef KEY
#undef END
};

#define WALK_DEPTH_MAX 40

/* Where the walk stands, and what the keys above say. */
typedef struct Here {
    Str where;    /* the key that expressions are filed under: env, with, run … */
    Str contexts;
    uint32_t depth;
} Here;

static void walk_value(Actions *w, const Node *node, const Node *at, const Key *key, Str name, Here here);

static bool may_visit(Actions *w, const Node *node, Here here) {
    bool deep = here.depth >= WALK_DEPTH_MAX, many = !deep && w->visits++ >= ACTIONS_VISITS_MAX;
    if (deep) actions_problem(w, PROBLEM_FILE_TOO_DEEP, node, (Str){NULL, 0}, (Str){NULL, 0});
    if (many) model_cut(w->model, w->source);
    return !deep && !many;
}

static const Key *key_of(SectionId id, Str name) {
    const Key *any = NULL;
    for (size_t i = 0; i < sections[id].count; i++) {
        const Key *key = &sections[id].keys[i];
        if (str_eq(key->name, name)) return key;
        if (str_is(key->name, "*")) any = key;
    }
    return any;
}

static Str nearest_key(SectionId id, Str name) {
    Str names[32];
    size_t count = 0;
    for (; count < sections[id].count && count < ARRAY_COUNT(names); count++) names[count] = sections[id].keys[count].name;
    return str_nearest(name, names, count);
}

/* ---- scalars ---- */

static Wanted wanted_of(const Key *key) {
    if (key->kinds & CONDITION) return WANT_CONDITION;
    if (key->kinds & (TREE | ANY | EXPRESSION | VALUE)) return WANT_ANY;
    if (key->kinds & TEXT) return key->kinds & (MAP | LIST) ? WANT_ANY : WANT_TEXT;
    if (key->kinds & BOOL) return WANT_BOOL;
    if (key->kinds & (INT | NUMBER)) return WANT_NUMBER;
    return key->kinds & MAP ? WANT_MAP : WANT_ANY;
}

/* Whether an action runs what this input holds. */
static bool is_sink(const Object *action, Str input) {
    Str name = value_text(action->fields[ACTION_NAME]);
    if (!name.len) return false;
    const Str keys[] = {name, STR("*")}; /* inputs that hold code whatever the action */
    for (size_t k = 0; k < ARRAY_COUNT(keys); k++) {
        FactRows rows = fact_rows(fact_table(STR("action-sinks")), keys[k]);
        for (uint32_t i = 0; i < rows.count; i++) {
            if (str_eq_nocase(fact_cell(rows.table, rows.first + i, 1), input)) return true;
        }
    }
    return false;
}

/* What the declared type of the input at hand wants of its default. */
static Wanted wanted_of_input(const Actions *w) {
    if (!w->input) return WANT_TEXT;
    return w->input->kind == TYPE_BOOL ? WANT_BOOL : w->input->kind == TYPE_NUMBER ? WANT_NUMBER : WANT_TEXT;
}

static void read_expressions(Actions *w, const Node *node, const Key *key, Str name, Here here) {
    Str contexts = key->contexts.len ? key->contexts : here.contexts;
    Object *used = !str_is(here.where, "with") ? NULL : w->step ? w->step->uses : w->job ? w->job->calls : NULL;
    bool in_with = used || (str_is(here.where, "with") && w->step), named = in_with || str_is(here.where, "env");
    ExpressionPlace place = {.where = here.where.len ? here.where : name, .key = named ? name : (Str){NULL, 0}, .availability = contexts, .wanted = wanted_of(key)};
    place.is_code = str_is(name, "run") && str_is(contexts, "jobs.<job_id>.steps.run");
    place.action = used;
    if (used && w->step) place.is_code = is_sink(used, name);
    if (str_is(here.where, "runs-on") || (str_is(name, "runs-on") && !here.where.len)) place.wanted = WANT_RUNNER;
    if (str_starts(contexts, STR("on.workflow_call.inputs"))) place.wanted = wanted_of_input(w);
    expressions_read(w, node, &place);
}

static void wrong_type(Actions *w, const Node *node, const Key *key, Str name) {
    Str wanted = key->kinds & (BOOL | CONDITION) ? STR("bool") : key->kinds & INT ? STR("int") : key->kinds & NUMBER ? STR("number") : key->kinds & LIST && key->kinds & TEXT ? STR("string or list")
                 : key->kinds & TEXT && key->kinds & MAP ? STR("string or map") : key->kinds & LIST ? STR("list") : key->kinds & MAP ? STR("map") : STR("string");
    actions_problem(w, PROBLEM_PIPELINE_WRONG_TYPE, node, name, wanted);
}

static bool is_positive(Value v) {
    return (v.kind == VALUE_INT && v.as.integer > 0) || (v.kind == VALUE_DOUBLE && v.as.real > 0);
}

/* Whether a scalar that is no expression may stand there. */
static bool scalar_fits(const Actions *w, const Node *node, const Key *key) {
    if (key->kinds & (TEXT | TREE | ANY | CONDITION | VALUE)) return true;
    Value v = actions_value(w, node);
    if (key->kinds & BOOL) return v.kind == VALUE_BOOL;
    if (key->kinds & INT) return v.kind == VALUE_INT && is_positive(v);
    return (key->kinds & NUMBER) && is_positive(v);
}

static void walk_scalar(Actions *w, const Node *node, const Node *at, const Key *key, Str name, Here here) {
    Str text = actions_text(w, node);
    if (!expressions_in(text)) {
        bool empty = !text.len && !(node->flags & YAML_EMPTY ? key->kinds & (TREE | ANY | VALUE) : key->kinds & (TREE | ANY | VALUE | NOTHING));
        if (empty && (key->kinds & TEXT || key->kinds & CONDITION)) actions_problem(w, PROBLEM_PIPELINE_EMPTY, at, name, (Str){NULL, 0});
        else if (!scalar_fits(w, node, key)) wrong_type(w, node, key, name);
    }
    read_expressions(w, node, key, name, here);
}

/* ---- maps and lists ---- */

/* Keys that differ in case alone are one and the same to GitHub. */
static void check_duplicate(Actions *w, Map *seen, const Node *key, Str name) {
    void **slot = map_slot(w->arena, seen, str_lower(w->arena, name));
    if (!*slot) {
        *slot = (void *)(uintptr_t)key;
        return;
    }
    if (str_eq(actions_text(w, *slot), name)) return; /* YAML's own complaint */
    source_problem_hint(w->source, PROBLEM_PIPELINE_DUPLICATE_KEY, node_span(w->tree, key), name, actions_text(w, *slot));
}

/* Whether a key that is not known is `name` misspelt: that is said of the key, and once. What of a broken file is missing may
 * stand where nobody could read it. */
static bool is_excused(Actions *w, SectionId id, const Node *map, Str name) {
    vec_each(Problem, problem, &w->source->problems) {
        if (problem_is_loss(problem->code)) return true;
    }
    Pair pair = {0};
    while (actions_next(w, map, &pair)) {
        if (pair.key->kind != YAML_SCALAR) continue;
        Str key = actions_text(w, pair.key);
        if (!key_of(id, key) && str_is_slip(key, name) && str_eq(nearest_key(id, key), name)) return true;
    }
    return false;
}

static void check_required(Actions *w, SectionId id, const Node *map, const Node *at) {
    for (size_t i = 0; i < sections[id].count; i++) {
        const Key *key = &sections[id].keys[i];
        if (!(key->kinds & REQUIRED) || yaml_get(w->tree, map, str_copy(w->arena, key->name).at)) continue;
        if (is_excused(w, id, map, key->name)) continue;
        actions_problem(w, PROBLEM_PIPELINE_MISSING_KEY, at, key->name, sections[id].title);
    }
}

static Here below(Here here, SectionId id, const Key *key, Str name) {
    Here next = here;
    next.depth++;
    if (id == SECTION_ENV || id == SECTION_WITH || id == SECTION_CALL_WITH) next.where = sections[id].title;
    else if (id != SECTION_TREE && !here.where.len && (id == SECTION_RUNNER || id == SECTION_MATRIX)) next.where = id == SECTION_MATRIX ? STR("matrix") : STR("runs-on");
    if (key->contexts.len) next.contexts = key->contexts;
    (void)name;
    return next;
}

/* A job begins and ends; the default of an input sees the inputs before it. */
static void enter(Actions *w, SectionId id, const Node *key, Str name) {
    if (id == SECTION_JOBS) {
        while (w->job_next < w->jobs.count && w->jobs.items[w->job_next]->key < key) w->job_next++;
        bool found = w->job_next < w->jobs.count && w->jobs.items[w->job_next]->key == key; /* by its name, the last of two of one name */
        w->job = found ? w->jobs.items[w->job_next] : map_get(&w->job_ids, str_lower(w->arena, name));
        w->steps_before = type_object(w->arena);
        w->step_next = 0;
    } else if (id == SECTION_CALL_INPUTS) {
        if (!w->default_inputs) w->default_inputs = type_object(w->arena);
        w->input = w->inputs ? type_field(w->inputs, name) : NULL;
    }
}

static void leave(Actions *w, SectionId id, Str name) {
    if (id == SECTION_JOBS) w->job = NULL;
    else if (id == SECTION_CALL_INPUTS && w->input) type_put(w->arena, w->default_inputs, name, w->input);
}

/* Steps were lowered in the order of this walk, so the next one that is made of `node` is meant. */
static void enter_step(Actions *w, const Node *node) {
    StepInfo **steps = w->job ? w->job->steps.items : w->steps.items;
    uint32_t count = w->job ? w->job->steps.count : w->steps.count;
    w->step = NULL;
    for (uint32_t i = w->step_next; i < count && !w->step; i++) {
        if (steps[i]->node == node) w->step = steps[i], w->step_next = i + 1;
    }
}

static void leave_step(Actions *w) {
    if (w->step && w->steps_before) steps_put(w, w->steps_before, w->step);
    w->step = NULL;
}

static void check_section(Actions *w, SectionId id, const Node *map, const Node *at);

static bool is_case_sensitive(SectionId id) {
    return id == SECTION_JOB || id == SECTION_STEP || id == SECTION_TREE;
}

static void walk_map(Actions *w, SectionId id, const Node *map, const Node *at, Here here) {
    Map seen = {0};
    Pair pair = {0};
    while (actions_next(w, map, &pair)) {
        if (pair.key->kind != YAML_SCALAR || !may_visit(w, pair.key, here)) continue;
        Str name = actions_text(w, pair.key);
        if (str_is(name, "<<") && pair.key->style == YAML_PLAIN) continue;
        if (!is_case_sensitive(id)) check_duplicate(w, &seen, pair.key, name);
        const Key *key = key_of(id, name);
        if (!key) {
            source_problem_hint(w->source, PROBLEM_PIPELINE_UNKNOWN_KEY, node_span(w->tree, pair.key), name, nearest_key(id, name));
            continue;
        }
        if (id == SECTION_ENV) {
            ExpressionPlace place = {.where = STR("env"), .availability = here.contexts, .wanted = WANT_TEXT};
            expressions_read(w, pair.key, &place);
        }
        if (id == SECTION_EVENTS && !fact_rows(fact_table(STR("action-events")), name).count) continue; /* told already */
        enter(w, id, pair.key, name);
        walk_value(w, pair.value, pair.key, key, name, here);
        leave(w, id, name);
    }
    if (id == SECTION_CALL_INPUTS) w->default_inputs = NULL;
    check_required(w, id, map, at);
    check_section(w, id, map, at);
}

static void walk_list(Actions *w, const Node *list, const Node *at, const Key *key, Str name, Here here) {
    if (key->kinds & FULL && list->size == 1) actions_problem(w, PROBLEM_PIPELINE_EMPTY, at, name, (Str){NULL, 0});
    Here inner = here;
    inner.depth++;
    node_each(raw, list) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (!item || !may_visit(w, raw, inner)) continue;
        if (key->sub == SECTION_STEP) enter_step(w, item);
        if (item->kind == YAML_MAP && key->sub != SECTION_NONE) walk_map(w, key->sub, item, raw, inner);
        else if (item->kind == YAML_SCALAR && (key->sub == SECTION_NONE || key->sub == SECTION_TREE || key->kinds & TEXT)) {
            bool tree = key->sub == SECTION_TREE;
            Key text = {name, tree ? TREE : TEXT, SECTION_NONE, key->contexts};
            walk_scalar(w, item, raw, &text, name, here);
        } else if (item->kind == YAML_SEQUENCE && key->sub == SECTION_TREE) walk_list(w, item, raw, &TREE_keys[0], name, inner);
        else actions_problem(w, PROBLEM_PIPELINE_WRONG_TYPE, raw, name, key->sub == SECTION_NONE ? STR("string") : STR("map"));
        if (key->sub == SECTION_STEP) leave_step(w);
    }
}

static void walk_value(Actions *w, const Node *node, const Node *at, const Key *key, Str name, Here here) {
    if (key->kinds & PERMISSIONS) return;
    bool null = actions_is_null(w, node);
    if (null && key->kinds & NOTHING) return;
    if (null && key->sub == SECTION_EVENTS) return;
    if (null && !(key->kinds & (TREE | ANY | VALUE | TEXT | CONDITION))) {
        actions_problem(w, PROBLEM_PIPELINE_EMPTY, at, name, (Str){NULL, 0});
        return;
    }
    bool loose = key->kinds & (TREE | ANY);
    if (node->kind == YAML_SCALAR) {
        if (null && key->kinds & TEXT && !(key->kinds & NOTHING)) actions_problem(w, PROBLEM_PIPELINE_EMPTY, at, name, (Str){NULL, 0});
        else walk_scalar(w, node, at, key, name, here);
    } else if (node->kind == YAML_MAP && (key->kinds & MAP || (loose && key->sub != SECTION_NONE))) {
        if (node->size == 1 && key->kinds & FULL) actions_problem(w, PROBLEM_PIPELINE_EMPTY, at, name, (Str){NULL, 0});
        walk_map(w, key->sub, node, at, below(here, key->sub, key, name));
    } else if (node->kind == YAML_SEQUENCE && (key->kinds & LIST || (loose && key->sub == SECTION_TREE))) walk_list(w, node, at, key, name, here);
    else if (!loose) wrong_type(w, node, key, name);
}

/* ---- keys that go together ---- */

static const Node *has_key(const Actions *w, const Node *map, const char *name) {
    Pair pair = {0};
    while (actions_next(w, map, &pair)) {
        if (pair.key->kind == YAML_SCALAR && str_is(actions_text(w, pair.key), name)) return pair.key;
    }
    return NULL;
}

static void missing(Actions *w, SectionId id, const Node *map, const Node *at, const char *key, const char *section) {
    if (is_excused(w, id, map, str_of(key))) return;
    actions_problem(w, PROBLEM_PIPELINE_MISSING_KEY, at, str_of(key), str_of(section));
}

static void conflict(Actions *w, const Node *at, const char *key, const char *with) {
    actions_problem(w, PROBLEM_PIPELINE_CONFLICTING_KEYS, at, str_of(key), str_of(with));
}

static void check_step(Actions *w, const Node *map, const Node *at) {
    const Node *run = has_key(w, map, "run"), *uses = has_key(w, map, "uses"), *with = has_key(w, map, "with"), *shell = has_key(w, map, "shell");
    bool other = has_key(w, map, "wait") || has_key(w, map, "wait-all") || has_key(w, map, "cancel") || has_key(w, map, "parallel");
    if (!run && !uses && !other && !is_excused(w, SECTION_STEP, map, STR("uses"))) missing(w, SECTION_STEP, map, at, "run", "step");
    if (run && uses) conflict(w, uses, "uses", "run");
    else if (run && with) conflict(w, with, "with", "run");
    if (uses && !run && shell) conflict(w, shell, "shell", "uses");
    if (w->is_action && run && !shell) missing(w, SECTION_STEP, map, run, "shell", "step of a composite action");
}

static void check_job(Actions *w, const Node *map, const Node *at) {
    static const char *const own[] = {"runs-on", "steps", "container", "services", "defaults", "env", "outputs", "environment", "timeout-minutes", "continue-on-error", "snapshot"};
    const Node *uses = has_key(w, map, "uses"), *with = has_key(w, map, "with"), *secrets = has_key(w, map, "secrets");
    for (size_t i = 0; i < ARRAY_COUNT(own) && uses; i++) {
        const Node *key = has_key(w, map, own[i]);
        if (key) conflict(w, key, own[i], "uses");
    }
    if (uses) {
        const Node *given = yaml_get(w->tree, map, "secrets");
        bool text = given && given->kind == YAML_SCALAR && !(given->flags & YAML_EMPTY);
        if (text && !str_is(actions_text(w, given), "inherit")) actions_problem(w, PROBLEM_PIPELINE_WRONG_TYPE, secrets, STR("secrets"), STR("inherit or a map"));
        return;
    }
    if (with) conflict(w, with, "with", "steps");
    if (secrets) conflict(w, secrets, "secrets", "steps");
    if (!has_key(w, map, "runs-on")) missing(w, SECTION_JOB, map, at, "runs-on", "job");
    if (!has_key(w, map, "steps")) missing(w, SECTION_JOB, map, at, "steps", "job");
}

static void broken(Actions *w, const Node *at, const char *key, Str kind) {
    actions_problem(w, PROBLEM_PIPELINE_MISSING_KEY, at, str_of(key), str_format(w->arena, "%.*s action", STR_ARGS(kind)));
}

/* What each kind of action needs, and what belongs to another kind. */
static void check_runs(Actions *w, const Node *map, const Node *at) {
    static const struct { const char *key, *kind; } keys[] = {
        {"main", "node"}, {"pre", "node"}, {"post", "node"}, {"pre-if", "node docker"}, {"post-if", "node docker"}, {"image", "docker"}, {"args", "docker"}, {"entrypoint", "docker"},
        {"pre-entrypoint", "docker"}, {"post-entrypoint", "docker"}, {"env", "docker"}, {"steps", "composite"}};
    Str kind = value_text(w->file->fields[WORKFLOW_KIND]);
    if (str_is(kind, "composite") && !has_key(w, map, "steps")) broken(w, at, "steps", kind);
    if (str_is(kind, "docker") && !has_key(w, map, "image")) broken(w, at, "image", kind);
    if (str_is(kind, "node") && !has_key(w, map, "main")) broken(w, at, "main", kind);
    for (size_t i = 0; i < ARRAY_COUNT(keys) && !str_is(kind, "action"); i++) {
        const Node *key = has_key(w, map, keys[i].key);
        if (key && !str_has(str_of(keys[i].kind), kind)) actions_problem(w, PROBLEM_PIPELINE_CONFLICTING_KEYS, key, str_of(keys[i].key), str_format(w->arena, "using: %.*s", STR_ARGS(kind)));
    }
}

static void check_section(Actions *w, SectionId id, const Node *map, const Node *at) {
    if (id == SECTION_STEP) check_step(w, map, at);
    else if (id == SECTION_JOB) check_job(w, map, at);
    else if (id == SECTION_ACTION_RUNS) check_runs(w, map, at);
}

void sections_walk(Actions *w) {
    SectionId id = w->is_action ? SECTION_ACTION : SECTION_WORKFLOW;
    if (w->is_action) w->steps_before = type_object(w->arena);
    walk_map(w, id, w->root, w->root, (Here){0});
}
