/* What the files of this folder share: the kustomizations of a review, a build of one of them, and the resources in it.
 *
 * read.c finds and parses files, build.c runs a build in the order that kustomize has, and each other file is one step of it. The
 * specification is https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/; where it is silent, kustomize 5 is. */
#ifndef SYSTEMS_KUSTOMIZE_BUILD_H
#define SYSTEMS_KUSTOMIZE_BUILD_H

#include "base/regex.h"
#include "model/neighbours.h"
#include "parse/yaml.h"
#include "systems/kustomize/node.h"
#include "systems/system.h"

#define KUSTOMIZE_DEPTH_MAX 64              /* kustomizations inside each other */
#define KUSTOMIZE_RESOURCES_MAX 100000u     /* of a review, in all of its builds */
#define KUSTOMIZE_STEPS_MAX UINT64_C(40000000) /* of a review: what patches, labels and references looked at; about a second */

/* A file that a build reads. */
typedef struct BuildFile {
    Source *source;
    const Tree *tree;   /* of YAML; NULL until asked for */
    bool is_yaml;       /* `tree` was asked for */
} BuildFile;

/* A folder with a kustomization. */
typedef struct Kustomization {
    Str folder;         /* from the root; "" is the root */
    Source *source;
    const Tree *tree;
    const Node *root;   /* its map */
    Value value;        /* the same */
    bool is_component;
    bool is_deployed;   /* an object of the repository has it deployed: a scenario, whoever includes it */
    bool is_included;   /* by another one */
    bool is_done;       /* part of a build that was tried */
    bool is_open;       /* in a build at hand: meeting it again is a circle */
} Kustomization;

/* One for a review. */
typedef struct World {
    const Outside *outside;
    Neighbours *neighbours;
    Arena *arena;
    Map files;          /* path → BuildFile, or NULL */
    Map kustomizations; /* folder → Kustomization, or NULL */
    Map inlines;        /* "path:offset" → Tree: patches inside of kustomizations */
    Map told;           /* problems that were told */
    Map taken;          /* path → any: resources that a build holds */
    uint32_t nodes_left, resources_left;
    uint64_t steps;
} World;

/* How a resource is called. */
typedef struct ResourceId {
    Str group, version, kind, name, namespace;
} ResourceId;

typedef struct Resource {
    BuiltNode *root;
    Value written;           /* its document before any change; null when it was generated */
    ResourceId id;           /* as it is now */
    VEC(ResourceId) before;  /* what it was before; the first as written */
    VEC(Str) prefixes, suffixes; /* those added so far, for references among equals */
    VEC(Layer) layers;       /* where it is written: its document, then the patches */
    Str path;                /* of the file it comes from */
    VEC(Entry) literals;     /* of a generated Secret: what the kustomization says in plain text */
    bool needs_hash;         /* generated, and its name is to end in the hash of its content */
    bool is_local;           /* no part of the result: others take values from it */
    bool is_gone;            /* a patch took it away */
} Resource;

typedef struct ResourceVec { /* as VEC, with an index */
    Resource **items;
    uint32_t count, capacity;
    Map ids;
} ResourceVec;

/* A place of a field: "a/b/c" in each KIND ("" is any) of GROUP ("*" is any); `make`: maps that are missing are made. */
typedef struct FieldSpec {
    const char *kind, *group, *path;
    bool make;
} FieldSpec;

typedef VEC(FieldSpec) FieldSpecs;

/* A place where the name of a TARGET stands. */
typedef struct NameSpec {
    const char *target, *target_group, *kind, *group, *path;
} NameSpec;

typedef enum ConfigList {
    CONFIG_PREFIX, CONFIG_SUFFIX, CONFIG_NAMESPACE, CONFIG_COMMON_LABELS, CONFIG_LABELS, CONFIG_TEMPLATE_LABELS, CONFIG_ANNOTATIONS, CONFIG_IMAGES,
    CONFIG_REPLICAS, CONFIG_VARIABLES, CONFIG_COUNT
} ConfigList;

/* What a kustomization, and those that it includes, say beside what kustomize knows. */
typedef struct Config {
    FieldSpecs lists[CONFIG_COUNT];
    VEC(NameSpec) names;
    VEC(Value) vars;
    Value schema; /* the definitions of `openapi`, or null */
    Map kinds;    /* "group/version/kind" → its definition, once it was looked for */
} Config;

typedef struct Build {
    World *world;
    Arena *arena;
    BuiltTree *tree;
    Kustomization *top;
    Kustomization *at;     /* the one at hand */
    Config *config;        /* of that one */
    bool is_failed;        /* kustomize would stop here */
    bool is_open;          /* more than can be seen belongs to it */
    bool is_told;          /* why is known */
    bool is_changed;       /* by something that was not run: what a patch meets is not known */
    uint32_t depth;
    ResourceVec result;
} Build;

/* ---- read.c ---- */

/* NULL when it isn't there or can't be read. */
BuildFile *read_file(World *w, Str path);
/* Its documents; NULL when it isn't YAML from the first byte to the last. */
const Tree *read_yaml(BuildFile *file);
/* What stands in a scalar of a kustomization, parsed in place. */
const Tree *read_inline(World *w, const Tree *tree, const Node *scalar);
/* The kustomization of a folder, or NULL. */
Kustomization *read_kustomization(World *w, Str folder);
/* `path` as written in the kustomization at hand, from the root of the review; false when it leads elsewhere. */
bool read_path(const Build *b, Str path, Str *out);
/* Adds the resources of a file. `entry` names it in the kustomization. */
void read_resources(Build *b, Str path, const Tree *tree, Value entry, ResourceVec *out);

/* ---- build.c ---- */

/* An entry of a list that names files, or holds what would stand in one. */
typedef struct Listed {
    const char *key;     /* of the list */
    Value entry;
    Str text;            /* the path */
    const Tree *written; /* NULL, or: it is no path but the document itself */
} Listed;
/* Each entry of the list under `key`, until the build stops. */
void build_listed(Build *b, ResourceVec *list, const char *key, void (*take)(Build *, ResourceVec *, const Listed *));

/* `PROBLEM_…` at `at`, told once; the build goes on, but more may belong to it. */
void build_gap(Build *b, ProblemCode code, Value at, Str detail);
/* The same; the build has failed. */
void build_fail(Build *b, ProblemCode code, Value at, Str detail);
/* Counts what a step looked at; false when the review has had enough. */
bool build_step(Build *b, uint64_t count);
Build *kustomize_build(World *w, Kustomization *top);
/* The resources that a folder gives. */
void build_folder(Build *b, Kustomization *k, Value entry, ResourceVec *list);

/* A field of the kustomization at hand (null when absent), and the node under it (NULL). */
Value build_field(const Build *b, const char *key);
const Node *build_node(const Build *b, const char *key);
Value build_value(const Build *b, const Tree *tree, const Node *node);
Str build_string(const Build *b, Value map, const char *key); /* the text of a scalar field, or empty */

/* ---- resource.c ---- */

Resource *resource_new(Build *b, BuiltNode *root, Str path);
/* Reads the id again, remembers the one before when it differs. */
void resource_renamed(Build *b, Resource *r);
void resource_replaced(Build *b, Resource *r); /* the same without remembering: what a replacement renames, nobody follows */
/* Adds what does not clash with one there. */
void resource_add(Build *b, ResourceVec *list, Resource *r, Value entry);
/* After ids changed or resources went away: drops those and checks again that no two clash. */
void resources_index(Build *b, ResourceVec *list);
bool resource_is_id(const ResourceId *a, const ResourceId *b);
bool resource_was(const Resource *r, const ResourceId *id); /* is or was called so */
Str resource_id_text(Arena *a, const ResourceId *id);       /* "Deployment.v1.apps/web.shop" */
void resource_layer(Build *b, Resource *r, Source *source, Span span);
bool namespace_is(Str a, Str b); /* no namespace is the default one */
bool kind_is_cluster_wide(const ResourceId *id);

/* What a patch or a replacement is for: fields group, version, kind, name, namespace (anchored regular expressions), labelSelector,
 * annotationSelector. An absent one matches all. */
typedef struct Pattern {
    Str literal;        /* when no character of it means anything else */
    const Regex *regex; /* else; both NULL: anything */
} Pattern;

typedef struct Selector {
    Pattern group, version, kind, name, namespace;
    Str labels, annotations;
    bool is_bad; /* it has a field that can't be read */
} Selector;

Selector selector_read(Build *b, Value map);
bool selector_selects(Build *b, const Selector *s, const Resource *r);

/* ---- config.c ---- */

Config *config_new(Build *b);
void config_read(Build *b); /* that of the kustomization at hand */
void config_join(Build *b, Config *to, const Config *from);
void config_fields(Build *b, Value list, FieldSpecs *out);
/* The key that tells the items of a list apart, by the schema of `openapi`; empty: they are not merged. */
Str config_merge_key(Build *b, const ResourceId *id, Str path);

/* ---- the steps, in their order ---- */

void generate_resources(Build *b, ResourceVec *list);
void patch_resources(Build *b, ResourceVec *list);        /* patchesStrategicMerge, patches */
void patch_resources_json(Build *b, ResourceVec *list);   /* patchesJson6902 */
void set_namespace(Build *b, ResourceVec *list);
void set_name_affixes(Build *b, ResourceVec *list);
void set_labels(Build *b, ResourceVec *list);
void set_annotations(Build *b, ResourceVec *list);
void set_replicas(Build *b, ResourceVec *list);
void set_images(Build *b, ResourceVec *list);
void replace_values(Build *b, ResourceVec *list);
void run_plugins(Build *b, ResourceVec *list, const char *key);
/* At the end of all. */
void add_hashes(Build *b, ResourceVec *list);
void follow_names(Build *b, ResourceVec *list);
void expand_variables(Build *b, ResourceVec *list);

/* ---- the same, as plugins ask for them, with places of their own ---- */

typedef struct NamespaceOptions {
    bool only_unset;                /* what has a namespace keeps it */
    bool all_subjects, no_subjects; /* of bindings; else the service account `default` */
} NamespaceOptions;

void set_pairs(Build *b, const ResourceVec *list, const FieldSpec *specs, size_t count, Value pairs);
void set_affix(Build *b, ResourceVec *list, Value affix, bool before, const FieldSpec *specs, size_t count);
void change_namespaces(Build *b, ResourceVec *list, Value space, NamespaceOptions options, const FieldSpec *specs, size_t count);
void change_images(Build *b, ResourceVec *list, const Value *rules, uint32_t rule_count, const FieldSpec *specs, size_t count);
void set_count(Build *b, ResourceVec *list, Value entry, const FieldSpec *specs, size_t count);
void patch_entry(Build *b, ResourceVec *list, const Node *entry);
void patch_merges(Build *b, ResourceVec *list, const char *key);
void patch_merge_text(Build *b, ResourceVec *list, const char *key);
void generate_resource(Build *b, ResourceVec *list, Value entry, bool is_secret);

/* ---- patch.c, json_patch.c ---- */

/* RFC 6902; the operations are `patch`, a list. False with what is wrong in *fault. */
bool json_patch(Build *b, Resource *r, Value patch, Str *fault);
/* A strategic merge patch onto a resource (or any map of one); `path`: where `target` stands in it. */
void merge_patch(Build *b, Resource *r, Value patch);

/* ---- fields.c ---- */

bool field_fits(const FieldSpec *f, const ResourceId *id);
typedef void (*FieldVisit)(Build *b, BuiltNode *parent, BuiltEntry *entry, void *data);
/* Calls `visit` with each place that "a/b/c" leads to; lists on the way are gone through. `make`: maps that are missing are made,
 * and the last one is a map. */
void fields_visit(Build *b, BuiltNode *root, const char *path, Value make, FieldVisit visit, void *data);

/* ---- replace.c ---- */

/* What stands at "spec.ports[0].port", or null. */
Value replace_peek(Build *b, BuiltNode *root, Str path);

#endif
