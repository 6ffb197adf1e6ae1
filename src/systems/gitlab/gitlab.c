/* The order of things: each file by itself, then each pipeline. A file that no other includes is the root of one, and so is
 * .gitlab-ci.yml of the repository. */
#include "systems/gitlab/gitlab.h"

#include "parse/yaml.h"
#include "systems/dockerfile.h"
#include "systems/facets.h"
#include "systems/gitlab/lower.h"
#include "systems/schema_faults.h"

/* ---- one file ---- */

bool gitlab_is_empty(const Tree *tree) { return !yaml_root(tree); }

static void variables_model(Value variables, Model *model) {
    for (uint32_t i = 0; variables.kind == VALUE_MAP && i < variables.count; i++) {
        Entry e = variables.as.entries[i];
        Value v = e.value.kind == VALUE_MAP ? unfold_field(e.value, "value") : e.value;
        bool refers = v.kind == VALUE_STRING && str_find_byte(value_str(v), '$') != STR_NONE;
        if (e.value.kind == VALUE_MAP) gitlab_variable_form(model, value_text(e.key), e.value);
        if (!refers) secret_model(model, v, value_text(e.key), "env");
        Object *o = object_new(model->arena, SHAPE_CI_VARIABLE, e.key.source, e.key.span);
        bool scalar = v.kind == VALUE_BOOL || v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
        o->fields[CI_VARIABLE_NAME] = value_at(value_string(value_text(e.key)), e.key.source, e.key.span);
        o->fields[CI_VARIABLE_VALUE] = value_at(refers ? value_hole(HOLE_VARIABLE) : scalar ? value_string(source_slice(v.source, v.span)) : v, v.source, v.span);
        model_subject(model, o);
    }
}

/* A hidden key may hold anything that others refer to: it is like a job when a key of it is a job's. */
static bool is_template(const SchemaType *job, Value map) {
    SchemaField field;
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) {
        if (schema_field(job, value_text(map.as.entries[i].key), &field)) return true;
    }
    return false;
}

/* Even there, only what is near a key of a job is a slip. */
static void keep_slips(Model *model, uint32_t from) {
    uint32_t kept = from;
    for (uint32_t i = from; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        bool stranger = value_is_string(o->fields[SCHEMA_FAULT_CODE], "unknown-key") && value_is_null(o->fields[SCHEMA_FAULT_NEAREST]);
        if (!stranger) model->subjects.items[kept++] = o;
    }
    model->subjects.count = kept;
}

/* What the manual has and the schema leaves out: https://docs.gitlab.com/ci/yaml/#dast_configuration */
static Value without_key(Arena *a, Value map, const char *key) {
    if (map.kind != VALUE_MAP || value_is_null(value_field(map, key, NULL))) return map;
    Entry *entries = arena_array(a, Entry, map.count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < map.count; i++) {
        if (!value_is_string(map.as.entries[i].key, key)) entries[count++] = map.as.entries[i];
    }
    Value out = value_at(value_map(entries, count), map.source, map.span);
    out.flags = map.flags;
    return out;
}

static void job_faults(Model *model, Entry job, uint32_t *faults) {
    SchemaField field;
    Str name = value_text(job.key);
    uint32_t from = model->subjects.count;
    bool hidden = str_starts(name, STR("."));
    if (!schema_field(schema_root(STR("gitlab-ci")), STR("pages"), &field) || (hidden && !is_template(field.type, job.value))) return;
    schema_faults(model, field.type, without_key(model->arena, job.value, "dast_configuration"), name, str_format(model->arena, "job %.*s", STR_ARGS(name)), faults);
    if (hidden) keep_slips(model, from);
    gitlab_forms(model, job.value, name, str_format(model->arena, "job %.*s", STR_ARGS(name)));
    if (job.value.kind == VALUE_MAP) variables_model(unfold_field(job.value, "variables"), model);
}

static bool is_nested(Value list) {
    for (uint32_t i = 0; list.kind == VALUE_LIST && i < list.count; i++) {
        if (list.as.items[i].kind == VALUE_LIST) return true;
    }
    return false;
}

/* What a reference stands for is not known here: it fits anywhere. So do lists in lists in lists: scripts may be so, ten deep. */
static Value without_references(Value v, Arena *a, uint32_t *budget, int depth) {
    if (v.flags & GITLAB_REFERENCE || !*budget || depth > 60) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    *budget -= 1;
    if (v.kind == VALUE_MAP && v.count) {
        Entry *entries = arena_array(a, Entry, v.count);
        for (uint32_t i = 0; i < v.count; i++) entries[i] = (Entry){v.as.entries[i].key, without_references(v.as.entries[i].value, a, budget, depth + 1)};
        v.as.entries = entries;
    } else if (v.kind == VALUE_LIST && v.count) {
        Value *items = arena_array(a, Value, v.count);
        for (uint32_t i = 0; i < v.count; i++) {
            Value item = v.as.items[i];
            items[i] = is_nested(item) ? value_at(value_hole(HOLE_UNREAD), item.source, item.span) : without_references(item, a, budget, depth + 1);
        }
        v.as.items = items;
    }
    return v;
}

static void faults_model(Model *model, Value root) {
    uint32_t faults = 0;
    for (uint32_t i = 0; root.kind == VALUE_MAP && i < root.count; i++) {
        Entry e = root.as.entries[i];
        bool keyword = gitlab_is_keyword(value_text(e.key));
        Value one = value_at(value_map(&root.as.entries[i], 1), root.source, root.span);
        if (keyword) schema_faults(model, schema_root(STR("gitlab-ci")), one, (Str){NULL, 0}, (Str){NULL, 0}, &faults);
        else job_faults(model, e, &faults);
        if (value_is_string(e.key, "default")) gitlab_forms(model, e.value, STR("default"), (Str){NULL, 0});
    }
    variables_model(unfold_field(root, "variables"), model);
}

void gitlab_model(Source *source, const Tree *tree, Model *model) {
    Value root = gitlab_read(source, tree, NULL, model->arena);
    if (root.kind != VALUE_MAP) {
        const Node *node = yaml_root(tree);
        Value given = node ? yaml_value(tree, (uint32_t)(node - tree->nodes), model->arena) : value_null();
        if (value_is_null(given)) source_problem(source, PROBLEM_PIPELINE_EMPTY, (Span){0, 0}, STR("pipeline"));
        else source_problem_hint(source, PROBLEM_PIPELINE_WRONG_TYPE, node_span(tree, node), STR("pipeline"), STR("map"));
        return;
    }
    if (root.flags & VALUE_OPEN) source_problem(source, PROBLEM_FILE_TOO_MANY_NODES, (Span){0, 0}, (Str){NULL, 0});
    gitlab_includes(source, root, model);
    gitlab_rules(source, root);
    gitlab_inputs_model(source, tree, model);
    uint32_t budget = GITLAB_VALUES_MAX;
    faults_model(model, without_references(root, model->arena, &budget, 0));
}

/* ---- one pipeline ---- */

GitlabFile *gitlab_file_of(const Gitlab *g, const Source *source) { return source ? map_get(&g->by_path, source->path) : NULL; }

void gitlab_problem(Gitlab *g, ProblemCode code, Value at, Str detail, Str hint) {
    GitlabFile *file = gitlab_file_of(g, at.source);
    void **seen = file ? gitlab_slot(g, at, problem_id(code).at) : NULL;
    if (!file || *seen) return;
    *seen = file;
    uint32_t first = file->file.source->problems.count;
    source_problem_hint(file->file.source, code, at.span, detail, hint);
    problem_model_from(file->file.source, file->file.model, first);
}

void **gitlab_slot(Gitlab *g, Value at, const char *what) {
    return map_slot(g->arena, &g->made, str_format(g->arena, "%.*s:%u:%u:%s", STR_ARGS(at.source->path), at.span.start, at.span.end, what));
}

static void collect_jobs(Gitlab *g) {
    for (uint32_t i = 0; g->config.kind == VALUE_MAP && i < g->config.count; i++) {
        Entry e = g->config.as.entries[i];
        Str name = value_text(e.key);
        if (gitlab_is_keyword(name) || !name.len || !e.key.source) continue;
        if (str_has(name, STR("$[["))) { /* a name that those who include the file choose */
            g->more_jobs = true;
            continue;
        }
        GitlabJob *job = arena_new(g->arena, GitlabJob);
        *job = (GitlabJob){.name = name, .key = e.key, .own = e.value, .stage = -1, .hidden = name.at[0] == '.'};
        vec_push(g->arena, &g->jobs, job);
        map_put(g->arena, &g->names, name, job);
    }
}

static void pipeline_object(Gitlab *g, GitlabFile *file) {
    Value first = file->root.kind == VALUE_MAP && file->root.count ? file->root.as.entries[0].key : file->root;
    Object *o = g->pipeline = object_new(g->arena, SHAPE_WORKFLOW, file->file.source, first.span);
    o->extent = (Span){0, (uint32_t)file->file.source->bytes.len};
    o->address = str_format(g->arena, "pipeline %.*s", STR_ARGS(file->file.source->path));
    o->fields[WORKFLOW_KIND] = value_at(value_string(STR("gitlab")), o->source, o->span);
    o->fields[WORKFLOW_PATH] = value_at(value_string(o->source->path), o->source, o->span);
    o->fields[WORKFLOW_NAME] = unfold_path(g->config, "workflow.name");
    o->fields[WORKFLOW_BODY] = g->config;
    o->fields[WORKFLOW_EVENTS] = value_at(value_list(NULL, 0), o->source, o->span);
    if (g->more_defaults) o->fields[WORKFLOW_BODY].flags |= VALUE_OPEN;
    model_subject(file->file.model, o);
}

static void list_jobs(Gitlab *g) {
    ValueVec jobs = {0};
    vec_each(GitlabJobRef, job, &g->jobs) {
        if ((*job)->object) vec_push(g->arena, &jobs, value_object((*job)->object));
    }
    Value list = value_at(value_list(jobs.items, jobs.count), g->pipeline->source, g->pipeline->span);
    if (g->more_jobs) list.flags |= VALUE_OPEN;
    g->pipeline->fields[WORKFLOW_JOBS] = list;
}

static void pipeline_evaluate(Gitlab *g, GitlabFile *file) {
    g->names = (Map){0};
    g->jobs.count = g->stages.count = g->includes = 0;
    g->jobs.items = NULL;
    g->jobs.capacity = 0;
    g->stages = (ValueVec){0};
    bool fragment = !file->is_child && !str_starts(str_base_name(file->file.source->path), STR(".gitlab-ci.y"));
    g->more_jobs = g->more_defaults = fragment;
    g->cut = false;
    g->config = gitlab_expand(g, file, file->root, 0);
    g->has_workflow_rules = !value_is_null(unfold_path(g->config, "workflow.rules"));
    pipeline_object(g, file);
    collect_jobs(g);
    gitlab_finish_jobs(g);
    gitlab_stages(g);
    vec_each(GitlabJobRef, job, &g->jobs) gitlab_job(g, *job);
    vec_each(GitlabJobRef, job, &g->jobs) gitlab_leftover(g, *job);
    gitlab_graph(g);
    gitlab_reach(g, unfold_field(g->config, "workflow"));
    list_jobs(g);
    gitlab_delivery(g);
    if (g->cut) model_cut(file->file.model, file->file.source);
    if (g->values > GITLAB_VALUES_MAX) gitlab_problem(g, PROBLEM_FILE_TOO_MANY_NODES, value_at(value_null(), file->file.source, (Span){0, 0}), (Str){NULL, 0}, (Str){NULL, 0});
}

void gitlab_evaluate(SystemFile *files, uint32_t count, const Outside *outside) {
    Gitlab g = {.arena = files[0].model->arena, .file_count = count, .outside = outside};
    g.files = arena_zeros(g.arena, GitlabFile, count);
    for (uint32_t i = 0; i < count; i++) {
        g.files[i].file = files[i];
        g.files[i].root = gitlab_read(files[i].source, files[i].tree, NULL, files[i].model->arena);
        map_put(g.arena, &g.by_path, files[i].source->path, &g.files[i]);
    }
    g.at_root = map_has(&g.by_path, STR(".gitlab-ci.yml"));
    gitlab_mark_included(&g);
    for (int circle = 0; circle < 2; circle++) { /* files that include each other: the first of them */
        for (uint32_t i = 0; i < count; i++) {
            GitlabFile *file = &g.files[i];
            bool root = !file->is_included || file->is_child || circle || str_is(file->file.source->path, ".gitlab-ci.yml");
            if (root && (!file->read || (file->is_child && !circle)) && file->root.kind == VALUE_MAP) pipeline_evaluate(&g, file);
        }
    }
}
