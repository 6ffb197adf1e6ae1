/* Bytes as other programs write them: SHA-256 (FIPS 180-4), base64 (RFC 4648, section 4). */
#ifndef BASE_DIGEST_H
#define BASE_DIGEST_H

#include "base/str.h"

/* 64 digits in hexadecimal, lower case, in `a`. */
Str digest_sha256(Str bytes, Arena *a);
/* With padding, in `a`. */
Str digest_base64(Str bytes, Arena *a);
/* The bytes that `text` stands for, with or without padding; false when it is no base64. */
bool digest_unbase64(Str text, Arena *a, Str *bytes);

#endif
