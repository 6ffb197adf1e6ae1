/* Timestamps and durations (langdef.md, "Timestamps and Durations"): made from text, taken apart, printed. Arithmetic is in evaluate.c. */
#include "cel/node.h"
#include "values/time.h"

Value cel_moment(Moment m, ValueKind kind, Value from) {
    Value v = {.kind = (uint8_t)kind, .count = (uint32_t)m.nanos, .as.integer = m.seconds};
    return value_at(v, from.source, from.span);
}

Value cel_timestamp(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Moment m;
    switch ((ValueKind)a[0].kind) {
        case VALUE_HOLE: case VALUE_TIMESTAMP: return a[0];
        case VALUE_INT:
            m = (Moment){a[0].as.integer, 0};
            if (m.seconds < TIME_FIRST || m.seconds > TIME_LAST) return cel_error(e, "timestamp out of range");
            return cel_moment(m, VALUE_TIMESTAMP, a[0]);
        case VALUE_STRING:
            if (!time_parse(value_str(a[0]), &m)) return cel_error(e, "invalid timestamp '%.*s'", STR_ARGS(value_str(a[0])));
            return cel_moment(m, VALUE_TIMESTAMP, a[0]);
        default: return cel_mismatch(e, "timestamp");
    }
}

Value cel_duration(CelEvaluator *e, const Value *a, uint32_t n UNUSED) {
    Moment m;
    if (a[0].kind == VALUE_HOLE || a[0].kind == VALUE_DURATION) return a[0];
    if (a[0].kind == VALUE_INT) m = (Moment){a[0].as.integer, 0};
    else if (a[0].kind != VALUE_STRING) return cel_mismatch(e, "duration");
    else if (!duration_parse(value_str(a[0]), &m)) return cel_error(e, "invalid duration '%.*s'", STR_ARGS(value_str(a[0])));
    return time_normalise(&m, true) ? cel_moment(m, VALUE_DURATION, a[0]) : cel_error(e, "duration out of range");
}

/* The parts of a timestamp in the zone that the second argument names. */
static bool parts_of(CelEvaluator *e, const Value *a, uint32_t n, MomentParts *parts, Value *fault) {
    int32_t offset = 0;
    if (a[0].kind == VALUE_HOLE || (n > 1 && a[1].kind == VALUE_HOLE)) *fault = a[0].kind == VALUE_HOLE ? a[0] : a[1];
    else if (a[0].kind != VALUE_TIMESTAMP || (n > 1 && a[1].kind != VALUE_STRING)) *fault = cel_mismatch(e, "a part of a timestamp");
    else if (n > 1 && !time_zone_parse(value_str(a[1]), &offset)) *fault = cel_error(e, "unknown time zone '%.*s'", STR_ARGS(value_str(a[1])));
    else {
        *parts = time_parts(a[0].as.integer + offset);
        return true;
    }
    return false;
}

#define PART(name, expression)                                          \
    Value cel_##name(CelEvaluator *e, const Value *a, uint32_t n) {      \
        MomentParts p;                                                  \
        Value fault;                                                    \
        return parts_of(e, a, n, &p, &fault) ? value_int(expression) : fault; \
    }
PART(get_full_year, p.year)
PART(get_month, p.month - 1)
PART(get_date, p.day)
PART(get_day_of_month, p.day - 1)
PART(get_day_of_week, p.day_of_week)
PART(get_day_of_year, p.day_of_year)

/* Of a duration the whole of it in that unit; of a timestamp the part. */
#define PART_OR_ALL(name, expression, seconds)                                                    \
    Value cel_##name(CelEvaluator *e, const Value *a, uint32_t n) {                                \
        MomentParts p;                                                                            \
        Value fault;                                                                              \
        if (a[0].kind == VALUE_DURATION && n == 1) return value_int(a[0].as.integer / (seconds)); \
        return parts_of(e, a, n, &p, &fault) ? value_int(expression) : fault;                      \
    }
PART_OR_ALL(get_hours, p.hour, 3600)
PART_OR_ALL(get_minutes, p.minute, 60)
PART_OR_ALL(get_seconds, p.second, 1)

Value cel_get_milliseconds(CelEvaluator *e, const Value *a, uint32_t n) {
    MomentParts p;
    Value fault;
    if (a[0].kind == VALUE_DURATION && n == 1) return value_int(value_nanos(a[0]) / 1000000);
    return parts_of(e, a, n, &p, &fault) ? value_int(value_nanos(a[0]) / 1000000) : fault;
}
