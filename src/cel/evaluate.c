/* The evaluator: one switch over the flat nodes. Three-valued: a VALUE_HOLE is "can't be known", a VALUE_ERROR a fault;
 * both flow through operators, a hole winning over an error, and are absorbed by && and || where the other side decides
 * (cel-spec, langdef.md, "Logical Operators").
 *
 * With a trace, a condition that came out true (or false under !) leaves the value of the model that it looked at; what a
 * losing branch left is taken back. So the last entry is what decided. */
#include "cel/node.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>

static Value evaluate(CelEvaluator *e, uint32_t index);
static Value condition(CelEvaluator *e, uint32_t index);

Value cel_error(CelEvaluator *e, const char *format, ...) {
    char message[256];
    va_list args;
    va_start(args, format);
    int len = vsnprintf(message, sizeof message, format, args);
    va_end(args);
    Str text = str_copy(e->scope->arena, (Str){message, MIN((size_t)MAX(len, 0), sizeof message - 1)});
    Value v = value_string(text);
    v.kind = VALUE_ERROR;
    return v;
}

static bool is_stop(Value v) { return v.kind == VALUE_HOLE || v.kind == VALUE_ERROR; }

/* Of two values that stop an operator, the one that goes on: a hole before an error. */
static Value stop(Value a, Value b) {
    if (a.kind == VALUE_HOLE) return a;
    return b.kind == VALUE_HOLE || !is_stop(a) ? b : a;
}

static void note(CelEvaluator *e, Value v) {
    if (e->scope->trace && v.source) vec_push(e->scope->arena, e->scope->trace, v);
}

static uint32_t trace_mark(const CelEvaluator *e) { return e->scope->trace ? e->scope->trace->count : 0; }
static void trace_back(CelEvaluator *e, uint32_t mark) {
    if (e->scope->trace) e->scope->trace->count = mark;
}

/* ---- containers ---- */

bool cel_is_list(Value v) {
    return v.kind == VALUE_LIST || (v.kind == VALUE_TREE && v.as.tree->grammar->view->is_list(v.as.tree, v.count));
}

bool cel_is_map(Value v) {
    return v.kind == VALUE_MAP || (v.kind == VALUE_TREE && v.as.tree->grammar->view->is_map(v.as.tree, v.count));
}

uint32_t cel_size(Value v) {
    return v.kind == VALUE_TREE ? v.as.tree->grammar->view->size(v.as.tree, v.count) : v.count;
}

/* `infra test`, law Unknown: what the model says is hidden, but for its structure. */
static Value blinded(const CelEvaluator *e, Value v) {
    if (!e->scope->blind || !v.source) return v;
    switch ((ValueKind)v.kind) {
        case VALUE_LIST: case VALUE_MAP: case VALUE_TREE: v.flags |= VALUE_OPEN; return v;
        case VALUE_ERROR: case VALUE_HOLE: return v;
        default: return value_at(value_hole(HOLE_BLIND), v.source, v.span);
    }
}

Value cel_item(CelEvaluator *e, Value v, uint32_t index) {
    Value item = v.kind == VALUE_TREE ? v.as.tree->grammar->view->item(v.as.tree, v.count, index, e->scope->arena) : v.as.items[index];
    return item.kind == VALUE_OBJECT ? item : blinded(e, item); /* that something is there is structure */
}

static Entry entry_at(CelEvaluator *e, Value v, uint32_t index) {
    return v.kind == VALUE_TREE ? v.as.tree->grammar->view->entry(v.as.tree, v.count, index, e->scope->arena) : v.as.entries[index];
}

Value cel_key(CelEvaluator *e, Value v, uint32_t index) { return entry_at(e, v, index).key; }

static bool map_find(CelEvaluator *e, Value map, Value key, Value *out) {
    if (map.kind == VALUE_TREE && key.kind == VALUE_STRING) {
        return map.as.tree->grammar->view->field(map.as.tree, map.count, value_str(key), e->scope->arena, out);
    }
    uint32_t count = cel_size(map);
    for (uint32_t i = count; i-- > 0;) {
        Entry entry = entry_at(e, map, i);
        Value unknown = value_null();
        if (cel_equal(e, entry.key, key, &unknown)) {
            *out = entry.value;
            return true;
        }
    }
    return false;
}

/* An absent field: a null that remembers what it is missing from. */
static Value absent(const CelEvaluator *e, Value from) {
    if (from.flags & VALUE_OPEN) return value_at(value_hole(HOLE_UNREAD), from.source, from.span);
    return blinded(e, value_absent(from));
}

static Value no_such_key(CelEvaluator *e, Value from, Str name) {
    if (e->check) return absent(e, from);
    return cel_error(e, "no such key: %.*s", STR_ARGS(name));
}

static Value select_value(CelEvaluator *e, Value v, Str name) {
    Value out;
    if (is_stop(v)) return v.kind == VALUE_HOLE ? value_at(value_hole((HoleReason)v.aux), v.source, v.span) : v;
    if (v.kind == VALUE_NULL && e->check) return absent(e, v);
    if (v.kind == VALUE_OBJECT && v.as.object->shape->id == SHAPE_BLOCK) { /* what stands in its body first */
        Value body = v.as.object->fields[BLOCK_BODY];
        if (shape_field(v.as.object->shape, name) < 0) return select_value(e, body, name);
        if (cel_is_map(body) && map_find(e, body, value_string(name), &out)) return blinded(e, out);
    }
    if (e->check && cel_is_list(v)) { /* nested blocks: a field of the one there is */
        return cel_size(v) ? select_value(e, cel_item(e, v, 0), name) : absent(e, v);
    }
    if (v.kind == VALUE_OBJECT) {
        int field = shape_field(v.as.object->shape, name);
        return field < 0 ? absent(e, v) : blinded(e, v.as.object->fields[field]);
    }
    if (cel_is_map(v)) return map_find(e, v, value_string(name), &out) ? blinded(e, out) : no_such_key(e, v, name);
    return cel_error(e, "a %s has no field '%.*s'", v.kind == VALUE_STRING ? "string" : "scalar", STR_ARGS(name));
}

Value cel_select(Value v, Str field, CelScope *scope) {
    CelEvaluator e = {.scope = scope, .check = true};
    return select_value(&e, v, field);
}

static Value select_node(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a);
    if (node->aux && v.kind == VALUE_OBJECT && v.as.object->shape->id == node->c) return blinded(e, v.as.object->fields[node->aux - 1]);
    return select_value(e, v, e->program->strings[node->as.at.b]);
}

/* has(a.b): there, even when it can't be known what it is. */
static Value has_node(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a);
    if (is_stop(v)) return v;
    if (e->check) {
        bool blind = e->scope->blind;
        Value field = select_value(e, v, e->program->strings[node->as.at.b]);
        if (field.kind == VALUE_ERROR) return field;
        if (blind && (field.kind == VALUE_TREE || field.kind == VALUE_LIST || field.kind == VALUE_MAP)) return value_at(value_hole(HOLE_BLIND), field.source, field.span);
        if (field.kind == VALUE_HOLE && (blind || (v.flags & VALUE_OPEN))) return field.aux == HOLE_UNREAD || blind ? field : value_bool(true);
        return value_at(value_bool(field.kind != VALUE_NULL), field.source, field.span);
    }
    Value out;
    if (!cel_is_map(v)) return cel_error(e, "has() takes a field of a map");
    return value_bool(map_find(e, v, value_string(e->program->strings[node->as.at.b]), &out));
}

static Value index_node(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a), key = evaluate(e, node->as.at.b);
    if (is_stop(v) || is_stop(key)) return stop(v, key);
    if (v.kind == VALUE_NULL && e->check) return absent(e, v);
    Value out;
    if (cel_is_map(v)) {
        if (map_find(e, v, key, &out)) return blinded(e, out);
        return no_such_key(e, v, key.kind == VALUE_STRING ? value_str(key) : STR("(key)"));
    }
    bool whole = key.kind == VALUE_DOUBLE && key.as.real == floor(key.as.real);
    if (!cel_is_list(v) || (key.kind != VALUE_INT && key.kind != VALUE_UINT && !whole)) return cel_error(e, "no such overload: []");
    int64_t at = whole ? (int64_t)key.as.real : key.as.integer;
    if (at >= 0 && at < cel_size(v)) return cel_item(e, v, (uint32_t)at);
    if (e->check && (v.flags & VALUE_OPEN)) return value_hole(HOLE_UNREAD);
    if (e->check) return absent(e, v);
    return cel_error(e, "index out of bounds: %lld", (long long)at);
}

/* ---- equality and order ---- */

static bool is_number(Value v) { return v.kind == VALUE_INT || v.kind == VALUE_UINT || v.kind == VALUE_DOUBLE; }

/* Orders numbers of any type as if on one line; NaN has no place on it. */
static bool order_numbers(Value a, Value b, int *order) {
    if (a.kind == VALUE_DOUBLE || b.kind == VALUE_DOUBLE) {
        long double x = a.kind == VALUE_DOUBLE ? (long double)a.as.real : a.kind == VALUE_INT ? (long double)a.as.integer : (long double)a.as.natural;
        long double y = b.kind == VALUE_DOUBLE ? (long double)b.as.real : b.kind == VALUE_INT ? (long double)b.as.integer : (long double)b.as.natural;
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
            *order = a.as.integer != b.as.integer ? (a.as.integer > b.as.integer) - (a.as.integer < b.as.integer) : (a.aux > b.aux) - (a.aux < b.aux);
            return true;
        default: return false;
    }
}

static bool equal_lists(CelEvaluator *e, Value a, Value b, Value *unknown) {
    uint32_t count = cel_size(a);
    if ((a.flags | b.flags) & VALUE_OPEN) *unknown = value_hole(HOLE_UNREAD);
    if (count != cel_size(b)) return false;
    for (uint32_t i = 0; i < count; i++) {
        if (!cel_equal(e, cel_item(e, a, i), cel_item(e, b, i), unknown) && !is_stop(*unknown)) return false;
    }
    return true;
}

static bool equal_maps(CelEvaluator *e, Value a, Value b, Value *unknown) {
    uint32_t count = cel_size(a);
    if ((a.flags | b.flags) & VALUE_OPEN) *unknown = value_hole(HOLE_UNREAD);
    if (count != cel_size(b)) return false;
    for (uint32_t i = 0; i < count; i++) {
        Entry entry = entry_at(e, a, i);
        Value other;
        if (!map_find(e, b, entry.key, &other)) return false;
        if (!cel_equal(e, entry.value, other, unknown) && !is_stop(*unknown)) return false;
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
        case VALUE_TYPE: return str_eq(value_str(a), value_str(b));
        case VALUE_OPTIONAL:
            if (!a.as.items || !b.as.items) return a.as.items == b.as.items;
            return cel_equal(e, a.as.items[0], b.as.items[0], unknown);
        default: return cel_order(a, b, &order) && order == 0;
    }
}

static Value equality(CelEvaluator *e, Value a, Value b, bool wanted) {
    if (a.kind == VALUE_ERROR || b.kind == VALUE_ERROR) return stop(a, b);
    Value unknown = value_null();
    bool same = cel_equal(e, a, b, &unknown);
    return is_stop(unknown) ? value_hole((HoleReason)unknown.aux) : value_bool(same == wanted);
}

static Value relation(CelEvaluator *e, CelNodeKind kind, Value a, Value b) {
    if (is_stop(a) || is_stop(b)) return stop(a, b);
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

static Value contains(CelEvaluator *e, Value item, Value range) {
    if (is_stop(range)) return range;
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
        if (map_find(e, range, item, &out)) return value_bool(true);
    } else return cel_error(e, "no such overload: in");
    if (is_stop(unknown)) return value_hole((HoleReason)unknown.aux);
    if (range.flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    return value_bool(false);
}

/* ---- arithmetic ---- */

static Value overflow(CelEvaluator *e) { return cel_error(e, "integer overflow"); }

static Value add_strings(CelEvaluator *e, Value a, Value b) {
    Value v = value_string(str_join(e->scope->arena, value_str(a), value_str(b)));
    v.kind = a.kind;
    return value_at(v, a.source ? a.source : b.source, a.source ? a.span : b.span);
}

static Value add_lists(CelEvaluator *e, Value a, Value b) {
    uint32_t left = cel_size(a), right = cel_size(b);
    Value *items = arena_array(e->scope->arena, Value, left + right);
    for (uint32_t i = 0; i < left; i++) items[i] = cel_item(e, a, i);
    for (uint32_t i = 0; i < right; i++) items[left + i] = cel_item(e, b, i);
    Value v = value_list(items, left + right);
    v.flags = (a.flags | b.flags) & VALUE_OPEN;
    return v;
}

static Value int_arithmetic(CelEvaluator *e, CelNodeKind kind, int64_t a, int64_t b) {
    int64_t r = 0;
    switch (kind) {
        case CEL_ADD: return __builtin_add_overflow(a, b, &r) ? overflow(e) : value_int(r);
        case CEL_SUB: return __builtin_sub_overflow(a, b, &r) ? overflow(e) : value_int(r);
        case CEL_MUL: return __builtin_mul_overflow(a, b, &r) ? overflow(e) : value_int(r);
        default: break;
    }
    if (b == 0) return cel_error(e, kind == CEL_DIV ? "divide by zero" : "modulus by zero");
    if (a == INT64_MIN && b == -1) return overflow(e);
    return value_int(kind == CEL_DIV ? a / b : a % b);
}

static Value uint_arithmetic(CelEvaluator *e, CelNodeKind kind, uint64_t a, uint64_t b) {
    uint64_t r = 0;
    switch (kind) {
        case CEL_ADD: return __builtin_add_overflow(a, b, &r) ? overflow(e) : value_uint(r);
        case CEL_SUB: return __builtin_sub_overflow(a, b, &r) ? overflow(e) : value_uint(r);
        case CEL_MUL: return __builtin_mul_overflow(a, b, &r) ? overflow(e) : value_uint(r);
        default: break;
    }
    if (b == 0) return cel_error(e, kind == CEL_DIV ? "divide by zero" : "modulus by zero");
    return value_uint(kind == CEL_DIV ? a / b : a % b);
}

static Value real_arithmetic(CelEvaluator *e, CelNodeKind kind, double a, double b) {
    switch (kind) {
        case CEL_ADD: return value_double(a + b);
        case CEL_SUB: return value_double(a - b);
        case CEL_MUL: return value_double(a * b);
        case CEL_DIV: return value_double(a / b);
        default: return cel_error(e, "no such overload: %% of doubles");
    }
}

static Value arithmetic(CelEvaluator *e, CelNodeKind kind, Value a, Value b) {
    if (is_stop(a) || is_stop(b)) return stop(a, b);
    if (a.kind == b.kind) {
        if (a.kind == VALUE_INT) return int_arithmetic(e, kind, a.as.integer, b.as.integer);
        if (a.kind == VALUE_UINT) return uint_arithmetic(e, kind, a.as.natural, b.as.natural);
        if (a.kind == VALUE_DOUBLE) return real_arithmetic(e, kind, a.as.real, b.as.real);
        if (kind == CEL_ADD && (a.kind == VALUE_STRING || a.kind == VALUE_BYTES)) return add_strings(e, a, b);
    }
    if (kind == CEL_ADD && cel_is_list(a) && cel_is_list(b)) return add_lists(e, a, b);
    return cel_error(e, "no such overload: arithmetic on these types");
}

static Value negate(CelEvaluator *e, Value v) {
    if (is_stop(v)) return v;
    if (v.kind == VALUE_INT) return v.as.integer == INT64_MIN ? overflow(e) : value_int(-v.as.integer);
    if (v.kind == VALUE_DOUBLE) return value_double(-v.as.real);
    return cel_error(e, "no such overload: -");
}

/* ---- logic ---- */

static Value not_bool(CelEvaluator *e, Value v) {
    if (is_stop(v)) return v;
    return cel_error(e, v.kind == VALUE_NULL ? "null is no condition" : "no such overload: a condition must be a bool");
}

/* && when `absorbing` is false, || when it is true: a side that equals it decides alone. */
static Value logic(CelEvaluator *e, const CelNode *node, bool absorbing) {
    uint32_t mark = trace_mark(e);
    Value a = condition(e, node->as.at.a);
    if (a.kind == VALUE_BOOL && a.as.boolean == absorbing) return a;
    if (absorbing) trace_back(e, mark);
    Value b = condition(e, node->as.at.b);
    if (b.kind == VALUE_BOOL && b.as.boolean == absorbing) return b;
    if (a.kind == VALUE_BOOL && b.kind == VALUE_BOOL) return value_bool(!absorbing);
    Value x = a.kind == VALUE_BOOL ? b : not_bool(e, a), y = b.kind == VALUE_BOOL ? a : not_bool(e, b);
    return stop(is_stop(x) ? x : y, is_stop(y) ? y : x);
}

/* Evaluates what must be a condition, and notes what it looked at. */
static Value condition(CelEvaluator *e, uint32_t index) {
    const CelNode *node = &e->program->nodes[index];
    Value v = evaluate(e, index);
    if (e->scope->trace && (node->kind == CEL_SELECT || node->kind == CEL_HAS || node->kind == CEL_VARIABLE || node->kind == CEL_LOCAL)) note(e, v);
    return v;
}

static Value compare(CelEvaluator *e, const CelNode *node) {
    Value a = evaluate(e, node->as.at.a), b = evaluate(e, node->as.at.b);
    note(e, a.source ? a : b);
    switch ((CelNodeKind)node->kind) {
        case CEL_EQ: return equality(e, a, b, true);
        case CEL_NE: return equality(e, a, b, false);
        case CEL_IN: return contains(e, a, b);
        default: return relation(e, (CelNodeKind)node->kind, a, b);
    }
}

/* ---- comprehensions ---- */

static void set_locals(CelEvaluator *e, const CelNode *node, Value range, uint32_t i) {
    bool is_map = cel_is_map(range);
    if (node->aux) {
        e->locals[node->d] = is_map ? cel_key(e, range, i) : value_int(i);
        e->locals[node->d + 1] = is_map ? blinded(e, entry_at(e, range, i).value) : cel_item(e, range, i);
    } else e->locals[node->d] = is_map ? cel_key(e, range, i) : cel_item(e, range, i);
}

/* all, exists, exists_one: what is decided by a witness; else the first thing that was not known. */
static Value quantify(CelEvaluator *e, const CelNode *node, Value range) {
    uint32_t count = cel_size(range), hits = 0, mark = trace_mark(e);
    Value doubt = range.flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : value_null();
    for (uint32_t i = 0; i < count; i++) {
        set_locals(e, node, range, i);
        uint32_t before = trace_mark(e);
        Value v = condition(e, node->as.at.b);
        if (v.kind != VALUE_BOOL) {
            doubt = is_stop(doubt) ? stop(doubt, not_bool(e, v)) : not_bool(e, v);
            if (node->kind == CEL_EXISTS_ONE && v.kind == VALUE_ERROR) return v;
            trace_back(e, before);
            continue;
        }
        if (node->kind == CEL_ALL && !v.as.boolean) return v;
        if (node->kind == CEL_EXISTS && v.as.boolean) {
            note(e, e->locals[node->d + node->aux].kind == VALUE_OBJECT ? value_null() : e->locals[node->d + node->aux]);
            return v;
        }
        hits += v.as.boolean;
        if (node->kind != CEL_ALL && !v.as.boolean) trace_back(e, before);
    }
    if (node->kind == CEL_EXISTS_ONE && hits > 1) return value_bool(false);
    if (is_stop(doubt)) {
        trace_back(e, mark);
        return doubt;
    }
    return value_bool(node->kind == CEL_ALL || (node->kind == CEL_EXISTS_ONE && hits == 1));
}

static Value collect(CelEvaluator *e, const CelNode *node, Value range) {
    uint32_t count = cel_size(range), kept = 0;
    Value *items = arena_array(e->scope->arena, Value, count);
    bool open = range.flags & VALUE_OPEN;
    uint32_t filter = node->kind == CEL_FILTER ? node->as.at.b + 1 : node->c;
    for (uint32_t i = 0; i < count; i++) {
        set_locals(e, node, range, i);
        if (filter) {
            uint32_t mark = trace_mark(e);
            Value keep = condition(e, filter - 1);
            trace_back(e, mark);
            if (keep.kind == VALUE_HOLE) { /* it may belong here: the result is open */
                open = true;
                continue;
            }
            if (keep.kind != VALUE_BOOL) return not_bool(e, keep);
            if (!keep.as.boolean) continue;
        }
        Value item = node->kind == CEL_FILTER ? e->locals[node->d] : evaluate(e, node->as.at.b);
        if (item.kind == VALUE_ERROR) return item;
        items[kept++] = item;
    }
    Value v = value_list(items, kept);
    v.flags = open ? VALUE_OPEN : 0;
    if (kept && items[0].source) v = value_at(v, items[0].source, items[0].span);
    return v;
}

static Value comprehension(CelEvaluator *e, const CelNode *node) {
    Value range = evaluate(e, node->as.at.a);
    if (is_stop(range)) return range;
    if (range.kind == VALUE_NULL && e->check) range = value_at(value_list(NULL, 0), range.source, range.span);
    if (!cel_is_list(range) && !cel_is_map(range)) return cel_error(e, "a comprehension needs a list or a map");
    range = value_spread(range, e->scope->arena);
    bool list = node->kind == CEL_FILTER || node->kind == CEL_TRANSFORM;
    return list ? collect(e, node, range) : quantify(e, node, range);
}

/* ---- calls and literals ---- */

#define ARGUMENTS_MAX 32

static Value call(CelEvaluator *e, const CelNode *node) {
    Value arguments[ARGUMENTS_MAX];
    uint32_t count = MIN((uint32_t)node->count, (uint32_t)ARGUMENTS_MAX);
    Value stopped = value_null();
    for (uint32_t i = 0; i < count; i++) {
        arguments[i] = evaluate(e, e->program->lists[node->as.at.a + i]);
        if (arguments[i].kind == VALUE_ERROR) stopped = is_stop(stopped) ? stop(stopped, arguments[i]) : arguments[i];
    }
    if (is_stop(stopped)) return stopped;
    if (count) note(e, arguments[0]);
    if (node->kind == CEL_CALL) return cel_function_at(node->aux)->code(e, arguments, count);
    if (!e->scope->host) return value_hole(HOLE_UNREAD);
    return e->scope->host(e->scope, e->program->strings[node->as.at.b], arguments, count);
}

static Value list_literal(CelEvaluator *e, const CelNode *node) {
    Value *items = arena_array(e->scope->arena, Value, node->c);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->c; i++) {
        uint32_t item = e->program->lists[node->as.at.a + i];
        Value v = evaluate(e, item & ~CEL_OPTIONAL_BIT);
        if (v.kind == VALUE_ERROR) return v;
        if (item & CEL_OPTIONAL_BIT) {
            if (v.kind != VALUE_OPTIONAL) return cel_error(e, "?element must be an optional");
            if (!v.as.items) continue;
            v = v.as.items[0];
        }
        items[kept++] = v;
    }
    return value_list(items, kept);
}

static Value map_literal(CelEvaluator *e, const CelNode *node) {
    Entry *entries = arena_array(e->scope->arena, Entry, node->c);
    Value map = value_map(entries, 0), found;
    for (uint32_t i = 0; i < node->c; i++) {
        uint32_t key_index = e->program->lists[node->as.at.a + 2 * i];
        Value key = evaluate(e, key_index & ~CEL_OPTIONAL_BIT), value = evaluate(e, e->program->lists[node->as.at.a + 2 * i + 1]);
        if (is_stop(key) || value.kind == VALUE_ERROR) return stop(key, value);
        if (key_index & CEL_OPTIONAL_BIT) {
            if (value.kind != VALUE_OPTIONAL) return cel_error(e, "?key must have an optional");
            if (!value.as.items) continue;
            value = value.as.items[0];
        }
        if (key.kind != VALUE_STRING && key.kind != VALUE_INT && key.kind != VALUE_UINT && key.kind != VALUE_BOOL) return cel_error(e, "unsupported key type");
        if (map_find(e, map, key, &found)) return cel_error(e, "Failed with repeated key");
        entries[map.count++] = (Entry){key, value};
    }
    return map;
}

static Value optional_access(CelEvaluator *e, Value v) {
    if (v.kind == VALUE_HOLE) return v;
    Value none = {.kind = VALUE_OPTIONAL};
    if (v.kind == VALUE_ERROR || v.kind == VALUE_NULL) return none;
    Value *kept = arena_new(e->scope->arena, Value);
    *kept = v;
    return (Value){.kind = VALUE_OPTIONAL, .count = 1, .as.items = kept};
}

static Value step(CelEvaluator *e, const CelNode *node) {
    const CelProgram *p = e->program;
    switch ((CelNodeKind)node->kind) {
        case CEL_NULL: return value_null();
        case CEL_BOOL: return value_bool(node->as.integer != 0);
        case CEL_INT: return value_int(node->as.integer);
        case CEL_UINT: return value_uint((uint64_t)node->as.integer);
        case CEL_DOUBLE: return value_double(p->doubles[node->as.at.a]);
        case CEL_STRING: return value_string(p->strings[node->as.at.a]);
        case CEL_BYTES: {
            Value v = value_string(p->strings[node->as.at.a]);
            v.kind = VALUE_BYTES;
            return v;
        }
        case CEL_VARIABLE: return e->scope->variables[node->as.at.a];
        case CEL_LOCAL: return e->locals[node->as.at.a];
        case CEL_SELECT: return node->d ? optional_access(e, select_node(e, node)) : select_node(e, node);
        case CEL_HAS: return has_node(e, node);
        case CEL_INDEX: return node->d ? optional_access(e, index_node(e, node)) : index_node(e, node);
        case CEL_LIST: return list_literal(e, node);
        case CEL_MAP: return map_literal(e, node);
        case CEL_AND: return logic(e, node, false);
        case CEL_OR: return logic(e, node, true);
        case CEL_NOT: {
            Value v = condition(e, node->as.at.a);
            return v.kind == VALUE_BOOL ? value_bool(!v.as.boolean) : not_bool(e, v);
        }
        case CEL_NEGATE: return negate(e, evaluate(e, node->as.at.a));
        case CEL_CONDITION: {
            Value v = condition(e, node->as.at.a);
            if (v.kind != VALUE_BOOL) return not_bool(e, v);
            return evaluate(e, v.as.boolean ? node->as.at.b : node->c);
        }
        case CEL_EQ: case CEL_NE: case CEL_LT: case CEL_LE: case CEL_GT: case CEL_GE: case CEL_IN: return compare(e, node);
        case CEL_ADD: case CEL_SUB: case CEL_MUL: case CEL_DIV: case CEL_MOD: {
            Value a = evaluate(e, node->as.at.a), b = evaluate(e, node->as.at.b);
            return arithmetic(e, (CelNodeKind)node->kind, a, b);
        }
        case CEL_CALL: case CEL_HOST: return call(e, node);
        case CEL_ALL: case CEL_EXISTS: case CEL_EXISTS_ONE: case CEL_FILTER: case CEL_TRANSFORM: return comprehension(e, node);
        case CEL_TYPE: {
            Value v = value_string(p->strings[node->as.at.a]);
            v.kind = VALUE_TYPE;
            return v;
        }
        case CEL_BIND: e->locals[node->d] = evaluate(e, node->as.at.a); return evaluate(e, node->as.at.b);
        case CEL_NODE_KIND_COUNT: break;
    }
    ensure(false, "a node kind of the table");
    return value_null();
}

static Value evaluate(CelEvaluator *e, uint32_t index) {
    if (++e->scope->steps > CEL_STEPS_MAX) return cel_error(e, "the evaluation takes too long");
    return step(e, &e->program->nodes[index]);
}

Value cel_evaluate(const CelProgram *program, CelScope *scope) {
    Value locals[UINT8_MAX + 1];
    CelEvaluator e = {.program = program, .scope = scope, .locals = locals, .check = program->mode == CEL_CHECK};
    return condition(&e, program->root);
}
