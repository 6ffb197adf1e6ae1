#include "evidence/evidence.h"

#include "parse/yaml.h"

#include <stdlib.h>

static Str one_line(Str text) {
    text = str_trim(text);
    size_t end = str_find_byte(text, '\n');
    text = str_trim(str_slice(text, 0, end == STR_NONE ? text.len : end));
    size_t len = MIN(text.len, (size_t)EVIDENCE_TEXT_MAX);
    while (len && len < text.len && ((unsigned char)text.at[len] & 0xC0) == 0x80) len--;
    return str_slice(text, 0, len);
}

void evidence_add(EvidenceReader *r, Claim claim) {
    if (r->out->count >= EVIDENCE_CLAIMS_MAX) {
        r->full = true;
        return;
    }
    claim.title = one_line(claim.title);
    claim.advice = one_line(claim.advice);
    claim.id = one_line(claim.id);
    claim.scanner = one_line(claim.scanner);
    vec_push(&r->source->arena, r->out, claim);
}

Severity evidence_severity(Str name) {
    static const struct { const char *name; Severity severity; } names[] = {
        {"critical", SEVERITY_CRITICAL}, {"high", SEVERITY_HIGH}, {"error", SEVERITY_HIGH}, {"important", SEVERITY_HIGH}, {"medium", SEVERITY_MEDIUM}, {"moderate", SEVERITY_MEDIUM},
        {"warning", SEVERITY_MEDIUM}, {"low", SEVERITY_LOW}, {"note", SEVERITY_LOW}, {"negligible", SEVERITY_LOW}, {"info", SEVERITY_INFO}, {"informational", SEVERITY_INFO}, {"none", SEVERITY_INFO}};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_eq_nocase(name, str_of(names[i].name))) return names[i].severity;
    }
    return SEVERITY_MEDIUM;
}

static bool is_xml(Str bytes) {
    Str text = str_trim(bytes);
    if (str_starts(text, STR("\xEF\xBB\xBF"))) text = str_skip(text, 3);
    return str_starts(text, STR("<"));
}

bool evidence_read(Source *report, ClaimVec *out, Error *err) {
    EvidenceReader r = {.source = report, .out = out};
    bool known = true;
    if (is_xml(report->bytes)) {
        uint32_t before = out->count;
        evidence_zap_xml(&r);
        known = out->count > before || str_find(report->bytes, STR("<OWASPZAPReport")) != STR_NONE;
    } else {
        r.tree = yaml_parse(text_of_source(report));
        if (report->problems.count) {
            const Problem *p = &report->problems.items[0];
            return error_set(err, "%.*s:%u: this is not valid JSON", STR_ARGS(report->path), source_place(report, p->span.start).line);
        }
        known = evidence_formats(&r);
    }
    Str failure = one_line(r.failure);
    if (failure.len) return error_set(err, "%.*s: the scan failed: %.*s", STR_ARGS(report->path), STR_ARGS(failure));
    if (!known) return error_set(err, "%.*s: no report that is known here; SARIF, and the JSON of Trivy, Grype, Snyk, ZAP, npm audit, pip-audit, OSV-Scanner and Gitleaks are, and ZAP's XML; most other scanners can write SARIF", STR_ARGS(report->path));
    return !r.full || error_set(err, "%.*s: more than %d results; narrow the scan", STR_ARGS(report->path), EVIDENCE_CLAIMS_MAX);
}

static Str file_of(const Claim *c) { return c->source ? c->source->path : c->place; }

static int worst_first(const void *a, const void *b) {
    const Claim *x = a, *y = b;
    if (x->blocks != y->blocks) return x->blocks ? -1 : 1;
    if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
    int order = str_compare(x->scanner, y->scanner);
    if (!order) order = str_compare(file_of(x), file_of(y));
    if (!order && x->line != y->line) order = x->line < y->line ? -1 : 1;
    if (!order) order = str_compare(x->id, y->id);
    if (!order) order = str_compare(x->title, y->title);
    if (!order) order = str_compare(x->place, y->place);
    return order ? order : str_compare(x->advice, y->advice);
}

void evidence_sort(ClaimVec *claims) {
    if (!claims->count) return;
    qsort(claims->items, claims->count, sizeof *claims->items, worst_first);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < claims->count; i++) {
        if (worst_first(&claims->items[i], &claims->items[kept - 1])) claims->items[kept++] = claims->items[i];
    }
    claims->count = kept;
}
