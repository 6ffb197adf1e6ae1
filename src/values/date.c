/* Dates to days and back. The year is counted from March, so that the leap day is its last day: then the days
 * before a month are a straight line, (153 × month + 2) / 5. Eras are the 400 years after which the calendar
 * repeats. ISO 8601:2019, calendar date, extended format. */
#include "values/date.h"

#define ERA_DAYS 146097            /* days of 400 years */
#define EPOCH_DAYS 719468          /* from 0000-03-01 to 1970-01-01 */
#define FIRST_DAY INT64_C(-719162) /* 0001-01-01 */
#define LAST_DAY INT64_C(2932896)  /* 9999-12-31 */

static int64_t days_of(int64_t year, int64_t month, int64_t day) {
    if (month <= 2) year--;
    int64_t of_era = year % 400, from_march = (month + 9) % 12;
    int64_t of_year = (153 * from_march + 2) / 5 + day - 1;
    return year / 400 * ERA_DAYS + of_era * 365 + of_era / 4 - of_era / 100 + of_year - EPOCH_DAYS;
}

static void day_parts(int64_t days, int *year, int *month, int *day) {
    int64_t shifted = days + EPOCH_DAYS, era = shifted / ERA_DAYS, of_era = shifted % ERA_DAYS;
    int64_t years = (of_era - of_era / 1460 + of_era / 36524 - of_era / 146096) / 365;
    int64_t of_year = of_era - (365 * years + years / 4 - years / 100), from_march = (5 * of_year + 2) / 153;
    *day = (int)(of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = (int)(era * 400 + years + (*month <= 2));
}

static bool digits(Str text, size_t start, size_t end, int64_t *out) {
    *out = 0;
    for (size_t i = start; i < end; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
        *out = *out * 10 + (text.at[i] - '0');
    }
    return true;
}

bool date_parse(Str text, int64_t *seconds) {
    int64_t year, month, day;
    if (text.len != DATE_LENGTH || text.at[4] != '-' || text.at[7] != '-') return false;
    if (!digits(text, 0, 4, &year) || !digits(text, 5, 7, &month) || !digits(text, 8, 10, &day)) return false;
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    int64_t days = days_of(year, month, day);
    int64_t next = month == 12 ? days_of(year + 1, 1, 1) : days_of(year, month + 1, 1);
    *seconds = days * DATE_DAY;
    return days < next;
}

Str date_print(int64_t seconds, Arena *a) {
    int64_t days = seconds / DATE_DAY - (seconds % DATE_DAY < 0);
    int year, month, day;
    day_parts(MAX(FIRST_DAY, MIN(days, LAST_DAY)), &year, &month, &day);
    if (year < 0 || year > 9999) return str_format(a, "%04d-%02d-%02d", year, month, day);
    char *text = arena_alloc(a, 10); /* by hand: each image has a few */
    const int pairs[] = {year / 100, year % 100, month, day};
    static const uint8_t places[] = {0, 2, 5, 8};
    for (int i = 0; i < 4; i++) {
        text[places[i]] = (char)('0' + pairs[i] / 10);
        text[places[i] + 1] = (char)('0' + pairs[i] % 10);
    }
    text[4] = text[7] = '-';
    return (Str){text, 10};
}
