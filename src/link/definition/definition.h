/* CustomResourceDefinition: what the API server would say of custom resources whose definition lies in the repository.
 * https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/
 *
 * The schema of the version that a resource is written in is followed side by side with it: unknown fields, types, values, bounds,
 * required fields, and the rules of x-kubernetes-validations, over the object with its defaults. The definition that lies nearest counts;
 * where two lie equally near, or a value is not known, nothing is said. A definition of the repository is newer than any table of ours: its
 * word replaces theirs. Definitions of v1beta1, whose schemas prune nothing, are not followed. */
#ifndef LINK_DEFINITION_H
#define LINK_DEFINITION_H

#include "base/map.h"
#include "model/model.h"

typedef struct Definitions {
    Map by_kind; /* "group/Kind" → ObjectVec of MANIFEST */
    Map wanted;  /* "group/Kind" of the custom resources that are there */
} Definitions;

/* "group/Kind" that a MANIFEST defines; of any other, and of a definition that isn't followed, empty. In `a`. */
Str definition_kind(const Object *manifest, Arena *a);
/* The same of a MANIFEST that a definition may describe: its group is not one of Kubernetes itself. */
Str definition_wanted(const Object *manifest, Arena *a);
void definitions_want(Definitions *definitions, Str kind, Arena *a); /* borrows it */
/* Notes a definition, which must live as long as the index; anything else is left alone. */
void definitions_add(Definitions *definitions, const Object *manifest, Arena *a);
/* In the model of one file, the MISFITs of resources that a definition describes become those that it finds; gaps where it was too much.
 * Only reads the index: any thread may do it. */
void definitions_join(const Definitions *definitions, Model *model);

#endif
