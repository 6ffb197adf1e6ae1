/* The checks that are compiled into the program: constant tables made by tools/compile-checks, sorted by id. */
#ifndef CHECK_CATALOGUE_H
#define CHECK_CATALOGUE_H

#include "model/finding.h"

/* What the tool prints. */
extern const Check catalogue_table[];
extern const uint32_t catalogue_count;

/* Our families, for tables of users: families/NAME.yaml. */
typedef struct CatalogueFamily {
    Str name, text;
} CatalogueFamily;
extern const CatalogueFamily catalogue_families[];
extern const uint32_t catalogue_family_count;

const Check *catalogue_checks(uint32_t *count);
/* By id, or NULL. */
const Check *catalogue_find(Str id);
/* The nearest id to a wrong one, or an empty string. */
Str catalogue_nearest(Str id);

#endif
