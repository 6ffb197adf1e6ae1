#include "report/report.h"

#define REPORTER(name, machine) void name##_render(const Review *review, const ReportOptions *options, Buf *out);
#include "report/reporters.def"
#undef REPORTER

static const Reporter table[] = {
#define REPORTER(name, machine) {STR_INIT(#name), machine, name##_render},
#include "report/reporters.def"
#undef REPORTER
};

const Reporter *reporters(uint32_t *count) {
    *count = ARRAY_COUNT(table);
    return table;
}

const Reporter *reporter_find(Str name) {
    for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
        if (str_eq(table[i].name, name)) return &table[i];
    }
    return NULL;
}

#define EVIDENCE_MAX 200 /* bytes; more is no evidence but a listing */

void report_evidence(const Finding *f, Buf *out) {
    Place place = source_place(f->source, f->span.start);
    Str line = source_line(f->source, place.line);
    if (f->secret) {
        uint32_t start = (uint32_t)(line.at - f->source->bytes.at);
        buf_add(out, str_slice(line, 0, MIN(line.len, f->span.start - start)));
        buf_lit(out, "‹redacted›");
        return;
    }
    buf_add(out, str_slice(line, 0, MIN(line.len, (size_t)EVIDENCE_MAX)));
}
