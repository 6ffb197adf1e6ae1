/* For people: findings by file with the source line and what is underlined, then what was covered and the verdict.
 * Nothing of a file reaches the terminal as it is: control bytes are shown, not sent. */
#include "base/utf8.h"
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

/* Control characters, and those that change the direction of the text, become visible. */
static bool is_harmful(uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xA0) || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0xFEFF;
}

/* Appends `text` made harmless; gives the columns it takes. */
static uint32_t put_safe(Buf *out, Str text) {
    uint32_t columns = 0;
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t length = utf8_decode(str_skip(text, i), &code);
        if (code == '\t') {
            buf_lit(out, "    ");
            columns += 4;
        } else if (is_harmful(code) || (code == 0xFFFD && length == 1)) {
            buf_print(out, "\\x%02x", code == 0xFFFD ? (uint8_t)text.at[i] : code);
            columns += code > 0xff && code != 0xFFFD ? 6 : 4;
        } else {
            buf_add(out, str_slice(text, i, i + length));
            columns++;
        }
        i += length;
    }
    return columns;
}

#define EXCERPT_MAX 160 /* bytes of a source line that are shown */

static void excerpt(Terminal *t, const Finding *f) {
    Place place = source_place(f->source, f->span.start);
    Str line = source_line(f->source, place.line);
    uint32_t from = (uint32_t)(line.at - f->source->bytes.at), printable = (uint32_t)source_printable(f->source, place.line);
    uint32_t start = MIN(f->span.start - from, printable), end = MAX(MIN(f->span.end - from, printable), start);
    uint32_t shown = line.len > EXCERPT_MAX && start > EXCERPT_MAX / 2 ? start - EXCERPT_MAX / 2 : 0;
    uint32_t stop = MIN(printable, shown + EXCERPT_MAX);
    bool redacted = printable < line.len && stop == printable, within = redacted && f->span.end - from > printable;
    end = MIN(end, stop);
    buf_print(t->out, "  %5u │ ", place.line);
    uint32_t before = put_safe(t->out, str_slice(line, shown, MIN(start, stop)));
    Buf middle = {0}, line_under = {0};
    uint32_t width = put_safe(&middle, str_slice(line, MIN(start, stop), end));
    if (within) buf_lit(&middle, "‹redacted›");
    paint(t, colors[f->severity], buf_str(&middle));
    put_safe(t->out, str_slice(line, end, stop));
    if (redacted && !within) buf_lit(t->out, "‹redacted›");
    buf_lit(t->out, "\n        │ ");
    buf_fill(t->out, ' ', before);
    buf_fill(&line_under, '~', MAX(width + (within ? 10u : 0u), 1u));
    line_under.at[0] = '^';
    paint(t, colors[f->severity], buf_str(&line_under));
    buf_byte(t->out, '\n');
    buf_free(&middle);
    buf_free(&line_under);
}

static void finding(Terminal *t, const Finding *f) {
    Place place = source_place(f->source, f->span.start);
    buf_print(t->out, "%u:%u  ", place.line, place.column);
    paint(t, colors[f->severity], say(t, severity_title(f->severity)));
    buf_lit(t->out, "  ");
    put_safe(t->out, say(t, f->message));
    buf_lit(t->out, "  ");
    paint(t, "2", f->check->id);
    buf_byte(t->out, '\n');
    excerpt(t, f);
    buf_lit(t->out, "        → ");
    put_safe(t->out, say(t, f->solution));
    buf_lit(t->out, "\n\n");
}

static void gap_list(Terminal *t, Prose head, const Gap *items, uint32_t count) {
    for (uint32_t i = 0; i < count && i < 10; i++) {
        buf_lit(t->out, "  ");
        buf_add(t->out, say(t, head));
        buf_byte(t->out, ' ');
        put_safe(t->out, items[i].file);
        if (items[i].line) buf_print(t->out, ":%u", items[i].line);
        buf_lit(t->out, " — ");
        put_safe(t->out, say(t, items[i].reason));
        buf_byte(t->out, '\n');
    }
    if (count > 10) buf_print(t->out, t->options->language == LANGUAGE_ES ? "  … y %u más\n" : "  … and %u more\n", count - 10);
}

static void summary(Terminal *t, const Review *r) {
    bool es = t->options->language == LANGUAGE_ES;
    uint64_t holes = 0;
    for (int i = 0; i < HOLE_COUNT; i++) holes += r->coverage.holes[i];
    const Coverage *c = &r->coverage;
    buf_print(t->out, es ? "%u hallazgos: %u críticos, %u altos, %u medios, %u bajos, %u informativos\n" : "%u findings: %u critical, %u high, %u medium, %u low, %u info\n", r->findings.count,
              r->summary[4], r->summary[3], r->summary[2], r->summary[1], r->summary[0]);
    buf_print(t->out, es ? "Cobertura: %u archivos de infraestructura, %u leídos, %u en parte, %u salteados, %llu valores que no se pueden saber\n" : "Coverage: %u infrastructure files found, %u read, %u partly, %u skipped; %llu values can't be known\n",
              c->found, c->read, c->partly.count, c->skipped.count, (unsigned long long)holes);
    gap_list(t, PROSE("partly read:", "leído en parte:"), c->partly.items, c->partly.count);
    gap_list(t, PROSE("skipped:", "salteado:"), c->skipped.items, c->skipped.count);
    static const Prose verdicts[VERDICT_COUNT] = {PROSE_INIT("Approved", "Aprobado"), PROSE_INIT("Changes requested", "Hay que cambiar cosas"), PROSE_INIT("Not verified: not everything could be read", "Sin verificar: no se pudo leer todo")};
    paint(t, r->verdict == VERDICT_APPROVED ? "1;32" : r->verdict == VERDICT_CHANGES_REQUESTED ? "1;31" : "1;33", say(t, verdicts[r->verdict]));
    buf_byte(t->out, '\n');
}

void terminal_render(const Review *review, const ReportOptions *options, Buf *out) {
    Terminal t = {options, out};
    const Source *file = NULL;
    for (uint32_t i = 0; i < review->findings.count; i++) {
        const Finding *f = &review->findings.items[i];
        if (f->source != file) {
            Buf name = {0};
            put_safe(&name, f->source->path);
            paint(&t, "1", buf_str(&name));
            buf_byte(out, '\n');
            buf_free(&name);
        }
        file = f->source;
        finding(&t, f);
    }
    summary(&t, review);
}
