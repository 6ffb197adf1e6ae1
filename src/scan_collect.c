/* What was found, as a Review: coverage, the wishes of settings and comments, the baseline, the verdict. In the order of the paths,
 * so that threads never show. */
#include "scan_state.h"

#include "check/catalogue.h"
#include "check/checklist.h"
#include "discover/recognise.h"
#include "discover/walk.h"
#include "model/redact.h"
#include "suppress/suppress.h"

/* ---- the review ---- */

static Prose read_reason(ReadResult result) {
    switch (result) {
        case READ_MISSING: return PROSE("it went away while we looked", "desapareció mientras mirábamos");
        case READ_DENIED: return PROSE("permission denied", "permiso denegado");
        case READ_NOT_A_FILE: return PROSE("not a regular file", "no es un archivo común");
        case READ_TOO_LARGE: return PROSE("larger than 32 MB", "más de 32 MB");
        default: return PROSE("it could not be read", "no se pudo leer");
    }
}


/* A Terraform module with an empty variables.tf was read whole; one that is nothing but empty files was not. */
static void excuse_empty(Scan *scan) {
    Map folders = {0};
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        const Unit *unit = &scan->units[i];
        if (unit->system && unit->system->by_folder && unit->result == READ_OK && !unit->gap_empty && !unit->gap_binary && !unit->gap_template) map_put(&scan->arena, &folders, str_folder(unit->file->path), scan);
    }
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->gap_empty && unit->system->by_folder && map_get(&folders, str_folder(unit->file->path))) unit->gap_empty = false;
    }
}

static Prose unread_reason(Scan *scan, const FoundFile *file) {
    Prose title = recognise_title(file->system, file->kind);
    return (Prose){{str_format(&scan->arena, "not read by this version yet: %.*s; only credentials were looked for", STR_ARGS(title.in[LANGUAGE_EN])),
                    str_format(&scan->arena, "esta versión todavía no lee %.*s; solo se buscaron credenciales", STR_ARGS(title.in[LANGUAGE_ES]))}};
}

static void cover_unit(Scan *scan, const Unit *unit) {
    Coverage *c = &scan->review.coverage;
    Str path = unit->file->path;
    c->found++;
    if (unit->system->unread && unit->result == READ_OK && !unit->gap_pointer) {
        c->unread_systems++;
        vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, unread_reason(scan, unit->file)}));
    } else if (unit->result != READ_OK) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, read_reason(unit->result)}));
    else if (unit->gap_pointer) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("a pointer of Git LFS: the file itself was not fetched", "un puntero de Git LFS: el archivo en sí no se bajó")}));
    else if (unit->gap_binary) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("binary content under the name of a text", "contenido binario con nombre de texto")}));
    else if (unit->gap_template) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("a template that was not rendered", "un template sin renderizar")}));
    else if (unit->gap_empty && !unit->gaps.count) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("there is nothing in it that could be reviewed", "no tiene nada que se pueda revisar")}));
    else if (unit->gap_steps) vec_push(&scan->arena, &c->partly, ((Gap){path, 0, PROSE("too large to check in full", "demasiado grande para revisarlo entero")}));
    else c->read++;
    for (int i = 0; i < HOLE_COUNT; i++) c->holes[i] += unit->holes[i];
}

static bool is_read_in_full(const Unit *unit) {
    bool gap = unit->gap_binary || unit->gap_template || unit->gap_empty || unit->gap_steps || unit->gaps.count;
    return !unit->system->unread && unit->result == READ_OK && !gap;
}

static void cover_gaps(Scan *scan, const Unit *unit) {
    Coverage *c = &scan->review.coverage;
    for (uint32_t i = 0; i < unit->gaps.count; i++) vec_push(&scan->arena, &c->partly, unit->gaps.items[i]);
    if (unit->gaps.count && unit->result == READ_OK && c->read) c->read--;
}

/* ---- what people wish to hear ---- */

Unit *scan_unit_of(const Scan *scan, const Source *source) {
    uintptr_t first = (uintptr_t)scan->units, at = (uintptr_t)source, size = scan->unit_count * sizeof(Unit);
    return at >= first && at < first + size ? &scan->units[(at - first) / sizeof(Unit)] : NULL;
}

static void ignore_finding(Scan *scan, Finding *f) {
    Unit *unit = scan_unit_of(scan, f->source);
    if (unit) ignores_inline(&unit->ignores, f);
    for (uint32_t i = 0; i < scan->settings.count; i++) {
        Str path;
        if (settings_path(&scan->settings.files[i], f->source->path, &scan->arena, &path)) ignores_settings(&scan->settings.files[i].ignores, path, f);
    }
}

/* Takes a finding into the review, unless the settings of its folder don't want the check at all. */
static void take_finding(Scan *scan, Finding f) {
    const ScanOptions *o = scan->options;
    Str path = f.source->path;
    int profile = o->select_count ? (int)PROFILE_ALL : o->profile_given ? (int)o->profile : scan_setting(scan, path, SETTING_PROFILE_KEY, profile_find, (int)o->profile);
    int severity = settings_severity(&scan->settings, path, f.check, (int)f.severity);
    int fail_on = o->fail_on_given ? (int)o->fail_on : scan_setting(scan, path, SETTING_FAIL_ON_KEY, severity_find, (int)o->fail_on);
    if (severity < 0) return;
    f.severity = (Severity)severity;
    f.blocks = severity >= fail_on || f.check->never_approve;
    if (f.secret) redact_add(f.source, f.span, &scan->arena);
    ignore_finding(scan, &f);
    const Unit *unit = f.ignored || !f.check->checklist_count ? NULL : scan_unit_of(scan, f.source);
    if (unit) checklist_wrong(&scan->tally, &f, unit->file->system, &scan->arena);
    if (f.check->profile > profile) return;
    if (!scan->only || f.check == scan->only) vec_push(&scan->arena, &scan->review.findings, f);
}

/* Findings of what was built stand in the files of others: each is told by who has the file, since all shards check these, and quotes none
 * of its credentials. */
static void take_findings(Scan *scan, Unit *unit) {
    for (uint32_t i = 0; i < unit->findings.count; i++) {
        Finding f = unit->findings.items[i];
        const Unit *owner = scan_concerns_others(unit) ? scan_unit_of(scan, f.source) : unit;
        if (owner ? owner->others : unit->others) continue;
        for (int n = 0; f.source != &unit->source && n < LANGUAGE_COUNT; n++) {
            f.message.in[n] = redact_text(f.source, f.message.in[n], &scan->arena);
            f.solution.in[n] = redact_text(f.source, f.solution.in[n], &scan->arena);
        }
        take_finding(scan, f);
    }
}

static bool has_run(const Scan *scan, const Ignore *ignore) {
    for (int shape = 1; shape < SHAPE_COUNT; shape++) {
        for (uint32_t i = 0; i < scan->index.by_shape[shape].all.count; i++) {
            if (ignore_names(ignore, scan->index.by_shape[shape].all.items[i])) return true;
        }
    }
    return false;
}

/* Ignores are subjects of checks too: those that are over, void, or not understood. */
static void check_ignores(Scan *scan, const IgnoreVec *ignores, bool all_read, FindingVec *out) {
    CheckRun run = {.index = &scan->index, .results = &scan->arena, .list = &scan->arena, .findings = out, .blind = scan->blind, .witness = scan->witness, .now = scan->now};
    for (uint32_t i = 0; i < ignores->count && scan->index.by_shape[SHAPE_IGNORE].all.count; i++) {
        const Ignore *ignore = &ignores->items[i];
        if (ignore->peer.len) continue; /* for another tool: it judges */
        bool known = check_list_knows(&scan->checks, ignore->check);
        Str near = known ? (Str){NULL, 0} : catalogue_nearest(ignore->check);
        check_run(&run, ignore_object(ignore, known, near, all_read && known && has_run(scan, ignore), &scan->arena));
    }
    arena_free(&run.scratch);
    arena_free(&run.lists.arena);
}

static bool is_among(const FindingVec *v, const Finding *f) {
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->items[i].check == f->check && v->items[i].source == f->source && v->items[i].span.start == f->span.start) return true;
    }
    return false;
}

/* Settings are those of every shard: the first tells what is wrong with an ignore as it stands, all together whether it matches nothing. */
static void check_shared_ignores(Scan *scan, const IgnoreVec *ignores, bool all_read, FindingVec *out) {
    FindingVec plain = {0}, all = {0};
    const Shard *shard = scan->review.shard;
    if (!shard) {
        check_ignores(scan, ignores, all_read, out);
        return;
    }
    check_ignores(scan, ignores, false, &plain);
    if (all_read) check_ignores(scan, ignores, true, &all);
    for (uint32_t i = 0; i < plain.count && shard->index == 1; i++) vec_push(&scan->arena, out, plain.items[i]);
    for (uint32_t i = 0; i < all.count; i++) {
        if (is_among(&plain, &all.items[i])) continue;
        all.items[i].pending = true;
        vec_push(&scan->arena, out, all.items[i]);
    }
}

static void check_all_ignores(Scan *scan) {
    FindingVec found = {0};
    bool all_read = !scan->project.chosen.count;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->others) continue;
        bool read = is_read_in_full(unit);
        all_read = all_read && read;
        check_ignores(scan, &unit->ignores, read, &found);
    }
    for (uint32_t i = 0; i < scan->settings.count; i++) check_shared_ignores(scan, &scan->settings.files[i].ignores, all_read && !scan->options->select_count, &found);
    for (uint32_t i = 0; i < found.count; i++) take_finding(scan, found.items[i]);
}

/* Whether a line of the span changed; lines that went away touch what stood around them. */
static bool has_changes(const Unit *unit, Source *source, Span span) {
    uint32_t first = source_place(source, span.start).line - 1, last = source_place(source, span.end).line - 1;
    for (uint32_t i = 0; i < unit->change_count; i++) {
        const DiffChange *c = &unit->changes[i];
        if (c->new_count ? c->new_from <= last && c->new_from + c->new_count > first : c->new_from > first && c->new_from <= last) return true;
    }
    return false;
}

/* What is built is touched where any of its parts is: the base by a patch, and the other way round. */
static bool is_touched(const Scan *scan, const Finding *f) {
    const Unit *unit = scan_unit_of(scan, f->source);
    if (!unit) return !scan->options->since.at && !scan->options->staged;
    if (!unit->file->compared || has_changes(unit, f->source, f->extent)) return true;
    for (uint32_t i = 0; i < f->layer_count; i++) {
        const Unit *part = f->layers[i].source ? scan_unit_of(scan, f->layers[i].source) : NULL;
        if (part && part->file->compared && has_changes(part, f->layers[i].source, f->layers[i].span)) return true;
    }
    return false;
}

/* ---- the verdict ---- */

static void decide(Review *r) {
    bool verified = (r->coverage.found > 0 || r->compared) && !r->coverage.partly.count && !r->coverage.skipped.count;
    bool over = false;
    for (uint32_t i = 0; i < r->claims.count; i++) r->blocked = over = over || r->claims.items[i].blocks;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        over = over || r->findings.items[i].blocks;
        r->blocked = r->blocked || (r->findings.items[i].blocks && r->findings.items[i].check->never_approve);
    }
    r->verdict = over ? VERDICT_CHANGES_REQUESTED : verified ? VERDICT_APPROVED : VERDICT_NOT_VERIFIED;
}

/* Takes out of the findings those that were ignored or are in the baseline. */
static void set_aside(Scan *scan) {
    Review *r = &scan->review;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        Finding f = r->findings.items[i];
        if (f.ignored || f.in_baseline) vec_push(&scan->arena, &r->suppressed, f);
        else r->findings.items[kept++] = f;
    }
    r->findings.count = kept;
}

static void drop_untouched(Scan *scan, FindingVec *v) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (is_touched(scan, &v->items[i])) v->items[kept++] = v->items[i];
    }
    v->count = kept;
}

/* Whether the file is part of the change that is asked about. */
static bool is_changed(Scan *scan, const Unit *unit) {
    const FoundFile *file = unit->file;
    if (!file->compared) return true;
    if (file->untouched || !file->before.at) return !file->untouched;
    if (unit->system && unit->result == READ_OK && !unit->gap_binary) return unit->change_count > 0;
    Arena a = {0};
    Str now = file->bytes, name = str_copy(&a, file->path);
    ReadResult result = file->given ? READ_OK : io_read(scan->project.root, name.at, false, FILE_MAX, SOURCE_PADDING, &a, &now);
    bool changed = result != READ_OK || !str_eq(now, file->before);
    arena_free(&a);
    return changed;
}

/* Of several shards the first tells of the walk; it is no part of a change. */
static void collect_coverage(Scan *scan, SystemCount *counts) {
    Review *r = &scan->review;
    excuse_empty(scan);
    bool first = !r->compared && (!r->shard || r->shard->index == 1);
    if (first) {
        r->coverage.walked = scan->project.coverage.walked;
        r->coverage.test_data = scan->project.coverage.test_data;
        for (uint32_t i = 0; i < scan->project.coverage.skipped.count; i++) {
            const Gap *gap = &scan->project.coverage.skipped.items[i];
            if (project_chosen(&scan->project, gap->file)) vec_push(&scan->arena, &r->coverage.skipped, *gap);
        }
    }
    r->coverage.found = r->coverage.skipped.count;
    if (r->shard) r->shard->walk_gaps = r->coverage.skipped.count;
    uint32_t found = 0;
    for (uint32_t i = 0; i < scan->unit_count; i++) found += scan->units[i].findings.count;
    vec_reserve(&scan->arena, &r->findings, found);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        take_findings(scan, unit);
        if (unit->others) continue;
        if (is_changed(scan, unit)) {
            cover_unit(scan, unit);
            cover_gaps(scan, unit);
        }
        SystemCount *count = &counts[unit->file->system];
        count->found++;
        count->read += is_read_in_full(unit);
        if (is_read_in_full(unit)) vec_push(&scan->arena, &scan->checked.of[unit->file->system], ((Evidence){&unit->source, {0, 0}}));
        if (unit->items) checklist_add(&scan->tally, unit->items, unit->system->parts ? SYSTEM_KUBERNETES : unit->file->system, &scan->arena);
    }
}

/* What all shards of one review have in common: the files, and what was asked. */
static Str review_name(Scan *scan) {
    const ScanOptions *o = scan->options;
    Buf text = {0};
    for (uint32_t i = 0; i < scan->project.files.count; i++) buf_print(&text, "%.*s\n", STR_ARGS(scan->project.files.items[i].path));
    for (uint32_t i = 0; i < o->path_count && o->path_count > 1; i++) buf_print(&text, "%.*s\n", STR_ARGS(o->paths[i]));
    for (uint32_t i = 0; i < o->select_count; i++) buf_print(&text, "+%.*s\n", STR_ARGS(o->select[i]));
    for (uint32_t i = 0; i < o->ignore_count; i++) buf_print(&text, "-%.*s\n", STR_ARGS(o->ignore[i]));
    buf_print(&text, "%d %d %d %u %u", o->profile_given ? (int)o->profile : -1, o->fail_on_given ? (int)o->fail_on : -1, o->inline_ignores, o->kubernetes, scan->baseline.entries.count);
    Str name = str_hex(&scan->arena, str_hash(buf_str(&text)));
    buf_free(&text);
    return name;
}

static void begin_shard(Scan *scan) {
    const ScanOptions *o = scan->options;
    scan->review.shard = NULL;
    if (!o->shard_count) return;
    Shard *shard = arena_new(&scan->arena, Shard);
    *shard = (Shard){.index = o->shard_index, .count = o->shard_count, .review = review_name(scan)};
    scan->review.shard = shard;
    if (shard->index > 1) scan->review.claims.count = scan->review.claim_files = 0; /* of other scanners the first tells, too */
}

/* Takes out what stands only if all shards say so, and tells what is left of the baseline. */
static void end_shard(Scan *scan, FindingVec *v) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->items[i].pending) vec_push(&scan->arena, &scan->review.shard->pending, v->items[i]);
        else v->items[kept++] = v->items[i];
    }
    v->count = kept;
}

static void tell_rest(Scan *scan) {
    for (uint32_t i = 0; i < scan->baseline.entries.count; i++) {
        const BaselineEntry *e = &scan->baseline.entries.items[i];
        if (!e->used) vec_push(&scan->arena, &scan->review.shard->rest, ((BaselineRest){i, e->identity}));
    }
}

void scan_collect(Scan *scan) {
    Review *r = &scan->review;
    r->arena = &scan->arena;
    r->compared = scan->options->since.at || scan->options->staged;
    r->now = scan->now;
    begin_shard(scan);
    SystemCount counts[SYSTEM_COUNT] = {0};
    collect_coverage(scan, counts);
    check_all_ignores(scan);
    findings_finish(&r->findings, &scan->arena);
    scan_merge_lessons(scan);
    checklist_fill(r, &scan->tally, counts, &scan->checked, scan->index.items);
    baseline_apply(&scan->baseline, &r->findings, !r->shard);
    set_aside(scan);
    if (r->shard) {
        end_shard(scan, &r->findings);
        end_shard(scan, &r->suppressed);
        tell_rest(scan);
    }
    drop_untouched(scan, &r->findings);
    drop_untouched(scan, &r->suppressed);
    for (uint32_t i = 0; i < r->findings.count; i++) r->summary[r->findings.items[i].severity]++;
    scan_use_memory(scan);
    scan_join_evidence(scan);
    decide(r);
    r->files = scan->project.files.items;
    r->file_count = scan->project.files.count;
    for (uint32_t i = 0; i < scan->unit_count; i++) redact_sort(&scan->units[i].source, &scan->arena);
}
