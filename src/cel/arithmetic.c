/* Arithmetic (cel-spec, langdef.md, "Arithmetic"): an overflow is an error, never a wrapped number. */
#include "cel/node.h"

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

/* Timestamps and durations: what may be added to and taken from what (langdef.md, "Timestamps and Durations"). */
static Value time_arithmetic(CelEvaluator *e, CelNodeKind kind, Value a, Value b) {
    bool moments = a.kind == VALUE_TIMESTAMP && b.kind == VALUE_TIMESTAMP, minus = kind == CEL_SUB;
    bool fits = minus ? b.kind == VALUE_DURATION || moments : !moments;
    if (!fits || (kind != CEL_ADD && !minus)) return cel_mismatch(e, "arithmetic on moments");
    Moment m;
    int64_t nanos = (int64_t)value_nanos(a) + (minus ? -(int64_t)value_nanos(b) : (int64_t)value_nanos(b));
    m.seconds = a.as.integer + (minus ? -b.as.integer : b.as.integer) + nanos / TIME_BILLION; /* both are far from the limits of int64 */
    m.nanos = (int32_t)(nanos % TIME_BILLION);
    ValueKind result = !moments && (a.kind == VALUE_TIMESTAMP || b.kind == VALUE_TIMESTAMP) ? VALUE_TIMESTAMP : VALUE_DURATION;
    if (moments && (m.seconds > INT64_MAX / TIME_BILLION || m.seconds < INT64_MIN / TIME_BILLION)) return cel_error(e, "duration out of range"); /* of 64 bits of nanoseconds */
    return time_normalise(&m, result == VALUE_DURATION) ? cel_moment(m, result, a) : cel_error(e, "out of the range of moments");
}

static bool is_moment(Value v) { return v.kind == VALUE_TIMESTAMP || v.kind == VALUE_DURATION; }

Value cel_arithmetic(CelEvaluator *e, CelNodeKind kind, Value a, Value b) {
    if (cel_is_stop(a) || cel_is_stop(b)) return cel_stop(a, b);
    if (a.kind == b.kind) {
        if (a.kind == VALUE_INT) return int_arithmetic(e, kind, a.as.integer, b.as.integer);
        if (a.kind == VALUE_UINT) return uint_arithmetic(e, kind, a.as.natural, b.as.natural);
        if (a.kind == VALUE_DOUBLE) return real_arithmetic(e, kind, a.as.real, b.as.real);
        if (kind == CEL_ADD && (a.kind == VALUE_STRING || a.kind == VALUE_BYTES)) return add_strings(e, a, b);
    }
    if (is_moment(a) && is_moment(b)) return time_arithmetic(e, kind, a, b);
    if (kind == CEL_ADD && cel_is_list(a) && cel_is_list(b)) return add_lists(e, a, b);
    return cel_error(e, "no such overload: arithmetic on these types");
}

Value cel_negate(CelEvaluator *e, Value v) {
    if (cel_is_stop(v)) return v;
    if (v.kind == VALUE_INT) return v.as.integer == INT64_MIN ? overflow(e) : value_int(-v.as.integer);
    if (v.kind == VALUE_DOUBLE) return value_double(-v.as.real);
    return cel_error(e, "no such overload: -");
}
