/* Files of a build: those of the review, and what else lies below its root. Invariant: no path leaves the root, and a file is parsed once. */
#include "systems/kustomize/build.h"

#include "base/path.h"

/* A file that no system recognised: what a generator puts into an object, a patch. */
static Source *read_beside(World *w, Str path) {
    Source *source = arena_new(w->arena, Source);
    source->path = path;
    if (!w->outside->read || !w->outside->read(w->outside->data, path, &source->arena, &source->bytes)) {
        arena_free(&source->arena);
        return NULL;
    }
    vec_push(w->arena, &w->neighbours->beside, source);
    return source;
}

/* The tree and objects of a file that nobody counted on come and go: what is built of it needs its own. */
static Source *copy_of(World *w, const Source *of) {
    Source *source = arena_new(w->arena, Source);
    *source = (Source){.path = of->path, .bytes = of->bytes, .system = of->system};
    vec_push(w->arena, &w->neighbours->beside, source);
    return source;
}

BuildFile *read_file(World *w, Str path) {
    if (map_has(&w->files, path)) return map_get(&w->files, path);
    path = str_copy(w->arena, path);
    const Neighbour *n = map_get(&w->neighbours->parsed, path);
    bool goes = n && !n->tree && n->system == SYSTEM_KUBERNETES;
    Source *source = goes ? copy_of(w, n->source) : n ? n->source : read_beside(w, path);
    BuildFile *file = source ? arena_new(w->arena, BuildFile) : NULL;
    if (file) *file = (BuildFile){.source = source, .tree = n ? n->tree : NULL};
    map_put(w->arena, &w->files, path, file);
    return file;
}

static bool is_of_yaml(const Tree *tree) { return tree->grammar == &yaml_grammar || tree->grammar == &yaml_template_grammar; }

const Tree *read_yaml(BuildFile *file) {
    if (!file->is_yaml) {
        file->is_yaml = true;
        if (!file->tree || !is_of_yaml(file->tree)) file->tree = yaml_parse_template(text_of_source(file->source));
        if (source_has_loss(file->source)) file->tree = NULL; /* we don't know where a document that broke ends */
    }
    return file->tree;
}

const Tree *read_inline(World *w, const Tree *tree, const Node *scalar) {
    Source *source = tree->text.source;
    Str key = str_format(w->arena, "%.*s:%u", STR_ARGS(source->path), (uint32_t)(scalar - tree->nodes));
    void **slot = map_slot(w->arena, &w->inlines, key);
    if (!*slot) *slot = (void *)(uintptr_t)yaml_parse(yaml_text(tree, scalar));
    return *slot;
}

bool read_path(const Build *b, Str path, Str *out) { return path_resolve(b->arena, b->at->folder, path, out); }

/* ---- kustomizations ---- */

Kustomization *read_kustomization(World *w, Str folder) {
    static const char *const names[] = {"kustomization.yaml", "kustomization.yml", "Kustomization"};
    if (map_has(&w->kustomizations, folder)) return map_get(&w->kustomizations, folder);
    folder = str_copy(w->arena, folder);
    Kustomization *k = NULL;
    for (size_t i = 0; i < ARRAY_COUNT(names) && !k; i++) {
        BuildFile *file = read_file(w, str_format(w->arena, "%.*s%s%s", STR_ARGS(folder), folder.len ? "/" : "", names[i]));
        const Tree *tree = file ? read_yaml(file) : NULL;
        const Node *root = tree ? yaml_root(tree) : NULL;
        if (!root || root->kind != YAML_MAP) continue;
        k = arena_new(w->arena, Kustomization);
        *k = (Kustomization){.folder = folder, .source = file->source, .tree = tree, .root = root};
        k->value = yaml_value(tree, (uint32_t)(root - tree->nodes), w->arena);
        k->is_component = value_is_string(value_field(k->value, "kind", w->arena), "Component");
    }
    map_put(w->arena, &w->kustomizations, folder, k);
    return k;
}

/* ---- resources ---- */

#define LIST_DEPTH_MAX 4 /* Lists of Lists */

static bool is_local_config(Build *b, Value body) {
    Value note = value_field(value_path(body, "metadata.annotations", b->arena), "config.kubernetes.io/local-config", b->arena);
    return !value_is_null(note) && !str_is(scalar_text(note, b->arena), "false");
}

static void read_object(Build *b, Str path, Value body, Value entry, ResourceVec *out, int depth) {
    Value kind = value_field(body, "kind", b->arena), items = value_field(body, "items", b->arena);
    if (value_is_null(body) || b->is_failed) return;
    if (str_ends(value_text(kind), STR("List")) && value_is_list(items) && depth < LIST_DEPTH_MAX) {
        uint32_t count;
        const Value *list = value_items(items, &count, b->arena);
        for (uint32_t i = 0; i < count; i++) read_object(b, path, list[i], entry, out, depth + 1);
        return;
    }
    Value name = value_path(body, "metadata.name", b->arena);
    if (kind.kind != VALUE_STRING || !scalar_text(name, b->arena).len || value_is_hole(name)) {
        build_fail(b, value_is_hole(name) ? PROBLEM_KUSTOMIZE_NOT_BUILT : PROBLEM_KUSTOMIZE_INVALID, entry, STR("kind, metadata.name"));
        return;
    }
    if (!b->world->resources_left) {
        build_fail(b, PROBLEM_KUSTOMIZE_TOO_LARGE, entry, (Str){NULL, 0});
        return;
    }
    b->world->resources_left--;
    Resource *r = resource_new(b, built_whole(b->tree, body), path);
    r->is_local = is_local_config(b, body);
    resource_add(b, out, r, entry);
}

void read_resources(Build *b, Str path, const Tree *tree, Value entry, ResourceVec *out) {
    node_each(document, tree->nodes) {
        const Node *root = node_first(document);
        if (root) read_object(b, path, build_value(b, tree, root), entry, out, 0);
    }
}
