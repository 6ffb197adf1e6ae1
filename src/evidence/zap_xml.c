/* ZAP's traditional XML report. Not an XML parser: no entity but the five of XML 1.0 (4.6) is expanded, no document type is read, so
 * nothing can grow; elements that the report doesn't use are stepped over. */
#include "evidence/evidence.h"

#include <stdio.h>

/* The content of the first <name> in text, entities as they stand. */
static Str element(Str text, const char *name) {
    char open[32], close[32];
    snprintf(open, sizeof open, "<%s>", name);
    snprintf(close, sizeof close, "</%s>", name);
    size_t start = str_find(text, str_of(open));
    if (start == STR_NONE) return (Str){NULL, 0};
    Str rest = str_skip(text, start + strlen(open));
    size_t end = str_find(rest, str_of(close));
    return end == STR_NONE ? (Str){NULL, 0} : str_slice(rest, 0, end);
}

Str evidence_plain(Str text, Arena *a) {
    static const struct { const char *name; char byte; } entities[] = {{"&lt;", '<'}, {"&gt;", '>'}, {"&amp;", '&'}, {"&quot;", '"'}, {"&apos;", '\''}};
    Buf out = {0};
    bool tag = false;
    for (size_t i = 0; i < text.len && out.len <= EVIDENCE_TEXT_MAX * 2; i++) {
        char c = text.at[i];
        for (size_t e = 0; c == '&' && e < ARRAY_COUNT(entities); e++) {
            if (!str_starts(str_skip(text, i), str_of(entities[e].name))) continue;
            i += strlen(entities[e].name) - 1;
            c = entities[e].byte;
            break;
        }
        if (c == '<') tag = true;
        else if (c == '>' && tag) tag = false;
        else if (!tag) buf_byte(&out, c);
    }
    Str s = str_copy(a, buf_str(&out));
    buf_free(&out);
    return s;
}

void evidence_zap_xml(EvidenceReader *r) {
    static const Severity risks[] = {SEVERITY_INFO, SEVERITY_LOW, SEVERITY_MEDIUM, SEVERITY_HIGH};
    Str rest = r->source->bytes;
    Arena *a = &r->source->arena;
    for (size_t at; (at = str_find(rest, STR("<alertitem>"))) != STR_NONE;) {
        rest = str_skip(rest, at + 11);
        size_t end = str_find(rest, STR("</alertitem>"));
        if (end == STR_NONE) return;
        Str item = str_slice(rest, 0, end);
        if (str_is(str_trim(element(item, "confidence")), "0")) continue; /* marked as a false positive */
        int64_t risk = 0;
        str_to_int(str_trim(element(item, "riskcode")), &risk);
        Severity severity = risk < 0 || risk > 3 ? SEVERITY_HIGH : risks[risk];
        Str title = element(item, "alert");
        evidence_add(r, (Claim){.scanner = STR("zap"), .id = evidence_plain(element(item, "pluginid"), a), .title = evidence_plain(title.len ? title : element(item, "name"), a), .place = evidence_plain(element(item, "uri"), a),
                                .advice = evidence_plain(element(item, "solution"), a), .severity = severity, .blocks = severity >= SEVERITY_HIGH});
        rest = str_skip(rest, end);
    }
}
