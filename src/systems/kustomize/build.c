/* A build in the order of kustomize: resources and bases, components, generators, transformers; at the very end the hashes, and the
 * references to what was renamed. Invariant: what makes kustomize stop is a problem of the kustomization that says it, and so is what
 * only kustomize could add: a build is never quietly less than the real one. */
#include "systems/kustomize/build.h"

/* ---- what can't be known ---- */

static bool is_reviewed(const Build *b, const Source *source) { return map_has(&b->world->neighbours->parsed, source->path); }

/* Where it can be shown: a file that no system recognised has no report of its own. */
static void tell(Build *b, ProblemCode code, Value at, Str detail) {
    World *w = b->world;
    bool shown = at.source && is_reviewed(b, at.source);
    Source *source = shown ? at.source : b->top->source;
    Span span = shown ? value_is_map(at) || value_is_list(at) ? value_absent(at).span : at.span : (Span){0, 0};
    b->is_told = true;
    void **slot = map_slot(w->arena, &w->told, str_format(w->arena, "%d:%u:%.*s", (int)code, span.start, STR_ARGS(source->path)));
    if (*slot) return;
    *slot = w;
    source_problem(source, code, span, str_copy(w->arena, detail));
}

void build_gap(Build *b, ProblemCode code, Value at, Str detail) {
    b->is_open = true;
    b->is_changed = b->is_changed || code == PROBLEM_KUSTOMIZE_NOT_APPLIED;
    tell(b, code, at, detail);
}

void build_fail(Build *b, ProblemCode code, Value at, Str detail) {
    if (b->is_changed && code == PROBLEM_KUSTOMIZE_INVALID) code = PROBLEM_KUSTOMIZE_NOT_APPLIED;
    if (!b->is_failed) tell(b, code, at, detail);
    b->is_failed = true;
}

bool build_step(Build *b, uint64_t count) {
    b->world->steps += count + b->tree->scanned / 4;
    b->tree->scanned = 0;
    if (b->is_failed) return false;
    if (b->world->steps <= KUSTOMIZE_STEPS_MAX && !built_is_full(b->tree)) return true;
    build_fail(b, PROBLEM_KUSTOMIZE_TOO_LARGE, b->at->value, (Str){NULL, 0});
    return false;
}

/* ---- fields of the kustomization ---- */

Value build_field(const Build *b, const char *key) { return value_field(b->at->value, key, b->arena); }
const Node *build_node(const Build *b, const char *key) { return yaml_get(b->at->tree, b->at->root, key); }
Value build_value(const Build *b, const Tree *tree, const Node *node) { return yaml_value(tree, (uint32_t)(node - tree->nodes), b->arena); }
Str build_string(const Build *b, Value map, const char *key) { return scalar_text(value_field(map, key, b->arena), b->arena); }

void build_listed(Build *b, ResourceVec *list, const char *key, void (*take)(Build *, ResourceVec *, const Listed *)) {
    const Node *entries = build_node(b, key);
    if (!entries || entries->kind != YAML_SEQUENCE) return;
    node_each(item, entries) {
        const Node *scalar = yaml_resolve(b->at->tree, item);
        if (!scalar || scalar->kind != YAML_SCALAR || b->is_failed) continue;
        Value entry = build_value(b, b->at->tree, scalar);
        Str text = value_text(entry);
        bool written = str_find_byte(text, '\n') != STR_NONE || str_has(text, STR(": "));
        take(b, list, &(Listed){key, entry, text, written ? read_inline(b->world, b->at->tree, scalar) : NULL});
    }
}

/* ---- resources ---- */

static bool accumulate(Build *b, Kustomization *k, ResourceVec *list);

/* https://…, git@host:…, host.tld/owner/repository, …?ref=… */
static bool is_remote(Str path) {
    Str host, rest;
    bool cut = str_cut(path, '/', &host, &rest);
    bool domain = cut && host.len > 3 && host.at[0] != '.' && str_find_byte(host, '.') != STR_NONE;
    return str_has(path, STR("://")) || str_has(path, STR("?ref=")) || str_starts(path, STR("git@")) || str_has(path, STR(".git//")) || str_has(path, STR("::")) || domain;
}

/* The resources of another kustomization. A component works on those that are there. */
void build_folder(Build *b, Kustomization *k, Value entry, ResourceVec *list) {
    if (k->is_open || b->depth >= KUSTOMIZE_DEPTH_MAX) {
        build_fail(b, k->is_open ? PROBLEM_KUSTOMIZE_CYCLE : PROBLEM_KUSTOMIZE_TOO_LARGE, entry, k->folder);
        return;
    }
    if (k->is_component) {
        accumulate(b, k, list);
        return;
    }
    ResourceVec theirs = {0};
    if (!accumulate(b, k, &theirs)) return;
    for (uint32_t i = 0; i < theirs.count; i++) resource_add(b, list, theirs.items[i], entry);
}

static void accumulate_entry(Build *b, Value entry, bool component, ResourceVec *list) {
    Str path, text = scalar_text(entry, b->arena);
    if (!text.len) {
        build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entry, STR("resources"));
        return;
    }
    bool inside = read_path(b, text, &path);
    Kustomization *k = inside ? read_kustomization(b->world, path) : NULL;
    BuildFile *file = inside && !k && !component ? read_file(b->world, path) : NULL;
    const Tree *tree = file ? read_yaml(file) : NULL;
    if (k && (k->is_component || !component)) build_folder(b, k, entry, list);
    else if (tree) read_resources(b, path, tree, entry, list);
    else if (is_remote(text) || !inside) build_gap(b, PROBLEM_KUSTOMIZE_NOT_FETCHED, entry, text);
    else build_fail(b, k || file ? PROBLEM_KUSTOMIZE_INVALID : PROBLEM_KUSTOMIZE_MISSING, entry, text);
}

static void accumulate_list(Build *b, const char *key, bool component, ResourceVec *list) {
    uint32_t count;
    Value entries = build_field(b, key);
    const Value *items = value_items(entries, &count, b->arena);
    if (!value_is_null(entries) && !value_is_list(entries)) build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entries, str_of(key));
    for (uint32_t i = 0; i < count && !b->is_failed; i++) accumulate_entry(b, items[i], component, list);
}

/* ---- what is said of them ---- */

/* Fields that only Helm could carry out. Validators change nothing. */
static void note_unapplied(Build *b) {
    static const char *const keys[] = {"helmCharts", "helmChartInflationGenerator"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        Value v = build_field(b, keys[i]);
        if (value_size(v)) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, v, str_of(keys[i]));
    }
}

static void transform(Build *b, ResourceVec *list) {
    static void (*const steps[])(Build *, ResourceVec *) = {
        patch_resources, set_namespace, set_name_affixes, set_labels, set_annotations,
        patch_resources_json, set_replicas, set_images, replace_values};
    for (size_t i = 0; i < ARRAY_COUNT(steps) && build_step(b, list->count / 8 + 1); i++) steps[i](b, list);
    run_plugins(b, list, "transformers");
}

static bool accumulate(Build *b, Kustomization *k, ResourceVec *list) {
    Kustomization *outer = b->at;
    Config *around = b->config;
    b->at = k;
    if (!around || !k->is_component) b->config = config_new(b);
    b->depth++;
    k->is_open = k->is_done = true;
    accumulate_list(b, "resources", false, list);
    accumulate_list(b, "bases", false, list);
    config_read(b);
    generate_resources(b, list);
    run_plugins(b, list, "generators");
    accumulate_list(b, "components", true, list);
    note_unapplied(b);
    transform(b, list);
    resources_index(b, list);
    if (around && around != b->config) config_join(b, around, b->config);
    if (around) b->config = around;
    k->is_open = false;
    b->depth--;
    b->at = outer;
    return !b->is_failed;
}

static void drop_local(Build *b) {
    for (uint32_t i = 0; i < b->result.count; i++) b->result.items[i]->is_gone = b->result.items[i]->is_gone || b->result.items[i]->is_local;
    resources_index(b, &b->result);
}

/* What says nothing goes, as with kustomize. */
static void drop_empty_annotations(Build *b) {
    for (uint32_t i = 0; i < b->result.count; i++) {
        Resource *r = b->result.items[i];
        Value v = built_peek(b->tree, r->root, "metadata.annotations");
        if (value_is_map(v) && !value_size(v)) built_remove(b->tree, built_path(b->tree, r->root, "metadata"), STR("annotations"));
    }
}

Build *kustomize_build(World *w, Kustomization *top) {
    Build *b = arena_new(w->arena, Build);
    *b = (Build){.world = w, .arena = w->arena, .top = top, .at = top, .tree = built_tree(w->arena, &w->nodes_left)};
    if (!accumulate(b, top, &b->result)) return b;
    b->at = top;
    drop_empty_annotations(b);
    add_hashes(b, &b->result);
    follow_names(b, &b->result);
    expand_variables(b, &b->result);
    drop_local(b);
    if (built_is_full(b->tree)) build_fail(b, PROBLEM_KUSTOMIZE_TOO_LARGE, top->value, (Str){NULL, 0});
    return b;
}
