/* Label selectors: https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors */
#ifndef LINK_SELECTOR_H
#define LINK_SELECTOR_H

#include "model/value.h"

typedef enum Match { MATCH_NO, MATCH_YES, MATCH_UNKNOWN } Match;

Match match_both(Match a, Match b);

/* A label that a controller puts on the pods it makes (StatefulSet, Deployment, Job, Argo Rollouts): no template has it. */
bool label_is_set_later(Str key);

/* `plain`: a map of labels, as in a Service, where an empty one selects nothing; else matchLabels and matchExpressions,
 * where an empty one selects all. */
Match selector_matches(Value selector, bool plain, Value labels, Arena *a);

#endif
