/* One walk over the value; the type goes along. Depth and number of faults are bounded. */
#include "systems/schema_faults.h"

#define DEPTH_MAX 40

typedef struct Walk {
    Model *model;
    Str address;
    uint32_t *faults;
} Walk;

void schema_fault(Model *model, Str address, const char *code, Value at, Str where, Str key, Str expected, Str nearest) {
    Object *o = object_new(model->arena, SHAPE_SCHEMA_FAULT, at.source, at.span);
    o->address = address;
    o->fields[SCHEMA_FAULT_CODE] = value_at(value_string(str_of(code)), at.source, at.span);
    o->fields[SCHEMA_FAULT_KEY] = value_at(value_string(key), at.source, at.span);
    o->fields[SCHEMA_FAULT_WHERE] = value_at(value_string(where), at.source, at.span);
    if (expected.len) o->fields[SCHEMA_FAULT_EXPECTED] = value_at(value_string(expected), at.source, at.span);
    if (nearest.len) o->fields[SCHEMA_FAULT_NEAREST] = value_at(value_string(nearest), at.source, at.span);
    o->fields[SCHEMA_FAULT_IS_SLIP] = value_at(value_bool(str_is_slip(key, nearest)), at.source, at.span);
    model_subject(model, o);
}

static void add_fault(Walk *w, const char *code, Value at, Str where, Str key, Str expected, Str nearest) {
    schema_fault(w->model, w->address, code, at, where, key, expected, nearest);
    ++*w->faults;
}

static uint32_t kind_of(Value v) {
    switch ((ValueKind)v.kind) {
        case VALUE_BOOL: return SCHEMA_BOOL;
        case VALUE_INT: return SCHEMA_INT | SCHEMA_NUMBER | SCHEMA_QUANTITY;
        case VALUE_DOUBLE: return SCHEMA_NUMBER | SCHEMA_QUANTITY;
        case VALUE_STRING: return SCHEMA_STRING | SCHEMA_QUANTITY | SCHEMA_TIME;
        case VALUE_MAP: return SCHEMA_MAP;
        case VALUE_LIST: return SCHEMA_LIST;
        default: return SCHEMA_NULL | SCHEMA_MAP | SCHEMA_LIST;
    }
}

static Str list_values(Arena *a, const SchemaType *type) {
    Buf out = {0};
    for (uint32_t i = 0; i < schema_value_count(type) && i < 20; i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, schema_value_at(type, i));
    }
    Str s = str_copy(a, buf_str(&out));
    buf_free(&out);
    return s;
}

static void walk(Walk *w, const SchemaType *type, Value v, Str where, Str key, int depth);

static void walk_map(Walk *w, const SchemaType *type, Value v, Str where, int depth) {
    Arena *a = w->model->arena;
    for (uint32_t i = 0; i < v.count && *w->faults < SCHEMA_FAULTS_MAX; i++) {
        Value name = v.as.entries[i].key;
        Str key = value_text(name), path = where.len ? str_format(a, "%.*s.%.*s", STR_ARGS(where), STR_ARGS(key)) : key;
        SchemaField field;
        if (schema_field(type, key, &field)) walk(w, field.type, v.as.entries[i].value, path, key, depth + 1);
        else if (!schema_is_open(type)) add_fault(w, "unknown-key", name, where, key, (Str){NULL, 0}, schema_nearest(type, key));
    }
    for (uint32_t i = 0; i < schema_field_count(type); i++) {
        SchemaField field = schema_field_at(type, i);
        if (!field.required || v.flags & VALUE_OPEN) continue;
        if (value_is_null(value_field(v, str_copy(a, field.name).at, a))) add_fault(w, "missing-key", v, where, field.name, (Str){NULL, 0}, (Str){NULL, 0});
    }
}

static void walk(Walk *w, const SchemaType *type, Value v, Str where, Str key, int depth) {
    uint32_t kinds = schema_kinds(type);
    if (kinds & SCHEMA_ANY || v.kind == VALUE_HOLE) return;
    if (depth > DEPTH_MAX || *w->faults >= SCHEMA_FAULTS_MAX) {
        if (v.source) model_cut(w->model, v.source);
        return;
    }
    Arena *a = w->model->arena;
    if (!(kind_of(v) & kinds)) {
        if (!value_is_null(v)) add_fault(w, "wrong-type", v, where, key, schema_kinds_name(type, a), (Str){NULL, 0});
    } else if (v.kind == VALUE_MAP) {
        walk_map(w, type, v, where, depth);
    } else if (v.kind == VALUE_LIST) {
        for (uint32_t i = 0; i < v.count; i++) walk(w, schema_item(type), v.as.items[i], where, key, depth + 1);
    } else if (v.kind == VALUE_STRING && !schema_allows(type, value_str(v))) {
        add_fault(w, "wrong-value", v, where, key, list_values(a, type), schema_nearest_value(type, value_str(v)));
    }
}

void schema_faults(Model *model, const SchemaType *type, Value value, Str where, Str address, uint32_t *faults) {
    Walk w = {.model = model, .address = address, .faults = faults};
    walk(&w, type, value, where, STR(""), 0);
}
