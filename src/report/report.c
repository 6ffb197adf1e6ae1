#include "report/report.h"

#include "base/utf8.h"
#include "model/redact.h"

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
    uint32_t start = (uint32_t)(line.at - f->source->bytes.at);
    redact_bytes(f->source, start, start + (uint32_t)MIN(line.len, (size_t)EVIDENCE_MAX), out);
}

/* What steers becomes visible. */
uint32_t report_safe(Buf *out, Str text) {
    uint32_t columns = 0;
    for (size_t i = 0; i < text.len;) {
        size_t plain = i;
        while (plain < text.len && text.at[plain] >= 0x20 && text.at[plain] < 0x7f) plain++;
        buf_add(out, str_slice(text, i, plain));
        columns += (uint32_t)(plain - i);
        if ((i = plain) == text.len) break;
        uint32_t code;
        size_t length = utf8_decode(str_skip(text, i), &code);
        if (code == '\t') {
            buf_lit(out, "    ");
            columns += 4;
        } else if (utf8_is_steering(code) || (code == 0xFFFD && length == 1)) {
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

#define SCENARIOS_SHOWN 5

void report_scenarios(const Finding *f, Language language, Buf *out) {
    bool es = language == LANGUAGE_ES;
    for (uint32_t i = 0; i < MIN(f->scenario_count, (uint32_t)SCENARIOS_SHOWN); i++) {
        buf_add(out, i ? STR(", ") : es ? STR("en ") : STR("in "));
        report_safe(out, f->scenarios[i]);
    }
    if (f->scenario_count > SCENARIOS_SHOWN) buf_print(out, es ? " y %u más" : " and %u more", f->scenario_count - SCENARIOS_SHOWN);
}

Str report_message(const Finding *f, Language language, Arena *a) {
    Str message = f->message.in[language];
    if (!f->scenario_count) return message;
    Buf text = {0};
    buf_add(&text, message);
    buf_lit(&text, " (");
    report_scenarios(f, language, &text);
    buf_byte(&text, ')');
    message = str_copy(a, buf_str(&text));
    buf_free(&text);
    return message;
}

Prose report_verdict(Verdict verdict) {
    static const Prose titles[VERDICT_COUNT] = {PROSE_INIT("Approved", "Aprobado"), PROSE_INIT("Changes requested", "Necesita cambios"),
                                                PROSE_INIT("Not verified: not everything could be read", "Sin verificar: no se pudo leer todo")};
    return titles[verdict];
}

uint32_t report_partly(const Coverage *coverage) {
    uint32_t files = 0;
    const Gap *gaps = coverage->partly.items;
    for (uint32_t i = 0; i < coverage->partly.count; i++) files += !i || !str_eq(gaps[i].file, gaps[i - 1].file);
    return files;
}

uint32_t report_gap_groups(const Gap *items, uint32_t count, GapGroup *out, uint32_t limit, uint32_t *rest) {
    Arena a = {0};
    Map by_reason = {0};
    uint32_t groups = 0;
    *rest = 0;
    for (uint32_t i = 0; i < count; i++) {
        GapGroup *known = map_get(&by_reason, items[i].reason.in[LANGUAGE_EN]);
        if (known) known->more++;
        else if (groups == limit) ++*rest;
        else {
            out[groups] = (GapGroup){&items[i], 0};
            map_put(&a, &by_reason, items[i].reason.in[LANGUAGE_EN], &out[groups++]);
        }
    }
    arena_free(&a);
    return groups;
}
