/* Names of verdicts and checklist states. */
#include "model/review.h"

static const Str verdicts[] = {STR_INIT("approved"), STR_INIT("changes-requested"), STR_INIT("not-verified")};
static const Str states[] = {STR_INIT("yes"), STR_INIT("no"), STR_INIT("unknown"), STR_INIT("not-applicable")};
_Static_assert(ARRAY_COUNT(verdicts) == VERDICT_COUNT, "a name each");
_Static_assert(ARRAY_COUNT(states) == ITEM_STATE_COUNT, "a name each");

Str verdict_name(Verdict verdict) { return verdicts[verdict]; }
Str item_state_name(ItemState state) { return states[state]; }
