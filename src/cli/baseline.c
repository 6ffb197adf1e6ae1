/* infra baseline create|update|show: what is known already. */
#include "suppress/baseline.h"

#include "base/io.h"
#include "base/writer.h"
#include "cli/scanning.h"

#include <fcntl.h>

#define BASELINE_NAME ".infra-baseline.json"

enum { OPTION_FILE = SCANNING_COUNT };

static const Option options[] = {
#define OPTION SCANNING_OPTION
#include "cli/scan_options.def"
#undef OPTION
    [OPTION_FILE] = {STR_INIT("file"), STR_INIT("FILE"), PROSE_INIT("where it is kept (" BASELINE_NAME ")", "dónde se guarda (" BASELINE_NAME ")"), NULL},
};

static Str verbs(uint32_t i) {
    static const Str names[] = {STR_INIT("create"), STR_INIT("update"), STR_INIT("show")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

/* create takes every finding; update keeps what is in the baseline and still there, and takes nothing new. */
static void print(const Review *review, bool create, Arena *a, Buf *out, uint32_t *kept) {
    const Finding **items = arena_array(a, const Finding *, review->findings.count + review->suppressed.count);
    *kept = 0;
    for (uint32_t i = 0; create && i < review->findings.count; i++) items[(*kept)++] = &review->findings.items[i];
    for (uint32_t i = 0; i < review->suppressed.count; i++) {
        if (review->suppressed.items[i].in_baseline) items[(*kept)++] = &review->suppressed.items[i];
    }
    baseline_print(items, *kept, out);
}

static int write_baseline(const Arguments *a, Scanning *scanning, Str file, Arena *arena) {
    Error err;
    bool create = str_is(a->words[0], "create");
    Writer *writer = writer_start(&file, 1, -1, NULL, arena, &err);
    if (!writer) return command_fail(a, &err);
    Scan *scan = scan_new();
    Review *review;
    Buf out = {0}, told = {0};
    uint32_t kept = 0;
    int status = EXIT_USAGE;
    if (!scan_review(scan, &scanning->options, &review, &err)) writer_drop(writer);
    else {
        print(review, create, arena, &out, &kept);
        writer_target(writer, 0, buf_str(&out));
        if (writer_finish(writer, &err)) status = EXIT_CLEAN;
    }
    if (status == EXIT_CLEAN) {
        buf_print(&told, a->language == LANGUAGE_ES ? "%.*s: %u hallazgos conocidos\n" : "%.*s: %u known findings\n", STR_ARGS(file), kept);
        status = scanning_unread(scanning_gaps(review), a->language, command_print(buf_str(&told), EXIT_CLEAN));
    } else command_fail(a, &err);
    buf_free(&out);
    buf_free(&told);
    scan_free(scan);
    return status;
}

static int show(const Arguments *a, Str file) {
    Error err;
    Source source = {.path = file};
    Baseline baseline;
    Buf out = {0};
    int status = EXIT_USAGE;
    Str name = str_copy(&source.arena, file);
    if (io_read(AT_FDCWD, name.at, true, 32u << 20, SOURCE_PADDING, &source.arena, &source.bytes) != READ_OK) {
        error_set(&err, "can't read '%.*s'; make it with `infra baseline create`", STR_ARGS(file));
        command_fail(a, &err);
    } else if (!baseline_load(&source, &baseline, &err)) command_fail(a, &err);
    else {
        for (uint32_t i = 0; i < baseline.entries.count; i++) {
            const BaselineEntry *e = &baseline.entries.items[i];
            buf_print(&out, "%.*s  %-36.*s %.*s  %.*s\n", STR_ARGS(e->identity), STR_ARGS(e->check), STR_ARGS(e->file), STR_ARGS(e->resource));
        }
        status = command_print(buf_str(&out), EXIT_CLEAN);
    }
    buf_free(&out);
    arena_free(&source.arena);
    return status;
}

static int run(const Arguments *a) {
    Error err;
    Scanning scanning;
    if (!scanning_read(a, 1, &scanning, &err)) return command_fail(a, &err);
    Str file = argument_given(a, OPTION_FILE) ? a->values[OPTION_FILE] : argument_given(a, SCANNING_BASELINE) ? a->values[SCANNING_BASELINE] : STR(BASELINE_NAME);
    if (str_is(a->words[0], "show")) return show(a, file);
    bool create = str_is(a->words[0], "create");
    scanning.options.baseline = create ? (Str){NULL, 0} : file;
    scanning.options.no_baseline = create;
    Arena arena = {0};
    int status = write_baseline(a, &scanning, file, &arena);
    arena_free(&arena);
    return status;
}

const Command baseline_command = {STR_INIT("baseline"), STR_INIT("infra baseline create|update|show"), PROSE_INIT("the findings that are known already", "los hallazgos que ya se conocen"),
                                  options, ARRAY_COUNT(options), run, verbs, false};
