/* Arenas, strings, buffers, maps. */
#include "base/buf.h"
#include "base/map.h"
#include "base/pages.h"
#include "base/vec.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void arena_returns_to_a_mark(void **state UNUSED) {
    Arena a = {0};
    char *first = arena_alloc(&a, 10);
    memset(first, 'x', 10);
    ArenaMark mark = arena_mark(&a);
    for (int i = 0; i < 100; i++) memset(arena_alloc(&a, 5000), 'y', 5000);
    arena_reset(&a, mark);
    assert_memory_equal(first, "xxxxxxxxxx", 10);
    arena_free(&a);
    assert_int_equal(a.total, 0);
}

static void vectors_keep_their_items(void **state UNUSED) {
    Arena a = {0};
    VEC(int) v = {0};
    for (int i = 0; i < 1000; i++) vec_push(&a, &v, i);
    for (int i = 0; i < 1000; i++) assert_int_equal(v.items[i], i);
    arena_free(&a);
}

static void maps_iterate_in_insertion_order(void **state UNUSED) {
    Arena a = {0};
    Map m = {0};
    for (int i = 0; i < 500; i++) map_put(&a, &m, str_format(&a, "key %d", i), arena_new(&a, int));
    assert_int_equal(m.count, 500);
    assert_true(str_is(m.items[7].key, "key 7"));
    assert_true(map_has(&m, STR("key 499")));
    assert_null(map_get(&m, STR("key 500")));
    arena_free(&a);
}

static void pages_are_shared_until_one_writes(void **state UNUSED) {
    Arena a = {0};
    Pages one = {0};
    int values[400];
    assert_null(pages_get(&one, 0));
    for (uint32_t i = 0; i < 300; i += 3) pages_put(&a, &one, i, &values[i]);
    Pages two = pages_copy(&one);
    pages_put(&a, &two, 0, &values[1]);
    pages_put(&a, &two, 100000, &values[2]);
    pages_put(&a, &one, 1, &values[3]);
    assert_ptr_equal(pages_get(&one, 0), &values[0]);
    assert_ptr_equal(pages_get(&two, 0), &values[1]);
    assert_ptr_equal(pages_get(&one, 297), pages_get(&two, 297));
    assert_null(pages_get(&two, 1));
    assert_null(pages_get(&one, 100000));
    assert_true(pages_count(&one) == 101 && pages_count(&two) == 101);
    assert_ptr_equal(pages_at(&one, 1), &values[3]);
    assert_ptr_equal(pages_at(&two, 100), &values[2]);
    assert_null(pages_at(&two, 101));
    arena_free(&a);
}

static void strings_cut_and_compare(void **state UNUSED) {
    Str left, right;
    assert_true(str_cut(STR("a=b=c"), '=', &left, &right));
    assert_true(str_is(left, "a") && str_is(right, "b=c"));
    int64_t number;
    assert_true(str_to_int(STR("-9223372036854775808"), &number) && number == INT64_MIN);
    assert_false(str_to_int(STR("9223372036854775808"), &number));
    assert_false(str_to_int(STR("1x"), &number) || str_to_int(STR(""), &number));
    Str names[] = {STR("HEALTHCHECK"), STR("ENTRYPOINT"), STR("RUN")};
    assert_true(str_is(str_nearest(STR("ENTYRPOINT"), names, 3), "ENTRYPOINT"));
    assert_int_equal(str_nearest(STR("zzzzzz"), names, 3).len, 0);
    assert_true(str_is_slip(STR("fetch_depth"), STR("fetch-depth")) && str_is_slip(STR("ingore"), STR("ignore")));
    assert_false(str_is_slip(STR("allowed_tools"), STR("allowed_bots"))); /* three letters: another name */
    assert_false(str_is_slip(STR("time"), STR("name")) || str_is_slip(STR("a"), STR("")));
    Str rest = STR("a,,b"), piece;
    int pieces = 0;
    while (str_next(&rest, ',', &piece)) pieces++;
    assert_int_equal(pieces, 3);
}

/* Beginnings that lead nowhere, more of them than are tried one by one. */
static void strings_find_behind_many_beginnings(void **state) {
    (void)state;
    char text[4000];
    memset(text, 'a', sizeof text);
    for (size_t len = 3; len < sizeof text; len = len * 5 / 4 + 1) {
        assert_int_equal(str_find((Str){text, len}, STR("abaa")), STR_NONE);
        assert_int_equal(str_find((Str){text, len}, STR("a")), 0);
        text[len - 2] = 'b';
        assert_int_equal(str_find((Str){text, len}, STR("aba")), len < 3 ? STR_NONE : len - 3);
        text[len - 2] = 'a';
    }
}

/* Every place of a part in a text of every length, so that each way through the blocks is taken. */
static void strings_find_in_blocks(void **state) {
    (void)state;
    char text[80];
    for (size_t len = 1; len <= sizeof text; len++) {
        for (size_t at = 0; at < len; at++) {
            memset(text, 'o', len);
            text[at] = ':';
            assert_int_equal(str_find_four((Str){text, len}, '\\', '\n', ':', '"'), at);
            assert_int_equal(str_find_four((Str){text, len}, '\\', '\n', '\r', '"'), len);
            text[at] = 'o';
            text[at] = at % 2 ? '"' : '\x7f';
            assert_int_equal(str_printable((Str){text, len}, '\\', '"'), at);
            text[at] = 'o';
            if (at + 3 > len) continue;
            memcpy(text + at, "pOd", 3);
            assert_int_equal(str_find((Str){text, len}, STR("pOd")), at);
            assert_int_equal(str_find((Str){text, len}, STR("pod")), STR_NONE);
            assert_int_equal(str_find_nocase((Str){text, len}, STR("PoD")), at);
            assert_int_equal(str_find_nocase((Str){text, len}, STR("pods")), STR_NONE);
        }
    }
    assert_int_equal(str_find_nocase(STR("conexión ÁB"), STR("XIÓN")), STR_NONE); /* ASCII only */
    assert_int_equal(str_find_nocase(STR("conexión"), STR("XIón")), 4);
    assert_int_equal(str_find_nocase(STR(""), STR("a")), STR_NONE);
    assert_int_equal(str_find_nocase(STR("a"), STR("")), 0);
}

/* The formats that are put together by hand say what vsnprintf would. */
static void formats_as_printf_does(void **state) {
    (void)state;
    Arena a = {0};
    char want[64];
    const char *const texts[] = {"", "a", "one two"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        for (int most = 0; most < 5; most++) {
            snprintf(want, sizeof want, "<%.*s|%s|%u>", most, texts[i], texts[i], 4294967295u - (unsigned)most);
            assert_true(str_is(str_format(&a, "<%.*s|%s|%u>", most, texts[i], texts[i], 4294967295u - (unsigned)most), want));
            snprintf(want, sizeof want, "%u%% of %.*s, %d", 0u, most, texts[i], -most);
            assert_true(str_is(str_format(&a, "%u%% of %.*s, %d", 0u, most, texts[i], -most), want));
        }
    }
    assert_int_equal(str_format(&a, "%s", "").at[0], 0);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formats_as_printf_does),
        cmocka_unit_test(arena_returns_to_a_mark),
        cmocka_unit_test(vectors_keep_their_items),
        cmocka_unit_test(maps_iterate_in_insertion_order),
        cmocka_unit_test(pages_are_shared_until_one_writes),
        cmocka_unit_test(strings_cut_and_compare),
        cmocka_unit_test(strings_find_in_blocks), cmocka_unit_test(strings_find_behind_many_beginnings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
