/* Where a match begins and ends, whatever the search leaves out on its way there: next_start() in base/regex.c. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "base/buf.h"
#include "base/regex.h"

typedef struct Case {
    const char *pattern, *text;
    size_t start, end; /* STR_NONE: no match */
} Case;

static const Case cases[] = {
    {"b+", "aaabbc", 3, 5},       {"^x|y", "ay", 1, 2},        {"^x", "ax", STR_NONE, 0},     {"^x", "xa", 0, 1},          {"(?m)^x", "a\nx", 2, 3},
    {"$", "abc", 3, 3},           {"x*", "abc", 0, 0},         {"", "", 0, 0},               {"x*$", "abcx", 3, 4},       {"a|$", "xyz", 3, 3},
    {"[^a]", "aab", 2, 3},        {"(?i)K", "xxk", 2, 3},      {"(?i)[k-m]+", "aLKb", 1, 3}, {"\\bfoo\\b", "afoo foo", 5, 8}, {"\\Bo", "foo", 1, 2},
    {"\xc3\xa9", "caf\xc3\xa9", 3, 5}, {"[\xc3\xa0-\xc3\xbf]", "x\xc3\xa9", 1, 3}, {".", "\xff", 0, 1}, {"(a|b)*c", "xxabac", 2, 6}, {"(?:ab){2}", "abcabab", 3, 7},
    {"z", "abc", STR_NONE, 0},    {"a.c", "a\nc abc", 4, 7},   {"(?s)a.c", "a\nc", 0, 3},    {"^$", "", 0, 0},            {"^$", "a", STR_NONE, 0},
};

static void finds_the_leftmost(void **state) {
    (void)state;
    Arena a = {0};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        const Case *c = &cases[i];
        Regex *regex;
        Error err;
        RegexMatch match = {STR_NONE, 0};
        assert_true(regex_compile(str_of(c->pattern), &a, &regex, &err));
        bool hit = regex_search(regex, str_of(c->text), &a, &match, 1);
        if (hit != (c->start != STR_NONE) || (hit && (match.start != c->start || match.end != c->end))) fail_msg("%s in %s: %zu to %zu", c->pattern, c->text, match.start, match.end);
        assert_int_equal(regex_search(regex, str_of(c->text), &a, NULL, 0), hit);
        RegexStates *states = regex_states(regex, &a);
        for (int n = 0; states && n < 2; n++) assert_int_equal(regex_matches(states, str_of(c->text), &a), hit); /* the second time by the states of the first */
    }
    arena_free(&a);
}

/* Law: what is left out on the way changes nothing. Behind `^.*?` every place is tried. */
static void finds_what_trying_every_place_finds(void **state) {
    (void)state;
    static const char *const patterns[] = {"abc", "(?i)abK", "ab?", "a", "ab|ba", "\xc3\xa9+a", "a(b|k)", "(?i)k[a-b]", "b{2}a", "[^a]b", "\\bab", "ba$", "a\nb", "aab*k", "(?i)b\xc3\xa9", "^$", "^(a|b)*$", "^a|b$", "(^|b)k($|\n)", "^(([abk][ab]*)?k)?$", "$", "^b*", "(a|b){3}(k|$)", "(?m)^k", "a[^\n]b", "(?s)a.b"};
    static const char *const letters[] = {"a", "b", "k", "K", "B", "\n", "\xc3\xa9", " "};
    Arena a = {0};
    uint32_t dice = 1;
    for (size_t i = 0; i < ARRAY_COUNT(patterns); i++) {
        Regex *plain, *everywhere;
        Error err;
        assert_true(regex_compile(str_of(patterns[i]), &a, &plain, &err));
        assert_true(regex_compile(str_format(&a, "(?s)^.*?(%s)", patterns[i]), &a, &everywhere, &err));
        RegexStates *states = regex_states(plain, &a);
        for (int n = 0; n < 2000; n++) {
            Buf text = {0};
            for (uint32_t k = 0; k < (uint32_t)n % 12; k++) buf_add(&text, str_of(letters[(dice = dice * 1664525 + 1013904223) >> 29]));
            RegexMatch one = {STR_NONE, STR_NONE}, two[2] = {{STR_NONE, STR_NONE}, {STR_NONE, STR_NONE}};
            bool hit = regex_search(plain, buf_str(&text), &a, &one, 1), also = regex_search(everywhere, buf_str(&text), &a, two, 2);
            if (states && regex_matches(states, buf_str(&text), &a) != hit) fail_msg("%s by states in '%.*s'", patterns[i], STR_ARGS(buf_str(&text)));
            if (hit != also || (hit && (one.start != two[1].start || one.end != two[1].end))) fail_msg("%s in '%.*s'", patterns[i], STR_ARGS(buf_str(&text)));
            buf_free(&text);
        }
    }
    arena_free(&a);
}

static void tells_what_is_wrong_from_what_is_not_built(void **state) {
    (void)state;
    static const char *const wrong[] = {"(", "a)", "(?=a)", "\\1", "[b-a]", "*"}, *const fine[] = {"^\\PC*$", "[\\pL\\d]", "\\p{Greek}", "a{3}"};
    Arena a = {0};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        if (!regex_is_wrong(str_of(wrong[i]), &a)) fail_msg("%s", wrong[i]);
    }
    for (size_t i = 0; i < ARRAY_COUNT(fine); i++) {
        if (regex_is_wrong(str_of(fine[i]), &a)) fail_msg("%s", fine[i]);
    }
    arena_free(&a);
}

/* RE2 has no limit of groups; we tell the first ones. */
static void matches_with_more_groups_than_are_told(void **state) {
    (void)state;
    Arena a = {0};
    Buf pattern = {0};
    Regex *regex;
    Error err;
    RegexMatch match[2];
    for (int i = 0; i < 2 * REGEX_GROUPS_MAX; i++) buf_lit(&pattern, "(a)");
    assert_true(regex_compile(buf_str(&pattern), &a, &regex, &err));
    assert_false(regex_search(regex, STR("aaa"), &a, NULL, 0));
    buf_free(&pattern);
    for (int i = 0; i < 2 * REGEX_GROUPS_MAX; i++) buf_lit(&pattern, "a");
    assert_true(regex_search(regex, buf_str(&pattern), &a, match, 2));
    assert_int_equal(match[0].end, 2 * REGEX_GROUPS_MAX);
    assert_int_equal(match[1].end, 1);
    buf_free(&pattern);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_the_leftmost), cmocka_unit_test(finds_what_trying_every_place_finds), cmocka_unit_test(tells_what_is_wrong_from_what_is_not_built), cmocka_unit_test(matches_with_more_groups_than_are_told)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
