/* Pipelines and stages. A stage with steps is a job; stages run one after the other, those of `parallel` side by side. */
#include "systems/jenkins/jenkins.h"

#include "systems/facets.h"
#include "systems/jenkins/lower.h"

#define STAGE_DEPTH_MAX 30

bool jenkins_is_empty(const Tree *tree) { return tree->count == 1; }

static Value at(const Object *o, Value v) { return value_at(v, o->source, o->span); }

/* ---- what stands where ---- */

typedef struct Names { const char *what; const char *names[16]; } Names;

static const Names pipeline_names = {"pipeline", {"agent", "stages", "post", "environment", "options", "parameters", "triggers", "tools", "libraries", "input", "when"}};
static const Names stage_names = {"stage", {"agent", "steps", "stages", "parallel", "matrix", "post", "environment", "options", "when", "input", "tools", "failFast"}};
static const Names post_names = {"post", {"always", "changed", "fixed", "regression", "aborted", "failure", "success", "unstable", "unsuccessful", "cleanup"}};

static void check_names(Jenkins *j, const Node *block, const Names *known) {
    Map seen = {0};
    node_each(child, block) {
        Str name = jenkins_name(j->tree, child), list[16];
        size_t count = 0;
        bool found = !name.len;
        for (; count < 16 && known->names[count]; count++) {
            list[count] = str_of(known->names[count]);
            found = found || str_eq(list[count], name);
        }
        if (!found) jenkins_problem(j, PROBLEM_PIPELINE_UNKNOWN_KEY, node_first(child), name, str_nearest(name, list, count));
        else if (name.len && map_has(&seen, name)) jenkins_problem(j, PROBLEM_PIPELINE_DUPLICATE_KEY, node_first(child), name, name);
        if (name.len) map_put(j->arena, &seen, name, j);
    }
}

/* ---- agents, environment ---- */

static void agent_model(Jenkins *j, Value agent, Object *job) {
    Value docker = unfold_field(agent, "docker"), image = docker.kind == VALUE_MAP ? unfold_field(docker, "image") : docker;
    if (image.kind != VALUE_STRING && image.kind != VALUE_HOLE) return;
    Str written = source_slice(j->source, image.span);
    if (written.len > 2) written = str_slice(written, 1, written.len - 1);
    if (image.kind == VALUE_STRING && image.span.end - image.span.start == image.count + 2) image.span = (Span){image.span.start + 1, image.span.end - 1};
    Object *o = image_model(j->model, image, written, "job");
    o->address = (job ? job : j->pipeline)->address;
    if (!job) return;
    o->fields[IMAGE_JOB] = value_object(job);
    job->fields[JOB_IMAGE] = value_object(o);
}

static void environment_model(Jenkins *j, Value environment) {
    for (uint32_t i = 0; environment.kind == VALUE_MAP && i < environment.count; i++) {
        Entry e = environment.as.entries[i];
        Value v = e.value;
        bool literal = v.kind == VALUE_STRING && v.span.start < v.span.end && (j->source->bytes.at[v.span.start] == '\'' || j->source->bytes.at[v.span.start] == '"');
        if (literal) secret_model(j->model, v, value_text(e.key), "env");
    }
}

/* ---- jobs ---- */

static Object *job_new(Jenkins *j, Str id, Value body, Span header, Span extent) {
    Object *o = object_new(j->arena, SHAPE_JOB, j->source, header);
    o->extent = extent;
    o->address = str_format(j->arena, "stage %.*s", STR_ARGS(id));
    o->fields[JOB_ID] = o->fields[JOB_NAME] = at(o, value_string(id));
    o->fields[JOB_BODY] = body;
    o->fields[JOB_WORKFLOW] = value_object(j->pipeline);
    o->fields[JOB_STAGE] = at(o, value_string(id));
    model_subject(j->model, o);
    return o;
}

static bool is_lock(const Jenkins *j, const Node *node) { return node->kind == GROOVY_STATEMENT && str_is(jenkins_name(j->tree, node), "lock") && jenkins_child(node, GROOVY_BLOCK); }

/* lock('production') { … } around steps of it, or around all of it. */
static bool is_locked(const Jenkins *j, const Node *block) {
    for (const Node *n = block; n && n < block + block->size; n++) {
        if (is_lock(j, n)) return true;
    }
    for (const Node *up = block ? node_parent(block) : NULL; up; up = node_parent(up)) {
        if (is_lock(j, up)) return true;
    }
    return false;
}

/* What limits it: `when` may hold for some branches only, and on which branches the job exists Jenkins alone knows. */
static void limits_lower(Jenkins *j, Object *o, const Node *block, Value body, bool guarded) {
    Value options = unfold_field(body, "options"), whole = unfold_field(j->pipeline->fields[WORKFLOW_BODY], "options");
    bool serial = is_locked(j, block) || !value_is_null(unfold_field(options, "lock")) || !value_is_null(unfold_field(whole, "disableConcurrentBuilds")) || !value_is_null(unfold_field(whole, "lock"));
    bool limited = guarded || !value_is_null(unfold_field(body, "when")) || !value_is_null(unfold_field(body, "input"));
    o->fields[JOB_IS_SERIAL] = at(o, value_bool(serial));
    o->fields[JOB_IS_MANUAL] = at(o, value_bool(!value_is_null(unfold_field(body, "input"))));
    o->fields[JOB_ANY_BRANCH] = at(o, limited ? value_bool(false) : value_hole(HOLE_UNREAD));
    o->fields[JOB_MAY_FAIL] = at(o, value_bool(false));
}

static void job_steps(Jenkins *j, Object *o, const Node *block) {
    ValueVec steps = {0};
    jenkins_steps(j, block, o, &steps);
    for (uint32_t i = 0; i < steps.count; i++) {
        Object *step = (Object *)(uintptr_t)steps.items[i].as.object;
        step->fields[STEP_EARLIER] = value_at(value_list(steps.items, i), j->source, step->span);
        step->fields[STEP_LATER] = value_at(value_list(steps.items + i + 1, steps.count - i - 1), j->source, step->span);
    }
    o->fields[JOB_STEPS] = at(o, value_list(steps.items, steps.count));
    if (j->opaque) o->fields[JOB_STEPS].flags |= VALUE_OPEN;
}

static void job_add(Jenkins *j, Object *o) { vec_push(j->arena, &j->jobs, ((ActivityJob){o, j->stage, false})); }

static void stages_lower(Jenkins *j, const Node *block, bool parallel, bool guarded, int depth);

/* Whether its steps have a node: its own agent says so, else what is around it. */
static bool gives_node(Value body, bool outer) {
    Value agent = unfold_field(body, "agent");
    return value_is_null(agent) ? outer : !value_is_string(agent, "none");
}

static void check_stage(Jenkins *j, const Node *statement, const Node *block, const Node *steps, const Node *matrix) {
    static const char *const works[] = {"steps", "stages", "parallel", "matrix"};
    uint32_t count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(works); i++) count += jenkins_section(j->tree, block, works[i], NULL) != NULL;
    check_names(j, block, &stage_names);
    jenkins_sections(j, block);
    if (!count) jenkins_problem(j, PROBLEM_PIPELINE_MISSING_KEY, node_first(statement), STR("steps"), STR("stage"));
    if (count > 1) jenkins_problem(j, PROBLEM_PIPELINE_CONFLICTING_KEYS, node_first(statement), STR("stage"), (Str){NULL, 0});
    if (steps && !node_first(steps)) jenkins_problem(j, PROBLEM_PIPELINE_EMPTY, node_first(node_parent(steps)), STR("steps"), (Str){NULL, 0});
    if (!matrix) return;
    static const char *const needed[] = {"axes", "stages"};
    for (size_t i = 0; i < ARRAY_COUNT(needed); i++) {
        if (!jenkins_section(j->tree, matrix, needed[i], NULL)) jenkins_problem(j, PROBLEM_PIPELINE_MISSING_KEY, node_first(node_parent(matrix)), str_of(needed[i]), STR("matrix"));
    }
}

Str jenkins_stage_name(const Jenkins *j, const Node *statement) {
    const Node *group = jenkins_child(statement, GROOVY_GROUP), *string = group ? node_first(group) : jenkins_child(statement, GROOVY_STRING);
    return string && string->kind == GROOVY_STRING ? str_trim(groovy_text(j->tree, string, '?', NULL).bytes) : STR("stage");
}

static void stage_lower(Jenkins *j, const Node *statement, bool guarded, int depth) {
    const Node *block = jenkins_child(statement, GROOVY_BLOCK);
    if (block && j->jobs.count > JENKINS_STAGES_MAX) model_cut(j->model, j->source);
    if (!block || j->jobs.count > JENKINS_STAGES_MAX) return;
    Span header = node_span(j->tree, node_first(statement));
    Value body = jenkins_map(j, block, header, 0);
    const Node *steps = jenkins_section(j->tree, block, "steps", NULL), *stages = jenkins_section(j->tree, block, "stages", NULL), *parallel = jenkins_section(j->tree, block, "parallel", NULL), *matrix = jenkins_section(j->tree, block, "matrix", NULL), *post = jenkins_section(j->tree, block, "post", NULL);
    bool scripted = !j->declarative, limits = guarded || !value_is_null(unfold_field(body, "when")) || !value_is_null(unfold_field(body, "input"));
    if (j->declarative) check_stage(j, statement, block, steps, matrix);
    if (matrix) stages = jenkins_section(j->tree, matrix, "stages", NULL);
    if (j->declarative && post) check_names(j, post, &post_names);
    bool outer = j->has_node;
    j->has_node = gives_node(body, gives_node(matrix ? unfold_field(body, "matrix") : value_null(), outer));
    if (j->declarative && steps && !j->has_node) jenkins_needs_node(j, steps);
    environment_model(j, unfold_field(body, "environment"));
    if (stages) stages_lower(j, stages, false, limits, depth + 1);
    if (parallel) stages_lower(j, parallel, true, limits, depth + 1);
    j->has_node = outer;
    Object *o = job_new(j, jenkins_stage_name(j, statement), body, header, node_span(j->tree, statement));
    limits_lower(j, o, block, body, guarded);
    agent_model(j, unfold_field(body, "agent"), o);
    o->fields[JOB_LABELS] = at(o, value_list(NULL, 0));
    if (steps || scripted) job_steps(j, o, block);
    else o->fields[JOB_STEPS] = at(o, value_list(NULL, 0));
    if (steps || scripted) job_add(j, o);
}

static void stages_lower(Jenkins *j, const Node *block, bool parallel, bool guarded, int depth) {
    if (depth > STAGE_DEPTH_MAX) return;
    jenkins_stage_names(j, block);
    node_each(child, block) {
        bool stage = child->kind == GROOVY_STATEMENT && str_is(jenkins_name(j->tree, child), "stage");
        if (!stage) continue;
        if (!parallel) j->stage++;
        stage_lower(j, child, guarded, depth);
    }
}

/* ---- scripted ---- */

/* Stages anywhere below; a stage is not looked for inside of a stage. */
static void scripted_lower(Jenkins *j, const Node *node) {
    const Node *end = node + node->size;
    for (const Node *n = node + 1; n < end;) {
        bool stage = n->kind == GROOVY_STATEMENT && str_is(jenkins_name(j->tree, n), "stage") && jenkins_child(n, GROOVY_BLOCK);
        if (stage) {
            j->stage++;
            stage_lower(j, n, false, 0);
        }
        n += stage ? n->size : 1;
    }
    if (j->jobs.count) return;
    /* a script without stages: all of it is one */
    Span header = node_first(node) ? node_span(j->tree, node_first(node_first(node))) : (Span){0, 0};
    Object *o = job_new(j, STR("script"), value_null(), header, (Span){0, (uint32_t)j->source->bytes.len});
    limits_lower(j, o, node, value_null(), false);
    o->fields[JOB_LABELS] = at(o, value_list(NULL, 0));
    job_steps(j, o, node);
    uint32_t steps = 0;
    value_items(o->fields[JOB_STEPS], &steps, j->arena);
    if (steps) job_add(j, o);
}

/* ---- the file ---- */

static void libraries_model(Jenkins *j) {
    for (uint32_t i = 0; i < j->tree->count; i++) {
        const Node *node = &j->tree->nodes[i];
        Str word = node->kind == GROOVY_WORD ? node_text(j->tree, node) : (Str){NULL, 0};
        bool library = str_is(word, "@Library") || str_is(word, "library");
        const Node *group = library ? node_next(node) : NULL, *string = group && group->kind == GROOVY_GROUP ? node_first(group) : group;
        if (str_is(word, "load") || str_is(word, "evaluate")) j->opaque = true;
        if (!library) continue;
        j->opaque = true;
        if (string && string->kind == GROOVY_GROUP) string = node_first(string);
        const Node *around = group && group->kind == GROOVY_GROUP ? group : node_parent(node), *named = jenkins_argument(j->tree, around, "identifier");
        if (named) string = named;
        if (!string || string->kind != GROOVY_STRING) continue;
        Value id = jenkins_string(j, string);
        Str name, version;
        bool cut = str_cut(value_text(id), '@', &name, &version);
        Object *o = object_new(j->arena, SHAPE_LIBRARY, j->source, id.span);
        o->address = j->pipeline->address;
        o->fields[LIBRARY_NAME] = id.kind == VALUE_STRING ? at(o, value_string(name)) : id;
        if (cut) o->fields[LIBRARY_VERSION] = at(o, value_string(version));
        else if (id.kind != VALUE_STRING) o->fields[LIBRARY_VERSION] = id;
        model_subject(j->model, o);
    }
}

static void declarative_lower(Jenkins *j, const Node *statement, const Node *block) {
    const Node *stages = jenkins_section(j->tree, block, "stages", NULL), *post = jenkins_section(j->tree, block, "post", NULL);
    Value body = j->pipeline->fields[WORKFLOW_BODY];
    check_names(j, block, &pipeline_names);
    jenkins_sections(j, block);
    j->has_node = gives_node(body, true);
    if (post) check_names(j, post, &post_names);
    if (value_is_null(unfold_field(body, "agent"))) jenkins_problem(j, PROBLEM_PIPELINE_MISSING_KEY, node_first(statement), STR("agent"), STR("pipeline"));
    if (!stages) jenkins_problem(j, PROBLEM_PIPELINE_MISSING_KEY, node_first(statement), STR("stages"), STR("pipeline"));
    agent_model(j, unfold_field(body, "agent"), NULL);
    environment_model(j, unfold_field(body, "environment"));
    if (stages) stages_lower(j, stages, false, false, 0);
    if (!post) return;
    j->stage++;
    Object *o = job_new(j, STR("post"), jenkins_map(j, post, node_span(j->tree, post), 0), node_span(j->tree, node_parent(post)), node_span(j->tree, post));
    limits_lower(j, o, NULL, value_null(), true);
    job_steps(j, o, post);
    job_add(j, o);
}

static Object *pipeline_object(Jenkins *j, const Node *statement, const Node *block) {
    Span header = statement ? node_span(j->tree, node_first(statement)) : (Span){0, 0};
    Object *o = object_new(j->arena, SHAPE_WORKFLOW, j->source, header);
    o->extent = (Span){0, (uint32_t)j->source->bytes.len};
    o->address = str_format(j->arena, "pipeline %.*s", STR_ARGS(j->source->path));
    o->fields[WORKFLOW_KIND] = at(o, value_string(STR("jenkins")));
    o->fields[WORKFLOW_PATH] = at(o, value_string(j->source->path));
    o->fields[WORKFLOW_BODY] = block ? jenkins_map(j, block, header, 0) : value_at(value_null(), j->source, header);
    o->fields[WORKFLOW_IS_DECLARATIVE] = at(o, value_bool(block != NULL));
    o->fields[WORKFLOW_EVENTS] = at(o, value_list(NULL, 0));
    model_subject(j->model, o);
    return o;
}

static Model *own_model(void *data, const Source *source) {
    Jenkins *j = data;
    return source == j->source ? j->model : NULL;
}

void jenkins_model(Source *source, const Tree *tree, Model *model) {
    Jenkins j = {.source = source, .tree = tree, .model = model, .arena = model->arena};
    const Node *statement = NULL, *block = jenkins_section(tree, tree->nodes, "pipeline", &statement);
    j.declarative = block != NULL;
    jenkins_secrets(&j);
    j.pipeline = pipeline_object(&j, statement, block);
    libraries_model(&j);
    jenkins_calls(&j);
    if (block) declarative_lower(&j, statement, block);
    else scripted_lower(&j, tree->nodes);
    bool unread = !block && !j.jobs.count;
    if (unread) source_problem(source, PROBLEM_PIPELINE_UNREAD_GROOVY, (Span){0, 0}, source->path);
    ValueVec jobs = {0};
    vec_each(ActivityJob, job, &j.jobs) vec_push(j.arena, &jobs, value_object(job->object));
    j.pipeline->fields[WORKFLOW_JOBS] = at(j.pipeline, value_list(jobs.items, jobs.count));
    if (j.opaque || !block) j.pipeline->fields[WORKFLOW_JOBS].flags |= VALUE_OPEN;
    ActivityPlace place = {j.arena, own_model, &j};
    activities_model(j.pipeline, j.jobs.items, j.jobs.count, j.opaque || !block, &place);
}
