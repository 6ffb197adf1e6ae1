/* What the API of a kind does not take: unknown fields, other types, other values, required ones that are missing. Follows the
 * object and the type of its fields side by side (facts/schema.h); where either is not known, nothing is said.
 * https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation */
#include "facts/schema.h"
#include "model/way.h"
#include "systems/kubernetes.h"
#include "systems/kubernetes_lower.h"

#define NODES_MAX 200000 /* values of one object that are followed: aliases can make them many more than the bytes */
#define MISFITS_MAX 50 /* of one object: beyond that it is of another kind than it says */

typedef struct Walk {
    Manifest *m;
    uint32_t count, nodes;
} Walk;

static Value text_at(Walk *w, Str text, Value origin) {
    Value v = text.len ? value_string(text) : value_null();
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source ? origin.source : w->m->source, origin.span);
}

static void misfit(Walk *w, const char *kind, Value name, const Way *way, Value value, Str expected, Str nearest) {
    if (w->count++ >= MISFITS_MAX) {
        model_cut(w->m->model, w->m->source);
        return;
    }
    Object *o = manifest_object(w->m, SHAPE_MISFIT, value, name);
    o->fields[MISFIT_KIND] = text_at(w, str_of(kind), name);
    o->fields[MISFIT_NAME] = name;
    o->fields[MISFIT_PATH] = text_at(w, way_text(way, w->m->arena), name);
    o->fields[MISFIT_VALUE] = value;
    o->fields[MISFIT_EXPECTED] = text_at(w, expected, name);
    o->fields[MISFIT_NEAREST] = text_at(w, nearest, name);
    Value state = w->m->object->fields[MANIFEST_API_STATE]; /* foreign ones that are described have none */
    bool own = !value_is_null(state);
    Str schema = own ? STR("Kubernetes " SCHEMA_KUBERNETES) : value_text(w->m->object->fields[MANIFEST_API_VERSION]);
    o->fields[MISFIT_SCHEMA] = text_at(w, schema, name);
    o->fields[MISFIT_MANIFEST] = value_object(w->m->object);
}

/* The SCHEMA_… bits that a value satisfies; all of them when it is not known. */
static uint32_t kinds_of(Value v) {
    if (value_is_map(v)) return SCHEMA_MAP;
    if (value_is_list(v)) return SCHEMA_LIST;
    switch ((ValueKind)v.kind) {
        case VALUE_STRING: return SCHEMA_STRING | SCHEMA_QUANTITY | SCHEMA_TIME;
        case VALUE_INT: return SCHEMA_INT | SCHEMA_NUMBER | SCHEMA_QUANTITY;
        case VALUE_DOUBLE: return SCHEMA_NUMBER | SCHEMA_QUANTITY;
        case VALUE_BOOL: return SCHEMA_BOOL;
        case VALUE_TIMESTAMP: return SCHEMA_TIME | SCHEMA_STRING;
        default: return UINT32_MAX;
    }
}

static Str allowed_values(Walk *w, const SchemaType *type) {
    Buf out = {0};
    for (uint32_t i = 0; i < schema_value_count(type); i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, schema_value_at(type, i));
    }
    Str text = str_copy(w->m->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static void walk(Walk *w, Value v, Value name, const Way *way, const SchemaType *type, int depth);

static bool is_given(const Entry *entries, uint32_t count, Str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].key.kind == VALUE_STRING && str_eq(value_str(entries[i].key), name)) return !value_is_null(entries[i].value);
    }
    return false;
}

static void walk_fields(Walk *w, Value map, const Way *way, const SchemaType *type, int depth) {
    uint32_t count;
    const Entry *entries = value_entries(map, &count, w->m->arena);
    for (uint32_t i = 0; i < count; i++) {
        SchemaField field;
        Value key = entries[i].key;
        if (key.kind != VALUE_STRING) continue;
        Str name = value_str(key);
        if (schema_field(type, name, &field)) {
            walk(w, entries[i].value, key, &(Way){way, name, 0}, field.type, depth + 1);
        } else if (!schema_is_open(type) && !str_starts(name, STR("$"))) misfit(w, "unknown", key, way, entries[i].value, (Str){NULL, 0}, schema_nearest(type, name));
    }
    uint32_t fields = map.flags & VALUE_OPEN ? 0 : schema_field_count(type);
    for (uint32_t i = schema_required_from(type, 0); i < fields; i = schema_required_from(type, i + 1)) {
        SchemaField field = schema_field_at(type, i);
        if (is_given(entries, count, field.name)) continue;
        Value value = value_field(map, str_copy(w->m->arena, field.name).at, w->m->arena);
        if (value_is_null(value)) misfit(w, "missing", text_at(w, field.name, value), way, value, (Str){NULL, 0}, (Str){NULL, 0});
    }
}

static void walk(Walk *w, Value v, Value name, const Way *way, const SchemaType *type, int depth) {
    if (!type || depth > NODE_DEPTH_MAX || value_is_null(v) || value_is_hole(v)) return;
    if (++w->nodes > NODES_MAX) {
        model_cut(w->m->model, w->m->source);
        return;
    }
    uint32_t allowed = schema_kinds(type);
    if (allowed & SCHEMA_ANY) return;
    if (!(kinds_of(v) & allowed)) {
        misfit(w, "type", name, way, v, schema_kinds_name(type, w->m->arena), (Str){NULL, 0});
        return;
    }
    if (v.kind == VALUE_STRING && schema_value_count(type) && !schema_allows(type, value_str(v))) {
        misfit(w, "value", name, way, v, allowed_values(w, type), schema_nearest_value(type, value_str(v)));
    }
    if (value_is_map(v)) walk_fields(w, v, way, type, depth);
    if (!value_is_list(v)) return;
    uint32_t count;
    const Value *items = value_items(v, &count, w->m->arena);
    for (uint32_t i = 0; i < count; i++) walk(w, items[i], name, way, schema_item(type), depth + 1);
}

static void judge(Source *source, Model *model, const Object *object) {
    const SchemaType *type = schema_find(value_text(object->fields[MANIFEST_API_VERSION]), value_text(object->fields[MANIFEST_KIND]));
    Manifest m = {.source = source, .model = model, .arena = model->arena, .object = (Object *)(uintptr_t)object};
    Walk w = {.m = &m};
    if (type) walk(&w, object->fields[MANIFEST_BODY], value_null(), NULL, type, 0);
}

void kubernetes_judge(Source *source, Model *model) {
    for (uint32_t i = 0, count = model->subjects.count; i < count; i++) {
        if (model->subjects.items[i]->shape->id == SHAPE_MANIFEST) judge(source, model, model->subjects.items[i]);
    }
}
