/* One document, one object; a List is its items. What all kinds have is read here, the pod inside by kubernetes_pod.c. Anything
 * else stays a tree that checks walk (`it.spec.…`), so that a field nobody foresaw can be asked for. */
#include "systems/kubernetes.h"

#include "facts/schema.h"
#include "parse/yaml.h"
#include "systems/crossplane.h"
#include "systems/facets.h"
#include "systems/kubernetes_lower.h"
#include "systems/openshift.h"

typedef struct Workload {
    const char *kind, *group, *path;
    bool serves;
} Workload;

static const Workload workloads[] = {
#define WORKLOAD(kind, group, path, serves) {kind, group, path, serves},
#include "systems/kubernetes.def"
#undef WORKLOAD
};

Object *manifest_object(Manifest *m, ShapeId shape, Value whole, Value header) {
    Value at = header.source && !value_is_null(header) ? header : value_absent(whole);
    if (!at.source) at.source = m->source;
    Object *o = object_new(m->arena, shape, at.source, at.span);
    o->extent = whole.source == at.source ? whole.span : at.span;
    o->composite = m->composite;
    if (m->object) o->address = m->object->address;
    model_subject(m->model, o);
    return o;
}

/* Deployment/shop/api: kind, namespace where one is written, name. */
static Str address_of(Manifest *m, Value kind, Value namespace, Value name) {
    Str known = name.kind == VALUE_STRING ? value_str(name) : STR("?");
    if (namespace.kind != VALUE_STRING) return str_format(m->arena, "%.*s/%.*s", STR_ARGS(value_text(kind)), STR_ARGS(known));
    return str_format(m->arena, "%.*s/%.*s/%.*s", STR_ARGS(value_text(kind)), STR_ARGS(value_str(namespace)), STR_ARGS(known));
}

/* The pods that `path` leads to in `v`; the first of them is the object's. */
static void pods_at(Manifest *m, Object *o, Value v, Str path, bool serves) {
    Str part;
    uint32_t count = 0;
    bool more = path.len && str_next(&path, '.', &part), each = more && str_is(part, "[]"), any = more && str_is(part, "*");
    const Value *items = each ? value_items(v, &count, m->arena) : NULL;
    const Entry *entries = any ? value_entries(v, &count, m->arena) : NULL;
    for (uint32_t i = 0; i < count; i++) pods_at(m, o, each ? items[i] : entries[i].value, path, serves);
    if (each || any) return;
    if (more) {
        pods_at(m, o, value_field(v, str_copy(m->arena, part).at, m->arena), path, serves);
        return;
    }
    bool first = value_is_null(o->fields[MANIFEST_POD]);
    Object *pod = value_is_map(v) && (first || value_is_list(value_path(v, "spec.containers", m->arena))) ? pod_model(m, v, serves) : NULL;
    if (pod && first) o->fields[MANIFEST_POD] = value_object(pod);
}

/* A kind may stand in the table several times, for several places. */
static void pods_model(Manifest *m, Object *o, Str kind, Value body) {
    Str group = value_text(o->fields[MANIFEST_GROUP]), known = {NULL, 0};
    bool found = false;
    for (size_t i = 0; i < ARRAY_COUNT(workloads); i++) {
        const Workload *w = &workloads[i];
        if (!str_is(kind, w->kind) || (*w->group ? !str_is(group, w->group) : known.len > 0)) continue;
        pods_at(m, o, body, str_of(w->path), w->serves);
        known = str_of(w->kind);
        found = true;
    }
    if (!found && value_is_list(value_path(body, "spec.template.spec.containers", m->arena))) pods_at(m, o, body, STR("spec.template"), true);
}

static void rules_model(Manifest *m, Value body) {
    uint32_t count;
    Value list = value_field(body, "rules", m->arena);
    const Value *rules = value_items(list, &count, m->arena);
    for (uint32_t i = 0; i < count; i++) {
        Value verbs = value_field(rules[i], "verbs", m->arena);
        Object *o = manifest_object(m, SHAPE_RULE, rules[i], (Value){0});
        o->fields[RULE_VERBS] = verbs;
        o->fields[RULE_RESOURCES] = value_field(rules[i], "resources", m->arena);
        o->fields[RULE_GROUPS] = value_field(rules[i], "apiGroups", m->arena);
        o->fields[RULE_NAMES] = value_field(rules[i], "resourceNames", m->arena);
        o->fields[RULE_MANIFEST] = value_object(m->object);
    }
}

/* A backend of networking.k8s.io/v1, or of the versions before it. */
static void route_model(Manifest *m, Value host, Value path, Value backend) {
    if (!value_is_map(backend)) return;
    Value service = value_path(backend, "service.name", m->arena), port = value_path(backend, "service.port.number", m->arena);
    if (value_is_null(port)) port = value_path(backend, "service.port.name", m->arena);
    Value old = value_field(backend, "serviceName", m->arena);
    bool is_old = value_is_null(service) && !value_is_null(old);
    Object *o = manifest_object(m, SHAPE_ROUTE, backend, (Value){0});
    o->fields[ROUTE_HOST] = host;
    o->fields[ROUTE_PATH] = path;
    o->fields[ROUTE_SERVICE] = is_old ? old : service;
    o->fields[ROUTE_PORT] = is_old ? value_field(backend, "servicePort", m->arena) : port;
    o->fields[ROUTE_MANIFEST] = value_object(m->object);
}

static void routes_model(Manifest *m, Value spec) {
    Value none = value_absent(spec), first = value_field(spec, "defaultBackend", m->arena);
    route_model(m, none, none, value_is_null(first) ? value_field(spec, "backend", m->arena) : first);
    uint32_t rules, paths;
    const Value *rule = value_items(value_field(spec, "rules", m->arena), &rules, m->arena);
    for (uint32_t i = 0; i < rules; i++) {
        const Value *path = value_items(value_path(rule[i], "http.paths", m->arena), &paths, m->arena);
        for (uint32_t k = 0; k < paths; k++) {
            Value host = value_field(rule[i], "host", m->arena), text = value_field(path[k], "path", m->arena);
            route_model(m, host, text, value_field(path[k], "backend", m->arena));
        }
    }
}

/* https://gateway-api.sigs.k8s.io/reference/spec/: backendRefs name Services unless they say otherwise. */
static void gateway_model(Manifest *m, Value spec) {
    uint32_t rules, refs;
    const Value *rule = value_items(value_field(spec, "rules", m->arena), &rules, m->arena);
    for (uint32_t i = 0; i < rules; i++) {
        const Value *ref = value_items(value_field(rule[i], "backendRefs", m->arena), &refs, m->arena);
        for (uint32_t k = 0; k < refs; k++) {
            Value kind = value_field(ref[k], "kind", m->arena), elsewhere = value_field(ref[k], "namespace", m->arena);
            if (!value_is_null(elsewhere) || (!value_is_null(kind) && !value_is_string(kind, "Service"))) continue;
            Object *o = manifest_object(m, SHAPE_ROUTE, ref[k], (Value){0});
            o->fields[ROUTE_SERVICE] = value_field(ref[k], "name", m->arena);
            o->fields[ROUTE_PORT] = value_field(ref[k], "port", m->arena);
            o->fields[ROUTE_MANIFEST] = value_object(m->object);
        }
    }
}

/* OpenShift's: its port is one of the pods, so that only the Service is told. */
static void openshift_route_model(Manifest *m, Value spec) {
    Value to = value_field(spec, "to", m->arena), kind = value_field(to, "kind", m->arena);
    if (!value_is_map(to) || (!value_is_null(kind) && !value_is_string(kind, "Service"))) return;
    Object *o = manifest_object(m, SHAPE_ROUTE, to, (Value){0});
    o->fields[ROUTE_HOST] = value_field(spec, "host", m->arena);
    o->fields[ROUTE_PATH] = value_field(spec, "path", m->arena);
    o->fields[ROUTE_SERVICE] = value_field(to, "name", m->arena);
    o->fields[ROUTE_MANIFEST] = value_object(m->object);
}

static void all_routes_model(Manifest *m, Str kind, Str group) {
    Value spec = m->object->fields[MANIFEST_SPEC];
    if (str_is(kind, "Ingress")) routes_model(m, spec);
    else if (str_is(group, "gateway.networking.k8s.io") && str_ends(kind, STR("Route"))) gateway_model(m, spec);
    else if (str_is(kind, "Route") && (!group.len || str_is(group, "route.openshift.io"))) openshift_route_model(m, spec);
}

/* "v1.16.0" → "1.16" */
static Value release(Manifest *m, Str text, Value origin) {
    if (!text.len) return value_absent(origin);
    if (text.at[0] == 'v') text = str_skip(text, 1);
    size_t first = str_find_byte(text, '.'), last = str_find_last(text, '.');
    if (last != first) text = str_slice(text, 0, last);
    Value v = value_string(text);
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source ? origin.source : m->source, origin.span);
}

static void fill_removal(Manifest *m, Object *o) {
    SchemaRemoval removal;
    Value version = o->fields[MANIFEST_API_VERSION];
    if (!schema_removal(value_text(version), value_text(o->fields[MANIFEST_KIND]), &removal) || !str_is(removal.component, "k8s")) return;
    o->fields[MANIFEST_REMOVED_IN] = release(m, removal.removed_in, version);
    o->fields[MANIFEST_DEPRECATED_IN] = release(m, removal.deprecated_in, version);
    if (removal.replacement.len) o->fields[MANIFEST_REPLACEMENT] = value_at(value_string(removal.replacement), version.source, version.span);
}

/* Keys of blocks as they are written; those of { } are a matter of the line. */
static Value unsorted_key(Manifest *m, Value body) {
    if (m->composite) body = m->composite->written; /* nobody wrote what was built as it is */
    if (!yaml_is_tree(body)) return value_absent(body);
    const Tree *tree = body.as.tree;
    const Node *root = &tree->nodes[body.count];
    for (const Node *map = root; map < root + root->size; map++) {
        if (map->kind != YAML_MAP) continue;
        Str last = {NULL, 0};
        for (const Node *key = map + 1, *end = map + map->size; key < end;) {
            const Node *value = key + key->size;
            Str name = key->kind == YAML_SCALAR ? node_text(tree, key) : (Str){NULL, 0};
            if (name.len && last.len && str_compare(name, last) < 0) return value_at(value_string(name), body.source, node_span(tree, key));
            if (name.len) last = name;
            key = value + value->size;
        }
    }
    return value_absent(body);
}

static void fill_identity(Manifest *m, Object *o, Value body) {
    Value version = value_field(body, "apiVersion", m->arena), meta = value_field(body, "metadata", m->arena);
    Str group, rest, text = value_text(version);
    bool grouped = str_cut(text, '/', &group, &rest);
    o->fields[MANIFEST_API_VERSION] = version;
    o->fields[MANIFEST_GROUP] = value_at(value_string(grouped ? group : STR("")), version.source, version.span);
    o->fields[MANIFEST_VERSION] = value_at(value_string(grouped ? rest : text), version.source, version.span);
    o->fields[MANIFEST_KIND] = value_field(body, "kind", m->arena);
    o->fields[MANIFEST_METADATA] = meta;
    o->fields[MANIFEST_NAME] = value_field(meta, "name", m->arena);
    o->fields[MANIFEST_NAMESPACE] = value_field(meta, "namespace", m->arena);
    o->fields[MANIFEST_LABELS] = value_field(meta, "labels", m->arena);
    o->fields[MANIFEST_ANNOTATIONS] = value_field(meta, "annotations", m->arena);
    o->fields[MANIFEST_SPEC] = value_field(body, "spec", m->arena);
    o->fields[MANIFEST_BODY] = body;
    o->fields[MANIFEST_FILE] = value_at(value_string(o->source->path), o->source, o->span);
    o->fields[MANIFEST_UNSORTED] = unsorted_key(m, body);
    fill_removal(m, o);
    kind_model(m, o);
    bool owned = value_size(value_field(meta, "ownerReferences", m->arena)) > 0;
    o->fields[MANIFEST_IS_GENERATED] = value_at(value_bool(owned), o->source, o->span);
    o->address = m->address.len ? m->address : address_of(m, o->fields[MANIFEST_KIND], o->fields[MANIFEST_NAMESPACE], o->fields[MANIFEST_NAME]);
}

static void object_model(Manifest *m, Value body, int depth);

static void items_model(Manifest *m, Value body, int depth) {
    uint32_t count;
    const Value *items = value_items(value_field(body, "items", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count && depth < 4; i++) object_model(m, items[i], depth + 1);
}

/* Objects in a list, FIELD what of each item is the object ("" for all of it). What patches may add to is open. */
static void carried_list(Manifest *m, Value list, const char *field, int depth) {
    uint32_t count;
    const Value *items = value_items(list, &count, m->arena);
    bool open = m->open;
    m->open = *field != '\0';
    for (uint32_t i = 0; i < count && depth < 4; i++) object_model(m, value_path(items[i], field, m->arena), depth + 1);
    m->open = open;
}

/* Objects that another one carries. */
static void carried_model(Manifest *m, Str kind, Str group, Value body, int depth) {
    if (str_is(kind, "Template") && str_is(group, "template.openshift.io")) carried_list(m, value_field(openshift_template(body, m->arena), "objects", m->arena), "", depth);
    if (!str_is(kind, "Composition") || !str_is(group, "apiextensions.crossplane.io")) return;
    carried_list(m, value_path(body, "spec.resources", m->arena), "base", depth);
    uint32_t count;
    const Value *steps = value_items(value_path(body, "spec.pipeline", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) carried_list(m, value_path(steps[i], "input.resources", m->arena), "base", depth);
}

static void object_model(Manifest *m, Value body, int depth) {
    if (!value_is_map(body)) return;
    Value kind = value_field(body, "kind", m->arena), name = value_path(body, "metadata.name", m->arena);
    if (kind.kind != VALUE_STRING) return;
    if (str_ends(value_str(kind), STR("List")) && value_is_list(value_field(body, "items", m->arena))) {
        items_model(m, body, depth);
        return;
    }
    m->object = NULL;
    Object *o = manifest_object(m, SHAPE_MANIFEST, body, value_is_null(name) ? kind : name);
    fill_identity(m, o, body);
    m->object = o;
    Str text = value_str(kind);
    pods_model(m, o, text, body);
    if (str_is(text, "Role") || str_is(text, "ClusterRole")) rules_model(m, body);
    if (str_is(text, "CustomResourceDefinition") && value_is_string(o->fields[MANIFEST_API_VERSION], "apiextensions.k8s.io/v1")) definition_model(m);
    all_routes_model(m, text, value_text(o->fields[MANIFEST_GROUP]));
    argo_model(m);
    bool tree = body.kind == VALUE_TREE;
    bool secrets = tree && !m->source->brief;
    if (secrets && str_is(text, "ConfigMap")) secrets_in_data(m, value_field(body, "data", m->arena));
    if (secrets && str_is(text, "Secret")) secrets_in_data(m, value_field(body, "stringData", m->arena));
    if (tree && str_is(text, "Secret")) secrets_in_encoded(m, value_field(body, "data", m->arena));
    if (secrets) secrets_in_annotations(m, o->fields[MANIFEST_ANNOTATIONS]);
    crossplane_model(o, m->open, m->model);
    unread_kind_model(m, body);
    carried_model(m, text, value_text(o->fields[MANIFEST_GROUP]), body, depth);
}

static Value value_of(const Tree *tree, const Node *node, Arena *a) { return yaml_value(tree, (uint32_t)(node - tree->nodes), a); }

void kubernetes_model(Source *source, const Tree *tree, Model *model) {
    Manifest m = {.source = source, .model = model, .arena = model->arena};
    node_each(document, tree->nodes) {
        const Node *root = node_first(document);
        if (root) object_model(&m, value_of(tree, root, m.arena), 0);
    }
}

void kubernetes_built(Source *source, Value body, const Composite *composite, Model *model) {
    Manifest m = {.source = source, .model = model, .arena = model->arena, .composite = composite, .address = composite->address};
    uint32_t from = model->subjects.count;
    object_model(&m, body, 0);
    for (uint32_t i = from; i < model->subjects.count; i++) ((Object *)(uintptr_t)model->subjects.items[i])->composite = composite; /* images, commands … too */
}

void kubernetes_object(Source *source, Value body, Str address, Model *model) {
    Manifest m = {.source = source, .model = model, .arena = model->arena, .address = address};
    object_model(&m, body, 0);
}

bool kubernetes_is_empty(const Tree *tree) {
    node_each(document, tree->nodes) {
        if (node_first(document) && yaml_get(tree, node_first(document), "kind")) return false;
    }
    return true;
}
