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

static void say(char *out, const char *place, const char *format, va_list args) {
    int used = snprintf(out, ERROR_MAX, "%s", place);
    if (used >= 0 && used < ERROR_MAX) vsnprintf(out + used, (size_t)(ERROR_MAX - used), format, args);
}

bool error_at(Error *err, Str path, uint32_t line, const char *format, va_list args) {
    char place[ERROR_MAX];
    snprintf(place, sizeof place, "%.*s:%u: ", STR_ARGS(path), line);
    va_list again;
    va_copy(again, args);
    say(err->message, place, format, args);
    say(err->spanish, place, spanish_of(format), again);
    va_end(again);
    return false;
}

bool error_setv(Error *err, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    say(err->message, "", format, args);
    say(err->spanish, "", spanish_of(format), again);
    va_end(again);
    return false;
}

bool error_set(Error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_setv(err, format, args);
    va_end(args);
    return false;
}

bool error_add(Error *err, const char *format, ...) {
    Error before = *err;
    va_list args, again;
    va_start(args, format);
    va_copy(again, args);
    say(err->message, before.message, format, args);
    say(err->spanish, before.spanish, spanish_of(format), again);
    va_end(again);
    va_end(args);
    return false;
}

bool error_place(Error *err, Str path, uint32_t line) {
    Error before = *err;
    snprintf(err->message, sizeof err->message, "%.*s:%u: ", STR_ARGS(path), line);
    snprintf(err->spanish, sizeof err->spanish, "%.*s:%u: ", STR_ARGS(path), line);
    size_t used = strlen(err->message);
    snprintf(err->message + used, sizeof err->message - used, "%s", before.message);
    snprintf(err->spanish + used, sizeof err->spanish - used, "%s", before.spanish);
    return false;
}
