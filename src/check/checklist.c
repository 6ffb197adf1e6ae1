#include "check/checklist.h"

#include <stdlib.h>

#define ON(NAME) (1u << SYSTEM_##NAME)
#define PIPELINES (ON(GITHUB_ACTIONS) | ON(GITLAB_CI) | ON(JENKINS) | ON(OTHER_PIPELINE))
#define CLUSTER (ON(KUBERNETES) | ON(HELM) | ON(KUSTOMIZE))

static const struct {
    Str id;
    uint32_t systems; /* bits */
    ItemState otherwise;
    Prose title;
} items[CHECKLIST_ITEMS] = {
#define ITEM(id, systems, otherwise, english, spanish) {STR_INIT(id), systems, ITEM_##otherwise, PROSE_INIT(english, spanish)},
#include "check/checklist.def"
#undef ITEM
};

static bool names_item(const Check *check, Str item) {
    for (uint32_t i = 0; i < check->checklist_count; i++) {
        if (str_eq(check->checklist[i], item)) return true;
    }
    return false;
}

uint32_t checklist_items(const Check *check) {
    uint32_t bits = 0;
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) bits |= (uint32_t)names_item(check, items[i].id) << i;
    return bits;
}

void checklist_see(ChecklistSeen *seen, const Check *check, Evidence at, bool held) {
    seen->any = true;
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) {
        if (!names_item(check, items[i].id)) continue;
        uint32_t *count = held ? &seen->items[i].held : &seen->items[i].unknown;
        if (!(*count)++) *(held ? &seen->items[i].held_at : &seen->items[i].unknown_at) = at;
    }
}

/* What a pipeline does with Terraform is told by the pipeline. */
static bool belongs(size_t item, SystemId system) { return items[item].systems >> system & 1 || (items[item].otherwise == ITEM_UNKNOWN && PIPELINES >> system & 1); }

void checklist_add(ChecklistTally *tally, const ChecklistSeen *seen, SystemId system, Arena *a) {
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) {
        if (!belongs(i, system)) continue;
        if (seen->items[i].held) vec_push(a, &tally->items[i].held, seen->items[i].held_at);
        if (seen->items[i].unknown) vec_push(a, &tally->items[i].unknown, seen->items[i].unknown_at);
    }
}

void checklist_wrong(ChecklistTally *tally, const Finding *finding, SystemId system, Arena *a) {
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) {
        if (names_item(finding->check, items[i].id) && belongs(i, system)) vec_push(a, &tally->items[i].wrong, ((Evidence){finding->source, finding->span}));
    }
}

/* ---- the states ---- */

static int by_place(const void *a, const void *b) {
    const Evidence *x = a, *y = b;
    int order = str_compare(x->source->path, y->source->path);
    if (order) return order;
    return x->span.start == y->span.start ? 0 : x->span.start < y->span.start ? -1 : 1;
}

/* The first of `all`, one a line; `all` is sorted. */
static EvidenceVec first_of(EvidenceVec all, uint32_t max, Arena *a) {
    EvidenceVec out = {0};
    if (all.count) qsort(all.items, all.count, sizeof *all.items, by_place);
    for (uint32_t i = 0; i < all.count && out.count < max; i++) {
        const Evidence *last = out.count ? &out.items[out.count - 1] : NULL;
        bool told = last && last->source == all.items[i].source && source_place(last->source, last->span.start).line == source_place(all.items[i].source, all.items[i].span.start).line;
        if (!told) vec_push(a, &out, all.items[i]);
    }
    return out;
}

/* The files of each system come in the order of their paths. */
static EvidenceVec files_of(uint32_t systems, const ChecklistFiles *files, Arena *a) {
    EvidenceVec all = {0};
    for (int s = 0; s < SYSTEM_COUNT; s++) {
        for (uint32_t i = 0; (systems >> s & 1) && i < MIN(files->of[s].count, (uint32_t)ITEM_RIGHT_MAX); i++) vec_push(a, &all, files->of[s].items[i]);
    }
    return first_of(all, ITEM_RIGHT_MAX, a);
}

static ItemShare share_of(size_t i, const ChecklistTally *tally, const SystemCount *counts, const ChecklistFiles *files, uint32_t tried, Arena *a) {
    ItemGrounds g = {.tried = tried >> i & 1, .otherwise = items[i].otherwise, .held = tally->items[i].held.count, .wrong = tally->items[i].wrong.count, .unknown = tally->items[i].unknown.count};
    for (int s = 0; s < SYSTEM_COUNT; s++) {
        if (!(items[i].systems >> s & 1)) continue;
        g.found += counts[s].found;
        g.read += counts[s].read;
    }
    return (ItemShare){g, first_of(tally->items[i].held, ITEM_RIGHT_MAX, a), first_of(tally->items[i].wrong, ITEM_EVIDENCE_MAX, a),
                       first_of(tally->items[i].unknown, ITEM_RIGHT_MAX, a), files_of(items[i].systems, files, a)};
}

void checklist_fill(Review *review, const ChecklistTally *tally, const SystemCount *counts, const ChecklistFiles *files, uint32_t tried) {
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) {
        ItemShare share = share_of(i, tally, counts, files, tried, review->arena);
        Item item = {.id = items[i].id, .title = items[i].title, .state = item_decide(&share.grounds)};
        if (item.state == ITEM_NO) item.evidence = share.wrong;
        else if (item.state == ITEM_UNKNOWN && share.grounds.tried) item.evidence = share.unknown;
        else if (item.state == ITEM_YES) item.evidence = share.held.count ? share.held : share.files;
        vec_push(review->arena, &review->checklist, item);
        if (review->shard) vec_push(review->arena, &review->shard->items, share);
    }
}
