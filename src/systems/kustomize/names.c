/* References follow what was renamed: a field that names an object by what it was called gets its name of now. Invariant: a name that
 * several objects had is only followed where one of them stands nearer (the same namespace, the same prefixes). */
#include "systems/kustomize/build.h"

static const NameSpec name_specs[] = {
#define NAME(target, target_group, kind, group, path) {target, target_group, kind, group, path},
#include "systems/kustomize/names.def"
};

static const NameSpec pod_specs[] = {
#define POD(target, target_group, path) {target, target_group, "", "", path},
#include "systems/kustomize/names.def"
};

/* Where a workload's pod spec stands, for references; as kustomize knows them. */
static const struct PodPlace {
    const char *kind, *path;
} pod_places[] = {
    {"Pod", "spec"}, {"Deployment", "spec/template/spec"}, {"ReplicaSet", "spec/template/spec"}, {"DaemonSet", "spec/template/spec"},
    {"StatefulSet", "spec/template/spec"}, {"ReplicationController", "spec/template/spec"}, {"Job", "spec/template/spec"}, {"CronJob", "spec/jobTemplate/spec/template/spec"},
};

typedef struct Names {
    Build *build;
    Map by_name;       /* "Kind\nname" → ResourceVec of those that have or had it */
    const Resource *r; /* that refers */
    const NameSpec *spec;
} Names;

static bool group_fits(const char *wanted, Str group) { return str_is(STR("*"), wanted) || str_is(group, wanted); }

static void add_name(Names *n, Resource *r, const ResourceId *id) {
    Arena *a = n->build->arena;
    void **slot = map_slot(a, &n->by_name, str_format(a, "%.*s\n%.*s", STR_ARGS(id->kind), STR_ARGS(id->name)));
    if (!*slot) *slot = arena_new(a, ResourceVec);
    ResourceVec *list = *slot;
    if (!list->count || list->items[list->count - 1] != r) vec_push(a, list, r);
}

/* ---- which one is meant ---- */

static bool in_namespace(const Resource *target, Str space) { return kind_is_cluster_wide(&target->id) || namespace_is(target->id.namespace, space); }

static bool was_in_namespace(const Resource *target, Str space) {
    bool hit = in_namespace(target, space);
    for (uint32_t i = 0; i < target->before.count && !hit; i++) hit = namespace_is(target->before.items[i].namespace, space);
    return hit;
}

/* How many prefixes and suffixes, from the first given, both have: those of one base have more in common. */
static uint32_t likeness(const Resource *x, const Resource *y) {
    uint32_t prefixes = 0, suffixes = 0;
    while (prefixes < MIN(x->prefixes.count, y->prefixes.count) && str_eq(x->prefixes.items[x->prefixes.count - 1 - prefixes], y->prefixes.items[y->prefixes.count - 1 - prefixes])) prefixes++;
    while (suffixes < MIN(x->suffixes.count, y->suffixes.count) && str_eq(x->suffixes.items[x->suffixes.count - 1 - suffixes], y->suffixes.items[y->suffixes.count - 1 - suffixes])) suffixes++;
    return prefixes + suffixes;
}

/* `space`: of what is named, where the reference says so (at NULL: that of the referrer). */
static const Resource *target_of(const Names *n, Str name, Str space) {
    const Build *b = n->build;
    const ResourceVec *list = map_get(&n->by_name, str_format(b->arena, "%s\n%.*s", n->spec->target, STR_ARGS(name)));
    const Resource *best = NULL;
    uint32_t most = 0;
    bool unclear = false;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const Resource *r = list->items[i];
        bool near = space.at ? was_in_namespace(r, space) : in_namespace(r, n->r->id.namespace) || kind_is_cluster_wide(&n->r->id);
        if (!group_fits(n->spec->target_group, r->id.group) || !near) continue;
        uint32_t like = likeness(r, n->r) + 1;
        if (like == most && best && !str_eq(best->id.name, r->id.name)) unclear = true;
        if (like <= most) continue;
        most = like;
        best = r;
        unclear = false;
    }
    return unclear ? NULL : best;
}

/* A reference that says which kind it means. */
static bool means_kind(const Names *n, const BuiltNode *parent) {
    Value kind = built_peek(n->build->tree, parent, "kind");
    return kind.kind != VALUE_STRING || str_is(value_str(kind), n->spec->target);
}

static void rename_to(Build *b, BuiltNode *parent, const char *key, Str text) {
    BuiltNode *there = built_get(b->tree, parent, str_of(key));
    if (there && str_eq(built_scalar(b->tree, there), text)) return;
    Value origin = there ? built_value(b->tree, there) : built_value(b->tree, parent);
    built_set(b->tree, parent, value_at(value_string(str_of(key)), origin.source, origin.span), built_text(b->tree, text, origin));
}

/* The place of the name stays that of the reference: it is where one looks for it. */
static void visit_name(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    const Names *n = data;
    BuiltNode *nodes[1] = {entry->node};
    bool list = built_is_list(entry->node) && built_open(b->tree, entry->node);
    bool subject = str_starts(str_of(n->spec->path), STR("subjects/")), service = str_ends(str_of(n->spec->path), STR("service/name"));
    bool elsewhere = subject || (service && str_starts(str_of(n->spec->path), STR("webhooks")));
    if (!list && !subject && !means_kind(n, parent)) return; /* kustomize does not ask a subject */
    Value space = elsewhere ? built_peek(b->tree, parent, "namespace") : value_null();
    for (uint32_t i = 0; i < (list ? entry->node->entries.count : 1); i++) {
        BuiltNode *node = list ? entry->node->entries.items[i].node : nodes[0];
        Str name = built_scalar(b->tree, node);
        const Resource *target = name.len ? target_of(n, name, space.kind == VALUE_STRING ? value_str(space) : (Str){NULL, 0}) : NULL;
        if (!target) continue;
        if (elsewhere && target->id.namespace.len) rename_to(b, parent, "namespace", target->id.namespace);
        if (str_eq(name, target->id.name)) continue;
        BuiltNode *renamed = built_text(b->tree, target->id.name, built_value(b->tree, node));
        if (list) entry->node->entries.items[i].node = renamed;
        else entry->node = renamed;
    }
}

/* ---- all of them ---- */

static bool kind_exists(const ResourceVec *list, const char *kind) {
    for (uint32_t i = 0; i < list->count; i++) {
        for (uint32_t k = 0; k < list->items[i]->before.count; k++) {
            if (str_is(list->items[i]->before.items[k].kind, kind)) return true;
        }
    }
    return false;
}

static void follow_pod(Names *n, BuiltNode *root, const char *place, const bool *wanted) {
    for (size_t i = 0; i < ARRAY_COUNT(pod_specs); i++) {
        n->spec = &pod_specs[i];
        if (wanted[i]) fields_visit(n->build, root, str_format(n->build->arena, "%s/%s", place, pod_specs[i].path).at, value_null(), visit_name, n);
    }
}

void follow_names(Build *b, ResourceVec *list) {
    Names n = {.build = b};
    bool wanted[ARRAY_COUNT(name_specs)], pod_wanted[ARRAY_COUNT(pod_specs)];
    for (size_t i = 0; i < ARRAY_COUNT(name_specs); i++) wanted[i] = kind_exists(list, name_specs[i].target);
    for (size_t i = 0; i < ARRAY_COUNT(pod_specs); i++) pod_wanted[i] = kind_exists(list, pod_specs[i].target);
    for (uint32_t i = 0; i < list->count; i++) {
        Resource *r = list->items[i];
        add_name(&n, r, &r->id);
        for (uint32_t k = 0; k < r->before.count; k++) add_name(&n, r, &r->before.items[k]);
    }
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        n.r = r;
        for (size_t k = 0; k < ARRAY_COUNT(name_specs); k++) {
            n.spec = &name_specs[k];
            if (wanted[k] && str_is(r->id.kind, n.spec->kind) && group_fits(n.spec->group, r->id.group)) fields_visit(b, r->root, n.spec->path, value_null(), visit_name, &n);
        }
        vec_each(NameSpec, spec, &b->config->names) {
            n.spec = spec;
            bool fits = (!*spec->kind || str_is(r->id.kind, spec->kind)) && group_fits(spec->group, r->id.group);
            if (fits && build_step(b, 1)) fields_visit(b, r->root, spec->path, value_null(), visit_name, &n);
        }
        for (size_t k = 0; k < ARRAY_COUNT(pod_places); k++) {
            if (str_is(r->id.kind, pod_places[k].kind)) follow_pod(&n, r->root, pod_places[k].path, pod_wanted);
        }
    }
}
