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

/* ---- what is noted of an object ---- */

#define NOTE_VALUES 500 /* values of a selector or of labels that are copied; one that holds more can't be known */
#define NOTE_DEPTH 8

/* The value without its tree. */
static Value copied(Value v, uint32_t depth, uint32_t *budget, Arena *a) {
    if (!*budget || !depth) return value_hole(HOLE_UNREAD);
    --*budget;
    v.source = NULL;
    if (v.kind == VALUE_STRING) v.as.bytes = str_copy(a, value_str(v)).at;
    if (v.kind == VALUE_STRING || v.kind < VALUE_STRING) return v;
    if (!value_is_map(v) && !value_is_list(v)) return value_hole(v.kind == VALUE_HOLE ? (HoleReason)v.reason : HOLE_UNREAD);
    Arena scratch = {0};
    uint8_t open = v.flags & VALUE_OPEN;
    if (value_is_map(v)) {
        uint32_t count;
        const Entry *from = value_entries(v, &count, &scratch);
        Entry *to = arena_array(a, Entry, count);
        for (uint32_t i = 0; i < count; i++) to[i] = (Entry){copied(from[i].key, depth - 1, budget, a), copied(from[i].value, depth - 1, budget, a)};
        v = value_map(to, count);
    } else {
        uint32_t count;
        const Value *from = value_items(v, &count, &scratch);
        Value *to = arena_array(a, Value, count);
        for (uint32_t i = 0; i < count; i++) to[i] = copied(from[i], depth - 1, budget, a);
        v = value_list(to, count);
    }
    v.flags |= open;
    arena_free(&scratch);
    return v;
}

static Value noted(Value v, Arena *a) {
    uint32_t budget = NOTE_VALUES;
    return copied(v, NOTE_DEPTH, &budget, a);
}

/* HorizontalPodAutoscaler, ScaledObject */
static void note_target(const Object *manifest, Member *member, Arena *scratch, Arena *a) {
    Value target = value_field(manifest->fields[MANIFEST_SPEC], "scaleTargetRef", scratch);
    Value name = target.kind == VALUE_HOLE ? target : value_field(target, "name", scratch);
    member->no_target = name.kind == VALUE_HOLE;
    if (name.kind == VALUE_STRING) member->target = str_copy(a, value_str(name));
}

bool cluster_wants(const Object *object) { return object->shape->id == SHAPE_POD || object->shape->id == SHAPE_MANIFEST; }

ClusterNote cluster_note(const Object *object, Arena *a) {
    bool pod = object->shape->id == SHAPE_POD;
    const Object *manifest = pod ? object->fields[POD_MANIFEST].as.object : object;
    Arena scratch = {0};
    Value name = manifest->fields[MANIFEST_NAME], space = manifest->fields[MANIFEST_NAMESPACE];
    Member member = {.object = object, .path = manifest->source->path, .folder = group_folder(manifest), .name = str_copy(a, value_text(name)), .namespace = space.kind == VALUE_STRING ? str_copy(a, value_str(space)) : (Str){NULL, 0}, .no_name = name.kind == VALUE_HOLE};
    member.labels = noted(object->fields[pod ? (int)POD_LABELS : (int)MANIFEST_LABELS], a);
    if (!pod) member.selector = noted(selector_of(object, &scratch), a);
    member.plain = !pod && is_plain(object);
    if (!pod) note_target(object, &member, &scratch, a);
    arena_free(&scratch);
    return (ClusterNote){pod ? (Str){NULL, 0} : str_copy(a, value_text(object->fields[MANIFEST_KIND])), member};
}

void cluster_add(Cluster *cluster, const ClusterNote *note, Arena *a) {
    void **slot = NULL;
    if (note->kind.at) slot = map_slot(a, &cluster->kinds, note->kind);
    if (slot && !*slot) *slot = arena_new(a, Group);
    group_add(slot ? *slot : &cluster->pods, &note->member, a);
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

static bool same_namespace(const Object *it, const Member *member) {
    Value x = it->fields[MANIFEST_NAMESPACE];
    return x.kind != VALUE_STRING || !member->namespace.at || str_eq(value_str(x), member->namespace);
}

/* Folders that two folders share, from the root down, +1 when they lie in the same one. */
static uint32_t nearness(Str x, Str y) {
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
 * another system of the same repository, so that nothing is known then; one in a file that defines `it` as well belongs to that. */
typedef struct Answer {
    const Object *it;
    Map twins;        /* other files that define the object that `it` is, too: path → any */
    const ClusterSource *source;
    ValueVec items;   /* matches at `nearest` */
    uint32_t nearest; /* of all members of the group */
    bool far;         /* a match lies further away */
    bool many;        /* not every match could be looked at */
    CelScope *scope;  /* looking at a member is work of the check that asks */
    Arena *arena;     /* the scope's */
} Answer;

#define LOOK_STEPS 8 /* that looking at one member counts for */

/* Two files that define one object are never applied together: each is a variant, with objects of its own. */
static Map twins_of(const Cluster *cluster, const Object *it, CelScope *scope) {
    Arena *a = scope->arena;
    Map twins = {0};
    Str name = value_text(it->fields[MANIFEST_NAME]);
    const Group *group = name.len ? map_get(&cluster->kinds, value_text(it->fields[MANIFEST_KIND])) : NULL;
    if (!group) return twins;
    MemberVec same = group_named(group, name, a);
    scope->steps += LOOK_STEPS * same.count;
    vec_each(uint32_t, index, &same) {
        const Member *member = group->members.items[*index];
        if (!member->no_name && !str_eq(member->path, it->source->path) && same_namespace(it, member)) map_put(a, &twins, member->path, (void *)(uintptr_t)member);
    }
    return twins;
}

static Answer answer_to(const Cluster *cluster, const Object *it, const Group *group, const ClusterSource *source, CelScope *scope) {
    return (Answer){.it = it, .twins = twins_of(cluster, it, scope), .source = source, .nearest = group_nearest(group, group_folder(it)), .scope = scope, .arena = scope->arena};
}

static void match(Answer *answer, const Member *member) {
    if (nearness(member->folder, group_folder(answer->it)) != answer->nearest || map_has(&answer->twins, member->path)) {
        answer->far = true;
        return;
    }
    const Object *object = member->object ? member->object : answer->source->find(answer->source->data, member->file, member->subject);
    answer->many = answer->many || !object;
    if (object) vec_push(answer->arena, &answer->items, value_object(object));
}

static Value answer_value(const Answer *answer) {
    Value v = answer->many ? value_hole(HOLE_UNREAD) : value_list(answer->items.items, answer->items.count);
    bool closed = answer->nearest == UINT32_MAX && !answer->far;
    if (!answer->items.count && !closed && !answer->many) v.flags |= VALUE_OPEN;
    return value_at(v, answer->it->source, answer->it->span);
}

/* ---- the functions ---- */

static const Group *of_kind(const Cluster *cluster, Str kind) {
    static const Group none = {0};
    const Group *group = map_get(&cluster->kinds, kind);
    return group ? group : &none;
}

/* Each of the candidates, counted as work. */
#define candidates_each(index, candidates, answer) \
    (answer)->scope->steps += LOOK_STEPS * (candidates)->count; \
    vec_each(uint32_t, index, candidates)

static Value objects(const Cluster *cluster, const Group *group, const ClusterSource *source, const Object *it, MemberVec candidates, CelScope *scope) {
    Answer answer = answer_to(cluster, it, group, source, scope);
    candidates_each(index, &candidates, &answer) {
        const Member *member = group->members.items[*index];
        if (same_namespace(it, member)) match(&answer, member);
    }
    return answer_value(&answer);
}

/* What names another namespace means that one: an object that says none may be in it, and may not. */
static Value inside(const Cluster *cluster, const Group *group, const ClusterSource *source, const Object *it, Str namespace, CelScope *scope) {
    Arena *a = scope->arena;
    Answer answer = answer_to(cluster, it, group, source, scope);
    bool unsaid = false;
    MemberVec all = group_all(group, a);
    candidates_each(index, &all, &answer) {
        const Member *member = group->members.items[*index];
        if (member->namespace.at && str_eq(member->namespace, namespace)) match(&answer, member);
        unsaid = unsaid || !member->namespace.at;
    }
    Value v = answer_value(&answer);
    if (unsaid && !answer.items.count) v.flags |= VALUE_OPEN;
    return v;
}

/* The file of `it` was read, so the list is closed. */
static Value beside(const Cluster *cluster, const Group *group, const ClusterSource *source, const Object *it, CelScope *scope) {
    Arena *a = scope->arena;
    Answer answer = answer_to(cluster, it, group, source, scope);
    MemberVec members = group_beside(group, it->source->path, a);
    candidates_each(index, &members, &answer) match(&answer, group->members.items[*index]);
    Value v = answer_value(&answer);
    v.flags &= (uint8_t)~VALUE_OPEN;
    return v;
}

/* A label or a selector that can't be known may mean the other, and may not. */
static void selects(Answer *answer, const Member *member, Match matches) {
    if (matches == MATCH_YES) match(answer, member);
    answer->far = answer->far || matches == MATCH_UNKNOWN;
}

/* What stands in another file beside pods that it selects is about those. */
static bool has_own_pods(const Cluster *cluster, const Member *member, const Object *it, CelScope *scope) {
    Arena *a = scope->arena;
    if (str_eq(member->path, it->source->path)) return false;
    MemberVec pods = group_beside(&cluster->pods, member->path, a);
    scope->steps += LOOK_STEPS * pods.count;
    vec_each(uint32_t, index, &pods) {
        const Member *pod = cluster->pods.members.items[*index];
        if (selector_matches(member->selector, member->plain, pod->labels, a) == MATCH_YES) return true;
    }
    return false;
}

/* Pods are in a namespace; other objects may be selected by what has none. */
static Value selected(const Cluster *cluster, const Group *group, const ClusterSource *source, Value selector, const Object *it, bool any_namespace, CelScope *scope) {
    Arena *a = scope->arena;
    Answer answer = answer_to(cluster, it, group, source, scope);
    MemberVec candidates = group_selected(group, selector, is_plain(it), a);
    candidates_each(index, &candidates, &answer) {
        const Member *member = group->members.items[*index];
        if (!any_namespace && !same_namespace(it, member)) continue;
        selects(&answer, member, selector_matches(selector, is_plain(it), member->labels, a));
    }
    return answer_value(&answer);
}

static Value selecting(const Cluster *cluster, const Group *group, const ClusterSource *source, Value pod, const Object *it, CelScope *scope) {
    Arena *a = scope->arena;
    if (pod.kind != VALUE_OBJECT || pod.as.object->shape->id != SHAPE_POD) return answer_value(&(Answer){.it = it, .arena = a});
    Value labels = pod.as.object->fields[POD_LABELS];
    Answer answer = answer_to(cluster, it, group, source, scope);
    MemberVec candidates = group_selecting(group, labels, a);
    candidates_each(index, &candidates, &answer) {
        const Member *member = group->members.items[*index];
        if (!same_namespace(it, member)) continue;
        Match matches = selector_matches(member->selector, member->plain, labels, a);
        if (matches == MATCH_YES && has_own_pods(cluster, member, it, scope)) answer.far = true;
        else selects(&answer, member, matches);
    }
    return answer_value(&answer);
}

/* named, scaling: candidates by a name. */
static bool by_name(const Cluster *cluster, const ClusterSource *source, CelScope *scope, MemberVec (*candidates)(const Group *, Str, Arena *), const Value *arguments, const Object *it, Value *out) {
    const Group *group = of_kind(cluster, value_str(arguments[0]));
    if (arguments[1].kind == VALUE_STRING) *out = objects(cluster, group, source, it, candidates(group, value_str(arguments[1]), scope->arena), scope);
    else if (value_is_null(arguments[1])) *out = value_list(NULL, 0); /* it names none */
    else return false;
    return true;
}

bool cluster_answer(const Cluster *cluster, const ClusterSource *source, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Object *it = count ? manifest_of(arguments[count - 1]) : NULL;
    if (!it || scope->blind || arguments[0].kind != VALUE_STRING) return false;
    Str kind = value_str(arguments[0]);
    const Group *group = of_kind(cluster, kind);
    Arena *a = scope->arena;
    if (str_is(function, "named")) return by_name(cluster, source, scope, group_named, arguments, it, out);
    if (str_is(function, "scaling")) return by_name(cluster, source, scope, group_scaling, arguments, it, out);
    if (str_is(function, "objects")) *out = objects(cluster, group, source, it, group_all(group, a), scope);
    else if (str_is(function, "beside")) *out = beside(cluster, group, source, it, scope);
    else if (str_is(function, "selecting")) *out = selecting(cluster, group, source, arguments[1], it, scope);
    else if (str_is(function, "selected")) *out = str_is(kind, "Pod") ? selected(cluster, &cluster->pods, source, arguments[1], it, false, scope) : selected(cluster, group, source, arguments[1], it, true, scope);
    else if (str_is(function, "inside") && arguments[1].kind == VALUE_STRING) *out = inside(cluster, group, source, it, value_str(arguments[1]), scope);
    else return false;
    return true;
}
