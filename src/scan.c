/* discover → recognise → parse → model → link → check. Each file is read, parsed, modelled and checked by one thread into
 * its own arena; results are put together in the order of the paths, so the number of threads never shows. */
#include "scan_state.h"

#include "base/sandbox.h"
#include "check/catalogue.h"
#include "check/run.h"
#include "discover/git.h"
#include "discover/recognise.h"
#include "discover/walk.h"
#include "suppress/inline.h"
#include "suppress/suppress.h"
#include "systems/dockerfile.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define BATCH 8              /* files a thread takes at once */
#define THREADS_MAX 16
#define THREADS_FROM 48      /* files below which threads cost more than they bring */

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

static void model_unit(Unit *unit) {
    unit->model = (Model){.arena = &unit->source.arena};
    if (unit->gap_binary || unit->gap_template) return;
    unit->system->model(&unit->source, unit->tree, &unit->model);
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
    model_unit(unit);
}

/* Files that others join to come first and stay until the end. */
static bool is_joined_to(const Unit *unit) { return unit->system && unit->system->joined; }

static void joined_stage(Scan *scan, Unit *unit) {
    if (is_joined_to(unit)) read_stages(scan, unit);
}

static void check_stages(Scan *scan, Unit *unit) {
    if (unit->others) return;
    if (!is_joined_to(unit)) read_stages(scan, unit);
    link_model(&scan->link, &unit->model);
    if (unit->model.subjects.count) check_unit(scan, unit);
    note_gaps(unit);
    if (!is_joined_to(unit) && !scan->keep) forget(unit);
}

/* The index of what files join to. */
static void link_units(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (is_joined_to(&scan->units[i])) link_add(&scan->link, &scan->units[i].model);
    }
}

/* ---- all files ---- */

static void *worker(void *data) {
    Scan *scan = data;
    for (;;) {
        uint32_t from = atomic_fetch_add(&scan->next, BATCH);
        if (from >= scan->unit_count) return NULL;
        for (uint32_t i = from; i < MIN(from + BATCH, scan->unit_count); i++) scan->stage(scan, &scan->units[i]);
    }
}

static void each_unit(Scan *scan, void (*stage)(Scan *, Unit *), uint32_t threads) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!threads) threads = cores > 0 ? (uint32_t)cores : 1;
    threads = MIN(threads, (uint32_t)THREADS_MAX);
    if (scan->unit_count < THREADS_FROM) threads = 1;
    scan->stage = stage;
    atomic_store(&scan->next, 0);
    pthread_t others[THREADS_MAX];
    uint32_t started = 0;
    while (started + 1 < threads && pthread_create(&others[started], NULL, worker, scan) == 0) started++;
    worker(scan);
    for (uint32_t i = 0; i < started; i++) pthread_join(others[i], NULL);
}

static void run_units(Scan *scan, uint32_t threads) {
    each_unit(scan, joined_stage, threads);
    link_units(scan);
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
    if (!ok || !scan_select(scan, err) || !compare_files(scan, err)) return false;
    if (options->sandbox) sandbox_enter(scan->project.root);
    make_units(scan);
    run_units(scan, options->threads);
    scan->review.root = path;
    scan->review.fail_on = options->fail_on_given ? options->fail_on : (Severity)scan_setting(scan, STR(""), SETTING_FAIL_ON_KEY, severity_find, (int)options->fail_on);
    scan->review.language = scan_setting(scan, STR(""), SETTING_LANGUAGE_KEY, language_find, -1);
    scan_collect(scan);
    *out = &scan->review;
    return true;
}

bool scan_settings(Scan *scan, const ScanOptions *options, Str path, Language language, Buf *out, Error *err) {
    scan->options = options;
    if (!walk_project(options->path_count ? options->paths[0] : STR("."), &scan->project, err) || !scan_load_settings(scan, err)) return false;
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
    uint32_t checks;
    const Check *all = catalogue_checks(&checks);
    bool of_ignores = only && is_about(only, SHAPE_IGNORE); /* what is ignored must run to be ignored */
    for (uint32_t i = 0; i < checks && (!only || of_ignores); i++) check_index_add(&scan->arena, &scan->index, &all[i]);
    if (only && !of_ignores) check_index_add(&scan->arena, &scan->index, only);
    for (uint32_t i = 0; i < count; i++) {
        bool look;
        SystemId system = recognise_name(files[i].path, &look);
        if (look) system = recognise_content(files[i].path, files[i].bytes);
        if (system != SYSTEM_NONE) vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){.path = files[i].path, .system = system, .given = true, .bytes = files[i].bytes}));
    }
    make_units(scan);
    run_units(scan, 1);
    scan_collect(scan);
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
    settings_free(&scan->settings);
    arena_free(&scan->baseline_source.arena);
    project_free(&scan->project);
    Arena arena = scan->arena;
    arena_free(&arena);
}

