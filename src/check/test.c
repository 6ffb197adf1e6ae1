/* A law is a sentence about every check; an example that breaks one is named with its line in the check's file. */
#include "check/test.h"

#include "check/catalogue.h"
#include "check/prose.h"
#include "check/run.h"

typedef struct Trial {
    const Check *check;
    TestReport *report;
} Trial;

/* `line` 0: of the check as a whole. */
PRINTF(4, 5) static void law(Trial *t, uint32_t line, bool holds, const char *format, ...) {
    if (holds) {
        t->report->passed++;
        return;
    }
    t->report->failed++;
    Arena scratch = {0};
    va_list args;
    va_start(args, format);
    Str text = str_formatv(&scratch, format, args);
    va_end(args);
    const Check *c = t->check;
    Str row = str_eq(c->file, c->id) ? STR("") : str_format(&scratch, " %.*s:", STR_ARGS(c->id));
    buf_print(t->report->out, "%.*s/%.*s.yaml:%u:%.*s %.*s\n", STR_ARGS(t->report->folder), STR_ARGS(c->file), line ? line : c->line, STR_ARGS(row), STR_ARGS(text));
    arena_free(&scratch);
}

static bool marked(const Example *e, const Finding *f) {
    uint32_t line = source_place(f->source, f->span.start).line;
    for (uint32_t i = 0; i < e->marks.count; i++) {
        const ExampleMark *m = &e->marks.items[i];
        if (m->line == line && str_eq(e->files.items[m->file].path, f->source->path)) return true;
    }
    return false;
}

static const Finding *at_mark(const Example *e, const ExampleMark *m, const TestResult *r) {
    for (uint32_t i = 0; i < r->findings.count; i++) {
        const Finding *f = &r->findings.items[i];
        bool here = source_place(f->source, f->span.start).line == m->line && str_eq(f->source->path, e->files.items[m->file].path);
        if (here && (!m->says.len || str_has(f->message.in[LANGUAGE_EN], m->says))) return f;
    }
    return NULL;
}

static void law_bad(Trial *t, const Example *e, const TestResult *r) {
    law(t, e->line, r->errors == 0, "bad: the evaluation ended in an error: %.*s", STR_ARGS(r->error));
    law(t, e->line, r->findings.count > 0, "bad: nothing is found");
    for (uint32_t i = 0; i < e->marks.count; i++) {
        const ExampleMark *m = &e->marks.items[i];
        law(t, e->line, at_mark(e, m, r) != NULL, "bad: nothing that says '%.*s' is found at line %u of %.*s", STR_ARGS(m->says), m->line, STR_ARGS(e->files.items[m->file].path));
    }
    for (uint32_t i = 0; e->marks.count && i < r->findings.count; i++) {
        const Finding *f = &r->findings.items[i];
        law(t, e->line, marked(e, f), "bad: line %u is found, and not marked", source_place(f->source, f->span.start).line);
    }
}

static void law_quiet(Trial *t, const Example *e, const TestResult *r, const char *name) {
    uint32_t line = r->findings.count ? source_place(r->findings.items[0].source, r->findings.items[0].span.start).line : 0;
    law(t, e->line, r->findings.count == 0, "%s: line %u is found", name, line);
}

static void law_prose(Trial *t) {
    const Check *c = t->check;
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        Str title = c->title.in[l];
        law(t, 0, title.len && title.at[title.len - 1] != '.', "prose: a title has no final period");
        law(t, 0, c->say[l].part_count > 0 && c->solve[l].part_count > 0 && c->why.in[l].len > 0, "prose: say, solve and why are written in both languages");
    }
    const char *fault = prose_fault(c);
    law(t, 0, !fault, "prose: %s", fault ? fault : "");
    law(t, 0, !str_eq(c->title.in[0], c->title.in[1]), "prose: the title is the same in both languages");
    law(t, 0, c->reference_count > 0, "prose: a reference says why it is right");
    for (uint32_t i = 0; i < c->reference_count; i++) {
        law(t, 0, str_starts(c->references[i], STR("https://")), "prose: '%.*s' is no https link", STR_ARGS(c->references[i]));
    }
}

/* ---- what all the examples show together ---- */

static uint8_t *unreached(Arena *a, const CelProgram *program) { return arena_zeros(a, uint8_t, program->count); }

static void witness_init(CheckWitness *w, const Check *check, Arena *a) {
    *w = (CheckWitness){.check = check, .reached = arena_array(a, uint8_t *, check->let_count + 1)};
    w->operand_count = cel_operands(&check->when, w->operands, WITNESS_OPERANDS_MAX);
    w->reached[0] = unreached(a, &check->when);
    for (uint32_t i = 0; i < check->let_count; i++) w->reached[i + 1] = unreached(a, &check->lets[i].program);
}

/* Of a block the type tells the kind: a check that reads no more says that the subject is there, and so is never false. */
static bool says_there(const Check *check) {
    const Str kind = STR("block_kind");
    Str field;
    for (uint32_t node = 0; cel_next_path(&check->when, &node, &field); node++) {
        if (!str_eq(field, kind)) return false;
    }
    return check->guard.of_subject;
}

/* Each operand of `when` is once true and once false, so that a good example is never merely unrelated. The guard says what the
 * check is about, as `subject` does: that it is false for something else shows nothing. */
static void law_near_miss(Trial *t, const CheckWitness *w) {
    bool guarded = says_there(t->check) || t->check->guard.leads;
    for (uint32_t i = 0; i < w->operand_count; i++) {
        bool yes = w->seen_true >> i & 1, no = (w->seen_false >> i & 1) || (i == 0 && guarded);
        law(t, 0, yes && no, "near miss: operand %u of `when` is never %s in an example", i + 1, yes ? "false" : "true");
    }
}

/* Each field that is read was there once, so that a misspelt one is noticed. A field that is looked for twice needs one. */
static void law_reach(Trial *t, const CelProgram *program, const uint8_t *reached, Str name) {
    Str field, other;
    for (uint32_t node = 0; cel_next_path(program, &node, &field); node++) {
        bool once = reached[node] != 0;
        for (uint32_t i = 0; !once && cel_next_path(program, &i, &other); i++) once = reached[i] && str_eq(field, other);
        law(t, 0, once, "reach: no example has the field '%.*s' that `%.*s` reads", STR_ARGS(field), STR_ARGS(name));
    }
}

static bool same_prose(Prose a, Prose b) { return str_eq(a.in[LANGUAGE_EN], b.in[LANGUAGE_EN]) || str_eq(a.in[LANGUAGE_ES], b.in[LANGUAGE_ES]); }

/* Rows of a table differ in what they say, and not only in what they look at: a form's title tells them apart by a column. */
static void law_own_words(Trial *t, const Check *const *all, uint32_t count) {
    const Check *check = t->check, *twin = NULL;
    for (uint32_t i = 0; i < count && !str_eq(check->file, check->id); i++) {
        if (all[i] < check && str_eq(all[i]->file, check->file) && same_prose(all[i]->title, check->title)) twin = all[i];
    }
    law(t, 0, !twin, "own words: the title is that of %.*s", STR_ARGS((twin ? twin : check)->id));
}

/* A fix mends all that its check finds, or says by `when` what it can't; it brings nothing else. */
static void law_fix(Trial *t, const Example *e, TestFixed r, uint32_t *fixed) {
    law(t, e->line, r.harmful == 0, "fix: it brings another finding, leaves its own, or the file can't be read any more");
    law(t, e->line, !r.unstable, "fix: a second run changes something");
    law(t, e->line, t->check->fix->when || r.fixed >= r.found, "fix: %u of %u findings have no fix; say by `when` which can't be mended", r.found - r.fixed, r.found);
    *fixed += r.fixed;
}

void check_test(const Check *check, const TestRunner *runner, TestReport *report) {
    Trial t = {check, report};
    Arena arena = {0};
    ExampleVec examples = {0};
    check_examples(check, &arena, &examples);
    uint32_t bad = 0, good = 0, fixed = 0;
    CheckWitness witness;
    witness_init(&witness, check, &arena);
    for (uint32_t i = 0; i < examples.count; i++) {
        const Example *e = &examples.items[i];
        TestResult r = runner->scan(runner->data, check, e, false, &witness);
        e->bad ? law_bad(&t, e, &r) : law_quiet(&t, e, &r, "good");
        runner->done(runner->data);
        r = runner->scan(runner->data, check, e, true, NULL);
        law_quiet(&t, e, &r, "unknown");
        runner->done(runner->data);
        if (e->bad && check->fix) law_fix(&t, e, runner->fix(runner->data, check, e), &fixed);
        e->bad ? bad++ : good++;
    }
    law(&t, 0, !check->fix || fixed > 0, "fix: it mends none of the bad examples");
    law(&t, 0, bad > 0, "there is no bad example");
    law(&t, 0, good > 0, "there is no good example");
    law_near_miss(&t, &witness);
    law_reach(&t, &check->when, witness.reached[0], STR("when"));
    for (uint32_t i = 0; i < check->let_count; i++) law_reach(&t, &check->lets[i].program, witness.reached[i + 1], check->lets[i].name);
    law_prose(&t);
    law_own_words(&t, runner->all, runner->count);
    arena_free(&arena);
}
