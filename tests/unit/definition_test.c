/* Custom resources against their definition: each row says what the schema of the spec is, what the spec, and which misfit comes of it. */
#include "link/definition/definition.h"
#include "parse/yaml.h"
#include "systems/kubernetes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

typedef struct Outcome {
    Str kinds; /* of the misfits, in order, separated by spaces */
    Source definition, resource;
    Arena arena;
} Outcome;

static void lower(Model *model, Source *source, const char *path, Str text) {
    source_init(source, str_of(path), text);
    *model = (Model){.arena = &source->arena};
    kubernetes_model(source, yaml_parse_template(text_of_source(source)), model);
}

static void meet(Outcome *out, Str definition, Str resource) {
    *out = (Outcome){0};
    Model theirs, ours;
    lower(&theirs, &out->definition, "crds/lamp.yaml", definition);
    lower(&ours, &out->resource, "apps/lamp.yaml", resource);
    Definitions definitions = {0};
    for (uint32_t i = 0; i < theirs.subjects.count; i++) definitions_add(&definitions, theirs.subjects.items[i], &out->arena);
    definitions_join(&definitions, &ours);
    Buf kinds = {0};
    for (uint32_t i = 0; i < ours.subjects.count; i++) {
        const Object *o = ours.subjects.items[i];
        if (o->shape->id != SHAPE_MISFIT) continue;
        if (kinds.len) buf_byte(&kinds, ' ');
        buf_add(&kinds, value_text(o->fields[MISFIT_KIND]));
    }
    out->kinds = str_copy(&out->arena, buf_str(&kinds));
    buf_free(&kinds);
}

static void done(Outcome *out) {
    source_free(&out->definition);
    source_free(&out->resource);
    arena_free(&out->arena);
}

static const struct {
    const char *schema, *spec, *kinds;
} rows[] = {
    {"{type: object, properties: {a: {type: integer}}}", "{a: 1}", ""},
    {"{type: object, properties: {a: {type: integer}}}", "{a: x}", "type"},
    {"{type: object, properties: {a: {type: integer}}}", "{a: 1.0}", ""},
    {"{type: object, properties: {a: {type: integer}}}", "{a: null}", ""},
    {"{type: object, properties: {a: {type: integer}}}", "{a: '{{ x }}'}", ""},
    {"{type: object, properties: {a: {type: integer}}}", "{b: 1}", "unknown"},
    {"{type: object}", "{b: 1}", "unknown"},
    {"{type: object, x-kubernetes-preserve-unknown-fields: true}", "{b: 1}", ""},
    {"{type: object, additionalProperties: {type: string}}", "{b: 1, c: x}", "type"},
    {"{x-kubernetes-int-or-string: true}", "http", ""},
    {"{x-kubernetes-int-or-string: true}", "[1]", "type"},
    {"{type: object, x-kubernetes-embedded-resource: true}", "{apiVersion: v1, kind: Pod, metadata: {}}", ""},
    {"{type: object, required: [a], properties: {a: {type: integer}}}", "{}", "missing"},
    {"{type: object, required: [a], properties: {a: {type: integer, default: 1}}}", "{}", ""},
    {"{type: string, enum: [a, b]}", "c", "value"},
    {"{type: integer, minimum: 1, exclusiveMinimum: true}", "1", "bound"},
    {"{type: integer, multipleOf: 5}", "12", "bound"},
    {"{type: string, maxLength: 2}", "ñandú", "bound"},
    {"{type: string, maxLength: 5}", "ñandú", ""},
    {"{type: string, pattern: '(?=never known)'}", "x", ""},
    {"{type: array, items: {type: string}, minItems: 2, x-kubernetes-list-type: set}", "[a]", "bound"},
    {"{type: array, items: {type: string}, x-kubernetes-list-type: set}", "[a, b, a]", "duplicate"},
    {"{type: string, anyOf: [{format: ipv4}, {maxLength: 1}]}", "abc", ""},
    {"{type: integer, not: {enum: [3]}}", "3", "rule"},
    {"{type: integer, x-kubernetes-validations: [{rule: self > 3}]}", "3", "rule"},
    {"{type: integer, x-kubernetes-validations: [{rule: self > oldSelf}]}", "3", ""},
    {"{type: integer, x-kubernetes-validations: [{rule: 'oldSelf.optMap(o, self > o).orValue(self == 3)', optionalOldSelf: true}]}", "3", ""},
    {"{type: string, format: duration, x-kubernetes-validations: [{rule: \"self > duration('1h')\"}]}", "30m", "rule"},
    {"{type: object, properties: {a.b: {type: integer, default: 7}}, x-kubernetes-validations: [{rule: self.a__dot__b == 7}]}", "{}", ""},
};

static void misfits(void **state UNUSED) {
    for (size_t i = 0; i < ARRAY_COUNT(rows); i++) {
        Arena a = {0};
        Outcome out;
        Str definition = str_format(&a, "apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: lamps.acme.example}\nspec:\n"
                                        "  group: acme.example\n  names: {kind: Lamp, plural: lamps}\n  versions:\n  - name: v1\n    served: true\n    schema:\n"
                                        "      openAPIV3Schema:\n        type: object\n        properties:\n          spec: %s\n", rows[i].schema);
        meet(&out, definition, str_format(&a, "apiVersion: acme.example/v1\nkind: Lamp\nmetadata: {name: hall}\nspec: %s\n", rows[i].spec));
        if (!str_is(out.kinds, rows[i].kinds)) print_error("%s over %s\n", rows[i].schema, rows[i].spec);
        assert_true(str_is(out.kinds, rows[i].kinds));
        done(&out);
        arena_free(&a);
    }
}

/* A definition of the repository knows its kind better than our tables. */
static void newer_than_ours(void **state UNUSED) {
    Outcome out;
    meet(&out, STR("apiVersion: apiextensions.k8s.io/v1\nkind: CustomResourceDefinition\nmetadata: {name: servicemonitors.monitoring.coreos.com}\nspec:\n"
                   "  group: monitoring.coreos.com\n  names: {kind: ServiceMonitor, plural: servicemonitors}\n  versions:\n  - name: v1\n    served: true\n"
                   "    schema: {openAPIV3Schema: {type: object, properties: {spec: {type: object, properties: {newer: {type: boolean}}}}}}\n"),
         STR("apiVersion: monitoring.coreos.com/v1\nkind: ServiceMonitor\nmetadata: {name: a}\nspec: {newer: true}\n"));
    assert_true(str_is(out.kinds, ""));
    done(&out);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(misfits), cmocka_unit_test(newer_than_ours)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
