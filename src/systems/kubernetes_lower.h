/* What kubernetes.c (objects) and kubernetes_pod.c (pods and what is in them) share. */
#ifndef SYSTEMS_KUBERNETES_LOWER_H
#define SYSTEMS_KUBERNETES_LOWER_H

#include "model/model.h"

typedef struct Manifest {
    Source *source;
    Model *model;
    Arena *arena;
    Object *object;    /* the MANIFEST at hand */
    const Composite *composite; /* of what was built; else NULL */
    bool open;         /* what carries the object may add to it: patches of a Composition */
    Str address;       /* of whatever makes the object, or empty: its own */
} Manifest;

/* A subject of the manifest at hand, named by its address: `header` is what a finding points at by default. */
Object *manifest_object(Manifest *m, ShapeId shape, Value whole, Value header);
/* The pod whose spec is `pod`.spec (a pod, or a template). */
Object *pod_model(Manifest *m, Value pod, bool serves);
/* SCHEDULE subjects of a CronJob or an AppProject; credentials that an Application of Argo CD gives to its charts. */
void argo_model(Manifest *m);
/* A DEFINITION_FAULT for each thing in a CustomResourceDefinition that the API server refuses, a POLICY_EXPRESSION for each rule. */
/* A text that stands for what is written at `origin`. */
Value manifest_text(Str text, Value origin);
/* kubernetes_secret.c: credentials in texts, base64 (`encoded`), annotations, the words of a command. */
void secrets_in_data(Manifest *m, Value data);
void secrets_in_encoded(Manifest *m, Value data);
void secrets_in_annotations(Manifest *m, Value annotations);
void secrets_in_words(Manifest *m, const Object *container, Value list);
void secrets_in_user(Manifest *m, Value user);
void secrets_in_any(Manifest *m, Value body);
/* kubernetes_unread.c: what is known of an object whose kind means nothing to us. */
void unread_kind_model(Manifest *m, Value body);
void definition_model(Manifest *m);
/* The rules (x-kubernetes-validations) of one schema of a definition; `root`: that of the whole object. */
void definition_rules(Manifest *m, Value schema, bool root);
/* Whether the API has this kind in this version: MANIFEST_API_STATE, MANIFEST_NEAREST. */
void kind_model(Manifest *m, Object *o);

#endif
