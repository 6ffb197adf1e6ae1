/* GitLab Code Quality (https://docs.gitlab.com/ci/testing/code_quality/, "Code Quality report format"). */
#include "report/json_writer.h"
#include "report/report.h"

void gitlab_render(const Review *review, const ReportOptions *options, Buf *out);

static const Str severities[SEVERITY_COUNT] = {STR_INIT("info"), STR_INIT("minor"), STR_INIT("major"), STR_INIT("critical"), STR_INIT("blocker")};

void gitlab_render(const Review *review, const ReportOptions *options, Buf *out) {
    Arena a = {0};
    JsonWriter writer = {.out = out}, *w = &writer;
    json_open(w, '[');
    for (uint32_t i = 0; i < review->findings.count; i++) {
        const Finding *f = &review->findings.items[i];
        json_open(w, '{');
        json_put(w, "description", report_message(f, options->language, &a));
        json_put(w, "check_name", f->check->id);
        json_put(w, "fingerprint", f->id);
        json_put(w, "severity", severities[f->severity]);
        json_key(w, "location");
        json_open(w, '{');
        json_put(w, "path", f->source->path);
        json_key(w, "lines");
        json_open(w, '{');
        json_put_int(w, "begin", source_place(f->source, f->span.start).line);
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, '}');
    }
    json_close(w, ']');
    buf_byte(out, '\n');
    arena_free(&a);
}
