/* infra review [PATH] */
#include "cli/command.h"
#include "link/link.h"
#include "report/report.h"
#include "scan.h"
#include "values/date.h"

#include <time.h>

enum { OPTION_FORMAT, OPTION_PROFILE, OPTION_FAIL_ON, OPTION_SELECT, OPTION_IGNORE, OPTION_AS, OPTION_NO_CONFIG, OPTION_THREADS, OPTION_DATE, OPTION_KUBERNETES };

static const Option options[] = {
    [OPTION_FORMAT] = {STR_INIT("format"), STR_INIT("FORMAT"), PROSE_INIT("terminal, json or markdown", "terminal, json o markdown")},
    [OPTION_PROFILE] = {STR_INIT("profile"), STR_INIT("PROFILE"), PROSE_INIT("default, strict or all: how much to say", "default, strict o all: cuánto decir")},
    [OPTION_FAIL_ON] = {STR_INIT("fail-on"), STR_INIT("SEVERITY"), PROSE_INIT("exit with 1 from this severity on (medium)", "terminar con 1 desde esta severidad (medium)")},
    [OPTION_SELECT] = {STR_INIT("select"), STR_INIT("CHECK,…"), PROSE_INIT("only these checks or folders of them", "solo estos chequeos, o carpetas de ellos")},
    [OPTION_IGNORE] = {STR_INIT("ignore"), STR_INIT("CHECK,…"), PROSE_INIT("all but these", "todos menos estos")},
    [OPTION_AS] = {STR_INIT("as"), STR_INIT("SYSTEM"), PROSE_INIT("what standard input (-) is", "qué es la entrada estándar (-)")},
    [OPTION_NO_CONFIG] = {STR_INIT("no-config"), STR_INIT(""), PROSE_INIT("leave settings and baselines aside", "no usar configuración ni baselines")},
    [OPTION_THREADS] = {STR_INIT("threads"), STR_INIT("N"), PROSE_INIT("as many threads (one a core)", "cuántos threads (uno por core)")},
    [OPTION_DATE] = {STR_INIT("date"), STR_INIT("YYYY-MM-DD"), PROSE_INIT("stands in for today", "hace de hoy")},
    [OPTION_KUBERNETES] = {STR_INIT("kubernetes-version"), STR_INIT("1.NN"), PROSE_INIT("version of the clusters that the manifests are for", "versión de los clusters de los manifiestos")},
};

static bool find_named(Str text, const char *what, int (*find)(Str), const char *allowed, int *out, Error *err) {
    *out = find(text);
    return *out >= 0 || error_set(err, "--%s '%.*s' is unknown; allowed are %s", what, STR_ARGS(text), allowed);
}

static uint32_t split(Str text, Str *out, uint32_t limit) {
    uint32_t count = 0;
    Str piece;
    while (text.at && str_next(&text, ',', &piece)) {
        if (piece.len && count < limit) out[count++] = piece;
    }
    return count;
}

static int status_of(const Review *review) {
    for (int s = (int)review->fail_on; s < SEVERITY_COUNT; s++) {
        if (review->summary[s]) return EXIT_FINDINGS;
    }
    if (review->blocked) return EXIT_FINDINGS;
    bool verified = review->coverage.found && !review->coverage.partly.count && !review->coverage.skipped.count;
    return verified ? EXIT_CLEAN : EXIT_UNVERIFIED;
}

static bool read_options(const Arguments *a, ScanOptions *o, Str *select, Str *ignore, Error *err) {
    int value;
    int64_t now = (int64_t)time(NULL);
    *o = (ScanOptions){.paths = a->words, .path_count = a->word_count, .profile = PROFILE_DEFAULT, .fail_on = SEVERITY_MEDIUM,
                       .sandbox = true, .as_system = a->values[OPTION_AS], .now = now};
    if (argument_given(a, OPTION_PROFILE)) {
        if (!find_named(a->values[OPTION_PROFILE], "profile", profile_find, "default, strict, all", &value, err)) return false;
        o->profile = (Profile)value;
    }
    if (argument_given(a, OPTION_FAIL_ON)) {
        if (!find_named(a->values[OPTION_FAIL_ON], "fail-on", severity_find, "info, low, medium, high, critical", &value, err)) return false;
        o->fail_on = (Severity)value;
    }
    if (argument_given(a, OPTION_DATE) && !date_parse(a->values[OPTION_DATE], &o->now)) {
        return error_set(err, "--date takes a day as YYYY-MM-DD, not '%.*s'", STR_ARGS(a->values[OPTION_DATE]));
    }
    if (argument_given(a, OPTION_THREADS)) {
        int64_t threads;
        if (!str_to_int(a->values[OPTION_THREADS], &threads) || threads < 1 || threads > 1024) return error_set(err, "--threads takes a number from 1 to 1024, not '%.*s'", STR_ARGS(a->values[OPTION_THREADS]));
        o->threads = (uint32_t)threads;
    }
    if (argument_given(a, OPTION_KUBERNETES) && !(o->kubernetes = kubernetes_version(a->values[OPTION_KUBERNETES]))) {
        return error_set(err, "--kubernetes-version takes a version such as 1.34, not '%.*s'", STR_ARGS(a->values[OPTION_KUBERNETES]));
    }
    o->select = select;
    o->select_count = split(a->values[OPTION_SELECT], select, 64);
    o->ignore = ignore;
    o->ignore_count = split(a->values[OPTION_IGNORE], ignore, 64);
    return true;
}

static int run(const Arguments *a) {
    Error err;
    ScanOptions scan_options;
    Str select[64], ignore[64], format = argument_given(a, OPTION_FORMAT) ? a->values[OPTION_FORMAT] : STR("terminal");
    const Reporter *reporter = reporter_find(format);
    if (!reporter) {
        error_set(&err, "--format '%.*s' is unknown; allowed are terminal, json, markdown", STR_ARGS(format));
        return command_fail(&err);
    }
    if (!read_options(a, &scan_options, select, ignore, &err)) return command_fail(&err);
    Scan *scan = scan_new();
    Review *review;
    int status = EXIT_USAGE;
    if (scan_review(scan, &scan_options, &review, &err)) {
        Buf out = {0};
        ReportOptions report = {.language = str_is(format, "json") ? LANGUAGE_EN : a->language, .color = a->color};
        reporter->render(review, &report, &out);
        status = command_print(buf_str(&out), status_of(review));
        buf_free(&out);
    } else command_fail(&err);
    scan_free(scan);
    return status;
}

const Command review_command = {STR_INIT("review"), STR_INIT("infra review [PATH]"), PROSE_INIT("check what is there: findings, coverage, verdict", "revisar lo que hay: hallazgos, cobertura, veredicto"),
                                options, ARRAY_COUNT(options), run};
