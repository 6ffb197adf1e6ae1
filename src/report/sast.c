/* GitLab's SAST report, version 15.2 of its security report schemas (https://docs.gitlab.com/development/integrations/secure/, "Report").
 * Times are the day of the review, so that the same review prints the same bytes. */
#include "report/json_writer.h"
#include "report/report.h"

#include <time.h>

#define SCHEMA_VERSION "15.2.1"

void sast_render(const Review *review, const ReportOptions *options, Buf *out);

static const Str severities[SEVERITY_COUNT] = {STR_INIT("Info"), STR_INIT("Low"), STR_INIT("Medium"), STR_INIT("High"), STR_INIT("Critical")};

/* Our check first: GitLab tells findings apart by the first. */
static void identifiers(JsonWriter *w, const Check *c) {
    json_key(w, "identifiers");
    json_open(w, '[');
    json_open(w, '{');
    json_put(w, "type", STR("infra"));
    json_put(w, "name", c->id);
    json_put(w, "value", c->id);
    json_close(w, '}');
    for (uint32_t i = 0; i < c->peer_count; i++) {
        Str tool, rule;
        if (!str_cut(c->peers[i], ':', &tool, &rule) || !rule.len) continue;
        json_open(w, '{');
        json_put(w, "type", tool);
        json_put(w, "name", c->peers[i]);
        json_put(w, "value", rule);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void links(JsonWriter *w, const Check *c) {
    json_key(w, "links");
    json_open(w, '[');
    for (uint32_t i = 0; i < c->reference_count; i++) {
        json_open(w, '{');
        json_put(w, "url", c->references[i]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void vulnerability(JsonWriter *w, const Finding *f, Language language) {
    Buf description = {0};
    buf_print(&description, "%.*s\n\n%.*s", STR_ARGS(f->message.in[language]), STR_ARGS(f->check->why.in[language]));
    json_open(w, '{');
    json_put(w, "id", f->id);
    json_put(w, "name", f->check->title.in[language]);
    json_put(w, "description", buf_str(&description));
    json_put(w, "severity", severities[f->severity]);
    json_put(w, "solution", f->solution.in[language]);
    identifiers(w, f->check);
    links(w, f->check);
    json_key(w, "location");
    json_open(w, '{');
    json_put(w, "file", f->source->path);
    json_put_int(w, "start_line", source_place(f->source, f->span.start).line);
    json_put_int(w, "end_line", source_place(f->source, f->span.end).line);
    json_close(w, '}');
    json_close(w, '}');
    buf_free(&description);
    buf_pass(w->out);
}

static void tool(JsonWriter *w, const char *key, Str version) {
    json_key(w, key);
    json_open(w, '{');
    json_put(w, "id", STR("infra"));
    json_put(w, "name", STR("infra"));
    json_put(w, "version", version);
    json_key(w, "vendor");
    json_open(w, '{');
    json_put(w, "name", STR("infra"));
    json_close(w, '}');
    json_close(w, '}');
}

static void scan(JsonWriter *w, const Review *review, Str version) {
    char day[sizeof "9999-12-31T00:00:00"] = "1970-01-01T00:00:00";
    time_t now = (time_t)review->now;
    struct tm parts;
    if (gmtime_r(&now, &parts)) strftime(day, sizeof day, "%Y-%m-%dT00:00:00", &parts);
    json_key(w, "scan");
    json_open(w, '{');
    tool(w, "analyzer", version);
    tool(w, "scanner", version);
    json_put(w, "type", STR("sast"));
    json_put(w, "start_time", str_of(day));
    json_put(w, "end_time", str_of(day));
    json_put(w, "status", review->coverage.found ? STR("success") : STR("failure"));
    json_close(w, '}');
}

void sast_render(const Review *review, const ReportOptions *options, Buf *out) {
    JsonWriter writer = {.out = out}, *w = &writer;
    json_open(w, '{');
    json_put(w, "version", STR(SCHEMA_VERSION));
    scan(w, review, options->version);
    json_key(w, "vulnerabilities");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->findings.count; i++) vulnerability(w, &review->findings.items[i], options->language);
    json_close(w, ']');
    json_close(w, '}');
    buf_byte(out, '\n');
}
