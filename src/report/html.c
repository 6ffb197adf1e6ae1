/* One self-contained page: verdict, coverage, charts, the list (searchable, filtered by severity and system), the checklist. Everything is
 * there without a script; the script only hides. Text of files is escaped, and the page's own policy forbids any request. */
#include "base/map.h"
#include "report/html_page.h"
#include "report/markup.h"
#include "report/report.h"

void html_render(const Review *review, const ReportOptions *options, Buf *out);

typedef struct Html {
    const Review *review;
    Language language;
    Buf *out;
} Html;

static void raw(Html *h, const char *markup) { buf_add(h->out, str_of(markup)); }
static void put(Html *h, Str text) { markup_put(h->out, text); }
static void say(Html *h, const char *english, const char *spanish) { markup_put(h->out, str_of(h->language == LANGUAGE_ES ? spanish : english)); }

/* Prose with `code` in it. */
static void prose(Html *h, Str text) {
    Str piece;
    for (bool code = false; str_next(&text, '`', &piece); code = !code) {
        if (code) raw(h, "<code>");
        put(h, piece);
        if (code) raw(h, "</code>");
    }
}

/* ---- charts ---- */

typedef Str (*GroupOf)(const Finding *f);

static Str by_severity(const Finding *f) { return severity_name(f->severity); }
static Str by_system(const Finding *f) { return f->source->system; }
static Str by_category(const Finding *f) { return category_name((Category)f->check->category); }

/* A severity is called by its title; systems and categories by their names. */
static void put_name(Html *h, Str name) {
    int severity = severity_find(name);
    put(h, severity < 0 ? name : severity_title((Severity)severity).in[h->language]);
}

static void bar(Html *h, Str name, uintptr_t count, uint32_t all, bool colored) {
    raw(h, "<div class=\"bar ");
    if (colored) put(h, name);
    raw(h, "\"><span>");
    put_name(h, name);
    buf_print(h->out, "</span><i style=\"width:%u%%%s\"></i><b>%u</b></div>", all ? (unsigned)(count * 100 / all) : 0, count ? ";min-width:2px" : "", (unsigned)count);
}

static void chart(Html *h, const char *english, const char *spanish, GroupOf group) {
    Arena a = {0};
    Map counts = {0};
    const FindingVec *v = &h->review->findings;
    for (int i = SEVERITY_COUNT; group == by_severity && i-- > 0;) map_put(&a, &counts, severity_name((Severity)i), NULL);
    for (uint32_t i = 0; i < v->count; i++) {
        void **slot = map_slot(&a, &counts, group(&v->items[i]));
        *slot = (void *)((uintptr_t)*slot + 1);
    }
    raw(h, "<div class=\"card\"><h3>");
    say(h, english, spanish);
    raw(h, "</h3>");
    for (uint32_t i = 0; i < counts.count; i++) bar(h, counts.items[i].key, (uintptr_t)counts.items[i].value, v->count, group == by_severity);
    raw(h, "</div>");
    arena_free(&a);
}

/* ---- findings ---- */

static void options_of(Html *h, GroupOf group) {
    Arena a = {0};
    Map seen = {0};
    for (uint32_t i = 0; i < h->review->findings.count; i++) {
        Str name = group(&h->review->findings.items[i]);
        if (map_has(&seen, name)) continue;
        map_put(&a, &seen, name, h);
        raw(h, "<option value=\"");
        put(h, name);
        raw(h, "\">");
        put_name(h, name);
        raw(h, "</option>");
    }
    arena_free(&a);
}

static void tools(Html *h) {
    raw(h, "<div class=\"tools\"><input id=\"search\" type=\"search\" placeholder=\"");
    say(h, "Search", "Buscar");
    raw(h, "\" aria-label=\"");
    say(h, "Search", "Buscar");
    raw(h, "\"><select id=\"severity\" aria-label=\"");
    say(h, "Severity", "Severidad");
    raw(h, "\"><option value=\"\">");
    say(h, "Every severity", "Toda severidad");
    raw(h, "</option>");
    options_of(h, by_severity);
    raw(h, "</select><select id=\"system\" aria-label=\"");
    say(h, "System", "Sistema");
    raw(h, "\"><option value=\"\">");
    say(h, "Every system", "Todo sistema");
    raw(h, "</option>");
    options_of(h, by_system);
    raw(h, "</select><span id=\"count\" class=\"soft\"></span></div>");
}

static void why(Html *h, const Check *c) {
    raw(h, "<p>");
    prose(h, c->why.in[h->language]);
    raw(h, "</p><p class=\"soft\">");
    for (uint32_t i = 0; i < c->reference_count; i++) {
        raw(h, i ? " · <a rel=\"noreferrer\" href=\"" : "<a rel=\"noreferrer\" href=\"");
        put(h, c->references[i]);
        raw(h, "\">");
        put(h, c->references[i]);
        raw(h, "</a>");
    }
    raw(h, "</p>");
}

static void finding(Html *h, const Finding *f) {
    Place place = source_place(f->source, f->span.start);
    raw(h, "<details class=\"finding\" data-severity=\"");
    put(h, severity_name(f->severity));
    raw(h, "\" data-system=\"");
    put(h, f->source->system);
    raw(h, "\"><summary><span class=\"tag ");
    put(h, severity_name(f->severity));
    raw(h, "\">");
    put(h, severity_title(f->severity).in[h->language]);
    raw(h, "</span><span class=\"what\">");
    prose(h, f->message.in[h->language]);
    raw(h, "</span><code class=\"where\">");
    put(h, f->source->path);
    buf_print(h->out, ":%u</code></summary><div class=\"body\"><pre>%5u │ ", place.line, place.line);
    Buf evidence = {0};
    report_evidence(f, &evidence);
    put(h, buf_str(&evidence));
    buf_free(&evidence);
    raw(h, "</pre><p>→ ");
    prose(h, f->solution.in[h->language]);
    raw(h, "</p>");
    Buf built = {0};
    report_scenarios(f, h->language, &built);
    if (built.len) raw(h, "<p class=\"soft\">");
    put(h, buf_str(&built));
    if (built.len) raw(h, "</p>");
    buf_free(&built);
    why(h, f->check);
    raw(h, "<p class=\"soft\"><code>");
    put(h, f->check->id);
    raw(h, "</code> ");
    put(h, f->resource);
    raw(h, "</p></div></details>\n");
}

/* ---- the rest ---- */

static void gaps(Html *h, const Gap *items, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        raw(h, "<li><code>");
        put(h, items[i].file);
        if (items[i].line) buf_print(h->out, ":%u", items[i].line);
        raw(h, "</code> ");
        put(h, items[i].reason.in[h->language]);
        raw(h, "</li>");
    }
}

static void coverage(Html *h) {
    const Coverage *c = &h->review->coverage;
    uint64_t holes = 0;
    for (int i = 0; i < HOLE_COUNT; i++) holes += c->holes[i];
    raw(h, "<h2>");
    say(h, "Coverage", "Cobertura");
    buf_print(h->out, h->language == LANGUAGE_ES ? "</h2><p>%u archivos de infraestructura: %u leídos enteros, %u en parte, %u salteados; %llu valores que no se pueden saber; %u hallazgos ignorados.</p><ul>"
                                                 : "</h2><p>%u infrastructure files: %u read in full, %u partly, %u skipped; %llu values can't be known; %u findings ignored.</p><ul>",
              c->found, c->read, c->partly.count, c->skipped.count, (unsigned long long)holes, h->review->suppressed.count);
    if (c->test_data) buf_print(h->out, h->language == LANGUAGE_ES ? "<li>Datos de tests, que no se revisan: %u</li>" : "<li>Data of tests, which is not reviewed: %u</li>", c->test_data);
    gaps(h, c->partly.items, c->partly.count);
    gaps(h, c->skipped.items, c->skipped.count);
    raw(h, "</ul>");
}

static void checklist(Html *h) {
    static const char *const marks[ITEM_STATE_COUNT] = {"✔ ", "✘ ", "? ", "– "};
    raw(h, "<h2>");
    say(h, "Code-review checklist", "Checklist de code review");
    raw(h, "</h2><ul class=\"items\">");
    for (uint32_t i = 0; i < h->review->checklist.count; i++) {
        const Item *item = &h->review->checklist.items[i];
        raw(h, "<li>");
        raw(h, marks[item->state]);
        put(h, item->title.in[h->language]);
        for (uint32_t e = 0; e < item->evidence.count && e < 3; e++) {
            Source *source = item->evidence.items[e].source;
            raw(h, " <code class=\"where\">");
            put(h, source->path);
            buf_print(h->out, ":%u</code>", source_place(source, item->evidence.items[e].span.start).line);
        }
        raw(h, "</li>");
    }
    raw(h, "</ul>");
}

static void head(Html *h) {
    buf_print(h->out, "<!doctype html>\n<html lang=\"%s\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">"
                      "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'\"><title>infra: ",
              h->language == LANGUAGE_ES ? "es" : "en");
    put(h, report_verdict(h->review->verdict).in[h->language]);
    raw(h, "</title><style>\n");
    raw(h, html_style);
    raw(h, "</style></head><body><header><h1 class=\"");
    put(h, verdict_name(h->review->verdict));
    raw(h, "\">");
    put(h, report_verdict(h->review->verdict).in[h->language]);
    raw(h, "</h1><button id=\"theme\" type=\"button\">◐</button></header>\n");
}

void html_render(const Review *review, const ReportOptions *options, Buf *out) {
    Html h = {review, options->language, out};
    head(&h);
    coverage(&h);
    raw(&h, "<div class=\"charts\">");
    chart(&h, "By severity", "Por severidad", by_severity);
    chart(&h, "By system", "Por sistema", by_system);
    chart(&h, "By category", "Por categoría", by_category);
    raw(&h, "</div><h2>");
    say(&h, "Findings", "Hallazgos");
    raw(&h, "</h2>");
    tools(&h);
    for (uint32_t i = 0; i < review->findings.count; i++) finding(&h, &review->findings.items[i]);
    checklist(&h);
    raw(&h, "<script>\n");
    raw(&h, html_script);
    raw(&h, "</script></body></html>\n");
}
