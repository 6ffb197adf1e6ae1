/* A number, then one suffix: a decimal exponent, a decimal or a binary multiple. Exact: integers of billionths. */
#include "values/quantity.h"

#include <stdio.h>

#define LIMIT (((QuantityNanos)INT64_MAX) * QUANTITY_UNIT)

static const struct { const char *suffix; int8_t tens; int8_t kibis; } suffixes[] = {
    {"", 0, 0}, {"n", -9, 0}, {"u", -6, 0}, {"m", -3, 0}, {"k", 3, 0}, {"M", 6, 0}, {"G", 9, 0}, {"T", 12, 0}, {"P", 15, 0}, {"E", 18, 0},
    {"Ki", 0, 1}, {"Mi", 0, 2}, {"Gi", 0, 3}, {"Ti", 0, 4}, {"Pi", 0, 5}, {"Ei", 0, 6},
};

Quantity quantity_of(QuantityNanos nanos) { return (Quantity){nanos > LIMIT ? LIMIT : nanos < -LIMIT ? -LIMIT : nanos}; }

/* e3, E-2: the exponent; E alone is a suffix. */
static bool exponent(Str *rest, int *tens) {
    if (rest->len < 2 || (rest->at[0] != 'e' && rest->at[0] != 'E')) return false;
    int64_t n;
    Str digits = str_skip(*rest, 1);
    bool plus = digits.at[0] == '+';
    if (!str_to_int(plus ? str_skip(digits, 1) : digits, &n) || n < -100 || n > 100 || (plus && digits.len > 1 && digits.at[1] == '-')) return false;
    *tens = (int)n;
    *rest = (Str){rest->at + rest->len, 0};
    return true;
}

/* magnitude * 10^tens * 1024^kibis, magnitude counting billionths; anything beyond the limit is the limit. */
static QuantityNanos scale(QuantityNanos magnitude, int tens, int kibis) {
    for (; kibis > 0; kibis--) magnitude = magnitude > LIMIT / 1024 ? LIMIT : magnitude * 1024;
    for (; tens > 0; tens--) magnitude = magnitude > LIMIT / 10 ? LIMIT : magnitude * 10;
    for (; tens < 0 && magnitude; tens++) {
        bool rest = magnitude % 10 != 0;
        magnitude = magnitude / 10 + rest; /* rounded up */
        if (magnitude == 1 && rest) break;
    }
    return magnitude;
}

#define DIGITS_MAX 18 /* after these the digits of a fraction are below what is kept */

bool quantity_read(Str text, Quantity *out) {
    bool negative = text.len && text.at[0] == '-';
    if (text.len && (text.at[0] == '-' || text.at[0] == '+')) text = str_skip(text, 1);
    QuantityNanos number = 0;
    int fraction = 0, tens = 0;
    size_t i = 0, digits = 0;
    bool point = false, more = false;
    for (; i < text.len && ((text.at[i] >= '0' && text.at[i] <= '9') || (text.at[i] == '.' && !point)); i++) {
        if (text.at[i] == '.') {
            point = true;
            continue;
        }
        digits++;
        more = more || (point && fraction >= DIGITS_MAX && text.at[i] != '0');
        if (point && fraction >= DIGITS_MAX) continue;
        number = number > LIMIT / 10 ? LIMIT : number * 10 + (text.at[i] - '0');
        fraction += point;
    }
    if (!digits) return false;
    number += more; /* what is cut off is rounded up, too */
    Str suffix = str_skip(text, i);
    size_t row = 0;
    if (!exponent(&suffix, &tens)) {
        while (row < ARRAY_COUNT(suffixes) && !str_is(suffix, suffixes[row].suffix)) row++;
        if (row == ARRAY_COUNT(suffixes)) return false;
        tens = suffixes[row].tens;
    }
    number = scale(number, tens - fraction + 9, suffixes[row].kibis);
    *out = quantity_of(negative ? -number : number);
    return true;
}

void quantity_print(const Quantity *quantity, Buf *out) {
    QuantityNanos n = quantity->nanos < 0 ? -quantity->nanos : quantity->nanos;
    buf_print(out, "%s%lld", quantity->nanos < 0 ? "-" : "", (long long)(n / QUANTITY_UNIT));
    long rest = (long)(n % QUANTITY_UNIT);
    if (!rest) return;
    char digits[16];
    int length = snprintf(digits, sizeof digits, "%09ld", rest);
    while (length > 0 && digits[length - 1] == '0') length--;
    buf_print(out, ".%.*s", length, digits);
}

bool quantity_parse(Str text, double *out) {
    Quantity quantity;
    if (!quantity_read(text, &quantity)) return false;
    *out = (double)quantity.nanos / 1e9;
    return true;
}
