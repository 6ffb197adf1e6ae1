/* ValidatingAdmissionPolicy: what the API server would say of the manifests, from the policies and bindings that lie beside them or
 * were given. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/
 *
 * Each manifest is a request to create it (to update it, where a policy asks for nothing else); a workload also stands for the pods that
 * it will create. Expressions run in three values: what only the cluster knows (the user, the authorizer, namespaces and parameters that
 * are not in the repository) leaves a gap, what the manifest leaves open is a hole, and neither is ever a refusal.
 *
 * A policy of the repository is for the manifests around it: those below the folder that holds its folder (and that of its binding).
 * A policy that was given is for all, and is enforced without a binding, too. */
#ifndef LINK_ADMISSION_H
#define LINK_ADMISSION_H

#include "base/map.h"
#include "model/model.h"

typedef struct AdmissionPolicy AdmissionPolicy;
typedef struct AdmissionBinding AdmissionBinding;
typedef AdmissionPolicy *AdmissionPolicyRef;

typedef struct Admission {
    VEC(AdmissionPolicyRef) policies;
    ObjectVec unbound;               /* MANIFESTs of bindings, in the order they came */
    VEC(AdmissionBinding *) bindings;/* with their policies, after admission_bind */
    Map kinds;                       /* kind → ObjectVec of MANIFEST: params by selector, definitions of custom resources */
    Map names;                       /* "kind/name" → ObjectVec of MANIFEST: params, namespaces */
} Admission;

bool admission_is_policy(const Object *object); /* or a binding of one */
/* Notes a MANIFEST; policies are compiled. `given`: of a file the user named, not of the repository. */
void admission_add(Admission *admission, const Object *manifest, bool given, Arena *a);
/* When all are there: bindings meet their policies. */
void admission_bind(Admission *admission, Arena *a);
/* Appends to the model of one file a VIOLATION for each thing that a policy refuses, a POLICY_EXPRESSION for each expression of its own
 * policies, and gaps for what needs the cluster. Only reads the index: any thread may do it. */
void admission_join(const Admission *admission, Model *model);

#endif
