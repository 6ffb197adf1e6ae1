/* Files of Kubernetes as they lie in repositories: half templates, broken in the middle, written in the words of YAML 1.1. */
#include "model/value.h"
#include "parse/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct File {
    Source source;
    Arena arena;
    Value root;
} File;

static void open_file(File *f, const char *text) {
    f->arena = (Arena){0};
    source_init(&f->source, STR("test.yaml"), str_of(text));
    const Tree *tree = yaml_parse_template(text_of_source(&f->source));
    assert_null(tree_verify(tree));
    f->root = yaml_value(tree, (uint32_t)(yaml_root(tree) - tree->nodes), &f->arena);
}

static void close_file(File *f) {
    arena_free(&f->arena);
    source_free(&f->source);
}

static bool has_problem(const File *f, ProblemCode code) {
    for (uint32_t i = 0; i < f->source.problems.count; i++) {
        if (f->source.problems.items[i].code == code) return true;
    }
    return false;
}

static Value at(File *f, const char *path) { return value_path(f->root, path, &f->arena); }

static void braces_without_quotes_are_a_hole(void **state UNUSED) {
    File f;
    open_file(&f, "a: {{ x }}\nb: {{ y }}-{{ z }}\nc: [{{ p }}, q]\nd: {{ r }}:${S} # why\ne: {f: {g: h}}\ni: {{- toYaml . | nindent 4 }}\n");
    assert_int_equal(at(&f, "a").kind, VALUE_HOLE);
    assert_int_equal(at(&f, "b").kind, VALUE_HOLE);
    assert_int_equal(value_size(at(&f, "c")), 2);
    assert_int_equal(at(&f, "d").kind, VALUE_HOLE);
    assert_true(value_is_string(at(&f, "e.f.g"), "h"));
    assert_int_equal(at(&f, "i").kind, VALUE_HOLE);
    assert_true(has_problem(&f, PROBLEM_YAML_TEMPLATE));
    assert_int_equal(f.source.problems.count, 1);
    close_file(&f);
}

/* In a flow map the brace of ${ } would end the scalar. */
static void a_substitution_in_flow_is_a_hole(void **state UNUSED) {
    File f;
    open_file(&f, "a: {b: ${B}, c: [${C:-${D}}-x, w], d: z}\ne: ${E}\n");
    assert_int_equal(at(&f, "a.b").kind, VALUE_HOLE);
    assert_int_equal(value_size(at(&f, "a.c")), 2);
    assert_true(value_is_string(at(&f, "a.d"), "z"));
    assert_int_equal(at(&f, "e").kind, VALUE_HOLE);
    assert_true(has_problem(&f, PROBLEM_YAML_TEMPLATE));
    assert_int_equal(f.source.problems.count, 1);
    close_file(&f);
    open_file(&f, "a: {b: $, c: ${}\n");
    close_file(&f);
}

/* A line of the template's own language stands where a value would; what comes after it then makes no sense, and is no fault of the author. */
static void what_breaks_behind_a_template_is_one(void **state) {
    (void)state;
    static const char *const texts[] = {"# one for each\n{{- range $i := until .N }}\napiVersion: v1\nkind: Service\n", "{{$n := 1}}\n\na: 1\n"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        File f;
        open_file(&f, texts[i]);
        assert_true(has_problem(&f, PROBLEM_YAML_TEMPLATE));
        assert_false(has_problem(&f, PROBLEM_YAML_SYNTAX));
        close_file(&f);
    }
}

/* Quoted ones are for whoever reads the object, later: that is no template of this file. */
static void quoted_braces_are_no_template(void **state UNUSED) {
    File f;
    open_file(&f, "a: \"{{ x }}\"\nb: pre-{{ y }}\n");
    assert_int_equal(at(&f, "a").kind, VALUE_HOLE);
    assert_int_equal(at(&f, "b").kind, VALUE_HOLE);
    assert_true(str_is(at(&f, "b").as.partial->prefix, "pre-"));
    assert_int_equal(f.source.problems.count, 0);
    close_file(&f);
}

static void lines_of_the_engine_are_no_syntax_error(void **state UNUSED) {
    File f;
    open_file(&f, "a:\n  b: c\n  {{- if d }}\n  e: f\n  {{- end }}\n");
    assert_true(has_problem(&f, PROBLEM_YAML_TEMPLATE));
    assert_false(has_problem(&f, PROBLEM_YAML_SYNTAX));
    assert_int_equal(at(&f, "a.z").kind, VALUE_HOLE);
    close_file(&f);
}

static void lines_and_keys_of_dollars_are_no_syntax_error(void **state UNUSED) {
    static const char *const texts[] = {"a: b\n${LABELS}\nc: d\n", "a:\n  b: c\n  ${EXTRA}\n", "a:\n  ${NAME}: c\n", "a:\n  x-${NAME}: c\n"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        File f;
        open_file(&f, texts[i]);
        assert_true(has_problem(&f, PROBLEM_YAML_TEMPLATE));
        assert_false(has_problem(&f, PROBLEM_YAML_SYNTAX));
        close_file(&f);
    }
}

static void words_with_dollars_are_filled_in_later(void **state UNUSED) {
    File f;
    open_file(&f, "a: ${PORT}\nb: acme/${NAME}:1\nc: echo ${HOME} now\nd: $(HOME)\ne: ${}\nf: cost $5\n");
    assert_int_equal(at(&f, "a").kind, VALUE_HOLE);
    assert_true(str_is(at(&f, "b").as.partial->prefix, "acme/"));
    assert_int_equal(at(&f, "c").kind, VALUE_STRING);
    assert_int_equal(at(&f, "d").kind, VALUE_STRING);
    assert_int_equal(at(&f, "e").kind, VALUE_STRING);
    close_file(&f);
}

static void what_broke_off_is_not_absent(void **state UNUSED) {
    File f;
    open_file(&f, "m: {n: o}\na:\n  b:\n    - c: d\n   e: f\n");
    assert_true(has_problem(&f, PROBLEM_YAML_INDENTATION) || has_problem(&f, PROBLEM_YAML_SYNTAX));
    assert_int_equal(at(&f, "a.e").kind, VALUE_HOLE);
    assert_true(at(&f, "a.b").flags & VALUE_OPEN);
    assert_true(value_is_null(at(&f, "m.z"))); /* that one was read to its end */
    close_file(&f);
    open_file(&f, "a:\n  b: c\n---\nd: 'e\n");
    assert_true(value_is_null(at(&f, "a.z")));
    close_file(&f);
}

static void words_of_yaml_1_1(void **state UNUSED) {
    File f;
    open_file(&f, "a: yes\nb: 'yes'\nc: Off\nd: 0644\ne: 0o17\nf: 089\ng: yesterday\non: n\nh: 22:22\n");
    assert_int_equal(at(&f, "a").kind, VALUE_BOOL);
    assert_int_equal(at(&f, "b").kind, VALUE_STRING);
    assert_false(at(&f, "c").as.boolean);
    assert_int_equal(at(&f, "d").as.integer, 420);
    assert_int_equal(at(&f, "e").as.integer, 15);
    assert_int_equal(at(&f, "f").as.integer, 89);
    assert_int_equal(at(&f, "g").kind, VALUE_STRING);
    assert_int_equal(at(&f, "on").kind, VALUE_BOOL);
    assert_true(has_problem(&f, PROBLEM_YAML_OLD_BOOLEAN));
    assert_true(has_problem(&f, PROBLEM_YAML_OLD_OCTAL));
    assert_true(has_problem(&f, PROBLEM_YAML_SEXAGESIMAL));
    close_file(&f);
    open_file(&f, "on: true\ny: [no-one, 1:99, 0:1, 10:00:, 3:-1]\nd: \"on\"\n");
    assert_int_equal(f.source.problems.count, 0);
    close_file(&f);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(braces_without_quotes_are_a_hole), cmocka_unit_test(a_substitution_in_flow_is_a_hole), cmocka_unit_test(quoted_braces_are_no_template), cmocka_unit_test(what_breaks_behind_a_template_is_one),
                                       cmocka_unit_test(lines_of_the_engine_are_no_syntax_error), cmocka_unit_test(lines_and_keys_of_dollars_are_no_syntax_error), cmocka_unit_test(words_with_dollars_are_filled_in_later),
                                       cmocka_unit_test(what_broke_off_is_not_absent), cmocka_unit_test(words_of_yaml_1_1)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
