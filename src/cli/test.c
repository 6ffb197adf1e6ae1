/* infra test [CHECK]: every check keeps its laws on its own examples. */
#include "check/choice.h"
#include "check/run.h"
#include "check/test.h"
#include "cli/command.h"
#include "scan.h"

typedef struct Runner {
    Scan *scan;
} Runner;

static TestResult scan_example(void *data, const Check *check, const Example *example, bool blind, CheckWitness *witness) {
    Runner *runner = data;
    MemoryFile files[16];
    uint32_t count = MIN(example->files.count, (uint32_t)ARRAY_COUNT(files));
    for (uint32_t i = 0; i < count; i++) files[i] = (MemoryFile){example->files.items[i].path, example->files.items[i].bytes};
    MemoryOptions options = {.only = check, .blind = blind, .witness = witness, .now = example->now, .kubernetes = example->kubernetes};
    runner->scan = scan_new();
    Review *review = scan_memory(runner->scan, files, count, &options);
    TestResult result = {.findings = review->findings};
    result.errors = scan_errors(runner->scan, &result.error);
    return result;
}

static void done(void *data) { scan_free(((Runner *)data)->scan); }

static int run(const Arguments *a) {
    uint32_t tried = 0;
    Arena arena = {0};
    CheckList list;
    Error err;
    if (!command_check_list(&arena, &list, &err)) return command_fail(&err);
    Buf out = {0};
    TestReport report = {.out = &out};
    Runner runner = {0};
    for (uint32_t i = 0; i < list.count; i++) {
        const Check *check = list.items[i];
        bool wanted = !a->word_count;
        for (uint32_t w = 0; w < a->word_count; w++) wanted = wanted || str_starts(check->id, a->words[w]);
        if (!wanted) continue;
        check_test(check, scan_example, &runner, done, &report);
        tried++;
    }
    if (!tried) buf_lit(&out, "infra test: no check of that name\n");
    buf_print(&out, "%u passed, %u failed\n", report.passed, report.failed);
    int status = command_print(buf_str(&out), report.failed || !tried ? EXIT_FINDINGS : EXIT_CLEAN);
    buf_free(&out);
    check_list_free(&list);
    arena_free(&arena);
    return status;
}

const Command test_command = {STR_INIT("test"), STR_INIT("infra test [CHECK]"), PROSE_INIT("try every check on its own examples", "probar cada chequeo con sus ejemplos"), NULL, 0, run, NULL};
