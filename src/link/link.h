/* Link: the one graph of a repository. Objects of joined files are added to an index; then the fields of other objects
 * that refer to them are filled in, and joins that checks ask for (`selected`, `named` …) are answered. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

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
    uint32_t kubernetes; /* the version reviewed for: 1036 is 1.36 */
} Link;

#define KUBERNETES_NEWEST 1036 /* what is reviewed for unless told: the newest that facts/schema has */

/* "1.36" or "v1.36.2" → 1036; 0 when it is no version. */
uint32_t kubernetes_version(Str text);
/* Adds the subjects of a file; its objects must live as long as the index. */
void link_add(Link *link, const Model *model);
/* Fills in what the file's objects refer to. Only reads the index: any thread may do it. */
void link_model(const Link *link, Model *model);
/* Answers a join that a check asks for; false when no such join exists. */
bool link_answer(void *link, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
