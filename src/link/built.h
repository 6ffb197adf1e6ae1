/* Images across formats: a container of a cluster ↔ the Dockerfile that builds its image, and the Compose service of its name. */
#ifndef LINK_BUILT_H
#define LINK_BUILT_H

#include "base/map.h"
#include "model/model.h"

typedef struct Built {
    Map endings;     /* the same names, and what follows each dash in them */
    Map probed;      /* as `endings`, of images whose container has a probe */
    Map wanted;      /* names of images that containers run: folders of Dockerfiles worth reading */
    Map dockerfiles; /* name of the folder → its DOCKERFILE, or the map itself when there are several */
    Map services;    /* name → COMPOSE_SERVICE, or the map itself when there are several */
} Built;

/* The image of the repository's own that a container runs, as a folder would be named; empty: none, or not a container. */
Str built_image(const Object *object);
/* Notes such a name, which must live as long as the index. */
void built_want(Built *built, Str image, bool probed, Arena *a);
/* Whether a container has a probe. */
bool built_is_probed(const Object *container);
void built_add(Built *built, const Object *object, Arena *a);
/* Whether the Dockerfile of that path lies in a folder that is named like an image that some container runs. */
bool built_wants(const Built *built, Str path);
/* DOCKERFILE_IN_CLUSTER, IS_PROBED: whether its folder is named like such an image, or like the end of one (shop-api). */
void built_mark(const Built *built, Object *dockerfile);
/* CONTAINER_DOCKERFILE, CONTAINER_TARGET and CONTAINER_COMPOSE of a container. */
void built_join(const Built *built, Object *container);

#endif
