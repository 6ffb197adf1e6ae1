/* The checks that are compiled into the program: constant tables made by tools/compile-checks, sorted by id. */
#ifndef CHECK_CATALOGUE_H
#define CHECK_CATALOGUE_H

#include "model/finding.h"

/* The files of the checks, some after another, as a zlib stream (RFC 1950) that unpacks to `len` bytes. They are half of the
 * catalogue and only `explain` and `test` read them: packed they take a fifth. */
typedef struct TextBlock {
    const char *bytes;
    uint32_t packed_len, len;
} TextBlock;

/* What the tool prints. */
extern const TextBlock catalogue_blocks[];
extern const Check catalogue_table[];
extern const uint32_t catalogue_count;

const Check *catalogue_checks(uint32_t *count);
/* By id, or NULL. */
const Check *catalogue_find(Str id);
/* The file of a check, ours unpacked, as a source of its own; source_free it. */
void catalogue_source(const Check *check, Source *out);
/* The nearest id to a wrong one, or an empty string. */
Str catalogue_nearest(Str id);

#endif
