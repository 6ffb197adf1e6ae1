/* What the result rests on, for people. */
#include "generate/generate.h"

#include "base/utf8.h"

#define TITLE_WIDTH 24
#define LEFT_OUT_TOLD 5 /* units without anything to start: libraries, most of the time */

static void pad(Buf *out, Str text, size_t width) {
    buf_add(out, text);
    size_t shown = utf8_count(text);
    buf_fill(out, ' ', shown < width ? width - shown : 1);
}

static void put_value(Buf *out, Value v, bool es) {
    if (v.kind == VALUE_BOOL) buf_add(out, v.as.boolean ? es ? STR("sí") : STR("yes") : STR("no"));
    else buf_add(out, value_text(v));
}

static void put_evidence(Buf *out, const Ground *at) {
    utf8_put_shown(at->file, out);
    if (at->line) buf_print(out, ":%u", at->line);
}

static void put_ground(Buf *out, const Answer *a, Language language) {
    bool es = language == LANGUAGE_ES;
    static const Prose levels[] = {PROSE_INIT("certain", "seguro"), PROSE_INIT("likely", "probable"), PROSE_INIT("to be decided", "a decidir")};
    if (a->given) {
        buf_lit(out, "--set");
        return;
    }
    if (a->at.file.len) put_evidence(out, &a->at);
    else buf_add(out, es ? STR("por defecto") : STR("by default"));
    buf_print(out, " (%.*s)", STR_ARGS(levels[a->rule->confidence].in[language]));
    if (a->rule->why.in[language].len) buf_print(out, ": %.*s", STR_ARGS(a->rule->why.in[language]));
    for (uint32_t i = 0; i < a->rival_count; i++) {
        buf_print(out, es ? "; también %.*s en " : "; also %.*s in ", STR_ARGS(a->rivals[i].value));
        put_evidence(out, &a->rivals[i]);
    }
}

static bool is_of_repository(const Detection *d, uint32_t fact) {
    const Answer *a = &d->repository[fact];
    return !value_is_null(a->value);
}

static void put_facts(const Detection *d, const Component *unit, const BlankUses *uses, Language language, Buf *out) {
    const Templates *t = d->templates;
    const Answer *answers = unit ? unit->answers : d->repository;
    for (uint32_t f = 0; f < t->facts.count; f++) {
        const Answer *a = &answers[f];
        if (value_is_null(a->value) || !blank_uses(uses, f) || (!a->rule && !a->given) || (unit && is_of_repository(d, f))) continue;
        Str title = t->facts.items[f].title.in[language];
        Buf value = {0};
        buf_lit(out, "  ");
        pad(out, title, TITLE_WIDTH);
        put_value(&value, a->value, language == LANGUAGE_ES);
        pad(out, buf_str(&value), TITLE_WIDTH);
        buf_byte(out, ' ');
        put_ground(out, a, language);
        buf_byte(out, '\n');
        buf_free(&value);
    }
}

void generate_why(const Detection *d, const Generation *g, Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    for (uint32_t i = 0; i < d->unit_count; i++) {
        const Component *unit = &d->units[i];
        buf_print(out, "%.*s — %.*s (", unit->folder.len ? (int)unit->folder.len - 1 : 1, unit->folder.len ? unit->folder.at : ".", STR_ARGS(unit->stack->title.in[language]));
        utf8_put_shown(unit->sign, out);
        buf_lit(out, ")\n");
        put_facts(d, unit, &g->uses, language, out);
    }
    buf_add(out, es ? STR("Todo el repositorio\n") : STR("The whole repository\n"));
    put_facts(d, NULL, &g->uses, language, out);
    buf_add(out, es ? STR("Archivos\n") : STR("Files\n"));
    for (uint32_t i = 0; i < g->files.count; i++) buf_print(out, "  %.*s\n", STR_ARGS(g->files.items[i].path));
}

/* What is known of a release that is asked for, beside its number. */
static void put_release(const Answer *a, bool es, Buf *out) {
    Str value = value_text(a->value);
    const Ground *at = a->release.standing == RELEASE_ELSEWHERE ? &a->unmet : &a->at;
    switch (a->release.standing) {
        case RELEASE_OVER: buf_print(out, es ? "%.*s no recibe parches desde el %.*s" : "%.*s has had no fixes since %.*s", STR_ARGS(value), STR_ARGS(a->release.eol)); break;
        case RELEASE_ENDS: buf_print(out, es ? "%.*s recibe sus últimos parches el %.*s" : "%.*s gets its last fixes on %.*s", STR_ARGS(value), STR_ARGS(a->release.eol)); break;
        case RELEASE_ELSEWHERE: buf_print(out, es ? "piden una que no está en la tabla de este programa; se tomó %.*s" : "one is asked for that this program's table doesn't have; %.*s was taken", STR_ARGS(value)); break;
        default: buf_print(out, es ? "%.*s no está en la tabla de este programa: fijate que exista la imagen" : "%.*s isn't in this program's table: see whether there is such an image", STR_ARGS(value)); break;
    }
    if (!at->file.len) return;
    buf_lit(out, " (");
    put_evidence(out, at);
    buf_byte(out, ')');
}

static void put_decision(const Detection *d, const Decision *decision, Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    if (decision->said.len) {
        buf_print(out, "  %.*s", STR_ARGS(decision->said));
        if (decision->file.len) buf_print(out, " (%.*s:%u)", STR_ARGS(decision->file), decision->line);
        buf_byte(out, '\n');
        return;
    }
    const Fact *fact = &d->templates->facts.items[decision->fact];
    const Answer *a = decision->unit ? &decision->unit->answers[decision->fact] : &d->repository[decision->fact];
    buf_print(out, "  %.*s: ", STR_ARGS(fact->title.in[language]));
    if (a->rival_count) {
        put_value(out, a->value, es);
        buf_byte(out, ' ');
        buf_byte(out, '(');
        put_evidence(out, &a->at);
        buf_byte(out, ')');
        for (uint32_t i = 0; i < a->rival_count; i++) {
            buf_print(out, es ? " o %.*s (" : " or %.*s (", STR_ARGS(a->rivals[i].value));
            put_evidence(out, &a->rivals[i]);
            buf_byte(out, ')');
        }
        buf_add(out, es ? STR("? Se tomó lo primero") : STR("? The first was taken"));
    } else if (a->release.standing) put_release(a, es, out);
    else buf_add(out, a->rule->why.in[language]);
    if (decision->file.len && !a->release.standing) buf_print(out, " (%.*s:%u)", STR_ARGS(decision->file), decision->line);
    buf_print(out, "; --set %.*s=…\n", STR_ARGS(fact->name));
}

void generate_open(const Detection *d, const Generation *g, Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    if (g->decisions.count == 1) buf_add(out, es ? STR("infra: 1 cosa para decidir\n") : STR("infra: 1 thing to decide\n"));
    else if (g->decisions.count) buf_print(out, es ? "infra: %u cosas para decidir\n" : "infra: %u things to decide\n", g->decisions.count);
    for (uint32_t i = 0; i < g->decisions.count; i++) put_decision(d, &g->decisions.items[i], language, out);
    for (uint32_t i = 0; i < d->refusals.count; i++) {
        const Refusal *r = &d->refusals.items[i];
        buf_lit(out, "infra: ");
        put_evidence(out, &r->at);
        if (r->fact == REFUSED_FOLDER) {
            buf_add(out, es ? STR(": el nombre de su carpeta no puede ir en un comando; quedó afuera\n") : STR(": the name of its folder can't stand in a command; left out\n"));
            continue;
        }
        buf_print(out, es ? ": no sirve como %.*s tal como está escrito; no se usó\n" : ": no good as %.*s as it is written; it was not used\n", STR_ARGS(d->templates->facts.items[r->fact].title.in[language]));
    }
    for (uint32_t i = 0; i < MIN(d->incomplete_count, LEFT_OUT_TOLD); i++) {
        const Component *unit = &d->incomplete[i];
        buf_lit(out, "infra: ");
        utf8_put_shown(unit->sign, out);
        buf_print(out, es ? ": %.*s sin nada que se inicie; quedó afuera\n" : ": %.*s without anything to start; left out\n", STR_ARGS(unit->stack->title.in[language]));
    }
    if (d->incomplete_count > LEFT_OUT_TOLD) buf_print(out, es ? "infra: y %u más quedaron afuera\n" : "infra: and %u more left out\n", d->incomplete_count - LEFT_OUT_TOLD);
    for (uint32_t i = 0; i < g->after.count; i++) buf_print(out, es ? "infra: necesita lo que escribe `infra new %.*s`\n" : "infra: it needs what `infra new %.*s` writes\n", STR_ARGS(g->after.items[i]));
    if (g->failed) buf_print(out, "infra: %s\n", es ? g->err.spanish : g->err.message);
}
