/* Which release a project gets: what it asks for, else the newest that is supported for long. */
#include "facts/fact.h"
#include "generate/detect.h"
#include "values/range.h"

typedef struct Candidate {
    Str newest;
    Version version;
    bool alive, lasting; /* supported on that day; for long */
} Candidate;

/* The last day of a line's support has passed. */
static bool is_over(Str product, Str cycle, Str today) {
    FactRows rows = fact_rows(fact_table(STR("lifecycles")), product);
    for (uint32_t i = 0; i < rows.count; i++) {
        Str eol = fact_cell(rows.table, rows.first + i, 3);
        if (str_eq(fact_cell(rows.table, rows.first + i, 2), cycle) && eol.len) return str_compare(eol, today) < 0;
    }
    return false;
}

static int rank(const Candidate *c) { return c->alive * 2 + (c->alive && c->lasting); }

static bool is_better(const Candidate *c, const Candidate *best) {
    if (!best->newest.len || rank(c) != rank(best)) return !best->newest.len || rank(c) > rank(best);
    return version_compare(&c->version, &best->version) > 0;
}

/* What is written in full is what people want, whether our table has it or not. */
static Str as_written(Str range, Version *version) {
    if (range.len && range.at[0] == 'v') range = str_skip(range, 1);
    return version_read(range, version) ? range : (Str){NULL, 0};
}

Str release_wanted(Str product, Str range, Str today, Arena *a) {
    FactRows rows = fact_rows(fact_table(STR("runtime-releases")), product);
    Candidate best = {0};
    Version written;
    Str exact = as_written(range, &written);
    if (exact.len && written.count > 2) return str_copy(a, exact);
    for (uint32_t i = 0; i < rows.count; i++) {
        Str cycle = fact_cell(rows.table, rows.first + i, 1), newest = fact_cell(rows.table, rows.first + i, 2), lts = fact_cell(rows.table, rows.first + i, 3);
        Candidate c = {.newest = newest, .alive = !is_over(product, cycle, today), .lasting = lts.len && str_compare(lts, today) <= 0};
        if (!version_read(newest, &c.version) && !version_read(cycle, &c.version)) continue;
        if (range.len && range_holds(range, &c.version) != RANGE_INSIDE) continue;
        if (is_better(&c, &best)) best = c;
    }
    return best.newest.len ? best.newest : str_copy(a, exact);
}

/* A release is a commit of forty digits; the newest by its number. */
Str release_pin(Str action, Arena *a) {
    Str owner, rest, name, folder;
    if (!str_cut(action, '/', &owner, &rest)) return (Str){NULL, 0};
    str_cut(rest, '/', &name, &folder);
    FactRows rows = fact_rows(fact_table(STR("action-pins")), str_format(a, "%.*s/%.*s", STR_ARGS(owner), STR_ARGS(name)));
    Str best = {NULL, 0}, commit = {NULL, 0};
    Version newest = {0};
    for (uint32_t i = 0; i < rows.count; i++) {
        Str tag = fact_cell(rows.table, rows.first + i, 1);
        Version v;
        if (!str_is(fact_cell(rows.table, rows.first + i, 3), "release") || !version_read(tag, &v) || version_compare(&v, &newest) <= 0) continue;
        newest = v;
        best = tag;
        commit = fact_cell(rows.table, rows.first + i, 2);
    }
    return best.len ? str_format(a, "%.*s@%.*s # %.*s", STR_ARGS(action), STR_ARGS(commit), STR_ARGS(best)) : best;
}
