/* A namespace that is not written matches any: it is given when the file is applied. */
#include "link/cluster.h"

#include "link/selector.h"

void cluster_add(Cluster *cluster, const Object *object, Arena *a) {
    if (object->shape->id == SHAPE_POD) vec_push(a, &cluster->pods, object);
    if (object->shape->id != SHAPE_MANIFEST) return;
    void **slot = map_slot(a, &cluster->kinds, value_text(object->fields[MANIFEST_KIND]));
    if (!*slot) *slot = arena_new(a, ObjectVec);
    ObjectVec *list = *slot;
    vec_push(a, list, object);
}

/* ---- who is near ---- */

/* The manifest that any Kubernetes object belongs to, or NULL. */
static const Object *manifest_of(Value it) {
    if (it.kind != VALUE_OBJECT) return NULL;
    const Object *o = it.as.object;
    if (o->shape->id == SHAPE_MANIFEST) return o;
    int field = shape_field(o->shape, STR("manifest"));
    if (field < 0 || o->fields[field].kind != VALUE_OBJECT) return NULL;
    return o->fields[field].as.object;
}

static Str folder_of(const Object *o) {
    size_t slash = str_find_last(o->source->path, '/');
    return slash == STR_NONE ? STR("") : str_slice(o->source->path, 0, slash);
}

static bool same_namespace(const Object *a, const Object *b) {
    Value x = a->fields[MANIFEST_NAMESPACE], y = b->fields[MANIFEST_NAMESPACE];
    return x.kind != VALUE_STRING || y.kind != VALUE_STRING || str_eq(value_str(x), value_str(y));
}

/* Folders that two objects share, from the root down, +1 when they lie in the same one. */
static uint32_t nearness(const Object *a, const Object *b) {
    Str x = folder_of(a), y = folder_of(b);
    if (str_eq(x, y)) return UINT32_MAX;
    uint32_t shared = 0;
    for (size_t i = 0; i <= MIN(x.len, y.len); i++) {
        bool end = (i == x.len || x.at[i] == '/') && (i == y.len || y.at[i] == '/');
        if (end) shared++;
        if (i == x.len || i == y.len || x.at[i] != y.at[i]) break;
    }
    return shared;
}

/* What is near counts: the smallest folder around `it` that holds an object of the kind. A match further away may belong to
 * another system of the same repository, so that nothing is known then. */
typedef struct Answer {
    const Object *it;
    ValueVec items;        /* matches at `nearest` */
    uint32_t nearest;      /* of all candidates */
    bool far;              /* a match lies further away */
    Arena *arena;
} Answer;

static void consider(Answer *answer, const Object *manifest, const Object *item, bool matches) {
    uint32_t near = nearness(manifest, answer->it);
    if (near > answer->nearest) {
        answer->far = answer->far || answer->items.count;
        answer->items.count = 0;
        answer->nearest = near;
    }
    if (!matches) return;
    if (near == answer->nearest) vec_push(answer->arena, &answer->items, value_object(item));
    else answer->far = true;
}

static Value answer_value(const Answer *answer) {
    Value v = value_list(answer->items.items, answer->items.count);
    bool closed = answer->nearest == UINT32_MAX && !answer->far;
    if (!answer->items.count && !closed) v.flags |= VALUE_OPEN;
    return value_at(v, answer->it->source, answer->it->span);
}

/* ---- the functions ---- */

static const ObjectVec *of_kind(const Cluster *cluster, Str kind) {
    static const ObjectVec none = {0};
    const ObjectVec *list = map_get(&cluster->kinds, kind);
    return list ? list : &none;
}

static Value objects(const Cluster *cluster, Str kind, const Object *it, const Str *name, Arena *a) {
    const ObjectVec *list = of_kind(cluster, kind);
    Answer answer = {.it = it, .arena = a};
    for (uint32_t i = 0; i < list->count; i++) {
        const Object *o = list->items[i];
        Value own = o->fields[MANIFEST_NAME];
        bool named = !name || own.kind == VALUE_HOLE || str_eq(value_text(own), *name);
        consider(&answer, o, o, named && same_namespace(it, o));
    }
    return answer_value(&answer);
}

static bool is_plain(const Object *owner) {
    Str kind = value_text(owner->fields[MANIFEST_KIND]);
    return str_is(kind, "Service") || str_is(kind, "ReplicationController");
}

static Value selected_pods(const Cluster *cluster, Value selector, const Object *it, Arena *a) {
    Answer answer = {.it = it, .arena = a};
    for (uint32_t i = 0; i < cluster->pods.count; i++) {
        const Object *pod = cluster->pods.items[i], *manifest = pod->fields[POD_MANIFEST].as.object;
        bool matches = same_namespace(it, manifest) && selector_matches(selector, is_plain(it), pod->fields[POD_LABELS], a) != MATCH_NO;
        consider(&answer, manifest, pod, matches);
    }
    return answer_value(&answer);
}

static Value selected_objects(const ObjectVec *list, Value selector, const Object *it, Arena *a) {
    Answer answer = {.it = it, .arena = a};
    for (uint32_t i = 0; i < list->count; i++) {
        const Object *o = list->items[i];
        consider(&answer, o, o, selector_matches(selector, is_plain(it), o->fields[MANIFEST_LABELS], a) != MATCH_NO);
    }
    return answer_value(&answer);
}

/* The selector of an object that has one in the usual place. */
static Value selector_of(const Object *o, Arena *a) {
    Value selector = value_field(o->fields[MANIFEST_SPEC], "podSelector", a);
    return value_is_null(selector) ? value_field(o->fields[MANIFEST_SPEC], "selector", a) : selector;
}

static Value selecting(const Cluster *cluster, Str kind, Value pod, const Object *it, Arena *a) {
    const ObjectVec *list = of_kind(cluster, kind);
    Answer answer = {.it = it, .arena = a};
    for (uint32_t i = 0; i < list->count && pod.as.object->shape->id == SHAPE_POD; i++) {
        const Object *o = list->items[i];
        bool matches = same_namespace(it, o) && selector_matches(selector_of(o, a), is_plain(o), pod.as.object->fields[POD_LABELS], a) != MATCH_NO;
        consider(&answer, o, o, matches);
    }
    return answer_value(&answer);
}

bool cluster_answer(const Cluster *cluster, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Object *it = count ? manifest_of(arguments[count - 1]) : NULL;
    if (!it || scope->blind || arguments[0].kind != VALUE_STRING) return false;
    Str kind = value_str(arguments[0]);
    if (str_is(function, "objects")) *out = objects(cluster, kind, it, NULL, scope->arena);
    else if (str_is(function, "selecting")) *out = selecting(cluster, kind, arguments[1], it, scope->arena);
    else if (str_is(function, "selected") && str_is(kind, "Pod")) *out = selected_pods(cluster, arguments[1], it, scope->arena);
    else if (str_is(function, "selected")) *out = selected_objects(of_kind(cluster, kind), arguments[1], it, scope->arena);
    else if (str_is(function, "named") && arguments[1].kind == VALUE_STRING) {
        Str name = value_str(arguments[1]);
        *out = objects(cluster, kind, it, &name, scope->arena);
    } else if (str_is(function, "named") && value_is_null(arguments[1])) *out = value_list(NULL, 0); /* it names none */
    else return false;
    return true;
}
