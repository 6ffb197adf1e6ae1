/* Lines of logs against the causes of causes/.
 * Invariant: a line belongs to one row; what a line does not say is not concluded from it. */
#include "diagnose/diagnose.h"

#include <stdlib.h>

#define GROUPS_MAX 5 /* of one pattern: alternatives have groups of their own */

static Regex *compiled(Arena *a, Str pattern) {
    Regex *regex = NULL;
    Error err;
    bool ok = !pattern.len || regex_compile(pattern, a, &regex, &err);
    ensure(ok, "patterns of causes/ are tried when they are compiled");
    return regex;
}

void diagnose_begin(Diagnoser *d, Arena *a) {
    *d = (Diagnoser){.a = a, .row_count = diagnose_cause_count};
    d->object = compiled(a, STR("(?:^Name: +|\\b(?:pod|deployment|statefulset|daemonset|job)(?:\\.apps|\\.batch)?[/ ]\"?)([a-z0-9][a-z0-9-]*[a-z0-9])"));
    d->names_object = regex_states(d->object, a);
    d->tail = compiled(a, STR("-[0-9a-f]{6,10}-[a-z0-9]{5}$|-[0-9]+$"));
    d->rows = arena_array(a, DiagnoseRow, diagnose_cause_count);
    for (uint32_t i = 0; i < d->row_count; i++) {
        const Cause *cause = &diagnose_causes[i];
        d->rows[i] = (DiagnoseRow){.cause = cause, .pattern = compiled(a, cause->pattern), .place = compiled(a, cause->place), .holds = cause->holds};
        d->rows[i].states = regex_states(d->rows[i].pattern, a);
        if (!cause->holds.len) d->rows[i].holds = regex_literal(cause->pattern, a, &d->rows[i].folded);
    }
}

/* ---- logs ---- */

/* Without colours and other orders to a terminal. */
static Str plain(Arena *a, Str line) {
    if (str_find_byte(line, '\x1b') == STR_NONE) return line;
    Buf out = {0};
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != '\x1b') {
            buf_byte(&out, line.at[i]);
            continue;
        }
        if (i + 1 < line.len && line.at[i + 1] == '[') {
            for (i += 2; i < line.len && (line.at[i] < '@' || line.at[i] > '~');) i++;
        }
    }
    Str text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}

static bool fits(const DiagnoseRow *row, Str line, Str *words) {
    RegexMatch groups[GROUPS_MAX];
    Arena scratch = {0};
    if (row->holds.len && (row->folded ? str_find_nocase(line, row->holds) == STR_NONE : !str_has(line, row->holds))) return false;
    if (row->states && !regex_matches(row->states, line, &scratch)) {
        arena_free(&scratch);
        return false;
    }
    bool found = regex_search(row->pattern, line, &scratch, groups, GROUPS_MAX);
    arena_free(&scratch);
    uint32_t n = 0;
    for (uint32_t g = 1; found && g < GROUPS_MAX && n < DIAGNOSE_WORDS; g++) {
        if (groups[g].start != STR_NONE && groups[g].end > groups[g].start) words[n++] = str_slice(line, groups[g].start, groups[g].end);
    }
    return found;
}

/* Only the first of a cause can ever be told, so no log makes this list long. */
static bool is_known(Diagnoser *d, const DiagnoseRow *row, const Str *words) {
    for (uint32_t i = 0; i < row->known_count; i++) {
        Diagnosis *known = &d->found.items[row->known[i]];
        if (!str_eq(known->words[0], words[0]) || !str_eq(known->words[1], words[1])) continue;
        known->count += known->last != d->lines;
        known->last = d->lines;
        return true;
    }
    return false;
}

static void note_cause(Diagnoser *d, DiagnoseRow *row, Spot at, Str line, const Str *words) {
    if (is_known(d, row, words)) return;
    if (row->known_count == DIAGNOSE_CAUSES) {
        d->untold++;
        return;
    }
    Diagnosis one = {.cause = row->cause, .at = at, .text = str_copy(d->a, str_trim(line)), .order = d->found.count, .count = 1, .last = d->lines};
    for (int i = 0; i < DIAGNOSE_WORDS; i++) one.words[i] = str_copy(d->a, words[i]);
    row->known[row->known_count++] = d->found.count;
    vec_push(d->a, &d->found, one);
}

/* "pod shop-7d9f8c6b5-x2x4z" is about the workload shop. */
static void note_subject(Diagnoser *d, Str line) {
    RegexMatch groups[GROUPS_MAX];
    Arena scratch = {0};
    bool may_be = !d->subject.len && (!d->names_object || regex_matches(d->names_object, line, &scratch));
    if (may_be && regex_search(d->object, line, &scratch, groups, GROUPS_MAX)) {
        Str name = str_slice(line, groups[1].start, groups[1].end);
        RegexMatch tail = {name.len, name.len};
        if (!regex_search(d->tail, name, &scratch, &tail, 1)) tail.start = name.len;
        d->subject = str_copy(d->a, str_slice(name, 0, tail.start));
    }
    arena_free(&scratch);
}

/* A message inside of JSON or YAML has its quotes escaped: exec: \"x\". */
static Str unescaped(Arena *a, Str line) {
    if (!str_has(line, STR("\\\""))) return line;
    Buf out = {0};
    for (size_t i = 0; i < line.len; i++) {
        if (line.at[i] != '\\' || i + 1 == line.len || line.at[i + 1] != '"') buf_byte(&out, line.at[i]);
    }
    Str text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}

static void look_at_piece(Diagnoser *d, Spot at, Str line) {
    Arena scratch = {0};
    line = unescaped(&scratch, plain(&scratch, line));
    note_subject(d, line);
    for (uint32_t i = 0; i < d->row_count; i++) {
        Str words[DIAGNOSE_WORDS] = {{NULL, 0}};
        if (!fits(&d->rows[i], line, words)) continue;
        note_cause(d, &d->rows[i], at, line, words);
        break;
    }
    arena_free(&scratch);
}

/* What a progress bar wrote over itself are lines of their own; all of a long line is looked at. */
static void look_at_line(Diagnoser *d, Spot at, Str line) {
    Str part;
    while (line.len && str_next(&line, '\r', &part)) {
        for (; part.len > DIAGNOSE_LINE; part = str_skip(part, DIAGNOSE_LINE - DIAGNOSE_AGAIN)) look_at_piece(d, at, str_slice(part, 0, DIAGNOSE_LINE));
        if (part.len) look_at_piece(d, at, part);
    }
}

#define BOX STR("\xe2\x94\x82") /* │: the frame that Terraform draws around what it breaks into lines */
#define BOX_WITHIN 64           /* bytes of a time stamp, or of the name of a job, may stand before it */

/* The text behind the frame; false when the line has none. */
static bool boxed(Str line, Str *text) {
    size_t at = str_find(str_slice(line, 0, MIN(line.len, BOX_WITHIN)), BOX);
    if (at != STR_NONE) *text = str_trim(str_skip(line, at + BOX.len));
    return at != STR_NONE;
}

/* A paragraph in a frame is one sentence, whatever the width it was broken for. `rest` begins behind `text`, its first line. */
static Str paragraph(Diagnoser *d, Str text, Str *rest, uint32_t *lines) {
    Buf out = {0};
    Str line, next, after = *rest;
    buf_add(&out, text);
    while (text.len && out.len < DIAGNOSE_LINE && after.len && str_next(&after, '\n', &line) && boxed(plain(d->a, line), &next) && next.len) {
        buf_byte(&out, ' ');
        buf_add(&out, next);
        *rest = after;
        ++*lines;
    }
    Str whole = str_copy(d->a, buf_str(&out));
    buf_free(&out);
    return whole;
}

void diagnose_log(Diagnoser *d, Str name, Str bytes) {
    Str line, text;
    for (uint32_t number = 1, more; bytes.len && str_next(&bytes, '\n', &line); number += 1 + more) {
        more = 0;
        if (boxed(plain(d->a, str_slice(line, 0, MIN(line.len, DIAGNOSE_LINE))), &text)) line = paragraph(d, text, &bytes, &more);
        d->lines += 1 + more;
        look_at_line(d, (Spot){name, number}, line);
    }
}

static int compare(const void *a, const void *b) {
    const Diagnosis *left = a, *right = b;
    if (left->cause->rank != right->cause->rank) return left->cause->rank < right->cause->rank ? -1 : 1;
    return left->order < right->order ? -1 : left->order > right->order;
}

void diagnose_settle(Diagnoser *d) {
    if (!d->found.count) return;
    qsort(d->found.items, d->found.count, sizeof(Diagnosis), compare);
    bool known = d->found.items[0].cause->rank != CAUSE_SYMPTOM;
    while (known && d->found.items[d->found.count - 1].cause->rank == CAUSE_SYMPTOM && d->found.items[d->found.count - 1].cause->seek != SEEK_PATH) d->found.count--;
    for (; d->found.count > DIAGNOSE_CAUSES; d->found.count--) d->untold += d->found.items[d->found.count - 1].count;
}

/* ---- the repository ---- */

/* An ending, or with a star a beginning and an ending. */
static bool is_among(Str files, Str path) {
    Str word, before, after;
    while (files.len && str_next(&files, ' ', &word)) {
        if (str_cut(word, '*', &before, &after) ? str_starts(path, before) && str_ends(path, after) : str_ends(path, word)) return true;
    }
    return false;
}

bool diagnose_wants(const Diagnoser *d, Str path) {
    vec_each(Diagnosis, one, &d->found) {
        if (one->cause->seek == SEEK_PATH ? str_ends(path, one->words[0]) : is_among(one->cause->files, path)) return true;
    }
    return false;
}

static bool is_inside(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '/'; }

/* `word` stands in the line, and is not a part of a longer one. */
static bool has_word(Str line, Str word) {
    for (size_t from = 0, at; word.len && (at = str_find(str_skip(line, from), word)) != STR_NONE; from += at + 1) {
        size_t start = from + at, end = start + word.len;
        if ((!start || !is_inside(line.at[start - 1])) && (end == line.len || !is_inside(line.at[end]))) return true;
    }
    return false;
}

static bool is_place(const DiagnoseRow *row, const Diagnosis *one, Str line) {
    if (row->cause->seek == SEEK_WORD) return has_word(line, one->words[0]);
    Arena scratch = {0};
    bool found = row->place && regex_search(row->place, line, &scratch, NULL, 0);
    arena_free(&scratch);
    return found;
}

/* Which of many limits, probes or selectors is meant: where a file names the workload that the log is about, those behind that name. */
static bool is_far(const Diagnoser *d, const DiagnoseRow *row, Diagnosis *one, Str bytes, uint32_t *from) {
    Str line;
    *from = 1;
    if (row->cause->seek != SEEK_PLACE || !d->subject.len) return false;
    for (uint32_t n = 1; bytes.len && str_next(&bytes, '\n', &line); n++) {
        if (!has_word(line, d->subject) || !(str_has(line, STR("name")) || str_starts(str_trim(line), d->subject))) continue;
        if (!one->near) one->place_count = 0;
        one->near = true;
        *from = n;
        return false;
    }
    return one->near;
}

static void look_for(const Diagnoser *d, const DiagnoseRow *row, Diagnosis *one, Str path, Str bytes) {
    Str line;
    int64_t number;
    uint32_t from;
    if (row->cause->seek == SEEK_PATH) {
        bool whole = str_ends(path, one->words[0]) && (path.len == one->words[0].len || path.at[path.len - one->words[0].len - 1] == '/');
        if (whole && str_to_int(one->words[1], &number) && !one->place_count) one->places[one->place_count++] = (Spot){path, (uint32_t)number};
        return;
    }
    if (!is_among(row->cause->files, path) || is_far(d, row, one, bytes, &from)) return;
    for (uint32_t n = 1; bytes.len && one->place_count < DIAGNOSE_PLACES && str_next(&bytes, '\n', &line); n++) {
        if (n < from || !is_place(row, one, str_slice(line, 0, MIN(line.len, DIAGNOSE_LINE)))) continue;
        one->places[one->place_count++] = (Spot){path, n};
        if (row->cause->seek == SEEK_PLACE && one->near) return; /* what follows may be another workload's */
    }
}

void diagnose_look(Diagnoser *d, Str path, Str bytes) {
    vec_each(Diagnosis, one, &d->found) {
        if (one->cause->seek != SEEK_NOTHING) look_for(d, &d->rows[one->cause - diagnose_causes], one, path, bytes);
    }
}
