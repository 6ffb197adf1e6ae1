/* CSV (RFC 4180). A cell that a spreadsheet would take for a formula gets an apostrophe in front; what steers, or is no UTF-8, becomes U+FFFD. */
#include "report/report.h"

#include "base/utf8.h"

void csv_render(const Review *review, const ReportOptions *options, Buf *out);

static void cell(Buf *out, Str text, bool last) {
    buf_byte(out, '"');
    if (text.len && memchr("=+-@\t\r", text.at[0], 6)) buf_byte(out, '\'');
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        i += utf8_decode(str_skip(text, i), &code);
        if (code == '"') buf_byte(out, '"');
        utf8_put(out, utf8_is_steering(code) && code != '\n' && code != '\t' ? 0xFFFD : code);
    }
    buf_add(out, last ? STR("\"\r\n") : STR("\","));
}

static void row(const Finding *f, Str state, Language language, Buf *out) {
    Place place = source_place(f->source, f->span.start);
    cell(out, f->id, false);
    cell(out, f->check->id, false);
    cell(out, severity_name(f->severity), false);
    cell(out, category_name((Category)f->check->category), false);
    cell(out, f->source->system, false);
    cell(out, f->source->path, false);
    buf_print(out, "%u,%u,", place.line, place.column);
    cell(out, f->resource, false);
    cell(out, f->message.in[language], false);
    cell(out, f->solution.in[language], false);
    cell(out, state, true);
}

void csv_render(const Review *review, const ReportOptions *options, Buf *out) {
    buf_lit(out, "id,check,severity,category,system,file,line,column,resource,message,solution,state\r\n");
    for (uint32_t i = 0; i < review->findings.count; i++) row(&review->findings.items[i], review->findings.items[i].blocks ? STR("blocks") : STR("open"), options->language, out);
    for (uint32_t i = 0; i < review->suppressed.count; i++) row(&review->suppressed.items[i], review->suppressed.items[i].ignored ? STR("ignored") : STR("baseline"), options->language, out);
}
