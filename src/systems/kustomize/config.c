/* What kustomize is told about fields that it does not know: `configurations` (places of names, labels, images …), `crds` (the same, out of
 * descriptions of custom resources), `openapi` (lists of theirs that patches merge), `vars`. It holds for the kustomization that says it and
 * for all that include it. https://github.com/kubernetes-sigs/kustomize/tree/master/examples/transformerconfigs
 * Invariant: what only adds places never takes one away; a file that can't be read fails the build, as it does with kustomize. */
#include "systems/kustomize/build.h"

static const char *const list_keys[CONFIG_COUNT] = {
    [CONFIG_PREFIX] = "namePrefix", [CONFIG_SUFFIX] = "nameSuffix", [CONFIG_NAMESPACE] = "namespace", [CONFIG_COMMON_LABELS] = "commonLabels",
    [CONFIG_LABELS] = "labels", [CONFIG_TEMPLATE_LABELS] = "templateLabels", [CONFIG_ANNOTATIONS] = "commonAnnotations",
    [CONFIG_IMAGES] = "images", [CONFIG_REPLICAS] = "replicas", [CONFIG_VARIABLES] = "varReference"};

static const char *copied(Build *b, Str s) { return str_copy(b->arena, s).at; }

static FieldSpec config_field(Build *b, Value v) {
    Value group = value_field(v, "group", b->arena);
    const char *any = value_is_null(group) ? "*" : copied(b, scalar_text(group, b->arena));
    return (FieldSpec){copied(b, build_string(b, v, "kind")), *any ? any : "*", copied(b, build_string(b, v, "path")), str_is(build_string(b, v, "create"), "true")};
}

void config_fields(Build *b, Value list, FieldSpecs *out) {
    uint32_t count;
    const Value *items = value_items(list, &count, b->arena);
    for (uint32_t i = 0; i < count && build_step(b, 1); i++) {
        FieldSpec f = config_field(b, items[i]);
        if (*f.path) vec_push(b->arena, out, f);
    }
}

static void add_name(Build *b, const char *target, const char *group, FieldSpec f) {
    vec_push(b->arena, &b->config->names, ((NameSpec){target, *group ? group : "*", f.kind, f.group, f.path}));
}

static void read_names(Build *b, Value list) {
    uint32_t count;
    const Value *items = value_items(list, &count, b->arena);
    for (uint32_t i = 0; i < count && build_step(b, 1); i++) {
        FieldSpecs fields = {0};
        config_fields(b, value_field(items[i], "fieldSpecs", b->arena), &fields);
        vec_each(FieldSpec, f, &fields) add_name(b, copied(b, build_string(b, items[i], "kind")), copied(b, build_string(b, items[i], "group")), *f);
    }
}

static void read_configuration(Build *b, Value v) {
    for (size_t i = 0; i < CONFIG_COUNT; i++) config_fields(b, value_field(v, list_keys[i], b->arena), &b->config->lists[i]);
    read_names(b, value_field(v, "nameReference", b->arena));
}

/* ---- crds ---- */

#define CRD_DEPTH_MAX 16
#define CRD_REFERENCE "x-kubernetes-object-ref-kind"

typedef struct Crd {
    Build *build;
    Value definitions;
    const char *kind;
} Crd;

static Value definition(const Crd *c, Str name) {
    Value v = value_field(c->definitions, copied(c->build, name), c->build->arena), schema = value_field(v, "Schema", c->build->arena);
    return value_is_null(schema) ? v : schema;
}

static void read_properties(Crd *c, Value schema, Str path, int depth) {
    Build *b = c->build;
    uint32_t count;
    const Entry *fields = value_entries(value_field(schema, "properties", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < count && depth < CRD_DEPTH_MAX && build_step(b, 1); i++) {
        Value field = fields[i].value, items = value_field(field, "items", b->arena);
        Str here = str_format(b->arena, "%.*s%s%.*s", STR_ARGS(path), path.len ? "/" : "", STR_ARGS(value_text(fields[i].key)));
        Str target = build_string(b, field, CRD_REFERENCE), key = build_string(b, field, "x-kubernetes-object-ref-name-key");
        Str place = str_format(b->arena, "%.*s/%.*s", STR_ARGS(here), STR_ARGS(key.len ? key : STR("name")));
        FieldSpec f = {c->kind, "*", here.at, false};
        if (target.len) add_name(b, copied(b, target), "*", (FieldSpec){c->kind, "*", place.at, false});
        if (!value_is_null(value_field(field, "x-kubernetes-label-selector", b->arena))) vec_push(b->arena, &b->config->lists[CONFIG_COMMON_LABELS], f);
        if (!value_is_null(value_field(field, "x-kubernetes-annotation", b->arena))) vec_push(b->arena, &b->config->lists[CONFIG_ANNOTATIONS], f);
        Str ref = build_string(b, value_is_null(items) ? field : items, "$ref");
        if (ref.len) read_properties(c, definition(c, ref), here, depth + 1);
        else read_properties(c, value_is_null(items) ? field : items, here, depth + 1);
    }
}

/* Definitions that are kinds: those of an object with apiVersion, kind and metadata. The last word of the name is the kind. */
static void read_crds(Build *b, Value v) {
    uint32_t count;
    const Entry *all = value_entries(v, &count, b->arena);
    for (uint32_t i = 0; i < count && build_step(b, 1); i++) {
        Str name = value_text(all[i].key);
        size_t dot = str_find_last(name, '.');
        Crd c = {.build = b, .definitions = v, .kind = copied(b, dot == STR_NONE ? name : str_skip(name, dot + 1))};
        Value schema = definition(&c, name), fields = value_field(schema, "properties", b->arena);
        bool object = !value_is_null(value_field(fields, "kind", b->arena)) && !value_is_null(value_field(fields, "metadata", b->arena));
        if (object) read_properties(&c, schema, STR(""), 0);
    }
}

/* ---- files ---- */

static Value document_of(Build *b, Value entry, Str path) {
    Str full;
    bool inside = read_path(b, path, &full);
    BuildFile *file = inside ? read_file(b->world, full) : NULL;
    const Tree *tree = file ? read_yaml(file) : NULL;
    if (tree) return yaml_root(tree) ? build_value(b, tree, yaml_root(tree)) : value_null();
    if (!inside) build_gap(b, PROBLEM_KUSTOMIZE_NOT_FETCHED, entry, path);
    else build_fail(b, file ? PROBLEM_KUSTOMIZE_INVALID : PROBLEM_KUSTOMIZE_MISSING, entry, path);
    return value_null();
}

static void read_files(Build *b, const char *key, void (*read)(Build *, Value)) {
    uint32_t count;
    const Value *items = value_items(build_field(b, key), &count, b->arena);
    for (uint32_t i = 0; i < count && !b->is_failed; i++) {
        Value v = document_of(b, items[i], scalar_text(items[i], b->arena));
        if (value_is_map(v)) read(b, v);
    }
}

Config *config_new(Build *b) { return arena_new(b->arena, Config); }

/* What an included kustomization says holds for the one that includes it, too. */
void config_join(Build *b, Config *to, const Config *from) {
    for (size_t i = 0; i < CONFIG_COUNT; i++) {
        vec_each(FieldSpec, f, &from->lists[i]) vec_push(b->arena, &to->lists[i], *f);
    }
    vec_each(NameSpec, name, &from->names) vec_push(b->arena, &to->names, *name);
    vec_each(Value, v, &from->vars) vec_push(b->arena, &to->vars, *v);
    if (!value_is_null(from->schema)) to->schema = from->schema;
}

void config_read(Build *b) {
    uint32_t count;
    read_files(b, "configurations", read_configuration);
    read_files(b, "crds", read_crds);
    Value path = value_field(build_field(b, "openapi"), "path", b->arena);
    if (path.kind == VALUE_STRING) b->config->schema = value_field(document_of(b, path, value_str(path)), "definitions", b->arena);
    const Value *vars = value_items(build_field(b, "vars"), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) vec_push(b->arena, &b->config->vars, vars[i]);
}

/* ---- openapi ---- */

static bool is_schema_of(Build *b, Value schema, const ResourceId *id) {
    uint32_t count;
    const Value *kinds = value_items(value_field(schema, "x-kubernetes-group-version-kind", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(build_string(b, kinds[i], "kind"), id->kind) && str_eq(build_string(b, kinds[i], "group"), id->group) && str_eq(build_string(b, kinds[i], "version"), id->version)) return true;
    }
    return false;
}

static Value followed(Build *b, Value definitions, Value schema) {
    for (int i = 0; i < CRD_DEPTH_MAX; i++) {
        Str ref = build_string(b, schema, "$ref");
        if (!str_starts(ref, STR("#/definitions/"))) return schema;
        schema = value_field(definitions, copied(b, str_skip(ref, 14)), b->arena);
    }
    return value_null();
}

/* Looked for once a kind: there may be hundreds of definitions. */
static Value schema_of(Build *b, const ResourceId *id) {
    void **slot = map_slot(b->arena, &b->config->kinds, str_format(b->arena, "%.*s/%.*s/%.*s", STR_ARGS(id->group), STR_ARGS(id->version), STR_ARGS(id->kind)));
    Value *found = *slot;
    if (found) return *found;
    found = arena_new(b->arena, Value);
    *slot = found;
    *found = value_null();
    uint32_t count;
    const Entry *all = value_entries(b->config->schema, &count, b->arena);
    for (uint32_t i = 0; i < count && value_is_null(*found) && build_step(b, 1); i++) {
        if (is_schema_of(b, all[i].value, id)) *found = all[i].value;
    }
    return *found;
}

Str config_merge_key(Build *b, const ResourceId *id, Str path) {
    Value definitions = b->config->schema, schema = schema_of(b, id);
    Str part;
    while (!value_is_null(schema) && str_next(&path, '.', &part)) {
        Value items = value_field(schema, "items", b->arena);
        if (!value_is_null(items)) schema = followed(b, definitions, items);
        Value field = value_field(value_field(schema, "properties", b->arena), copied(b, part), b->arena);
        Str key = build_string(b, field, "x-kubernetes-patch-merge-key");
        if (!path.at) return str_has(build_string(b, field, "x-kubernetes-patch-strategy"), STR("merge")) ? key : (Str){NULL, 0};
        schema = followed(b, definitions, field);
    }
    return (Str){NULL, 0};
}
