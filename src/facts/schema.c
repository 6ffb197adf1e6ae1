/* Reads the schema tables. Invariant: every index in them lies within its array, which tools/compile-facts
 * made so; what comes from a file is only ever a name that is looked up.
 *
 *     kinds         Deployment apps/v1 → type 7
 *     types         7: a map with definition 12
 *     definitions   12: fields 90 to 95, no others
 *     fields        90: apiVersion → type 0 …
 *
 * The language of the files is in facts/README.md. */
#include "facts/schema.h"

#include "base/buf.h"
#include "facts/fact.h"
#include "facts/tables.h"

#define NEAREST_MAX 512 /* names that "did you mean" looks at; the largest definition has about a hundred */

static const SchemaType *type_at(uint16_t index) {
    return index == SCHEMA_NONE ? NULL : &schema_types[index];
}

/* ---- types ---- */

uint32_t schema_kinds(const SchemaType *type) {
    return type ? type->kinds : SCHEMA_ANY;
}

Str schema_kinds_name(const SchemaType *type, Arena *a) {
    static const struct {
        uint32_t bit;
        const char *name;
    } names[] = {{SCHEMA_STRING, "string"}, {SCHEMA_INT, "integer"},       {SCHEMA_NUMBER, "number"},
                 {SCHEMA_BOOL, "boolean"},  {SCHEMA_QUANTITY, "quantity"}, {SCHEMA_TIME, "time"},
                 {SCHEMA_LIST, "list"},     {SCHEMA_MAP, "map"},           {SCHEMA_NULL, "null"},
                 {SCHEMA_ANY, "anything"}};
    uint32_t kinds = schema_kinds(type);
    Buf out = {0};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (!(kinds & names[i].bit)) continue;
        kinds &= ~names[i].bit;
        if (out.len) buf_add(&out, kinds ? STR(", ") : STR(" or "));
        buf_add(&out, str_of(names[i].name));
    }
    Str name = str_copy(a, buf_str(&out));
    buf_free(&out);
    return name;
}

const SchemaType *schema_item(const SchemaType *type) {
    return type ? type_at(type->item) : NULL;
}

uint32_t schema_value_count(const SchemaType *type) {
    return type ? type->value_count : 0;
}

Str schema_value_at(const SchemaType *type, uint32_t index) {
    ensure(index < schema_value_count(type), "a value of the list");
    return fact_text(schema_values[type->values + index]);
}

bool schema_allows(const SchemaType *type, Str value) {
    uint32_t count = schema_value_count(type);
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(schema_value_at(type, i), value)) return true;
    }
    return count == 0 || !value.len;
}

/* ---- fields ---- */

static const SchemaDefinition *definition_of(const SchemaType *type) {
    return type && type->definition != SCHEMA_NONE ? &schema_definitions[type->definition] : NULL;
}

uint32_t schema_field_count(const SchemaType *type) {
    const SchemaDefinition *d = definition_of(type);
    return d ? d->count : 0;
}

SchemaField schema_field_at(const SchemaType *type, uint32_t index) {
    ensure(index < schema_field_count(type), "a field of the definition");
    const SchemaFieldRow *row = &schema_fields[definition_of(type)->first + index];
    return (SchemaField){.name = fact_text(row->name),
                         .type = type_at(row->type),
                         .required = row->required,
                         .default_value = fact_text(row->default_value),
                         .list_keys = fact_text(row->list_keys),
                         .merge = (SchemaMerge)row->merge};
}

/* A key that has no field of its own: an extension of a definition, or an entry of a map. */
static bool free_field(const SchemaType *type, Str name, SchemaField *out) {
    const SchemaDefinition *d = definition_of(type);
    if (d && d->rest != SCHEMA_NONE && str_starts(name, fact_text(d->prefix))) {
        *out = (SchemaField){
            .name = d->prefix ? STR("x-*") : STR("*"), .type = type_at(d->rest), .is_free = true};
        return true;
    }
    if (type->value == SCHEMA_NONE) return false;
    *out = (SchemaField){.name = STR("*"), .type = type_at(type->value), .is_free = true};
    return true;
}

uint32_t schema_required_from(const SchemaType *type, uint32_t from) {
    uint32_t count = schema_field_count(type);
    const SchemaFieldRow *rows = count ? &schema_fields[definition_of(type)->first] : NULL;
    while (from < count && !rows[from].required) from++;
    return from;
}

bool schema_field(const SchemaType *type, Str name, SchemaField *out) {
    if (!type) return false;
    uint32_t low = 0, high = schema_field_count(type);
    const SchemaFieldRow *rows = high ? &schema_fields[definition_of(type)->first] : NULL;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        int order = str_compare(fact_text(rows[middle].name), name);
        if (order == 0) {
            *out = schema_field_at(type, middle);
            return true;
        }
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return free_field(type, name, out);
}

bool schema_is_open(const SchemaType *type) {
    if (!type || type->kinds & SCHEMA_ANY || !(type->kinds & SCHEMA_MAP)) return true;
    const SchemaDefinition *d = definition_of(type);
    return type->value != SCHEMA_NONE || (d && d->rest != SCHEMA_NONE && !d->prefix);
}

Str schema_nearest(const SchemaType *type, Str wrong) {
    Str names[NEAREST_MAX];
    uint32_t count = MIN(schema_field_count(type), (uint32_t)NEAREST_MAX);
    for (uint32_t i = 0; i < count; i++) names[i] = schema_field_at(type, i).name;
    return str_nearest(wrong, names, count);
}

#define VALUES_MAX 64

Str schema_nearest_value(const SchemaType *type, Str wrong) {
    Str names[VALUES_MAX];
    uint32_t count = MIN(schema_value_count(type), (uint32_t)VALUES_MAX);
    for (uint32_t i = 0; i < count; i++) {
        names[i] = schema_value_at(type, i);
        if (str_eq_nocase(names[i], wrong)) return names[i];
    }
    return str_nearest(wrong, names, count);
}

/* ---- kinds ---- */

/* The first row of a kind, or of what would follow it. */
static uint32_t first_of_kind(Str kind) {
    uint32_t low = 0, high = schema_kind_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_compare(fact_text(schema_kinds_table[middle].kind), kind) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool schema_kind(Str kind, uint32_t index, SchemaKind *out) {
    uint32_t first = first_of_kind(kind), row = first + index;
    if (row < first || row >= schema_kind_count || !str_eq(fact_text(schema_kinds_table[row].kind), kind))
        return false;
    const SchemaKindRow *k = &schema_kinds_table[row];
    *out = (SchemaKind){fact_text(k->api_version), fact_text(k->kind), fact_text(k->resource), k->namespaced,
                        type_at(k->type)};
    return true;
}

const SchemaType *schema_find(Str api_version, Str kind) {
    SchemaKind found;
    for (uint32_t i = 0; schema_kind(kind, i, &found); i++) {
        if (str_eq(found.api_version, api_version)) return found.type;
    }
    return NULL;
}

const SchemaType *schema_root(Str name) {
    return schema_find(STR("file"), name);
}

Str schema_nearest_kind(Str wrong) {
    Str names[NEAREST_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < schema_kind_count && count < NEAREST_MAX; i++) {
        const SchemaKindRow *row = &schema_kinds_table[i];
        if (i && row->kind == row[-1].kind) continue;
        if (!str_is(fact_text(row->api_version), "file")) names[count++] = fact_text(row->kind);
    }
    return str_nearest(wrong, names, count);
}

bool schema_removal(Str api_version, Str kind, SchemaRemoval *out) {
    FactRows rows = fact_rows(fact_table(STR("api-removals")), kind);
    for (uint32_t i = rows.first; i < rows.first + rows.count; i++) {
        if (!str_eq(fact_cell(rows.table, i, 1), api_version)) continue;
        *out = (SchemaRemoval){fact_cell(rows.table, i, 2), fact_cell(rows.table, i, 3),
                               fact_cell(rows.table, i, 4), fact_cell(rows.table, i, 5),
                               fact_cell(rows.table, i, 6)};
        return true;
    }
    return false;
}
