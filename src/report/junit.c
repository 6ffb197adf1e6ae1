/* JUnit XML as CI servers read it: a suite a file, a case a finding; what blocks is a failure, the rest is skipped with its text, what
 * could not be read is an error. */
#include "report/markup.h"
#include "report/report.h"

void junit_render(const Review *review, const ReportOptions *options, Buf *out);

static void attribute(Buf *out, const char *name, Str value) {
    buf_print(out, " %s=\"", name);
    markup_put(out, value);
    buf_byte(out, '"');
}

static void test_case(const Finding *f, Language language, Buf *out) {
    Place place = source_place(f->source, f->span.start);
    buf_lit(out, "    <testcase");
    attribute(out, "classname", f->source->path);
    attribute(out, "name", f->check->id);
    attribute(out, "file", f->source->path);
    buf_print(out, " line=\"%u\">\n      <%s", place.line, f->blocks ? "failure" : "skipped");
    Arena a = {0};
    attribute(out, "message", report_message(f, language, &a));
    arena_free(&a);
    if (f->blocks) {
        attribute(out, "type", severity_name(f->severity));
        buf_byte(out, '>');
        markup_put(out, f->source->path);
        buf_print(out, ":%u:%u\n", place.line, place.column);
        markup_put(out, f->solution.in[language]);
        buf_lit(out, "</failure>\n");
    } else buf_lit(out, "/>\n");
    buf_lit(out, "    </testcase>\n");
}

static void suite(const Finding *items, uint32_t count, Language language, Buf *out) {
    uint32_t failures = 0;
    for (uint32_t i = 0; i < count; i++) failures += items[i].blocks;
    buf_lit(out, "  <testsuite");
    attribute(out, "name", items->source->path);
    buf_print(out, " tests=\"%u\" failures=\"%u\" errors=\"0\" skipped=\"%u\">\n", count, failures, count - failures);
    for (uint32_t i = 0; i < count; i++) test_case(&items[i], language, out);
    buf_lit(out, "  </testsuite>\n");
}

static void gaps(const Gap *items, uint32_t count, Language language, Buf *out) {
    for (uint32_t i = 0; i < count; i++) {
        buf_lit(out, "    <testcase");
        attribute(out, "classname", items[i].file);
        attribute(out, "name", STR("coverage"));
        buf_lit(out, ">\n      <error");
        attribute(out, "message", items[i].reason.in[language]);
        buf_lit(out, "/>\n    </testcase>\n");
    }
}

void junit_render(const Review *review, const ReportOptions *options, Buf *out) {
    const Coverage *c = &review->coverage;
    uint32_t failures = 0, errors = c->partly.count + c->skipped.count, whole = review->findings.count || errors ? 0 : 1;
    for (uint32_t i = 0; i < review->findings.count; i++) failures += review->findings.items[i].blocks;
    buf_print(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites name=\"infra\" tests=\"%u\" failures=\"%u\" errors=\"%u\">\n", review->findings.count + errors + whole, failures, errors);
    for (uint32_t i = 0; i < review->findings.count;) {
        uint32_t end = i;
        while (end < review->findings.count && review->findings.items[end].source == review->findings.items[i].source) end++;
        suite(review->findings.items + i, end - i, options->language, out);
        i = end;
    }
    if (errors) {
        buf_print(out, "  <testsuite name=\"coverage\" tests=\"%u\" failures=\"0\" errors=\"%u\" skipped=\"0\">\n", errors, errors);
        gaps(c->partly.items, c->partly.count, options->language, out);
        gaps(c->skipped.items, c->skipped.count, options->language, out);
        buf_lit(out, "  </testsuite>\n");
    }
    if (whole) buf_lit(out, "  <testsuite name=\"infra\" tests=\"1\" failures=\"0\" errors=\"0\" skipped=\"0\">\n    <testcase classname=\"infra\" name=\"review\"/>\n  </testsuite>\n");
    buf_lit(out, "</testsuites>\n");
}
