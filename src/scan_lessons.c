/* What the memory says to avoid becomes a subject of checks wherever a file holds it. Only code that it quotes is looked for: what it says in
 * words is put beside the findings that say the same (scan_known.c).
 *
 * Invariant: linear in the bytes of a file for each of LESSONS_MAX patterns; where another check points at the same bytes, that finding quotes the memory
 * and there is no second one. */
#include "scan_state.h"

#include "memory/memory.h"

#define LESSONS_MAX 64     /* anti-patterns that are looked for */
#define PLACES_MAX 100     /* of one of them in one file: more says nothing new */

static bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-'; }

/* Whole words only: `latest` is not in `latest-lts`. */
static bool stands_alone(Str bytes, size_t start, size_t end) {
    bool before = start && in_word(bytes.at[start]) && in_word(bytes.at[start - 1]);
    return !before && !(end < bytes.len && in_word(bytes.at[end - 1]) && in_word(bytes.at[end]));
}

/* A line that begins like one, or a # behind a blank with no quote open before it. */
static bool is_in_comment(Str bytes, size_t at) {
    size_t start = at;
    while (start && bytes.at[start - 1] != '\n') start--;
    Str line = str_slice(bytes, start, at), text = str_trim(line);
    if (str_starts(text, STR("#")) || str_starts(text, STR("//")) || str_starts(text, STR("*"))) return true;
    char quote = 0;
    for (size_t i = 0; i < line.len; i++) {
        char c = line.at[i];
        if (quote) quote = c == quote ? 0 : quote;
        else if (c == '"' || c == '\'') quote = c;
        else if (c == '#' && i && (line.at[i - 1] == ' ' || line.at[i - 1] == '\t')) return true;
    }
    return false;
}

static void find_code(Unit *unit, Str said, Str code) {
    Source *source = &unit->source;
    Str bytes = source->bytes;
    uint32_t places = 0;
    for (size_t from = 0, at; places < PLACES_MAX && from < bytes.len && (at = str_find(str_skip(bytes, from), code)) != STR_NONE; from += at + code.len) {
        size_t start = from + at, end = start + code.len;
        if (!stands_alone(bytes, start, end)) continue;
        Span span = {(uint32_t)start, (uint32_t)end};
        Object *o = object_new(&source->arena, SHAPE_LESSON, source, span);
        o->fields[LESSON_CODE] = value_at(value_string(code), source, span);
        o->fields[LESSON_SAID] = value_at(value_string(said), source, span);
        o->fields[LESSON_IN_COMMENT] = value_at(value_bool(is_in_comment(bytes, start)), source, span);
        vec_push(&source->arena, &unit->seen.subjects, (const Object *)o);
        places++;
    }
}

void scan_collect_lessons(Scan *scan) {
    const Memory *m = scan->known;
    for (uint32_t i = 0; i < m->anti_patterns.count && scan->lessons.count < LESSONS_MAX; i++) {
        Str code = memory_code(m->anti_patterns.items[i]);
        bool known = !code.len;
        vec_each(Lesson, l, &scan->lessons) known = known || str_eq(l->code, code);
        if (!known) vec_push(&scan->arena, &scan->lessons, ((Lesson){code, i}));
    }
}

void scan_lessons(Scan *scan, Unit *unit) {
    const Memory *m = scan->known;
    if (!m || m->damaged || unit->gap_binary || unit->result != READ_OK || !scan->index.by_shape[SHAPE_LESSON].all.count) return;
    vec_each(Lesson, l, &scan->lessons) find_code(unit, m->anti_patterns.items[l->pattern], l->code);
}

/* ---- one fault, one finding ---- */

bool scan_is_lesson(const Finding *f) { return f->check->subject_count == 1 && f->check->subjects[0] == SHAPE_LESSON; }

static bool overlaps(Span a, Span b) { return a.start < b.end && b.start < a.end; }

/* The finding of another check that points at the same bytes, the closest one. Those of a file stand together. */
static Finding *beside(const FindingVec *v, uint32_t index) {
    const Finding *f = &v->items[index];
    Finding *best = NULL;
    uint32_t first = index;
    while (first && v->items[first - 1].source == f->source) first--;
    for (uint32_t i = first; i < v->count && v->items[i].source == f->source; i++) {
        Finding *other = &v->items[i];
        if (scan_is_lesson(other) || other->ignored || !overlaps(f->span, other->span)) continue;
        if (!best || other->span.end - other->span.start < best->span.end - best->span.start) best = other;
    }
    return best;
}

static uint32_t pattern_at(const Scan *scan, Str code) {
    vec_each(Lesson, l, &scan->lessons) {
        if (str_eq(l->code, code)) return l->pattern;
    }
    return 0;
}

void scan_merge_lessons(Scan *scan) {
    const Memory *m = scan->known;
    FindingVec *v = &scan->review.findings;
    if (!m || m->damaged) return;
    bool *told = arena_zeros(&scan->arena, bool, v->count);
    for (uint32_t i = 0; i < v->count; i++) {
        const Finding *f = &v->items[i];
        if (!scan_is_lesson(f) || f->ignored) continue;
        const Known *known = scan_know_pattern(scan, pattern_at(scan, str_slice(f->source->bytes, f->span.start, f->span.end)));
        Finding *other = beside(v, i);
        if (other && !other->known) other->known = known;
        told[i] = other != NULL;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < v->count; i++) {
        if (!told[i]) v->items[kept++] = v->items[i];
    }
    v->count = kept;
}
