/* Releases of Kubernetes: https://kubernetes.io/releases/ */
#ifndef VALUES_RELEASE_H
#define VALUES_RELEASE_H

#include "base/str.h"

#define KUBERNETES_NEWEST 1036 /* what is reviewed for unless told: the newest that facts/schema has */

/* "1.36" or "v1.36.2" → 1036; 0 when it is no version. */
uint32_t kubernetes_version(Str text);

#endif
