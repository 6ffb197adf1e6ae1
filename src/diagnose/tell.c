/* What came out, for people: the line that says it, the cause, where the repository has it, what to do. */
#include "diagnose/diagnose.h"

#include "base/utf8.h"
#include "model/redact.h"
#include "values/secret_text.h"

#define QUOTED 200 /* bytes of a line that are shown */

/* A text that may hold anything: no credential, no order to a terminal, and not the whole page. */
static void put_quoted(Str text, Buf *out) {
    Arena a = {0};
    text = secret_without(text, REDACTED, &a);
    bool cut = text.len > QUOTED;
    text = str_slice(text, 0, cut ? QUOTED : text.len);
    utf8_put_shown(text, out);
    if (cut) buf_add(out, STR("…"));
    arena_free(&a);
}

/* `{1}` and `{2}` are what the line named. */
static void put_filled(const Diagnosis *one, Str text, Buf *out) {
    for (size_t i = 0; i < text.len; i++) {
        bool hole = i + 2 < text.len && text.at[i] == '{' && text.at[i + 2] == '}' && (text.at[i + 1] == '1' || text.at[i + 1] == '2');
        if (!hole) {
            buf_byte(out, text.at[i]);
            continue;
        }
        Str word = one->words[text.at[i + 1] - '1'];
        put_quoted(word.len ? word : STR("?"), out);
        i += 2;
    }
}

static void put_place(const Spot *at, Buf *out) {
    utf8_put_shown(at->file, out);
    buf_print(out, ":%u", at->line);
}

static void put_one(const Diagnosis *one, bool es, Buf *out) {
    Language language = es ? LANGUAGE_ES : LANGUAGE_EN;
    static const Prose ranks[] = {PROSE_INIT("the line says it", "lo dice la línea"), PROSE_INIT("it fits, but something else may print the same", "encaja, pero otra cosa puede decir lo mismo"),
                                  PROSE_INIT("a symptom, not yet a cause", "un síntoma, todavía no la causa")};
    put_filled(one, one->cause->what.in[language], out);
    buf_print(out, "  [%.*s: %.*s]\n  ", STR_ARGS(one->cause->id), STR_ARGS(ranks[one->cause->rank].in[language]));
    put_place(&one->at, out);
    buf_lit(out, ": ");
    put_quoted(one->text, out);
    if (one->count > 1) buf_print(out, es ? " (%u veces)" : " (%u times)", one->count);
    buf_byte(out, '\n');
    for (uint32_t i = 0; i < one->place_count; i++) {
        buf_add(out, i ? STR(", ") : one->cause->seek == SEEK_PLACE ? es ? STR("  Mirá: ") : STR("  Look at: ") : es ? STR("  Acá: ") : STR("  Here: "));
        put_place(&one->places[i], out);
    }
    if (one->place_count) buf_byte(out, '\n');
    else if (one->cause->seek != SEEK_NOTHING) buf_add(out, es ? STR("  En este repositorio no aparece\n") : STR("  Nothing in this repository says it\n"));
    buf_add(out, es ? STR("  Qué hacer: ") : STR("  What to do: "));
    put_filled(one, one->cause->act.in[language], out);
    buf_byte(out, '\n');
}

Str diagnose_quote(Str text, Arena *a) {
    Buf out = {0};
    put_quoted(text, &out);
    Str quoted = str_copy(a, buf_str(&out));
    buf_free(&out);
    return quoted;
}

Str diagnose_fill(const Diagnosis *one, Str text, Arena *a) {
    Buf out = {0};
    put_filled(one, text, &out);
    Str filled = str_copy(a, buf_str(&out));
    buf_free(&out);
    return filled;
}

void diagnose_tell(const Diagnoser *d, Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    for (uint32_t i = 0; i < d->found.count; i++) {
        if (i) buf_byte(out, '\n');
        put_one(&d->found.items[i], es, out);
    }
    if (d->untold) buf_print(out, es ? "\nLíneas con más causas, que no se muestran: %u\n" : "\nLines with more causes, which are not shown: %u\n", d->untold);
    if (d->found.count) return;
    buf_print(out, es ? "No sé qué pasó: no hay nada que conozca (líneas leídas: %u).\n" : "I don't know what happened: there is nothing I know (lines read: %u).\n", d->lines);
    buf_add(out, es ? STR("Juntá más: el primer error y no el último, `kubectl describe` y `kubectl logs --previous` del pod, el log entero del job que falló.\n")
                    : STR("Collect more: the first error and not the last, `kubectl describe` and `kubectl logs --previous` of the pod, the whole log of the job that failed.\n"));
}
