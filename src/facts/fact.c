/* Tables of facts: rows that the build tool sorted, and found, as the tables are, by the hash of their key. Invariant: the rows of a table are in
 * byte order of their first cells (tools/compile-facts refuses others). The format of the files is in
 * facts/README.md. */
#include "facts/fact.h"

#include "facts/tables.h"

const FactTable *fact_table(Str name) {
    uint32_t mask = fact_table_slot_count - 1, slot = (uint32_t)str_hash(name) & mask;
    for (; fact_table_slots[slot]; slot = (slot + 1) & mask) {
        const FactTable *table = &fact_tables[fact_table_slots[slot] - 1];
        if (str_eq(fact_text(table->name), name)) return table;
    }
    return NULL;
}

uint32_t fact_row_count(const FactTable *table) {
    return table->row_count;
}

int fact_column(const FactTable *table, Str name) {
    for (uint32_t i = 0; i < table->column_count; i++) {
        if (str_eq(fact_text(table->columns[i]), name)) return (int)i;
    }
    return -1;
}

/* The first row of a key; row_count when there is none. */
static uint32_t first_row(const FactTable *table, Str key) {
    uint32_t mask = table->slot_count - 1, slot = (uint32_t)str_hash(key) & mask;
    for (; table->slots[slot]; slot = (slot + 1) & mask) {
        uint32_t row = table->slots[slot] - 1u;
        if (str_eq(fact_text(table->cells[(size_t)row * table->column_count]), key)) return row;
    }
    return table->row_count;
}

FactRows fact_rows(const FactTable *table, Str key) {
    FactRows rows = {.table = table};
    if (!table) return rows;
    rows.first = first_row(table, key);
    if (rows.first == table->row_count) return rows;
    const Text32 *cell = table->cells + (size_t)rows.first * table->column_count, at = *cell;
    /* Each text is kept once: equal keys are equal numbers. */
    for (; rows.first + rows.count < table->row_count && *cell == at; cell += table->column_count) rows.count++;
    return rows;
}
