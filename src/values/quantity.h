/* Quantities of Kubernetes (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/):
 * 100m, 1.5, 128Mi, 1e3, 2k. */
#ifndef VALUES_QUANTITY_H
#define VALUES_QUANTITY_H

#include "base/buf.h"

/* Whole billionths of the base unit (cores, bytes): what is smaller is rounded up, away from zero, and what is larger than
 * 2^63-1 units is that, as the API does it. */
__extension__ typedef __int128 QuantityNanos __attribute__((aligned(8))); /* as arenas align: they hold quantities */
#define QUANTITY_UNIT ((QuantityNanos)1000000000)

typedef struct Quantity {
    QuantityNanos nanos;
} Quantity;

/* False when it is none. */
bool quantity_read(Str text, Quantity *out);
/* Cut to what a quantity may hold. */
Quantity quantity_of(QuantityNanos nanos);
/* As a plain decimal: 1.5, 134217728. */
void quantity_print(const Quantity *quantity, Buf *out);
/* In base units, as near as a double is. False when it is none. */
bool quantity_parse(Str text, double *out);

#endif
