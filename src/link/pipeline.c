/* A path that names no file of the repository is a fault only where the repository is seen whole: a workflow that stands in
 * .github/workflows/, or an action beside others. Inputs, outputs and secrets compare without case. */
#include "link/pipeline.h"

#include "link/calls.h"
#include "link/circle.h"
#include "model/purpose.h"
#include "model/shape.h"


/* The folder that `.github` stands in, with its slash: what local paths count from. */
static Str root_of(Str path) {
    size_t at = str_find(path, STR(".github/"));
    return at == STR_NONE ? (Str){NULL, 0} : str_slice(path, 0, at);
}

static const Object *find_below(const Pipelines *p, Str root, Str name, Arena *a) {
    static const char *const names[] = {"", "/action.yml", "/action.yaml"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        bool top = !name.len || str_is(name, ".");
        Str path = str_format(a, "%.*s%.*s%s", STR_ARGS(root), STR_ARGS(top ? STR("") : name), top && *names[i] ? names[i] + 1 : names[i]);
        const Object *file = map_get(&p->files, path);
        if (file) return file;
    }
    return NULL;
}

static bool is_local(const Object *use) { return value_is_null(use->fields[ACTION_REPOSITORY]); }

static const Object *find(const Pipelines *p, const Object *use, Arena *a) { return find_below(p, root_of(use->source->path), value_text(use->fields[ACTION_NAME]), a); }

const Object *pipelines_file(const Pipelines *p, const Object *use, Arena *a) { return is_local(use) ? find(p, use, a) : NULL; }

/* A workflow whose path was written from .github on. */
static const Object *find_misnamed(const Pipelines *p, const Object *use, Arena *a) {
    Str root = str_format(a, "%.*s.github/", STR_ARGS(root_of(use->source->path)));
    return value_is_string(use->fields[ACTION_KIND], "workflow") ? find_below(p, root, value_text(use->fields[ACTION_NAME]), a) : NULL;
}

/* What a use means, even when it is misnamed: its inputs are to fit, too, once that is mended. */
static const Object *meant(const Pipelines *p, const Object *use, Arena *a) {
    const Object *file = find(p, use, a);
    return file ? file : find_misnamed(p, use, a);
}

static void add_problem(Model *model, const Object *use, ProblemCode code, Str detail, Str hint) {
    Object *o = object_new(model->arena, SHAPE_PROBLEM, use->source, use->span);
    o->address = use->address;
    o->fields[PROBLEM_CODE] = value_at(value_string(problem_id(code)), use->source, use->span);
    o->fields[PROBLEM_DETAIL] = value_at(value_string(detail), use->source, use->span);
    if (hint.len) o->fields[PROBLEM_HINT] = value_at(value_string(hint), use->source, use->span);
    o->fields[PROBLEM_SYSTEM] = value_at(value_string(use->source->system), use->source, use->span);
    model_subject(model, o);
}

static void add_callers(Pipelines *p, const Object *workflow, Arena *a) {
    uint32_t count = 0;
    Value jobs = workflow->fields[WORKFLOW_JOBS];
    const Value *items = value_is_list(jobs) ? value_items(jobs, &count, a) : NULL;
    for (uint32_t i = 0; items && i < count; i++) {
        const Object *job = items[i].as.object, *use = object_of(job, JOB_CALLS);
        if (!use || !is_local(use)) continue;
        Str path = str_format(a, "%.*s%.*s", STR_ARGS(root_of(use->source->path)), STR_ARGS(value_text(use->fields[ACTION_NAME])));
        CallerVec **slot = (CallerVec **)map_slot(a, &p->callers, path);
        if (!*slot) *slot = arena_new(a, CallerVec);
        vec_push(a, *slot, job);
    }
}

static void index_file(Pipelines *p, const Object *workflow, Arena *a) {
    map_put(a, &p->files, workflow->source->path, (void *)(uintptr_t)workflow);
    bool earlier = !p->way_back || str_compare(workflow->source->path, p->way_back->source->path) < 0;
    if (!value_is_null(workflow->fields[WORKFLOW_WAY_BACK]) && earlier) p->way_back = workflow;
    add_callers(p, workflow, a);
}

static void count_purposes(Pipelines *p, uint32_t bits, bool open) {
    for (uint32_t i = 0; i < PURPOSE_COUNT; i++) p->purposes[i] += bits >> i & 1;
    p->open += open;
}

/* Paths that a local use may mean: as it is written, and where a workflow's was written from .github on. */
typedef struct Meant {
    Str paths[2];
    uint32_t count;
} Meant;

static Meant paths_of(const Object *o, Arena *a) {
    if (o->shape->id != SHAPE_ACTION || !is_local(o)) return (Meant){0};
    Str name = value_text(o->fields[ACTION_NAME]), root = root_of(o->source->path);
    bool call = value_is_string(o->fields[ACTION_KIND], "workflow");
    return (Meant){{str_format(a, "%.*s%.*s", STR_ARGS(root), STR_ARGS(name)), call ? str_format(a, "%.*s.github/%.*s", STR_ARGS(root), STR_ARGS(name)) : (Str){NULL, 0}}, call ? 2 : 1};
}

void pipelines_add(Pipelines *p, const Object *object, Arena *a) {
    Meant named = paths_of(object, a);
    for (uint32_t i = 0; i < named.count; i++) map_put(a, &p->named, named.paths[i], p);
    if (object->shape->id != SHAPE_WORKFLOW) return;
    Value purposes = object->fields[WORKFLOW_PURPOSES];
    index_file(p, object, a);
    map_put(a, &p->paths, object->source->path, p);
    count_purposes(p, purpose_bits(purposes, a), purposes.flags & VALUE_OPEN);
}

/* ---- files whose objects go ---- */

void pipelines_note(const Object *o, PipelineNote *note, Arena *a) {
    if (o->shape->id == SHAPE_WORKFLOW) {
        Value purposes = o->fields[WORKFLOW_PURPOSES];
        note->path = o->source->path;
        note->stays = note->stays || !value_is_string(o->fields[WORKFLOW_KIND], "workflow");
        note->way_back = note->way_back || !value_is_null(o->fields[WORKFLOW_WAY_BACK]);
        note->open = note->open || purposes.flags & VALUE_OPEN;
        note->purposes |= purpose_bits(purposes, a);
    }
    Meant named = paths_of(o, a);
    note->stays = note->stays || named.count == ARRAY_COUNT(named.paths);
    for (uint32_t i = 0; i < named.count; i++) vec_push(a, &note->named, named.paths[i]);
}

void pipelines_add_note(Pipelines *p, const PipelineNote *note, Arena *a) {
    if (note->path.len) count_purposes(p, note->purposes, note->open);
    if (note->path.len) map_put(a, &p->paths, note->path, p);
    vec_each(Str, path, &note->named) map_put(a, &p->named, *path, p);
}

bool pipelines_want(const Pipelines *p, const PipelineNote *note, Str path) {
    bool first_way_back = note->way_back && (!p->way_back || str_compare(path, p->way_back->source->path) < 0);
    return note->path.len && (first_way_back || map_has(&p->named, path));
}

void pipelines_add_noted(Pipelines *p, const Object *object, Arena *a) {
    if (object->shape->id == SHAPE_WORKFLOW) index_file(p, object, a);
}

/* ---- what a file declares ---- */

/* The map of what is declared: inputs, outputs or secrets. */
static Value declared(const Object *file, const char *what, Arena *a) {
    Value body = file->fields[WORKFLOW_BODY];
    if (!value_is_string(file->fields[WORKFLOW_KIND], "workflow")) return value_field(body, what, a);
    return value_field(value_path(body, "on.workflow_call", a), what, a);
}

/* An entry of a map, case ignored. */
static bool entry_of(Value map, Str name, Value *out, Arena *a) {
    uint32_t count;
    const Entry *entries = value_is_map(map) ? value_entries(map, &count, a) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) {
        if (entries[i].key.kind != VALUE_STRING || !str_eq_nocase(value_str(entries[i].key), name)) continue;
        *out = entries[i].value;
        return true;
    }
    return false;
}

static Str nearest(Value map, Str name, Arena *a) {
    uint32_t count = 0, used = 0;
    const Entry *entries = value_is_map(map) ? value_entries(map, &count, a) : NULL;
    Str *names = arena_array(a, Str, count + 1);
    for (uint32_t i = 0; entries && i < count; i++) {
        if (entries[i].key.kind == VALUE_STRING) names[used++] = value_str(entries[i].key);
    }
    return str_nearest(name, names, used);
}

static void set_bool(Object *o, int field, bool b) { o->fields[field] = value_at(value_bool(b), o->source, o->span); }

static void set_text(Object *o, int field, Str s) {
    if (s.len) o->fields[field] = value_at(value_string(s), o->source, o->span);
}

static bool is_true(Value v) { return (v.kind == VALUE_BOOL && v.as.boolean) || value_is_string(v, "true"); }

/* ---- the joins ---- */

/* What is declared as a number takes a number; as a string, anything but null. A boolean takes anything. */
static void check_type(Object *argument, Value entry, Arena *a) {
    Value type = value_field(entry, "type", a);
    Str given = value_text(argument->fields[ARGUMENT_GIVEN]);
    bool number = value_is_string(type, "number"), string = value_is_string(type, "string"), any = str_is(given, "any");
    bool wrong = (number && !any && !str_is(given, "number")) || (string && (str_is(given, "null") || str_is(given, "bool")) && given.len);
    bool literal = argument->fields[ARGUMENT_VALUE].kind != VALUE_HOLE;
    if (string && str_is(given, "bool") && literal) wrong = false; /* true, written out, is taken as text */
    if (wrong) set_text(argument, ARGUMENT_WANTED, number ? STR("number") : STR("string"));
}

static void join_argument(const Pipelines *p, Object *argument, Arena *a) {
    const Object *use = object_of(argument, ARGUMENT_ACTION), *file = use && is_local(use) ? meant(p, use, a) : NULL;
    Str kind = use ? value_text(use->fields[ACTION_KIND]) : (Str){NULL, 0};
    if (!file) return;
    bool secret = value_is_string(argument->fields[ARGUMENT_KIND], "secret");
    Value map = declared(file, secret ? "secrets" : "inputs", a), entry = value_null();
    Str name = value_text(argument->fields[ARGUMENT_NAME]);
    bool docker = value_is_string(file->fields[WORKFLOW_KIND], "docker") && (str_is(name, "args") || str_is(name, "entrypoint"));
    bool known = docker || entry_of(map, name, &entry, a);
    set_bool(argument, ARGUMENT_DECLARED, known);
    if (!known) set_text(argument, ARGUMENT_NEAREST, nearest(map, name, a));
    set_bool(argument, ARGUMENT_DEPRECATED, known && !value_is_null(value_field(entry, "deprecationMessage", a)));
    if (known && !secret && str_is(kind, "workflow")) check_type(argument, entry, a);
}

static void join_output(const Pipelines *p, Object *output, Arena *a) {
    const Object *use = object_of(output, OUTPUT_USE_ACTION), *file = use && is_local(use) ? meant(p, use, a) : NULL;
    if (!file) return;
    Value map = declared(file, "outputs", a), entry;
    Str name = value_text(output->fields[OUTPUT_USE_NAME]);
    bool known = entry_of(map, name, &entry, a);
    Str kind = value_text(file->fields[WORKFLOW_KIND]), near = nearest(map, name, a);
    bool closed = str_is(kind, "composite") || str_is(kind, "workflow"); /* code may set outputs that its file does not list */
    if (known || closed || near.len) set_bool(output, OUTPUT_USE_DECLARED, known);
    if (!known) set_text(output, OUTPUT_USE_NEAREST, near);
}

static void add_missing(ValueVec *missing, const Object *use, Value map, Value given, bool defaults, Arena *a) {
    uint32_t count = 0;
    const Entry *entries = value_is_map(map) ? value_entries(map, &count, a) : NULL;
    Value ignored;
    for (uint32_t i = 0; entries && i < count; i++) {
        Str name = value_text(entries[i].key);
        bool fallback = defaults && !value_is_null(value_field(entries[i].value, "default", a));
        if (!is_true(value_field(entries[i].value, "required", a)) || fallback || entry_of(given, name, &ignored, a)) continue;
        vec_push(a, missing, value_at(value_string(name), use->source, use->span));
    }
}

static void join_missing(const Object *file, Object *use, Arena *a) {
    ValueVec missing = {0};
    bool workflow = value_is_string(use->fields[ACTION_KIND], "workflow");
    const Object *job = object_of(use, ACTION_JOB);
    Value given = use->fields[ACTION_INPUTS];
    if (given.kind == VALUE_HOLE) return;
    add_missing(&missing, use, declared(file, "inputs", a), given, true, a);
    Value secrets = workflow && job ? job->fields[JOB_SECRETS] : value_null();
    if (workflow && secrets.kind != VALUE_HOLE && !value_is_string(secrets, "inherit")) add_missing(&missing, use, declared(file, "secrets", a), secrets, false, a);
    use->fields[ACTION_MISSING] = value_at(value_list(missing.items, missing.count), use->source, use->span);
}

/* The first thing that keeps an action from running: a problem of keys in its file. */
static void check_action(const Object *file, Model *model, const Object *use) {
    for (uint32_t i = 0; i < file->source->problems.count; i++) {
        const Problem *p = &file->source->problems.items[i];
        Str id = problem_id(p->code);
        bool fatal = str_is(id, "pipeline/missing-key") || str_is(id, "pipeline/unknown-runtime") || str_is(id, "pipeline/missing-file") || str_is(id, "pipeline/unknown-key") || str_is(id, "pipeline/conflicting-keys") || str_is(id, "pipeline/empty") || str_is(id, "pipeline/wrong-type") || str_is(id, "pipeline/duplicate-key") || str_is(id, "yaml/syntax") || str_is(id, "yaml/duplicate-key");
        if (!fatal) continue;
        Str what = str_format(model->arena, "%.*s (%.*s)", STR_ARGS(p->detail), STR_ARGS(id));
        add_problem(model, use, PROBLEM_PIPELINE_BROKEN_ACTION, file->source->path, what);
        return;
    }
}

/* owner/name/.github/workflows/a.yml@main in the repository owner/name: its own file, by the long way. Who owns this repository is written nowhere. */
static bool lies_here(const Pipelines *p, const Object *use, Arena *a) {
    Str name = value_text(use->fields[ACTION_WRITTEN]), piece;
    for (int i = 0; i < 2; i++) {
        if (!str_cut(name, '/', &piece, &name)) return false;
    }
    size_t at = str_find_byte(name, '@');
    name = at == STR_NONE ? name : str_slice(name, 0, at);
    if (!str_starts(name, STR(".github/"))) return false;
    Str path = str_join(a, root_of(use->source->path), name);
    if (str_eq(path, use->source->path)) return false; /* no workflow calls itself: it is called like the one it calls */
    return map_has(&p->paths, path) || map_has(&p->paths, str_join(a, path, STR("/action.yml"))) || map_has(&p->paths, str_join(a, path, STR("/action.yaml")));
}

/* What a missing file says: nothing, where a step may have put it there. */
static void join_use(const Pipelines *p, Object *use, Model *model) {
    if (!is_local(use)) use->fields[ACTION_LIES_HERE] = value_at(value_bool(lies_here(p, use, model->arena)), use->source, use->span);
    if (!is_local(use) || value_is_string(use->fields[ACTION_KIND], "docker")) return;
    const Object *file = find(p, use, model->arena);
    bool call = value_is_string(use->fields[ACTION_KIND], "workflow"), whole = str_has(use->source->path, STR(".github/workflows/"));
    const Object *misnamed = file ? NULL : find_misnamed(p, use, model->arena);
    if (!file && call && whole) add_problem(model, use, PROBLEM_PIPELINE_MISSING_CALL, value_text(use->fields[ACTION_NAME]), misnamed ? misnamed->source->path : (Str){NULL, 0});
    if (!file) file = misnamed;
    if (!file) return;
    Str way;
    if (circle_of(p, map_get(&p->files, use->source->path), use, model->arena, &way)) add_problem(model, use, PROBLEM_PIPELINE_CALL_CYCLE, way, value_text(use->fields[ACTION_KIND]));
    join_missing(file, use, model->arena);
    if (!call) check_action(file, model, use);
}

#define SINK_DEPTH_MAX 4       /* files that hand an input on */
#define SINK_WORK_MAX 4000     /* expressions that are looked at for one */

/* The expression that pastes an input of what is used into code, there or in what it uses itself. */
static Object *sink_of(const Pipelines *p, const Object *use, Str input, Arena *a, int depth, uint32_t *work) {
    bool local = use && value_is_null(use->fields[ACTION_REPOSITORY]);
    const Object *file = local && depth < SINK_DEPTH_MAX ? meant(p, use, a) : NULL;
    uint32_t count = 0;
    const Value *items = file ? value_items(file->fields[WORKFLOW_EXPRESSIONS], &count, a) : NULL;
    for (uint32_t i = 0; items && i < count && ++*work < SINK_WORK_MAX; i++) {
        Object *e = (Object *)(uintptr_t)items[i].as.object;
        Str from = value_text(e->fields[EXPRESSION_INPUT]);
        if (!from.len || !str_eq_nocase(str_skip(from, strlen("inputs.")), input)) continue;
        if (e->fields[EXPRESSION_IS_CODE].as.boolean) return e;
        Object *further = sink_of(p, object_of(e, EXPRESSION_ACTION), value_text(e->fields[EXPRESSION_KEY]), a, depth + 1, work);
        if (further) return further;
    }
    return NULL;
}

static void join_expression(const Pipelines *p, Object *e, Arena *a) {
    const Object *use = object_of(e, EXPRESSION_ACTION);
    Str input = value_text(e->fields[EXPRESSION_KEY]);
    if (!use || !input.len || value_is_null(e->fields[EXPRESSION_UNTRUSTED])) return;
    uint32_t work = 0;
    Object *sink = sink_of(p, use, input, a, 0, &work);
    if (sink) e->fields[EXPRESSION_SINK] = value_object(sink);
}

void pipelines_join(const Pipelines *p, Model *model) {
    uint32_t count = model->subjects.count; /* what is added needs no join */
    Calls calls = {.pipelines = p, .arena = model->arena};
    for (uint32_t i = 0; i < count; i++) {
        Object *o = (Object *)(uintptr_t)model->subjects.items[i];
        if (o->shape->id == SHAPE_ACTION) join_use(p, o, model);
        else if (o->shape->id == SHAPE_ARGUMENT) join_argument(p, o, model->arena);
        else if (o->shape->id == SHAPE_OUTPUT_USE) join_output(p, o, model->arena);
        else if (o->shape->id == SHAPE_EXPRESSION) join_expression(p, o, model->arena);
        else if (o->shape->id == SHAPE_ACTIVITY) calls_join(&calls, o);
    }
    if (calls.is_cut) {
        Prose reason = PROSE("too many jobs in workflows that call each other: what comes before some of them is not known", "demasiados jobs en workflows que se llaman entre sí: no se sabe qué pasa antes de algunos");
        vec_push(model->arena, &model->gaps, ((Gap){model->subjects.items[0]->source->path, 0, reason}));
    }
}
