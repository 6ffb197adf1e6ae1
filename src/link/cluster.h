/* Joins among Kubernetes objects, as checks ask for them:
 *     objects(KIND, it)             every object of the kind in the namespace of `it`
 *     beside(KIND, it)              those that stand in the same file
 *     named(KIND, NAME, it)         the one of that name
 *     inside(KIND, NAMESPACE, it)   every object of the kind that says it is in that namespace
 *     selected(KIND, SELECTOR, it)  those (or, for 'Pod', the pods of those) whose labels a selector of `it` matches
 *     scaling(KIND, NAME, it)       those whose `scaleTargetRef` has that name
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

bool cluster_wants(const Object *object); /* whether joins may ask for it */
/* What they ask of it, copied to `a`. It names the object itself: clear member.object when that goes. */
ClusterNote cluster_note(const Object *object, Arena *a);
void cluster_add(Cluster *cluster, const ClusterNote *note, Arena *a); /* borrows it */
/* Finds the object of a member whose own is NULL; gives NULL when that would be too many: the join is unknown then. */
typedef struct ClusterSource {
    const Object *(*find)(void *data, uint32_t file, uint32_t subject);
    void *data;
} ClusterSource;
/* False when it is no such function, or its arguments are not known. */
bool cluster_answer(const Cluster *cluster, const ClusterSource *source, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
