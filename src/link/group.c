/* Invariant: a member stands in `labels` under each pair that it is known to carry, and in `unlabeled` when there may be
 * others; in `wanted` under pairs of which all that it selects carry one, or in `wide`. */
#include "link/group.h"

#include "link/selector.h"

#include <stdlib.h>

Str group_folder(const Object *manifest) {
    size_t slash = str_find_last(manifest->source->path, '/');
    return slash == STR_NONE ? STR("") : str_slice(manifest->source->path, 0, slash);
}

static void add_to(Map *map, Str key, uint32_t index, Arena *a) {
    void **slot = map_slot(a, map, key);
    if (!*slot) *slot = arena_new(a, MemberVec);
    MemberVec *list = *slot;
    vec_push(a, list, index);
}

/* "key=value" of an entry, when both are known texts. */
static bool pair_of(const Entry *entry, Str *pair, Arena *a) {
    if (entry->key.kind != VALUE_STRING || entry->value.kind != VALUE_STRING) return false;
    Str key = value_str(entry->key), value = value_str(entry->value);
    *pair = str_format(a, "%.*s=%.*s", STR_ARGS(key), STR_ARGS(value));
    return true;
}

/* Whether a map of labels may hold what can't be seen. */
static bool is_vague(Value labels, Arena *a) {
    if (labels.kind == VALUE_HOLE || (labels.flags & VALUE_OPEN)) return true;
    uint32_t count;
    const Entry *entries = value_entries(labels, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].key.kind == VALUE_HOLE || entries[i].value.kind == VALUE_HOLE) return true;
    }
    return false;
}

typedef VEC(Str) PairVec;

/* `key In [a, b]`: the pairs of which one must be carried; none when a value is not known, or nothing need be carried. */
static PairVec pairs_in(Value expression, Arena *a) {
    PairVec pairs = {0}, none = {0};
    Value key = value_field(expression, "key", a), values = value_field(expression, "values", a);
    if (!value_is_string(value_field(expression, "operator", a), "In") || key.kind != VALUE_STRING || label_is_set_later(value_str(key))) return none;
    if (values.flags & VALUE_OPEN) return none;
    uint32_t count;
    const Value *items = value_items(values, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Entry entry = {key, items[i]};
        Str pair;
        if (!pair_of(&entry, &pair, a)) return none;
        vec_push(a, &pairs, pair);
    }
    return pairs;
}

/* Pairs of which every object that the selector matches must carry one: the first label, else those of the first expression that says some. */
static PairVec wanted_pairs(Value selector, bool plain, Arena *a) {
    uint32_t count;
    PairVec pairs = {0};
    const Entry *entries = value_entries(plain ? selector : value_field(selector, "matchLabels", a), &count, a);
    for (uint32_t i = 0; i < count && !pairs.count; i++) {
        Str pair;
        if (pair_of(&entries[i], &pair, a) && !label_is_set_later(value_str(entries[i].key))) vec_push(a, &pairs, pair);
    }
    const Value *expressions = value_items(plain ? value_null() : value_field(selector, "matchExpressions", a), &count, a);
    for (uint32_t i = 0; i < count && !pairs.count; i++) pairs = pairs_in(expressions[i], a);
    return pairs;
}

static void add_labels(Group *group, Value labels, uint32_t index, Arena *a) {
    uint32_t count;
    const Entry *entries = value_entries(labels, &count, a);
    if (is_vague(labels, a)) vec_push(a, &group->unlabeled, index);
    Str pair;
    for (uint32_t i = 0; i < count; i++) {
        if (pair_of(&entries[i], &pair, a)) add_to(&group->labels, pair, index, a);
    }
}

void group_add(Group *group, const Member *member, Arena *a) {
    uint32_t index = group->members.count;
    vec_push(a, &group->members, member);
    Str folder = member->folder;
    void **first = map_slot(a, &group->files, member->path);
    if (!*first) *first = (void *)(uintptr_t)(index + 1);
    if (!map_has(&group->folders, folder)) {
        map_put(a, &group->folders, folder, group);
        for (size_t i = 1; i <= folder.len; i++) {
            if (i == folder.len || folder.at[i] == '/') map_put(a, &group->above, str_slice(folder, 0, i), group);
        }
    }
    if (member->no_name) vec_push(a, &group->unnamed, index);
    else add_to(&group->names, member->name, index, a);
    if (member->no_target) vec_push(a, &group->untargeted, index);
    else if (member->target.at) add_to(&group->targets, member->target, index, a);
    add_labels(group, member->labels, index, a);
    PairVec pairs = wanted_pairs(member->selector, member->plain, a);
    vec_each(Str, pair, &pairs) add_to(&group->wanted, *pair, index, a);
    if (!pairs.count) vec_push(a, &group->wide, index);
}

uint32_t group_nearest(const Group *group, Str folder) {
    if (map_has(&group->folders, folder)) return UINT32_MAX;
    uint32_t shared = 0;
    for (size_t i = 1; i <= folder.len; i++) {
        if (i < folder.len && folder.at[i] != '/') continue;
        if (!map_has(&group->above, str_slice(folder, 0, i))) break;
        shared++;
    }
    return shared;
}

/* ---- candidates ---- */

/* Both lists as one, rising and without repeats. */
static MemberVec merged(const MemberVec *x, const MemberVec *y, Arena *a) {
    static const MemberVec none = {0};
    if (!x) x = &none;
    MemberVec all = {0};
    for (uint32_t i = 0, k = 0; i < x->count || k < y->count;) {
        uint32_t left = i < x->count ? x->items[i] : UINT32_MAX, right = k < y->count ? y->items[k] : UINT32_MAX;
        vec_push(a, &all, MIN(left, right));
        i += left <= right;
        k += right <= left;
    }
    return all;
}

MemberVec group_beside(const Group *group, Str path, Arena *a) {
    MemberVec found = {0};
    uintptr_t first = (uintptr_t)map_get(&group->files, path);
    for (uint32_t i = (uint32_t)first - 1; first && i < group->members.count && str_eq(group->members.items[i]->path, path); i++) vec_push(a, &found, i);
    return found;
}

MemberVec group_all(const Group *group, Arena *a) {
    MemberVec all = {0};
    for (uint32_t i = 0; i < group->members.count; i++) vec_push(a, &all, i);
    return all;
}

MemberVec group_named(const Group *group, Str name, Arena *a) {
    return merged(map_get(&group->names, name), &group->unnamed, a);
}

MemberVec group_scaling(const Group *group, Str name, Arena *a) {
    return merged(map_get(&group->targets, name), &group->untargeted, a);
}

static int rising(const void *x, const void *y) {
    uint32_t a = *(const uint32_t *)x, b = *(const uint32_t *)y;
    return a < b ? -1 : a > b;
}

/* The members that stand under any of the pairs, and those of `others`: rising and without repeats. */
static MemberVec under(const Map *map, const PairVec *pairs, const MemberVec *others, Arena *a) {
    MemberVec found = merged(NULL, others, a);
    uint32_t lists = found.count > 0, kept = 0;
    vec_each(Str, pair, pairs) {
        const MemberVec *list = map_get(map, *pair);
        lists += list != NULL;
        for (uint32_t i = 0; list && i < list->count; i++) vec_push(a, &found, list->items[i]);
    }
    if (lists > 1) qsort(found.items, found.count, sizeof *found.items, rising);
    for (uint32_t i = 0; i < found.count; i++) {
        if (!kept || found.items[kept - 1] != found.items[i]) found.items[kept++] = found.items[i];
    }
    found.count = kept;
    return found;
}

MemberVec group_selected(const Group *group, Value selector, bool plain, Arena *a) {
    PairVec pairs = wanted_pairs(selector, plain, a);
    return selector.kind == VALUE_HOLE || !pairs.count ? group_all(group, a) : under(&group->labels, &pairs, &group->unlabeled, a);
}

MemberVec group_selecting(const Group *group, Value labels, Arena *a) {
    if (is_vague(labels, a)) return group_all(group, a);
    PairVec pairs = {0};
    uint32_t count;
    const Entry *entries = value_entries(labels, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Str pair;
        if (pair_of(&entries[i], &pair, a)) vec_push(a, &pairs, pair);
    }
    return under(&group->wanted, &pairs, &group->wide, a);
}
