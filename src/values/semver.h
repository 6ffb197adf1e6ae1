/* Semantic versions: https://semver.org/spec/v2.0.0.html */
#ifndef VALUES_SEMVER_H
#define VALUES_SEMVER_H

#include "base/str.h"

typedef struct Semver {
    int64_t major, minor, patch;
    Str pre;   /* behind -, or empty */
} Semver;

/* A leading v is refused; build metadata is read and dropped. Slices of `text`. */
bool semver_parse(Str text, Semver *out);
/* By precedence (section 11): negative, 0, positive. */
int semver_compare(const Semver *a, const Semver *b);

#endif
