/* Told from what was recognised, by path: a file that is there may still be wrong, which its findings say. */
#include "report/guidance.h"

#include "model/project.h"

#define FILES_SHOWN 3

#define ON(NAME) (1u << SYSTEM_##NAME)
#define PLACES (ON(KUBERNETES) | ON(KUSTOMIZE) | ON(HELM) | ON(TERRAFORM) | ON(CLOUDFORMATION) | ON(PULUMI))
#define PIPELINES (ON(GITHUB_ACTIONS) | ON(GITLAB_CI) | ON(JENKINS) | ON(OTHER_PIPELINE))

static const struct Part {
    uint32_t systems; /* bits */
    Str pieces;
    uint32_t built; /* bits */
    Prose title, missing;
    Str kind;
} parts[] = {
#define PART(systems, pieces, built, en, es, missing_en, missing_es, kind) {systems, STR_INIT(pieces), built, PROSE_INIT(en, es), PROSE_INIT(missing_en, missing_es), STR_INIT(kind)},
#include "report/parts.def"
#undef PART
};

/* A folder of the path has one of the names. */
static bool lies_in(Str path, Str names) {
    Str folder;
    while (str_find_byte(path, '/') != STR_NONE && str_next(&path, '/', &folder)) {
        if (folder.len && str_has_word(names, folder)) return true;
    }
    return false;
}

static bool is_of(const struct Part *part, const FoundFile *file) {
    return part->systems >> file->system & 1 && (!part->pieces.len || lies_in(file->path, part->pieces));
}

static bool has_any(const Review *r, uint32_t systems) {
    for (uint32_t i = 0; i < r->file_count; i++) {
        if (systems >> r->files[i].system & 1) return true;
    }
    return false;
}

static uint32_t there(Page *p, const Review *r, const struct Part *part) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < r->file_count; i++) {
        if (!is_of(part, &r->files[i])) continue;
        if (!count) {
            page_box(p, true);
            page_prose(p, page_say(p, part->title));
        }
        if (count < FILES_SHOWN) page_print(p, count ? ", " : " — ");
        if (count++ < FILES_SHOWN) page_path(p, r->files[i].path, 0);
    }
    if (count > FILES_SHOWN) page_print(p, p->language == LANGUAGE_ES ? " y %u más" : " and %u more", count - FILES_SHOWN);
    if (count) page_line(p);
    return count;
}

static const Item *item_of(const Review *r, Str id) {
    vec_each(Item, item, &r->checklist) {
        if (str_eq(item->id, id)) return item;
    }
    return NULL;
}

/* Base, overlays, modules are asked for only where their technology is used, and an image only where nothing says that it comes from elsewhere. */
static bool is_wanted(const Review *r, const struct Part *part) {
    if (!part->missing.in[0].len) return false;
    if (part->pieces.len) return has_any(r, part->systems);
    return !part->built || !r->file_count || has_any(r, part->built);
}

/* What is not there, and the commands that would write it; `kinds` between blanks. */
static void missing(Page *p, Prose what, Str kinds) {
    Arena a = {0};
    Str kind, rest = kinds;
    page_box(p, false);
    page_print(p, p->language == LANGUAGE_ES ? "Falta " : "Missing: ");
    page_prose(p, page_say(p, what));
    for (const char *before = " → "; rest.at && str_next(&rest, ' ', &kind); before = ", ") {
        page_print(p, "%s", before);
        page_prose(p, str_format(&a, "`infra new %.*s`", STR_ARGS(kind)));
    }
    page_line(p);
    arena_free(&a);
}

static void there_is(Page *p, bool ticked, Prose what) {
    page_box(p, ticked);
    page_paragraph(p, page_say(p, what));
}

/* Whether a pipeline deploys is what the item of the way back is about. */
static void way_back(Page *p, const Review *r) {
    const Item *item = item_of(r, STR("ci/rollback"));
    const Str scripts = STR("scripts");
    if (item && item->state == ITEM_UNKNOWN) {
        there_is(p, false, PROSE("Deploy from the pipeline (not known)", "Deploy desde el pipeline (no se sabe)"));
        there_is(p, false, PROSE("Way back (not known)", "Vuelta atrás (no se sabe)"));
        return;
    }
    if (item && item->state != ITEM_NOT_APPLICABLE) there_is(p, true, PROSE("Deploy from the pipeline", "Deploy desde el pipeline"));
    else missing(p, PROSE("a deploy step in the pipeline, or `scripts/deploy.sh`, so that it does not depend on one person", "un paso de deploy en el pipeline, o `scripts/deploy.sh`, para que no dependa de una persona"), scripts);
    if (item && item->state == ITEM_YES) there_is(p, true, PROSE("Way back", "Vuelta atrás"));
    else missing(p, PROSE("a way back, by `kubectl rollout undo`, `helm rollback` or `scripts/rollback.sh`", "una vuelta atrás: `kubectl rollout undo`, `helm rollback`, o `scripts/rollback.sh`"), scripts);
}

/* Nothing says what it runs on, and no pipeline takes it anywhere. */
static void place(Page *p, const Review *r) {
    const Item *item = item_of(r, STR("ci/rollback"));
    bool deploys = item && item->state != ITEM_NOT_APPLICABLE;
    if (deploys || has_any(r, PLACES)) return;
    missing(p, PROSE("a place to run: manifests for a Kubernetes cluster, or Terraform for a cloud", "un lugar donde corra: manifiestos para un clúster de Kubernetes, o Terraform para una nube"), STR("kubernetes terraform"));
}

/* Modules may be a registry's. */
static bool is_elsewhere(const Review *r, const struct Part *part) {
    const Item *modules = item_of(r, STR("terraform/reusable-modules"));
    return str_starts(part->pieces, STR("modules")) && modules && modules->state == ITEM_YES;
}

void guidance(Page *p, const Review *r) {
    bool es = p->language == LANGUAGE_ES;
    page_heading(p, 2, es ? STR("¿Cómo se despliega esto?") : STR("How is this deployed?"));
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (there(p, r, &parts[i]) || !is_wanted(r, &parts[i]) || is_elsewhere(r, &parts[i])) continue;
        missing(p, parts[i].missing, parts[i].kind);
    }
    place(p, r);
    way_back(p, r);
}
