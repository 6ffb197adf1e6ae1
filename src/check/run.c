/* One subject, its checks: the guard first (one comparison), then the compiled `when`. Only a true result is evaluated
 * again, with a trace, for the place it points at, and only then is prose made. */
#include "check/run.h"

#include "base/map.h"
#include "check/facts.h"
#include "check/fix.h"
#include "check/guard.h"
#include "parse/hcl.h"

#include <stdlib.h>

/* What decides an item of the checklist also wants to know what it is not about. */
static bool always_runs(const Check *check) { return check->guard.field < 0 || (check->checklist_count && !check->guard.of_subject); }

static void shape_add(Arena *a, CheckShape *shape, const Check *check) {
    const CheckGuard *guard = &check->guard;
    uint32_t place = shape->all.count;
    vec_push(a, &shape->all, check);
    if (!always_runs(check) && !shape->by_value.count) shape->field = guard->field;
    if (always_runs(check) || shape->field != guard->field) {
        vec_push(a, &shape->others, place);
        return;
    }
    for (uint32_t i = 0; i < guard->value_count; i++) {
        void **slot = map_slot(a, &shape->by_value, guard->values[i]);
        if (!*slot) *slot = arena_new(a, CheckPlaces);
        CheckPlaces *places = *slot;
        if (!places->count || places->items[places->count - 1] != place) vec_push(a, places, place);
    }
}

void check_index_add(Arena *a, CheckIndex *index, const Check *check) {
    index->items |= checklist_items(check);
    for (uint32_t i = 0; i < check->subject_count; i++) shape_add(a, &index->by_shape[check->subjects[i]], check);
}

/* The checks of a subject, one after another. */
typedef struct Meeting {
    const CheckShape *shape;
    const CheckPlaces *places; /* of the value; NULL: it is not known, so all may be about it */
    uint32_t other, place, all;
} Meeting;

static Meeting meet(const CheckRun *run, const Object *subject) {
    static const CheckPlaces none = {0};
    const CheckShape *shape = &run->index->by_shape[subject->shape->id];
    Meeting m = {.shape = shape};
    if (!shape->by_value.count || run->witness) return m;
    Value v = subject->fields[shape->field];
    if (v.kind == VALUE_HOLE) return m;
    m.places = v.kind == VALUE_STRING ? map_get(&shape->by_value, value_str(v)) : NULL;
    if (!m.places) m.places = &none;
    return m;
}

static const Check *next_check(Meeting *m) {
    const CheckShape *shape = m->shape;
    if (!m->places) return m->all < shape->all.count ? shape->all.items[m->all++] : NULL;
    uint32_t other = m->other < shape->others.count ? shape->others.items[m->other] : UINT32_MAX;
    uint32_t place = m->place < m->places->count ? m->places->items[m->place] : UINT32_MAX;
    if (other == UINT32_MAX && place == UINT32_MAX) return NULL;
    *(other < place ? &m->other : &m->place) += 1;
    return shape->all.items[MIN(other, place)];
}

static bool applies(const Check *check, Str system) {
    if (!check->system_count) return true;
    for (uint32_t i = 0; i < check->system_count; i++) {
        if (str_eq(check->systems[i], system)) return true;
    }
    return false;
}

#define VARIABLES_MAX 16

typedef struct Evaluation {
    CheckRun *run;
    const Check *check;
    Value variables[VARIABLES_MAX];
    CelScope scope;
    CelTrace trace;
} Evaluation;

static Value host(CelScope *scope, Str function, const Value *arguments, uint32_t count) {
    CheckRun *run = scope->context;
    Value out = value_hole(HOLE_UNREAD);
    if (facts_answer(scope, function, arguments, count, &out)) return out;
    if (run->host && run->host(run->host_data, scope, function, arguments, count, &out)) return out;
    return out;
}

static bool watching(const CheckRun *run, const Check *check) { return run->witness && run->witness->check == check; }

/* A `let` is worked out when something asks for it: most subjects are decided before that. */
static void settle(CelScope *scope, uint32_t variable) {
    Evaluation *e = (Evaluation *)(void *)((char *)scope - offsetof(Evaluation, scope));
    CelTrace *trace = scope->trace;
    uint8_t *reached = scope->reached;
    scope->trace = NULL;
    scope->reached = watching(e->run, e->check) ? e->run->witness->reached[variable] : NULL;
    e->variables[variable] = cel_evaluate(&e->check->lets[variable - 1].program, scope);
    scope->trace = trace;
    scope->reached = reached;
}

static void evaluation_init(Evaluation *e, CheckRun *run, const Check *check, const Object *subject) {
    e->run = run; /* the variables are set one by one: most checks have only the first */
    e->check = check;
    e->trace = (CelTrace){0};
    const CheckWitness *w = watching(run, check) ? run->witness : NULL;
    e->scope = (CelScope){.variables = e->variables, .settle = settle, .arena = &run->scratch, .blind = run->blind, .regexes = run->regexes, .lists = &run->lists, .host = host, .context = run, .now = run->now};
    e->variables[0] = value_object(subject);
    for (uint32_t i = 0; i < check->let_count; i++) e->variables[i + 1].kind = CEL_UNSETTLED;
    for (uint32_t i = 0; w && i < check->let_count; i++) settle(&e->scope, i + 1); /* the laws look at all of it */
    e->scope.reached = w ? w->reached[0] : NULL;
}

static Str render(Evaluation *e, const Template *template) {
    if (template->part_count == 1 && !template->parts[0].program) return template->parts[0].literal; /* lives as long as its check */
    Buf out = {0};
    for (uint32_t i = 0; i < template->part_count; i++) {
        const TemplatePart *part = &template->parts[i];
        Value v = part->program ? cel_evaluate(part->program, &e->scope) : value_null();
        if (v.kind == VALUE_ERROR) buf_lit(&out, "…"); /* what a person reads names no overloads */
        else if (part->program) cel_print(v, &out);
        else buf_add(&out, part->literal);
    }
    Str s = str_copy(e->run->results, buf_str(&out));
    buf_free(&out);
    return s;
}

/* A map or list of several lines is shown by the key it stands under, a short one together with it. */
static Value shown(Value v) {
    if (v.kind != VALUE_TREE) return v;
    Span whole = span_join(value_absent(v).span, v.span);
    bool one_line = str_find_byte(source_slice(v.source, whole), '\n') == STR_NONE;
    return value_at(v, v.source, one_line ? whole : value_absent(v).span);
}

/* What was built stands where it is written: in one of its layers. */
static bool is_of_layers(const Composite *composite, Value v) {
    for (uint32_t i = 0; composite && i < composite->layer_count; i++) {
        if (composite->layers[i].source == v.source && span_holds(composite->layers[i].span, v.span)) return true;
    }
    return false;
}

/* Where to point: `at`, else what decided, else the subject itself. */
static Value place_of(Evaluation *e, const Object *subject) {
    if (e->check->at) {
        Value v = cel_evaluate(e->check->at, &e->scope);
        if (v.source) return shown(v);
    } else {
        e->scope.trace = &e->trace;
        cel_evaluate(&e->check->when, &e->scope);
        e->scope.trace = NULL;
        for (uint32_t i = e->trace.count; i-- > 0;) {
            Value v = e->trace.items[i];
            if (v.source && v.source == subject->source && span_holds(subject->extent, v.span)) return shown(v);
            if (v.source && v.source != subject->source && is_of_layers(subject->composite, v)) return shown(v);
        }
    }
    return value_object(subject);
}

#define RELATED_MAX 10 /* places shown of the other end: a thousand Services of one pod are no help, and in each finding the square of the file */

static void add_related(Evaluation *e, Finding *finding) {
    if (!e->check->related) return;
    Value v = cel_evaluate(e->check->related, &e->scope);
    bool list = v.kind == VALUE_LIST;
    uint32_t count = list ? v.count : 1, left = 0;
    Arena *a = e->run->results;
    Related *related = arena_array(a, Related, MIN(count, (uint32_t)RELATED_MAX));
    for (uint32_t i = 0; i < count; i++) {
        Value item = list ? v.as.items[i] : v;
        if (!item.source || item.kind == VALUE_NULL) continue;
        if (finding->related_count == RELATED_MAX) left++;
        else related[finding->related_count++] = (Related){item.source, item.span, PROSE("see also", "ver también")};
    }
    if (left) related[RELATED_MAX - 1].message = (Prose){{str_format(a, "see also, and %u more", left), str_format(a, "ver también; hay %u más", left)}};
    finding->related = related;
}

static void add_fix(Evaluation *e, const Object *subject, Finding *finding) {
    CheckRun *run = e->run;
    bool terraform = run->tree && run->tree->grammar == &hcl_grammar, foreign = e->check->guard.of_subject != terraform; /* it writes keys of the other */
    const Tree *tree = run->tree;
    bool composite = subject->composite != NULL; /* its values stand in several files: it is mended in the one that is pointed at */
    if (terraform && str_ends(subject->source->path, STR(".json"))) return; /* written in JSON, read as HCL */
    if (!e->check->fix || foreign || (!composite && finding->source != subject->source) || run->blind || run->fixes == FIXES_MAX) return;
    if (composite) tree = run->tree_of ? run->tree_of(run->host_data, finding->source) : NULL;
    if (composite && !tree) return;
    finding->fix = fix_finding(e->check->fix, &e->scope, finding->source, tree, run->results);
    run->fixes += finding->fix != NULL;
}

/* The place where the value that is pointed at was written, after those of `related`. */
static void add_origin(Evaluation *e, const Object *subject, Finding *finding) {
    for (uint32_t i = 0; i < subject->origin_count && finding->source == subject->source; i++) {
        const Origin *origin = &subject->origins[i];
        if (origin->here.start != finding->span.start || origin->here.end != finding->span.end) continue;
        Related *related = arena_array(e->run->results, Related, finding->related_count + 1);
        if (finding->related_count) memcpy(related, finding->related, finding->related_count * sizeof *related);
        related[finding->related_count++] = (Related){origin->source, origin->there, PROSE("its value is written here", "el valor está escrito acá")};
        finding->related = related;
        return;
    }
}

static Str resource_of(const Object *subject) {
    if (subject->address.len) return subject->address;
    int field = shape_field(subject->shape, STR("stage"));
    if (field >= 0 && subject->fields[field].kind == VALUE_OBJECT) return subject->fields[field].as.object->address;
    field = shape_field(subject->shape, STR("script"));
    if (field >= 0 && subject->fields[field].kind == VALUE_OBJECT) return resource_of(subject->fields[field].as.object);
    return (Str){NULL, 0};
}

/* ---- identity ---- */

/* The resource; but what has no name is called by its file or folder, and that may be renamed. */
static Str lasting_name(const Finding *f) {
    Str path = f->source->path, name = f->resource;
    size_t slash = str_find_last(path, '/'), at = str_find(name, path);
    if (slash != STR_NONE && str_eq(name, str_slice(path, 0, slash))) return str_slice(name, 0, 0);
    return at == STR_NONE ? name : str_slice(name, 0, at);
}

/* Check, resource and the source text without blanks, quotes and continuation marks: what stays when lines move and files are
 * renamed or formatted anew. */
static uint64_t content_hash(const Finding *f) {
    Buf text = {0};
    buf_add(&text, f->check->id);
    buf_byte(&text, '\n');
    buf_add(&text, lasting_name(f));
    buf_byte(&text, '\n');
    Str evidence = source_slice(f->source, f->span);
    for (size_t i = 0; i < evidence.len; i++) {
        char c = evidence.at[i];
        if (c != ' ' && c != '\t' && c != '\n' && c != '\r' && c != '\\' && c != '"' && c != '\'') buf_byte(&text, c);
    }
    uint64_t hash = str_hash(buf_str(&text));
    buf_free(&text);
    return hash;
}

static Str identity_of(const Finding *f, Arena *a) { return str_hex(a, content_hash(f)); }

/* ---- what a true result becomes ---- */

static void report(Evaluation *e, const Object *subject) {
    Value place = place_of(e, subject);
    Finding finding = {.check = e->check, .source = place.source ? place.source : subject->source, .span = place.span,
                       .severity = (Severity)e->check->severity, .resource = str_copy(e->run->results, resource_of(subject))};
    finding.extent = subject->source == finding.source ? span_join(subject->extent, finding.span) : finding.span;
    if (place.flags & VALUE_SECRET || subject->shape->id == SHAPE_SECRET) finding.secret = true;
    if (subject->composite) {
        finding.scenarios = &subject->composite->scenario;
        finding.scenario_count = 1;
        finding.layers = subject->composite->layers;
        finding.layer_count = subject->composite->layer_count;
    }
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        finding.message.in[i] = render(e, &e->check->say[i]);
        finding.solution.in[i] = render(e, &e->check->solve[i]);
    }
    add_related(e, &finding);
    add_fix(e, subject, &finding);
    add_origin(e, subject, &finding);
    finding.identity = identity_of(&finding, e->run->results);
    vec_push(e->run->list, e->run->findings, finding);
}

static void witness(Evaluation *e) {
    CheckWitness *w = e->run->witness;
    for (uint32_t i = 0; i < w->operand_count; i++) {
        Value v = cel_evaluate_operand(&e->check->when, w->operands[i], &e->scope);
        if (v.kind != VALUE_BOOL) continue;
        if (v.as.boolean) w->seen_true |= 1u << i;
        else w->seen_false |= 1u << i;
    }
}

/* The last operand of `when` says what is wrong; where those before it are true, the check met what it is about. */
static void see(Evaluation *e, const Object *subject, bool held) {
    uint32_t operands[WITNESS_OPERANDS_MAX], count = cel_operands(&e->check->when, operands, WITNESS_OPERANDS_MAX);
    for (uint32_t i = 0; i + 1 < count; i++) {
        Value v = cel_evaluate_operand(&e->check->when, operands[i], &e->scope);
        if (held ? v.kind != VALUE_BOOL || !v.as.boolean : v.kind == VALUE_BOOL && !v.as.boolean) return;
    }
    Value place = held && e->check->shown ? cel_evaluate(e->check->shown, &e->scope) : value_object(subject);
    bool elsewhere = place.source && !value_is_null(place);
    checklist_see(e->run->seen, e->check, elsewhere ? (Evidence){place.source, place.span} : (Evidence){subject->source, subject->span}, held);
}

/* The hostile build asks what a guard refuses all the same: it must be false. */
static bool refuses(CheckRun *run, const Check *check, const Object *subject) {
    if (guard_allows(&check->guard, subject)) return false;
#ifdef HOSTILE
    if (run->blind || check->guard.of_subject || !check->guard.atom_count) return true;
    ArenaMark mark = arena_mark(&run->scratch);
    Evaluation e;
    evaluation_init(&e, run, check, subject);
    Value v = cel_evaluate(&check->when, &e.scope);
    ensure(v.kind != VALUE_HOLE && !(v.kind == VALUE_BOOL && v.as.boolean), "a guard refuses what is false");
    arena_reset(&run->scratch, mark);
#else
    (void)run;
#endif
    return true;
}

void check_run(CheckRun *run, const Object *subject) {
    Meeting meeting = meet(run, subject);
    for (const Check *check; run->steps < CHECK_STEPS_MAX && (check = next_check(&meeting));) {
        bool item = check->checklist_count && run->seen && !run->blind;
        Str system = subject->composite ? subject->composite->system : subject->source->system;
        bool all = !check->guard.of_subject && (item || watching(run, check));
        if ((!all && refuses(run, check, subject)) || !applies(check, system)) continue;
        ArenaMark mark = arena_mark(&run->scratch);
        Evaluation e;
        evaluation_init(&e, run, check, subject);
        if (watching(run, check)) witness(&e);
        Value v = cel_evaluate(&check->when, &e.scope);
        e.scope.reached = NULL;
        if (v.kind == VALUE_BOOL && v.as.boolean) report(&e, subject);
        else if (v.kind == VALUE_HOLE) run->holes[v.reason]++;
        if (item && (v.kind == VALUE_HOLE || (v.kind == VALUE_BOOL && !v.as.boolean))) see(&e, subject, v.kind == VALUE_BOOL);
        if (v.kind == VALUE_ERROR && !run->errors++) run->error = str_copy(run->results, value_str(v));
        run->steps += e.scope.steps;
        run->cut = run->cut || e.scope.steps > CEL_STEPS_MAX; /* an error like any other, but of the file and not of the check */
        arena_reset(&run->scratch, mark);
    }
}

/* ---- order, duplicates ---- */

static int compare(const void *a, const void *b) {
    const Finding *x = a, *y = b;
    int order = str_compare(x->source->path, y->source->path);
    if (order) return order;
    if (x->span.start != y->span.start) return x->span.start < y->span.start ? -1 : 1;
    order = str_compare(x->check->id, y->check->id);
    if (order) return order;
    if (x->span.end != y->span.end) return x->span.end < y->span.end ? -1 : 1;
    order = str_compare(x->resource, y->resource);
    if (order || !x->scenario_count || !y->scenario_count) return order;
    return str_compare(x->scenarios[0], y->scenarios[0]);
}

static bool has_scenario(const Finding *f, Str name) {
    for (uint32_t i = 0; i < f->scenario_count; i++) {
        if (str_eq(f->scenarios[i], name)) return true;
    }
    return false;
}

/* The same fault of the same place; in another scenario it may speak of other values. */
static bool same_place(const Finding *a, const Finding *b) {
    bool place = a->check == b->check && a->source == b->source && a->span.start == b->span.start && a->span.end == b->span.end;
    bool elsewhere = a->scenario_count && b->scenario_count && str_eq(a->resource, b->resource) && !has_scenario(b, a->scenarios[0]);
    return place && (elsewhere || str_eq(a->message.in[0], b->message.in[0]));
}

static void add_layers(Finding *f, const Finding *other, Arena *a) {
    Layer *all = arena_array(a, Layer, f->layer_count + other->layer_count);
    if (f->layer_count) memcpy(all, f->layers, f->layer_count * sizeof *all);
    if (other->layer_count) memcpy(all + f->layer_count, other->layers, other->layer_count * sizeof *all);
    f->layers = all;
    f->layer_count += other->layer_count;
}

static void add_scenarios(Finding *f, const Finding *other, Arena *a) {
    if (other->scenario_count && !has_scenario(f, other->scenarios[0])) add_layers(f, other, a);
    for (uint32_t i = 0; i < other->scenario_count; i++) {
        Str name = other->scenarios[i];
        if (has_scenario(f, name)) continue;
        Str *all = arena_array(a, Str, f->scenario_count + 1);
        if (f->scenario_count) memcpy(all, f->scenarios, f->scenario_count * sizeof *all);
        all[f->scenario_count] = name;
        f->scenarios = all;
        f->scenario_count++;
    }
}

static void drop_repeated(FindingVec *v, Arena *a) {
    uint32_t kept = 1;
    for (uint32_t i = 1; i < v->count; i++) {
        if (same_place(&v->items[i], &v->items[kept - 1])) add_scenarios(&v->items[kept - 1], &v->items[i], a);
        else v->items[kept++] = v->items[i];
    }
    v->count = kept;
}

/* `seen` takes over what `other` said; the graver of the two speaks. Who ignores one of them ignores the fault. */
static void join_faults(Finding *seen, const Finding *other, Arena *a) {
    const Check **also = arena_array(a, const Check *, seen->also_count + 1);
    if (seen->also_count) memcpy(also, seen->also, seen->also_count * sizeof *also);
    const Check *second = other->check;
    const struct Ignore *ignored = seen->ignored ? seen->ignored : other->ignored;
    uint32_t count = seen->also_count;
    Finding both = *seen;
    add_scenarios(&both, other, a);
    if (other->severity > seen->severity) {
        const FindingFix *fix = seen->fix;
        second = seen->check;
        *seen = *other;
        if (!seen->fix) seen->fix = fix;
    } else if (!seen->fix) seen->fix = other->fix;
    also[count] = second;
    seen->also = also;
    seen->also_count = count + 1;
    seen->ignored = ignored;
    seen->scenarios = both.scenarios;
    seen->scenario_count = both.scenario_count;
    seen->layers = both.layers;
    seen->layer_count = both.layer_count;
}

static Str fault_at(const Finding *f, Str fault, Arena *a) {
    return str_format(a, "%.*s\n%u\n%.*s\n%.*s", STR_ARGS(f->source->path), f->span.start, STR_ARGS(fault), STR_ARGS(f->resource));
}

/* The finding of a fault that `f` is part of. One that somebody made graver than the whole speaks for itself. */
static Finding *whole_of(const FindingVec *v, const Map *faults, const Finding *f, Arena *a) {
    for (uint32_t i = 0; i < f->check->part_of_count; i++) {
        uintptr_t at = (uintptr_t)map_get(faults, fault_at(f, f->check->part_of[i], a));
        if (at && &v->items[at - 1] != f && v->items[at - 1].severity >= f->severity) return &v->items[at - 1];
    }
    return NULL;
}

/* A part is told by the whole alone: who ignores the part has said nothing about the rest. */
static void fold_parts(FindingVec *v, const Map *faults, Arena *a) {
    bool *told = arena_zeros(a, bool, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        Finding *whole = whole_of(v, faults, &v->items[i], a);
        if (!whole) continue;
        const struct Ignore *ignored = whole->ignored;
        join_faults(whole, &v->items[i], a);
        whole->ignored = ignored;
        told[i] = true;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (!told[i]) v->items[kept++] = v->items[i];
    }
    v->count = kept;
}

/* Checks that name the same fault, at the same place of the same resource, are one finding. */
static void merge_faults(FindingVec *v, Arena *a) {
    Map faults = {0};
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        Finding *f = &v->items[i];
        void **slot = f->check->fault.len ? map_slot(a, &faults, fault_at(f, f->check->fault, a)) : NULL;
        if (slot && *slot) {
            join_faults(&v->items[(uintptr_t)*slot - 1], f, a);
            continue;
        }
        v->items[kept++] = *f;
        if (slot) *slot = (void *)(uintptr_t)kept;
    }
    v->count = kept;
    if (faults.count) fold_parts(v, &faults, a);
}

void findings_finish(FindingVec *v, Arena *a) {
    if (!v->count) return;
    qsort(v->items, v->count, sizeof *v->items, compare);
    drop_repeated(v, a);
    merge_faults(v, a);
    /* Equals get an ordinal, in file order. */
    Map seen = {0};
    for (uint32_t i = 0; i < v->count; i++) {
        Finding *f = &v->items[i];
        if (!f->identity.len) f->identity = identity_of(f, a); /* no check made it */
        uintptr_t ordinal = (uintptr_t)map_get(&seen, f->identity);
        map_put(a, &seen, f->identity, (void *)(ordinal + 1));
        f->id = finding_id(f->identity, (uint32_t)ordinal, a);
    }
}
