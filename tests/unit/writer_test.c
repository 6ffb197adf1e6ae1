/* The writer: nothing before the commit, everything after it; only files that stand below the root, through no link. */
#include "base/writer.h"

#include "base/error.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

typedef struct Place {
    char path[64];
    int root;
    Arena a;
    Error err;
} Place;

static Place place; /* of one test at a time; not *state, which cmocka copies where MemorySanitizer can't follow */

static int start(void **state) {
    (void)state;
    Place *p = &place;
    *p = (Place){0};
    strcpy(p->path, "/tmp/writer-test-XXXXXX");
    assert_non_null(mkdtemp(p->path));
    p->root = open(p->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    assert_true(p->root >= 0);
    assert_int_equal(mkdirat(p->root, "folder", 0700), 0);
    int fd = openat(p->root, "folder/Dockerfile", O_WRONLY | O_CREAT, 0640);
    assert_int_equal(write(fd, "old\n", 4), 4);
    close(fd);
    assert_int_equal(symlinkat("folder/Dockerfile", p->root, "link"), 0);
    return 0;
}

static int end(void **state) {
    (void)state;
    Place *p = &place;
    unlinkat(p->root, "folder/Dockerfile", 0);
    unlinkat(p->root, "folder", AT_REMOVEDIR);
    unlinkat(p->root, "link", 0);
    close(p->root);
    rmdir(p->path);
    arena_free(&p->a);
    return 0;
}

static void assert_content(Place *p, const char *want) {
    char got[64] = "";
    int fd = openat(p->root, "folder/Dockerfile", O_RDONLY);
    ssize_t n = read(fd, got, sizeof got - 1);
    close(fd);
    assert_true(n >= 0);
    assert_string_equal(got, want);
}

static void writes_on_finish_only(void **state) {
    (void)state;
    Place *p = &place;
    Writer *w = writer_start(NULL, 0, p->root, NULL, &p->a, &p->err);
    assert_non_null(w);
    assert_true(writer_file(w, STR("folder/Dockerfile"), STR("new\n")));
    assert_content(p, "old\n");
    assert_true(writer_finish(w, &p->err));
    assert_content(p, "new\n");
    struct stat st = {0};
    assert_int_equal(fstatat(p->root, "folder/Dockerfile", &st, 0), 0);
    assert_int_equal(st.st_mode & 07777, 0640); /* the file keeps its mode */
}

static void a_dropped_writer_wrote_nothing(void **state) {
    (void)state;
    Place *p = &place;
    Writer *w = writer_start(NULL, 0, p->root, NULL, &p->a, &p->err);
    assert_non_null(w);
    assert_true(writer_file(w, STR("folder/Dockerfile"), STR("new\n")));
    writer_drop(w);
    assert_content(p, "old\n");
}

static void refuse(void **state, Str path) {
    (void)state;
    Place *p = &place;
    Writer *w = writer_start(NULL, 0, p->root, NULL, &p->a, &p->err);
    assert_non_null(w);
    writer_file(w, path, STR("new\n"));
    assert_false(writer_finish(w, &p->err));
    assert_content(p, "old\n");
}

static void goes_through_no_link(void **state) { refuse(state, STR("link")); }
static void never_leaves_the_root(void **state) { refuse(state, STR("folder/../../elsewhere")); }
static void creates_nothing(void **state) { refuse(state, STR("folder/absent")); }

/* A new file: nothing before the end; its folders are made; a program may be run. */
static void creates_new_files(void **state) {
    (void)state;
    Place *p = &place;
    struct stat st = {0};
    Writer *w = writer_start(NULL, 0, p->root, NULL, &p->a, &p->err);
    assert_non_null(w);
    assert_true(writer_create(w, STR("a/b/plain"), false, STR("x\n")));
    assert_true(writer_create(w, STR("a/run.sh"), true, STR("y\n")));
    assert_true(writer_finish(w, &p->err));
    assert_int_equal(fstatat(p->root, "a/b/plain", &st, 0), 0);
    assert_int_equal(st.st_mode & 0111, 0);
    assert_int_equal(fstatat(p->root, "a/run.sh", &st, 0), 0);
    assert_int_equal(st.st_mode & 0100, 0100);
    assert_int_equal(unlinkat(p->root, "a/b/plain", 0) | unlinkat(p->root, "a/run.sh", 0) | unlinkat(p->root, "a/b", AT_REMOVEDIR) | unlinkat(p->root, "a", AT_REMOVEDIR), 0);
}

/* What stands there stays, and with it nothing of the rest is written: no file, no folder. */
static void refuse_new(Str path) {
    Place *p = &place;
    struct stat st;
    Writer *w = writer_start(NULL, 0, p->root, NULL, &p->a, &p->err);
    assert_non_null(w);
    writer_create(w, STR("fresh/file"), false, STR("new\n"));
    writer_create(w, path, false, STR("new\n"));
    assert_false(writer_finish(w, &p->err));
    assert_content(p, "old\n");
    assert_int_not_equal(fstatat(p->root, "fresh", &st, 0), 0);
}

static void overwrites_nothing(void **state) { (void)state; refuse_new(STR("folder/Dockerfile")); }
static void creates_through_no_link(void **state) { (void)state; refuse_new(STR("link/new")); }
static void creates_over_no_link(void **state) { (void)state; refuse_new(STR("link")); }
static void creates_inside_only(void **state) { (void)state; refuse_new(STR("folder/../../elsewhere")); }

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(writes_on_finish_only, start, end),
        cmocka_unit_test_setup_teardown(a_dropped_writer_wrote_nothing, start, end),
        cmocka_unit_test_setup_teardown(goes_through_no_link, start, end),
        cmocka_unit_test_setup_teardown(never_leaves_the_root, start, end),
        cmocka_unit_test_setup_teardown(creates_nothing, start, end),
        cmocka_unit_test_setup_teardown(creates_new_files, start, end),
        cmocka_unit_test_setup_teardown(overwrites_nothing, start, end),
        cmocka_unit_test_setup_teardown(creates_through_no_link, start, end),
        cmocka_unit_test_setup_teardown(creates_over_no_link, start, end),
        cmocka_unit_test_setup_teardown(creates_inside_only, start, end),
    };
    return cmocka_run_group_tests_name("writer", tests, NULL, NULL);
}
