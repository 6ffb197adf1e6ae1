/* infra new KIND [PATH]: files that the repository lacks, by what it is made of. Status: 0 written, or all of it is there already; 1 there is
 * something that was only shown; 2 wrong usage, or nothing was written because files stand there that say something else; 3 the repository does not
 * say enough, or not all of it could be read. */
#include "base/diff.h"
#include "base/io.h"
#include "cli/command.h"
#include "model/redact.h"
#include "scan_new.h"
#include "values/date.h"
#include "values/secret_text.h"

#include <time.h>
#include <unistd.h>

enum { OPTION_WRITE, OPTION_WHY, OPTION_SET, OPTION_DATE, OPTION_NO_CONFIG };

static const Option options[] = {
    [OPTION_WRITE] = {STR_INIT("write"), STR_INIT(""), PROSE_INIT("write the new files; what exists is never overwritten", "escribir los archivos nuevos; lo que ya existe nunca se pisa"), NULL},
    [OPTION_WHY] = {STR_INIT("why"), STR_INIT(""), PROSE_INIT("tell what each decision rests on, by file and line", "contar en qué se apoya cada decisión, con archivo y línea"), NULL},
    [OPTION_SET] = {STR_INIT("set"), STR_INIT("NAME=VALUE"), PROSE_INIT("decide something yourself, such as port=8080; may be repeated", "decidir algo a mano, como port=8080; se puede repetir"), NULL},
    [OPTION_DATE] = {STR_INIT("date"), STR_INIT("DATE"), PROSE_INIT("stand for today, as YYYY-MM-DD: which releases are supported", "hacer de cuenta que hoy es ese día, como YYYY-MM-DD: qué versiones tienen soporte"), NULL},
    [OPTION_NO_CONFIG] = {STR_INIT("no-config"), STR_INIT(""), PROSE_INIT("heed no .infra.yaml", "no mirar ningún .infra.yaml"), NULL},
};

/* The names of templates/kinds. */
static Str kind_values(uint32_t index) {
    Str folder = STR("kinds/"), ending = STR(".yaml");
    for (uint32_t i = 0; i < template_file_count; i++) {
        Str name = template_files[i].name;
        if (str_starts(name, folder) && !index--) return str_slice(name, folder.len, name.len - ending.len);
    }
    return (Str){NULL, 0};
}

typedef struct Standing {
    uint32_t fresh, same, other; /* files: not there, there already, something else there */
    uint32_t ready;              /* fresh ones that may be written: nothing of their group is in the way */
    bool *missing;               /* by file: it is not there */
    bool blocked[UNITS_MAX + 1]; /* by group */
} Standing;

#define OTHERS_TOLD 5 /* files in the way that are named */

static void put_diff(Str path, Str before, bool exists, Str after, Buf *out) {
    Arena a = {0};
    diff_unified(secret_without(before, REDACTED, &a) /* nobody parsed it */, after, exists ? str_format(&a, "a/%.*s", STR_ARGS(path)) : STR("/dev/null"), str_format(&a, "b/%.*s", STR_ARGS(path)), out);
    arena_free(&a);
}

/* What stands there now is what would be written, or not. */
static Standing compare(NewWork *work, Buf *diff, Buf *names) {
    Standing s = {.missing = arena_zeros(&work->arena, bool, work->result.files.count)};
    vec_each(NewFile, file, &work->result.files) {
        Str before = {NULL, 0};
        bool exists;
        bool read = scan_new_existing(work, file->path, &before, &exists);
        if (read && str_eq(before, file->bytes)) {
            s.same++;
            continue;
        }
        if (exists && s.other < OTHERS_TOLD) buf_print(names, "%s%.*s", s.other ? ", " : "", STR_ARGS(file->path));
        exists ? s.other++ : s.fresh++;
        s.blocked[file->group] = s.blocked[file->group] || exists;
        s.missing[file - work->result.files.items] = !exists;
        if (!exists || read) put_diff(file->path, before, exists, file->bytes, diff);
    }
    vec_each(NewFile, file, &work->result.files) s.ready += s.missing[file - work->result.files.items] && !s.blocked[file->group];
    return s;
}

static void tell(const NewWork *work, const Standing *s, Str others, bool wrote) {
    Language language = work->language;
    bool es = language == LANGUAGE_ES;
    Buf out = {0};
    generate_open(&work->detection, &work->result, language, &out);
    uint32_t count = wrote ? s->ready : s->fresh;
    const char *files = count == 1 ? es ? "archivo nuevo" : "new file" : es ? "archivos nuevos" : "new files";
    if (wrote && count) {
        buf_print(&out, es ? "infra: %u %s, listo" : "infra: %u %s, written", count, files);
        command_noted(work->memory, work->memory_damaged, es, &out);
        buf_byte(&out, '\n');
        command_not_noted(work->memory, work->memory_damaged, es, &out);
    } else if (count && !wrote) buf_print(&out, es ? "infra: %u %s; --write los escribe\n" : "infra: %u %s; --write writes them\n", count, files);
    else if (!s->other) buf_add(&out, es ? STR("infra: ya está todo; nada que escribir\n") : STR("infra: all of it is there; nothing to write\n"));
    if (s->other) buf_print(&out, es ? "infra: ya existe y dice otra cosa: %.*s" : "infra: exists and says something else: %.*s", STR_ARGS(others));
    if (s->other > OTHERS_TOLD) buf_print(&out, es ? " y %u más" : " and %u more", s->other - OTHERS_TOLD);
    if (s->other) buf_add(&out, es ? STR("; no se pisa, ni se escribe lo que va con eso\n") : STR("; not overwritten, and what belongs to it is not written\n"));
    io_write(STDERR_FILENO, buf_str(&out));
    buf_free(&out);
}

static bool write_all(NewWork *work, const Standing *s, Error *err) {
    for (uint32_t i = 0; i < work->result.files.count; i++) {
        const NewFile *file = &work->result.files.items[i];
        if (s->missing[i] && !s->blocked[file->group]) writer_create(work->writer, file->path, file->executable, file->bytes);
    }
    Writer *writer = work->writer;
    work->writer = NULL;
    return writer_finish(writer, err);
}

static int finish(const Arguments *a, NewWork *work) {
    Buf diff = {0}, others = {0}, out = {0}, unread = {0};
    Error err;
    Standing s = compare(work, &diff, &others);
    bool wanted = argument_given(a, OPTION_WRITE), why = argument_given(a, OPTION_WHY), whole = !scan_new_unread(work, &unread), wrote = wanted && s.ready && whole;
    int status = !(s.fresh + s.other) || (wrote && !s.other) ? EXIT_CLEAN : wanted && !wrote ? EXIT_USAGE : EXIT_FINDINGS;
    if (!whole) status = EXIT_UNVERIFIED; /* what was not read might have said something else */
    io_write(STDERR_FILENO, buf_str(&unread));
    if (wrote && !write_all(work, &s, &err)) status = command_fail(a, &err);
    else {
        if (why) generate_why(&work->detection, &work->result, work->language, &out);
        else if (!wanted) buf_add(&out, buf_str(&diff));
        status = command_print(buf_str(&out), status);
        tell(work, &s, buf_str(&others), wrote);
    }
    buf_free(&diff);
    buf_free(&others);
    buf_free(&out);
    buf_free(&unread);
    return status;
}

static bool read_options(const Arguments *a, Str *settings, NewOptions *o, Error *err) {
    *o = (NewOptions){.path = a->word_count > 1 ? a->words[1] : STR("."), .kind = a->words[0], .settings = settings, .now = (int64_t)time(NULL),
                      .language = a->language, .language_chosen = a->language_chosen, .no_settings = argument_given(a, OPTION_NO_CONFIG), .write = argument_given(a, OPTION_WRITE), .sandbox = true};
    for (uint32_t i = 0; i < a->given_count; i++) {
        if (a->given[i].option == OPTION_SET) settings[o->setting_count++] = a->given[i].value;
    }
    if (a->word_count > 2) return error_set(err, "infra new takes one kind and one folder");
    if (argument_given(a, OPTION_DATE) && !date_parse(a->values[OPTION_DATE], &o->now)) return error_set(err, "--date takes a day as YYYY-MM-DD, not '%.*s'", STR_ARGS(a->values[OPTION_DATE]));
    return true;
}

static int run(const Arguments *a) {
    Str settings[GIVEN_MAX];
    NewOptions o;
    NewWork work = {.project.root = -1};
    Error err;
    if (!read_options(a, settings, &o, &err)) return command_fail(a, &err);
    NewOutcome outcome = scan_new_files(&work, &o, &err);
    int status;
    if (outcome == NEW_MADE) status = finish(a, &work);
    else {
        Arguments said = *a;
        Buf unread = {0};
        if (outcome == NEW_NOTHING) said.language = work.language;
        if (outcome == NEW_NOTHING && scan_new_unread(&work, &unread)) io_write(STDERR_FILENO, buf_str(&unread));
        buf_free(&unread);
        status = command_fail(&said, &err);
        if (outcome == NEW_NOTHING) status = EXIT_UNVERIFIED;
    }
    if (work.writer) writer_drop(work.writer);
    scan_new_free(&work);
    return status;
}

const Command new_command = {STR_INIT("new"), STR_INIT("infra new KIND [PATH]"), PROSE_INIT("write what is missing, from what the repository is made of", "escribir lo que falta, a partir de lo que tiene el repositorio"),
                             options, ARRAY_COUNT(options), run, kind_values, false};
