/* A resource and the schema of its definition, side by side: the structure that the API server keeps, and the logic over it.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema */
#include "link/definition/follow.h"

#define DEPTH_MAX 60

static bool is_true(Value map, const char *key, Arena *a) {
    return value_is_true(value_field(map, key, a));
}

/* ---- types ---- */

static const struct {
    const char *type, *words; /* the words are those of the other schemas */
} types[] = {{"object", "map"}, {"array", "list"}, {"string", "string"}, {"integer", "integer"}, {"number", "number"}, {"boolean", "boolean"}};

static bool is_type(Value v, Str type) {
    if (value_is_map(v)) return str_is(type, "object");
    if (value_is_list(v)) return str_is(type, "array");
    switch ((ValueKind)v.kind) {
        case VALUE_STRING: return str_is(type, "string");
        case VALUE_TIMESTAMP: return str_is(type, "string");
        case VALUE_BOOL: return str_is(type, "boolean");
        case VALUE_INT: return str_is(type, "integer") || str_is(type, "number");
        case VALUE_DOUBLE: return str_is(type, "number") || (str_is(type, "integer") && v.as.real == (double)(int64_t)v.as.real);
        default: return true;
    }
}

/* False after a fault. */
static bool has_type(Follow *f, Value schema, Value v, Value name, const Way *way) {
    Value type = value_field(schema, "type", &f->scratch);
    bool either = is_true(schema, "x-kubernetes-int-or-string", &f->scratch);
    if (either && (is_type(v, STR("integer")) || is_type(v, STR("string")))) return true;
    if (!either && (type.kind != VALUE_STRING || is_type(v, value_str(type)))) return true;
    Str expected = either ? STR("integer or string") : value_str(type);
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) {
        if (str_is(expected, types[i].type)) expected = str_of(types[i].words);
    }
    follow_fault(f, &(Fault){.kind = "type", .name = name, .value = v, .way = way, .expected = expected, .place = either ? schema : type});
    return false;
}

/* ---- fields ---- */

static Str nearest_field(Follow *f, Value properties, Str wrong) {
    uint32_t count;
    const Entry *entries = value_entries(properties, &count, &f->scratch);
    Str *names = arena_array(&f->scratch, Str, count);
    for (uint32_t i = 0; i < count; i++) names[i] = value_text(entries[i].key);
    return str_nearest(wrong, names, count);
}

/* What every object has, whatever its schema says. */
static bool is_meta(Str name) { return str_is(name, "apiVersion") || str_is(name, "kind") || str_is(name, "metadata"); }

static void follow_fields(Follow *f, Value schema, Value map, const Way *way, bool whole, int depth) {
    Arena *a = &f->scratch;
    Value properties = value_field(schema, "properties", a), more = value_field(schema, "additionalProperties", a);
    bool open = is_true(schema, "x-kubernetes-preserve-unknown-fields", a) || (more.kind == VALUE_BOOL && more.as.boolean) || f->quiet;
    uint32_t count;
    const Entry *entries = value_entries(map, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Str name = value_text(entries[i].key);
        if (!name.len || (whole && is_meta(name))) continue;
        Value field = value_is_map(properties) ? value_field(properties, str_copy(a, name).at, a) : value_null();
        if (!value_is_map(field) && value_is_map(more)) field = more;
        Way inner = {way, name, 0};
        if (value_is_map(field)) follow_schema(f, field, entries[i].value, entries[i].key, &inner, false, depth + 1);
        else if (!open && value_is_null(field)) {
            Fault fault = {.kind = "unknown", .name = entries[i].key, .value = entries[i].value, .way = way, .nearest = follow_tells(f) ? nearest_field(f, properties, name) : (Str){NULL, 0}, .place = value_is_map(properties) ? properties : schema};
            follow_fault(f, &fault);
        }
    }
}

static void follow_required(Follow *f, Value schema, Value map, const Way *way) {
    Arena *a = &f->scratch;
    uint32_t count, entry_count;
    Value properties = value_field(schema, "properties", a);
    const Value *required = value_items(value_field(schema, "required", a), &count, a);
    const Entry *entries = count ? value_entries(map, &entry_count, a) : NULL;
    Map given = count ? entries_index(entries, entry_count, a) : (Map){0};
    for (uint32_t i = 0; i < count; i++) {
        if (required[i].kind != VALUE_STRING || (!way && is_meta(value_str(required[i])))) continue;
        const char *name = str_copy(a, value_str(required[i])).at;
        const Value *there = map_get(&given, value_str(required[i]));
        if ((there && !value_is_null(*there)) || !value_is_null(value_field(value_field(properties, name, a), "default", a))) continue;
        Value value = there ? *there : value_absent(map);
        if (map.flags & VALUE_OPEN) f->unknown = true;
        else follow_fault(f, &(Fault){.kind = "missing", .name = value_at(required[i], value.source, value.span), .value = value, .way = way, .place = required[i]});
    }
}

static void follow_items(Follow *f, Value schema, Value list, Value name, const Way *way, int depth) {
    Value item = value_field(schema, "items", &f->scratch);
    if (!value_is_map(item)) return;
    uint32_t count;
    const Value *items = value_items(list, &count, &f->scratch);
    for (uint32_t i = 0; i < count && f->steps < f->limit; i++) {
        Way inner = {way, {NULL, 0}, i};
        follow_schema(f, item, items[i], name, &inner, false, depth + 1);
    }
}

/* ---- logic ---- */

typedef enum Verdict3 { FITS, FITS_NOT, MAY_FIT } Verdict3;

static Verdict3 fits(Follow *f, Value schema, Value v, int depth) {
    uint32_t faults = f->faults;
    bool unknown = f->unknown;
    f->unknown = false;
    f->quiet++;
    follow_schema(f, schema, v, value_null(), &(Way){0}, false, depth + 1);
    f->quiet--;
    Verdict3 verdict = f->faults > faults ? FITS_NOT : f->unknown ? MAY_FIT : FITS;
    f->faults = faults;
    f->unknown = unknown;
    return verdict;
}

/* How many of a list of schemas it fits must lie between `least` and `most`. */
static void follow_choice(Follow *f, Value schema, const char *key, Value v, Value name, const Way *way, uint32_t least, uint32_t most, int depth) {
    uint32_t count, fit = 0, may = 0;
    Value list = value_field(schema, key, &f->scratch);
    const Value *choices = value_items(list, &count, &f->scratch);
    for (uint32_t i = 0; i < count; i++) {
        Verdict3 verdict = fits(f, choices[i], v, depth);
        fit += verdict == FITS;
        may += verdict == MAY_FIT;
    }
    if (!count) return;
    if (fit + may < least || fit > most) follow_fault(f, &(Fault){.kind = "rule", .name = name, .value = v, .way = way, .expected = str_of(key), .place = list});
    else if (fit < least || fit + may > most) f->unknown = true;
}

static void follow_logic(Follow *f, Value schema, Value v, Value name, const Way *way, int depth) {
    uint32_t count;
    Value not = value_field(schema, "not", &f->scratch);
    const Value *all = value_items(value_field(schema, "allOf", &f->scratch), &count, &f->scratch);
    for (uint32_t i = 0; i < count; i++) {
        Verdict3 verdict = fits(f, all[i], v, depth);
        if (verdict == FITS_NOT) follow_fault(f, &(Fault){.kind = "rule", .name = name, .value = v, .way = way, .expected = STR("allOf"), .place = all[i]});
        f->unknown = f->unknown || verdict == MAY_FIT;
    }
    follow_choice(f, schema, "anyOf", v, name, way, 1, UINT32_MAX, depth);
    follow_choice(f, schema, "oneOf", v, name, way, 1, 1, depth);
    if (!value_is_map(not)) return;
    Verdict3 verdict = fits(f, not, v, depth);
    if (verdict == FITS) follow_fault(f, &(Fault){.kind = "rule", .name = name, .value = v, .way = way, .expected = STR("not"), .place = not});
    f->unknown = f->unknown || verdict == MAY_FIT;
}

void follow_schema(Follow *f, Value schema, Value v, Value name, const Way *way, bool root, int depth) {
    if (value_is_hole(v)) f->unknown = true;
    bool on = follow_step(f) && depth <= DEPTH_MAX;
    f->unknown = f->unknown || !on;
    if (value_is_null(v) || value_is_hole(v) || !on || !value_is_map(schema)) return;
    if (!has_type(f, schema, v, name, way)) return;
    follow_values(f, schema, v, name, way);
    bool whole = root || is_true(schema, "x-kubernetes-embedded-resource", &f->scratch);
    if (value_is_map(v)) follow_fields(f, schema, v, way, whole, depth);
    if (value_is_map(v)) follow_required(f, schema, v, way);
    if (value_is_list(v)) follow_items(f, schema, v, name, way, depth);
    bool either = is_true(schema, "x-kubernetes-int-or-string", &f->scratch); /* what its logic may say is what the word says */
    if (!either) follow_logic(f, schema, v, name, way, depth);
}
