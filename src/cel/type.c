/* The static checker of CHECK mode, and of STRICT expressions whose variables have types: one pass over the flat nodes (children come first), giving each a type. It resolves
 * fields of objects to indexes, so that a selection costs one load, and refuses a field that no shape has. What it can't
 * know is dyn; STRICT expressions without types pass through. */
#include "cel/node.h"

#include <stdarg.h>

typedef struct Checker {
    const CelEnv *env;
    CelProgram *program;
    CelNode *nodes;
    CelType *types;   /* of each node */
    CelType locals[UINT8_MAX + 2];
    CelFault *fault;
} Checker;

static const char *const type_names[CEL_TYPE_KIND_COUNT] = {"dyn", "null", "bool", "int", "uint", "double", "string", "bytes", "list", "map", "object"};

PRINTF(3, 4) static void complain(Checker *k, uint32_t offset, const char *format, ...) {
    if (k->fault->why.message[0]) return;
    k->fault->offset = offset;
    va_list args;
    va_start(args, format);
    error_setv(&k->fault->why, format, args);
    va_end(args);
}

static CelType kind_of(CelTypeKind kind) { return (CelType){.kind = (uint8_t)kind}; }

static CelType field_type(const Field *field) {
    switch ((FieldType)field->type) {
        case FIELD_BOOL: return kind_of(CEL_TYPE_BOOL);
        case FIELD_INT: return kind_of(CEL_TYPE_INT);
        case FIELD_DOUBLE: return kind_of(CEL_TYPE_DOUBLE);
        case FIELD_STRING: return kind_of(CEL_TYPE_STRING);
        case FIELD_LIST: return (CelType){.kind = CEL_TYPE_LIST, .shape = field->element};
        case FIELD_MAP: return kind_of(CEL_TYPE_MAP);
        case FIELD_OBJECT: return (CelType){.kind = CEL_TYPE_OBJECT, .shape = field->element};
        case FIELD_ANY: break;
    }
    return kind_of(CEL_TYPE_DYN);
}

static CelType element_type(const Checker *k, CelType range) {
    if (range.declared && range.kind != CEL_TYPE_OBJECT) return k->env->types->element(k->env->types->data, range);
    if (range.kind == CEL_TYPE_LIST && range.shape) return (CelType){.kind = CEL_TYPE_OBJECT, .shape = range.shape};
    return kind_of(CEL_TYPE_DYN);
}

static CelType check_declared(Checker *k, const CelNode *node, CelType operand) {
    const CelHostTypes *types = k->env->types;
    CelType type;
    Str name = k->program->strings[node->as.at.b];
    if (operand.kind == CEL_TYPE_MAP) return types->element(types->data, operand);
    if (types->field(types->data, operand, name, &type)) return type;
    complain(k, node->offset, "the schema has no field '%.*s'", STR_ARGS(name));
    return kind_of(CEL_TYPE_DYN);
}

static CelType check_select(Checker *k, CelNode *node) {
    CelType operand = k->types[node->as.at.a];
    if (operand.declared && operand.kind != CEL_TYPE_LIST) return check_declared(k, node, operand);
    if (operand.kind == CEL_TYPE_DYN || operand.kind == CEL_TYPE_MAP || operand.kind == CEL_TYPE_NULL) return kind_of(CEL_TYPE_DYN);
    Str name = k->program->strings[node->as.at.b];
    if (operand.kind != CEL_TYPE_OBJECT) {
        complain(k, node->offset, "a field belongs to an object or a map, not to a %s", type_names[operand.kind]);
        return kind_of(CEL_TYPE_DYN);
    }
    const Shape *shape = shape_of((ShapeId)operand.shape);
    int field = shape_field(shape, name);
    if (field < 0) {
        Str names[128];
        uint32_t count = MIN(shape->field_count, (uint32_t)ARRAY_COUNT(names));
        for (uint32_t i = 0; i < count; i++) names[i] = shape->fields[i].name;
        Str near = str_nearest(name, names, count);
        if (near.len) complain(k, node->offset, "%.*s has no field '%.*s'; did you mean '%.*s'?", STR_ARGS(shape->name), STR_ARGS(name), STR_ARGS(near));
        else complain(k, node->offset, "%.*s has no field '%.*s'", STR_ARGS(shape->name), STR_ARGS(name));
        return kind_of(CEL_TYPE_DYN);
    }
    node->aux = (uint16_t)(field + 1);
    node->c = operand.shape;
    return field_type(&shape->fields[field]);
}

static bool may_be(CelType type, CelTypeKind kind) {
    return type.kind == kind || type.kind == CEL_TYPE_DYN;
}

static void want_bool(Checker *k, uint32_t node) {
    if (!may_be(k->types[node], CEL_TYPE_BOOL)) complain(k, k->nodes[node].offset, "a condition must be a bool, not a %s", type_names[k->types[node].kind]);
}

/* Comparing a list of objects or a bool with a string can only be a mistake. */
static void check_equality(Checker *k, const CelNode *node) {
    CelType a = k->types[node->as.at.a], b = k->types[node->as.at.b];
    bool free = a.kind == CEL_TYPE_DYN || b.kind == CEL_TYPE_DYN || a.kind == CEL_TYPE_NULL || b.kind == CEL_TYPE_NULL;
    bool numbers = a.kind >= CEL_TYPE_INT && a.kind <= CEL_TYPE_DOUBLE && b.kind >= CEL_TYPE_INT && b.kind <= CEL_TYPE_DOUBLE;
    free = free || (k->env->mode == CEL_STRICT && (a.kind > CEL_TYPE_STRING || b.kind > CEL_TYPE_STRING));
    if (!free && !numbers && a.kind != b.kind) complain(k, node->offset, "a %s is compared with a %s", type_names[a.kind], type_names[b.kind]);
}

/* Arithmetic and order have no implicit conversions, but for the order of numbers. */
static CelType check_pair(Checker *k, const CelNode *node) {
    CelType a = k->types[node->as.at.a], b = k->types[node->as.at.b];
    bool scalars = a.kind >= CEL_TYPE_BOOL && a.kind <= CEL_TYPE_STRING && b.kind >= CEL_TYPE_BOOL && b.kind <= CEL_TYPE_STRING;
    bool numbers = a.kind >= CEL_TYPE_INT && a.kind <= CEL_TYPE_DOUBLE && b.kind >= CEL_TYPE_INT && b.kind <= CEL_TYPE_DOUBLE;
    bool order = node->kind == CEL_LT || node->kind == CEL_LE || node->kind == CEL_GT || node->kind == CEL_GE;
    if (k->env->mode == CEL_STRICT && scalars && a.kind != b.kind && !(order && numbers)) complain(k, node->offset, "a %s and a %s don't go together", type_names[a.kind], type_names[b.kind]);
    return a.kind == b.kind ? a : kind_of(CEL_TYPE_DYN);
}

static CelType check_node(Checker *k, CelNode *node) {
    uint32_t a = node->as.at.a, b = node->as.at.b;
    switch ((CelNodeKind)node->kind) {
        case CEL_NULL: return kind_of(CEL_TYPE_NULL);
        case CEL_BOOL: case CEL_HAS: case CEL_IN: case CEL_LT: case CEL_LE: case CEL_GT: case CEL_GE:
            if (node->kind == CEL_HAS) check_select(k, node);
            else if (node->kind != CEL_BOOL && node->kind != CEL_IN) check_pair(k, node);
            return kind_of(CEL_TYPE_BOOL);
        case CEL_INT: return kind_of(CEL_TYPE_INT);
        case CEL_UINT: return kind_of(CEL_TYPE_UINT);
        case CEL_DOUBLE: return kind_of(CEL_TYPE_DOUBLE);
        case CEL_STRING: return kind_of(CEL_TYPE_STRING);
        case CEL_BYTES: return kind_of(CEL_TYPE_BYTES);
        case CEL_VARIABLE: return k->env->variables[a].type;
        case CEL_LOCAL: return k->locals[a];
        case CEL_SELECT: return check_select(k, node);
        case CEL_INDEX: return element_type(k, k->types[a]);
        case CEL_LIST: return kind_of(CEL_TYPE_LIST);
        case CEL_MAP: return kind_of(CEL_TYPE_MAP);
        case CEL_AND: case CEL_OR:
            want_bool(k, a);
            want_bool(k, b);
            return kind_of(CEL_TYPE_BOOL);
        case CEL_NOT: want_bool(k, a); return kind_of(CEL_TYPE_BOOL);
        case CEL_CONDITION: {
            want_bool(k, a);
            CelType yes = k->types[b], no = k->types[node->c];
            return yes.kind == no.kind && yes.shape == no.shape ? yes : kind_of(CEL_TYPE_DYN);
        }
        case CEL_EQ: case CEL_NE: check_equality(k, node); return kind_of(CEL_TYPE_BOOL);
        case CEL_NEGATE: return k->types[a];
        case CEL_ADD: case CEL_SUB: case CEL_MUL: case CEL_DIV: case CEL_MOD: return check_pair(k, node);
        case CEL_CALL: return kind_of((CelTypeKind)cel_function_at(node->aux)->result);
        case CEL_ALL: case CEL_EXISTS: case CEL_EXISTS_ONE: want_bool(k, b); return kind_of(CEL_TYPE_BOOL);
        case CEL_FILTER: want_bool(k, b); return k->types[a];
        case CEL_TRANSFORM: {
            CelType result = k->types[b];
            return (CelType){.kind = CEL_TYPE_LIST, .shape = result.kind == CEL_TYPE_OBJECT ? result.shape : 0};
        }
        case CEL_TRANSFORM_MAP: return kind_of(CEL_TYPE_MAP);
        case CEL_TYPE: case CEL_HOST: case CEL_OPT_MAP: case CEL_FAULT: return kind_of(CEL_TYPE_DYN);
        case CEL_BIND: return k->types[b];
        case CEL_NODE_KIND_COUNT: break;
    }
    return kind_of(CEL_TYPE_DYN);
}

/* A comprehension's variables must have their types before its body is checked, but the body's nodes come before the
 * comprehension's own: so the body is walked from the comprehension. Each node is checked once, since trees share none. */
static void check_tree(Checker *k, uint32_t index) {
    CelNode *node = &k->nodes[index];
    uint32_t a = node->as.at.a, b = node->as.at.b;
    switch ((CelNodeKind)node->kind) {
        case CEL_ALL: case CEL_EXISTS: case CEL_EXISTS_ONE: case CEL_FILTER: case CEL_TRANSFORM: case CEL_TRANSFORM_MAP:
            check_tree(k, a);
            k->locals[node->d] = node->aux || k->types[a].kind == CEL_TYPE_MAP ? kind_of(CEL_TYPE_DYN) : element_type(k, k->types[a]);
            if (node->aux) k->locals[node->d + 1] = element_type(k, k->types[a]);
            if (node->c) check_tree(k, node->c - 1);
            check_tree(k, b);
            break;
        case CEL_BIND: case CEL_OPT_MAP:
            check_tree(k, a);
            k->locals[node->d] = node->kind == CEL_BIND ? k->types[a] : kind_of(CEL_TYPE_DYN);
            check_tree(k, b);
            break;
        case CEL_CONDITION: check_tree(k, a); check_tree(k, b); check_tree(k, node->c); break;
        case CEL_CALL: case CEL_HOST:
            for (uint32_t i = 0; i < node->count; i++) check_tree(k, k->program->lists[a + i] & ~CEL_OPTIONAL_BIT);
            break;
        case CEL_LIST: case CEL_MAP:
            for (uint32_t i = 0; i < node->c * (node->kind == CEL_MAP ? 2 : 1); i++) check_tree(k, k->program->lists[a + i] & ~CEL_OPTIONAL_BIT);
            break;
        case CEL_SELECT: case CEL_HAS: case CEL_NOT: case CEL_NEGATE: check_tree(k, a); break;
        case CEL_AND: case CEL_OR: case CEL_EQ: case CEL_NE: case CEL_LT: case CEL_LE: case CEL_GT: case CEL_GE: case CEL_IN:
        case CEL_ADD: case CEL_SUB: case CEL_MUL: case CEL_DIV: case CEL_MOD: case CEL_INDEX: check_tree(k, a); check_tree(k, b); break;
        default: break;
    }
    k->types[index] = check_node(k, node);
}

static void want_result(Checker *k) {
    CelType result = k->types[k->program->root];
    if (k->env->result && !may_be(result, k->env->result)) complain(k, k->nodes[k->program->root].offset, "it gives a %s, not a %s", type_names[result.kind], type_names[k->env->result]);
}

void cel_check_types(const CelEnv *env, CelProgram *program, CelNode *nodes, CelFault *fault, Arena *a) {
    if (env->mode != CEL_CHECK && !env->types) return;
    Checker checker = {.env = env, .program = program, .nodes = nodes, .fault = fault, .types = arena_zeros(a, CelType, program->count)};
    check_tree(&checker, program->root);
    want_result(&checker);
    program->type = checker.types[program->root];
}
