/* A policy's manifest → its expressions, compiled. One that does not compile stays, with the reason. */
#include "link/admission/policy.h"

static const CelVariable variables[ADMIT_COUNT] = {
    [ADMIT_OBJECT] = {.name = STR_INIT("object")}, [ADMIT_OLD_OBJECT] = {.name = STR_INIT("oldObject")},
    [ADMIT_REQUEST] = {.name = STR_INIT("request")}, [ADMIT_PARAMS] = {.name = STR_INIT("params")},
    [ADMIT_NAMESPACE] = {.name = STR_INIT("namespaceObject")}, [ADMIT_VARIABLES] = {.name = STR_INIT("variables")},
    [ADMIT_AUTHORIZER] = {.name = STR_INIT("authorizer")}, [ADMIT_FORMAT] = {.name = STR_INIT("format")},
};

static const CelEnv env = {.mode = CEL_STRICT, .admission = true, .variables = variables, .variable_count = ADMIT_COUNT};

static Expression expression_of(const char *role, Value written, Value name, Arena *a) {
    Expression e = {.role = role, .written = written, .name = name};
    if (written.kind != VALUE_STRING) return e;
    CelFault fault;
    e.compiled = cel_compile(value_str(written), &env, a, &e.program, &fault);
    if (!e.compiled) e.fault = (Prose){{str_copy(a, str_of(fault.why.message)), str_copy(a, str_of(fault.why.spanish))}};
    return e;
}

/* The items of a list of the spec, each with the expression under `key`. */
static void read_expressions(Value spec, const char *list, const char *role, const char *key, ExpressionVec *out, Arena *a) {
    uint32_t count;
    const Value *items = value_items(value_field(spec, list, a), &count, a);
    for (uint32_t i = 0; i < count; i++) {
        Expression e = expression_of(role, value_field(items[i], key, a), value_field(items[i], "name", a), a);
        vec_push(a, out, e);
    }
}

static void read_validations(AdmissionPolicy *policy, Value spec, Arena *a) {
    uint32_t count;
    const Value *items = value_items(value_field(spec, "validations", a), &count, a);
    read_expressions(spec, "validations", "validation", "expression", &policy->validations, a);
    for (uint32_t i = 0; i < count; i++) {
        Expression *e = &policy->validations.items[i];
        e->message = value_field(items[i], "message", a);
        Value written = value_field(items[i], "messageExpression", a);
        if (written.kind != VALUE_STRING) continue;
        Expression message = expression_of("message", written, value_null(), a);
        vec_push(a, &policy->others, message);
        e->message_at = policy->others.count;
    }
}

/* https://kubernetes.io/docs/reference/access-authn-authz/mutating-admission-policy/ */
static void read_mutations(AdmissionPolicy *policy, Value spec, Arena *a) {
    uint32_t count;
    const Value *items = value_items(value_field(spec, "mutations", a), &count, a);
    for (uint32_t i = 0; i < count; i++) {
        bool json_patch = value_is_string(value_field(items[i], "patchType", a), "JSONPatch");
        Expression e = expression_of("mutation", value_path(items[i], json_patch ? "jsonPatch.expression" : "applyConfiguration.expression", a), value_null(), a);
        e.json_patch = json_patch;
        vec_push(a, &policy->mutations, e);
    }
}

AdmissionPolicy *admission_policy(const Object *manifest, bool given, Arena *a) {
    Value spec = manifest->fields[MANIFEST_SPEC];
    AdmissionPolicy *policy = arena_new(a, AdmissionPolicy);
    *policy = (AdmissionPolicy){.manifest = manifest, .given = given, .constraints = value_field(spec, "matchConstraints", a),
                                .param_kind = value_field(spec, "paramKind", a)};
    policy->fails_open = value_is_string(value_field(spec, "failurePolicy", a), "Ignore");
    read_expressions(spec, "matchConditions", "match-condition", "expression", &policy->conditions, a);
    read_expressions(spec, "variables", "variable", "expression", &policy->variables, a);
    read_validations(policy, spec, a);
    policy->mutates = value_is_string(manifest->fields[MANIFEST_KIND], "MutatingAdmissionPolicy");
    read_mutations(policy, spec, a);
    read_expressions(spec, "auditAnnotations", "audit-annotation", "valueExpression", &policy->others, a);
    return policy;
}
