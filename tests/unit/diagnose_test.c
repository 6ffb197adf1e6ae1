/* What systems print, and the cause that it belongs to, by the files of causes/. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <fcntl.h>
#include <glob.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/io.h"
#include "diagnose/load.h"
#include "model/source.h"

static void read_text(Diagnoser *d, Arena *a, const char *text) {
    diagnose_begin(d, a);
    diagnose_log(d, STR("log"), str_of(text));
    diagnose_settle(d);
}

/* Reads the file that holds the causes of one system. */
static void load(Arena *a, const char *path, CauseFile *file) {
    Str bytes;
    Error err;
    assert_int_equal(io_read(AT_FDCWD, path, true, SOURCE_MAX, SOURCE_PADDING, a, &bytes), READ_OK);
    if (!causes_load(str_of(path), bytes, a, file, &err)) fail_msg("%s", err.message);
}

static uint32_t check_print(const Cause *cause, const CausePrint *print) {
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, print->line.at);
    const Diagnosis *one = d.found.count ? &d.found.items[0] : NULL;
    Str id = one ? one->cause->id : STR("unknown"), word = one ? one->words[0] : (Str){NULL, 0};
    bool right = str_eq(id, cause->id) && str_eq(word, print->names);
    if (!right) print_error("%s: is %.*s '%.*s', not %.*s '%.*s'\n", print->line.at, STR_ARGS(id), STR_ARGS(word), STR_ARGS(cause->id), STR_ARGS(print->names));
    arena_free(&a);
    return !right;
}

/* A line that looks like one of this cause is none of it. */
static uint32_t check_pass(const CauseFile *file, Str line) {
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, line.at);
    uint32_t wrong = 0;
    vec_each(Diagnosis, one, &d.found) {
        vec_each(Cause, cause, &file->causes) wrong += str_eq(one->cause->id, cause->id);
    }
    if (wrong) print_error("%s: is %.*s\n", line.at, STR_ARGS(d.found.items[0].cause->id));
    arena_free(&a);
    return wrong;
}

/* What the files say that systems print leads to the cause it stands under, and names what it says. */
static void test_files(void **state) {
    (void)state;
    glob_t files;
    uint32_t wrong = 0, causes = 0;
    assert_int_equal(glob("causes/*.yaml", 0, NULL, &files), 0);
    for (size_t f = 0; f < files.gl_pathc; f++) {
        Arena a = {0};
        CauseFile file;
        load(&a, files.gl_pathv[f], &file);
        for (uint32_t c = 0, p = 0; c < file.causes.count; c++) {
            for (; p < file.print_ends.items[c]; p++) wrong += check_print(&file.causes.items[c], &file.prints.items[p]);
        }
        vec_each(Str, line, &file.passes) wrong += check_pass(&file, *line);
        causes += file.causes.count;
        arena_free(&a);
    }
    globfree(&files);
    assert_int_equal(wrong, 0);
    assert_int_equal(causes, diagnose_cause_count);
}

/* What is no failure, or says nothing of one. */
static void test_unknown(void **state) {
    (void)state;
    static const char *const lines[] = {"listening on :8080", "INFO image built, 3 layers found", "warning: the file was not found in the cache, building it"};
    for (size_t i = 0; i < ARRAY_COUNT(lines); i++) {
        Arena a = {0};
        Diagnoser d;
        read_text(&d, &a, lines[i]);
        if (d.found.count) fail_msg("%s: is %.*s", lines[i], STR_ARGS(d.found.items[0].cause->id));
        arena_free(&a);
    }
}

/* A symptom is told only where no cause is; what repeats is counted; colours are no part of a line. */
static void test_log(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, "CrashLoopBackOff\n\x1b[31mKeyError: 'DATABASE_URL'\x1b[0m\nKeyError: 'DATABASE_URL'\nError: ImagePullBackOff\n");
    assert_int_equal(d.found.count, 1);
    assert_true(str_is(d.found.items[0].cause->id, "variable-missing"));
    assert_int_equal(d.found.items[0].count, 2);
    assert_int_equal(d.found.items[0].at.line, 2);
    assert_true(str_is(d.found.items[0].text, "KeyError: 'DATABASE_URL'"));
    read_text(&d, &a, "\x1b[31m\xe2\x94\x82\x1b[0m Error: Failed to install provider\n\xe2\x94\x82 \n\xe2\x94\x82 Error while installing hashicorp/aws v5.31.0: the local package for\n\xe2\x94\x82 registry.terraform.io/hashicorp/aws 5.31.0 doesn't match any of the\n"
                      "\xe2\x94\x82 checksums previously recorded in the dependency lock file\n\nKeyError: 'DB_URL'\n");
    assert_int_equal(d.found.count, 2);
    assert_true(str_is(d.found.items[0].cause->id, "provider-checksum") && str_is(d.found.items[0].words[0], "registry.terraform.io/hashicorp/aws"));
    assert_int_equal(d.found.items[0].at.line, 3);
    assert_int_equal(d.found.items[1].at.line, 7);
    assert_int_equal(d.lines, 7);
    read_text(&d, &a, "CrashLoopBackOff\n");
    assert_int_equal(d.found.count, 1);
    read_text(&d, &a, "");
    assert_int_equal(d.found.count, 0);
    arena_free(&a);
}

/* Quotes of JSON and YAML, what a progress bar wrote over itself and the end of a long line are read; one line counts once. */
static void test_pieces(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    char far[5000];
    const char *const lines[] = {"  message: \"exec: \\\"wge\\\": executable file not found in $PATH\"\n", " 10%\r100%\rexec: \"wge\": executable file not found in $PATH\r\n", far};
    for (uint32_t shift = 0; shift < 2200; shift += 55) {
        snprintf(far, sizeof far, "%*s exec: \"wge\": executable file not found in $PATH%*s\n", (int)(900 + shift), "", 1500, "");
        for (size_t i = shift ? 2 : 0; i < ARRAY_COUNT(lines); i++) {
            read_text(&d, &a, lines[i]);
            assert_int_equal(d.found.count, 1);
            assert_true(str_is(d.found.items[0].words[0], "wge"));
            assert_int_equal(d.found.items[0].count, 1);
            assert_int_equal(d.found.items[0].at.line, 1);
        }
    }
    arena_free(&a);
}

/* However many names a log has, few are kept, and the rest is counted. */
static void test_many(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    diagnose_begin(&d, &a);
    for (int i = 0; i < 500; i++) {
        char line[64];
        snprintf(line, sizeof line, "getaddrinfo ENOTFOUND host%d\n", i);
        diagnose_log(&d, STR("log"), str_of(line));
    }
    assert_int_equal(d.found.count, DIAGNOSE_CAUSES);
    diagnose_settle(&d);
    assert_int_equal(d.found.count, DIAGNOSE_CAUSES);
    assert_int_equal(d.untold, 500 - DIAGNOSE_CAUSES);
    arena_free(&a);
}

/* A word is found as a whole, in files of the kind; a path as a path. */
static void test_places(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    read_text(&d, &a, "KeyError: 'DB_URL'\n  on app/main.tf line 7, in resource:\n");
    assert_true(diagnose_wants(&d, STR("k8s/a.yaml")) && diagnose_wants(&d, STR("app/main.tf")) && !diagnose_wants(&d, STR("src/main.c")));
    diagnose_look(&d, STR("k8s/a.yaml"), STR("- name: OLD_DB_URL\n- name: DB_URL_X\n- name: DB_URL\n"));
    diagnose_look(&d, STR("src/main.c"), STR("DB_URL\n"));
    diagnose_look(&d, STR("map/main.tf"), STR("\n"));
    diagnose_look(&d, STR("app/main.tf"), STR("\n"));
    assert_int_equal(d.found.items[0].place_count, 1);
    assert_int_equal(d.found.items[0].places[0].line, 3);
    assert_int_equal(d.found.count, 2);
    assert_true(str_is(d.found.items[1].places[0].file, "app/main.tf"));
    assert_int_equal(d.found.items[1].places[0].line, 7);
    arena_free(&a);
}

/* Of many limits, that of the workload which the log is about; without its name, some of them. */
static void test_subject(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    const Str other = STR("name: mail\nlimits: {}\nmemory: 1Gi\n"), own = STR("memory: 9Mi\nname: shop\nmemory: 64Mi\n");
    read_text(&d, &a, "Name:             shop-7d9f8c6b5-x2x4z\n      Reason:       OOMKilled\n");
    assert_true(str_is(d.subject, "shop"));
    diagnose_look(&d, STR("a.yaml"), other);
    diagnose_look(&d, STR("b.yaml"), own);
    diagnose_look(&d, STR("c.yaml"), other);
    assert_int_equal(d.found.items[0].place_count, 1);
    assert_true(str_is(d.found.items[0].places[0].file, "b.yaml"));
    assert_int_equal(d.found.items[0].places[0].line, 3);
    read_text(&d, &a, "Warning  BackOff  kubelet  Back-off restarting failed container db in pod db-0_shop(uid)\nOOMKilled\n");
    assert_true(str_is(d.subject, "db"));
    read_text(&d, &a, "OOMKilled\n");
    diagnose_look(&d, STR("a.yaml"), other);
    assert_int_equal(d.found.items[0].place_count, 1);
    arena_free(&a);
}

/* Bytes that mean harm are shown as none, credentials are not shown. */
static void test_shown(void **state) {
    (void)state;
    Arena a = {0};
    Diagnoser d;
    Buf out = {0};
    read_text(&d, &a, "connect postgres://app:Kw9vLx2QpZ@db/x: dial tcp: lookup db on 10.0.0.1:53: no such host \x1b]0;pwned\x07\n");
    diagnose_tell(&d, LANGUAGE_ES, &out);
    assert_int_equal(d.found.count, 1);
    assert_false(str_has(buf_str(&out), STR("Kw9vLx2QpZ")));
    assert_int_equal(str_find_byte(buf_str(&out), '\x1b'), STR_NONE);
    assert_int_equal(str_find_byte(buf_str(&out), '\x07'), STR_NONE);
    buf_free(&out);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_files), cmocka_unit_test(test_unknown), cmocka_unit_test(test_log), cmocka_unit_test(test_pieces), cmocka_unit_test(test_many), cmocka_unit_test(test_places), cmocka_unit_test(test_subject), cmocka_unit_test(test_shown)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
