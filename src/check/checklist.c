#include "check/checklist.h"

#define EVIDENCE_MAX 20 /* places named for one item: more is in the findings */
#define RIGHT_MAX 3     /* places named where it is right */

#define ON(NAME) (1u << SYSTEM_##NAME)
#define PIPELINES (ON(GITHUB_ACTIONS) | ON(GITLAB_CI) | ON(JENKINS))
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

static bool same_line(Evidence a, Evidence b) { return a.source == b.source && source_place(a.source, a.span.start).line == source_place(b.source, b.span.start).line; }

static void show(Review *review, Item *item, const Evidence *places, uint32_t count, uint32_t max) {
    for (uint32_t i = 0; i < count && item->evidence.count < max; i++) {
        bool told = false;
        for (uint32_t k = 0; k < item->evidence.count; k++) told = told || same_line(item->evidence.items[k], places[i]);
        if (!told) vec_push(review->arena, &item->evidence, places[i]);
    }
}

static void show_files(Review *review, Item *item, uint32_t systems, const ChecklistFiles *files) {
    for (int s = 0; s < SYSTEM_COUNT; s++) {
        if (systems >> s & 1) show(review, item, files->of[s].items, files->of[s].count, RIGHT_MAX);
    }
}

static void decide(Review *review, Item *item, size_t i, const ChecklistTally *tally, SystemCount count, const ChecklistFiles *files) {
    Evidence *held = tally->items[i].held.items, *wrong = tally->items[i].wrong.items, *unknown = tally->items[i].unknown.items;
    uint32_t right = tally->items[i].held.count, faults = tally->items[i].wrong.count, holes = tally->items[i].unknown.count;
    if (faults) item->state = ITEM_NO;
    else if (count.read < count.found || holes) item->state = ITEM_UNKNOWN;
    else item->state = right ? ITEM_YES : items[i].otherwise;
    if (item->state == ITEM_NO) show(review, item, wrong, faults, EVIDENCE_MAX);
    else if (item->state == ITEM_UNKNOWN) show(review, item, unknown, holes, RIGHT_MAX);
    else if (item->state == ITEM_YES && right) show(review, item, held, right, RIGHT_MAX);
    else if (item->state == ITEM_YES) show_files(review, item, items[i].systems, files);
}

void checklist_fill(Review *review, const ChecklistTally *tally, const SystemCount *counts, const ChecklistFiles *files, uint32_t tried) {
    for (size_t i = 0; i < CHECKLIST_ITEMS; i++) {
        Item item = {.id = items[i].id, .title = items[i].title, .state = ITEM_NOT_APPLICABLE};
        SystemCount count = {0};
        for (int s = 0; s < SYSTEM_COUNT; s++) {
            if (!(items[i].systems >> s & 1)) continue;
            count.found += counts[s].found;
            count.read += counts[s].read;
        }
        if (count.found && !(tried >> i & 1)) item.state = ITEM_UNKNOWN;
        else if (count.found) decide(review, &item, i, tally, count, files);
        vec_push(review->arena, &review->checklist, item);
    }
}
