/* Manifest → object of the API: the schema goes along with the value (facts/schema.h). What is not written and filled in by the
 * server has the place of what it is missing from, so that a finding can point there. */
#include "facts/schema.h"
#include "link/admission/policy.h"
#include "parse/yaml.h"

#include <math.h>

static Value convert(Value v, const SchemaType *type, Arena *a, int depth);

static Value default_of(const SchemaField *field, Value map, Arena *a) {
    Value at = value_absent(map), v = value_hole(HOLE_REMOTE);
    Str text = field->default_value;
    int64_t number;
    if (str_is(text, "{}")) v = value_map(arena_array(a, Entry, 0), 0);
    else if (str_is(text, "true") || str_is(text, "false")) v = value_bool(text.at[0] == 't');
    else if (text.at[0] == '"') v = value_string(str_slice(text, 1, text.len - 1));
    else if (str_to_int(text, &number)) v = value_int(number);
    v.flags |= VALUE_DERIVED;
    return convert(value_at(v, at.source, at.span), field->type, a, NODE_DEPTH_MAX - 4);
}

static Value convert_map(Value v, const SchemaType *type, Arena *a, int depth) {
    uint32_t count, kept = 0, fields = type ? schema_field_count(type) : 0;
    const Entry *entries = value_entries(v, &count, a);
    Entry *out = arena_array(a, Entry, count + fields);
    for (uint32_t i = 0; i < count; i++) {
        SchemaField field = {0};
        if (entries[i].key.kind == VALUE_STRING) schema_field(type, value_str(entries[i].key), &field);
        Value item = convert(entries[i].value, field.type, a, depth + 1);
        if (!value_is_null(item)) out[kept++] = (Entry){entries[i].key, item};
    }
    uint32_t written = kept;
    for (uint32_t i = 0; i < fields && !(v.flags & VALUE_OPEN); i++) {
        SchemaField field = schema_field_at(type, i);
        if (!field.default_value.len || entries_hold(out, written, field.name)) continue;
        out[kept++] = (Entry){value_string(field.name), default_of(&field, v, a)};
    }
    Value map = value_map(out, kept);
    map.flags = v.flags;
    Value at = value_absent(v);
    return value_at(map, at.source, at.span);
}

static Value convert_list(Value v, const SchemaType *type, Arena *a, int depth) {
    uint32_t count;
    const Value *items = value_items(v, &count, a);
    Value *out = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) out[i] = convert(items[i], schema_item(type), a, depth + 1);
    Value list = value_list(out, count);
    list.flags = v.flags;
    Value at = value_absent(v);
    return value_at(list, at.source, at.span);
}

/* A number where the API has a quantity comes back as its text: 0.5 → "500m". */
static Value quantity_text(Value v, Arena *a) {
    double thousandths = v.kind == VALUE_DOUBLE ? v.as.real * 1000 : 0;
    if (v.kind == VALUE_DOUBLE && (thousandths != floor(thousandths) || fabs(thousandths) > 1e15)) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    Str text = v.kind == VALUE_INT ? str_format(a, "%lld", (long long)v.as.integer) : str_format(a, "%lldm", (long long)thousandths);
    return value_at(value_string(text), v.source, v.span);
}

static Value convert(Value v, const SchemaType *type, Arena *a, int depth) {
    if (depth > NODE_DEPTH_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (value_is_map(v)) return convert_map(v, type, a, depth);
    if (value_is_list(v)) return convert_list(v, type, a, depth);
    uint32_t kinds = schema_kinds(type);
    bool number = v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
    if (number && kinds & SCHEMA_QUANTITY && !(kinds & SCHEMA_ANY)) return quantity_text(v, a);
    if (v.kind == VALUE_INT && kinds & SCHEMA_NUMBER && !(kinds & (SCHEMA_INT | SCHEMA_ANY))) return value_at(value_double((double)v.as.integer), v.source, v.span);
    return v;
}

/* The same map with one more entry; an entry that is there stays. */
static Value with(Value map, const char *key, Value value, Arena *a) {
    if (map.kind != VALUE_MAP || entries_hold(map.as.entries, map.count, str_of(key))) return map;
    Entry *entries = arena_array(a, Entry, map.count + 1);
    if (map.count) memcpy(entries, map.as.entries, map.count * sizeof *entries);
    entries[map.count] = (Entry){value_string(str_of(key)), value};
    Value out = value_map(entries, map.count + 1);
    out.flags = map.flags;
    return value_at(out, map.source, map.span);
}

static Value replaced(Value map, const char *key, Value value, Arena *a) {
    Entry *entries = arena_array(a, Entry, map.count);
    for (uint32_t i = 0; i < map.count; i++) {
        entries[i] = map.as.entries[i];
        if (str_is(value_text(entries[i].key), key)) entries[i].value = value;
    }
    Value out = value_map(entries, map.count);
    out.flags = map.flags;
    return value_at(out, map.source, map.span);
}

Value admission_object(Value body, Str api_version, Str kind, Arena *a) {
    Value object = convert(body, schema_find(api_version, kind), a, 0), meta = value_field(object, "metadata", a);
    if (meta.kind != VALUE_MAP) return object;
    static const char *const set_by_server[] = {"uid", "creationTimestamp", "generation"};
    for (size_t i = 0; i < ARRAY_COUNT(set_by_server); i++) meta = with(meta, set_by_server[i], value_at(value_hole(HOLE_REMOTE), meta.source, meta.span), a);
    if (!entries_hold(meta.as.entries, meta.count, STR("name"))) meta = with(meta, "name", value_at(value_hole(HOLE_REMOTE), meta.source, meta.span), a);
    return replaced(object, "metadata", meta, a);
}

Value admission_pod(Value template, Value namespace, Arena *a) {
    Value meta = value_field(template, "metadata", a), spec = value_field(template, "spec", a);
    Entry *entries = arena_array(a, Entry, 4);
    Entry *none = arena_array(a, Entry, 1);
    Value whole = value_absent(template);
    if (!value_is_map(meta)) meta = value_at(value_map(none, 0), whole.source, whole.span);
    entries[0] = (Entry){value_string(STR("apiVersion")), value_string(STR("v1"))};
    entries[1] = (Entry){value_string(STR("kind")), value_string(STR("Pod"))};
    entries[2] = (Entry){value_string(STR("metadata")), meta};
    entries[3] = (Entry){value_string(STR("spec")), spec};
    Value pod = admission_object(value_at(value_map(entries, 4), whole.source, whole.span), STR("v1"), STR("Pod"), a);
    meta = value_field(pod, "metadata", a);
    if (!value_is_null(namespace)) meta = with(meta, "namespace", namespace, a);
    meta = with(with(meta, "ownerReferences", value_hole(HOLE_REMOTE), a), "generateName", value_hole(HOLE_REMOTE), a);
    return replaced(pod, "metadata", meta, a);
}
