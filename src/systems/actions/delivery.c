/* What limits a job of a workflow: events, conditions, concurrency, environments. What an environment asks for is set on
 * GitHub, so a job with one is neither free nor approved as far as we know. */
#include "systems/activity.h"
#include "systems/actions/lower.h"

static Value flag(const JobInfo *job, bool b) { return value_at(value_bool(b), job->object->source, job->object->span); }
static Value unknown(const JobInfo *job) { return value_at(value_hole(HOLE_VARIABLE), job->object->source, job->object->span); }

/* Pull requests, or pushes to whatever branch. */
static bool starts_anywhere(Actions *w) {
    uint32_t count;
    const Value *events = value_items(w->file->fields[WORKFLOW_EVENTS], &count, w->arena);
    for (uint32_t i = 0; i < count; i++) {
        const Object *event = events[i].as.object;
        Value name = event->fields[EVENT_NAME], body = event->fields[EVENT_BODY];
        bool limited = false;
        static const char *const filters[] = {"branches", "branches-ignore", "tags", "tags-ignore"};
        for (size_t k = 0; k < ARRAY_COUNT(filters); k++) limited = limited || !value_is_null(value_field(body, filters[k], w->arena));
        if (value_is_string(name, "pull_request") || value_is_string(name, "pull_request_target")) return true;
        if (value_is_string(name, "push") && !limited && !value_is_hole(body)) return true;
    }
    return false;
}

/* Whether runs wait for each other: 1 yes, 0 no, -1 not known. A group that each run has for itself makes none wait. */
static int queues(Actions *w, Value concurrency) {
    static const char *const own[] = {"github.sha", "github.run_id", "github.run_number", "github.run_attempt"};
    Value named = value_is_map(concurrency) ? value_field(concurrency, "group", w->arena) : concurrency;
    Str group = named.source ? source_slice(named.source, named.span) : (Str){NULL, 0};
    bool choice = str_has(group, STR("||")) || str_has(group, STR("&&"));
    for (size_t i = 0; i < ARRAY_COUNT(own); i++) {
        if (str_has(group, str_of(own[i]))) return choice ? -1 : 0;
    }
    return !value_is_null(concurrency);
}

static void limits_lower(Actions *w, const JobInfo *job, bool anywhere) {
    Object *o = job->object;
    Value body = o->fields[JOB_BODY], may_fail = value_field(body, "continue-on-error", w->arena);
    bool conditional = !value_is_null(value_field(body, "if", w->arena)) || job->needs.count || !value_is_null(o->fields[JOB_ENVIRONMENT]);
    int job_queues = queues(w, value_field(body, "concurrency", w->arena)), file_queues = queues(w, value_field(w->file->fields[WORKFLOW_BODY], "concurrency", w->arena));
    bool serial = job_queues > 0 || file_queues > 0, sure = serial || (!job_queues && !file_queues);
    o->fields[JOB_ANY_BRANCH] = !anywhere ? flag(job, false) : conditional ? unknown(job) : flag(job, true);
    o->fields[JOB_IS_MANUAL] = value_is_null(o->fields[JOB_ENVIRONMENT]) ? flag(job, false) : unknown(job);
    o->fields[JOB_IS_SERIAL] = sure ? flag(job, serial) : unknown(job);
    o->fields[JOB_MAY_FAIL] = value_is_null(may_fail) ? flag(job, false) : may_fail;
}

static Model *own_model(void *data, const Source *source) {
    Actions *w = data;
    return source == w->source ? w->model : NULL;
}

void delivery_lower(Actions *w) {
    ActivityJob *jobs = arena_array(w->arena, ActivityJob, w->jobs.count + 1);
    bool anywhere = starts_anywhere(w);
    for (uint32_t i = 0; i < w->jobs.count; i++) {
        limits_lower(w, w->jobs.items[i], anywhere);
        jobs[i] = (ActivityJob){.object = w->jobs.items[i]->object, .needs = true};
    }
    ActivityPlace place = {w->arena, own_model, w};
    activities_model(w->file, jobs, w->jobs.count, false, &place);
}
