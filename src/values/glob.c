#include "values/glob.h"

static bool class_matches(Str pattern, size_t *at, char c) {
    size_t i = *at + 1;
    bool negated = i < pattern.len && (pattern.at[i] == '!' || pattern.at[i] == '^'), hit = false;
    if (negated) i++;
    for (bool first = true; i < pattern.len && (first || pattern.at[i] != ']'); first = false) {
        char low = pattern.at[i], high = low;
        if (low == '\\' && i + 1 < pattern.len) low = high = pattern.at[++i];
        if (i + 2 < pattern.len && pattern.at[i + 1] == '-' && pattern.at[i + 2] != ']') {
            high = pattern.at[i + 2];
            i += 2;
        }
        hit = hit || (low <= c && c <= high);
        i++;
    }
    *at = i;
    return hit != negated && c != '/';
}

/* Greedy with one way back: each * remembers where it stood, so the time is at most pattern × path. */
bool glob_matches(Str pattern, Str path) {
    size_t p = 0, s = 0, star = STR_NONE, star_s = 0, deep = STR_NONE, deep_s = 0;
    for (;;) {
        char c = p < pattern.len ? pattern.at[p] : '\0';
        if (p < pattern.len && c == '*') {
            bool two = p + 1 < pattern.len && pattern.at[p + 1] == '*';
            bool whole = two && (p == 0 || pattern.at[p - 1] == '/') && (p + 2 >= pattern.len || pattern.at[p + 2] == '/');
            if (whole) {
                deep = p;
                deep_s = s;
                p += p + 2 < pattern.len ? 3 : 2;
                star = STR_NONE;
                if (p >= pattern.len) return true;
            } else {
                star = p;
                star_s = s;
                while (p < pattern.len && pattern.at[p] == '*') p++;
            }
            continue;
        }
        if (s < path.len && p < pattern.len) {
            size_t next = p;
            bool hit = c == '?' ? path.at[s] != '/' : c == '[' ? class_matches(pattern, &next, path.at[s]) : c == '\\' && p + 1 < pattern.len ? pattern.at[++next] == path.at[s] : c == path.at[s];
            if (hit) {
                p = next + 1;
                s++;
                continue;
            }
        } else if (s == path.len && p == pattern.len) return true;
        if (star != STR_NONE && star_s < path.len && path.at[star_s] != '/') {
            s = ++star_s;
            for (p = star; p < pattern.len && pattern.at[p] == '*'; p++) {}
        } else if (deep != STR_NONE) {
            while (deep_s < path.len && path.at[deep_s] != '/') deep_s++;
            if (deep_s >= path.len) return false;
            s = ++deep_s;
            p = deep + 3;
            star = STR_NONE;
        } else return false;
    }
}

bool glob_covers(Str pattern, Str path) {
    while (pattern.len && pattern.at[pattern.len - 1] == '/') pattern.len--;
    bool anchored = str_find_byte(pattern, '/') != STR_NONE;
    if (str_starts(pattern, STR("./"))) pattern = str_skip(pattern, 2);
    if (pattern.len && pattern.at[0] == '/') pattern = str_skip(pattern, 1);
    size_t start = 0;
    for (size_t i = 0; i <= path.len; i++) {
        if (i < path.len && path.at[i] != '/') continue;
        if (glob_matches(pattern, str_slice(path, anchored ? 0 : start, i))) return true;
        start = i + 1;
    }
    return false;
}

/* A line of a .dockerignore as a pattern from the root; true when it lets in again. */
static bool ignore_line(Str line, Str *pattern) {
    bool negated = line.len && line.at[0] == '!';
    *pattern = negated ? str_skip(line, 1) : line;
    if (str_starts(*pattern, STR("./"))) *pattern = str_skip(*pattern, 2);
    while (pattern->len && pattern->at[0] == '/') *pattern = str_skip(*pattern, 1);
    while (pattern->len && pattern->at[pattern->len - 1] == '/') pattern->len--;
    return negated;
}

static bool matches_some_parent(Str pattern, Str path) {
    for (size_t i = 1; i <= path.len; i++) {
        if ((i == path.len || path.at[i] == '/') && glob_matches(pattern, str_slice(path, 0, i))) return true;
    }
    return false;
}

bool glob_excludes(const Str *patterns, uint32_t count, Str path) {
    bool out = false;
    for (uint32_t i = 0; i < count; i++) {
        Str pattern;
        bool negated = ignore_line(patterns[i], &pattern);
        if (str_is(pattern, ".") || matches_some_parent(pattern, path)) out = !negated;
    }
    return out;
}

bool glob_excludes_all(const Str *patterns, uint32_t count, Str path) {
    if (!glob_excludes(patterns, count, path)) return false;
    for (uint32_t i = 0; i < count; i++) {
        Str pattern;
        bool deep = ignore_line(patterns[i], &pattern) && (str_has(pattern, STR("**")) || str_find_byte(pattern, '*') == 0);
        bool below = patterns[i].at[0] == '!' && str_starts(pattern, path) && pattern.len > path.len && pattern.at[path.len] == '/';
        if (deep || below) return false;
    }
    return true;
}
