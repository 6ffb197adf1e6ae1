/* UTF-8 (RFC 3629). An invalid byte decodes as U+FFFD of length 1, so that any bytes are a text. */
#ifndef BASE_UTF8_H
#define BASE_UTF8_H

#include "base/buf.h"

/* Decodes the first code point of `s` (not empty); gives its length in bytes, 1 to 4. */
size_t utf8_decode(Str s, uint32_t *code);
/* The length of the valid code point at the start of `s`, or 0 when it is invalid. */
size_t utf8_valid_length(Str s);
/* Offset of the first invalid byte, or STR_NONE. */
size_t utf8_invalid(Str s);
/* Appends a code point; surrogates and what lies beyond U+10FFFF become U+FFFD. */
void utf8_put(Buf *out, uint32_t code);
size_t utf8_count(Str s); /* code points */
/* A control character, or one that changes the direction of the text: shown as it is, it would do something to a terminal or a reader. */
bool utf8_is_steering(uint32_t code);
/* Appends a text that may hold anything: what would steer a terminal is a '?'. */
void utf8_put_shown(Str text, Buf *out);
/* Appends `s` with a Latin letter and the mark that follows it made one code point (the part of normal form C that people type). */
void utf8_compose(Str s, Buf *out);
/* A combining mark that utf8_compose may join is in `s`: nothing else needs a copy. */
bool utf8_has_marks(Str s);

/* Without the white space of Unicode (property White_Space) at both ends. */
Str utf8_trim(Str s);

#endif
