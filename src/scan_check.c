/* The checks of one file, with everything that they may ask: other files, the settings, trees to mend. Any thread may do it; what a check
 * asked of other files stays loaded until all checks of the file are done. */
#include "scan_state.h"

#include "check/checklist.h"
#include "model/redact.h"
#include "values/secret_text.h"

#define GUESTS_MAX 100       /* other files whose objects the checks of one file may look into: time stays linear in the files */

/* Files whose objects a join gave to the checks of one file: they stay until those are done. */
typedef struct Company {
    Scan *scan;
    Unit *host;
    VEC(Unit *) guests;
    Map known; /* path → the same */
    Arena arena;
} Company;

static const Object *invite(void *data, uint32_t file, uint32_t subject) {
    Company *c = data;
    Unit *unit = &c->scan->units[file];
    if (unit != c->host && !map_has(&c->known, unit->file->path)) {
        if (c->guests.count == GUESTS_MAX) return NULL;
        scan_take(c->scan, unit);
        map_put(&c->arena, &c->known, unit->file->path, unit);
        vec_push(&c->arena, &c->guests, unit);
    }
    return unit->model.subjects.items[subject];
}

static void dismiss(Company *c) {
    for (uint32_t i = 0; i < c->guests.count; i++) scan_give(c->scan, c->guests.items[i]);
    arena_free(&c->arena);
}

/* What the checks of one file may ask: settings, and the rest of the repository. */
typedef struct Asker {
    LinkAsker link;
    Scan *scan;
    Unit *unit;
} Asker;

/* Examples of checks are reviewed with settings that say everything. */
static Str example_setting(Str name) { return str_starts(name, STR("cpu-")) ? STR("100m") : str_starts(name, STR("memory-")) ? STR("128Mi") : (Str){NULL, 0}; }

static bool answer(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    Asker *asker = data;
    if (!str_is(function, "setting")) return link_answer(&asker->link, scope, function, arguments, count, out);
    if (count != 1 || arguments[0].kind != VALUE_STRING) return false;
    Str name = value_str(arguments[0]), said = asker->scan->memory ? example_setting(name) : settings_text(&asker->scan->settings, asker->unit->file->path, name);
    *out = said.at ? value_string(said) : value_null();
    return true;
}

static const Tree *tree_of(void *data, const Source *source) {
    const Asker *asker = data;
    const Unit *unit = scan_unit_of(asker->scan, source);
    return unit && unit->tree && unit->stays ? unit->tree : unit && unit->part ? unit->tree : NULL;
}

static void run_checks(Scan *scan, Unit *unit) {
    Company company = {.scan = scan, .host = unit};
    Asker asker = {{&scan->link, {invite, &company}}, scan, unit};
    ChecklistSeen seen = {0};
    CheckRun run = {.seen = scan->witness ? NULL : &seen, .regexes = &scan->regexes[unit->kept - scan->kept], .list = &company.arena, .index = &scan->index, .results = unit->kept, .findings = &unit->findings, .tree = unit->tree, .blind = scan->blind, .witness = scan->witness, .now = scan->now, .host = answer, .host_data = &asker, .tree_of = tree_of};
    for (uint32_t i = 0; i < unit->seen.subjects.count; i++) check_run(&run, unit->seen.subjects.items[i]);
    memcpy(unit->holes, run.holes, sizeof run.holes);
    if (seen.any) {
        ChecklistSeen *kept = arena_new(unit->kept, ChecklistSeen);
        *kept = seen;
        unit->items = kept;
    }
    unit->errors = run.errors;
    unit->error = run.error;
    unit->gap_steps = run.cut || run.steps >= CHECK_STEPS_MAX;
    Finding *found = arena_array(unit->kept, Finding, unit->findings.count);
    if (unit->findings.count) memcpy(found, unit->findings.items, unit->findings.count * sizeof *found);
    unit->findings.items = found;
    unit->findings.capacity = unit->findings.count;
    arena_free(&run.scratch);
    arena_free(&run.lists.arena);
    dismiss(&company);
}

/* No message quotes a credential of its file, whatever it talks of. */
static void redact_unit(Unit *unit) {
    Str bytes = unit->source.bytes, secret;
    for (size_t from = 0; unit->findings.count && secret_next(bytes, &from, &secret);) { /* what is quoted may stand beside one that no model knows */
        uint32_t start = (uint32_t)(secret.at - bytes.at);
        redact_add(&unit->source, (Span){start, start + (uint32_t)secret.len}, unit->kept);
    }
    redact_note(&unit->source, &unit->seen.subjects, unit->kept);
    if (!unit->source.secrets.count) return;
    vec_each(Finding, finding, &unit->findings) {
        for (int i = 0; i < LANGUAGE_COUNT; i++) {
            finding->message.in[i] = redact_text(&unit->source, finding->message.in[i], unit->kept);
            finding->solution.in[i] = redact_text(&unit->source, finding->solution.in[i], unit->kept);
        }
    }
}

/* Faults of grammar that cost a line: what stands there was not read. And what was read and not verified. */
static void note_gaps(Unit *unit) {
    vec_each(Gap, gap, &unit->seen.gaps) {
        Prose reason = {{str_copy(unit->kept, gap->reason.in[0]), str_copy(unit->kept, gap->reason.in[1])}};
        vec_push(unit->kept, &unit->gaps, ((Gap){unit->file->path, gap->line, reason}));
    }
    for (uint32_t i = 0; i < unit->source.problems.count; i++) {
        const Problem *p = &unit->source.problems.items[i];
        if (!problem_is_loss(p->code)) continue;
        vec_push(unit->kept, &unit->gaps, ((Gap){unit->file->path, source_place(&unit->source, p->span.start).line, problem_reason(p->code)}));
    }
}

void scan_check(Scan *scan, Unit *unit) {
    scan_lessons(scan, unit);
    if (unit->seen.subjects.count) run_checks(scan, unit);
    redact_unit(unit);
    note_gaps(unit);
}
