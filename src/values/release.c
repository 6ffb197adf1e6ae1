/* Only the first two numbers count: what an API serves does not change within a release. */
#include "values/release.h"

uint32_t kubernetes_version(Str text) {
    Str major, rest, minor, patch;
    int64_t x, y;
    if (text.len && text.at[0] == 'v') text = str_skip(text, 1);
    if (!str_cut(text, '.', &major, &rest)) return 0;
    str_cut(rest, '.', &minor, &patch);
    if (!str_to_int(major, &x) || !str_to_int(minor, &y) || x < 1 || x > 9 || y < 0 || y > 999) return 0;
    return (uint32_t)(x * 1000 + y);
}
