/* What the parts of a definition share: a walk over a resource with its schema at hand. */
#ifndef LINK_DEFINITION_FOLLOW_H
#define LINK_DEFINITION_FOLLOW_H

#include "link/definition/definition.h"
#include "model/way.h"

#define FOLLOW_MISFITS_MAX 50                   /* of one object: beyond that it is of another kind than it says */
#define FOLLOW_STEPS_MAX UINT64_C(250000)       /* of one object: values followed and expressions evaluated */
#define FOLLOW_FILE_STEPS_MAX UINT64_C(2000000) /* of all in a file */

typedef struct Follow {
    Model *model;
    const Object *manifest;
    Arena scratch;
    uint32_t told;    /* misfits of the manifest at hand */
    uint64_t steps, limit; /* the second of the manifest at hand */
    bool stopped;          /* at the limit */
    uint32_t quiet;   /* > 0: faults are counted, not told */
    uint32_t faults;
    bool unknown;     /* one could not be decided */
    Map enums;        /* of the manifest at hand: where a schema stands → what its `enum` allows (values.c) */
} Follow;

/* What is wrong: `kind` as MISFIT.kind; `name` and `value` of the resource, `place` in the definition. */
typedef struct Fault {
    const char *kind;
    Value name, value;
    const Way *way;
    Str expected, nearest;
    Value place;
} Fault;

/* ---- object.c: with defaults; `typed`: as CEL sees it. In the scratch ---- */
Value follow_object(Follow *f, Value body, Value schema, bool typed);
/* The schema of a field of a map: of that name, else of all. */
Value follow_field(Value schema, Str name, Arena *a);
/* False when the manifest at hand has had its share of work. */
bool follow_step(Follow *f);
void follow_fault(Follow *f, const Fault *fault);
/* Whether a fault would be told, so that its hint is worth looking for. */
bool follow_tells(const Follow *f);
/* ---- schema.c: types, fields, bounds ---- */
void follow_schema(Follow *f, Value schema, Value value, Value name, const Way *way, bool root, int depth);
/* ---- values.c: what a value of the right type must keep to besides ---- */
void follow_values(Follow *f, Value schema, Value value, Value name, const Way *way);
/* ---- rules.c: x-kubernetes-validations ---- */
void follow_rules(Follow *f, Value schema, Value body);

#endif
