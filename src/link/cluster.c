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

typedef struct Answer {
    ValueVec items;
    bool closed;  /* the folder of `it` keeps such objects */
    Arena *arena;
} Answer;

static Value answer_value(const Answer *answer, const Object *it) {
    Value v = value_list(answer->items.items, answer->items.count);
    if (!answer->closed && !answer->items.count) v.flags |= VALUE_OPEN;
    return value_at(v, it->source, it->span);
}

/* ---- the functions ---- */

static const ObjectVec *of_kind(const Cluster *cluster, Str kind) {
    static const ObjectVec none = {0};
    const ObjectVec *list = map_get(&cluster->kinds, kind);
    return list ? list : &none;
}

static Value objects(const Cluster *cluster, Str kind, const Object *it, const Str *name, Arena *a) {
    const ObjectVec *list = of_kind(cluster, kind);
    Answer answer = {.arena = a};
    for (uint32_t i = 0; i < list->count; i++) {
        const Object *o = list->items[i];
        answer.closed = answer.closed || str_eq(folder_of(o), folder_of(it));
        if (!same_namespace(it, o)) continue;
        Value own = o->fields[MANIFEST_NAME];
        if (!name || own.kind == VALUE_HOLE || str_eq(value_text(own), *name)) vec_push(a, &answer.items, value_object(o));
    }
    return answer_value(&answer, it);
}

static bool is_plain(const Object *owner) {
    Str kind = value_text(owner->fields[MANIFEST_KIND]);
    return str_is(kind, "Service") || str_is(kind, "ReplicationController");
}

static void take_pods(Answer *answer, const Cluster *cluster, Value selector, const Object *it) {
    for (uint32_t i = 0; i < cluster->pods.count; i++) {
        const Object *pod = cluster->pods.items[i], *manifest = pod->fields[POD_MANIFEST].as.object;
        answer->closed = answer->closed || str_eq(folder_of(manifest), folder_of(it));
        if (!same_namespace(it, manifest)) continue;
        Match match = selector_matches(selector, is_plain(it), pod->fields[POD_LABELS], answer->arena);
        if (match != MATCH_NO) vec_push(answer->arena, &answer->items, value_object(pod));
    }
}

static void take_objects(Answer *answer, const ObjectVec *list, Value selector, const Object *it) {
    for (uint32_t i = 0; i < list->count; i++) {
        const Object *o = list->items[i];
        answer->closed = answer->closed || str_eq(folder_of(o), folder_of(it));
        Match match = selector_matches(selector, is_plain(it), o->fields[MANIFEST_LABELS], answer->arena);
        if (match != MATCH_NO) vec_push(answer->arena, &answer->items, value_object(o));
    }
}

static Value selected(const Cluster *cluster, Str kind, Value selector, const Object *it, Arena *a) {
    Answer answer = {.arena = a};
    if (str_is(kind, "Pod")) take_pods(&answer, cluster, selector, it);
    else take_objects(&answer, of_kind(cluster, kind), selector, it);
    return answer_value(&answer, it);
}

/* The selector of an object that has one in the usual place. */
static Value selector_of(const Object *o, Arena *a) {
    Value selector = value_field(o->fields[MANIFEST_SPEC], "podSelector", a);
    return value_is_null(selector) ? value_field(o->fields[MANIFEST_SPEC], "selector", a) : selector;
}

static Value selecting(const Cluster *cluster, Str kind, Value pod, const Object *it, Arena *a) {
    const ObjectVec *list = of_kind(cluster, kind);
    Answer answer = {.arena = a};
    for (uint32_t i = 0; i < list->count && pod.as.object->shape->id == SHAPE_POD; i++) {
        const Object *o = list->items[i];
        answer.closed = answer.closed || str_eq(folder_of(o), folder_of(it));
        if (!same_namespace(it, o)) continue;
        Match match = selector_matches(selector_of(o, a), is_plain(o), pod.as.object->fields[POD_LABELS], a);
        if (match != MATCH_NO) vec_push(a, &answer.items, value_object(o));
    }
    return answer_value(&answer, it);
}

bool cluster_answer(const Cluster *cluster, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Object *it = count ? manifest_of(arguments[count - 1]) : NULL;
    if (!it || scope->blind || arguments[0].kind != VALUE_STRING) return false;
    Str kind = value_str(arguments[0]);
    if (str_is(function, "objects")) *out = objects(cluster, kind, it, NULL, scope->arena);
    else if (str_is(function, "selecting")) *out = selecting(cluster, kind, arguments[1], it, scope->arena);
    else if (str_is(function, "selected")) *out = selected(cluster, kind, arguments[1], it, scope->arena);
    else if (str_is(function, "named") && arguments[1].kind == VALUE_STRING) {
        Str name = value_str(arguments[1]);
        *out = objects(cluster, kind, it, &name, scope->arena);
    } else if (str_is(function, "named") && value_is_null(arguments[1])) *out = value_list(NULL, 0); /* it names none */
    else return false;
    return true;
}
