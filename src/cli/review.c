/* infra review [PATH…]: one scan, any number of reports of it. */
#include "cli/outputs.h"
#include "cli/scanning.h"

enum { OPTION_FORMAT = SCANNING_COUNT, OPTION_REPORT, OPTION_OUTPUT };

static const Option options[] = {
#define OPTION SCANNING_OPTION
#include "cli/scan_options.def"
#undef OPTION
    [OPTION_FORMAT] = {STR_INIT("format"), STR_INIT("FORMAT"), PROSE_INIT("what standard output gets", "qué va a la salida estándar"), outputs_formats},
    [OPTION_REPORT] = {STR_INIT("report"), STR_INIT(""), PROSE_INIT("the engineer's report, as --format markdown has it, for the terminal", "el reporte del ingeniero, como el de --format markdown, para la terminal"), NULL},
    [OPTION_OUTPUT] = {STR_INIT("output"), STR_INIT("FORMAT=FILE"), PROSE_INIT("write a report to a file; may be repeated", "escribir un reporte en un archivo; se puede repetir"), NULL},
};

/* A shard is done when it is done: what it found is judged with the others, by `infra merge`. */
static int review_status(const Review *review) {
    static const int statuses[VERDICT_COUNT] = {[VERDICT_APPROVED] = EXIT_CLEAN, [VERDICT_CHANGES_REQUESTED] = EXIT_FINDINGS, [VERDICT_NOT_VERIFIED] = EXIT_UNVERIFIED};
    return review->shard ? EXIT_CLEAN : statuses[review->verdict];
}

static int run(const Arguments *a) {
    Error err;
    Scanning scanning;
    Outputs outputs = {0};
    Str format = argument_given(a, OPTION_FORMAT) ? a->values[OPTION_FORMAT] : argument_given(a, OPTION_REPORT) ? STR("report") : STR("terminal");
    bool ok = scanning_read(a, 0, &scanning, &err);
    for (uint32_t i = 0; ok && i < a->given_count; i++) {
        if (a->given[i].option == OPTION_OUTPUT) ok = outputs_add(&outputs, a->given[i].value, &err);
    }
    if (!ok || !outputs_start(&outputs, &err)) {
        outputs_close(&outputs);
        return command_fail(a, &err);
    }
    bool quiet = outputs.count && !argument_given(a, OPTION_FORMAT) && !argument_given(a, OPTION_REPORT);
    Scan *scan = scan_new();
    Review *review;
    int status = EXIT_USAGE;
    if (scan_review(scan, &scanning.options, &review, &err)) {
        status = review_status(review);
        if (!outputs_write(&outputs, review, a, &err)) status = command_fail(a, &err);
        else if (!quiet) status = outputs_print(format, review, a, status);
    } else command_fail(a, &err);
    outputs_close(&outputs);
    scan_free(scan);
    return status;
}

const Command review_command = {STR_INIT("review"), STR_INIT("infra review [PATH…]"), PROSE_INIT("check what is there: findings, coverage, verdict", "revisar lo que hay: hallazgos, cobertura, veredicto"),
                                options, ARRAY_COUNT(options), run, NULL, false};
