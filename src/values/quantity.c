/* A number, then one suffix: a decimal exponent, a decimal or a binary multiple. */
#include "values/quantity.h"

#include <stdlib.h>

static const struct { const char *suffix; double factor; } suffixes[] = {
    {"", 1}, {"n", 1e-9}, {"u", 1e-6}, {"m", 1e-3}, {"k", 1e3}, {"M", 1e6}, {"G", 1e9}, {"T", 1e12}, {"P", 1e15}, {"E", 1e18},
    {"Ki", 1024.0}, {"Mi", 1048576.0}, {"Gi", 1073741824.0}, {"Ti", 1099511627776.0}, {"Pi", 1125899906842624.0}, {"Ei", 1152921504606846976.0},
};

bool quantity_parse(Str text, double *out) {
    char number[40];
    size_t digits = 0;
    while (digits < text.len && digits < sizeof number - 1) {
        char c = text.at[digits];
        bool exponent = (c == 'e' || c == 'E') && digits + 1 < text.len && memchr("+-0123456789", text.at[digits + 1], 12);
        bool sign = (c == '+' || c == '-') && (digits == 0 || text.at[digits - 1] == 'e' || text.at[digits - 1] == 'E');
        if (!(c >= '0' && c <= '9') && c != '.' && !exponent && !sign) break;
        number[digits++] = c;
    }
    number[digits] = '\0';
    char *end;
    double value = strtod(number, &end);
    if (!digits || *end) return false;
    Str suffix = str_skip(text, digits);
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (!str_is(suffix, suffixes[i].suffix)) continue;
        *out = value * suffixes[i].factor;
        return true;
    }
    return false;
}
