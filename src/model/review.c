/* Names of verdicts and checklist states, and how an item is decided. */
#include "model/review.h"

static const Str verdicts[] = {STR_INIT("approved"), STR_INIT("changes-requested"), STR_INIT("not-verified")};
static const Str states[] = {STR_INIT("yes"), STR_INIT("no"), STR_INIT("unknown"), STR_INIT("not-applicable")};
_Static_assert(ARRAY_COUNT(verdicts) == VERDICT_COUNT, "a name each");
_Static_assert(ARRAY_COUNT(states) == ITEM_STATE_COUNT, "a name each");

Str verdict_name(Verdict verdict) { return verdicts[verdict]; }
Str item_state_name(ItemState state) { return states[state]; }

ItemState item_decide(const ItemGrounds *g) {
    if (!g->found) return ITEM_NOT_APPLICABLE;
    if (!g->tried) return ITEM_UNKNOWN;
    if (g->wrong) return ITEM_NO;
    if (g->read < g->found || g->unknown) return ITEM_UNKNOWN;
    return g->held ? ITEM_YES : g->otherwise;
}
