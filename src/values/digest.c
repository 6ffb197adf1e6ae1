/* One padding for all: the blocks of a message are its bytes, a 1 bit, zeros, and the length in bits. The constants are the
 * fractions of roots of primes, or of sines, that the standards name, and are computed from there. */
#include "values/digest.h"

#include <math.h>
#include <string.h>

typedef struct Digest {
    DigestKind kind;
    uint32_t block, words;   /* bytes of a block; words of the result */
    uint32_t h32[8];
    uint64_t h64[8];
} Digest;

static uint32_t left32(uint32_t x, int n) { return x << n | x >> (32 - n); }
static uint32_t right32(uint32_t x, int n) { return x >> n | x << (32 - n); }
static uint64_t right64(uint64_t x, int n) { return x >> n | x << (64 - n); }

static uint32_t read32(const uint8_t *p, bool little) {
    uint32_t v = 0;
    for (int i = 0; i < 4; i++) v = v << 8 | p[little ? 3 - i : i];
    return v;
}

static uint64_t read64(const uint8_t *p) { return (uint64_t)read32(p, false) << 32 | read32(p + 4, false); }

static void md5_block(uint32_t h[4], const uint8_t *p) {
    static const int turns[4][4] = {{7, 12, 17, 22}, {5, 9, 14, 20}, {4, 11, 16, 23}, {6, 10, 15, 21}};
    uint32_t a = h[0], b = h[1], c = h[2], d = h[3];
    for (int i = 0; i < 64; i++) {
        int round = i / 16;
        uint32_t f = round == 0 ? (b & c) | (~b & d) : round == 1 ? (d & b) | (~d & c) : round == 2 ? b ^ c ^ d : c ^ (b | ~d);
        int g = round == 0 ? i : round == 1 ? (5 * i + 1) % 16 : round == 2 ? (3 * i + 5) % 16 : (7 * i) % 16;
        uint32_t k = (uint32_t)floor(fabs(sin(i + 1)) * 4294967296.0);
        uint32_t next = b + left32(a + f + k + read32(p + 4 * g, true), turns[round][i % 4]);
        a = d;
        d = c;
        c = b;
        b = next;
    }
    h[0] += a;
    h[1] += b;
    h[2] += c;
    h[3] += d;
}

static void sha1_block(uint32_t h[5], const uint8_t *p) {
    static const uint32_t k[4] = {0x5a827999, 0x6ed9eba1, 0x8f1bbcdc, 0xca62c1d6};
    uint32_t w[80], v[5];
    for (int i = 0; i < 80; i++) w[i] = i < 16 ? read32(p + 4 * i, false) : left32(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
        int round = i / 20;
        uint32_t f = round == 0 ? (v[1] & v[2]) | (~v[1] & v[3]) : round == 2 ? (v[1] & v[2]) | (v[1] & v[3]) | (v[2] & v[3]) : v[1] ^ v[2] ^ v[3];
        uint32_t next = left32(v[0], 5) + f + v[4] + k[round] + w[i];
        v[4] = v[3];
        v[3] = v[2];
        v[2] = left32(v[1], 30);
        v[1] = v[0];
        v[0] = next;
    }
    for (int i = 0; i < 5; i++) h[i] += v[i];
}

/* The first 64 bits of the fraction of the cube root (or square root) of the n-th prime: by bisection on whole numbers. */
__extension__ typedef unsigned __int128 Wide;

static uint32_t prime(uint32_t n) {
    for (uint32_t candidate = 2;; candidate++) {
        bool is = true;
        for (uint32_t d = 2; d * d <= candidate; d++) is = is && candidate % d;
        if (is && !n--) return candidate;
    }
}

/* Whether (x / 2^64)^3 <= p, with x = whole·2^64 + fraction; in steps that fit in 128 bits, rounded down, then up. */
static bool cube_at_most(Wide x, uint32_t p) {
    /* x < 8·2^64 = 2^67: as four limbs of 32 bits, multiplied out exactly. */
    uint32_t limb[3] = {(uint32_t)x, (uint32_t)(x >> 32), (uint32_t)(x >> 64)}, square[6] = {0}, cube[9] = {0};
    for (int i = 0; i < 3; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < 3; k++) {
            carry += (uint64_t)limb[i] * limb[k] + square[i + k];
            square[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        square[i + 3] = (uint32_t)(square[i + 3] + carry);
    }
    for (int i = 0; i < 6; i++) {
        uint64_t carry = 0;
        for (int k = 0; k < 3; k++) {
            carry += (uint64_t)square[i] * limb[k] + cube[i + k];
            cube[i + k] = (uint32_t)carry;
            carry >>= 32;
        }
        cube[i + 3] = (uint32_t)(cube[i + 3] + carry);
    }
    return ((uint64_t)cube[7] << 32 | cube[6]) < p; /* the root of a prime is never whole */
}

static uint64_t cube_root_fraction(uint32_t p) {
    Wide low = 0, high = (Wide)8 << 64;
    while (high - low > 1) {
        Wide middle = low + (high - low) / 2;
        if (cube_at_most(middle, p)) low = middle;
        else high = middle;
    }
    return (uint64_t)low;
}

typedef struct Constants { uint64_t k[80]; } Constants;

static void sha256_block(uint32_t h[8], const uint8_t *p, const Constants *c) {
    uint32_t w[64], v[8];
    for (int i = 0; i < 64; i++) {
        if (i < 16) w[i] = read32(p + 4 * i, false);
        else {
            uint32_t a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (right32(a, 7) ^ right32(a, 18) ^ a >> 3) + (right32(b, 17) ^ right32(b, 19) ^ b >> 10);
        }
    }
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 64; i++) {
        uint32_t first = v[7] + (right32(v[4], 6) ^ right32(v[4], 11) ^ right32(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + (uint32_t)(c->k[i] >> 32) + w[i];
        uint32_t second = (right32(v[0], 2) ^ right32(v[0], 13) ^ right32(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) h[i] += v[i];
}

static void sha512_block(uint64_t h[8], const uint8_t *p, const Constants *c) {
    uint64_t w[80], v[8];
    for (int i = 0; i < 80; i++) {
        if (i < 16) w[i] = read64(p + 8 * i);
        else {
            uint64_t a = w[i - 15], b = w[i - 2];
            w[i] = w[i - 16] + w[i - 7] + (right64(a, 1) ^ right64(a, 8) ^ a >> 7) + (right64(b, 19) ^ right64(b, 61) ^ b >> 6);
        }
    }
    memcpy(v, h, sizeof v);
    for (int i = 0; i < 80; i++) {
        uint64_t first = v[7] + (right64(v[4], 14) ^ right64(v[4], 18) ^ right64(v[4], 41)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + c->k[i] + w[i];
        uint64_t second = (right64(v[0], 28) ^ right64(v[0], 34) ^ right64(v[0], 39)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
        memmove(v + 1, v, 7 * sizeof *v);
        v[4] += first;
        v[0] = first + second;
    }
    for (int i = 0; i < 8; i++) h[i] += v[i];
}

static void block(Digest *d, const uint8_t *p, const Constants *c) {
    if (d->kind == DIGEST_MD5) md5_block(d->h32, p);
    else if (d->kind == DIGEST_SHA1) sha1_block(d->h32, p);
    else if (d->kind == DIGEST_SHA256) sha256_block(d->h32, p, c);
    else sha512_block(d->h64, p, c);
}

static Digest start(DigestKind kind) {
    static const uint32_t early[5] = {0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0};
    static const uint64_t late[8] = {0x6a09e667f3bcc908, 0xbb67ae8584caa73b, 0x3c6ef372fe94f82b, 0xa54ff53a5f1d36f1, 0x510e527fade682d1, 0x9b05688c2b3e6c1f, 0x1f83d9abfb41bd6b, 0x5be0cd19137e2179};
    Digest d = {.kind = kind, .block = kind == DIGEST_SHA512 ? 128 : 64, .words = kind == DIGEST_MD5 ? 4 : kind == DIGEST_SHA1 ? 5 : 8};
    for (int i = 0; i < 8; i++) {
        d.h32[i] = kind == DIGEST_SHA256 ? (uint32_t)(late[i] >> 32) : i < 5 ? early[i] : 0;
        d.h64[i] = late[i];
    }
    return d;
}

/* The rest of the message with its padding: one block or two. */
static void last_blocks(Digest *d, Str rest, uint64_t bytes, const Constants *c) {
    uint8_t tail[256] = {0};
    uint32_t length = d->block / 8, size = rest.len + 1 + length <= d->block ? d->block : 2 * d->block;
    if (rest.len) memcpy(tail, rest.at, rest.len);
    tail[rest.len] = 0x80;
    for (uint32_t i = 0; i < 8; i++) tail[d->kind == DIGEST_MD5 ? size - 8 + i : size - 1 - i] = (uint8_t)(bytes * 8 >> (8 * i));
    for (uint32_t at = 0; at < size; at += d->block) block(d, tail + at, c);
}

uint32_t digest_of(DigestKind kind, Str bytes, uint8_t out[DIGEST_MAX]) {
    Digest d = start(kind);
    Constants c = {{0}};
    uint64_t total = bytes.len;
    for (uint32_t i = 0; i < 80 && kind >= DIGEST_SHA256; i++) c.k[i] = cube_root_fraction(prime(i));
    for (; bytes.len >= d.block; bytes = str_skip(bytes, d.block)) block(&d, (const uint8_t *)bytes.at, &c);
    last_blocks(&d, bytes, total, &c);
    uint32_t width = kind == DIGEST_SHA512 ? 8 : 4;
    for (uint32_t i = 0; i < d.words * width; i++) {
        uint32_t within = i % width, shift = 8 * (kind == DIGEST_MD5 ? within : width - 1 - within);
        out[i] = (uint8_t)((width == 8 ? d.h64[i / width] : d.h32[i / width]) >> shift);
    }
    return d.words * width;
}
