/* HCL: trees of bodies and expressions, recovery, values with holes, templates. */
#include "base/buf.h"
#include "parse/hcl_value.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

typedef struct Trial {
    Source source;
    const Tree *tree;
    Arena arena;
    uint32_t steps;
} Trial;

static void open_trial(Trial *t, const char *text) {
    *t = (Trial){0};
    source_init(&t->source, STR("main.tf"), str_of(text));
    t->tree = hcl_parse(text_of_source(&t->source));
    const char *broken = tree_verify(t->tree);
    if (broken) fail_msg("%s", broken);
}

static void close_trial(Trial *t) {
    arena_free(&t->arena);
    source_free(&t->source);
}

/* `known.x` is 7, `known.list` has three names; anything else can't be known. */
static bool lookup(HclScope *s, Str root, Str name, Str third, Value *out) {
    (void)third;
    if (!str_is(root, "known")) return false;
    if (str_is(name, "x")) {
        *out = value_int(7);
        return true;
    }
    Value *items = arena_array(s->arena, Value, 3);
    for (int i = 0; i < 3; i++) items[i] = value_string(i == 0 ? STR("a") : i == 1 ? STR("b") : STR("c"));
    *out = value_list(items, 3);
    return true;
}

/* What `expression` gives, as a dump shows it. */
static void assert_value(const char *expression, const char *want) {
    Trial t;
    Buf text = {0}, got = {0};
    buf_print(&text, "v = %s\n", expression);
    buf_byte(&text, '\0');
    open_trial(&t, text.at);
    assert_int_equal(t.source.problems.count, 0);
    HclScope scope = {.tree = t.tree, .arena = &t.arena, .lookup = lookup, .steps = &t.steps};
    value_dump(hcl_value(&scope, hcl_child(node_first(t.tree->nodes), 1)), &got);
    if (!str_is(buf_str(&got), want)) fail_msg("%s: %.*s instead of %s", expression, (int)got.len, got.at, want);
    buf_free(&text);
    buf_free(&got);
    close_trial(&t);
}

static void operators_and_conversions(void **state UNUSED) {
    assert_value("1 + 2 * 3", "7");
    assert_value("(1 + 2) * 3 == 9 && !false", "true");
    assert_value("11 % 5.1", "0.80000000000000004");
    assert_value("0.1 + 0.2 == 0.3", "true"); /* decimals, as people count */
    assert_value("\"1\" == 1", "false");
    assert_value("-known.x", "-7");
    assert_value("true ? \"yes\" : nobody.knows", "\"yes\"");
    assert_value("false && nobody.knows", "false");
    assert_value("nobody.knows == 1", "?variable");
}

static void collections(void **state UNUSED) {
    assert_value("[for s in known.list : upper(s) if s != \"b\"]", "[\"A\", \"C\"]");
    assert_value("{for i, s in known.list : s => i}", "{\"a\": 0, \"b\": 1, \"c\": 2}");
    assert_value("[{a = 1}, {a = 2}][*].a", "[1, 2]");
    assert_value("{a = {b = [1, 2]}}.a.b[1]", "2");
    assert_value("merge({a = 1}, nobody.knows)", "{\"a\": 1, …}");
    assert_value("length(concat(known.list, [1]))", "4");
    assert_value("lookup({a = 1}, \"b\", 2)", "2");
    assert_value("contains(known.list, \"b\")", "true");
    assert_value("try(nobody.knows, 1)", "?variable");
}

static void templates(void **state UNUSED) {
    assert_value("\"a-${known.x}-b\"", "\"a-7-b\"");
    assert_value("\"a-${nobody.knows}-b\"", "?variable(\"a-\"…\"-b\")");
    assert_value("\"$${x} %%{y} \\u00f1 \\\"q\\\"\"", "\"${x} %{y} \xc3\xb1 \\\"q\\\"\"");
    assert_value("\"%{ for s in known.list ~} ${s} %{ endfor ~}\"", "\"a b c \"");
    assert_value("\"%{ if known.x == 7 }seven%{ else }other%{ endif }\"", "\"seven\"");
    assert_value("<<-EOT\n    one\n      two ${known.x}\n    EOT\n", "\"one\\n  two 7\\n\"");
}

static void documents(void **state UNUSED) {
    assert_value("jsonencode({Statement = [{Effect = \"Allow\"}]})", "{\"Statement\": [{\"Effect\": \"Allow\"}]}");
    assert_value("<<EOT\n{\"Action\": \"*\", \"Resource\": \"${nobody.knows}/*\"}\nEOT\n", "{\"Action\": \"*\", \"Resource\": ?variable(\"\"…\"/*\")}");
    assert_value("\"{not json}\"", "\"{not json}\"");
}

static void one_bad_item_costs_itself(void **state UNUSED) {
    Trial t;
    open_trial(&t, "resource \"a\" \"b\" {\n  x = = 1\n  y = 2\n}\nlocals {\n  z = [1, 2\n}\nvariable \"v\" {}\n");
    assert_true(t.source.problems.count > 0);
    uint32_t blocks = 0;
    node_each(child, t.tree->nodes) blocks += child->kind == HCL_BLOCK;
    assert_true(blocks >= 2);
    const Node *body = hcl_child(node_first(t.tree->nodes), 3);
    assert_int_equal(body->kind, HCL_BODY);
    const Node *bad = node_first(body), *good = node_next(bad); /* x is there, and what it is can't be known */
    assert_int_equal(hcl_child(bad, 1)->kind, HCL_BAD);
    assert_string_equal("y", str_copy(&t.arena, node_text(t.tree, node_first(good))).at);
    close_trial(&t);
}

/* What a fuzzer found. */
static void ends_inside_of_things(void **state UNUSED) {
    static const char *const texts[] = {"\"\\", "a \"\\", "a = \"\\", "a = \"${", "a = <<", "a = <<-A\n\\", "a = {\"\\", "%", "a {\"\\"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        Trial t;
        open_trial(&t, texts[i]);
        assert_true(t.source.problems.count > 0);
        close_trial(&t);
    }
}

static void depth_and_length_end(void **state UNUSED) {
    static const char *const traps[] = {"(", "[", "{a=", "!", "\"${", "a.b.", "1+", "x?", "b {\n", "%{", "<<A\n", "f("};
    for (size_t i = 0; i < ARRAY_COUNT(traps); i++) {
        Buf text = {0};
        Trial t;
        buf_lit(&text, "v = ");
        for (int k = 0; k < 20000; k++) buf_add(&text, str_of(traps[i]));
        buf_byte(&text, '\0');
        open_trial(&t, text.at);
        assert_true(t.source.problems.count > 0);
        buf_free(&text);
        close_trial(&t);
    }
}

/* Found by the fuzzer: what looked like the closing word lies inside of ${ }. */
static void an_expression_over_the_closing_word(void **state UNUSED) {
    static const char *const texts[] = {"r=<<E\n${\nE\n}", "r=<<-E\n  ${a\n  E\n}\n", "r=<<E\nx ${ [\nE\n] } y\nE\ns = 1\n"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        Trial t;
        open_trial(&t, texts[i]);
        assert_true(t.source.problems.count > 0);
        close_trial(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(operators_and_conversions), cmocka_unit_test(collections),
        cmocka_unit_test(templates),                 cmocka_unit_test(documents),
        cmocka_unit_test(an_expression_over_the_closing_word), cmocka_unit_test(one_bad_item_costs_itself), cmocka_unit_test(depth_and_length_end), cmocka_unit_test(ends_inside_of_things),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
