/* Expressions of GitHub Actions: trees, spans inside scalars, limits. */
#include "base/buf.h"
#include "parse/expression.h"
#include "parse/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* The shape of a tree: kinds with their children in brackets. */
static void print(const Tree *tree, const Node *node, Buf *out) {
    buf_add(out, tree->grammar->kinds[node->kind]);
    if (node->size == 1) return;
    buf_byte(out, '(');
    node_each(child, node) {
        if (child != node + 1) buf_byte(out, ' ');
        print(tree, child, out);
    }
    buf_byte(out, ')');
}

static void assert_tree(const char *text, const char *want) {
    Source source;
    Buf out = {0};
    source_init(&source, STR("test"), str_of(text));
    const Tree *tree = expression_parse(text_of_source(&source));
    assert_null(tree_verify(tree));
    print(tree, tree->nodes, &out);
    if (!str_is(buf_str(&out), want)) fail_msg("%s: '%.*s' instead of '%s'", text, STR_ARGS(buf_str(&out)), want);
    assert_int_equal(source.problems.count, str_is(buf_str(&out), "error"));
    buf_free(&out);
    source_free(&source);
}

static void trees(void **state UNUSED) {
    assert_tree("github.event.commits.*.message", "access(name property property star property)");
    assert_tree(" env [ 'A' ] ", "access(name index(string))");
    assert_tree("a && b && c || !d", "or(and(name name name) not(name))");
    assert_tree("a == 'it''s' != true", "compare(name string bool)");
    assert_tree("format('{0}', -1.5e3, 0xff, null)", "call(string number number null)");
    assert_tree("always()", "call");
    assert_tree("(a || b) && fromJSON(x).y[0]", "and(or(name name) access(call(name) property index(number)))");
    assert_tree("a[*].b", "access(name star property)");
}

static void faults(void **state UNUSED) {
    const char *const wrong[] = {"", "1 + 1", "\"a\"", "'a", "a.", "a.b.", "f(", "f(a,)", "f(a b)", "a b", "a[", "a[]", "(a", "a &&", "!", "1x", "a..b", "=="};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) assert_tree(wrong[i], "error");
}

/* 60 brackets are too deep; a chain of thousands is not. */
static void limits(void **state UNUSED) {
    Buf deep = {0}, chain = {0};
    buf_fill(&deep, '(', 60);
    buf_lit(&deep, "a");
    buf_fill(&deep, ')', 60);
    assert_tree(deep.at, "error");
    buf_lit(&chain, "a");
    for (int i = 0; i < 20000; i++) buf_lit(&chain, ".b || a");
    Source source;
    source_init(&source, STR("test"), buf_str(&chain));
    const Tree *tree = expression_parse(text_of_source(&source));
    assert_int_equal(tree->nodes->kind, EXPRESSION_OR);
    assert_int_equal(source.problems.count, 0);
    source_free(&source);
    buf_free(&deep);
    buf_free(&chain);
}

static void finds(void **state UNUSED) {
    Str s = STR("a ${{ 'x}}' }} b ${{ y }} ${{ z");
    uint32_t at = 0, start, end;
    bool closed;
    assert_true(expression_find(s, &at, &start, &end, &closed));
    assert_true(closed && start == 2 && end == 14);
    assert_true(expression_find(s, &at, &start, &end, &closed));
    assert_true(closed && start == 17 && end == 25);
    assert_true(expression_find(s, &at, &start, &end, &closed));
    assert_true(!closed && start == 26 && end == s.len);
    assert_false(expression_find(s, &at, &start, &end, &closed));
}

/* A node of an expression in a block scalar leads to its own bytes. */
static void spans_in_blocks(void **state UNUSED) {
    Source source;
    source_init(&source, STR("test.yaml"), STR("run: |\n    echo\n    x ${{ steps.a.outputs }}\n"));
    const Tree *yaml = yaml_parse_pipeline(text_of_source(&source));
    Text text = yaml_text(yaml, yaml_get(yaml, yaml_root(yaml), "run"));
    uint32_t at = 0, start, end;
    bool closed;
    assert_true(expression_find(text.bytes, &at, &start, &end, &closed));
    const Tree *tree = expression_parse(text_slice(&text, start + 3, end - 2));
    const Node *last = node_next(node_next(node_first(tree->nodes)));
    Str slice = source_slice(&source, node_span(tree, last));
    assert_true(str_is(slice, "outputs"));
    assert_int_equal(source_place(&source, node_span(tree, last).start).line, 3);
    source_free(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(trees), cmocka_unit_test(faults), cmocka_unit_test(limits), cmocka_unit_test(finds), cmocka_unit_test(spans_in_blocks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
