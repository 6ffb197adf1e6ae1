/* Crossplane: managed resources of the Upbound providers, which are made of Terraform's, become the blocks that Terraform's would be, so that
 * what is known of a cloud resource is known of them. https://docs.crossplane.io/latest/managed-resources/managed-resources/ */
#ifndef SYSTEMS_CROSSPLANE_H
#define SYSTEMS_CROSSPLANE_H

#include "model/model.h"

/* Adds the BLOCK of a MANIFEST, with its statements, rules and grants, if it is such a resource. `open`: patches may add to it. */
void crossplane_model(const Object *manifest, bool open, Model *model);

#endif
