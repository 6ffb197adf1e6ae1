/* The math extension: rounding, signs, bits, and the greatest and least of numbers of any type. */
#include "cel/node.h"

#include <math.h>

static bool is_number(Value v) { return v.kind == VALUE_INT || v.kind == VALUE_UINT || v.kind == VALUE_DOUBLE; }

/* The extreme of the arguments, or of the one list given. */
static Value extreme(CelEvaluator *e, const Value *a, uint32_t n, int wanted, const char *name) {
    bool list = n == 1 && cel_is_list(a[0]);
    uint32_t count = list ? cel_size(a[0]) : n;
    if (!count) return cel_mismatch(e, name);
    Value best = list ? cel_item(e, a[0], 0) : a[0];
    for (uint32_t i = 0; i < count; i++) {
        Value v = list ? cel_item(e, a[0], i) : a[i];
        int order;
        if (v.kind == VALUE_HOLE) return v;
        if (!is_number(v)) return cel_mismatch(e, name);
        if (cel_order(v, best, &order) && order == wanted) best = v;
    }
    return best;
}
Value cel_greatest(CelEvaluator *e, const Value *a, uint32_t n) { return extreme(e, a, n, 1, "greatest"); }
Value cel_least(CelEvaluator *e, const Value *a, uint32_t n) { return extreme(e, a, n, -1, "least"); }

static Value of_double(CelEvaluator *e, const Value *a, double (*code)(double), const char *name) {
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_DOUBLE ? value_double(code(a[0].as.real)) : cel_mismatch(e, name);
}
Value cel_ceil(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return of_double(e, a, ceil, "ceil"); }
Value cel_floor(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return of_double(e, a, floor, "floor"); }
Value cel_round(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return of_double(e, a, round, "round"); }
Value cel_trunc(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return of_double(e, a, trunc, "trunc"); }

Value cel_sqrt(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_INT) return value_double(sqrt((double)a[0].as.integer));
    if (a[0].kind == VALUE_UINT) return value_double(sqrt((double)a[0].as.natural));
    return of_double(e, a, sqrt, "sqrt");
}

Value cel_abs(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_UINT || a[0].kind == VALUE_HOLE) return a[0];
    if (a[0].kind == VALUE_DOUBLE) return value_double(fabs(a[0].as.real));
    if (a[0].kind != VALUE_INT) return cel_mismatch(e, "abs");
    return a[0].as.integer == INT64_MIN ? cel_error(e, "integer overflow") : value_int(a[0].as.integer < 0 ? -a[0].as.integer : a[0].as.integer);
}

Value cel_sign(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: return a[0];
        case VALUE_INT: return value_int((a[0].as.integer > 0) - (a[0].as.integer < 0));
        case VALUE_UINT: return value_uint(a[0].as.natural > 0);
        case VALUE_DOUBLE: return value_double(isnan(a[0].as.real) ? a[0].as.real : (double)((a[0].as.real > 0) - (a[0].as.real < 0)));
        default: return cel_mismatch(e, "sign");
    }
}

static Value test(CelEvaluator *e, const Value *a, const char *name, bool answer) {
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_DOUBLE ? value_bool(answer) : cel_mismatch(e, name);
}
Value cel_is_nan(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return test(e, a, "isNaN", isnan(a[0].as.real)); }
Value cel_is_inf(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return test(e, a, "isInf", isinf(a[0].as.real)); }
Value cel_is_finite(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return test(e, a, "isFinite", isfinite(a[0].as.real)); }

/* Bits of two ints or two uints; the result has their type. */
static Value bits(CelEvaluator *e, const Value *a, char operator) {
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    if (a[0].kind != a[1].kind || (a[0].kind != VALUE_INT && a[0].kind != VALUE_UINT)) return cel_mismatch(e, "bit…");
    uint64_t x = a[0].as.natural, y = a[1].as.natural, r = operator == '&' ? x & y : operator == '|' ? x | y : x ^ y;
    return a[0].kind == VALUE_INT ? value_int((int64_t)r) : value_uint(r);
}
Value cel_bit_and(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return bits(e, a, '&'); }
Value cel_bit_or(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return bits(e, a, '|'); }
Value cel_bit_xor(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return bits(e, a, '^'); }

Value cel_bit_not(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_INT) return value_int(~a[0].as.integer);
    if (a[0].kind == VALUE_UINT) return value_uint(~a[0].as.natural);
    return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "bitNot");
}

static Value shift(CelEvaluator *e, const Value *a, bool left) {
    bool integer = a[0].kind == VALUE_INT || a[0].kind == VALUE_UINT;
    if (!integer || a[1].kind != VALUE_INT) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "bitShift…");
    if (a[1].as.integer < 0) return cel_error(e, "a shift by a negative number: %lld", (long long)a[1].as.integer);
    uint64_t x = a[0].as.natural, by = (uint64_t)a[1].as.integer;
    uint64_t r = by > 63 ? 0 : left ? x << by : x >> by;
    return a[0].kind == VALUE_INT ? value_int((int64_t)r) : value_uint(r);
}
Value cel_shift_left(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return shift(e, a, true); }
Value cel_shift_right(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return shift(e, a, false); }
