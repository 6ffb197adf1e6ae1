/* Schema: which fields a document of a known kind has, and of which types: Kubernetes and common custom
 * resources by apiVersion and kind, other files by name ("compose"). Constant tables, made of facts/schema/
 * when the program is built.
 *
 *     const SchemaType *type = schema_find(STR("apps/v1"), STR("Deployment"));
 *     SchemaField field;
 *     if (schema_field(type, STR("spec"), &field)) type = field.type;
 *     schema_field(type, STR("replica"), &field)    false, and so is schema_is_open(type): an unknown field
 *     schema_nearest(type, STR("replica"))          "replicas"
 *
 * To follow a document: of a map, ask schema_field for each key and go on with field.type; of a list, go on
 * with schema_item. A NULL type means "nothing is known from here on": every function takes it and answers
 * with what refuses nothing. All results live as long as the program. */
#ifndef FACTS_SCHEMA_H
#define FACTS_SCHEMA_H

#include "base/str.h"

/* What a value may be; a type is a set of these. `int-or-string` is SCHEMA_INT | SCHEMA_STRING. */
enum {
    SCHEMA_STRING = 1 << 0,
    SCHEMA_INT = 1 << 1,
    SCHEMA_NUMBER = 1 << 2, /* an integer is one too */
    SCHEMA_BOOL = 1 << 3,
    SCHEMA_NULL = 1 << 4,     /* null is written on purpose; elsewhere it means absent, and is no fault */
    SCHEMA_QUANTITY = 1 << 5, /* Kubernetes: 100m, 1Gi; a string or a number */
    SCHEMA_TIME = 1 << 6,     /* RFC 3339, as a string */
    SCHEMA_LIST = 1 << 7,     /* of schema_item */
    SCHEMA_MAP = 1 << 8,      /* fields that are known by name, others of one type, or both: schema_field */
    SCHEMA_ANY = 1 << 9,      /* nothing is refused */
};

typedef struct SchemaType SchemaType;

typedef enum SchemaMerge {
    SCHEMA_MERGE_NONE,
    SCHEMA_MERGE,
    SCHEMA_RETAIN_KEYS,
    SCHEMA_MERGE_RETAIN_KEYS
} SchemaMerge;

typedef struct SchemaField {
    Str name;               /* as the schema has it; of a free key, "*" or a prefix such as "x-*" */
    const SchemaType *type; /* never NULL */
    bool required;          /* must be written: it has no default */
    bool is_free;           /* the key is any name: an entry of a map, an extension */
    Str default_value;      /* JSON: what the server fills in; "?": something, not known what; or empty */
    Str list_keys;          /* fields that tell the items of this list apart, between `|`; or empty */
    SchemaMerge merge;      /* of a strategic merge patch */
} SchemaField;

/* The type of a document, or NULL when the kind is not known in that version (see schema_kind). */
const SchemaType *schema_find(Str api_version, Str kind);
/* The type of a file that is known by name, or NULL: compose, kustomization, chart (Chart.yaml),
 * github-workflow, github-action, gitlab-ci, dependabot, prometheus, alertmanager. */
const SchemaType *schema_root(Str name);

/* SCHEMA_… bits; SCHEMA_ANY of NULL. */
uint32_t schema_kinds(const SchemaType *type);
/* "string or list": the same for people, from one fixed list of English words. */
Str schema_kinds_name(const SchemaType *type, Arena *a);

/* The field of that name, free keys included; false when there is none. Logarithmic. */
bool schema_field(const SchemaType *type, Str name, SchemaField *out);
/* Whether keys that schema_field does not know are allowed too: NULL, ANY, and types that are no map. */
bool schema_is_open(const SchemaType *type);
/* The fields that have names, sorted by them. */
uint32_t schema_field_count(const SchemaType *type);
SchemaField schema_field_at(const SchemaType *type, uint32_t index);
/* The index of the first required field from `from` on, or schema_field_count. */
uint32_t schema_required_from(const SchemaType *type, uint32_t from);
/* The field name that is nearest to a wrong one, or an empty string. */
Str schema_nearest(const SchemaType *type, Str wrong);

/* The type of a list's items; NULL when it is no list. */
const SchemaType *schema_item(const SchemaType *type);

/* Values that a string is limited to; 0: any. */
uint32_t schema_value_count(const SchemaType *type);
Str schema_value_at(const SchemaType *type, uint32_t index);
/* Whether a string may have that value. An empty one may: to Kubernetes it is the same as none. */
bool schema_allows(const SchemaType *type, Str value);

/* The value that is nearest to a wrong one, case aside; or an empty string. */
Str schema_nearest_value(const SchemaType *type, Str wrong);

/* ---- kinds of Kubernetes ---- */

typedef struct SchemaKind {
    Str api_version; /* "apps/v1", "v1" */
    Str kind;        /* "Deployment" */
    Str resource;    /* "deployments", as RBAC and kubectl name it */
    int namespaced;  /* 1, 0, or -1 when not known */
    const SchemaType *type;
} SchemaKind;

#define SCHEMA_KUBERNETES "1.36" /* whose API the tables have */

/* The versions that serve a kind: for (i = 0; schema_kind(kind, i, &k); i++). None: no kind of that name is
 * known. */
bool schema_kind(Str kind, uint32_t index, SchemaKind *out);
/* The kind that is spelt nearest to a wrong one, or an empty string. */
Str schema_nearest_kind(Str wrong);

/* A version of an API that was, or is to be, removed. */
typedef struct SchemaRemoval {
    Str deprecated_in;  /* "v1.14", or empty */
    Str removed_in;     /* "v1.16", or empty: not yet */
    Str replacement;    /* apiVersion to use instead, or empty */
    Str replacement_in; /* version that has the replacement, or empty when not known */
    Str component;      /* whose versions these are: "k8s", "cert-manager", "istio" */
} SchemaRemoval;

/* False when nothing is known against it. */
bool schema_removal(Str api_version, Str kind, SchemaRemoval *out);

#endif
