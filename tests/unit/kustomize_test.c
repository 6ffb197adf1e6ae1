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
        cmocka_unit_test(test_what_stops_a_build), cmocka_unit_test(test_places), cmocka_unit_test(test_deployed_base), cmocka_unit_test(test_fallback)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
