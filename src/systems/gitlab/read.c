/* Files as values, and what they include: https://docs.gitlab.com/ci/yaml/includes/. Only files of the repository are read;
 * what any other include would add is a gap. */
#include "systems/gitlab/lower.h"

#include "base/path.h"
#include "parse/yaml.h"
#include "systems/schema_faults.h"
#include "values/glob.h"

#define INCLUDE_DEPTH_MAX 20

/* ---- values ---- */

static uint8_t reference_flag(Unfold *u, Value list) {
    const Tree *tree = list.as.tree;
    const Node *node = &tree->nodes[list.count];
    return node->data && str_is(yaml_tag(tree, node, u->arena), "!reference") ? GITLAB_REFERENCE : 0;
}

/* The root of the last document: a header with `spec` may come before it. */
static const Node *last_root(const Tree *tree) {
    const Node *root = yaml_root(tree);
    node_each(document, tree->nodes) {
        const Node *first = node_first(document);
        if (first && first->kind == YAML_MAP && root && yaml_get(tree, root, "spec")) root = first;
    }
    return root;
}

Value gitlab_read(Source *source, const Tree *tree, GitlabGiven *given, Arena *a) {
    const Node *root = tree ? last_root(tree) : NULL;
    if (!root || root->kind != YAML_MAP) return value_at(value_null(), source, (Span){0, 0});
    Unfold u = {.arena = a, .max = GITLAB_VALUES_MAX, .text = gitlab_interpolated, .keys = given != NULL, .list_flags = reference_flag, .data = given};
    Value whole = yaml_value(tree, (uint32_t)(root - tree->nodes), a);
    Value v = unfold(&u, whole, value_absent(whole).span);
    if (u.cut) v.flags |= VALUE_OPEN;
    return v;
}

bool gitlab_is_keyword(Str key) {
    static const char *const keys[] = {"default", "include", "stages", "types", "variables", "workflow", "image", "services", "cache", "before_script", "after_script", "spec", "$schema", "!reference"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (str_is(key, keys[i])) return true;
    }
    return false;
}

/* ---- one include ---- */

typedef struct Include {
    const char *kind;   /* local, remote, project, template, component; NULL: not known */
    Value at, name, ref, file;
} Include;

static bool is_url(Str s) { return str_starts(s, STR("http://")) || str_starts(s, STR("https://")); }

static Include include_of(Value item) {
    Include in = {.at = item, .name = item, .ref = value_null(), .file = value_null()};
    static const char *const kinds[] = {"local", "remote", "template", "component", "project"};
    if (item.kind == VALUE_STRING) in.kind = is_url(value_str(item)) ? "remote" : "local";
    for (size_t i = 0; item.kind == VALUE_MAP && i < ARRAY_COUNT(kinds); i++) {
        Value name = unfold_field(item, kinds[i]);
        if (value_is_null(name) || in.kind) continue;
        in.kind = kinds[i];
        in.at = in.name = name;
    }
    if (item.kind == VALUE_MAP) in.ref = unfold_field(item, "ref"), in.file = unfold_field(item, "file");
    return in;
}

/* group/project/component@1.2.3 */
static void split_component(Include *in) {
    size_t at = str_find_last(value_text(in->name), '@');
    if (at == STR_NONE || in->name.kind != VALUE_STRING) return;
    in->ref = value_at(value_string(str_skip(value_str(in->name), at + 1)), in->name.source, in->name.span);
    in->name = value_at(value_string(str_slice(value_str(in->name), 0, at)), in->name.source, in->name.span);
}

static Str version_kind(Str ref) {
    bool hex = ref.len == 40 || ref.len == 64, number = ref.len > 0;
    uint32_t dots = 0;
    size_t from = str_starts(ref, STR("v"));
    for (size_t i = 0; i < ref.len; i++) {
        char c = ref.at[i];
        bool digit = c >= '0' && c <= '9';
        hex = hex && (digit || (c >= 'a' && c <= 'f'));
        number = number && (digit || c == '.' || i < from || c == '-');
        dots += c == '.';
    }
    if (hex) return STR("commit");
    if (number && dots >= 2) return STR("version");
    return number && ref.len > from ? STR("range") : str_starts(ref, STR("~")) ? STR("range") : STR("branch");
}

static void include_model(Source *source, Include in, Value item, Model *model) {
    if (in.kind && str_is(str_of(in.kind), "component")) split_component(&in);
    Object *o = object_new(model->arena, SHAPE_INCLUDE, source, in.at.span);
    o->extent = item.span;
    o->address = str_format(model->arena, "include %.*s", STR_ARGS(value_text(in.name)));
    o->fields[INCLUDE_KIND] = value_at(value_string(str_of(in.kind)), source, in.at.span);
    o->fields[INCLUDE_NAME] = in.name;
    o->fields[INCLUDE_REF] = value_is_null(in.ref) ? o->fields[INCLUDE_REF] : in.ref;
    if (!value_is_null(in.ref)) o->fields[INCLUDE_VERSION_KIND] = value_at(in.ref.kind == VALUE_STRING ? value_string(version_kind(value_str(in.ref))) : value_hole(HOLE_VARIABLE), source, in.ref.span);
    o->fields[INCLUDE_INTEGRITY] = item.kind == VALUE_MAP ? unfold_field(item, "integrity") : o->fields[INCLUDE_INTEGRITY];
    model_subject(model, o);
    if (str_is(str_of(in.kind), "project") && value_is_null(in.file)) schema_fault(model, o->address, "missing-key", in.at, STR("include"), STR("file"), (Str){NULL, 0}, (Str){NULL, 0});
    if (!str_is(str_of(in.kind), "local")) source_problem(source, PROBLEM_PIPELINE_REMOTE_INCLUDE, in.at.span, value_text(in.name));
}

void gitlab_includes(Source *source, Value root, Model *model) {
    Value list = unfold_field(root, "include");
    uint32_t count = list.kind == VALUE_LIST ? list.count : !value_is_null(list);
    for (uint32_t i = 0; i < count && i < GITLAB_INCLUDES_MAX; i++) {
        Value item = list.kind == VALUE_LIST ? list.as.items[i] : list;
        Include in = include_of(item);
        if (in.kind) include_model(source, in, item, model);
    }
}

/* ---- following them ---- */

/* The files that a local path names: one, or those that a pattern with * matches. */
static uint32_t local_files(const Gitlab *g, Str path, GitlabFile **out, uint32_t max) {
    Str full;
    uint32_t found = 0;
    while (str_starts(path, STR("/"))) path = str_skip(path, 1);
    if (str_find_byte(path, '*') == STR_NONE) {
        if (!path_resolve(g->arena, STR(""), path, &full)) return 0;
        GitlabFile *file = map_get(&g->by_path, full);
        if (file) out[found++] = file;
        return found;
    }
    for (uint32_t i = 0; i < g->file_count && found < max; i++) {
        if (glob_matches(path, g->files[i].file.source->path)) out[found++] = &g->files[i];
    }
    return found;
}

/* A path without variables and patterns that leads nowhere. */
static bool is_missing(const Gitlab *g, Str path) {
    Str full;
    while (str_starts(path, STR("/"))) path = str_skip(path, 1);
    if (!g->at_root || !g->outside || !g->outside->whole || !g->outside->exists || str_find_byte(path, '*') != STR_NONE || !path_resolve(g->arena, STR(""), path, &full)) return false;
    return !g->outside->exists(g->outside->data, full);
}

static void tell_missing(Gitlab *g, Include in) {
    Str path = value_text(in.name);
    if (is_missing(g, path)) gitlab_problem(g, PROBLEM_PIPELINE_MISSING_INCLUDE, in.at, path, (Str){NULL, 0});
    else gitlab_problem(g, PROBLEM_PIPELINE_UNREAD_INCLUDE, in.at, path, (Str){NULL, 0});
}

/* Calls `each` for every file that `list` includes; what is not read sets `unread`. */
static void follow(Gitlab *g, Value list, void (*each)(Gitlab *, GitlabFile *, Value item, void *), void *data, bool tell) {
    uint32_t count = list.kind == VALUE_LIST ? list.count : !value_is_null(list);
    for (uint32_t i = 0; i < count; i++) {
        Value item = list.kind == VALUE_LIST ? list.as.items[i] : list;
        Include in = include_of(item);
        GitlabFile *files[GITLAB_INCLUDES_MAX];
        bool local = in.kind && str_is(str_of(in.kind), "local") && in.name.kind == VALUE_STRING;
        bool variable = local && str_find_byte(value_str(in.name), '$') != STR_NONE;
        uint32_t found = local && !variable ? local_files(g, value_str(in.name), files, GITLAB_INCLUDES_MAX) : 0;
        g->cut = g->cut || found == GITLAB_INCLUDES_MAX;
        for (uint32_t k = 0; k < found; k++) {
            each(g, files[k], item, data);
            if (tell) gitlab_given(g, files[k], item, in.at);
        }
        if (found) continue;
        g->more_jobs = true;
        if (!in.kind || !str_is(str_of(in.kind), "template")) g->more_defaults = true;
        if (tell && local && !variable) tell_missing(g, in);
        else if (tell && local) gitlab_problem(g, PROBLEM_PIPELINE_UNREAD_INCLUDE, in.at, value_text(in.name), (Str){NULL, 0});
    }
}

typedef struct Expansion {
    Value value;
    int depth;
} Expansion;

/* The file as it is with what `item` gives it. */
static Value root_with(Gitlab *g, GitlabFile *file, Value item) {
    bool asks = gitlab_asks_for_inputs(file->file.source->bytes) && file->root.kind == VALUE_MAP;
    Value declared = asks ? gitlab_declared(g, file) : value_null();
    if (declared.kind != VALUE_MAP || declared.flags & VALUE_OPEN || g->values > GITLAB_VALUES_MAX) return file->root;
    g->values += file->root.count + (uint32_t)(file->file.source->bytes.len / 16); /* read once more */
    GitlabGiven given = {.declared = declared, .values = item.kind == VALUE_MAP ? unfold_field(item, "inputs") : value_null()};
    Value root = gitlab_read(file->file.source, file->file.tree, &given, g->arena);
    g->values += given.made / 16;
    return root;
}

static void take_in(Gitlab *g, GitlabFile *file, Value item, void *data) {
    Expansion *e = data;
    if (file->mark) return;
    if (++g->includes > GITLAB_INCLUDES_MAX) {
        g->cut = true;
        return;
    }
    Value more = gitlab_expand(g, file, root_with(g, file, item), e->depth + 1);
    e->value = value_is_null(e->value) ? more : gitlab_merge(g, e->value, more);
}

Value gitlab_expand(Gitlab *g, GitlabFile *file, Value root, int depth) {
    g->cut = g->cut || depth > INCLUDE_DEPTH_MAX;
    if (depth > INCLUDE_DEPTH_MAX || root.kind != VALUE_MAP) return root;
    Expansion e = {value_null(), depth};
    file->mark = file->read = true;
    follow(g, unfold_field(root, "include"), take_in, &e, true);
    file->mark = false;
    return value_is_null(e.value) ? root : gitlab_merge(g, e.value, root);
}

static void mark_file(Gitlab *g UNUSED, GitlabFile *file, Value item UNUSED, void *data) {
    if (file != data) file->is_included = true;
}

/* ---- children ---- */

/* Local files that a job triggers, one by one; `in` is where each is named. */
static void each_child(Gitlab *g, Value job, void (*each)(Gitlab *, GitlabFile *, Value item, Include in)) {
    Value list = job.kind == VALUE_MAP ? unfold_path(job, "trigger.include") : value_null();
    uint32_t count = list.kind == VALUE_LIST ? list.count : !value_is_null(list);
    for (uint32_t i = 0; i < count && i < GITLAB_INCLUDES_MAX; i++) {
        Value item = list.kind == VALUE_LIST ? list.as.items[i] : list;
        Include in = include_of(item);
        bool local = in.kind && str_is(str_of(in.kind), "local") && in.name.kind == VALUE_STRING && str_find_byte(value_str(in.name), '$') == STR_NONE;
        GitlabFile *files[GITLAB_INCLUDES_MAX];
        uint32_t found = local ? local_files(g, value_str(in.name), files, GITLAB_INCLUDES_MAX) : 0;
        for (uint32_t k = 0; k < found; k++) each(g, files[k], item, in);
        if (local && !found) each(g, NULL, item, in);
    }
}

static void mark_child(Gitlab *g UNUSED, GitlabFile *file, Value item UNUSED, Include in UNUSED) {
    if (file) file->is_child = true;
}

static void tell_child(Gitlab *g, GitlabFile *file, Value item, Include in) {
    if (file) gitlab_given(g, file, item, in.at);
    else tell_missing(g, in);
}

void gitlab_trigger(Gitlab *g, const GitlabJob *job) {
    each_child(g, job->body, tell_child);
    Value list = unfold_path(job->body, "trigger.include");
    for (uint32_t i = 0; list.kind == VALUE_LIST && i < list.count; i++) {
        Value name = list.as.items[i].kind == VALUE_MAP ? unfold_field(list.as.items[i], "job") : value_null();
        bool known = name.kind != VALUE_STRING || str_find_byte(value_str(name), '$') != STR_NONE || map_has(&g->names, value_str(name)) || g->more_jobs;
        if (!known) gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_JOB, name, value_str(name), (Str){NULL, 0});
    }
}

void gitlab_mark_included(Gitlab *g) {
    for (uint32_t i = 0; i < g->file_count; i++) {
        GitlabFile *file = &g->files[i];
        if (file->root.kind == VALUE_MAP) follow(g, unfold_field(file->root, "include"), mark_file, file, false);
        for (uint32_t k = 0; file->root.kind == VALUE_MAP && k < file->root.count; k++) each_child(g, file->root.as.entries[k].value, mark_child);
    }
}
