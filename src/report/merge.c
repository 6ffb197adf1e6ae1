/* Coverage, checklist and verdict of several shards. */
#include "report/merge_parts.h"

#include <stdlib.h>

/* ---- what was printed ---- */

Str part_text(const Part *p, const Node *map, const char *key, Arena *a) {
    const Node *node = yaml_get(p->tree, map, key);
    return node && node->kind == YAML_SCALAR ? yaml_scalar(p->tree, node, a) : STR("");
}

int64_t part_number(const Part *p, const Node *map, const char *key) {
    const Node *node = yaml_get(p->tree, map, key);
    int64_t value;
    return node && str_to_int(node_text(p->tree, node), &value) ? value : 0;
}

bool part_says(const Part *p, const Node *map, const char *key) {
    const Node *node = yaml_get(p->tree, map, key);
    return node && str_is(node_text(p->tree, node), "true");
}

void part_list(Merge *m, const Part *p, const Node *map, const char *key, uint32_t skip, PrintedVec *out) {
    const Node *list = yaml_get(p->tree, map, key);
    uint32_t index = 0;
    if (!list || list->kind != YAML_SEQUENCE) return;
    node_each(item, list) {
        if (index++ < skip) continue;
        vec_push(m->a, out, ((Printed){p, item, part_text(p, item, "file", m->a), part_number(p, item, "line"), part_number(p, item, "column"), (uint32_t)(p - m->parts), index}));
    }
}

static int by_place(const void *a, const void *b) {
    const Printed *x = a, *y = b;
    int order = str_compare(x->file, y->file);
    if (order) return order;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    if (x->column != y->column) return x->column < y->column ? -1 : 1;
    if (x->part_index != y->part_index) return x->part_index < y->part_index ? -1 : 1;
    return x->index == y->index ? 0 : x->index < y->index ? -1 : 1;
}

static int by_file(const void *a, const void *b) {
    const Printed *x = a, *y = b;
    int order = str_compare(x->file, y->file);
    if (order) return order;
    if (x->part_index != y->part_index) return x->part_index < y->part_index ? -1 : 1;
    return x->index == y->index ? 0 : x->index < y->index ? -1 : 1;
}

void printed_sort(PrintedVec *v) {
    if (v->count) qsort(v->items, v->count, sizeof *v->items, by_place);
}

void merge_copy(Merge *m, Str text) {
    if (m->w->comma) buf_byte(m->w->out, ',');
    m->w->comma = true;
    buf_add(m->w->out, text);
    buf_pass(m->w->out);
}

static void copy_list(Merge *m, const char *key, const PrintedVec *v) {
    json_key(m->w, key);
    json_open(m->w, '[');
    for (uint32_t i = 0; i < v->count; i++) merge_copy(m, node_text(v->items[i].part->tree, v->items[i].node));
    json_close(m->w, ']');
}

/* ---- coverage ---- */

static int64_t sum(const Merge *m, const char *key) {
    int64_t all = 0;
    for (uint32_t i = 0; i < m->count; i++) all += part_number(&m->parts[i], yaml_get(m->parts[i].tree, m->parts[i].root, "coverage"), key);
    return all;
}

/* What the walk met comes first, then the files in their order. */
static uint32_t copy_gaps(Merge *m, const char *key, bool of_walk) {
    PrintedVec first = {0}, rest = {0};
    for (uint32_t i = 0; i < m->count; i++) {
        const Part *p = &m->parts[i];
        const Node *coverage = yaml_get(p->tree, p->root, "coverage");
        uint32_t walk = of_walk ? (uint32_t)part_number(p, p->shard, "walk_gaps") : 0;
        part_list(m, p, coverage, key, walk, &rest);
        if (!walk) continue;
        part_list(m, p, coverage, key, 0, &first);
        first.count = MIN(first.count, walk);
    }
    if (rest.count) qsort(rest.items, rest.count, sizeof *rest.items, by_file);
    for (uint32_t i = 0; i < rest.count; i++) vec_push(m->a, &first, rest.items[i]);
    copy_list(m, key, &first);
    return first.count;
}

/* Gives the number of gaps. */
static uint32_t coverage(Merge *m) {
    JsonWriter *w = m->w;
    json_key(w, "coverage");
    json_open(w, '{');
    json_put_int(w, "walked", sum(m, "walked"));
    json_put_int(w, "found", sum(m, "found"));
    json_put_int(w, "read", sum(m, "read"));
    if (sum(m, "test_data")) json_put_int(w, "test_data", sum(m, "test_data"));
    m->merged->found = (uint32_t)sum(m, "found");
    m->merged->read = (uint32_t)sum(m, "read");
    uint32_t gaps = copy_gaps(m, "partly", false) + copy_gaps(m, "skipped", true);
    json_put_int(w, "unknown", sum(m, "unknown"));
    json_key(w, "unknown_by_reason");
    json_open(w, '{');
    for (int i = 0; i < HOLE_COUNT; i++) {
        Str reason = hole_reason((HoleReason)i);
        const char *key = str_copy(m->a, reason).at;
        int64_t all = 0;
        for (uint32_t k = 0; k < m->count; k++) {
            const Part *p = &m->parts[k];
            all += part_number(p, yaml_get(p->tree, yaml_get(p->tree, p->root, "coverage"), "unknown_by_reason"), key);
        }
        if (all) json_put_int(w, key, all);
    }
    json_close(w, '}');
    json_close(w, '}');
    return gaps;
}

/* ---- checklist ---- */

static const Node *item_at(const Node *list, uint32_t index) {
    if (!list || list->kind != YAML_SEQUENCE) return NULL;
    node_each(item, list) {
        if (!index--) return item;
    }
    return NULL;
}

static ItemState state_named(Str name) {
    for (int i = 0; i < ITEM_STATE_COUNT; i++) {
        if (str_eq(item_state_name((ItemState)i), name)) return (ItemState)i;
    }
    return ITEM_UNKNOWN;
}

/* The first places of all shards, one a line. */
static PrintedVec first_of(Merge *m, const Node *const *shares, const char *key, uint32_t max) {
    PrintedVec all = {0}, out = {0};
    for (uint32_t i = 0; i < m->count; i++) part_list(m, &m->parts[i], shares[i], key, 0, &all);
    printed_sort(&all);
    for (uint32_t i = 0; i < all.count && out.count < max; i++) {
        const Printed *last = out.count ? &out.items[out.count - 1] : NULL;
        if (!last || last->line != all.items[i].line || !str_eq(last->file, all.items[i].file)) vec_push(m->a, &out, all.items[i]);
    }
    return out;
}

static void item(Merge *m, Str id, const Node *const *shares) {
    ItemGrounds g = {0};
    for (uint32_t i = 0; i < m->count; i++) {
        g.found += (uint32_t)part_number(&m->parts[i], shares[i], "found");
        g.read += (uint32_t)part_number(&m->parts[i], shares[i], "read");
        g.tried = g.tried || part_says(&m->parts[i], shares[i], "tried");
        g.otherwise = state_named(part_text(&m->parts[i], shares[i], "otherwise", m->a));
    }
    PrintedVec held = first_of(m, shares, "held", ITEM_RIGHT_MAX), wrong = first_of(m, shares, "wrong", ITEM_EVIDENCE_MAX), unknown = first_of(m, shares, "unknown", ITEM_RIGHT_MAX);
    PrintedVec files = first_of(m, shares, "files", ITEM_RIGHT_MAX), none = {0};
    g.held = held.count;
    g.wrong = wrong.count;
    g.unknown = unknown.count;
    ItemState state = item_decide(&g);
    json_open(m->w, '{');
    json_put(m->w, "id", id);
    json_put(m->w, "state", item_state_name(state));
    copy_list(m, "evidence", state == ITEM_NO ? &wrong : state == ITEM_UNKNOWN && g.tried ? &unknown : state == ITEM_YES ? held.count ? &held : &files : &none);
    json_close(m->w, '}');
}

static void checklist(Merge *m) {
    const Part *first = &m->parts[0];
    const Node *ids = yaml_get(first->tree, first->root, "checklist");
    const Node **shares = arena_array(m->a, const Node *, m->count);
    json_key(m->w, "checklist");
    json_open(m->w, '[');
    for (uint32_t i = 0; item_at(ids, i); i++) {
        for (uint32_t k = 0; k < m->count; k++) shares[k] = item_at(yaml_get(m->parts[k].tree, m->parts[k].shard, "checklist"), i);
        item(m, part_text(first, item_at(ids, i), "id", m->a), shares);
    }
    json_close(m->w, ']');
}

/* ---- the whole ---- */

static bool claims_block(const Part *p, const Node *claims) {
    if (!claims || claims->kind != YAML_SEQUENCE) return false;
    node_each(claim, claims) {
        if (part_says(p, claim, "blocks")) return true;
    }
    return false;
}

static void print(Merge *m, Buf *out) {
    Buf middle = {0};
    const Part *first = &m->parts[0];
    const Node *claims = yaml_get(first->tree, first->root, "evidence");
    MergedFindings findings = merge_findings(m);
    JsonWriter whole = {.out = out}, inner = {.out = &middle, .comma = true};
    m->w = &inner;
    uint32_t gaps = coverage(m);
    bool over = findings.blocks || claims_block(first, claims);
    m->merged->verdict = over ? VERDICT_CHANGES_REQUESTED : m->merged->found && !gaps ? VERDICT_APPROVED : VERDICT_NOT_VERIFIED;
    json_open(&whole, '{');
    json_put_int(&whole, "version", 1);
    json_put(&whole, "verdict", verdict_name(m->merged->verdict));
    buf_add(out, buf_str(&middle));
    buf_free(&middle);
    m->w = &whole;
    json_key(&whole, "summary");
    json_open(&whole, '{');
    for (int i = SEVERITY_COUNT; i-- > 0;) json_put_int(&whole, severity_name((Severity)i).at, m->merged->summary[i]);
    json_close(&whole, '}');
    checklist(m);
    merge_print_findings(m, &findings, "findings", false);
    if (claims) {
        json_key(&whole, "evidence");
        whole.comma = false;
        merge_copy(m, node_text(first->tree, claims));
    }
    merge_print_findings(m, &findings, "suppressed", true);
    json_close(&whole, '}');
    buf_byte(out, '\n');
}

static bool same_review(const Part *a, const Part *b, Arena *arena) {
    static const char *const keys[] = {"count", "review", "program"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (!str_eq(part_text(a, a->shard, keys[i], arena), part_text(b, b->shard, keys[i], arena))) return false;
    }
    return true;
}

/* Each result under the number of its shard. */
static bool order_parts(Merge *m, Source *sources, Error *err) {
    for (uint32_t i = 0; i < m->count; i++) {
        Source *source = &sources[i];
        const Tree *tree = yaml_parse(text_of_source(source));
        Part part = {source, tree, yaml_root(tree), NULL};
        part.shard = source->problems.count ? NULL : yaml_get(tree, part.root, "shard");
        if (!part.shard) return error_set(err, "'%.*s' is no result of a shard: infra review --shard I/N --output json=FILE makes one", STR_ARGS(source->path));
        int64_t index = part_number(&part, part.shard, "index"), count = part_number(&part, part.shard, "count");
        if (index < 1 || index > count) return error_set(err, "'%.*s' is no result of a shard: infra review --shard I/N --output json=FILE makes one", STR_ARGS(source->path));
        if (count != m->count) return error_set(err, "'%.*s' is one of %u shards; here are %u results", STR_ARGS(source->path), (unsigned)count, m->count);
        Part *place = &m->parts[index - 1];
        if (place->source) return error_set(err, "'%.*s' and '%.*s' are the same shard", STR_ARGS(place->source->path), STR_ARGS(source->path));
        *place = part;
    }
    for (uint32_t i = 1; i < m->count; i++) {
        if (same_review(&m->parts[0], &m->parts[i], m->a)) continue;
        return error_set(err, "'%.*s' is of another review than '%.*s': other files, options, or another infra", STR_ARGS(m->parts[i].source->path), STR_ARGS(m->parts[0].source->path));
    }
    return true;
}

bool merge_results(Source *sources, uint32_t count, Buf *out, Merged *merged, Error *err) {
    Arena a = {0};
    *merged = (Merged){0};
    Merge m = {.parts = arena_zeros(&a, Part, count), .count = count, .a = &a, .merged = merged};
    bool ok = order_parts(&m, sources, err);
    if (ok) print(&m, out);
    arena_free(&a);
    return ok;
}
