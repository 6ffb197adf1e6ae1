/* Comments that ignore checks: how far they reach, what they say; identities; baselines; settings. */
#include "settings/settings.h"
#include "suppress/baseline.h"
#include "suppress/inline.h"
#include "suppress/suppress.h"
#include "base/diff.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static IgnoreVec read_ignores(Source *source, const char *text) {
    source_init(source, STR("a.yaml"), str_of(text));
    IgnoreVec out = {0};
    inline_ignores(source, NULL, NULL, &source->arena, &out);
    return out;
}

static void reaches(const char *text, uint32_t from, uint32_t to) {
    Source source;
    IgnoreVec v = read_ignores(&source, text);
    assert_int_equal(v.count, 1);
    assert_int_equal(v.items[0].from, from);
    assert_int_equal(v.items[0].to, to);
    source_free(&source);
}

static void test_reach(void **state) {
    (void)state;
    reaches("a: 1\nb: 2 # infra: ignore x/y why\nc: 3\n", 2, 2);
    reaches("a: 1\n# infra: ignore x/y why\nb:\n  c: 1\n\n  d: 2\ne: 3\n", 3, 6);
    reaches("a: 1\nl:\n# infra: ignore x/y why\n- b: 1\n  c: 2\n- d: 3\n", 4, 5);
    reaches("a: 1\n# infra: ignore x/y why\nl:\n- b: 1\n  c: 2\n- d: 3\ne: 1\n", 3, 6);
    reaches("# infra: ignore x/y why\n\na: 1\n", 1, UINT32_MAX);
    reaches("# infra: ignore x/y why\n---\na: 1\nb: 1\n---\nc: 1\n", 2, 4);
    reaches("a = 1\n// infra: ignore x/y why\nresource \"a\" \"b\" {\n  c = 1\n}\nd = 1\n", 3, 5);
    reaches("resource \"a\" \"b\" {\n  #checkov:skip=CKV_AWS_20:public on purpose\n  c = 1\n}\nd = 1\n", 1, 4);
    reaches("a: 1\n# kics-scan ignore-line\nb:\n  c: 1\n", 3, 3);
    reaches("# tflint-ignore: terraform_naming_convention\nvariable \"A\" {\n  type = string\n}\n", 2, 2);
    reaches("a = 1\n# tflint-ignore-file: terraform_naming_convention\nb = 1\n", 1, UINT32_MAX);
    reaches("a: 1\n# kics-scan ignore-block\nb:\n  c: 1\n", 3, 4);
    reaches("metadata:\n  annotations:\n    ignore-check.kube-linter.io/privileged: \"it must\"\nspec: 1\n---\na: 1\n", 1, 4);
}

static void says(const char *text, const char *check, const char *until, const char *reason, bool fault) {
    Source source;
    IgnoreVec v = read_ignores(&source, text);
    assert_true(v.count > 0);
    assert_true(str_is(v.items[0].check, check));
    assert_true(str_is(v.items[0].until, until));
    assert_true(str_is(v.items[0].reason, reason));
    assert_int_equal(v.items[0].fault.in[0].len > 0, fault);
    source_free(&source);
}

static void test_words(void **state) {
    (void)state;
    says("# infra: ignore x/y until=2026-01-02 because of it\n", "x/y", "2026-01-02", "because of it", false);
    says("# infra: ignore x/y\n", "x/y", "", "", false);
    says("# infra: ignore\n", "", "", "", true);
    says("# infra: ignoreall x/y z\n", "all", "", "x/y z", true);
    says("# infra: ignore x/y until=soon z\n", "x/y", "soon", "z", true);
    says("#checkov:skip=CKV_AWS_20:public on purpose\n", "CKV_AWS_20", "", "public on purpose", false);
    says("# hadolint ignore=DL3007,DL3008\n", "DL3007", "", "", false);
    says("a = 1 # tflint-ignore: terraform_typed_variables # as it was\n", "terraform_typed_variables", "", "as it was", false);
    says("# tflint-ignore: all\n", "", "", "", false);
    says("# trivy:ignore:AVD-DS-0002:exp:2026-02-03\n", "AVD-DS-0002", "2026-02-03", "", false);
    says("# zizmor: ignore[unpinned-uses] ours\n", "unpinned-uses", "", "ours", false);
    says("/* infra: ignore x/y why */\n", "x/y", "", "why", false);
}

static void test_none(void **state) {
    (void)state;
    Source source;
    IgnoreVec v = read_ignores(&source, "a: http://infra: ignore x\nb: infra: ignore x\n#not infra: ignore x\n");
    assert_int_equal(v.count, 0);
    source_free(&source);
}

static void test_many(void **state) {
    (void)state;
    Buf text = {0};
    for (int i = 0; i < 50000; i++) buf_lit(&text, "# infra: ignore x/y why\n");
    buf_fill(&text, '#', 1 << 20);
    buf_byte(&text, '\0');
    Source source;
    IgnoreVec v = read_ignores(&source, text.at);
    assert_int_equal(v.count, INLINE_IGNORES_MAX);
    source_free(&source);
    buf_free(&text);
}

static bool load(const char *text, Settings *out, Arena *a, Error *err) {
    char *bytes = arena_zero(a, strlen(text) + SOURCE_PADDING);
    memcpy(bytes, text, strlen(text));
    FoundSettings *found = arena_new(a, FoundSettings);
    *found = (FoundSettings){STR(".infra.yaml"), STR(""), STR(""), {bytes, strlen(text)}};
    return settings_load(found, 1, a, out, err);
}

static void refused(const char *text, const char *message) {
    Arena a = {0};
    Settings s;
    Error err;
    assert_false(load(text, &s, &a, &err));
    assert_string_equal(err.message, message);
    settings_free(&s);
    arena_free(&a);
}

static void test_settings(void **state) {
    (void)state;
    refused("profile: strickt\n", ".infra.yaml:1: unknown profile 'strickt'; did you mean strict; allowed are default, strict, all");
    refused("exclude: [a]\nfail_on: low\n",
            ".infra.yaml:2: unknown key 'fail_on'; did you mean fail-on; allowed are profile, fail-on, language, paths, exclude, severities, ignores, baseline, memory, cpu-request, cpu-limit, memory-request, memory-limit");
    refused("ignores:\n  - check: a/b\n", ".infra.yaml:2: an ignore needs 'reason': who reads it next year wants to know why");
    refused("ignores:\n  - {check: a/b, reason: x, until: never}\n", ".infra.yaml:2: until takes a day as YYYY-MM-DD, not 'never'");
    refused("severities: {a/b: none}\n", ".infra.yaml:1: unknown severity 'none'; allowed are info, low, medium, high, critical, off");
    refused("a: [\n", ".infra.yaml:1: this is not valid YAML (yaml/unclosed)");
    refused("- a\n", ".infra.yaml:1: settings are a map of keys; allowed are profile, fail-on, language, paths, exclude, severities, ignores, baseline, memory, cpu-request, cpu-limit, memory-request, memory-limit");
    Arena a = {0};
    Settings s;
    Error err;
    assert_true(load("exclude: [vendor/, '*.old.yaml', /legacy/a]\n", &s, &a, &err));
    assert_false(settings_include(&s, STR("x/vendor/Dockerfile")));
    assert_false(settings_include(&s, STR("k8s/x.old.yaml")));
    assert_false(settings_include(&s, STR("legacy/a/Dockerfile")));
    assert_true(settings_include(&s, STR("b/legacy/a/Dockerfile")));
    assert_true(settings_include(&s, STR("Dockerfile")));
    settings_free(&s);
    arena_free(&a);
}

static void unified(const char *before, const char *after, const char *wanted) {
    Buf out = {0};
    diff_unified(str_of(before), str_of(after), STR("a"), STR("b"), &out);
    buf_byte(&out, '\0');
    assert_string_equal(out.at, wanted);
    buf_free(&out);
}

static void test_diff(void **state) {
    (void)state;
    unified("a\nb\nc\n", "a\nb\nc\n", "");
    unified("a\nb\nc\n", "a\nx\nc\n", "--- a\n+++ b\n@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n");
    unified("", "a\n", "--- a\n+++ b\n@@ -0,0 +1,1 @@\n+a\n");
    unified("a", "a\nb", "--- a\n+++ b\n@@ -1,1 +1,2 @@\n-a\n\\ No newline at end of file\n+a\n+b\n\\ No newline at end of file\n");
    unified("1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n3\n4\n5\n6\n7\n8\nx\n9\n", "--- a\n+++ b\n@@ -1,9 +1,9 @@\n 1\n-2\n 3\n 4\n 5\n 6\n 7\n 8\n+x\n 9\n");
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_reach), cmocka_unit_test(test_words), cmocka_unit_test(test_none), cmocka_unit_test(test_many), cmocka_unit_test(test_settings), cmocka_unit_test(test_diff)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
