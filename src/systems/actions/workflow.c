/* The first pass over a workflow or the file of an action: objects, and what expressions refer to. What is wrong with the
 * parts is said by events.c, jobs.c, matrix.c, uses.c and permissions.c as they meet it. */
#include "systems/actions/actions.h"

#include "systems/actions/lower.h"

/* ---- inputs of an action ---- */

static const Type *declared_type(const Actions *w, const Node *body) {
    const Node *type = yaml_get(w->tree, body, "type");
    Str name = type ? actions_text(w, type) : (Str){NULL, 0};
    return str_is(name, "boolean") ? &type_bool : str_is(name, "number") ? &type_number : &type_string;
}

static void action_inputs(Actions *w) {
    w->inputs = type_object(w->arena);
    Pair pair = {0};
    while (actions_next(w, yaml_get(w->tree, w->root, "inputs"), &pair)) type_put(w->arena, w->inputs, actions_text(w, pair.key), declared_type(w, pair.value));
}

static void action_lower(Actions *w) {
    const Node *runs = yaml_get(w->tree, w->root, "runs"), *using = runs ? yaml_get(w->tree, runs, "using") : NULL;
    Str name = using ? actions_text(w, using) : (Str){NULL, 0};
    const char *kind = str_is(name, "composite") ? "composite" : str_is(name, "docker") ? "docker" : str_starts(name, STR("node")) ? "node" : "action";
    w->file->fields[WORKFLOW_KIND] = value_at(value_string(str_of(kind)), w->source, w->file->span);
    action_inputs(w);
    const Node *steps = runs ? yaml_get(w->tree, runs, "steps") : NULL;
    if (steps) steps_lower(w, steps, NULL);
    metadata_check(w);
}

/* ---- the file ---- */

static bool is_releasing(const Actions *w) {
    const Node *on = yaml_get(w->tree, w->root, "on"), *push = on ? yaml_get(w->tree, on, "push") : NULL;
    uint32_t count;
    const Value *events = value_items(w->file->fields[WORKFLOW_EVENTS], &count, w->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (value_is_string(events[i].as.object->fields[EVENT_NAME], "release")) return true;
    }
    const Node *branches = push ? yaml_get(w->tree, push, "branches") : NULL;
    for (const Node *raw = branches && branches->kind == YAML_SEQUENCE ? branches + 1 : NULL; raw && raw < branches + branches->size; raw += raw->size) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (item && str_starts(actions_text(w, item), STR("release"))) return true;
    }
    return push && yaml_get(w->tree, push, "tags");
}

static void collect_steps(Actions *w) {
    ValueVec steps = {0}, jobs = {0};
    vec_each(JobRef, job, &w->jobs) {
        vec_push(w->arena, &jobs, value_object((*job)->object));
        vec_each(StepRef, step, &(*job)->steps) vec_push(w->arena, &steps, value_object((*step)->object));
    }
    vec_each(StepRef, step, &w->steps) vec_push(w->arena, &steps, value_object((*step)->object));
    w->file->fields[WORKFLOW_JOBS] = value_at(value_list(jobs.items, jobs.count), w->source, w->file->span);
    w->file->fields[WORKFLOW_STEPS] = value_at(value_list(steps.items, steps.count), w->source, w->file->span);
}

/* &name that no *name refers to. */
static void check_anchors(Actions *w) {
    const YamlExtra *extra = yaml_extra(w->tree);
    Map used = {0};
    for (uint32_t i = 0; i < w->tree->count && extra->anchors.count; i++) {
        const Node *node = &w->tree->nodes[i];
        const Node *target = node->kind == YAML_ALIAS ? yaml_resolve(w->tree, node) : NULL;
        if (target) map_put(w->arena, &used, str_format(w->arena, "%u", (uint32_t)(target - w->tree->nodes)), w);
    }
    for (uint32_t i = 0; i < extra->anchors.count; i++) {
        const YamlAnchor *anchor = &extra->anchors.items[i];
        if (map_has(&used, str_format(w->arena, "%u", anchor->node))) continue;
        const Node *node = &w->tree->nodes[anchor->node];
        Span at = node->data ? extra->properties.items[node->data - 1].anchor : (Span){node->start, node->start};
        source_problem(w->source, PROBLEM_PIPELINE_UNUSED_ANCHOR, text_span(&w->tree->text, at.start, at.end), anchor->name);
    }
}

static bool is_action_file(Str path) {
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    bool beside_workflows = str_ends(str_slice(path, 0, path.len - name.len), STR(".github/workflows/")); /* folders in there hold none */
    return (str_is(name, "action.yml") || str_is(name, "action.yaml")) && !beside_workflows;
}

static Object *file_object(Actions *w, const Node *root) {
    const Node *name = yaml_get(w->tree, root, "name");
    Object *o = object_new(w->arena, SHAPE_WORKFLOW, w->source, name ? node_span(w->tree, name) : actions_header(w, root));
    o->extent = node_span(w->tree, root);
    Str label = name ? actions_text(w, name) : w->source->path;
    o->address = str_format(w->arena, "%s %.*s", w->is_action ? "action" : "workflow", STR_ARGS(label));
    if (name) o->fields[WORKFLOW_NAME] = actions_value(w, name);
    o->fields[WORKFLOW_KIND] = value_at(value_string(STR("workflow")), w->source, o->span);
    o->fields[WORKFLOW_PATH] = value_at(value_string(w->source->path), w->source, o->span);
    o->fields[WORKFLOW_BODY] = actions_value(w, root);
    o->fields[WORKFLOW_EVENTS] = value_at(value_list(NULL, 0), w->source, o->span);
    o->fields[WORKFLOW_PERMISSIONS] = value_field(o->fields[WORKFLOW_BODY], "permissions", w->arena);
    model_subject(w->model, o);
    return o;
}

static void workflow_lower(Actions *w) {
    const Node *on = yaml_get(w->tree, w->root, "on"), *permissions = yaml_get(w->tree, w->root, "permissions"), *jobs = yaml_get(w->tree, w->root, "jobs");
    if (on) events_lower(w, on);
    if (permissions) permissions_lower(w, permissions, NULL);
    if (jobs) jobs_lower(w, jobs);
    if (jobs) delivery_lower(w);
    w->file->fields[WORKFLOW_RELEASES] = value_at(value_bool(is_releasing(w)), w->source, w->file->span);
}

void actions_model(Source *source, const Tree *tree, Model *model) {
    Actions w = {.source = source, .tree = tree, .model = model, .arena = model->arena, .root = yaml_root(tree), .is_action = is_action_file(source->path)};
    if (!w.root || w.root->kind != YAML_MAP) {
        Span start = {0, 0};
        source_problem(source, PROBLEM_PIPELINE_EMPTY, start, w.is_action ? STR("action") : STR("workflow"));
        return;
    }
    w.file = file_object(&w, w.root);
    w.is_action ? action_lower(&w) : workflow_lower(&w);
    collect_steps(&w);
    if (!source->brief) sections_walk(&w);
    if (!source->brief) check_anchors(&w);
    w.file->fields[WORKFLOW_EXPRESSIONS] = value_at(value_list(w.expressions.items, w.expressions.count), source, w.file->span);
}
