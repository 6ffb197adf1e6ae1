/* The engineer's report: the verdict; what is known already; for each affected file one section with context, analysis, solution, why
 * this is correct and considerations; other scanners; the checklist; what a deploy still lacks; the coverage.
 * Invariant: what a section says of its findings it says once, the worst first. */
#include "report/engineer.h"

#include "base/map.h"
#include "model/project.h"
#include "report/fixes.h"
#include "report/guidance.h"

#include <stdlib.h>

void markdown_render(const Review *review, const ReportOptions *options, Buf *out);
void report_render(const Review *review, const ReportOptions *options, Buf *out);

#define LINES_NAMED 12        /* of one check in one file: more is a number */
#define CONSIDERATIONS_MAX 6
#define EXAMPLES_MAX 3        /* in one section */

/* What the sections before have said already. */
typedef struct Told {
    Map reasons;              /* given in full */
    Map examples;             /* checks of which one was shown */
    bool tried;               /* that the fixes were not */
    Arena arena;              /* of the report */
    const ReportOptions *options;
} Told;

typedef struct Section {
    Page *page;
    const Finding **items;    /* of one file, the worst first */
    uint32_t count;
    bool opens;               /* the first one: it is said once that somebody speaks */
    struct Told *told;
} Section;

static Str say(const Page *p, Prose prose) { return prose.in[p->language]; }
static bool spanish(const Page *p) { return p->language == LANGUAGE_ES; }
static uint32_t line_of(const Finding *f) { return source_place(f->source, f->span.start).line; }

static int worst_first(const void *a, const void *b) {
    const Finding *x = *(const Finding *const *)a, *y = *(const Finding *const *)b;
    if (x->blocks != y->blocks) return x->blocks ? -1 : 1;
    if (x->severity != y->severity) return x->severity > y->severity ? -1 : 1;
    return x < y ? -1 : x > y;
}

static bool is_first(const Section *s, uint32_t index) {
    for (uint32_t i = 0; i < index; i++) {
        if (s->items[i]->check == s->items[index]->check) return false;
    }
    return true;
}

/* ---- context ---- */

static Str title_in_sentence(const Page *p, Prose title, Arena *a) {
    Str text = say(p, title);
    bool word = text.len > 1 && text.at[0] >= 'A' && text.at[0] <= 'Z' && text.at[1] >= 'a' && text.at[1] <= 'z';
    if (!word) return text;
    char *copy = arena_array(a, char, text.len);
    memcpy(copy, text.at, text.len);
    copy[0] = (char)(copy[0] + ('a' - 'A'));
    return (Str){copy, text.len};
}

static Str noun(const Page *p, Str system) {
    static const struct { const char *system; Prose noun; } nouns[] = {
        {"dockerfile", PROSE_INIT("this Dockerfile", "este Dockerfile")}, {"dockerignore", PROSE_INIT("this .dockerignore", "este .dockerignore")},
        {"compose", PROSE_INIT("this Compose file", "este Compose")}, {"kubernetes", PROSE_INIT("this manifest", "este manifiesto")},
        {"helm", PROSE_INIT("this chart", "este chart")}, {"kustomize", PROSE_INIT("this kustomization", "este kustomization")},
        {"github-actions", PROSE_INIT("this workflow", "este workflow")}, {"gitlab-ci", PROSE_INIT("this pipeline", "este pipeline")},
        {"terraform", PROSE_INIT("this Terraform", "este Terraform")}, {"cloudformation", PROSE_INIT("this template", "este template")},
    };
    for (size_t i = 0; i < ARRAY_COUNT(nouns); i++) {
        if (str_is(system, nouns[i].system)) return say(p, nouns[i].noun);
    }
    return spanish(p) ? STR("este archivo") : STR("this file");
}

/* "has 16 things to fix, and 10 of them hold the merge." */
static void how_much(Page *p, uint32_t count, uint32_t blocking) {
    bool es = spanish(p), all = blocking == count, both = count == 2;
    if (count == 1) {
        page_print(p, es ? (blocking ? " tiene una cosa para arreglar, y frena el merge." : " tiene una cosa para mejorar; no frena el merge.") : blocking ? " has one thing to fix, and it holds the merge." : " has one thing to improve; it does not hold the merge.");
        return;
    }
    page_print(p, es ? " tiene %s%.0u cosas para %s" : " has %s%.0u things to %s", both ? es ? "dos" : "two" : "", both ? 0 : count, es ? (blocking ? "arreglar" : "mejorar") : blocking ? "fix" : "improve");
    if (!blocking) page_print(p, es ? "; ninguna frena el merge." : both ? "; neither holds the merge." : "; none holds the merge.");
    else if (all) page_print(p, es ? (both ? ", y las dos frenan el merge." : ", y todas frenan el merge.") : both ? ", and both hold the merge." : ", and all of them hold the merge.");
    else if (blocking == 1) page_print(p, es ? ", y una frena el merge." : ", and one of them holds the merge.");
    else page_print(p, es ? ", y %u frenan el merge." : ", and %u of them hold the merge.", blocking);
}

static void context(Section *s) {
    Page *p = s->page;
    Arena a = {0};
    const Finding *first = s->items[0];
    uint32_t blocking = 0;
    for (uint32_t i = 0; i < s->count; i++) blocking += s->items[i]->blocks;
    page_heading_start(p, 2);
    page_path(p, first->source->path, 0);
    page_heading_end(p);
    Str what = noun(p, first->source->system);
    if (s->opens) page_print(p, spanish(p) ? "Mirá, %.*s" : "Look, %.*s", STR_ARGS(what));
    else page_print(p, "%c%.*s", what.at[0] - ('a' - 'A'), STR_ARGS(str_skip(what, 1))); /* they begin with a small letter */
    how_much(p, s->count, blocking);
    if (s->count > 2) {
        page_print(p, spanish(p) ? " Arrancá por la línea %u: " : " Start at line %u: ", line_of(first));
        page_prose(p, title_in_sentence(p, first->check->title, &a));
        page_print(p, ".");
    }
    page_line(p);
    arena_free(&a);
}

/* ---- analysis ---- */

/* The other places of the same check: one line for all of them. */
static void other_places(Section *s, uint32_t index) {
    Page *p = s->page;
    uint32_t more = 0, last = line_of(s->items[index]);
    for (uint32_t i = index + 1; i < s->count; i++) {
        uint32_t line = line_of(s->items[i]);
        if (s->items[i]->check != s->items[index]->check || line == last) continue;
        last = line;
        if (more < LINES_NAMED) page_print(p, more ? ", %u" : spanish(p) ? "; también en las líneas %u" : "; also at lines %u", line);
        more++;
    }
    if (more > LINES_NAMED) page_print(p, spanish(p) ? " y %u más" : " and %u more", more - LINES_NAMED);
}

static uint32_t of_check(const Section *s, const Check *check) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->count; i++) count += s->items[i]->check == check;
    return count;
}

static void remembered(Section *s, const Finding *f) {
    Page *p = s->page;
    if (f->accepted.len) {
        page_print(p, spanish(p) ? " — aceptado por " : " — accepted by ");
        page_prose(p, f->accepted);
    }
    if (!f->known) return;
    page_line(p);
    page_print(p, p->plain ? "    " : "  ");
    page_print(p, f->known->kind == KNOWN_ANTI_PATTERN ? (spanish(p) ? "La memoria ya lo marca como anti-patrón: " : "The memory calls this an anti-pattern: ") : spanish(p) ? "Ya nos pasó (%.*s). Lo que lo resolvió: " : "We have been here (%.*s). What solved it: ", STR_ARGS(f->known->id));
    page_prose(p, f->known->said);
    if (!str_ends(f->known->said, STR("."))) page_print(p, ".");
    if (f->known->prevention.len) page_print(p, spanish(p) ? " Para que no vuelva: " : " So that it does not return: ");
    page_prose(p, f->known->prevention);
}

/* In which of several builds it is. */
static void built(Page *p, const Finding *f) {
    Buf text = {0};
    report_scenarios(f, p->language, &text);
    if (text.len) page_print(p, " (");
    page_prose(p, buf_str(&text));
    if (text.len) page_print(p, ")");
    buf_free(&text);
}

static void told(Section *s, uint32_t i, bool alone) {
    Page *p = s->page;
    const Finding *f = s->items[i];
    page_bullet(p);
    page_path(p, f->source->path, line_of(f));
    page_print(p, " ");
    page_strong(p, say(p, severity_title(f->severity)));
    page_print(p, " ");
    page_prose(p, say(p, f->check->title));
    page_print(p, ". ");
    page_prose(p, say(p, f->message));
    built(p, f);
    if (!alone) other_places(s, i);
    page_print(p, p->plain ? " [%.*s]" : " (`%.*s`)", STR_ARGS(f->check->id));
    remembered(s, f);
    page_line(p);
}

static int by_place(const void *a, const void *b) {
    const Finding *x = *(const Finding *const *)a, *y = *(const Finding *const *)b;
    return x < y ? -1 : x > y;
}

static void evidence(Section *s) {
    Arena a = {0};
    const Finding **in_order = arena_array(&a, const Finding *, s->count);
    memcpy(in_order, s->items, s->count * sizeof *in_order);
    qsort(in_order, s->count, sizeof *in_order, by_place);
    Buf text = {0};
    uint32_t last = 0;
    for (uint32_t i = 0; i < s->count; i++) {
        uint32_t line = line_of(in_order[i]);
        if (line == last) continue;
        last = line;
        buf_print(&text, "%s%4u  ", text.len ? "\n" : "", line);
        Buf shown = {0};
        report_evidence(in_order[i], &shown);
        report_safe(&text, buf_str(&shown));
        buf_free(&shown);
    }
    page_line(s->page);
    page_code(s->page, "", buf_str(&text));
    buf_free(&text);
    arena_free(&a);
}

static void analysis(Section *s) {
    page_heading(s->page, 3, spanish(s->page) ? STR("Análisis") : STR("Analysis"));
    for (uint32_t i = 0; i < s->count; i++) {
        bool few = of_check(s, s->items[i]->check) < 4;
        if (few || is_first(s, i)) told(s, i, few);
    }
    evidence(s);
}

/* ---- solution, reasons, considerations ---- */

static const char *kind_of_code(Str system) {
    return str_is(system, "dockerfile") ? "dockerfile" : str_is(system, "terraform") ? "hcl" : str_is(system, "jenkins") ? "groovy" : str_is(system, "dockerignore") ? "" : "yaml";
}

/* A diff, its text made harmless. */
static void shown_diff(Page *p, const Buf *diff) {
    Buf safe = {0};
    Str rest = buf_str(diff), line;
    while (rest.len && str_next(&rest, '\n', &line)) {
        report_safe(&safe, line);
        buf_byte(&safe, '\n');
    }
    page_line(p);
    page_code(p, "diff", buf_str(&safe));
    buf_free(&safe);
}

static void fixes(Section *s) {
    Page *p = s->page;
    Buf safe = {0}, unsafe = {0};
    fixes_diff(s->items, s->count, &safe, &unsafe);
    if (safe.len) shown_diff(p, &safe);
    if (safe.len && !s->told->tried) page_print(p, spanish(p) ? "\nTodavía no lo probé: `infra fix` aplica el cambio, revisa el archivo de nuevo y lo escribe solo si no hace daño.\n" : "\nI have not tried this yet: `infra fix` makes the change, reviews the file again, and writes it only if it does no harm.\n");
    s->told->tried = s->told->tried || safe.len;
    if (unsafe.len) page_print(p, spanish(p) ? "\nEsto%s puede cambiar algo que hoy anda, así que miralo antes de aplicarlo (`infra fix --unsafe`):\n" : "\nThis%s can change what works today, so look at it before you apply it (`infra fix --unsafe`):\n", !safe.len ? "" : spanish(p) ? " otro" : " one");
    if (unsafe.len) shown_diff(p, &unsafe);
    buf_free(&safe);
    buf_free(&unsafe);
}

/* "Lines 3, 8 and 4 more: ", of the findings that are chained by `next`, which ends with itself. */
static void solved_lines(Section *s, uint32_t index, const uint32_t *next) {
    Page *p = s->page;
    uint32_t lines[LINES_NAMED] = {line_of(s->items[index])}, count = 1, last = lines[0];
    for (uint32_t i = index; next[i] != i; i = next[i]) {
        uint32_t line = line_of(s->items[next[i]]);
        if (line == last) continue;
        last = line;
        if (count < LINES_NAMED) lines[count] = line;
        count++;
    }
    page_print(p, count == 1 ? (spanish(p) ? "Línea %u" : "Line %u") : spanish(p) ? "Líneas %u" : "Lines %u", lines[0]);
    uint32_t shown = MIN(count, (uint32_t)LINES_NAMED);
    for (uint32_t i = 1; i < shown; i++) page_print(p, i + 1 < count ? ", %u" : spanish(p) ? " y %u" : " and %u", lines[i]);
    if (count > shown) page_print(p, spanish(p) ? " y %u más" : " and %u more", count - shown);
    page_print(p, ": ");
}

/* How it looks when it is right, where no diff shows that: once a check, and only of what holds the merge. */
static bool example(Section *s, const Finding *f) {
    const ReportOptions *options = s->told->options;
    void **told = map_slot(&s->told->arena, &s->told->examples, f->check->id);
    if (!f->blocks || fix_shown(f) || *told || !options->corrected) return false;
    *told = s->told;
    Str text = str_trim(options->corrected(f->check, f->source->path, &s->told->arena));
    if (!text.len || str_has(text, STR("```"))) return false;
    page_code_inside(s->page, kind_of_code(f->source->system), text);
    return true;
}

/* What is said in the same words is said once, with its lines; of a check that finds much, the first speaks for all. */
static void solution(Section *s) {
    Arena a = {0};
    Map last_of = {0}; /* → index + 1 */
    uint32_t *next = arena_array(&a, uint32_t, s->count);
    bool *told = arena_zeros(&a, bool, s->count);
    for (uint32_t i = 0; i < s->count; i++) {
        const Finding *f = s->items[i];
        Str words = of_check(s, f->check) < 4 ? say(s->page, f->solution) : STR("");
        void **last = map_slot(&a, &last_of, str_format(&a, "%.*s %.*s", STR_ARGS(f->check->id), STR_ARGS(words)));
        if (*last) next[(uintptr_t)*last - 1] = i;
        told[i] = *last != NULL;
        next[i] = i;
        *last = (void *)(uintptr_t)(i + 1);
    }
    uint32_t examples = 0;
    page_heading(s->page, 3, spanish(s->page) ? STR("Solución") : STR("Solution"));
    for (uint32_t i = 0; i < s->count; i++) {
        if (told[i]) continue;
        page_bullet(s->page);
        solved_lines(s, i, next);
        page_paragraph(s->page, say(s->page, s->items[i]->solution));
        if (examples < EXAMPLES_MAX) examples += example(s, s->items[i]);
    }
    arena_free(&a);
    fixes(s);
}

/* The whole reason where it is given first; after that its first sentence. */
static Str reason(Section *s, const Check *check) {
    Str why = str_trim(say(s->page, check->why));
    void **told = map_slot(&s->told->arena, &s->told->reasons, why);
    size_t end = *told ? str_find(why, STR(". ")) : STR_NONE;
    *told = s->told;
    return end == STR_NONE ? why : str_slice(why, 0, end + 1);
}

static void why_correct(Section *s) {
    Page *p = s->page;
    page_heading(p, 3, spanish(p) ? STR("Por qué esto es correcto") : STR("Why this is correct"));
    for (uint32_t i = 0; i < s->count; i++) {
        const Check *check = s->items[i]->check;
        bool known = false;
        for (uint32_t k = 0; k < i; k++) known = known || str_eq(say(p, s->items[k]->check->why), say(p, check->why));
        if (known) continue;
        page_bullet(p);
        page_prose(p, reason(s, check));
        if (check->reference_count) page_print(p, " ");
        if (check->reference_count) page_link(p, check->references[0]);
        page_line(p);
    }
}

static void consider(Page *p, Str text) {
    page_box(p, false);
    page_paragraph(p, text);
}

static void considerations(Section *s) {
    static const struct { SystemId system; Prose first, last; } table[] = {
#define CONSIDER(SYSTEM, first_en, first_es, last_en, last_es) {SYSTEM_##SYSTEM, PROSE_INIT(first_en, first_es), PROSE_INIT(last_en, last_es)},
#include "report/considerations.def"
#undef CONSIDER
    };
    Page *p = s->page;
    page_heading(p, 3, spanish(p) ? STR("Consideraciones") : STR("Considerations"));
    size_t row = 0;
    while (row < ARRAY_COUNT(table) && !str_eq(system_id(table[row].system), s->items[0]->source->system)) row++;
    bool listed = row < ARRAY_COUNT(table);
    Str asked[CONSIDERATIONS_MAX];
    uint32_t count = 0;
    for (uint32_t i = 0; i < s->count && count < CONSIDERATIONS_MAX - 2; i++) {
        Str text = say(p, s->items[i]->check->consider);
        bool again = !text.len;
        for (uint32_t k = 0; k < count && !again; k++) again = str_eq(asked[k], text);
        if (!again) asked[count++] = text;
    }
    for (uint32_t i = 0; i < count; i++) consider(p, asked[i]);
    consider(p, listed ? say(p, table[row].first) : spanish(p) ? STR("Probalo primero en staging") : STR("Try it in staging first"));
    if (!listed || table[row].system != SYSTEM_GITHUB_ACTIONS) consider(p, spanish(p) ? STR("Fijate que pase el pipeline") : STR("Make sure that the pipeline passes"));
    consider(p, listed ? say(p, table[row].last) : spanish(p) ? STR("Mirá logs y métricas después del deploy") : STR("Watch logs and metrics after the deploy"));
}

static void sections(Page *p, const Review *r, const ReportOptions *options) {
    Arena a = {0};
    Told told = {.options = options};
    for (uint32_t i = 0; i < r->findings.count;) {
        uint32_t end = i;
        while (end < r->findings.count && r->findings.items[end].source == r->findings.items[i].source) end++;
        Section s = {p, arena_array(&a, const Finding *, end - i), end - i, !i, &told};
        for (uint32_t k = i; k < end; k++) s.items[k - i] = &r->findings.items[k];
        qsort(s.items, s.count, sizeof *s.items, worst_first);
        context(&s);
        analysis(&s);
        solution(&s);
        why_correct(&s);
        considerations(&s);
        i = end;
    }
    arena_free(&a);
    arena_free(&told.arena);
}

static void engineer_render(const Review *review, Page *page, const ReportOptions *options) {
    report_opening(page, review);
    report_known(page, review);
    sections(page, review, options);
    report_claims(page, review);
    report_checklist(page, review);
    guidance(page, review);
    report_coverage(page, review);
}

void markdown_render(const Review *review, const ReportOptions *options, Buf *out) {
    Page page = {options->language, false, false, out};
    engineer_render(review, &page, options);
}

void report_render(const Review *review, const ReportOptions *options, Buf *out) {
    Page page = {options->language, true, options->color, out};
    engineer_render(review, &page, options);
}
