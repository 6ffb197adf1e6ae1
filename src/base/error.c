#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

static const struct { const char *english, *spanish; } messages[] = {
#define ERROR(english, spanish) {english, spanish},
#include "base/errors.def"
#undef ERROR
};

/* The same message in the other language; English for what is not in the list. */
static const char *spanish_of(const char *format) {
    for (size_t i = 0; i < ARRAY_COUNT(messages); i++) {
        if (strcmp(messages[i].english, format) == 0) return messages[i].spanish;
    }
    return format;
}

bool error_set(Error *err, const char *format, ...) {
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    vsnprintf(err->message, sizeof err->message, format, args);
    vsnprintf(err->spanish, sizeof err->spanish, spanish_of(format), again);
    va_end(again);
    va_end(args);
    return false;
}
