/* The evaluator: one switch over the flat nodes. Three-valued: a VALUE_HOLE is "can't be known", a VALUE_ERROR a fault;
 * both flow through operators, a hole winning over an error, and are absorbed by && and || where the other side decides
 * (cel-spec, langdef.md, "Logical Operators").
 *
 * With a trace, a condition that came out true (or false under !) leaves the value of the model that it looked at; what a
 * losing branch left is taken back. So the last entry is what decided. */
#include "cel/node.h"

static Value evaluate(CelEvaluator *e, uint32_t index);
static Value condition(CelEvaluator *e, uint32_t index);

static void note(CelEvaluator *e, Value v) {
    if (e->scope->trace && v.source) vec_push(e->scope->arena, e->scope->trace, v);
}

static uint32_t trace_mark(const CelEvaluator *e) { return e->scope->trace ? e->scope->trace->count : 0; }
static void trace_back(CelEvaluator *e, uint32_t mark) {
    if (e->scope->trace) e->scope->trace->count = mark;
}

/* Where the value of a variable lies; NULL: this node is none. */
static const Value *variable(CelEvaluator *e, uint32_t index) {
    const CelNode *node = &e->program->nodes[index];
    if (node->kind == CEL_VARIABLE) {
        const Value *v = &e->scope->variables[node->as.at.a];
        if (v->kind == CEL_UNSETTLED) e->scope->settle(e->scope, node->as.at.a);
        return v;
    }
    return node->kind == CEL_LOCAL ? &e->locals[node->as.at.a] : NULL;
}

static Value select_field(CelEvaluator *e, const CelNode *node) {
    const Value *it = variable(e, node->as.at.a); /* `it.field`, the most frequent of all nodes, copies only the field */
    if (it && node->aux && it->kind == VALUE_OBJECT && it->as.object->shape->id == node->c) {
        e->scope->steps++;
        const Value *field = &it->as.object->fields[node->aux - 1];
        return e->scope->blind ? cel_blinded(e, *field) : *field;
    }
    Value v = evaluate(e, node->as.at.a);
    if (node->aux && v.kind == VALUE_OBJECT && v.as.object->shape->id == node->c) return cel_blinded(e, v.as.object->fields[node->aux - 1]);
    return cel_member(e, v, e->program->strings[node->as.at.b]);
}

static void reach(CelEvaluator *e, const CelNode *node, Value v) {
    if (e->scope->reached && v.kind != VALUE_NULL && v.kind != VALUE_ERROR) e->scope->reached[node - e->program->nodes] = 1;
}

static Value select_node(CelEvaluator *e, const CelNode *node) {
    Value v = select_field(e, node);
    reach(e, node, v);
    return v;
}

/* has(a.b): there, even when it can't be known what it is. */
static Value has_node(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a);
    if (cel_is_stop(v)) return v;
    if (e->check) {
        bool blind = e->scope->blind;
        Value field = cel_member(e, v, e->program->strings[node->as.at.b]);
        if (field.kind == VALUE_ERROR) return field;
        reach(e, node, field);
        if (blind && (field.kind == VALUE_TREE || field.kind == VALUE_LIST || field.kind == VALUE_MAP)) return value_at(value_hole(HOLE_BLIND), field.source, field.span);
        if (field.kind == VALUE_HOLE && (blind || field.reason == HOLE_UNREAD)) return field; /* what was lost may not be there at all */
        return value_at(value_bool(field.kind != VALUE_NULL), field.source, field.span);
    }
    Value out;
    if (v.kind == VALUE_OPTIONAL && !v.as.items) return value_bool(false);
    if (v.kind == VALUE_OPTIONAL) v = v.as.items[0];
    if (!cel_is_map(v)) return cel_error(e, "has() takes a field of a map");
    if (cel_map_find(e, v, value_string(e->program->strings[node->as.at.b]), &out)) return value_at(value_bool(true), out.source, out.span);
    return v.flags & VALUE_OPEN ? cel_absent(e, v) : value_at(value_bool(false), v.source, value_absent(v).span);
}

static Value index_node(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a), key = evaluate(e, node->as.at.b);
    return node->d ? cel_optional_step(e, v, key) : cel_at(e, v, key);
}

/* ---- logic ---- */

static Value not_bool(CelEvaluator *e, Value v) {
    if (cel_is_stop(v)) return v;
    return cel_error(e, v.kind == VALUE_NULL ? "null is no condition" : "no such overload: a condition must be a bool");
}

/* && when `absorbing` is false, || when it is true: a side that equals it decides alone. */
static Value logic(CelEvaluator *e, const CelNode *node, bool absorbing) {
    uint32_t mark = trace_mark(e);
    Value a = condition(e, node->as.at.a);
    if (a.kind == VALUE_BOOL && a.as.boolean == absorbing) return a;
    if (absorbing) trace_back(e, mark);
    Value b = condition(e, node->as.at.b);
    if (b.kind == VALUE_BOOL && b.as.boolean == absorbing) return b;
    if (a.kind == VALUE_BOOL && b.kind == VALUE_BOOL) return value_bool(!absorbing);
    Value x = a.kind == VALUE_BOOL ? b : not_bool(e, a), y = b.kind == VALUE_BOOL ? a : not_bool(e, b);
    return cel_stop(cel_is_stop(x) ? x : y, cel_is_stop(y) ? y : x);
}

/* Evaluates what must be a condition, and notes what it looked at. */
static Value condition(CelEvaluator *e, uint32_t index) {
    const CelNode *node = &e->program->nodes[index];
    Value v = evaluate(e, index);
    if (e->scope->trace && (node->kind == CEL_SELECT || node->kind == CEL_HAS || node->kind == CEL_VARIABLE || node->kind == CEL_LOCAL)) note(e, v);
    return v;
}

static bool is_literal(const CelProgram *p, uint32_t index, Value v) {
    Str s = p->strings[p->nodes[index].as.at.a];
    return s.len == v.count && (!s.len || memcmp(s.at, v.as.bytes, s.len) == 0); /* an empty one may stand nowhere */
}

/* A known string beside literals, `== 'a'` and `in ['a', 'b']`, needs no values of these; false: it is another case. */
static bool compare_literals(CelEvaluator *e, const CelNode *node, Value a, Value *out) {
    const CelProgram *p = e->program;
    const CelNode *right = &p->nodes[node->as.at.b];
    if (a.kind != VALUE_STRING) return false;
    if ((node->kind == CEL_EQ || node->kind == CEL_NE) && right->kind == CEL_STRING) {
        *out = value_bool(is_literal(p, node->as.at.b, a) == (node->kind == CEL_EQ));
        return true;
    }
    if (node->kind != CEL_IN || right->kind != CEL_LIST) return false;
    bool found = false;
    for (uint32_t i = 0; i < right->c; i++) {
        uint32_t item = p->lists[right->as.at.a + i];
        if (item & CEL_OPTIONAL_BIT || p->nodes[item].kind != CEL_STRING) return false;
        found = found || is_literal(p, item, a);
    }
    e->scope->steps += right->c;
    *out = value_bool(found);
    return true;
}

static Value compare(CelEvaluator *e, const CelNode *node) {
    Value a = evaluate(e, node->as.at.a), b;
    if (compare_literals(e, node, a, &b)) {
        note(e, a);
        return b;
    }
    b = evaluate(e, node->as.at.b);
    note(e, a.source ? a : b);
    switch ((CelNodeKind)node->kind) {
        case CEL_EQ: return cel_equality(e, a, b, true);
        case CEL_NE: return cel_equality(e, a, b, false);
        case CEL_IN: return cel_membership(e, a, b);
        default: return cel_relation(e, (CelNodeKind)node->kind, a, b);
    }
}

/* ---- comprehensions ---- */

static void set_locals(CelEvaluator *e, const CelNode *node, Value range, uint32_t i) {
    bool is_map = cel_is_map(range);
    if (node->aux) {
        e->locals[node->d] = is_map ? cel_key(e, range, i) : value_int(i);
        e->locals[node->d + 1] = is_map ? cel_blinded(e, cel_entry(e, range, i).value) : cel_item(e, range, i);
    } else e->locals[node->d] = is_map ? cel_key(e, range, i) : cel_item(e, range, i);
}

/* all, exists, exists_one: what is decided by a witness; else the first thing that was not known. */
static Value quantify(CelEvaluator *e, const CelNode *node, Value range, CelPick pick) {
    uint32_t hits = 0, mark = trace_mark(e);
    Value doubt = range.flags & VALUE_OPEN ? value_hole(HOLE_UNREAD) : value_null();
    for (uint32_t i; cel_pick_next(&pick, &i);) {
        set_locals(e, node, range, i);
        uint32_t before = trace_mark(e);
        Value v = condition(e, node->as.at.b);
        if (v.kind != VALUE_BOOL) {
            doubt = cel_is_stop(doubt) ? cel_stop(doubt, not_bool(e, v)) : not_bool(e, v);
            if (node->kind == CEL_EXISTS_ONE && v.kind == VALUE_ERROR) return v;
            trace_back(e, before);
            continue;
        }
        if (node->kind == CEL_ALL && !v.as.boolean) return v;
        if (node->kind == CEL_EXISTS && v.as.boolean) {
            note(e, e->locals[node->d + node->aux].kind == VALUE_OBJECT ? value_null() : e->locals[node->d + node->aux]);
            return v;
        }
        hits += v.as.boolean;
        if (node->kind != CEL_ALL && !v.as.boolean) trace_back(e, before);
    }
    if (node->kind == CEL_EXISTS_ONE && hits > 1) return value_bool(false);
    if (cel_is_stop(doubt)) {
        trace_back(e, mark);
        return doubt;
    }
    return value_bool(node->kind == CEL_ALL || (node->kind == CEL_EXISTS_ONE && hits == 1));
}

static Value collect(CelEvaluator *e, const CelNode *node, Value range, CelPick pick) {
    uint32_t kept = 0;
    Value *items = arena_array(e->scope->arena, Value, pick.count + pick.more_count);
    bool open = range.flags & VALUE_OPEN;
    uint32_t filter = node->kind == CEL_FILTER ? node->as.at.b + 1 : node->c;
    for (uint32_t i; cel_pick_next(&pick, &i);) {
        set_locals(e, node, range, i);
        if (filter) {
            uint32_t mark = trace_mark(e);
            Value keep = condition(e, filter - 1);
            trace_back(e, mark);
            if (keep.kind == VALUE_HOLE) { /* it may belong here: the result is open */
                open = true;
                continue;
            }
            if (keep.kind != VALUE_BOOL) return not_bool(e, keep);
            if (!keep.as.boolean) continue;
        }
        Value item = node->kind == CEL_FILTER ? e->locals[node->d] : evaluate(e, node->as.at.b);
        if (item.kind == VALUE_ERROR) return item;
        items[kept++] = item;
    }
    Value v = value_list(items, kept);
    v.flags = open ? VALUE_OPEN : 0;
    if (kept && items[0].source) v = value_at(v, items[0].source, items[0].span);
    return v;
}

/* x.transformMap(k, v, filter, result): the same keys, other values. */
static Value collect_map(CelEvaluator *e, const CelNode *node, Value range) {
    uint32_t count = cel_size(range);
    Entry *entries = arena_array(e->scope->arena, Entry, count);
    Value map = value_map(entries, 0);
    map.flags = range.flags & VALUE_OPEN;
    for (uint32_t i = 0; i < count; i++) {
        set_locals(e, node, range, i);
        Value keep = node->c ? condition(e, node->c - 1) : value_bool(true);
        if (keep.kind == VALUE_HOLE) map.flags |= VALUE_OPEN;
        else if (keep.kind != VALUE_BOOL) return not_bool(e, keep);
        if (keep.kind != VALUE_BOOL || !keep.as.boolean) continue;
        Value item = evaluate(e, node->as.at.b);
        if (item.kind == VALUE_ERROR) return item;
        entries[map.count++] = (Entry){e->locals[node->d], item};
    }
    return map;
}

/* x.optMap(v, b), x.optFlatMap(v, b). */
static Value optional_map(CelEvaluator *e, const CelNode *node) {
    Value v = evaluate(e, node->as.at.a);
    if (cel_is_stop(v)) return v;
    if (v.kind != VALUE_OPTIONAL) return cel_mismatch(e, "optMap");
    if (!v.as.items) return v;
    e->locals[node->d] = v.as.items[0];
    Value result = evaluate(e, node->as.at.b);
    if (cel_is_stop(result)) return result;
    if (node->aux) return result.kind == VALUE_OPTIONAL ? result : cel_mismatch(e, "optFlatMap");
    Value *kept = arena_new(e->scope->arena, Value);
    *kept = result;
    return (Value){.kind = VALUE_OPTIONAL, .count = 1, .as.items = kept};
}

static Value comprehension(CelEvaluator *e, const CelNode *node) {
    Value range = evaluate(e, node->as.at.a);
    if (cel_is_stop(range)) return range;
    if (range.kind == VALUE_NULL && e->check) range = value_at(value_list(NULL, 0), range.source, range.span);
    if (!cel_is_list(range) && !cel_is_map(range)) return cel_error(e, "a comprehension needs a list or a map");
    CelPick pick = {.count = cel_size(range)};
    cel_pick_some(e, node, range, &pick);
    range = value_spread(range, e->scope->arena);
    if (node->kind == CEL_TRANSFORM_MAP) return collect_map(e, node, range);
    bool list = node->kind == CEL_FILTER || node->kind == CEL_TRANSFORM;
    return list ? collect(e, node, range, pick) : quantify(e, node, range, pick);
}

/* ---- calls and literals ---- */

#define ARGUMENTS_MAX 32

/* Not in line: the arguments would make the frame of every step as large. */
__attribute__((noinline)) static Value call(CelEvaluator *e, const CelNode *node) {
    Value arguments[ARGUMENTS_MAX];
    uint32_t count = MIN((uint32_t)node->count, (uint32_t)ARGUMENTS_MAX);
    Value stopped = value_null();
    for (uint32_t i = 0; i < count; i++) {
        arguments[i] = evaluate(e, e->program->lists[node->as.at.a + i]);
        if (arguments[i].kind == VALUE_ERROR) stopped = cel_is_stop(stopped) ? cel_stop(stopped, arguments[i]) : arguments[i];
    }
    if (cel_is_stop(stopped)) return stopped;
    if (count) note(e, arguments[0]);
    if (node->kind == CEL_CALL) return cel_function_at(node->aux)->code(e, arguments, count);
    if (!e->scope->host) return value_hole(HOLE_UNREAD);
    return e->scope->host(e->scope, e->program->strings[node->as.at.b], arguments, count);
}

static Value list_literal(CelEvaluator *e, const CelNode *node) {
    Value *items = arena_array(e->scope->arena, Value, node->c);
    uint32_t kept = 0;
    for (uint32_t i = 0; i < node->c; i++) {
        uint32_t item = e->program->lists[node->as.at.a + i];
        Value v = evaluate(e, item & ~CEL_OPTIONAL_BIT);
        if (v.kind == VALUE_ERROR) return v;
        if (item & CEL_OPTIONAL_BIT) {
            if (v.kind != VALUE_OPTIONAL) return cel_error(e, "?element must be an optional");
            if (!v.as.items) continue;
            v = v.as.items[0];
        }
        items[kept++] = v;
    }
    return value_list(items, kept);
}

static Value map_literal(CelEvaluator *e, const CelNode *node) {
    Entry *entries = arena_array(e->scope->arena, Entry, node->c);
    Value map = value_map(entries, 0), found;
    for (uint32_t i = 0; i < node->c; i++) {
        uint32_t key_index = e->program->lists[node->as.at.a + 2 * i];
        Value key = evaluate(e, key_index & ~CEL_OPTIONAL_BIT), value = evaluate(e, e->program->lists[node->as.at.a + 2 * i + 1]);
        if (cel_is_stop(key) || value.kind == VALUE_ERROR) return cel_stop(key, value);
        if (key_index & CEL_OPTIONAL_BIT) {
            if (value.kind != VALUE_OPTIONAL) return cel_error(e, "?key must have an optional");
            if (!value.as.items) continue;
            value = value.as.items[0];
        }
        if (key.kind != VALUE_STRING && key.kind != VALUE_INT && key.kind != VALUE_UINT && key.kind != VALUE_BOOL) return cel_error(e, "unsupported key type");
        if (cel_map_find(e, map, key, &found)) return cel_error(e, "Failed with repeated key");
        entries[map.count++] = (Entry){key, value};
    }
    return map;
}

static Value literal(const CelProgram *p, const CelNode *node) {
    switch ((CelNodeKind)node->kind) {
        case CEL_BOOL: return value_bool(node->as.integer != 0);
        case CEL_INT: return value_int(node->as.integer);
        case CEL_UINT: return value_uint((uint64_t)node->as.integer);
        case CEL_DOUBLE: return value_double(p->doubles[node->as.at.a]);
        case CEL_STRING: case CEL_BYTES: case CEL_TYPE: {
            Value v = value_string(p->strings[node->as.at.a]);
            v.kind = node->kind == CEL_STRING ? VALUE_STRING : node->kind == CEL_BYTES ? VALUE_BYTES : VALUE_TYPE;
            return v;
        }
        default: return value_null();
    }
}

static Value step(CelEvaluator *e, const CelNode *node) {
    const CelProgram *p = e->program;
    switch ((CelNodeKind)node->kind) {
        case CEL_NULL: case CEL_BOOL: case CEL_INT: case CEL_UINT: case CEL_DOUBLE: case CEL_STRING: case CEL_BYTES: case CEL_TYPE: return literal(p, node);
        case CEL_VARIABLE: case CEL_LOCAL: return *variable(e, (uint32_t)(node - p->nodes));
        case CEL_SELECT: return node->d ? cel_optional_step(e, evaluate(e, node->as.at.a), value_string(p->strings[node->as.at.b])) : select_node(e, node);
        case CEL_HAS: return has_node(e, node);
        case CEL_INDEX: return index_node(e, node);
        case CEL_LIST: return list_literal(e, node);
        case CEL_MAP: return map_literal(e, node);
        case CEL_AND: return logic(e, node, false);
        case CEL_OR: return logic(e, node, true);
        case CEL_NOT: {
            Value v = condition(e, node->as.at.a);
            return v.kind == VALUE_BOOL ? value_bool(!v.as.boolean) : not_bool(e, v);
        }
        case CEL_NEGATE: return cel_negate(e, evaluate(e, node->as.at.a));
        case CEL_CONDITION: {
            Value v = condition(e, node->as.at.a);
            if (v.kind != VALUE_BOOL) return not_bool(e, v);
            return evaluate(e, v.as.boolean ? node->as.at.b : node->c);
        }
        case CEL_EQ: case CEL_NE: case CEL_LT: case CEL_LE: case CEL_GT: case CEL_GE: case CEL_IN: return compare(e, node);
        case CEL_ADD: case CEL_SUB: case CEL_MUL: case CEL_DIV: case CEL_MOD: {
            Value a = evaluate(e, node->as.at.a), b = evaluate(e, node->as.at.b);
            return cel_arithmetic(e, (CelNodeKind)node->kind, a, b);
        }
        case CEL_CALL: case CEL_HOST: return call(e, node);
        case CEL_ALL: case CEL_EXISTS: case CEL_EXISTS_ONE: case CEL_FILTER: case CEL_TRANSFORM: return comprehension(e, node);
        case CEL_TRANSFORM_MAP: return comprehension(e, node);
        case CEL_OPT_MAP: return optional_map(e, node);
        case CEL_FAULT: return cel_error(e, "%.*s", STR_ARGS(p->strings[node->as.at.a]));
        case CEL_BIND: e->locals[node->d] = evaluate(e, node->as.at.a); return evaluate(e, node->as.at.b);
        case CEL_NODE_KIND_COUNT: break;
    }
    ensure(false, "a node kind of the table");
    return value_null();
}

static Value evaluate(CelEvaluator *e, uint32_t index) {
    if (++e->scope->steps > CEL_STEPS_MAX) return cel_error(e, "the evaluation takes too long");
    const Value *it = variable(e, index);
    return it ? *it : step(e, &e->program->nodes[index]);
}

Value cel_value(CelEvaluator *e, uint32_t node) { return evaluate(e, node); }

Value cel_evaluate_operand(const CelProgram *program, uint32_t node, CelScope *scope) {
    Value locals[UINT8_MAX + 1];
    CelEvaluator e = {.program = program, .scope = scope, .locals = locals, .check = program->mode == CEL_CHECK};
    return condition(&e, node);
}

Value cel_evaluate(const CelProgram *program, CelScope *scope) { return cel_evaluate_operand(program, program->root, scope); }
