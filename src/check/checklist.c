#include "check/checklist.h"

#define EVIDENCE_MAX 20 /* places named for one item: more is in the findings */

static const struct {
    Str id;
    SystemId system;
    Prose title;
} items[] = {
#define ITEM(id, system, english, spanish) {STR_INIT(id), SYSTEM_##system, PROSE_INIT(english, spanish)},
#include "check/checklist.def"
#undef ITEM
};

static bool names_item(const Check *check, Str item) {
    for (uint32_t i = 0; i < check->checklist_count; i++) {
        if (str_eq(check->checklist[i], item)) return true;
    }
    return false;
}

static bool was_tried(const CheckIndex *index, Str item) {
    for (int shape = 0; shape < SHAPE_COUNT; shape++) {
        for (uint32_t i = 0; i < index->by_shape[shape].count; i++) {
            if (names_item(index->by_shape[shape].items[i], item)) return true;
        }
    }
    return false;
}

/* What applies to one system of pipelines applies to all of them. */
static SystemCount count_of(const SystemCount *counts, SystemId system) {
    static const SystemId pipelines[] = {SYSTEM_GITLAB_CI, SYSTEM_JENKINS};
    SystemCount count = counts[system];
    for (size_t i = 0; system == SYSTEM_GITHUB_ACTIONS && i < ARRAY_COUNT(pipelines); i++) {
        count.found += counts[pipelines[i]].found;
        count.read += counts[pipelines[i]].read;
    }
    return count;
}

void checklist_fill(Review *review, const CheckIndex *index, const SystemCount *counts) {
    for (size_t i = 0; i < ARRAY_COUNT(items); i++) {
        Item item = {.id = items[i].id, .title = items[i].title};
        SystemCount count = count_of(counts, items[i].system);
        for (uint32_t f = 0; f < review->findings.count; f++) {
            const Finding *finding = &review->findings.items[f];
            if (!names_item(finding->check, item.id)) continue;
            item.state = ITEM_NO;
            if (item.evidence.count < EVIDENCE_MAX) vec_push(review->arena, &item.evidence, ((Evidence){finding->source, finding->span}));
        }
        bool all_read = count.read == count.found && was_tried(index, item.id);
        if (!item.evidence.count) item.state = !count.found ? ITEM_NOT_APPLICABLE : all_read ? ITEM_YES : ITEM_UNKNOWN;
        vec_push(review->arena, &review->checklist, item);
    }
}
