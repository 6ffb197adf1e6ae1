/* The kustomizations of a review: which ones are scenarios, what their builds give, and which files that takes. */
#include "systems/kustomize/kustomize.h"

#include "base/path.h"
#include "model/redact.h"
#include "systems/facets.h"
#include "systems/kubernetes.h"
#include "systems/kustomize/build.h"
#include "systems/schema_faults.h"
#include "systems/unfold.h"

#define VALUES_MAX 50000 /* of one kustomization: aliases multiply */

/* https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/; old ones are still read. */
static const Str fields[] = {
    STR_INIT("apiVersion"), STR_INIT("kind"), STR_INIT("metadata"), STR_INIT("bases"), STR_INIT("buildMetadata"), STR_INIT("commonAnnotations"), STR_INIT("commonLabels"),
    STR_INIT("components"), STR_INIT("configMapGenerator"), STR_INIT("configurations"), STR_INIT("crds"), STR_INIT("generatorOptions"), STR_INIT("generators"),
    STR_INIT("helmChartInflationGenerator"), STR_INIT("helmCharts"), STR_INIT("helmGlobals"), STR_INIT("imageTags"), STR_INIT("images"), STR_INIT("labels"),
    STR_INIT("namePrefix"), STR_INIT("nameSuffix"), STR_INIT("namespace"), STR_INIT("openapi"), STR_INIT("patches"), STR_INIT("patchesJson6902"),
    STR_INIT("patchesStrategicMerge"), STR_INIT("replacements"), STR_INIT("replicas"), STR_INIT("resources"), STR_INIT("secretGenerator"), STR_INIT("sortOptions"),
    STR_INIT("transformers"), STR_INIT("validators"), STR_INIT("vars")};

/* kustomize takes them in any case. */
static bool is_field(Str key) {
    bool known = false;
    for (size_t i = 0; i < ARRAY_COUNT(fields) && !known; i++) known = str_eq_nocase(key, fields[i]);
    return known;
}

void kustomize_model(Source *source, const Tree *tree, Model *model) {
    const Node *root = yaml_root(tree);
    uint32_t faults = 0;
    if (!root || root->kind != YAML_MAP) return;
    Unfold u = {.arena = model->arena, .max = VALUES_MAX};
    Value all = unfold(&u, yaml_value(tree, (uint32_t)(root - tree->nodes), model->arena), node_span(tree, node_first(root) ? node_first(root) : root));
    if (u.cut) model_cut(model, source);
    schema_faults(model, schema_root(STR("kustomization")), all, (Str){NULL, 0}, (Str){NULL, 0}, &faults);
    for (const Node *key = root + 1, *end = root + root->size; key < end;) {
        const Node *value = key + key->size;
        Str name = key->kind == YAML_SCALAR ? yaml_scalar(tree, key, &source->arena) : (Str){NULL, 0};
        bool merge = str_is(name, "<<");
        if (name.len && !merge && !is_field(name)) source_problem_hint(source, PROBLEM_KUSTOMIZE_UNKNOWN_FIELD, node_span(tree, key), name, str_nearest(name, fields, ARRAY_COUNT(fields)));
        key = value + value->size;
    }
}

bool kustomize_is_empty(const Tree *tree) {
    const Node *root = yaml_root(tree);
    return !root || root->kind != YAML_MAP;
}

/* ---- parts ---- */

typedef struct Parts {
    Arena *arena;
    Str folder;
    Map *map;
} Parts;

static void add_part(Parts *p, Value path, SystemPart part) {
    Str full;
    if (path.kind != VALUE_STRING || !path_resolve(p->arena, p->folder, value_str(path), &full)) return;
    void **slot = map_slot(p->arena, p->map, full);
    *slot = (void *)((uintptr_t)*slot | part);
}

/* "file" or "key=file". */
static void add_file_part(Parts *p, Value v) {
    Str key, path;
    if (str_cut(value_text(v), '=', &key, &path)) v = value_string(path);
    add_part(p, v, PART_FRAGMENT);
}

static void add_list(Parts *p, Value list, SystemPart part) {
    uint32_t count;
    const Value *items = value_items(list, &count, p->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (str_find_byte(value_text(items[i]), '\n') == STR_NONE) add_part(p, items[i], part);
    }
}

static void add_generators(Parts *p, Value list) {
    uint32_t count, files;
    const Value *items = value_items(list, &count, p->arena);
    for (uint32_t i = 0; i < count; i++) {
        const Value *names = value_items(value_field(items[i], "files", p->arena), &files, p->arena);
        for (uint32_t k = 0; k < files; k++) add_file_part(p, names[k]);
        add_list(p, value_field(items[i], "envs", p->arena), PART_FRAGMENT);
        add_part(p, value_field(items[i], "env", p->arena), PART_FRAGMENT);
    }
}

/* Lists of maps with a path: patches, replacements. */
static void add_paths(Parts *p, Value list) {
    uint32_t count;
    const Value *items = value_items(list, &count, p->arena);
    for (uint32_t i = 0; i < count; i++) add_part(p, value_field(items[i], "path", p->arena), PART_FRAGMENT);
}

void kustomize_parts(const Source *source, const Tree *tree, Arena *a, Map *parts) {
    static const char *const fragments[] = {"patchesStrategicMerge", "configurations", "crds", "generators", "transformers", "validators"};
    static const char *const pathed[] = {"patches", "patchesJson6902", "replacements"};
    const Node *root = yaml_root(tree);
    if (!root || root->kind != YAML_MAP) return;
    Parts p = {a, str_folder(source->path), parts};
    Value v = yaml_value(tree, (uint32_t)(root - tree->nodes), a);
    add_list(&p, value_field(v, "resources", a), PART_WHOLE);
    add_list(&p, value_field(v, "bases", a), PART_WHOLE);
    for (size_t i = 0; i < ARRAY_COUNT(fragments); i++) add_list(&p, value_field(v, fragments[i], a), PART_FRAGMENT);
    for (size_t i = 0; i < ARRAY_COUNT(pathed); i++) add_paths(&p, value_field(v, pathed[i], a));
    add_generators(&p, value_field(v, "configMapGenerator", a));
    add_generators(&p, value_field(v, "secretGenerator", a));
}

/* ---- scenarios ---- */

static void mark_included(World *w, const Kustomization *k) {
    static const char *const keys[] = {"resources", "bases", "components"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        uint32_t count;
        const Value *items = value_items(value_field(k->value, keys[i], w->arena), &count, w->arena);
        for (uint32_t n = 0; n < count; n++) {
            Str folder;
            Kustomization *other = path_resolve(w->arena, k->folder, value_text(items[n]), &folder) ? read_kustomization(w, folder) : NULL;
            if (other) other->is_included = true;
        }
    }
}

/* What GitOps controllers have deployed: the path in a Kustomization of Flux (https://fluxcd.io/flux/components/kustomize/kustomizations/), or
 * in an Application of Argo CD (https://argo-cd.readthedocs.io/en/stable/user-guide/kustomize/). Paths are from the root of the repository. */
static void mark_deployed(World *w, Value path) {
    Str folder;
    Kustomization *k = path.kind == VALUE_STRING && path_resolve(w->arena, STR(""), value_str(path), &folder) ? read_kustomization(w, folder) : NULL;
    if (k) k->is_deployed = true;
}

static void mark_deployments(World *w, const Tree *tree) {
    Arena *a = w->arena;
    node_each(document, tree->nodes) {
        const Node *root = node_first(document);
        if (!root || root->kind != YAML_MAP) continue;
        Value v = yaml_value(tree, (uint32_t)(root - tree->nodes), a);
        Str api = value_text(value_field(v, "apiVersion", a)), kind = value_text(value_field(v, "kind", a));
        bool flux = str_is(kind, "Kustomization") && str_starts(api, STR("kustomize.toolkit.fluxcd.io/"));
        bool argo = str_is(kind, "Application") && str_starts(api, STR("argoproj.io/"));
        if (flux) mark_deployed(w, value_path(v, "spec.path", a));
        if (!argo) continue;
        uint32_t count;
        const Value *sources = value_items(value_path(v, "spec.sources", a), &count, a);
        mark_deployed(w, value_path(v, "spec.source.path", a));
        for (uint32_t i = 0; i < count; i++) mark_deployed(w, value_field(sources[i], "path", a));
    }
}

static void mark_all_deployed(World *w) {
    for (uint32_t i = 0; i < w->neighbours->parsed.count; i++) {
        const Neighbour *n = w->neighbours->parsed.items[i].value;
        if (n->tree && n->system == SYSTEM_KUBERNETES) mark_deployments(w, n->tree);
    }
}

bool kustomize_is_deployment(Str manifests) { return str_has(manifests, STR("kustomize.toolkit.fluxcd.io/")) || str_has(manifests, STR("argoproj.io/")); }

static Str scenario_name(Str folder) { return folder.len ? folder : STR("."); }

static const Composite *composite_of(const Build *b, const Resource *r) {
    const ResourceId *first = r->before.count ? &r->before.items[0] : &r->id;
    Composite *composite = arena_new(b->arena, Composite);
    *composite = (Composite){.scenario = scenario_name(b->top->folder), .system = STR("kubernetes"), .layers = r->layers.items, .layer_count = r->layers.count, .written = r->written, .open = b->is_open};
    Str space = first->namespace.len ? str_format(b->arena, "%.*s/", STR_ARGS(first->namespace)) : STR("");
    composite->address = str_format(b->arena, "%.*s/%.*s%.*s", STR_ARGS(first->kind), STR_ARGS(space), STR_ARGS(first->name));
    return composite;
}

/* Credentials in files that are not the kustomization's own. */
static void note_secrets(const Model *model, uint32_t from, Arena *a) {
    for (uint32_t i = from; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id != SHAPE_SECRET || value_is_null(o->fields[SECRET_VALUE])) continue;
        Value v = o->fields[SECRET_VALUE];
        if (v.source && v.span.end <= v.source->bytes.len) redact_add(v.source, v.span, a);
    }
    const Source *last = NULL;
    for (uint32_t i = from; i < model->subjects.count; i++) {
        Source *source = model->subjects.items[i]->source;
        if (source != last) redact_sort(source, a);
        last = source;
    }
}

/* A Secret that is generated holds what stands in plain text before it. */
static void model_literals(const Resource *r, const Object *manifest, Model *model) {
    for (uint32_t i = 0; i < r->literals.count; i++) {
        Object *secret = secret_model(model, r->literals.items[i].value, value_text(r->literals.items[i].key), "data");
        if (!secret) continue;
        secret->composite = manifest->composite;
        secret->address = manifest->address;
        secret->fields[SECRET_MANIFEST] = value_object(manifest);
    }
}

static void model_scenario(const Build *b, Model *model) {
    uint32_t from = model->subjects.count;
    for (uint32_t i = 0; i < b->result.count; i++) {
        Resource *r = b->result.items[i];
        Source *source = r->root->value.source ? r->root->value.source : b->top->source;
        uint32_t first = model->subjects.count;
        kubernetes_built(source, built_value(b->tree, r->root), composite_of(b, r), model);
        if (first < model->subjects.count) model_literals(r, model->subjects.items[first], model);
        map_put(b->arena, &b->world->neighbours->taken, r->path, r);
    }
    note_secrets(model, from, b->arena);
}

static World *world_new(const Outside *outside, Arena *a) {
    World *w = arena_new(a, World);
    *w = (World){.outside = outside, .neighbours = outside->neighbours, .arena = a, .nodes_left = BUILT_NODES_MAX, .resources_left = KUSTOMIZE_RESOURCES_MAX};
    return w;
}

static void run_scenario(World *w, Kustomization *k, Model *model) {
    Build *b = kustomize_build(w, k);
    if (!b->is_failed) model_scenario(b, model);
}

/* What no scenario builds: a component that nobody uses, kustomizations in a circle. */
static void note_unbuilt(World *w, Kustomization *k, Model *model) {
    if (k->is_done) return;
    if (!k->is_component) run_scenario(w, k, model);
    else source_problem(k->source, PROBLEM_KUSTOMIZE_NOT_BUILT, value_absent(value_field(k->value, "kind", w->arena)).span, (Str){NULL, 0});
}

void kustomize_evaluate(SystemFile *files, uint32_t count, const Outside *outside) {
    World *w = world_new(outside, outside->neighbours->arena);
    Kustomization **all = arena_zeros(w->arena, Kustomization *, count);
    for (uint32_t i = 0; i < count; i++) {
        Kustomization *k = read_kustomization(w, str_folder(files[i].source->path));
        all[i] = k && k->source == files[i].source ? k : NULL; /* else the folder has another one, which counts */
    }
    for (uint32_t i = 0; i < count; i++) {
        if (all[i]) mark_included(w, all[i]);
    }
    mark_all_deployed(w);
    for (uint32_t i = 0; i < count; i++) {
        if (all[i] && (!all[i]->is_included || all[i]->is_deployed) && !all[i]->is_component) run_scenario(w, all[i], files[i].model);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (all[i]) note_unbuilt(w, all[i], files[i].model);
    }
}

bool kustomize_print(const Outside *outside, Arena *a, Str folder, Buf *out, Str *fault) {
    World *w = world_new(outside, a);
    Kustomization *k = read_kustomization(w, folder);
    *fault = k ? STR("") : STR("there is no kustomization");
    if (!k) return false;
    Build *b = kustomize_build(w, k);
    const ProblemVec *problems = &k->source->problems;
    if (b->is_failed) *fault = problems->count ? problem_id(problems->items[problems->count - 1].code) : STR("it can't be built");
    if (b->is_failed) return false;
    for (uint32_t i = 0; i < b->result.count; i++) built_print(b->tree, b->result.items[i]->root, out);
    return true;
}
