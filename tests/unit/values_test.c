/* Values with a grammar of their own: times, addresses, quantities, versions, URLs. */
#include "model/value.h"
#include "values/address.h"
#include "values/glob.h"
#include "values/quantity.h"
#include "values/constraint.h"
#include "values/semver.h"
#include "values/time.h"
#include "values/url.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void quantities_are_exact(void **state UNUSED) {
    static const struct { const char *text; const char *printed; } good[] = {
        {"0", "0"}, {"100m", "0.1"}, {"1.5", "1.5"}, {"128Mi", "134217728"}, {"1.5Gi", "1610612736"}, {"1e3", "1000"}, {"1E2", "100"}, {"2E", "2000000000000000000"},
        {"-5k", "-5000"}, {"+.5", "0.5"}, {"5.", "5"}, {"1n", "0.000000001"}, {"0.1n", "0.000000001"}, {"1e-20", "0.000000001"}, {"16Ei", "9223372036854775807"},
        {"99999999999999999999999999999999999999", "9223372036854775807"}, {"0.000000000000000000000000000001", "0.000000001"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        Quantity quantity;
        Buf out = {0};
        assert_true(quantity_read(str_of(good[i].text), &quantity));
        quantity_print(&quantity, &out);
        assert_string_equal(out.at, good[i].printed);
        buf_free(&out);
    }
    static const char *const bad[] = {"", "-", ".", "m", "1 Mi", "1MiB", "1,5", "0x10", "1e", "1e1000", "1.2.3", "NaN", "e3"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        Quantity quantity;
        if (quantity_read(str_of(bad[i]), &quantity)) fail_msg("'%s' was read", bad[i]);
    }
}

static void versions_are_ordered(void **state UNUSED) {
    static const char *const rising[] = {"0.9.9", "1.0.0-alpha", "1.0.0-alpha.1", "1.0.0-alpha.beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1", "1.0.0", "1.10.0"};
    for (size_t i = 1; i < ARRAY_COUNT(rising); i++) {
        Semver before, after;
        assert_true(semver_parse(str_of(rising[i - 1]), &before) && semver_parse(str_of(rising[i]), &after));
        assert_true(semver_compare(&before, &after) < 0 && semver_compare(&after, &before) > 0 && semver_compare(&after, &after) == 0);
    }
    static const char *const bad[] = {"", "1", "1.2", "v1.2.3", "1.2.3-", "01.2.3", "1.2.3-01", "1.2.3.4", "1.2.x"};
    Semver version;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (semver_parse(str_of(bad[i]), &version)) fail_msg("'%s' was read", bad[i]);
    }
}

static void addresses_and_networks(void **state UNUSED) {
    static const struct { const char *text, *printed; } good[] = {{"10.0.0.1", "10.0.0.1"}, {"2001:DB8::0:1", "2001:db8::1"}, {"::", "::"}, {"::1", "::1"}, {"1:0:0:2:0:0:0:3", "1:0:0:2::3"}};
    for (size_t i = 0; i < ARRAY_COUNT(good); i++) {
        Address address;
        Buf out = {0};
        assert_true(address_parse(str_of(good[i].text), &address));
        address_print(&address, &out);
        assert_string_equal(out.at, good[i].printed);
        buf_free(&out);
    }
    static const char *const bad[] = {"", "1.2.3", "1.2.3.256", "01.2.3.4", "1.2.3.4.5", ":::", "1::2::3", "12345::", "fe80::1%eth0", "1:2:3:4:5:6:7:8:9"};
    Address address;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (address_parse(str_of(bad[i]), &address)) fail_msg("'%s' was read", bad[i]);
    }
    Network wide, narrow;
    assert_true(network_parse(STR("10.0.0.0/8"), &wide) && network_parse(STR("10.1.0.0/16"), &narrow));
    assert_true(network_covers(&wide, &narrow) && !network_covers(&narrow, &wide));
    assert_false(network_parse(STR("10.0.0.0/33"), &wide));
    assert_false(network_parse(STR("10.0.0.0"), &wide));
}

static void times_read_and_print(void **state UNUSED) {
    static const char *const same[] = {"1970-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.999999999Z", "2009-02-13T23:31:30.5Z"};
    for (size_t i = 0; i < ARRAY_COUNT(same); i++) {
        Moment moment;
        Buf out = {0};
        assert_true(time_parse(str_of(same[i]), &moment));
        time_print(moment, &out);
        assert_string_equal(out.at, same[i]);
        buf_free(&out);
    }
    static const char *const bad[] = {"", "2024-02-30T00:00:00Z", "2024-13-01T00:00:00Z", "2024-01-01", "2024-01-01T24:00:00Z", "2024-01-01T00:00:00", "10000-01-01T00:00:00Z"};
    Moment moment;
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (time_parse(str_of(bad[i]), &moment)) fail_msg("'%s' was read", bad[i]);
    }
    assert_true(duration_parse(STR("-1h30m0.5s"), &moment));
    assert_int_equal(moment.seconds, -5400);
    assert_int_equal(moment.nanos, -500000000);
    assert_false(duration_parse(STR("1 h"), &moment));
}

static void urls_are_taken_apart(void **state UNUSED) {
    Url url;
    assert_true(url_parse(STR("https://me@[::1]:80/a b?k=1&k=2"), &url));
    assert_true(str_is(url.scheme, "https") && str_is(url.host, "[::1]:80") && str_is(url.hostname, "::1") && str_is(url.port, "80"));
    assert_true(str_is(url.path, "/a b") && str_is(url.query, "k=1&k=2"));
    assert_true(url_parse(STR("/only/a/path"), &url) && url.host.len == 0);
    static const char *const bad[] = {"", "../up", "http://a b/", "http://[::1", "http://a:b/", "http://a/%zz", "no scheme"};
    for (size_t i = 0; i < ARRAY_COUNT(bad); i++) {
        if (url_parse(str_of(bad[i]), &url)) fail_msg("'%s' was read", bad[i]);
    }
}

static void ignore_files(void **state UNUSED) {
    const Str lines[] = {STR_INIT("*"), STR_INIT("!src"), STR_INIT("src/secret/"), STR_INIT("!/docs/a.md"), STR_INIT("./x")};
    const struct { const char *path; bool out, all; } cases[] = {
        {"src", false, false}, {"src/a.c", false, false}, {"src/secret/key", true, true}, {"docs", true, false}, {"docs/a.md", false, false}, {"docs/b.md", true, true}, {"x", true, true}, {"", false, false}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Str path = str_of(cases[i].path);
        if (glob_excludes(lines, ARRAY_COUNT(lines), path) != cases[i].out) fail_msg("'%s' is %sexcluded", cases[i].path, cases[i].out ? "not " : "");
        if (glob_excludes_all(lines, ARRAY_COUNT(lines), path) != cases[i].all) fail_msg("'%s' is %swholly excluded", cases[i].path, cases[i].all ? "not " : "");
    }
    const Str deep[] = {STR_INIT("docs"), STR_INIT("!**/*.md")};
    assert_true(glob_excludes(deep, 2, STR("docs/a.txt")) && !glob_excludes(deep, 2, STR("docs/a.md")) && !glob_excludes_all(deep, 2, STR("docs")));
}

static void constraints_allow(void **state) {
    (void)state;
    static const struct {
        const char *constraints, *version;
        bool allows;
    } cases[] = {{">= 5.70, < 6.0", "5.80.0", true}, {">= 5.70, < 6.0", "6.0.0", false}, {"~> 5.1", "5.9.0", true}, {"~> 5.1", "6.0.0", false}, {"~> 5.1.2", "5.2.0", false}, {"~> 5", "6.1.0", true},
                 {"1.2.3", "1.2.4", false}, {"= 1.2", "1.2.0", true}, {">= v1.2", "1.3.0", true}, {"!= 1.2.3", "1.2.3", false}, {"<= 1.2", "1.2.5", false}, {"> 1.2", "1.2.5", true},
                 {">= 2.0.0-beta1", "2.0.0", true}, {"latest", "1.0.0", true}, {"< 1.0", "${v}", true}, {"^ 1.0", "2.0.0", true}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (constraint_allows(str_of(cases[i].constraints), str_of(cases[i].version)) != cases[i].allows) fail_msg("%s of %s", cases[i].version, cases[i].constraints);
    }
}

/* In the hostile build what is read as another kind is nothing, so that the tests meet whoever does so. */
static void a_kind_has_one_member(void **state UNUSED) {
#ifdef HOSTILE
    Value text = value_string(STR("text"));
    assert_null(text.as.items);
    assert_null(text.as.entries);
    assert_null(text.as.object);
#endif
    assert_true(value_is_string(value_string(STR("text")), "text"));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(quantities_are_exact), cmocka_unit_test(versions_are_ordered), cmocka_unit_test(addresses_and_networks),
                                       cmocka_unit_test(times_read_and_print), cmocka_unit_test(urls_are_taken_apart), cmocka_unit_test(ignore_files), cmocka_unit_test(constraints_allow), cmocka_unit_test(a_kind_has_one_member)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
