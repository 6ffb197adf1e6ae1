/* Facts: what is true outside of the repository, as tables. One file of facts/ is one table; its first column
 * is the key.
 *
 *     FactRows rows = fact_rows(fact_table(STR("lifecycles")), STR("nodejs"));
 *     for (uint32_t i = 0; i < rows.count; i++) … fact_cell(rows.table, rows.first + i, 3)
 *
 * Everything here is constant and lives as long as the program. */
#ifndef FACTS_FACT_H
#define FACTS_FACT_H

#include "facts/tables.h"

typedef struct FactTable FactTable;

/* Rows that share a key. */
typedef struct FactRows {
    const FactTable *table;
    uint32_t first, count;
} FactRows;

/* The table of that name ("lifecycles"), or NULL. */
const FactTable *fact_table(Str name);
/* The rows whose first cell is `key`; none in a NULL table. Logarithmic. */
FactRows fact_rows(const FactTable *table, Str key);
uint32_t fact_row_count(const FactTable *table);
/* A cell; row and column must exist. Empty: none, or not known. */
static inline Str fact_cell(const FactTable *table, uint32_t row, uint32_t column) {
    ensure(row < table->row_count && column < table->column_count, "a cell lies within its table");
    return fact_text(table->cells[(size_t)row * table->column_count + column]);
}
/* Index of a column by its name, or -1. */
int fact_column(const FactTable *table, Str name);

#endif
