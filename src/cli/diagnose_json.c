/* What came out, for programs. */
#include "cli/diagnose_json.h"

#include "report/json_writer.h"

static void spot(JsonWriter *w, const Spot *at) {
    json_put(w, "file", at->file);
    json_put_int(w, "line", at->line);
}

static void put_names(JsonWriter *w, const Diagnosis *one, Arena *a) {
    Str names[DIAGNOSE_WORDS];
    uint32_t count = 0;
    for (int i = 0; i < DIAGNOSE_WORDS; i++) {
        if (one->words[i].len) names[count++] = diagnose_quote(one->words[i], a);
    }
    json_put_strings(w, "names", names, count);
}

static void put_places(JsonWriter *w, const Diagnosis *one) {
    json_key(w, "places");
    json_open(w, '[');
    for (uint32_t i = 0; i < one->place_count; i++) {
        json_open(w, '{');
        spot(w, &one->places[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void put_cause(JsonWriter *w, const Diagnosis *one, Language language, Arena *a) {
    static const char *const ranks[] = {"proven", "consistent", "symptom"};
    json_open(w, '{');
    json_put(w, "cause", one->cause->id);
    json_put(w, "sure", str_of(ranks[one->cause->rank]));
    json_put(w, "what", diagnose_fill(one, one->cause->what.in[language], a));
    json_put(w, "act", diagnose_fill(one, one->cause->act.in[language], a));
    spot(w, &one->at);
    json_put(w, "text", diagnose_quote(one->text, a));
    json_put_int(w, "times", one->count);
    put_names(w, one, a);
    put_places(w, one);
    json_close(w, '}');
}

void diagnose_json(const DiagnoseWork *work, Language language, Buf *out) {
    const Diagnoser *d = &work->diagnoser;
    JsonWriter w = {.out = out};
    Arena a = {0};
    json_open(&w, '{');
    json_put_int(&w, "version", 1);
    json_key(&w, "known");
    json_bool(&w, d->found.count && d->found.items[0].cause->rank != CAUSE_SYMPTOM);
    json_put_int(&w, "lines", d->lines);
    json_put_int(&w, "untold", d->untold);
    json_put_int(&w, "unread", work->unread);
    json_put(&w, "subject", diagnose_quote(d->subject, &a));
    json_key(&w, "causes");
    json_open(&w, '[');
    vec_each(Diagnosis, one, &d->found) put_cause(&w, one, language, &a);
    json_close(&w, ']');
    json_close(&w, '}');
    buf_byte(out, '\n');
    arena_free(&a);
}
