/* A resource with the defaults of its schema, nulls gone; for rules, numbers and times of the types that CEL gives them. What is not written
 * has the place of what it is missing from, so that a finding can point there. */
#include "link/definition/follow.h"
#include "values/time.h"

#define DEPTH_MAX 60

typedef struct Convert {
    Follow *follow;
    bool typed;
} Convert;

static Value convert(const Convert *c, Value v, Value schema, int depth);

Value follow_field(Value schema, Str name, Arena *a) {
    Value field = value_field(value_field(schema, "properties", a), str_copy(a, name).at, a);
    return value_is_map(field) ? field : value_field(schema, "additionalProperties", a);
}

static Value convert_map(const Convert *c, Value v, Value schema, int depth) {
    Arena *a = &c->follow->scratch;
    uint32_t count, fields, kept = 0;
    const Entry *entries = value_entries(v, &count, a), *properties = value_entries(value_field(schema, "properties", a), &fields, a);
    Entry *out = arena_array(a, Entry, count + fields);
    for (uint32_t i = 0; i < count; i++) {
        Value item = convert(c, entries[i].value, follow_field(schema, value_text(entries[i].key), a), depth + 1);
        if (!value_is_null(item)) out[kept++] = (Entry){entries[i].key, item};
    }
    uint32_t written = kept;
    for (uint32_t i = 0; i < fields && !(v.flags & VALUE_OPEN); i++) {
        Value initial = value_field(properties[i].value, "default", a);
        if (value_is_null(initial) || entries_hold(out, written, value_text(properties[i].key))) continue;
        Value place = value_absent(v);
        initial = value_at(convert(c, initial, properties[i].value, depth + 1), place.source, place.span);
        out[kept++] = (Entry){properties[i].key, initial};
    }
    Value map = value_map(out, kept), place = value_absent(v);
    map.flags = v.flags;
    return value_at(map, place.source, place.span);
}

static Value convert_list(const Convert *c, Value v, Value schema, int depth) {
    uint32_t count;
    const Value *items = value_items(v, &count, &c->follow->scratch);
    Value *out = arena_array(&c->follow->scratch, Value, count), item = value_field(schema, "items", &c->follow->scratch);
    for (uint32_t i = 0; i < count; i++) out[i] = convert(c, items[i], item, depth + 1);
    Value list = value_list(out, count), place = value_absent(v);
    list.flags = v.flags;
    return value_at(list, place.source, place.span);
}

/* Texts of some formats are values of their own to CEL. */
static Value convert_text(Value v, Value format) {
    Moment m;
    Value out = v;
    if (value_is_string(format, "duration") && duration_parse(value_str(v), &m)) out = (Value){.kind = VALUE_DURATION, .count = (uint32_t)m.nanos, .as.integer = m.seconds};
    else if (value_is_string(format, "date-time") && time_parse(value_str(v), &m)) out = (Value){.kind = VALUE_TIMESTAMP, .count = (uint32_t)m.nanos, .as.integer = m.seconds};
    else if (value_is_string(format, "duration") || value_is_string(format, "date-time") || value_is_string(format, "date") || value_is_string(format, "byte")) out = value_hole(HOLE_UNREAD);
    return value_at(out, v.source, v.span);
}

static Value convert(const Convert *c, Value v, Value schema, int depth) {
    if (!follow_step(c->follow) || depth > DEPTH_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (value_is_map(v)) return convert_map(c, v, schema, depth);
    if (value_is_list(v)) return convert_list(c, v, schema, depth);
    if (!c->typed) return v;
    if (v.kind == VALUE_STRING) return convert_text(v, value_field(schema, "format", &c->follow->scratch));
    if (v.kind == VALUE_INT && value_is_string(value_field(schema, "type", &c->follow->scratch), "number")) return value_at(value_double((double)v.as.integer), v.source, v.span);
    return v;
}

Value follow_object(Follow *f, Value body, Value schema, bool typed) {
    Convert c = {f, typed};
    return convert(&c, body, schema, 0);
}
