/* Kustomize: https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/
 *
 * A kustomization that no other one includes is a scenario: what `kustomize build` would make of its folder is built, and what is built is
 * reviewed, each value at the place where it is written, in a base or in a patch. So a base is reviewed through its overlays, as a called
 * module is through its callers; one that stands alone, or that Flux or Argo CD deploys, by itself. Patches and the files of generators mean nothing alone. Where a build
 * can't be completed, its resources are read as they stand; what was not verified then is a problem of its kustomization. */
#ifndef SYSTEMS_KUSTOMIZE_KUSTOMIZE_H
#define SYSTEMS_KUSTOMIZE_KUSTOMIZE_H

#include "systems/system.h"

/* No objects: a kustomization alone means nothing. Its keys are looked at, and their types. */
void kustomize_model(Source *source, const Tree *tree, Model *model);
bool kustomize_is_empty(const Tree *tree);
/* Paths of the files that a kustomization names, from the root → SystemPart. */
void kustomize_parts(const Source *source, const Tree *tree, Arena *a, Map *parts);
/* Whether a file may hold what GitOps controllers deploy: its tree must be there when kustomizations are built. */
bool kustomize_is_deployment(Str manifests);
/* The objects of each scenario, as subjects of its kustomization. */
void kustomize_evaluate(SystemFile *files, uint32_t count, const Outside *outside);
/* What `kustomize build` prints for a folder ("" is the root); false with the reason in *fault when it can't be completed. */
bool kustomize_print(const Outside *outside, Arena *a, Str folder, Buf *out, Str *fault);

#endif
