/* infra merge RESULT.json…: the results of all shards of a review as the one that a single run prints. Its status is that of this run. */
#include "report/merge.h"

#include "base/io.h"
#include "base/sandbox.h"
#include "cli/command.h"
#include "report/report.h"

#include <fcntl.h>
#include <unistd.h>

#define RESULT_MAX (512u << 20) /* bytes of one result */

static void tell(const Arguments *a, const Merged *merged, uint32_t count) {
    Buf out = {0};
    uint32_t all = 0;
    for (int i = 0; i < SEVERITY_COUNT; i++) all += merged->summary[i];
    bool spanish = a->language == LANGUAGE_ES;
    Str verdict = report_verdict(merged->verdict).in[a->language];
    buf_print(&out, spanish ? "infra: %.*s; %u shards, %u archivos de infraestructura, %u leídos enteros, %u hallazgos (" : "infra: %.*s; %u shards, %u infrastructure files, %u read in full, %u findings (",
              STR_ARGS(verdict), count, merged->found, merged->read, all);
    for (int i = SEVERITY_COUNT; i-- > 0;) {
        Str name = severity_name((Severity)i);
        buf_print(&out, "%u %.*s%s", merged->summary[i], STR_ARGS(name), i ? ", " : ")\n");
    }
    io_write(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
}

static int merge(const Arguments *a, Source *sources) {
    static const int statuses[VERDICT_COUNT] = {[VERDICT_APPROVED] = EXIT_CLEAN, [VERDICT_CHANGES_REQUESTED] = EXIT_FINDINGS, [VERDICT_NOT_VERIFIED] = EXIT_UNVERIFIED};
    Error err;
    Merged merged;
    Buf out = {0};
    for (uint32_t i = 0; i < a->word_count; i++) {
        sources[i].path = a->words[i];
        Str name = str_copy(&sources[i].arena, a->words[i]);
        ReadResult result = io_read(AT_FDCWD, name.at, true, RESULT_MAX, SOURCE_PADDING, &sources[i].arena, &sources[i].bytes);
        if (result != READ_OK) return error_set(&err, "can't read the result '%.*s'", STR_ARGS(name)), command_fail(a, &err);
    }
    sandbox_enter(-1);
    if (!merge_results(sources, a->word_count, &out, &merged, &err)) return command_fail(a, &err);
    int status = command_print(buf_str(&out), statuses[merged.verdict]);
    tell(a, &merged, a->word_count);
    buf_free(&out);
    return status;
}

static int run(const Arguments *a) {
    Error err;
    if (!a->word_count) return error_set(&err, "infra merge takes the results of all shards, a file each"), command_fail(a, &err);
    Arena arena = {0};
    Source *sources = arena_zeros(&arena, Source, a->word_count);
    int status = merge(a, sources);
    for (uint32_t i = 0; i < a->word_count; i++) source_free(&sources[i]);
    arena_free(&arena);
    return status;
}

const Command merge_command = {STR_INIT("merge"), STR_INIT("infra merge FILE…"), PROSE_INIT("the results of all shards as one, as JSON; --shard made them", "los resultados de todos los shards en uno, como JSON; los hizo --shard"), NULL, 0, run, NULL, false};
