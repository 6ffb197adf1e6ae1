/* Groovy as a Jenkinsfile shows it: trees, strings and what is put into them; and what a Jenkinsfile becomes. */
#include "parse/groovy.h"
#include "systems/jenkins/jenkins.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static void print(const Tree *tree, const Node *node, Buf *out) {
    static const char letters[] = "FSWTGBO";
    buf_byte(out, letters[node->kind]);
    if (node->size == 1) return;
    buf_byte(out, '(');
    node_each(child, node) print(tree, child, out);
    buf_byte(out, ')');
}

static void assert_tree(const char *text, const char *want, uint32_t problems) {
    Source source;
    Buf out = {0};
    source_init(&source, STR("Jenkinsfile"), str_of(text));
    const Tree *tree = groovy_parse(text_of_source(&source));
    assert_null(tree_verify(tree));
    print(tree, tree->nodes, &out);
    if (!str_is(buf_str(&out), want)) fail_msg("%s: '%.*s' instead of '%s'", text, STR_ARGS(buf_str(&out)), want);
    assert_int_equal(source.problems.count, problems);
    buf_free(&out);
    source_free(&source);
}

static void test_trees(void **state) {
    (void)state;
    assert_tree("", "F", 0);
    assert_tree("x = $/C:\\a {$/ $$ /$\ny", "F(S(WOT)S(W))", 0);
    assert_tree("x = $/ a", "F(S(WOT))", 1);
    assert_tree("agent any", "F(S(WW))", 0);
    assert_tree("a 'x'\nb \"y\"; c", "F(S(WT)S(WT)S(W))", 0);
    assert_tree("stage('A') {\n  sh 'x' // } ' comment\n}", "F(S(WG(T)B(S(WT))))", 0);
    assert_tree("x = a +\n  b\n  .c()", "F(S(WOWOWOWG))", 0);
    assert_tree("sh '''a\n'b' { \n'''", "F(S(WT))", 0);
    assert_tree("sh \"${x.collect { \"a}\" }}\"", "F(S(WT))", 0);
    assert_tree("if (x =~ /a{b/) { c }", "F(S(WG(WOOT)B(S(W))))", 0);
    assert_tree("a /* { */ b", "F(S(WW))", 0);
    assert_tree("timeout(time: 1, unit: 'HOURS')", "F(S(WG(WOWOWOT)))", 0);
}

static void test_broken(void **state) {
    (void)state;
    assert_tree("a {", "F(S(WB))", 1);
    assert_tree("a 'b\nc", "F(S(WT)S(W))", 1);
    assert_tree("a ( b } c", "F(S(WG(W)OW))", 1);
    assert_tree("}", "F(S(O))", 0);
}

static void test_strings(void **state) {
    (void)state;
    Source source;
    source_init(&source, STR("Jenkinsfile"), STR("\"a ${env.X} $y.z \\$no \\n\""));
    const Tree *tree = groovy_parse(text_of_source(&source));
    GroovyNames names = {0};
    Text text = groovy_text(tree, tree->nodes + 2, '*', &names);
    assert_true(str_is(text.bytes, "a ** ** $no \n"));
    assert_int_equal(names.count, 2);
    assert_true(str_is(names.items[0], "env.X"));
    assert_true(str_is(names.items[1], "y.z"));
    source_free(&source);
}

static const Object *subject(const Model *model, ShapeId shape, uint32_t index) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        if (model->subjects.items[i]->shape->id == shape && index-- == 0) return model->subjects.items[i];
    }
    return NULL;
}

static void test_stages(void **state) {
    (void)state;
    Source source;
    source_init(&source, STR("Jenkinsfile"), STR("pipeline {\n agent any\n stages {\n  stage('A') { steps { sh 'make test' } }\n"
                                                 "  stage('B') { parallel { stage('C') { steps { sh 'x' } }\n stage('D') { steps { sh(script: \"y ${params.P}\", returnStdout: true) } } } }\n"
                                                 "  stage('E') { when { branch 'main' }\n steps { sh 'kubectl apply -f a' } } } }"));
    Model model = {.arena = &source.arena};
    jenkins_model(&source, groovy_parse(text_of_source(&source)), &model);
    assert_int_equal(source.problems.count, 0);
    const Object *string = subject(&model, SHAPE_GROOVY_STRING, 0), *deploy = NULL;
    assert_non_null(string);
    assert_true(str_is(string->address, "stage D"));
    for (uint32_t i = 0; subject(&model, SHAPE_ACTIVITY, i); i++) {
        if (value_is_string(subject(&model, SHAPE_ACTIVITY, i)->fields[ACTIVITY_PURPOSE], "deploy")) deploy = subject(&model, SHAPE_ACTIVITY, i);
    }
    assert_non_null(deploy);
    Value before = deploy->fields[ACTIVITY_BEFORE]; /* the tests of stage A */
    assert_true(before.count > 0 && value_is_string(before.as.items[0], "test"));
    source_free(&source);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_trees), cmocka_unit_test(test_broken), cmocka_unit_test(test_strings), cmocka_unit_test(test_stages)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
