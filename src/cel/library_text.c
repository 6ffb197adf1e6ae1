/* format() of the strings extension (https://github.com/google/cel-go/tree/master/ext#strings), and find(), findAll() of
 * Kubernetes' regex library. What format() prints must be known in whole: a hole among its arguments makes a hole. */
#include "base/regex.h"
#include "cel/node.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

void cel_print_double(double d, Buf *out) {
    char text[40];
    if (isnan(d)) buf_add(out, STR("NaN"));
    else if (isinf(d)) buf_add(out, d < 0 ? STR("-Infinity") : STR("Infinity"));
    else {
        for (int digits = 15; digits <= 17; digits++) {
            snprintf(text, sizeof text, "%.*g", digits, d);
            if (strtod(text, NULL) == d) break;
        }
        buf_add(out, str_of(text));
    }
}

#define FORMAT_DEPTH_MAX 32
#define FORMAT_BYTES_MAX 65536 /* of one result: width and nesting can't multiply without end */

static bool show(CelEvaluator *e, Value v, uint32_t depth, Buf *out, Value *fault);

typedef struct ShownEntry {
    Str key;
    Value value;
} ShownEntry;

static int by_key(const void *a, const void *b) { return str_compare(((const ShownEntry *)a)->key, ((const ShownEntry *)b)->key); }

/* In the order of the keys as they are printed. */
static bool show_map(CelEvaluator *e, Value v, uint32_t depth, Buf *out, Value *fault) {
    uint32_t count;
    const Entry *entries = value_entries(v, &count, e->scope->arena);
    ShownEntry *shown = arena_array(e->scope->arena, ShownEntry, count);
    for (uint32_t i = 0; i < count; i++) {
        Buf key = {0};
        bool ok = show(e, entries[i].key, depth + 1, &key, fault);
        shown[i] = (ShownEntry){str_copy(e->scope->arena, buf_str(&key)), entries[i].value};
        buf_free(&key);
        if (!ok) return false;
    }
    if (count) qsort(shown, count, sizeof *shown, by_key);
    buf_byte(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        buf_print(out, "%s%.*s: ", i ? ", " : "", STR_ARGS(shown[i].key));
        if (!show(e, shown[i].value, depth + 1, out, fault)) return false;
    }
    buf_byte(out, '}');
    return true;
}

static bool show_list(CelEvaluator *e, Value v, uint32_t depth, Buf *out, Value *fault) {
    v = value_spread(v, e->scope->arena);
    buf_byte(out, '[');
    for (uint32_t i = 0; i < cel_size(v); i++) {
        if (i) buf_add(out, STR(", "));
        if (!show(e, cel_item(e, v, i), depth + 1, out, fault)) return false;
    }
    buf_byte(out, ']');
    return true;
}

/* %s of any value. */
static bool show(CelEvaluator *e, Value v, uint32_t depth, Buf *out, Value *fault) {
    if (v.kind == VALUE_HOLE || v.kind == VALUE_ERROR) return *fault = v, false;
    if ((v.flags & VALUE_OPEN) != 0) return *fault = value_hole(HOLE_UNREAD), false;
    if (depth > FORMAT_DEPTH_MAX || out->len > FORMAT_BYTES_MAX) return *fault = cel_error(e, "format: too large"), false;
    if (v.kind == VALUE_NULL) return buf_add(out, STR("null")), true;
    if (v.kind == VALUE_TYPE) return buf_add(out, value_str(v)), true;
    if (cel_is_list(v)) return show_list(e, v, depth, out, fault);
    if (cel_is_map(v)) return show_map(e, v, depth, out, fault);
    Value text = cel_to_string(e, &v, 1);
    if (text.kind != VALUE_STRING) return *fault = cel_error(e, "format: %%s can't show this type"), false;
    return buf_add(out, value_str(text)), true;
}

static void radix(uint64_t magnitude, unsigned shift, bool upper, Buf *out) {
    char digits[64];
    size_t at = sizeof digits;
    const char *alphabet = upper ? "0123456789ABCDEF" : "0123456789abcdef";
    do digits[--at] = alphabet[magnitude & ((1u << shift) - 1)];
    while (magnitude >>= shift);
    buf_add(out, (Str){digits + at, sizeof digits - at});
}

/* %b %o %x %X */
static bool show_radix(CelEvaluator *e, Value v, char verb, Buf *out, Value *fault) {
    unsigned shift = verb == 'b' ? 1 : verb == 'o' ? 3 : 4;
    if (v.kind == VALUE_INT) {
        if (v.as.integer < 0) buf_byte(out, '-');
        radix(v.as.integer < 0 ? 0 - (uint64_t)v.as.integer : (uint64_t)v.as.integer, shift, verb == 'X', out);
    } else if (v.kind == VALUE_UINT) radix(v.as.natural, shift, verb == 'X', out);
    else if (v.kind == VALUE_BOOL && verb == 'b') buf_byte(out, v.as.boolean ? '1' : '0');
    else if ((v.kind == VALUE_STRING || v.kind == VALUE_BYTES) && shift == 4) {
        for (uint32_t i = 0; i < v.count; i++) buf_print(out, verb == 'X' ? "%02X" : "%02x", (unsigned char)v.as.bytes[i]);
    } else return *fault = cel_error(e, "format: %%%c doesn't take this type", verb), false;
    return true;
}

/* %f %e with a precision. */
static bool show_real(CelEvaluator *e, Value v, char verb, int precision, Buf *out, Value *fault) {
    double d;
    if (v.kind == VALUE_DOUBLE) d = v.as.real;
    else if (v.kind == VALUE_INT) d = (double)v.as.integer;
    else if (v.kind == VALUE_UINT) d = (double)v.as.natural;
    else if (v.kind == VALUE_STRING && str_is(value_str(v), "NaN")) d = NAN;
    else if (v.kind == VALUE_STRING && (str_is(value_str(v), "Infinity") || str_is(value_str(v), "-Infinity"))) d = v.as.bytes[0] == '-' ? -INFINITY : INFINITY;
    else return *fault = cel_error(e, "format: %%%c doesn't take this type", verb), false;
    if (isnan(d) || isinf(d)) cel_print_double(d, out);
    else buf_print(out, verb == 'f' ? "%.*f" : "%.*e", precision, d);
    return true;
}

static bool show_decimal(CelEvaluator *e, Value v, Buf *out, Value *fault) {
    if (v.kind == VALUE_INT) buf_print(out, "%lld", (long long)v.as.integer);
    else if (v.kind == VALUE_UINT) buf_print(out, "%llu", (unsigned long long)v.as.natural);
    else if (v.kind == VALUE_DOUBLE && (isnan(v.as.real) || isinf(v.as.real))) cel_print_double(v.as.real, out);
    else return *fault = cel_error(e, "format: %%d doesn't take this type"), false;
    return true;
}

static bool show_verb(CelEvaluator *e, char verb, int precision, Value v, Buf *out, Value *fault) {
    if (cel_is_stop(v)) return *fault = v, false;
    switch (verb) {
        case 's': return show(e, v, 0, out, fault);
        case 'd': return show_decimal(e, v, out, fault);
        case 'f': case 'e': return show_real(e, v, verb, precision, out, fault);
        case 'b': case 'o': case 'x': case 'X': return show_radix(e, v, verb, out, fault);
        default: return *fault = cel_error(e, "format: unrecognized clause %%%c", verb), false;
    }
}

#define PRECISION_MAX 100

/* .6 in front of a verb. */
static bool read_precision(Str text, size_t *at, int *precision) {
    *precision = 6;
    if (*at >= text.len || text.at[*at] != '.') return true;
    *precision = 0;
    size_t start = ++*at;
    for (; *at < text.len && text.at[*at] >= '0' && text.at[*at] <= '9' && *precision <= PRECISION_MAX; ++*at) *precision = *precision * 10 + (text.at[*at] - '0');
    return *at > start && *precision <= PRECISION_MAX;
}

static bool format(CelEvaluator *e, Str text, Value list, Buf *out, Value *fault) {
    uint32_t used = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] != '%') {
            buf_byte(out, text.at[i]);
            continue;
        }
        int precision;
        if (++i < text.len && text.at[i] == '%') {
            buf_byte(out, '%');
            continue;
        }
        if (!read_precision(text, &i, &precision) || i >= text.len) return *fault = cel_error(e, "format: an unfinished clause"), false;
        if (used >= cel_size(list)) return *fault = cel_error(e, "index %u out of range", used), false;
        if (!show_verb(e, text.at[i], precision, cel_item(e, list, used++), out, fault)) return false;
    }
    return true;
}

Value cel_format(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    if (a[0].kind != VALUE_STRING || !cel_is_list(a[1])) return cel_mismatch(e, "format");
    Buf out = {0};
    Value result;
    if (format(e, value_str(a[0]), value_spread(a[1], e->scope->arena), &out, &result)) result = value_string(str_copy(e->scope->arena, buf_str(&out)));
    buf_free(&out);
    return result;
}

/* ---- regular expressions ---- */

Value cel_find(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value fault;
    RegexMatch match;
    Regex *regex = cel_regex(e, a, "find", &fault);
    if (!regex) return fault;
    if (!regex_search(regex, value_str(a[0]), e->scope->arena, &match, 1)) return value_string((Str){"", 0});
    return value_at(value_string(str_slice(value_str(a[0]), match.start, match.end)), a[0].source, a[0].span);
}

Value cel_find_all(CelEvaluator *e, const Value *a, uint32_t n) {
    Value fault;
    RegexMatch match;
    Regex *regex = cel_regex(e, a, "findAll", &fault);
    if (!regex) return fault;
    if (n > 2 && a[2].kind != VALUE_INT) return a[2].kind == VALUE_HOLE ? a[2] : cel_mismatch(e, "findAll");
    int64_t most = n > 2 && a[2].as.integer >= 0 ? a[2].as.integer : INT64_MAX;
    Str text = value_str(a[0]);
    ValueVec items = {0};
    for (size_t at = 0; at <= text.len && items.count < most && regex_search(regex, str_skip(text, at), e->scope->arena, &match, 1);) {
        vec_push(e->scope->arena, &items, value_at(value_string(str_slice(text, at + match.start, at + match.end)), a[0].source, a[0].span));
        at += match.end > match.start ? match.end : match.end + 1;
        if ((e->scope->steps += 100) > CEL_STEPS_MAX) return cel_error(e, "the evaluation takes too long");
    }
    return value_list(items.items, items.count);
}
