/* What a value of the right type must keep to besides: the values it may have, and bounds of numbers, texts, lists and maps.
 * Invariant: a bound that is no number, and a pattern that RE2 does not take, refuse nothing. */
#include "base/buf.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "link/definition/follow.h"

#include <math.h>

typedef struct Checked {
    Value value, name;
    const Way *way;
} Checked;

static void refuse(Follow *f, const Checked *p, const char *kind, Str expected, Str nearest, Value place) {
    follow_fault(f, &(Fault){.kind = kind, .name = p->name, .value = p->value, .way = p->way, .expected = expected, .nearest = nearest, .place = place});
}

static bool number_of(Value v, double *out) {
    if (v.kind == VALUE_INT) *out = (double)v.as.integer;
    else if (v.kind == VALUE_DOUBLE) *out = v.as.real;
    else return false;
    return true;
}

/* ---- enum ---- */

static bool same(Value x, Value y) {
    double m, n;
    if (number_of(x, &m) && number_of(y, &n)) return m == n;
    if (x.kind != y.kind) return false;
    return x.kind == VALUE_STRING ? str_eq(value_str(x), value_str(y)) : x.kind == VALUE_BOOL && x.as.boolean == y.as.boolean;
}

/* What an `enum` allows. Every item of a list may ask for the same one. */
typedef struct Enum {
    Value list;
    const Value *items;
    uint32_t count;
    Map texts;    /* the strings among them */
    bool plain;   /* scalars, all of them */
    Str expected; /* made when the first is refused */
} Enum;

static Enum *enum_of(Follow *f, Value schema) {
    Arena *a = &f->scratch;
    struct { const Tree *tree; uint64_t node; } key = {schema.as.tree, schema.count};
    void **slot = schema.kind == VALUE_TREE ? map_slot(a, &f->enums, str_copy(a, (Str){(const char *)&key, sizeof key})) : NULL;
    if (slot && *slot) return *slot;
    Enum *e = arena_new(a, Enum);
    e->list = value_field(schema, "enum", a);
    e->items = value_items(e->list, &e->count, a);
    e->plain = true;
    for (uint32_t i = 0; i < e->count; i++) {
        e->plain = e->plain && e->items[i].kind <= VALUE_STRING;
        if (e->items[i].kind == VALUE_STRING) map_put(a, &e->texts, value_str(e->items[i]), e);
    }
    if (slot) *slot = e;
    return e;
}

static bool enum_allows(const Enum *e, Value v) {
    if (v.kind == VALUE_STRING) return map_has(&e->texts, value_str(v));
    for (uint32_t i = 0; i < e->count; i++) {
        if (same(e->items[i], v)) return true;
    }
    return false;
}

static void follow_enum(Follow *f, Value schema, const Checked *p) {
    if (value_is_null(value_field(schema, "enum", &f->scratch))) return;
    Enum *e = enum_of(f, schema);
    if (!e->count || p->value.kind > VALUE_STRING || enum_allows(e, p->value) || !e->plain) return;
    Buf allowed = {0};
    for (uint32_t i = 0; i < e->count && !e->expected.len; i++) {
        if (i) buf_lit(&allowed, ", ");
        value_dump(e->items[i], &allowed);
    }
    if (!e->expected.len) e->expected = str_copy(&f->scratch, buf_str(&allowed));
    buf_free(&allowed);
    Str wrong = value_text(p->value), *names = arena_array(&f->scratch, Str, e->count);
    bool hint = wrong.len && follow_tells(f);
    for (uint32_t i = 0; i < e->count && hint; i++) names[i] = value_text(e->items[i]);
    refuse(f, p, "value", e->expected, hint ? str_nearest(wrong, names, e->count) : (Str){NULL, 0}, e->list);
}

/* ---- bounds ---- */

/* `size` against the bound of that name: a lower one when `lower`. */
static void follow_bound(Follow *f, Value schema, const char *key, double size, bool lower, const char *exclusive, const Checked *p) {
    Arena *a = &f->scratch;
    double bound;
    Value written = value_field(schema, key, a), strict = exclusive ? value_field(schema, exclusive, a) : value_null();
    if (!number_of(written, &bound)) return;
    bool open = strict.kind == VALUE_BOOL && strict.as.boolean;
    bool holds = lower ? size > bound || (size == bound && !open) : size < bound || (size == bound && !open);
    if (!holds) refuse(f, p, "bound", str_format(a, "%s: %g%s", key, bound, open ? " (exclusive)" : ""), (Str){NULL, 0}, written);
}

static void follow_pattern(Follow *f, Value schema, const Checked *p) {
    Value pattern = value_field(schema, "pattern", &f->scratch);
    if (pattern.kind != VALUE_STRING) return;
    Regex *regex;
    Error ignored;
    ArenaMark mark = arena_mark(&f->scratch);
    bool known = regex_compile(value_str(pattern), &f->scratch, &regex, &ignored);
    f->steps += value_str(pattern).len + value_str(p->value).len;
    bool fits = known && regex_search(regex, value_str(p->value), &f->scratch, NULL, 0);
    arena_reset(&f->scratch, mark);
    if (!known) f->unknown = true;
    else if (!fits) refuse(f, p, "bound", str_format(&f->scratch, "pattern: %.*s", STR_ARGS(value_str(pattern))), (Str){NULL, 0}, pattern);
}

static void follow_number(Follow *f, Value schema, const Checked *p) {
    double n, step;
    if (!number_of(p->value, &n)) return;
    Arena *a = &f->scratch;
    follow_bound(f, schema, "minimum", n, true, "exclusiveMinimum", p);
    follow_bound(f, schema, "maximum", n, false, "exclusiveMaximum", p);
    Value multiple = value_field(schema, "multipleOf", a), format = value_field(schema, "format", a);
    bool whole = number_of(multiple, &step) && step >= 1 && step == floor(step) && n == floor(n);
    if (whole && fmod(n, step) != 0) refuse(f, p, "bound", str_format(a, "multipleOf: %g", step), (Str){NULL, 0}, multiple);
    if (value_is_string(format, "int32") && fabs(n) > 2147483648.0) refuse(f, p, "bound", STR("format: int32"), (Str){NULL, 0}, format);
}

static void follow_text(Follow *f, Value schema, const Checked *p) {
    double length = (double)utf8_count(value_str(p->value));
    follow_bound(f, schema, "minLength", length, true, NULL, p);
    follow_bound(f, schema, "maxLength", length, false, NULL, p);
    follow_pattern(f, schema, p);
    if (!value_is_null(value_field(schema, "format", &f->scratch))) f->unknown = true; /* not looked at */
}

/* ---- lists ---- */

/* What tells items of a list apart, as text; empty when that is not known. */
static Str identity(Follow *f, Value item, const Value *keys, uint32_t count, bool map) {
    Buf text = {0};
    bool known = true;
    for (uint32_t i = 0; i < count || (!map && i == 0); i++) {
        Value part = map ? value_field(item, str_copy(&f->scratch, value_text(keys[i])).at, &f->scratch) : item;
        known = known && part.kind <= VALUE_STRING && !value_is_null(part);
        if (known) value_dump(part, &text);
        buf_byte(&text, '\n');
    }
    Str out = known ? str_copy(&f->scratch, buf_str(&text)) : (Str){NULL, 0};
    buf_free(&text);
    return out;
}

static void follow_unique(Follow *f, Value schema, const Checked *p) {
    Arena *a = &f->scratch;
    Value type = value_field(schema, "x-kubernetes-list-type", a);
    bool map = value_is_string(type, "map");
    if (!map && !value_is_string(type, "set")) return;
    uint32_t count, key_count;
    const Value *keys = value_items(value_field(schema, "x-kubernetes-list-map-keys", a), &key_count, a);
    const Value *items = value_items(p->value, &count, a);
    if (map && !key_count) return;
    Map seen = {0};
    for (uint32_t i = 0; i < count; i++) {
        Str id = identity(f, items[i], keys, key_count, map);
        if (!id.len) continue;
        Value place = map ? value_field(items[i], str_copy(a, value_text(keys[0])).at, a) : items[i];
        if (map_has(&seen, id)) refuse(f, &(Checked){place, p->name, p->way}, "duplicate", (Str){NULL, 0}, (Str){NULL, 0}, type);
        map_put(a, &seen, id, f);
    }
}

void follow_values(Follow *f, Value schema, Value v, Value name, const Way *way) {
    Checked p = {v, name, way};
    follow_enum(f, schema, &p);
    follow_number(f, schema, &p);
    if (v.kind == VALUE_STRING) follow_text(f, schema, &p);
    if (value_is_list(v)) {
        double size = value_size(v);
        if (v.flags & VALUE_OPEN) f->unknown = true;
        else follow_bound(f, schema, "minItems", size, true, NULL, &p);
        follow_bound(f, schema, "maxItems", size, false, NULL, &p);
        follow_unique(f, schema, &p);
    }
    if (value_is_map(v) && !(v.flags & VALUE_OPEN)) follow_bound(f, schema, "minProperties", value_size(v), true, NULL, &p);
    if (value_is_map(v)) follow_bound(f, schema, "maxProperties", value_size(v), false, NULL, &p);
}
