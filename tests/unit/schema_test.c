/* The schema tables: what is known is found, what is misspelt is named, and following any path never leaves
 * the tables. */
#include "facts/fact.h"
#include "facts/schema.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define assert_str(actual, expected) assert_string_equal(str_copy(&arena, (actual)).at, expected)

static Arena arena;

/* The type at `path`, whose parts are field names, or `[]` for the items of a list. */
static const SchemaType *follow(const SchemaType *type, const char *path) {
    Str rest = str_of(path), part;
    while (str_next(&rest, '.', &part)) {
        SchemaField field;
        if (str_is(part, "[]"))
            type = schema_item(type);
        else if (schema_field(type, part, &field))
            type = field.type;
        else
            return NULL;
    }
    return type;
}

static void kubernetes_fields(void **state UNUSED) {
    const SchemaType *deployment = schema_find(STR("apps/v1"), STR("Deployment"));
    assert_non_null(deployment);
    const SchemaType *container = follow(deployment, "spec.template.spec.containers.[]");
    assert_non_null(container);
    SchemaField field;
    assert_true(schema_field(container, STR("name"), &field));
    assert_true(field.required);
    assert_int_equal(schema_kinds(field.type), SCHEMA_STRING);
    assert_true(schema_field(container, STR("ports"), &field));
    assert_str(field.list_keys, "containerPort|protocol");
    assert_int_equal(field.merge, SCHEMA_MERGE);
    assert_int_equal(schema_kinds(follow(container, "resources.limits.cpu")), SCHEMA_QUANTITY);
    assert_int_equal(schema_kinds(follow(container, "livenessProbe.httpGet.port")),
                     SCHEMA_INT | SCHEMA_STRING);
    assert_str(schema_kinds_name(follow(container, "livenessProbe.httpGet.port"), &arena),
               "string or integer");
    const SchemaType *policy = follow(container, "imagePullPolicy");
    assert_int_equal(schema_value_count(policy), 3);
    assert_true(schema_allows(policy, STR("IfNotPresent")));
    assert_false(schema_allows(policy, STR("Sometimes")));
    assert_true(schema_allows(policy, STR("")));
}

static void misspelt(void **state UNUSED) {
    const SchemaType *spec = follow(schema_find(STR("apps/v1"), STR("Deployment")), "spec");
    SchemaField field;
    assert_false(schema_field(spec, STR("replica"), &field));
    assert_false(schema_is_open(spec));
    assert_str(schema_nearest(spec, STR("replica")), "replicas");
    assert_int_equal(schema_nearest(spec, STR("qqqqqqqqqq")).len, 0);
    assert_str(schema_nearest_kind(STR("Deploymnet")), "Deployment");
    assert_null(schema_find(STR("apps/v1"), STR("Deploy")));
    assert_null(schema_find(STR("v1"), STR("Deployment")));
}

static void nothing_known(void **state UNUSED) {
    SchemaField field;
    assert_false(schema_field(NULL, STR("a"), &field));
    assert_true(schema_is_open(NULL));
    assert_true(schema_allows(NULL, STR("a")));
    assert_int_equal(schema_kinds(NULL), SCHEMA_ANY);
    assert_int_equal(schema_field_count(NULL), 0);
    assert_null(schema_item(NULL));
}

static void custom_resources(void **state UNUSED) {
    const SchemaType *certificate = schema_find(STR("cert-manager.io/v1"), STR("Certificate"));
    assert_non_null(follow(certificate, "spec.issuerRef.name"));
    assert_non_null(follow(certificate, "metadata.labels.anything"));
    assert_true(schema_is_open(follow(certificate, "status")));
}

static void versions_and_removals(void **state UNUSED) {
    SchemaKind kind;
    assert_true(schema_kind(STR("CronJob"), 0, &kind));
    assert_str(kind.api_version, "batch/v1");
    assert_str(kind.resource, "cronjobs");
    assert_int_equal(kind.namespaced, 1);
    assert_false(schema_kind(STR("CronJob"), 1, &kind));
    assert_false(schema_kind(STR("CronJob"), UINT32_MAX, &kind));
    assert_false(schema_kind(STR("Nothing"), 0, &kind));
    SchemaRemoval removal;
    assert_true(schema_removal(STR("extensions/v1beta1"), STR("Ingress"), &removal));
    assert_str(removal.removed_in, "v1.22.0");
    assert_str(removal.replacement, "networking.k8s.io/v1");
    assert_str(removal.component, "k8s");
    assert_false(schema_removal(STR("networking.k8s.io/v1"), STR("Ingress"), &removal));
}

static void compose(void **state UNUSED) {
    const SchemaType *service = follow(schema_root(STR("compose")), "services.web");
    SchemaField field;
    assert_true(schema_field(service, STR("x-anything"), &field));
    assert_true(field.is_free);
    assert_false(schema_field(service, STR("comand"), &field));
    assert_str(schema_nearest(service, STR("comand")), "command");
    assert_int_equal(schema_kinds(follow(service, "build")), SCHEMA_STRING | SCHEMA_MAP);
    assert_int_equal(schema_kinds(follow(service, "environment")), SCHEMA_LIST | SCHEMA_MAP);
    assert_int_equal(schema_kinds(follow(service, "environment.[]")), SCHEMA_STRING);
    assert_non_null(follow(service, "depends_on.db.condition"));
    assert_null(schema_root(STR("no-such-file")));
}

/* Every field of every kind can be followed a few steps; fields are sorted, so that each is found by its own
 * name. */
static uint32_t walk(const SchemaType *type, int depth) {
    uint32_t seen = 1;
    for (uint32_t i = 0; i < schema_field_count(type); i++) {
        SchemaField at = schema_field_at(type, i), found;
        assert_true(schema_field(type, at.name, &found));
        assert_true(str_eq(found.name, at.name) && found.type == at.type);
        assert_int_not_equal(schema_kinds(at.type), 0);
        if (depth)
            seen +=
                walk(at.type, depth - 1) + (schema_item(at.type) ? walk(schema_item(at.type), depth - 1) : 0);
    }
    return seen;
}

static void every_kind(void **state UNUSED) {
    const char *const kinds[] = {"Pod",           "Deployment",  "Service",   "Ingress",        "CronJob",
                                 "Application",   "Certificate", "Gateway",   "VirtualService", "compose",
                                 "kustomization", "chart",       "prometheus"};
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) {
        SchemaKind kind;
        assert_true(schema_kind(str_of(kinds[i]), 0, &kind));
        assert_true(walk(kind.type, 4) > 10);
    }
}

static void tables(void **state UNUSED) {
    const FactTable *cycles = fact_table(STR("lifecycles"));
    assert_non_null(cycles);
    assert_null(fact_table(STR("nothing")));
    assert_int_equal(fact_column(cycles, STR("eol")), 3);
    assert_int_equal(fact_column(cycles, STR("nothing")), -1);
    assert_int_equal(fact_rows(NULL, STR("x")).count, 0);
    assert_int_equal(fact_rows(cycles, STR("zzzz")).count, 0);
    for (uint32_t i = 0; i < fact_row_count(cycles); i++) {
        FactRows rows = fact_rows(cycles, fact_cell(cycles, i, 0));
        assert_true(rows.first <= i && i < rows.first + rows.count);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(kubernetes_fields),
                                       cmocka_unit_test(misspelt),
                                       cmocka_unit_test(nothing_known),
                                       cmocka_unit_test(custom_resources),
                                       cmocka_unit_test(versions_and_removals),
                                       cmocka_unit_test(compose),
                                       cmocka_unit_test(every_kind),
                                       cmocka_unit_test(tables)};
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    arena_free(&arena);
    return failed;
}
