/* Joins a Dockerfile with the .dockerignore of its build context. */
#ifndef LINK_CONTEXT_H
#define LINK_CONTEXT_H

#include "base/map.h"
#include "model/shape.h"

/* `ignores`: path of a .dockerignore → its DOCKERIGNORE object. The builder takes NAME.dockerignore beside the Dockerfile, else
 * .dockerignore at the root of the context; since the context may be any folder above, the nearest one counts. Of a file that
 * is `alone`, nobody looked beside it. */
void link_context(Object *dockerfile, const Map *ignores, bool alone);

#endif
