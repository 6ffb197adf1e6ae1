/* What the engineer's report says of the review as a whole. */
#include "report/engineer.h"
#include "report/report.h"

#define CLAIMS_SHOWN 50   /* of other scanners, the worst: the rest is a number */
#define GAPS_SHOWN 30
#define PLACES_SHOWN 5    /* of one item of the checklist */

static Str say(const Page *p, Prose prose) { return prose.in[p->language]; }
static bool spanish(const Page *p) { return p->language == LANGUAGE_ES; }

/* ---- opening ---- */

static void blocking_claims(Page *p, const Review *r) {
    uint32_t blocking = 0;
    vec_each(Claim, claim, &r->claims) blocking += claim->blocks;
    if (!blocking) return;
    page_print(p, spanish(p) ? (blocking == 1 ? " Otro scanner deja un resultado grave sin resolver." : " Otros scanners dejan %u resultados graves sin resolver.") : blocking == 1 ? " Another scanner leaves one serious result open." : " Other scanners leave %u serious results open.", blocking);
}

static void read(Page *p, const Review *r) {
    bool es = spanish(p), all = r->coverage.read == r->coverage.found;
    uint32_t count = r->coverage.found;
    if (all && count == 1) page_print(p, es ? "Leí el único archivo de infraestructura" : "I read the one infrastructure file");
    else if (all && count == 2) page_print(p, es ? "Leí enteros los dos archivos de infraestructura" : "I read both infrastructure files");
    else if (all) page_print(p, es ? "Leí enteros los %u archivos de infraestructura" : "I read all %u infrastructure files", count);
    else if (!r->coverage.read) page_print(p, count == 1 ? (es ? "No pude leer entero el único archivo de infraestructura," : "I could not read the one infrastructure file in full,") : es ? "No pude leer entero ninguno de los %u archivos de infraestructura," : "I could read none of the %u infrastructure files in full,", count);
    else page_print(p, es ? "Leí enteros %u de los %u archivos de infraestructura" : "I read %u of the %u infrastructure files in full", r->coverage.read, count);
}

/* "; I found 29 things in 6 of them, and 21 hold the merge." */
static void found(Page *p, uint32_t count, uint32_t files, uint32_t blocking) {
    bool es = spanish(p);
    if (count == 1) page_print(p, es ? (blocking ? " y encontré una sola cosa, que frena el merge." : " y encontré una sola cosa, que no frena el merge.") : blocking ? " and found one thing; it holds the merge." : " and found one thing; it does not hold the merge.");
    if (count == 1) return;
    page_print(p, es ? " y encontré %u cosas" : " and found %u things", count);
    if (files > 1) page_print(p, es ? " en %u de ellos" : " in %u of them", files);
    if (blocking == count && count == 2) page_print(p, es ? "; las dos frenan el merge." : "; both hold the merge.");
    else if (blocking == count) page_print(p, es ? "; todas frenan el merge." : "; all hold the merge.");
    else if (blocking == 1) page_print(p, es ? "; una frena el merge." : "; one holds the merge.");
    else if (blocking) page_print(p, es ? "; %u frenan el merge." : "; %u hold the merge.", blocking);
    else page_print(p, es ? "; ninguna frena el merge." : "; none holds the merge.");
}

static void in_short(Page *p, const Review *r) {
    bool es = spanish(p);
    uint32_t files = 0, blocking = 0, accepted = 0;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        files += !i || r->findings.items[i].source != r->findings.items[i - 1].source;
        blocking += r->findings.items[i].blocks;
        accepted += r->findings.items[i].accepted.len > 0;
    }
    if (!r->coverage.found) page_print(p, es ? "Acá no encontré infraestructura para revisar: ni Dockerfiles, ni pipelines, ni manifiestos, ni Terraform." : "I found no infrastructure to review here: no Dockerfile, no pipeline, no manifest, no Terraform.");
    else read(p, r);
    if (r->coverage.found && !r->findings.count) page_print(p, es ? " y no tengo nada que pedirte." : " and have nothing to ask for.");
    else if (r->coverage.found) found(p, r->findings.count, files, blocking);
    if (accepted) page_print(p, es ? " Aceptadas por decisiones que ya tomaron: %u." : " Accepted by decisions you have taken: %u.", accepted);
    blocking_claims(p, r);
    page_line(p);
}

void report_opening(Page *p, const Review *r) {
    static const Prose nothing = PROSE_INIT("Not verified: there is nothing to review", "Sin verificar: no hay nada para revisar");
    Buf title = {0};
    Page heading = *p;
    heading.out = &title;
    page_heading(&heading, 1, say(p, r->coverage.found || r->verdict == VERDICT_CHANGES_REQUESTED ? report_verdict(r->verdict) : nothing));
    buf_add(p->out, str_skip(buf_str(&title), 1)); /* the document starts here: no blank line */
    buf_free(&title);
    in_short(p, r);
}

/* ---- what is known already ---- */

void report_known(Page *p, const Review *r) {
    if (!r->known.count && !r->memory_damaged) return;
    page_heading(p, 2, spanish(p) ? STR("Lo que ya sabemos") : STR("What we already know"));
    if (r->memory_damaged) {
        page_bullet(p);
        page_path(p, r->memory, r->memory_damaged);
        page_print(p, spanish(p) ? " está dañado desde acá: no se usó, ni se va a escribir encima\n" : " is damaged from here on: it was not used, and will not be written over\n");
    }
    vec_each(KnownRef, ref, &r->known) {
        const Known *k = *ref;
        page_bullet(p);
        if (k->kind == KNOWN_COMMON_FILES) {
            page_print(p, spanish(p) ? "Se tocan seguido, y tienen algo para arreglar: " : "Often touched, with something to fix: ");
            page_paragraph(p, k->said);
            continue;
        }
        if (k->id.len) page_strong(p, k->id);
        else page_strong(p, spanish(p) ? STR("anti-patrón") : STR("anti-pattern"));
        page_print(p, " ");
        if (k->about.len) {
            page_prose(p, k->about);
            page_print(p, str_ends(k->about, STR(".")) ? " → " : ". → ");
        }
        page_prose(p, k->said);
        page_print(p, " (");
        page_path(p, r->memory, k->line);
        if (k->kind == KNOWN_DECISION) page_print(p, spanish(p) ? ", confianza %.2f" : ", confidence %.2f", k->confidence);
        page_print(p, ")\n");
    }
}

/* ---- other scanners ---- */

static void claim_line(Page *p, const Claim *c) {
    page_bullet(p);
    if (c->source) page_path(p, c->source->path, c->line);
    else if (c->place.len) page_path(p, c->place, c->line);
    if (c->source || c->place.len) page_print(p, " ");
    page_strong(p, say(p, severity_title(c->severity)));
    page_print(p, " ");
    if (c->title.len || c->id.len) page_prose(p, c->title.len ? c->title : c->id);
    else page_print(p, spanish(p) ? "un resultado que no dice de qué se trata" : "a result that does not say what it is about");
    page_print(p, " (");
    page_prose(p, c->scanner);
    if (c->id.len) page_print(p, ": ");
    page_prose(p, c->id);
    page_print(p, ")");
    if (c->source && c->place.len && !str_eq(c->place, c->source->path)) {
        page_print(p, spanish(p) ? ", en " : ", in ");
        page_prose(p, c->place);
    }
    if (c->severity >= SEVERITY_HIGH && !c->blocks) page_print(p, spanish(p) ? ", aceptado en ese reporte" : ", accepted in that report");
    if (c->advice.len) page_print(p, " → ");
    page_prose(p, c->advice);
    page_line(p);
}

void report_claims(Page *p, const Review *r) {
    if (!r->claim_files) return;
    page_heading(p, 2, spanish(p) ? STR("Otros scanners") : STR("Other scanners"));
    if (!r->claims.count) page_paragraph(p, spanish(p) ? STR("Los reportes que me pasaste no traen resultados.") : STR("The reports you gave me hold no results."));
    uint32_t shown = 0;
    for (; shown < r->claims.count && shown < CLAIMS_SHOWN; shown++) claim_line(p, &r->claims.items[shown]);
    if (shown < r->claims.count) {
        page_bullet(p);
        page_print(p, spanish(p) ? "… y %u más\n" : "… and %u more\n", r->claims.count - shown);
    }
}

/* ---- the checklist ---- */

static void item_line(Page *p, const Item *item) {
    page_box(p, item->state == ITEM_YES);
    page_prose(p, say(p, item->title));
    if (item->state == ITEM_UNKNOWN) page_print(p, spanish(p) ? " (no se sabe)" : " (unknown)");
    for (uint32_t e = 0; e < item->evidence.count && e < PLACES_SHOWN; e++) {
        Source *source = item->evidence.items[e].source;
        buf_add(p->out, e ? STR(", ") : STR(" — "));
        page_path(p, source->path, source_place(source, item->evidence.items[e].span.start).line);
    }
    if (item->evidence.count > PLACES_SHOWN) page_print(p, spanish(p) ? " y %u más" : " and %u more", item->evidence.count - PLACES_SHOWN);
    page_line(p);
}

/* What does not apply is no task: it gets no box, and one line for all of a group. */
static void not_applicable(Page *p, const Review *r, Str group) {
    bool first = true;
    vec_each(Item, item, &r->checklist) {
        if (!str_starts(item->id, group) || item->state != ITEM_NOT_APPLICABLE) continue;
        if (first) page_bullet(p);
        page_print(p, !first ? " · " : spanish(p) ? "No aplica: " : "Not applicable: ");
        page_prose(p, say(p, item->title));
        first = false;
    }
    if (!first) page_line(p);
}

void report_checklist(Page *p, const Review *r) {
    static const struct { Str prefix, title; } groups[] = {{STR_INIT("docker/"), STR_INIT("Docker")}, {STR_INIT("ci/"), STR_INIT("CI/CD")}, {STR_INIT("kubernetes/"), STR_INIT("Kubernetes")}, {STR_INIT("terraform/"), STR_INIT("Terraform")}};
    page_heading(p, 2, spanish(p) ? STR("Checklist de code review") : STR("Code-review checklist"));
    for (size_t g = 0; g < ARRAY_COUNT(groups); g++) {
        if (g) page_line(p);
        page_strong(p, groups[g].title);
        page_print(p, p->plain ? "\n" : "\n\n");
        vec_each(Item, item, &r->checklist) {
            if (str_starts(item->id, groups[g].prefix) && item->state != ITEM_NOT_APPLICABLE) item_line(p, item);
        }
        not_applicable(p, r, groups[g].prefix);
    }
}

/* ---- coverage ---- */

static void gaps(Page *p, const Gap *items, uint32_t count) {
    GapGroup groups[GAPS_SHOWN];
    uint32_t rest, shown = report_gap_groups(items, count, groups, GAPS_SHOWN, &rest);
    for (uint32_t i = 0; i < shown; i++) {
        page_bullet(p);
        page_path(p, groups[i].first->file, groups[i].first->line);
        if (groups[i].more) page_print(p, spanish(p) ? " y %u más" : " and %u more", groups[i].more);
        buf_lit(p->out, " — ");
        page_paragraph(p, say(p, groups[i].first->reason));
    }
    if (!rest) return;
    page_bullet(p);
    page_print(p, spanish(p) ? "… y %u más\n" : "… and %u more\n", rest);
}

void report_coverage(Page *p, const Review *r) {
    const Coverage *c = &r->coverage;
    uint64_t holes = 0;
    for (int i = 0; i < HOLE_COUNT; i++) holes += c->holes[i];
    page_heading(p, 2, spanish(p) ? STR("Cobertura") : STR("Coverage"));
    page_print(p, spanish(p) ? "Archivos de infraestructura: %u; leídos enteros, %u; en parte, %u; salteados, %u. Valores que no se pueden saber desde el repo: %llu.\n"
                             : "Infrastructure files: %u; read in full, %u; partly, %u; skipped, %u. Values that can't be known from the repository: %llu.\n",
               c->found, c->read, report_partly(c), c->skipped.count, (unsigned long long)holes);
    if (c->holes[HOLE_TEMPLATE]) page_print(p, spanish(p) ? "De esos, sin renderizar, de templates: %llu.\n" : "Of these, not rendered, of templates: %llu.\n", (unsigned long long)c->holes[HOLE_TEMPLATE]);
    if (c->test_data) page_print(p, spanish(p) ? "Datos de tests, que no se revisan: %u.\n" : "Data of tests, which is not reviewed: %u.\n", c->test_data);
    if (r->suppressed.count) page_print(p, spanish(p) ? "Ignorados a pedido o ya conocidos: %u.\n" : "Ignored on request, or known already: %u.\n", r->suppressed.count);
    if (c->partly.count + c->skipped.count) page_line(p);
    gaps(p, c->partly.items, c->partly.count);
    gaps(p, c->skipped.items, c->skipped.count);
}
