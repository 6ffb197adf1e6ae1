/* What the parts of admission share: policies taken apart, and the request that meets them. */
#ifndef LINK_ADMISSION_POLICY_H
#define LINK_ADMISSION_POLICY_H

#include "cel/cel.h"
#include "facts/schema.h"
#include "link/admission/admission.h"
#include "link/selector.h"

/* The variables of an expression, in the order of CelScope.variables. */
enum { ADMIT_OBJECT, ADMIT_OLD_OBJECT, ADMIT_REQUEST, ADMIT_PARAMS, ADMIT_NAMESPACE, ADMIT_VARIABLES, ADMIT_AUTHORIZER, ADMIT_FORMAT, ADMIT_COUNT };

typedef struct Expression {
    const char *role;    /* "validation", "message", "match-condition", "variable", "audit-annotation", "mutation" */
    bool json_patch;     /* of a mutation; else an apply configuration */
    Value written;       /* the string in the manifest; null when there is none */
    Value name;          /* of a variable or condition */
    CelProgram program;
    bool compiled;
    Prose fault;         /* why not; empty when it is a hole */
    Value message;       /* of a validation: message */
    uint32_t message_at; /* of a validation: 1 + index of its messageExpression; 0: none */
} Expression;

typedef VEC(Expression) ExpressionVec;

struct AdmissionPolicy {
    const Object *manifest;
    ExpressionVec conditions, variables, validations, others, mutations;
    bool mutates;        /* a MutatingAdmissionPolicy */
    Value constraints;   /* spec.matchConstraints */
    Value param_kind;
    bool fails_open;     /* failurePolicy: Ignore */
    bool given;
};

struct AdmissionBinding {
    const AdmissionPolicy *policy;
    const Object *manifest; /* NULL: a policy that was given, and has none */
    Value spec;
    Str scope;           /* folder whose manifests it is for, empty: all */
};

AdmissionPolicy *admission_policy(const Object *manifest, bool given, Arena *a);

/* ---- mutate.c ---- */

/* What `change`, the value of a mutation, makes of the object; what both share is shared. False when it does not fit, or becomes
 * too large. *steps grows with the work. */
bool admission_mutate(Value *object, Value change, bool json_patch, const SchemaType *type, Arena *a, uint64_t *steps);

/* ---- object.c ---- */

/* The object as the API server sees it: nulls gone, defaults filled in, numbers and quantities of their types. In `a`; spans stay. */
Value admission_object(Value body, Str api_version, Str kind, Arena *a);
/* The pod that a workload makes out of `template`. */
Value admission_pod(Value template, Value namespace, Arena *a);

typedef struct Request {
    const Object *manifest;
    Value object;        /* null until it is needed */
    Value template;      /* of the pod that a workload creates, or null: the manifest itself */
    Value labels;        /* of the object */
    Str group, version, kind;
    bool mutated;        /* by some policy: what it makes in turn may be another */
    bool doubted;        /* a mutating policy makes of it what can't be known */
    Str resource;        /* plural; empty when no one knows */
    int namespaced;      /* 1, 0, or -1 when no one knows */
} Request;

/* ---- match.c ---- */

/* Whether the constraints (of a policy or a binding; null: all) match the request; *update: only UPDATE is asked for. */
Match admission_match(const Admission *admission, Value constraints, const Request *request, bool *update, Arena *a);
/* The object's namespace in the repository: null when it is in none, a hole when only the cluster has it. */
Value admission_namespace(const Admission *admission, const Request *request, Arena *a);
/* Plural and scope of a kind: from the API's table, else from a CustomResourceDefinition of the repository. */
void admission_resource(const Admission *admission, Request *request, Arena *a);

#endif
