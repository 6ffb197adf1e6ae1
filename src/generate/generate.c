/* A kind's files, filled for the repository or for each unit.
 * Invariant: a file is whole or not there; what a placeholder stands for is always listed. */
#include "generate/generate.h"

#include <stdlib.h>

typedef struct Maker {
    Detection *d;
    const Kind *kind;
    Language language;
    bool apart; /* each unit's files stand for themselves */
    Generation *out;
} Maker;

static bool fill(Maker *m, const Blank *blank, const Value *values, Str *out, Error *err) {
    CelScope scope = detect_scope(m->d);
    Buf text = {0};
    bool ok = blank_fill(blank, values, m->d->templates->variable_count, m->language, &scope, &text, err);
    *out = str_copy(m->d->a, buf_str(&text));
    buf_free(&text);
    return ok;
}

static void note_needs(Maker *m) {
    Value values[VARIABLES_MAX];
    detect_values(m->d, NULL, values);
    for (uint32_t i = 0; i < m->kind->after_count; i++) {
        if (detect_holds(m->d, m->kind->after[i].when, values)) vec_push(m->d->a, &m->out->after, m->kind->after[i].kind);
    }
}

/* What was used was made of other facts, and these of others. */
static void add_grounds(const Detection *d, const Answer *answers, BlankUses *uses) {
    uint32_t facts = d->templates->facts.count;
    for (BlankUses before = {{0}}; memcmp(&before, uses, sizeof before) != 0;) {
        before = *uses;
        for (uint32_t f = 0; f < facts; f++) {
            const Rule *rule = blank_uses(uses, f) ? answers[f].rule : NULL;
            for (uint32_t v = 0; rule && rule->value && v < d->templates->variable_count; v++) {
                if (blank_uses(&rule->value->uses, v)) blank_use(uses, v);
            }
        }
    }
}

static void note_decisions(Maker *m, const Component *unit, BlankUses uses) {
    const Templates *t = m->d->templates;
    const Answer *answers = unit ? unit->answers : m->d->repository;
    add_grounds(m->d, answers, &uses);
    for (uint32_t f = 0; f < t->facts.count; f++) {
        if (blank_uses(&uses, f)) blank_use(&m->out->uses, f);
    }
    for (uint32_t f = 0; f < t->facts.count; f++) {
        const Answer *a = &answers[f];
        if (!blank_uses(&uses, f) || !((a->rule && a->rule->ask) || a->rival_count || a->release.standing)) continue;
        bool known = false;
        vec_each(Decision, d, &m->out->decisions) known = known || (!d->said.len && d->fact == f && (d->unit == unit || a->rule == m->d->repository[f].rule));
        if (!known) vec_push(m->d->a, &m->out->decisions, ((Decision){.fact = f, .unit = unit}));
    }
}

static bool make_file(Maker *m, const KindFile *file, const Component *unit, Error *err) {
    Detection *d = m->d;
    Value values[VARIABLES_MAX];
    Str path, name, bytes;
    detect_values(d, unit, values);
    if (!detect_holds(d, file->when, values)) return true;
    if (!fill(m, &file->path, values, &path, err) || !fill(m, &file->text, values, &name, err)) return false;
    const Blank *text = map_get(&d->templates->blanks, name);
    if (!text) return error_set(err, "there is no template '%.*s' yet; write that file by hand", STR_ARGS(name));
    if (!fill(m, text, values, &bytes, err)) return false;
    vec_push(d->a, &m->out->files, ((NewFile){path, bytes, file->executable, m->apart && unit ? 1 + (uint32_t)(unit - d->units) : 0}));
    note_decisions(m, unit, text->uses);
    for (uint32_t i = 0; !unit && i < d->unit_count; i++) note_decisions(m, &d->units[i], text->uses);
    return true;
}

static void make(Maker *m, const KindFile *file, const Component *unit) {
    Error err;
    if (make_file(m, file, unit, &err)) return;
    if (!m->out->failed++) m->out->err = err;
}

static int compare_files(const void *a, const void *b) { return str_compare(((const NewFile *)a)->path, ((const NewFile *)b)->path); }

static bool has_needs(const Component *unit, const Kind *kind) {
    for (uint32_t i = 0; i < kind->need_count; i++) {
        if (value_is_null(unit->answers[kind->needs[i]].value)) return false;
    }
    return true;
}

static void note_task(Maker *m, const KindTask *task, const Component *unit) {
    Value values[VARIABLES_MAX];
    Decision decision = {.unit = unit};
    Error err;
    detect_values(m->d, unit, values);
    if (!detect_holds(m->d, task->when, values) || !fill(m, task->say[m->language], values, &decision.said, &err)) return;
    if (task->at && !fill(m, task->at, values, &decision.seek, &err)) return;
    vec_push(m->d->a, &m->out->decisions, decision);
}

static void note_tasks(Maker *m) {
    for (uint32_t t = 0; t < m->kind->task_count; t++) {
        const KindTask *task = &m->kind->tasks[t];
        if (!task->each) note_task(m, task, NULL);
        for (uint32_t i = 0; task->each && i < m->d->unit_count; i++) {
            if (has_needs(&m->d->units[i], m->kind)) note_task(m, task, &m->d->units[i]);
        }
    }
}

/* Where the value of a decision stands first. */
static void place_decisions(Maker *m) {
    vec_each(Decision, d, &m->out->decisions) {
        const Answer *a = d->unit ? &d->unit->answers[d->fact] : &m->d->repository[d->fact];
        Str value = d->said.len ? d->seek : value_text(a->value);
        for (uint32_t i = 0; value.len > 3 && !d->file.len && i < m->out->files.count; i++) {
            NewFile *file = &m->out->files.items[i];
            size_t at = str_find(file->bytes, value);
            if (at == STR_NONE) continue;
            d->file = file->path;
            d->line = 1;
            for (size_t c = 0; c < at; c++) d->line += file->bytes.at[c] == '\n';
        }
    }
}

/* What is missing of the unit that comes nearest. */
static bool lacking(const Detection *d, const Kind *kind, Language language, Error *err) {
    const Templates *t = d->templates;
    if (!d->incomplete_count) {
        Buf names = {0};
        for (uint32_t i = 0; i < t->stacks.count; i++) buf_print(&names, "%s%.*s", i ? ", " : "", STR_ARGS(t->stacks.items[i].title.in[language]));
        error_set(err, "nothing here says what this repository is made of; known are %.*s", STR_ARGS(buf_str(&names)));
        buf_free(&names);
        return false;
    }
    const Component *unit = &d->incomplete[0];
    for (uint32_t i = 0; i < unit->stack->need_count; i++) {
        const Fact *fact = &t->facts.items[unit->stack->needs[i]];
        if (value_is_null(unit->answers[unit->stack->needs[i]].value)) {
            return error_set(err, "%.*s: %.*s, but nothing says this: %.*s. Tell it: infra new %.*s --set %.*s=VALUE", STR_ARGS(unit->sign), STR_ARGS(unit->stack->title.in[language]),
                             STR_ARGS(fact->title.in[language]), STR_ARGS(kind->id), STR_ARGS(fact->name));
        }
    }
    return false;
}

bool generate(Detection *d, const Kind *kind, Language language, Generation *out, Error *err) {
    *out = (Generation){0};
    Maker m = {.d = d, .kind = kind, .language = language, .apart = true, .out = out};
    for (uint32_t f = 0; f < kind->file_count; f++) m.apart = m.apart && kind->files[f].each;
    if (!d->unit_count && !kind->alone) return lacking(d, kind, language, err);
    for (uint32_t f = 0; f < kind->file_count; f++) {
        const KindFile *file = &kind->files[f];
        if (!file->each) make(&m, file, NULL);
        for (uint32_t i = 0; file->each && i < d->unit_count; i++) {
            if (has_needs(&d->units[i], kind)) make(&m, file, &d->units[i]);
        }
    }
    if (out->files.count) qsort(out->files.items, out->files.count, sizeof(NewFile), compare_files);
    if (out->files.count) note_tasks(&m);
    place_decisions(&m);
    note_needs(&m);
    if (out->files.count) return true;
    if (!out->failed) return error_set(err, "nothing of this kind fits what was found here");
    *err = out->err;
    return false;
}
