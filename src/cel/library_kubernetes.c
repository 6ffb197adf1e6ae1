/* quantity(), semver(), url() and the functions of lists that Kubernetes adds:
 * https://kubernetes.io/docs/reference/using-api/cel/#kubernetes-cel-libraries */
#include "cel/node.h"
#include "values/quantity.h"
#include "values/semver.h"
#include "values/url.h"

typedef struct QuantityValue {
    Extension base;
    Quantity quantity;
} QuantityValue;

typedef struct SemverValue {
    Extension base;
    Semver version;
} SemverValue;

typedef struct UrlValue {
    Extension base;
    Str text;
    Url url;
} UrlValue;

static bool same_quantity(const Extension *a, const Extension *b) { return ((const QuantityValue *)a)->quantity.nanos == ((const QuantityValue *)b)->quantity.nanos; }
static void print_quantity(const Extension *q, Buf *out) { quantity_print(&((const QuantityValue *)q)->quantity, out); }
static bool same_semver(const Extension *a, const Extension *b) { return semver_compare(&((const SemverValue *)a)->version, &((const SemverValue *)b)->version) == 0; }
static void print_semver(const Extension *v, Buf *out) {
    const Semver *s = &((const SemverValue *)v)->version;
    buf_print(out, "%lld.%lld.%lld%s%.*s", (long long)s->major, (long long)s->minor, (long long)s->patch, s->pre.len ? "-" : "", STR_ARGS(s->pre));
}
static bool same_url(const Extension *a, const Extension *b) { return str_eq(((const UrlValue *)a)->text, ((const UrlValue *)b)->text); }
static void print_url(const Extension *u, Buf *out) { buf_add(out, ((const UrlValue *)u)->text); }

static const ExtensionType quantity_type = {STR_INIT("kubernetes.Quantity"), same_quantity, print_quantity};
static const ExtensionType semver_type = {STR_INIT("kubernetes.Semver"), same_semver, print_semver};
static const ExtensionType url_type = {STR_INIT("kubernetes.URL"), same_url, print_url};

static Value extension(const Extension *x, Value from) { return value_at((Value){.kind = VALUE_EXTENSION, .as.extension = x}, from.source, from.span); }
static bool is_a(Value v, const ExtensionType *type) { return v.kind == VALUE_EXTENSION && v.as.extension->type == type; }

/* ---- quantities ---- */

static const Quantity *quantity_in(Value v) { return is_a(v, &quantity_type) ? &((const QuantityValue *)v.as.extension)->quantity : NULL; }

_Static_assert(_Alignof(QuantityValue) <= ARENA_ALIGNMENT, "an arena holds it");

static Value quantity_value(CelEvaluator *e, Quantity quantity, Value from) {
    QuantityValue *q = arena_new(e->scope->arena, QuantityValue);
    *q = (QuantityValue){{&quantity_type}, quantity};
    return extension(&q->base, from);
}

/* A key as a part of a JSON pointer: ~ is ~0, / is ~1 (RFC 6901, 3). */
Value cel_escape_key(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (a[0].kind == VALUE_HOLE) return value_at(value_hole((HoleReason)a[0].reason), a[0].source, a[0].span);
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "jsonpatch.escapeKey");
    Buf out = {0};
    for (uint32_t i = 0; i < a[0].count; i++) {
        char c = a[0].as.bytes[i];
        if (c == '~' || c == '/') buf_add(&out, c == '~' ? STR("~0") : STR("~1"));
        else buf_byte(&out, c);
    }
    Value v = value_string(str_copy(e->scope->arena, buf_str(&out)));
    buf_free(&out);
    return value_at(v, a[0].source, a[0].span);
}

Value cel_quantity(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Quantity quantity;
    if (a[0].kind == VALUE_HOLE || quantity_in(a[0])) return a[0];
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "quantity");
    if (!quantity_read(value_str(a[0]), &quantity)) return cel_error(e, "'%.*s' is no quantity", STR_ARGS(value_str(a[0])));
    return quantity_value(e, quantity, a[0]);
}

Value cel_is_quantity(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Quantity quantity;
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_STRING ? value_bool(quantity_read(value_str(a[0]), &quantity)) : cel_mismatch(e, "isQuantity");
}

Value cel_quantity_is_integer(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Quantity *q = quantity_in(a[0]);
    return q ? value_bool(q->nanos % QUANTITY_UNIT == 0) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "isInteger");
}

Value cel_quantity_as_integer(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Quantity *q = quantity_in(a[0]);
    if (!q) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "asInteger");
    return q->nanos % QUANTITY_UNIT ? cel_error(e, "no integer") : value_int((int64_t)(q->nanos / QUANTITY_UNIT));
}

Value cel_quantity_as_double(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Quantity *q = quantity_in(a[0]);
    return q ? value_double((double)q->nanos / 1e9) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "asApproximateFloat");
}

Value cel_quantity_sign(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    const Quantity *q = quantity_in(a[0]);
    return q ? value_int((q->nanos > 0) - (q->nanos < 0)) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "sign");
}

static Value quantity_sum(CelEvaluator *e, const Value *a, int sign, const char *name) {
    const Quantity *x = quantity_in(a[0]), *y = quantity_in(a[1]);
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    if (!x || (!y && a[1].kind != VALUE_INT)) return cel_mismatch(e, name);
    return quantity_value(e, quantity_of(x->nanos + sign * (y ? y->nanos : a[1].as.integer * QUANTITY_UNIT)), a[0]);
}
Value cel_quantity_add(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return quantity_sum(e, a, 1, "add"); }
Value cel_quantity_sub(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return quantity_sum(e, a, -1, "sub"); }

/* ---- versions ---- */

static const Semver *semver_in(Value v) { return is_a(v, &semver_type) ? &((const SemverValue *)v.as.extension)->version : NULL; }

/* v1.2 and 01.2 as 1.2.0, when the second argument of semver() asks for it. */
static Str normal(Str text, Arena *arena) {
    if (str_starts(text, STR("v"))) text = str_skip(text, 1);
    size_t core = 0, dots = 0;
    while (core < text.len && (text.at[core] == '.' || (text.at[core] >= '0' && text.at[core] <= '9'))) dots += text.at[core++] == '.';
    Str rest = str_skip(text, core);
    Buf out = {0};
    bool leading = true; /* zeros in front of a number are dropped, but for the last digit */
    for (size_t i = 0; i < core; i++) {
        bool last = i + 1 == core || text.at[i + 1] == '.';
        leading = leading && text.at[i] == '0' && !last;
        if (!leading) buf_byte(&out, text.at[i]);
        if (text.at[i] == '.') leading = true;
    }
    for (; core && dots < 2; dots++) buf_add(&out, STR(".0"));
    buf_add(&out, rest);
    Str copy = str_copy(arena, buf_str(&out));
    buf_free(&out);
    return copy;
}

static bool read_semver(CelEvaluator *e, const Value *a, uint32_t n, Semver *out) {
    bool loose = n > 1 && a[1].kind == VALUE_BOOL && a[1].as.boolean;
    return semver_parse(loose ? normal(value_str(a[0]), e->scope->arena) : value_str(a[0]), out);
}

Value cel_semver(CelEvaluator *e, const Value *a, uint32_t n) {
    Semver version;
    if (a[0].kind == VALUE_HOLE || semver_in(a[0])) return a[0];
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "semver");
    if (!read_semver(e, a, n, &version)) return cel_error(e, "'%.*s' is no semantic version", STR_ARGS(value_str(a[0])));
    SemverValue *v = arena_new(e->scope->arena, SemverValue);
    *v = (SemverValue){{&semver_type}, version};
    return extension(&v->base, a[0]);
}

Value cel_is_semver(CelEvaluator *e, const Value *a, uint32_t n) {
    Semver version;
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_STRING ? value_bool(read_semver(e, a, n, &version)) : cel_mismatch(e, "isSemver");
}

#define SEMVER_PART(part)                                                                        \
    Value cel_semver_##part(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {                 \
        const Semver *v = semver_in(a[0]);                                                       \
        return v ? value_int(v->part) : a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, #part); \
    }
SEMVER_PART(major)
SEMVER_PART(minor)
SEMVER_PART(patch)

/* ---- order of both ---- */

static Value ordered(CelEvaluator *e, const Value *a, const char *name) {
    if (a[0].kind == VALUE_HOLE || a[1].kind == VALUE_HOLE) return a[0].kind == VALUE_HOLE ? a[0] : a[1];
    const Quantity *x = quantity_in(a[0]), *y = quantity_in(a[1]);
    if (x && y) return value_int((x->nanos > y->nanos) - (x->nanos < y->nanos));
    const Semver *v = semver_in(a[0]), *w = semver_in(a[1]);
    if (!v || !w) return cel_mismatch(e, name);
    int order = semver_compare(v, w);
    return value_int((order > 0) - (order < 0));
}

Value cel_compare_to(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return ordered(e, a, "compareTo"); }
Value cel_is_less(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value order = ordered(e, a, "isLessThan");
    return order.kind == VALUE_INT ? value_bool(order.as.integer < 0) : order;
}
Value cel_is_greater(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value order = ordered(e, a, "isGreaterThan");
    return order.kind == VALUE_INT ? value_bool(order.as.integer > 0) : order;
}

/* ---- URLs ---- */

Value cel_url(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Url url;
    if (a[0].kind == VALUE_HOLE || is_a(a[0], &url_type)) return a[0];
    if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "url");
    if (!url_parse(value_str(a[0]), &url)) return cel_error(e, "'%.*s' is no URL", STR_ARGS(value_str(a[0])));
    UrlValue *u = arena_new(e->scope->arena, UrlValue);
    *u = (UrlValue){{&url_type}, value_str(a[0]), url};
    return extension(&u->base, a[0]);
}

Value cel_is_url(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Url url;
    if (a[0].kind == VALUE_HOLE) return a[0];
    return a[0].kind == VALUE_STRING ? value_bool(url_parse(value_str(a[0]), &url)) : cel_mismatch(e, "isURL");
}

#define URL_PART(part)                                                                     \
    Value cel_url_##part(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {              \
        if (!is_a(a[0], &url_type)) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, #part); \
        return value_at(value_string(((const UrlValue *)a[0].as.extension)->url.part), a[0].source, a[0].span); \
    }
URL_PART(scheme)
URL_PART(host)
URL_PART(hostname)
URL_PART(port)

static Str kept(CelEvaluator *e, Buf *text) {
    Str copy = str_copy(e->scope->arena, buf_str(text));
    buf_free(text);
    return copy;
}

Value cel_url_path(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!is_a(a[0], &url_type)) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "getEscapedPath");
    Buf out = {0};
    url_escape_path(((const UrlValue *)a[0].as.extension)->url.path, &out);
    return value_at(value_string(kept(e, &out)), a[0].source, a[0].span);
}

static Str query_part(CelEvaluator *e, Str part) {
    Buf out = {0};
    url_unescape(part, &out);
    return kept(e, &out);
}

/* Adds one more value of a key: a list that grows at the end. */
static void add_to_query(CelEvaluator *e, Entry *entries, uint32_t *count, Str key, Str value) {
    uint32_t i = 0;
    while (i < *count && !str_eq(value_str(entries[i].key), key)) i++;
    uint32_t before = i < *count ? entries[i].value.count : 0;
    Value *items = arena_array(e->scope->arena, Value, before + 1);
    if (before) memcpy(items, entries[i].value.as.items, before * sizeof *items);
    items[before] = value_string(value);
    entries[i] = (Entry){value_string(key), value_list(items, before + 1)};
    *count = MAX(*count, i + 1);
}

#define QUERY_PARTS_MAX 200 /* more is no query that anybody compares */

Value cel_url_query(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    if (!is_a(a[0], &url_type)) return a[0].kind == VALUE_HOLE ? a[0] : cel_mismatch(e, "getQuery");
    Str rest = ((const UrlValue *)a[0].as.extension)->url.query;
    Entry *entries = arena_array(e->scope->arena, Entry, QUERY_PARTS_MAX);
    uint32_t count = 0, parts = 0;
    while (rest.len) {
        if (++parts > QUERY_PARTS_MAX) return cel_error(e, "a query of more than %d parts", QUERY_PARTS_MAX);
        size_t end = str_find_byte(rest, '&');
        Str part = end == STR_NONE ? rest : str_slice(rest, 0, end);
        rest = end == STR_NONE ? str_skip(rest, rest.len) : str_skip(rest, end + 1);
        size_t equals = str_find_byte(part, '=');
        Str key = equals == STR_NONE ? part : str_slice(part, 0, equals);
        if (part.len) add_to_query(e, entries, &count, query_part(e, key), query_part(e, equals == STR_NONE ? str_skip(part, part.len) : str_skip(part, equals + 1)));
    }
    return value_map(entries, count);
}

/* ---- lists ---- */

Value cel_position(CelEvaluator *e, Value list, Value item, bool last) {
    list = value_spread(list, e->scope->arena);
    uint32_t count = cel_size(list);
    int64_t found = -1;
    Value unknown = value_null();
    for (uint32_t i = 0; i < count && (last || found < 0); i++) {
        if (cel_equal(e, cel_item(e, list, i), item, &unknown)) found = i;
    }
    if (cel_is_stop(unknown)) return unknown;
    return list.flags & VALUE_OPEN && (last || found < 0) ? value_hole(HOLE_UNREAD) : value_int(found);
}

/* A list whose items must be known: false with the result in `out`. */
static bool known_list(CelEvaluator *e, Value v, const char *name, Value *out) {
    if (v.kind == VALUE_HOLE || !cel_is_list(v)) *out = v.kind == VALUE_HOLE ? v : cel_mismatch(e, name);
    else if (v.flags & VALUE_OPEN) *out = value_hole(HOLE_UNREAD);
    else {
        *out = value_spread(v, e->scope->arena);
        for (uint32_t i = 0; i < cel_size(*out); i++) {
            Value item = cel_item(e, *out, i);
            if (item.kind == VALUE_HOLE) return *out = item, false;
        }
        return true;
    }
    return false;
}

Value cel_sum(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value list;
    if (!known_list(e, a[0], "sum", &list)) return list;
    Value sum = cel_size(list) ? cel_item(e, list, 0) : value_int(0);
    for (uint32_t i = 1; i < cel_size(list) && sum.kind != VALUE_ERROR; i++) sum = cel_arithmetic(e, CEL_ADD, sum, cel_item(e, list, i));
    return sum;
}

static Value extreme(CelEvaluator *e, Value from, int sign, const char *name) {
    Value list;
    if (!known_list(e, from, name, &list)) return list;
    if (!cel_size(list)) return cel_error(e, "%s of an empty list", name);
    Value best = cel_item(e, list, 0);
    for (uint32_t i = 1; i < cel_size(list); i++) {
        int order;
        Value item = cel_item(e, list, i);
        if (!cel_order(item, best, &order)) return cel_mismatch(e, name);
        if (order * sign > 0) best = item;
    }
    return best;
}
Value cel_min_of(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return extreme(e, a[0], -1, "min"); }
Value cel_max_of(CelEvaluator *e, const Value *a, uint32_t n UNUSED) { return extreme(e, a[0], 1, "max"); }

Value cel_is_sorted(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Value list;
    if (!known_list(e, a[0], "isSorted", &list)) return list;
    for (uint32_t i = 1; i < cel_size(list); i++) {
        int order;
        if (!cel_order(cel_item(e, list, i - 1), cel_item(e, list, i), &order)) return cel_mismatch(e, "isSorted");
        if (order > 0) return value_bool(false);
    }
    return value_bool(true);
}
