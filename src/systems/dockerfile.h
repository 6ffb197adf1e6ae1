/* Dockerfiles and .dockerignore files as objects (model/shapes.def, "Dockerfile"). */
#ifndef SYSTEMS_DOCKERFILE_H
#define SYSTEMS_DOCKERFILE_H

#include "model/model.h"

/* Fills the model with the objects of a Dockerfile; the DOCKERFILE object is the first subject. */
void dockerfile_model(Source *source, const Tree *tree, Model *model);
/* A .dockerignore as one DOCKERIGNORE object. */
const Object *dockerignore_model(Source *source, Model *model);

/* The instruction that begins within `line`; of a FROM its whole stage. An empty span: none. */
Span dockerfile_block(const Tree *tree, Span line);

#endif
