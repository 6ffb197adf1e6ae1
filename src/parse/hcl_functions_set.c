/* Functions of Terraform on sets, maps, numbers and networks. */
#include "parse/hcl_functions.h"

#include "values/address.h"

#include <math.h>
#include <stdlib.h>

__extension__ typedef unsigned __int128 Wide;

static Value hole(void) { return value_hole(HOLE_VARIABLE); }
static bool is_list(Value v) { return v.kind == VALUE_LIST; }
static bool is_closed(Value v) { return is_list(v) && !(v.flags & VALUE_OPEN); }

/* ---- maps in order ---- */

typedef struct Numbered { Entry entry; uint32_t at; } Numbered;

static int by_key(const void *left, const void *right) {
    const Numbered *a = left, *b = right;
    int order = str_compare(value_text(a->entry.key), value_text(b->entry.key));
    return order ? order : a->at < b->at ? -1 : 1;
}

bool hcl_sorted(Value map, Arena *a, Value *out) {
    Numbered *all = arena_array(a, Numbered, map.count);
    bool sorted = true;
    for (uint32_t i = 0; i < map.count; i++) {
        if (map.as.entries[i].key.kind != VALUE_STRING) return false;
        all[i] = (Numbered){map.as.entries[i], i};
        sorted = sorted && (!i || str_compare(value_str(all[i - 1].entry.key), value_str(all[i].entry.key)) < 0);
    }
    *out = map;
    if (sorted) return true;
    qsort(all, map.count, sizeof *all, by_key);
    Entry *entries = arena_array(a, Entry, map.count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < map.count; i++) {
        bool again = count && str_eq(value_str(entries[count - 1].key), value_str(all[i].entry.key));
        entries[again ? count - 1 : count] = all[i].entry;
        count += !again;
    }
    out->as.entries = entries;
    out->count = count;
    return true;
}

/* ---- sets ---- */

#define SET_MAX 2000 /* elements: they are compared one by one */

static bool holds(const ValueVec *items, Value v, bool *unknown) {
    for (uint32_t i = 0; i < items->count; i++) {
        if (hcl_equal(items->items[i], v, unknown)) return true;
    }
    return false;
}

static int by_text(const void *left, const void *right) { return str_compare(value_str(*(const Value *)left), value_str(*(const Value *)right)); }

/* A set of strings is shown in order. */
static Value set_of(ValueVec *items) {
    bool text = true;
    for (uint32_t i = 0; i < items->count; i++) text = text && items->items[i].kind == VALUE_STRING;
    if (text && items->count) qsort(items->items, items->count, sizeof(Value), by_text);
    return value_list(items->items, items->count);
}

typedef enum SetKind { SET_UNION, SET_INTERSECTION, SET_SUBTRACTION } SetKind;

static Value combine(const Value *v, uint32_t n, SetKind kind, Arena *a) {
    ValueVec result = {0};
    bool unknown = false;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_closed(v[i]) || v[i].count > SET_MAX) return hole();
        ValueVec next = {0}, other = {(Value *)(uintptr_t)v[i].as.items, v[i].count, v[i].count};
        if (i && kind != SET_UNION) {
            for (uint32_t k = 0; k < result.count; k++) {
                if (holds(&other, result.items[k], &unknown) == (kind == SET_INTERSECTION)) vec_push(a, &next, result.items[k]);
            }
            result = next;
        } else {
            for (uint32_t k = 0; k < other.count && result.count < SET_MAX; k++) {
                if (!holds(&result, other.items[k], &unknown)) vec_push(a, &result, other.items[k]);
            }
        }
    }
    return unknown ? hole() : set_of(&result);
}
static Value set_union(const Value *v, uint32_t n, Arena *a) { return combine(v, n, SET_UNION, a); }
static Value intersection(const Value *v, uint32_t n, Arena *a) { return combine(v, n, SET_INTERSECTION, a); }
static Value subtraction(const Value *v, uint32_t n, Arena *a) { return combine(v, n, SET_SUBTRACTION, a); }
static Value product(const Value *v, uint32_t n, Arena *a) {
    size_t total = 1;
    for (uint32_t i = 0; i < n; i++) {
        if (!is_closed(v[i])) return hole();
        total *= v[i].count;
        if (total > SET_MAX) return hole();
    }
    Value *rows = arena_array(a, Value, total);
    for (size_t row = 0; row < total; row++) {
        Value *items = arena_array(a, Value, n);
        size_t rest = row;
        for (uint32_t i = n; i-- > 0;) {
            items[i] = v[i].as.items[rest % v[i].count];
            rest /= v[i].count;
        }
        rows[row] = value_list(items, n);
    }
    return value_list(rows, (uint32_t)total);
}
static Value sort(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_list(v[0])) return v[0];
    Value *items = arena_array(a, Value, v[0].count);
    for (uint32_t i = 0; i < v[0].count; i++) {
        items[i] = v[0].as.items[i];
        if (items[i].kind != VALUE_STRING) return v[0];
    }
    if (v[0].count) qsort(items, v[0].count, sizeof *items, by_text);
    Value out = v[0];
    out.as.items = items;
    return out;
}
static Value slice(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    if (!is_closed(v[0]) || v[1].kind != VALUE_INT || v[2].kind != VALUE_INT) return hole();
    int64_t from = v[1].as.integer, to = v[2].as.integer;
    if (from < 0 || from > to || to > v[0].count) return hole();
    return value_list(v[0].as.items + from, (uint32_t)(to - from));
}
static Value chunks(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_closed(v[0]) || v[1].kind != VALUE_INT || v[1].as.integer < 1) return hole();
    ValueVec out = {0};
    for (int64_t i = 0; i < v[0].count; i += v[1].as.integer) {
        Value part = value_list(v[0].as.items + i, (uint32_t)MIN(v[1].as.integer, v[0].count - i));
        vec_push(a, &out, part);
    }
    return value_list(out.items, out.count);
}
static Value matching(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (!is_closed(v[0]) || !is_closed(v[1]) || !is_closed(v[2]) || v[0].count != v[1].count || v[2].count > SET_MAX) return hole();
    ValueVec wanted = {(Value *)(uintptr_t)v[2].as.items, v[2].count, v[2].count}, out = {0};
    bool unknown = false;
    for (uint32_t i = 0; i < v[0].count; i++) {
        if (holds(&wanted, v[1].as.items[i], &unknown)) vec_push(a, &out, v[0].as.items[i]);
    }
    return unknown ? hole() : value_list(out.items, out.count);
}
/* {a = [x, y], b = [x]} → {x = [a, b], y = [a]} */
static Value transpose(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Value map;
    ValueVec names = {0};
    if (v[0].kind != VALUE_MAP || v[0].flags & VALUE_OPEN || v[0].count > SET_MAX || !hcl_sorted(v[0], a, &map)) return hole();
    bool unknown = false;
    for (uint32_t i = 0; i < map.count; i++) {
        Value list = map.as.entries[i].value;
        if (!is_closed(list)) return hole();
        for (uint32_t k = 0; k < list.count && names.count < SET_MAX; k++) {
            if (!holds(&names, list.as.items[k], &unknown)) vec_push(a, &names, list.as.items[k]);
        }
    }
    set_of(&names);
    Entry *entries = arena_array(a, Entry, names.count);
    for (uint32_t i = 0; i < names.count; i++) {
        ValueVec keys = {0};
        for (uint32_t k = 0; k < map.count; k++) {
            Value list = map.as.entries[k].value;
            ValueVec items = {(Value *)(uintptr_t)list.as.items, list.count, list.count};
            if (holds(&items, names.items[i], &unknown)) vec_push(a, &keys, map.as.entries[k].key);
        }
        entries[i] = (Entry){names.items[i], value_list(keys.items, keys.count)};
    }
    return unknown ? hole() : value_map(entries, names.count);
}

/* ---- numbers ---- */

static Value logarithm(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x, base;
    return hcl_real(v[0], &x) && hcl_real(v[1], &base) ? hcl_number(log(x) / log(base)) : hole();
}
static Value power(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x, by;
    return hcl_real(v[0], &x) && hcl_real(v[1], &by) ? hcl_number(pow(x, by)) : hole();
}
static Value sign(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    double x;
    return hcl_real(v[0], &x) ? value_int((x > 0) - (x < 0)) : hole();
}
static Value parse_integer(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Str s = value_text(v[0]);
    int64_t base = v[1].kind == VALUE_INT ? v[1].as.integer : 0, result = 0;
    bool minus = str_starts(s, STR("-"));
    s = str_skip(s, minus);
    if (base < 2 || base > 36 || !s.len || s.len > 60) return hole();
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i], lower = c | 32;
        int64_t digit = c >= '0' && c <= '9' ? c - '0' : lower >= 'a' && lower <= 'z' ? lower - 'a' + 10 : 99;
        if (digit >= base) return hcl_failed();
        if (result > INT32_MAX) return hole();
        result = result * base + digit;
    }
    return value_int(minus ? -result : result);
}

/* ---- networks ---- */

static Wide bits_of(const Address *address) {
    Wide bits = 0;
    for (uint32_t i = 0; i < address->length; i++) bits = bits << 8 | address->bytes[i];
    return bits;
}

static Address address_of(Wide bits, uint8_t length) {
    Address address = {.length = length};
    for (uint32_t i = length; i-- > 0; bits >>= 8) address.bytes[i] = (uint8_t)bits;
    return address;
}

static Value address_value(const Address *address, Arena *a) {
    Buf out = {0};
    address_print(address, &out);
    Value v = value_string(str_copy(a, buf_str(&out)));
    buf_free(&out);
    return v;
}

static bool network_of(Value v, Network *out) {
    Network written;
    if (!network_parse(value_text(v), &written)) return false;
    *out = network_masked(&written);
    return true;
}

/* The `number`-th network with `more` bits more than `from`; false when there is none. */
static bool subnet(const Network *from, int64_t more, int64_t number, Network *out) {
    uint32_t total = from->address.length * 8u, prefix = from->prefix + (uint32_t)more;
    if (more < 0 || more > 128 || prefix > total || number < 0 || (more < 62 && number >> more)) return false;
    Wide bits = bits_of(&from->address);
    if (prefix) bits |= (Wide)(uint64_t)number << (total - prefix);
    *out = (Network){address_of(bits, from->address.length), (uint8_t)prefix};
    return true;
}

static Value network_value(const Network *network, Arena *a) {
    Buf out = {0};
    network_print(network, &out);
    Value v = value_string(str_copy(a, buf_str(&out)));
    buf_free(&out);
    return v;
}
static Value cidr_subnet(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Network from, to;
    if (v[1].kind != VALUE_INT || v[2].kind != VALUE_INT || !network_of(v[0], &from)) return hole();
    return subnet(&from, v[1].as.integer, v[2].as.integer, &to) ? network_value(&to, a) : hole();
}
static Value cidr_host(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Network from;
    if (v[1].kind != VALUE_INT || !network_of(v[0], &from)) return hole();
    uint32_t free = from.address.length * 8u - from.prefix;
    int64_t number = v[1].as.integer;
    Wide size = free < 128 ? (Wide)1 << free : 0, host = number < 0 ? size - (Wide)(uint64_t)-number : (Wide)(uint64_t)number;
    if (number == INT64_MIN || (size && host >= size)) return hole();
    Address address = address_of(bits_of(&from.address) + host, from.address.length);
    return address_value(&address, a);
}
static Value cidr_mask(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Network from;
    if (!network_of(v[0], &from) || from.address.length != 4) return hole();
    Address mask = address_of(from.prefix ? (Wide)0xffffffffu << (32 - from.prefix) : 0, 4);
    return address_value(&mask, a);
}
/* One after the other, each where its size lets it begin. */
static Value cidr_subnets(const Value *v, uint32_t n, Arena *a) {
    Network from, to;
    Value *items = arena_array(a, Value, n);
    if (!network_of(v[0], &from)) return hole();
    uint32_t total = from.address.length * 8u;
    Wide next = bits_of(&from.address);
    for (uint32_t i = 1; i < n; i++) {
        int64_t more = v[i].kind == VALUE_INT ? v[i].as.integer : -1;
        if (more < 1 || more > 128 || from.prefix + (uint32_t)more > total) return hole();
        uint32_t free = total - from.prefix - (uint32_t)more;
        Wide size = (Wide)1 << free, start = (next + size - 1) / size * size;
        to = (Network){address_of(start, from.address.length), (uint8_t)(total - free)};
        if (!network_covers(&from, &to)) return hole();
        items[i - 1] = network_value(&to, a);
        next = start + size;
    }
    return value_list(items, n - 1);
}

const HclFunction hcl_set_functions[] = {
    {STR_INIT("chunklist"), 2, 2, true, chunks},             {STR_INIT("cidrhost"), 2, 2, false, cidr_host},
    {STR_INIT("cidrnetmask"), 1, 1, false, cidr_mask},       {STR_INIT("cidrsubnet"), 3, 3, false, cidr_subnet},
    {STR_INIT("cidrsubnets"), 1, 64, false, cidr_subnets},   {STR_INIT("log"), 2, 2, false, logarithm},
    {STR_INIT("matchkeys"), 3, 3, false, matching},          {STR_INIT("parseint"), 2, 2, false, parse_integer},
    {STR_INIT("pow"), 2, 2, false, power},                   {STR_INIT("setintersection"), 1, 64, false, intersection},
    {STR_INIT("setproduct"), 2, 64, false, product},         {STR_INIT("setsubtract"), 2, 2, false, subtraction},
    {STR_INIT("setunion"), 1, 64, false, set_union},         {STR_INIT("signum"), 1, 1, false, sign},
    {STR_INIT("slice"), 3, 3, true, slice},                  {STR_INIT("sort"), 1, 1, true, sort},
    {STR_INIT("transpose"), 1, 1, false, transpose},
};
const uint32_t hcl_set_function_count = ARRAY_COUNT(hcl_set_functions);
