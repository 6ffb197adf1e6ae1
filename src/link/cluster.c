/* A namespace that is not written matches any: it is given when the file is applied. Invariant: a join looks at the candidates
 * that an index gives, so that the time of a review grows with the matches and not with the square of the objects. */
#include "link/cluster.h"

#include "link/selector.h"

static bool is_plain(const Object *owner) {
    Str kind = value_text(owner->fields[MANIFEST_KIND]);
    return str_is(kind, "Service") || str_is(kind, "ReplicationController");
}

/* The selector of an object that has one in the usual place. */
static Value selector_of(const Object *o, Arena *a) {
    Value selector = value_field(o->fields[MANIFEST_SPEC], "podSelector", a);
    return value_is_null(selector) ? value_field(o->fields[MANIFEST_SPEC], "selector", a) : selector;
}

void cluster_add(Cluster *cluster, const Object *object, Arena *a) {
    if (object->shape->id == SHAPE_POD) {
        Member pod = {.object = object, .manifest = object->fields[POD_MANIFEST].as.object, .labels = object->fields[POD_LABELS]};
        group_add(&cluster->pods, pod, a);
    }
    if (object->shape->id != SHAPE_MANIFEST) return;
    void **slot = map_slot(a, &cluster->kinds, value_text(object->fields[MANIFEST_KIND]));
    if (!*slot) *slot = arena_new(a, Group);
    group_add(*slot, (Member){object, object, object->fields[MANIFEST_LABELS], selector_of(object, a), is_plain(object)}, a);
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

static bool same_namespace(const Object *a, const Object *b) {
    Value x = a->fields[MANIFEST_NAMESPACE], y = b->fields[MANIFEST_NAMESPACE];
    return x.kind != VALUE_STRING || y.kind != VALUE_STRING || str_eq(value_str(x), value_str(y));
}

/* Folders that two objects share, from the root down, +1 when they lie in the same one. */
static uint32_t nearness(const Object *a, const Object *b) {
    Str x = group_folder(a), y = group_folder(b);
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
    ValueVec items;   /* matches at `nearest` */
    uint32_t nearest; /* of all members of the group */
    bool far;         /* a match lies further away */
    Arena *arena;
} Answer;

static Answer answer_to(const Object *it, const Group *group, Arena *a) {
    return (Answer){.it = it, .nearest = group_nearest(group, group_folder(it)), .arena = a};
}

static void match(Answer *answer, const Member *member) {
    if (nearness(member->manifest, answer->it) == answer->nearest) vec_push(answer->arena, &answer->items, value_object(member->object));
    else answer->far = true;
}

static Value answer_value(const Answer *answer) {
    Value v = value_list(answer->items.items, answer->items.count);
    bool closed = answer->nearest == UINT32_MAX && !answer->far;
    if (!answer->items.count && !closed) v.flags |= VALUE_OPEN;
    return value_at(v, answer->it->source, answer->it->span);
}

/* ---- the functions ---- */

static const Group *of_kind(const Cluster *cluster, Str kind) {
    static const Group none = {0};
    const Group *group = map_get(&cluster->kinds, kind);
    return group ? group : &none;
}

static Value objects(const Group *group, const Object *it, const Str *name, Arena *a) {
    Answer answer = answer_to(it, group, a);
    MemberVec candidates = name ? group_named(group, *name, a) : group_all(group, a);
    vec_each(uint32_t, index, &candidates) {
        const Member *member = &group->members.items[*index];
        if (same_namespace(it, member->manifest)) match(&answer, member);
    }
    return answer_value(&answer);
}

/* Pods are in a namespace; other objects may be selected by what has none. */
static Value selected(const Group *group, Value selector, const Object *it, bool any_namespace, Arena *a) {
    Answer answer = answer_to(it, group, a);
    MemberVec candidates = group_selected(group, selector, is_plain(it), a);
    vec_each(uint32_t, index, &candidates) {
        const Member *member = &group->members.items[*index];
        if (!any_namespace && !same_namespace(it, member->manifest)) continue;
        if (selector_matches(selector, is_plain(it), member->labels, a) != MATCH_NO) match(&answer, member);
    }
    return answer_value(&answer);
}

static Value selecting(const Group *group, Value pod, const Object *it, Arena *a) {
    if (pod.kind != VALUE_OBJECT || pod.as.object->shape->id != SHAPE_POD) return answer_value(&(Answer){.it = it, .arena = a});
    Value labels = pod.as.object->fields[POD_LABELS];
    Answer answer = answer_to(it, group, a);
    MemberVec candidates = group_selecting(group, labels, a);
    vec_each(uint32_t, index, &candidates) {
        const Member *member = &group->members.items[*index];
        if (!same_namespace(it, member->manifest)) continue;
        if (selector_matches(member->selector, member->plain, labels, a) != MATCH_NO) match(&answer, member);
    }
    return answer_value(&answer);
}

bool cluster_answer(const Cluster *cluster, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Object *it = count ? manifest_of(arguments[count - 1]) : NULL;
    if (!it || scope->blind || arguments[0].kind != VALUE_STRING) return false;
    Str kind = value_str(arguments[0]);
    if (str_is(function, "objects")) *out = objects(of_kind(cluster, kind), it, NULL, scope->arena);
    else if (str_is(function, "selecting")) *out = selecting(of_kind(cluster, kind), arguments[1], it, scope->arena);
    else if (str_is(function, "selected") && str_is(kind, "Pod")) *out = selected(&cluster->pods, arguments[1], it, false, scope->arena);
    else if (str_is(function, "selected")) *out = selected(of_kind(cluster, kind), arguments[1], it, true, scope->arena);
    else if (str_is(function, "named") && arguments[1].kind == VALUE_STRING) {
        Str name = value_str(arguments[1]);
        *out = objects(of_kind(cluster, kind), it, &name, scope->arena);
    } else if (str_is(function, "named") && value_is_null(arguments[1])) *out = value_list(NULL, 0); /* it names none */
    else return false;
    return true;
}
