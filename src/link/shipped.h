/* Images that pipelines push and manifests run: whether what a run builds is what the cluster gets. */
#ifndef LINK_SHIPPED_H
#define LINK_SHIPPED_H

#include "base/map.h"
#include "model/model.h"

typedef struct Shipped {
    Map tags; /* registry/repository → its tag as manifests have it; the map itself: they have several */
} Shipped;

/* The image that a container runs, as it is written; empty when it is no object of that kind, or not known. */
Str shipped_image(const Object *object);
void shipped_add(Shipped *shipped, Str image, Arena *a);
/* Fills what an ACTIVITY that publishes has from the manifests. */
void shipped_join(const Shipped *shipped, Object *activity, Arena *a);

#endif
