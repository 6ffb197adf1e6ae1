/* Buf: growing, owned bytes, for output and for building strings. All zeros is valid and empty.
 * Free it with buf_free, or let `buf_str` borrow from it. Always followed by a NUL once not empty. */
#ifndef BASE_BUF_H
#define BASE_BUF_H

#include "base/str.h"

typedef struct Buf {
    char *at;
    size_t len;
    size_t capacity;
    void (*drain)(struct Buf *out); /* takes what was written and clears it; NULL: it stays */
    bool lost;                      /* set by `drain` when it could not */
} Buf;

#define BUF_DRAIN_AT (64u << 10) /* bytes from which a drain is worth a call */

void buf_add(Buf *out, Str s);
void buf_byte(Buf *out, char byte);
void buf_fill(Buf *out, char byte, size_t count); /* `count` times `byte` */
void buf_int(Buf *out, int64_t number);
void buf_print(Buf *out, const char *format, ...) PRINTF(2, 3);
#define buf_lit(out, literal) buf_add((out), STR(literal))
/* Says that nobody will look back at what was written so far: called between the parts of a long output, so that it need not be held
 * in whole. */
static inline void buf_pass(Buf *b) { if (b->drain && b->len >= BUF_DRAIN_AT) b->drain(b); }
static inline void buf_clear(Buf *b) { b->len = 0; }
static inline Str buf_str(const Buf *b) { return (Str){b->at, b->len}; }
void buf_free(Buf *b);

#endif
