/* A range is alternatives between ||; each is comparators that all hold. A comparator is a half-open stretch [low, high) of versions, or all but one.
 * Invariant: what is not understood to its last byte is unreadable, never "inside". */
#include "values/range.h"

#include "base/base.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }

/* Takes digits and dots off `rest`; `star`: it ends in a * or x. */
static bool take_version(Str *rest, Version *out, bool *star) {
    *out = (Version){0};
    *star = false;
    if (rest->len && (rest->at[0] == 'v' || rest->at[0] == 'V')) *rest = str_skip(*rest, 1);
    for (;;) {
        if (rest->len && (rest->at[0] == '*' || rest->at[0] == 'x' || rest->at[0] == 'X')) {
            *rest = str_skip(*rest, 1);
            *star = true;
        } else {
            size_t digits = 0;
            int64_t number;
            while (digits < rest->len && is_digit(rest->at[digits])) digits++;
            if (!digits || digits > 9 || out->count == VERSION_PARTS || *star || !str_to_int(str_slice(*rest, 0, digits), &number)) return false;
            out->part[out->count++] = number;
            *rest = str_skip(*rest, digits);
        }
        if (!rest->len || rest->at[0] != '.') return out->count || *star;
        *rest = str_skip(*rest, 1);
    }
}

bool version_read(Str text, Version *out) {
    bool star;
    return take_version(&text, out, &star) && !star && !text.len;
}

int version_compare(const Version *a, const Version *b) {
    for (int i = 0; i < VERSION_PARTS; i++) {
        if (a->part[i] != b->part[i]) return a->part[i] < b->part[i] ? -1 : 1;
    }
    return 0;
}

/* The first version behind all that begin with the first `kept` parts of `v`. */
static Version behind(const Version *v, uint32_t kept) {
    Version out = {.count = VERSION_PARTS};
    for (uint32_t i = 0; i < kept; i++) out.part[i] = v->part[i];
    if (kept) out.part[kept - 1]++;
    return out;
}

static bool lies_in(const Version *v, const Version *low, uint32_t kept) {
    Version high = behind(low, kept);
    return version_compare(v, low) >= 0 && (!kept || version_compare(v, &high) < 0);
}

/* How many parts a caret keeps: up to the first that is not 0. */
static uint32_t caret(const Version *v) {
    for (uint32_t i = 0; i < v->count; i++) {
        if (v->part[i]) return i + 1;
    }
    return MAX(v->count, 1);
}

static bool compares(Str operator, const Version *v, const Version *low, bool star) {
    uint32_t count = low->count;
    if (star && !count) return true;
    if (str_is(operator, ">=")) return version_compare(v, low) >= 0;
    if (str_is(operator, "<=")) return version_compare(v, low) <= 0 || lies_in(v, low, count);
    if (str_is(operator, ">")) return version_compare(v, low) > 0 && !lies_in(v, low, count); /* what <= takes, > does not */
    if (str_is(operator, "<")) return version_compare(v, low) < 0;
    if (str_is(operator, "^")) return lies_in(v, low, caret(low));
    if (str_is(operator, "~")) return lies_in(v, low, MIN(count, 2));
    if (str_is(operator, "~>") || str_is(operator, "~=")) return lies_in(v, low, MAX(count - 1, 1));
    bool same = count < 3 || star ? lies_in(v, low, count) : version_compare(v, low) == 0;
    return str_is(operator, "!=") ? !same : same;
}

static Str take_operator(Str *rest) {
    size_t n = 0;
    while (n < rest->len && strchr("<>=!~^", rest->at[n])) n++;
    Str operator = str_slice(*rest, 0, n);
    *rest = str_trim(str_skip(*rest, n));
    return operator;
}

static bool is_operator(Str s) {
    static const char *const known[] = {"", "=", "==", "===", "!=", ">", ">=", "<", "<=", "^", "~", "~>", "~="};
    for (size_t i = 0; i < ARRAY_COUNT(known); i++) {
        if (str_is(s, known[i])) return true;
    }
    return false;
}

/* "18 - 20", behind the first of the two. */
static bool take_hyphen(Str *rest, Version *high) {
    bool star;
    if (!str_starts(*rest, STR(" - "))) return false;
    *rest = str_trim(str_skip(*rest, 3));
    return take_version(rest, high, &star);
}

static RangeAnswer all_hold(Str text, const Version *version) {
    bool inside = true, star;
    Str rest = str_trim(text);
    if (!rest.len) return RANGE_UNREADABLE;
    while (rest.len) {
        Version low, high;
        Str operator = take_operator(&rest);
        if (!is_operator(operator) || !take_version(&rest, &low, &star)) return RANGE_UNREADABLE;
        if (!operator.len && take_hyphen(&rest, &high)) {
            inside = inside && version_compare(version, &low) >= 0 && (version_compare(version, &high) <= 0 || lies_in(version, &high, high.count));
        } else inside = inside && compares(operator, version, &low, star);
        if (rest.len && rest.at[0] != ' ' && rest.at[0] != ',') return RANGE_UNREADABLE;
        while (rest.len && (rest.at[0] == ' ' || rest.at[0] == ',')) rest = str_skip(rest, 1);
    }
    return inside ? RANGE_INSIDE : RANGE_OUTSIDE;
}

RangeAnswer range_holds(Str range, const Version *version) {
    bool inside = false;
    if (range.len > 256) return RANGE_UNREADABLE;
    for (bool more = true; more;) {
        size_t at = str_find(range, STR("||"));
        more = at != STR_NONE;
        RangeAnswer answer = all_hold(more ? str_slice(range, 0, at) : range, version);
        if (answer == RANGE_UNREADABLE) return answer;
        inside = inside || answer == RANGE_INSIDE;
        if (more) range = str_skip(range, at + 2);
    }
    return inside ? RANGE_INSIDE : RANGE_OUTSIDE;
}
