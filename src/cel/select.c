/* One step into a value: a field, a key, an index, and the same of optionals. In CHECK mode what isn't there is null, and what
 * may be there unseen a hole (cel.h); in strict mode both are errors (cel-spec, langdef.md, "Field Selection" and "Indexing"). */
#include "cel/node.h"

#include <math.h>

Value cel_absent(const CelEvaluator *e, Value from) {
    if (from.flags & VALUE_OPEN) return value_at(value_hole(HOLE_UNREAD), from.source, from.span);
    return cel_blinded(e, value_absent(from));
}

static Value no_such_key(CelEvaluator *e, Value from, Str name) {
    if (e->check || from.flags & VALUE_OPEN) return cel_absent(e, from);
    return cel_error(e, "no such key: %.*s", STR_ARGS(name));
}

Value cel_member(CelEvaluator *e, Value v, Str name) {
    if (v.kind == VALUE_OPTIONAL) return cel_optional_step(e, v, value_string(name));
    Value out;
    if (cel_is_stop(v)) return v.kind == VALUE_HOLE ? value_at(value_hole((HoleReason)v.reason), v.source, v.span) : v;
    if (v.kind == VALUE_NULL && e->check) return cel_absent(e, v);
    if (v.kind == VALUE_OBJECT && v.as.object->shape->body >= 0) { /* what stands in its body first */
        Value body = v.as.object->fields[v.as.object->shape->body];
        if (shape_field(v.as.object->shape, name) < 0) return cel_member(e, body, name);
        if (cel_is_map(body) && cel_map_find(e, body, value_string(name), &out)) return cel_blinded(e, out);
    }
    if (e->check && cel_is_list(v)) { /* nested blocks: a field of the one there is */
        return cel_size(v) ? cel_member(e, cel_item(e, v, 0), name) : cel_absent(e, v);
    }
    if (v.kind == VALUE_OBJECT) {
        int field = shape_field(v.as.object->shape, name);
        return field < 0 ? cel_absent(e, v) : cel_blinded(e, v.as.object->fields[field]);
    }
    if (cel_is_map(v)) return cel_map_find(e, v, value_string(name), &out) ? cel_blinded(e, out) : no_such_key(e, v, name);
    return cel_error(e, "a %s has no field '%.*s'", v.kind == VALUE_STRING ? "string" : "scalar", STR_ARGS(name));
}

/* A step of a chain of optionals: x.?a, x[?a], and every step behind one. What isn't there is none; a value that can have no
 * such thing is an error. */
Value cel_optional_step(CelEvaluator *e, Value v, Value key) {
    if (v.kind == VALUE_OPTIONAL && !v.as.items) return v;
    if (v.kind == VALUE_OPTIONAL) v = v.as.items[0];
    if (cel_is_stop(v) || cel_is_stop(key)) return cel_stop(v, key);
    Value out = value_null(), none = {.kind = VALUE_OPTIONAL};
    bool found = false;
    if (v.kind == VALUE_OBJECT && key.kind == VALUE_STRING) out = cel_member(e, v, value_str(key)), found = out.kind != VALUE_NULL;
    else if (cel_is_map(v)) found = cel_map_find(e, v, key, &out);
    else if (cel_is_list(v) && key.kind == VALUE_INT) {
        found = key.as.integer >= 0 && key.as.integer < cel_size(v);
        if (found) out = cel_item(e, v, (uint32_t)key.as.integer);
    } else if (v.kind != VALUE_NULL || !e->check) return cel_error(e, "no such overload: an optional step");
    out = cel_blinded(e, out);
    if (out.kind == VALUE_HOLE) return out;
    if (!found) return v.flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : none;
    if (e->check && out.kind == VALUE_NULL) return none;
    Value *kept = arena_new(e->scope->arena, Value);
    *kept = out;
    return (Value){.kind = VALUE_OPTIONAL, .count = 1, .as.items = kept};
}

Value cel_at(CelEvaluator *e, Value v, Value key) {
    if (cel_is_stop(v) || cel_is_stop(key)) return cel_stop(v, key);
    if (v.kind == VALUE_OPTIONAL) return cel_optional_step(e, v, key);
    if (v.kind == VALUE_NULL && e->check) return cel_absent(e, v);
    Value out;
    if (cel_is_map(v)) {
        if (cel_map_find(e, v, key, &out)) return cel_blinded(e, out);
        return no_such_key(e, v, key.kind == VALUE_STRING ? value_str(key) : STR("(key)"));
    }
    bool whole = key.kind == VALUE_DOUBLE && key.as.real == floor(key.as.real);
    if (!cel_is_list(v) || (key.kind != VALUE_INT && key.kind != VALUE_UINT && !whole)) return cel_error(e, "no such overload: []");
    int64_t at = whole ? (int64_t)key.as.real : key.as.integer;
    if (at >= 0 && at < cel_size(v)) return cel_item(e, v, (uint32_t)at);
    if (v.flags & VALUE_OPEN) return value_hole(HOLE_UNREAD);
    if (e->check) return cel_absent(e, v);
    return cel_error(e, "index out of bounds: %lld", (long long)at);
}
