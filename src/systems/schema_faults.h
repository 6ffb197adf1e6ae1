/* A value against the schema of its format, fault by fault. */
#ifndef SYSTEMS_SCHEMA_FAULTS_H
#define SYSTEMS_SCHEMA_FAULTS_H

#include "facts/schema.h"
#include "model/model.h"

#define SCHEMA_FAULTS_MAX 300

/* SCHEMA_FAULT subjects for all that `value` has and `type` does not allow. Holes fit anything; a null fits wherever a map,
 * list or null does. `address` names a fault's resource when it is not empty. `faults` counts those
 * of the file: beyond SCHEMA_FAULTS_MAX none is added. */
void schema_faults(Model *model, const SchemaType *type, Value value, Str where, Str address, uint32_t *faults);
/* One fault, of what no schema tells. The codes are those of the shape. */
void schema_fault(Model *model, Str address, const char *code, Value at, Str where, Str key, Str expected, Str nearest);

#endif
