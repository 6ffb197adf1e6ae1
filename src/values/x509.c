/* DER is read as far as the public key. Invariant: a length never leads out of the value around it. */
#include "values/x509.h"

#include "base/digest.h"

#define PEM_MAX 65536 /* bytes of one certificate as text */

enum { DER_INTEGER = 0x02, DER_BITS = 0x03, DER_OID = 0x06, DER_UTC_TIME = 0x17, DER_TIME = 0x18, DER_SEQUENCE = 0x30, DER_VERSION = 0xa0 };

/* ---- text ---- */

/* Base64 over several lines. */
static bool decode(Str text, Arena *a, Str *out) {
    char *digits = arena_alloc(a, text.len + 1);
    size_t count = 0;
    for (size_t i = 0; i < text.len; i++) {
        if (!memchr(" \t\r\n", text.at[i], 4)) digits[count++] = text.at[i];
    }
    return digest_unbase64((Str){digits, count}, a, out) && out->len;
}

/* ---- DER ---- */

/* The next value in *in: its tag and what it holds. */
static bool take(Str *in, int *tag, Str *content) {
    if (in->len < 2) return false;
    const unsigned char *at = (const unsigned char *)in->at;
    size_t length = at[1], head = 2;
    if (length & 0x80) {
        size_t count = length & 0x7f;
        if (!count || count > 3 || in->len < 2 + count) return false;
        length = 0;
        for (size_t i = 0; i < count; i++) length = length << 8 | at[2 + i];
        head += count;
    }
    if (length > in->len - head) return false;
    *tag = at[0];
    *content = str_slice(*in, head, head + length);
    *in = str_skip(*in, head + length);
    return true;
}

static bool take_as(Str *in, int wanted, Str *content) {
    int tag;
    return take(in, &tag, content) && tag == wanted;
}

/* YYMMDD… and YYYYMMDD… */
static bool take_date(Str *in, char out[11]) {
    Str text;
    int tag;
    if (!take(in, &tag, &text) || (tag != DER_UTC_TIME && tag != DER_TIME)) return false;
    size_t digits = tag == DER_TIME ? 8 : 6;
    if (text.len < digits) return false;
    for (size_t i = 0; i < digits; i++) {
        if (text.at[i] < '0' || text.at[i] > '9') return false;
    }
    const char *century = tag == DER_TIME ? "" : text.at[0] >= '5' ? "19" : "20", *at = text.at + digits - 4;
    size_t n = strlen(century);
    memcpy(out, century, n);
    memcpy(out + n, text.at, 4 - n);
    out[4] = out[7] = '-';
    memcpy(out + 5, at, 2);
    memcpy(out + 8, at + 2, 2);
    out[10] = '\0';
    return true;
}

static uint32_t bit_length(Str number) {
    while (number.len && !number.at[0]) number = str_skip(number, 1);
    uint32_t bits = (uint32_t)number.len * 8;
    for (unsigned char top = number.len ? (unsigned char)number.at[0] : 0; top && !(top & 0x80); top = (unsigned char)(top << 1)) bits--;
    return bits;
}

static void read_key(Str info, Certificate *out) {
    static const struct { const char *oid; uint32_t size, bits; } curves[] = {{"\x2a\x86\x48\xce\x3d\x03\x01\x07", 8, 256}, {"\x2b\x81\x04\x00\x22", 5, 384}, {"\x2b\x81\x04\x00\x23", 5, 521}};
    Str algorithm, oid, parameter, bits, pair, modulus;
    if (!take_as(&info, DER_SEQUENCE, &algorithm) || !take_as(&algorithm, DER_OID, &oid)) return;
    if (str_eq(oid, (Str){"\x2b\x65\x70", 3})) {
        out->key = "Ed25519";
        out->bits = 256;
    }
    if (str_eq(oid, (Str){"\x2a\x86\x48\xce\x3d\x02\x01", 7})) {
        out->key = "EC";
        if (!take_as(&algorithm, DER_OID, &parameter)) return;
        for (size_t i = 0; i < ARRAY_COUNT(curves); i++) {
            if (str_eq(parameter, (Str){curves[i].oid, curves[i].size})) out->bits = curves[i].bits;
        }
    }
    if (!str_eq(oid, (Str){"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01", 9})) return;
    out->key = "RSA";
    if (!take_as(&info, DER_BITS, &bits) || bits.len < 2) return;
    bits = str_skip(bits, 1); /* how many bits of the last byte are not used: none */
    if (take_as(&bits, DER_SEQUENCE, &pair) && take_as(&pair, DER_INTEGER, &modulus)) out->bits = bit_length(modulus);
}

static bool read_certificate(Str der, Certificate *out) {
    Str whole, body, skipped, validity, key;
    int tag;
    *out = (Certificate){.key = ""};
    if (!take_as(&der, DER_SEQUENCE, &whole) || !take_as(&whole, DER_SEQUENCE, &body)) return false;
    if (body.len && (unsigned char)body.at[0] == DER_VERSION && !take(&body, &tag, &skipped)) return false;
    if (!take_as(&body, DER_INTEGER, &skipped)) return false;                                           /* serial number */
    for (int i = 0; i < 2; i++) {
        if (!take_as(&body, DER_SEQUENCE, &skipped)) return false;                                      /* signature, issuer */
    }
    if (!take_as(&body, DER_SEQUENCE, &validity) || !take_date(&validity, out->begins) || !take_date(&validity, out->expires)) return false;
    if (!take_as(&body, DER_SEQUENCE, &skipped) || !take_as(&body, DER_SEQUENCE, &key)) return false; /* subject */
    read_key(key, out);
    return true;
}

static bool read_pem(Str text, Certificate *out) {
    Arena scratch = {0};
    Str der;
    bool ok = text.len < PEM_MAX && decode(text, &scratch, &der) && read_certificate(der, out);
    arena_free(&scratch);
    return ok;
}

bool certificate_next(Str *pem, Certificate *out) {
    static const Str begin = STR_INIT("-----BEGIN CERTIFICATE-----"), end = STR_INIT("-----END CERTIFICATE-----");
    for (size_t from; (from = str_find(*pem, begin)) != STR_NONE;) {
        Str inside = str_skip(*pem, from + begin.len);
        size_t to = str_find(inside, end);
        if (to == STR_NONE) return false;
        *pem = str_skip(inside, to + end.len);
        if (read_pem(str_slice(inside, 0, to), out)) return true;
    }
    return false;
}
