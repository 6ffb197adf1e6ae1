/* Digests: MD5 (RFC 1321), SHA-1, SHA-256 and SHA-512 (FIPS 180-4). For what configurations compute, not for keeping secrets. */
#ifndef VALUES_DIGEST_H
#define VALUES_DIGEST_H

#include "base/str.h"

#define DIGEST_MAX 64 /* bytes of the longest one */

typedef enum DigestKind { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA512 } DigestKind;

/* Writes the digest of `bytes` to `out`; gives its length. */
uint32_t digest_of(DigestKind kind, Str bytes, uint8_t out[DIGEST_MAX]);

#endif
