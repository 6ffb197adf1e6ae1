/* Optionals, base64, and what the strings, lists and sets extensions add. */
#include "base/digest.h"
#include "base/utf8.h"
#include "cel/node.h"

#include <stdlib.h>

/* ---- optionals ---- */

static Value some(CelEvaluator *e, Value v) {
    Value *kept = arena_new(e->scope->arena, Value);
    *kept = v;
    return (Value){.kind = VALUE_OPTIONAL, .count = 1, .as.items = kept};
}

static bool is_zero(Value v) {
    switch ((ValueKind)v.kind) {
        case VALUE_NULL: return true;
        case VALUE_BOOL: return !v.as.boolean;
        case VALUE_INT: case VALUE_UINT: return v.as.integer == 0;
        case VALUE_DOUBLE: return v.as.real == 0;
        case VALUE_STRING: case VALUE_BYTES: return v.count == 0;
        case VALUE_LIST: case VALUE_MAP: case VALUE_TREE: return cel_size(v) == 0;
        case VALUE_TIMESTAMP: case VALUE_DURATION: return v.as.integer == 0 && v.count == 0;
        default: return false;
    }
}

Value cel_optional_of(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return some(e, a[0]); }
Value cel_optional_none(CelEvaluator *e UNUSED, const Value *a UNUSED, uint32_t n UNUSED) { return (Value){.kind = VALUE_OPTIONAL}; }
Value cel_optional_of_non_zero(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return is_zero(a[0]) ? (Value){.kind = VALUE_OPTIONAL} : some(e, a[0]); }

Value cel_optional_value(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_OPTIONAL) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "value");
    return a[0].as.items ? a[0].as.items[0] : cel_error(e, "optional.none() dereference");
}

Value cel_optional_or(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_OPTIONAL || a[1].kind != VALUE_OPTIONAL) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "or");
    return a[0].as.items ? a[0] : a[1];
}

/* ---- base64 (RFC 4648, section 4) ---- */

Value cel_base64_encode(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_BYTES) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "base64.encode");
    return value_string(digest_base64(value_str(a[0]), e->scope->arena));
}

Value cel_base64_decode(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_STRING) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "base64.decode");
    Str bytes;
    if (!digest_unbase64(value_str(a[0]), e->scope->arena, &bytes)) return cel_error(e, "illegal base64 data");
    Value v = value_string(bytes);
    v.kind = VALUE_BYTES;
    return v;
}

/* ---- strings ---- */

static Value reverse_text(CelEvaluator *e, Value v) {
    Str s = value_str(v);
    char *out = arena_alloc(e->scope->arena, s.len);
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t length = utf8_decode(str_skip(s, i), &code);
        memcpy(out + s.len - i - length, s.at + i, length);
        i += length;
    }
    return value_string((Str){out, s.len});
}

Value cel_reverse(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_STRING) return reverse_text(e, a[0]);
    if (!cel_is_list(a[0])) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "reverse");
    uint32_t count = cel_size(a[0]);
    Value *items = arena_array(e->scope->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) items[count - 1 - i] = cel_item(e, a[0], i);
    return value_list(items, count);
}

Value cel_quote(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_STRING) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "strings.quote");
    static const char codes[] = "\a\b\f\n\r\t\v\\\"", names[] = "abfnrtv\\\"";
    Str s = value_str(a[0]);
    Buf out = {0};
    buf_byte(&out, '"');
    for (size_t i = 0; i < s.len;) {
        uint32_t code;
        size_t length = utf8_decode(str_skip(s, i), &code);
        const char *hit = code && code < 128 ? strchr(codes, (int)code) : NULL;
        if (hit) buf_print(&out, "\\%c", names[hit - codes]);
        else utf8_put(&out, code);
        i += length;
    }
    buf_byte(&out, '"');
    Str copy = str_copy(e->scope->arena, buf_str(&out));
    buf_free(&out);
    return value_string(copy);
}

/* ---- lists ---- */

static bool holds(CelEvaluator *e, Value list, Value item, Value *unknown) {
    uint32_t count = cel_size(list);
    for (uint32_t i = 0; i < count; i++) {
        if (cel_equal(e, cel_item(e, list, i), item, unknown)) return true;
    }
    return false;
}

static Value open_hole(Value list) { return list.flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : value_null(); }

Value cel_distinct(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!cel_is_list(a[0])) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "distinct");
    uint32_t count = cel_size(a[0]);
    Value *items = arena_array(e->scope->arena, Value, count), kept = value_list(items, 0), unknown = open_hole(a[0]);
    for (uint32_t i = 0; i < count; i++) {
        Value item = cel_item(e, a[0], i);
        if (!holds(e, kept, item, &unknown)) items[kept.count++] = item;
    }
    return unknown.kind == VALUE_HOLE ? unknown : kept;
}

static int compare(const void *x, const void *y) {
    int order = 0;
    cel_order(*(const Value *)x, *(const Value *)y, &order);
    return order;
}

Value cel_sort(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!cel_is_list(a[0])) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "sort");
    uint32_t count = cel_size(a[0]);
    Value *items = arena_array(e->scope->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        int order;
        items[i] = cel_item(e, a[0], i);
        if (items[i].kind == VALUE_HOLE) return items[i];
        if (!cel_order(items[0], items[i], &order)) return cel_error(e, "list elements must have the same type and an order");
    }
    if (a[0].flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    if (count) qsort(items, count, sizeof(Value), compare);
    return value_list(items, count);
}

Value cel_slice(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!cel_is_list(a[0]) || a[1].kind != VALUE_INT || a[2].kind != VALUE_INT) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "slice");
    int64_t from = a[1].as.integer, to = a[2].as.integer;
    if (from < 0 || to < from || to > cel_size(a[0])) return a[0].flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : cel_error(e, "cannot slice(%lld, %lld)", (long long)from, (long long)to);
    Value *items = arena_array(e->scope->arena, Value, to - from);
    for (int64_t i = from; i < to; i++) items[i - from] = cel_item(e, a[0], (uint32_t)i);
    return value_list(items, (uint32_t)(to - from));
}

static Value end_of(CelEvaluator *e, Value list, bool last, const char *name) {
    if (!cel_is_list(list)) return list.kind == VALUE_HOLE ? list : cel_mismatch(e, name);
    uint32_t count = cel_size(list);
    if (list.flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    return count ? some(e, cel_item(e, list, last ? count - 1 : 0)) : (Value){.kind = VALUE_OPTIONAL};
}
Value cel_first(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return end_of(e, a[0], false, "first"); }
Value cel_last(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return end_of(e, a[0], true, "last"); }

#define FLATTEN_MAX 20 /* levels */

static void flatten(CelEvaluator *e, Value list, int64_t levels, ValueVec *out) {
    uint32_t count = cel_size(list);
    for (uint32_t i = 0; i < count; i++) {
        Value item = cel_item(e, list, i);
        if (levels > 0 && cel_is_list(item)) flatten(e, item, levels - 1, out);
        else vec_push(e->scope->arena, out, item);
    }
}

Value cel_flatten(CelEvaluator *e, const Value *a, uint32_t n) {
    if (!cel_is_list(a[0]) || (n > 1 && a[1].kind != VALUE_INT)) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "flatten");
    int64_t levels = n > 1 ? a[1].as.integer : 1;
    if (levels < 0) return cel_error(e, "level must be non-negative");
    ValueVec out = {0};
    flatten(e, a[0], MIN(levels, (int64_t)FLATTEN_MAX), &out);
    Value v = value_list(out.items, out.count);
    v.flags = a[0].flags & VALUE_OPEN;
    return v;
}

#define RANGE_MAX 100000 /* numbers of lists.range */

Value cel_range(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind != VALUE_INT || a[0].as.integer > RANGE_MAX) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "lists.range");
    uint32_t count = (uint32_t)MAX(a[0].as.integer, 0);
    Value *items = arena_array(e->scope->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) items[i] = value_int(i);
    return value_list(items, count);
}

/* ---- sets ---- */

/* Whether each item of `inner` is in `outer`. */
static Value subset(CelEvaluator *e, Value outer, Value inner) {
    if (!cel_is_list(outer) || !cel_is_list(inner)) return cel_mismatch(e, "sets");
    Value unknown = open_hole(inner);
    uint32_t count = cel_size(inner);
    for (uint32_t i = 0; i < count; i++) {
        Value doubt = open_hole(outer);
        if (holds(e, outer, cel_item(e, inner, i), &doubt)) continue;
        if (doubt.kind != VALUE_HOLE) return value_bool(false);
        unknown = doubt;
    }
    return unknown.kind == VALUE_HOLE ? unknown : value_bool(true);
}

Value cel_sets_contains(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return subset(e, a[0], a[1]); }

Value cel_sets_equivalent(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value there = subset(e, a[0], a[1]), back = subset(e, a[1], a[0]);
    if (there.kind == VALUE_BOOL && !there.as.boolean) return there;
    return back.kind == VALUE_BOOL && !back.as.boolean ? back : there.kind == VALUE_BOOL ? back : there;
}

Value cel_sets_intersects(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!cel_is_list(a[0]) || !cel_is_list(a[1])) return cel_mismatch(e, "sets.intersects");
    Value unknown = open_hole(a[0]).kind == VALUE_HOLE ? open_hole(a[0]) : open_hole(a[1]);
    uint32_t count = cel_size(a[1]);
    for (uint32_t i = 0; i < count; i++) {
        if (holds(e, a[0], cel_item(e, a[1], i), &unknown)) return value_bool(true);
    }
    return unknown.kind == VALUE_HOLE ? unknown : value_bool(false);
}
