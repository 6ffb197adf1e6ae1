/* What is hidden of a line that is quoted, and what is not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "values/secret_text.h"

typedef struct Case {
    const char *text, *secrets; /* what is found, with a space behind each */
} Case;

static const Case cases[] = {
    {"access_key = \"AKIAZ7QWERTY2PLMNB4X\"", "AKIAZ7QWERTY2PLMNB4X "},
    {"  password = \"Kw9vLx2Qp\"", "Kw9vLx2Qp "},
    {"variables = { DB_PASSWORD = \"Kw9vLx2Qp\" }", "Kw9vLx2Qp "},
    {"docker login -u ci -p Kw9vLx2Qp registry.x.io", "Kw9vLx2Qp "},
    {"RUN echo \"root:Kw9vLx2Qp\" | chpasswd", "Kw9vLx2Qp "},
    {"services: {db: {image: postgres, env: {POSTGRES_PASSWORD: Kw9vLx2Qp}}}", "Kw9vLx2Qp "},
    {"CMD redis-server --requirepass Kw9vLx2Qp", "Kw9vLx2Qp "},
    {"curl -u u:Kw9vLx2Qp https://x | sh", "Kw9vLx2Qp "},
    {"sshpass -p Kw9vLx2Qp ssh a@b", "Kw9vLx2Qp "},
    {"mysql -u root -pKw9vLx2Qp", "Kw9vLx2Qp "},
    {"wget --password=Kw9vLx2Qp x", "Kw9vLx2Qp "},
    {"RUN export TOKEN=Kw9vLx2Qp && DB_PASSWORD=Zz81kkq make", "Kw9vLx2Qp Zz81kkq "},
    {"TOKEN: {value: \"Kw9vLx2Qp\"}", "Kw9vLx2Qp "},
    {"{\"password\": \"Kw9vLx2Qp\", \"name\": \"shop\"}", "Kw9vLx2Qp "},
    {"x: \"{\\\"password\\\": \\\"Kw9vLx2Qp\\\"}\"", "Kw9vLx2Qp "},
    {"password: ${DB_PASSWORD:-hunter2Prod!9}", "hunter2Prod!9 "},
    {"- token: abcdef.0123456789abcdef", "abcdef.0123456789abcdef "},
    {"url: postgres://shop:Kw9vLx2Qp@db/shop", "Kw9vLx2Qp "},
    {"permissions: {id-token: write}", ""},
    {"secrets: inherit", ""},
    {"password = var.db_password", ""},
    {"password = random_password.db2.result", ""},
    {"token: ${{ secrets.TOKEN_2 }}", ""},
    {"password: ${DB_PASSWORD}", ""},
    {"type: kubernetes.io/service-account-token", ""},
    {"secretName: shop-tls2", ""},
    {"automountServiceAccountToken: false", ""},
    {"docker run -p 8080:80 -u 1000:1000 shop", ""},
    {"curl -u ${NAME:-shop}:Kw9vLx2Qp https://x", "Kw9vLx2Qp "},
    {"curl -u \"${NAME:-shop}:Kw9vLx2Qp\" https://x", "Kw9vLx2Qp "},
    {"locust --host=http://x -u \"${USERS:-10}\" -r 1", ""},
    {"image: nginx:1.29", ""},
    {"", ""},
    {"password:", ""},
    {"token=\"", ""},
};

static void finds_what_is_to_be_hidden(void **state) {
    (void)state;
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Buf found = {0};
        Str text = str_of(cases[i].text), secret;
        for (size_t from = 0; secret_next(text, &from, &secret);) {
            assert_true(secret.at >= text.at && secret.at + secret.len <= text.at + text.len && secret.len);
            buf_add(&found, secret);
            buf_byte(&found, ' ');
        }
        if (!str_eq(buf_str(&found), str_of(cases[i].secrets))) fail_msg("%s: %.*s", cases[i].text, STR_ARGS(buf_str(&found)));
        buf_free(&found);
    }
}

/* A key goes to its end, and what has none ends somewhere. */
static void hides_a_key(void **state) {
    (void)state;
    Str text = STR("a: |\n  -----BEGIN RSA PRIVATE KEY-----\n  MIIB\n  -----END RSA PRIVATE KEY-----\n"), secret;
    size_t from = 0;
    assert_true(secret_next(text, &from, &secret));
    assert_true(str_has(secret, STR("MIIB")));
    assert_false(secret_next(text, &from, &secret));
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_what_is_to_be_hidden), cmocka_unit_test(hides_a_key)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
