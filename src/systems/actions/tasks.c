/* What a pipeline does, as far as its commands and actions tell: build, test, scan, deploy … One object for each purpose of a job,
 * with what was done before it. Table: facts/task-purposes.tsv.
 *
 * Invariant: what can't be seen is open. A script of the repository, a target of make, a local action or a called workflow may do
 * anything that its name does not tell. */
#include "systems/actions/lower.h"

#include "facts/fact.h"

enum { DOES_BUILD, DOES_TEST, DOES_SCAN, DOES_INSTALL, DOES_CACHE, DOES_DEPLOY, DOES_ROLLBACK, DOES_PLAN, DOES_APPLY, DOES_CLUSTER, DOES_NAMED, DOES_PURPOSES };
#define DOES_TOLD DOES_CLUSTER    /* the purposes before it are objects and words of lists */
#define DOES_OPEN (1u << 31)      /* and perhaps more */
#define NEEDS_DEPTH_MAX 32        /* jobs that wait for one another: a chain in practice has under ten */

enum { PURPOSE_NAME, PURPOSE_WORDS, PURPOSE }; /* columns */

static const char *const purposes[DOES_PURPOSES] = {"build", "test", "scan", "install", "cache", "deploy", "rollback", "plan", "apply", "cluster", "named"};

static int purpose_find(Str name) {
    for (int i = 0; i < DOES_PURPOSES; i++) {
        if (str_is(name, purposes[i])) return i;
    }
    return -1;
}

static bool value_has_word(Value list, Str word) {
    if (list.kind != VALUE_LIST) return false;
    for (uint32_t i = 0; i < list.count; i++) {
        if (list.as.items[i].kind == VALUE_STRING && str_eq(value_str(list.as.items[i]), word)) return true;
    }
    return false;
}

/* What a name says of itself: deploy.sh, test:unit. */
static uint32_t told_by_name(Str name) {
    static const int telling[] = {DOES_TEST, DOES_DEPLOY, DOES_ROLLBACK, DOES_BUILD, DOES_SCAN};
    uint32_t done = 0;
    for (size_t i = 0; i < ARRAY_COUNT(telling); i++) {
        if (str_find_nocase(name, str_of(purposes[telling[i]])) != STR_NONE) done |= 1u << telling[i];
    }
    return done ? done : DOES_OPEN;
}

static bool has_all(Value words, Str wanted) {
    Str word;
    while (wanted.len && str_next(&wanted, ' ', &word)) {
        if (!value_has_word(words, word)) return false;
    }
    return true;
}

static bool is_rehearsal(Value words) {
    for (uint32_t i = 0; words.kind == VALUE_LIST && i < words.count; i++) {
        Str word = words.as.items[i].kind == VALUE_STRING ? value_str(words.as.items[i]) : (Str){NULL, 0};
        if (str_starts(word, STR("--dry-run")) || str_is(word, "--help") || str_is(word, "--version")) return true;
    }
    return false;
}

static uint32_t by_table(Str name, Value words) {
    FactRows rows = fact_rows(fact_table(STR("task-purposes")), name);
    uint32_t done = 0;
    for (uint32_t i = 0; i < rows.count; i++) {
        if (has_all(words, fact_cell(rows.table, rows.first + i, PURPOSE_WORDS))) done |= 1u << purpose_find(fact_cell(rows.table, rows.first + i, PURPOSE));
    }
    return done;
}

static uint32_t of_command(const Object *command) {
    Value words = command->fields[COMMAND_WORDS], path = command->fields[COMMAND_PATH];
    if (is_rehearsal(words)) return 0;
    Str name = value_text(command->fields[COMMAND_NAME]);
    uint32_t done = by_table(name, words);
    if (done == 1u << DOES_NAMED) {
        done = 0;
        for (uint32_t i = 0; words.kind == VALUE_LIST && i < words.count; i++) done |= words.as.items[i].kind == VALUE_STRING ? told_by_name(value_str(words.as.items[i])) : DOES_OPEN;
        return done & ~DOES_OPEN ? done & ~DOES_OPEN : DOES_OPEN;
    }
    bool script = str_ends(name, STR(".sh")) || str_ends(name, STR(".py")) || str_starts(value_text(path), STR("."));
    return script && !done ? told_by_name(name) : done & ~(1u << DOES_NAMED);
}

static bool is_cached(const Object *uses) {
    return uses->fields[ACTION_CACHES].kind == VALUE_BOOL && uses->fields[ACTION_CACHES].as.boolean;
}

static uint32_t of_action(const Object *uses) {
    Str kind = value_text(uses->fields[ACTION_KIND]);
    if (str_is(kind, "local") || str_is(kind, "docker")) return told_by_name(value_text(uses->fields[ACTION_NAME])) | DOES_OPEN;
    uint32_t done = by_table(value_text(uses->fields[ACTION_NAME]), value_list(NULL, 0));
    return is_cached(uses) ? done | 1u << DOES_CACHE : done;
}

static uint32_t of_step(const StepInfo *step) {
    Value run = step->object->fields[STEP_RUN], script = step->object->fields[STEP_SCRIPT];
    uint32_t done = step->uses ? of_action(step->uses) : 0;
    if (run.kind == VALUE_NULL) return done;
    if (script.kind != VALUE_OBJECT) return done | DOES_OPEN;
    Value commands = script.as.object->fields[SCRIPT_COMMANDS];
    if (script.as.object->fields[SCRIPT_IS_READ].kind == VALUE_BOOL && !script.as.object->fields[SCRIPT_IS_READ].as.boolean) done |= DOES_OPEN;
    for (uint32_t i = 0; commands.kind == VALUE_LIST && i < commands.count; i++) done |= of_command(commands.as.items[i].as.object);
    return done;
}

/* Of the whole job. A cluster that lives as long as the job is no place that one deploys to. */
static uint32_t of_job(const JobInfo *job) {
    uint32_t done = job->calls ? told_by_name(value_text(job->calls->fields[ACTION_NAME])) | DOES_OPEN : 0;
    vec_each(StepRef, step, &job->steps) done |= of_step(*step);
    return done & 1u << DOES_CLUSTER ? done & ~(1u << DOES_DEPLOY) : done;
}

static uint32_t of_needed(Actions *w, const JobInfo *job, int depth) {
    uint32_t done = 0;
    vec_each(NodeRef, need, &job->needs) {
        const JobInfo *other = map_get(&w->job_ids, str_lower(w->arena, actions_text(w, *need)));
        if (!other) done |= DOES_OPEN;
        else if (w->visits++ > ACTIONS_VISITS_MAX || depth == NEEDS_DEPTH_MAX) return done | DOES_OPEN;
        else done |= of_job(other) | of_needed(w, other, depth + 1);
    }
    return done;
}

static Value words_of(Actions *w, uint32_t done, Span span) {
    ValueVec words = {0};
    for (int i = 0; i < DOES_TOLD; i++) {
        if (done >> i & 1) vec_push(w->arena, &words, value_at(value_string(str_of(purposes[i])), w->source, span));
    }
    Value v = value_at(value_list(words.items, words.count), w->source, span);
    if (done & DOES_OPEN) v.flags |= VALUE_OPEN;
    return v;
}

static void task_new(Actions *w, const JobInfo *job, const StepInfo *step, int purpose, uint32_t before, uint32_t all) {
    const Object *at = step ? step->object : job->object;
    Object *o = object_new(w->arena, SHAPE_TASK, w->source, at->span);
    o->extent = at->extent;
    o->address = job->object->address;
    o->fields[TASK_PURPOSE] = value_at(value_string(str_of(purposes[purpose])), w->source, o->span);
    o->fields[TASK_BEFORE] = words_of(w, before, o->span);
    o->fields[TASK_TOGETHER] = words_of(w, of_job(job), o->span);
    o->fields[TASK_ALL] = words_of(w, all, o->span);
    o->fields[TASK_JOB] = value_object(job->object);
    o->fields[TASK_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
}

static void job_tasks(Actions *w, const JobInfo *job, uint32_t all) {
    uint32_t told = 0, before = of_needed(w, job, 0), own = of_job(job);
    vec_each(StepRef, step, &job->steps) {
        uint32_t done = of_step(*step);
        for (int i = 0; i < DOES_TOLD; i++) {
            if ((done & own & ~told) >> i & 1) task_new(w, job, *step, i, before | done, all);
        }
        told |= done;
        before |= done;
    }
}

/* Somebody starts it by hand and says which version: so the one of yesterday can be had again. */
static bool takes_version(const Actions *w) {
    static const char *const names[] = {"version", "tag", "ref", "revision", "sha", "image", "release"};
    const Node *on = yaml_get(w->tree, w->root, "on"), *dispatch = on ? yaml_get(w->tree, on, "workflow_dispatch") : NULL;
    const Node *inputs = dispatch ? yaml_get(w->tree, dispatch, "inputs") : NULL;
    Pair pair = {0};
    while (inputs && actions_next(w, inputs, &pair)) {
        for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
            if (str_find_nocase(actions_text(w, pair.key), str_of(names[i])) != STR_NONE) return true;
        }
    }
    return false;
}

void tasks_lower(Actions *w) {
    uint32_t all = takes_version(w) ? 1u << DOES_ROLLBACK : 0;
    vec_each(JobRef, job, &w->jobs) all |= of_job(*job);
    w->file->fields[WORKFLOW_DOES] = words_of(w, all, w->file->span);
    vec_each(JobRef, job, &w->jobs) job_tasks(w, *job, all);
}
