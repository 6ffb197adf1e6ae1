/* Compose files as objects (model/shapes.def, "Compose"): https://docs.docker.com/reference/compose-file/ */
#ifndef SYSTEMS_COMPOSE_H
#define SYSTEMS_COMPOSE_H

#include "model/model.h"

/* The services of the file with all that Compose would merge into them, read from model->neighbours. */
void compose_model(Source *source, const Tree *tree, Model *model);
/* Nothing in the file is a key of Compose. */
bool compose_is_empty(const Tree *tree);
/* .env: credentials that are known by their form. */
void dotenv_model(Source *source, const Tree *tree, Model *model);

#endif
