/* infra test [CHECK]: every check keeps its laws on its own examples. */
#include "check/choice.h"
#include "check/own.h"
#include "check/run.h"
#include "check/test.h"
#include "check/catalogue.h"
#include "cli/command.h"
#include "scan_fix.h"

typedef struct Runner {
    Scan *scan;
} Runner;

#define EXAMPLE_FILES_MAX 16

static uint32_t memory_files(const Example *example, MemoryFile *files) {
    uint32_t count = MIN(example->files.count, (uint32_t)EXAMPLE_FILES_MAX);
    for (uint32_t i = 0; i < count; i++) files[i] = (MemoryFile){example->files.items[i].path, example->files.items[i].bytes};
    return count;
}

static TestResult scan_example(void *data, const Check *check, const Example *example, bool blind, CheckWitness *witness) {
    Runner *runner = data;
    MemoryFile files[EXAMPLE_FILES_MAX];
    uint32_t count = memory_files(example, files);
    MemoryOptions options = {.only = check, .blind = blind, .witness = witness, .now = example->now, .kubernetes = example->kubernetes};
    runner->scan = scan_new();
    Review *review = scan_memory(runner->scan, files, count, &options);
    TestResult result = {.findings = review->findings};
    result.errors = scan_errors(runner->scan, &result.error);
    return result;
}

static void done(void *data) { scan_free(((Runner *)data)->scan); }

/* A user's own check is not among those that run otherwise. */
static bool is_ours(const Check *check) {
    uint32_t count;
    const Check *all = catalogue_checks(&count);
    return check >= all && check < all + count;
}

static uint32_t found_by(const Review *review, const Check *check) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < review->findings.count; i++) found += finding_is_named(&review->findings.items[i], check->id);
    return found;
}

static TestFixed fix_example(void *data, const Check *check, const Example *example) {
    (void)data;
    MemoryFile files[EXAMPLE_FILES_MAX];
    uint32_t count = memory_files(example, files);
    Scan *scan = scan_new(), *again = scan_new();
    MemoryOptions options = {.only = is_ours(check) ? NULL : check, .now = example->now, .kubernetes = example->kubernetes};
    FixWish wish = {.unsafe = true, .checks = &check->id, .check_count = 1};
    Review *review = scan_memory(scan, files, count, &options);
    TestFixed out = {.found = found_by(review, check)};
    FixResult result;
    scan_fix(scan, review, &wish, &result);
    for (uint32_t i = 0; i < result.files.count; i++) {
        for (uint32_t k = 0; k < count; k++) {
            if (str_eq(files[k].path, result.files.items[i].path)) files[k].bytes = result.files.items[i].after;
        }
    }
    out.fixed = result.fixed;
    out.harmful = result.left.count;
    review = scan_memory(again, files, count, &options);
    FixResult second;
    scan_fix(again, review, &wish, &second);
    out.unstable = second.files.count > 0;
    scan_free(again);
    scan_free(scan);
    return out;
}

static int run(const Arguments *a) {
    uint32_t tried = 0;
    Arena arena = {0};
    CheckList list;
    Error err;
    if (!command_check_list(&arena, &list, &err)) return command_fail(a, &err);
    Buf out = {0};
    TestReport report = {.out = &out};
    Runner runner = {0};
    TestRunner tests = {scan_example, fix_example, done, &runner, list.items, list.count};
    for (uint32_t i = 0; i < list.count; i++) {
        const Check *check = list.items[i];
        bool wanted = !a->word_count;
        for (uint32_t w = 0; w < a->word_count; w++) wanted = wanted || str_starts(check->id, a->words[w]);
        if (!wanted) continue;
        report.folder = is_ours(check) ? STR("checks") : STR(OWN_CHECKS_FOLDER);
        check_test(check, &tests, &report);
        tried++;
    }
    bool known = tried || check_list_require(&list, STR(""), a->words[0], &err);
    buf_print(&out, a->language == LANGUAGE_ES ? "%u pasaron, %u fallaron\n" : "%u passed, %u failed\n", report.passed, report.failed);
    int status = known ? command_print(buf_str(&out), report.failed || !tried ? EXIT_FINDINGS : EXIT_CLEAN) : command_fail(a, &err);
    buf_free(&out);
    check_list_free(&list);
    arena_free(&arena);
    return status;
}

const Command test_command = {STR_INIT("test"), STR_INIT("infra test [CHECK]"), PROSE_INIT("try every check on its own examples", "probar cada chequeo con sus ejemplos"), NULL, 0, run, NULL, true};
