/* One pass over jobs and steps gives bits of purposes; a second gives each activity what stands before it. */
#include "systems/activity.h"

#include "base/map.h"
#include "facts/fact.h"
#include "model/purpose.h"

enum { TEST = 1 << 0, LINT = 1 << 1, SCAN = 1 << 3, PUBLISH = 1 << 4, PLAN = 1 << 5, DEPLOY = 1 << 6, ROLLBACK = 1 << 7, CACHE = 1 << 9, OPEN = PURPOSE_OPEN,
       OWN_CLUSTER = 1 << 28 /* makes one that ends with the job */, IN_CLUSTER = 1 << 29 /* works on the cluster at hand */ };

/* ---- the table ---- */

static uint32_t bits_of(Str purposes) {
    uint32_t bits = 0;
    Str piece;
    while (purposes.len && str_next(&purposes, ',', &piece)) {
        int purpose = purpose_find(piece);
        if (purpose >= 0) bits |= UINT32_C(1) << purpose;
        else if (str_is(piece, "own-cluster")) bits |= OWN_CLUSTER;
        else if (str_is(piece, "in-cluster")) bits |= IN_CLUSTER;
    }
    return bits;
}

static bool has_word(const Value *words, uint32_t count, Str wanted) {
    for (uint32_t i = 0; i < count; i++) {
        Str word = value_text(words[i]);
        bool flag = str_starts(wanted, STR("-")) && word.len > wanted.len && str_starts(word, wanted) && word.at[wanted.len] == '=';
        if (flag || str_eq(word, wanted)) return true;
    }
    return false;
}

/* How many wanted words of the row stand there; -1: it does not fit. */
static int row_fit(Str row, const Value *words, uint32_t count) {
    int fit = 0;
    Str word;
    while (row.len && str_next(&row, ' ', &word)) {
        bool unwanted = str_starts(word, STR("!"));
        if (has_word(words, count, unwanted ? str_skip(word, 1) : word) == unwanted) return -1;
        fit += !unwanted;
    }
    return fit;
}

/* The purposes of the best row; false when no row fits. */
static bool look_up(Str tool, const Value *words, uint32_t count, uint32_t *bits) {
    FactRows rows = fact_rows(fact_table(STR("pipeline-work")), tool);
    int best = -1;
    for (uint32_t i = 0; i < rows.count; i++) {
        int fit = row_fit(fact_cell(rows.table, rows.first + i, 1), words, count);
        if (fit > best) {
            best = fit;
            *bits = bits_of(fact_cell(rows.table, rows.first + i, 2));
        }
    }
    return best >= 0;
}

/* ---- hints ---- */

enum { NO_HINT = 0 }; /* a word that holds a hint and means something else: what ssh, wget, curl, helm, git call their options */

typedef struct Hint {
    Str part;
    uint32_t bits;
} Hint;

/* Sorted, so that of those that begin alike the longer ones come last. */
static const Hint hints[] = {
    {STR_INIT("attest"), NO_HINT}, {STR_INIT("audit"), SCAN}, {STR_INIT("blue"), ROLLBACK}, {STR_INIT("cache"), CACHE},
    {STR_INIT("canary"), ROLLBACK}, {STR_INIT("check"), TEST | LINT}, {STR_INIT("checkout"), NO_HINT}, {STR_INIT("checksum"), NO_HINT},
    {STR_INIT("codeql"), SCAN}, {STR_INIT("contest"), NO_HINT}, {STR_INIT("coverage"), TEST}, {STR_INIT("diff"), PLAN}, {STR_INIT("dry-run"), PLAN},
    {STR_INIT("e2e"), TEST}, {STR_INIT("grype"), SCAN}, {STR_INIT("hostkeycheck"), NO_HINT}, {STR_INIT("insecure"), NO_HINT},
    {STR_INIT("inspect"), NO_HINT}, {STR_INIT("k3d"), OWN_CLUSTER}, {STR_INIT("kind cluster"), OWN_CLUSTER}, {STR_INIT("latest"), NO_HINT},
    {STR_INIT("lint"), LINT | TEST}, {STR_INIT("microk8s"), OWN_CLUSTER}, {STR_INIT("minikube"), OWN_CLUSTER}, {STR_INIT("no-check"), NO_HINT},
    {STR_INIT("no-test"), NO_HINT}, {STR_INIT("no-verify"), NO_HINT}, {STR_INIT("notest"), NO_HINT}, {STR_INIT("plan"), PLAN},
    {STR_INIT("preview"), PLAN}, {STR_INIT("previous"), ROLLBACK}, {STR_INIT("revert"), ROLLBACK}, {STR_INIT("roll back"), ROLLBACK},
    {STR_INIT("roll-back"), ROLLBACK}, {STR_INIT("roll_back"), ROLLBACK}, {STR_INIT("rollback"), ROLLBACK}, {STR_INIT("sast"), SCAN},
    {STR_INIT("scan"), SCAN}, {STR_INIT("secur"), SCAN}, {STR_INIT("semgrep"), SCAN}, {STR_INIT("setup-kind"), OWN_CLUSTER},
    {STR_INIT("skip-test"), NO_HINT}, {STR_INIT("skip-tls-verify"), NO_HINT}, {STR_INIT("skip-verify"), NO_HINT}, {STR_INIT("skip_test"), NO_HINT},
    {STR_INIT("skiptest"), NO_HINT}, {STR_INIT("smoke"), TEST}, {STR_INIT("snyk"), SCAN}, {STR_INIT("sonar"), SCAN}, {STR_INIT("spec"), TEST},
    {STR_INIT("special"), NO_HINT}, {STR_INIT("specif"), NO_HINT}, {STR_INIT("test"), TEST}, {STR_INIT("test.skip"), NO_HINT},
    {STR_INIT("tls-verify"), NO_HINT}, {STR_INIT("trivy"), SCAN}, {STR_INIT("undo"), ROLLBACK}, {STR_INIT("valid"), TEST | LINT},
    {STR_INIT("verify"), TEST}, {STR_INIT("vuln"), SCAN}, {STR_INIT("what-if"), PLAN}};

#define HINTED_MAX 200 /* bytes of a text that are looked at */

/* By letter: one more than the last hint that it begins. */
static void index_hints(uint8_t after[256]) {
    for (size_t i = 0; i < ARRAY_COUNT(hints); i++) after[(uint8_t)hints[i].part.at[0]] = (uint8_t)(i + 1);
}

/* What a name says that nobody can read: `run-tests`, "Security scan", `./rollback.sh`. */
static uint32_t hints_in(Str text, const uint8_t after[256]) {
    char bytes[HINTED_MAX];
    size_t len = MIN(text.len, sizeof bytes);
    for (size_t i = 0; i < len; i++) bytes[i] = text.at[i] >= 'A' && text.at[i] <= 'Z' ? (char)(text.at[i] + 32) : text.at[i];
    uint32_t bits = 0;
    for (size_t at = 0; at < len; at++) {
        char letter = bytes[at];
        for (uint32_t i = after[(uint8_t)letter]; i-- > 0 && hints[i].part.at[0] == letter;) {
            Str part = hints[i].part;
            if (part.len > len - at || bytes[at + 1] != part.at[1] || memcmp(bytes + at, part.at, part.len)) continue;
            bits |= hints[i].bits;
            if (hints[i].bits != NO_HINT) continue;
            at += part.len - 1;
            break;
        }
    }
    return bits;
}

/* A command that may run anything the repository holds. */
static bool runs_anything(Str path, Str name) {
    static const char *const runners[] = {"make", "task", "just", "rake", "mage", "invoke", "inv", "bazel", "nx", "turbo", "earthly", "dagger", "npm", "yarn", "pnpm", "bun", "python", "node", "ruby", "sh", "bash", "php", "perl", "pwsh", "docker-compose", "composer", "bundle", "poetry", "uv", "act", "ssh", "xargs", "source", "."};
    for (size_t i = 0; i < ARRAY_COUNT(runners); i++) {
        if (str_is(name, runners[i])) return true;
    }
    return str_starts(path, STR("./")) || str_starts(path, STR("/")) || str_ends(path, STR(".sh")) || str_ends(path, STR(".py")) || str_has(path, STR("/"));
}

/* ---- the walk ---- */

typedef struct Found {
    const Object *command, *action; /* one of them */
    const Object *step;
    uint32_t job;      /* index */
    uint32_t bits;
    uint32_t before;   /* of the steps before it in its job */
} Found;

typedef struct Walk {
    Object *workflow;
    const ActivityJob *jobs;
    uint32_t count;
    const ActivityPlace *place;
    Arena *arena;
    VEC(Found) found;
    uint32_t *done;    /* purposes of each job */
    uint32_t *earlier; /* purposes of the jobs that are done before each */
    uint32_t all;
    Value way_back, cached_by; /* what shows them; null: nothing so far */
    Map seen;          /* commands that several jobs share */
    uint8_t hinted[256]; /* index_hints */
} Walk;


static Value text_at(const Object *o, Str s) { return s.len ? value_at(value_string(s), o->source, o->span) : value_at(value_null(), o->source, o->span); }

/* What shows a purpose: the first that the table names, else the first name that hints at it. */
static void show(Walk *w, uint32_t bits, Value v, bool known) {
    Value *shown[] = {bits & ROLLBACK ? &w->way_back : NULL, bits & CACHE ? &w->cached_by : NULL};
    for (size_t i = 0; i < ARRAY_COUNT(shown); i++) {
        bool better = shown[i] && (value_is_null(*shown[i]) || (known && shown[i]->flags & VALUE_DERIVED));
        if (!better || value_is_null(v)) continue;
        *shown[i] = v;
        if (!known) shown[i]->flags |= VALUE_DERIVED;
    }
}

static uint32_t hints_of(Walk *w, Value name) {
    uint32_t bits = hints_in(value_text(name), w->hinted);
    show(w, bits, name, false);
    return bits;
}

static void add_found(Walk *w, uint32_t job, const Object *step, const Object *command, const Object *action, uint32_t bits) {
    const Object *o = command ? command : action;
    show(w, bits, command ? command->fields[COMMAND_TEXT] : text_at(action, value_text(action->fields[ACTION_WRITTEN])), true);
    Str key = str_format(w->arena, "%.*s:%u", STR_ARGS(o->source->path), o->span.start);
    if (bits && !map_has(&w->seen, key)) vec_push(w->arena, &w->found, ((Found){command, action, step, job, bits, w->done[job]}));
    map_put(w->arena, &w->seen, key, w);
}

/* What is deployed into a cluster that the job made for itself is a test. */
static uint32_t settled(const Walk *w, uint32_t job, uint32_t bits) {
    bool try_out = bits & IN_CLUSTER && w->done[job] & OWN_CLUSTER;
    if (try_out) bits = (bits & ~(uint32_t)(DEPLOY | ROLLBACK)) | TEST;
    return bits & ~(uint32_t)IN_CLUSTER;
}

static void command_walk(Walk *w, uint32_t job, const Object *step, const Object *command) {
    uint32_t count = 0, bits = 0;
    const Value *words = value_items(command->fields[COMMAND_WORDS], &count, w->arena);
    Str name = value_text(command->fields[COMMAND_NAME]), path = value_text(command->fields[COMMAND_PATH]);
    if (look_up(name, words, count, &bits)) add_found(w, job, step, command, NULL, bits = settled(w, job, bits));
    else if (runs_anything(path, name) || !name.len) bits = OPEN;
    w->done[job] |= bits | hints_of(w, command->fields[COMMAND_TEXT]);
}

/* docker/build-push-action and its like publish only when they are told to. */
static bool keeps_image(Walk *w, const Object *action) {
    Value inputs = action->fields[ACTION_INPUTS], push = value_field(inputs, "push", w->arena);
    bool builder = str_starts(value_text(action->fields[ACTION_NAME]), STR("docker/"));
    return builder && value_is_map(inputs) && (value_is_null(push) || value_is_string(push, "false") || (push.kind == VALUE_BOOL && !push.as.boolean));
}

/* owner/name/path, then owner/name. */
static void action_walk(Walk *w, uint32_t job, const Object *step, const Object *action) {
    Str name = value_text(action->fields[ACTION_NAME]), repository = value_text(action->fields[ACTION_REPOSITORY]);
    uint32_t bits = 0;
    bool known = look_up(name, NULL, 0, &bits) || (repository.len && look_up(repository, NULL, 0, &bits));
    if (known && keeps_image(w, action)) bits &= ~(uint32_t)PUBLISH;
    if (known) add_found(w, job, step, NULL, action, bits);
    Value caches = action->fields[ACTION_CACHES];
    if (caches.kind == VALUE_BOOL && caches.as.boolean) bits |= CACHE;
    if (bits & CACHE) show(w, CACHE, text_at(action, value_text(action->fields[ACTION_WRITTEN])), true);
    w->done[job] |= known ? bits : OPEN | hints_of(w, text_at(action, name));
}

/* Whether a step makes a cluster, or works on one that a script made: `kind load` speaks to no other. */
static bool has_own_cluster(Walk *w, const Object *step) {
    const Object *action = object_of(step, STEP_USES), *script = object_of(step, STEP_SCRIPT);
    uint32_t count = 0, bits = 0;
    if (action) look_up(value_text(action->fields[ACTION_NAME]), NULL, 0, &bits);
    const Value *commands = script ? value_items(script->fields[SCRIPT_COMMANDS], &count, w->arena) : NULL;
    for (uint32_t i = 0; i < count && !(bits & OWN_CLUSTER); i++) {
        const Object *command = commands[i].as.object;
        uint32_t words = 0;
        const Value *items = value_items(command->fields[COMMAND_WORDS], &words, w->arena);
        look_up(value_text(command->fields[COMMAND_NAME]), items, words, &bits);
    }
    return bits & OWN_CLUSTER;
}

static void step_walk(Walk *w, uint32_t job, const Object *step) {
    const Object *action = object_of(step, STEP_USES), *script = object_of(step, STEP_SCRIPT);
    w->done[job] |= hints_of(w, step->fields[STEP_NAME]) | hints_of(w, step->fields[STEP_ID]);
    if (action) action_walk(w, job, step, action);
    if (!script) return;
    uint32_t count = 0;
    const Value *commands = value_items(script->fields[SCRIPT_COMMANDS], &count, w->arena);
    for (uint32_t i = 0; i < count; i++) command_walk(w, job, step, commands[i].as.object);
    Value read = script->fields[SCRIPT_IS_READ];
    if (read.kind != VALUE_BOOL || !read.as.boolean) w->done[job] |= OPEN | hints_of(w, text_at(step, value_text(script->fields[SCRIPT_TEXT])));
}

static void job_walk(Walk *w, uint32_t job) {
    Object *o = w->jobs[job].object;
    Value steps = o->fields[JOB_STEPS], cache = value_field(o->fields[JOB_BODY], "cache", w->arena);
    uint32_t count = 0;
    const Value *items = value_is_list(steps) ? value_items(steps, &count, w->arena) : NULL;
    w->done[job] = hints_of(w, o->fields[JOB_ID]) | hints_of(w, o->fields[JOB_NAME]) | hints_of(w, o->fields[JOB_STAGE]);
    for (uint32_t i = 0; items && i < count; i++) w->done[job] |= has_own_cluster(w, items[i].as.object) ? (uint32_t)OWN_CLUSTER : 0;
    for (uint32_t i = 0; items && i < count; i++) step_walk(w, job, items[i].as.object);
    bool unread = value_is_hole(steps) || steps.flags & VALUE_OPEN || object_of(o, JOB_CALLS) || value_is_null(steps);
    if (unread) w->done[job] |= OPEN;
    o->fields[JOB_PURPOSES] = purpose_list(w->done[job], w->done[job] & OPEN, o, w->arena);
    if (!value_is_null(cache)) show(w, CACHE, cache, true);
    w->all |= w->done[job];
}

/* ---- order ---- */

/* Jobs in front of `job`, marked in `before`; one search over needs and stages. */
static void mark_before(const Walk *w, const Map *ids, uint32_t job, bool *before, uint32_t *stack) {
    uint32_t depth = 0;
    stack[depth++] = job;
    while (depth) {
        const ActivityJob *j = &w->jobs[stack[--depth]];
        uint32_t count = 0;
        const Value *needs = j->needs && value_is_list(j->object->fields[JOB_NEEDS]) ? value_items(j->object->fields[JOB_NEEDS], &count, w->arena) : NULL;
        for (uint32_t i = 0; needs && i < count; i++) {
            uintptr_t at = (uintptr_t)map_get(ids, value_text(needs[i]));
            if (!at || before[at - 1]) continue;
            before[at - 1] = true;
            stack[depth++] = (uint32_t)at - 1;
        }
        for (uint32_t i = 0; !j->needs && i < w->count; i++) {
            if (before[i] || w->jobs[i].stage >= j->stage || w->jobs[i].stage < 0) continue;
            before[i] = true;
            stack[depth++] = i;
        }
    }
}

static void order_jobs(Walk *w) {
    Map ids = {0};
    bool *before = arena_array(w->arena, bool, w->count + 1);
    uint32_t *stack = arena_array(w->arena, uint32_t, w->count + 1);
    for (uint32_t i = 0; i < w->count; i++) map_put(w->arena, &ids, value_text(w->jobs[i].object->fields[JOB_ID]), (void *)(uintptr_t)(i + 1));
    for (uint32_t i = 0; i < w->count; i++) {
        w->earlier[i] = w->count > ACTIVITY_JOBS_MAX ? OPEN : 0;
        if (w->count > ACTIVITY_JOBS_MAX) continue;
        memset(before, 0, w->count * sizeof *before);
        mark_before(w, &ids, i, before, stack);
        for (uint32_t k = 0; k < w->count; k++) w->earlier[i] |= before[k] ? w->done[k] : 0;
    }
}

/* ---- objects ---- */

static bool is_false(Value v) { return value_is_null(v) || (v.kind == VALUE_BOOL && !v.as.boolean) || value_is_string(v, "false"); }
static bool is_true(Value v) { return (v.kind == VALUE_BOOL && v.as.boolean) || value_is_string(v, "true"); }

/* A hole when one of the things that decide it is. */
static Value can_fail(const Found *f, const Object *job, Arena *a) {
    Value guarded = f->command ? f->command->fields[COMMAND_GUARDED] : value_null(), forgiven = f->command ? f->command->fields[COMMAND_FORGIVEN] : value_null();
    Value goes_on = value_field(f->step->fields[STEP_BODY], "continue-on-error", a), may = job->fields[JOB_MAY_FAIL];
    if (is_true(forgiven) || is_true(goes_on) || is_true(may)) return value_bool(false);
    bool sure = is_false(guarded) && is_false(goes_on) && is_false(may);
    return sure ? value_bool(true) : value_hole(HOLE_VARIABLE);
}

static Value environment_of(const Object *job, Arena *a) {
    Value v = job->fields[JOB_ENVIRONMENT];
    return value_is_map(v) ? value_field(v, "name", a) : v;
}

static void activity_new(Walk *w, const Found *f, uint32_t purpose) {
    const Object *from = f->command ? f->command : f->action, *job = w->jobs[f->job].object;
    Model *model = w->place->model_of(w->place->data, from->source);
    if (!model) return;
    Object *o = object_new(w->arena, SHAPE_ACTIVITY, from->source, from->span);
    o->extent = from->extent;
    o->address = job->address;
    uint32_t before = f->before | w->earlier[f->job];
    o->fields[ACTIVITY_PURPOSE] = text_at(o, purpose_name(purpose));
    o->fields[ACTIVITY_TOOL] = f->command ? f->command->fields[COMMAND_NAME] : f->action->fields[ACTION_NAME];
    o->fields[ACTIVITY_TEXT] = f->command ? f->command->fields[COMMAND_TEXT] : f->action->fields[ACTION_WRITTEN];
    o->fields[ACTIVITY_CAN_FAIL] = value_at(can_fail(f, job, w->arena), o->source, o->span);
    o->fields[ACTIVITY_GOES_BACK] = value_at(value_bool((f->bits & ROLLBACK) != 0), o->source, o->span);
    o->fields[ACTIVITY_BEFORE] = purpose_list(before, before & OPEN, o, w->arena);
    o->fields[ACTIVITY_STEPS_BEFORE] = purpose_list(f->before, f->before & OPEN, o, w->arena);
    o->fields[ACTIVITY_WAY_BACK] = f->bits & ROLLBACK ? o->fields[ACTIVITY_TEXT] : w->way_back;
    o->fields[ACTIVITY_IS_SERIAL] = job->fields[JOB_IS_SERIAL];
    o->fields[ACTIVITY_CACHED_BY] = w->cached_by;
    o->fields[ACTIVITY_HERE] = purpose_list(w->all, w->all & OPEN, o, w->arena);
    o->fields[ACTIVITY_AROUND] = purpose_list(0, false, o, w->arena);
    o->fields[ACTIVITY_ENVIRONMENT] = environment_of(job, w->arena);
    bool first = !(w->done[w->count] & (UINT32_C(1) << purpose));
    o->fields[ACTIVITY_IS_FIRST] = value_at(value_bool(first), o->source, o->span);
    w->done[w->count] |= UINT32_C(1) << purpose;
    if (f->command) o->fields[ACTIVITY_COMMAND] = value_object(f->command);
    if (f->action) o->fields[ACTIVITY_ACTION] = value_object(f->action);
    o->fields[ACTIVITY_JOB] = value_object(job);
    o->fields[ACTIVITY_WORKFLOW] = value_object(w->workflow);
    model_subject(model, o);
}

void activities_model(Object *workflow, const ActivityJob *jobs, uint32_t count, bool jobs_open, const ActivityPlace *place) {
    Walk w = {.workflow = workflow, .jobs = jobs, .count = count, .place = place, .arena = place->arena, .way_back = value_at(value_null(), workflow->source, workflow->span)};
    w.cached_by = w.way_back;
    index_hints(w.hinted);
    w.done = arena_zeros(w.arena, uint32_t, count + 1); /* the last: purposes met so far while objects are made */
    w.earlier = arena_zeros(w.arena, uint32_t, count + 1);
    for (uint32_t i = 0; i < count; i++) job_walk(&w, i);
    if (jobs_open) w.all |= OPEN;
    order_jobs(&w);
    for (uint32_t i = 0; i < w.found.count; i++) {
        const Found *f = &w.found.items[i];
        for (uint32_t p = 0; p < PURPOSE_COUNT; p++) {
            bool other = p == 7 && f->bits & DEPLOY; /* a deployment that goes back by itself is one activity */
            if (f->bits & (UINT32_C(1) << p) && !other) activity_new(&w, f, p);
        }
    }
    workflow->fields[WORKFLOW_WAY_BACK] = w.way_back;
    workflow->fields[WORKFLOW_CACHED_BY] = w.cached_by;
    workflow->fields[WORKFLOW_PURPOSES] = purpose_list(w.all, w.all & OPEN, workflow, w.arena);
}
