#include "base/utf8.h"

static bool is_tail(uint8_t byte) { return (byte & 0xC0) == 0x80; }

size_t utf8_valid_length(Str s) {
    if (!s.len) return 0;
    const uint8_t *b = (const uint8_t *)s.at;
    if (b[0] < 0x80) return 1;
    if (b[0] >= 0xC2 && b[0] < 0xE0) return s.len >= 2 && is_tail(b[1]) ? 2 : 0;
    if (b[0] >= 0xE0 && b[0] < 0xF0) {
        if (s.len < 3 || !is_tail(b[1]) || !is_tail(b[2])) return 0;
        bool overlong = b[0] == 0xE0 && b[1] < 0xA0, surrogate = b[0] == 0xED && b[1] >= 0xA0;
        return overlong || surrogate ? 0 : 3;
    }
    if (b[0] >= 0xF0 && b[0] < 0xF5) {
        if (s.len < 4 || !is_tail(b[1]) || !is_tail(b[2]) || !is_tail(b[3])) return 0;
        bool overlong = b[0] == 0xF0 && b[1] < 0x90, beyond = b[0] == 0xF4 && b[1] >= 0x90;
        return overlong || beyond ? 0 : 4;
    }
    return 0;
}

size_t utf8_decode(Str s, uint32_t *code) {
    size_t length = utf8_valid_length(s);
    const uint8_t *b = (const uint8_t *)s.at;
    switch (length) {
        case 1: *code = b[0]; return 1;
        case 2: *code = (uint32_t)(b[0] & 0x1F) << 6 | (b[1] & 0x3F); return 2;
        case 3: *code = (uint32_t)(b[0] & 0x0F) << 12 | (uint32_t)(b[1] & 0x3F) << 6 | (b[2] & 0x3F); return 3;
        case 4:
            *code = (uint32_t)(b[0] & 0x07) << 18 | (uint32_t)(b[1] & 0x3F) << 12 | (uint32_t)(b[2] & 0x3F) << 6 | (b[3] & 0x3F);
            return 4;
        default: *code = 0xFFFD; return 1;
    }
}

size_t utf8_invalid(Str s) {
    for (size_t i = 0; i < s.len;) {
        if ((uint8_t)s.at[i] < 0x80) {
            i++;
            continue;
        }
        size_t length = utf8_valid_length(str_skip(s, i));
        if (!length) return i;
        i += length;
    }
    return STR_NONE;
}

void utf8_put(Buf *out, uint32_t code) {
    if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) code = 0xFFFD;
    if (code < 0x80) {
        buf_byte(out, (char)code);
        return;
    }
    int tails = code < 0x800 ? 1 : code < 0x10000 ? 2 : 3;
    static const uint8_t heads[] = {0, 0xC0, 0xE0, 0xF0};
    buf_byte(out, (char)(heads[tails] | code >> (6 * tails)));
    while (tails-- > 0) buf_byte(out, (char)(0x80 | (code >> (6 * tails) & 0x3F)));
}

size_t utf8_count(Str s) {
    size_t count = 0;
    for (size_t i = 0; i < s.len; count++) {
        uint32_t code;
        i += utf8_decode(str_skip(s, i), &code);
    }
    return count;
}

bool utf8_is_steering(uint32_t code) {
    return code < 0x20 || (code >= 0x7f && code < 0xA0) || (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069) || code == 0x200E || code == 0x200F || code == 0xFEFF;
}

static bool is_white(uint32_t code) {
    return (code >= 9 && code <= 13) || code == 0x20 || code == 0x85 || code == 0xA0 || code == 0x1680 || (code >= 0x2000 && code <= 0x200A) ||
           code == 0x2028 || code == 0x2029 || code == 0x202F || code == 0x205F || code == 0x3000;
}

Str utf8_trim(Str s) {
    uint32_t code;
    for (size_t n; s.len && (n = utf8_decode(s, &code), is_white(code));) s = str_skip(s, n);
    while (s.len) {
        size_t start = s.len - 1;
        while (start > 0 && ((unsigned char)s.at[start] & 0xC0) == 0x80) start--;
        size_t n = utf8_decode(str_skip(s, start), &code);
        if (start + n != s.len || !is_white(code)) break;
        s.len = start;
    }
    return s;
}

static const struct { char letter; uint16_t mark, composed; } compositions[] = {
#define COMPOSED(letter, mark, composed) {letter, mark, composed},
#include "base/composed.def"
#undef COMPOSED
};

static uint32_t compose(char letter, uint32_t mark) {
    for (size_t i = 0; i < ARRAY_COUNT(compositions); i++) {
        if (compositions[i].letter == letter && compositions[i].mark == mark) return compositions[i].composed;
    }
    return 0;
}

/* U+0300 to U+033F begin with 0xCC. */
bool utf8_has_marks(Str s) { return s.len && memchr(s.at, 0xcc, s.len) != NULL; }

void utf8_compose(Str s, Buf *out) {
    for (size_t i = 0; i < s.len;) {
        uint32_t mark = 0, code = 0;
        if (i + 2 < s.len && (uint8_t)s.at[i] < 0x80 && (uint8_t)s.at[i + 1] == 0xcc) {
            utf8_decode(str_skip(s, i + 1), &mark);
            code = compose(s.at[i], mark);
        }
        if (code) utf8_put(out, code);
        else buf_byte(out, s.at[i]);
        i += code ? 3 : 1;
    }
}

void utf8_put_shown(Str text, Buf *out) {
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t n = utf8_decode(str_skip(text, i), &code);
        if (utf8_is_steering(code) || (code == 0xfffd && n == 1)) buf_byte(out, '?');
        else buf_add(out, str_slice(text, i, i + n));
        i += n;
    }
}
