#include "base/error.h"

#include <stdarg.h>
#include <stdio.h>

bool error_set(Error *err, const char *format, ...) {
    va_list args;
    va_start(args, format);
    vsnprintf(err->message, sizeof err->message, format, args);
    va_end(args);
    return false;
}
