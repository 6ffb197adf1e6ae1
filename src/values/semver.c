/* Numbers without leading zeros; pre-releases compare part by part, numbers below words. */
#include "values/semver.h"

static bool number(Str text, int64_t *out) {
    for (size_t i = 0; i < text.len; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    }
    return text.len && (text.len == 1 || text.at[0] != '0') && str_to_int(text, out);
}

static bool valid_parts(Str text, bool numbers_strict) {
    Str part;
    int64_t value;
    if (!text.len) return false;
    while (str_next(&text, '.', &part)) {
        bool digits = part.len > 0;
        for (size_t i = 0; i < part.len; i++) {
            char c = part.at[i];
            bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
            if (!letter && c != '-' && !(c >= '0' && c <= '9')) return false;
            digits = digits && c >= '0' && c <= '9';
        }
        if (!part.len || (digits && numbers_strict && !number(part, &value))) return false;
    }
    return true;
}

bool semver_parse(Str text, Semver *out) {
    Str core, build, minor, patch, major, rest;
    *out = (Semver){0};
    if (str_cut(text, '+', &core, &build) && !valid_parts(build, false)) return false;
    size_t dash = str_find_byte(core, '-');
    if (dash != STR_NONE) {
        out->pre = str_skip(core, dash + 1);
        if (!valid_parts(out->pre, true)) return false;
        core = str_slice(core, 0, dash);
    }
    if (!str_cut(core, '.', &major, &rest) || !str_cut(rest, '.', &minor, &patch)) return false;
    return number(major, &out->major) && number(minor, &out->minor) && number(patch, &out->patch);
}

static int compare_parts(Str a, Str b) {
    int64_t x, y;
    bool p = number(a, &x), q = number(b, &y);
    if (p && q) return (x > y) - (x < y);
    return p != q ? (p ? -1 : 1) : str_compare(a, b);
}

static int compare_pre(Str a, Str b) {
    if (!a.len || !b.len) return (a.len == 0) - (b.len == 0);
    Str p, q;
    for (;;) {
        bool left = a.at && str_next(&a, '.', &p), right = b.at && str_next(&b, '.', &q);
        if (!left || !right) return left - right;
        int order = compare_parts(p, q);
        if (order) return order;
    }
}

int semver_compare(const Semver *a, const Semver *b) {
    if (a->major != b->major) return a->major < b->major ? -1 : 1;
    if (a->minor != b->minor) return a->minor < b->minor ? -1 : 1;
    if (a->patch != b->patch) return a->patch < b->patch ? -1 : 1;
    return compare_pre(a->pre, b->pre);
}
