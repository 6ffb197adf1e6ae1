/* Joins a Compose service with the Dockerfile that it builds. */
#ifndef LINK_BUILD_H
#define LINK_BUILD_H

#include "base/map.h"
#include "model/shape.h"

/* Notes the Dockerfile that a COMPOSE_SERVICE builds, by path. */
void link_build_wants(const Object *service, Map *wanted, Arena *a);
/* Fills in `dockerfile`, `target`, what its ports and health check are known to be. `dockerfiles`: path → DOCKERFILE. */
void link_build(Object *service, const Map *dockerfiles);

#endif
