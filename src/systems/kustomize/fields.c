/* Transformations of fields that are named by their place: labels, annotations, namespaces, names, replicas, images. The places are in
 * fields.def. Invariant: what a transformation writes points at the kustomization that asks for it. */
#include "systems/kustomize/build.h"

#include "base/regex.h"
#include "values/image.h"

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

bool field_fits(const FieldSpec *f, const ResourceId *id) {
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

void set_pairs(Build *b, const ResourceVec *list, const FieldSpec *specs, size_t count, Value pairs) {
    for (uint32_t i = 0; i < list->count; i++) {
        Resource *r = list->items[i];
        for (size_t k = 0; k < count && build_step(b, 1); k++) {
            if (field_fits(&specs[k], &r->id)) fields_visit(b, r->root, specs[k].path, specs[k].make ? pairs : value_null(), visit_pairs, &pairs);
        }
    }
}

static const FieldSpec own_labels[] = {{"", "*", "metadata/labels", true}};
static const FieldSpec own_annotations[] = {{"", "*", "metadata/annotations", true}};

/* The places of the user's own, from `configurations`. */
static void set_pairs_more(Build *b, const ResourceVec *list, ConfigList which, Value pairs) {
    set_pairs(b, list, b->config->lists[which].items, b->config->lists[which].count, pairs);
}

/* kustomize takes texts only: `version: 1.10` ends the build. */
static bool are_texts(Build *b, Value pairs, const char *key) {
    uint32_t count;
    const Entry *entries = value_entries(pairs, &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        uint8_t kind = entries[i].value.kind;
        if (kind != VALUE_BOOL && kind != VALUE_INT && kind != VALUE_DOUBLE) continue;
        build_fail(b, PROBLEM_KUSTOMIZE_WRONG_TYPE, entries[i].value, str_format(b->arena, "%s.%.*s", key, STR_ARGS(value_text(entries[i].key))));
        return false;
    }
    return count > 0;
}

void set_labels(Build *b, ResourceVec *list) {
    uint32_t count;
    Value common = build_field(b, "commonLabels");
    const Value *entries = value_items(build_field(b, "labels"), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        Value pairs = value_field(entries[i], "pairs", b->arena);
        if (!are_texts(b, pairs, "labels")) continue;
        FieldSpecs fields = {0};
        config_fields(b, value_field(entries[i], "fields", b->arena), &fields);
        set_pairs(b, list, own_labels, 1, pairs);
        set_pairs(b, list, fields.items, fields.count, pairs);
        set_pairs_more(b, list, CONFIG_LABELS, pairs);
        bool selectors = str_is(build_string(b, entries[i], "includeSelectors"), "true"), templates = str_is(build_string(b, entries[i], "includeTemplates"), "true");
        if (selectors) set_pairs(b, list, label_fields, ARRAY_COUNT(label_fields), pairs);
        else if (templates) set_pairs(b, list, template_fields, ARRAY_COUNT(template_fields), pairs);
        if (selectors || templates) set_pairs_more(b, list, selectors ? CONFIG_COMMON_LABELS : CONFIG_TEMPLATE_LABELS, pairs);
    }
    if (!are_texts(b, common, "commonLabels")) return;
    set_pairs(b, list, own_labels, 1, common);
    set_pairs(b, list, label_fields, ARRAY_COUNT(label_fields), common);
    set_pairs_more(b, list, CONFIG_COMMON_LABELS, common);
}

void set_annotations(Build *b, ResourceVec *list) {
    Value common = build_field(b, "commonAnnotations");
    if (!are_texts(b, common, "commonAnnotations")) return;
    set_pairs(b, list, own_annotations, 1, common);
    set_pairs(b, list, annotation_fields, ARRAY_COUNT(annotation_fields), common);
    set_pairs_more(b, list, CONFIG_ANNOTATIONS, common);
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
static void set_subjects(Build *b, Resource *r, Value space, NamespaceOptions options) {
    BuiltNode *subjects = built_get(b->tree, r->root, STR("subjects"));
    if (!subjects || !built_is_list(subjects) || !built_open(b->tree, subjects)) return;
    for (uint32_t i = 0; i < subjects->entries.count; i++) {
        BuiltNode *subject = subjects->entries.items[i].node;
        bool account = value_is_string(built_peek(b->tree, subject, "kind"), "ServiceAccount") && (options.all_subjects || value_is_string(built_peek(b->tree, subject, "name"), "default"));
        bool stays = options.only_unset && !value_is_null(built_peek(b->tree, subject, "namespace"));
        if (account && !stays) built_set(b->tree, subject, value_at(value_string(STR("namespace")), space.source, space.span), built_whole(b->tree, space));
    }
}

static void visit_text(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)parent;
    entry->node = built_whole(b->tree, *(const Value *)data);
}

/* Places of a scalar that becomes another one. */
static void set_scalars(Build *b, Resource *r, const FieldSpec *specs, size_t count, Value v) {
    for (size_t i = 0; i < count && build_step(b, 1); i++) {
        if (field_fits(&specs[i], &r->id)) fields_visit(b, r->root, specs[i].path, specs[i].make ? v : value_null(), visit_text, &v);
    }
}

void change_namespaces(Build *b, ResourceVec *list, Value space, NamespaceOptions options, const FieldSpec *specs, size_t count) {
    Str text = value_text(space);
    if (!text.len) return;
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        if (options.only_unset && (r->id.namespace.len || str_is(r->id.kind, "Namespace"))) continue;
        if (str_is(r->id.kind, "Namespace") && !r->id.group.len) set_meta(b, r, "name", text, space);
        else if (!kind_is_cluster_wide(&r->id)) set_meta(b, r, "namespace", text, space);
        if (str_is(r->id.kind, "RoleBinding") || str_is(r->id.kind, "ClusterRoleBinding")) {
            if (!options.no_subjects) set_subjects(b, r, space, options);
        }
        if (str_is(r->id.kind, "APIService")) fields_visit(b, r->root, "spec/service/namespace", value_null(), visit_text, &space);
        if (str_is(r->id.kind, "CustomResourceDefinition")) fields_visit(b, r->root, "spec/conversion/webhook/clientConfig/service/namespace", value_null(), visit_text, &space);
        set_scalars(b, r, specs, count, space);
    }
    resources_index(b, list);
}

void set_namespace(Build *b, ResourceVec *list) {
    const FieldSpecs *more = &b->config->lists[CONFIG_NAMESPACE];
    change_namespaces(b, list, build_field(b, "namespace"), (NamespaceOptions){0}, more->items, more->count);
}

static bool keeps_name(const ResourceId *id) {
    return str_is(id->kind, "CustomResourceDefinition") || str_is(id->kind, "Namespace") || (str_is(id->kind, "APIService") && str_is(id->group, "apiregistration.k8s.io"));
}

typedef struct Affix {
    Str text;
    bool before;
    Value origin;
} Affix;

static Str with_affix(Build *b, const Affix *affix, Str name) {
    return affix->before ? str_join(b->arena, affix->text, name) : str_join(b->arena, name, affix->text);
}

static void visit_affix(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)parent;
    const Affix *affix = data;
    Str text = built_scalar(b->tree, entry->node);
    if (text.len) entry->node = built_text(b->tree, with_affix(b, affix, text), affix->origin);
}

static void rename_with(Build *b, Resource *r, const Affix *affix) {
    if (keeps_name(&r->id)) return;
    set_meta(b, r, "name", with_affix(b, affix, r->id.name), affix->origin);
    if (affix->before) vec_push(b->arena, &r->prefixes, affix->text);
    else vec_push(b->arena, &r->suffixes, affix->text);
}

void set_affix(Build *b, ResourceVec *list, Value v, bool before, const FieldSpec *specs, size_t count) {
    Affix affix = {scalar_text(v, b->arena), before, v};
    for (uint32_t i = 0; i < list->count && affix.text.len; i++) {
        bool renamed = false; /* the default place may be named again */
        for (size_t k = 0; k < count && build_step(b, 1); k++) {
            Resource *r = list->items[i];
            bool name = str_is(STR("metadata/name"), specs[k].path);
            if (!field_fits(&specs[k], &r->id) || (name && renamed)) continue;
            if (name) rename_with(b, r, &affix);
            else fields_visit(b, r->root, specs[k].path, value_null(), visit_affix, &affix);
            renamed = renamed || name;
        }
    }
}

void set_name_affixes(Build *b, ResourceVec *list) {
    static const struct {
        const char *key;
        ConfigList more;
    } affixes[] = {{"namePrefix", CONFIG_PREFIX}, {"nameSuffix", CONFIG_SUFFIX}};
    for (size_t i = 0; i < ARRAY_COUNT(affixes); i++) {
        FieldSpecs fields = {0};
        const FieldSpecs *more = &b->config->lists[affixes[i].more];
        vec_push(b->arena, &fields, ((FieldSpec){"", "*", "metadata/name", false}));
        vec_each(FieldSpec, f, more) vec_push(b->arena, &fields, *f);
        set_affix(b, list, build_field(b, affixes[i].key), i == 0, fields.items, fields.count);
    }
    resources_index(b, list);
}

/* ---- replicas ---- */

static bool was_named(const Resource *r, Str name) {
    for (uint32_t i = 0; i < r->before.count; i++) {
        if (str_eq(r->before.items[i].name, name)) return true;
    }
    return str_eq(r->id.name, name);
}

/* The number keeps its place where it is the same. */
static void visit_count(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)parent;
    const Value *number = data;
    if (!value_same(built_value(b->tree, entry->node), *number)) entry->node = built_whole(b->tree, *number);
}

void set_count(Build *b, ResourceVec *list, Value entry, const FieldSpec *specs, size_t count) {
    Str name = build_string(b, entry, "name");
    Value number = value_field(entry, "count", b->arena);
    bool any = false;
    for (uint32_t k = 0; k < list->count; k++) {
        Resource *r = list->items[k];
        for (size_t n = 0; n < count && build_step(b, 1); n++) {
            if (!field_fits(&specs[n], &r->id) || !was_named(r, name)) continue;
            fields_visit(b, r->root, specs[n].path, specs[n].make ? number : value_null(), visit_count, &number);
            any = true;
        }
    }
    if (any || b->is_failed) return;
    if (b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, entry, name);
    else build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, entry, name);
}

void set_replicas(Build *b, ResourceVec *list) {
    static const FieldSpec known[] = {{"Deployment", "*", "spec/replicas", true}, {"ReplicationController", "*", "spec/replicas", true}, {"ReplicaSet", "*", "spec/replicas", true}, {"StatefulSet", "*", "spec/replicas", true}};
    uint32_t count;
    const Value *entries = value_items(build_field(b, "replicas"), &count, b->arena);
    FieldSpecs fields = {0};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) vec_push(b->arena, &fields, known[i]);
    vec_each(FieldSpec, f, &b->config->lists[CONFIG_REPLICAS]) vec_push(b->arena, &fields, *f);
    for (uint32_t i = 0; i < count; i++) set_count(b, list, entries[i], fields.items, fields.count);
}

/* ---- images ---- */

static Str new_image(Build *b, Value rule, Str image) {
    ImageParts parts = image_parse(image);
    Str name = parts.whole, tag = parts.tag, digest = parts.digest, fresh = build_string(b, rule, "newName"), new_tag = build_string(b, rule, "newTag");
    Str new_digest = build_string(b, rule, "digest"), suffix = build_string(b, rule, "tagSuffix");
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
    if (!pattern || !build_step(b, 100)) return false; /* before the mark: what it tells must stay */
    ArenaMark mark = arena_mark(b->arena);
    bool hit = regex_search(pattern, image, b->arena, NULL, 0);
    arena_reset(b->arena, mark);
    return hit;
}

static void set_image(Build *b, BuiltNode *map, const char *key, const ImageRules *rules) {
    BuiltNode *node = built_is_map(map) ? built_get(b->tree, map, str_of(key)) : NULL;
    Str image = node ? built_scalar(b->tree, node) : (Str){NULL, 0};
    if (!image.len) return;
    for (uint32_t i = 0; i < rules->count && build_step(b, 1); i++) {
        if (!str_eq(image_parse(image).whole, rules->names[i]) && !fits_pattern(b, rules->patterns[i], image)) continue;
        Str now = new_image(b, rules->rules[i], image);
        if (str_eq(now, image)) continue;
        image = now;
        built_set(b->tree, map, value_string(str_of(key)), built_text(b->tree, image, image_origin(b, rules->rules[i])));
    }
}

static void visit_image(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    if (!built_is_map(entry->node) && !built_is_list(entry->node)) set_image(b, parent, str_copy(b->arena, value_text(entry->key)).at, data);
}

static bool is_list_of(Build *b, const BuiltEntry *e, const char *key) { return value_is_string(e->key, key) && built_is_list(e->node) && built_open(b->tree, e->node); }

/* Lists of containers stand at any depth, in resources of any kind. */
static void find_containers(Build *b, BuiltNode *node, const ImageRules *rules, int depth) {
    if (depth > NODE_DEPTH_MAX || !build_step(b, 1) || !built_open(b->tree, node)) return;
    for (uint32_t i = 0; i < node->entries.count; i++) {
        BuiltEntry e = node->entries.items[i];
        bool containers = node->kind == BUILT_MAP && (is_list_of(b, &e, "containers") || is_list_of(b, &e, "initContainers"));
        bool volumes = node->kind == BUILT_MAP && is_list_of(b, &e, "volumes");
        for (uint32_t k = 0; (containers || volumes) && k < e.node->entries.count; k++) {
            BuiltNode *item = e.node->entries.items[k].node, *image = containers ? item : built_get(b->tree, item, STR("image"));
            if (image) set_image(b, image, containers ? "image" : "reference", rules);
        }
        if (containers || volumes) continue;
        if (built_is_map(e.node) || built_is_list(e.node)) find_containers(b, e.node, rules, depth + 1);
    }
}

void change_images(Build *b, ResourceVec *list, const Value *entries, uint32_t entry_count, const FieldSpec *specs, size_t count) {
    ImageRules rules = {.rules = entries, .count = entry_count};
    rules.names = arena_array(b->arena, Str, rules.count);
    rules.patterns = arena_array(b->arena, Regex *, rules.count);
    for (uint32_t i = 0; i < rules.count; i++) {
        rules.names[i] = build_string(b, rules.rules[i], "name");
        rules.patterns[i] = image_pattern(b, rules.names[i]);
    }
    for (uint32_t i = 0; i < list->count && rules.count; i++) {
        Resource *r = list->items[i];
        if (str_is(r->id.kind, "CustomResourceDefinition")) continue;
        find_containers(b, r->root, &rules, 0);
        for (size_t k = 0; k < count && build_step(b, 1); k++) {
            if (field_fits(&specs[k], &r->id)) fields_visit(b, r->root, specs[k].path, value_null(), visit_image, &rules);
        }
    }
}

void set_images(Build *b, ResourceVec *list) {
    uint32_t count;
    const FieldSpecs *more = &b->config->lists[CONFIG_IMAGES];
    const Value *entries = value_items(build_field(b, "images"), &count, b->arena);
    change_images(b, list, entries, count, more->items, more->count);
}
