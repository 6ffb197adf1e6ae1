/* .pre-commit-config.yaml: where hooks come from, and the hooks. Invariant: what pre-commit takes gives no SCHEMA_FAULT. */
#include "base/map.h"
#include "facts/fact.h"
#include "parse/yaml.h"
#include "systems/actions/actions.h"
#include "systems/schema_faults.h"
#include "systems/unfold.h"

#define VALUES_MAX 100000 /* that a file may have after its aliases are followed */

typedef struct PreCommit {
    Source *source;
    const Tree *tree;
    Model *model;
    Map seen; /* url and revision → HOOK_SOURCE */
} PreCommit;

static Value value_of(const PreCommit *p, const Node *node) { return yaml_value(p->tree, (uint32_t)(node - p->tree->nodes), p->model->arena); }

/* owner/name of a repository on GitHub, lower case; else empty. */
static Str github_name(Str url, Arena *a) {
    static const char *const starts[] = {"https://github.com/", "http://github.com/", "git@github.com:", "git://github.com/", "ssh://git@github.com/"};
    for (size_t i = 0; i < ARRAY_COUNT(starts); i++) {
        if (!str_starts(url, str_of(starts[i]))) continue;
        Str name = str_skip(url, strlen(starts[i]));
        while (name.len && name.at[name.len - 1] == '/') name.len--;
        if (str_ends(name, STR(".git"))) name.len -= 4;
        return str_lower(a, name);
    }
    return (Str){NULL, 0};
}

static bool is_branch(Str revision) {
    FactRows rows = fact_rows(fact_table(STR("moving-names")), revision);
    for (uint32_t i = 0; i < rows.count; i++) {
        if (str_is(fact_cell(rows.table, rows.first + i, 1), "branch")) return true;
    }
    return false;
}

static void revision_model(PreCommit *p, Object *o) {
    Arena *a = p->model->arena;
    Str url = value_text(o->fields[HOOK_SOURCE_URL]), name = github_name(url, a);
    Value rev = value_field(o->fields[HOOK_SOURCE_BODY], "rev", a);
    Str text = rev.kind == VALUE_STRING ? value_str(rev) : str_slice(p->source->bytes, rev.span.start, rev.span.end);
    bool has = !value_is_null(rev) && rev.kind != VALUE_HOLE && text.len;
    if (has) {
        o->fields[HOOK_SOURCE_REV] = value_at(value_string(text), o->source, rev.span);
        /* a tag's name is free, so only a few names are surely those of branches */
        Str kind = revision_kind(text);
        if (str_is(kind, "branch") && !is_branch(text)) kind = STR("version");
        o->fields[HOOK_SOURCE_REV_KIND] = value_at(value_string(kind), o->source, rev.span);
    }
    bool archived = name.len && fact_rows(fact_table(STR("action-archived")), name).count > 0;
    o->fields[HOOK_SOURCE_IS_ARCHIVED] = value_at(value_bool(archived), o->source, o->span);
    void **slot = has ? map_slot(a, &p->seen, str_format(a, "%.*s\n%.*s", STR_ARGS(url), STR_ARGS(text))) : NULL;
    o->fields[HOOK_SOURCE_IS_REPEATED] = value_at(value_bool(slot && *slot), o->source, o->span);
    if (slot) *slot = o;
}

static void hooks_model(PreCommit *p, Object *from, const Node *list) {
    ValueVec hooks = {0};
    Arena *a = p->model->arena;
    for (const Node *raw = list && list->kind == YAML_SEQUENCE ? list + 1 : NULL; raw && raw < list + list->size; raw += raw->size) {
        const Node *item = yaml_resolve(p->tree, raw), *id = item && item->kind == YAML_MAP ? yaml_get(p->tree, item, "id") : NULL;
        if (!item || item->kind != YAML_MAP) continue;
        Object *o = object_new(a, SHAPE_HOOK, p->source, node_span(p->tree, id ? id : node_first(item) ? node_first(item) : item));
        o->extent = node_span(p->tree, item);
        if (id) o->fields[HOOK_ID] = value_of(p, id);
        o->fields[HOOK_SOURCE] = value_object(from);
        o->fields[HOOK_BODY] = value_of(p, item);
        o->address = str_format(a, "hook %.*s", STR_ARGS(value_text(o->fields[HOOK_ID])));
        model_subject(p->model, o);
        vec_push(a, &hooks, value_object(o));
    }
    from->fields[HOOK_SOURCE_HOOKS] = value_at(value_list(hooks.items, hooks.count), p->source, from->span);
}

static void source_model(PreCommit *p, const Node *item) {
    Arena *a = p->model->arena;
    const Node *url = yaml_get(p->tree, item, "repo");
    if (!url || url->kind != YAML_SCALAR) return;
    Object *o = object_new(a, SHAPE_HOOK_SOURCE, p->source, node_span(p->tree, url));
    o->extent = node_span(p->tree, item);
    o->fields[HOOK_SOURCE_URL] = value_of(p, url);
    o->fields[HOOK_SOURCE_BODY] = value_of(p, item);
    Str text = value_text(o->fields[HOOK_SOURCE_URL]);
    bool local = str_is(text, "local"), meta = str_is(text, "meta");
    o->fields[HOOK_SOURCE_KIND] = value_at(value_string(local ? STR("local") : meta ? STR("meta") : STR("remote")), p->source, o->span);
    o->address = str_format(a, "repository %.*s", STR_ARGS(text));
    revision_model(p, o);
    model_subject(p->model, o);
    hooks_model(p, o, yaml_get(p->tree, item, "hooks"));
}

void precommit_model(Source *source, const Tree *tree, Model *model) {
    PreCommit p = {.source = source, .tree = tree, .model = model};
    const Node *root = yaml_root(tree), *repos = root && root->kind == YAML_MAP ? yaml_get(tree, root, "repos") : NULL;
    uint32_t faults = 0;
    if (!root || root->kind != YAML_MAP) return;
    Unfold u = {.arena = model->arena, .max = VALUES_MAX};
    schema_faults(model, schema_root(STR("pre-commit")), unfold(&u, value_of(&p, root), node_span(tree, node_first(root) ? node_first(root) : root)), (Str){NULL, 0}, (Str){NULL, 0}, &faults);
    if (u.cut) model_cut(model, source);
    if (!repos || repos->kind != YAML_SEQUENCE) return;
    node_each(raw, repos) {
        const Node *item = yaml_resolve(tree, raw);
        if (item && item->kind == YAML_MAP) source_model(&p, item);
    }
}
