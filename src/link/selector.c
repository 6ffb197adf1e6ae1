/* Every requirement must hold; one that can't be known leaves the whole unknown, unless another one fails. */
#include "link/selector.h"

Match match_both(Match a, Match b) {
    if (a == MATCH_NO || b == MATCH_NO) return MATCH_NO;
    return a == MATCH_UNKNOWN || b == MATCH_UNKNOWN ? MATCH_UNKNOWN : MATCH_YES;
}

static Match same(Value a, Value b) {
    if (a.kind == VALUE_HOLE || b.kind == VALUE_HOLE) return MATCH_UNKNOWN;
    return a.kind == VALUE_STRING && b.kind == VALUE_STRING && str_eq(value_str(a), value_str(b)) ? MATCH_YES : MATCH_NO;
}

bool label_is_set_later(Str key) {
    static const char *const keys[] = {"statefulset.kubernetes.io/pod-name", "apps.kubernetes.io/pod-index", "controller-revision-hash", "pod-template-hash", "pod-template-generation", "controller-uid", "job-name", "rollouts-pod-template-hash"};
    if (str_starts(key, STR("batch.kubernetes.io/"))) return true;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (str_is(key, keys[i])) return true;
    }
    return false;
}

/* Labels that are many are kept by their names. */
typedef struct Labels {
    Value map;
    Map by_name;
} Labels;

#define MANY_LABELS 16

static Labels labels_read(Value map, Arena *a) {
    Labels labels = {.map = map};
    uint32_t count = map.kind == VALUE_MAP ? map.count : 0;
    if (count > MANY_LABELS) labels.by_name = entries_index(map.as.entries, count, a);
    return labels;
}

static Value label_of(const Labels *labels, Value key, Arena *a) {
    if (key.kind != VALUE_STRING) return value_hole(HOLE_TEMPLATE);
    const Value *found = map_get(&labels->by_name, value_str(key));
    Value label = found ? *found : labels->by_name.count && !(labels->map.flags & VALUE_OPEN) ? value_null() : value_field(labels->map, str_copy(a, value_str(key)).at, a);
    return value_is_null(label) && label_is_set_later(value_str(key)) ? value_hole(HOLE_ENVIRONMENT) : label;
}

static Match labels_match(Value wanted, const Labels *labels, Arena *a) {
    uint32_t count;
    const Entry *entries = value_entries(wanted, &count, a);
    Match match = wanted.kind == VALUE_HOLE ? MATCH_UNKNOWN : MATCH_YES;
    for (uint32_t i = 0; i < count && match != MATCH_NO; i++) match = match_both(match, same(label_of(labels, entries[i].key, a), entries[i].value));
    return match;
}

static Match expression_matches(Value expression, const Labels *labels, Arena *a) {
    Value label = label_of(labels, value_field(expression, "key", a), a), operator = value_field(expression, "operator", a);
    bool absent = value_is_null(label);
    if (label.kind == VALUE_HOLE || operator.kind != VALUE_STRING) return MATCH_UNKNOWN;
    if (value_is_string(operator, "Exists")) return absent ? MATCH_NO : MATCH_YES;
    if (value_is_string(operator, "DoesNotExist")) return absent ? MATCH_YES : MATCH_NO;
    uint32_t count;
    const Value *values = value_items(value_field(expression, "values", a), &count, a);
    Match among = MATCH_NO;
    for (uint32_t i = 0; i < count && among != MATCH_YES; i++) {
        Match m = same(label, values[i]);
        if (m != MATCH_NO) among = m;
    }
    if (value_is_string(operator, "In")) return among;
    return among == MATCH_UNKNOWN ? among : among == MATCH_YES ? MATCH_NO : MATCH_YES;
}

Match selector_matches(Value selector, bool plain, Value map, Arena *a) {
    if (selector.kind == VALUE_HOLE || map.kind == VALUE_HOLE) return MATCH_UNKNOWN;
    Labels labels = labels_read(map, a);
    if (plain) return value_size(selector) ? labels_match(selector, &labels, a) : MATCH_NO;
    uint32_t count;
    const Value *expressions = value_items(value_field(selector, "matchExpressions", a), &count, a);
    Match match = labels_match(value_field(selector, "matchLabels", a), &labels, a);
    for (uint32_t i = 0; i < count && match != MATCH_NO; i++) match = match_both(match, expression_matches(expressions[i], &labels, a));
    return match;
}
