/* How values show themselves in dumps. */
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
    buf_add(out, hole_reason((HoleReason)v.aux));
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
        case VALUE_TREE: buf_print(out, "<node %u>", v.count); break;
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
