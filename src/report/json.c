/* The JSON result: stable; `version` changes when it breaks. */
#include "model/ignore.h"
#include "report/fixes.h"
#include "report/json_writer.h"
#include "report/report.h"

static void claims(JsonWriter *w, const Review *review) {
    json_key(w, "evidence");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->claims.count; i++) {
        const Claim *c = &review->claims.items[i];
        Str severity = severity_name(c->severity);
        json_open(w, '{');
        json_put(w, "scanner", c->scanner);
        json_put(w, "id", c->id);
        json_put(w, "severity", severity);
        json_put(w, "title", c->title);
        json_put(w, "place", c->place);
        if (c->source) json_put(w, "file", c->source->path);
        if (c->line) json_put_int(w, "line", c->line);
        if (c->advice.len) json_put(w, "solution", c->advice);
        json_key(w, "blocks");
        json_bool(w, c->blocks);
        json_close(w, '}');
    }
    json_close(w, ']');
}

void json_render(const Review *review, const ReportOptions *options, Buf *out);

static void gaps(JsonWriter *w, const char *key, const Gap *items, uint32_t count, Language language) {
    json_key(w, key);
    json_open(w, '[');
    for (uint32_t i = 0; i < count; i++) {
        json_open(w, '{');
        json_put(w, "file", items[i].file);
        if (items[i].line) json_put_int(w, "line", items[i].line);
        json_put(w, "reason", items[i].reason.in[language]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void coverage(JsonWriter *w, const Coverage *c, Language language) {
    uint64_t holes = 0;
    for (int i = 0; i < HOLE_COUNT; i++) holes += c->holes[i];
    json_key(w, "coverage");
    json_open(w, '{');
    json_put_int(w, "walked", c->walked);
    json_put_int(w, "found", c->found);
    json_put_int(w, "read", c->read);
    if (c->test_data) json_put_int(w, "test_data", c->test_data);
    gaps(w, "partly", c->partly.items, c->partly.count, language);
    gaps(w, "skipped", c->skipped.items, c->skipped.count, language);
    json_put_int(w, "unknown", (int64_t)holes);
    json_key(w, "unknown_by_reason");
    json_open(w, '{');
    for (int i = 0; i < HOLE_COUNT; i++) {
        if (!c->holes[i]) continue;
        Str reason = hole_reason((HoleReason)i);
        char key[32] = {0};
        memcpy(key, reason.at, MIN(reason.len, sizeof key - 1));
        json_put_int(w, key, (int64_t)c->holes[i]);
    }
    json_close(w, '}');
    json_close(w, '}');
}

static void place(JsonWriter *w, Source *source, Span span) {
    Place start = source_place(source, span.start), end = source_place(source, span.end);
    json_put(w, "file", source->path);
    json_put_int(w, "line", start.line);
    json_put_int(w, "column", start.column);
    json_put_int(w, "end_line", end.line);
    json_put_int(w, "end_column", end.column);
}

/* Who asked not to hear of it, and why. */
static void suppression(JsonWriter *w, const Finding *f) {
    if (!f->ignored && !f->in_baseline) return;
    json_key(w, "suppression");
    json_open(w, '{');
    json_put(w, "kind", f->ignored ? f->ignored->in_settings ? STR("settings") : STR("inline") : STR("baseline"));
    if (f->ignored) {
        json_put(w, "reason", f->ignored->reason);
        if (f->ignored->until.len) json_put(w, "until", f->ignored->until);
        json_put(w, "file", f->ignored->source->path);
        json_put_int(w, "line", source_place(f->ignored->source, f->ignored->span.start).line);
    }
    json_close(w, '}');
}

static void fix(JsonWriter *w, const Finding *f, Language language) {
    const FindingFix *shown = fix_shown(f);
    if (!shown) return;
    json_key(w, "fix");
    json_open(w, '{');
    json_put(w, "title", fix_title(f, language));
    json_key(w, "safe");
    json_bool(w, !shown->unsafe);
    json_key(w, "tried"); /* `infra fix` tries it */
    json_bool(w, false);
    json_key(w, "edits");
    json_open(w, '[');
    for (uint32_t i = 0; i < shown->group.count; i++) {
        const Edit *e = &shown->group.edits[i];
        json_open(w, '{');
        json_put(w, "file", shown->source->path);
        json_put_int(w, "start", e->span.start);
        json_put_int(w, "end", e->span.end);
        json_put(w, "text", e->text);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
}

/* Other checks that found the same, other places that belong to it. */
static void beside(JsonWriter *w, const Finding *f, Language language) {
    json_key(w, "also");
    json_open(w, '[');
    for (uint32_t i = 0; i < f->also_count; i++) json_string(w, f->also[i]->id);
    json_close(w, ']');
    json_key(w, "related");
    json_open(w, '[');
    for (uint32_t i = 0; i < f->related_count; i++) {
        json_open(w, '{');
        place(w, f->related[i].source, f->related[i].span);
        json_put(w, "message", f->related[i].message.in[language]);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void finding(JsonWriter *w, const Finding *f, Language language) {
    const Check *c = f->check;
    Buf evidence = {0};
    report_evidence(f, &evidence);
    json_open(w, '{');
    json_put(w, "id", f->id);
    json_put(w, "identity", f->identity);
    json_put(w, "check", c->id);
    json_put(w, "severity", severity_name(f->severity));
    json_key(w, "blocks");
    json_bool(w, f->blocks);
    json_put(w, "confidence", confidence_name((Confidence)c->confidence));
    json_put(w, "category", category_name((Category)c->category));
    json_put(w, "system", f->source->system);
    place(w, f->source, f->span);
    json_put(w, "resource", f->resource);
    if (f->scenario_count) json_put_strings(w, "scenarios", f->scenarios, f->scenario_count);
    json_put(w, "title", c->title.in[language]);
    json_put(w, "message", f->message.in[language]);
    json_put(w, "evidence", buf_str(&evidence));
    json_put(w, "why", c->why.in[language]);
    json_put(w, "solution", f->solution.in[language]);
    json_put_strings(w, "references", c->references, c->reference_count);
    json_put_strings(w, "peers", c->peers, c->peer_count);
    beside(w, f, language);
    fix(w, f, language);
    if (f->accepted.len) json_put(w, "accepted_by", f->accepted);
    suppression(w, f);
    json_close(w, '}');
    buf_free(&evidence);
    buf_pass(w->out);
}

static void places(JsonWriter *w, const char *key, const EvidenceVec *v) {
    json_key(w, key);
    json_open(w, '[');
    for (uint32_t i = 0; i < v->count; i++) {
        json_open(w, '{');
        place(w, v->items[i].source, v->items[i].span);
        json_close(w, '}');
    }
    json_close(w, ']');
}

static void checklist(JsonWriter *w, const Review *review) {
    json_key(w, "checklist");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->checklist.count; i++) {
        const Item *item = &review->checklist.items[i];
        json_open(w, '{');
        json_put(w, "id", item->id);
        json_put(w, "state", item_state_name(item->state));
        places(w, "evidence", &item->evidence);
        json_close(w, '}');
    }
    json_close(w, ']');
}

/* ---- for `infra merge` (merge.c reads it) ---- */

static void share(JsonWriter *w, const ItemShare *s) {
    const ItemGrounds *g = &s->grounds;
    json_open(w, '{');
    json_put_int(w, "found", g->found);
    json_put_int(w, "read", g->read);
    json_key(w, "tried");
    json_bool(w, g->tried);
    json_put(w, "otherwise", item_state_name(g->otherwise));
    places(w, "held", &s->held);
    places(w, "wrong", &s->wrong);
    places(w, "unknown", &s->unknown);
    places(w, "files", &s->files);
    json_close(w, '}');
}

static void shard(JsonWriter *w, const Shard *s, const ReportOptions *options) {
    json_key(w, "shard");
    json_open(w, '{');
    json_put_int(w, "index", s->index);
    json_put_int(w, "count", s->count);
    json_put(w, "review", s->review);
    json_put(w, "program", options->version);
    json_put_int(w, "walk_gaps", s->walk_gaps);
    json_key(w, "checklist");
    json_open(w, '[');
    for (uint32_t i = 0; i < s->items.count; i++) share(w, &s->items.items[i]);
    json_close(w, ']');
    json_key(w, "baseline_rest");
    json_open(w, '[');
    for (uint32_t i = 0; i < s->rest.count; i++) {
        json_open(w, '{');
        json_put_int(w, "entry", s->rest.items[i].index);
        json_put(w, "identity", s->rest.items[i].identity);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_key(w, "pending");
    json_open(w, '[');
    for (uint32_t i = 0; i < s->pending.count; i++) finding(w, &s->pending.items[i], options->language);
    json_close(w, ']');
    json_close(w, '}');
}

void json_render(const Review *review, const ReportOptions *options, Buf *out) {
    JsonWriter writer = {.out = out}, *w = &writer;
    json_open(w, '{');
    json_put_int(w, "version", 1);
    json_put(w, "verdict", verdict_name(review->verdict));
    coverage(w, &review->coverage, options->language);
    json_key(w, "summary");
    json_open(w, '{');
    for (int i = SEVERITY_COUNT; i-- > 0;) {
        Str name = severity_name((Severity)i);
        json_put_int(w, name.at, review->summary[i]);
    }
    json_close(w, '}');
    checklist(w, review);
    json_key(w, "findings");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->findings.count; i++) finding(w, &review->findings.items[i], options->language);
    json_close(w, ']');
    if (review->claim_files) claims(w, review);
    json_key(w, "suppressed");
    json_open(w, '[');
    for (uint32_t i = 0; i < review->suppressed.count; i++) finding(w, &review->suppressed.items[i], options->language);
    json_close(w, ']');
    if (review->shard) shard(w, review->shard, options);
    json_close(w, '}');
    buf_byte(out, '\n');
}

void catalogue_json(const Check *checks, uint32_t count, Buf *out) {
    JsonWriter writer = {.out = out}, *w = &writer;
    json_open(w, '{');
    json_key(w, "checks");
    json_open(w, '[');
    for (uint32_t i = 0; i < count; i++) {
        const Check *c = &checks[i];
        json_open(w, '{');
        json_put(w, "id", c->id);
        json_put(w, "title", c->title.in[LANGUAGE_EN]);
        json_put(w, "severity", severity_name((Severity)c->severity));
        json_put(w, "confidence", confidence_name((Confidence)c->confidence));
        json_put(w, "category", category_name((Category)c->category));
        json_put(w, "profile", profile_name((Profile)c->profile));
        json_put_strings(w, "systems", c->systems, c->system_count);
        Str subjects[16];
        for (uint32_t s = 0; s < MIN(c->subject_count, 16u); s++) subjects[s] = shape_of((ShapeId)c->subjects[s])->name;
        json_put_strings(w, "subject", subjects, MIN(c->subject_count, 16u));
        json_key(w, "fixable");
        json_bool(w, c->fix != NULL);
        json_put_strings(w, "references", c->references, c->reference_count);
        json_put_strings(w, "peers", c->peers, c->peer_count);
        json_put_strings(w, "checklist", c->checklist, c->checklist_count);
        json_close(w, '}');
    }
    json_close(w, ']');
    json_close(w, '}');
    buf_byte(out, '\n');
}
