/* Calendar arithmetic goes through values/date.h; here are hours and below, and how all of it is written. */
#include "values/time.h"

#include "values/date.h"

#define HOUR 3600

__extension__ typedef __int128 Wide; /* nanoseconds of 10,000 years */

static bool digits(Str text, size_t at, size_t count, int64_t *out) {
    *out = 0;
    if (at + count > text.len) return false;
    for (size_t i = at; i < at + count; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *out = *out * 10 + (text.at[i] - '0');
    }
    return true;
}

static bool is_at(Str text, size_t at, char c) { return at < text.len && text.at[at] == c; }

/* .123 behind the seconds: up to nine digits; gives the bytes taken. */
static size_t fraction(Str text, size_t at, int32_t *nanos) {
    size_t start = at;
    int32_t scale = TIME_BILLION;
    *nanos = 0;
    if (!is_at(text, at, '.')) return 0;
    for (at++; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++) {
        scale /= 10;
        *nanos += (text.at[at] - '0') * scale;
    }
    return at - start;
}

bool time_zone_parse(Str zone, int32_t *seconds) {
    int64_t hours, minutes;
    *seconds = 0;
    if (!zone.len || str_is(zone, "Z") || str_is(zone, "z") || str_is(zone, "UTC")) return true;
    bool west = zone.at[0] == '-', signed_zone = west || zone.at[0] == '+';
    Str rest = str_skip(zone, signed_zone ? 1 : 0);
    if (rest.len != 5 || rest.at[2] != ':' || !digits(rest, 0, 2, &hours) || !digits(rest, 3, 2, &minutes)) return false;
    if (hours > 23 || minutes > 59) return false;
    *seconds = (int32_t)((hours * HOUR + minutes * 60) * (west ? -1 : 1));
    return true;
}

bool time_parse(Str text, Moment *out) {
    int64_t day, hour, minute, second;
    int32_t offset;
    if (text.len < 20 || !date_parse(str_slice(text, 0, DATE_LENGTH), &day)) return false;
    if ((text.at[10] | 0x20) != 't' || !is_at(text, 13, ':') || !is_at(text, 16, ':')) return false;
    if (!digits(text, 11, 2, &hour) || !digits(text, 14, 2, &minute) || !digits(text, 17, 2, &second)) return false;
    if (hour > 23 || minute > 59 || second > 59) return false;
    size_t at = 19 + fraction(text, 19, &out->nanos);
    Str zone = str_skip(text, at);
    bool zulu = zone.len == 1 && (zone.at[0] | 0x20) == 'z', shifted = zone.len == 6 && (zone.at[0] == '+' || zone.at[0] == '-');
    if ((!zulu && !shifted) || !time_zone_parse(zone, &offset)) return false;
    out->seconds = day + hour * HOUR + minute * 60 + second - offset;
    return out->seconds >= TIME_FIRST && out->seconds <= TIME_LAST;
}

/* .5, .123: as many digits as needed. */
static void print_fraction(int32_t nanos, Buf *out) {
    if (!nanos) return;
    int width = 9;
    for (; nanos % 10 == 0; nanos /= 10) width--;
    buf_print(out, ".%0*d", width, nanos);
}

void time_print(Moment moment, Buf *out) {
    Arena scratch = {0};
    MomentParts parts = time_parts(moment.seconds);
    Str day = date_print(moment.seconds, &scratch);
    buf_print(out, "%.*sT%02d:%02d:%02d", STR_ARGS(day), parts.hour, parts.minute, parts.second);
    print_fraction(moment.nanos, out);
    buf_byte(out, 'Z');
    arena_free(&scratch);
}

MomentParts time_parts(int64_t seconds) {
    int64_t days = seconds / DATE_DAY - (seconds % DATE_DAY < 0), of_day = seconds - days * DATE_DAY, first, year = 0;
    Arena scratch = {0};
    Str day = date_print(seconds, &scratch), january = str_format(&scratch, "%.4s-01-01", day.at);
    int64_t month = 0, number = 0;
    digits(day, 0, 4, &year);
    digits(day, 5, 2, &month);
    digits(day, 8, 2, &number);
    if (!date_parse(january, &first)) first = days * DATE_DAY;
    arena_free(&scratch);
    return (MomentParts){(int)year, (int)month, (int)number, (int)(of_day / HOUR), (int)(of_day / 60 % 60), (int)(of_day % 60),
                         (int)(days - first / DATE_DAY), (int)(((days + 4) % 7 + 7) % 7)};
}

/* ---- durations ---- */

static const struct { const char *name; int64_t nanos; } units[] = {
    {"ns", 1}, {"us", 1000}, {"\xC2\xB5s", 1000}, {"ms", 1000000}, {"s", TIME_BILLION}, {"m", INT64_C(60000000000)}, {"h", INT64_C(3600000000000)},
};

static int64_t unit_at(Str text, size_t *at) {
    for (size_t i = 0; i < ARRAY_COUNT(units); i++) {
        Str name = str_of(units[i].name), rest = str_skip(text, *at);
        bool longer = str_is(name, "m") && str_starts(rest, STR("ms"));
        if (!str_starts(rest, name) || longer) continue;
        *at += name.len;
        return units[i].nanos;
    }
    return 0;
}

bool duration_parse(Str text, Moment *out) {
    Wide total = 0;
    size_t at = text.len && (text.at[0] == '-' || text.at[0] == '+');
    if (str_is(str_skip(text, at), "0")) return *out = (Moment){0}, true;
    if (at == text.len) return false;
    while (at < text.len) {
        size_t start = at;
        int64_t whole = 0;
        int32_t part;
        for (; at < text.len && text.at[at] >= '0' && text.at[at] <= '9'; at++) {
            if (whole > DURATION_MAX * INT64_C(1000000)) return false;
            whole = whole * 10 + (text.at[at] - '0');
        }
        at += fraction(text, at, &part);
        bool any = at > start && !(at == start + 1 && text.at[start] == '.');
        int64_t unit = any ? unit_at(text, &at) : 0;
        if (!unit) return false;
        total += (Wide)whole * unit + (Wide)part * unit / TIME_BILLION;
    }
    if (total / TIME_BILLION > DURATION_MAX) return false;
    if (text.at[0] == '-') total = -total;
    *out = (Moment){(int64_t)(total / TIME_BILLION), (int32_t)(total % TIME_BILLION)};
    return true;
}

void duration_print(Moment duration, Buf *out) {
    bool negative = duration.seconds < 0 || duration.nanos < 0;
    uint64_t seconds = duration.seconds < 0 ? -(uint64_t)duration.seconds : (uint64_t)duration.seconds;
    buf_print(out, "%s%llu", negative ? "-" : "", (unsigned long long)seconds);
    print_fraction(duration.nanos < 0 ? -duration.nanos : duration.nanos, out);
    buf_byte(out, 's');
}

bool time_normalise(Moment *moment, bool signed_parts) {
    int64_t carry = moment->nanos / TIME_BILLION;
    moment->nanos %= TIME_BILLION;
    if (__builtin_add_overflow(moment->seconds, carry, &moment->seconds)) return false;
    bool lend = signed_parts ? moment->seconds > 0 && moment->nanos < 0 : moment->nanos < 0;
    if (lend) {
        moment->nanos += TIME_BILLION;
        moment->seconds--;
    } else if (signed_parts && moment->seconds < 0 && moment->nanos > 0) {
        moment->nanos -= TIME_BILLION;
        moment->seconds++;
    }
    if (signed_parts) return moment->seconds >= -DURATION_MAX && moment->seconds <= DURATION_MAX;
    return moment->seconds >= TIME_FIRST && moment->seconds <= TIME_LAST;
}
