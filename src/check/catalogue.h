/* The checks that are compiled into the program: constant tables made by tools/compile-checks, sorted by id. */
#ifndef CHECK_CATALOGUE_H
#define CHECK_CATALOGUE_H

#include "check/load.h"

/* The files of checks and families, some after another, as a zlib stream (RFC 1950) that unpacks to `len` bytes. They are half of the
 * catalogue and only `explain` and `test` read them: packed they take a fifth. */
typedef struct TextBlock {
    const char *bytes;
    uint32_t packed_len, len;
} TextBlock;

/* What the tool prints. */
extern const TextBlock catalogue_blocks[];
extern const Check catalogue_table[];
extern const uint32_t catalogue_count;

/* Our families, for tables of users: families/NAME.yaml. */
typedef struct CatalogueFamily {
    Str name;
    PackedText packed;
} CatalogueFamily;
extern const CatalogueFamily catalogue_families[];
extern const uint32_t catalogue_family_count;

const Check *catalogue_checks(uint32_t *count);
/* By id, or NULL. */
const Check *catalogue_find(Str id);
/* A file of ours, unpacked in `a`. */
Str catalogue_text(PackedText packed, Arena *a);
/* The examples of a check, ours or a user's, in `a`. */
void check_examples(const Check *check, Arena *a, ExampleVec *out);
/* The nearest id to a wrong one, or an empty string. */
Str catalogue_nearest(Str id);

#endif
