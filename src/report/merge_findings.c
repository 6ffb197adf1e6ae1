/* Findings of several shards in the order of one run. Those of a file come from one shard, so their order there stays; what depends on
 * all files is decided here: ordinals of equal identities, entries of the baseline whose file has no such finding any more, and what
 * every shard must say. */
#include "base/map.h"
#include "report/merge_parts.h"

#include <stdlib.h>

typedef VEC(MergedFinding) FindingList;

static bool same(const Printed *a, const Printed *b, const char *key, Arena *arena) {
    return str_eq(part_text(a->part, a->node, key, arena), part_text(b->part, b->node, key, arena));
}

/* Found from two files that are in two shards. */
static bool is_repeated(const Printed *a, const Printed *b, Arena *arena) {
    static const char *const keys[] = {"check", "end_line", "end_column", "message"};
    if (a->part == b->part || a->line != b->line || a->column != b->column || !str_eq(a->file, b->file)) return false;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (!same(a, b, keys[i], arena)) return false;
    }
    return true;
}

static void add(Merge *m, FindingList *list, const PrintedVec *v, bool aside) {
    for (uint32_t i = 0; i < v->count; i++) {
        const Printed *at = &v->items[i];
        vec_push(m->a, list, ((MergedFinding){.at = *at, .identity = part_text(at->part, at->node, "identity", m->a), .aside = aside}));
    }
}

static PrintedVec pending_of(Merge *m, const Part *p) {
    PrintedVec v = {0};
    part_list(m, p, p->shard, "pending", 0, &v);
    return v;
}

static bool is_among(const PrintedVec *v, const Printed *at, Arena *a) {
    for (uint32_t i = 0; i < v->count; i++) {
        const Printed *other = &v->items[i];
        if (other->line == at->line && other->column == at->column && str_eq(other->file, at->file) && same(other, at, "check", a)) return true;
    }
    return false;
}

/* What the first shard says and all others too. */
static void add_pending(Merge *m, FindingList *list) {
    PrintedVec all = pending_of(m, &m->parts[0]), plain = {0}, aside = {0};
    for (uint32_t i = 0; i < all.count; i++) {
        bool stands = true;
        for (uint32_t p = 1; p < m->count && stands; p++) {
            PrintedVec theirs = pending_of(m, &m->parts[p]);
            stands = is_among(&theirs, &all.items[i], m->a);
        }
        bool suppressed = yaml_get(all.items[i].part->tree, all.items[i].node, "suppression") != NULL;
        if (stands) vec_push(m->a, suppressed ? &aside : &plain, all.items[i]);
    }
    add(m, list, &plain, false);
    add(m, list, &aside, true);
}

static int in_order(const void *a, const void *b) {
    const MergedFinding *x = a, *y = b;
    int order = str_compare(x->at.file, y->at.file);
    if (order) return order;
    if (x->at.line != y->at.line) return x->at.line < y->at.line ? -1 : 1;
    if (x->at.column != y->at.column) return x->at.column < y->at.column ? -1 : 1;
    if (x->at.part_index != y->at.part_index) return x->at.part_index < y->at.part_index ? -1 : 1;
    if (x->aside != y->aside) return x->aside ? 1 : -1;
    return x->at.index == y->at.index ? 0 : x->at.index < y->at.index ? -1 : 1;
}

static void drop_repeated(Merge *m, FindingList *list) {
    uint32_t kept = MIN(list->count, 1u);
    for (uint32_t i = 1; i < list->count; i++) {
        if (!is_repeated(&list->items[i].at, &list->items[kept - 1].at, m->a)) list->items[kept++] = list->items[i];
    }
    list->count = kept;
}

static void number(Merge *m, FindingList *list) {
    Map seen = {0};
    for (uint32_t i = 0; i < list->count; i++) {
        MergedFinding *f = &list->items[i];
        void **slot = map_slot(m->a, &seen, f->identity);
        f->id = finding_id(f->identity, (uint32_t)(uintptr_t)*slot, m->a);
        *slot = (void *)((uintptr_t)*slot + 1);
    }
}

/* Entries of the baseline that no shard took → how many, by identity. */
static void rest_of_baseline(Merge *m, Map *rest) {
    Map left = {0};
    for (uint32_t p = 0; p < m->count; p++) {
        PrintedVec entries = {0};
        part_list(m, &m->parts[p], m->parts[p].shard, "baseline_rest", 0, &entries);
        for (uint32_t i = 0; i < entries.count; i++) {
            const Printed *e = &entries.items[i];
            void **shards = map_slot(m->a, &left, part_text(e->part, e->node, "entry", m->a));
            *shards = (void *)((uintptr_t)*shards + 1);
            if ((uintptr_t)*shards < m->count) continue;
            void **count = map_slot(m->a, rest, part_text(e->part, e->node, "identity", m->a));
            *count = (void *)((uintptr_t)*count + 1);
        }
    }
}

static void use_baseline(Merge *m, FindingList *list) {
    Map rest = {0};
    rest_of_baseline(m, &rest);
    for (uint32_t i = 0; i < list->count && rest.count; i++) {
        MergedFinding *f = &list->items[i];
        if (f->aside || !map_has(&rest, f->identity)) continue;
        void **count = map_slot(m->a, &rest, f->identity);
        if (!*count) continue;
        *count = (void *)((uintptr_t)*count - 1);
        f->aside = f->in_baseline = true;
    }
}

MergedFindings merge_findings(Merge *m) {
    FindingList list = {0};
    for (uint32_t i = 0; i < m->count; i++) {
        const Part *p = &m->parts[i];
        PrintedVec plain = {0}, aside = {0};
        part_list(m, p, p->root, "findings", 0, &plain);
        part_list(m, p, p->root, "suppressed", 0, &aside);
        add(m, &list, &plain, false);
        add(m, &list, &aside, true);
    }
    add_pending(m, &list);
    if (list.count) qsort(list.items, list.count, sizeof *list.items, in_order);
    drop_repeated(m, &list);
    number(m, &list);
    use_baseline(m, &list);
    MergedFindings all = {list.items, list.count, false};
    for (uint32_t i = 0; i < list.count; i++) {
        const MergedFinding *f = &list.items[i];
        int severity = severity_find(part_text(f->at.part, f->at.node, "severity", m->a));
        if (f->aside) continue;
        if (severity >= 0) m->merged->summary[severity]++;
        all.blocks = all.blocks || part_says(f->at.part, f->at.node, "blocks");
    }
    return all;
}

/* As it was printed, but for its id, and why it is known. */
void merge_print_findings(Merge *m, const MergedFindings *all, const char *key, bool aside) {
    Buf text = {0};
    json_key(m->w, key);
    json_open(m->w, '[');
    for (uint32_t i = 0; i < all->count; i++) {
        const MergedFinding *f = &all->items[i];
        if (f->aside != aside) continue;
        Str printed = node_text(f->at.part->tree, f->at.node), head = STR("{\"id\":\""), rest = str_skip(printed, head.len);
        size_t quote = str_find_byte(rest, '"');
        if (!str_starts(printed, head) || quote == STR_NONE) continue; /* no result of ours */
        buf_clear(&text);
        buf_add(&text, head);
        buf_add(&text, f->id);
        buf_add(&text, f->in_baseline ? str_slice(rest, quote, rest.len - 1) : str_skip(rest, quote));
        if (f->in_baseline) buf_lit(&text, ",\"suppression\":{\"kind\":\"baseline\"}}");
        merge_copy(m, buf_str(&text));
    }
    json_close(m->w, ']');
    buf_free(&text);
}
