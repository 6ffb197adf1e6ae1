/* What the files of Terraform's system share: modules (folders), their items (blocks), and instances (a module as it is called).
 *
 *   Module    a folder: its items by key (var.x, local.x, aws_s3_bucket.b, data.t.n, module.m)
 *   Instance  a module called from one place, or a root; one Slot an item
 *   Slot      the value of an item, evaluated when somebody asks, and the blocks it was made of */
#ifndef SYSTEMS_TERRAFORM_MODULE_H
#define SYSTEMS_TERRAFORM_MODULE_H

#include "base/map.h"
#include "parse/hcl_value.h"
#include "systems/terraform/terraform.h"

#define TERRAFORM_INSTANCES_MAX 2000 /* module calls of one group (groups.c), nested ones multiplied */
#define TERRAFORM_DEPTH_MAX 20       /* of calls: no sane system nests deeper */
#define TERRAFORM_STATEMENTS_MAX 20000 /* of policy documents of one group: a shared document counts for each that uses it */
#define TERRAFORM_COPIES_MAX 100     /* of a block with count or for_each; with more, one stands for all */

typedef enum DeclarationKind {
    DECLARED_RESOURCE, DECLARED_DATA, DECLARED_VARIABLE, DECLARED_OUTPUT, DECLARED_LOCAL, DECLARED_MODULE, DECLARED_PROVIDER, DECLARED_TERRAFORM, DECLARED_OTHER, DECLARED_KIND_COUNT
} DeclarationKind;

typedef struct Declaration {
    DeclarationKind kind;
    const SystemFile *file;
    const Node *node;        /* BLOCK; of a local its ATTRIBUTE */
    const Node *body;        /* of a block, else NULL */
    Str key;                 /* aws_s3_bucket.b, var.x …: how expressions name it; empty when they can't */
    Str type, name;          /* "aws_s3_bucket", "b"; "tf.variable", "x" */
    uint32_t index;          /* in Module.items */
    const struct Override *overrides; /* what override files say of it, the last one first */
    bool used;               /* some expression of its module names it */
} Declaration;

/* A block of override.tf or *_override.tf: its attributes and nested blocks replace those of the same name.
 * https://developer.hashicorp.com/terraform/language/files/override */
typedef struct Override {
    const SystemFile *file;
    const Node *node, *body;
    const struct Override *next;
} Override;

typedef struct Given { /* a value for a variable */
    const SystemFile *file;
    const Node *node;        /* an expression */
    int rank;                /* the higher one counts */
} Given;

typedef struct Module {
    Str folder;
    VEC(Declaration) items;
    Map by_key;              /* key → index + 1 */
    Map values;              /* name → Given, of terraform.tfvars and *.auto.tfvars */
    const SystemFile *lock;  /* .terraform.lock.hcl, or NULL */
    Map locked;              /* what names a provider of it, in small letters → any */
    Map configured;          /* "name\nalias" → the Declaration that configures this provider */
    bool is_lock_read, is_configured_read; /* the map was filled */
    uint32_t expected;       /* items that its files give at most */
    uint32_t group;          /* index of the group it belongs to, once there are groups */
    bool called, has_code;
    bool is_reached;         /* some instance of it was evaluated */
    bool is_partial;         /* some of its files could not be read whole */
    bool is_damaged;         /* some of them have a fault of grammar: what stood there nobody knows */
    bool is_fetched;         /* by terraform init, not written here */
    bool is_generated;       /* in part: Terragrunt writes files into its folder */
} Module;

typedef struct Slot {
    Value value;
    ObjectVec uses;          /* blocks that the value was made of; of a resource its own objects */
    Source *origin;          /* of a variable, a local or an output: where its value is written, in the end */
    Span origin_span;
    uint8_t state;           /* 0 not evaluated, 1 being evaluated, 2 done */
} Slot;

typedef struct Instance Instance;
struct Instance {
    Module *module;
    Instance *caller;        /* NULL in a root */
    const Declaration *call;        /* the module block in the caller */
    HclLocal number, each;   /* what `count` and `each` are in the arguments of its call */
    Str address;             /* "module.x.", "module.x[\"a\"].", or empty */
    Slot *slots;
    ValueVec blocks;         /* its BLOCK objects: first those that are written, which `peers` shows, then those of folder.c */
    uint32_t written;
    Map children;            /* x, x[0], x["a"] of a module block → Instance */
    uint32_t depth;
};

/* What the files of a repository have in common, and where the evaluation of one group is. */
typedef struct World {
    Map by_folder;           /* these four never change while groups are evaluated */
    const Outside *outside;
    Map values;              /* name → Given, of --var-file: they count in every root */
    Map models;              /* path of a file → its Model */
    Arena *arena;
    VEC(Module *) modules;   /* of the group */
    uint32_t instances;
    uint32_t statements;     /* of policies, so far */
    bool cut;                /* a policy document has more statements than were taken */
    bool too_large;          /* some limit was met, and told */
    uint32_t deep;           /* calls that were not followed */
    uint32_t steps;
    Map members;             /* HclScope.members */
    Map fetched;             /* folder of a root → its modules.json as a map of key → Module, or an empty one */
    Source *origin;          /* of the last expression */
    Span origin_span;
    Map told;                /* "path\nstart" of credentials that are told; "path\n" once those of a file are in it */
    size_t read;             /* bytes of files that expressions named */
} World;

typedef struct Bound { /* an argument that is a credential by its name, and whose text is written elsewhere */
    Str name, value;
    Source *source;
    Span there;
} Bound;

/* Who evaluates: what names mean, and where the blocks that were read are noted. */
typedef struct Reader {
    World *world;
    Instance *instance;
    ObjectVec *uses;
    VEC(Origin) origins;     /* of the attributes of a body */
    VEC(Bound) bound;        /* those of them that are credentials by their name */
} Reader;

/* items.c: the modules of all files, and which of them are called. */
void terraform_modules(World *w, const SystemFile *files, uint32_t count);
/* The module that a file belongs to, or NULL: nothing in it makes one. */
Module *terraform_module(const World *w, const SystemFile *file);
/* What expressions of a file name, whether or not they are ever evaluated. */
void terraform_mark_used(World *w, const SystemFile *file);
/* groups.c: modules that call one another, however far, and the files of each; nothing of one group is seen from another, so each may have its
 * thread. The order is that of the modules. */
typedef struct ModuleGroup {
    VEC(Module *) modules;
    VEC(SystemFile) files;
} ModuleGroup;
typedef VEC(ModuleGroup) ModuleGroups;
void terraform_groups(World *w, const SystemFile *files, uint32_t count, ModuleGroups *out);
extern const char *const terraform_block_types[DECLARED_KIND_COUNT];
/* The expression of an attribute of a body, or NULL. */
const Node *terraform_attribute(const Tree *tree, const Node *body, const char *name);
/* The same of an item, its overrides first; *file is where it stands. */
const Node *terraform_argument(const Declaration *item, const char *name, const SystemFile **file);
/* Whether a call names a folder of the repository, and which. */
bool terraform_local(World *w, const Module *m, const Declaration *call, Str *folder);
/* The module in the repository that a call names, or NULL. */
Module *terraform_called(World *w, const Module *m, const Declaration *call);

/* files.c: path.module, path.root; files that expressions name, from the folder of the root they are evaluated from. */
bool terraform_path(const Reader *r, Str name, Value *out);
bool terraform_read(HclScope *scope, Str path, Str *out);
/* The module that `terraform init` fetched for a call, or NULL. */
Module *terraform_fetched(World *w, const Instance *in, const Declaration *call);
/* The path that `relative` names from `folder`; false when it leads out of the repository. */
bool terraform_join(Str folder, Str relative, Arena *a, Str *out);

/* body.c: a body as a map; `header` is what a finding about something missing points at. */
Value terraform_body(HclScope *scope, const Node *body, Span header, Arena *a);
Span terraform_header(const Tree *tree, const Node *block);

/* policy.c: the statements of every policy document in a block. */
void terraform_statements(Object *block, Model *model);
/* firewall.c: the rules of a block that holds some, or is one. */
void terraform_rules(Object *block, Model *model);
/* The same for rules that are blocks of their own: those of one network ACL come one after the other. `rules`: all of a module. */
void terraform_order(const ObjectVec *rules, Arena *a);
/* grant.c: the roles that a block of Google Cloud's IAM gives. */
void terraform_grants(Object *block, Model *model);
/* certificate.c: the certificates in a block. */
void terraform_certificates(Object *block, Model *model);
/* registry.c: the resources that a call of a well-known module of the registry makes, as BLOCK objects. */
void terraform_registry(const Object *call, Arena *a, ObjectVec *out);
/* provider.c: the name of the provider that an item needs; the `provider` of every resource and data source, when one is configured. */
Str terraform_provider_name(const Declaration *item);
void terraform_providers(World *w, Instance *in);
/* buckets.c: what names a bucket uses it, also without a reference. */
void terraform_buckets(World *w, Instance *in);
/* folder.c: what holds of a module as a whole, as blocks of its own. */
void terraform_folder(World *w, Instance *in);
/* lock.c: the providers that a root's .terraform.lock.hcl holds, as tf.lock; whether it holds the one that a tf.required_provider names:
 * a bool, null when there is no such file, a hole when it may be elsewhere. */
void terraform_lock(World *w, Instance *in);
Value terraform_locked(World *w, const Instance *in, Str source);
/* syntax.c: faults that show in a file's tree alone, as problems of its source. */
void terraform_syntax(const Tree *tree);
/* The name of a key that can be known without evaluating, or empty. */
Str terraform_key_name(const Tree *tree, const Node *key);
/* secrets.c: credentials that stand in a file as they are, as SECRET subjects; and one that an argument gets from elsewhere, where it is written. */
void terraform_secrets(const Tree *tree, Model *model);
void terraform_secret_elsewhere(World *w, const Bound *bound);
/* names.c: which modules were not read whole, or are written in part by Terragrunt; names that nothing declares, calls that lead nowhere or in circles, inputs that a module does not take. */
void terraform_read_wholly(World *w, const SystemFile *files, uint32_t count);
void terraform_names(World *w, const SystemFile *files, uint32_t count);
/* A fault of a name, as a subject of the file's model. */
void terraform_problem(const SystemFile *file, ProblemCode code, Span span, Str detail, Str hint);
/* plan.c: what `terraform show -json` prints, or a state. */
void terraform_plan(World *w, const SystemFile *file);
/* plan_secrets.c: what is sensitive in a plan or a state is noted as a credential of its file. */
void terraform_plan_secrets(const SystemFile *file, Value root, Arena *a);
/* Whether an argument of a resource is a credential by its name. */
bool terraform_is_credential(Str name);
/* Who uses whom, and what policies and rules the blocks of an instance hold. `open`: more may use each of them than can be seen. */
void terraform_finish(World *w, Instance *in, bool open);
/* kubernetes.c: the manifest that a kubernetes_* resource makes, with all that is in it. */
void terraform_kubernetes(const Object *block, Model *model);
/* `json` of an aws_iam_policy_document. */
Value terraform_policy_document(Value body, Arena *a, bool *cut);

/* The value under `key`; what is absent points at the map it is missing from. */
Value terraform_member(Value map, const char *key);

#endif
