/* Expressions of GitLab's rules: what is one, and where it stops being one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "parse/rule_expression.h"

static void right(void **state) {
    (void)state;
    static const char *const texts[] = {
        "$A", "$CI_COMMIT_BRANCH == \"main\"", "$A == 'b' || $B != null && ($C)", "$A =~ /^v\\d+\\/x$/i", "$A !~ $PATTERN", "$A =~ \"/^x/\"",
        "\"main\" == $A", "(($A))", "$A\n&& $B", "null == $A", "$A == $B"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        Str bad;
        if (rule_expression_fault(str_of(texts[i]), &bad)) fail_msg("%s", texts[i]);
    }
}

static void wrong(void **state) {
    (void)state;
    static const struct { const char *text, *fault, *bad; } cases[] = {
        {"$A = \"b\"", "single-equals", "="}, {"A == \"b\"", "no-dollar", "A"}, {"$A == b", "no-dollar", "b"}, {"$A =~ \"^x\"", "pattern", "\"^x\""},
        {"$A =~ x", "pattern", "x"}, {"$A &&", "unfinished", "$A &&"}, {"($A", "unfinished", "($A"}, {"$A)", "unexpected", ")"}, {"&& $A", "unexpected", "&"},
        {"$A $B", "unexpected", "$"}, {"$A == \"b", "unexpected", "\""}, {"", "unfinished", ""}, {"$", "unexpected", "$"}, {"$A == /x", "unexpected", "/"}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Str bad;
        const char *fault = rule_expression_fault(str_of(cases[i].text), &bad);
        if (!fault) fail_msg("%s is taken", cases[i].text);
        assert_string_equal(fault, cases[i].fault);
        assert_true(str_is(bad, cases[i].bad));
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(right), cmocka_unit_test(wrong)};
    return cmocka_run_group_tests_name("rule_expression", tests, NULL, NULL);
}
