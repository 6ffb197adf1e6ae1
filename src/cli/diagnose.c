/* infra diagnose [LOG…]: what a failure comes from, by what it printed. Status: 0 a cause is named; 3 none is known, only symptoms, or not all that should be
 * looked at could be read; 2 wrong usage. */
#include "base/io.h"
#include "cli/command.h"
#include "cli/diagnose_json.h"
#include "scan_diagnose.h"

#include <unistd.h>

enum { OPTION_IN, OPTION_FORMAT };

static const Option options[] = {
    [OPTION_IN] = {STR_INIT("in"), STR_INIT("FOLDER"), PROSE_INIT("the repository where causes are looked for; without it, the current folder", "el repositorio donde se buscan las causas; sin esto, la carpeta actual"), NULL},
    [OPTION_FORMAT] = {STR_INIT("format"), STR_INIT("FORMAT"), PROSE_INIT("what standard output gets", "qué va a la salida estándar"), command_formats},
};

static int tell(const Arguments *a, const DiagnoseWork *work) {
    const Diagnoser *d = &work->diagnoser;
    Buf out = {0}, unread = {0};
    bool json = argument_given(a, OPTION_FORMAT) && str_is(a->values[OPTION_FORMAT], "json");
    if (json) diagnose_json(work, a->language_given ? a->language : LANGUAGE_EN, &out);
    else diagnose_tell(d, a->language, &out);
    int status = !d->found.count || d->found.items[0].cause->rank == CAUSE_SYMPTOM || work->unread ? EXIT_UNVERIFIED : EXIT_CLEAN;
    status = command_print(buf_str(&out), status);
    if (work->unread) buf_print(&unread, a->language == LANGUAGE_ES ? "infra: %u archivos del repositorio no se pudieron leer\n" : "infra: %u files of the repository could not be read\n", work->unread);
    io_write(STDERR_FILENO, buf_str(&unread));
    buf_free(&out);
    buf_free(&unread);
    return status;
}

static int run(const Arguments *a) {
    const Str input = STR("-");
    DiagnoseOptions o = {.logs = a->word_count ? a->words : &input, .log_count = a->word_count ? a->word_count : 1, .root = a->values[OPTION_IN].at ? a->values[OPTION_IN] : STR("."), .sandbox = true};
    DiagnoseWork work;
    Error err;
    int status = scan_diagnose(&work, &o, &err) ? tell(a, &work) : command_fail(a, &err);
    scan_diagnose_free(&work);
    return status;
}

const Command diagnose_command = {STR_INIT("diagnose"), STR_INIT("infra diagnose [LOG…]"), PROSE_INIT("what a failure comes from: its logs or events, from files or standard input", "de dónde viene una falla: sus logs o eventos, de archivos o de la entrada estándar"),
                                  options, ARRAY_COUNT(options), run, NULL, false};
