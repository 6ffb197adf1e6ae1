/* Slices: compare, find, cut, copy. */
#include "base/str.h"

#include <stdio.h>

#define XXH_INLINE_ALL
#include <xxhash.h>

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

int str_compare(Str a, Str b) {
    size_t common = MIN(a.len, b.len);
    int order = common ? memcmp(a.at, b.at, common) : 0;
    return order ? order : (a.len > b.len) - (a.len < b.len);
}

bool str_starts_nocase(Str s, Str prefix) {
    if (s.len < prefix.len) return false;
    for (size_t i = 0; i < prefix.len; i++) {
        if (lower(s.at[i]) != lower(prefix.at[i])) return false;
    }
    return true;
}

bool str_eq_nocase(Str a, Str b) {
    return a.len == b.len && str_starts_nocase(a, b);
}

size_t str_find_byte(Str s, char byte) {
    const char *hit = s.len ? memchr(s.at, byte, s.len) : NULL;
    return hit ? (size_t)(hit - s.at) : STR_NONE;
}

size_t str_find_last(Str s, char byte) {
    for (size_t i = s.len; i > 0; i--) {
        if (s.at[i - 1] == byte) return i - 1;
    }
    return STR_NONE;
}

/* Sixteen bytes at once, by the compilers' own vectors. */
typedef unsigned char Block __attribute__((vector_size(16)));

static Block block_at(const char *s) {
    Block block;
    memcpy(&block, s, sizeof block);
    return block;
}

static Block block_lower(Block b) { return b + ((Block)((b >= 'A') & (b <= 'Z')) & ('a' - 'A')); }

/* The first byte of a mask that is set, or the size of a block. */
static size_t block_first(Block mask) {
    uint64_t half[2];
    memcpy(half, &mask, sizeof half);
    return half[0] ? (size_t)__builtin_ctzll(half[0]) / 8 : half[1] ? 8 + (size_t)__builtin_ctzll(half[1]) / 8 : sizeof mask;
}

/* Where `part`, of two bytes at least, may begin from `i` on: its first and its last byte stand there. */
static size_t next_place(Str s, size_t i, Str part) {
    size_t last = part.len - 1;
    char a = part.at[0], b = part.at[last];
    for (; i + last + sizeof(Block) <= s.len; i += sizeof(Block)) {
        Block ends = (Block)((block_at(s.at + i) == (unsigned char)a) & (block_at(s.at + i + last) == (unsigned char)b));
        size_t first = block_first(ends);
        if (first < sizeof(Block)) return i + first;
    }
    while (i + last < s.len && !(s.at[i] == a && s.at[i + last] == b)) i++;
    return i;
}

#define PLACES_TRIED 32 /* one by one; where there are more, memmem stays linear */

size_t str_find(Str s, Str part) {
    if (part.len == 0) return 0;
    if (s.len < part.len) return STR_NONE;
    const char *first = memchr(s.at, part.at[0], s.len - part.len + 1); /* most texts don't even have that */
    if (!first) return STR_NONE;
    size_t i = (size_t)(first - s.at);
    if (part.len == 1) return i;
    for (int n = 0; n < PLACES_TRIED; n++, i++) {
        i = next_place(s, i, part);
        if (i + part.len > s.len) return STR_NONE;
        if (!memcmp(s.at + i, part.at, part.len)) return i;
    }
    if (i + part.len > s.len) return STR_NONE;
    const char *hit = memmem(s.at + i, s.len - i, part.at, part.len);
    return hit ? (size_t)(hit - s.at) : STR_NONE;
}

size_t str_find_four(Str s, char a, char b, char c, char d) {
    size_t i = 0;
    for (; i + sizeof(Block) <= s.len; i += sizeof(Block)) {
        Block block = block_at(s.at + i);
        size_t first = block_first((Block)((block == (unsigned char)a) | (block == (unsigned char)b) | (block == (unsigned char)c) | (block == (unsigned char)d)));
        if (first < sizeof(Block)) return i + first;
    }
    while (i < s.len && s.at[i] != a && s.at[i] != b && s.at[i] != c && s.at[i] != d) i++;
    return i;
}

size_t str_printable(Str s, char a, char b) {
    size_t i = 0;
    for (; i + sizeof(Block) <= s.len; i += sizeof(Block)) {
        Block block = block_at(s.at + i);
        size_t first = block_first((Block)((block < 0x20) | (block > 0x7e) | (block == (unsigned char)a) | (block == (unsigned char)b)));
        if (first < sizeof(Block)) return i + first;
    }
    while (i < s.len && (uint8_t)s.at[i] >= 0x20 && (uint8_t)s.at[i] < 0x7f && s.at[i] != a && s.at[i] != b) i++;
    return i;
}

/* Where a part may begin from `i` on: its first and its last byte, in lower case, stand there. */
static size_t may_begin(Str s, size_t i, size_t last, char a, char b) {
    for (; i + last + sizeof(Block) <= s.len; i += sizeof(Block)) {
        Block ends = (Block)((block_lower(block_at(s.at + i)) == (unsigned char)a) & (block_lower(block_at(s.at + i + last)) == (unsigned char)b));
        size_t first = block_first(ends);
        if (first < sizeof(Block)) return i + first;
    }
    while (i + last < s.len && !(lower(s.at[i]) == a && lower(s.at[i + last]) == b)) i++;
    return i;
}

size_t str_find_nocase(Str s, Str part) {
    if (!part.len) return 0;
    size_t last = part.len - 1;
    char a = lower(part.at[0]), b = lower(part.at[last]);
    for (size_t i = 0; (i = may_begin(s, i, last, a, b)) + last < s.len; i++) {
        if (str_starts_nocase((Str){s.at + i, s.len - i}, part)) return i;
    }
    return STR_NONE;
}

static bool is_blank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

Str str_trim(Str s) {
    while (s.len && is_blank(s.at[0])) s = (Str){s.at + 1, s.len - 1};
    while (s.len && is_blank(s.at[s.len - 1])) s.len--;
    return s;
}

bool str_cut(Str s, char byte, Str *left, Str *right) {
    size_t at = str_find_byte(s, byte);
    if (at == STR_NONE) {
        *left = s;
        *right = (Str){s.len ? s.at + s.len : s.at, 0}; /* NULL + 0 is undefined */
        return false;
    }
    *left = (Str){s.at, at};
    *right = (Str){s.at + at + 1, s.len - at - 1};
    return true;
}

bool str_next(Str *rest, char byte, Str *piece) {
    if (!rest->at) return false;
    bool more = str_cut(*rest, byte, piece, rest);
    if (!more) *rest = (Str){NULL, 0};
    return true;
}

Str str_join(Arena *a, Str left, Str right) {
    char *at = arena_alloc(a, left.len + right.len + 1);
    if (left.len) memcpy(at, left.at, left.len);
    if (right.len) memcpy(at + left.len, right.at, right.len);
    at[left.len + right.len] = '\0';
    return (Str){at, left.len + right.len};
}

bool str_has_word(Str list, Str word) {
    Str piece;
    while (str_next(&list, ' ', &piece)) {
        if (str_eq(piece, word)) return true;
    }
    return false;
}

Str str_copy(Arena *a, Str s) {
    return str_join(a, s, (Str){NULL, 0});
}

Str str_lower(Arena *a, Str s) {
    char *at = arena_alloc(a, s.len);
    for (size_t i = 0; i < s.len; i++) at[i] = lower(s.at[i]);
    return (Str){at, s.len};
}
Str str_upper(Arena *a, Str s) {
    char *at = arena_alloc(a, s.len);
    for (size_t i = 0; i < s.len; i++) at[i] = s.at[i] >= 'a' && s.at[i] <= 'z' ? (char)(s.at[i] - 32) : s.at[i];
    return (Str){at, s.len};
}

size_t str_put_simple(char *out, size_t room, const char *format, va_list args) {
    size_t len = 0;
    for (const char *f = format; *f;) {
        const char *piece = f;
        char digits[12];
        size_t size;
        if (*f != '%') {
            const char *percent = strchr(f, '%');
            size = percent ? (size_t)(percent - f) : strlen(f);
            f += size;
        } else if (f[1] == 's') {
            piece = va_arg(args, const char *);
            size = strlen(piece);
            f += 2;
        } else if (f[1] == '.' && f[2] == '*' && f[3] == 's') {
            int most = va_arg(args, int);
            piece = va_arg(args, const char *);
            size = most > 0 ? strnlen(piece, (size_t)most) : 0;
            f += 4;
        } else if (f[1] == 'u') {
            unsigned number = va_arg(args, unsigned);
            char *at = digits + sizeof digits;
            do *--at = (char)('0' + number % 10); while (number /= 10);
            piece = at;
            size = (size_t)(digits + sizeof digits - at);
            f += 2;
        } else return STR_NONE;
        if (size && len + size <= room) memcpy(out + len, piece, size);
        len += size;
    }
    return len;
}

Str str_hex(Arena *a, uint64_t number) {
    char *digits = arena_alloc(a, 16);
    for (int i = 16; i-- > 0; number >>= 4) digits[i] = "0123456789abcdef"[number & 15];
    return (Str){digits, 16};
}

static bool format_simple(Arena *a, const char *format, va_list args, Str *out) {
    va_list again;
    va_copy(again, args);
    char short_one[200]; /* most are: formatted once */
    size_t len = str_put_simple(short_one, sizeof short_one, format, again);
    va_end(again);
    if (len == STR_NONE) return false;
    char *at = arena_alloc(a, len + 1);
    if (len <= sizeof short_one) memcpy(at, short_one, len);
    else {
        va_copy(again, args);
        str_put_simple(at, len, format, again);
        va_end(again);
    }
    at[len] = '\0';
    *out = (Str){at, len};
    return true;
}

Str str_formatv(Arena *a, const char *format, va_list args) {
    Str simple;
    if (format_simple(a, format, args, &simple)) return simple;
    va_list again;
    va_copy(again, args);
    int len = vsnprintf(NULL, 0, format, again);
    va_end(again);
    ensure(len >= 0, "formats are ours");
    char *at = arena_alloc(a, (size_t)len + 1);
    vsnprintf(at, (size_t)len + 1, format, args);
    return (Str){at, (size_t)len};
}

Str str_format(Arena *a, const char *format, ...) {
    va_list args;
    va_start(args, format);
    Str s = str_formatv(a, format, args);
    va_end(args);
    return s;
}

bool str_to_int(Str s, int64_t *out) {
    bool negative = s.len && s.at[0] == '-';
    if (s.len && (s.at[0] == '-' || s.at[0] == '+')) s = (Str){s.at + 1, s.len - 1};
    if (!s.len) return false;
    int64_t value = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.at[i] < '0' || s.at[i] > '9') return false;
        int digit = s.at[i] - '0';
        if (__builtin_mul_overflow(value, 10, &value)) return false;
        if (__builtin_sub_overflow(value, digit, &value)) return false; /* downwards: INT64_MIN fits */
    }
    if (!negative && value == INT64_MIN) return false;
    *out = negative ? value : -value;
    return true;
}

uint64_t str_hash(Str s) {
    return XXH3_64bits(s.at, s.len);
}

#define NEAREST_MAX 64 /* names are short; longer ones have no useful neighbour */

#define SLIPS_MAX 2
/* Damerau-Levenshtein distance (optimal string alignment), case ignored. */
static size_t edit_distance(Str a, Str b, size_t bound) {
    size_t rows[3][NEAREST_MAX + 1], *before = rows[0], *last = rows[1], *row = rows[2], lowest = 0;
    for (size_t j = 0; j <= b.len; j++) last[j] = before[j] = j;
    for (size_t i = 1; i <= a.len; i++) {
        size_t least = row[0] = i;
        for (size_t j = 1; j <= b.len; j++) {
            size_t change = last[j - 1] + (lower(a.at[i - 1]) != lower(b.at[j - 1]));
            size_t best = MIN(change, MIN(last[j], row[j - 1]) + 1);
            bool swapped = i > 1 && j > 1 && lower(a.at[i - 1]) == lower(b.at[j - 2]) &&
                           lower(a.at[i - 2]) == lower(b.at[j - 1]);
            row[j] = swapped ? MIN(best, before[j - 2] + 1) : best;
            least = MIN(least, row[j]);
        }
        if (MIN(least, lowest) > bound) return bound + 1; /* a row builds on the two before it, and never gets below both */
        lowest = least;
        size_t *oldest = before;
        before = last;
        last = row;
        row = oldest;
    }
    return last[b.len];
}

Str str_nearest(Str wrong, const Str *names, size_t count) {
    Str best = {NULL, 0};
    if (!wrong.len || wrong.len > NEAREST_MAX) return best;
    size_t bound = wrong.len / 3 + 1;
    for (size_t i = 0; i < count; i++) {
        if (names[i].len > NEAREST_MAX || !names[i].len) continue;
        if (MAX(wrong.len, names[i].len) - MIN(wrong.len, names[i].len) > bound) continue; /* as far apart as their lengths, at least */
        size_t distance = edit_distance(wrong, names[i], bound);
        if (distance < bound || (distance == bound && !best.len && distance <= wrong.len / 2)) {
            bound = distance;
            best = names[i];
        }
    }
    return best;
}

bool str_is_slip(Str wrong, Str name) {
    if (!name.len || wrong.len > NEAREST_MAX || name.len > NEAREST_MAX) return false;
    size_t slips = MIN(wrong.len, name.len) < 6 ? 1 : SLIPS_MAX; /* `time` is no `name` */
    return MAX(wrong.len, name.len) - MIN(wrong.len, name.len) <= slips && edit_distance(wrong, name, slips) <= slips;
}

Str str_base_name(Str path) {
    size_t slash = str_find_last(path, '/');
    return slash == STR_NONE ? path : str_skip(path, slash + 1);
}

Str str_folder(Str path) {
    size_t slash = str_find_last(path, '/');
    return slash == STR_NONE ? STR("") : str_slice(path, 0, slash);
}
