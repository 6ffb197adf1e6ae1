/* One function a kind of node. A result points at its own expression; what a name stands for points at the name. */
#include "parse/hcl_value.h"

#include "parse/hcl_functions.h"
#include "parse/json_value.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define VALUE_DEPTH_MAX 400 /* of evaluation, names that lead to other expressions included */

static Value hole(void) { return value_hole(HOLE_VARIABLE); }
Value hcl_failed(void) {
    Value v = hole();
    v.flags = HCL_FAILED;
    return v;
}
/* What an operation gives that can't be done with these: an error when one of them is. */
static Value undone(Value left, Value right) { return hcl_has_failed(left) || hcl_has_failed(right) ? hcl_failed() : hole(); }
static bool is_hole(Value v) { return v.kind == VALUE_HOLE || v.kind == VALUE_ERROR; }

/* ---- numbers and strings ---- */

Value hcl_number(long double number) {
    double real = (double)number;
    if (real == floor(real) && fabs(real) < 9e15) return value_int((int64_t)real);
    return isfinite(real) ? value_double(real) : hole();
}

/* Terraform counts in decimal with more digits than anybody writes: a double stands for the shortest number that gives it. */
bool hcl_to_number(Value v, long double *out) {
    char text[64];
    if (v.kind == VALUE_INT) *out = (long double)v.as.integer;
    else if (v.kind == VALUE_DOUBLE) {
        snprintf(text, sizeof text, "%.15g", v.as.real);
        if (strtod(text, NULL) != v.as.real) snprintf(text, sizeof text, "%.17g", v.as.real);
        *out = strtold(text, NULL);
    } else if (v.kind == VALUE_STRING && v.count && v.count < sizeof text) {
        char *end;
        memcpy(text, v.as.bytes, v.count);
        text[v.count] = '\0';
        *out = strtold(text, &end);
        return *end == '\0' && (text[0] == '-' || (text[0] >= '0' && text[0] <= '9'));
    } else return false;
    return true;
}

bool hcl_to_bool(Value v, bool *out) {
    if (v.kind == VALUE_BOOL) *out = v.as.boolean;
    else if (value_is_string(v, "true") || value_is_string(v, "false")) *out = value_is_string(v, "true");
    else return false;
    return true;
}

bool hcl_to_string(Value v, Arena *a, Str *out) {
    switch ((ValueKind)v.kind) {
        case VALUE_STRING: *out = value_str(v); return true;
        case VALUE_BOOL: *out = v.as.boolean ? STR("true") : STR("false"); return true;
        case VALUE_INT: *out = str_format(a, "%lld", (long long)v.as.integer); return true;
        case VALUE_DOUBLE: *out = str_format(a, "%.15g", v.as.real); return true;
        default: return false;
    }
}

Value hcl_partial(Str prefix, Str suffix, HoleReason reason, Arena *a) {
    Value v = value_hole(reason);
    Partial *partial = arena_new(a, Partial);
    *partial = (Partial){prefix, suffix};
    v.as.partial = partial;
    return v;
}

/* ---- equality, operators ---- */

#define EQUAL_DEPTH_MAX 8   /* of what is compared */
#define EQUAL_ENTRIES_MAX 64 /* of a map: they are looked for one by one */

static bool equal_below(Value a, Value b, bool *unknown, int depth);

static bool equal_maps(Value a, Value b, bool *unknown, int depth) {
    if ((a.flags | b.flags) & (VALUE_OPEN | HCL_BLOCK_MAP) || a.count > EQUAL_ENTRIES_MAX || b.count > EQUAL_ENTRIES_MAX) *unknown = true;
    if (*unknown || a.count != b.count) return false;
    for (uint32_t i = 0; i < a.count; i++) {
        bool has = false;
        for (uint32_t k = 0; k < b.count && !has; k++) has = equal_below(a.as.entries[i].key, b.as.entries[k].key, unknown, depth);
        if (*unknown || !has || !equal_below(a.as.entries[i].value, hcl_member(b, a.as.entries[i].key), unknown, depth)) return false;
    }
    return true;
}

static bool equal_below(Value a, Value b, bool *unknown, int depth) {
    if (is_hole(a) || is_hole(b) || ++depth > EQUAL_DEPTH_MAX) {
        *unknown = true;
        return false;
    }
    if (a.kind == VALUE_LIST && b.kind == VALUE_LIST) {
        if (a.count != b.count) return false;
        for (uint32_t i = 0; i < a.count; i++) {
            if (!equal_below(a.as.items[i], b.as.items[i], unknown, depth) && !*unknown) return false;
        }
        return !*unknown;
    }
    bool numbers = (a.kind == VALUE_INT || a.kind == VALUE_DOUBLE) && (b.kind == VALUE_INT || b.kind == VALUE_DOUBLE);
    if (numbers) {
        long double x = 0, y = 0;
        return hcl_to_number(a, &x) && hcl_to_number(b, &y) && x == y;
    }
    if (a.kind != b.kind) return false;
    if (a.kind == VALUE_BOOL) return a.as.boolean == b.as.boolean;
    if (a.kind == VALUE_STRING) return str_eq(value_str(a), value_str(b));
    if (a.kind == VALUE_MAP) return equal_maps(a, b, unknown, depth);
    return a.kind == VALUE_NULL;
}

bool hcl_equal(Value a, Value b, bool *unknown) { return equal_below(a, b, unknown, 0); }

static Value arithmetic(HclOperator op, Value left, Value right) {
    long double x, y;
    if (!hcl_to_number(left, &x) || !hcl_to_number(right, &y)) return undone(left, right);
    switch (op) {
        case HCL_ADD: return hcl_number(x + y);
        case HCL_SUB: return hcl_number(x - y);
        case HCL_MUL: return hcl_number(x * y);
        case HCL_DIV: return y == 0 ? hole() : hcl_number(x / y);
        case HCL_MOD: return y == 0 ? hole() : hcl_number(fmodl(x, y));
        case HCL_LT: return value_bool(x < y);
        case HCL_LE: return value_bool(x <= y);
        case HCL_GT: return value_bool(x > y);
        default: return value_bool(x >= y);
    }
}

/* && and || with three values: a side that decides needs no other. */
static Value logic(HclOperator op, Value left, Value right) {
    bool x = false, y = false, decides = op == HCL_OR;
    bool known_x = hcl_to_bool(left, &x), known_y = hcl_to_bool(right, &y);
    if ((known_x && x == decides) || (known_y && y == decides)) return value_bool(decides);
    return known_x && known_y ? value_bool(!decides) : hole();
}

static Value binary(HclScope *s, const Node *node) {
    HclOperator op = (HclOperator)node->data;
    Value left = hcl_value(s, hcl_child(node, 0)), right = hcl_value(s, hcl_child(node, 1));
    if (op == HCL_AND || op == HCL_OR) return logic(op, left, right);
    if (op != HCL_EQ && op != HCL_NE) return arithmetic(op, left, right);
    bool unknown = false, equal = hcl_equal(left, right, &unknown);
    return unknown ? undone(left, right) : value_bool(equal == (op == HCL_EQ));
}

static Value unary(HclScope *s, const Node *node) {
    Value v = hcl_value(s, node_first(node));
    long double number;
    bool truth;
    if (node->data == '!') return hcl_to_bool(v, &truth) ? value_bool(!truth) : undone(v, v);
    return hcl_to_number(v, &number) ? hcl_number(-number) : undone(v, v);
}

static Value condition(HclScope *s, const Node *node) {
    bool truth, unknown = false;
    Value decides = hcl_value(s, hcl_child(node, 0));
    if (hcl_to_bool(decides, &truth)) return hcl_value(s, hcl_child(node, truth ? 1 : 2));
    if (hcl_has_failed(decides)) return hcl_failed();
    Value yes = hcl_value(s, hcl_child(node, 1)), no = hcl_value(s, hcl_child(node, 2));
    return hcl_equal(yes, no, &unknown) && !unknown ? yes : hole(); /* either way the same */
}

/* ---- members ---- */

Value hcl_member(Value of, Value key) {
    if (is_hole(of) || is_hole(key)) return hole();
    if (of.kind == VALUE_MAP) {
        for (uint32_t i = of.count; i-- > 0;) {
            bool unknown = false;
            Value own = of.as.entries[i].key;
            if (hcl_equal(own, key, &unknown)) return of.as.entries[i].value;
            if (own.kind == VALUE_HOLE) return hole();
        }
        return of.flags & VALUE_OPEN ? value_hole(HOLE_REMOTE) : value_null();
    }
    long double at;
    if (of.kind != VALUE_LIST) return hole();
    if (!hcl_to_number(key, &at)) { /* a block that can stand only once, read by name */
        return of.count == 1 && key.kind == VALUE_STRING ? hcl_member(of.as.items[0], key) : hole();
    }
    return at >= 0 && at < of.count ? of.as.items[(uint32_t)at] : hole();
}

#define MANY_MEMBERS 64

/* A large map is asked again and again: its texts are kept, once, and lead to the last entry of each. NULL: it is small, or holds other keys. */
static const Map *members_of(HclScope *s, Value map) {
    if (!s->members || map.kind != VALUE_MAP || map.count < MANY_MEMBERS) return NULL;
    struct { const Entry *entries; uint64_t count; } place = {map.as.entries, map.count};
    Str key = {(const char *)&place, sizeof place};
    Map *kept = map_get(s->members, key);
    if (kept) return kept->count ? kept : NULL;
    kept = arena_new(s->arena, Map);
    map_put(s->arena, s->members, str_copy(s->arena, key), kept);
    for (uint32_t i = 0; i < map.count; i++) {
        if (map.as.entries[i].key.kind != VALUE_STRING) return NULL;
    }
    for (uint32_t i = 0; i < map.count; i++) map_put(s->arena, kept, value_str(map.as.entries[i].key), (void *)(uintptr_t)&map.as.entries[i].value);
    return kept;
}

/* The same in an expression, where what is not there is refused. */
static Value member_of(HclScope *s, Value of, Value key) {
    long double at;
    if (is_hole(of) || is_hole(key)) return undone(of, key);
    const Map *members = key.kind == VALUE_STRING ? members_of(s, of) : NULL;
    const Value *member = members ? map_get(members, value_str(key)) : NULL;
    if (member) return *member;
    Value v = members ? (of.flags & VALUE_OPEN ? value_hole(HOLE_REMOTE) : value_null()) : hcl_member(of, key);
    bool absent = v.kind == VALUE_NULL && of.kind == VALUE_MAP && !(of.flags & HCL_BLOCK_MAP), scalar = of.kind != VALUE_MAP && of.kind != VALUE_LIST;
    for (uint32_t i = 0; absent && !members && i < of.count; i++) {
        bool unknown = false;
        absent = !hcl_equal(of.as.entries[i].key, key, &unknown);
    }
    bool beyond = of.kind == VALUE_LIST && !(of.flags & VALUE_OPEN) && hcl_to_number(key, &at) && (at < 0 || at >= of.count);
    return absent || scalar || beyond ? hcl_failed() : v;
}

static Value get(HclScope *s, const Node *node) {
    const Node *operand = node_first(node), *name = hcl_child(node, 1);
    Str key = node_text(s->tree, name);
    Value out;
    s->origin = NULL;
    if (operand->kind == HCL_VARIABLE) {
        Str root = node_text(s->tree, operand);
        bool bound = false;
        for (const HclLocal *l = s->locals; l; l = l->next) bound = bound || str_eq(l->name, root);
        if (!bound) return s->lookup(s, root, key, (Str){NULL, 0}, &out) ? out : hole();
    }
    if (operand->kind == HCL_GET && node_first(operand)->kind == HCL_VARIABLE && str_is(node_text(s->tree, node_first(operand)), "data")) {
        return s->lookup(s, STR("data"), node_text(s->tree, hcl_child(operand, 1)), key, &out) ? out : hole();
    }
    int64_t index;
    Value member = name->kind == HCL_NUMBER && str_to_int(key, &index) ? value_int(index) : value_string(key);
    Value out_of = hcl_value(s, operand);
    out = member_of(s, out_of, member);
    s->origin = out.kind == VALUE_HOLE || out.source != out_of.source || out.span.start != out_of.span.start ? out.source : NULL;
    s->origin_span = out.span;
    return out;
}

static Value variable(HclScope *s, const Node *node) {
    Str name = node_text(s->tree, node);
    for (const HclLocal *l = s->locals; l; l = l->next) {
        if (str_eq(l->name, name)) return l->value;
    }
    if (str_is(name, "True") || str_is(name, "False")) return value_bool(str_is(name, "True")); /* refused by Terraform, and no doubt meant */
    Value out;
    return s->lookup(s, name, (Str){NULL, 0}, (Str){NULL, 0}, &out) ? out : hole();
}

static Value with_local(HclScope *s, Str name, Value value, const Node *expression) {
    HclLocal local = {name, value, s->locals};
    s->locals = &local;
    Value v = hcl_value(s, expression);
    s->locals = local.next;
    return v;
}

static Value splat(HclScope *s, const Node *node) {
    Value of = hcl_value(s, node_first(node));
    const Node *each = hcl_child(node, 1);
    if (is_hole(of)) return undone(of, of);
    if (of.kind == VALUE_NULL) return value_list(NULL, 0);
    if (of.kind != VALUE_LIST) {
        Value *one = arena_new(s->arena, Value);
        *one = with_local(s, STR(""), of, each);
        return value_list(one, 1);
    }
    Value *items = arena_array(s->arena, Value, of.count);
    for (uint32_t i = 0; i < of.count; i++) items[i] = with_local(s, STR(""), of.as.items[i], each);
    Value v = value_list(items, of.count);
    v.flags = of.flags & VALUE_OPEN;
    return v;
}

/* ---- collections ---- */

static Value tuple(HclScope *s, const Node *node) {
    ValueVec items = {0};
    uint8_t failed = 0;
    node_each(child, node) {
        Value item = hcl_value(s, child);
        failed |= item.flags & HCL_FAILED;
        vec_push(s->arena, &items, item);
    }
    Value v = value_list(items.items, items.count);
    v.flags = failed;
    return v;
}

static Value object(HclScope *s, const Node *node) {
    VEC(Entry) entries = {0};
    uint8_t failed = 0;
    node_each(item, node) {
        const Node *name = node_first(item);
        Value key = item->flags & HCL_BARE_KEY ? value_at(value_string(node_text(s->tree, name)), s->tree->text.source, node_span(s->tree, name)) : hcl_value(s, name);
        Str text;
        if (!is_hole(key) && hcl_to_string(key, s->arena, &text)) key = value_at(value_string(text), key.source, key.span);
        Value value = hcl_value(s, hcl_child(item, 1));
        failed |= (key.flags | value.flags) & HCL_FAILED;
        vec_push(s->arena, &entries, ((Entry){key, value}));
    }
    Value v = value_map(entries.items, entries.count);
    v.flags = failed;
    return v;
}

typedef struct For {
    Str key_name, value_name;
    const Node *collection, *key, *value, *condition; /* key and condition may be NULL */
} For;

static For for_parts(HclScope *s, const Node *node) {
    uint32_t at = 0;
    For f = {.value_name = node_text(s->tree, hcl_child(node, at++))};
    if (node->flags & HCL_TWO_NAMES) {
        f.key_name = f.value_name;
        f.value_name = node_text(s->tree, hcl_child(node, at++));
    }
    f.collection = hcl_child(node, at++);
    if (node->kind == HCL_FOR_OBJECT) f.key = hcl_child(node, at++);
    f.value = hcl_child(node, at++);
    if (node->flags & HCL_FILTERED) f.condition = hcl_child(node, at);
    return f;
}

/* The element `i` of a collection as key and value. */
static Entry element(Value of, uint32_t i) {
    if (of.kind == VALUE_MAP) return of.as.entries[i];
    return (Entry){value_int((int64_t)i), of.as.items[i]};
}

static void add_grouped(HclScope *s, Entry *entries, uint32_t *count, Entry entry) {
    for (uint32_t i = 0; i < *count; i++) {
        bool unknown = false;
        if (!hcl_equal(entries[i].key, entry.key, &unknown)) continue;
        Value old = entries[i].value;
        Value *items = arena_array(s->arena, Value, old.count + 1);
        memcpy(items, old.as.items, old.count * sizeof *items);
        items[old.count] = entry.value;
        entries[i].value = value_list(items, old.count + 1);
        return;
    }
    Value *one = arena_new(s->arena, Value);
    *one = entry.value;
    entries[(*count)++] = (Entry){entry.key, value_list(one, 1)};
}

static Value for_value(HclScope *s, const Node *node) {
    For f = for_parts(s, node);
    Value of = hcl_value(s, f.collection);
    if ((of.kind != VALUE_LIST && of.kind != VALUE_MAP) || of.count > HCL_ITEMS_MAX) return undone(of, of);
    Value sorted;
    if (of.kind == VALUE_MAP && hcl_sorted(of, s->arena, &sorted)) of = sorted;
    Entry *entries = arena_array(s->arena, Entry, of.count);
    uint32_t count = 0, flags = of.flags & VALUE_OPEN;
    for (uint32_t i = 0; i < of.count; i++) {
        Entry e = element(of, i), made = {value_null(), value_null()};
        HclLocal value = {f.value_name, e.value, s->locals}, key = {f.key_name, e.key, &value};
        s->locals = f.key_name.len ? &key : &value;
        bool keep = true;
        if (f.condition && !hcl_to_bool(hcl_value(s, f.condition), &keep)) {
            flags |= VALUE_OPEN; /* it may belong here */
            keep = false;
        }
        Str text;
        if (keep && f.key) made.key = hcl_value(s, f.key);
        if (keep && f.key && made.key.kind != VALUE_STRING && hcl_to_string(made.key, s->arena, &text)) made.key = value_at(value_string(text), made.key.source, made.key.span);
        if (keep) made.value = hcl_value(s, f.value);
        flags |= (made.key.flags | made.value.flags) & HCL_FAILED;
        s->locals = value.next;
        if (!keep) continue;
        if (node->flags & HCL_GROUPED && count < 256) add_grouped(s, entries, &count, made);
        else entries[count++] = made;
    }
    Value out = value_map(entries, count);
    if (node->kind == HCL_FOR_TUPLE) {
        Value *items = arena_array(s->arena, Value, count);
        for (uint32_t i = 0; i < count; i++) items[i] = entries[i].value;
        out = value_list(items, count);
    }
    out.flags = (uint8_t)flags;
    return out;
}

/* ---- calls ---- */

#define ARGUMENTS_MAX 64

static Value call(HclScope *s, const Node *node) {
    Value arguments[ARGUMENTS_MAX];
    uint32_t count = 0;
    Str name = node_text(s->tree, node_first(node));
    if (str_starts(name, STR("core::"))) name = str_skip(name, 6);
    node_each(child, node) {
        if (child->kind == HCL_NAME && child == node_first(node)) continue;
        if (count == ARGUMENTS_MAX) return hole();
        arguments[count++] = hcl_value(s, child);
    }
    if (node->flags & HCL_EXPANDED && count) {
        Value last = arguments[--count];
        if (hcl_has_failed(last)) return hcl_failed();
        if (last.kind != VALUE_LIST || last.flags & VALUE_OPEN || last.count + count > ARGUMENTS_MAX) return hole();
        for (uint32_t i = 0; i < last.count; i++) arguments[count++] = last.as.items[i];
    }
    bool asks = str_is(name, "try") || str_is(name, "can");
    for (uint32_t i = 0; i < count && !asks; i++) {
        if (is_hole(arguments[i]) && hcl_has_failed(arguments[i])) return hcl_failed();
    }
    Value out;
    return hcl_special(s, node, name, arguments, count, &out) ? out : hcl_call(name, arguments, count, s->arena);
}

/* ---- templates ---- */

typedef struct Pieces { /* a template as it comes out: text, and values that have none */
    ValueVec parts;        /* STRING, or anything that is no text */
    VEC(const Node *) nodes; /* where each comes from */
} Pieces;

static void template_pieces(HclScope *s, const Node *node, Pieces *out);

static void push_piece(HclScope *s, Pieces *out, Value v, const Node *node) {
    vec_push(s->arena, &out->parts, v);
    vec_push(s->arena, &out->nodes, node);
}

static void if_pieces(HclScope *s, const Node *node, Pieces *out) {
    bool truth;
    if (!hcl_to_bool(hcl_value(s, hcl_child(node, 0)), &truth)) {
        push_piece(s, out, hole(), node);
        return;
    }
    const Node *chosen = hcl_child(node, truth ? 1 : 2);
    if (chosen) template_pieces(s, chosen, out);
}

static void for_pieces(HclScope *s, const Node *node, Pieces *out) {
    uint32_t at = node->flags & HCL_TWO_NAMES ? 2 : 1;
    Str first = node_text(s->tree, hcl_child(node, 0)), second = node_text(s->tree, hcl_child(node, at - 1));
    Value of = hcl_value(s, hcl_child(node, at));
    if ((of.kind != VALUE_LIST && of.kind != VALUE_MAP) || of.flags & VALUE_OPEN || of.count > 1000) {
        push_piece(s, out, hole(), node);
        return;
    }
    for (uint32_t i = 0; i < of.count && out->parts.count < HCL_ITEMS_MAX; i++) {
        Entry e = element(of, i);
        HclLocal value = {second, e.value, s->locals}, key = {first, e.key, &value};
        s->locals = at == 2 ? &key : &value;
        template_pieces(s, hcl_child(node, at + 1), out);
        s->locals = value.next;
    }
}

static void template_pieces(HclScope *s, const Node *node, Pieces *out) {
    node_each(part, node) {
        if (part->kind == HCL_TEXT) push_piece(s, out, value_string(hcl_text(s->tree, part, s->arena)), part);
        else if (part->kind == HCL_IF) if_pieces(s, part, out);
        else if (part->kind == HCL_FOR_TEXT) for_pieces(s, part, out);
        else {
            Value v = hcl_value(s, node_first(part));
            Str text;
            push_piece(s, out, hcl_to_string(v, s->arena, &text) ? value_string(text) : v, part);
        }
    }
}

static bool looks_like_json(const Pieces *p) {
    for (uint32_t i = 0; i < p->parts.count; i++) {
        if (p->parts.items[i].kind != VALUE_STRING) return false;
        Str text = str_trim(value_str(p->parts.items[i]));
        if (text.len) return text.at[0] == '{' || (text.at[0] == '[' && (text.len > 1 || p->parts.count > i + 1));
    }
    return false;
}

static bool json_template(HclScope *s, const Pieces *p, Value *out) {
    TextBuilder b = text_builder(s->tree->text.source);
    ValueVec values = {0};
    for (uint32_t i = 0; i < p->parts.count; i++) {
        Value v = p->parts.items[i];
        Span span = node_span(s->tree, p->nodes.items[i]);
        if (v.kind != VALUE_STRING) {
            text_builder_byte(&b, JSON_HOLE, span.start);
            vec_push(s->arena, &values, v);
        } else if (p->nodes.items[i]->kind == HCL_TEXT && str_eq(source_slice(s->tree->text.source, span), value_str(v))) text_builder_piece(&b, span);
        else {
            for (uint32_t k = 0; k < v.count; k++) text_builder_byte(&b, v.as.bytes[k], MIN(span.start + k, span.end));
        }
    }
    Text text = text_builder_done(&b);
    return json_value(&text, values.items, values.count, s->arena, out);
}

/* The text up to the first piece that is not known, and from the last one on. */
static Value join_pieces(HclScope *s, const Pieces *p) {
    Buf prefix = {0}, suffix = {0};
    const Value *unknown = NULL;
    for (uint32_t i = 0; i < p->parts.count; i++) {
        const Value *v = &p->parts.items[i];
        if (prefix.len + suffix.len > HCL_TEXT_MAX) break; /* too long to be used */
        if (v->kind == VALUE_STRING) {
            buf_add(unknown ? &suffix : &prefix, value_str(*v));
            continue;
        }
        if (!unknown && v->kind == VALUE_HOLE && v->as.partial) buf_add(&prefix, v->as.partial->prefix);
        buf_clear(&suffix);
        if (v->kind == VALUE_HOLE && v->as.partial) buf_add(&suffix, v->as.partial->suffix);
        unknown = v;
    }
    Str left = str_copy(s->arena, buf_str(&prefix)), right = str_copy(s->arena, buf_str(&suffix));
    buf_free(&prefix);
    buf_free(&suffix);
    if (!unknown) return value_string(left);
    return hcl_partial(left, right, unknown->kind == VALUE_HOLE ? (HoleReason)unknown->reason : HOLE_VARIABLE, s->arena);
}

static Value template(HclScope *s, const Node *node) {
    const Node *only = node_first(node);
    if (only && only->kind == HCL_INTERPOLATION && only->size == node->size - 1) return hcl_value(s, node_first(only)); /* "${x}" is x */
    if (only && only->kind == HCL_TEXT && only->size == node->size - 1) {
        Str text = hcl_text(s->tree, only, s->arena), inner = str_trim(text);
        if (!inner.len || (inner.at[0] != '{' && inner.at[0] != '[')) return value_string(text);
    }
    Pieces p = {0};
    Value json;
    template_pieces(s, node, &p);
    for (uint32_t i = 0; i < p.parts.count; i++) {
        if (is_hole(p.parts.items[i]) && hcl_has_failed(p.parts.items[i])) return hcl_failed();
    }
    if (looks_like_json(&p) && json_template(s, &p, &json)) return json;
    return join_pieces(s, &p);
}

/* ---- all ---- */

static Value literal(HclScope *s, const Node *node) {
    char c = node_text(s->tree, node).at[0];
    return c == 'n' ? value_null() : value_bool(c == 't');
}

static Value number(HclScope *s, const Node *node) {
    char text[512];
    Str digits = node_text(s->tree, node);
    if (digits.len >= sizeof text) return hole();
    memcpy(text, digits.at, digits.len);
    text[digits.len] = '\0';
    return hcl_number(strtold(text, NULL));
}

static Value evaluate(HclScope *s, const Node *node) {
    switch ((HclKind)node->kind) {
        case HCL_NUMBER: return number(s, node);
        case HCL_LITERAL: return literal(s, node);
        case HCL_TEMPLATE: return template(s, node);
        case HCL_TUPLE: return tuple(s, node);
        case HCL_OBJECT: return object(s, node);
        case HCL_FOR_TUPLE: case HCL_FOR_OBJECT: return for_value(s, node);
        case HCL_VARIABLE: return variable(s, node);
        case HCL_SELF: return s->locals && !s->locals->name.len ? s->locals->value : hole();
        case HCL_GET: return get(s, node);
        case HCL_INDEX: return member_of(s, hcl_value(s, node_first(node)), hcl_value(s, hcl_child(node, 1)));
        case HCL_SPLAT: return splat(s, node);
        case HCL_CALL: return call(s, node);
        case HCL_UNARY: return unary(s, node);
        case HCL_BINARY: return binary(s, node);
        case HCL_CONDITION: return condition(s, node);
        case HCL_PARENTHESES: return hcl_value(s, node_first(node));
        default: return value_hole(HOLE_UNREAD);
    }
}

/* Its value is that of a part of it, or of what a name stands for. */
static bool passes_on(const Node *node) {
    const Node *only = node_first(node);
    bool wrapped = node->kind == HCL_TEMPLATE && only && only->kind == HCL_INTERPOLATION && only->size == node->size - 1;
    return node->kind == HCL_GET || node->kind == HCL_PARENTHESES || node->kind == HCL_CONDITION || wrapped;
}

Value hcl_value(HclScope *s, const Node *node) {
    Value v = hole();
    if (++s->depth <= VALUE_DEPTH_MAX && ++*s->steps <= HCL_STEPS_MAX) v = evaluate(s, node);
    s->depth--;
    Span span = node_span(s->tree, node);
    if (v.kind == VALUE_STRING && v.count > HCL_TEXT_MAX) v = hole();
    if (!passes_on(node)) {
        s->origin = s->tree->text.source;
        s->origin_span = span;
    }
    return value_at(v, s->tree->text.source, span);
}
