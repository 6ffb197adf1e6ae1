/* Terraform's functions, a row of hcl_functions.def each. A function that takes no holes gives one when an argument is a hole;
 * the others know which arguments decide. */
#include "parse/hcl_functions.h"

#include "base/utf8.h"

#include <ctype.h>
#include <math.h>
#include <stdio.h>

static Value hole(void) { return value_hole(HOLE_VARIABLE); }
static bool is_hole(Value v) { return v.kind == VALUE_HOLE || v.kind == VALUE_ERROR; }
static bool is_list(Value v) { return v.kind == VALUE_LIST; }

/* ---- numbers ---- */

static Value absolute(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x;
    return hcl_real(v[0], &x) ? hcl_number(fabs(x)) : hole();
}
static Value ceiling(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x;
    return hcl_real(v[0], &x) ? hcl_number(ceil(x)) : hole();
}
static Value rounded_down(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x;
    return hcl_real(v[0], &x) ? hcl_number(floor(x)) : hole();
}
static Value extreme(const Value *v, uint32_t n, int sign) {
    double best = 0, x;
    for (uint32_t i = 0; i < n; i++) {
        if (!hcl_real(v[i], &x)) return hole();
        if (!i || (x - best) * sign > 0) best = x;
    }
    return hcl_number(best);
}
static Value maximum(const Value *v, uint32_t n, Arena *a) {
    (void)a;
    return extreme(v, n, 1);
}
static Value minimum(const Value *v, uint32_t n, Arena *a) {
    (void)a;
    return extreme(v, n, -1);
}
static Value sum(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double total = 0, x;
    if (!is_list(v[0]) || v[0].flags & VALUE_OPEN) return hole();
    for (uint32_t i = 0; i < v[0].count; i++) {
        if (!hcl_real(v[0].as.items[i], &x)) return hole();
        total += x;
    }
    return hcl_number(total);
}
static Value range(const Value *v, uint32_t n, Arena *a) {
    double from = 0, to, step = 1;
    if (!hcl_real(v[n > 1], &to) || (n > 1 && !hcl_real(v[0], &from)) || (n > 2 && !hcl_real(v[2], &step))) return hole();
    if (n < 3 && to < from) step = -1;
    double count = step == 0 ? -1 : ceil((to - from) / step);
    if (count < 0 || count > 1024) return hole(); /* Terraform's own limit */
    Value *items = arena_array(a, Value, (uint32_t)count);
    for (uint32_t i = 0; i < (uint32_t)count; i++) items[i] = hcl_number(from + step * i);
    return value_list(items, (uint32_t)count);
}

/* ---- strings ---- */

static Value chomp(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]);
    while (s.len && (s.at[s.len - 1] == '\n' || s.at[s.len - 1] == '\r')) s.len--;
    return value_string(s);
}
/* Other alphabets have cases, too. */
static bool is_ascii(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        if ((uint8_t)s.at[i] >= 0x80) return false;
    }
    return true;
}
static Value lower(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_ascii(value_text(v[0]))) return hole();
    return value_string(str_lower(a, value_text(v[0])));
}
static Value upper(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_ascii(value_text(v[0]))) return hole();
    return value_string(str_upper(a, value_text(v[0])));
}
static Value title(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = str_copy(a, value_text(v[0]));
    char *at = (char *)(uintptr_t)s.at;
    if (!is_ascii(s)) return hole();
    for (size_t i = 0; i < s.len; i++) {
        bool inside = i && (isalnum((unsigned char)at[i - 1]) || at[i - 1] == '_');
        if (!inside && at[i] >= 'a' && at[i] <= 'z') at[i] = (char)(at[i] - 32);
    }
    return value_string(s);
}
static Value starts_with(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return value_bool(str_starts(value_text(v[0]), value_text(v[1])));
}
static Value ends_with(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return value_bool(str_ends(value_text(v[0]), value_text(v[1])));
}
static Value text_contains(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return value_bool(str_has(value_text(v[0]), value_text(v[1])));
}
static Value trim_space(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return value_string(str_trim(value_text(v[0])));
}
static Value trim(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]), set = value_text(v[1]);
    while (s.len && str_find_byte(set, s.at[0]) != STR_NONE) s = str_skip(s, 1);
    while (s.len && str_find_byte(set, s.at[s.len - 1]) != STR_NONE) s.len--;
    return value_string(s);
}
static Value trim_prefix(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]), part = value_text(v[1]);
    return value_string(str_starts(s, part) ? str_skip(s, part.len) : s);
}
static Value trim_suffix(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]), part = value_text(v[1]);
    return value_string(str_ends(s, part) ? str_slice(s, 0, s.len - part.len) : s);
}
static Value substr(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]);
    if (v[1].kind != VALUE_INT || v[2].kind != VALUE_INT) return hole();
    int64_t from = v[1].as.integer, len = v[2].as.integer, size = (int64_t)s.len;
    if (!is_ascii(s)) return hole(); /* it counts characters */
    if (from < 0) from = MAX(from + size, 0);
    from = MIN(from, size);
    int64_t to = len < 0 ? size : MIN(size, from + MIN(len, size));
    return value_string(str_slice(s, (size_t)from, (size_t)to));
}
static Value split(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str by = value_text(v[0]), s = value_text(v[1]);
    ValueVec items = {0};
    size_t at;
    if (!by.len) return hole();
    while ((at = str_find(s, by)) != STR_NONE && items.count < HCL_ITEMS_MAX) {
        vec_push(a, &items, value_string(str_slice(s, 0, at)));
        s = str_skip(s, at + by.len);
    }
    vec_push(a, &items, value_string(s));
    return value_list(items.items, items.count);
}
static Value concat(const Value *v, uint32_t n, Arena *a);
static Value join(const Value *v, uint32_t n, Arena *a) {
    Value list = n == 2 ? v[1] : concat(v + 1, n - 1, a);
    if (!is_list(list) || list.flags & VALUE_OPEN || v[0].kind != VALUE_STRING) return hole();
    Buf out = {0};
    bool known = true;
    for (uint32_t i = 0; i < list.count && known && out.len <= HCL_TEXT_MAX; i++) {
        Str text;
        if (i) buf_add(&out, value_str(v[0]));
        known = hcl_to_string(list.as.items[i], a, &text);
        if (known) buf_add(&out, text);
    }
    Str text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return known ? value_string(text) : hcl_partial(text, STR(""), HOLE_VARIABLE, a);
}
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"

/* The width, precision and verb after a %; gives the verb, or 0. */
static char verb_at(Str s, size_t *at, char spec[16]) {
    size_t i = *at, n = 0;
    spec[n++] = '%';
    while (i < s.len && n < 10 && (str_find_byte(STR("-+ 0#.123456789"), s.at[i]) != STR_NONE)) spec[n++] = s.at[i++];
    spec[n] = '\0';
    *at = i;
    return i < s.len ? s.at[i] : '\0';
}

/* %q; false where Go has escapes of its own. */
static bool format_quoted(Str text, Buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        if ((uint8_t)text.at[i] < 0x20 || text.at[i] == 0x7f) return false;
    }
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '"' || text.at[i] == '\\') buf_byte(out, '\\');
        buf_byte(out, text.at[i]);
    }
    buf_byte(out, '"');
    return true;
}

/* One value as its verb asks; false when it can't be known. */
static bool format_one(Value v, char verb, char spec[16], Buf *out, Arena *a) {
    Str text;
    double real;
    size_t n = strlen(spec);
    if (verb == 'v' && n == 1) verb = 's';
    bool known = hcl_to_string(v, a, &text);
    if (!known || str_find_byte(str_of(spec), '#') != STR_NONE) return false;
    if (verb == 's' || (verb == 't' && v.kind == VALUE_BOOL)) {
        if (n == 1) buf_add(out, text);
        else {
            spec[n] = 's';
            spec[n + 1] = '\0';
            buf_print(out, spec, str_copy(a, text).at);
        }
        return true;
    }
    if (verb == 'q' && n == 1) return format_quoted(text, out);
    int64_t integer = v.kind == VALUE_INT ? v.as.integer : 0;
    if (v.kind == VALUE_STRING && str_to_int(text, &integer)) v = value_int(integer);
    if (verb && strchr("dxXo", verb) && v.kind == VALUE_INT) {
        memcpy(spec + n, "ll", 2);
        spec[n + 2] = verb;
        spec[n + 3] = '\0';
        buf_print(out, spec, (long long)integer);
    } else if (verb == 'g' && n == 1 && hcl_real(v, &real)) { /* as few digits as say it */
        if (real != 0 && (fabs(real) < 1e-4 || fabs(real) >= 1e15)) return false;
        buf_add(out, text);
    } else if (verb && strchr("feEgG", verb) && hcl_real(v, &real)) {
        spec[n] = verb;
        spec[n + 1] = '\0';
        buf_print(out, spec, real);
    } else return false;
    return true;
}

#pragma GCC diagnostic pop

/* What is not known ends the known part. */
static Value format(const Value *v, uint32_t n, Arena *a) {
    if (v[0].kind != VALUE_STRING) return hole();
    Str s = value_str(v[0]);
    Buf out = {0};
    uint32_t next = 1;
    bool known = true;
    for (size_t i = 0; i < s.len && known && out.len < (1u << 20); i++) {
        char spec[16];
        if (s.at[i] != '%' || i + 1 >= s.len) {
            buf_byte(&out, s.at[i]);
            continue;
        }
        i++;
        char verb = verb_at(s, &i, spec);
        if (verb == '%') buf_byte(&out, '%');
        else if (next < n) known = format_one(v[next++], verb, spec, &out, a);
        else known = false;
    }
    Str text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return known ? value_string(text) : hcl_partial(text, STR(""), HOLE_VARIABLE, a);
}
/* The same for each element; what is no list stands for all. */
static Value format_list(const Value *v, uint32_t n, Arena *a) {
    uint32_t count = 0, lists = 0;
    for (uint32_t i = 1; i < n; i++) {
        if (!is_list(v[i])) continue;
        if ((lists++ && v[i].count != count) || v[i].flags & VALUE_OPEN) return hole();
        count = v[i].count;
    }
    Value *items = arena_array(a, Value, count), arguments[64];
    for (uint32_t k = 0; k < count; k++) {
        for (uint32_t i = 0; i < n; i++) arguments[i] = is_list(v[i]) ? v[i].as.items[k] : v[i];
        items[k] = format(arguments, n, a);
    }
    return lists ? value_list(items, count) : hole();
}
static Value to_text(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str text;
    return hcl_to_string(v[0], a, &text) ? value_string(text) : v[0];
}
static Value to_number(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    long double number;
    if (v[0].kind == VALUE_NULL) return v[0];
    return hcl_to_number(v[0], &number) ? hcl_number(number) : hcl_failed();
}
static Value to_bool(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    bool truth;
    if (is_hole(v[0]) || v[0].kind == VALUE_NULL) return v[0];
    return hcl_to_bool(v[0], &truth) ? value_bool(truth) : hcl_failed();
}

/* ---- what may be there ---- */

static Value same(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return v[0];
}
static Value can(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (hcl_has_failed(v[0])) return value_bool(false);
    return is_hole(v[0]) ? hole() : value_bool(true);
}
static Value try(const Value *v, uint32_t n, Arena *a) {
    (void)a;
    for (uint32_t i = 0; i < n; i++) {
        if (!hcl_has_failed(v[i])) return v[i]; /* a hole may be a failure: then it is not known either */
    }
    return hcl_failed();
}
static Value coalesce(const Value *v, uint32_t n, Arena *a) {
    (void)a;
    for (uint32_t i = 0; i < n; i++) {
        bool empty = v[i].kind == VALUE_NULL || (v[i].kind == VALUE_STRING && !v[i].count) || (is_list(v[i]) && !v[i].count);
        if (!empty) return v[i];
    }
    return hole();
}
static Value truth(const Value *v, bool all) {
    bool doubt = false;
    if (!is_list(v[0])) return hole();
    for (uint32_t i = 0; i < v[0].count; i++) {
        Value item = v[0].as.items[i];
        bool known = false, is = hcl_to_bool(item, &known);
        if (!is) doubt = true;
        else if (known != all) return value_bool(!all);
    }
    return doubt || v[0].flags & VALUE_OPEN ? hole() : value_bool(all);
}
static Value all_true(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return truth(v, true);
}
static Value any_true(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    return truth(v, false);
}

/* ---- collections ---- */

static Value length(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (v[0].kind == VALUE_STRING) return value_int((int64_t)utf8_count(value_str(v[0])));
    bool collection = is_list(v[0]) || v[0].kind == VALUE_MAP;
    return collection && !(v[0].flags & VALUE_OPEN) ? value_int(v[0].count) : hole();
}
static Value compact(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_list(v[0])) return hole();
    ValueVec items = {0};
    for (uint32_t i = 0; i < v[0].count; i++) {
        Value item = v[0].as.items[i];
        if (item.kind != VALUE_NULL && (item.kind != VALUE_STRING || item.count)) vec_push(a, &items, item);
    }
    Value out = value_list(items.items, items.count);
    out.flags = v[0].flags & VALUE_OPEN;
    return out;
}
static Value concat(const Value *v, uint32_t n, Arena *a) {
    ValueVec items = {0};
    uint8_t flags = 0;
    for (uint32_t i = 0; i < n; i++) {
        flags |= is_list(v[i]) ? v[i].flags & VALUE_OPEN : VALUE_OPEN;
        for (uint32_t k = 0; is_list(v[i]) && k < v[i].count && items.count < HCL_ITEMS_MAX; k++) vec_push(a, &items, v[i].as.items[k]);
    }
    Value out = value_list(items.items, items.count);
    out.flags = flags;
    return out;
}
static Value contains(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (!is_list(v[0])) return hole();
    bool unknown = (v[0].flags & VALUE_OPEN) != 0;
    for (uint32_t i = 0; i < v[0].count; i++) {
        if (hcl_equal(v[0].as.items[i], v[1], &unknown)) return value_bool(true);
    }
    return unknown ? hole() : value_bool(false);
}
/* Elements of a list have one type: of scalars of several kinds, text. */
static Value to_list(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    bool text = false, mixed = false;
    for (uint32_t i = 0; is_list(v[0]) && i < v[0].count; i++) {
        ValueKind kind = (ValueKind)v[0].as.items[i].kind;
        text = text || kind == VALUE_STRING;
        mixed = mixed || kind == VALUE_BOOL || kind == VALUE_INT || kind == VALUE_DOUBLE;
    }
    if (!text || !mixed) return v[0];
    Value *items = arena_array(a, Value, v[0].count), out = v[0];
    for (uint32_t i = 0; i < v[0].count; i++) {
        Str s;
        Value item = v[0].as.items[i];
        items[i] = item.kind != VALUE_STRING && hcl_to_string(item, a, &s) ? value_at(value_string(s), item.source, item.span) : item;
    }
    out.as.items = items;
    return out;
}
static Value distinct(const Value *v, uint32_t n, Arena *a) {
    Value list = to_list(v, n, a);
    if (!is_list(list) || list.count > 1000) return list;
    ValueVec items = {0};
    for (uint32_t i = 0; i < list.count; i++) {
        bool unknown = false, seen = false;
        for (uint32_t k = 0; k < items.count && !seen; k++) seen = hcl_equal(items.items[k], list.as.items[i], &unknown);
        if (!seen) vec_push(a, &items, list.as.items[i]);
    }
    Value out = value_list(items.items, items.count);
    out.flags = list.flags & VALUE_OPEN;
    return out;
}
/* A set is gone through in the order of its text. */
static Value to_set(const Value *v, uint32_t n, Arena *a) {
    Value set = distinct(v, n, a);
    return hcl_call(STR("sort"), &set, 1, a);
}
static Value element(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (!is_list(v[0]) || v[0].flags & VALUE_OPEN || v[1].kind != VALUE_INT) return hole();
    if (!v[0].count || v[1].as.integer < 0) return hcl_failed();
    return v[0].as.items[v[1].as.integer % v[0].count];
}
static Value position(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    for (uint32_t i = 0; is_list(v[0]) && i < v[0].count; i++) {
        bool unknown = false;
        if (hcl_equal(v[0].as.items[i], v[1], &unknown)) return value_int(i);
        if (unknown) return hole();
    }
    return is_list(v[0]) && !(v[0].flags & VALUE_OPEN) ? hcl_failed() : hole();
}
static void flatten_into(Value v, ValueVec *items, uint8_t *flags, int depth, Arena *a) {
    *flags |= v.flags & VALUE_OPEN;
    for (uint32_t i = 0; i < v.count && items->count < HCL_ITEMS_MAX; i++) {
        Value item = v.as.items[i];
        if (is_list(item) && depth < 20) flatten_into(item, items, flags, depth + 1, a);
        else if (is_hole(item)) *flags |= VALUE_OPEN; /* it may be a list */
        else vec_push(a, items, item);
    }
}
static Value flatten(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    ValueVec items = {0};
    uint8_t flags = 0;
    if (!is_list(v[0])) return hole();
    flatten_into(v[0], &items, &flags, 0, a);
    Value out = value_list(items.items, items.count);
    out.flags = flags;
    return out;
}
static Value reverse(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_list(v[0])) return hole();
    Value *items = arena_array(a, Value, v[0].count);
    for (uint32_t i = 0; i < v[0].count; i++) items[i] = v[0].as.items[v[0].count - 1 - i];
    Value out = value_list(items, v[0].count);
    out.flags = v[0].flags & VALUE_OPEN;
    return out;
}
static Value one(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (!is_list(v[0]) || v[0].flags & VALUE_OPEN) return hole();
    if (v[0].count > 1) return hcl_failed();
    return v[0].count ? v[0].as.items[0] : value_null();
}
static Value side(const Value *v, bool keys, Arena *a) {
    Value map;
    if (v[0].kind != VALUE_MAP) return hole();
    if (!hcl_sorted(v[0], a, &map)) map = v[0];
    Value *items = arena_array(a, Value, map.count);
    for (uint32_t i = 0; i < map.count; i++) items[i] = keys ? map.as.entries[i].key : map.as.entries[i].value;
    Value out = value_list(items, map.count);
    out.flags = v[0].flags & VALUE_OPEN;
    return out;
}
static Value keys(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return side(v, true, a);
}
static Value values(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return side(v, false, a);
}
static Value lookup(const Value *v, uint32_t n, Arena *a) {
    (void)a;
    if (v[0].kind != VALUE_MAP || v[1].kind != VALUE_STRING) return hole();
    for (uint32_t i = 0; i < v[0].count; i++) {
        if (str_eq(value_text(v[0].as.entries[i].key), value_str(v[1]))) return v[0].as.entries[i].value;
    }
    if (v[0].flags & VALUE_OPEN) return hole();
    return n == 3 ? v[2] : hcl_failed();
}
static Value merge(const Value *v, uint32_t n, Arena *a) {
    VEC(Entry) entries = {0};
    uint8_t flags = 0;
    for (uint32_t i = 0; i < n; i++) {
        bool map = v[i].kind == VALUE_MAP;
        flags |= map ? v[i].flags & VALUE_OPEN : v[i].kind == VALUE_NULL ? 0 : VALUE_OPEN;
        for (uint32_t k = 0; map && k < v[i].count && entries.count < HCL_ITEMS_MAX; k++) vec_push(a, &entries, v[i].as.entries[k]);
    }
    Value all = value_map(entries.items, entries.count), out; /* a later one wins: members are looked for from the end */
    if (!hcl_sorted(all, a, &out)) out = all;
    out.flags = flags;
    return out;
}
static Value zipmap(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_list(v[0]) || !is_list(v[1]) || v[0].count != v[1].count) return hole();
    Entry *entries = arena_array(a, Entry, v[0].count);
    for (uint32_t i = 0; i < v[0].count; i++) entries[i] = (Entry){v[0].as.items[i], v[1].as.items[i]};
    return value_map(entries, v[0].count);
}

/* ---- the table ---- */

static const HclFunction functions[] = {
#define HCL_FUNCTION(name, least, most, holes, code) {STR_INIT(name), least, most, holes, code},
#include "parse/hcl_functions.def"
#undef HCL_FUNCTION
};

static const HclFunction *find(const HclFunction *table, uint32_t count, Str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(table[i].name, name)) return &table[i];
    }
    return NULL;
}

Value hcl_call(Str name, const Value *arguments, uint32_t count, Arena *a) {
    const HclFunction *f = find(functions, ARRAY_COUNT(functions), name);
    if (!f) f = find(hcl_text_functions, hcl_text_function_count, name);
    bool scalars = f && !f->holes;
    if (!f) f = find(hcl_set_functions, hcl_set_function_count, name);
    if (!f || count < f->least || count > f->most) return hole();
    for (uint32_t k = 0; k < count && !f->holes; k++) {
        if (is_hole(arguments[k])) return hole();
        if (scalars && (is_list(arguments[k]) || arguments[k].kind == VALUE_MAP)) return hole(); /* it may be the text of jsonencode */
    }
    return f->code(arguments, count, a);
}
