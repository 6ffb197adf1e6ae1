/* A doubling heap block. In the hostile build it starts at one byte, so that growth is always met. */
#include "base/buf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#ifdef HOSTILE
#define BUF_START 1
#else
#define BUF_START 256
#endif

static void reserve(Buf *b, size_t more) {
    size_t need = b->len + more + 1;
    if (need <= b->capacity) return;
    size_t capacity = MAX(b->capacity * 2, MAX(need, BUF_START));
    char *at = realloc(b->at, capacity);
    if (!at) out_of_memory();
    b->at = at;
    b->capacity = capacity;
}

void buf_add(Buf *out, Str s) {
    if (!s.len) return;
    reserve(out, s.len);
    memcpy(out->at + out->len, s.at, s.len);
    out->len += s.len;
    out->at[out->len] = '\0';
}

void buf_byte(Buf *out, char byte) {
    reserve(out, 1);
    out->at[out->len++] = byte;
    out->at[out->len] = '\0';
}

void buf_fill(Buf *out, char byte, size_t count) {
    reserve(out, count);
    memset(out->at + out->len, byte, count);
    out->len += count;
    out->at[out->len] = '\0';
}

void buf_int(Buf *out, int64_t number) {
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = number < 0 ? 0 - (uint64_t)number : (uint64_t)number;
    do digits[--at] = (char)('0' + rest % 10);
    while (rest /= 10);
    if (number < 0) digits[--at] = '-';
    buf_add(out, (Str){digits + at, sizeof digits - at});
}

#define BUF_PRINT_ROOM 256 /* bytes: most prints are shorter, and written at once */

void buf_print(Buf *out, const char *format, ...) {
    va_list args;
    reserve(out, BUF_PRINT_ROOM);
    va_start(args, format);
    size_t simple = str_put_simple(out->at + out->len, BUF_PRINT_ROOM, format, args);
    va_end(args);
    if (simple <= BUF_PRINT_ROOM) {
        out->len += simple;
        out->at[out->len] = '\0';
        return;
    }
    va_start(args, format);
    int len = vsnprintf(NULL, 0, format, args);
    va_end(args);
    ensure(len >= 0, "formats are ours");
    reserve(out, (size_t)len);
    va_start(args, format);
    vsnprintf(out->at + out->len, (size_t)len + 1, format, args);
    va_end(args);
    out->len += (size_t)len;
}

void buf_free(Buf *b) {
    free(b->at);
    *b = (Buf){0};
}
