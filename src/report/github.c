/* Workflow commands that become annotations (https://docs.github.com/actions/reference/workflow-commands-for-github-actions). Nothing of
 * a file can end a line or begin another command: % and line ends are escaped, and in properties : and , too;
 * what steers, or is no UTF-8, becomes U+FFFD. */
#include "report/report.h"

#include "base/utf8.h"

void github_render(const Review *review, const ReportOptions *options, Buf *out);

static void put(Buf *out, Str text, bool property) {
    for (size_t i = 0; i < text.len;) {
        uint32_t c;
        i += utf8_decode(str_skip(text, i), &c);
        if (c == '%' || c == '\n' || c == '\r' || (property && (c == ':' || c == ','))) buf_print(out, "%%%02X", c);
        else utf8_put(out, c < 0x20 || c == 0x7F ? ' ' : utf8_is_steering(c) ? 0xFFFD : c);
    }
}

static void annotation(const Finding *f, Language language, Buf *out) {
    Place start = source_place(f->source, f->span.start), end = source_place(f->source, f->span.end);
    buf_print(out, "::%s file=", f->blocks ? "error" : f->severity >= SEVERITY_MEDIUM ? "warning" : "notice");
    put(out, f->source->path, true);
    buf_print(out, ",line=%u,endLine=%u", start.line, end.line);
    if (start.line == end.line) buf_print(out, ",col=%u,endColumn=%u", start.column, end.column);
    buf_lit(out, ",title=");
    put(out, f->check->title.in[language], true);
    buf_lit(out, "::");
    Arena a = {0};
    put(out, report_message(f, language, &a), false);
    arena_free(&a);
    buf_lit(out, " — ");
    put(out, f->solution.in[language], false);
    buf_lit(out, " (");
    put(out, f->check->id, false);
    buf_lit(out, ")\n");
}

static void gaps(const Gap *items, uint32_t count, Language language, Buf *out) {
    for (uint32_t i = 0; i < count; i++) {
        buf_lit(out, "::warning file=");
        put(out, items[i].file, true);
        if (items[i].line) buf_print(out, ",line=%u", items[i].line);
        buf_lit(out, ",title=infra::");
        put(out, items[i].reason.in[language], false);
        buf_byte(out, '\n');
    }
}

void github_render(const Review *review, const ReportOptions *options, Buf *out) {
    for (uint32_t i = 0; i < review->findings.count; i++) annotation(&review->findings.items[i], options->language, out);
    gaps(review->coverage.partly.items, review->coverage.partly.count, options->language, out);
    gaps(review->coverage.skipped.items, review->coverage.skipped.count, options->language, out);
}
