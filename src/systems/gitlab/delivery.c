/* What limits a job of GitLab: https://docs.gitlab.com/ci/yaml/#rules, #when, #resource_group, #allow_failure. */
#include "systems/activity.h"
#include "systems/gitlab/lower.h"

static Value at_job(const Object *o, Value v) { return value_at(v, o->source, o->span); }

/* -1: no rule says so; 0: some do; 1: all do. */
static int rules_say(Value rules, const char *key, const char *text) {
    uint32_t found = 0;
    for (uint32_t i = 0; rules.kind == VALUE_LIST && i < rules.count; i++) {
        Value v = rules.as.items[i].kind == VALUE_MAP ? value_field(rules.as.items[i], key, NULL) : value_null();
        found += value_is_string(v, text) || (v.kind == VALUE_BOOL && v.as.boolean && str_is(str_of(text), "true"));
    }
    return !found ? -1 : found == rules.count;
}

static Value may_fail(Value body, Value rules) {
    Value allowed = unfold_field(body, "allow_failure");
    if (value_is_hole(allowed) || value_is_hole(rules) || allowed.kind == VALUE_MAP) return value_hole(HOLE_UNREAD);
    if (allowed.kind == VALUE_BOOL && allowed.as.boolean) return value_bool(true);
    int by_rule = rules_say(rules, "allow_failure", "true");
    return by_rule == 0 ? value_hole(HOLE_VARIABLE) : value_bool(by_rule > 0);
}

/* A group that each pipeline or job has for itself makes none wait. */
static bool is_of_one(Value group) {
    static const char *const own[] = {"CI_PIPELINE_ID", "CI_PIPELINE_IID", "CI_JOB_ID", "CI_COMMIT_SHA", "CI_COMMIT_SHORT_SHA"};
    for (size_t i = 0; i < ARRAY_COUNT(own); i++) {
        if (str_has(value_text(group), str_of(own[i]))) return true;
    }
    return false;
}

static void limits_lower(Gitlab *g, Object *o) {
    Value body = o->fields[JOB_BODY], rules = unfold_field(body, "rules"), when = unfold_field(body, "when");
    static const char *const limits[] = {"rules", "only", "except"};
    bool limited = g->has_workflow_rules;
    for (size_t i = 0; i < ARRAY_COUNT(limits); i++) limited = limited || !value_is_null(value_field(body, limits[i], NULL));
    bool manual = value_is_string(when, "manual") || rules_say(rules, "when", "manual") >= 0;
    bool never = value_is_string(when, "never");
    bool open = body.flags & VALUE_OPEN;
    o->fields[JOB_IS_MANUAL] = at_job(o, open && !manual ? value_hole(HOLE_UNREAD) : value_bool(manual));
    o->fields[JOB_ANY_BRANCH] = at_job(o, limited || manual || never ? value_bool(false) : open ? value_hole(HOLE_UNREAD) : value_bool(true));
    Value group = unfold_field(body, "resource_group");
    o->fields[JOB_IS_SERIAL] = at_job(o, value_is_hole(group) && open ? group : value_bool(!value_is_null(group) && !is_of_one(group)));
    o->fields[JOB_MAY_FAIL] = at_job(o, may_fail(body, rules));
}

static Model *model_of(void *data, const Source *source) {
    GitlabFile *file = gitlab_file_of(data, source);
    return file ? file->file.model : NULL;
}

void gitlab_delivery(Gitlab *g) {
    ActivityJob *jobs = arena_array(g->arena, ActivityJob, g->jobs.count + 1);
    uint32_t count = 0;
    vec_each(GitlabJobRef, job, &g->jobs) {
        Object *o = (*job)->object;
        if (!o) continue;
        if (value_is_null(o->fields[JOB_MAY_FAIL])) limits_lower(g, o);
        jobs[count++] = (ActivityJob){o, (*job)->stage, !value_is_null(o->fields[JOB_NEEDS])};
    }
    ActivityPlace place = {g->arena, model_of, g};
    activities_model(g->pipeline, jobs, count, g->more_jobs, &place);
}
