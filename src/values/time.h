/* Moments and spans of time: RFC 3339 timestamps, Go-style durations (https://protobuf.dev/reference/protobuf/google.protobuf/,
 * Timestamp and Duration). Seconds count from 1970-01-01T00:00:00Z; nanoseconds are 0 to 999999999 in a timestamp, and have the
 * sign of the seconds in a duration. */
#ifndef VALUES_TIME_H
#define VALUES_TIME_H

#include "base/buf.h"

#define TIME_FIRST INT64_C(-62135596800) /* 0001-01-01T00:00:00Z */
#define TIME_LAST INT64_C(253402300799)  /* 9999-12-31T23:59:59Z */
#define DURATION_MAX INT64_C(315576000000) /* seconds, of either sign: 10,000 years */
#define TIME_BILLION INT32_C(1000000000)

typedef struct Moment {
    int64_t seconds;
    int32_t nanos;
} Moment;

/* A moment in some zone, in parts. */
typedef struct MomentParts {
    int year, month, day;        /* month 1 to 12, day 1 to 31 */
    int hour, minute, second;
    int day_of_year, day_of_week; /* 0-based; Sunday is 0 */
} MomentParts;

bool time_parse(Str text, Moment *out);
void time_print(Moment moment, Buf *out);
/* 1h30m, 1.5s, -100ms: units h, m, s, ms, us, ns. */
bool duration_parse(Str text, Moment *out);
/* Seconds with a fraction as long as needed: 5400s, 1.5s. */
void duration_print(Moment duration, Buf *out);
/* Brings nanoseconds back into their range, with one sign for both when `signed_parts`. False when beyond the limits. */
bool time_normalise(Moment *moment, bool signed_parts);
/* UTC, Z, +02:00, -09:30, 02:00: seconds east of Greenwich. Names of places are not known. */
bool time_zone_parse(Str zone, int32_t *seconds);
MomentParts time_parts(int64_t seconds);

#endif
