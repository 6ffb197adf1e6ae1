/* Admission policies over manifests: each test says what stands in the policy, what in the repository, and what comes of it. */
#include "link/admission/admission.h"
#include "parse/yaml.h"
#include "systems/kubernetes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct Outcome {
    uint32_t refused, open, gaps;
    Source policy, source;
    const Object *first;
    Str message;
    Arena arena;
} Outcome;

static Model model_of(Source *source, const char *path, Str text) {
    source_init(source, str_of(path), text);
    Model model = {.arena = &source->arena};
    kubernetes_model(source, yaml_parse_template(text_of_source(source)), &model);
    return model;
}

/* `policy`: a file of policies and bindings; `manifests`: what they meet. */
static void review(Outcome *out, const char *policy_path, Str policy, Str manifests) {
    *out = (Outcome){0};
    Model theirs = model_of(&out->policy, policy_path, policy), ours = model_of(&out->source, "apps/a.yaml", manifests);
    Admission admission = {0};
    for (uint32_t i = 0; i < theirs.subjects.count; i++) admission_add(&admission, theirs.subjects.items[i], false, &out->arena);
    for (uint32_t i = 0; i < ours.subjects.count; i++) admission_add(&admission, ours.subjects.items[i], false, &out->arena);
    admission_bind(&admission, &out->arena);
    admission_join(&admission, &ours);
    out->gaps = ours.gaps.count;
    for (uint32_t i = 0; i < ours.subjects.count; i++) {
        const Object *o = ours.subjects.items[i];
        if (o->shape->id != SHAPE_VIOLATION) continue;
        bool refused = o->fields[VIOLATION_STATE].kind == VALUE_STRING;
        if (refused && !out->first) out->first = o, out->message = value_str(o->fields[VIOLATION_MESSAGE]);
        out->refused += refused;
        out->open += !refused;
    }
}

static void done(Outcome *out) {
    source_free(&out->policy);
    source_free(&out->source);
    arena_free(&out->arena);
}

/* Asked of `resource`, with `more` in the spec (indented by two), an `expression` and a binding with `bound` in its spec. */
static Str policy_text(Arena *a, const char *resource, const char *more, const char *expression, const char *bound) {
    return str_format(a,
                      "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicy\nmetadata: {name: p}\nspec:\n"
                      "  matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: [%s]}]}\n"
                      "%s  validations:\n  - expression: \"%s\"\n"
                      "---\napiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\n"
                      "spec: {policyName: p, validationActions: [Deny]%s}\n",
                      resource, more, expression, bound);
}

#define HEAD "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: web, namespace: shop}\n"
#define DEPLOYMENT \
    HEAD "spec:\n  selector: {matchLabels: {a: b}}\n  template:\n    metadata: {labels: {a: b}}\n    spec: {containers: [{name: c, image: 'a:1', resources: {requests: {cpu: 1}}}]}\n"

/* What one expression makes of DEPLOYMENT: 'y' it passes, 'n' refused, '?' not verified, 'o' left open. */
static char verdict(const char *resource, const char *more, const char *expression, const char *bound, const char *manifest) {
    Outcome out;
    Arena a = {0};
    review(&out, "policies/p.yaml", policy_text(&a, resource, more, expression, bound), str_of(manifest));
    char c = out.refused ? 'n' : out.gaps ? '?' : out.open ? 'o' : 'y';
    done(&out);
    arena_free(&a);
    return c;
}

static char says(const char *expression) { return verdict("deployments", "", expression, "", DEPLOYMENT); }

static void three_values(void **state UNUSED) {
    assert_int_equal(says("has(object.spec.selector)"), 'y');
    assert_int_equal(says("object.metadata.name == 'api'"), 'n');
    assert_int_equal(says("object.metadata.__namespace__ == 'shop' && object.metadata.namespace == 'shop'"), 'y');
    assert_int_equal(says("request.userInfo.username == 'root'"), '?');
    assert_int_equal(says("object.metadata.name == 'web' || request.userInfo.username == 'root'"), 'y');
    assert_int_equal(says("authorizer.group('apps').resource('deployments').check('create').allowed()"), '?');
    assert_int_equal(says("object.metadata.labels.team == 'a'"), 'n'); /* an error, and failurePolicy is Fail */
    assert_int_equal(says("request.operation == 'CREATE' && oldObject == null && request.namespace == 'shop'"), 'y');
    assert_int_equal(says("request.resource.resource == 'deployments' && request.kind.group == 'apps'"), 'y');
    assert_int_equal(verdict("deployments", "", "object.metadata.name == 'api'", "", "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: '{{ x }}'}\n"), 'o');
    assert_int_equal(verdict("deployments", "  failurePolicy: Ignore\n", "object.metadata.labels.team == 'a'", "", DEPLOYMENT), 'y');
}

static void defaults(void **state UNUSED) {
    assert_int_equal(says("object.spec.replicas == 1"), 'y');
    assert_int_equal(says("object.spec.template.spec.restartPolicy == 'Always'"), 'y');
    assert_int_equal(says("has(object.spec.strategy)"), 'y');
    assert_int_equal(says("object.spec.strategy.type == 'Recreate'"), '?');
    assert_int_equal(says("object.spec.template.spec.containers[0].resources.requests.cpu == '1'"), 'y'); /* quantities are texts */
    assert_int_equal(says("quantity(object.spec.template.spec.containers[0].resources.requests.cpu).isLessThan(quantity('2'))"), 'y');
}

static void what_is_asked(void **state UNUSED) {
    assert_int_equal(verdict("services", "", "false", "", DEPLOYMENT), 'y');
    assert_int_equal(verdict("'*'", "", "false", "", DEPLOYMENT), 'n');
    assert_int_equal(verdict("deployments/scale", "", "false", "", DEPLOYMENT), 'y');
    assert_int_equal(verdict("deployments", "", "false", ", matchResources: {objectSelector: {matchLabels: {a: b}}}", DEPLOYMENT), 'y');
    assert_int_equal(verdict("deployments", "", "false", ", matchResources: {namespaceSelector: {matchLabels: {env: prod}}}", DEPLOYMENT), '?');
    assert_int_equal(verdict("deployments", "", "true", ", matchResources: {namespaceSelector: {matchLabels: {env: prod}}}", DEPLOYMENT), 'y');
    assert_int_equal(verdict("deployments", "", "false", ", matchResources: {namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: bar}}}", DEPLOYMENT), 'y');
    assert_int_equal(verdict("deployments", "", "false", ", matchResources: {namespaceSelector: {matchLabels: {env: prod}}}",
                             DEPLOYMENT "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: test}}\n"), 'y');
    assert_int_equal(verdict("deployments", "  matchConditions: [{name: a, expression: \"object.metadata.name != 'web'\"}]\n", "false", "", DEPLOYMENT), 'y');
}

/* A workload stands for the pods it creates, unless the policy looks at the workload itself. */
static void pods(void **state UNUSED) {
    assert_int_equal(verdict("pods", "", "object.kind == 'Pod' && object.metadata.labels.a == 'b' && object.metadata.namespace == 'shop'", "", DEPLOYMENT), 'y');
    assert_int_equal(verdict("pods", "", "object.spec.containers.all(c, c.image != 'a:1')", "", DEPLOYMENT), 'n');
    Outcome out;
    Arena a = {0};
    review(&out, "policies/p.yaml", policy_text(&a, "pods, deployments", "", "object.kind == 'Job'", ""), STR(DEPLOYMENT));
    assert_int_equal(out.refused, 1);
    done(&out);
    arena_free(&a);
}

static void params(void **state UNUSED) {
    const char *kind = "  paramKind: {apiVersion: v1, kind: ConfigMap}\n", *bound = ", paramRef: {name: limits, namespace: shop}";
    const char *with = DEPLOYMENT "---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: limits, namespace: shop}\ndata: {most: '0'}\n";
    assert_int_equal(verdict("deployments", kind, "object.spec.replicas <= int(params.data.most)", bound, DEPLOYMENT), '?');
    assert_int_equal(verdict("deployments", kind, "object.spec.replicas <= int(params.data.most)", bound, with), 'n');
    assert_int_equal(verdict("deployments", kind, "params == null", "", with), 'y');
}

/* Policies are for what lies around them. */
static void scope(void **state UNUSED) {
    static const struct {
        const char *path;
        uint32_t refused;
    } cases[] = {{"policies/p.yaml", 1}, {"p.yaml", 1}, {"docs/samples/p.yaml", 0}, {"apps/policies/p.yaml", 1}, {"app/policies/p.yaml", 0}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Outcome out;
        Arena a = {0};
        review(&out, cases[i].path, policy_text(&a, "deployments", "", "false", ""), STR(DEPLOYMENT));
        assert_int_equal(out.refused, cases[i].refused);
        done(&out);
        arena_free(&a);
    }
}

static void messages(void **state UNUSED) {
    Outcome out;
    Arena a = {0};
    Str text = policy_text(&a, "deployments", "", "object.spec.replicas > 2\"\n    messageExpression: \"'not ' + string(object.spec.replicas)", "");
    review(&out, "policies/p.yaml", text, STR(DEPLOYMENT));
    assert_int_equal(out.refused, 1);
    assert_true(str_is(out.message, "not 1"));
    done(&out);
    review(&out, "policies/p.yaml", policy_text(&a, "deployments", "", "object.spec.replicas > 2", ""), STR(DEPLOYMENT));
    assert_true(str_is(out.message, "failed expression: object.spec.replicas > 2"));
    assert_true(str_is(value_text(out.first->fields[VIOLATION_ACTION]), "deny"));
    assert_true(out.first->fields[VIOLATION_EXPRESSION].source == &out.policy);
    done(&out);
    arena_free(&a);
}

/* What a policy that mutates makes of the object is what the others see; what it makes can't be known, neither is what they say. */
static void mutations(void **state UNUSED) {
    static const struct {
        const char *mutation, *expression;
        uint32_t refused, gaps;
    } rows[] = {
        {"ApplyConfiguration, applyConfiguration: {expression: 'Object{spec: Object.spec{replicas: 3}}'}", "object.spec.replicas == 3", 0, 0},
        {"ApplyConfiguration, applyConfiguration: {expression: 'Object{metadata: Object.metadata{labels: Object.metadata.labels{a__dash__b: string(1)}}}'}", "object.metadata.labels['a-b'] == '1' && object.spec.replicas == 1", 0, 0},
        {"ApplyConfiguration, applyConfiguration: {expression: 'Object{spec: Object.spec{paused: request.userInfo.username == string(1)}}'}", "object.spec.replicas == 3", 1, 0},
        {"ApplyConfiguration, applyConfiguration: {expression: 'oldObject'}", "object.spec.replicas == 3", 0, 1},
        {"JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"add\", path: \"/spec/replicas\", value: 3}]'}", "object.spec.replicas == 3", 0, 0},
        {"JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"remove\", path: \"/spec/template/spec/containers/0\"}]'}", "size(object.spec.template.spec.containers) == 0", 0, 0},
        {"JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"copy\", from: \"/metadata/name\", path: \"/spec/x~1y\"}]'}", "object.spec['x/y'] == object.metadata.name", 0, 0},
        {"JSONPatch, jsonPatch: {expression: '[JSONPatch{op: \"replace\", path: \"/spec/none\", value: 3}]'}", "object.spec.replicas == 3", 0, 1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        Outcome out;
        Arena a = {0};
        Str constraints = STR("  matchConstraints: {resourceRules: [{apiGroups: ['*'], apiVersions: ['*'], operations: [CREATE], resources: [deployments]}]}\n");
        Str text = str_format(&a, "apiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicy\nmetadata: {name: p}\nspec:\n%.*s  mutations:\n  - {patchType: %s}\n"
                                  "---\napiVersion: admissionregistration.k8s.io/v1\nkind: MutatingAdmissionPolicyBinding\nmetadata: {name: b}\nspec: {policyName: p}\n---\n%.*s",
                              STR_ARGS(constraints), rows[i].mutation, STR_ARGS(policy_text(&a, "deployments", "", rows[i].expression, "")));
        review(&out, "policies/p.yaml", text, STR(DEPLOYMENT));
        if (out.refused != rows[i].refused || out.gaps != rows[i].gaps) print_error("%s: %u refused, %u gaps\n", rows[i].mutation, out.refused, out.gaps);
        assert_int_equal(out.refused, rows[i].refused);
        assert_int_equal(out.gaps, rows[i].gaps);
        done(&out);
        arena_free(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(three_values), cmocka_unit_test(defaults), cmocka_unit_test(what_is_asked),
                                       cmocka_unit_test(pods), cmocka_unit_test(params), cmocka_unit_test(scope), cmocka_unit_test(messages), cmocka_unit_test(mutations)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
