/* discover → recognise → parse → model → link → check. Each file is read, parsed, modelled and checked by one thread into
 * its own arena; results are put together in the order of the paths, so the number of threads never shows. */
#include "scan.h"

#include "base/io.h"
#include "base/sandbox.h"
#include "check/catalogue.h"
#include "check/checklist.h"
#include "check/run.h"
#include "discover/recognise.h"
#include "discover/walk.h"
#include "link/link.h"
#include "systems/dockerfile.h"
#include "systems/system.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#define FILE_MAX (32u << 20) /* bytes of one file: a larger one is no infrastructure code, and is reported as not read */
#define BATCH 8              /* files a thread takes at once */
#define THREADS_MAX 16
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
    atomic_uint next;              /* unit to take */
    void (*stage)(Scan *, Unit *); /* what is done to each */
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

static void model_unit(Scan *scan, Unit *unit) {
    unit->model = (Model){.arena = &unit->source.arena, .neighbours = unit->system->together ? &scan->neighbours : NULL};
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
static void evaluate_units(Scan *scan) {
    bool any = false;
    for (uint32_t i = 0; i < scan->unit_count && !any; i++) any = scan->units[i].system && scan->units[i].system->together;
    for (uint32_t i = 0; i < scan->unit_count && any; i++) add_neighbour(scan, &scan->units[i]);
    scan->neighbours.arena = &scan->arena;
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

static void decide(Review *r) {
    bool verified = r->coverage.found > 0 && !r->coverage.partly.count && !r->coverage.skipped.count;
    bool over = false;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        over = over || r->findings.items[i].severity >= r->fail_on;
        r->blocked = r->blocked || r->findings.items[i].check->never_approve;
    }
    r->verdict = over || r->blocked ? VERDICT_CHANGES_REQUESTED : verified ? VERDICT_APPROVED : VERDICT_NOT_VERIFIED;
}

static void collect(Scan *scan) {
    Review *r = &scan->review;
    r->arena = &scan->arena;
    SystemCount counts[SYSTEM_COUNT] = {0};
    r->coverage.walked = scan->project.coverage.walked;
    r->coverage.skipped.items = scan->project.coverage.skipped.items;
    r->coverage.skipped.count = scan->project.coverage.skipped.count;
    r->coverage.skipped.capacity = scan->project.coverage.skipped.count;
    r->coverage.found = r->coverage.skipped.count;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        cover_unit(scan, unit);
        cover_gaps(scan, unit);
        SystemCount *count = &counts[unit->file->system];
        count->found++;
        count->read += is_read_in_full(unit);
        for (uint32_t f = 0; f < unit->findings.count; f++) vec_push(&scan->arena, &r->findings, unit->findings.items[f]);
    }
    findings_finish(&r->findings, &scan->arena);
    for (uint32_t i = 0; i < r->findings.count; i++) r->summary[r->findings.items[i].severity]++;
    checklist_fill(r, &scan->index, counts);
    decide(r);
}

/* ---- which checks ---- */

static bool names_check(Str pattern, Str id) {
    return str_eq(pattern, id) || (str_starts(id, pattern) && (str_ends(pattern, STR("/")) || (id.len > pattern.len && id.at[pattern.len] == '/')));
}

static bool any_names(const Str *patterns, uint32_t count, Str id) {
    for (uint32_t i = 0; i < count; i++) {
        if (names_check(patterns[i], id)) return true;
    }
    return false;
}

static bool check_patterns(const Str *patterns, uint32_t count, Error *err) {
    uint32_t checks;
    const Check *all = catalogue_checks(&checks);
    for (uint32_t i = 0; i < count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < checks && !known; k++) known = names_check(patterns[i], all[k].id);
        if (known) continue;
        Str near = catalogue_nearest(patterns[i]);
        return error_set(err, "there is no check '%.*s'%s%.*s; `infra checks` lists them", STR_ARGS(patterns[i]), near.len ? "; did you mean " : "", STR_ARGS(near));
    }
    return true;
}

static bool select_checks(Scan *scan, const ScanOptions *o, Error *err) {
    if (!check_patterns(o->select, o->select_count, err) || !check_patterns(o->ignore, o->ignore_count, err)) return false;
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    for (uint32_t i = 0; i < count; i++) {
        bool chosen = o->select_count ? any_names(o->select, o->select_count, checks[i].id) : checks[i].profile <= o->profile;
        if (chosen && !any_names(o->ignore, o->ignore_count, checks[i].id)) check_index_add(&scan->arena, &scan->index, &checks[i]);
    }
    return true;
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
    vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){STR("stdin"), system, true, bytes}));
    scan->project.coverage.walked = 1;
    return true;
}

bool scan_review(Scan *scan, const ScanOptions *options, Review **out, Error *err) {
    scan->now = options->now;
    if (!select_checks(scan, options, err)) return false;
    Str path = options->path_count ? options->paths[0] : STR(".");
    if (options->path_count > 1) return error_set(err, "one folder or file at a time, please: '%.*s' is a second one", STR_ARGS(options->paths[1]));
    bool ok = str_is(path, "-") ? standard_input(scan, options->as_system, err) : walk_project(path, &scan->project, err);
    if (!ok) return false;
    if (options->sandbox) sandbox_enter(scan->project.root);
    make_units(scan);
    run_units(scan, options->threads);
    scan->review.root = path;
    scan->review.fail_on = options->fail_on;
    collect(scan);
    *out = &scan->review;
    return true;
}

Review *scan_memory(Scan *scan, const MemoryFile *files, uint32_t count, const Check *only, bool blind, CheckWitness *witness,
                    int64_t now) {
    scan->witness = witness;
    scan->now = now;
    scan->blind = blind;
    scan->memory = true;
    uint32_t checks;
    const Check *all = catalogue_checks(&checks);
    for (uint32_t i = 0; i < checks && !only; i++) check_index_add(&scan->arena, &scan->index, &all[i]);
    if (only) check_index_add(&scan->arena, &scan->index, only);
    for (uint32_t i = 0; i < count; i++) {
        bool look;
        SystemId system = recognise_name(files[i].path, &look);
        if (look) system = recognise_content(files[i].path, files[i].bytes);
        if (system != SYSTEM_NONE) vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){files[i].path, system, true, files[i].bytes}));
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
    project_free(&scan->project);
    Arena arena = scan->arena;
    arena_free(&arena);
}
