/* Equality, order and membership (cel-spec, langdef.md, "Equality" and "Ordering"). Numbers of all types stand on one line.
 * Invariant: what can't be known is a hole, and never true or false by accident. */
#include "cel/node.h"

#include <math.h>

static bool is_number(Value v) { return v.kind == VALUE_INT || v.kind == VALUE_UINT || v.kind == VALUE_DOUBLE; }

/* Orders numbers of any type as if on one line; NaN has no place on it. */
static bool order_numbers(Value a, Value b, int *order) {
    if (a.kind == VALUE_DOUBLE || b.kind == VALUE_DOUBLE) {
        double x = a.kind == VALUE_DOUBLE ? a.as.real : a.kind == VALUE_INT ? (double)a.as.integer : (double)a.as.natural;
        double y = b.kind == VALUE_DOUBLE ? b.as.real : b.kind == VALUE_INT ? (double)b.as.integer : (double)b.as.natural;
        if (isnan(x) || isnan(y)) return false;
        *order = (x > y) - (x < y);
    } else if (a.kind == VALUE_INT && b.kind == VALUE_INT) *order = (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer);
    else if (a.kind == VALUE_INT && a.as.integer < 0) *order = -1;
    else if (b.kind == VALUE_INT && b.as.integer < 0) *order = 1;
    else *order = (a.as.natural > b.as.natural) - (a.as.natural < b.as.natural);
    return true;
}

bool cel_order(Value a, Value b, int *order) {
    if (is_number(a) && is_number(b)) return order_numbers(a, b, order);
    if (a.kind != b.kind) return false;
    switch ((ValueKind)a.kind) {
        case VALUE_BOOL: *order = (int)a.as.boolean - (int)b.as.boolean; return true;
        case VALUE_STRING:
        case VALUE_BYTES: *order = str_compare(value_str(a), value_str(b)); return true;
        case VALUE_TIMESTAMP:
        case VALUE_DURATION:
            *order = a.as.integer != b.as.integer ? (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer) : (value_nanos(a) > value_nanos(b)) - (value_nanos(a) < value_nanos(b));
            return true;
        default: return false;
    }
}

static bool equal_lists(CelEvaluator *e, Value a, Value b, Value *unknown) {
    uint32_t count = cel_size(a);
    if ((a.flags | b.flags) & VALUE_OPEN) *unknown = value_hole(HOLE_UNREAD);
    if (count != cel_size(b)) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!cel_equal(e, cel_item(e, a, i), cel_item(e, b, i), unknown) && !cel_is_stop(*unknown)) return false;
    }
    return true;
}

static bool equal_maps(CelEvaluator *e, Value a, Value b, Value *unknown) {
    uint32_t count = cel_size(a);
    if ((a.flags | b.flags) & VALUE_OPEN) *unknown = value_hole(HOLE_UNREAD);
    if (count != cel_size(b)) return false;
    for (uint32_t i = 0; i < count; i++) {
        Entry entry = cel_entry(e, a, i);
        Value other;
        if (!cel_map_find(e, b, entry.key, &other)) return false;
        if (!cel_equal(e, entry.value, other, unknown) && !cel_is_stop(*unknown)) return false;
    }
    return true;
}

/* A string that is partly known differs for sure from one that its known parts exclude. */
static bool excluded(Value hole, Value v) {
    if (!hole.as.partial || v.kind != VALUE_STRING) return hole.as.partial && v.kind != VALUE_HOLE;
    Str s = value_str(v);
    const Partial *known = hole.as.partial;
    return s.len < known->prefix.len + known->suffix.len || !str_starts(s, known->prefix) || !str_ends(s, known->suffix);
}

bool cel_equal(CelEvaluator *e, Value a, Value b, Value *unknown) {
    if (a.kind == VALUE_HOLE || b.kind == VALUE_HOLE) {
        bool differ = (a.kind == VALUE_HOLE && b.kind != VALUE_HOLE && excluded(a, b)) || (b.kind == VALUE_HOLE && a.kind != VALUE_HOLE && excluded(b, a));
        if (!differ) *unknown = a.kind == VALUE_HOLE ? a : b;
        return false;
    }
    if (is_number(a) && is_number(b)) {
        int order;
        return order_numbers(a, b, &order) && order == 0;
    }
    if (cel_is_list(a) && cel_is_list(b)) return equal_lists(e, a, b, unknown);
    if (cel_is_map(a) && cel_is_map(b)) return equal_maps(e, a, b, unknown);
    if (a.kind != b.kind) return false;
    int order;
    switch ((ValueKind)a.kind) {
        case VALUE_NULL: return true;
        case VALUE_OBJECT: return a.as.object == b.as.object;
        case VALUE_EXTENSION: return a.as.extension->type == b.as.extension->type && a.as.extension->type->equal(a.as.extension, b.as.extension);
        case VALUE_TYPE: return str_eq(value_str(a), value_str(b));
        case VALUE_OPTIONAL:
            if (!a.as.items || !b.as.items) return a.as.items == b.as.items;
            return cel_equal(e, a.as.items[0], b.as.items[0], unknown);
        default: return cel_order(a, b, &order) && order == 0;
    }
}

Value cel_equality(CelEvaluator *e, Value a, Value b, bool wanted) {
    if (a.kind == VALUE_ERROR || b.kind == VALUE_ERROR) return cel_stop(a, b);
    Value unknown = value_null();
    bool same = cel_equal(e, a, b, &unknown);
    return cel_is_stop(unknown) ? value_hole((HoleReason)unknown.reason) : value_bool(same == wanted);
}

Value cel_relation(CelEvaluator *e, CelNodeKind kind, Value a, Value b) {
    if (cel_is_stop(a) || cel_is_stop(b)) return cel_stop(a, b);
    int order;
    if (!cel_order(a, b, &order)) {
        if (is_number(a) && is_number(b)) return value_bool(false); /* NaN */
        return cel_error(e, "no such overload: the two can't be ordered");
    }
    switch (kind) {
        case CEL_LT: return value_bool(order < 0);
        case CEL_LE: return value_bool(order <= 0);
        case CEL_GT: return value_bool(order > 0);
        default: return value_bool(order >= 0);
    }
}

Value cel_membership(CelEvaluator *e, Value item, Value range) {
    if (cel_is_stop(range)) return range;
    if (item.kind == VALUE_ERROR) return item;
    if (range.kind == VALUE_NULL && e->check) return value_bool(false);
    Value unknown = value_null(), out;
    if (cel_is_list(range)) {
        range = value_spread(range, e->scope->arena);
        uint32_t count = cel_size(range);
        for (uint32_t i = 0; i < count; i++) {
            if (cel_equal(e, item, cel_item(e, range, i), &unknown)) return value_bool(true);
        }
    } else if (cel_is_map(range)) {
        if (item.kind == VALUE_HOLE) return item;
        if (e->scope->blind && range.source) return value_hole(HOLE_BLIND);
        if (cel_map_find(e, range, item, &out)) return value_bool(true);
    } else return cel_error(e, "no such overload: in");
    if (cel_is_stop(unknown)) return value_hole((HoleReason)unknown.reason);
    if (range.flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    return value_bool(false);
}

/* A name among the keys, the last one first: nothing but a string equals a string. */
static bool find_name(Value map, Str name, Value *out) {
    for (uint32_t i = map.count; i-- > 0;) {
        const Entry *entry = &map.as.entries[i];
        if (entry->key.kind != VALUE_STRING || !str_eq(value_str(entry->key), name)) continue;
        *out = entry->value;
        return true;
    }
    return false;
}

bool cel_map_find(CelEvaluator *e, Value map, Value key, Value *out) {
    if (map.kind == VALUE_TREE && key.kind == VALUE_STRING) {
        return map.as.tree->grammar->view->field(map.as.tree, map.count, value_str(key), e->scope->arena, out);
    }
    uint32_t count = cel_size(map);
    e->scope->steps += count / 2; /* looking through it is work, too */
    if (map.kind == VALUE_MAP && key.kind == VALUE_STRING) return find_name(map, value_str(key), out);
    for (uint32_t i = count; i-- > 0;) {
        Entry entry = cel_entry(e, map, i);
        Value unknown = value_null();
        if (cel_equal(e, entry.key, key, &unknown)) {
            *out = entry.value;
            return true;
        }
    }
    return false;
}
