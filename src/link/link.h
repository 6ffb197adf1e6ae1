/* Link: the one graph of a repository. Objects of joined files are added to an index; then the fields of other objects
 * that refer to them are filled in, and joins that checks ask for (`selected`, `named` …) are answered. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "link/admission/admission.h"
#include "link/cluster.h"
#include "link/pipeline.h"

typedef struct Link {
    Arena arena;
    Map ignores;     /* path of a .dockerignore → its DOCKERIGNORE object */
    Cluster cluster; /* the Kubernetes objects that stand in files as they are */
    Map scenarios;   /* name → Cluster: those that are built together, which meet no others */
    Map dockerfiles; /* path → DOCKERFILE object, of those that were read early */
    Map wanted;      /* paths of files that others refer to and that are to be read early */
    Pipelines pipelines; /* workflows and actions by path */
    Admission admission; /* policies that the manifests meet */
    uint32_t kubernetes; /* the version reviewed for: 1036 is 1.36 */
} Link;

/* Adds the subjects of a file; its objects must live as long as the index. */
void link_add(Link *link, const Model *model);
/* The same for a file of admission policies that is not part of the repository: no join finds its objects but theirs. */
void link_admit(Link *link, const Model *model);
/* When all are added, before the first link_model. */
void link_finish(Link *link);
/* Fills in what the file's objects refer to. Only reads the index: any thread may do it. */
void link_model(const Link *link, Model *model);
/* Answers a join that a check asks for; false when no such join exists. */
bool link_answer(void *link, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
