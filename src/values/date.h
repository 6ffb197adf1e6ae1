/* Days of the calendar (proleptic Gregorian, UTC), as YYYY-MM-DD: so written, they compare as texts. */
#ifndef VALUES_DATE_H
#define VALUES_DATE_H

#include "base/str.h"

#define DATE_LENGTH 10          /* bytes of YYYY-MM-DD */
#define DATE_DAY INT64_C(86400) /* seconds */

/* Seconds from 1970 to the start of that day; false when it is no date from 0001-01-01 to 9999-12-31. */
bool date_parse(Str text, int64_t *seconds);
/* The day of that second; beyond the years 1 to 9999 the nearest day within. */
Str date_print(int64_t seconds, Arena *a);

#endif
