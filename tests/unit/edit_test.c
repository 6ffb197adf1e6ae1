/* Edits: order, clashes, what stays; where each format puts things. */
#include "model/edit.h"
#include "parse/dockerfile_edit.h"
#include "parse/hcl_edit.h"
#include "parse/yaml_edit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void test_order(void **state) {
    (void)state;
    Edit edits[] = {{{5, 5}, STR("b")}, {{1, 3}, STR("")}, {{5, 5}, STR("c")}};
    assert_true(edits_order(edits, 3, 6));
    Buf out = {0};
    edits_apply(STR("012345"), edits, 3, &out);
    assert_true(str_is(buf_str(&out), "034bc5"));
    buf_free(&out);
    assert_false(edits_order((Edit[]){{{1, 3}, STR("")}, {{2, 4}, STR("")}}, 2, 6));
    assert_false(edits_order((Edit[]){{{1, 7}, STR("")}}, 1, 6));
    assert_false(edits_order((Edit[]){{{3, 1}, STR("")}}, 1, 6));
}

static void test_clashes(void **state) {
    (void)state;
    Arena a = {0};
    Edit first[] = {{{4, 6}, STR("x")}}, inside[] = {{{5, 5}, STR("y")}}, edge[] = {{{6, 6}, STR("y")}}, same[] = {{{4, 6}, STR("x")}};
    Edit far[] = {{{1, 2}, STR("z")}, {{8, 8}, STR("w")}}, half[] = {{{0, 0}, STR("q")}, {{8, 9}, STR("")}};
    EditGroup groups[] = {{first, 1}, {inside, 1}, {edge, 1}, {same, 1}, {far, 2}, {half, 2}};
    bool taken[6];
    EditVec out = {0};
    edits_choose(groups, 6, taken, &out, &a);
    const bool expected[] = {true, false, false, true, true, false};
    for (int i = 0; i < 6; i++) assert_int_equal(taken[i], expected[i]);
    assert_int_equal(out.count, 3);
    for (uint32_t i = 1; i < out.count; i++) assert_true(out.items[i - 1].span.end < out.items[i].span.start);
    arena_free(&a);
}

/* ---- YAML ---- */

static Str applied(Source *source, Edit *edits, uint32_t count) {
    if (!count || !edits_order(edits, count, source->bytes.len)) return STR("refused");
    Buf out = {0};
    edits_apply(source->bytes, edits, count, &out);
    Str text = str_copy(&source->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

static const Node *yaml_at(const Tree *tree, const char *key) { return *key ? yaml_get(tree, yaml_root(tree), key) : yaml_root(tree); }

typedef enum Verb { SET, INTO, REMOVE } Verb;

/* What becomes of `before` at the value of its top-level `key` (empty: the root). */
static void yaml(Verb verb, const char *before, const char *key, const char *path, const char *snippet, const char *after) {
    Source source;
    source_init(&source, STR("a.yaml"), str_of(before));
    const Tree *tree = yaml_parse(text_of_source(&source));
    const Node *node = yaml_at(tree, key);
    EditVec edits = {0};
    Arena *a = &source.arena;
    if (verb == SET) yaml_edit_set(tree, node, str_of(path), str_of(snippet), a, &edits);
    else if (verb == INTO) yaml_edit_into(tree, node, str_of(snippet), a, &edits);
    else yaml_edit_remove(tree, node, a, &edits);
    Str text = applied(&source, edits.items, edits.count);
    if (!str_is(text, after)) fail_msg("got:\n%.*s\nnot:\n%s", STR_ARGS(text), after);
    source_free(&source);
}

static void test_yaml_set(void **state) {
    (void)state;
    yaml(SET, "a: 1 # c\nb: x\n", "", "a", "2", "a: 2 # c\nb: x\n");
    yaml(SET, "a: 'x'\n", "", "a", "y", "a: 'y'\n");
    yaml(SET, "a: \"true\"\n", "", "a", "false", "a: false\n");
    yaml(SET, "a:\n    b: 1 # c\nd: 2\n", "a", "c", "3", "a:\n    b: 1 # c\n    c: 3\nd: 2\n");
    yaml(SET, "a:\n    b: 1\n", "a", "c.d", "3", "a:\n    b: 1\n    c:\n        d: 3\n");
    yaml(SET, "a:\n  b: 1", "a", "c", "3", "a:\n  b: 1\n  c: 3");
    yaml(SET, "a:\r\n  b: 1\r\n", "a", "c.d", "3", "a:\r\n  b: 1\r\n  c:\r\n    d: 3\r\n");
    yaml(SET, "a:\n  b: |\n    x\n\n", "a", "c", "3", "a:\n  c: 3\n  b: |\n    x\n\n");
    yaml(SET, "a: {b: 1}\n", "a", "c.d", "3", "a: {b: 1, c: {d: 3}}\n");
    yaml(SET, "a: {}\n", "a", "c", "3", "a: {c: 3}\n");
    yaml(SET, "{\"a\": {\n  \"b\": 1\n}}\n", "a", "c", "{d: e}", "{\"a\": {\n  \"b\": 1,\n  \"c\": {\"d\": \"e\"}\n}}\n");
    yaml(SET, "a:\n", "", "a.b", "1", "a:\n  b: 1\n");
    yaml(SET, "a: # c\nd: 1\n", "", "a.b", "1", "a: # c\n  b: 1\nd: 1\n");
    yaml(SET, "a:\n- b\nc: 1\n", "", "d", "- e\n- f", "a:\n- b\nc: 1\nd:\n- e\n- f\n");
    yaml(SET, "l:\n  - a: 1\n", "", "x", "y: [z]", "l:\n  - a: 1\nx:\n  y: [z]\n");
}

static void test_yaml_shared(void **state) {
    (void)state;
    yaml(SET, "a: &x {b: 1}\nc: *x\n", "", "a.b", "2", "refused");
    yaml(SET, "a: &x\n  b: 1\nc: *x\n", "", "c.b", "2", "refused");
    yaml(SET, "x: &x {s: {u: 1}}\na:\n  <<: *x\n  b: 1\n", "a", "s.v", "2", "refused");
    yaml(SET, "a: &x 1\n", "", "a", "2", "refused");
}

static void test_yaml_items(void **state) {
    (void)state;
    yaml(INTO, "a:\n- b # c\n", "a", "", "d", "a:\n- b # c\n- d\n");
    yaml(INTO, "a:\n  - b: 1\n    c: 2\n", "a", "", "d: 3\ne: 4", "a:\n  - b: 1\n    c: 2\n  - d: 3\n    e: 4\n");
    yaml(INTO, "a: [b]\n", "a", "", "c", "a: [b, c]\n");
    yaml(INTO, "a: []\n", "a", "", "c", "a: [c]\n");
    yaml(REMOVE, "a: 1 # c\nb: 2\n", "a", "", "", "b: 2\n");
    yaml(REMOVE, "a: 1\nb: 2", "b", "", "", "a: 1");
    yaml(REMOVE, "a: {b: 1}\nc: 3\n", "a", "", "", "c: 3\n");
    yaml(REMOVE, "{a: 1, b: 2}\n", "b", "", "", "{a: 1}\n");
    yaml(REMOVE, "{a: 1, b: 2}\n", "a", "", "", "{b: 2}\n");
    yaml(REMOVE, "{a: 1}\n", "a", "", "", "{}\n");
    yaml(REMOVE, "a: &x 1\nb: *x\n", "a", "", "", "refused");
}

/* ---- HCL ---- */

static void hcl(Verb verb, const char *before, const char *path, const char *text, const char *after) {
    Source source;
    source_init(&source, STR("a.tf"), str_of(before));
    const Tree *tree = hcl_parse(text_of_source(&source));
    const Node *block = node_first(tree->nodes);
    EditVec edits = {0};
    if (verb == SET) hcl_edit_set(tree, block, str_of(path), str_of(text), &source.arena, &edits);
    else if (verb == INTO) hcl_edit_into(tree, block, str_of(text), &source.arena, &edits);
    else hcl_edit_remove(tree, block, &source.arena, &edits);
    Str got = applied(&source, edits.items, edits.count);
    if (!str_is(got, after)) fail_msg("got:\n%.*s\nnot:\n%s", STR_ARGS(got), after);
    source_free(&source);
}

static void test_hcl(void **state) {
    (void)state;
    hcl(SET, "a \"b\" {\n  x = false # c\n}\n", "x", "true", "a \"b\" {\n  x = true # c\n}\n");
    hcl(SET, "a \"b\" {\n  x   = 1\n  yyy = 2\n}\n", "z", "3", "a \"b\" {\n  x   = 1\n  yyy = 2\n  z   = 3\n}\n");
    hcl(SET, "a \"b\" {\n  x = 1\n  y = 2\n}\n", "long", "3", "a \"b\" {\n  x    = 1\n  y    = 2\n  long = 3\n}\n");
    hcl(SET, "a \"b\" {\n  x = 1\n\n  y = 2\n}\n", "long", "3", "a \"b\" {\n  x = 1\n\n  y    = 2\n  long = 3\n}\n");
    hcl(SET, "a \"b\" {\n  x = 1\n\n  n {\n    y = 2\n  }\n}\n", "n.z", "3", "a \"b\" {\n  x = 1\n\n  n {\n    y = 2\n    z = 3\n  }\n}\n");
    hcl(SET, "a \"b\" {\n  x = 1\n}\n", "n.m.z", "3", "a \"b\" {\n  x = 1\n\n  n {\n    m {\n      z = 3\n    }\n  }\n}\n");
    hcl(SET, "a \"b\" {}\n", "x", "1", "a \"b\" {\n  x = 1\n}\n");
    hcl(SET, "a \"b\" { x = 1 }\n", "yy", "2", "a \"b\" {\n  x  = 1\n  yy = 2\n}\n");
    hcl(SET, "a \"b\" {\n  x = var.x\n}\n", "x", "true", "refused");
    hcl(SET, "a \"b\" {\r\n  x = 1\r\n}\r\n", "y", "2", "a \"b\" {\r\n  x = 1\r\n  y = 2\r\n}\r\n");
    hcl(INTO, "a \"b\" {\n  x = 1\n}\n", "", "n {\n  y = 2\n}", "a \"b\" {\n  x = 1\n\n  n {\n    y = 2\n  }\n}\n");
    hcl(REMOVE, "a \"b\" {\n}\n\nc \"d\" {\n}\n", "", "", "c \"d\" {\n}\n");
}

/* ---- Dockerfiles ---- */

/* `then` behind the first `command`, or it removed when there is none. */
static void docker(const char *before, const char *what, const char *then, const char *after) {
    Source source;
    source_init(&source, STR("Dockerfile"), str_of(before));
    const Tree *tree = dockerfile_parse(text_of_source(&source));
    uint32_t at = (uint32_t)str_find(source.bytes, str_of(what));
    Span span = span_of(at, at + (uint32_t)strlen(what));
    EditVec edits = {0};
    if (then) dockerfile_edit_then(tree, span, str_of(then), &source.arena, &edits);
    else dockerfile_edit_remove(tree, span, &source.arena, &edits);
    Str got = applied(&source, edits.items, edits.count);
    if (!str_is(got, after)) fail_msg("got:\n%.*s\nnot:\n%s", STR_ARGS(got), after);
    source_free(&source);
}

static void test_docker(void **state) {
    (void)state;
    docker("RUN a\n", "a", "b", "RUN a && b\n");
    docker("RUN x \\\n && a\n", "a", "b", "RUN x \\\n && a \\\n && b\n");
    docker("RUN x && \\\n    a\n", "a", "b", "RUN x && \\\n    a && \\\n    b\n");
    docker("RUN <<EOF\na\nEOF\n", "a", "b", "RUN <<EOF\na\nb\nEOF\n");
    docker("RUN a | c\n", "a", "b", "refused");
    docker("RUN a \\\n  > c\n", "a", "b", "refused");
    docker("RUN a || c\n", "a", "b", "RUN a && b || c\n");
    docker("FROM x\nRUN a\nCMD b\n", "RUN a", NULL, "FROM x\nCMD b\n");
    docker("FROM x\nRUN a", "RUN a", NULL, "FROM x");
    docker("RUN a --f b\n", "--f", NULL, "RUN a b\n");
    docker("RUN a \\\n  --f \\\n  b\n", "--f", NULL, "RUN a \\\n  b\n");
    docker("RUN a \\\n  --f\n", "--f", NULL, "RUN a\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_order), cmocka_unit_test(test_clashes), cmocka_unit_test(test_yaml_set), cmocka_unit_test(test_yaml_shared),
                                       cmocka_unit_test(test_yaml_items), cmocka_unit_test(test_hcl), cmocka_unit_test(test_docker)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
