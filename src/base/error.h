/* Error: what went wrong in the world (I/O, flags, a bad check file), told once and by the caller at
 * the top. A function that can fail is `bool f(…, Error *err)`; on false, `err` holds a sentence that
 * names the thing, quotes the value, lists what is allowed and says what to do. */
#ifndef BASE_ERROR_H
#define BASE_ERROR_H

#include "base/str.h"

#include <stdarg.h>

#define ERROR_MAX 1024 /* a longer message is cut; it would not be read anyway */

typedef struct Error {
    char message[ERROR_MAX]; /* NUL-terminated; one line, no final newline */
    char spanish[ERROR_MAX]; /* the same, by errors.def */
} Error;

/* Sets the message and gives false, so that `return error_set(…)` reads well. */
bool error_set(Error *err, const char *format, ...) PRINTF(2, 3);
bool error_setv(Error *err, const char *format, va_list args) PRINTF(2, 0);
/* Goes on with the message in `err`. */
bool error_add(Error *err, const char *format, ...) PRINTF(2, 3);
/* Puts "path:line: " before it. */
bool error_place(Error *err, Str path, uint32_t line);
/* The same of a line of a file: "path:line: message". */
bool error_at(Error *err, Str path, uint32_t line, const char *format, va_list args) PRINTF(4, 0);

#endif
