/* Bits of purposes run along the calls: up to those who call, and down into what is called. A file that nobody of the repository
 * calls, though it can be called, has callers that nobody sees: what they do is open. */
#include "link/calls.h"

#include "model/shape.h"

enum { OPEN = PURPOSE_OPEN };

static uint32_t bits_of(const Calls *c, Value purposes) { return purpose_bits(purposes, c->arena) | (purposes.flags & VALUE_OPEN || !value_is_list(purposes) ? OPEN : 0); }

static const Value *jobs_of(const Calls *c, const Object *workflow, uint32_t *count) {
    Value jobs = workflow->fields[WORKFLOW_JOBS];
    *count = 0;
    return value_is_list(jobs) ? value_items(jobs, count, c->arena) : NULL;
}

/* ---- who calls ---- */

typedef struct Doors { bool called, other; } Doors;

static Doors doors_of(const Calls *c, const Object *workflow) {
    Doors d = {false, false};
    uint32_t count = 0;
    const Value *events = value_is_list(workflow->fields[WORKFLOW_EVENTS]) ? value_items(workflow->fields[WORKFLOW_EVENTS], &count, c->arena) : NULL;
    for (uint32_t i = 0; events && i < count; i++) {
        bool call = value_is_string(events[i].as.object->fields[EVENT_NAME], "workflow_call");
        d.called = d.called || call;
        d.other = d.other || !call;
    }
    return d;
}

static const CallerVec *callers_of(const Calls *c, const Object *workflow) {
    static const CallerVec none = {0};
    const CallerVec *callers = map_get(&c->pipelines->callers, workflow->source->path);
    return callers ? callers : &none;
}

/* ---- what is done ---- */

static uint32_t job_does(Calls *c, const Object *job, int depth);

static uint32_t file_does(Calls *c, const Object *workflow, int depth) {
    uint32_t count, bits = 0;
    const Value *jobs = jobs_of(c, workflow, &count);
    for (uint32_t i = 0; jobs && i < count; i++) bits |= job_does(c, jobs[i].as.object, depth);
    return bits;
}

static uint32_t job_does(Calls *c, const Object *job, int depth) {
    const Object *use = object_of(job, JOB_CALLS), *file = use ? pipelines_file(c->pipelines, use, c->arena) : NULL;
    uint32_t bits = bits_of(c, job->fields[JOB_PURPOSES]);
    if (++c->work > CALLS_WORK_MAX || (file && depth > CALLS_DEPTH_MAX)) return bits | OPEN;
    return file ? (bits & ~(uint32_t)OPEN) | file_does(c, file, depth + 1) : bits;
}

/* Of the pipelines that the file is part of. */
static uint32_t whole_does(Calls *c, const Object *workflow, int depth) {
    uint32_t bits = file_does(c, workflow, 0);
    const CallerVec *callers = callers_of(c, workflow);
    if (doors_of(c, workflow).called && !callers->count) bits |= OPEN;
    if (depth > CALLS_DEPTH_MAX) return bits | OPEN;
    for (uint32_t i = 0; i < callers->count; i++) {
        const Object *caller = object_of(callers->items[i], JOB_WORKFLOW);
        if (++c->work > CALLS_WORK_MAX) return bits | OPEN;
        if (caller) bits |= whole_does(c, caller, depth + 1);
    }
    return bits;
}

/* ---- what is done before ---- */

static uint32_t before_of(Calls *c, const Object *job, int depth);

/* What surely is done before the file starts: by all who call it. */
static uint32_t before_call(Calls *c, const Object *workflow, int depth) {
    const CallerVec *callers = callers_of(c, workflow);
    Doors doors = doors_of(c, workflow);
    if (!doors.called) return 0;
    if (!callers->count || depth > CALLS_DEPTH_MAX) return OPEN;
    uint32_t bits = ~(uint32_t)0, open = 0;
    for (uint32_t i = 0; i < callers->count; i++) {
        uint32_t one = before_of(c, callers->items[i], depth + 1);
        bits &= one | (one & OPEN ? ~(uint32_t)0 : 0); /* what is open may be done there */
        open |= one & OPEN;
    }
    bits = open ? 0 : bits & ~(uint32_t)OPEN;
    if (doors.other && bits) return OPEN; /* started by itself, nothing comes before */
    return bits | open;
}

static bool needs(Calls *c, const Object *job, Str id) {
    uint32_t count = 0;
    const Value *items = value_is_list(job->fields[JOB_NEEDS]) ? value_items(job->fields[JOB_NEEDS], &count, c->arena) : NULL;
    for (uint32_t i = 0; items && i < count; i++, c->work++) {
        if (str_eq_nocase(value_text(items[i]), id)) return true;
    }
    return false;
}

static uint32_t needed_do(Calls *c, const Object *job, const Object *workflow, int depth) {
    uint32_t count, bits = 0;
    const Value *jobs = jobs_of(c, workflow, &count);
    for (uint32_t i = 0; jobs && i < count; i++) {
        const Object *other = jobs[i].as.object;
        if (++c->work > CALLS_WORK_MAX) return bits | OPEN;
        if (other != job && needs(c, job, value_text(other->fields[JOB_ID]))) bits |= job_does(c, other, depth) | before_of(c, other, depth);
    }
    return bits;
}

static uint32_t before_of(Calls *c, const Object *job, int depth) {
    const Object *workflow = object_of(job, JOB_WORKFLOW);
    if (!workflow) return OPEN;
    void **slot = map_slot(c->arena, &c->before, str_format(c->arena, "%.*s\n%.*s", STR_ARGS(job->source->path), STR_ARGS(value_text(job->fields[JOB_ID]))));
    if (*slot) return (uint32_t)((uintptr_t)*slot - 1);
    *slot = (void *)(uintptr_t)((uint32_t)OPEN + 1); /* a circle of needs or calls */
    uint32_t bits = needed_do(c, job, workflow, depth) | before_call(c, workflow, depth);
    map_put(c->arena, &c->before, str_format(c->arena, "%.*s\n%.*s", STR_ARGS(job->source->path), STR_ARGS(value_text(job->fields[JOB_ID]))), (void *)((uintptr_t)bits + 1));
    return bits;
}

/* ---- queues ---- */

/* A called job queues when all that call it do. */
static Value is_serial(const Calls *c, const Object *job, int depth) {
    Value own = job->fields[JOB_IS_SERIAL];
    const Object *workflow = object_of(job, JOB_WORKFLOW);
    Doors doors = workflow ? doors_of(c, workflow) : (Doors){false, true};
    if (doors.other || !doors.called || own.kind != VALUE_BOOL || own.as.boolean || depth > CALLS_DEPTH_MAX) return own;
    const CallerVec *callers = callers_of(c, workflow);
    bool known = callers->count > 0;
    for (uint32_t i = 0; i < callers->count; i++) {
        Value v = is_serial(c, callers->items[i], depth + 1);
        if (v.kind == VALUE_BOOL && !v.as.boolean) return own;
        known = known && v.kind == VALUE_BOOL;
    }
    return value_at(known ? value_bool(true) : value_hole(HOLE_UNREAD), job->source, job->span);
}

/* ---- the join ---- */

static bool calls_something(const Calls *c, const Object *workflow) {
    uint32_t count;
    const Value *jobs = jobs_of(c, workflow, &count);
    for (uint32_t i = 0; jobs && i < count; i++) {
        const Object *use = object_of(jobs[i].as.object, JOB_CALLS);
        if (use && pipelines_file(c->pipelines, use, c->arena)) return true;
    }
    return false;
}

static Value list_of(const Calls *c, uint32_t bits, const Object *at) { return purpose_list(bits & ~(uint32_t)OPEN, bits & OPEN, at, c->arena); }

/* What the other pipelines of the repository do: more of them than the file and those it is joined to. */
static void look_around(Calls *c, Object *activity, const Object *workflow, const Object *family[], uint32_t count) {
    uint32_t around = 0, open = c->pipelines->open;
    uint32_t counts[PURPOSE_COUNT];
    memcpy(counts, c->pipelines->purposes, sizeof counts);
    for (uint32_t k = 0; k < count; k++) {
        uint32_t bits = bits_of(c, family[k]->fields[WORKFLOW_PURPOSES]);
        for (uint32_t i = 0; i < PURPOSE_COUNT; i++) counts[i] -= counts[i] && bits >> i & 1;
        open -= open && bits & OPEN;
    }
    for (uint32_t i = 0; i < PURPOSE_COUNT; i++) around |= counts[i] ? UINT32_C(1) << i : 0;
    activity->fields[ACTIVITY_AROUND] = purpose_list(around, open > 0, activity, c->arena);
    for (uint32_t k = 0; k < count && value_is_null(activity->fields[ACTIVITY_WAY_BACK]); k++) activity->fields[ACTIVITY_WAY_BACK] = family[k]->fields[WORKFLOW_WAY_BACK];
    bool elsewhere = value_is_null(activity->fields[ACTIVITY_WAY_BACK]) && c->pipelines->way_back && c->pipelines->way_back != workflow;
    if (elsewhere) activity->fields[ACTIVITY_WAY_BACK] = c->pipelines->way_back->fields[WORKFLOW_WAY_BACK];
}

#define FAMILY_MAX 64 /* files that are joined to one by calls */

static void add_family(const Object *workflow, const Object *family[], uint32_t *count) {
    for (uint32_t i = 0; i < *count; i++) {
        if (family[i] == workflow) return;
    }
    if (*count < FAMILY_MAX) family[(*count)++] = workflow;
}

/* Up and down, file by file. */
static uint32_t family_of(const Calls *c, const Object *workflow, const Object *family[]) {
    uint32_t count = 0;
    add_family(workflow, family, &count);
    for (uint32_t k = 0; k < count; k++) {
        const CallerVec *callers = callers_of(c, family[k]);
        for (uint32_t i = 0; i < callers->count; i++) {
            const Object *caller = object_of(callers->items[i], JOB_WORKFLOW);
            if (caller) add_family(caller, family, &count);
        }
        uint32_t jobs;
        const Value *items = jobs_of(c, family[k], &jobs);
        for (uint32_t i = 0; items && i < jobs; i++) {
            const Object *use = object_of(items[i].as.object, JOB_CALLS), *file = use ? pipelines_file(c->pipelines, use, c->arena) : NULL;
            if (file) add_family(file, family, &count);
        }
    }
    return count;
}

void calls_join(Calls *c, Object *activity) {
    const Object *workflow = object_of(activity, ACTIVITY_WORKFLOW);
    const Object *job = object_of(activity, ACTIVITY_JOB);
    const Object *family[FAMILY_MAX] = {workflow};
    uint32_t count = 1;
    if (job && (doors_of(c, workflow).called || calls_something(c, workflow))) {
        count = family_of(c, workflow, family);
        activity->fields[ACTIVITY_BEFORE] = list_of(c, bits_of(c, activity->fields[ACTIVITY_STEPS_BEFORE]) | before_of(c, job, 0), activity);
        activity->fields[ACTIVITY_HERE] = list_of(c, whole_does(c, workflow, 0), activity);
        activity->fields[ACTIVITY_IS_SERIAL] = is_serial(c, job, 0);
    }
    look_around(c, activity, workflow, family, count);
}
