/* `*`, `**`, `?` and `+` (none or one, one or more of what is before), `[…]`, a leading `!`. Names of branches and tags follow
 * git check-ref-format besides. */
#include "values/filter.h"

static bool fail(Str s, size_t at, size_t count, Str *bad) {
    *bad = str_slice(s, MIN(at, s.len), MIN(at + count, s.len));
    return false;
}

/* [a-z0-9], at its bracket; *at is left behind it. */
static bool read_class(Str s, size_t *at, Str *bad) {
    size_t start = *at, i = start + 1;
    for (; i < s.len && s.at[i] != ']'; i++) {
        bool range = i + 2 < s.len && s.at[i + 1] == '-' && s.at[i + 2] != ']';
        if (!range) continue;
        if ((unsigned char)s.at[i] > (unsigned char)s.at[i + 2]) return fail(s, i, 3, bad);
        i += 2;
    }
    if (i >= s.len || i == start + 1) return fail(s, start, i - start + 1, bad);
    *at = i + 1;
    return true;
}

static bool read_escape(Str s, size_t *at, bool is_path, Str *bad) {
    size_t i = *at;
    bool special = i + 1 < s.len && memchr("[?*+\\!", s.at[i + 1], 6);
    if (!special && !is_path) return fail(s, i, 2, bad);
    *at = i + 2;
    return true;
}

bool filter_is_valid(Str s, bool is_path, Str *bad) {
    size_t i = s.len && s.at[0] == '!';
    if (i == s.len) return fail(s, 0, s.len, bad);
    Str rest = str_skip(s, i);
    if (is_path && (str_starts(rest, STR("./")) || str_starts(rest, STR("../")))) return fail(rest, 0, 2, bad);
    if (!is_path && (rest.at[0] == '/' || rest.at[rest.len - 1] == '/' || rest.at[rest.len - 1] == '.')) return fail(rest, 0, rest.len, bad);
    bool repeats = false; /* what stands before may be repeated */
    while (i < s.len) {
        char c = s.at[i];
        if (c == '[') {
            if (!read_class(s, &i, bad)) return false;
            repeats = true;
        } else if (c == '\\') {
            if (!read_escape(s, &i, is_path, bad)) return false;
            repeats = true;
        } else if (c == '?' || c == '+') {
            if (!repeats) return fail(s, i ? i - 1 : 0, 2, bad);
            repeats = false;
            i++;
        } else {
            if (!is_path && memchr("^~: \t", c, 5)) return fail(s, i, 1, bad);
            repeats = c != '*';
            i++;
        }
    }
    return true;
}
