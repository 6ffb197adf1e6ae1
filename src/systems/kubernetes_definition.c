/* A CustomResourceDefinition by itself: schemas that are not structural, which the API server refuses. Its rules are kubernetes_rules.c's.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#specifying-a-structural-schema
 * Invariant: a schema is walked once, DEPTH_MAX deep and NODES_MAX wide at most; what lies beyond is not judged. */
#include "base/regex.h"
#include "model/way.h"
#include "systems/kubernetes_lower.h"

#define DEPTH_MAX 60
#define NODES_MAX 100000
#define FAULTS_MAX 50 /* of one definition */

typedef struct Walk {
    Manifest *m;
    uint32_t nodes, faults;
} Walk;

static bool is_true(Walk *w, Value map, const char *key) {
    return value_is_true(value_field(map, key, w->m->arena));
}

Value manifest_text(Str text, Value origin) {
    Value v = value_string(text);
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source, origin.span);
}

/* What a schema holds below its limits of depth and size was not looked at, and is told. */
static bool is_spent(Walk *w, int depth) {
    bool spent = depth > DEPTH_MAX || ++w->nodes > NODES_MAX;
    if (spent) model_cut(w->m->model, w->m->source);
    return spent;
}

static void fault(Walk *w, const char *code, Str what, const Way *way, Value at) {
    if (w->faults++ >= FAULTS_MAX) {
        model_cut(w->m->model, w->m->source);
        return;
    }
    Value place = value_absent(at);
    if (at.kind <= VALUE_STRING && at.source) place = at;
    Object *o = manifest_object(w->m, SHAPE_DEFINITION_FAULT, place, place);
    o->fields[DEFINITION_FAULT_CODE] = manifest_text(str_of(code), place);
    o->fields[DEFINITION_FAULT_WHAT] = manifest_text(what, place);
    o->fields[DEFINITION_FAULT_PATH] = manifest_text(way ? way_text(way, w->m->arena) : STR("openAPIV3Schema"), place);
    o->fields[DEFINITION_FAULT_MANIFEST] = value_object(w->m->object);
}

/* ---- keywords ---- */

/* Refused in any structural schema; those with a value only when they have it. */
static void check_keywords(Walk *w, Value schema, const Way *way) {
    static const char *const never[] = {"$ref", "definitions", "dependencies", "deprecated", "discriminator", "id", "patternProperties", "readOnly", "writeOnly", "xml"};
    for (size_t i = 0; i < ARRAY_COUNT(never); i++) {
        Value v = value_field(schema, never[i], w->m->arena);
        if (!value_is_null(v)) fault(w, "forbidden", str_of(never[i]), way, v);
    }
    Value more = value_field(schema, "additionalProperties", w->m->arena), items = value_field(schema, "items", w->m->arena);
    if (more.kind == VALUE_BOOL && !more.as.boolean) fault(w, "forbidden", STR("additionalProperties: false"), way, more);
    if (is_true(w, schema, "uniqueItems")) fault(w, "forbidden", STR("uniqueItems: true"), way, value_field(schema, "uniqueItems", w->m->arena));
    if (value_is_list(items)) fault(w, "forbidden", STR("items: […]"), way, items);
    if (value_size(value_field(schema, "properties", w->m->arena)) && !value_is_null(more)) fault(w, "both", STR("additionalProperties"), way, more);
}

static void check_pattern(Walk *w, Value schema, const Way *way) {
    Value pattern = value_field(schema, "pattern", w->m->arena);
    if (pattern.kind != VALUE_STRING) return;
    Arena scratch = {0};
    if (regex_is_wrong(value_str(pattern), &scratch)) fault(w, "pattern", str_copy(w->m->arena, value_str(pattern)), way, pattern);
    arena_free(&scratch);
}

/* A list of type map needs keys that every item has. */
static void check_list_keys(Walk *w, Value schema, const Way *way) {
    Arena *a = w->m->arena;
    Value type = value_field(schema, "x-kubernetes-list-type", a), keys = value_field(schema, "x-kubernetes-list-map-keys", a), item = value_field(schema, "items", a);
    if (!value_is_string(type, "map")) return;
    uint32_t count, required_count;
    const Value *names = value_items(keys, &count, a), *required = value_items(value_field(item, "required", a), &required_count, a);
    if (!count && !value_is_hole(keys)) fault(w, "list-keys", STR(""), way, type);
    for (uint32_t i = 0; i < count && value_is_map(item); i++) {
        if (names[i].kind != VALUE_STRING) continue;
        const char *name = str_copy(a, value_str(names[i])).at;
        bool sure = !value_is_null(value_path(value_field(value_field(item, "properties", a), name, a), "default", a));
        for (uint32_t k = 0; k < required_count; k++) sure = sure || value_is_string(required[k], name) || required[k].kind == VALUE_HOLE;
        if (!sure) fault(w, "list-keys", str_of(name), way, names[i]);
    }
}

/* ---- logic: below allOf, anyOf, oneOf, not ---- */

static void logic(Walk *w, Value schema, Value outside, const Way *way, bool either, int depth);

static void logic_of(Walk *w, Value schema, Value outside, const Way *way, bool either, int depth) {
    static const char *const lists[] = {"allOf", "anyOf", "oneOf"};
    for (size_t i = 0; i < ARRAY_COUNT(lists); i++) {
        uint32_t count;
        const Value *items = value_items(value_field(schema, lists[i], w->m->arena), &count, w->m->arena);
        for (uint32_t k = 0; k < count; k++) logic(w, items[k], outside, way, either, depth + 1);
    }
    logic(w, value_field(schema, "not", w->m->arena), outside, way, either, depth + 1);
}

/* What it says of a field must stand outside, too; `either`: an integer or a string, whose types it may tell. */
static void logic(Walk *w, Value schema, Value outside, const Way *way, bool either, int depth) {
    static const char *const structure[] = {"description", "type", "default", "additionalProperties", "nullable"};
    Arena *a = w->m->arena;
    if (!value_is_map(schema) || is_spent(w, depth)) return;
    for (size_t i = 0; i < ARRAY_COUNT(structure); i++) {
        Value v = value_field(schema, structure[i], a);
        bool allowed = either && str_is(str_of(structure[i]), "type");
        if (!value_is_null(v) && !allowed) fault(w, "in-logic", str_of(structure[i]), way, v);
    }
    uint32_t count;
    Value properties = value_field(outside, "properties", a);
    bool closed = value_is_map(outside) && !value_is_hole(properties) && value_is_null(value_field(outside, "additionalProperties", a));
    const Entry *entries = value_entries(value_field(schema, "properties", a), &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Str name = value_text(entries[i].key);
        if (!name.len) continue;
        Value field = value_field(properties, str_copy(a, name).at, a);
        if (closed && value_is_null(field)) fault(w, "only-in-logic", name, way, entries[i].key);
        bool word = is_true(w, field, "x-kubernetes-int-or-string");
        logic(w, entries[i].value, value_is_null(field) ? value_hole(HOLE_UNREAD) : field, way, word, depth + 1);
    }
    Value item = value_field(outside, "items", a);
    logic(w, value_field(schema, "items", a), value_is_null(item) ? value_hole(HOLE_UNREAD) : item, way, is_true(w, item, "x-kubernetes-int-or-string"), depth + 1);
    logic_of(w, schema, outside, way, either, depth);
}

/* ---- structure ---- */

static void structure(Walk *w, Value schema, Value name, const Way *way, int depth) {
    Arena *a = w->m->arena;
    if (!value_is_map(schema) || is_spent(w, depth)) return;
    Value type = value_field(schema, "type", a), item = value_field(schema, "items", a);
    bool either = is_true(w, schema, "x-kubernetes-int-or-string");
    if (value_is_null(type) && !either && !is_true(w, schema, "x-kubernetes-preserve-unknown-fields")) fault(w, "no-type", STR("type"), way, value_is_null(name) ? schema : name);
    if (value_is_string(type, "array") && value_is_null(item)) fault(w, "no-type", STR("items"), way, type);
    check_keywords(w, schema, way);
    check_pattern(w, schema, way);
    check_list_keys(w, schema, way);
    definition_rules(w->m, schema, !way);
    logic_of(w, schema, schema, way, either, depth);
    uint32_t count;
    const Entry *entries = value_entries(value_field(schema, "properties", a), &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Str key = value_text(entries[i].key);
        if (!way && str_is(key, "metadata")) continue; /* described by the API server */
        Way inner = {way, key, 0};
        structure(w, entries[i].value, entries[i].key, &inner, depth + 1);
    }
    Way any = {way, STR("*"), 0}, each = {way, STR("[]"), 0};
    structure(w, value_field(schema, "additionalProperties", a), value_null(), &any, depth + 1);
    structure(w, item, value_null(), &each, depth + 1);
}

void definition_model(Manifest *m) {
    Walk w = {.m = m};
    uint32_t count;
    const Value *versions = value_items(value_field(m->object->fields[MANIFEST_SPEC], "versions", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) structure(&w, value_path(versions[i], "schema.openAPIV3Schema", m->arena), value_null(), NULL, 0);
}
