/* Jobs and steps: ids, the graph of needs, runners, shells, containers, and the scripts of steps. */
#include "facts/fact.h"
#include "systems/actions/lower.h"
#include "systems/facets.h"
#include "systems/shell_model.h"

/* ---- ids ---- */

static bool is_id(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_', rest = (c >= '0' && c <= '9') || c == '-';
        if (!letter && !(rest && i)) return false;
    }
    return s.len > 0;
}

static void check_id(Actions *w, const Node *scalar, Str id) {
    if (id.len && !expressions_in(id) && !is_id(id)) actions_problem(w, PROBLEM_PIPELINE_INVALID_ID, scalar, id, (Str){NULL, 0});
}

static Value string_at(const Actions *w, Str s, Span span) { return value_at(value_string(s), w->source, span); }

static Value field(const Actions *w, const Node *map, const char *key, Span span) {
    const Node *node = yaml_get(w->tree, map, key);
    return node ? actions_value(w, node) : value_at(value_null(), w->source, span);
}

/* ---- runners ---- */

/* One written label with what it may become, and where. */
typedef struct Label {
    Str text;
    uint32_t group; /* values of one expression are alternatives: they share a number */
    Span span;
} Label;

typedef VEC(Label) Labels;

static void add_label(Actions *w, const JobInfo *job, const Node *scalar, Labels *out, bool *open) {
    Str text = actions_text(w, scalar);
    uint32_t group = out->count, at = 0, start, end;
    bool closed;
    if (!expression_find(text, &at, &start, &end, &closed)) {
        if (text.len) vec_push(w->arena, out, ((Label){text, group, node_span(w->tree, scalar)}));
        return;
    }
    Str inner = closed ? str_trim(str_slice(text, start + 3, end - 2)) : (Str){NULL, 0};
    ValueVec values = {0};
    bool whole = start == 0 && end == text.len && str_starts_nocase(inner, STR("matrix.")) && is_id(str_skip(inner, 7));
    if (!whole || !matrix_values(w, job, str_skip(inner, 7), &values)) *open = true;
    for (uint32_t i = 0; i < values.count; i++) vec_push(w->arena, out, ((Label){value_str(values.items[i]), group, values.items[i].span}));
}

static bool images_meet(Str x, Str y) {
    Str piece, other;
    while (x.len && str_next(&x, ',', &piece)) {
        Str rest = y;
        while (rest.len && str_next(&rest, ',', &other)) {
            if (str_eq(piece, other)) return true;
        }
    }
    return false;
}

static Str label_cell(Str label, uint32_t column, Arena *a) {
    FactRows rows = fact_rows(fact_table(STR("action-runners")), str_lower(a, label));
    return rows.count ? fact_cell(rows.table, rows.first, column) : (Str){NULL, 0};
}

static void check_conflicts(Actions *w, const Labels *labels) {
    for (uint32_t i = 0; i < labels->count; i++) {
        for (uint32_t k = 0; k < i; k++) {
            if (labels->items[i].group == labels->items[k].group || w->visits++ > ACTIONS_VISITS_MAX) continue;
            Str x = label_cell(labels->items[i].text, 2, w->arena), y = label_cell(labels->items[k].text, 2, w->arena);
            if (!x.len || !y.len || images_meet(x, y)) continue;
            source_problem_hint(w->source, PROBLEM_PIPELINE_CONFLICTING_RUNNERS, labels->items[i].span, labels->items[i].text, labels->items[k].text);
            return;
        }
    }
}

static Str nearest_label(Str label) {
    const FactTable *table = fact_table(STR("action-runners"));
    Str names[64];
    size_t count = MIN((size_t)fact_row_count(table), ARRAY_COUNT(names));
    for (size_t i = 0; i < count; i++) names[i] = fact_cell(table, (uint32_t)i, 0);
    return str_nearest(label, names, count);
}

/* The system and the release of ubuntu-24.04, as ubuntu and 2404; false for what is no such label. */
static bool release_of(Str label, Str *system, uint32_t *release) {
    Str rest, major, minor;
    if (!str_cut(label, '-', system, &rest) || !rest.len) return false;
    bool dotted = str_cut(rest, '.', &major, &minor);
    int64_t high, low = 0;
    if (!str_to_int(major, &high) || (dotted && !str_to_int(minor, &low)) || high < 0 || low < 0 || high > 99999 || low > 99) return false;
    *release = (uint32_t)(high * 100 + low);
    return true;
}

/* A release behind all of its system that the table has: GitHub may host it by now. */
static bool is_newer(Str label) {
    const FactTable *table = fact_table(STR("action-runners"));
    Str system, other;
    uint32_t release, known, newest = 0;
    if (!release_of(label, &system, &release)) return false;
    for (uint32_t i = 0; i < fact_row_count(table); i++) {
        bool same = release_of(fact_cell(table, i, 0), &other, &known) && str_eq_nocase(system, other);
        if (same) newest = MAX(newest, known);
    }
    return newest && release > newest;
}

/* The nth digit of a text, or 0. */
static char digit_at(Str s, size_t n) {
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] >= '0' && s.at[i] <= '9' && !n--) return s.at[i];
    }
    return 0;
}

/* ubuntu-lastest: as many parts and the same digits, so that ubuntu-24.04-arm64 and ubuntu-latest-m stay labels of one's own. */
static bool is_misspelt(Str label, Str near) {
    size_t parts[2] = {0}, n = 0;
    for (size_t i = 0; i < label.len; i++) parts[0] += label.at[i] == '-';
    for (size_t i = 0; i < near.len; i++) parts[1] += near.at[i] == '-';
    while (digit_at(label, n) && digit_at(label, n) == digit_at(near, n)) n++;
    return near.len && parts[0] == parts[1] && parts[0] && digit_at(label, n) == digit_at(near, n) && !str_eq_nocase(label, near) && str_is_slip(label, near);
}

static void check_label(Actions *w, const Label *label) {
    Str near = nearest_label(label->text);
    ProblemCode code = is_newer(label->text) ? PROBLEM_PIPELINE_NEWER_RUNNER : is_misspelt(label->text, near) ? PROBLEM_PIPELINE_MISSPELT_RUNNER : PROBLEM_PIPELINE_UNKNOWN_RUNNER;
    source_problem_hint(w->source, code, label->span, label->text, near);
}

static void labels_lower(Actions *w, JobInfo *job, const Node *runs_on) {
    Labels labels = {0};
    bool open = false, hosted = false, self = false;
    const Node *list = runs_on->kind == YAML_MAP ? yaml_get(w->tree, runs_on, "labels") : runs_on;
    if (list && list->kind == YAML_SCALAR) add_label(w, job, list, &labels, &open);
    for (const Node *raw = list && list->kind == YAML_SEQUENCE ? list + 1 : NULL; raw && raw < list + list->size; raw += raw->size) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (item && item->kind == YAML_SCALAR) add_label(w, job, item, &labels, &open);
    }
    ValueVec values = {0};
    vec_each(Label, label, &labels) {
        Str kind = label_cell(label->text, 1, w->arena);
        self = self || str_eq_nocase(label->text, STR("self-hosted"));
        hosted = hosted || str_is(kind, "github-hosted");
        if (!kind.len) check_label(w, label);
        vec_push(w->arena, &values, value_at(value_string(label->text), w->source, label->span));
    }
    check_conflicts(w, &labels);
    Value v = value_at(value_list(values.items, values.count), w->source, node_span(w->tree, runs_on));
    if (open) v.flags |= VALUE_OPEN;
    job->object->fields[JOB_LABELS] = v;
    bool unknown = open && !self;
    job->object->fields[JOB_IS_SELF_HOSTED] = value_at(unknown ? value_hole(HOLE_VARIABLE) : value_bool(self), w->source, v.span);
}

/* ---- shells ---- */

typedef enum Platform { PLATFORM_UNKNOWN, PLATFORM_LINUX, PLATFORM_MAC, PLATFORM_WINDOWS, PLATFORM_MIXED } Platform;

static Platform platform_of(Str label) {
    if (str_starts_nocase(label, STR("windows"))) return PLATFORM_WINDOWS;
    if (str_starts_nocase(label, STR("macos"))) return PLATFORM_MAC;
    return str_starts_nocase(label, STR("ubuntu")) || str_eq_nocase(label, STR("linux")) ? PLATFORM_LINUX : PLATFORM_UNKNOWN;
}

static Platform job_platform(const Actions *w, const JobInfo *job) {
    if (!job) return PLATFORM_UNKNOWN;
    uint32_t count;
    Value labels = job->object->fields[JOB_LABELS];
    const Value *items = value_items(labels, &count, w->arena);
    Platform all = PLATFORM_UNKNOWN;
    if (labels.flags & VALUE_OPEN) return PLATFORM_UNKNOWN;
    for (uint32_t i = 0; i < count; i++) {
        Platform p = platform_of(value_text(items[i]));
        if (p == PLATFORM_UNKNOWN) continue;
        all = all == PLATFORM_UNKNOWN || all == p ? p : PLATFORM_MIXED;
    }
    return all;
}

static const Node *default_shell(const Actions *w, const Node *map) {
    return map ? yaml_get(w->tree, yaml_get(w->tree, yaml_get(w->tree, map, "defaults"), "run"), "shell") : NULL;
}

/* The program of a shell: `bash`, `bash -e {0}`, `/usr/bin/perl {0}`. */
static Str shell_program(Str shell) {
    size_t blank = str_find_byte(shell, ' ');
    return blank == STR_NONE ? shell : str_slice(shell, 0, blank);
}

static void check_shell(Actions *w, const Node *node, Platform platform) {
    static const char *const known[] = {"bash", "sh", "pwsh", "python", "cmd", "powershell"};
    Str names[ARRAY_COUNT(known)], shell = actions_text(w, node);
    if (!shell.len || expressions_in(shell)) return;
    bool found = str_has(shell, STR("{0}"));
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        names[i] = str_of(known[i]);
        found = found || str_eq_nocase(shell, names[i]);
    }
    if (!found) {
        actions_problem(w, PROBLEM_PIPELINE_UNKNOWN_SHELL, node, shell, str_nearest(shell, names, ARRAY_COUNT(known)));
        return;
    }
    bool windows_only = str_eq_nocase(shell, STR("cmd")) || str_eq_nocase(shell, STR("powershell"));
    bool wrong = (windows_only && (platform == PLATFORM_LINUX || platform == PLATFORM_MAC)) || (str_is(shell, "sh") && platform == PLATFORM_WINDOWS);
    if (wrong) actions_problem(w, PROBLEM_PIPELINE_SHELL_PLATFORM, node, shell, platform == PLATFORM_WINDOWS ? STR("Windows") : platform == PLATFORM_MAC ? STR("macOS") : STR("Linux"));
}

/* The shell in force for a step, and where that is written. */
static Value shell_in_force(Actions *w, const JobInfo *job, const Node *step, Span at) {
    const Node *node = yaml_get(w->tree, step, "shell");
    if (!node && job) node = default_shell(w, job->node);
    if (!node && job) node = default_shell(w, w->root);
    if (node) return actions_value(w, node);
    Platform p = job_platform(w, job);
    bool container = job && yaml_get(w->tree, job->node, "container");
    if (container) return string_at(w, STR("sh"), at);
    if (p == PLATFORM_LINUX || p == PLATFORM_MAC) return string_at(w, STR("bash"), at);
    if (p == PLATFORM_WINDOWS) return string_at(w, STR("pwsh"), at);
    return value_at(value_hole(HOLE_VARIABLE), w->source, at);
}

/* ---- scripts ---- */

/* The script with a splice for each ${{ }}, so that the shell is read as it stands around them. */
static Text spliced(Actions *w, Text text) {
    uint32_t at = 0, start, end, from = 0;
    bool closed;
    if (!expressions_in(text.bytes)) return text;
    TextBuilder b = text_builder(w->source);
    while (expression_find(text.bytes, &at, &start, &end, &closed)) {
        for (uint32_t i = from; i < start; i++) text_builder_byte(&b, text.bytes.at[i], text_span(&text, i, i + 1).start);
        text_builder_byte(&b, SHELL_SPLICE, text_span(&text, start, start + 1).start);
        text_builder_byte(&b, SHELL_SPLICE, text_span(&text, end - 1, end).start);
        from = end;
    }
    for (uint32_t i = from; i < text.bytes.len; i++) text_builder_byte(&b, text.bytes.at[i], text_span(&text, i, i + 1).start);
    return text_builder_done(&b);
}

static void script_lower(Actions *w, JobInfo *job, StepInfo *step, const Node *run) {
    Object *o = step->object;
    o->fields[STEP_RUN] = value_at(value_string(actions_text(w, run)), w->source, node_span(w->tree, run));
    Value shell = shell_in_force(w, job, step->node, node_span(w->tree, run));
    o->fields[STEP_SHELL] = shell;
    const Node *own = yaml_get(w->tree, step->node, "shell");
    if (own) check_shell(w, own, job_platform(w, job));
    Str program = shell_program(value_text(shell));
    ShellDialect dialect = program.len ? shell_dialect(program) : DIALECT_OTHER;
    bool written = shell.span.start != node_span(w->tree, run).start;
    ShellContext context = {.dialect = dialect, .where = "step", .step = o, .errexit = true, .variable = shell_any_variable};
    context.pipefail = written && dialect == DIALECT_BASH && str_is(value_text(shell), "bash");
    Text text = yaml_text(w->tree, run);
    o->fields[STEP_SCRIPT] = value_object(shell_model(w->model, shell_is_read(dialect) ? spliced(w, text) : text, &context));
}

/* ---- steps ---- */

static const Type *step_outputs(Actions *w, const StepInfo *step) {
    if (step->uses) return w->source->brief ? &type_any : uses_outputs(w, step->uses);
    return &type_any;
}

/* A database that the job itself starts: its password protects nothing. */
static bool is_local_url(Str s) {
    static const char *const hosts[] = {"@localhost", "@127.0.0.1", "@postgres", "@mysql", "@db", "@redis", "@mongo"};
    for (size_t i = 0; i < ARRAY_COUNT(hosts); i++) {
        if (str_has(s, str_of(hosts[i]))) return true;
    }
    return false;
}

/* GitHub's variables and anything with = or a blank are no names. */
static void check_env(Actions *w, const Node *map) {
    Pair pair = {0};
    const Node *env = map ? yaml_get(w->tree, map, "env") : NULL;
    while (env && actions_next(w, env, &pair)) {
        Str name = actions_text(w, pair.key);
        bool bad = !name.len || str_find_byte(name, '=') != STR_NONE || str_find_byte(name, '&') != STR_NONE || str_find_byte(name, ' ') != STR_NONE;
        if (bad && !expressions_in(name)) actions_problem(w, PROBLEM_PIPELINE_ENV_NAME, pair.key, name, (Str){NULL, 0});
        if (pair.value->kind == YAML_SCALAR && !is_local_url(actions_text(w, pair.value))) secret_model(w->model, actions_value(w, pair.value), name, "env");
    }
}

static bool never_runs(Actions *w, const Node *step) {
    const Node *condition = yaml_get(w->tree, step, "if");
    if (!condition || condition->kind != YAML_SCALAR) return false;
    Text text = yaml_text(w->tree, condition);
    uint32_t at = 0, start, end, problems = w->source->problems.count;
    bool closed;
    if (expression_find(text.bytes, &at, &start, &end, &closed)) {
        if (!closed || start || str_trim(str_skip(text.bytes, end)).len) return false;
        text = text_slice(&text, start + 3, end - 2);
    }
    const Tree *tree = expression_parse(text);
    w->source->problems.count = problems; /* told by the second pass */
    return expression_constant(tree, tree->nodes, w->arena) == 0;
}

static StepInfo *step_lower(Actions *w, const Node *node, JobInfo *job, uint32_t index) {
    StepInfo *step = arena_new(w->arena, StepInfo);
    const Node *id = yaml_get(w->tree, node, "id"), *name = yaml_get(w->tree, node, "name"), *uses = yaml_get(w->tree, node, "uses"), *run = yaml_get(w->tree, node, "run");
    *step = (StepInfo){.node = node, .index = index, .id = id ? actions_text(w, id) : (Str){NULL, 0}};
    const Node *at = name ? name : uses ? uses : node_first(node) ? node_first(node) : node;
    Object *o = step->object = object_new(w->arena, SHAPE_STEP, w->source, node_span(w->tree, at));
    o->extent = node_span(w->tree, node);
    o->address = job ? job->object->address : w->file->address;
    if (id) {
        check_id(w, id, step->id);
        o->fields[STEP_ID] = actions_value(w, id);
    }
    o->fields[STEP_NAME] = field(w, node, "name", o->span);
    o->fields[STEP_BODY] = actions_value(w, node);
    o->fields[STEP_INDEX] = value_at(value_int(index), w->source, o->span);
    o->fields[STEP_ENV] = field(w, node, "env", o->span);
    o->fields[STEP_NEVER_RUNS] = value_at(value_bool(never_runs(w, node)), w->source, o->span);
    if (job) o->fields[STEP_JOB] = value_object(job->object);
    o->fields[STEP_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
    if (run && run->kind == YAML_SCALAR && !uses) script_lower(w, job, step, run);
    if (uses && uses->kind == YAML_SCALAR) {
        step->uses = uses_lower(w, uses, yaml_get(w->tree, node, "with"), job, step);
        if (step->uses) o->fields[STEP_USES] = value_object(step->uses);
    }
    check_env(w, node);
    step->outputs = step_outputs(w, step);
    return step;
}

/* The steps of a list, and those that run side by side in one of them. */
const StepInfo *steps_named(const Actions *w, const JobInfo *job, Str id) {
    return map_get(job ? &job->step_ids : &w->step_ids, str_lower(w->arena, id));
}

static void collect_steps(Actions *w, const Node *list, JobInfo *job, Map *ids, ValueVec *values, int depth) {
    if (list->kind != YAML_SEQUENCE || depth > 2) return;
    node_each(raw, list) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (!item || w->visits++ > ACTIONS_VISITS_MAX) break;
        StepInfo *step = step_lower(w, item, job, values->count);
        void **seen = step->id.len ? map_slot(w->arena, ids, str_lower(w->arena, step->id)) : NULL;
        if (seen && *seen) actions_problem(w, PROBLEM_PIPELINE_DUPLICATE_ID, yaml_get(w->tree, item, "id"), step->id, (Str){NULL, 0});
        if (seen) *seen = step;
        void **first = step->id.len ? map_slot(w->arena, job ? &job->step_ids : &w->step_ids, str_lower(w->arena, step->id)) : NULL;
        if (first && !*first) *first = step;
        if (job) vec_push(w->arena, &job->steps, step);
        else vec_push(w->arena, &w->steps, step);
        vec_push(w->arena, values, value_object(step->object));
        const Node *parallel = yaml_get(w->tree, item, "parallel");
        if (parallel) collect_steps(w, parallel, job, ids, values, depth + 1);
    }
}

void steps_lower(Actions *w, const Node *list, JobInfo *job) {
    ValueVec values = {0};
    Map ids = {0};
    collect_steps(w, list, job, &ids, &values, 0);
    for (uint32_t i = 0; i < values.count; i++) {
        Object *o = job ? job->steps.items[i]->object : w->steps.items[i]->object;
        o->fields[STEP_EARLIER] = value_at(value_list(values.items, i), w->source, o->span);
        o->fields[STEP_LATER] = value_at(value_list(values.items + i + 1, values.count - i - 1), w->source, o->span);
    }
    if (job) job->object->fields[JOB_STEPS] = value_at(value_list(values.items, values.count), w->source, job->object->span);
}

/* ---- containers ---- */

static void credentials_lower(Actions *w, JobInfo *job, const Node *container) {
    const Node *password = yaml_get(w->tree, yaml_get(w->tree, container, "credentials"), "password");
    if (!password) return;
    Object *o = object_new(w->arena, SHAPE_CREDENTIALS, w->source, node_span(w->tree, password));
    o->fields[CREDENTIALS_PASSWORD] = actions_value(w, password);
    o->fields[CREDENTIALS_PASSWORD].flags |= VALUE_SECRET;
    o->fields[CREDENTIALS_JOB] = value_object(job->object);
    o->address = job->object->address;
    model_subject(w->model, o);
}

/* `image: ${{ matrix.image }}`: each value of that axis is an image, found where it is written. */
static bool matrix_images(Actions *w, JobInfo *job, const Node *image, const char *role) {
    Str text = actions_text(w, image);
    uint32_t at = 0, start, end;
    bool closed;
    if (!expression_find(text, &at, &start, &end, &closed) || !closed || start || end != text.len) return false;
    Str inner = str_trim(str_slice(text, 3, end - 2));
    ValueVec values = {0};
    if (!str_starts_nocase(inner, STR("matrix.")) || !is_id(str_skip(inner, 7))) return false;
    matrix_values(w, job, str_skip(inner, 7), &values);
    for (uint32_t i = 0; i < values.count; i++) {
        if (!values.items[i].count) continue;
        Object *o = image_model(w->model, values.items[i], value_str(values.items[i]), role);
        o->fields[IMAGE_JOB] = value_object(job->object);
        o->address = job->object->address;
    }
    return values.count > 0;
}

static void container_lower(Actions *w, JobInfo *job, const Node *container, const char *role) {
    const Node *image = container->kind == YAML_SCALAR ? container : yaml_get(w->tree, container, "image");
    if (container->kind == YAML_MAP) credentials_lower(w, job, container);
    if (!image || image->kind != YAML_SCALAR || !actions_text(w, image).len) return;
    Value ref = actions_value(w, image);
    if (matrix_images(w, job, image, role) || (ref.kind != VALUE_STRING && ref.kind != VALUE_HOLE)) return;
    Object *o = image_model(w->model, ref, actions_text(w, image), role);
    o->fields[IMAGE_JOB] = value_object(job->object);
    o->address = job->object->address;
    if (str_is(str_of(role), "job")) job->object->fields[JOB_IMAGE] = value_object(o);
}

static void containers_lower(Actions *w, JobInfo *job) {
    const Node *container = yaml_get(w->tree, job->node, "container"), *services = yaml_get(w->tree, job->node, "services");
    if (container) container_lower(w, job, container, "job");
    Pair pair = {0};
    while (services && actions_next(w, services, &pair)) container_lower(w, job, pair.value, "service");
}

/* ---- needs ---- */

static void needs_lower(Actions *w, JobInfo *job) {
    const Node *needs = yaml_get(w->tree, job->node, "needs");
    ValueVec values = {0};
    if (needs && needs->kind == YAML_SCALAR && actions_text(w, needs).len) vec_push(w->arena, &job->needs, needs);
    for (const Node *raw = needs && needs->kind == YAML_SEQUENCE ? needs + 1 : NULL; raw && raw < needs + needs->size; raw += raw->size) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (item && item->kind == YAML_SCALAR) vec_push(w->arena, &job->needs, item);
    }
    vec_each(NodeRef, need, &job->needs) vec_push(w->arena, &values, actions_value(w, *need));
    job->object->fields[JOB_NEEDS] = value_at(value_list(values.items, values.count), w->source, job->object->span);
}

/* Depth first, with a stack of our own: a chain may be as long as the file. */
static void find_circle(Actions *w, JobInfo *start) {
    typedef struct Visit { JobInfo *job; uint32_t next; } Visit;
    VEC(Visit) stack = {0};
    vec_push(w->arena, &stack, ((Visit){start, 0}));
    start->mark = 1;
    while (stack.count) {
        Visit *top = &stack.items[stack.count - 1];
        if (top->next == top->job->needs.count) {
            top->job->mark = 2;
            stack.count--;
            continue;
        }
        JobInfo *next = map_get(&w->job_ids, str_lower(w->arena, actions_text(w, top->job->needs.items[top->next++])));
        if (!next || next->mark == 2 || next->has_namesake) continue; /* of two of one name, who knows which is meant */
        if (next->mark == 1) {
            actions_problem(w, PROBLEM_PIPELINE_CYCLE, next->key, next->id, top->job->id);
            continue;
        }
        next->mark = 1;
        vec_push(w->arena, &stack, ((Visit){next, 0}));
    }
}

static void check_needs(Actions *w) {
    Str *ids = arena_array(w->arena, Str, w->jobs.count + 1);
    for (uint32_t i = 0; i < w->jobs.count; i++) ids[i] = w->jobs.items[i]->id;
    vec_each(JobRef, job, &w->jobs) {
        vec_each(NodeRef, need, &(*job)->needs) {
            Str id = actions_text(w, *need);
            if (map_get(&w->job_ids, str_lower(w->arena, id))) continue;
            actions_problem(w, PROBLEM_PIPELINE_UNKNOWN_JOB, *need, id, w->jobs.count < 200 ? str_nearest(id, ids, w->jobs.count) : (Str){NULL, 0});
        }
        if (!(*job)->mark) find_circle(w, *job);
    }
}

/* ---- jobs ---- */

static const Type *job_outputs(Actions *w, const JobInfo *job) {
    if (job->calls) return &type_any;
    Type *type = type_object(w->arena);
    const Node *outputs = yaml_get(w->tree, job->node, "outputs");
    if (outputs && outputs->kind != YAML_MAP) return &type_any;
    Pair pair = {0};
    while (outputs && actions_next(w, outputs, &pair)) type_put(w->arena, type, actions_text(w, pair.key), &type_string);
    return type;
}

static void check_default_shells(Actions *w, const JobInfo *job) {
    const Node *shell = default_shell(w, job->node);
    if (shell) check_shell(w, shell, job_platform(w, job));
}

static JobInfo *job_new(Actions *w, const Pair *pair) {
    JobInfo *job = arena_new(w->arena, JobInfo);
    *job = (JobInfo){.key = pair->key, .node = pair->value, .id = actions_text(w, pair->key)};
    Object *o = job->object = object_new(w->arena, SHAPE_JOB, w->source, node_span(w->tree, pair->key));
    o->extent = span_join(o->span, node_span(w->tree, pair->value));
    o->address = str_format(w->arena, "job %.*s", STR_ARGS(job->id));
    o->fields[JOB_ID] = value_at(value_string(job->id), w->source, o->span);
    o->fields[JOB_NAME] = field(w, job->node, "name", o->span);
    o->fields[JOB_BODY] = actions_value(w, job->node);
    o->fields[JOB_PERMISSIONS] = field(w, job->node, "permissions", o->span);
    o->fields[JOB_ENVIRONMENT] = field(w, job->node, "environment", o->span);
    o->fields[JOB_SECRETS] = field(w, job->node, "secrets", o->span);
    o->fields[JOB_LABELS] = o->fields[JOB_STEPS] = value_at(value_list(NULL, 0), w->source, o->span);
    o->fields[JOB_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
    return job;
}

static void job_lower(Actions *w, JobInfo *job) {
    check_id(w, job->key, job->id);
    needs_lower(w, job);
    job->matrix = matrix_lower(w, yaml_get(w->tree, job->node, "strategy"));
    const Node *runs_on = yaml_get(w->tree, job->node, "runs-on"), *permissions = yaml_get(w->tree, job->node, "permissions");
    const Node *uses = yaml_get(w->tree, job->node, "uses"), *steps = yaml_get(w->tree, job->node, "steps"), *secrets = yaml_get(w->tree, job->node, "secrets");
    if (runs_on) labels_lower(w, job, runs_on);
    if (permissions) permissions_lower(w, permissions, job);
    check_default_shells(w, job);
    check_env(w, job->node);
    containers_lower(w, job);
    if (uses && uses->kind == YAML_SCALAR && actions_text(w, uses).len) {
        w->job = job;
        job->calls = uses_lower(w, uses, yaml_get(w->tree, job->node, "with"), job, NULL);
        if (job->calls && secrets) arguments_lower(w, job->calls, secrets, "secret");
        if (job->calls) job->object->fields[JOB_CALLS] = value_object(job->calls);
        w->job = NULL;
    }
    if (steps) steps_lower(w, steps, job);
    job->outputs = job_outputs(w, job);
}

void jobs_lower(Actions *w, const Node *jobs) {
    Pair pair = {0};
    while (actions_next(w, jobs, &pair)) {
        if (pair.key->kind != YAML_SCALAR || pair.value->kind != YAML_MAP) continue;
        JobInfo *job = job_new(w, &pair);
        vec_push(w->arena, &w->jobs, job);
        void **slot = map_slot(w->arena, &w->job_ids, str_lower(w->arena, job->id));
        job->has_namesake = *slot;
        *slot = job;
    }
    check_env(w, w->root);
    const Node *shell = default_shell(w, w->root);
    if (shell) check_shell(w, shell, PLATFORM_UNKNOWN);
    vec_each(JobRef, job, &w->jobs) job_lower(w, *job);
    check_needs(w);
}
