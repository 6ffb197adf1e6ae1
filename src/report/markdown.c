/* The engineer's report, for pull requests: per affected file a section with context, analysis, solution, why this is correct
 * and considerations; then the coverage. Text of files is fenced or escaped, so it can't become markup. */
#include "report/fixes.h"
#include "report/report.h"

void markdown_render(const Review *review, const ReportOptions *options, Buf *out);

typedef struct Markdown {
    Language language;
    Buf *out;
} Markdown;

static Str say(const Markdown *m, Prose prose) { return prose.in[m->language]; }

/* Prose with code spans: everything outside backquotes that Markdown would read as markup is escaped. */
static void put_prose(Buf *out, Str prose) {
    Buf safe = {0}, line = {0};
    for (size_t i = 0; i < prose.len; i++) buf_byte(&line, prose.at[i] == '\n' || prose.at[i] == '\r' ? ' ' : prose.at[i]);
    report_safe(&safe, buf_str(&line));
    Str text = buf_str(&safe);
    bool code = false;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '`') code = !code;
        if (!code && (c == '*' || c == '_' || c == '<' || c == '[' || c == ']' || c == '|' || c == '#')) buf_byte(out, '\\');
        buf_byte(out, c);
    }
    if (code) buf_byte(out, '`');
    buf_free(&safe);
    buf_free(&line);
}

/* A path as a code span, with the line unless it is 0. */
static void put_path(Buf *out, Str path, uint32_t line) {
    Buf safe = {0};
    report_safe(&safe, path);
    for (size_t i = 0; i < safe.len; i++) {
        if (safe.at[i] == '`') safe.at[i] = '\'';
    }
    if (line) buf_print(&safe, ":%u", line);
    buf_print(out, "`%.*s`", STR_ARGS(buf_str(&safe)));
    buf_free(&safe);
}

/* A fence longer than any run of backquotes inside; `kind` names the language, or is empty. */
static void put_fenced(Buf *out, const char *kind, Str text) {
    size_t longest = 2, run = 0;
    for (size_t i = 0; i < text.len; i++) {
        run = text.at[i] == '`' ? run + 1 : 0;
        longest = MAX(longest, run);
    }
    buf_fill(out, '`', longest + 1);
    buf_print(out, "%s\n", kind);
    buf_add(out, text);
    if (!str_ends(text, STR("\n"))) buf_byte(out, '\n');
    buf_fill(out, '`', longest + 1);
    buf_byte(out, '\n');
}

static void heading(Markdown *m, const Source *source, const Finding *items, uint32_t count, Severity fail_on) {
    uint32_t serious = 0;
    for (uint32_t i = 0; i < count; i++) serious += items[i].severity >= fail_on || items[i].check->never_approve;
    buf_lit(m->out, "\n## ");
    put_path(m->out, source->path, 0);
    buf_lit(m->out, "\n\n");
    if (m->language == LANGUAGE_ES) {
        buf_print(m->out, serious ? "Mirá: acá hay %u para arreglar; frenando el merge, %u.\n" : "Mirá: acá hay %u para mejorar; nada que frene el merge.\n", count, serious);
    } else {
        buf_print(m->out, serious ? "Look: %u to fix here; in the way of the merge, %u.\n" : "Look: %u to improve here; nothing in the way of the merge.\n", count, serious);
    }
}

static void analysis(Markdown *m, const Finding *items, uint32_t count) {
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n### Análisis\n\n") : STR("\n### Analysis\n\n"));
    for (uint32_t i = 0; i < count; i++) {
        const Finding *f = &items[i];
        Place place = source_place(f->source, f->span.start);
        Str severity = say(m, severity_title(f->severity));
        buf_lit(m->out, "- ");
        put_path(m->out, f->source->path, place.line);
        buf_print(m->out, " **%.*s** ", STR_ARGS(severity));
        put_prose(m->out, say(m, f->message));
        buf_print(m->out, " (`%.*s`)\n", STR_ARGS(f->check->id));
    }
    buf_byte(m->out, '\n');
    Buf evidence = {0};
    for (uint32_t i = 0; i < count; i++) {
        uint32_t line = source_place(items[i].source, items[i].span.start).line;
        if (i && source_place(items[i - 1].source, items[i - 1].span.start).line == line) continue;
        buf_print(&evidence, "%s%u: ", evidence.len ? "\n" : "", line);
        Buf shown = {0};
        report_evidence(&items[i], &shown);
        report_safe(&evidence, buf_str(&shown));
        buf_free(&shown);
    }
    put_fenced(m->out, "", buf_str(&evidence));
    buf_free(&evidence);
}

/* The first finding of each check: the same advice is given once a file. */
static bool is_first(const Finding *items, uint32_t index) {
    for (uint32_t i = 0; i < index; i++) {
        if (items[i].check == items[index].check) return false;
    }
    return true;
}

/* The corrected code. */
static void corrected(Markdown *m, const Finding *items, uint32_t count) {
    Buf diff = {0}, safe = {0};
    uint32_t unsafe;
    fixes_diff(items, count, &diff, &unsafe);
    Str rest = buf_str(&diff), line;
    while (rest.len && str_next(&rest, '\n', &line)) {
        report_safe(&safe, line);
        buf_byte(&safe, '\n');
    }
    if (safe.len) {
        buf_byte(m->out, '\n');
        put_fenced(m->out, "diff", buf_str(&safe));
    }
    if (unsafe) buf_print(m->out, m->language == LANGUAGE_ES ? "\n`infra fix --unsafe` puede arreglar %u más; mirá antes qué cambia en lo que ya anda.\n" : "\n`infra fix --unsafe` can mend %u more; look first at what it changes in what works today.\n", unsafe);
    buf_free(&diff);
    buf_free(&safe);
}

static void why_correct(Markdown *m, const Finding *items, uint32_t count) {
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n### Por qué esto es correcto\n\n") : STR("\n### Why this is correct\n\n"));
    for (uint32_t i = 0; i < count; i++) {
        const Check *check = items[i].check;
        bool told = false;
        for (uint32_t k = 0; k < i; k++) told = told || str_eq(say(m, items[k].check->why), say(m, check->why));
        if (told) continue;
        buf_lit(m->out, "- ");
        put_prose(m->out, say(m, check->why));
        if (check->reference_count) buf_print(m->out, " ([%s](%.*s))", m->language == LANGUAGE_ES ? "referencia" : "reference", STR_ARGS(check->references[0]));
        buf_byte(m->out, '\n');
    }
}

static void solution(Markdown *m, const Finding *items, uint32_t count) {
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n### Solución\n\n") : STR("\n### Solution\n\n"));
    for (uint32_t i = 0; i < count; i++) {
        if (!is_first(items, i)) continue;
        buf_lit(m->out, "- ");
        put_prose(m->out, say(m, items[i].solution));
        buf_byte(m->out, '\n');
    }
    corrected(m, items, count);
}

static void considerations(Markdown *m) {
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n### Consideraciones\n\n- [ ] Armar la imagen y correrla en staging primero\n- [ ] Ver que el pipeline pasa\n- [ ] Mirar los logs y las métricas después del deploy\n")
                                               : STR("\n### Considerations\n\n- [ ] Build the image and run it in staging first\n- [ ] See the pipeline pass\n- [ ] Watch logs and metrics after the deploy\n"));
}

static void checklist(Markdown *m, const Review *r) {
    static const Prose states[ITEM_STATE_COUNT] = {PROSE_INIT("", ""), PROSE_INIT("", ""), PROSE_INIT(" (unknown)", " (no se sabe)"), PROSE_INIT(" (not applicable)", " (no aplica)")};
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n## Checklist de code review\n\n") : STR("\n## Code-review checklist\n\n"));
    for (uint32_t i = 0; i < r->checklist.count; i++) {
        const Item *item = &r->checklist.items[i];
        buf_add(m->out, item->state == ITEM_YES ? STR("- [x] ") : STR("- [ ] "));
        buf_add(m->out, say(m, item->title));
        buf_add(m->out, say(m, states[item->state]));
        for (uint32_t e = 0; e < item->evidence.count && e < 5; e++) {
            Source *source = item->evidence.items[e].source;
            buf_add(m->out, e ? STR(", ") : STR(" — "));
            put_path(m->out, source->path, source_place(source, item->evidence.items[e].span.start).line);
        }
        buf_byte(m->out, '\n');
    }
}

static void gaps(Markdown *m, const Gap *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        buf_lit(m->out, "- ");
        put_path(m->out, items[i].file, items[i].line);
        buf_lit(m->out, " — ");
        put_prose(m->out, say(m, items[i].reason));
        buf_byte(m->out, '\n');
    }
}

static void coverage(Markdown *m, const Review *r) {
    const Coverage *c = &r->coverage;
    buf_add(m->out, m->language == LANGUAGE_ES ? STR("\n## Cobertura\n\n") : STR("\n## Coverage\n\n"));
    buf_print(m->out, m->language == LANGUAGE_ES ? "%u archivos de infraestructura: %u leídos enteros, %u en parte, %u salteados.\n\n" : "%u infrastructure files: %u read in full, %u partly, %u skipped.\n\n", c->found, c->read, report_partly(c), c->skipped.count);
    gaps(m, c->partly.items, c->partly.count);
    gaps(m, c->skipped.items, c->skipped.count);
}

void markdown_render(const Review *review, const ReportOptions *options, Buf *out) {
    static const Prose titles[VERDICT_COUNT] = {PROSE_INIT("# Approved\n", "# Aprobado\n"), PROSE_INIT("# Changes requested\n", "# Hay que cambiar cosas\n"),
                                                PROSE_INIT("# Not verified: not everything could be read\n", "# Sin verificar: no se pudo leer todo\n")};
    Markdown m = {options->language, out};
    buf_add(out, say(&m, titles[review->verdict]));
    for (uint32_t i = 0; i < review->findings.count;) {
        uint32_t end = i;
        while (end < review->findings.count && review->findings.items[end].source == review->findings.items[i].source) end++;
        const Finding *items = review->findings.items + i;
        heading(&m, items->source, items, end - i, review->fail_on);
        analysis(&m, items, end - i);
        solution(&m, items, end - i);
        why_correct(&m, items, end - i);
        considerations(&m);
        i = end;
    }
    checklist(&m, review);
    coverage(&m, review);
}
