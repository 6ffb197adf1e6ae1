/* For people: findings by file with the source line and what is underlined, then what was covered and the verdict.
 * Nothing of a file reaches the terminal as it is: control bytes are shown, not sent. */
#include "model/redact.h"
#include "report/report.h"

void terminal_render(const Review *review, const ReportOptions *options, Buf *out);

typedef struct Terminal {
    const ReportOptions *options;
    Buf *out;
} Terminal;

static const char *const colors[SEVERITY_COUNT] = {"36", "34", "33", "31", "1;31"};

static void paint(Terminal *t, const char *code, Str text) {
    if (t->options->color) buf_print(t->out, "\033[%sm", code);
    buf_add(t->out, text);
    if (t->options->color) buf_lit(t->out, "\033[0m");
}

static Str say(const Terminal *t, Prose prose) { return prose.in[t->options->language]; }

#define EXCERPT_MAX 160 /* bytes of a source line that are shown */

/* Bytes [start, end) of the source, harmless and without credentials; gives the columns they take. */
static uint32_t put_source(Buf *out, const Source *source, uint32_t start, uint32_t end) {
    Buf shown = {0};
    redact_bytes(source, start, MAX(start, end), &shown);
    uint32_t columns = report_safe(out, buf_str(&shown));
    buf_free(&shown);
    return columns;
}

/* "  %5u │ ", of which a long review has thousands. */
static void put_line_number(Buf *out, uint32_t line) {
    uint32_t digits = 1;
    for (uint32_t rest = line; rest >= 10; rest /= 10) digits++;
    buf_fill(out, ' ', 2 + (digits < 5 ? 5 - digits : 0));
    buf_int(out, line);
    buf_lit(out, " │ ");
}

static void excerpt(Terminal *t, const Finding *f) {
    Place place = source_place(f->source, f->span.start);
    Str line = source_line(f->source, place.line);
    uint32_t from = (uint32_t)(line.at - f->source->bytes.at), length = (uint32_t)line.len;
    uint32_t start = MIN(f->span.start - from, length), end = MAX(MIN(f->span.end - from, length), start);
    uint32_t shown = line.len > EXCERPT_MAX && start > EXCERPT_MAX / 2 ? start - EXCERPT_MAX / 2 : 0;
    uint32_t stop = MIN(length, shown + EXCERPT_MAX);
    end = MIN(end, stop);
    start = MIN(start, end);
    put_line_number(t->out, place.line);
    Buf middle = {0}, line_under = {0};
    uint32_t before = put_source(t->out, f->source, from + shown, from + start);
    uint32_t width = put_source(&middle, f->source, from + start, from + end);
    paint(t, colors[f->severity], buf_str(&middle));
    put_source(t->out, f->source, from + end, from + stop);
    buf_lit(t->out, "\n        │ ");
    buf_fill(t->out, ' ', before);
    buf_fill(&line_under, '~', MAX(width, 1u));
    line_under.at[0] = '^';
    paint(t, colors[f->severity], buf_str(&line_under));
    buf_byte(t->out, '\n');
    buf_free(&middle);
    buf_free(&line_under);
}

static void scenarios(Terminal *t, const Finding *f) {
    if (!f->scenario_count) return;
    buf_lit(t->out, "        ");
    report_scenarios(f, t->options->language, t->out);
    buf_byte(t->out, '\n');
}

static void finding(Terminal *t, const Finding *f) {
    Place place = source_place(f->source, f->span.start);
    buf_int(t->out, place.line);
    buf_byte(t->out, ':');
    buf_int(t->out, place.column);
    buf_lit(t->out, "  ");
    paint(t, colors[f->severity], say(t, severity_title(f->severity)));
    buf_lit(t->out, "  ");
    report_safe(t->out, say(t, f->message));
    buf_lit(t->out, "  ");
    paint(t, "2", f->check->id);
    buf_byte(t->out, '\n');
    excerpt(t, f);
    scenarios(t, f);
    buf_lit(t->out, "        → ");
    report_safe(t->out, say(t, f->solution));
    if (f->accepted.len) buf_print(t->out, t->options->language == LANGUAGE_ES ? "\n        = aceptado por %.*s" : "\n        = accepted by %.*s", STR_ARGS(f->accepted));
    if (f->known && f->known->id.len) buf_print(t->out, t->options->language == LANGUAGE_ES ? "\n        = ya pasó: %.*s" : "\n        = seen before: %.*s", STR_ARGS(f->known->id));
    buf_lit(t->out, "\n\n");
}

#define GAPS_SHOWN 10 /* reasons */

static void gap_list(Terminal *t, Prose head, const Gap *items, uint32_t count) {
    bool es = t->options->language == LANGUAGE_ES;
    GapGroup groups[GAPS_SHOWN];
    uint32_t rest, shown = report_gap_groups(items, count, groups, GAPS_SHOWN, &rest);
    for (uint32_t i = 0; i < shown; i++) {
        const Gap *gap = groups[i].first;
        buf_lit(t->out, "  ");
        buf_add(t->out, say(t, head));
        buf_byte(t->out, ' ');
        report_safe(t->out, gap->file);
        if (gap->line) buf_print(t->out, ":%u", gap->line);
        if (groups[i].more) buf_print(t->out, es ? " y %u más" : " and %u more", groups[i].more);
        buf_lit(t->out, " — ");
        report_safe(t->out, say(t, gap->reason));
        buf_byte(t->out, '\n');
    }
    if (rest) buf_print(t->out, es ? "  … y %u más\n" : "  … and %u more\n", rest);
}

static void summary(Terminal *t, const Review *r) {
    bool es = t->options->language == LANGUAGE_ES;
    uint64_t holes = 0;
    for (int i = 0; i < HOLE_COUNT; i++) holes += r->coverage.holes[i];
    const Coverage *c = &r->coverage;
    buf_print(t->out, es ? "Hallazgos: %u (críticos %u, altos %u, medios %u, bajos %u, informativos %u)\n" : "Findings: %u (%u critical, %u high, %u medium, %u low, %u info)\n", r->findings.count,
              r->summary[4], r->summary[3], r->summary[2], r->summary[1], r->summary[0]);
    buf_print(t->out, es ? "Cobertura: archivos de infraestructura %u, leídos %u, en parte %u, salteados %u; valores que no se pueden saber: %llu\n"
                         : "Coverage: infrastructure files %u, read %u, partly %u, skipped %u; values that can't be known: %llu\n",
              c->found, c->read, report_partly(c), c->skipped.count, (unsigned long long)holes);
    if (c->holes[HOLE_TEMPLATE]) buf_print(t->out, es ? "  sin renderizar, de templates: %llu\n" : "  not rendered, of templates: %llu\n", (unsigned long long)c->holes[HOLE_TEMPLATE]);
    if (c->test_data) buf_print(t->out, es ? "  datos de tests, que no se revisan: %u\n" : "  data of tests, which is not reviewed: %u\n", c->test_data);
    gap_list(t, PROSE("partly read:", "leído en parte:"), c->partly.items, c->partly.count);
    gap_list(t, PROSE("skipped:", "salteado:"), c->skipped.items, c->skipped.count);
    uint32_t serious = 0;
    for (uint32_t i = 0; i < r->claims.count; i++) serious += r->claims.items[i].blocks;
    if (r->claim_files) buf_print(t->out, es ? "Otros scanners: %u resultados en %u reportes; graves sin resolver, %u\n" : "Other scanners: %u results in %u reports; serious and open, %u\n", r->claims.count, r->claim_files, serious);
    static const Prose nothing = PROSE_INIT("Not verified: nothing here is infrastructure that infra knows", "Sin verificar: acá no hay infraestructura que infra conozca");
    paint(t, r->verdict == VERDICT_APPROVED ? "1;32" : r->verdict == VERDICT_CHANGES_REQUESTED ? "1;31" : "1;33", say(t, c->found || r->verdict != VERDICT_NOT_VERIFIED ? report_verdict(r->verdict) : nothing));
    buf_byte(t->out, '\n');
}

void terminal_render(const Review *review, const ReportOptions *options, Buf *out) {
    Terminal t = {options, out};
    const Source *file = NULL;
    for (uint32_t i = 0; i < review->findings.count; i++) {
        const Finding *f = &review->findings.items[i];
        if (f->source != file) {
            Buf name = {0};
            report_safe(&name, f->source->path);
            paint(&t, "1", buf_str(&name));
            buf_byte(out, '\n');
            buf_free(&name);
        }
        file = f->source;
        finding(&t, f);
        buf_pass(out);
    }
    summary(&t, review);
}
