/* Three numbers count; what is released before a version (1.2.0-beta) is not told from it. */
#include "values/constraint.h"

/* How many numbers `text` has, up to three. */
static uint32_t numbers_of(Str text, int64_t out[3]) {
    Str part;
    uint32_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '-' || text.at[i] == '+') text.len = i;
    }
    while (count < 3 && str_next(&text, '.', &part) && str_to_int(str_trim(part), &out[count])) count++;
    for (uint32_t i = count; i < 3; i++) out[i] = 0;
    return count;
}

static bool allows_one(Str constraint, const int64_t own[3]) {
    size_t digits = 0;
    while (digits < constraint.len && (constraint.at[digits] < '0' || constraint.at[digits] > '9')) digits++;
    Str op = str_trim(str_slice(constraint, 0, digits));
    int64_t want[3], order = 0;
    uint32_t parts = numbers_of(str_skip(constraint, digits), want);
    for (int i = 0; i < 3 && !order; i++) order = own[i] - want[i];
    if (!parts) return true;
    if (str_is(op, "!=")) return order != 0;
    if (str_is(op, ">=")) return order >= 0;
    if (str_is(op, ">")) return order > 0;
    if (str_is(op, "<=")) return order <= 0;
    if (str_is(op, "<")) return order < 0;
    if (!str_is(op, "~>")) return order == 0;
    for (uint32_t i = 0; i + 1 < parts; i++) { /* only the last number that is written may grow */
        if (own[i] != want[i]) return false;
    }
    return order >= 0;
}

bool constraint_allows(Str constraints, Str version) {
    int64_t own[3];
    Str one;
    if (numbers_of(version, own) == 0) return true;
    while (str_next(&constraints, ',', &one)) {
        if (!allows_one(str_trim(one), own)) return false;
    }
    return true;
}
