/* A value against the schema of its format, fault by fault. */
#ifndef SYSTEMS_SCHEMA_FAULTS_H
#define SYSTEMS_SCHEMA_FAULTS_H

#include "facts/schema.h"
#include "model/model.h"

/* SCHEMA_FAULT subjects for all that `value` has and `type` does not allow. Holes fit anything; a null fits wherever a map,
 * list or null does. `address` names a fault's resource when it is not empty. */
void schema_faults(Model *model, const SchemaType *type, Value value, Str where, Str address);

#endif
