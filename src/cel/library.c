/* The functions of CEL as a table: name, receiver, arity, result, code (cel-spec, langdef.md, "List of Standard
 * Definitions"; the strings extension). A hole as an argument gives a hole, unless its known part decides. */
#include "base/regex.h"
#include "base/utf8.h"
#include "cel/node.h"

#include <stdio.h>
#include <stdlib.h>

static bool is_text(Value v) { return v.kind == VALUE_STRING || v.kind == VALUE_BYTES; }

/* The text of a value, its origin kept. */
static Value derived(Value from, Str text) { return value_at(value_string(text), from.source, from.span); }

Value cel_size_of(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_HOLE) return a[0];
    if (a[0].kind == VALUE_STRING) return value_int((int64_t)utf8_count(value_str(a[0])));
    if (a[0].kind == VALUE_BYTES) return value_int(a[0].count);
    if (a[0].kind == VALUE_NULL && e->check) return value_int(0);
    if (!cel_is_list(a[0]) && !cel_is_map(a[0])) return cel_mismatch(e, "size");
    return a[0].flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : value_int(cel_size(a[0]));
}

/* The known parts of a partly known string, when `what` is a plain string. */
static const Partial *partial(const Value *a) {
    return a[0].kind == VALUE_HOLE && a[1].kind == VALUE_STRING ? a[0].as.partial : NULL;
}

Value cel_starts_with(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Partial *known = partial(a);
    if (known) {
        Str want = value_str(a[1]);
        if (known->prefix.len >= want.len) return value_bool(str_starts(known->prefix, want));
        return str_starts(want, known->prefix) ? a[0] : value_bool(false);
    }
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    return is_text(a[0]) && is_text(a[1]) ? value_bool(str_starts(value_str(a[0]), value_str(a[1]))) : cel_mismatch(e, "startsWith");
}

Value cel_ends_with(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Partial *known = partial(a);
    if (known) {
        Str want = value_str(a[1]);
        if (known->suffix.len >= want.len) return value_bool(str_ends(known->suffix, want));
        return str_ends(want, known->suffix) ? a[0] : value_bool(false);
    }
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    return is_text(a[0]) && is_text(a[1]) ? value_bool(str_ends(value_str(a[0]), value_str(a[1]))) : cel_mismatch(e, "endsWith");
}

Value cel_contains(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Partial *known = partial(a);
    if (known && (str_has(known->prefix, value_str(a[1])) || str_has(known->suffix, value_str(a[1])))) return value_bool(true);
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    return is_text(a[0]) && is_text(a[1]) ? value_bool(str_has(value_str(a[0]), value_str(a[1]))) : cel_mismatch(e, "contains");
}

/* A pattern, and the states it is matched by once it was met before. */
typedef struct Pattern {
    Regex *regex;
    RegexStates *states;
} Pattern;

/* As long as there is room, it stays. A wrong one does not. */
static bool compile_pattern(CelScope *scope, Str text, Pattern *out, Error *err) {
    CelRegexes *known = scope->regexes;
    Pattern *kept = known ? map_get(&known->by_pattern, text) : NULL;
    *out = kept ? *kept : (Pattern){0};
    if (kept) return true;
    bool keep = known && known->by_pattern.count < CEL_REGEXES_MAX;
    if (!regex_compile(text, keep ? &known->arena : scope->arena, &out->regex, err)) return false;
    if (!keep) return true;
    kept = arena_new(&known->arena, Pattern);
    *kept = *out = (Pattern){out->regex, regex_states(out->regex, &known->arena)};
    map_put(&known->arena, &known->by_pattern, str_copy(&known->arena, text), kept);
    return true;
}

/* Text against pattern: what `matches`, `find` and `findAll` share. False with `fault` set. */
static bool take_pattern(CelEvaluator *e, const Value *a, const char *name, Pattern *pattern, Value *fault) {
    Error err;
    *fault = value_null();
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) *fault = a[0].kind == VALUE_HOLE ? a[0] : a[1];
    else if (!is_text(a[0]) || a[1].kind != VALUE_STRING) *fault = cel_mismatch(e, name);
    else if (!compile_pattern(e->scope, value_str(a[1]), pattern, &err)) *fault = cel_error(e, "%s", err.message);
    return !cel_is_stop(*fault);
}

Regex *cel_regex(CelEvaluator *e, const Value *a, const char *name, Value *fault) {
    Pattern pattern;
    return take_pattern(e, a, name, &pattern, fault) ? pattern.regex : NULL;
}

Value cel_matches(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value fault;
    ArenaMark mark = arena_mark(e->scope->arena);
    Pattern pattern;
    if (!take_pattern(e, a, "matches", &pattern, &fault)) return fault;
    Str text = value_str(a[0]);
    bool hit = pattern.states ? regex_matches(pattern.states, text, e->scope->arena) : regex_search(pattern.regex, text, e->scope->arena, NULL, 0);
    arena_reset(e->scope->arena, mark);
    return value_bool(hit);
}

/* ---- the strings extension ---- */

static Value need_text(CelEvaluator *e, const Value *a, uint32_t n, const char *name, bool *ok) {
    *ok = false;
    for (uint32_t i = 0; i < n; i++) {
        if (a[i].kind == VALUE_HOLE) return a[i].as.partial ? value_at(value_hole((HoleReason)a[i].reason), a[i].source, a[i].span) : a[i];
    }
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, name);
    *ok = true;
    return a[0];
}

static Value change_case(CelEvaluator *e, const Value *a, uint32_t n, bool upper) {
    bool ok;
    Value stop = need_text(e, a, n, upper ? "upperAscii" : "lowerAscii", &ok);
    if (!ok) return stop;
    Str s = value_str(a[0]);
    char *out = arena_alloc(e->scope->arena, s.len);
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i], from = upper ? 'a' : 'A';
        out[i] = c >= from && c <= from + 25 ? (char)(c ^ 0x20) : c;
    }
    return derived(a[0], (Str){out, s.len});
}
Value cel_lower_ascii(CelEvaluator *e, const Value *a, uint32_t n) { return change_case(e, a, n, false); }
Value cel_upper_ascii(CelEvaluator *e, const Value *a, uint32_t n) { return change_case(e, a, n, true); }

Value cel_trim(CelEvaluator *e, const Value *a, uint32_t n) {
    bool ok;
    Value stop = need_text(e, a, n, "trim", &ok);
    return ok ? derived(a[0], utf8_trim(value_str(a[0]))) : stop;
}

Value cel_split(CelEvaluator *e, const Value *a, uint32_t n) {
    bool ok;
    Value stop = need_text(e, a, n, "split", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_STRING || (n > 2 && a[2].kind != VALUE_INT)) return cel_mismatch(e, "split");
    Str rest = value_str(a[0]), by = value_str(a[1]);
    int64_t limit = n > 2 ? a[2].as.integer : -1;
    ValueVec items = {0};
    if (limit == 0) return value_list(NULL, 0);
    while (rest.at && (limit < 0 || items.count + 1 < limit)) {
        size_t at = by.len ? str_find(rest, by) : STR_NONE;
        if (!by.len && rest.len) {
            uint32_t code;
            at = utf8_decode(rest, &code);
            if (at == rest.len) break;
        }
        if (at == STR_NONE) break;
        vec_push(e->scope->arena, &items, derived(a[0], str_slice(rest, 0, at)));
        rest = str_skip(rest, at + by.len);
    }
    vec_push(e->scope->arena, &items, derived(a[0], rest));
    return value_at(value_list(items.items, items.count), a[0].source, a[0].span);
}

Value cel_join(CelEvaluator *e, const Value *a, uint32_t n) {
    if (a[0].kind == VALUE_HOLE) return a[0];
    if (!cel_is_list(a[0]) || (n > 1 && a[1].kind != VALUE_STRING)) return cel_mismatch(e, "join");
    if (a[0].flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    Buf out = {0};
    uint32_t count = cel_size(a[0]);
    for (uint32_t i = 0; i < count; i++) {
        Value item = cel_item(e, a[0], i);
        if (item.kind != VALUE_STRING) {
            buf_free(&out);
            return item.kind == VALUE_HOLE ? item : cel_mismatch(e, "join");
        }
        if (i && n > 1) buf_add(&out, value_str(a[1]));
        buf_add(&out, value_str(item));
    }
    Value v = derived(a[0], str_copy(e->scope->arena, buf_str(&out)));
    buf_free(&out);
    return v;
}

Value cel_replace(CelEvaluator *e, const Value *a, uint32_t n) {
    bool ok;
    Value stop = need_text(e, a, n, "replace", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_STRING || a[2].kind != VALUE_STRING || (n > 3 && a[3].kind != VALUE_INT)) return cel_mismatch(e, "replace");
    Str rest = value_str(a[0]), what = value_str(a[1]);
    int64_t left = n > 3 ? a[3].as.integer : -1;
    Buf out = {0};
    for (size_t at; left != 0 && what.len && (at = str_find(rest, what)) != STR_NONE; left--) {
        buf_add(&out, str_slice(rest, 0, at));
        buf_add(&out, value_str(a[2]));
        rest = str_skip(rest, at + what.len);
    }
    buf_add(&out, rest);
    Value v = derived(a[0], str_copy(e->scope->arena, buf_str(&out)));
    buf_free(&out);
    return v;
}

/* Byte offset of code point `index`, or STR_NONE beyond the end. */
static size_t offset_of(Str s, int64_t index) {
    size_t at = 0;
    while (index-- > 0) {
        if (at >= s.len) return STR_NONE;
        uint32_t code;
        at += utf8_decode(str_skip(s, at), &code);
    }
    return at;
}

Value cel_substring(CelEvaluator *e, const Value *a, uint32_t n) {
    bool ok;
    Value stop = need_text(e, a, n, "substring", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_INT || (n > 2 && a[2].kind != VALUE_INT)) return cel_mismatch(e, "substring");
    Str s = value_str(a[0]);
    size_t start = a[1].as.integer < 0 ? STR_NONE : offset_of(s, a[1].as.integer);
    size_t end = n < 3 ? s.len : a[2].as.integer < 0 ? STR_NONE : offset_of(s, a[2].as.integer);
    if (start == STR_NONE || end == STR_NONE || end < start) return cel_error(e, "index out of range");
    return derived(a[0], str_slice(s, start, end));
}

Value cel_char_at(CelEvaluator *e, const Value *a, uint32_t n) {
    bool ok;
    Value stop = need_text(e, a, n, "charAt", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_INT) return cel_mismatch(e, "charAt");
    Str s = value_str(a[0]);
    size_t at = a[1].as.integer < 0 ? STR_NONE : offset_of(s, a[1].as.integer);
    if (at == STR_NONE) return cel_error(e, "index out of range");
    uint32_t code;
    return derived(a[0], at < s.len ? str_slice(s, at, at + utf8_decode(str_skip(s, at), &code)) : (Str){s.at, 0});
}

Value cel_index_of(CelEvaluator *e, const Value *a, uint32_t n) {
    if (n == 2 && cel_is_list(a[0])) return cel_position(e, a[0], a[1], false);
    bool ok;
    Value stop = need_text(e, a, n, "indexOf", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_STRING || (n > 2 && a[2].kind != VALUE_INT)) return cel_mismatch(e, "indexOf");
    Str s = value_str(a[0]);
    size_t from = n > 2 ? (a[2].as.integer < 0 ? STR_NONE : offset_of(s, a[2].as.integer)) : 0;
    if (from == STR_NONE) return cel_error(e, "index out of range");
    size_t at = str_find(str_skip(s, from), value_str(a[1]));
    return value_int(at == STR_NONE ? -1 : (int64_t)utf8_count(str_slice(s, 0, from + at)));
}

Value cel_last_index_of(CelEvaluator *e, const Value *a, uint32_t n) {
    if (n == 2 && cel_is_list(a[0])) return cel_position(e, a[0], a[1], true);
    bool ok;
    Value stop = need_text(e, a, n, "lastIndexOf", &ok);
    if (!ok) return stop;
    if (a[1].kind != VALUE_STRING) return cel_mismatch(e, "lastIndexOf");
    Str s = value_str(a[0]), what = value_str(a[1]);
    size_t from = n > 2 ? (a[2].kind != VALUE_INT || a[2].as.integer < 0 ? STR_NONE : offset_of(s, a[2].as.integer)) : s.len;
    if (from == STR_NONE) return cel_error(e, "index out of range");
    for (size_t at = MIN(from, s.len) + 1; at-- > 0;) {
        if (str_starts(str_skip(s, at), what)) return value_int((int64_t)utf8_count(str_slice(s, 0, at)));
    }
    return value_int(-1);
}

/* ---- conversions ---- */

Value cel_to_int(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    int64_t i;
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: case VALUE_INT: return a[0];
        case VALUE_UINT: return a[0].as.natural > INT64_MAX ? cel_error(e, "range error") : value_int((int64_t)a[0].as.natural);
        case VALUE_DOUBLE:
            if (!(a[0].as.real > -9223372036854775808.0 && a[0].as.real < 9223372036854775808.0)) return cel_error(e, "range error");
            return value_int((int64_t)a[0].as.real);
        case VALUE_STRING: return str_to_int(value_str(a[0]), &i) ? value_at(value_int(i), a[0].source, a[0].span) : cel_error(e, "not an int");
        case VALUE_TIMESTAMP: return value_int(a[0].as.integer);
        default: return cel_mismatch(e, "int");
    }
}

Value cel_to_uint(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Str s = value_str(a[0]);
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: case VALUE_UINT: return a[0];
        case VALUE_INT: return a[0].as.integer < 0 ? cel_error(e, "range error") : value_uint((uint64_t)a[0].as.integer);
        case VALUE_DOUBLE:
            if (!(a[0].as.real > -1 && a[0].as.real < 18446744073709551616.0)) return cel_error(e, "range error");
            return value_uint((uint64_t)a[0].as.real);
        case VALUE_STRING: {
            uint64_t u = 0;
            bool ok = s.len > 0;
            for (size_t i = 0; ok && i < s.len; i++) {
                ok = s.at[i] >= '0' && s.at[i] <= '9' && !__builtin_mul_overflow(u, 10u, &u) && !__builtin_add_overflow(u, (uint64_t)(s.at[i] - '0'), &u);
            }
            return ok ? value_uint(u) : cel_error(e, "not a uint");
        }
        default: return cel_mismatch(e, "uint");
    }
}

Value cel_to_double(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: case VALUE_DOUBLE: return a[0];
        case VALUE_INT: return value_double((double)a[0].as.integer);
        case VALUE_UINT: return value_double((double)a[0].as.natural);
        case VALUE_STRING: {
            Str copy = str_copy(e->scope->arena, value_str(a[0]));
            char *end;
            double d = strtod(copy.at, &end);
            return copy.len && end == copy.at + copy.len ? value_double(d) : cel_error(e, "not a double");
        }
        default: return cel_mismatch(e, "double");
    }
}

static Value printed(Arena *arena, Value v) {
    Buf out = {0};
    Moment m = {v.as.integer, value_nanos(v)};
    if (v.kind == VALUE_DOUBLE) cel_print_double(v.as.real, &out);
    else if (v.kind == VALUE_TIMESTAMP) time_print(m, &out);
    else if (v.kind == VALUE_DURATION) duration_print(m, &out);
    else v.as.extension->type->print(v.as.extension, &out);
    Value text = derived(v, str_copy(arena, buf_str(&out)));
    buf_free(&out);
    return text;
}

Value cel_to_string(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Arena *arena = e->scope->arena;
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: case VALUE_STRING: return a[0];
        case VALUE_BOOL: return derived(a[0], a[0].as.boolean ? STR("true") : STR("false"));
        case VALUE_INT: return derived(a[0], str_format(arena, "%lld", (long long)a[0].as.integer));
        case VALUE_UINT: return derived(a[0], str_format(arena, "%llu", (unsigned long long)a[0].as.natural));
        case VALUE_DOUBLE: case VALUE_TIMESTAMP: case VALUE_DURATION: case VALUE_EXTENSION: return printed(arena, a[0]);
        case VALUE_BYTES: return utf8_invalid(value_str(a[0])) == STR_NONE ? derived(a[0], value_str(a[0])) : cel_error(e, "invalid UTF-8");
        default: return cel_mismatch(e, "string");
    }
}

Value cel_to_bytes(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value v = a[0];
    if (v.kind == VALUE_HOLE || v.kind == VALUE_BYTES) return v;
    if (v.kind != VALUE_STRING) return cel_mismatch(e, "bytes");
    v.kind = VALUE_BYTES;
    return v;
}

Value cel_to_bool(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    static const char *const trues[] = {"1", "t", "T", "true", "TRUE", "True"}, *const falses[] = {"0", "f", "F", "false", "FALSE", "False"};
    if (a[0].kind == VALUE_HOLE || a[0].kind == VALUE_BOOL) return a[0];
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "bool");
    for (size_t i = 0; i < ARRAY_COUNT(trues); i++) {
        if (str_is(value_str(a[0]), trues[i])) return value_bool(true);
        if (str_is(value_str(a[0]), falses[i])) return value_bool(false);
    }
    return cel_error(e, "not a bool");
}

Value cel_dyn(CelEvaluator *e UNUSED, const Value *a, uint32_t n UNUSED) { return a[0]; }

Value cel_type_of(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    static const char *const names[VALUE_KIND_COUNT] = {
        [VALUE_NULL] = "null_type", [VALUE_BOOL] = "bool", [VALUE_INT] = "int", [VALUE_UINT] = "uint", [VALUE_DOUBLE] = "double",
        [VALUE_STRING] = "string", [VALUE_BYTES] = "bytes", [VALUE_LIST] = "list", [VALUE_MAP] = "map", [VALUE_OBJECT] = "map",
        [VALUE_TIMESTAMP] = "google.protobuf.Timestamp", [VALUE_DURATION] = "google.protobuf.Duration", [VALUE_TYPE] = "type", [VALUE_OPTIONAL] = "optional_type"};
    if (a[0].kind == VALUE_HOLE) return value_at(value_hole((HoleReason)a[0].reason), a[0].source, a[0].span); /* what is known of its text is no type */
    if (a[0].kind == VALUE_EXTENSION) {
        Value named = value_string(a[0].as.extension->type->name);
        named.kind = VALUE_TYPE;
        return named;
    }
    const char *name = a[0].kind == VALUE_TREE ? (cel_is_list(a[0]) ? "list" : "map") : names[a[0].kind];
    Value v = value_string(str_of(name ? name : "dyn"));
    (void)e;
    v.kind = VALUE_TYPE;
    return v;
}

/* ---- optionals ---- */

Value cel_or_value(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_OPTIONAL) return a[0].as.items ? a[0].as.items[0] : a[1];
    if (a[0].kind == VALUE_HOLE) return a[0];
    if (e->check) return a[0].kind == VALUE_NULL ? a[1] : a[0]; /* an absent field reads like an optional without value */
    return cel_mismatch(e, "orValue");
}

Value cel_has_value(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    return a[0].kind == VALUE_OPTIONAL ? value_bool(a[0].as.items != NULL) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "hasValue");
}

static const CelFunction functions[] = {
#define FUNCTION(name, receiver, least, most, result, code) {STR_INIT(name), receiver, least, most, CEL_TYPE_##result, cel_##code},
#include "cel/functions.def"
#undef FUNCTION
};

static const struct { Str name; bool receiver; uint8_t count; } host_functions[] = {
    {STR_INIT("objects"), false, 2}, {STR_INIT("beside"), false, 2}, {STR_INIT("named"), false, 3}, {STR_INIT("inside"), false, 3}, {STR_INIT("selected"), false, 3}, {STR_INIT("selecting"), false, 2}, {STR_INIT("scaling"), false, 3}, {STR_INIT("refs"), false, 2}, {STR_INIT("referrers"), false, 2}, {STR_INIT("siblings"), false, 2}, {STR_INIT("seen"), false, 1},
    {STR_INIT("fact"), false, 3}, {STR_INIT("today"), false, 0}, {STR_INIT("today"), false, 1}, {STR_INIT("setting"), false, 1}, {STR_INIT("pin"), false, 1},
};

int cel_function_find(Str name, bool receiver, uint32_t count) {
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++) {
        const CelFunction *f = &functions[i];
        if (f->receiver == receiver && count >= f->minimum && count <= f->maximum && str_eq(f->name, name)) return (int)i;
    }
    return -1;
}

const CelFunction *cel_function_at(uint32_t index) { return &functions[index]; }

Str cel_function_nearest(Str name) {
    Str names[ARRAY_COUNT(functions) + ARRAY_COUNT(host_functions)];
    size_t count = 0;
    for (size_t i = 0; i < ARRAY_COUNT(functions); i++) names[count++] = functions[i].name;
    for (size_t i = 0; i < ARRAY_COUNT(host_functions); i++) names[count++] = host_functions[i].name;
    return str_nearest(name, names, count);
}

bool cel_is_host_function(Str name, bool receiver, uint32_t count) {
    for (size_t i = 0; i < ARRAY_COUNT(host_functions); i++) {
        if (host_functions[i].receiver == receiver && host_functions[i].count == count && str_eq(host_functions[i].name, name)) return true;
    }
    return false;
}
