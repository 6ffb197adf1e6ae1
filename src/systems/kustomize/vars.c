/* vars: $(NAME) in fields that are known to hold such, or that `varReference` names, becomes a value of some resource. What is no variable
 * stays as it is, and $$(NAME) is written $(NAME).
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/vars/ */
#include "systems/kustomize/build.h"

typedef struct Variables {
    Build *build;
    Map values;     /* name → Value */
    size_t longest; /* bytes of a name */
} Variables;

static const char *const pod_fields[] = {"containers/args", "containers/command", "containers/env/value", "containers/volumeMounts/mountPath",
                                         "initContainers/args", "initContainers/command", "initContainers/env/value", "initContainers/volumeMounts/mountPath", "volumes/nfs/server"};

static const struct {
    const char *kind, *path;
} places[] = {{"Pod", "spec"}, {"Deployment", "spec/template/spec"}, {"ReplicaSet", "spec/template/spec"}, {"DaemonSet", "spec/template/spec"},
              {"StatefulSet", "spec/template/spec"}, {"Job", "spec/template/spec"}, {"CronJob", "spec/jobTemplate/spec/template/spec"}};

static const FieldSpec fields[] = {{"Ingress", "*", "spec/rules/host", false}, {"Ingress", "*", "spec/tls/hosts", false}, {"Ingress", "*", "spec/tls/secretName", false},
                                   {"Service", "*", "spec/ports/port", false}, {"Service", "*", "spec/ports/targetPort", false}, {"PersistentVolume", "*", "spec/nfs/server", false},
                                   {"Deployment", "*", "spec/template/metadata/annotations", false}, {"", "*", "metadata/labels", false}, {"", "*", "metadata/annotations", false}};

/* ---- what they are ---- */

static Value value_of(Build *b, ResourceVec *list, Value var) {
    Value ref = value_field(var, "objref", b->arena);
    Str api = build_string(b, ref, "apiVersion"), group = build_string(b, ref, "group"), rest, kind = build_string(b, ref, "kind"), name = build_string(b, ref, "name"), space = build_string(b, ref, "namespace");
    if (str_cut(api, '/', &api, &rest)) group = api;
    const Resource *found = NULL;
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        const Resource *r = list->items[i];
        bool named = str_eq(r->id.name, name) && (!space.len || namespace_is(r->id.namespace, space));
        for (uint32_t k = 0; k < r->before.count && !named; k++) named = str_eq(r->before.items[k].name, name) && (!space.len || namespace_is(r->before.items[k].namespace, space));
        if (named && str_eq(r->id.kind, kind) && (!group.len || str_eq(group, r->id.group))) found = r;
    }
    Str path = build_string(b, value_field(var, "fieldref", b->arena), "fieldpath");
    if (!path.len) path = build_string(b, value_field(var, "fieldref", b->arena), "fieldPath");
    return found ? replace_peek(b, found->root, path.len ? path : STR("metadata.name")) : value_null();
}

static void read_variables(Variables *vs, ResourceVec *list) {
    Build *b = vs->build;
    vec_each(Value, var, &b->config->vars) {
        Str name = build_string(b, *var, "name");
        Value v = value_of(b, list, *var);
        if (value_is_null(v) && b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, *var, name);
        else if (value_is_null(v)) build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, *var, name);
        Value *slot = arena_new(b->arena, Value);
        *slot = v;
        map_put(b->arena, &vs->values, name, slot);
        vs->longest = MAX(vs->longest, name.len);
    }
}

/* ---- where they stand ---- */

/* The variable that begins at `i`, or NULL. `close`: the next bracket that closes, looked for once and not from each that opens. */
static const Value *variable_at(const Variables *vs, Str text, size_t i, size_t *close) {
    if (text.at[i] != '$' || !str_starts(str_skip(text, i + 1), STR("("))) return NULL;
    size_t start = i + 2;
    if (*close != STR_NONE && *close < start) {
        size_t found = str_find_byte(str_skip(text, start), ')');
        *close = found == STR_NONE ? found : start + found;
    }
    return *close == STR_NONE || *close - start > vs->longest ? NULL : map_get(&vs->values, str_slice(text, start, *close));
}

/* False when nothing of `text` is a variable. A whole that is one keeps its type. */
static bool expand(Variables *vs, Str text, Buf *out, Value *whole) {
    bool any = false;
    size_t close = 0;
    *whole = value_null();
    for (size_t i = 0; i < text.len; i++) {
        const Value *v = variable_at(vs, text, i, &close);
        bool escape = text.at[i] == '$' && str_starts(str_skip(text, i + 1), STR("$"));
        if (v && !i && close + 1 == text.len) *whole = *v;
        if (v) buf_add(out, scalar_text(*v, vs->build->arena));
        else buf_byte(out, text.at[i]);
        any = any || v || escape;
        if (v) i = close;
        else i += escape;
    }
    return any;
}

static void expand_node(Variables *vs, BuiltNode **slot) {
    Build *b = vs->build;
    BuiltNode *node = *slot;
    Value old = built_value(b->tree, node), whole;
    if (built_is_list(node) || built_is_map(node)) {
        if (!built_open(b->tree, node)) return;
        for (uint32_t i = 0; i < node->entries.count && build_step(b, 1); i++) {
            BuiltNode *below = node->entries.items[i].node;
            if (!built_is_list(below) && !built_is_map(below)) expand_node(vs, &node->entries.items[i].node);
        }
        return;
    }
    Buf out = {0};
    bool found = old.kind == VALUE_STRING || old.kind == VALUE_HOLE ? expand(vs, scalar_text(old, b->arena), &out, &whole) : false;
    if (found && !value_is_null(whole)) *slot = built_whole(b->tree, value_at(whole, old.source, old.span));
    else if (found) *slot = built_text(b->tree, buf_str(&out), old);
    buf_free(&out);
}

static void visit(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data) {
    (void)b;
    (void)parent;
    expand_node(data, &entry->node);
}

static void expand_fields(Variables *vs, Resource *r, const FieldSpec *specs, size_t count) {
    for (size_t i = 0; i < count && build_step(vs->build, 1); i++) {
        if (field_fits(&specs[i], &r->id)) fields_visit(vs->build, r->root, specs[i].path, value_null(), visit, vs);
    }
}

void expand_variables(Build *b, ResourceVec *list) {
    Variables vs = {.build = b};
    if (!b->config->vars.count) return;
    read_variables(&vs, list);
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        expand_fields(&vs, r, fields, ARRAY_COUNT(fields));
        expand_fields(&vs, r, b->config->lists[CONFIG_VARIABLES].items, b->config->lists[CONFIG_VARIABLES].count);
        for (size_t k = 0; k < ARRAY_COUNT(places); k++) {
            if (!str_is(r->id.kind, places[k].kind)) continue;
            for (size_t f = 0; f < ARRAY_COUNT(pod_fields); f++) fields_visit(b, r->root, str_format(b->arena, "%s/%s", places[k].path, pod_fields[f]).at, value_null(), visit, &vs);
        }
    }
}
