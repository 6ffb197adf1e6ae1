/* How the facts lie in the program: constant arrays that tools/compile-facts prints, read through fact.h and
 * schema.h and by nobody else. A text is an offset into one pool of distinct texts, where two bytes of length
 * (low one first) stand before its bytes: tables hold numbers only, so that loading the program relocates
 * nothing. */
#ifndef FACTS_TABLES_H
#define FACTS_TABLES_H

#include "base/str.h"

#define FACT_TEXT_MAX 0xffff /* bytes of one text: its length has two bytes */
#define FACT_ROWS_MAX 0xfffe /* a slot has two bytes */
#define SCHEMA_NONE 0xffff   /* no type, no definition */

typedef uint32_t Text32; /* offset into fact_pool; 0 is the empty text */

/* A table of facts/: its rows are sorted by their first cell. */
struct FactTable {
    Text32 name;           /* of the file, without .tsv */
    const Text32 *columns; /* their names */
    const Text32 *cells;   /* row after row */
    const uint16_t *slots; /* by str_hash of the key, with linear probing: 1 + the first row of a key; 0: nothing more */
    uint32_t column_count;
    uint32_t row_count;    /* at most FACT_ROWS_MAX */
    uint32_t slot_count;   /* a power of two, more than the keys */
};

/* A type: alternatives, and what lies in those that hold something. */
struct SchemaType {
    uint16_t kinds;       /* SCHEMA_… bits */
    uint16_t definition;  /* of the fields that a map has by name, or SCHEMA_NONE */
    uint16_t value;       /* type of a map's other entries, or SCHEMA_NONE */
    uint16_t item;        /* type of a list's items, or SCHEMA_NONE */
    uint16_t values;      /* first of the values that a string is limited to, in schema_values */
    uint16_t value_count; /* 0: any */
};

typedef struct SchemaDefinition {
    uint32_t first; /* of its fields, in schema_fields, sorted by name */
    uint16_t count;
    uint16_t rest; /* type of keys that are no field, or SCHEMA_NONE: they are refused */
    Text32 prefix; /* what such a key starts with: "x-"; empty: anything */
} SchemaDefinition;

typedef struct SchemaFieldRow {
    Text32 name;
    Text32 default_value; /* JSON */
    Text32 list_keys;
    uint16_t type;
    uint8_t required;
    uint8_t merge; /* SchemaMerge */
} SchemaFieldRow;

/* Sorted by kind, then version. */
typedef struct SchemaKindRow {
    Text32 kind;
    Text32 api_version;
    Text32 resource;
    uint16_t type;
    int16_t namespaced; /* 1, 0, -1 */
} SchemaKindRow;

extern const char fact_pool[];
extern const struct FactTable fact_tables[]; /* sorted by name */
extern const uint32_t fact_table_count;
extern const uint16_t fact_table_slots[]; /* by str_hash of the name: 1 + its index */
extern const uint32_t fact_table_slot_count;
extern const struct SchemaType schema_types[];
extern const SchemaDefinition schema_definitions[];
extern const SchemaFieldRow schema_fields[];
extern const Text32 schema_values[];
extern const SchemaKindRow schema_kinds_table[];
extern const uint32_t schema_kind_count;

static inline Str fact_text(Text32 at) {
    const uint8_t *p = (const uint8_t *)fact_pool + at;
    return (Str){fact_pool + at + 2, (size_t)p[0] | (size_t)p[1] << 8};
}

#endif
