/* Kustomize as it builds: each test says which files there are, and what a folder gives, or what a finding would point at. */
#include "model/project.h"
#include "parse/yaml.h"
#include "systems/kustomize/kustomize.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FILES_MAX 8

typedef struct Given {
    const char *path, *text;
} Given;

typedef struct Loaded {
    Arena arena;
    Neighbours neighbours;
    Source sources[FILES_MAX];
    const Tree *trees[FILES_MAX];
    Model models[FILES_MAX];
    uint32_t count;
    Buf out;
    Str fault;
} Loaded;

static void load(Loaded *l, const Given *given, size_t count) {
    *l = (Loaded){0};
    l->neighbours.arena = &l->arena;
    for (size_t i = 0; i < count; i++) {
        Source *source = &l->sources[l->count];
        source_init(source, str_of(given[i].path), str_of(given[i].text));
        l->trees[l->count++] = yaml_parse_template(text_of_source(source));
        Neighbour *n = arena_new(&l->arena, Neighbour);
        *n = (Neighbour){source, l->trees[l->count - 1], SYSTEM_KUBERNETES};
        map_put(&l->arena, &l->neighbours.parsed, source->path, n);
    }
}

static void unload(Loaded *l) {
    for (uint32_t i = 0; i < l->count; i++) source_free(&l->sources[i]);
    buf_free(&l->out);
    arena_free(&l->arena);
}

/* What `folder` gives; empty when it can't be built. */
static Str build(Loaded *l, const Given *given, size_t count, const char *folder) {
    load(l, given, count);
    Outside outside = {.neighbours = &l->neighbours};
    if (!kustomize_print(&outside, &l->arena, str_of(folder), &l->out, &l->fault)) return STR("");
    return buf_str(&l->out);
}

static void shows(const Given *given, size_t count, const char *folder, const char *wanted) {
    Loaded l;
    Str out = build(&l, given, count, folder);
    if (!str_has(out, str_of(wanted))) fail_msg("'%s' is not in:\n%.*s%.*s", wanted, STR_ARGS(out), STR_ARGS(l.fault));
    unload(&l);
}

static void fails(const Given *given, size_t count, const char *folder, const char *fault) {
    Loaded l;
    Str out = build(&l, given, count, folder);
    assert_int_equal(out.len, 0);
    if (!str_is(l.fault, fault)) fail_msg("'%.*s', not '%s'", STR_ARGS(l.fault), fault);
    unload(&l);
}

#define SHOWS(given, folder, wanted) shows(given, ARRAY_COUNT(given), folder, wanted)
#define FAILS(given, folder, fault) fails(given, ARRAY_COUNT(given), folder, fault)

#define POD "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: a\n    image: nginx:1.25\n    ports: [{containerPort: 80}]\n  - name: b\n    image: busybox\n  volumes: [{name: v, configMap: {name: conf}}]\n"
#define BASE {"base/kustomization.yaml", "resources: [pod.yaml]\n"}, {"base/pod.yaml", POD}

static void test_strategic_merge(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatches:\n- path: p.yaml\n"},
                           {"over/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec:\n  containers:\n  - name: b\n    image: busybox:1\n  - name: a\n    $patch: delete\n  volumes: null\n"}};
    SHOWS(given, "over", "spec:\n  containers:\n    - name: \"b\"\n      image: \"busybox:1\"\n");
    const Given ports[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: Pod\n    metadata: {name: web}\n    spec: {containers: [{name: a, ports: [{containerPort: 80, name: http}, {containerPort: 81}]}]}\n"}};
    SHOWS(ports, "over", "ports:\n        - containerPort: 81\n        - containerPort: 80\n          name: \"http\"\n");
}

static void test_json_patch(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatches:\n- target: {kind: P.d, labelSelector: '!app'}\n  patch: |-\n    - {op: replace, path: /spec/containers/1/image, value: busybox:2}\n    - {op: add, path: /metadata/annotations/a~1b, value: c}\n    - {op: remove, path: /spec/volumes}\n    - {op: test, path: /spec/containers/-1/name, value: b}\n"}};
    SHOWS(given, "over", "metadata:\n  name: \"web\"\n  annotations:\n    \"a/b\": \"c\"\n");
    SHOWS(given, "over", "image: \"busybox:2\"\n");
    const Given none[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatches:\n- target: {kind: Po}\n  patch: '[{\"op\": \"remove\", \"path\": \"/spec\"}]'\n"}};
    SHOWS(none, "over", "image: \"busybox\"\n"); /* the expressions are anchored */
    const Given bad[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatches:\n- target: {kind: Pod}\n  patch: '[{\"op\": \"remove\", \"path\": \"/spec/nope\"}]'\n"}};
    FAILS(bad, "over", "kustomize/invalid");
}

static void test_transformations(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\nnamePrefix: p-\nnamespace: prod\nlabels:\n- pairs: {team: x}\nimages:\n- name: nginx\n  newTag: '1.27'\nconfigMapGenerator:\n- name: conf\n  literals: [a=b]\n"}};
    SHOWS(given, "over", "metadata:\n  name: \"p-web\"\n  namespace: \"prod\"\n  labels:\n    team: \"x\"\n");
    SHOWS(given, "over", "image: \"nginx:1.27\"\n");
    SHOWS(given, "over", "name: \"p-conf-4h2mbtbbt6\"\n"); /* the reference has the prefix and the hash */
    const Given replicas[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\nreplicas: [{name: web, count: 2}]\n"}};
    FAILS(replicas, "over", "kustomize/no-target"); /* a Pod has none */
}

static void test_replacements(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\nreplacements:\n- source: {kind: Pod, fieldPath: 'spec.containers.[name=a].image', options: {delimiter: ':', index: 1}}\n  targets:\n  - select: {kind: Pod}\n    fieldPaths: ['spec.containers.[name=b].env.[name=TAG].value']\n    options: {create: true}\n"}};
    SHOWS(given, "over", "\"env\":\n        - name: \"TAG\"\n          value: \"1.25\"\n");
}

static void test_components(void **state) {
    (void)state;
    const Given given[] = {BASE, {"comp/kustomization.yaml", "kind: Component\nnamePrefix: c-\n"}, {"over/kustomization.yaml", "resources: [../base]\ncomponents: [../comp]\n"}};
    SHOWS(given, "over", "name: \"c-web\"\n");
}

static void test_generators_merge(void **state) {
    (void)state;
    const Given given[] = {{"base/kustomization.yaml", "configMapGenerator:\n- name: c\n  literals: [a=1, b=2]\n  options: {disableNameSuffixHash: true}\n"},
                           {"over/kustomization.yaml", "resources: [../base]\nconfigMapGenerator:\n- name: c\n  behavior: merge\n  envs: [e.env]\n"}, {"over/e.env", "# no\nb=3\n"}};
    SHOWS(given, "over", "metadata:\n  name: \"c\"\ndata:\n  \"a\": \"1\"\n  \"b\": \"3\"\n");
}

static void test_last_word_of_a_generator(void **state) {
    (void)state;
    const Given given[] = {{"base/kustomization.yaml", "secretGenerator:\n- {name: t, type: kubernetes.io/tls, literals: [a=b], options: {immutable: true}}\n"},
                           {"over/kustomization.yaml", "resources: [../base]\nsecretGenerator:\n- {name: t, behavior: merge, literals: [a=c]}\n"},
                           {"fixed/kustomization.yaml", "resources: [../base]\ngeneratorOptions: {immutable: true}\nsecretGenerator:\n- {name: t, behavior: merge, literals: [a=c]}\n"}};
    SHOWS(given, "over", "type: \"Opaque\"");
    SHOWS(given, "base", "immutable: true");
    SHOWS(given, "fixed", "immutable: true");
}

/* The name of an image is an expression. */
static void test_image_pattern(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\nimages:\n- name: ng.*x\n  newTag: '3'\n"}, {"none/kustomization.yaml", "resources: [../base]\nimages:\n- name: n.*i\n  newTag: '3'\n"}};
    SHOWS(given, "over", "nginx:3");
    SHOWS(given, "none", "nginx:1.25");
}

/* YAML 1.2.2, 8.1.1.2: a block that ends with the file and not with a line has no line end. */
static void test_block_at_the_end(void **state) {
    (void)state;
    const Given given[] = {{"k/kustomization.yaml", "resources: [a.yaml]\n"}, {"k/a.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata:\n  x: |\n    b\n    c"}};
    SHOWS(given, "k", "\"b\\nc\"");
}

#define THING "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {image: 'i:1', secretRef: {name: s}, items: [{secretName: s}], host: 'x-$(V)'}\n---\napiVersion: v1\nkind: Secret\nmetadata: {name: s}\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\ndata: {v: value}\n"

static void test_configurations(void **state) {
    (void)state;
    const Given given[] = {{"base/kustomization.yaml", "resources: [t.yaml]\nconfigurations: [conf.yaml]\n"}, {"base/t.yaml", THING},
                           {"base/conf.yaml", "nameReference:\n- kind: Secret\n  fieldSpecs: [{kind: Thing, path: spec/secretRef/name}, {kind: Thing, path: spec/items/secretName}]\nimages: [{kind: Thing, path: spec/image}]\ncommonLabels: [{kind: Thing, path: spec/labels, create: true}]\nvarReference: [{kind: Thing, path: spec/host}]\nreplicas: [{kind: Thing, path: spec/replicas, create: true}]\n"},
                           {"over/kustomization.yaml", "resources: [../base]\nnamePrefix: p-\nimages: [{name: i, newTag: '2'}]\ncommonLabels: {l: m}\nreplicas: [{name: t, count: 4}]\nvars: [{name: V, objref: {kind: ConfigMap, name: c, apiVersion: v1}, fieldref: {fieldpath: data.v}}]\n"}};
    SHOWS(given, "over", "image: \"i:2\"\n  secretRef:\n    name: \"p-s\"\n  items:\n    - secretName: \"p-s\"\n  host: \"x-value\"\n");
    SHOWS(given, "over", "replicas: 4\n");
    SHOWS(given, "over", "\n  labels:\n    \"l\": \"m\"\n");
    const Given crds[] = {{"k/kustomization.yaml", "resources: [t.yaml]\ncrds: [crd.json]\nnamePrefix: p-\n"}, {"k/t.yaml", THING},
                          {"k/crd.json", "{\"a.b/v1.Thing\": {\"Schema\": {\"properties\": {\"kind\": {}, \"metadata\": {}, \"spec\": {\"$ref\": \"a.b/v1.Spec\"}}}},\n\"a.b/v1.Spec\": {\"Schema\": {\"properties\": {\"secretRef\": {\"x-kubernetes-object-ref-kind\": \"Secret\"}}}}}\n"}};
    SHOWS(crds, "k", "secretRef:\n    name: \"p-s\"\n  items:\n    - secretName: \"s\"\n");
}

/* A list of a custom resource is merged where `openapi` says so. */
static void test_openapi(void **state) {
    (void)state;
    const Given given[] = {{"k/kustomization.yaml", "resources: [t.yaml]\nopenapi: {path: s.json}\npatches:\n- patch: |-\n    apiVersion: example.com/v1\n    kind: Thing\n    metadata: {name: t}\n    spec: {parts: [{name: b, size: 2}]}\n"},
                           {"k/t.yaml", "apiVersion: example.com/v1\nkind: Thing\nmetadata: {name: t}\nspec: {parts: [{name: a}, {name: b, keep: 1}]}\n"},
                           {"k/s.json", "{\"definitions\": {\"v1.Thing\": {\"properties\": {\"spec\": {\"$ref\": \"#/definitions/v1.Spec\"}}, \"x-kubernetes-group-version-kind\": [{\"group\": \"example.com\", \"version\": \"v1\", \"kind\": \"Thing\"}]},\n\"v1.Spec\": {\"properties\": {\"parts\": {\"type\": \"array\", \"x-kubernetes-patch-merge-key\": \"name\", \"x-kubernetes-patch-strategy\": \"merge\"}}}}}\n"}};
    SHOWS(given, "k", "- name: \"b\"\n      keep: 1\n      size: 2\n    - name: \"a\"\n");
}

static void test_variables(void **state) {
    (void)state;
    const Given given[] = {{"k/kustomization.yaml", "resources: [p.yaml]\nnamePrefix: x-\nvars:\n- {name: S, objref: {kind: Service, name: s, apiVersion: v1}}\n- {name: P, objref: {kind: Service, name: s, apiVersion: v1}, fieldref: {fieldpath: 'spec.ports[0].port'}}\n"},
                           {"k/p.yaml", "apiVersion: v1\nkind: Service\nmetadata: {name: s}\nspec: {ports: [{port: 80}]}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {containers: [{name: a, image: b, args: ['$(S):$(P)', '$(P)', $$(S), $(N)]}]}\n"}};
    SHOWS(given, "k", "args:\n        - \"x-s:80\"\n        - 80\n        - \"$(S)\"\n        - \"$(N)\"\n");
    const Given none[] = {{"k/kustomization.yaml", "resources: [p.yaml]\nvars: [{name: S, objref: {kind: Service, name: s, apiVersion: v1}}]\n"}, {"k/p.yaml", POD}};
    FAILS(none, "k", "kustomize/no-target");
}

/* Steps of kustomize that objects ask for; generators run before components, transformers last. */
static void test_plugins(void **state) {
    (void)state;
    const Given given[] = {BASE, {"k/kustomization.yaml", "resources: [../base]\ngenerators: [g.yaml]\ncomponents: [c]\ntransformers:\n- t.yaml\n- |-\n  apiVersion: builtin\n  kind: NamespaceTransformer\n  metadata: {name: n, namespace: space}\n"},
                           {"k/g.yaml", "apiVersion: builtin\nkind: ConfigMapGenerator\nmetadata: {name: conf}\nliterals: [a=b]\n"},
                           {"k/c/kustomization.yaml", "kind: Component\nnamePrefix: c-\n"},
                           {"k/t.yaml", "apiVersion: builtin\nkind: LabelTransformer\nmetadata: {name: l}\nlabels: {l: m}\nfieldSpecs: [{path: metadata/labels, create: true}]\n---\napiVersion: builtin\nkind: PatchTransformer\nmetadata: {name: p}\ntarget: {kind: Pod}\npatch: '[{\"op\": \"add\", \"path\": \"/spec/hostNetwork\", \"value\": true}]'\n"}};
    SHOWS(given, "k", "name: \"c-web\"\n  labels:\n    \"l\": \"m\"\n  namespace: \"space\"\n");
    SHOWS(given, "k", "hostNetwork: true\n");
    SHOWS(given, "k", "name: \"c-conf-");
    const Given other[] = {BASE, {"k/kustomization.yaml", "resources: [../base]\ntransformers: ['{apiVersion: a/v1, kind: Program, metadata: {name: p}}']\n"}};
    SHOWS(other, "k", "kind: \"Pod\"");
}

/* What kustomize does that its pages don't say. */
static void test_odd_ends(void **state) {
    (void)state;
    const Given list[] = {BASE, {"k/kustomization.yaml", "resources: [../base]\npatches:\n- patch: |-\n    apiVersion: v1\n    kind: List\n    items: [{apiVersion: v1, kind: Pod, metadata: {name: web}, spec: {hostNetwork: true}}]\n"}};
    SHOWS(list, "k", "hostNetwork: true\n");
    const Given local[] = {{"k/kustomization.yaml", "resources: [r.yaml]\nreplacements: [{source: {kind: ConfigMap, fieldPath: data.h}, targets: [{select: {kind: Pod}, fieldPaths: [spec.hostname, spec.tolerations.0.key], options: {create: true}}]}]\n"},
                           {"k/r.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c, annotations: {config.kubernetes.io/local-config: 'true'}}\ndata: {h: there}\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: p}\nspec: {}\n"}};
    SHOWS(local, "k", "---\napiVersion: \"v1\"\nkind: \"Pod\"\nmetadata:\n  name: \"p\"\nspec:\n  hostname: \"there\"\n  tolerations:\n    - \"key\": \"there\"\n");
    const Given lines[] = {{"k/kustomization.yaml", "secretGenerator: [{name: s, literals: [a=0123456789012345678901234567890123456789012345678901234567890123456789]}]\n"}};
    SHOWS(lines, "k", "name: \"s-");
    SHOWS(lines, "k", "  \"a\": \"MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMT\\nIzNDU2Nzg5MDEyMzQ1Njc4OQ==\\n\"\n");
}

static void test_literals(void **state) {
    (void)state;
    const Given given[] = {{"k/kustomization.yaml", "generatorOptions: {disableNameSuffixHash: true}\nconfigMapGenerator:\n- name: c\n  options: {disableNameSuffixHash: false}\n  literals: ['a=\"x\"', 'b=\"\"x\"\"', 'c=\"', \"d='a'b'\"]\n"}};
    SHOWS(given, "k", "name: \"c\"\ndata:\n  \"a\": \"x\"\n  \"b\": \"\\\"x\\\"\"\n  \"c\": \"\\\"\"\n  \"d\": \"a'b\"\n");
    const Given number[] = {BASE, {"k/kustomization.yaml", "resources: [../base]\nlabels: [{pairs: {v: 1.10}}]\n"}};
    FAILS(number, "k", "kustomize/wrong-type");
}

static void test_what_stops_a_build(void **state) {
    (void)state;
    const Given missing[] = {{"a/kustomization.yaml", "resources: [nope.yaml]\n"}};
    FAILS(missing, "a", "kustomize/missing-file");
    const Given twice[] = {BASE, {"over/kustomization.yaml", "resources: [../base, ../base/pod.yaml]\n"}};
    FAILS(twice, "over", "kustomize/duplicate-resource");
    const Given target[] = {BASE, {"over/kustomization.yaml", "resources: [../base]\npatchesStrategicMerge:\n- |-\n  apiVersion: v1\n  kind: Pod\n  metadata: {name: api}\n"}};
    FAILS(target, "over", "kustomize/no-target");
    const Given remote[] = {BASE, {"over/kustomization.yaml", "resources: [../base, 'https://example.com/x.yaml', ../../out]\n"}};
    SHOWS(remote, "over", "name: \"web\"\n"); /* the rest is built */
}

/* ---- provenance and scenarios ---- */

static void evaluate(Loaded *l, const Given *given, size_t count) {
    load(l, given, count);
    SystemFile files[FILES_MAX];
    uint32_t kustomizations = 0;
    for (uint32_t i = 0; i < l->count; i++) {
        l->models[i] = (Model){.arena = &l->arena};
        if (str_ends(l->sources[i].path, STR("kustomization.yaml"))) files[kustomizations++] = (SystemFile){&l->sources[i], l->trees[i], &l->models[i]};
    }
    Outside outside = {.neighbours = &l->neighbours};
    kustomize_evaluate(files, kustomizations, &outside);
}

static const Object *first_of(const Loaded *l, ShapeId shape, const char *scenario) {
    for (uint32_t i = 0; i < l->count; i++) {
        for (uint32_t k = 0; k < l->models[i].subjects.count; k++) {
            const Object *o = l->models[i].subjects.items[k];
            if (o->shape->id == shape && o->composite && str_is(o->composite->scenario, scenario)) return o;
        }
    }
    return NULL;
}

static void points_at(Value v, const char *path, const char *text) {
    assert_non_null(v.source);
    if (!str_is(v.source->path, path) || !str_is(source_slice(v.source, v.span), text))
        fail_msg("%.*s: '%.*s', not %s: '%s'", STR_ARGS(v.source->path), STR_ARGS(source_slice(v.source, v.span)), path, text);
}

static void test_places(void **state) {
    (void)state;
    const Given given[] = {BASE, {"dev/kustomization.yaml", "resources: [../base]\nnamePrefix: dev-\n"},
                           {"prod/kustomization.yaml", "resources: [../base]\nimages: [{name: nginx, newTag: '9'}]\npatches: [{path: p.yaml}]\n"},
                           {"prod/p.yaml", "apiVersion: v1\nkind: Pod\nmetadata: {name: web}\nspec: {hostNetwork: true, containers: [{name: a, image: 'nginx:1.25'}]}\n"}};
    Loaded l;
    evaluate(&l, given, ARRAY_COUNT(given));
    const Object *dev = first_of(&l, SHAPE_MANIFEST, "dev"), *prod = first_of(&l, SHAPE_MANIFEST, "prod");
    assert_non_null(dev);
    assert_non_null(prod);
    assert_null(first_of(&l, SHAPE_MANIFEST, "base")); /* reviewed through its overlays */
    assert_true(str_is(dev->address, "Pod/web") && str_eq(dev->address, prod->address));
    assert_true(str_is(value_text(dev->fields[MANIFEST_NAME]), "dev-web"));
    points_at(dev->fields[MANIFEST_NAME], "base/pod.yaml", "web");
    points_at(value_path(prod->fields[MANIFEST_BODY], "spec.hostNetwork", &l.arena), "prod/p.yaml", "true");
    const Object *image = first_of(&l, SHAPE_IMAGE, "prod");
    assert_non_null(image);
    points_at(image->fields[IMAGE_TAG], "prod/kustomization.yaml", "'9'");
    points_at(first_of(&l, SHAPE_IMAGE, "dev")->fields[IMAGE_TAG], "base/pod.yaml", "1.25"); /* the part of the reference */
    assert_true(map_has(&l.neighbours.taken, STR("base/pod.yaml")));
    unload(&l);
}

static void test_deployed_base(void **state) {
    (void)state;
    const Given given[] = {BASE, {"flux.yaml", "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {name: x}\nspec: {path: ./base}\n"}, {"over/kustomization.yaml", "resources: [../base]\n"}};
    Loaded l;
    evaluate(&l, given, ARRAY_COUNT(given));
    assert_non_null(first_of(&l, SHAPE_MANIFEST, "base"));
    assert_non_null(first_of(&l, SHAPE_MANIFEST, "over"));
    unload(&l);
}

static void test_fallback(void **state) {
    (void)state;
    const Given given[] = {BASE, {"over/kustomization.yaml", "resources: [../base, nope.yaml]\n"}};
    Loaded l;
    evaluate(&l, given, ARRAY_COUNT(given));
    assert_null(first_of(&l, SHAPE_MANIFEST, "over"));
    assert_false(map_has(&l.neighbours.taken, STR("base/pod.yaml"))); /* read as it stands */
    assert_int_equal(l.sources[2].problems.count, 1);
    assert_int_equal(l.sources[2].problems.items[0].code, PROBLEM_KUSTOMIZE_MISSING);
    unload(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_strategic_merge), cmocka_unit_test(test_json_patch), cmocka_unit_test(test_transformations),
        cmocka_unit_test(test_replacements), cmocka_unit_test(test_components), cmocka_unit_test(test_generators_merge), cmocka_unit_test(test_last_word_of_a_generator), cmocka_unit_test(test_image_pattern), cmocka_unit_test(test_block_at_the_end),
        cmocka_unit_test(test_configurations), cmocka_unit_test(test_openapi), cmocka_unit_test(test_variables),
        cmocka_unit_test(test_plugins), cmocka_unit_test(test_literals), cmocka_unit_test(test_odd_ends), cmocka_unit_test(test_what_stops_a_build), cmocka_unit_test(test_places), cmocka_unit_test(test_deployed_base), cmocka_unit_test(test_fallback)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
