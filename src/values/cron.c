/* A field is a list of `*`, a value or a range, each with a step. */
#include "values/cron.h"

static const char *const months[] = {"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"};
static const char *const weekdays[] = {"sun", "mon", "tue", "wed", "thu", "fri", "sat"};

typedef struct Field {
    uint32_t least, most;
    const char *const *names;
    uint32_t name_count, first; /* the first name stands for `first` */
} Field;

static const Field fields[] = {{0, 59, NULL, 0, 0}, {0, 23, NULL, 0, 0}, {1, 31, NULL, 0, 0}, {1, 12, months, 12, 1}, {0, 6, weekdays, 7, 0}};

static bool parse_value(const Field *f, Str s, uint32_t *out) {
    int64_t number;
    for (uint32_t i = 0; i < f->name_count; i++) {
        if (!str_eq_nocase(s, str_of(f->names[i]))) continue;
        *out = f->first + i;
        return true;
    }
    if (!s.len || s.len > 4 || s.at[0] == '+' || s.at[0] == '-' || !str_to_int(s, &number)) return false;
    *out = (uint32_t)number;
    return number >= f->least && number <= f->most;
}

static bool parse_part(const Field *f, Str s, uint64_t *bits) {
    Str range, step, left, right;
    int64_t by = 1;
    uint32_t from = f->least, to = f->most;
    bool stepped = str_cut(s, '/', &range, &step);
    if (stepped && (!str_to_int(step, &by) || by < 1 || step.at[0] == '+' || by > f->most + 1)) return false;
    if (!str_is(range, "*")) {
        bool is_range = str_cut(range, '-', &left, &right);
        if (!parse_value(f, left, &from)) return false;
        to = stepped ? f->most : from;
        if (is_range && (!parse_value(f, right, &to) || to < from)) return false;
    }
    for (uint32_t i = from; i <= to; i += (uint32_t)by) *bits |= UINT64_C(1) << i;
    return true;
}

static bool parse_field(const Field *f, Str s, uint64_t *bits) {
    Str part;
    *bits = 0;
    if (!s.len || s.at[s.len - 1] == ',') return false;
    while (str_next(&s, ',', &part)) {
        if (!parse_part(f, part, bits)) return false;
    }
    return *bits != 0;
}

/* The shortest time from one run to the next, hours that follow each other looked over. */
static uint32_t shortest_gap(const Cron *c) {
    int64_t last = -1;
    uint32_t shortest = 1440;
    for (uint32_t minute = 0; minute < 1440; minute++) {
        if (!(c->hours >> (minute / 60) & 1) || !(c->minutes >> (minute % 60) & 1)) continue;
        if (last >= 0) shortest = MIN(shortest, minute - (uint32_t)last);
        last = minute;
    }
    return shortest;
}

bool cron_parse(Str text, Cron *out, Str *bad) {
    uint64_t *const bits[] = {&out->minutes, &out->hours, &out->days, &out->months, &out->weekdays};
    uint32_t count = 0;
    Str rest = str_trim(text), piece;
    *bad = rest;
    while (str_next(&rest, ' ', &piece)) {
        if (!piece.len) continue;
        if (count == ARRAY_COUNT(fields)) return false;
        if (!parse_field(&fields[count], piece, bits[count])) {
            *bad = piece;
            return false;
        }
        count++;
    }
    if (count < ARRAY_COUNT(fields)) return false;
    out->shortest = shortest_gap(out);
    return true;
}
