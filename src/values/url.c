/* Scheme, authority, path and query: one pass from left to right. */
#include "values/url.h"

static bool is_hex(char c) { return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f'); }
static bool is_alpha(char c) { return (c | 0x20) >= 'a' && (c | 0x20) <= 'z'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static int hex(char c) { return is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10; }

/* No control characters; every % with its two digits. */
static bool is_clean(Str text) {
    for (size_t i = 0; i < text.len; i++) {
        unsigned char c = (unsigned char)text.at[i];
        if (c < 0x20 || c == 0x7F) return false;
        if (c == '%' && !(i + 2 < text.len && is_hex(text.at[i + 1]) && is_hex(text.at[i + 2]))) return false;
    }
    return true;
}

static size_t scheme_length(Str text) {
    size_t n = 0;
    while (n < text.len && (is_alpha(text.at[n]) || (n && (is_digit(text.at[n]) || memchr("+-.", text.at[n], 3))))) n++;
    return n && n < text.len && text.at[n] == ':' ? n : 0;
}

static bool authority(Url *url) {
    Str host = url->host;
    for (size_t i = 0; i < host.len; i++) {
        if (memchr(" \"<>\\^`{|}", host.at[i], 10)) return false;
    }
    size_t at = host.len;
    while (at > 0 && host.at[at - 1] != '@') at--;
    url->host = host = str_skip(host, at);
    size_t end = host.len;
    if (host.len && host.at[0] == '[') {
        size_t close = str_find_byte(host, ']');
        if (close == STR_NONE) return false;
        url->hostname = str_slice(host, 1, close);
        end = close + 1;
    } else {
        size_t colon = str_find_byte(host, ':');
        if (colon != STR_NONE) end = colon;
        url->hostname = str_slice(host, 0, end);
    }
    if (end == host.len) return true;
    if (host.at[end] != ':') return false;
    url->port = str_skip(host, end + 1);
    for (size_t i = 0; i < url->port.len; i++) {
        if (!is_digit(url->port.at[i])) return false;
    }
    return true;
}

bool url_parse(Str text, Url *out) {
    *out = (Url){0};
    if (!text.len || !is_clean(text)) return false;
    size_t scheme = scheme_length(text);
    out->scheme = str_slice(text, 0, scheme);
    Str rest = scheme ? str_skip(text, scheme + 1) : text;
    if (!scheme && rest.at[0] != '/') return false;
    size_t mark = str_find_byte(rest, '?');
    if (mark != STR_NONE) {
        out->query = str_skip(rest, mark + 1);
        rest = str_slice(rest, 0, mark);
    }
    if (scheme && rest.len > 1 && rest.at[0] == '/' && rest.at[1] == '/') {
        rest = str_skip(rest, 2);
        size_t slash = str_find_byte(rest, '/');
        out->host = slash == STR_NONE ? rest : str_slice(rest, 0, slash);
        rest = slash == STR_NONE ? str_skip(rest, rest.len) : str_skip(rest, slash);
        if (!authority(out)) return false;
    }
    out->path = rest;
    return true;
}

void url_escape_path(Str path, Buf *out) {
    for (size_t i = 0; i < path.len; i++) {
        char c = path.at[i];
        bool plain = is_alpha(c) || is_digit(c) || memchr("-._~!$&'()*+,;=:@/%[]", c, 21);
        if (plain) buf_byte(out, c);
        else buf_print(out, "%%%02X", (unsigned char)c);
    }
}

void url_unescape(Str part, Buf *out) {
    for (size_t i = 0; i < part.len; i++) {
        bool coded = part.at[i] == '%' && i + 2 < part.len && is_hex(part.at[i + 1]) && is_hex(part.at[i + 2]);
        if (coded) buf_byte(out, (char)(hex(part.at[i + 1]) << 4 | hex(part.at[i + 2])));
        else buf_byte(out, part.at[i] == '+' ? ' ' : part.at[i]);
        if (coded) i += 2;
    }
}
