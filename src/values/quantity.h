/* Quantities of Kubernetes (https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/):
 * 100m, 1.5, 128Mi, 1e3, 2k. */
#ifndef VALUES_QUANTITY_H
#define VALUES_QUANTITY_H

#include "base/str.h"

/* In base units: cores, bytes. False when it is none. */
bool quantity_parse(Str text, double *out);

#endif
