/* Machine formats are in English unless --lang says otherwise; the locale and the settings speak only to people. */
#include "cli/outputs.h"

#include "base/io.h"
#include "check/corrected.h"

#include <unistd.h>

Str outputs_formats(uint32_t i) {
    uint32_t count;
    const Reporter *all = reporters(&count);
    return i < count ? all[i].name : (Str){NULL, 0};
}

bool outputs_add(Outputs *o, Str text, Error *err) {
    Str format, file;
    if (!str_cut(text, '=', &format, &file) || !file.len) return error_set(err, "--output takes FORMAT=FILE, such as sarif=infra.sarif, not '%.*s'", STR_ARGS(text));
    const Reporter *reporter = reporter_find(format);
    if (!reporter) {
        Str all = {NULL, 0};
        for (uint32_t i = 0; outputs_formats(i).len; i++) {
            Str name = outputs_formats(i);
            all = str_format(&o->arena, "%.*s%s%.*s", STR_ARGS(all), i ? ", " : "", STR_ARGS(name));
        }
        return error_set(err, "--output '%.*s': there is no such format; allowed are %.*s", STR_ARGS(format), STR_ARGS(all));
    }
    for (uint32_t i = 0; i < o->count; i++) {
        if (str_eq(o->files[i], file)) return error_set(err, "--output writes to '%.*s' twice", STR_ARGS(file));
    }
    if (o->count == OUTPUTS_MAX) return error_set(err, "at most %d outputs", OUTPUTS_MAX);
    o->reporters[o->count] = reporter;
    o->files[o->count++] = file;
    return true;
}

bool outputs_start(Outputs *o, Error *err) {
    if (!o->count) return true;
    o->writer = writer_start(o->files, o->count, -1, NULL, &o->arena, err);
    return o->writer != NULL;
}

static void render(const Reporter *reporter, const Review *review, const Arguments *a, bool color, Buf *out) {
    Language language = a->language;
    if (!a->language_chosen && review->language >= 0) language = (Language)review->language;
    if (reporter->machine && !a->language_given) language = LANGUAGE_EN;
    ReportOptions options = {.language = language, .color = color, .version = STR(VERSION), .corrected = check_corrected};
    reporter->render(review, &options, out);
}

bool outputs_write(Outputs *o, const Review *review, const Arguments *a, Error *err) {
    if (!o->writer) return true;
    Buf out = {0};
    for (uint32_t i = 0; i < o->count; i++) {
        buf_clear(&out);
        render(o->reporters[i], review, a, false, &out);
        writer_target(o->writer, i, buf_str(&out));
    }
    buf_free(&out);
    Writer *w = o->writer;
    o->writer = NULL;
    return writer_finish(w, err);
}

static void to_standard_output(Buf *out) {
    bool lost = !out->lost && !io_write(STDOUT_FILENO, buf_str(out));
    if (lost) command_lost();
    out->lost = out->lost || lost;
    buf_clear(out);
}

int outputs_print(Str format, const Review *review, const Arguments *a, int status) {
    Buf out = {.drain = to_standard_output};
    render(reporter_find(format), review, a, a->color, &out);
    to_standard_output(&out);
    status = out.lost ? EXIT_UNVERIFIED : status;
    buf_free(&out);
    return status;
}

void outputs_close(Outputs *o) {
    if (o->writer) writer_drop(o->writer);
    arena_free(&o->arena);
}
