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

/* Something that is asked of a workflow for every job in it, and worked out once. */
typedef struct Answer {
    enum { UNASKED, ASKING, KNOWN } state; /* still asking: a circle */
    uint32_t bits;
} Answer;

typedef struct CallsFile {
    const Object *workflow;
    Doors doors;
    bool calls; /* some file of the repository */
    Map jobs; /* id in small letters → CallerVec of its jobs */
    Answer does, whole, before, serial;
} CallsFile;

/* False when it is too much. */
static bool spend(Calls *c) {
    if (++c->work > CALLS_WORK_MAX) c->is_cut = true;
    return !c->is_cut;
}

/* Whether it has to be worked out; if not, *bits is it. */
static bool is_new(Answer *known, uint32_t *bits) {
    if (known->state == UNASKED) {
        known->state = ASKING;
        return true;
    }
    *bits = known->state == KNOWN ? known->bits : OPEN;
    return false;
}

static uint32_t settle(Answer *known, uint32_t bits) {
    *known = (Answer){KNOWN, bits};
    return bits;
}

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

static CallsFile *file_at(Calls *c, const Object *workflow) {
    Str key = str_copy(c->arena, (Str){(const char *)&workflow, sizeof workflow});
    void **slot = map_slot(c->arena, &c->files, key);
    if (*slot) return *slot;
    CallsFile *f = arena_new(c->arena, CallsFile);
    uint32_t count;
    const Value *jobs = jobs_of(c, workflow, &count);
    *slot = f;
    f->workflow = workflow;
    f->doors = doors_of(c, workflow);
    for (uint32_t i = 0; jobs && i < count; i++) {
        const Object *use = object_of(jobs[i].as.object, JOB_CALLS);
        f->calls = f->calls || (use && pipelines_file(c->pipelines, use, c->arena));
        CallerVec **list = (CallerVec **)map_slot(c->arena, &f->jobs, str_lower(c->arena, value_text(jobs[i].as.object->fields[JOB_ID])));
        if (!*list) *list = arena_new(c->arena, CallerVec);
        vec_push(c->arena, *list, jobs[i].as.object);
    }
    return f;
}

static const CallerVec *callers_of(const Calls *c, const Object *workflow) {
    static const CallerVec none = {0};
    const CallerVec *callers = map_get(&c->pipelines->callers, workflow->source->path);
    return callers ? callers : &none;
}

/* ---- what is done ---- */

static uint32_t job_does(Calls *c, const Object *job, int depth);

static uint32_t file_does(Calls *c, const Object *workflow, int depth) {
    CallsFile *f = file_at(c, workflow);
    uint32_t count, bits = 0;
    if (!is_new(&f->does, &bits)) return bits;
    const Value *jobs = jobs_of(c, workflow, &count);
    for (uint32_t i = 0; jobs && i < count; i++) bits |= job_does(c, jobs[i].as.object, depth);
    return settle(&f->does, bits);
}

static uint32_t job_does(Calls *c, const Object *job, int depth) {
    const Object *use = object_of(job, JOB_CALLS), *file = use ? pipelines_file(c->pipelines, use, c->arena) : NULL;
    uint32_t bits = bits_of(c, job->fields[JOB_PURPOSES]);
    if (!spend(c) || (file && depth > CALLS_DEPTH_MAX)) return bits | OPEN;
    return file ? (bits & ~(uint32_t)OPEN) | file_does(c, file, depth + 1) : bits;
}

/* Of the pipelines that the file is part of. */
static uint32_t whole_does(Calls *c, const Object *workflow, int depth) {
    CallsFile *f = file_at(c, workflow);
    uint32_t bits = 0;
    if (depth > CALLS_DEPTH_MAX) return file_does(c, workflow, 0) | OPEN;
    if (!is_new(&f->whole, &bits)) return bits;
    const CallerVec *callers = callers_of(c, workflow);
    bits = file_does(c, workflow, 0);
    if (f->doors.called && !callers->count) bits |= OPEN;
    for (uint32_t i = 0; i < callers->count; i++) {
        const Object *caller = object_of(callers->items[i], JOB_WORKFLOW);
        if (!spend(c)) return settle(&f->whole, bits | OPEN);
        if (caller) bits |= whole_does(c, caller, depth + 1);
    }
    return settle(&f->whole, bits);
}

/* ---- what is done before ---- */

static uint32_t before_of(Calls *c, const Object *job, int depth);

/* What surely is done before the file starts: by all who call it. */
static uint32_t before_call(Calls *c, CallsFile *f, int depth) {
    const CallerVec *callers = callers_of(c, f->workflow);
    if (!f->doors.called) return 0;
    if (!callers->count || depth > CALLS_DEPTH_MAX) return OPEN;
    uint32_t bits = ~(uint32_t)0, open = 0;
    if (!is_new(&f->before, &bits)) return bits;
    for (uint32_t i = 0; i < callers->count; i++) {
        uint32_t one = before_of(c, callers->items[i], depth + 1);
        bits &= one | (one & OPEN ? ~(uint32_t)0 : 0); /* what is open may be done there */
        open |= one & OPEN;
    }
    bits = open ? 0 : bits & ~(uint32_t)OPEN;
    bool alone = f->doors.other && bits; /* started by itself, nothing comes before */
    return settle(&f->before, alone ? (uint32_t)OPEN : bits | open);
}

static uint32_t needed_do(Calls *c, const Object *job, const CallsFile *f, int depth) {
    uint32_t count = 0, bits = 0;
    const Value *needs = value_is_list(job->fields[JOB_NEEDS]) ? value_items(job->fields[JOB_NEEDS], &count, c->arena) : NULL;
    for (uint32_t i = 0; needs && i < count; i++) {
        const CallerVec *others = map_get(&f->jobs, str_lower(c->arena, value_text(needs[i])));
        for (uint32_t k = 0; others && k < others->count; k++) {
            if (!spend(c)) return bits | OPEN;
            if (others->items[k] != job) bits |= job_does(c, others->items[k], depth) | before_of(c, others->items[k], depth);
        }
    }
    return bits;
}

static uint32_t before_of(Calls *c, const Object *job, int depth) {
    const Object *workflow = object_of(job, JOB_WORKFLOW);
    if (!workflow) return OPEN;
    Str key = str_format(c->arena, "%.*s\n%.*s", STR_ARGS(job->source->path), STR_ARGS(value_text(job->fields[JOB_ID])));
    void **slot = map_slot(c->arena, &c->before, key);
    if (*slot) return (uint32_t)((uintptr_t)*slot - 1);
    *slot = (void *)(uintptr_t)((uint32_t)OPEN + 1); /* a circle of needs or calls */
    if (c->chain == CALLS_CHAIN_MAX) {
        c->is_cut = true;
        return OPEN;
    }
    c->chain++;
    CallsFile *f = file_at(c, workflow);
    uint32_t bits = needed_do(c, job, f, depth) | before_call(c, f, depth);
    c->chain--;
    map_put(c->arena, &c->before, key, (void *)((uintptr_t)bits + 1));
    return bits;
}

/* ---- queues ---- */

enum { SERIAL_NO = 1, SERIAL_YES = 2 }; /* else OPEN */

static Value is_serial(Calls *c, const Object *job, int depth);

/* Whether all that call the file queue. */
static uint32_t callers_queue(Calls *c, CallsFile *f, int depth) {
    uint32_t bits;
    if (depth > CALLS_DEPTH_MAX) return OPEN;
    if (!is_new(&f->serial, &bits)) return bits;
    const CallerVec *callers = callers_of(c, f->workflow);
    bool known = callers->count > 0;
    for (uint32_t i = 0; i < callers->count; i++) {
        Value v = is_serial(c, callers->items[i], depth + 1);
        if (v.kind == VALUE_BOOL && !v.as.boolean) return settle(&f->serial, SERIAL_NO);
        known = known && v.kind == VALUE_BOOL;
    }
    return settle(&f->serial, known ? (uint32_t)SERIAL_YES : (uint32_t)OPEN);
}

/* A called job queues when all that call it do. */
static Value is_serial(Calls *c, const Object *job, int depth) {
    Value own = job->fields[JOB_IS_SERIAL];
    const Object *workflow = object_of(job, JOB_WORKFLOW);
    CallsFile *f = workflow ? file_at(c, workflow) : NULL;
    if (!f || f->doors.other || !f->doors.called || own.kind != VALUE_BOOL || own.as.boolean) return own;
    uint32_t queue = callers_queue(c, f, depth);
    if (queue == SERIAL_NO) return own;
    return value_at(queue == SERIAL_YES ? value_bool(true) : value_hole(HOLE_UNREAD), job->source, job->span);
}

/* ---- the join ---- */

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

static void add_family(const Object *workflow, const Object *family[], uint32_t *count) {
    for (uint32_t i = 0; i < *count; i++) {
        if (family[i] == workflow) return;
    }
    if (*count < CALLS_FAMILY_MAX) family[(*count)++] = workflow;
}

/* Up and down, file by file. */
static void find_family(Calls *c, const Object *workflow) {
    if (c->family_of == workflow) return;
    c->family_of = workflow;
    c->family_count = 0;
    add_family(workflow, c->family, &c->family_count);
    for (uint32_t k = 0; k < c->family_count; k++) {
        const CallerVec *callers = callers_of(c, c->family[k]);
        for (uint32_t i = 0; i < callers->count; i++) {
            const Object *caller = object_of(callers->items[i], JOB_WORKFLOW);
            if (caller) add_family(caller, c->family, &c->family_count);
        }
        uint32_t jobs;
        const Value *items = jobs_of(c, c->family[k], &jobs);
        for (uint32_t i = 0; items && i < jobs; i++) {
            const Object *use = object_of(items[i].as.object, JOB_CALLS), *file = use ? pipelines_file(c->pipelines, use, c->arena) : NULL;
            if (file) add_family(file, c->family, &c->family_count);
        }
    }
}

void calls_join(Calls *c, Object *activity) {
    const Object *workflow = object_of(activity, ACTIVITY_WORKFLOW);
    const Object *job = object_of(activity, ACTIVITY_JOB);
    uint32_t count = 1;
    find_family(c, workflow);
    CallsFile *f = file_at(c, workflow);
    if (job && (f->doors.called || f->calls)) {
        count = c->family_count;
        activity->fields[ACTIVITY_BEFORE] = list_of(c, bits_of(c, activity->fields[ACTIVITY_STEPS_BEFORE]) | before_of(c, job, 0), activity);
        activity->fields[ACTIVITY_HERE] = list_of(c, whole_does(c, workflow, 0), activity);
        activity->fields[ACTIVITY_IS_SERIAL] = is_serial(c, job, 0);
    }
    look_around(c, activity, workflow, c->family, count);
}
