/* Certificates: what openssl made, and the same bytes damaged. */
#include "values/x509.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const char elliptic[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBHTCBxAIBATAKBggqhkjOPQQDAjAbMRkwFwYDVQQDDBBzaG9wLmV4YW1wbGUu\n"
    "Y29tMB4XDTE0MDMwMTAwMDAwMFoXDTE1MDMwMTAwMDAwMFowGzEZMBcGA1UEAwwQ\n"
    "c2hvcC5leGFtcGxlLmNvbTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABIcpvGe8\n"
    "Vy9XsXDL32yZw61HCQMV4sUtL+WOUCWFThwhwgl3/ZbzzrNP8NZ51S1dkI+/0sm2\n"
    "4x6pSXO3BqvfdjQwCgYIKoZIzj0EAwIDSAAwRQIhAOvUkIaFY4QVchGxANGE24hm\n"
    "SFDzGhv6zEjtoC6zku7kAiAo9uDkZUZhnUa0JtZRbS/MEs4YEYrZMZozArh+J48c\n"
    "Pg==\n"
    "-----END CERTIFICATE-----\n";

static const char rsa[] =
    "-----BEGIN CERTIFICATE-----\n"
    "MIIBpzCCARACAQMwDQYJKoZIhvcNAQELBQAwGzEZMBcGA1UEAwwQc2hvcC5leGFt\n"
    "cGxlLmNvbTAgFw0yNDAzMDEwMDAwMDBaGA8yMDk5MDMwMTAwMDAwMFowGzEZMBcG\n"
    "A1UEAwwQc2hvcC5leGFtcGxlLmNvbTCBnzANBgkqhkiG9w0BAQEFAAOBjQAwgYkC\n"
    "gYEAw547NSoXWmLgnb0JvrXLIc3xeq7ncUJ9+oz6Upo6kq4GlATrxwt69m2TAGDr\n"
    "0CAJ4EyIo2J1+2j5NBLXDtavHdpSyXkNG0FbLXP2d+FqjFG1EQ0ej+NqKw29Cpyo\n"
    "oddIBoPJU95O3lYpJkzVO0RcnalCi8fs+dzyZcRfmZ3p05cCAwEAATANBgkqhkiG\n"
    "9w0BAQsFAAOBgQB9Ax99a6FBKfzPYKYAJiFJqCyautCGNkpQg9gcaN18TmFC5Bjp\n"
    "Z73nyUDcdyKvTUXZO8qM4btC0USKintlaHFi18aidI4Clsv/3RIRDLDzSZ893bVQ\n"
    "xNOKhnoZJyi9v/+UAt4zVKxj5vrLaRevJnTPCJlPIjeEAE0NUkIlWOVOIg==\n"
    "-----END CERTIFICATE-----\n";

static void a_chain_is_read(void **state UNUSED) {
    Arena arena = {0};
    Certificate first, second, third;
    Str pem = str_format(&arena, "# comment\n%s%s", elliptic, rsa);
    assert_true(certificate_next(&pem, &first));
    assert_true(certificate_next(&pem, &second));
    assert_false(certificate_next(&pem, &third));
    assert_string_equal(first.begins, "2014-03-01");
    assert_string_equal(first.expires, "2015-03-01");
    assert_string_equal(first.key, "EC");
    assert_int_equal(first.bits, 256);
    assert_string_equal(second.expires, "2099-03-01");
    assert_string_equal(second.key, "RSA");
    assert_int_equal(second.bits, 1024);
    arena_free(&arena);
}

/* Each byte changed, each prefix: nothing is read beyond the end, and nothing else happens. */
static void damage_is_no_harm(void **state UNUSED) {
    Arena arena = {0};
    Certificate out;
    for (size_t i = 0; i < sizeof rsa - 1; i++) {
        char text[sizeof rsa];
        memcpy(text, rsa, sizeof rsa);
        text[i] = text[i] == '/' ? '+' : '/';
        Str pem = {text, sizeof rsa - 1}, cut = {rsa, i};
        certificate_next(&pem, &out);
        assert_false(certificate_next(&cut, &out) && i < sizeof rsa - 2);
    }
    Str none = STR("-----BEGIN CERTIFICATE-----\nMIII\n-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n*\n-----END CERTIFICATE-----\n");
    assert_false(certificate_next(&none, &out));
    arena_free(&arena);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_chain_is_read), cmocka_unit_test(damage_is_no_harm)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
