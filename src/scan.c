/* discover → recognise → parse → model → link → check. Each file is read, parsed, modelled and checked by one thread into
 * its own arena; results are put together in the order of the paths, so the number of threads never shows. */
#include "scan_state.h"

#include "base/path.h"
#include "base/sandbox.h"
#include "base/writer.h"
#include "discover/git.h"
#include "discover/recognise.h"
#include "discover/walk.h"
#include "suppress/inline.h"
#include "suppress/suppress.h"
#include "link/link.h"
#include "memory/memory.h"
#include "model/redact.h"
#include "systems/dockerfile.h"
#include "systems/kustomize/kustomize.h"

#include <stdlib.h>
#include <unistd.h>

#define BATCH 8              /* files a thread takes at once */
#define THREADS_FROM 48      /* files below which threads cost more than they bring */

/* ---- one file ---- */

static void read_unit(Scan *scan, Unit *unit) {
    unit->source.path = unit->file->path;
    unit->source.system = unit->file->kind.len ? unit->file->kind : system_id(unit->file->system);
    if (unit->file->bytes.at && !unit->file->given) { /* read when it was looked into */
        unit->source.bytes = unit->file->bytes;
        unit->result = READ_OK;
        return;
    }
    if (unit->file->given) {
        char *copy = arena_zero(unit->kept, unit->file->bytes.len + SOURCE_PADDING);
        if (unit->file->bytes.len) memcpy(copy, unit->file->bytes.at, unit->file->bytes.len);
        unit->source.bytes = (Str){copy, unit->file->bytes.len};
        unit->result = READ_OK;
        return;
    }
    Str name = str_copy(unit->kept, unit->file->path);
    unit->result = io_read(scan->project.root, name.at, false, FILE_MAX, SOURCE_PADDING, unit->kept, &unit->source.bytes);
}

/* Comments that ignore checks, and what differs from the commit we compare with. */
static void note_wishes(Scan *scan, Unit *unit) {
    if (unit->gap_binary) return;
    if (scan->options->inline_ignores) inline_ignores(&unit->source, unit->tree, unit->system->block, unit->kept, &unit->ignores);
    ignores_expire(&unit->ignores, scan->now);
    const FoundFile *file = unit->file;
    if (file->compared && !file->untouched) unit->change_count = diff_lines(file->before, unit->source.bytes, false, unit->kept, &unit->changes);
}

/* What a file says by itself: no other file is looked at, so any thread may do it. */
void scan_read(Scan *scan, Unit *unit) {
    if (!unit->system) return;
    if (unit->source.path.at) return; /* it was read before the others */
    read_unit(scan, unit);
    if (unit->result != READ_OK) return;
    scan_parse(unit);
    note_wishes(scan, unit);
    if (!unit->system->together && !unit->part) scan_model(scan, unit);
}

/* Files that others join to come first and stay until the end. */
static bool is_joined_to(const Unit *unit) { return unit->system && (unit->system->joined || unit->wanted); }

bool scan_concerns_others(const Unit *unit) { return unit->system && (unit->system->parts || unit->system->evaluate); }

/* What a kustomization builds of its parts points into their trees, so these stay. */
bool scan_is_noted(const Unit *unit) { return unit->system && unit->system->noted && !unit->part && !unit->stays && unit->result == READ_OK; }

/* Others look into it until the end, so it is read again in full. */
static void read_in_full(Scan *scan, Unit *unit) {
    scan_forget(unit);
    unit->source.brief = false;
    scan_parse(unit);
    scan_model(scan, unit);
}

#define SHELVED_LEAST 256 /* files read last: the shelf may still have them */

/* The checks begin with what was read last. */
static void choose_brief(Scan *scan) {
    uint32_t later = 0;
    for (uint32_t i = scan->unit_count; i-- > 0 && !scan->keep && !scan->builds;) {
        Unit *unit = &scan->units[i];
        if (unit->system && unit->system->noted && !unit->part) unit->brief = later++ >= SHELVED_LEAST;
    }
}

static void joined_stage(Scan *scan, Unit *unit) {
    if (!is_joined_to(unit)) return;
    unit->source.brief = unit->brief;
    scan_read(scan, unit);
    unit->stays = scan->builds && unit->tree && unit->system->noted && kustomize_is_deployment(unit->source.bytes);
    if (!scan_is_noted(unit)) return;
    unit->decides = link_has_policies(&unit->model);
    unit->notes = link_note(&unit->model, (uint32_t)(unit - scan->units), &scan->noted[unit->kept - scan->kept]);
    unit->stays = unit->notes.pipeline.stays;
    if (unit->brief && unit->stays) read_in_full(scan, unit);
    if (unit->brief && !unit->stays) scan_forget(unit);
    if (!unit->brief && !unit->stays) scan_shelve(scan, unit);
    unit->source.brief = false;
}

static void wanted_stage(Scan *scan, Unit *unit) {
    if (unit->wanted) scan_read(scan, unit);
}

/* Others may look at the objects of the file meanwhile, as guests: what is added is added to a list of its own. */
static void see(Scan *scan, Unit *unit) {
    unit->seen = unit->model;
    ObjectVec *all = &unit->seen.subjects;
    all->items = arena_array(&unit->source.arena, const Object *, all->count);
    if (all->count) memcpy(all->items, unit->model.subjects.items, all->count * sizeof *all->items);
    all->capacity = all->count;
    if (unit->system && unit->system->judge) unit->system->judge(&unit->source, &unit->seen);
    link_model(&scan->link, &unit->seen); /* a definition of the repository knows better than the tables of the system */
}

static void check_stages(Scan *scan, Unit *unit) {
    if (unit->checked) return;
    if (unit->others && !scan_concerns_others(unit)) {
        bool joins = scan->options->shard_index == 1 && scan->options->with_count; /* results of other scanners are about any file */
        if (joins && unit->system && !unit->source.path.at) read_unit(scan, unit);
        return;
    }
    if (scan_is_noted(unit)) scan_take(scan, unit);
    if (!is_joined_to(unit)) scan_read(scan, unit);
    if (!is_joined_to(unit)) link_settle(&scan->link, &unit->model);
    see(scan, unit);
    scan_check(scan, unit);
    if (scan_is_noted(unit)) scan_give(scan, unit);
    if (!is_joined_to(unit) && !scan->keep) scan_forget(unit);
}

#define BESIDE_MAX (1u << 20) /* bytes of a file that an expression names */

static bool read_beside(void *data, Str path, Arena *a, Str *out) {
    Scan *scan = data;
    for (uint32_t i = 0; i < scan->given_count; i++) {
        if (!str_eq(scan->given[i].path, path)) continue;
        char *copy = arena_zero(a, scan->given[i].bytes.len + SOURCE_PADDING);
        if (scan->given[i].bytes.len) memcpy(copy, scan->given[i].bytes.at, scan->given[i].bytes.len);
        *out = (Str){copy, scan->given[i].bytes.len};
        return true;
    }
    return !scan->memory && scan->project.root >= 0 && io_read_below(scan->project.root, path, BESIDE_MAX, SOURCE_PADDING, a, out) == READ_OK;
}

static bool exists_beside(void *data, Str path) {
    Scan *scan = data;
    for (uint32_t i = 0; i < scan->given_count; i++) {
        if (str_eq(scan->given[i].path, path)) return true;
    }
    if (scan->memory || scan->project.root < 0) return false;
    Arena arena = {0};
    Str ignored;
    bool missing = io_read_below(scan->project.root, path, 1, SOURCE_PADDING, &arena, &ignored) == READ_MISSING;
    arena_free(&arena);
    return !missing;
}

/* All of a folder was looked through, not one file of it. */
static bool is_whole(const Scan *scan) { return (scan->project.root >= 0 && !scan->project.single) || scan->memory; }

/* What only joins to each other need not wait for the rest: it is checked where it was evaluated, and goes. */
static void done_units(void *data, uint32_t thread, const SystemFile *files, uint32_t count) {
    Scan *scan = data;
    for (uint32_t i = 0; i < count; i++) {
        if (link_concerns(files[i].model)) return;
    }
    for (uint32_t i = 0; i < count; i++) {
        Unit *unit = (Unit *)(uintptr_t)scan_unit_of(scan, files[i].source);
        unit->kept = &scan->kept[thread];
        unit->checked = true;
        see(scan, unit);
        scan_check(scan, unit);
    }
    for (uint32_t i = 0; i < count; i++) scan_forget((Unit *)(uintptr_t)scan_unit_of(scan, files[i].source));
}

static Outside outside_of(Scan *scan) {
    return (Outside){scan->options->value_files, scan->options->value_file_count, read_beside, exists_beside, scan, is_whole(scan), &scan->neighbours, scan->project.files.items, scan->project.files.count, scan->options->threads, &scan->link.arena, scan->keep ? NULL : done_units};
}

/* Files that mean something only together. */
static void evaluate_system(Scan *scan, const System *system) {
    SystemFile *files = arena_array(&scan->arena, SystemFile, scan->unit_count);
    uint32_t count = 0;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->system == system && unit->tree) files[count++] = (SystemFile){&unit->source, unit->tree, &unit->model};
    }
    Outside outside = outside_of(scan);
    if (count) system->evaluate(files, count, &outside);
}

static void evaluate_units(Scan *scan) {
    for (int id = SYSTEM_NONE + 1; id < SYSTEM_COUNT; id++) {
        const System *system = system_of((SystemId)id);
        if (system && system->evaluate) evaluate_system(scan, system);
    }
}

static void with_unit(Scan *scan, Unit *unit, void (*act)(Link *, const Model *)) {
    scan_take(scan, unit);
    act(&scan->link, &unit->model);
    scan_give(scan, unit);
}

/* It is never given back: the index holds its objects. */
static void stay(Scan *scan, Unit *unit, void (*add)(Link *, const Model *)) {
    scan_take(scan, unit);
    add(&scan->link, &unit->model);
}

/* The index of what files join to. */
static void link_units(Scan *scan) {
    scan->link.alone = !is_whole(scan);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (unit->decides) with_unit(scan, unit, link_policy_kinds);
        else if ((unit->part || unit->stays) && link_has_policies(&unit->model)) link_policy_kinds(&scan->link, &unit->model);
    }
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (!scan_is_noted(unit)) {
            if (is_joined_to(unit)) link_add(&scan->link, &unit->model);
            if (is_joined_to(unit)) link_settle(&scan->link, &unit->model); /* others may look at its objects while it is checked */
            continue;
        }
        link_add_notes(&scan->link, &unit->notes);
        if (link_policies_want(&scan->link, &unit->notes)) stay(scan, unit, link_add_policies);
    }
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (!scan_is_noted(unit)) continue;
        if (link_defines(&scan->link, &unit->notes)) stay(scan, unit, link_add_definitions);
        if (link_pipelines_want(&scan->link, &unit->notes, unit->file->path)) stay(scan, unit, link_add_pipelines);
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
    scan->neighbours.arena = &scan->arena;
    scan->neighbours.whole = scan->project.coverage.walked > 1 || scan->memory;
    for (uint32_t i = 0; i < scan->unit_count && any; i++) {
        Unit *unit = &scan->units[i];
        if (unit->system && unit->system->together && unit->result == READ_OK) scan_model(scan, unit);
    }
}

/* Files that the objects linked so far refer to: they are read early too, and join the index. */
static void read_wanted(Scan *scan, uint32_t threads) {
    bool any = false;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        bool wanted = map_has(&scan->link.wanted, unit->file->path) || (unit->file->system == SYSTEM_DOCKERFILE && built_wants(&scan->link.built, unit->file->path));
        unit->wanted = unit->system && !unit->system->joined && wanted;
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
    bool backwards;
} Pass;

static void pass_unit(void *data, uint32_t index, uint32_t thread) {
    Pass *pass = data;
    if (pass->backwards) index = pass->scan->unit_count - 1 - index;
    pass->scan->units[index].kept = &pass->scan->kept[thread];
    pass->stage(pass->scan, &pass->scan->units[index]);
}

static void each_unit(Scan *scan, void (*stage)(Scan *, Unit *), uint32_t threads) {
    Pass pass = {scan, stage, stage == check_stages}; /* what was read last is still on the shelf */
    parallel_each(scan->unit_count, BATCH, scan->unit_count < THREADS_FROM ? 1 : threads, pass_unit, &pass);
}

/* Reports need the bytes and what was found. */
static void forget_units(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) scan_forget(&scan->units[i]);
    arena_free(&scan->link.arena);
    for (size_t i = 0; i < ARRAY_COUNT(scan->noted); i++) arena_free(&scan->noted[i]);
    scan->link = (Link){0};
}

static void run_units(Scan *scan, uint32_t threads) {
    bool parts = scan_find_parts(scan);
    choose_brief(scan);
    each_unit(scan, joined_stage, threads);
    model_together(scan);
    if (parts) scan_show_neighbours(scan);
    evaluate_units(scan);
    if (parts) scan_model_parts(scan);
    link_units(scan);
    read_wanted(scan, threads);
    link_finish(&scan->link);
    each_unit(scan, check_stages, threads);
    if (!scan->keep) forget_units(scan);
}

static void make_units(Scan *scan) {
    scan->unit_count = scan->project.files.count;
    scan->units = arena_zeros(&scan->arena, Unit, scan->unit_count);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        scan->units[i].file = &scan->project.files.items[i];
        scan->units[i].system = system_of(scan->units[i].file->system);
        scan->units[i].others = scan->options->shard_count && i % scan->options->shard_count != scan->options->shard_index - 1; /* of the paths, sorted */
        scan->units[i].others = scan->units[i].others || scan->units[i].file->aside || !project_chosen(&scan->project, scan->units[i].file->path);
    }
}

/* Files with values are read even where .gitignore names them. */
static bool add_value_files(Scan *scan, Error *err) {
    for (uint32_t i = 0; i < scan->options->value_file_count; i++) {
        Str path = scan->options->value_files[i];
        bool known = false;
        for (uint32_t k = 0; k < scan->project.files.count && !known; k++) known = str_eq(scan->project.files.items[k].path, path);
        if (known) continue;
        if (scan->project.root < 0 || faccessat(scan->project.root, str_copy(&scan->arena, path).at, R_OK, 0) != 0) return error_set(err, "--var-file names a file below the folder that is reviewed, not '%.*s'", STR_ARGS(path));
        vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){.path = path, .system = SYSTEM_TERRAFORM}));
    }
    return true;
}

/* ---- entry points ---- */

Scan *scan_new(void) {
    Arena arena = {0};
    Scan *scan = arena_new(&arena, Scan);
    scan->arena = arena;
    scan->project.root = -1;
    pthread_mutex_init(&scan->shelf.lock, NULL);
    pthread_cond_init(&scan->shelf.loaded, NULL);
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
    scan->link.kubernetes = options->kubernetes;
    Str path = options->path_count ? options->paths[0] : STR(".");
    bool input = options->path_count == 1 && str_is(path, "-"), several = options->path_count > 1;
    bool ok = input ? standard_input(scan, options->as_system, err) : several ? walk_paths(options->paths, options->path_count, options->threads, &scan->project, &path, err) : walk_project(path, options->threads, &scan->project, err);
    if (!ok || !scan_load_settings(scan, err) || !scan_read_policies(scan, err) || !scan_load_evidence(scan, err)) return false;
    if (!compare_files(scan, err) || !add_value_files(scan, err)) return false;
    if (options->writer && !(*options->writer = writer_start(NULL, 0, scan->project.root, scan_afterwards(scan), &scan->arena, err))) return false;
    if (options->sandbox) sandbox_enter(scan->project.root);
    if (!scan_load_checks(scan, err) || !scan_choose_checks(scan, err) || !scan_model_policies(scan, err) || !scan_read_evidence(scan, err)) return false;
    scan_admit_policies(scan);
    scan_read_memory(scan);
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
    if (!walk_project(options->path_count ? options->paths[0] : STR("."), 1, &scan->project, err) || !scan_load_settings(scan, err)) return false;
    if (!scan_load_checks(scan, err)) return false;
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

Review *scan_memory(Scan *scan, const MemoryFile *files, uint32_t count, const MemoryOptions *options) {
    const Check *only = options->only;
    scan->witness = options->witness;
    scan->now = options->now;
    scan->blind = options->blind;
    scan->link.kubernetes = options->kubernetes;
    scan->options = &memory_options;
    scan->only = only;
    Error err;
    check_list_load(-1, &scan->arena, &scan->checks, &err); /* ours alone: can't fail */
    bool of_ignores = only && is_about(only, SHAPE_IGNORE); /* what is ignored must run to be ignored */
    for (uint32_t i = 0; i < scan->checks.count && (!only || of_ignores); i++) check_index_add(&scan->arena, &scan->index, scan->checks.items[i]);
    if (only && !of_ignores) check_index_add(&scan->arena, &scan->index, only);
    scan->memory = true;
    scan->given = files;
    scan->given_count = count;
    scan_read_memory(scan);
    for (uint32_t i = 0; i < count; i++) {
        bool look;
        SystemId system = recognise_name(files[i].path, &look);
        if (look) system = recognise_content(files[i].path, files[i].bytes);
        if (system != SYSTEM_NONE) vec_push(&scan->project.arena, &scan->project.files, ((FoundFile){.path = files[i].path, .system = system, .kind = recognise_kind(files[i].path, files[i].bytes, system), .given = true, .bytes = files[i].bytes}));
    }
    make_units(scan);
    run_units(scan, 1);
    scan_collect(scan);
    return &scan->review;
}

static void free_units(Scan *scan) {
    for (uint32_t i = 0; i < scan->unit_count; i++) arena_free(&scan->units[i].source.arena);
    for (size_t i = 0; i < ARRAY_COUNT(scan->kept); i++) {
        arena_free(&scan->kept[i]);
        arena_free(&scan->noted[i]);
        arena_free(&scan->regexes[i].arena);
        scan->regexes[i].by_pattern = (Map){0};
    }
    for (uint32_t i = 0; i < scan->neighbours.beside.count; i++) arena_free(&scan->neighbours.beside.items[i]->arena);
    arena_free(&scan->link.arena);
    scan->shelf.oldest = scan->shelf.newest = NULL;
    scan->shelf.bytes = 0;
}

Review *scan_again(Scan *scan, const ScanChange *changes, uint32_t count) {
    Map by_path = {0};
    free_units(scan); /* they stand in what goes next */
    if (scan->again) arena_reset(&scan->arena, scan->restart);
    else scan->restart = arena_mark(&scan->arena);
    scan->again = true;
    for (uint32_t i = 0; i < count; i++) map_put(&scan->arena, &by_path, changes[i].path, (void *)&changes[i]);
    scan->link = (Link){.kubernetes = scan->options->kubernetes};
    scan->neighbours = (Neighbours){0};
    scan->parts = (Map){0};
    scan->tally = (ChecklistTally){0}; /* evidence of the units that went */
    scan->checked = (ChecklistFiles){0};
    scan->review = (Review){.root = scan->review.root, .fail_on = scan->review.fail_on, .language = scan->review.language};
    for (uint32_t i = 0; i < scan->baseline.entries.count; i++) scan->baseline.entries.items[i].used = false;
    for (uint32_t i = 0; i < scan->project.files.count; i++) {
        FoundFile *file = &scan->project.files.items[i];
        const ScanChange *change = map_get(&by_path, file->path);
        if (!change || !change->bytes.at) continue;
        file->given = true;
        file->bytes = change->bytes;
    }
    scan_admit_policies(scan);
    make_units(scan);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        const ScanChange *change = map_get(&by_path, scan->units[i].file->path);
        scan->units[i].others = !change || !change->report || scan->units[i].file->aside;
    }
    run_units(scan, scan->options->threads);
    scan_collect(scan);
    return &scan->review;
}

Source *scan_source(Scan *scan, Str path) {
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (str_eq(scan->units[i].file->path, path)) return &scan->units[i].source;
    }
    return NULL;
}

uint32_t scan_errors(const Scan *scan, Str *first) {
    uint32_t errors = 0;
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        if (scan->units[i].errors && !errors) *first = scan->units[i].error;
        errors += scan->units[i].errors;
    }
    return errors;
}

bool scan_debug(Scan *scan, Str path, int64_t now, bool checks, Error *err) {
    if (!walk_project(path, 1, &scan->project, err)) return false;
    if (!scan->project.files.count) return error_set(err, "'%.*s' is not recognised as anything that infra knows", STR_ARGS(path));
    scan->keep = true;
    scan->options = &memory_options;
    scan->now = now;
    if (checks && !check_list_load(-1, &scan->arena, &scan->checks, err)) return false;
    for (uint32_t i = 0; i < scan->checks.count; i++) check_index_add(&scan->arena, &scan->index, scan->checks.items[i]);
    make_units(scan);
    run_units(scan, 1);
    return true;
}

bool scan_kustomize(Scan *scan, Str path, Str folder, Buf *out, Error *err) {
    if (!walk_project(path, 1, &scan->project, err)) return false;
    scan->options = &memory_options;
    make_units(scan);
    scan_find_parts(scan);
    each_unit(scan, joined_stage, 1);
    scan_show_neighbours(scan);
    Str inside, fault;
    if (!path_resolve(&scan->arena, STR(""), folder, &inside)) return error_set(err, "'%.*s' is no folder of the root", STR_ARGS(folder));
    Outside outside = outside_of(scan);
    if (kustomize_print(&outside, &scan->arena, inside, out, &fault)) return true;
    return error_set(err, "'%.*s' can't be built: %.*s", STR_ARGS(folder), STR_ARGS(fault));
}

void scan_free(Scan *scan) {
    free_units(scan);
    pthread_cond_destroy(&scan->shelf.loaded);
    pthread_mutex_destroy(&scan->shelf.lock);
    for (uint32_t i = 0; scan->policies && i < scan->options->policy_count; i++) source_free(&scan->policies[i].source);
    arena_free(&scan->trials);
    check_list_free(&scan->checks);
    settings_free(&scan->settings);
    if (scan->known) memory_free(scan->known);
    arena_free(&scan->baseline_source.arena);
    for (uint32_t i = 0; i < scan->evidence_count; i++) arena_free(&scan->evidence[i].arena);
    project_free(&scan->project);
    Arena arena = scan->arena;
    arena_free(&arena);
}

