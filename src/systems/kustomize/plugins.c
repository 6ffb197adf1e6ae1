/* generators and transformers: objects that say one step each, in files or in place. Those that are part of kustomize (apiVersion: builtin)
 * are the steps that fields of a kustomization ask for, with places of their own; others are programs, which nobody runs here.
 * https://kubectl.docs.kubernetes.io/references/kustomize/builtins/ */
#include "systems/kustomize/build.h"

typedef void (*Plugin)(Build *b, ResourceVec *list, Value at);

static FieldSpecs own_fields(Build *b, Value at) {
    FieldSpecs fields = {0};
    config_fields(b, value_field(at, "fieldSpecs", b->arena), &fields);
    return fields;
}

static void add_labels(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    set_pairs(b, list, fields.items, fields.count, value_field(at, "labels", b->arena));
}

static void add_annotations(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    set_pairs(b, list, fields.items, fields.count, value_field(at, "annotations", b->arena));
}

static void add_prefix(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    set_affix(b, list, value_field(at, "prefix", b->arena), true, fields.items, fields.count);
}

static void add_suffix(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    set_affix(b, list, value_field(at, "suffix", b->arena), false, fields.items, fields.count);
}

static void change_namespace(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    Str subjects = build_string(b, at, "setRoleBindingSubjects");
    NamespaceOptions options = {.only_unset = str_is(build_string(b, at, "unsetOnly"), "true"), .all_subjects = str_is(subjects, "allServiceAccounts"), .no_subjects = str_is(subjects, "none")};
    change_namespaces(b, list, value_path(at, "metadata.namespace", b->arena), options, fields.items, fields.count);
}

static void change_image(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    Value rule = value_field(at, "imageTag", b->arena);
    change_images(b, list, &rule, 1, fields.items, fields.count);
}

static void change_replicas(Build *b, ResourceVec *list, Value at) {
    FieldSpecs fields = own_fields(b, at);
    set_count(b, list, value_field(at, "replica", b->arena), fields.items, fields.count);
}

static void replace(Build *b, ResourceVec *list, Value at) {
    (void)at;
    replace_values(b, list);
}

/* What a folder built has no text of its own any more, where a patch could be read in place. */
static bool is_written(Build *b, Value at) {
    if (!b->at->root) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, at, build_string(b, at, "kind"));
    return b->at->root != NULL;
}

static void patch(Build *b, ResourceVec *list, Value at) {
    if (is_written(b, at)) patch_entry(b, list, b->at->root);
}

static void merge_patches(Build *b, ResourceVec *list, Value at) {
    if (!is_written(b, at)) return;
    patch_merges(b, list, "paths");
    patch_merge_text(b, list, "patches");
}

static void make_config_map(Build *b, ResourceVec *list, Value at) { generate_resource(b, list, at, false); }
static void make_secret(Build *b, ResourceVec *list, Value at) { generate_resource(b, list, at, true); }

static void nothing(Build *b, ResourceVec *list, Value at) {
    (void)b;
    (void)list;
    (void)at;
}

static const struct {
    const char *kind;
    Plugin run;
} plugins[] = {{"LabelTransformer", add_labels}, {"AnnotationsTransformer", add_annotations}, {"PrefixTransformer", add_prefix}, {"SuffixTransformer", add_suffix},
               {"NamespaceTransformer", change_namespace}, {"ImageTagTransformer", change_image}, {"ReplicaCountTransformer", change_replicas},
               {"ReplacementTransformer", replace}, {"PatchTransformer", patch}, {"PatchJson6902Transformer", patch}, {"PatchStrategicMergeTransformer", merge_patches},
               {"ConfigMapGenerator", make_config_map}, {"SecretGenerator", make_secret}, {"HashTransformer", nothing}, {"SortOrderTransformer", nothing}};

/* The object stands in for the kustomization: paths in it are from the folder of that. */
static void run(Build *b, ResourceVec *list, const Tree *tree, const Node *root, Value at, Value entry) {
    Kustomization *outer = b->at, self = *outer;
    Str kind = build_string(b, at, "kind");
    size_t i = 0;
    while (i < ARRAY_COUNT(plugins) && !(str_is(kind, plugins[i].kind) && str_is(build_string(b, at, "apiVersion"), "builtin"))) i++;
    if (i == ARRAY_COUNT(plugins)) {
        build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, entry, kind);
        return;
    }
    self.tree = tree;
    self.root = root;
    self.value = at;
    b->at = &self;
    plugins[i].run(b, list, at);
    b->at = outer;
    resources_index(b, list);
}

static void run_all(Build *b, ResourceVec *list, const Tree *tree, Value entry) {
    node_each(document, tree->nodes) {
        const Node *root = node_first(document);
        if (root && root->kind == YAML_MAP && !b->is_failed) run(b, list, tree, root, build_value(b, tree, root), entry);
    }
}

/* A kustomization that gives them. */
static void run_folder(Build *b, ResourceVec *list, Kustomization *k, Value entry) {
    ResourceVec found = {0};
    build_folder(b, k, entry, &found);
    for (uint32_t i = 0; i < found.count && !b->is_failed; i++) run(b, list, NULL, NULL, built_value(b->tree, found.items[i]->root), entry);
}

static void run_listed(Build *b, ResourceVec *list, const Listed *listed) {
    Str path;
    bool inside = !listed->written && read_path(b, listed->text, &path);
    Kustomization *k = inside ? read_kustomization(b->world, path) : NULL;
    BuildFile *file = inside && !k ? read_file(b->world, path) : NULL;
    const Tree *tree = file ? read_yaml(file) : listed->written;
    if (k) run_folder(b, list, k, listed->entry);
    else if (tree) run_all(b, list, tree, listed->entry);
    else build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, listed->entry, str_of(listed->key));
}

void run_plugins(Build *b, ResourceVec *list, const char *key) { build_listed(b, list, key, run_listed); }
