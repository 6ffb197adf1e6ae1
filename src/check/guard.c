/* A guard refuses most subjects by a comparison or two, where an evaluation takes hundreds of instructions. Invariant: what it
 * refuses would have made `when` false, not unknown: holes and open lists pass. */
#include "check/guard.h"

#include "cel/node.h"

static bool own_field(const CelProgram *p, uint32_t index, int *field) {
    const CelNode *node = &p->nodes[index];
    if (node->kind != CEL_SELECT && node->kind != CEL_HAS) return false;
    const CelNode *it = &p->nodes[node->as.at.a];
    *field = node->aux - 1;
    return node->aux && it->kind == CEL_VARIABLE && it->as.at.a == 0;
}

/* it.field == 'a', it.field in ['a', 'b'] */
static bool demands_value(const CelProgram *p, const CelNode *node, Arena *a, CheckGuard *guard) {
    if ((node->kind != CEL_EQ && node->kind != CEL_IN) || !own_field(p, node->as.at.a, &guard->field)) return false;
    const CelNode *right = &p->nodes[node->as.at.b];
    VEC(Str) values = {0};
    if (node->kind == CEL_EQ && right->kind == CEL_STRING) vec_push(a, &values, p->strings[right->as.at.a]);
    else if (node->kind == CEL_IN && right->kind == CEL_LIST) {
        for (uint32_t i = 0; i < right->c; i++) {
            uint32_t item = p->lists[right->as.at.a + i];
            if (item & CEL_OPTIONAL_BIT || p->nodes[item].kind != CEL_STRING) return false;
            vec_push(a, &values, p->strings[p->nodes[item].as.at.a]);
        }
    } else return false;
    guard->values = values.items;
    guard->value_count = values.count;
    return true;
}

/* has(it.field), x in it.field, it.field.exists(x, …) */
static bool demands_filled(const CelProgram *p, uint32_t index, Arena *a, CheckGuard *guard) {
    const CelNode *node = &p->nodes[index];
    int field;
    bool own = node->kind == CEL_HAS ? own_field(p, index, &field) : node->kind == CEL_IN ? own_field(p, node->as.at.b, &field) : node->kind == CEL_EXISTS && own_field(p, node->as.at.a, &field);
    if (!own) return false;
    uint8_t *filled = arena_new(a, uint8_t);
    *filled = (uint8_t)field;
    guard->filled = filled;
    guard->filled_count = 1;
    return true;
}

static const void *joined(const void *left, uint32_t left_count, const void *right, uint32_t right_count, size_t size, Arena *a) {
    char *all = arena_alloc(a, (left_count + right_count) * size);
    if (left_count) memcpy(all, left, left_count * size);
    if (right_count) memcpy(all + left_count * size, right, right_count * size);
    return all;
}

/* Both sides of an || must demand something; then one of it must hold. */
static bool either(const CheckGuard *left, const CheckGuard *right, Arena *a, CheckGuard *out) {
    if (left->field >= 0 && right->field >= 0 && left->field != right->field) return false;
    out->field = MAX(left->field, right->field);
    out->values = joined(left->values, left->value_count, right->values, right->value_count, sizeof *out->values, a);
    out->value_count = left->value_count + right->value_count;
    out->filled = joined(left->filled, left->filled_count, right->filled, right->filled_count, sizeof *out->filled, a);
    out->filled_count = left->filled_count + right->filled_count;
    return true;
}

/* What holds wherever the operand is true. A value refuses more than a list that is empty. */
static bool demands(const CelProgram *p, uint32_t index, Arena *a, CheckGuard *guard) {
    const CelNode *node = &p->nodes[index];
    *guard = (CheckGuard){.field = -1};
    if (node->kind == CEL_AND || node->kind == CEL_OR) {
        CheckGuard left, right;
        bool one = demands(p, node->as.at.a, a, &left), other = demands(p, node->as.at.b, a, &right);
        if (node->kind == CEL_OR) return one && other && either(&left, &right, a, guard);
        *guard = one && (!left.filled_count || !other || right.filled_count) ? left : right;
        return one || other;
    }
    if (demands_value(p, node, a, guard)) return true;
    *guard = (CheckGuard){.field = -1};
    return demands_filled(p, index, a, guard);
}

void guard_find(const CelProgram *when, Arena *a, CheckGuard *out) {
    CheckGuard first;
    if (!demands(when, when->root, a, out)) *out = (CheckGuard){.field = -1};
    uint32_t index = when->root;
    while (when->nodes[index].kind == CEL_AND) index = when->nodes[index].as.at.a;
    const CelNode *node = &when->nodes[index];
    out->leads = demands_value(when, node, a, &first);
}

static bool is_empty(Value v) { return v.kind == VALUE_NULL || ((v.kind == VALUE_LIST || v.kind == VALUE_MAP) && !v.count && !(v.flags & VALUE_OPEN)); }

bool guard_allows(const CheckGuard *guard, const Object *subject) {
    if (guard->field < 0 && !guard->filled_count) return true;
    for (uint32_t i = 0; i < guard->filled_count; i++) {
        if (!is_empty(subject->fields[guard->filled[i]])) return true;
    }
    if (guard->field < 0) return false;
    Value v = subject->fields[guard->field];
    if (v.kind != VALUE_STRING) return v.kind == VALUE_HOLE;
    for (uint32_t i = 0; i < guard->value_count; i++) {
        if (str_eq(value_str(v), guard->values[i])) return true;
    }
    return false;
}
