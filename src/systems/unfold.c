/* One walk over the tree; depth and number of values are bounded. */
#include "systems/unfold.h"

#define UNFOLD_DEPTH_MAX 60

static Value walk(Unfold *u, Value v, Span header, int depth);

/* What names an item of a list: its first key, or the alias that stands for it. */
static Span item_header(Value item) {
    const Node *node = item.kind == VALUE_TREE ? &item.as.tree->nodes[item.count] : NULL;
    Span whole = node ? node_span(item.as.tree, node) : item.span;
    bool in_place = whole.start == item.span.start && whole.end == item.span.end;
    return node && in_place && value_is_map(item) && node_first(node) ? node_span(item.as.tree, node_first(node)) : item.span;
}

static Value key_text(Unfold *u, Value key) {
    Value made = u->text(u, key);
    if (made.kind != VALUE_STRING || str_eq(value_str(made), value_str(key))) return key;
    Value v = value_at(value_string(value_str(made)), key.source, key.span);
    v.flags |= VALUE_DERIVED;
    return v;
}

static Value walk_map(Unfold *u, Value v, Span header, int depth) {
    uint32_t count;
    const Entry *entries = value_entries(v, &count, u->arena);
    Entry *out = arena_array(u->arena, Entry, count);
    for (uint32_t i = 0; i < count; i++) {
        Value key = entries[i].key;
        if (key.kind != VALUE_STRING) key = value_at(value_string(source_slice(key.source, key.span)), key.source, key.span);
        else key = value_at(value_string(str_copy(u->arena, value_str(key))), key.source, key.span);
        if (u->keys) key = key_text(u, key);
        out[i] = (Entry){key, walk(u, entries[i].value, key.span, depth + 1)};
        if (u->entry_flags) out[i].value.flags |= u->entry_flags(u, v, key);
    }
    return value_at(value_map(out, count), v.source, header);
}

static Value walk(Unfold *u, Value v, Span header, int depth) {
    u->cut = u->cut || u->values >= u->max || depth > UNFOLD_DEPTH_MAX;
    if (++u->values > u->max || depth > UNFOLD_DEPTH_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (v.kind == VALUE_STRING && u->text) return u->text(u, v);
    if (v.kind != VALUE_TREE) return v;
    if (value_is_map(v)) return walk_map(u, v, header, depth);
    uint32_t count;
    const Value *items = value_items(v, &count, u->arena);
    Value *out = arena_array(u->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) out[i] = walk(u, items[i], item_header(items[i]), depth + 1);
    Value list = value_at(value_list(out, count), v.source, header);
    if (u->list_flags) list.flags |= u->list_flags(u, v);
    return list;
}

Value unfold(Unfold *u, Value v, Span header) { return walk(u, v, header, 0); }

Value unfold_field(Value map, const char *key) {
    Value v = value_field(map, key, NULL); /* nothing is decoded any more */
    bool open = value_is_null(v) && map.flags & VALUE_OPEN;
    return open ? value_at(value_hole(HOLE_UNREAD), map.source, map.span) : v;
}

Value unfold_path(Value map, const char *path) {
    Str rest = str_of(path), key;
    char name[64];
    while (rest.len && str_next(&rest, '.', &key)) {
        ensure(key.len < sizeof name, "a key of our own");
        memcpy(name, key.at, key.len);
        name[key.len] = '\0';
        map = unfold_field(map, name);
    }
    return map;
}
