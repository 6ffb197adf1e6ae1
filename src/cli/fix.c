/* infra fix [PATH…]: fixes that do no harm, shown as a unified diff or written. Status: 0 nothing is left to write; 1 there are fixes
 * that were only shown; 2 wrong usage, or a file could not be written; 3 nothing was recognised. */
#include "base/diff.h"
#include "base/io.h"
#include "base/writer.h"
#include "cli/scanning.h"
#include "model/redact.h"
#include "report/fixes.h"
#include "scan_fix.h"

#include <stdio.h>
#include <unistd.h>

enum { OPTION_WRITE = SCANNING_COUNT, OPTION_UNSAFE, OPTION_CHECK, OPTION_INTERACTIVE };

static const Option options[] = {
#define OPTION SCANNING_OPTION
#include "cli/scan_options.def"
#undef OPTION
    [OPTION_WRITE] = {STR_INIT("write"), STR_INIT(""), PROSE_INIT("write the files; each is whole or as it was", "escribir los archivos; cada uno queda entero o como estaba"), NULL},
    [OPTION_UNSAFE] = {STR_INIT("unsafe"), STR_INIT(""), PROSE_INIT("also what can change how a working system behaves", "también lo que puede cambiar cómo se comporta un sistema que anda"), NULL},
    [OPTION_CHECK] = {STR_INIT("check"), STR_INIT("CHECK"), PROSE_INIT("fix only what this check (or folder of checks) finds; may be repeated", "arreglar solo lo que encuentra este chequeo (o carpeta de chequeos); se puede repetir"), NULL},
    [OPTION_INTERACTIVE] = {STR_INIT("interactive"), STR_INIT(""), PROSE_INIT("ask about each fix", "preguntar por cada arreglo"), NULL},
};

typedef struct Interview {
    Language language;
    bool all, none; /* the rest was answered at once */
} Interview;

/* Where a task that changed something is counted. */
typedef struct Noted {
    Str memory;       /* empty: nowhere */
    uint32_t damaged; /* its first line that can't be read; 0: it is whole */
} Noted;

/* The diff between two texts of a source, without its credentials. */
static void put_diff(const Source *source, Str path, Str before, Str after, Buf *out) {
    Arena a = {0};
    Buf diff = {0};
    diff_unified(before, after, str_format(&a, "a/%.*s", STR_ARGS(path)), str_format(&a, "b/%.*s", STR_ARGS(path)), &diff);
    buf_add(out, source ? redact_text(source, buf_str(&diff), &a) : buf_str(&diff));
    buf_free(&diff);
    arena_free(&a);
}

static bool ask(void *data, const Finding *f) {
    Interview *interview = data;
    if (interview->all || interview->none) return interview->all;
    bool spanish = interview->language == LANGUAGE_ES;
    Buf after = {0}, out = {0};
    edits_apply(f->source->bytes, f->fix->group.edits, f->fix->group.count, &after);
    Str message = f->message.in[interview->language];
    buf_print(&out, "\n%.*s:%u: %.*s (%.*s)%s\n", STR_ARGS(f->source->path), source_place(f->source, f->span.start).line, STR_ARGS(message), STR_ARGS(f->check->id),
              f->fix->unsafe ? spanish ? " [puede cambiar el comportamiento]" : " [can change behaviour]" : "");
    buf_print(&out, "→ %.*s\n", STR_ARGS(fix_title(f, interview->language)));
    put_diff(f->source, f->source->path, f->source->bytes, buf_str(&after), &out);
    buf_add(&out, spanish ? STR("¿Lo arreglo? [s]í, [n]o, [t]odos, [q] ninguno más: ") : STR("Fix it? [y]es, [n]o, [a]ll, [q] no more: "));
    io_write(STDERR_FILENO, buf_str(&out));
    buf_free(&after);
    buf_free(&out);
    char answer[16];
    if (!fgets(answer, sizeof answer, stdin)) answer[0] = 'q';
    interview->all = answer[0] == 'a' || answer[0] == 't';
    interview->none = answer[0] == 'q';
    return interview->all || answer[0] == 'y' || answer[0] == 's';
}

static void tell_left(const FixResult *r, bool spanish, Buf *out) {
    for (uint32_t i = 0; i < r->left.count; i++) {
        const FixLeft *left = &r->left.items[i];
        if (left->declined) continue;
        buf_print(out, spanish ? "infra: %.*s:%u: %.*s no se arregla: el cambio haría daño (otro hallazgo, o el archivo ya no se leería)\n"
                               : "infra: %.*s:%u: %.*s is not fixed: the change would do harm (another finding, or a file that can't be read)\n",
                  STR_ARGS(left->path), left->line, STR_ARGS(left->check->id));
    }
}

/* What happened, for people: on standard error. */
static void tell(const FixResult *r, const Noted *noted, Str how, bool spanish) {
    Buf out = {0};
    tell_left(r, spanish, &out);
    if (!r->files.count) buf_add(&out, spanish ? STR("infra: nada para arreglar") : STR("infra: nothing to fix"));
    else {
        const char *fixes = r->fixed == 1 ? spanish ? "arreglo" : "fix" : spanish ? "arreglos" : "fixes";
        const char *files = r->files.count == 1 ? spanish ? "archivo" : "file" : spanish ? "archivos" : "files";
        buf_print(&out, spanish ? "infra: %u %s en %u %s%.*s" : "infra: %u %s in %u %s%.*s", r->fixed, fixes, r->files.count, files, STR_ARGS(how));
    }
    command_noted(noted->memory, noted->damaged, spanish, &out);
    if (r->unsafe) buf_print(&out, spanish ? "; con --unsafe, %u más" : "; with --unsafe, %u more", r->unsafe);
    buf_byte(&out, '\n');
    command_not_noted(noted->memory, noted->damaged, spanish, &out);
    io_write(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
}

static bool write_files(Writer *writer, const FixResult *r, Error *err) {
    for (uint32_t i = 0; i < r->files.count; i++) writer_file(writer, r->files.items[i].path, r->files.items[i].after);
    return writer_finish(writer, err);
}

static int show(const FixResult *r, int status) {
    Buf out = {0};
    for (uint32_t i = 0; i < r->files.count; i++) {
        const FixedFile *f = &r->files.items[i];
        put_diff(f->source, f->path, f->before, f->after, &out);
    }
    status = command_print(buf_str(&out), status);
    buf_free(&out);
    return status;
}

/* Standard input comes back whole, fixed. */
static int show_input(Scan *scan, const FixResult *r) {
    const Source *source = scan_source(scan, STR("stdin"));
    Str text = r->files.count ? r->files.items[0].after : source ? source->bytes : STR("");
    return command_print(text, EXIT_CLEAN);
}

static int fix(const Arguments *a, Scan *scan, Review *review, Writer *writer) {
    Str checks[GIVEN_MAX];
    Interview interview = {.language = a->language};
    FixWish wish = {.unsafe = argument_given(a, OPTION_UNSAFE), .checks = checks, .data = &interview};
    for (uint32_t i = 0; i < a->given_count; i++) {
        if (a->given[i].option == OPTION_CHECK) checks[wish.check_count++] = a->given[i].value;
    }
    if (argument_given(a, OPTION_INTERACTIVE)) wish.ask = ask;
    bool found = review->coverage.found > 0 || review->compared, input = a->word_count && str_is(a->words[0], "-");
    if (!a->language_chosen && review->language >= 0) interview.language = (Language)review->language;
    uint32_t unread = scanning_gaps(review);
    FixResult result;
    const Noted noted = {review->memory, review->memory_damaged}; /* each round of fixes begins the review anew */
    Error err;
    if (!scan_fix_known(scan, &wish, &err)) {
        if (writer) writer_drop(writer);
        return command_fail(a, &err);
    }
    scan_fix(scan, review, &wish, &result);
    bool written = writer && result.files.count;
    int status = written || !result.files.count ? EXIT_CLEAN : EXIT_FINDINGS;
    if (writer && !write_files(writer, &result, &err)) return command_fail(a, &err);
    if (input) status = show_input(scan, &result);
    else if (!written) status = show(&result, status);
    const Prose how = input ? PROSE("", "") : written ? PROSE(", written", ", listo") : PROSE("; --write writes them", "; --write los escribe");
    tell(&result, written ? &noted : &(Noted){0}, how.in[interview.language], interview.language == LANGUAGE_ES);
    status = scanning_unread(unread, interview.language, status);
    return found ? status : EXIT_UNVERIFIED;
}

static int run(const Arguments *a) {
    Error err;
    Scanning scanning;
    if (!scanning_read(a, 0, &scanning, &err)) return command_fail(a, &err);
    bool input = a->word_count && str_is(a->words[0], "-");
    if (argument_given(a, OPTION_WRITE) && input) return error_set(&err, "--write needs files: standard input comes back on standard output"), command_fail(a, &err);
    if (argument_given(a, OPTION_WRITE) && argument_given(a, SCANNING_STAGED)) return error_set(&err, "--write would write what is staged over what is not; stash that, and use --since HEAD"), command_fail(a, &err);
    if (argument_given(a, OPTION_INTERACTIVE) && input) return error_set(&err, "--interactive asks on standard input, which is the file here"), command_fail(a, &err);
    if (argument_given(a, OPTION_CHECK) && !argument_given(a, SCANNING_PROFILE)) { /* who names a check wants it, whatever its profile */
        scanning.options.profile = PROFILE_ALL;
        scanning.options.profile_given = true;
    }
    Writer *writer = NULL;
    if (argument_given(a, OPTION_WRITE)) scanning.options.writer = &writer;
    Scan *scan = scan_new();
    Review *review;
    int status;
    if (scan_review(scan, &scanning.options, &review, &err)) status = fix(a, scan, review, writer);
    else {
        if (writer) writer_drop(writer);
        status = command_fail(a, &err);
    }
    scan_free(scan);
    return status;
}

const Command fix_command = {STR_INIT("fix"), STR_INIT("infra fix [PATH…]"), PROSE_INIT("mend what can be mended without harm: a diff, or --write", "arreglar lo que se puede sin hacer daño: un diff, o --write"),
                             options, ARRAY_COUNT(options), run, NULL, false};
