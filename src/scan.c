/* discover → recognise → parse → model → link → check. Each file is read, parsed, modelled and checked by one thread into
 * its own arena; results are put together in the order of the paths, so the number of threads never shows. */
#include "scan.h"

#include "base/diff.h"
#include "base/io.h"
#include "base/parallel.h"
#include "base/sandbox.h"
#include "check/catalogue.h"
#include "check/choice.h"
#include "check/checklist.h"
#include "check/run.h"
#include "discover/git.h"
#include "discover/recognise.h"
#include "discover/walk.h"
#include "link/link.h"
#include "settings/settings.h"
#include "suppress/baseline.h"
#include "suppress/inline.h"
#include "suppress/suppress.h"
#include "systems/dockerfile.h"
#include "systems/system.h"

#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#define FILE_MAX (32u << 20) /* bytes of one file: a larger one is no infrastructure code, and is reported as not read */
#define BATCH 8              /* files a thread takes at once */
#define THREADS_FROM 48      /* files below which threads cost more than they bring */

/* One file on its way through the stages. */
typedef struct Unit {
    Source source;        /* its arena ends with the checks: trees and objects are many times the file */
    Arena kept;           /* what the report needs: the bytes, the findings, the gaps */
    VEC(Gap) gaps;        /* places that were not read */
    const FoundFile *file;
    const System *system; /* NULL: recognised, and not read by this version */
    const Tree *tree;
    Model model;
    FindingVec findings;
    IgnoreVec ignores;    /* of its comments */
    DiffChange *changes;  /* of a compared file: what differs */
    uint32_t change_count;
    bool others;          /* of another shard: read only as far as ours join to it */
    ReadResult result;
    bool gap_binary, gap_template, gap_empty, gap_steps;
    bool wanted;          /* another file refers to it: it is read early and stays */
    uint64_t holes[HOLE_COUNT];
    uint32_t errors;
    Str error;
} Unit;

struct Scan {
    Arena arena;
    Project project;
    Unit *units;
    uint32_t unit_count;
    CheckIndex index;
    Link link;     /* the objects that others refer to */
    Neighbours neighbours; /* the files that are read together */
    bool keep;     /* trees and objects outlive the checks: `infra debug` */
    bool blind;
    bool memory;   /* files are given: examples of checks */
    CheckWitness *witness;
    int64_t now;
    const ScanOptions *options;
    CheckList checks;
    Settings settings;
    Source baseline_source;
    Baseline baseline;
    const Check *only; /* of `infra test` */
    Review review;
};

/* ---- one file ---- */

static void read_unit(Scan *scan, Unit *unit) {
    unit->source.path = unit->file->path;
    unit->source.system = system_id(unit->file->system);
    if (unit->file->given) {
        char *copy = arena_zero(&unit->kept, unit->file->bytes.len + SOURCE_PADDING);
        if (unit->file->bytes.len) memcpy(copy, unit->file->bytes.at, unit->file->bytes.len);
        unit->source.bytes = (Str){copy, unit->file->bytes.len};
        unit->result = READ_OK;
        return;
    }
    Str name = str_copy(&unit->kept, unit->file->path);
    unit->result = io_read(scan->project.root, name.at, false, FILE_MAX, SOURCE_PADDING, &unit->kept, &unit->source.bytes);
}

static void parse_unit(Unit *unit) {
    unit->gap_binary = recognise_binary(unit->source.bytes);
    unit->gap_template = recognise_template(unit->source.path);
    if (unit->gap_binary || unit->gap_template) return;
    if (unit->system->parse) unit->tree = unit->system->parse(&unit->source);
    unit->gap_empty = unit->tree && unit->system->is_empty && unit->system->is_empty(unit->tree);
}

/* Comments that ignore checks, and what differs from the commit we compare with. */
static void note_wishes(Scan *scan, Unit *unit) {
    if (unit->gap_binary) return;
    if (scan->options->inline_ignores) inline_ignores(&unit->source, unit->tree, unit->system->block, &unit->kept, &unit->ignores);
    ignores_expire(&unit->ignores, scan->now);
    const FoundFile *file = unit->file;
    if (file->compared && !file->untouched) unit->change_count = diff_lines(file->before, unit->source.bytes, false, &unit->kept, &unit->changes);
}

static void model_unit(const Scan *scan, Unit *unit) {
    unit->model = (Model){.arena = &unit->source.arena, .neighbours = unit->system->together ? &scan->neighbours : NULL};
    if (unit->gap_binary || unit->gap_template) return;
    if (unit->system->model) unit->system->model(&unit->source, unit->tree, &unit->model);
    problem_model(&unit->source, &unit->model);
}

static void check_unit(Scan *scan, Unit *unit) {
    CheckRun run = {.index = &scan->index, .results = &unit->kept, .findings = &unit->findings, .blind = scan->blind, .witness = scan->witness, .now = scan->now, .host = link_answer, .host_data = &scan->link};
    for (uint32_t i = 0; i < unit->model.subjects.count; i++) check_run(&run, unit->model.subjects.items[i]);
    memcpy(unit->holes, run.holes, sizeof run.holes);
    unit->errors = run.errors;
    unit->error = run.error;
    unit->gap_steps = run.steps >= CHECK_STEPS_MAX;
    arena_free(&run.scratch);
}

/* Faults of grammar that cost a line: what stands there was not read. */
static void note_gaps(Unit *unit) {
    for (uint32_t i = 0; i < unit->source.problems.count; i++) {
        const Problem *p = &unit->source.problems.items[i];
        if (!problem_is_loss(p->code)) continue;
        Prose reason = {{problem_id(p->code), problem_id(p->code)}};
        vec_push(&unit->kept, &unit->gaps, ((Gap){unit->file->path, source_place(&unit->source, p->span.start).line, reason}));
    }
}

/* Trees and objects go; the bytes and the findings stay. */
static void forget(Unit *unit) {
    arena_free(&unit->source.arena);
    unit->source.lines = NULL;
    unit->source.problems.count = unit->source.problems.capacity = 0;
    unit->source.problems.items = NULL;
    unit->tree = NULL;
    unit->model = (Model){0};
}

/* What a file says by itself: no other file is looked at, so any thread may do it. */
static void read_stages(Scan *scan, Unit *unit) {
    if (!unit->system) return;
    read_unit(scan, unit);
    if (unit->result != READ_OK) return;
    parse_unit(unit);
    note_wishes(scan, unit);
    if (!unit->system->together) model_unit(scan, unit);
}

/* Files that others join to come first and stay until the end. */
static bool is_joined_to(const Unit *unit) { return unit->system && (unit->system->joined || unit->wanted); }

static void joined_stage(Scan *scan, Unit *unit) {
    if (is_joined_to(unit)) read_stages(scan, unit);
}

static void wanted_stage(Scan *scan, Unit *unit) {
    if (unit->wanted) read_stages(scan, unit);
}

static void check_stages(Scan *scan, Unit *unit) {
    if (unit->others) return;
    if (!is_joined_to(unit)) read_stages(scan, unit);
    link_model(&scan->link, &unit->model);
    if (unit->model.subjects.count) check_unit(scan, unit);
    note_gaps(unit);
    if (!is_joined_to(unit) && !scan->keep) forget(unit);
}

/* Files that mean something only together. */
static void evaluate_system(Scan *scan, const System *system) {
    SystemFile *files = arena_array(&scan->arena, SystemFile, scan->unit_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->system == system && unit->tree) files[count++] = (SystemFile){&unit->source, unit->tree, &unit->model};
    }
    if (count) system->evaluate(files, count);
}

static void evaluate_units(Scan *scan) {
    for (int id = SYSTEM_NONE + 1; id < SYSTEM_COUNT; id++) {
        const System *system = system_of((SystemId)id);
        if (system && system->evaluate) evaluate_system(scan, system);
    }
}

/* The index of what files join to. */
static void link_units(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (is_joined_to(&scan->units[i])) link_add(&scan->link, &scan->units[i].model);
    }
}

/* ---- files that are read together ---- */

static void each_unit(Scan *scan, void (*stage)(Scan *, Unit *), uint32_t threads);

static void add_neighbour(Scan *scan, Unit *unit) {
    Arena *a = &scan->arena;
    Neighbours *n = &scan->neighbours;
    Str path = unit->file->path;
    size_t slash = str_find_last(path, '/');
    Str folder = slash == STR_NONE ? STR("") : str_slice(path, 0, slash);
    map_put(a, &n->recognised, path, unit);
    for (Str up = folder; !map_has(&n->folders, up);) {
        map_put(a, &n->folders, up, unit);
        slash = str_find_last(up, '/');
        up = slash == STR_NONE ? STR("") : str_slice(up, 0, slash);
    }
    if (!unit->system || !unit->system->together || unit->result != READ_OK) return;
    Neighbour *neighbour = arena_new(a, Neighbour);
    *neighbour = (Neighbour){&unit->source, unit->tree, (uint8_t)unit->file->system};
    map_put(a, &n->by_path, path, neighbour);
    void **slot = map_slot(a, &n->by_folder, folder);
    if (!*slot) *slot = arena_new(a, NeighbourVec);
    NeighbourVec *list = *slot;
    vec_push(a, list, neighbour);
}

/* They look into each other, so one thread models them, after all are parsed. */
static void model_together(Scan *scan) {
    bool any = false;
    for (uint32_t i = 0; i < scan->unit_count && !any; i++) any = scan->units[i].system && scan->units[i].system->together;
    for (uint32_t i = 0; i < scan->unit_count && any; i++) add_neighbour(scan, &scan->units[i]);
    scan->neighbours.whole = scan->project.coverage.walked > 1 || scan->memory;
    for (uint32_t i = 0; i < scan->unit_count && any; i++) {
        Unit *unit = &scan->units[i];
        if (unit->system && unit->system->together && unit->result == READ_OK) model_unit(scan, unit);
    }
}

/* Files that the objects linked so far refer to: they are read early too, and join the index. */
static void read_wanted(Scan *scan, uint32_t threads) {
    bool any = false;
    for (uint32_t i = 0; i < scan->unit_count && scan->link.wanted.count; i++) {
        Unit *unit = &scan->units[i];
        unit->wanted = unit->system && !unit->system->joined && map_has(&scan->link.wanted, unit->file->path);
        any = any || unit->wanted;
    }
    if (!any) return;
    each_unit(scan, wanted_stage, threads);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (scan->units[i].wanted) link_add(&scan->link, &scan->units[i].model);
    }
}

/* ---- all files ---- */

typedef struct Pass {
    Scan *scan;
    void (*stage)(Scan *, Unit *);
} Pass;

static void pass_unit(void *data, uint32_t index) {
    Pass *pass = data;
    pass->stage(pass->scan, &pass->scan->units[index]);
}

static void each_unit(Scan *scan, void (*stage)(Scan *, Unit *), uint32_t threads) {
    Pass pass = {scan, stage};
    parallel_each(scan->unit_count, BATCH, scan->unit_count < THREADS_FROM ? 1 : threads, pass_unit, &pass);
}

static void run_units(Scan *scan, uint32_t threads) {
    each_unit(scan, joined_stage, threads);
    model_together(scan);
    evaluate_units(scan);
    link_units(scan);
    read_wanted(scan, threads);
    each_unit(scan, check_stages, threads);
}

static void make_units(Scan *scan) {
    scan->unit_count = scan->project.files.count;
    scan->units = arena_zeros(&scan->arena, Unit, scan->unit_count);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        scan->units[i].file = &scan->project.files.items[i];
        scan->units[i].system = system_of(scan->units[i].file->system);
        scan->units[i].others = scan->options->shard_count && i % scan->options->shard_count != scan->options->shard_index - 1;
    }
}

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

static void cover_unit(Scan *scan, const Unit *unit) {
    Coverage *c = &scan->review.coverage;
    Str path = unit->file->path;
    c->found++;
    if (!unit->system) {
        c->unread_systems++;
        Str title = system_title(unit->file->system);
        Prose reason = {{str_format(&scan->arena, "%.*s is not read by this version yet", STR_ARGS(title)), str_format(&scan->arena, "esta versión todavía no lee %.*s", STR_ARGS(title))}};
        vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, reason}));
    } else if (unit->result != READ_OK) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, read_reason(unit->result)}));
    else if (unit->gap_binary) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("binary content under the name of a text", "contenido binario con nombre de texto")}));
    else if (unit->gap_template) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("a template that was not rendered", "un template sin renderizar")}));
    else if (unit->gap_empty) vec_push(&scan->arena, &c->skipped, ((Gap){path, 0, PROSE("empty: there is nothing to review in it", "vacío: no hay nada para revisar")}));
    else if (unit->gap_steps) vec_push(&scan->arena, &c->partly, ((Gap){path, 0, PROSE("too large to check in full", "demasiado grande para revisarlo entero")}));
    else c->read++;
    for (int i = 0; i < HOLE_COUNT; i++) c->holes[i] += unit->holes[i];
}

static bool is_read_in_full(const Unit *unit) {
    bool gap = unit->gap_binary || unit->gap_template || unit->gap_empty || unit->gap_steps || unit->gaps.count;
    return unit->system && unit->result == READ_OK && !gap;
}

static void cover_gaps(Scan *scan, const Unit *unit) {
    Coverage *c = &scan->review.coverage;
    for (uint32_t i = 0; i < unit->gaps.count; i++) vec_push(&scan->arena, &c->partly, unit->gaps.items[i]);
    if (unit->gaps.count && unit->result == READ_OK && c->read) c->read--;
}

/* ---- what people wish to hear ---- */

/* The unit of a source; NULL for settings. */
static Unit *unit_of(const Scan *scan, const Source *source) {
    uintptr_t first = (uintptr_t)scan->units, at = (uintptr_t)source, size = scan->unit_count * sizeof(Unit);
    return at >= first && at < first + size ? &scan->units[(at - first) / sizeof(Unit)] : NULL;
}

static int setting(const Scan *scan, Str path, SettingId id, int (*find)(Str), int otherwise) {
    const SettingsFile *f = settings_of(&scan->settings, path, id);
    return f ? find(f->single[id].text) : otherwise;
}

static void ignore_finding(Scan *scan, Finding *f) {
    Unit *unit = unit_of(scan, f->source);
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
    int profile = o->profile_given || o->select_count ? PROFILE_ALL : setting(scan, path, SETTING_PROFILE_KEY, profile_find, o->profile);
    int severity = settings_severity(&scan->settings, path, f.check, (int)f.severity);
    int fail_on = o->fail_on_given ? (int)o->fail_on : setting(scan, path, SETTING_FAIL_ON_KEY, severity_find, (int)o->fail_on);
    if (f.check->profile > profile || severity < 0) return;
    f.severity = (Severity)severity;
    f.blocks = severity >= fail_on || f.check->never_approve;
    ignore_finding(scan, &f);
    if (!scan->only || f.check == scan->only) vec_push(&scan->arena, &scan->review.findings, f);
}

static bool has_run(const Scan *scan, const Ignore *ignore) {
    for (int shape = 1; shape < SHAPE_COUNT; shape++) {
        for (uint32_t i = 0; i < scan->index.by_shape[shape].count; i++) {
            if (ignore_names(ignore, scan->index.by_shape[shape].items[i])) return true;
        }
    }
    return false;
}

/* Ignores are subjects of checks too: those that are over, void, or not understood. */
static void check_ignores(Scan *scan, const IgnoreVec *ignores, bool all_read, FindingVec *out) {
    CheckRun run = {.index = &scan->index, .results = &scan->arena, .findings = out, .blind = scan->blind, .witness = scan->witness, .now = scan->now};
    for (uint32_t i = 0; i < ignores->count && scan->index.by_shape[SHAPE_IGNORE].count; i++) {
        const Ignore *ignore = &ignores->items[i];
        if (ignore->peer.len) continue; /* for another tool: it judges */
        bool known = check_list_knows(&scan->checks, ignore->check);
        Str near = known ? (Str){NULL, 0} : catalogue_nearest(ignore->check);
        check_run(&run, ignore_object(ignore, known, near, all_read && known && has_run(scan, ignore), &scan->arena));
    }
    arena_free(&run.scratch);
}

static void check_all_ignores(Scan *scan) {
    FindingVec found = {0};
    bool all_read = !scan->options->shard_count;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->others) continue;
        bool read = is_read_in_full(unit);
        all_read = all_read && read;
        check_ignores(scan, &unit->ignores, read, &found);
    }
    for (uint32_t i = 0; i < scan->settings.count; i++) check_ignores(scan, &scan->settings.files[i].ignores, all_read && !scan->options->select_count, &found);
    for (uint32_t i = 0; i < found.count; i++) take_finding(scan, found.items[i]);
}

/* Whether a line of the resource changed; lines that went away touch what stood around them. */
static bool is_touched(const Scan *scan, const Finding *f) {
    const Unit *unit = unit_of(scan, f->source);
    if (!unit) return !scan->options->since.at && !scan->options->staged;
    if (!unit->file->compared) return true;
    uint32_t first = source_place(f->source, f->extent.start).line - 1, last = source_place(f->source, f->extent.end).line - 1;
    for (uint32_t i = 0; i < unit->change_count; i++) {
        const DiffChange *c = &unit->changes[i];
        if (c->new_count ? c->new_from <= last && c->new_from + c->new_count > first : c->new_from > first && c->new_from <= last) return true;
    }
    return false;
}

/* ---- the verdict ---- */

static void decide(Review *r) {
    bool verified = r->coverage.found > 0 && !r->coverage.partly.count && !r->coverage.skipped.count;
    bool over = false;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        over = over || r->findings.items[i].blocks;
        r->blocked = r->blocked || r->findings.items[i].check->never_approve;
    }
    r->verdict = over ? VERDICT_CHANGES_REQUESTED : verified ? VERDICT_APPROVED : VERDICT_NOT_VERIFIED;
}

/* Takes out of the findings those that were ignored (`known` false) or are in the baseline. */
static void set_aside(Scan *scan, bool known) {
    Review *r = &scan->review;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        Finding f = r->findings.items[i];
        bool aside = known ? f.in_baseline : f.ignored != NULL;
        if (aside) vec_push(&scan->arena, &r->suppressed, f);
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

static void collect_coverage(Scan *scan, SystemCount *counts) {
    Review *r = &scan->review;
    bool first = !scan->options->shard_count || scan->options->shard_index == 1;
    if (first) { /* of several shards the first tells of the walk */
        r->coverage.walked = scan->project.coverage.walked;
        for (uint32_t i = 0; i < scan->project.coverage.skipped.count; i++) vec_push(&scan->arena, &r->coverage.skipped, scan->project.coverage.skipped.items[i]);
    }
    r->coverage.found = r->coverage.skipped.count;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->others) continue;
        cover_unit(scan, unit);
        cover_gaps(scan, unit);
        SystemCount *count = &counts[unit->file->system];
        count->found++;
        count->read += is_read_in_full(unit);
        for (uint32_t f = 0; f < unit->findings.count; f++) take_finding(scan, unit->findings.items[f]);
    }
}

static void collect(Scan *scan) {
    Review *r = &scan->review;
    r->arena = &scan->arena;
    SystemCount counts[SYSTEM_COUNT] = {0};
    collect_coverage(scan, counts);
    check_all_ignores(scan);
    findings_finish(&r->findings, &scan->arena);
    set_aside(scan, false);
    checklist_fill(r, &scan->index, counts);
    baseline_apply(&scan->baseline, &r->findings);
    set_aside(scan, true);
    drop_untouched(scan, &r->findings);
    drop_untouched(scan, &r->suppressed);
    for (uint32_t i = 0; i < r->findings.count; i++) r->summary[r->findings.items[i].severity]++;
    decide(r);
}

/* ---- which checks ---- */

/* Names of checks in the settings. */
static bool check_settings(Scan *scan, Error *err) {
    for (uint32_t i = 0; i < scan->settings.count; i++) {
        SettingsFile *f = &scan->settings.files[i];
        Str path = f->source.path;
        for (uint32_t k = 0; k < f->severities.count; k++) {
            SettingText check = f->severities.items[k].check;
            if (!check_list_require(&scan->checks, str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), check.line), check.text, err)) return false;
        }
        for (uint32_t k = 0; k < f->ignores.count; k++) {
            const Ignore *ignore = &f->ignores.items[k];
            uint32_t line = source_place(&f->source, ignore->span.start).line;
            if (!check_list_require(&scan->checks, str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), line), ignore->check, err)) return false;
        }
    }
    return true;
}

static bool select_checks(Scan *scan, const ScanOptions *o, Error *err) {
    CheckChoice choice = {o->select, o->ignore, o->select_count, o->ignore_count, (int)o->profile};
    for (uint32_t i = 0; i < scan->settings.count && !o->profile_given; i++) { /* a folder may want more than the rest */
        Str said = scan->settings.files[i].single[SETTING_PROFILE_KEY].text;
        if (said.at) choice.profile = MAX(choice.profile, profile_find(said));
    }
    return check_list_choose(&scan->checks, &choice, &scan->arena, &scan->index, err);
}

/* The repository's own checks are its bytes as well: they are parsed behind the sandbox. */
static bool load_checks(Scan *scan, const ScanOptions *o, Error *err) {
    return check_list_load(o->settings ? scan->project.root : -1, &scan->arena, &scan->checks, err) && check_settings(scan, err) && select_checks(scan, o, err);
}

/* ---- entry points ---- */

Scan *scan_new(void) {
    Arena arena = {0};
    Scan *scan = arena_new(&arena, Scan);
    scan->arena = arena;
    scan->project.root = -1;
    return scan;
}

static bool standard_input(Scan *scan, Str as_system, Error *err) {
    SystemId system = as_system.len ? system_find(as_system) : SYSTEM_DOCKERFILE;
    if (system == SYSTEM_NONE) return error_set(err, "unknown system '%.*s' for --as; one that is read is dockerfile", STR_ARGS(as_system));
    Str bytes;
    if (io_read_all(STDIN_FILENO, FILE_MAX, SOURCE_PADDING, &scan->arena, &bytes) != READ_OK) return error_set(err, "standard input could not be read, or is larger than 32 MB");
    scan->project = (Project){.root = -1};
    vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){.path = STR("stdin"), .system = system, .given = true, .bytes = bytes}));
    scan->project.coverage.walked = 1;
    return true;
}

/* ---- settings ---- */

static void exclude_files(Scan *scan) {
    Project *p = &scan->project;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->files.count; i++) {
        if (settings_include(&scan->settings, p->files.items[i].path)) p->files.items[kept++] = p->files.items[i];
    }
    p->files.count = kept;
}

/* The baseline of the command line is of the folder one stands in, that of a settings file of its own. */
static bool load_baseline(Scan *scan, Error *err) {
    Str path = scan->options->baseline;
    int dir = AT_FDCWD;
    if (scan->options->no_baseline) return true;
    if (!path.at) {
        const SettingsFile *f = settings_of(&scan->settings, STR(""), SETTING_BASELINE_KEY);
        if (!f) return true;
        path = f->single[SETTING_BASELINE_KEY].text;
        size_t slash = str_find_last(f->source.path, '/');
        if (slash != STR_NONE) path = str_join(&scan->arena, str_slice(f->source.path, 0, slash + 1), path);
        dir = scan->project.root;
    }
    scan->baseline_source.path = str_copy(&scan->arena, path);
    ReadResult result = io_read(dir, scan->baseline_source.path.at, true, FILE_MAX, SOURCE_PADDING, &scan->baseline_source.arena, &scan->baseline_source.bytes);
    if (result != READ_OK) return error_set(err, "can't read the baseline '%.*s'; make one with `infra baseline create`", STR_ARGS(path));
    return baseline_load(&scan->baseline_source, &scan->baseline, err);
}

/* Settings and baselines are read before the sandbox closes, since they may lie above the root. */
static bool load_settings(Scan *scan, Error *err) {
    Project *p = &scan->project;
    if (!scan->options->settings) return true;
    if (!settings_load(p->settings.items, p->settings.count, &scan->arena, &scan->settings, err)) return false;
    for (uint32_t i = 0; i < scan->settings.count; i++) ignores_expire(&scan->settings.files[i].ignores, scan->now);
    if (!p->single) exclude_files(scan);
    return load_baseline(scan, err);
}

static int language_find(Str name) { return str_is(name, "es") ? LANGUAGE_ES : LANGUAGE_EN; }

static bool compare_files(Scan *scan, Error *err) {
    if (scan->options->staged) return git_staged(&scan->project, err);
    return !scan->options->since.at || git_since(&scan->project, scan->options->since, err);
}

bool scan_review(Scan *scan, const ScanOptions *options, Review **out, Error *err) {
    scan->now = options->now;
    scan->options = options;
    Str path = options->path_count ? options->paths[0] : STR(".");
    if (options->path_count > 1) return error_set(err, "one folder or file at a time, please: '%.*s' is a second one", STR_ARGS(options->paths[1]));
    bool ok = str_is(path, "-") ? standard_input(scan, options->as_system, err) : walk_project(path, &scan->project, err);
    if (!ok || !load_settings(scan, err) || !compare_files(scan, err)) return false;
    if (options->sandbox) sandbox_enter(scan->project.root);
    if (!load_checks(scan, options, err)) return false;
    make_units(scan);
    run_units(scan, options->threads);
    scan->review.root = path;
    scan->review.fail_on = options->fail_on_given ? options->fail_on : (Severity)setting(scan, STR(""), SETTING_FAIL_ON_KEY, severity_find, (int)options->fail_on);
    scan->review.language = setting(scan, STR(""), SETTING_LANGUAGE_KEY, language_find, -1);
    collect(scan);
    *out = &scan->review;
    return true;
}

bool scan_settings(Scan *scan, const ScanOptions *options, Str path, Language language, Buf *out, Error *err) {
    scan->options = options;
    if (!walk_project(options->path_count ? options->paths[0] : STR("."), &scan->project, err) || !load_settings(scan, err)) return false;
    if (!check_list_load(scan->project.root, &scan->arena, &scan->checks, err) || !check_settings(scan, err)) return false;
    settings_explain(&scan->settings, path, language, out);
    return true;
}

/* Examples are reviewed as a team would: everything runs, comments are heeded. */
static const ScanOptions memory_options = {.profile = PROFILE_ALL, .profile_given = true, .fail_on = SEVERITY_MEDIUM, .inline_ignores = true};

static bool is_about(const Check *check, ShapeId shape) {
    for (uint32_t i = 0; i < check->subject_count; i++) {
        if (check->subjects[i] == shape) return true;
    }
    return false;
}

Review *scan_memory(Scan *scan, const MemoryFile *files, uint32_t count, const Check *only, bool blind, CheckWitness *witness,
                    int64_t now) {
    scan->witness = witness;
    scan->now = now;
    scan->blind = blind;
    scan->options = &memory_options;
    scan->only = only;
    Error err;
    check_list_load(-1, &scan->arena, &scan->checks, &err); /* ours alone: can't fail */
    bool of_ignores = only && is_about(only, SHAPE_IGNORE); /* what is ignored must run to be ignored */
    for (uint32_t i = 0; i < scan->checks.count && (!only || of_ignores); i++) check_index_add(&scan->arena, &scan->index, scan->checks.items[i]);
    if (only && !of_ignores) check_index_add(&scan->arena, &scan->index, only);
    scan->memory = true;
    for (uint32_t i = 0; i < count; i++) {
        bool look;
        SystemId system = recognise_name(files[i].path, &look);
        if (look) system = recognise_content(files[i].path, files[i].bytes);
        if (system != SYSTEM_NONE) vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){.path = files[i].path, .system = system, .given = true, .bytes = files[i].bytes}));
    }
    make_units(scan);
    run_units(scan, 1);
    collect(scan);
    return &scan->review;
}

uint32_t scan_errors(const Scan *scan, Str *first) {
    uint32_t errors = 0;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (scan->units[i].errors && !errors) *first = scan->units[i].error;
        errors += scan->units[i].errors;
    }
    return errors;
}

bool scan_debug(Scan *scan, Str path, Source **source, const Tree **tree, ObjectVec *subjects, Error *err) {
    if (!walk_project(path, &scan->project, err)) return false;
    if (!scan->project.files.count) return error_set(err, "'%.*s' is not recognised as anything that infra knows", STR_ARGS(path));
    scan->keep = true;
    scan->options = &memory_options;
    make_units(scan);
    run_units(scan, 1);
    *source = &scan->units[0].source;
    *tree = scan->units[0].tree;
    *subjects = scan->units[0].model.subjects;
    return true;
}

void scan_free(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        arena_free(&scan->units[i].source.arena);
        arena_free(&scan->units[i].kept);
    }
    arena_free(&scan->link.arena);
    check_list_free(&scan->checks);
    settings_free(&scan->settings);
    arena_free(&scan->baseline_source.arena);
    project_free(&scan->project);
    Arena arena = scan->arena;
    arena_free(&arena);
}
