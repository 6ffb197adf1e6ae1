/* Joins among Kubernetes objects, as checks ask for them:
 *     objects(KIND, it)             every object of the kind in the namespace of `it`
 *     named(KIND, NAME, it)         the one of that name
 *     selected(KIND, SELECTOR, it)  those (or, for 'Pod', the pods of those) whose labels a selector of `it` matches
 *     selecting(KIND, it)           objects of the kind whose selector matches the pod `it`
 * Only what is near counts (the smallest folder around `it` that holds such objects), since a repository may hold many systems.
 * What is not in the repository may be in the cluster: an empty list is closed only when the folder of `it` itself holds objects
 * of that kind, so that it is where they are kept, and none further away would match. */
#ifndef LINK_CLUSTER_H
#define LINK_CLUSTER_H

#include "cel/cel.h"
#include "link/group.h"
#include "model/model.h"

typedef struct Cluster {
    Map kinds;  /* kind → Group of MANIFEST */
    Group pods; /* of all workloads */
} Cluster;

/* A member, and the kind it stands under; empty for pods. */
typedef struct ClusterNote {
    Str kind;
    Member member;
} ClusterNote;

/* What joins ask of an object, copied to `a`; false when they ask for no such object. It names the object itself: clear
 * member.object when that goes. */
bool cluster_note(const Object *object, Arena *a, ClusterNote *out);
void cluster_add(Cluster *cluster, const ClusterNote *note, Arena *a); /* borrows it */
/* Finds the object of a member whose own is NULL. */
typedef struct ClusterSource {
    const Object *(*find)(void *data, uint32_t file, uint32_t subject);
    void *data;
} ClusterSource;
/* False when it is no such function, or its arguments are not known. */
bool cluster_answer(const Cluster *cluster, const ClusterSource *source, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
