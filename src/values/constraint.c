/* What is released before a version (1.2.0-beta) is not told from it. */
#include "values/constraint.h"

#include "values/range.h"

static bool read(Str text, Version *out) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] == '-' || text.at[i] == '+') text.len = i;
    }
    return version_read(str_trim(text), out);
}

static bool allows_one(Str constraint, const Version *own) {
    size_t n = 0;
    while (n < constraint.len && memchr("<>=!~", constraint.at[n], 5)) n++;
    Str op = str_slice(constraint, 0, n);
    Version want;
    if (!read(str_skip(constraint, n), &want)) return true;
    int order = version_compare(own, &want);
    if (str_is(op, "!=")) return order != 0;
    if (str_is(op, ">=")) return order >= 0;
    if (str_is(op, ">")) return order > 0;
    if (str_is(op, "<=")) return order <= 0;
    if (str_is(op, "<")) return order < 0;
    if (!op.len || str_is(op, "=")) return order == 0;
    if (!str_is(op, "~>")) return true;
    for (uint32_t i = 0; i + 1 < want.count; i++) { /* only the last number that is written may grow */
        if (own->part[i] != want.part[i]) return false;
    }
    return order >= 0;
}

bool constraint_allows(Str constraints, Str version) {
    Version own;
    Str one;
    if (!read(version, &own)) return true;
    while (str_next(&constraints, ',', &one)) {
        if (!allows_one(str_trim(one), &own)) return false;
    }
    return true;
}
