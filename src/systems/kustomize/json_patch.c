/* JSON Patch (RFC 6902) over JSON Pointers (RFC 6901). */
#include "systems/kustomize/build.h"

typedef struct Pointed {
    BuiltNode *parent;
    Str key;          /* the last token, decoded */
    int index;        /* of a list: its number, or its length for "-"; -1: none */
    BuiltNode *node;  /* what stands there, or NULL */
} Pointed;

/* ~1 is /, ~0 is ~. */
static Str decode(Str token, Arena *a) {
    if (str_find_byte(token, '~') == STR_NONE) return str_copy(a, token);
    char *out = arena_alloc(a, token.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < token.len; i++) {
        bool escape = token.at[i] == '~' && i + 1 < token.len && (token.at[i + 1] == '0' || token.at[i + 1] == '1');
        out[len++] = !escape ? token.at[i] : token.at[i + 1] == '1' ? '/' : '~';
        i += escape;
    }
    out[len] = '\0';
    return (Str){out, len};
}

/* A negative one counts from the end, behind which something may be added. */
static int index_of(Str token, uint32_t count, bool adds) {
    int64_t number;
    if (str_is(token, "-")) return (int)count;
    if (!str_to_int(token, &number) || token.at[0] == '+') return -1;
    if (number < 0) number += (int64_t)count + adds;
    return number >= 0 && number <= (int64_t)count ? (int)number : -1;
}

/* Where `pointer` leads; false when a part on the way is missing. An empty one is the whole. */
static bool find(Build *b, BuiltNode *root, Str pointer, bool adds, Pointed *place) {
    Str token;
    *place = (Pointed){.index = -1, .node = root};
    if (!pointer.len) return true;
    if (pointer.at[0] != '/') return false;
    pointer = str_skip(pointer, 1);
    while (str_next(&pointer, '/', &token)) {
        BuiltNode *parent = place->node;
        if (!parent || !built_open(b->tree, parent)) return false;
        *place = (Pointed){.parent = parent, .key = decode(token, b->arena), .index = -1};
        if (built_is_map(parent)) place->node = built_get(b->tree, parent, place->key);
        else {
            place->index = index_of(place->key, parent->entries.count, adds && !pointer.at);
            if (place->index < 0) return false;
            if ((uint32_t)place->index < parent->entries.count) place->node = parent->entries.items[place->index].node;
        }
        if (!pointer.at) break;
    }
    return true;
}

static bool put(Build *b, Resource *r, Str pointer, Value origin, BuiltNode *value, bool replace) {
    Pointed place;
    if (str_starts(pointer, STR("/metadata/annotations/"))) built_map_at(b->tree, built_path(b->tree, r->root, "metadata"), STR("annotations"), origin); /* kustomize keeps notes there: it always is */
    if (!find(b, r->root, pointer, !replace, &place) || (replace && !place.node && !(place.parent && built_is_map(place.parent)))) return false;
    if (!place.parent) r->root = value;
    else if (built_is_map(place.parent)) built_set(b->tree, place.parent, value_at(value_string(place.key), origin.source, origin.span), value);
    else if (replace) place.parent->entries.items[place.index].node = value;
    else built_insert(b->tree, place.parent, (uint32_t)place.index, value);
    return true;
}

static BuiltNode *take(Build *b, Resource *r, Str pointer) {
    Pointed place;
    if (!find(b, r->root, pointer, false, &place) || !place.node || !place.parent) return NULL;
    if (built_is_map(place.parent)) built_remove(b->tree, place.parent, place.key);
    else built_take(place.parent, (uint32_t)place.index);
    return place.node;
}

static bool operate(Build *b, Resource *r, Value operation) {
    Str op = build_string(b, operation, "op"), path = build_string(b, operation, "path"), from = build_string(b, operation, "from");
    Value value = value_field(operation, "value", b->arena), origin = value_field(operation, "path", b->arena);
    Pointed place;
    if (str_is(op, "add")) return put(b, r, path, origin, built_whole(b->tree, value), false);
    if (str_is(op, "replace")) return put(b, r, path, origin, built_whole(b->tree, value), true);
    if (str_is(op, "remove")) return take(b, r, path) != NULL;
    if (str_is(op, "test")) return find(b, r->root, path, false, &place) && place.node && value_same(built_value(b->tree, place.node), value);
    if (str_is(op, "copy")) return find(b, r->root, from, false, &place) && place.node && put(b, r, path, origin, built_copy(b->tree, place.node), false);
    if (!str_is(op, "move")) return false;
    BuiltNode *moved = take(b, r, from);
    return moved && put(b, r, path, origin, moved, false);
}

bool json_patch(Build *b, Resource *r, Value patch, Str *fault) {
    uint32_t count;
    const Value *operations = value_items(patch, &count, b->arena);
    for (uint32_t i = 0; i < count && build_step(b, 1); i++) {
        if (operate(b, r, operations[i])) continue;
        Str op = build_string(b, operations[i], "op"), path = build_string(b, operations[i], "path");
        *fault = str_format(b->arena, "%.*s %.*s", STR_ARGS(op), STR_ARGS(path));
        return false;
    }
    return !b->is_failed;
}
