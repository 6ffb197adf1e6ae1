/* Fields are few, and looked through; many are looked up. What the tables call open answers ANY for what it does not know. */
#include "systems/actions/type.h"

#include "facts/fact.h"

#define MANY_FIELDS 16
#define CONTEXT_DEPTH_MAX 6 /* job.services.*.ports.* is the deepest */

const Type type_any = {.kind = TYPE_ANY}, type_null = {.kind = TYPE_NULL}, type_bool = {.kind = TYPE_BOOL}, type_number = {.kind = TYPE_NUMBER}, type_string = {.kind = TYPE_STRING};

const Type *type_array(Arena *a, const Type *element, bool filtered) {
    Type *t = arena_new(a, Type);
    *t = (Type){.kind = TYPE_ARRAY, .element = element, .filtered = filtered};
    return t;
}

Type *type_object(Arena *a) {
    Type *t = arena_new(a, Type);
    t->kind = TYPE_OBJECT;
    return t;
}

static void note_field(Arena *a, Type *object, uint32_t place) {
    void **slot = map_slot(a, &object->by_name, str_lower(a, object->fields.items[place].name));
    if (!*slot) *slot = (void *)((uintptr_t)place + 1);
}

void type_add(Arena *a, Type *object, Str name, const Type *type) {
    vec_push(a, &object->fields, ((TypeField){name, type}));
    uint32_t count = object->fields.count;
    for (uint32_t i = count == MANY_FIELDS ? 0 : count - 1; count >= MANY_FIELDS && i < count; i++) note_field(a, object, i);
}

static TypeField *field_named(const Type *object, Str name) {
    Arena a = {0};
    uintptr_t place = 0;
    if (object->by_name.count) place = (uintptr_t)map_get(&object->by_name, str_lower(&a, name));
    else {
        for (uint32_t i = 0; i < object->fields.count && !place; i++) place = str_eq_nocase(object->fields.items[i].name, name) ? i + 1 : 0;
    }
    arena_free(&a);
    return place ? &object->fields.items[place - 1] : NULL;
}

void type_put(Arena *a, Type *object, Str name, const Type *type) {
    TypeField *field = field_named(object, name);
    if (field) field->type = type;
    else type_add(a, object, name, type);
}

const Type *type_field(const Type *object, Str name) {
    const TypeField *field = field_named(object, name);
    return field ? field->type : object->element;
}

/* Objects join to one that has the fields of both; anything else that differs may be anything. */
const Type *type_join(Arena *a, const Type *x, const Type *y) {
    if (x == y) return x;
    if (x->kind != y->kind) return &type_any;
    if (x->kind == TYPE_ARRAY) return type_array(a, type_join(a, x->element, y->element), x->filtered || y->filtered);
    if (x->kind != TYPE_OBJECT) return x;
    Type *both = type_object(a);
    for (uint32_t i = 0; i < x->fields.count; i++) type_put(a, both, x->fields.items[i].name, x->fields.items[i].type);
    for (uint32_t i = 0; i < y->fields.count; i++) {
        TypeField f = y->fields.items[i];
        const Type *other = type_field(x, f.name);
        type_put(a, both, f.name, other ? type_join(a, other, f.type) : f.type);
    }
    both->element = x->element ? x->element : y->element;
    return both;
}

static const Type *type_of_row(const FactTable *table, uint32_t row, Arena *a, int depth);

static const Type *simple(Str name) {
    return str_is(name, "string") ? &type_string : str_is(name, "number") ? &type_number : str_is(name, "bool") ? &type_bool : NULL;
}

static void add_fields(const FactTable *table, Str path, Type *object, Arena *a, int depth) {
    for (uint32_t i = 0; i < fact_row_count(table); i++) {
        Str row = fact_cell(table, i, 0);
        bool below = row.len > path.len + 1 && str_starts(row, path) && row.at[path.len] == '.';
        Str name = below ? str_skip(row, path.len + 1) : (Str){NULL, 0};
        if (!below || str_find_byte(name, '.') != STR_NONE) continue;
        const Type *type = type_of_row(table, i, a, depth + 1);
        if (str_is(name, "*")) object->element = type;
        else type_add(a, object, name, type);
    }
}

static const Type *type_of_row(const FactTable *table, uint32_t row, Arena *a, int depth) {
    Str kind = fact_cell(table, row, 1);
    const Type *known = simple(kind);
    if (known) return known;
    bool object = str_is(kind, "object") || str_is(kind, "open") || str_is(kind, "map");
    if (!object || depth >= CONTEXT_DEPTH_MAX) return &type_any;
    Type *type = type_object(a);
    add_fields(table, fact_cell(table, row, 0), type, a, depth);
    if (!str_is(kind, "object") && !type->element) type->element = &type_any;
    return type;
}

const Type *type_of_context(Arena *a, Str path) {
    const FactTable *table = fact_table(STR("action-contexts"));
    FactRows rows = fact_rows(table, path);
    return rows.count ? type_of_row(table, rows.first, a, 0) : NULL;
}

Str type_name(const Type *type) {
    static const Str names[] = {STR_INIT("any"), STR_INIT("null"), STR_INIT("bool"), STR_INIT("number"), STR_INIT("string"), STR_INIT("array"), STR_INIT("object")};
    return names[type->kind];
}
