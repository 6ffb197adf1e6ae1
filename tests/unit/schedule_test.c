/* Cron lines and the patterns of filters. */
#include "values/cron.h"
#include "values/filter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void cron_lines(void **state UNUSED) {
    static const struct { const char *text; uint32_t shortest; } good[] = {
        {"*/5 * * * *", 5}, {"0 0 * * 0", 1440}, {"59,0 * * * *", 1}, {"0 2-4 1,15 JAN-jun MON-FRI", 60}, {"  30  5  *  *  * ", 1440}, {"7/20 * * * *", 20}};
    static const char *const bad[] = {"", "* * * *", "* * * * * *", "60 * * * *", "* 24 * * *", "* * 0 * *", "* * * 13 *", "* * * * 7", "*/0 * * * *", "5-1 * * * *", "a * * * *", "1, * * * *", "@daily", "-1 * * * *"};
    Cron cron;
    Str at;
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        if (!cron_parse(str_of(good[i].text), &cron, &at)) fail_msg("'%s' is refused", good[i].text);
        assert_int_equal(cron.shortest, good[i].shortest);
    }
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (cron_parse(str_of(bad[i]), &cron, &at)) fail_msg("'%s' is taken", bad[i]);
    }
}

static void filters(void **state UNUSED) {
    static const struct { const char *text; bool path, good; } cases[] = {
        {"main", false, true}, {"releases/**", false, true}, {"v[0-9]+.*", false, true}, {"!main", false, true}, {"'*'", false, true}, {"**/a?.js", true, true}, {"docs/my file.md", true, true}, {"v1\\.?", true, true},
        {"", false, false}, {"!", false, false}, {"^v1", false, false}, {"v\\d+", false, false}, {"v[9-1]", false, false}, {"v[", false, false}, {"v[]", false, false}, {"+a", false, false}, {"v*+", false, false}, {"a b", false, false}, {"/a", false, false}, {"a/", false, false}, {"./a", true, false}, {"../a", true, false}};
    Str bad;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (filter_is_valid(str_of(cases[i].text), cases[i].path, &bad) != cases[i].good) fail_msg("'%s' is judged wrongly", cases[i].text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(cron_lines), cmocka_unit_test(filters)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
