/* Str: borrowed bytes with a length, never NUL-terminated, often a slice of a source file.
 * Functions here compare and cut; none allocates unless it takes an arena. Text is UTF-8 by
 * agreement, but any bytes are allowed. Case folding is ASCII only. */
#ifndef BASE_STR_H
#define BASE_STR_H

#include "base/arena.h"

#include <stdarg.h>
#include <string.h>

typedef struct Str {
    const char *at; /* may be NULL only when len is 0 */
    size_t len;
} Str;

#define STR(literal) ((Str){"" literal, sizeof(literal) - 1})
/* For tables of constants, where a compound literal is not allowed. */
#define STR_INIT(literal) {"" literal, sizeof(literal) - 1}
/* For printf: "%.*s". */
#define STR_ARGS(s) (int)(s).len, (s).at

static inline Str str_from(const char *at, size_t len) { return (Str){at, len}; }
static inline Str str_of(const char *z) { return (Str){z, strlen(z)}; }
static inline bool str_eq(Str a, Str b) {
    return a.len == b.len && (a.len == 0 || memcmp(a.at, b.at, a.len) == 0);
}
static inline bool str_is(Str a, const char *z) { return str_eq(a, str_of(z)); }
/* The bytes [start, end) of `s`; both must lie within it. */
static inline Str str_slice(Str s, size_t start, size_t end) {
    ensure(start <= end && end <= s.len, "a slice lies within its string");
    return (Str){start ? s.at + start : s.at, end - start}; /* NULL + 0 is not defined */
}
static inline Str str_skip(Str s, size_t count) { return str_slice(s, MIN(count, s.len), s.len); }

#define STR_NONE SIZE_MAX /* what the finders below answer when there is nothing */

int str_compare(Str a, Str b); /* <0, 0, >0 by unsigned bytes: byte order is UTF-8's code point order */
bool str_eq_nocase(Str a, Str b);
/* Most differ in the byte that is looked at first. */
static inline bool str_starts(Str s, Str prefix) {
    return s.len >= prefix.len && (!prefix.len || (s.at[0] == prefix.at[0] && memcmp(s.at, prefix.at, prefix.len) == 0));
}
static inline bool str_ends(Str s, Str suffix) {
    return s.len >= suffix.len && (!suffix.len || (s.at[s.len - 1] == suffix.at[suffix.len - 1] && memcmp(s.at + s.len - suffix.len, suffix.at, suffix.len) == 0));
}
bool str_starts_nocase(Str s, Str prefix);
size_t str_find(Str s, Str part);        /* offset of the first occurrence, or STR_NONE */
size_t str_find_nocase(Str s, Str part);
size_t str_printable(Str s, char a, char b); /* bytes up to the first of a, b and all that is no printable ASCII: for writers */
size_t str_find_four(Str s, char a, char b, char c, char d); /* the first of four bytes, or s.len: for scanners */
size_t str_find_byte(Str s, char byte);
size_t str_find_last(Str s, char byte);
static inline bool str_has(Str s, Str part) { return str_find(s, part) != STR_NONE; }
Str str_base_name(Str path); /* behind the last /, or all of it */
Str str_folder(Str path);    /* in front of the last /, or empty */
Str str_trim(Str s); /* without blanks, tabs, CR and LF at both ends */

/* Splits at the first `byte`: true with both sides, or false with all of `s` in `left` and `right` empty. */
bool str_cut(Str s, char byte, Str *left, Str *right);
/* Takes the next piece up to `byte` off `rest`; false when `rest` is used up. "a,,b" gives a, "", b. */
bool str_next(Str *rest, char byte, Str *piece);
bool str_has_word(Str list, Str word); /* `word` is one of the pieces between spaces */

Str str_copy(Arena *a, Str s);                          /* followed by a NUL, which is not counted */
Str str_join(Arena *a, Str left, Str right);            /* the same */
Str str_lower(Arena *a, Str s);                         /* ASCII */
Str str_upper(Arena *a, Str s);
Str str_format(Arena *a, const char *format, ...) PRINTF(2, 3);
Str str_formatv(Arena *a, const char *format, va_list args) PRINTF(2, 0);
/* What nearly all formats are made of: text, %s, %.*s and %u. Writes what fits into `room` bytes at `out`, and gives the length of all;
 * STR_NONE when there is something else. */
size_t str_put_simple(char *out, size_t room, const char *format, va_list args) PRINTF(3, 0);
Str str_hex(Arena *a, uint64_t number);                 /* sixteen digits */
bool str_to_int(Str s, int64_t *out);                   /* all of `s` is [+-]digits that fit; else false */
uint64_t str_hash(Str s);                               /* XXH3, the same on every machine */

/* The name in `names` that is nearest to `wrong` (edit distance at most a third of its length), or
 * an empty string: for "did you mean". */
Str str_nearest(Str wrong, const Str *names, size_t count);
/* Two letters at most are wrong, of a short name one: who wrote it meant that name, and no other that we don't know. */
bool str_is_slip(Str wrong, Str name);

#endif
