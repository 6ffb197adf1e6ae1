/* Strategic merge: a patch is laid over a resource, maps key by key, lists that the API merges item by item, all others whole.
 * https://github.com/kubernetes/community/blob/master/contributors/devel/sig-api-machinery/strategic-merge-patch.md
 * Invariant: a value that the patch repeats keeps the place of the resource, so that a finding points at who decided it. */
#include "systems/kustomize/build.h"

/* Lists of the core API and the fields that tell their items apart. PATH ends the way to the list ("a.b" is any list b of an a). */
static const struct MergeKey {
    const char *path, *keys;
} merge_keys[] = {
#define MERGE(path, keys) {path, keys},
#include "systems/kustomize/merge.def"
};

static const struct MergeKind {
    const char *kind, *group, *path;
} merge_kinds[] = {
#define MERGE_KIND(kind, group, path) {kind, group, path},
#include "systems/kustomize/merge.def"
};

typedef struct Patch {
    Build *build;
    BuiltTree *tree;
    Arena *arena;
    const ResourceId *id;
} Patch;

/* "spec.template.spec.containers" in a Deployment is "pod.spec.containers" in any workload. */
static Str list_keys(const Patch *p, Str path) {
    if (!value_is_null(p->build->config->schema)) return config_merge_key(p->build, p->id, path);
    for (size_t i = 0; i < ARRAY_COUNT(merge_kinds); i++) {
        const struct MergeKind *k = &merge_kinds[i];
        Str prefix = str_of(k->path);
        if (!str_is(p->id->kind, k->kind) || !str_is(p->id->group, k->group) || !str_starts(path, prefix)) continue;
        Str rest = str_skip(path, prefix.len + (prefix.len > 0 && path.len > prefix.len));
        for (size_t m = 0; m < ARRAY_COUNT(merge_keys); m++) {
            if (str_is(rest, merge_keys[m].path)) return str_of(merge_keys[m].keys);
        }
    }
    return (Str){NULL, 0};
}

static Str directive_of(const Patch *p, Value v) { return value_is_map(v) ? scalar_text(value_field(v, "$patch", p->arena), p->arena) : (Str){NULL, 0}; }

#define PLAIN_MAX 20000 /* values looked at: aliases may multiply what is written */

/* A patch holds nulls and directives, which are no part of what it adds. */
static bool is_plain(Value v, Arena *a, int depth, uint32_t *left) {
    uint32_t count = 0;
    if (depth > NODE_DEPTH_MAX || !*left) return false;
    --*left;
    const Entry *entries = value_is_map(v) ? value_entries(v, &count, a) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) {
        if (value_is_null(entries[i].value) || str_is(value_text(entries[i].key), "$patch") || !is_plain(entries[i].value, a, depth + 1, left)) return false;
    }
    const Value *items = value_is_list(v) ? value_items(v, &count, a) : NULL;
    for (uint32_t i = 0; items && i < count; i++) {
        if (!is_plain(items[i], a, depth + 1, left)) return false;
    }
    return true;
}

static bool is_all_plain(Value v) {
    Arena scratch = {0};
    uint32_t left = PLAIN_MAX;
    bool plain = is_plain(v, &scratch, 0, &left);
    arena_free(&scratch);
    return plain;
}

static void merge_map(Patch *p, BuiltNode *target, Value patch, Str path, int depth);

/* What the patch adds, without what it only says about patching. */
static BuiltNode *added(Patch *p, Value v, Str path, int depth) {
    if (depth > NODE_DEPTH_MAX || p->build->is_failed || is_all_plain(v)) return built_whole(p->tree, v);
    BuiltNode *made = built_new(p->tree, value_is_map(v) ? BUILT_MAP : BUILT_LIST, v);
    if (value_is_map(v)) merge_map(p, made, v, path, depth + 1);
    else {
        uint32_t count;
        const Value *items = value_items(v, &count, p->arena);
        for (uint32_t i = 0; i < count; i++) {
            bool directive = directive_of(p, items[i]).len > 0;
            if (!directive) built_insert(p->tree, made, UINT32_MAX, added(p, items[i], path, depth + 1));
        }
    }
    return made;
}

/* ---- lists ---- */

static Str key_text(const Patch *p, Value item, Str key) {
    Value v = value_field(item, str_copy(p->arena, key).at, p->arena);
    return scalar_text(v, p->arena);
}

typedef enum Likeness { LIKE_NOT, LIKE_HALF, LIKE_SAME } Likeness;

/* Items are the same when each key that either of them has is; HALF: one of them lacks a key that the other has. */
static Likeness likeness(const Patch *p, Value x, Value y, Str keys) {
    Str key;
    bool any = false, half = false;
    while (str_next(&keys, ' ', &key)) {
        Str left = key_text(p, x, key), right = key_text(p, y, key);
        if (!left.len != !right.len) half = true;
        else if (!str_eq(left, right)) return LIKE_NOT;
        any = any || (left.len && right.len);
    }
    return !any ? LIKE_NOT : half ? LIKE_HALF : LIKE_SAME;
}

static int find_item(Patch *p, BuiltNode *list, Value item, Str keys, Likeness *like) {
    int found = -1;
    *like = LIKE_NOT;
    for (uint32_t i = 0; i < list->entries.count && *like != LIKE_SAME; i++) {
        Likeness now = likeness(p, built_value(p->tree, list->entries.items[i].node), item, keys);
        if (now <= *like) continue;
        *like = now;
        found = (int)i;
    }
    return found;
}

static bool has_scalar(Patch *p, BuiltNode *list, Value item) {
    for (uint32_t i = 0; i < list->entries.count; i++) {
        if (str_eq(built_scalar(p->tree, list->entries.items[i].node), scalar_text(item, p->arena))) return true;
    }
    return false;
}

/* New items come first, in the order of the patch, as kustomize has it; with one key, those it changes move there, too. An item that has
 * only half of the keys of another one (a port with and without its protocol) is lost. */
static void merge_list(Patch *p, BuiltNode *target, Value patch, Str keys, Str path, int depth) {
    uint32_t count, fresh = 0;
    const Value *items = value_items(patch, &count, p->arena);
    for (uint32_t i = 0; i < count && build_step(p->build, target->entries.count + 1); i++) {
        Str directive = directive_of(p, items[i]);
        bool scalars = str_is(keys, "=");
        if (scalars) {
            if (!has_scalar(p, target, items[i])) built_insert(p->tree, target, fresh++, built_whole(p->tree, items[i]));
            continue;
        }
        Likeness like;
        int at = find_item(p, target, items[i], keys, &like);
        bool moves = str_find_byte(keys, ' ') == STR_NONE;
        if (like == LIKE_HALF) continue;
        if (str_is(directive, "delete")) {
            if (at >= 0) built_take(target, (uint32_t)at);
            if (at >= 0 && (uint32_t)at < fresh) fresh--;
        } else if (at < 0) built_insert(p->tree, target, fresh++, added(p, items[i], path, depth));
        else {
            BuiltNode *item = target->entries.items[at].node;
            if (str_is(directive, "replace")) item = added(p, items[i], path, depth);
            else merge_map(p, item, items[i], path, depth + 1);
            built_take(target, (uint32_t)at);
            built_insert(p->tree, target, !moves || (uint32_t)at < fresh ? (uint32_t)at : fresh++, item);
        }
    }
}

/* `- $patch: replace` among the items: the others are the whole list. */
static bool replaces_list(Patch *p, Value patch) {
    uint32_t count;
    const Value *items = value_items(patch, &count, p->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (value_size(items[i]) == 1 && str_is(directive_of(p, items[i]), "replace")) return true;
    }
    return false;
}

/* ---- maps ---- */

static void merge_field(Patch *p, BuiltNode *target, Entry e, Str path, int depth) {
    Str key = scalar_text(e.key, p->arena);
    path = path.len ? str_format(p->arena, "%.*s.%.*s", STR_ARGS(path), STR_ARGS(key)) : key;
    BuiltNode *there = built_get(p->tree, target, key);
    Str directive = directive_of(p, e.value), keys;
    if (value_is_null(e.value) || str_is(directive, "delete")) {
        built_remove(p->tree, target, key);
        return;
    }
    if (!there || str_is(directive, "replace")) {
        built_set(p->tree, target, e.key, added(p, e.value, path, depth));
        return;
    }
    if (value_is_map(e.value) && built_is_map(there)) {
        merge_map(p, there, e.value, path, depth + 1);
        return;
    }
    bool lists = value_is_list(e.value) && built_is_list(there);
    keys = lists ? list_keys(p, path) : (Str){NULL, 0};
    if (keys.len && !replaces_list(p, e.value) && built_open(p->tree, there)) {
        merge_list(p, there, e.value, keys, path, depth);
        return;
    }
    if (!value_same(built_value(p->tree, there), e.value)) built_set(p->tree, target, e.key, added(p, e.value, path, depth));
}

static void merge_map(Patch *p, BuiltNode *target, Value patch, Str path, int depth) {
    uint32_t count;
    if (depth > NODE_DEPTH_MAX || !built_open(p->tree, target)) return;
    const Entry *entries = value_entries(patch, &count, p->arena);
    if (!build_step(p->build, count)) return;
    for (uint32_t i = 0; i < count; i++) {
        if (!str_is(value_text(entries[i].key), "$patch")) merge_field(p, target, entries[i], path, depth);
    }
}

void merge_patch(Build *b, Resource *r, Value patch) {
    Patch p = {.build = b, .tree = b->tree, .arena = b->arena, .id = r->before.count ? &r->before.items[0] : &r->id};
    Str directive = directive_of(&p, patch);
    if (str_is(directive, "delete")) {
        r->is_gone = true;
        return;
    }
    if (!str_is(directive, "replace")) merge_map(&p, r->root, patch, (Str){NULL, 0}, 0); /* that of a whole resource does nothing in kustomize */
    resource_layer(b, r, patch.source, patch.span);
}
