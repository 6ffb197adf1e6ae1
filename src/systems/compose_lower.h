/* What the files of Compose share: compose_value.c (variables replaced), compose_merge.c (files and services merged), compose.c
 * (the project), compose_service.c (a service and what is in it), compose_join.c (what is true among services). */
#ifndef SYSTEMS_COMPOSE_LOWER_H
#define SYSTEMS_COMPOSE_LOWER_H

#include "model/model.h"

/* ---- compose_value.c: trees as maps, lists and scalars of their own ---- */

#define COMPOSE_VALUES_MAX 200000 /* of one file: aliases and `extends` may multiply what is written; beyond it are holes */

enum {
    COMPOSE_RESET = 1 << 6,   /* Value.flags: !reset, takes away what the file before says */
    COMPOSE_OVERRIDE = 1 << 7 /* !override: replaces it instead of being merged */
};

/* One for all files of a review. */
typedef struct ComposeReader {
    const Neighbours *neighbours;
    Arena *arena;
    Map roots;          /* path → Value *, read so far */
    uint32_t values;    /* shared by `extends` in the file at hand */
    uint32_t lookups;   /* in files beside this one */
    bool cut;           /* more would have had to be looked at than is allowed */
    Str overridden;     /* the file whose overrides are: */
    ValueVec overrides; /* their roots */
    Map indexes;         /* where the entries of a map stand → Map of its names */
} ComposeReader;

/* The whole file with its variables replaced, as far as .env beside it and defaults tell; null when `path` is no Compose file
 * that was read. A map or list points at its key; the root is open when it was too large to read in full. */
Value compose_read(ComposeReader *r, Str path);
/* A field of a map: null when absent, a hole when something unread may add it. */
Value compose_field(Value map, const char *key);
Value compose_path(Value map, const char *path);

/* ---- compose_merge.c ---- */

/* https://docs.docker.com/reference/compose-file/merge/: `over` onto `base`; `key` is what both stand under. */
Value compose_merge(Arena *a, Str key, Value base, Value over);
/* A list of "A=b", or a map: as a map of strings; what has no value has null. */
Value compose_keyed(Arena *a, Value v);
/* The service with what it extends, in this file or another. Open when that can't be read. */
Value compose_extend(ComposeReader *r, Value root, Value service);
/* Whether what it extends leads back to it: a → b → a, as text. True for one service of a circle, the first. `name` is what it extends. */
bool compose_extends_circle(ComposeReader *r, Value root, Value service, Value *name, Str *way);

typedef struct ComposeLayers {
    Str paths[2];      /* the file itself, last; before it what it overrides */
    uint32_t count;
    bool is_override;  /* it completes another file, or would have to */
    bool is_default;   /* ... and Compose takes it unasked: the other file speaks for both */
    bool is_open;      /* that file was not found */
} ComposeLayers;

/* Which files Compose would merge for this one. */
ComposeLayers compose_layers(ComposeReader *r, Str path);
/* Whether a file beside it overrides `path` when it is named. */
bool compose_is_overridden(ComposeReader *r, Str path);
/* Whether another Compose file of the folder defines `name` in that section: -f or COMPOSE_FILE may bring them together. */
bool compose_beside(ComposeReader *r, Str path, const char *section, Str name);
/* Keys that overrides of `path` other than the default one add to a service: holes, in a copy of `service`. */
Value compose_foresee(ComposeReader *r, Str path, Value name, Value service);

/* ---- compose_service.c ---- */

typedef struct ComposeProject {
    ComposeReader *reader;
    uint32_t includes;    /* files included so far */
    uint32_t guesses;     /* names that something near was looked for */
    Source *source;
    Model *model;
    Arena *arena;
    Object *object;       /* the COMPOSE */
    Value root;           /* merged */
    Value services;       /* merged, includes too */
    Map objects;          /* name → COMPOSE_SERVICE */
    Map used;             /* "network front" → any */
    Map defined;          /* the same, of what the project defines */
    ObjectVec ports, mounts;
    bool open;            /* an include, or the file it completes, was not read */
} ComposeProject;

Object *compose_object(ComposeProject *p, ShapeId shape, Value header, Str address);
void compose_service(ComposeProject *p, Value name, Value body, Value own, uint32_t index);
/* ---- compose_join.c ----
 * Facts among services: clashing ports, shared volumes, references, circles. After all services stand. */
void compose_join(ComposeProject *p);
#endif
