/* Link: the one graph of a repository. Objects of joined files are added to an index; then the fields of other objects
 * that refer to them are filled in, and joins that checks ask for (`selected`, `named` …) are answered. */
#ifndef LINK_LINK_H
#define LINK_LINK_H

#include "link/admission/admission.h"
#include "link/built.h"
#include "link/cluster.h"
#include "link/definition/definition.h"
#include "link/pipeline.h"
#include "link/shipped.h"

typedef struct Link {
    Arena arena;
    Map ignores;     /* path of a .dockerignore → its DOCKERIGNORE object */
    Cluster cluster; /* the Kubernetes objects that stand in files as they are */
    Map scenarios;   /* name → Cluster: those that are built together, which meet no others */
    Map dockerfiles; /* path → DOCKERFILE object, of those that were read early */
    Map wanted;      /* paths of files that others refer to and that are to be read early */
    Pipelines pipelines; /* workflows and actions by path */
    Shipped shipped;     /* images that manifests run */
    Built built;         /* images that are built and run here */
    Admission admission; /* policies that the manifests meet */
    Definitions definitions; /* of custom resources, that some here are written in */
    Map policy_kinds; /* kinds of objects that those look into */
    bool alone;          /* one file is reviewed, and nobody looked at what lies beside it */
    uint32_t kubernetes; /* the version reviewed for: 1036 is 1.36 */
} Link;

/* Whether joins begin or end at the file's objects; if not, link_add and link_model do nothing with it. */
bool link_concerns(const Model *model);
/* Adds the subjects of a file; its objects must live as long as the index. */
void link_add(Link *link, const Model *model);
typedef struct LinkNotes {
    VEC(ClusterNote) cluster;
    VEC(Str) images, probed; /* that its containers run, those without and with a probe: built.h */
    VEC(Str) shipped;        /* as they write them: shipped.h */
    VEC(Str) defined, custom; /* kinds that it defines, and those that others may define: definition.h */
    PipelineNote pipeline;
} LinkNotes;
/* What joins need of a file whose objects go: it is made by any thread, in `a`, and added in the order of the files. `file` is what
 * LinkAsker.source finds it by. */
LinkNotes link_note(const Model *model, uint32_t file, Arena *a);
void link_add_notes(Link *link, const LinkNotes *notes);

/* Who asks for a join: what checks run with. */
typedef struct LinkAsker {
    const Link *link;
    ClusterSource source;
} LinkAsker;
/* Admission policies look into some objects themselves: those of the kinds that the policies of a file name, and a few others. */
bool link_has_policies(const Model *model);
void link_policy_kinds(Link *link, const Model *model); /* notes those kinds */
bool link_policies_want(const Link *link, const LinkNotes *notes);
bool link_defines(const Link *link, const LinkNotes *notes); /* custom resources of the repository are written in what the file defines */
void link_add_definitions(Link *link, const Model *model); /* adds those, as the next two */
bool link_pipelines_want(const Link *link, const LinkNotes *notes, Str path); /* uses of others lead into the file of that path */
void link_add_pipelines(Link *link, const Model *model);
void link_add_policies(Link *link, const Model *model); /* adds the objects, which must live as long as the index */
/* The same for a file of admission policies that is not part of the repository: no join finds its objects but theirs. */
void link_admit(Link *link, const Model *model);
/* When all are added, before the first link_model. */
void link_finish(Link *link);
/* What is known of the file's objects by themselves, for the version that is reviewed for; once, before link_model. */
void link_settle(const Link *link, Model *model);
/* Fills in what the file's objects refer to. Only reads the index: any thread may do it. */
void link_model(const Link *link, Model *model);
/* Answers a join that a check asks for; false when no such join exists. */
bool link_answer(void *asker, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
