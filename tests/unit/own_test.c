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
    const struct CMUnitTest tests[] = {cmocka_unit_test(none_is_no_error), cmocka_unit_test(a_check_is_loaded), cmocka_unit_test(faults_are_named)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
