/* The rules of a CustomResourceDefinition: CEL that must compile, with the types that its schema declares.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 * Invariant: what a schema leaves open (any value, formats that are types of their own) has no type, and nothing is said of it. */
#include "cel/cel.h"
#include "systems/kubernetes_lower.h"

typedef struct Declared {
    Value schema;
    bool root; /* of the whole object: the API server declares apiVersion, kind and metadata */
} Declared;

static CelType dyn(void) { return (CelType){.kind = CEL_TYPE_DYN}; }

static CelType declared(Arena *a, CelTypeKind kind, Value schema, bool root) {
    Declared *d = arena_new(a, Declared);
    *d = (Declared){schema, root};
    return (CelType){.kind = (uint8_t)kind, .declared = d};
}

static CelType object_type(Arena *a, Value schema, bool root) {
    Value more = value_field(schema, "additionalProperties", a), fields = value_field(schema, "properties", a);
    if (value_is_map(more)) return declared(a, CEL_TYPE_MAP, more, false);
    bool closed = value_is_null(more) && value_is_map(fields) && value_size(fields) && !(fields.flags & VALUE_OPEN);
    return closed ? declared(a, CEL_TYPE_OBJECT, schema, root) : dyn();
}

static CelType type_of(Arena *a, Value schema, bool root) {
    static const struct {
        const char *name;
        CelTypeKind kind;
    } scalars[] = {{"integer", CEL_TYPE_INT}, {"number", CEL_TYPE_DOUBLE}, {"boolean", CEL_TYPE_BOOL}, {"string", CEL_TYPE_STRING}};
    static const char *const open[] = {"x-kubernetes-preserve-unknown-fields", "x-kubernetes-embedded-resource", "x-kubernetes-int-or-string", "nullable"};
    Value type = value_field(schema, "type", a);
    if (!value_is_map(schema) || type.kind != VALUE_STRING) return dyn();
    for (size_t i = 0; i < ARRAY_COUNT(open); i++) {
        if (value_is_true(value_field(schema, open[i], a))) return dyn();
    }
    if (value_is_string(type, "object")) return object_type(a, schema, root);
    if (value_is_string(type, "array")) return declared(a, CEL_TYPE_LIST, value_field(schema, "items", a), false);
    bool own_type = value_is_string(type, "string") && !value_is_null(value_field(schema, "format", a)); /* date-time, duration, byte … */
    for (size_t i = 0; i < ARRAY_COUNT(scalars) && !own_type; i++) {
        if (value_is_string(type, scalars[i].name)) return (CelType){.kind = (uint8_t)scalars[i].kind};
    }
    return dyn();
}

static bool field_type(void *data, CelType of, Str name, CelType *out) {
    const Declared *d = of.declared;
    Arena *a = data;
    bool own = d->root && (str_is(name, "apiVersion") || str_is(name, "kind"));
    Value field = value_field(value_field(d->schema, "properties", a), str_copy(a, name).at, a);
    if (own) *out = (CelType){.kind = CEL_TYPE_STRING};
    else if (d->root && str_is(name, "metadata")) *out = dyn();
    else if (value_is_null(field)) return false;
    else *out = type_of(a, field, false);
    return true;
}

static CelType element_type(void *data, CelType of) {
    const Declared *d = of.declared;
    return type_of(data, d->schema, false);
}

static void add_rule(Manifest *m, Value schema, bool root, Value rule, bool is_message) {
    Value text = value_field(rule, is_message ? "messageExpression" : "rule", m->arena);
    if (text.kind != VALUE_STRING) return;
    Arena scratch = {0};
    CelType self = type_of(&scratch, schema, root);
    CelHostTypes types = {field_type, element_type, &scratch};
    CelVariable variables[] = {{STR_INIT("self"), self}, {STR_INIT("oldSelf"), value_is_true(value_field(rule, "optionalOldSelf", m->arena)) ? dyn() : self}};
    CelEnv env = {.mode = CEL_STRICT, .admission = true, .variables = variables, .variable_count = ARRAY_COUNT(variables), .types = &types, .result = is_message ? CEL_TYPE_STRING : CEL_TYPE_BOOL};
    CelProgram program;
    CelFault wrong = {0};
    bool compiled = cel_compile(value_str(text), &env, &scratch, &program, &wrong);
    Object *o = manifest_object(m, SHAPE_POLICY_EXPRESSION, text, text);
    o->fields[POLICY_EXPRESSION_TEXT] = text;
    o->fields[POLICY_EXPRESSION_ROLE] = manifest_text(is_message ? STR("message") : STR("rule"), text);
    if (!compiled) o->fields[POLICY_EXPRESSION_FAULT] = manifest_text(str_copy(m->arena, str_of(wrong.why.message)), text);
    if (!compiled) o->fields[POLICY_EXPRESSION_FAULT_ES] = manifest_text(str_copy(m->arena, str_of(wrong.why.spanish)), text);
    o->fields[POLICY_EXPRESSION_MANIFEST] = value_object(m->object);
    arena_free(&scratch);
}

void definition_rules(Manifest *m, Value schema, bool root) {
    uint32_t count;
    const Value *rules = value_items(value_field(schema, "x-kubernetes-validations", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) {
        add_rule(m, schema, root, rules[i], false);
        add_rule(m, schema, root, rules[i], true);
    }
}
