/* Type constraints of variables. A value that does not fit, or is not known, stays as it is: Terraform refuses it, and nobody would apply it. */
#include "parse/hcl_value.h"

#include <stdlib.h>

#define TYPE_DEPTH_MAX 40

static Value convert(HclScope *s, const Node *type, Value v, int depth);

static Value to_plain_text(Value v, Arena *a) {
    Str text;
    bool scalar = v.kind == VALUE_BOOL || v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
    return scalar && hcl_to_string(v, a, &text) ? value_at(value_string(text), v.source, v.span) : v;
}

static Value scalar(Str type, Value v, Arena *a) {
    long double number;
    bool truth;
    if (str_is(type, "string")) return to_plain_text(v, a);
    if (str_is(type, "number") && v.kind == VALUE_STRING && hcl_to_number(v, &number)) return value_at(hcl_number(number), v.source, v.span);
    if (str_is(type, "bool") && v.kind == VALUE_STRING && hcl_to_bool(v, &truth)) return value_at(value_bool(truth), v.source, v.span);
    return v;
}

static Value elements(HclScope *s, const Node *type, Value v, int depth) {
    if (v.kind == VALUE_LIST) {
        Value *items = arena_array(s->arena, Value, v.count);
        for (uint32_t i = 0; i < v.count; i++) items[i] = convert(s, type, v.as.items[i], depth);
        v.as.items = items;
    } else if (v.kind == VALUE_MAP) {
        Entry *entries = arena_array(s->arena, Entry, v.count);
        for (uint32_t i = 0; i < v.count; i++) entries[i] = (Entry){v.as.entries[i].key, convert(s, type, v.as.entries[i].value, depth)};
        v.as.entries = entries;
    }
    return v;
}

/* The value of an attribute; null when it is not there. */
static Value attribute_of(HclScope *s, Value map, Str name, const Node *type, int depth) {
    const Node *call = type->kind == HCL_CALL && str_is(node_text(s->tree, node_first(type)), "optional") ? type : NULL;
    Value v = hcl_member(map, value_string(name));
    const Node *otherwise = call ? hcl_child(call, 2) : NULL;
    if (v.kind == VALUE_NULL && otherwise) v = hcl_value(s, otherwise);
    return convert(s, call && hcl_child(call, 1) ? hcl_child(call, 1) : type, v, depth);
}

static Value object(HclScope *s, const Node *type, Value v, int depth) {
    if (v.kind != VALUE_MAP || type->kind != HCL_OBJECT) return v;
    VEC(Entry) entries = {0};
    node_each(item, type) {
        Str name = node_text(s->tree, node_first(item));
        const Node *kind = hcl_child(item, 1);
        Value key = value_string(name);
        for (uint32_t i = 0; i < v.count; i++) {
            if (str_eq(value_text(v.as.entries[i].key), name)) key = v.as.entries[i].key;
        }
        Value value = kind ? attribute_of(s, v, name, kind, depth) : value_hole(HOLE_UNREAD);
        vec_push(s->arena, &entries, ((Entry){key, value}));
    }
    v.as.entries = entries.items;
    v.count = entries.count;
    return v;
}

static Value convert(HclScope *s, const Node *type, Value v, int depth) {
    if (v.kind == VALUE_HOLE || v.kind == VALUE_NULL || v.kind == VALUE_ERROR || ++depth > TYPE_DEPTH_MAX) return v;
    if (type->kind == HCL_VARIABLE) return scalar(node_text(s->tree, type), v, s->arena);
    if (type->kind != HCL_CALL) return v; /* "string", as it was written once */
    Str name = node_text(s->tree, node_first(type));
    const Node *inner = hcl_child(type, 1);
    if (!inner) return v;
    if (str_is(name, "object")) return object(s, inner, v, depth);
    bool map = str_is(name, "map"), list = str_is(name, "list"), set = str_is(name, "set");
    if (map ? v.kind != VALUE_MAP : (!list && !set) || v.kind != VALUE_LIST) return v;
    v = elements(s, inner, v, depth);
    if (!set) return v;
    Value sorted = hcl_call(STR("toset"), &v, 1, s->arena);
    return value_at(sorted, v.source, v.span);
}

Value hcl_convert(HclScope *scope, const Node *type, Value v) { return convert(scope, type, v, 0); }
