/* A repository's own checks: read through the same loader; a faulty one is named with its file and line. */
#include "check/own.h"

#include <fcntl.h>
#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

static const char good[] =
    "title:\n  en: A\n  es: B\nseverity: low\ncategory: security\nwhy:\n  en: Because\n  es: Porque sí\nsubject: image\n"
    "when: it.tag == 'latest'\nsay:\n  en: It moves\n  es: Se mueve\nsolve:\n  en: Pin it\n  es: Fijala\nreferences:\n  - https://example.com\n"
    "bad:\n  - Dockerfile: |\n      FROM a:latest\ngood:\n  - Dockerfile: |\n      FROM a:1\n";

static void write_file(const char *root, const char *path, const char *text) {
    char full[512];
    snprintf(full, sizeof full, "%s/%s", root, path);
    for (char *slash = full + strlen(root) + 1; (slash = strchr(slash, '/')); *slash++ = '/') {
        *slash = '\0';
        mkdir(full, 0700);
    }
    FILE *f = fopen(full, "w");
    assert_non_null(f);
    fputs(text, f);
    fclose(f);
}

static int remove_one(const char *path, const struct stat *st UNUSED, int type UNUSED, struct FTW *ftw UNUSED) { return remove(path); }

/* Loads what `path` with `text` makes of an empty folder. */
static bool try(const char *path, const char *text, Arena *a, OwnChecks *out, Error *err) {
    char root[] = "/tmp/infra-own-XXXXXX";
    assert_non_null(mkdtemp(root));
    if (path) write_file(root, path, text);
    int fd = open(root, O_RDONLY | O_DIRECTORY);
    bool ok = own_checks_load(fd, a, out, err);
    close(fd);
    nftw(root, remove_one, 8, FTW_DEPTH | FTW_PHYS);
    return ok;
}

static void none_is_no_error(void **state UNUSED) {
    Arena a = {0};
    OwnChecks own;
    Error err;
    assert_true(try(NULL, NULL, &a, &own, &err));
    assert_int_equal(own.count, 0);
    own_checks_free(&own);
    assert_true(try(".infra/checks/README.md", "not a check", &a, &own, &err));
    assert_int_equal(own.count, 0);
    own_checks_free(&own);
    arena_free(&a);
}

static void a_check_is_loaded(void **state UNUSED) {
    Arena a = {0};
    OwnChecks own;
    Error err;
    assert_true(try(".infra/checks/shop/pinned.yaml", good, &a, &own, &err));
    assert_int_equal(own.count, 1);
    assert_true(str_is(own.items[0].id, "shop/pinned"));
    own_checks_free(&own);
    arena_free(&a);
}

static const char table[] =
    "category: security\nwhy: {en: Because., es: Porque sí.}\nsubject: image\ncolumns: {tag: a tag}\nwhen: it.tag == '<tag>'\nsay: {en: It moves, es: Se mueve}\n"
    "solve: {en: Pin it, es: Fijala}\nreferences: [https://example.com]\nbad: [{Dockerfile: \"FROM a:<tag> <--!\\n\"}]\ngood: [{Dockerfile: \"FROM a:1\\n\"}]\n"
    "rows:\n  - {id: no-edge, tag: edge, title: {en: A, es: B}}\n  - {id: %s, tag: beta, title: {en: C, es: D}}\n";

static void a_table_is_many(void **state UNUSED) {
    Arena a = {0};
    OwnChecks own;
    Error err;
    char text[1024];
    snprintf(text, sizeof text, table, "no-beta");
    if (!try(".infra/checks/shop/tags.yaml", text, &a, &own, &err)) fail_msg("%s", err.message);
    assert_int_equal(own.count, 2);
    assert_true(str_is(own.items[0].id, "shop/no-beta") && str_is(own.items[1].id, "shop/no-edge"));
    own_checks_free(&own);
    snprintf(text, sizeof text, table, "moving-tag");
    assert_false(try(".infra/checks/image/tags.yaml", text, &a, &own, &err));
    assert_non_null(strstr(err.message, ".infra/checks/image/tags.yaml: infra has a check 'image/moving-tag' itself"));
    own_checks_free(&own);
    assert_true(try(".infra/checks/control-plane/own.yaml",
                    "family: flag\nprogram: kube-apiserver\nrows:\n  - {id: event-ttl, form: must-be-set, flag: --event-ttl, right: 1h, title: {en: A, es: B}, say: {en: A, es: B}}\n", &a, &own, &err));
    assert_int_equal(own.count, 1);
    own_checks_free(&own);
    arena_free(&a);
}

static void faults_are_named(void **state UNUSED) {
    static const struct { const char *path, *text, *says; } cases[] = {
        {".infra/checks/shop/broken.yaml", "title: [", ".infra/checks/shop/broken.yaml"},
        {".infra/checks/shop/empty.yaml", "", ".infra/checks/shop/empty.yaml"},
        {".infra/checks/image/moving-tag.yaml", good, "another name"},
        {".infra/checks/1/2/3/4/5/6.yaml", good, "nested"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena a = {0};
        OwnChecks own;
        Error err = {0};
        assert_false(try(cases[i].path, cases[i].text, &a, &own, &err));
        assert_int_equal(own.count, 0);
        if (!strstr(err.message, cases[i].says)) fail_msg("'%s' does not say '%s'", err.message, cases[i].says);
        own_checks_free(&own);
        arena_free(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(none_is_no_error), cmocka_unit_test(a_check_is_loaded), cmocka_unit_test(a_table_is_many), cmocka_unit_test(faults_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
