/* Steps through values, and how they show themselves in dumps. */
#include "model/shape.h"

static const Str reasons[HOLE_COUNT] = {
    [HOLE_BUILD_ARGUMENT] = STR_INIT("build-argument"), [HOLE_ENVIRONMENT] = STR_INIT("environment"),
    [HOLE_COMMAND] = STR_INIT("command"),               [HOLE_VARIABLE] = STR_INIT("variable"),
    [HOLE_TEMPLATE] = STR_INIT("template"),             [HOLE_REMOTE] = STR_INIT("remote"),
    [HOLE_UNREAD] = STR_INIT("unread"),                 [HOLE_BLIND] = STR_INIT("blind"),
};

Str hole_reason(HoleReason reason) {
    ensure(reason < HOLE_COUNT, "a reason of the table");
    return reasons[reason];
}

/* ---- steps ---- */

static const TreeView *view_of(Value v) { return v.as.tree->grammar->view; }

bool value_is_map(Value v) { return v.kind == VALUE_MAP || (v.kind == VALUE_TREE && view_of(v)->is_map(v.as.tree, v.count)); }
bool value_is_list(Value v) { return v.kind == VALUE_LIST || (v.kind == VALUE_TREE && view_of(v)->is_list(v.as.tree, v.count)); }

uint32_t value_size(Value v) {
    if (v.kind == VALUE_TREE) return view_of(v)->size(v.as.tree, v.count);
    return v.kind == VALUE_MAP || v.kind == VALUE_LIST ? v.count : 0;
}

Value value_absent(Value from) {
    Span span = from.kind == VALUE_TREE && from.source ? view_of(from)->header(from.as.tree, from.count) : from.span;
    return value_at(value_null(), from.source, span);
}

static Value field_of(Value map, Str key, Arena *a) {
    Value out;
    if (map.kind == VALUE_HOLE) return value_at(value_hole((HoleReason)map.reason), map.source, map.span);
    if (map.kind == VALUE_TREE && view_of(map)->field(map.as.tree, map.count, key, a, &out)) return out;
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) {
        if (str_eq(value_text(map.as.entries[i].key), key)) return map.as.entries[i].value;
    }
    if (map.flags & VALUE_OPEN) return value_at(value_hole(HOLE_UNREAD), map.source, value_absent(map).span);
    return value_absent(map);
}

Value value_field(Value map, const char *key, Arena *a) { return field_of(map, str_of(key), a); }

Value value_path(Value map, const char *path, Arena *a) {
    Str rest = str_of(path), key;
    while (rest.len && str_next(&rest, '.', &key)) map = field_of(map, key, a);
    return map;
}

const Value *value_items(Value list, uint32_t *count, Arena *a) {
    *count = 0;
    if (list.kind == VALUE_TREE && value_is_list(list)) return view_of(list)->items(list.as.tree, list.count, count, a);
    if (list.kind == VALUE_LIST) *count = list.count;
    return list.kind == VALUE_LIST ? list.as.items : NULL;
}

const Entry *value_entries(Value map, uint32_t *count, Arena *a) {
    *count = 0;
    if (map.kind == VALUE_TREE && value_is_map(map)) return view_of(map)->entries(map.as.tree, map.count, count, a);
    if (map.kind == VALUE_MAP) *count = map.count;
    return map.kind == VALUE_MAP ? map.as.entries : NULL;
}

Value value_spread(Value v, Arena *a) {
    if (v.kind != VALUE_TREE) return v;
    uint32_t count;
    Value out = value_is_map(v) ? value_map(value_entries(v, &count, a), 0) : value_list(value_items(v, &count, a), 0);
    out.count = count;
    out.flags = v.flags;
    return value_at(out, v.source, v.span);
}

/* ---- dumps ---- */

static void dump_text(Str text, Buf *out) {
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t byte = (uint8_t)text.at[i];
        if (byte == '"' || byte == '\\') buf_print(out, "\\%c", byte);
        else if (byte == '\n') buf_lit(out, "\\n");
        else if (byte < 0x20 || byte == 0x7f) buf_print(out, "\\x%02x", byte);
        else buf_byte(out, (char)byte);
    }
    buf_byte(out, '"');
}

static void dump_hole(Value v, Buf *out) {
    buf_byte(out, '?');
    buf_add(out, hole_reason((HoleReason)v.reason));
    if (!v.as.partial) return;
    buf_byte(out, '(');
    dump_text(v.as.partial->prefix, out);
    buf_lit(out, "…");
    dump_text(v.as.partial->suffix, out);
    buf_byte(out, ')');
}

static void dump_collection(Value v, Buf *out) {
    bool is_map = v.kind == VALUE_MAP;
    buf_byte(out, is_map ? '{' : '[');
    for (uint32_t i = 0; i < v.count; i++) {
        if (i) buf_lit(out, ", ");
        if (is_map) {
            value_dump(v.as.entries[i].key, out);
            buf_lit(out, ": ");
        }
        value_dump(is_map ? v.as.entries[i].value : v.as.items[i], out);
    }
    if (v.flags & VALUE_OPEN) buf_add(out, v.count ? STR(", …") : STR("…"));
    buf_byte(out, is_map ? '}' : ']');
}

/* A tree that was read shows the number of the node, for `debug tree`; one that nobody wrote has no nodes to look up. */
static void dump_tree(Value v, Buf *out) {
    Arena a = {0};
    if (v.as.tree->nodes) buf_print(out, "<node %u>", v.count);
    else dump_collection(value_spread(v, &a), out);
    arena_free(&a);
}

/* An object inside another is a reference: which one, not what is in it (they point in circles). */
static void dump_reference(const Object *o, Buf *out) {
    buf_byte(out, '<');
    buf_add(out, o->shape->name);
    buf_print(out, " %u>", o->span.start);
}

void value_dump(Value v, Buf *out) {
    if (v.flags & VALUE_SECRET) {
        buf_lit(out, "(secret)");
        return;
    }
    switch ((ValueKind)v.kind) {
        case VALUE_NULL: buf_lit(out, "null"); break;
        case VALUE_BOOL: buf_add(out, v.as.boolean ? STR("true") : STR("false")); break;
        case VALUE_INT: buf_int(out, v.as.integer); break;
        case VALUE_UINT: buf_print(out, "%lluu", (unsigned long long)v.as.natural); break;
        case VALUE_DOUBLE: buf_print(out, "%.17g", v.as.real); break;
        case VALUE_STRING:
        case VALUE_BYTES: dump_text(value_str(v), out); break;
        case VALUE_LIST:
        case VALUE_MAP: dump_collection(v, out); break;
        case VALUE_OBJECT: dump_reference(v.as.object, out); break;
        case VALUE_TREE: dump_tree(v, out); break;
        case VALUE_TIMESTAMP: buf_print(out, "timestamp(%lld)", (long long)v.as.integer); break;
        case VALUE_DURATION: buf_print(out, "duration(%lld)", (long long)v.as.integer); break;
        case VALUE_TYPE: buf_print(out, "type(%.*s)", STR_ARGS(value_str(v))); break;
        case VALUE_OPTIONAL: buf_add(out, v.as.items ? STR("optional") : STR("none")); break;
        case VALUE_EXTENSION: buf_lit(out, "<extension>"); break;
        case VALUE_HOLE: dump_hole(v, out); break;
        case VALUE_ERROR: buf_print(out, "error(%.*s)", STR_ARGS(value_str(v))); break;
        case VALUE_KIND_COUNT: ensure(false, "not a kind");
    }
}

void object_dump(const Object *o, Buf *out) {
    buf_add(out, o->shape->name);
    buf_print(out, " %u..%u", o->span.start, o->span.end);
    if (o->address.len) buf_print(out, " [%.*s]", STR_ARGS(o->address));
    buf_byte(out, '\n');
    for (uint32_t i = 0; i < o->shape->field_count; i++) {
        if (value_is_null(o->fields[i])) continue;
        buf_lit(out, "  ");
        buf_add(out, o->shape->fields[i].name);
        buf_lit(out, ": ");
        value_dump(o->fields[i], out);
        buf_byte(out, '\n');
    }
}

bool entries_hold(const Entry *entries, uint32_t count, Str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(value_text(entries[i].key), name)) return true;
    }
    return false;
}

Map entries_index(const Entry *entries, uint32_t count, Arena *a) {
    Map map = {0};
    for (uint32_t i = 0; i < count; i++) map_put(a, &map, value_text(entries[i].key), (void *)(uintptr_t)&entries[i].value);
    return map;
}
