/* Facets that several systems share: images and secrets, from a value to an object that checks look at. */
#ifndef SYSTEMS_FACETS_H
#define SYSTEMS_FACETS_H

#include "model/model.h"

/* An IMAGE subject for the reference `ref` (a string, or a hole with what is known of it); `written` is how it stands in the file. */
Object *image_model(Model *model, Value ref, Str written, const char *role);
/* A SECRET subject when `value` looks like a credential by its form, or `name` says that it is one; else NULL. */
Object *secret_model(Model *model, Value value, Str name, const char *where);
/* A file of secrets, by its name. */
Object *secret_file_model(Model *model, Value path, const char *where);

#endif
