/* What may be shown of a source that holds credentials. */
#include "model/redact.h"

#include "model/shape.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void note(Source *source, const Span *spans, uint32_t count, Arena *a) {
    ObjectVec subjects = {0};
    for (uint32_t i = 0; i < count; i++) {
        Object *o = object_new(a, SHAPE_SECRET, source, spans[i]);
        o->fields[SECRET_VALUE] = value_at(value_string(source_slice(source, spans[i])), source, spans[i]);
        vec_push(a, &subjects, o);
    }
    redact_note(source, &subjects, a);
}

static void no_part_of_a_credential_is_shown(void **state UNUSED) {
    Arena a = {0};
    Source source;
    source_init(&source, STR("Dockerfile"), STR("ENV A=hunter2 B=swordfish C=plain"));
    note(&source, (Span[]){{16, 25}, {6, 13}, {18, 22}}, 3, &a); /* out of order, one inside another */
    assert_int_equal(source.secrets.count, 2);
    static const struct { uint32_t start, end; const char *shown; } cases[] = {
        {0, 33, "ENV A=‹redacted› B=‹redacted› C=plain"}, {8, 18, "‹redacted› B=‹redacted›"}, {8, 10, "‹redacted›"}, {13, 16, " B="}, {26, 33, "C=plain"}, {5, 5, ""}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Buf out = {0};
        redact_bytes(&source, cases[i].start, cases[i].end, &out);
        assert_true(str_is(buf_str(&out), cases[i].shown));
        buf_free(&out);
    }
    assert_true(str_is(redact_text(&source, STR("`hunter2` and swordfish, hunter2"), &a), "`‹redacted›` and ‹redacted›, ‹redacted›"));
    assert_true(str_is(redact_text(&source, STR("nothing of it"), &a), "nothing of it"));
    source_free(&source);
    arena_free(&a);
}

/* However many there are, and whichever begins as another does. */
static void each_of_many_credentials_is_hidden(void **state UNUSED) {
    enum { COUNT = 500, LEN = 11 };
    Arena a = {0};
    Source source;
    Buf text = {0};
    Span spans[COUNT];
    for (uint32_t i = 0; i < COUNT; i++) {
        spans[i] = (Span){(uint32_t)text.len, (uint32_t)text.len + (i % 3 ? LEN : 6)};
        buf_print(&text, "ab%04u-%04u\n", i, i * 7 % 1000);
    }
    source_init(&source, STR("x.env"), buf_str(&text));
    note(&source, spans, COUNT, &a);
    for (uint32_t i = 0; i < COUNT; i++) {
        Str secret = source_slice(&source, spans[i]);
        Str told = redact_text(&source, str_format(&a, "it says ab00 %.*sab9999-0 ab", STR_ARGS(secret)), &a);
        assert_true(str_is(told, "it says ab00 ‹redacted›ab9999-0 ab"));
    }
    source_free(&source);
    buf_free(&text);
    arena_free(&a);
}

static void a_credential_that_is_a_word_stays_in_longer_ones(void **state UNUSED) {
    Arena a = {0};
    Source source;
    source_init(&source, STR("compose.yaml"), STR("PASSWORD: test"));
    note(&source, (Span[]){{10, 14}}, 1, &a);
    assert_true(str_is(redact_text(&source, STR("`acme/web:latest` and testing, test, pg://u:test@db test-ui test"), &a),
                       "`acme/web:latest` and testing, ‹redacted›, pg://u:‹redacted›@db test-ui ‹redacted›"));
    source_free(&source);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_part_of_a_credential_is_shown), cmocka_unit_test(each_of_many_credentials_is_hidden), cmocka_unit_test(a_credential_that_is_a_word_stays_in_longer_ones)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
