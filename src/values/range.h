/* Versions of any number of parts, and the ranges that manifests write about them: npm (^1.2 || >=3 <4, 1 - 2, 20.x), Python (~=3.11, ==3.12.*),
 * Ruby and Composer (~> 3.2), Cargo, Go. What the dialects write alike, they mean alike here. */
#ifndef VALUES_RANGE_H
#define VALUES_RANGE_H

#include "base/str.h"

#define VERSION_PARTS 4

typedef struct Version {
    int64_t part[VERSION_PARTS];
    uint32_t count; /* of the parts that are written; the rest is 0 */
} Version;

/* "22", "v1.27.0", "3.13.1": digits and dots, nothing else. */
bool version_read(Str text, Version *out);
/* Negative, 0, positive; parts that are not written are 0. */
int version_compare(const Version *a, const Version *b);

typedef enum RangeAnswer { RANGE_UNREADABLE, RANGE_OUTSIDE, RANGE_INSIDE } RangeAnswer;
/* Whether `version` lies in the range. */
RangeAnswer range_holds(Str range, const Version *version);

#endif
