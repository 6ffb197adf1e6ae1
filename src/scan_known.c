/* What was learnt before, in a review: decisions that fit what is here, blockers and anti-patterns that fit a finding, findings that a
 * decision accepts. Those are told, never hidden. */
#include "scan_state.h"

#include "base/writer.h"
#include "memory/memory.h"

#define DECISIONS_SHOWN 5
#define FILES_SHOWN 5
#define COMMON_FILES_READ 200 /* of a list; where everything is often touched, nothing is */
#define PAIRS_MAX 20000       /* of entries and findings that are compared: some ten milliseconds */
#define SHARED_MIN 2          /* words that a finding shares with what is told of it */

static Str memory_path(Scan *scan) {
    const SettingsFile *f = settings_of(&scan->settings, STR(""), SETTING_MEMORY_KEY);
    return str_copy(&scan->arena, f ? f->single[SETTING_MEMORY_KEY].text : STR(MEMORY_PATH));
}

/* Of files that are reviewed in memory. */
static bool given_memory(Scan *scan, Str path, Str *bytes) {
    for (uint32_t i = 0; i < scan->given_count; i++) {
        if (!str_eq(scan->given[i].path, path)) continue;
        *bytes = str_join(&scan->arena, scan->given[i].bytes, (Str){(const char[SOURCE_PADDING]){0}, SOURCE_PADDING});
        bytes->len -= SOURCE_PADDING;
        return true;
    }
    return false;
}

void scan_read_memory(Scan *scan) {
    Str path = memory_path(scan), bytes;
    if (scan->memory ? !given_memory(scan, path, &bytes) : scan->project.root < 0 || !scan->options->settings || io_read_below(scan->project.root, path, MEMORY_BYTES_MAX, SOURCE_PADDING, &scan->arena, &bytes) != READ_OK) return;
    Memory *m = arena_new(&scan->arena, Memory);
    memory_parse(path, bytes, m);
    scan->review.memory = path;
    scan->known = m;
    scan_collect_lessons(scan);
    if (m->damaged) scan->review.memory_damaged = m->faults.count ? m->faults.items[0].line : 1;
}

const WriterThen *scan_afterwards(Scan *scan) {
    return scan->options->settings ? memory_then(memory_path(scan), scan->now, &scan->arena) : NULL;
}

/* ---- what fits ---- */

static Known *know(Scan *scan, Known known) {
    Known *k = arena_new(&scan->arena, Known);
    *k = known;
    vec_push(&scan->arena, &scan->review.known, k);
    return k;
}

static void know_decision(Scan *scan, const MemoryEntry *e) {
    vec_each(KnownRef, k, &scan->review.known) {
        if (str_eq((*k)->id, e->id)) return;
    }
    know(scan, (Known){.kind = KNOWN_DECISION, .id = e->id, .said = e->decision, .confidence = e->confidence, .line = e->line});
}

/* Names that people tag with, for the systems that are here. */
static void fitting_decisions(Scan *scan, const Memory *m) {
    static const struct { SystemId system; const char *tags; } tags[] = {{SYSTEM_DOCKERFILE, "docker dockerfile"}, {SYSTEM_COMPOSE, "compose docker-compose"}, {SYSTEM_KUBERNETES, "kubernetes k8s"},
        {SYSTEM_HELM, "helm"}, {SYSTEM_GITHUB_ACTIONS, "ci-cd ci github-actions"}, {SYSTEM_GITLAB_CI, "gitlab gitlab-ci"}, {SYSTEM_TERRAFORM, "terraform iac"}};
    Buf question = {0};
    for (size_t t = 0; t < ARRAY_COUNT(tags); t++) {
        if (scan->checked.of[tags[t].system].count) buf_print(&question, "%s ", tags[t].tags);
    }
    MemoryHitVec hits;
    memory_recall(m, buf_str(&question), &scan->arena, &hits);
    for (uint32_t i = 0; i < hits.count && scan->review.known.count < DECISIONS_SHOWN; i++) {
        const MemoryEntry *e = hits.items[i].entry;
        if (e->kind == MEMORY_DECISION) know_decision(scan, e);
    }
    buf_free(&question);
}

static Str words_of(Scan *scan, const Finding *f) {
    const Check *c = f->check;
    return str_format(&scan->arena, "%.*s %.*s %.*s %.*s %.*s", STR_ARGS(c->title.in[0]), STR_ARGS(c->title.in[1]), STR_ARGS(f->message.in[0]), STR_ARGS(f->message.in[1]), STR_ARGS(c->id));
}

static bool fits(Str told, Str finding) {
    uint32_t words, shared = memory_shared(told, finding, &words);
    return shared >= SHARED_MIN && shared * 2 >= words;
}

static const Known *already(const Review *r, Str said) {
    vec_each(KnownRef, k, &r->known) {
        if (str_eq((*k)->said, said)) return *k;
    }
    return NULL;
}

const Known *scan_know_pattern(Scan *scan, uint32_t index) {
    const Memory *m = scan->known;
    Str said = m->anti_patterns.items[index];
    const Known *known = already(&scan->review, said);
    return known ? known : know(scan, (Known){.kind = KNOWN_ANTI_PATTERN, .said = said, .line = m->anti_lines.items[index]});
}

static void remember(Scan *scan, const Memory *m, Finding *f, Str words) {
    for (uint32_t i = 0; i < m->blockers.count && !f->known; i++) {
        const MemoryEntry *e = &m->blockers.items[i];
        if (!e->resolved || !e->solution.len || !fits(e->symptom.len ? e->symptom : e->description, words)) continue;
        f->known = already(&scan->review, e->solution);
        if (!f->known) f->known = know(scan, (Known){.kind = KNOWN_BLOCKER, .id = e->id, .about = e->description, .said = e->solution, .prevention = e->prevention, .line = e->line});
    }
    for (uint32_t i = 0; i < m->anti_patterns.count && !f->known; i++) {
        Str said = m->anti_patterns.items[i];
        if (!fits(said, words)) continue;
        f->known = scan_know_pattern(scan, i);
    }
}

static bool names(const void *check, Str pattern) { return check_is_named(check, pattern); }

/* Files that are often touched, and have something to fix: one line for all. */
static void common_files(Scan *scan, const Memory *m) {
    Buf said = {0};
    uint32_t shown = 0;
    for (uint32_t i = 0; i < m->common_files.count && shown < FILES_SHOWN; i++) {
        bool found = false;
        vec_each(Finding, f, &scan->review.findings) found = found || (f->blocks && str_eq(f->source->path, m->common_files.items[i]));
        if (found) buf_print(&said, "%s`%.*s`", shown++ ? ", " : "", STR_ARGS(m->common_files.items[i]));
    }
    if (shown) know(scan, (Known){.kind = KNOWN_COMMON_FILES, .said = str_copy(&scan->arena, buf_str(&said))});
    buf_free(&said);
}

void scan_use_memory(Scan *scan) {
    const Memory *m = scan->known;
    Review *r = &scan->review;
    if (!m || m->damaged) return;
    fitting_decisions(scan, m);
    uint64_t entries = (uint64_t)m->blockers.count + m->anti_patterns.count + 1;
    for (uint32_t i = 0; i < r->findings.count; i++) {
        Finding *f = &r->findings.items[i];
        f->accepted = memory_accepts(m, names, f->check, f->source->path);
        if (f->accepted.len) f->blocks = false;
        if (f->accepted.len) know_decision(scan, memory_find(m, f->accepted));
        if (entries * (i + 1) <= PAIRS_MAX && !scan_is_lesson(f)) remember(scan, m, f, words_of(scan, f));
    }
    if (m->common_files.count <= COMMON_FILES_READ) common_files(scan, m);
}
