#include "report/markup.h"

#include "base/utf8.h"

void markup_put(Buf *out, Str text) {
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        Str rest = str_skip(text, i);
        size_t length = utf8_decode(rest, &code);
        bool allowed = code == '\t' || code == '\n' || code == '\r' || (code >= 0x20 && code != 0x7F && code < 0xFFFE && !(code >= 0x80 && code < 0xA0)) || code >= 0x10000;
        bool turns = (code >= 0x202A && code <= 0x202E) || (code >= 0x2066 && code <= 0x2069);
        switch (code) {
            case '<': buf_lit(out, "&lt;"); break;
            case '>': buf_lit(out, "&gt;"); break;
            case '&': buf_lit(out, "&amp;"); break;
            case '"': buf_lit(out, "&quot;"); break;
            case '\'': buf_lit(out, "&#39;"); break;
            default: utf8_put(out, allowed && !turns ? code : 0xFFFD);
        }
        i += length;
    }
}
