/* SARIF 2.1.0 (https://docs.oasis-open.org/sarif/sarif/v2.1.0/): one run, a rule for each check that found something, what was
 * ignored with its suppression, and what could not be read as notifications. */
#include "base/map.h"
#include "model/ignore.h"
#include "report/fixes.h"
#include "report/json_writer.h"
#include "report/report.h"

void sarif_render(const Review *review, const ReportOptions *options, Buf *out);

typedef struct Sarif {
    JsonWriter w;
    Language language;
    Arena arena;
    Map rules; /* id of a check → its index + 1 */
} Sarif;

static const char *level_of(Severity severity) { return severity >= SEVERITY_HIGH ? "error" : severity == SEVERITY_MEDIUM ? "warning" : "note"; }

/* What code scanning sorts by: the middle of the band of CVSS 3.1 (section 5). */
static const char *security_severity(Severity severity) {
    static const char *const scores[SEVERITY_COUNT] = {"0.0", "2.0", "5.5", "8.0", "9.5"};
    return scores[severity];
}

static void text(Sarif *s, const char *key, Str value) {
    json_key(&s->w, key);
    json_open(&s->w, '{');
    json_put(&s->w, "text", value);
    json_close(&s->w, '}');
}

/* ---- rules ---- */

static void help(Sarif *s, const Check *c) {
    Buf markdown = {0};
    buf_add(&markdown, c->why.in[s->language]);
    for (uint32_t i = 0; i < c->reference_count; i++) buf_print(&markdown, "%s- <%.*s>", i ? "\n" : "\n\n", STR_ARGS(c->references[i]));
    json_key(&s->w, "help");
    json_open(&s->w, '{');
    json_put(&s->w, "text", c->why.in[s->language]);
    json_put(&s->w, "markdown", buf_str(&markdown));
    json_close(&s->w, '}');
    buf_free(&markdown);
}

static void rule(Sarif *s, const Check *c) {
    JsonWriter *w = &s->w;
    json_open(w, '{');
    json_put(w, "id", c->id);
    text(s, "shortDescription", c->title.in[s->language]);
    text(s, "fullDescription", c->why.in[s->language]);
    help(s, c);
    if (c->reference_count) json_put(w, "helpUri", c->references[0]);
    json_key(w, "defaultConfiguration");
    json_open(w, '{');
    json_put(w, "level", str_of(level_of((Severity)c->severity)));
    json_close(w, '}');
    json_key(w, "properties");
    json_open(w, '{');
    json_put(w, "precision", c->confidence == CONFIDENCE_HIGH ? STR("very-high") : confidence_name((Confidence)c->confidence));
    if (c->category == CATEGORY_SECURITY || c->category == CATEGORY_SUPPLY_CHAIN) json_put(w, "security-severity", str_of(security_severity((Severity)c->severity)));
    json_key(w, "tags");
    json_open(w, '[');
    json_string(w, category_name((Category)c->category));
    for (uint32_t i = 0; i < c->peer_count; i++) json_string(w, c->peers[i]);
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, '}');
}

static void rules_of(Sarif *s, const FindingVec *findings) {
    for (uint32_t i = 0; i < findings->count; i++) {
        const Check *c = findings->items[i].check;
        void **slot = map_slot(&s->arena, &s->rules, c->id);
        if (*slot) continue;
        *slot = (void *)(uintptr_t)s->rules.count;
        rule(s, c);
    }
}

/* ---- places ---- */

/* A path as a relative URI reference (RFC 3986, 4.2). */
static Str uri_of(Sarif *s, Str path) {
    Buf out = {0};
    for (size_t i = 0; i < path.len; i++) {
        uint8_t c = (uint8_t)path.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '.' || c == '-' || c == '_' || c == '~';
        if (plain) buf_byte(&out, (char)c);
        else buf_print(&out, "%%%02X", c);
    }
    Str uri = str_copy(&s->arena, buf_str(&out));
    buf_free(&out);
    return uri;
}

static void artifact(Sarif *s, Str path) {
    json_key(&s->w, "artifactLocation");
    json_open(&s->w, '{');
    json_put(&s->w, "uri", uri_of(s, path));
    json_put(&s->w, "uriBaseId", STR("%SRCROOT%"));
    json_close(&s->w, '}');
}

static void region(Sarif *s, Source *source, Span span) {
    JsonWriter *w = &s->w;
    Place start = source_place(source, span.start), end = source_place(source, span.end);
    json_open(w, '{');
    json_put_int(w, "startLine", start.line);
    json_put_int(w, "startColumn", start.column);
    json_put_int(w, "endLine", end.line);
    json_put_int(w, "endColumn", end.column);
    json_close(w, '}');
}

static void location(Sarif *s, Source *source, Span span, const Finding *shown, Str message) {
    JsonWriter *w = &s->w;
    json_open(w, '{');
    json_key(w, "physicalLocation");
    json_open(w, '{');
    artifact(s, source->path);
    json_key(w, "region");
    region(s, source, span);
    if (shown) {
        Buf evidence = {0};
        report_evidence(shown, &evidence);
        json_key(w, "contextRegion");
        json_open(w, '{');
        json_put_int(w, "startLine", source_place(source, span.start).line);
        text(s, "snippet", buf_str(&evidence));
        json_close(w, '}');
        buf_free(&evidence);
    }
    json_close(w, '}');
    if (message.len) text(s, "message", message);
    json_close(w, '}');
}

/* ---- results ---- */

static void suppressions(Sarif *s, const Finding *f) {
    if (!f->ignored && !f->in_baseline) return;
    JsonWriter *w = &s->w;
    json_key(w, "suppressions");
    json_open(w, '[');
    json_open(w, '{');
    json_put(w, "kind", f->ignored && !f->ignored->in_settings ? STR("inSource") : STR("external"));
    json_put(w, "status", STR("accepted"));
    json_put(w, "justification", f->ignored ? f->ignored->reason : STR("in the baseline"));
    json_close(w, '}');
    json_close(w, ']');
}

/* SARIF 2.1.0, 3.55: a fix is a description and the regions of a file that it replaces. */
static void fixes(Sarif *s, const Finding *f) {
    const FindingFix *fix = fix_shown(f);
    if (!fix) return;
    JsonWriter *w = &s->w;
    json_key(w, "fixes");
    json_open(w, '[');
    json_open(w, '{');
    Str title = fix_title(f, s->language);
    text(s, "description", str_format(&s->arena, s->language == LANGUAGE_ES ? "%.*s (sin probar; `infra fix` lo prueba)" : "%.*s (not tried; `infra fix` tries it)", STR_ARGS(title)));
    json_key(w, "artifactChanges");
    json_open(w, '[');
    json_open(w, '{');
    artifact(s, fix->source->path);
    json_key(w, "replacements");
    json_open(w, '[');
    for (uint32_t i = 0; i < fix->group.count; i++) {
        json_open(w, '{');
        json_key(w, "deletedRegion");
        region(s, fix->source, fix->group.edits[i].span);
        text(s, "insertedContent", fix->group.edits[i].text);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, ']');
}

static void result(Sarif *s, const Finding *f) {
    JsonWriter *w = &s->w;
    uintptr_t index = (uintptr_t)map_get(&s->rules, f->check->id);
    json_open(w, '{');
    json_put(w, "ruleId", f->check->id);
    json_put_int(w, "ruleIndex", (int64_t)index - 1);
    json_put(w, "level", str_of(level_of(f->severity)));
    Buf message = {0};
    Str said = report_message(f, s->language, &s->arena);
    buf_print(&message, "%.*s\n\n%.*s", STR_ARGS(said), STR_ARGS(f->solution.in[s->language]));
    text(s, "message", buf_str(&message));
    buf_free(&message);
    json_key(w, "locations");
    json_open(w, '[');
    location(s, f->source, f->span, f, (Str){NULL, 0});
    json_close(w, ']');
    json_key(w, "partialFingerprints");
    json_open(w, '{');
    json_put(w, "infraIdentity/v1", f->id);
    json_close(w, '}');
    if (f->related_count) {
        json_key(w, "relatedLocations");
        json_open(w, '[');
        for (uint32_t i = 0; i < f->related_count; i++) location(s, f->related[i].source, f->related[i].span, NULL, f->related[i].message.in[s->language]);
        json_close(w, ']');
    }
    fixes(s, f);
    suppressions(s, f);
    json_key(w, "properties");
    json_open(w, '{');
    json_put(w, "severity", severity_name(f->severity));
    json_put(w, "resource", f->resource);
    if (f->scenario_count) json_put_strings(w, "scenarios", f->scenarios, f->scenario_count);
    json_close(w, '}');
    json_close(w, '}');
}

static void notifications(Sarif *s, const Gap *items, uint32_t count) {
    JsonWriter *w = &s->w;
    for (uint32_t i = 0; i < count; i++) {
        json_open(w, '{');
        json_put(w, "level", STR("warning"));
        text(s, "message", items[i].reason.in[s->language]);
        json_key(w, "locations");
        json_open(w, '[');
        json_open(w, '{');
        json_key(w, "physicalLocation");
        json_open(w, '{');
        artifact(s, items[i].file);
        if (items[i].line) {
            json_key(w, "region");
            json_open(w, '{');
            json_put_int(w, "startLine", items[i].line);
            json_close(w, '}');
        }
        json_close(w, '}');
        json_close(w, '}');
        json_close(w, ']');
        json_close(w, '}');
    }
}

static void invocation(Sarif *s, const Review *review) {
    JsonWriter *w = &s->w;
    json_key(w, "invocations");
    json_open(w, '[');
    json_open(w, '{');
    json_key(w, "executionSuccessful");
    json_bool(w, review->verdict != VERDICT_NOT_VERIFIED);
    json_key(w, "toolExecutionNotifications");
    json_open(w, '[');
    notifications(s, review->coverage.partly.items, review->coverage.partly.count);
    notifications(s, review->coverage.skipped.items, review->coverage.skipped.count);
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, ']');
}

static void driver(Sarif *s, const Review *review, Str version) {
    JsonWriter *w = &s->w;
    json_key(w, "tool");
    json_open(w, '{');
    json_key(w, "driver");
    json_open(w, '{');
    json_put(w, "name", STR("infra"));
    json_put(w, "version", version);
    json_key(w, "rules");
    json_open(w, '[');
    rules_of(s, &review->findings);
    rules_of(s, &review->suppressed);
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, '}');
}

void sarif_render(const Review *review, const ReportOptions *options, Buf *out) {
    Sarif s = {.w = {.out = out}, .language = options->language};
    JsonWriter *w = &s.w;
    json_open(w, '{');
    json_put(w, "$schema", STR("https://json.schemastore.org/sarif-2.1.0.json"));
    json_put(w, "version", STR("2.1.0"));
    json_key(w, "runs");
    json_open(w, '[');
    json_open(w, '{');
    driver(&s, review, options->version);
    invocation(&s, review);
    json_put(w, "columnKind", STR("unicodeCodePoints"));
    json_key(w, "results");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->findings.count; i++, buf_pass(out)) result(&s, &review->findings.items[i]);
    for (uint32_t i = 0; i < review->suppressed.count; i++, buf_pass(out)) result(&s, &review->suppressed.items[i]);
    json_close(w, ']');
    json_close(w, '}');
    json_close(w, ']');
    json_close(w, '}');
    buf_byte(out, '\n');
    arena_free(&s.arena);
}
