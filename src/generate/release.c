/* Which release a project gets: what it asks for, else the newest that is supported for long. */
#include "facts/fact.h"
#include "generate/detect.h"
#include "values/date.h"
#include "values/range.h"

#define ENDS_WITHIN 90 /* days */

typedef struct Candidate {
    Str newest;
    Version version;
    bool alive, lasting; /* supported on that day; for long */
} Candidate;

#define ANY_PATCH 99999 /* where a line's newest patch is not known */

/* What people have said of a product's lines: product, tag, cycle, eol, rolling. */
static FactRows lines_of(Str product) { return fact_rows(fact_table(STR("lifecycles")), product); }

/* The line that a version belongs to, the narrowest: 3.8.10 → 3.8. UINT32_MAX: none that is known. */
static uint32_t line_of(FactRows lines, const Version *version) {
    uint32_t best = UINT32_MAX, parts = 0;
    for (uint32_t i = 0; i < lines.count; i++) {
        Version cycle;
        if (!version_read(fact_cell(lines.table, lines.first + i, 2), &cycle) || cycle.count <= parts || cycle.count > version->count) continue;
        bool same = true;
        for (uint32_t p = 0; p < cycle.count; p++) same = same && cycle.part[p] == version->part[p];
        if (!same) continue;
        best = lines.first + i;
        parts = cycle.count;
    }
    return best;
}

/* The last day of a line's support has passed. */
static bool is_over(Str product, const Version *version, Str today) {
    FactRows lines = lines_of(product);
    uint32_t line = line_of(lines, version);
    Str eol = line == UINT32_MAX ? (Str){NULL, 0} : fact_cell(lines.table, line, 3);
    return eol.len && str_compare(eol, today) < 0;
}

/* A compiler of last year still compiles: lines that roll on are neither over nor about to be. */
static Release with_standing(Str product, Str name, Str today, Arena *a) {
    Release r = {.name = name};
    FactRows lines = lines_of(product);
    Version version;
    int64_t now;
    if (!name.len || !lines.count || !version_read(name, &version)) return r;
    uint32_t line = line_of(lines, &version);
    if (line == UINT32_MAX) r.standing = RELEASE_UNKNOWN;
    else if (!str_is(fact_cell(lines.table, line, 4), "1")) r.eol = fact_cell(lines.table, line, 3);
    if (!r.eol.len || !date_parse(today, &now)) return r;
    if (str_compare(r.eol, today) < 0) r.standing = RELEASE_OVER;
    else if (str_compare(r.eol, date_print(now + ENDS_WITHIN * DATE_DAY, a)) < 0) r.standing = RELEASE_ENDS;
    return r;
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

/* The newest line in a range of which we know only that there was one: its name, since no patch of it is known. */
static Str old_line(FactRows lines, Str range) {
    Candidate best = {0};
    for (uint32_t i = 0; i < lines.count; i++) {
        Candidate c = {.newest = fact_cell(lines.table, lines.first + i, 2)};
        if (!version_read(c.newest, &c.version) || c.version.count >= VERSION_PARTS) continue;
        c.version.part[c.version.count++] = ANY_PATCH;
        if (range_holds(range, &c.version) == RANGE_INSIDE && is_better(&c, &best)) best = c;
    }
    return best.newest;
}

static bool is_readable(Str range) {
    const Version one = {.part = {1}, .count = 1};
    return range_holds(range, &one) != RANGE_UNREADABLE;
}

Release release_wanted(Str product, Str range, Str today, Arena *a) {
    FactRows rows = fact_rows(fact_table(STR("runtime-releases")), product);
    Candidate best = {0};
    Version written;
    Str exact = as_written(range, &written);
    if (exact.len && written.count > 2) return with_standing(product, str_copy(a, exact), today, a);
    for (uint32_t i = 0; i < rows.count; i++) {
        Str cycle = fact_cell(rows.table, rows.first + i, 1), newest = fact_cell(rows.table, rows.first + i, 2), lts = fact_cell(rows.table, rows.first + i, 3);
        Candidate c = {.newest = newest, .lasting = lts.len && str_compare(lts, today) <= 0};
        if (!version_read(newest, &c.version) && !version_read(cycle, &c.version)) continue;
        c.alive = !is_over(product, &c.version, today);
        if (range.len && range_holds(range, &c.version) != RANGE_INSIDE) continue;
        if (is_better(&c, &best)) best = c;
    }
    Str name = best.newest.len || !range.len ? best.newest : exact.len ? str_copy(a, exact) : old_line(lines_of(product), range);
    if (!name.len && range.len && is_readable(range)) return (Release){.standing = RELEASE_ELSEWHERE};
    return with_standing(product, name, today, a);
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
