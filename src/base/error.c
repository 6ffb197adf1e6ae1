/* Messages in both languages at once.
 * Invariant: what is set can be printed: one line, nothing in it steers a terminal. */
#include "base/error.h"

#include "base/utf8.h"

#include <errno.h>
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

/* What strerror says. */
static const struct { int number; const char *spanish; } reasons[] = {
    {ENOENT, "no existe"}, {EACCES, "permiso denegado"}, {EPERM, "operación no permitida"}, {EROFS, "el sistema de archivos es de solo lectura"}, {ENOSPC, "no queda espacio en el disco"},
    {EDQUOT, "se acabó la cuota de disco"}, {ENOTDIR, "no es una carpeta"}, {EISDIR, "es una carpeta"}, {EEXIST, "ya existe"}, {ELOOP, "demasiados enlaces simbólicos"},
    {ENAMETOOLONG, "el nombre es demasiado largo"}, {EIO, "error de entrada o salida"}, {EMFILE, "demasiados archivos abiertos"}, {EBUSY, "está en uso"}, {EXDEV, "está en otro sistema de archivos"}, {EBADF, "está cerrada"},
};

/* The system's reason in a message that is otherwise Spanish. */
static void translate_reason(char *text) {
    char after[ERROR_MAX];
    for (size_t i = 0; i < ARRAY_COUNT(reasons); i++) {
        const char *english = strerror(reasons[i].number);
        char *at = strstr(text, english);
        if (!at) continue;
        snprintf(after, sizeof after, "%s%s", reasons[i].spanish, at + strlen(english));
        snprintf(at, ERROR_MAX - (size_t)(at - text), "%s", after);
        return;
    }
}

/* In place, so that nothing gets longer: what came from a file name or another program is shown as '?' where it would do something. */
static void make_plain(char *text) {
    size_t len = strlen(text), kept = 0;
    for (size_t i = 0; i < len;) {
        uint32_t code;
        size_t length = utf8_decode((Str){text + i, len - i}, &code);
        bool whole = !utf8_is_steering(code) && (code != 0xFFFD || length > 1);
        if (whole) memmove(text + kept, text + i, length);
        else text[kept] = '?';
        kept += whole ? length : 1;
        i += length;
    }
    text[kept] = '\0';
}

static void say(char *out, const char *place, const char *format, va_list args) {
    int used = snprintf(out, ERROR_MAX, "%s", place);
    if (used >= 0 && used < ERROR_MAX) vsnprintf(out + used, (size_t)(ERROR_MAX - used), format, args);
    make_plain(out);
}

bool error_at(Error *err, Str path, uint32_t line, const char *format, va_list args) {
    char place[ERROR_MAX];
    snprintf(place, sizeof place, "%.*s:%u: ", STR_ARGS(path), line);
    va_list again;
    va_copy(again, args);
    say(err->message, place, format, args);
    say(err->spanish, place, spanish_of(format), again);
    translate_reason(err->spanish);
    va_end(again);
    return false;
}

bool error_setv(Error *err, const char *format, va_list args) {
    va_list again;
    va_copy(again, args);
    say(err->message, "", format, args);
    say(err->spanish, "", spanish_of(format), again);
    translate_reason(err->spanish);
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
