/* GitLab's pipelines as they are evaluated: each test says which files there are, and what a job is in the end. */
#include "parse/yaml.h"
#include "systems/gitlab/gitlab.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#define FILES_MAX 3

typedef struct Loaded {
    Source sources[FILES_MAX];
    Model models[FILES_MAX];
    uint32_t count;
} Loaded;

/* Pairs of path and text. */
static void load(Loaded *l, const char *const *files, size_t count) {
    SystemFile system[FILES_MAX];
    *l = (Loaded){.count = (uint32_t)count / 2};
    for (uint32_t i = 0; i < l->count; i++) {
        source_init(&l->sources[i], str_of(files[2 * i]), str_of(files[2 * i + 1]));
        const Tree *tree = yaml_parse(text_of_source(&l->sources[i]));
        l->models[i].arena = &l->sources[i].arena;
        gitlab_model(&l->sources[i], tree, &l->models[i]);
        system[i] = (SystemFile){&l->sources[i], tree, &l->models[i]};
    }
    gitlab_evaluate(system, l->count, NULL);
}

static void unload(Loaded *l) {
    for (uint32_t i = 0; i < l->count; i++) source_free(&l->sources[i]);
}

static const Object *subject(const Loaded *l, uint32_t file, ShapeId shape, const char *address) {
    for (uint32_t i = 0; i < l->models[file].subjects.count; i++) {
        const Object *o = l->models[file].subjects.items[i];
        if (o->shape->id == shape && (!address || str_is(o->address, address))) return o;
    }
    return NULL;
}

static void assert_dump(Value v, const char *want) {
    Buf out = {0};
    value_dump(v, &out);
    if (!str_is(buf_str(&out), want)) fail_msg("'%.*s' instead of '%s'", STR_ARGS(buf_str(&out)), want);
    buf_free(&out);
}

static uint32_t problems(const Loaded *l, const char *code) {
    uint32_t count = 0;
    for (uint32_t f = 0; f < l->count; f++) {
        for (uint32_t i = 0; i < l->sources[f].problems.count; i++) count += str_is(problem_id(l->sources[f].problems.items[i].code), code);
    }
    return count;
}

static void test_extends(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml",
                           ".a: {variables: {X: '1', Y: '2'}, script: [a]}\n"
                           ".b: {extends: .a, variables: {Y: '3'}}\n"
                           "job: {extends: .b, variables: {Z: '4'}, script: [b]}\n"};
    load(&l, files, 2);
    const Object *job = subject(&l, 0, SHAPE_JOB, "job job");
    assert_non_null(job);
    assert_dump(value_field(job->fields[JOB_BODY], "variables", NULL), "{\"X\": \"1\", \"Y\": \"3\", \"Z\": \"4\"}");
    assert_dump(value_field(job->fields[JOB_BODY], "script", NULL), "[\"b\"]");
    unload(&l);
}

static void test_references_are_spliced(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml",
                           ".a: {script: [one, two]}\n"
                           ".b: {script: [!reference [.a, script], three]}\n"
                           "job:\n  script:\n    - zero\n    - !reference [.b, script]\n"};
    load(&l, files, 2);
    assert_dump(value_field(subject(&l, 0, SHAPE_JOB, "job job")->fields[JOB_BODY], "script", NULL), "[\"zero\", \"one\", \"two\", \"three\"]");
    unload(&l);
}

static void test_defaults_and_inherit(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml",
                           "default: {image: 'a:1', retry: 1}\n"
                           "x: {script: [x]}\n"
                           "y: {script: [y], inherit: {default: [retry]}}\n"
                           "z: {script: [z], inherit: {default: false}, image: 'b:2'}\n"};
    load(&l, files, 2);
    assert_dump(value_field(subject(&l, 0, SHAPE_JOB, "job x")->fields[JOB_BODY], "image", NULL), "\"a:1\"");
    assert_true(value_is_null(value_field(subject(&l, 0, SHAPE_JOB, "job y")->fields[JOB_BODY], "image", NULL)));
    assert_dump(value_field(subject(&l, 0, SHAPE_JOB, "job y")->fields[JOB_BODY], "retry", NULL), "1");
    assert_dump(value_field(subject(&l, 0, SHAPE_JOB, "job z")->fields[JOB_BODY], "image", NULL), "\"b:2\"");
    unload(&l);
}

static void test_include_and_override(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml", "include: [{local: /ci/*.yml}]\nbuild: {image: 'b:2'}\n", "ci/a.yml", "build: {image: 'a:1', script: [make]}\n"};
    load(&l, files, 4);
    const Object *job = subject(&l, 0, SHAPE_JOB, "job build");
    assert_non_null(job);
    assert_null(subject(&l, 1, SHAPE_JOB, "job build"));
    assert_dump(value_field(job->fields[JOB_BODY], "image", NULL), "\"b:2\"");
    const Object *step = subject(&l, 1, SHAPE_STEP, NULL); /* where the script is written */
    assert_non_null(step);
    assert_dump(step->fields[STEP_RUN], "\"make\\n\"");
    assert_int_equal(problems(&l, "pipeline/missing-key"), 0);
    unload(&l);
}

static void test_what_is_not_read_is_told(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml", "include: [{project: g/ci, file: a.yml}, {local: gone.yml}]\njob: {extends: .remote, script: [x], needs: [elsewhere]}\n"};
    load(&l, files, 2);
    assert_int_equal(problems(&l, "pipeline/remote-include"), 1);
    assert_int_equal(problems(&l, "pipeline/unread-include"), 1);
    assert_int_equal(problems(&l, "pipeline/unknown-template"), 0);
    assert_int_equal(problems(&l, "pipeline/unknown-job"), 0);
    unload(&l);
}

static void test_graph(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml",
                           "stages: [one, two]\n"
                           "a: {stage: one, script: [x], needs: [b]}\n" /* b runs later */
                           "b: {stage: two, script: [x], needs: [c, gone]}\n"
                           "c: {stage: two, script: [x], needs: [b]}\n"
                           "d: {stage: three, script: [x]}\n"};
    load(&l, files, 2);
    assert_int_equal(problems(&l, "pipeline/later-stage"), 1);
    assert_int_equal(problems(&l, "pipeline/unknown-job"), 1);
    assert_int_equal(problems(&l, "pipeline/cycle"), 1);
    assert_int_equal(problems(&l, "pipeline/unknown-stage"), 1);
    unload(&l);
}

static void test_circles_end(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml", "include: [{local: a.yml}]\n.a: {extends: .b}\n.b: {extends: .a}\nj: {extends: .a, script: [!reference [j, script]]}\n", "a.yml", "include: [{local: /.gitlab-ci.yml}]\n"};
    load(&l, files, 4);
    assert_int_equal(problems(&l, "pipeline/extends-cycle"), 1);
    unload(&l);
}

/* Options that are no list, and values that stand nowhere (an anchor of nothing), are of no kind an option could be. */
static void test_inputs_of_wrong_kinds(void **state) {
    (void)state;
    static const char *const options[] = {"{a: 1, b: 2}", "x", "[*none, {a: 1}, [1]]", "[1, 2]"};
    for (size_t i = 0; i < ARRAY_COUNT(options); i++) {
        for (size_t k = 0; k < 3; k++) {
            static const char *const initial[] = {"*none", "7", "{b: 2}"};
            char text[200];
            snprintf(text, sizeof text, "spec:\n  inputs:\n    a: {options: %s, default: %s}\n---\nj: {script: [echo]}\n", options[i], initial[k]);
            const char *files[] = {".gitlab-ci.yml", text};
            Loaded l;
            load(&l, files, 2);
            if (i < 2) assert_int_equal(problems(&l, "pipeline/undeclared-input"), 0);
            unload(&l);
        }
    }
}

static void test_spans_of_scripts(void **state) {
    (void)state;
    Loaded l;
    const char *files[] = {".gitlab-ci.yml", "j:\n  script:\n    - |\n      curl http://a.example/x\n    - 'true'\n"};
    load(&l, files, 2);
    const Object *script = subject(&l, 0, SHAPE_COMMAND, NULL);
    assert_non_null(script);
    assert_dump(script->fields[COMMAND_TEXT], "\"curl http://a.example/x\"");
    assert_true(str_starts(str_skip(l.sources[0].bytes, script->span.start), STR("curl http://a")));
    unload(&l);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_extends), cmocka_unit_test(test_references_are_spliced), cmocka_unit_test(test_defaults_and_inherit),
        cmocka_unit_test(test_include_and_override), cmocka_unit_test(test_what_is_not_read_is_told), cmocka_unit_test(test_graph),
        cmocka_unit_test(test_circles_end), cmocka_unit_test(test_inputs_of_wrong_kinds), cmocka_unit_test(test_spans_of_scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
