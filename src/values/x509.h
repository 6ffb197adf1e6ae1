/* What a certificate in PEM says of itself: RFC 7468 (the text), RFC 5280 (what is in it). Nothing is verified. */
#ifndef VALUES_X509_H
#define VALUES_X509_H

#include "base/str.h"

typedef struct Certificate {
    char begins[11], expires[11]; /* YYYY-MM-DD */
    const char *key;              /* "RSA", "EC", "Ed25519", or "" for others */
    uint32_t bits;                /* of the key; 0 when it is not known */
} Certificate;

/* The first certificate in `*pem`, which is moved behind it; false when there is none that can be read. */
bool certificate_next(Str *pem, Certificate *out);

#endif
