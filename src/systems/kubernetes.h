/* Kubernetes manifests as objects (model/shapes.def, "Kubernetes"): https://kubernetes.io/docs/reference/kubernetes-api/ */
#ifndef SYSTEMS_KUBERNETES_H
#define SYSTEMS_KUBERNETES_H

#include "model/model.h"

/* Every document of the file, and every item of a List, as a MANIFEST with its pod, containers and rules. */
void kubernetes_model(Source *source, const Tree *tree, Model *model);
/* A MISFIT for each field of them that the API of their kind and version does not take. Kinds that no table knows have none. */
void kubernetes_judge(Source *source, Model *model);
/* One object that was built from several files, `body` seen through a TreeView; `source` holds most of it. */
void kubernetes_built(Source *source, Value body, const Composite *composite, Model *model);
/* The object `body`, however it was written: a map of values, all of `source`. Its users know it by `address`. The API's schema
 * is not asked: who wrote it in another form, wrote for another one. */
void kubernetes_object(Source *source, Value body, Str address, Model *model);
/* Nothing in the file has a kind. */
bool kubernetes_is_empty(const Tree *tree);

#endif
