/* What the tools that print C have in common. */
#ifndef TOOLS_EMIT_H
#define TOOLS_EMIT_H

#include "base/buf.h"

/* Bytes as a string literal. */
static inline void emit_text(Buf *out, Str s) {
    buf_byte(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        uint8_t b = (uint8_t)s.at[i];
        if (b == '\n') buf_lit(out, "\\n\"\n\"");
        else if (b < 0x20 || b >= 0x7f || b == '"' || b == '\\' || b == '?') buf_print(out, "\\%03o", b);
        else buf_byte(out, (char)b);
    }
    buf_byte(out, '"');
}

#endif
