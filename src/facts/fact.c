/* Tables of facts: binary search over rows that the build tool sorted. Invariant: the rows of a table are in
 * byte order of their first cells (tools/compile-facts refuses others). The format of the files is in
 * facts/README.md. */
#include "facts/fact.h"

#include "facts/tables.h"

const FactTable *fact_table(Str name) {
    for (uint32_t i = 0; i < fact_table_count; i++) {
        if (str_eq(fact_text(fact_tables[i].name), name)) return &fact_tables[i];
    }
    return NULL;
}

uint32_t fact_row_count(const FactTable *table) {
    return table->row_count;
}

Str fact_cell(const FactTable *table, uint32_t row, uint32_t column) {
    ensure(row < table->row_count && column < table->column_count, "a cell lies within its table");
    return fact_text(table->cells[(size_t)row * table->column_count + column]);
}

int fact_column(const FactTable *table, Str name) {
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (str_eq(fact_text(table->columns[i]), name)) return (int)i;
    }
    return -1;
}

/* The first row whose key is not before `key`. */
static uint32_t lower_bound(const FactTable *table, Str key) {
    uint32_t low = 0, high = table->row_count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (str_compare(fact_cell(table, middle, 0), key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

FactRows fact_rows(const FactTable *table, Str key) {
    FactRows rows = {.table = table};
    if (!table) return rows;
    rows.first = lower_bound(table, key);
    if (rows.first == table->row_count || !str_eq(fact_cell(table, rows.first, 0), key)) return rows;
    const Text32 *cell = table->cells + (size_t)rows.first * table->column_count, at = *cell;
    /* Each text is kept once: equal keys are equal numbers. */
    for (; rows.first + rows.count < table->row_count && *cell == at; cell += table->column_count) rows.count++;
    return rows;
}
