/* What a MutatingAdmissionPolicy makes of an object: an apply configuration laid over it, or a JSON patch.
 * https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/
 * Invariant: the object given stays as it is; what is shared between both is never written to. False when the patch is not one, or does
 * not fit: nothing is known of the object then. */
#include "base/buf.h"
#include "facts/schema.h"
#include "link/admission/policy.h"

#define DEPTH_MAX 100
#define PATCHES_MAX 1000
#define VALUES_MAX 50000 /* of an object: what is copied into itself doubles each time */

/* Whether no more than `*budget` values are in it. */
static bool is_small(Value v, uint32_t *budget, int depth) {
    if (!*budget || depth > DEPTH_MAX) return false;
    --*budget;
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) {
        if (!is_small(v.as.items[i], budget, depth + 1)) return false;
    }
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) {
        if (!is_small(v.as.entries[i].value, budget, depth + 1)) return false;
    }
    return true;
}

static bool is_bounded(Value v, uint64_t *steps) {
    uint32_t budget = VALUES_MAX;
    bool small = is_small(v, &budget, 0);
    *steps += VALUES_MAX - budget;
    return small;
}

static Value with_entry(Value map, Value key, Value value, Arena *a) {
    uint32_t count = map.kind == VALUE_MAP ? map.count : 0;
    Entry *entries = arena_array(a, Entry, count + 1);
    bool there = false;
    for (uint32_t i = 0; i < count; i++) {
        entries[i] = map.as.entries[i];
        if (!str_eq(value_text(entries[i].key), value_text(key))) continue;
        entries[i].value = value;
        there = true;
    }
    if (!there) entries[count] = (Entry){key, value};
    Value out = value_map(entries, count + !there);
    out.flags = map.flags;
    return value_at(out, map.source, map.span);
}

/* ---- apply configurations ---- */

static Value lay_over(Value under, Value over, const SchemaType *type, Str keys, Arena *a, int depth);

/* Whether all of the keys ("name", "containerPort|protocol") say the same in both. */
static bool same_item(Value x, Value y, Str keys, Arena *a) {
    Str key;
    while (str_next(&keys, '|', &key)) {
        Value p = value_field(x, str_copy(a, key).at, a), q = value_field(y, str_copy(a, key).at, a);
        bool same = p.kind == q.kind && (p.kind == VALUE_STRING ? str_eq(value_str(p), value_str(q)) : p.kind == VALUE_INT ? p.as.integer == q.as.integer : value_is_null(p));
        if (!same) return false;
    }
    return true;
}

static Value lay_items(Value under, Value over, const SchemaType *type, Str keys, Arena *a, int depth) {
    if (!keys.len || under.kind != VALUE_LIST) return over;
    ValueVec items = {0};
    for (uint32_t i = 0; i < under.count; i++) vec_push(a, &items, under.as.items[i]);
    for (uint32_t i = 0; i < over.count; i++) {
        uint32_t at = 0;
        while (at < items.count && !same_item(items.items[at], over.as.items[i], keys, a)) at++;
        if (at == items.count) vec_push(a, &items, over.as.items[i]);
        else items.items[at] = lay_over(items.items[at], over.as.items[i], schema_item(type), (Str){NULL, 0}, a, depth + 1);
    }
    Value out = value_list(items.items, items.count);
    out.flags = under.flags;
    return value_at(out, under.source, under.span);
}

/* `keys` tell the items of a list apart; without them it is replaced. */
static Value lay_over(Value under, Value over, const SchemaType *type, Str keys, Arena *a, int depth) {
    if (depth > DEPTH_MAX) return value_hole(HOLE_UNREAD);
    if (over.kind == VALUE_LIST) return lay_items(under, over, type, keys, a, depth);
    if (over.kind != VALUE_MAP) return over;
    Value out = under.kind == VALUE_MAP ? under : value_map(arena_array(a, Entry, 1), 0);
    for (uint32_t i = 0; i < over.count; i++) {
        SchemaField field = {0};
        Str name = value_text(over.as.entries[i].key);
        schema_field(type, name, &field);
        Value below = value_field(out, str_copy(a, name).at, a);
        out = with_entry(out, over.as.entries[i].key, lay_over(below, over.as.entries[i].value, field.type, field.list_keys, a, depth + 1), a);
    }
    return out;
}

/* ---- JSON patches: RFC 6902 ---- */

typedef enum PatchVerb { PATCH_ADD, PATCH_REPLACE, PATCH_REMOVE } PatchVerb;

typedef struct Patch {
    PatchVerb verb;
    Value value;
    Arena *arena;
    bool fits;
} Patch;

/* The first part of a pointer, unescaped. */
static Str first_part(Str *path, Arena *a) {
    Str part = str_skip(*path, 1);
    size_t slash = str_find_byte(part, '/');
    *path = slash == STR_NONE ? (Str){NULL, 0} : str_skip(part, slash);
    part = slash == STR_NONE ? part : str_slice(part, 0, slash);
    Buf out = {0};
    for (size_t i = 0; i < part.len; i++) {
        bool escape = part.at[i] == '~' && i + 1 < part.len;
        buf_byte(&out, !escape ? part.at[i] : part.at[i + 1] == '1' ? '/' : '~');
        i += escape;
    }
    Str plain = str_copy(a, buf_str(&out));
    buf_free(&out);
    return plain;
}

static Value patched(Patch *p, Value v, Str path, int depth);

static Value patched_map(Patch *p, Value map, Str key, Str rest, int depth) {
    Value old = value_field(map, key.at, p->arena);
    bool last = !rest.len, there = entries_hold(map.as.entries, map.count, key);
    if (!there && (!last || p->verb != PATCH_ADD)) {
        p->fits = false;
        return map;
    }
    if (!last || p->verb != PATCH_REMOVE) return with_entry(map, value_string(key), last ? p->value : patched(p, old, rest, depth + 1), p->arena);
    Entry *entries = arena_array(p->arena, Entry, map.count);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < map.count; i++) {
        if (!str_eq(value_text(map.as.entries[i].key), key)) entries[kept++] = map.as.entries[i];
    }
    Value out = value_map(entries, kept);
    out.flags = map.flags;
    return value_at(out, map.source, map.span);
}

static Value patched_list(Patch *p, Value list, Str key, Str rest, int depth) {
    int64_t index = list.count;
    bool last = !rest.len, number = str_is(key, "-") || str_to_int(key, &index), inserts = last && p->verb == PATCH_ADD;
    if (!number || index < 0 || index >= (int64_t)list.count + inserts) {
        p->fits = false;
        return list;
    }
    ValueVec items = {0};
    for (uint32_t i = 0; i < list.count; i++) {
        bool here = i == (uint32_t)index;
        if (here && inserts) vec_push(p->arena, &items, p->value);
        if (here && last && p->verb == PATCH_REMOVE) continue;
        if (here && last && p->verb == PATCH_REPLACE) vec_push(p->arena, &items, p->value);
        else vec_push(p->arena, &items, here && !last ? patched(p, list.as.items[i], rest, depth + 1) : list.as.items[i]);
    }
    if (inserts && index == (int64_t)list.count) vec_push(p->arena, &items, p->value);
    Value out = value_list(items.items, items.count);
    out.flags = list.flags;
    return value_at(out, list.source, list.span);
}

static Value patched(Patch *p, Value v, Str path, int depth) {
    if (!path.len) return p->verb == PATCH_REMOVE ? value_null() : p->value;
    bool known = path.at[0] == '/' && depth < DEPTH_MAX && (v.kind == VALUE_MAP || v.kind == VALUE_LIST) && !(v.flags & VALUE_OPEN);
    if (!known) {
        p->fits = false;
        return v;
    }
    Str key = first_part(&path, p->arena);
    return v.kind == VALUE_MAP ? patched_map(p, v, key, path, depth) : patched_list(p, v, key, path, depth);
}

/* Null when it is not there. */
static Value at_pointer(Value v, Str path, Arena *a) {
    for (int i = 0; path.len && path.at[0] == '/' && i < DEPTH_MAX; i++) {
        Str key = first_part(&path, a);
        int64_t index;
        if (v.kind == VALUE_MAP) v = value_field(v, key.at, a);
        else if (v.kind == VALUE_LIST && str_to_int(key, &index) && index >= 0 && index < v.count) v = v.as.items[index];
        else return value_null();
    }
    return v;
}

static bool apply_operation(Value *object, Value operation, Arena *a) {
    Str op = value_text(value_field(operation, "op", a));
    Value path = value_field(operation, "path", a), from = value_field(operation, "from", a);
    if (path.kind != VALUE_STRING) return false;
    Patch p = {.value = value_field(operation, "value", a), .arena = a, .fits = true};
    bool copies = str_is(op, "copy") || str_is(op, "move");
    if (str_is(op, "test")) return false; /* whether it holds, only the API server knows of all values */
    if (copies) p.value = from.kind == VALUE_STRING ? at_pointer(*object, value_str(from), a) : value_null();
    if (copies && value_is_null(p.value)) return false;
    if (str_is(op, "move")) {
        Patch away = {.verb = PATCH_REMOVE, .arena = a, .fits = true};
        *object = patched(&away, *object, value_str(from), 0);
        if (!away.fits) return false;
    }
    p.verb = str_is(op, "remove") ? PATCH_REMOVE : str_is(op, "replace") ? PATCH_REPLACE : PATCH_ADD;
    if (!copies && p.verb == PATCH_ADD && !str_is(op, "add")) return false;
    *object = patched(&p, *object, value_str(path), 0);
    return p.fits;
}

static bool change_object(Value *object, Value change, bool json_patch, const SchemaType *type, Arena *a, uint64_t *steps) {
    if (!json_patch) {
        if (change.kind != VALUE_MAP) return false;
        *object = lay_over(*object, change, type, (Str){NULL, 0}, a, 0);
        return true;
    }
    if (change.kind != VALUE_LIST || change.count > PATCHES_MAX || change.flags & VALUE_OPEN) return false;
    for (uint32_t i = 0; i < change.count; i++) {
        if (!apply_operation(object, change.as.items[i], a)) return false;
        Str op = value_text(value_field(change.as.items[i], "op", a));
        if ((str_is(op, "copy") || str_is(op, "move")) && !is_bounded(*object, steps)) return false;
    }
    return true;
}

bool admission_mutate(Value *object, Value change, bool json_patch, const SchemaType *type, Arena *a, uint64_t *steps) {
    return is_bounded(change, steps) && change_object(object, change, json_patch, type, a, steps) && is_bounded(*object, steps);
}
