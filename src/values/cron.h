/* Times of a schedule: the five fields of POSIX crontab (XCU, crontab), with names of months and days. */
#ifndef VALUES_CRON_H
#define VALUES_CRON_H

#include "base/str.h"

typedef struct Cron {
    uint64_t minutes, hours, days, months, weekdays; /* bit n: the value n */
    uint32_t shortest; /* minutes between two runs that follow each other within a day; 1440 when it runs once */
} Cron;

/* False when it is no such thing; *bad is the field at fault then. */
bool cron_parse(Str text, Cron *out, Str *bad);

#endif
