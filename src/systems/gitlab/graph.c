/* Stages and needs: https://docs.gitlab.com/ci/yaml/#stages, #needs, #dependencies. What something unread may define is no fault. */
#include "systems/gitlab/lower.h"

/* .pre, the stages, .post; the default ones are build, test, deploy. */
void gitlab_stages(Gitlab *g) {
    static const char *const usual[] = {"build", "test", "deploy"};
    Value stages = unfold_field(g->config, "stages");
    if (value_is_null(stages)) stages = unfold_field(g->config, "types");
    vec_push(g->arena, &g->stages, value_string(STR(".pre")));
    for (size_t i = 0; stages.kind != VALUE_LIST && i < ARRAY_COUNT(usual); i++) vec_push(g->arena, &g->stages, value_string(str_of(usual[i])));
    for (uint32_t i = 0; stages.kind == VALUE_LIST && i < stages.count; i++) {
        vec_push(g->arena, &g->stages, stages.as.items[i]);
        if (stages.as.items[i].kind != VALUE_STRING) g->more_jobs = true;
    }
    vec_push(g->arena, &g->stages, value_string(STR(".post")));
}

static int stage_index(const Map *places, Value stage) {
    return stage.kind == VALUE_STRING ? (int)(uintptr_t)map_get(places, value_str(stage)) - 1 : -1;
}

static void check_stage(Gitlab *g, GitlabJob *job, const Map *places) {
    Value stage = job->object->fields[JOB_STAGE];
    job->stage = stage_index(places, stage);
    if (job->stage >= 0 || stage.kind != VALUE_STRING || g->more_jobs) return;
    Str names[64];
    uint32_t count = MIN(g->stages.count, (uint32_t)ARRAY_COUNT(names));
    for (uint32_t i = 0; i < count; i++) names[i] = value_text(g->stages.items[i]);
    gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_STAGE, stage, value_str(stage), str_nearest(value_str(stage), names, count));
}

static Str nearest_job(const Gitlab *g, Str wrong) {
    Str *names = arena_array(g->arena, Str, g->jobs.count + 1);
    uint32_t count = 0;
    for (uint32_t i = 0; i < g->jobs.count && g->jobs.count < 300; i++) {
        if (!g->jobs.items[i]->hidden) names[count++] = g->jobs.items[i]->name;
    }
    return str_nearest(wrong, names, count);
}

static bool is_optional(Value item) {
    Value optional = item.kind == VALUE_MAP ? unfold_field(item, "optional") : value_null();
    return item.kind == VALUE_MAP && (optional.kind != VALUE_BOOL ? !value_is_null(optional) : optional.as.boolean);
}

static bool is_needed(Value needs, Str name) {
    bool found = needs.flags & VALUE_OPEN;
    for (uint32_t i = 0; i < needs.count && !found; i++) {
        Value item = needs.as.items[i], need = item.kind == VALUE_MAP ? unfold_field(item, "job") : item;
        found = need.kind != VALUE_STRING || str_eq(value_str(need), name) || str_find_byte(value_str(need), '$') != STR_NONE;
    }
    return found;
}

/* One name of `needs` or `dependencies`. */
static void check_need(Gitlab *g, const GitlabJob *job, Value name, bool optional, bool dependency) {
    if (name.kind != VALUE_STRING || str_find_byte(value_str(name), '$') != STR_NONE) return;
    const GitlabJob *other = map_get(&g->names, value_str(name));
    if (!other || other->hidden) {
        if (!g->more_jobs && !optional) gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_JOB, name, value_str(name), nearest_job(g, value_str(name)));
        return;
    }
    Value needs = unfold_field(job->body, "needs");
    if (dependency && needs.kind == VALUE_LIST && !is_needed(needs, value_str(name))) gitlab_problem(g, PROBLEM_PIPELINE_UNNEEDED_DEPENDENCY, name, value_str(name), job->name);
    bool wrong = dependency ? other->stage >= job->stage && value_is_null(needs) : other->stage > job->stage;
    if (other->stage >= 0 && job->stage >= 0 && wrong) gitlab_problem(g, PROBLEM_PIPELINE_LATER_STAGE, name, job->name, value_str(name));
}

static void check_names(Gitlab *g, const GitlabJob *job) {
    Value needs = unfold_field(job->body, "needs"), dependencies = unfold_field(job->body, "dependencies");
    for (uint32_t i = 0; needs.kind == VALUE_LIST && i < needs.count; i++) {
        Value item = needs.as.items[i], name = item.kind == VALUE_MAP ? unfold_field(item, "job") : item;
        bool elsewhere = item.kind == VALUE_MAP && (!value_is_null(unfold_field(item, "pipeline")) || !value_is_null(unfold_field(item, "project")));
        if (!elsewhere) check_need(g, job, name, is_optional(item), false);
    }
    for (uint32_t i = 0; dependencies.kind == VALUE_LIST && i < dependencies.count; i++) check_need(g, job, dependencies.as.items[i], false, true);
}

/* Depth first, with a stack of our own: a chain may be as long as the file. */
static void find_circle(Gitlab *g, GitlabJob *start) {
    typedef struct Visit { GitlabJob *job; uint32_t next; } Visit;
    VEC(Visit) stack = {0};
    vec_push(g->arena, &stack, ((Visit){start, 0}));
    start->mark = 1;
    while (stack.count) {
        Visit *top = &stack.items[stack.count - 1];
        Value needs = top->job->object->fields[JOB_NEEDS];
        if (needs.kind != VALUE_LIST || top->next == needs.count) {
            top->job->mark = 2;
            stack.count--;
            continue;
        }
        Value name = needs.as.items[top->next++];
        GitlabJob *next = name.kind == VALUE_STRING ? map_get(&g->names, value_str(name)) : NULL;
        if (!next || !next->object || next->mark == 2) continue;
        if (next->mark == 1) {
            gitlab_problem(g, PROBLEM_PIPELINE_CYCLE, name, next->name, top->job->name);
            continue;
        }
        next->mark = 1;
        vec_push(g->arena, &stack, ((Visit){next, 0}));
    }
}

/* A bridge has no runner: what only a runner could do is refused. */
static void check_bridge(Gitlab *g, const GitlabJob *job) {
    static const char *const keys[] = {"script", "run", "before_script", "after_script", "image", "services", "cache", "artifacts", "coverage", "retry", "tags", "timeout", "secrets", "id_tokens", "release", "dependencies", "hooks"};
    if (job->own.kind != VALUE_MAP || value_is_null(value_field(job->own, "trigger", NULL))) return;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        for (uint32_t k = 0; k < job->own.count; k++) {
            Value key = job->own.as.entries[k].key;
            if (value_is_string(key, keys[i])) gitlab_problem(g, PROBLEM_PIPELINE_CONFLICTING_KEYS, key, str_of(keys[i]), STR("trigger"));
        }
    }
}

/* A job runs a script, a `run`, or starts another pipeline. */
static void check_work(Gitlab *g, const GitlabJob *job) {
    static const char *const works[] = {"script", "run", "trigger"};
    uint32_t there = 0;
    for (size_t i = 0; i < ARRAY_COUNT(works); i++) there += !value_is_null(unfold_field(job->body, works[i]));
    if (!there && !(job->body.flags & VALUE_OPEN) && !value_is_string(job->key, "pages")) gitlab_problem(g, PROBLEM_PIPELINE_MISSING_KEY, job->key, STR("script"), STR("job"));
    Value when = unfold_field(job->body, "when");
    if (value_is_string(when, "delayed") && value_is_null(unfold_field(job->body, "start_in"))) gitlab_problem(g, PROBLEM_PIPELINE_MISSING_KEY, when, STR("start_in"), STR("job"));
    Value mine = job->own.kind == VALUE_MAP ? value_field(job->own, "rules", NULL) : value_null();
    for (uint32_t i = 0; mine.kind == VALUE_LIST && i < mine.count; i++) {
        Value rule = mine.as.items[i], delayed = rule.kind == VALUE_MAP ? value_field(rule, "when", NULL) : value_null();
        if (value_is_string(delayed, "delayed") && value_is_null(value_field(rule, "start_in", NULL))) gitlab_problem(g, PROBLEM_PIPELINE_MISSING_KEY, delayed, STR("start_in"), STR("job"));
    }
    Value start = value_field(job->own, "start_in", NULL);
    if (when.kind != VALUE_HOLE && !value_is_string(when, "delayed") && !value_is_null(start) && start.kind == VALUE_STRING) gitlab_problem(g, PROBLEM_PIPELINE_CONFLICTING_KEYS, start, STR("start_in"), STR("when"));
    Value rules = unfold_field(job->body, "rules");
    static const char *const filters[] = {"only", "except"};
    for (size_t i = 0; i < ARRAY_COUNT(filters) && !value_is_null(rules); i++) {
        Value filter = value_field(job->body, filters[i], NULL);
        if (!value_is_null(filter) && !value_is_hole(filter) && !value_is_hole(rules)) gitlab_problem(g, PROBLEM_PIPELINE_CONFLICTING_KEYS, filter, str_of(filters[i]), STR("rules"));
    }
}

void gitlab_graph(Gitlab *g) {
    Map places = {0};
    for (uint32_t i = 0; i < g->stages.count; i++) {
        if (g->stages.items[i].kind == VALUE_STRING) map_put(g->arena, &places, value_str(g->stages.items[i]), (void *)(uintptr_t)(i + 1));
    }
    vec_each(GitlabJobRef, job, &g->jobs) {
        if ((*job)->object) check_stage(g, *job, &places);
    }
    vec_each(GitlabJobRef, job, &g->jobs) {
        if (!(*job)->object) continue;
        check_names(g, *job);
        check_work(g, *job);
        check_bridge(g, *job);
        gitlab_trigger(g, *job);
        gitlab_reach(g, (*job)->body);
        if (!(*job)->mark) find_circle(g, *job);
    }
}
