/* Which patches a kustomization has, and for which resources. A patch without a target names the resource that it is for; one with a
 * target is for all that the target selects, which may be none. */
#include "systems/kustomize/build.h"

typedef struct Options {
    bool rename, change_kind; /* allowNameChange, allowKindChange */
} Options;

static bool is_true(Build *b, Value options, const char *key) { return str_is(build_string(b, options, key), "true"); }

/* What a strategic merge patch says of the name and the kind holds only when that is allowed. */
static void restore_identity(Build *b, Resource *r, const ResourceId *id, Options options) {
    Value at = built_value(b->tree, r->root);
    if (!options.change_kind && !str_eq(scalar_text(value_field(at, "kind", b->arena), b->arena), id->kind)) {
        built_set(b->tree, r->root, value_string(STR("kind")), built_text(b->tree, id->kind, at));
    }
    Str api = id->group.len ? str_format(b->arena, "%.*s/%.*s", STR_ARGS(id->group), STR_ARGS(id->version)) : id->version;
    if (!options.change_kind && !str_eq(scalar_text(value_field(at, "apiVersion", b->arena), b->arena), api)) {
        built_set(b->tree, r->root, value_string(STR("apiVersion")), built_text(b->tree, api, at));
    }
    BuiltNode *meta = built_get(b->tree, r->root, STR("metadata"));
    if (!meta || !built_is_map(meta)) return;
    if (!options.rename && !str_eq(scalar_text(built_peek(b->tree, meta, "name"), b->arena), id->name)) {
        built_set(b->tree, meta, value_string(STR("name")), built_text(b->tree, id->name, at));
    }
    if (!str_eq(scalar_text(built_peek(b->tree, meta, "namespace"), b->arena), id->namespace) && id->namespace.len) {
        built_set(b->tree, meta, value_string(STR("namespace")), built_text(b->tree, id->namespace, at));
    }
}

static ResourceId patch_id(Build *b, Value patch) {
    ResourceId id = {.kind = build_string(b, patch, "kind")};
    Value meta = value_field(patch, "metadata", b->arena);
    Str api = build_string(b, patch, "apiVersion"), version;
    bool grouped = str_cut(api, '/', &id.group, &version);
    id.version = grouped ? version : api;
    if (!grouped) id.group = STR("");
    id.name = build_string(b, meta, "name");
    id.namespace = build_string(b, meta, "namespace");
    return id;
}

/* The one resource that a patch names. */
static void patch_named(Build *b, ResourceVec *list, Value patch, Value entry) {
    ResourceId id = patch_id(b, patch);
    Resource *found = NULL;
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        if (!list->items[i]->is_gone && resource_was(list->items[i], &id)) found = list->items[i];
    }
    if (!found) {
        /* It may be one that was not fetched. */
        if (b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, entry, resource_id_text(b->arena, &id));
        else build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, entry, resource_id_text(b->arena, &id));
        return;
    }
    ResourceId before = found->id;
    merge_patch(b, found, patch);
    if (found->is_gone) return;
    restore_identity(b, found, &before, (Options){0});
    resource_renamed(b, found);
}

static void patch_one(Build *b, Resource *r, Value patch, Value entry, Options options) {
    Str fault = {NULL, 0};
    ResourceId before = r->id;
    if (!value_is_list(patch)) {
        merge_patch(b, r, patch);
        if (!r->is_gone) restore_identity(b, r, &before, options);
    } else if (!json_patch(b, r, patch, &fault)) build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entry, fault);
    if (r->is_gone) return;
    resource_layer(b, r, patch.source, patch.span);
    resource_renamed(b, r);
}

typedef struct PatchRun {
    Build *build;
    ResourceVec *list;
    Value target, entry; /* `target`: null, the patch names its resource */
    Selector selector;
    Options options;
} PatchRun;

static void patch_selected(PatchRun *run, Value patch) {
    Build *b = run->build;
    for (uint32_t i = 0; i < run->list->count && !b->is_failed; i++) {
        Resource *r = run->list->items[i];
        if (!r->is_gone && selector_selects(b, &run->selector, r)) patch_one(b, r, patch, run->entry, run->options);
    }
}

/* A List holds several patches. */
static void patch_document(PatchRun *run, Value patch) {
    Build *b = run->build;
    bool listed = value_is_map(patch) && str_is(build_string(b, patch, "kind"), "List");
    uint32_t count = 1;
    const Value *patches = listed ? value_items(value_field(patch, "items", b->arena), &count, b->arena) : &patch;
    for (uint32_t i = 0; i < count && !b->is_failed; i++) {
        bool usable = value_is_map(patches[i]) || (value_is_list(patches[i]) && value_is_map(run->target));
        if (!usable) build_fail(b, PROBLEM_KUSTOMIZE_INVALID, run->entry, STR("patch"));
        else if (value_is_null(run->target)) patch_named(b, run->list, patches[i], run->entry);
        else patch_selected(run, patches[i]);
    }
}

/* All documents of a patch, for all that `target` (a map, or null) selects. */
static void patch_documents(Build *b, ResourceVec *list, const Tree *tree, Value target, Value entry, Options options) {
    PatchRun run = {.build = b, .list = list, .target = target, .entry = entry, .options = options};
    if (value_is_map(target)) run.selector = selector_read(b, target);
    if (run.selector.is_bad) build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entry, STR("target"));
    node_each(document, tree->nodes) {
        const Node *root = node_first(document);
        Value patch = root ? build_value(b, tree, root) : value_null();
        if (!value_is_null(patch)) patch_document(&run, patch);
        if (b->is_failed) return;
    }
}

static const Tree *patch_file(Build *b, Value entry, Str text) {
    Str path;
    bool inside = read_path(b, text, &path);
    BuildFile *file = inside ? read_file(b->world, path) : NULL;
    const Tree *tree = file ? read_yaml(file) : NULL;
    if (tree) return tree;
    if (!inside) build_gap(b, PROBLEM_KUSTOMIZE_NOT_FETCHED, entry, text);
    else build_fail(b, file ? PROBLEM_KUSTOMIZE_INVALID : PROBLEM_KUSTOMIZE_MISSING, entry, text);
    return NULL;
}

/* {path: …} or {patch: …}, with a target and options. */
void patch_entry(Build *b, ResourceVec *list, const Node *item) {
    Value entry = build_value(b, b->at->tree, item), options = value_field(entry, "options", b->arena);
    Value path = value_field(entry, "path", b->arena), target = value_field(entry, "target", b->arena);
    const Node *text = yaml_get(b->at->tree, item, "patch");
    if (!text) text = yaml_get(b->at->tree, item, "jsonOp"); /* of a plugin */
    const Tree *tree = NULL;
    if (path.kind == VALUE_STRING) tree = patch_file(b, path, value_str(path));
    else if (text && text->kind == YAML_SCALAR) tree = read_inline(b->world, b->at->tree, text);
    else build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entry, STR("path, patch"));
    Options allowed = {is_true(b, options, "allowNameChange"), is_true(b, options, "allowKindChange")};
    if (tree) patch_documents(b, list, tree, target, value_is_null(path) ? entry : path, allowed);
}

static void each_patch(Build *b, ResourceVec *list, const char *key) {
    const Node *entries = build_node(b, key);
    if (!entries || entries->kind != YAML_SEQUENCE) return;
    node_each(item, entries) {
        const Node *map = yaml_resolve(b->at->tree, item);
        if (map && map->kind == YAML_MAP && !b->is_failed) patch_entry(b, list, map);
    }
}

static void merge_listed(Build *b, ResourceVec *list, const Listed *listed) {
    const Tree *tree = listed->written ? listed->written : patch_file(b, listed->entry, listed->text);
    if (tree) patch_documents(b, list, tree, value_null(), listed->entry, (Options){0});
}

void patch_merges(Build *b, ResourceVec *list, const char *key) { build_listed(b, list, key, merge_listed); }

void patch_merge_text(Build *b, ResourceVec *list, const char *key) {
    const Node *scalar = build_node(b, key);
    if (!scalar || scalar->kind != YAML_SCALAR) return;
    patch_documents(b, list, read_inline(b->world, b->at->tree, scalar), value_null(), build_value(b, b->at->tree, scalar), (Options){0});
}

void patch_resources(Build *b, ResourceVec *list) {
    patch_merges(b, list, "patchesStrategicMerge");
    each_patch(b, list, "patches");
    if (!b->is_failed) resources_index(b, list);
}

void patch_resources_json(Build *b, ResourceVec *list) { each_patch(b, list, "patchesJson6902"); }
