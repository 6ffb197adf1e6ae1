/* Functions of Terraform on text: formats, patterns, encodings, digests, dates. None of them takes a hole. */
#include "values/digest.h"
#include "base/regex.h"
#include "base/utf8.h"
#include "parse/hcl_functions.h"
#include "values/time.h"

#include <stdio.h>

#define TEXT_MAX (1u << 20) /* bytes of a result */

static Value hole(void) { return value_hole(HOLE_VARIABLE); }

static Value finish(Buf *out, bool ok, Arena *a) {
    Value v = ok && out->len <= TEXT_MAX ? value_string(str_copy(a, buf_str(out))) : hole();
    buf_free(out);
    return v;
}

/* ---- patterns ---- */

/* The groups of a pattern, and whether they have names. */
static uint32_t groups_of(Str pattern, Str *names, uint32_t most) {
    uint32_t count = 0;
    bool set = false;
    for (size_t i = 0; i < pattern.len; i++) {
        char c = pattern.at[i];
        Str rest = str_skip(pattern, i);
        if (c == '\\') i++;
        else if (c == '[' && !set) set = true;
        else if (c == ']') set = false;
        else if (c == '(' && !set) {
            bool named = str_starts(rest, STR("(?P<")) || (str_starts(rest, STR("(?<")) && !str_starts(rest, STR("(?<=")));
            if (str_starts(rest, STR("(?")) && !named) continue;
            Str name = {NULL, 0}, after;
            if (named && !str_cut(str_skip(rest, str_find_byte(rest, '<') + 1), '>', &name, &after)) continue;
            if (count < most) names[count] = name;
            count++;
        }
    }
    return count;
}

static Value group_value(Str text, RegexMatch m) { return m.start == STR_NONE ? value_null() : value_string(str_slice(text, m.start, m.end)); }

/* One match as Terraform shows it: its text, a list of its groups, or a map of those with names. */
static Value match_value(Str text, const RegexMatch *m, const Str *names, uint32_t count, Arena *a) {
    if (!count) return group_value(text, m[0]);
    if (names[0].len) {
        Entry *entries = arena_array(a, Entry, count);
        for (uint32_t i = 0; i < count; i++) entries[i] = (Entry){value_string(names[i]), group_value(text, m[i + 1])};
        return value_map(entries, count);
    }
    Value *items = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) items[i] = group_value(text, m[i + 1]);
    return value_list(items, count);
}

/* Every match, up to `most`, in a list; false when the pattern can't be read. */
static bool matches(Str pattern, Str text, uint32_t most, ValueVec *out, Arena *a) {
    Regex *regex;
    Error err;
    Str names[REGEX_GROUPS_MAX];
    RegexMatch m[REGEX_GROUPS_MAX];
    uint32_t count = groups_of(pattern, names, REGEX_GROUPS_MAX - 1);
    if (count >= REGEX_GROUPS_MAX || text.len > 65536 || !regex_compile(pattern, a, &regex, &err)) return false;
    while (out->count < most) {
        Arena scratch = {0};
        bool found = regex_search(regex, text, &scratch, m, count + 1);
        arena_free(&scratch);
        if (!found) break;
        vec_push(a, out, match_value(text, m, names, count, a));
        size_t next = m[0].end > m[0].start ? m[0].end : m[0].end + 1;
        if (next >= text.len) break;
        text = str_skip(text, next);
    }
    return true;
}

static Value regex(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    ValueVec all = {0};
    if (!matches(value_text(v[0]), value_text(v[1]), 1, &all, a)) return hole();
    return all.count ? all.items[0] : hcl_failed();
}
static Value regex_all(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    ValueVec all = {0};
    return matches(value_text(v[0]), value_text(v[1]), 1000, &all, a) ? value_list(all.items, all.count) : hole();
}

/* Whether a replacement names a group, which is not looked for here. */
static bool names_group(Str by) {
    for (size_t i = 0; i + 1 < by.len; i++) {
        char c = by.at[i + 1] == '{' && i + 2 < by.len ? by.at[i + 2] : by.at[i + 1];
        if (by.at[i] == '$' && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_')) return true;
    }
    return false;
}

/* $1 and ${1} of a replacement. */
static void expand(Str by, Str text, const RegexMatch *m, Buf *out) {
    for (size_t i = 0; i < by.len; i++) {
        bool brace = by.at[i] == '$' && i + 3 < by.len + 1 && i + 1 < by.len && by.at[i + 1] == '{';
        size_t digit = i + 1 + brace;
        if (by.at[i] != '$' || digit >= by.len || by.at[digit] < '0' || by.at[digit] > '9') {
            buf_byte(out, by.at[i]);
            continue;
        }
        RegexMatch group = m[by.at[digit] - '0'];
        if (group.start != STR_NONE) buf_add(out, str_slice(text, group.start, group.end));
        i = digit + brace;
    }
}

static Value replace(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = value_text(v[0]), from = value_text(v[1]), to = value_text(v[2]);
    Buf out = {0};
    bool pattern = from.len > 1 && from.at[0] == '/' && from.at[from.len - 1] == '/';
    Regex *compiled = NULL;
    Error err;
    if (!from.len || s.len > 65536 || (pattern && names_group(to)) || (pattern && !regex_compile(str_slice(from, 1, from.len - 1), a, &compiled, &err))) return hole();
    while (s.len && out.len < TEXT_MAX) {
        RegexMatch m[10];
        for (int i = 0; i < 10; i++) m[i] = (RegexMatch){STR_NONE, STR_NONE};
        Arena scratch = {0};
        if (!pattern) m[0].start = str_find(s, from);
        bool found = pattern ? regex_search(compiled, s, &scratch, m, 10) : m[0].start != STR_NONE;
        arena_free(&scratch);
        if (!found) break;
        if (!pattern) m[0].end = m[0].start + from.len;
        buf_add(&out, str_slice(s, 0, m[0].start));
        if (pattern) expand(to, s, m, &out);
        else buf_add(&out, to);
        bool empty = m[0].end == m[0].start;
        if (empty && m[0].end < s.len) buf_byte(&out, s.at[m[0].end]);
        s = str_skip(s, MIN(m[0].end + empty, s.len));
    }
    buf_add(&out, s);
    return finish(&out, true, a);
}

/* ---- lines ---- */

static Value indent(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    if (v[0].kind != VALUE_INT || v[0].as.integer < 0 || v[0].as.integer > 1000) return hole();
    Str s = value_text(v[1]);
    Buf out = {0};
    for (size_t i = 0; i < s.len && out.len < TEXT_MAX; i++) {
        buf_byte(&out, s.at[i]);
        for (int64_t k = 0; s.at[i] == '\n' && k < v[0].as.integer; k++) buf_byte(&out, ' ');
    }
    return finish(&out, true, a);
}
static Value backwards(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = value_text(v[0]);
    Buf out = {0};
    for (size_t i = s.len; i-- > 0;) {
        if (((uint8_t)s.at[i] & 0xc0) == 0x80) continue; /* inside of a character */
        size_t end = i + 1;
        while (end < s.len && ((uint8_t)s.at[end] & 0xc0) == 0x80) end++;
        buf_add(&out, str_slice(s, i, end));
    }
    return finish(&out, true, a);
}

/* ---- encodings ---- */

static const char digits64[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static Value to_base64(Str s, Arena *a) {
    Buf out = {0};
    for (size_t i = 0; i < s.len && out.len < 2 * TEXT_MAX; i += 3) {
        uint32_t bits = 0, left = (uint32_t)MIN(s.len - i, (size_t)3);
        for (uint32_t k = 0; k < 3; k++) bits = bits << 8 | (k < left ? (uint8_t)s.at[i + k] : 0);
        for (uint32_t k = 0; k < 4; k++) buf_byte(&out, k <= left ? digits64[bits >> (18 - 6 * k) & 63] : '=');
    }
    return finish(&out, true, a);
}
static Value base64_encode(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return v[0].kind == VALUE_STRING ? to_base64(value_str(v[0]), a) : hole();
}
static Value base64_decode(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = value_text(v[0]);
    Buf out = {0};
    uint32_t bits = 0, held = 0;
    bool ok = v[0].kind == VALUE_STRING && s.len % 4 == 0;
    while (s.len && s.at[s.len - 1] == '=') s.len--;
    for (size_t i = 0; i < s.len && ok; i++) {
        const char *digit = s.at[i] ? strchr(digits64, s.at[i]) : NULL;
        ok = digit != NULL;
        bits = bits << 6 | (ok ? (uint32_t)(digit - digits64) : 0);
        held += 6;
        if (held < 8) continue;
        held -= 8;
        buf_byte(&out, (char)(bits >> held & 255));
    }
    return finish(&out, ok && utf8_invalid(buf_str(&out)) == STR_NONE, a);
}
static Value url_encode(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = value_text(v[0]);
    Buf out = {0};
    for (size_t i = 0; i < s.len && out.len < TEXT_MAX; i++) {
        char c = s.at[i];
        bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || c == '~';
        if (plain) buf_byte(&out, c);
        else if (c == ' ') buf_byte(&out, '+');
        else buf_print(&out, "%%%02X", (uint8_t)c);
    }
    return finish(&out, v[0].kind == VALUE_STRING, a);
}

/* A field of a line of CSV (RFC 4180), and what follows it. */
static Str csv_field(Str *s, Arena *a) {
    if (!str_starts(*s, STR("\""))) {
        size_t end = 0;
        while (end < s->len && s->at[end] != ',' && s->at[end] != '\n') end++;
        Str field = str_slice(*s, 0, end);
        *s = str_skip(*s, end);
        return str_ends(field, STR("\r")) ? str_slice(field, 0, field.len - 1) : field;
    }
    Buf out = {0};
    size_t i = 1;
    for (; i < s->len; i++) {
        bool quote = s->at[i] == '"', twice = quote && i + 1 < s->len && s->at[i + 1] == '"';
        if (quote && !twice) break;
        i += twice;
        buf_byte(&out, s->at[i]);
    }
    *s = str_skip(*s, MIN(i + 1, s->len));
    if (str_starts(*s, STR("\r"))) *s = str_skip(*s, 1);
    Str field = str_copy(a, buf_str(&out));
    buf_free(&out);
    return field;
}
static Value csv_decode(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str s = value_text(v[0]);
    ValueVec names = {0}, rows = {0};
    for (bool head = true; s.len && rows.count < HCL_ITEMS_MAX; head = false) {
        VEC(Entry) entries = {0};
        for (uint32_t i = 0;; i++) {
            Value field = value_string(csv_field(&s, a));
            if (head) vec_push(a, &names, field);
            else if (i < names.count) vec_push(a, &entries, ((Entry){names.items[i], field}));
            if (!str_starts(s, STR(","))) break;
            s = str_skip(s, 1);
        }
        s = str_skip(s, str_starts(s, STR("\n")));
        if (!head && entries.count != names.count) return hole();
        if (!head) vec_push(a, &rows, value_map(entries.items, entries.count));
    }
    return value_list(rows.items, rows.count);
}

/* ---- digests ---- */

static Value digest(const Value *v, DigestKind kind, bool base64, Arena *a) {
    if (v[0].kind != VALUE_STRING) return hole();
    uint8_t bytes[DIGEST_MAX];
    uint32_t size = digest_of(kind, value_str(v[0]), bytes);
    if (base64) return to_base64((Str){(const char *)bytes, size}, a);
    Buf out = {0};
    for (uint32_t i = 0; i < size; i++) buf_print(&out, "%02x", bytes[i]);
    return finish(&out, true, a);
}
static Value md5(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_MD5, false, a);
}
static Value sha1(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_SHA1, false, a);
}
static Value sha256(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_SHA256, false, a);
}
static Value sha512(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_SHA512, false, a);
}
static Value base64_sha256(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_SHA256, true, a);
}
static Value base64_sha512(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    return digest(v, DIGEST_SHA512, true, a);
}

/* ---- dates ---- */

/* Moments in UTC only: what is written in another zone is shown in it. */
static bool moment(Value v, Moment *out) { return v.kind == VALUE_STRING && str_ends(value_str(v), STR("Z")) && time_parse(value_str(v), out); }

static Value time_add(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Moment at, by;
    if (!moment(v[0], &at) || !duration_parse(value_text(v[1]), &by)) return hole();
    at.seconds += by.seconds;
    at.nanos += by.nanos;
    if (!time_normalise(&at, false) || at.seconds < TIME_FIRST || at.seconds > TIME_LAST) return hole();
    at.nanos = 0; /* as Terraform shows it */
    Buf out = {0};
    time_print(at, &out);
    return finish(&out, true, a);
}
static Value time_compare(const Value *v, uint32_t n, Arena *a) {
    (void)n, (void)a;
    Moment x, y;
    if (!time_parse(value_text(v[0]), &x) || !time_parse(value_text(v[1]), &y)) return hole();
    int64_t order = x.seconds != y.seconds ? x.seconds - y.seconds : x.nanos - y.nanos;
    return value_int((order > 0) - (order < 0));
}

static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"};
static const char *const week_days[] = {"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"};

/* A run of one letter in the format; false when it means nothing. */
static bool date_part(char c, size_t run, const MomentParts *t, Buf *out) {
    int twelve = t->hour % 12 ? t->hour % 12 : 12;
    if (c == 'Y' && run == 4) buf_print(out, "%04d", t->year);
    else if (c == 'Y' && run == 2) buf_print(out, "%02d", t->year % 100);
    else if (c == 'M' && run > 2 && run < 5) buf_print(out, "%.*s", run == 3 ? 3 : 9, months[t->month - 1]);
    else if (c == 'E' && run > 2 && run < 5) buf_print(out, "%.*s", run == 3 ? 3 : 9, week_days[t->day_of_week]);
    else if (c == 'A' && run == 2) buf_print(out, t->hour < 12 ? "AM" : "PM");
    else if (c == 'a' && run == 2) buf_print(out, t->hour < 12 ? "am" : "pm");
    else if (c == 'Z' && run <= 5) buf_print(out, "%s", run == 1 ? "Z" : run == 3 ? "UTC" : run == 5 ? "+00:00" : "+0000");
    else if (strchr("MDHhms", c) && run < 3) {
        int number = c == 'M' ? t->month : c == 'D' ? t->day : c == 'h' ? t->hour : c == 'H' ? twelve : c == 'm' ? t->minute : t->second;
        buf_print(out, run == 2 ? "%02d" : "%d", number);
    } else return false;
    return true;
}
static Value format_date(const Value *v, uint32_t n, Arena *a) {
    (void)n;
    Str format = value_text(v[0]);
    Moment at;
    if (!moment(v[1], &at)) return hole();
    MomentParts parts = time_parts(at.seconds);
    Buf out = {0};
    bool ok = true;
    for (size_t i = 0; i < format.len && ok;) {
        char c = format.at[i];
        size_t run = 1;
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        while (letter && i + run < format.len && format.at[i + run] == c) run++;
        if (c == '\'') {
            size_t close = str_find_byte(str_skip(format, i + 1), '\'');
            ok = close != STR_NONE;
            if (ok) buf_add(&out, str_slice(format, i + 1, i + 1 + close));
            run = ok ? close + 2 : 1;
        } else if (letter) ok = date_part(c, run, &parts, &out);
        else buf_byte(&out, c);
        i += run;
    }
    return finish(&out, ok, a);
}

const HclFunction hcl_text_functions[] = {
    {STR_INIT("base64decode"), 1, 1, false, base64_decode}, {STR_INIT("base64encode"), 1, 1, false, base64_encode},
    {STR_INIT("base64sha256"), 1, 1, false, base64_sha256}, {STR_INIT("base64sha512"), 1, 1, false, base64_sha512},
    {STR_INIT("csvdecode"), 1, 1, false, csv_decode},       {STR_INIT("formatdate"), 2, 2, false, format_date},
    {STR_INIT("indent"), 2, 2, false, indent},              {STR_INIT("md5"), 1, 1, false, md5},
    {STR_INIT("regex"), 2, 2, false, regex},                {STR_INIT("regexall"), 2, 2, false, regex_all},
    {STR_INIT("replace"), 3, 3, false, replace},            {STR_INIT("sha1"), 1, 1, false, sha1},
    {STR_INIT("sha256"), 1, 1, false, sha256},              {STR_INIT("sha512"), 1, 1, false, sha512},
    {STR_INIT("strrev"), 1, 1, false, backwards},           {STR_INIT("timeadd"), 2, 2, false, time_add},
    {STR_INIT("timecmp"), 2, 2, false, time_compare},       {STR_INIT("urlencode"), 1, 1, false, url_encode},
};
const uint32_t hcl_text_function_count = ARRAY_COUNT(hcl_text_functions);
