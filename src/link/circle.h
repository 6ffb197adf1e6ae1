/* A use of a local action or workflow that leads back to the file it stands in. */
#ifndef LINK_CIRCLE_H
#define LINK_CIRCLE_H

#include "link/pipeline.h"

/* Whether `use`, which stands in `start`, leads back to it; `text` is the way there: a → b → a. */
bool circle_of(const Pipelines *pipelines, const Object *start, const Object *use, Arena *a, Str *text);

#endif
