/* How a right file looks: from the examples of the catalogue, for the kind of file that was reviewed, cut to what matters. */
#include "check/corrected.h"

#include "check/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const Check *named(const char *id) {
    for (uint32_t i = 0; i < catalogue_count; i++) {
        if (str_is(catalogue_table[i].id, id)) return &catalogue_table[i];
    }
    fail_msg("there is no check %s", id);
    return NULL;
}

static void what_is_shown(void **state UNUSED) {
    static const struct { const char *check, *path, *has, *hasnt; } cases[] = {
        {"redshift/plain-connections", "infra/main.tf", "require_ssl", NULL},
        {"secret/in-manifest", "k8s/api.yaml", "secretKeyRef", "apiVersion"}, /* only the lines around what is new */
        {"tf/provider-not-required", "main.tf", "required_providers", "aws_s3_bucket"},      /* only the blocks that are new */
        {"command/pipe-to-shell", "Dockerfile", NULL, NULL},                                    /* the example is another way than the solution's */
        {"secret/in-manifest", "Dockerfile", NULL, NULL},                                    /* another kind of file */
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena a = {0};
        Str text = check_corrected(named(cases[i].check), str_of(cases[i].path), &a);
        if (!cases[i].has) assert_int_equal(text.len, 0);
        else if (!str_has(text, str_of(cases[i].has)) || (cases[i].hasnt && str_has(text, str_of(cases[i].hasnt)))) fail_msg("%s: %.*s", cases[i].check, STR_ARGS(text));
        arena_free(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_is_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
