/* Transformations of fields that are named by their place: labels, annotations, namespaces, names, replicas, images. The places are in
 * fields.def. Invariant: what a transformation writes points at the kustomization that asks for it. */
#include "systems/kustomize/build.h"

#include "base/regex.h"
#include "values/image.h"

typedef struct FieldSpec {
    const char *kind, *group, *path;
    bool make;
} FieldSpec;

static const FieldSpec label_fields[] = {
#define LABEL(kind, group, path, make) {kind, group, path, make},
#include "systems/kustomize/fields.def"
};

static const FieldSpec template_fields[] = {
#define TEMPLATE(kind, group, path, make) {kind, group, path, make},
#include "systems/kustomize/fields.def"
};

static const FieldSpec annotation_fields[] = {
#define ANNOTATION(kind, group, path, make) {kind, group, path, make},
#include "systems/kustomize/fields.def"
};

static bool spec_fits(const FieldSpec *f, const ResourceId *id) {
    return (!*f->kind || str_is(id->kind, f->kind)) && (str_is(STR("*"), f->group) || str_is(id->group, f->group));
}

/* ---- walking ---- */

typedef struct FieldWalk {
    Build *build;
    Value make;        /* null: nothing is made */
    FieldVisit visit;
    void *data;
} FieldWalk;

/* The first part of a path: "\\/" is a slash of the key. False when it is the last. */
static bool cut_key(Build *b, Str path, Str *key, Str *rest) {
    size_t slash = 0;
    while (slash < path.len && (path.at[slash] != '/' || (slash && path.at[slash - 1] == '\\'))) slash++;
    *key = str_slice(path, 0, slash);
    *rest = str_skip(path, slash + 1);
    size_t escape = str_find(*key, STR("\\/"));
    if (escape != STR_NONE) *key = str_join(b->arena, str_slice(*key, 0, escape), str_skip(*key, escape + 1));
    return slash < path.len;
}

static void walk(FieldWalk *w, BuiltNode *node, Str path) {
    BuiltTree *t = w->build->tree;
    Str key, rest;
    if (!build_step(w->build, 1) || !built_open(t, node)) return;
    if (built_is_list(node)) {
        for (uint32_t i = 0; i < node->entries.count; i++) walk(w, node->entries.items[i].node, path);
        return;
    }
    bool last = !cut_key(w->build, path, &key, &rest);
    bool list = str_ends(key, STR("[]")); /* a list isn't made */
    if (list) key = str_slice(key, 0, key.len - 2);
    BuiltNode *below = built_get(t, node, key);
    bool missing = !below || (below->kind == BUILT_WHOLE && value_is_null(below->value));
    if (missing && !list && !value_is_null(w->make)) below = built_map_at(t, node, key, w->make);
    if (!below) return;
    if (!last) {
        walk(w, below, rest);
        return;
    }
    for (uint32_t i = 0; i < node->entries.count; i++) {
        BuiltEntry *e = &node->entries.items[i];
        if (e->node == below) w->visit(w->build, node, e, w->data);
    }
}

void fields_visit(Build *b, BuiltNode *root, const char *path, Value make, FieldVisit visit, void *data) {
    FieldWalk w = {b, make, visit, data};
    walk(&w, root, str_of(path));
}

/* ---- labels and annotations ---- */

/* A map that is laid over the one at hand. */
static void visit_pairs(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)parent;
    const Value *pairs = data;
    uint32_t count;
    if (!built_is_map(entry->node)) return;
    const Entry *entries = value_entries(*pairs, &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        BuiltNode *there = built_get(b->tree, entry->node, scalar_text(entries[i].key, b->arena));
        Str text = scalar_text(entries[i].value, b->arena);
        if (there && str_eq(built_scalar(b->tree, there), text)) continue;
        bool is_text = entries[i].value.kind == VALUE_STRING;
        built_set(b->tree, entry->node, entries[i].key, is_text ? built_whole(b->tree, entries[i].value) : built_text(b->tree, text, entries[i].value));
    }
}

static void apply_pairs(Build *b, const ResourceVec *list, const FieldSpec *specs, size_t count, Value pairs) {
    for (uint32_t i = 0; i < list->count; i++) {
        Resource *r = list->items[i];
        for (size_t k = 0; k < count && build_step(b, 1); k++) {
            if (spec_fits(&specs[k], &r->id)) fields_visit(b, r->root, specs[k].path, specs[k].make ? pairs : value_null(), visit_pairs, &pairs);
        }
    }
}

static const FieldSpec own_labels[] = {{"", "*", "metadata/labels", true}};
static const FieldSpec own_annotations[] = {{"", "*", "metadata/annotations", true}};

/* `fields:` of an entry: places of the user's own. */
static void apply_own_fields(Build *b, const ResourceVec *list, Value fields, Value pairs) {
    uint32_t count;
    const Value *items = value_items(fields, &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        Str kind = build_string(b, items[i], "kind"), group = build_string(b, items[i], "group"), path = build_string(b, items[i], "path");
        FieldSpec f = {str_copy(b->arena, kind).at, group.len ? str_copy(b->arena, group).at : "*", str_copy(b->arena, path).at, str_is(build_string(b, items[i], "create"), "true")};
        if (path.len) apply_pairs(b, list, &f, 1, pairs);
    }
}

void set_labels(Build *b, ResourceVec *list) {
    uint32_t count;
    Value common = build_field(b, "commonLabels");
    const Value *entries = value_items(build_field(b, "labels"), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        Value pairs = value_field(entries[i], "pairs", b->arena);
        if (!value_size(pairs)) continue;
        apply_pairs(b, list, own_labels, 1, pairs);
        apply_own_fields(b, list, value_field(entries[i], "fields", b->arena), pairs);
        if (str_is(build_string(b, entries[i], "includeSelectors"), "true")) apply_pairs(b, list, label_fields, ARRAY_COUNT(label_fields), pairs);
        else if (str_is(build_string(b, entries[i], "includeTemplates"), "true")) apply_pairs(b, list, template_fields, ARRAY_COUNT(template_fields), pairs);
    }
    if (!value_size(common)) return;
    apply_pairs(b, list, own_labels, 1, common);
    apply_pairs(b, list, label_fields, ARRAY_COUNT(label_fields), common);
}

void set_annotations(Build *b, ResourceVec *list) {
    Value common = build_field(b, "commonAnnotations");
    if (!value_size(common)) return;
    apply_pairs(b, list, own_annotations, 1, common);
    apply_pairs(b, list, annotation_fields, ARRAY_COUNT(annotation_fields), common);
}

/* ---- names and namespaces ---- */

static void set_meta(Build *b, Resource *r, const char *key, Str text, Value origin) {
    BuiltNode *meta = built_map_at(b->tree, r->root, STR("metadata"), origin);
    if (!meta) return;
    BuiltNode *there = built_get(b->tree, meta, str_of(key));
    if (there && str_eq(built_scalar(b->tree, there), text)) return;
    if (there && str_is(STR("name"), key)) origin = built_value(b->tree, there); /* the resource is looked for where it was named */
    built_set(b->tree, meta, value_at(value_string(str_of(key)), origin.source, origin.span), built_text(b->tree, text, origin));
    resource_renamed(b, r);
}

/* The service account `default` is that of the binding's namespace; others are followed by name (names.c). */
static void set_subjects(Build *b, Resource *r, Value space) {
    BuiltNode *subjects = built_get(b->tree, r->root, STR("subjects"));
    if (!subjects || !built_is_list(subjects) || !built_open(b->tree, subjects)) return;
    for (uint32_t i = 0; i < subjects->entries.count; i++) {
        BuiltNode *subject = subjects->entries.items[i].node;
        bool account = value_is_string(built_peek(b->tree, subject, "kind"), "ServiceAccount") && value_is_string(built_peek(b->tree, subject, "name"), "default");
        if (account) built_set(b->tree, subject, value_at(value_string(STR("namespace")), space.source, space.span), built_whole(b->tree, space));
    }
}

static void visit_text(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)parent;
    entry->node = built_whole(b->tree, *(const Value *)data);
}

void set_namespace(Build *b, ResourceVec *list) {
    Value space = build_field(b, "namespace");
    Str text = value_text(space);
    if (!text.len) return;
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        if (str_is(r->id.kind, "Namespace") && !r->id.group.len) set_meta(b, r, "name", text, space);
        else if (!kind_is_cluster_wide(&r->id)) set_meta(b, r, "namespace", text, space);
        if (str_is(r->id.kind, "RoleBinding") || str_is(r->id.kind, "ClusterRoleBinding")) set_subjects(b, r, space);
        if (str_is(r->id.kind, "APIService")) fields_visit(b, r->root, "spec/service/namespace", value_null(), visit_text, &space);
        if (str_is(r->id.kind, "CustomResourceDefinition")) fields_visit(b, r->root, "spec/conversion/webhook/clientConfig/service/namespace", value_null(), visit_text, &space);
    }
    resources_index(b, list);
}

static bool keeps_name(const ResourceId *id) {
    return str_is(id->kind, "CustomResourceDefinition") || str_is(id->kind, "Namespace") || (str_is(id->kind, "APIService") && str_is(id->group, "apiregistration.k8s.io"));
}

static void add_affix(Build *b, ResourceVec *list, Value affix, bool before) {
    Str text = scalar_text(affix, b->arena);
    if (!text.len) return;
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        if (keeps_name(&r->id)) continue;
        Str name = before ? str_join(b->arena, text, r->id.name) : str_join(b->arena, r->id.name, text);
        set_meta(b, r, "name", name, affix);
        if (before) vec_push(b->arena, &r->prefixes, text);
        else vec_push(b->arena, &r->suffixes, text);
    }
}

void set_name_affixes(Build *b, ResourceVec *list) {
    add_affix(b, list, build_field(b, "namePrefix"), true);
    add_affix(b, list, build_field(b, "nameSuffix"), false);
    resources_index(b, list);
}

/* ---- replicas ---- */

static bool was_named(const Resource *r, Str name) {
    for (uint32_t i = 0; i < r->before.count; i++) {
        if (str_eq(r->before.items[i].name, name)) return true;
    }
    return str_eq(r->id.name, name);
}

void set_replicas(Build *b, ResourceVec *list) {
    uint32_t count;
    const Value *entries = value_items(build_field(b, "replicas"), &count, b->arena);
    static const char *const kinds[] = {"Deployment", "ReplicationController", "ReplicaSet", "StatefulSet"};
    for (uint32_t i = 0; i < count; i++) {
        Str name = build_string(b, entries[i], "name");
        Value number = value_field(entries[i], "count", b->arena);
        bool any = false;
        for (uint32_t k = 0; k < list->count && build_step(b, 1); k++) {
            Resource *r = list->items[k];
            bool scales = false;
            for (size_t n = 0; n < ARRAY_COUNT(kinds); n++) scales = scales || str_is(r->id.kind, kinds[n]);
            if (!scales || !was_named(r, name)) continue;
            BuiltNode *spec = built_map_at(b->tree, r->root, STR("spec"), number);
            any = true;
            if (spec && !value_same(built_peek(b->tree, spec, "replicas"), number)) built_set(b->tree, spec, value_at(value_string(STR("replicas")), number.source, number.span), built_whole(b->tree, number));
        }
        if (any || b->is_failed) continue;
        if (b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, entries[i], name);
        else build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, entries[i], name);
    }
}

/* ---- images ---- */

/* name[:tag][@digest]; a colon in front of a slash is a port. */
static void split_image(Str image, Str *name, Str *tag, Str *digest) {
    size_t at = str_find_byte(image, '@');
    *digest = at == STR_NONE ? STR("") : str_skip(image, at + 1);
    Str rest = at == STR_NONE ? image : str_slice(image, 0, at);
    size_t slash = str_find_last(rest, '/'), colon = str_find_last(rest, ':');
    bool tagged = colon != STR_NONE && (slash == STR_NONE || colon > slash);
    *name = tagged ? str_slice(rest, 0, colon) : rest;
    *tag = tagged ? str_skip(rest, colon + 1) : STR("");
}

static Str new_image(Build *b, Value rule, Str image) {
    Str name, tag, digest, fresh = build_string(b, rule, "newName"), new_tag = build_string(b, rule, "newTag");
    Str new_digest = build_string(b, rule, "digest"), suffix = build_string(b, rule, "tagSuffix");
    split_image(image, &name, &tag, &digest);
    if (fresh.len) name = fresh;
    if (new_tag.len || new_digest.len) {
        tag = new_tag;
        digest = new_digest;
    }
    if (suffix.len && !new_tag.len && !new_digest.len) {
        tag = str_join(b->arena, tag, suffix);
        digest = STR("");
    }
    Str out = tag.len ? str_format(b->arena, "%.*s:%.*s", STR_ARGS(name), STR_ARGS(tag)) : name;
    return digest.len ? str_format(b->arena, "%.*s@%.*s", STR_ARGS(out), STR_ARGS(digest)) : out;
}

/* The part of the rule that decides how the image ends. */
static Value image_origin(Build *b, Value rule) {
    static const char *const keys[] = {"newTag", "digest", "tagSuffix", "newName"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        Value v = value_field(rule, keys[i], b->arena);
        if (!value_is_null(v)) return v;
    }
    return rule;
}

typedef struct ImageRules {
    const Value *rules;
    Str *names;
    Regex **patterns; /* of a name that is more than a name; else NULL */
    uint32_t count;
} ImageRules;

/* A name is an expression to kustomize, with a tag and a digest behind it. A dot in it is what it looks like. */
static Regex *image_pattern(Build *b, Str name) {
    static const char marks[] = "*+?[]()|^$\\";
    Regex *regex = NULL;
    Error ignored;
    bool plain = true;
    for (size_t i = 0; i < name.len; i++) plain = plain && !memchr(marks, name.at[i], sizeof marks - 1);
    Str text = str_format(b->arena, "^%.*s(:[a-zA-Z0-9_.{}-]*)?(@sha256:[a-zA-Z0-9_.{}-]*)?$", STR_ARGS(name));
    return !plain && regex_compile(text, b->arena, &regex, &ignored) ? regex : NULL;
}

static bool fits_pattern(Build *b, const Regex *pattern, Str image) {
    ArenaMark mark = arena_mark(b->arena);
    bool hit = pattern && build_step(b, 100) && regex_search(pattern, image, b->arena, NULL, 0);
    arena_reset(b->arena, mark);
    return hit;
}

static void set_image(Build *b, BuiltNode *container, const ImageRules *rules) {
    BuiltNode *node = built_is_map(container) ? built_get(b->tree, container, STR("image")) : NULL;
    Str image = node ? built_scalar(b->tree, node) : (Str){NULL, 0}, name, tag, digest;
    if (!image.len) return;
    for (uint32_t i = 0; i < rules->count && build_step(b, 1); i++) {
        split_image(image, &name, &tag, &digest);
        if (!str_eq(name, rules->names[i]) && !fits_pattern(b, rules->patterns[i], image)) continue;
        Str now = new_image(b, rules->rules[i], image);
        if (str_eq(now, image)) continue;
        image = now;
        built_set(b->tree, container, value_string(STR("image")), built_text(b->tree, image, image_origin(b, rules->rules[i])));
    }
}

/* Lists of containers stand at any depth, in resources of any kind. */
static void find_containers(Build *b, BuiltNode *node, const ImageRules *rules, int depth) {
    if (depth > NODE_DEPTH_MAX || !build_step(b, 1) || !built_open(b->tree, node)) return;
    for (uint32_t i = 0; i < node->entries.count; i++) {
        BuiltEntry e = node->entries.items[i];
        bool containers = node->kind == BUILT_MAP && (value_is_string(e.key, "containers") || value_is_string(e.key, "initContainers"));
        if (containers && built_is_list(e.node) && built_open(b->tree, e.node)) {
            for (uint32_t k = 0; k < e.node->entries.count; k++) set_image(b, e.node->entries.items[k].node, rules);
        } else if (built_is_map(e.node) || built_is_list(e.node)) find_containers(b, e.node, rules, depth + 1);
    }
}

void set_images(Build *b, ResourceVec *list) {
    ImageRules rules = {0};
    rules.rules = value_items(build_field(b, "images"), &rules.count, b->arena);
    rules.names = arena_array(b->arena, Str, rules.count);
    rules.patterns = arena_array(b->arena, Regex *, rules.count);
    for (uint32_t i = 0; i < rules.count; i++) {
        rules.names[i] = build_string(b, rules.rules[i], "name");
        rules.patterns[i] = image_pattern(b, rules.names[i]);
    }
    for (uint32_t i = 0; i < list->count && rules.count; i++) {
        if (!str_is(list->items[i]->id.kind, "CustomResourceDefinition")) find_containers(b, list->items[i]->root, &rules, 0);
    }
}
