/* Folders with the sign of a stack are units; the first stack by rank that finds all it needs takes the folder.
 * Invariant: the order of rules and paths alone decides, so the same files give the same answers. */
#include "generate/detect.h"

#define UNIT_DEPTH 5 /* folders deep, from the root */

static Value answer_pin(CelScope *scope, Str function, const Value *arguments, uint32_t count) {
    if (!str_is(function, "pin") || count != 1 || arguments[0].kind != VALUE_STRING) return value_hole(HOLE_UNREAD);
    Str pin = release_pin(value_str(arguments[0]), scope->arena);
    return pin.len ? value_string(pin) : value_hole(HOLE_UNREAD);
}

CelScope detect_scope(Detection *d) { return (CelScope){.arena = d->a, .regexes = &d->regexes, .host = answer_pin, .context = d}; }

bool detect_holds(Detection *d, const CelProgram *when, const Value *values) {
    if (!when) return true;
    CelScope scope = detect_scope(d);
    scope.variables = values;
    return value_is_true(cel_evaluate(when, &scope));
}

static Value unit_map(const Detection *d, const Component *unit) {
    const Templates *t = d->templates;
    Entry *entries = arena_array(d->a, Entry, t->facts.count + 2);
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->facts.count; i++) {
        if (!value_is_null(unit->answers[i].value)) entries[count++] = (Entry){value_string(t->facts.items[i].name), unit->answers[i].value};
    }
    entries[count++] = (Entry){value_string(STR("stack")), value_string(unit->stack->id)};
    entries[count++] = (Entry){value_string(STR("folder")), value_string(unit->folder)};
    return value_map(entries, count);
}

void detect_values(const Detection *d, const Component *unit, Value *out) {
    const Templates *t = d->templates;
    const Answer *answers = unit ? unit->answers : d->repository;
    for (uint32_t i = 0; i < t->facts.count; i++) out[i] = answers ? answers[i].value : value_null();
    Value *extras = out + t->facts.count;
    extras[EXTRA_STACK] = unit ? value_string(unit->stack->id) : value_null();
    extras[EXTRA_FOLDER] = unit ? value_string(unit->folder) : value_null();
    extras[EXTRA_UNITS] = d->list;
    Str here = unit && unit->folder.len ? str_base_name(str_slice(unit->folder, 0, unit->folder.len - 1)) : d->survey->root_name;
    extras[EXTRA_HERE] = fact_value(FACT_NAME, here, d->a);
    extras[EXTRA_IT] = extras[EXTRA_AT] = value_null();
}

/* What the command line says wins. */
static bool given(const Detection *d, uint32_t fact, Answer *out) {
    bool any = false;
    for (uint32_t i = 0; i < d->setting_count; i++) {
        if (d->settings[i].fact != fact) continue;
        *out = (Answer){.value = fact_value((FactType)d->templates->facts.items[fact].type, d->settings[i].value, d->a), .given = true};
        any = !value_is_null(out->value);
    }
    return any;
}

static void ask_rules(Probe *p) {
    Map dependencies = {0};
    p->dependencies = &dependencies;
    rule_dependencies(p);
    for (uint32_t f = 0; f < p->stack->fact_count; f++) {
        const FactRules *rules = &p->stack->facts[f];
        Answer *answer = &p->answers[rules->fact], found;
        if (blank_uses(&p->settled, rules->fact) || given(p->d, rules->fact, answer)) continue;
        p->unmet = (Ground){0};
        for (uint32_t r = 0; r < rules->count; r++) {
            if (!rule_apply(p, &rules->rules[r], rules->fact, &found)) continue;
            *answer = found;
            answer->unmet = p->unmet;
            if (p->unmet.file.len) answer->release.standing = RELEASE_ELSEWHERE;
            blank_use(&p->found, rules->fact);
            break;
        }
    }
}

static bool is_complete(const Component *unit) {
    for (uint32_t i = 0; i < unit->stack->need_count; i++) {
        if (value_is_null(unit->answers[unit->stack->needs[i]].value)) return false;
    }
    return true;
}

static Component ask(Detection *d, const Stack *stack, Str folder, Str sign) {
    Component unit = {.stack = stack, .folder = folder, .sign = sign, .answers = arena_zeros(d->a, Answer, d->templates->facts.count)};
    for (uint32_t i = 0; i < d->templates->facts.count; i++) unit.answers[i] = d->repository[i];
    Probe common = {.d = d, .stack = &d->templates->common, .folder = folder, .answers = unit.answers};
    ask_rules(&common);
    Probe probe = {.d = d, .stack = stack, .folder = folder, .answers = unit.answers, .settled = common.found};
    ask_rules(&probe);
    unit.complete = is_complete(&unit);
    return unit;
}

/* The sign of `stack` that a file is: its name, or its ending where the sign begins with a star. */
static bool is_sign(const Stack *stack, Str name) {
    for (uint32_t i = 0; i < stack->sign_count; i++) {
        Str sign = stack->signs[i];
        if (str_eq(sign, name) || (str_starts(sign, STR("*")) && str_ends(name, str_skip(sign, 1)))) return true;
    }
    return false;
}

static bool may_hold_unit(const Templates *t, Str folder) {
    Str part, rest = folder;
    uint32_t depth = 0;
    while (rest.len && str_next(&rest, '/', &part)) {
        if (part.len && (part.at[0] == '.' || map_has(&t->no_units, part))) return false;
        depth++;
    }
    return depth <= UNIT_DEPTH;
}

static Component *unit_of(Component *units, uint32_t count, Str folder) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(units[i].folder, folder)) return &units[i];
    }
    return NULL;
}

static void add_unit(Detection *d, const Stack *stack, Str folder, Str sign) {
    Component *other = unit_of(d->incomplete, d->incomplete_count, folder);
    if (unit_of(d->units, d->unit_count, folder) || (other && other->stack == stack)) return;
    if (d->unit_count == UNITS_MAX) {
        map_put(d->a, &d->left, folder, d);
        return;
    }
    Component unit = ask(d, stack, folder, sign);
    if (unit.complete) d->units[d->unit_count++] = unit;
    else if (!other && d->incomplete_count < UNITS_MAX) d->incomplete[d->incomplete_count++] = unit;
    if (!unit.complete || !other) return;
    *other = d->incomplete[--d->incomplete_count]; /* what one stack could not start, the next can */
}

void detect_refuse(Detection *d, Refusal refusal) {
    vec_each(Refusal, r, &d->refusals) {
        if (r->fact == refusal.fact && r->at.line == refusal.at.line && str_eq(r->at.file, refusal.at.file)) return;
    }
    if (d->refusals.count < REFUSALS_MAX) vec_push(d->a, &d->refusals, refusal);
}

/* A folder is written into commands and paths: one that is no word gets nothing, and is told. */
static bool is_writable(Detection *d, Str folder, Str sign) {
    if (!folder.len || !value_is_null(fact_value(FACT_PATH, str_slice(folder, 0, folder.len - 1), d->a))) return true;
    detect_refuse(d, (Refusal){{.file = sign}, REFUSED_FOLDER});
    return false;
}

static void sort_units(Detection *d) {
    for (uint32_t i = 1; i < d->unit_count; i++) {
        for (uint32_t k = i; k && str_compare(d->units[k].folder, d->units[k - 1].folder) < 0; k--) {
            Component other = d->units[k];
            d->units[k] = d->units[k - 1];
            d->units[k - 1] = other;
        }
    }
}

/* Two units of one name would be one Deployment: the folder tells them apart. */
static void part_names(Detection *d) {
    int name = fact_find(d->templates, STR("name"));
    for (uint32_t i = 0; name >= 0 && i < d->unit_count; i++) {
        Answer *answer = &d->units[i].answers[name];
        bool twin = false;
        for (uint32_t k = 0; k < d->unit_count; k++) twin = twin || (k != i && str_eq(value_text(d->units[k].answers[name].value), value_text(answer->value)));
        Str folder = d->units[i].folder;
        if (!twin || !folder.len) continue;
        Buf path = {0};
        for (size_t c = 0; c + 1 < folder.len; c++) buf_byte(&path, folder.at[c] == '/' ? '-' : folder.at[c]);
        Value apart = fact_value(FACT_NAME, buf_str(&path), d->a);
        if (!value_is_null(apart)) answer->value = apart;
        buf_free(&path);
    }
}

static Str folder_of(Str path) { return str_slice(path, 0, path.len - str_base_name(path).len); }

static void add_units(Detection *d, const Stack *stack) {
    const Survey *s = d->survey;
    d->signed_folders = (Map){0};
    for (uint32_t i = 0; i < s->count; i++) {
        if (is_sign(stack, str_base_name(s->paths[i]))) map_put(d->a, &d->signed_folders, folder_of(s->paths[i]), d);
    }
    for (uint32_t i = 0; i < s->count; i++) {
        Str path = s->paths[i], folder = folder_of(path);
        if (is_sign(stack, str_base_name(path)) && may_hold_unit(d->templates, folder) && is_writable(d, folder, path)) add_unit(d, stack, folder, path);
    }
}

void detect(Detection *d) {
    const Templates *t = d->templates;
    d->repository = NULL;
    Answer *answers = arena_zeros(d->a, Answer, t->facts.count);
    Probe once = {.d = d, .stack = &t->repository, .folder = STR(""), .answers = answers};
    ask_rules(&once);
    d->repository = answers;
    for (uint32_t s = 0; s < t->stacks.count; s++) add_units(d, &t->stacks.items[s]);
    sort_units(d);
    part_names(d);
    Value *units = arena_array(d->a, Value, d->unit_count);
    for (uint32_t i = 0; i < d->unit_count; i++) units[i] = unit_map(d, &d->units[i]);
    d->list = value_list(units, d->unit_count);
}
