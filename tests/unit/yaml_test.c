/* YAML: what trees look like, what scalars say, and that broken documents keep the invariants. */
#include "base/buf.h"
#include "parse/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const Tree *parse(Source *source, const char *text) {
    source_init(source, STR("test.yaml"), str_of(text));
    return yaml_parse(text_of_source(source));
}

static void assert_scalar(const Tree *tree, const Node *node, const char *want, Arena *a) {
    assert_non_null(node);
    Str got = yaml_scalar(tree, node, a);
    if (!str_is(got, want)) fail_msg("'%.*s' instead of '%s'", STR_ARGS(got), want);
}

static void values_by_key(void **state UNUSED) {
    Source source;
    Arena a = {0};
    const Tree *tree = parse(&source, "a: 1\nb:\n- x\n- 'it''s'\nc: {d: \"e\\tf\"}\ng: |\n  one\n  two\nh: >-\n  three\n  four\n");
    assert_null(tree_verify(tree));
    const Node *root = yaml_root(tree);
    assert_scalar(tree, yaml_get(tree, root, "a"), "1", &a);
    const Node *b = yaml_get(tree, root, "b");
    assert_scalar(tree, node_first(b), "x", &a);
    assert_scalar(tree, node_next(node_first(b)), "it's", &a);
    assert_scalar(tree, yaml_get(tree, yaml_get(tree, root, "c"), "d"), "e\tf", &a);
    assert_scalar(tree, yaml_get(tree, root, "g"), "one\ntwo\n", &a);
    assert_scalar(tree, yaml_get(tree, root, "h"), "three four", &a);
    assert_int_equal(source.problems.count, 0);
    arena_free(&a);
    source_free(&source);
}

/* What is absent is shown at the key of the map that lacks it. */
static void maps_are_named_by_their_key(void **state UNUSED) {
    Source source;
    Arena a = {0};
    const char *text = "first: {a: b}\n\"of two\": {c: d}\n? {e: [f]}\n: {g: h}\nlist:\n- {i: j}\nlast: [k]\n";
    static const struct { const char *node, *header; } cases[] = {{"{a", "first"}, {"{c", "\"of two\""}, {"{e", "{e: [f]}"}, {"[f", "e"}, {"{g", "{e: [f]}"}, {"{i", "i"}, {"[k", "last"}};
    const Tree *tree = parse(&source, text);
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        uint32_t at = (uint32_t)(strstr(text, cases[i].node) - text), index = 0;
        while (index < tree->count && (tree->nodes[index].start != at || (tree->nodes[index].kind != YAML_MAP && tree->nodes[index].kind != YAML_SEQUENCE))) index++;
        Span span = tree->grammar->view->header(tree, index);
        Str got = str_slice(str_of(text), span.start, span.end);
        if (!str_is(got, cases[i].header)) fail_msg("%s: '%.*s' instead of '%s'", cases[i].node, STR_ARGS(got), cases[i].header);
    }
    arena_free(&a);
    source_free(&source);
}

static void aliases_and_merges(void **state UNUSED) {
    Source source;
    Arena a = {0};
    const Tree *tree = parse(&source, "base: &b {x: 1, y: 2}\nown:\n  <<: *b\n  y: 3\nagain: *b\n");
    const Node *root = yaml_root(tree), *own = yaml_get(tree, root, "own");
    assert_scalar(tree, yaml_get(tree, own, "x"), "1", &a);
    assert_scalar(tree, yaml_get(tree, own, "y"), "3", &a);
    assert_scalar(tree, yaml_get(tree, yaml_get(tree, root, "again"), "y"), "2", &a);
    arena_free(&a);
    source_free(&source);
}

static void core_schema(void **state UNUSED) {
    assert_int_equal(yaml_resolve_plain(STR("true")).kind, VALUE_BOOL);
    assert_int_equal(yaml_resolve_plain(STR("yes")).kind, VALUE_STRING);
    assert_int_equal(yaml_resolve_plain(STR("~")).kind, VALUE_NULL);
    assert_int_equal(yaml_resolve_plain(STR("0o17")).as.integer, 15);
    assert_int_equal(yaml_resolve_plain(STR("-12")).as.integer, -12);
    assert_int_equal(yaml_resolve_plain(STR("1.5e3")).kind, VALUE_DOUBLE);
    assert_int_equal(yaml_resolve_plain(STR("1.2.3")).kind, VALUE_STRING);
}

static void duplicates_are_told(void **state UNUSED) {
    Source source;
    parse(&source, "a: 1\nb: 2\na: 3\n");
    assert_int_equal(source.problems.count, 1);
    assert_int_equal(source.problems.items[0].code, PROBLEM_YAML_DUPLICATE_KEY);
    assert_int_equal(source.problems.items[0].span.start, 10);
    assert_int_equal(source.problems.items[0].other.start, 0);
    source_free(&source);
}

static void broken_documents_cost_only_themselves(void **state UNUSED) {
    Source source;
    Arena a = {0};
    const Tree *tree = parse(&source, "a: [1, 2\n---\nb: 2\n");
    assert_null(tree_verify(tree));
    assert_true(source.problems.count >= 1);
    const Node *second = node_next(node_first(tree->nodes));
    assert_scalar(tree, yaml_get(tree, node_first(second), "b"), "2", &a);
    arena_free(&a);
    source_free(&source);
}

/* Quotes may go on too far left; a quote that was forgotten is none of these. */
static void shallow_quotes(void **state UNUSED) {
    static const struct {
        const char *text;
        ProblemCode code;
    } cases[] = {
        {"a:\n  b: 'x\n y'\n", PROBLEM_YAML_SHALLOW_QUOTE},       {"a:\n  b: \"x\n y\" # z\n", PROBLEM_YAML_SHALLOW_QUOTE},
        {"a:\n  - 'x\n''y'\n", PROBLEM_YAML_SHALLOW_QUOTE},        {"a:\n  b: 'x\n  c: 'y'\n", PROBLEM_YAML_UNCLOSED},
        {"a:\n  b: \"x\n  c: y\n---\nd: \"\"\n", PROBLEM_YAML_UNCLOSED}, {"a:\n  b: 'x\n  c: y\n", PROBLEM_YAML_UNCLOSED},
        {"a:\n  b: \"x\n y\\", PROBLEM_YAML_UNCLOSED}, /* an escape is the last byte (found by fuzzing) */
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Source source;
        assert_null(tree_verify(parse(&source, cases[i].text)));
        assert_int_equal(source.problems.items[0].code, cases[i].code);
        source_free(&source);
    }
}

static void any_bytes_are_a_tree(void **state UNUSED) {
    static const char *const inputs[] = {"", "{a", "{a: b, c", "[a: ", "? ", "- - -", "&a", "!x &y", "*", "a: &b\n  *c", "\"", "'", "|", "a: |2\n x", "%YAML", "---\n...\n---", "\t- a", "{[{[{"};
    for (size_t i = 0; i < ARRAY_COUNT(inputs); i++) {
        Source source;
        const char *broken = tree_verify(parse(&source, inputs[i]));
        if (broken) fail_msg("%s: %s", inputs[i], broken);
        source_free(&source);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_by_key), cmocka_unit_test(maps_are_named_by_their_key),       cmocka_unit_test(aliases_and_merges), cmocka_unit_test(core_schema),
        cmocka_unit_test(duplicates_are_told), cmocka_unit_test(broken_documents_cost_only_themselves),
        cmocka_unit_test(shallow_quotes),      cmocka_unit_test(any_bytes_are_a_tree),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
