/* One token at a time, no state: the parser keeps the offset. */
#include "cel/lex.h"

#include "base/utf8.h"

static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_hex(char c) { return is_digit(c) || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
static bool is_word(char c) { return is_digit(c) || c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

static char byte_at(Str s, uint32_t at) { return at < s.len ? s.at[at] : '\0'; }

static uint32_t skip_space(Str s, uint32_t at) {
    for (;;) {
        char c = byte_at(s, at);
        if (at < s.len && (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f')) at++;
        else if (c == '/' && byte_at(s, at + 1) == '/') {
            while (at < s.len && s.at[at] != '\n') at++;
        } else return at;
    }
}

static CelToken token(Str s, CelTokenKind kind, uint32_t start, uint32_t end) {
    return (CelToken){.kind = kind, .start = start, .end = end, .text = str_slice(s, start, end)};
}

static CelToken number(Str s, uint32_t start) {
    uint32_t at = start;
    bool real = false;
    if (s.at[at] == '0' && (byte_at(s, at + 1) | 0x20) == 'x') {
        at += 2;
        while (is_hex(byte_at(s, at))) at++;
    } else {
        while (is_digit(byte_at(s, at))) at++;
        if (byte_at(s, at) == '.' && is_digit(byte_at(s, at + 1))) {
            real = true;
            for (at++; is_digit(byte_at(s, at)); at++) {}
        }
        if ((byte_at(s, at) | 0x20) == 'e') {
            uint32_t digits = at + 1 + (byte_at(s, at + 1) == '+' || byte_at(s, at + 1) == '-');
            if (is_digit(byte_at(s, digits))) {
                real = true;
                for (at = digits; is_digit(byte_at(s, at)); at++) {}
            }
        }
    }
    if (!real && (byte_at(s, at) | 0x20) == 'u') return token(s, TOKEN_UINT, start, at + 1);
    return token(s, real ? TOKEN_DOUBLE : TOKEN_INT, start, at);
}

/* A string literal whose quote stands at `quote`; `start` is where its prefix begins. */
static CelToken string(Str s, uint32_t start, uint32_t quote, bool bytes, bool raw) {
    char mark = s.at[quote];
    bool triple = byte_at(s, quote + 1) == mark && byte_at(s, quote + 2) == mark;
    uint32_t at = quote + (triple ? 3 : 1);
    for (; at < s.len; at++) {
        char c = s.at[at];
        if (c == '\\' && !raw) at++;
        else if (!triple && (c == '\n' || c == '\r')) break;
        else if (c == mark && (!triple || (byte_at(s, at + 1) == mark && byte_at(s, at + 2) == mark))) {
            CelToken t = token(s, bytes ? TOKEN_BYTES : TOKEN_STRING, start, at + (triple ? 3 : 1));
            t.prefix = raw;
            return t;
        }
    }
    return token(s, TOKEN_WRONG, start, (uint32_t)MIN(at, s.len));
}

static CelToken word(Str s, uint32_t start) {
    uint32_t at = start;
    bool bytes = false, raw = false;
    for (int i = 0; i < 2; i++) { /* r, b, rb, br before a quote */
        char c = byte_at(s, at) | 0x20;
        if (c == 'b' && !bytes) bytes = true;
        else if (c == 'r' && !raw) raw = true;
        else break;
        at++;
        if (byte_at(s, at) == '"' || byte_at(s, at) == '\'') return string(s, start, at, bytes, raw);
    }
    at = start;
    while (is_word(byte_at(s, at))) at++;
    return token(s, TOKEN_IDENTIFIER, start, at);
}

static CelToken mark(Str s, uint32_t at) {
    static const Str doubles[] = {STR_INIT("=="), STR_INIT("!="), STR_INIT("<="), STR_INIT(">="), STR_INIT("&&"), STR_INIT("||")};
    for (size_t i = 0; i < ARRAY_COUNT(doubles); i++) {
        if (str_starts(str_skip(s, at), doubles[i])) return token(s, TOKEN_MARK, at, at + 2);
    }
    bool known = memchr("+-*/%!<>.,?:()[]{}", s.at[at], 18) != NULL;
    return token(s, known ? TOKEN_MARK : TOKEN_WRONG, at, at + 1);
}

CelToken cel_token(Str s, uint32_t at) {
    at = skip_space(s, at);
    if (at >= s.len) return token(s, TOKEN_END, (uint32_t)s.len, (uint32_t)s.len);
    char c = s.at[at];
    if (is_digit(c) || (c == '.' && is_digit(byte_at(s, at + 1)))) return number(s, at);
    if (c == '"' || c == '\'') return string(s, at, at, false, false);
    if (c == '`') {
        size_t end = str_find_byte(str_skip(s, at + 1), '`');
        if (end == STR_NONE) return token(s, TOKEN_WRONG, at, at + 1);
        CelToken t = token(s, TOKEN_IDENTIFIER, at, at + (uint32_t)end + 2);
        t.text = str_slice(s, at + 1, at + 1 + end);
        t.quoted = true;
        return t;
    }
    if (is_word(c)) return word(s, at);
    return mark(s, at);
}

static bool hex_escape(Str s, size_t at, size_t digits, uint32_t *code) {
    if (at + digits > s.len) return false;
    *code = 0;
    for (size_t i = at; i < at + digits; i++) {
        if (!is_hex(s.at[i])) return false;
        *code = *code * 16 + (uint32_t)(is_digit(s.at[i]) ? s.at[i] - '0' : (s.at[i] | 0x20) - 'a' + 10);
    }
    return true;
}

/* The escape behind the backslash at s[*at]; moves past it. */
static bool unescape(Str s, size_t *at, bool bytes, Buf *out) {
    static const struct { char name, code; } simple[] = {
        {'a', 7}, {'b', 8}, {'f', 12}, {'n', 10}, {'r', 13}, {'t', 9}, {'v', 11}, {'\\', '\\'}, {'\'', '\''}, {'"', '"'}, {'`', '`'}, {'?', '?'}};
    char c = s.at[*at];
    for (size_t i = 0; i < ARRAY_COUNT(simple); i++) {
        if (simple[i].name == c) {
            buf_byte(out, simple[i].code);
            *at += 1;
            return true;
        }
    }
    uint32_t code = 0;
    if (c >= '0' && c <= '3') {
        if (*at + 3 > s.len) return false;
        for (size_t i = *at; i < *at + 3; i++) {
            if (s.at[i] < '0' || s.at[i] > '7') return false;
            code = code * 8 + (uint32_t)(s.at[i] - '0');
        }
        *at += 3;
    } else {
        size_t digits = (c | 0x20) == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
        if (!digits || (bytes && digits > 2) || !hex_escape(s, *at + 1, digits, &code)) return false;
        if (code > 0x10FFFF || (code >= 0xD800 && code < 0xE000)) return false;
        *at += 1 + digits;
    }
    if (bytes) buf_byte(out, (char)code);
    else utf8_put(out, code);
    return true;
}

bool cel_unquote(CelToken token, Arena *a, Str *out) {
    Str s = token.text;
    while (s.at[0] != '"' && s.at[0] != '\'') s = str_skip(s, 1);
    bool triple = s.len >= 6 && s.at[1] == s.at[0] && s.at[2] == s.at[0];
    s = str_slice(s, triple ? 3 : 1, s.len - (triple ? 3 : 1));
    Buf decoded = {0};
    bool ok = true;
    for (size_t i = 0; i < s.len && ok;) {
        if (s.at[i] == '\\' && !token.prefix) {
            i++;
            ok = i < s.len && unescape(s, &i, token.kind == TOKEN_BYTES, &decoded);
        } else if (s.at[i] == '\r' && i + 1 < s.len && s.at[i + 1] == '\n') i++;
        else buf_byte(&decoded, s.at[i++]);
    }
    *out = str_copy(a, buf_str(&decoded));
    buf_free(&decoded);
    return ok;
}
