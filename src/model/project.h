/* Project: which files of a root are infrastructure, and what each is. */
#ifndef MODEL_PROJECT_H
#define MODEL_PROJECT_H

#include "base/map.h"
#include "base/parallel.h"
#include "model/review.h"

#define FILE_MAX (32u << 20) /* bytes of one file: a larger one is no infrastructure code, and is reported as not read */

typedef enum SystemId {
    SYSTEM_NONE,
#define SYSTEM(NAME, id, title) SYSTEM_##NAME,
#include "model/systems.def"
#undef SYSTEM
    SYSTEM_COUNT
} SystemId;

Str system_id(SystemId system);    /* "github-actions"; empty for NONE */
Str system_title(SystemId system); /* "GitHub Actions" */
SystemId system_find(Str id);      /* SYSTEM_NONE when there is none */

/* A recognised file. */
typedef struct FoundFile {
    Str path;         /* from the root */
    SystemId system;  /* NONE during the walk: its name leaves open what it is */
    Str kind;         /* of a system that is only counted: which one, a key of facts/unread-systems.tsv; else empty */
    uint32_t aside;   /* bytes of its path that name a folder which is no part of the review: only what other files lead to is read of it; 0: none */
    bool given;       /* bytes are given: standard input, examples */
    Str bytes;        /* given, or read when the walk looked inside, with SOURCE_PADDING behind them; NULL: not read yet */
    bool unread;      /* the walk could not look inside */
    bool compared;    /* `before` is what the commit we compare with has; only what differs is reported */
    bool untouched;   /* compared, and the same */
    Str before;       /* empty with `compared`: the file is new */
} FoundFile;

/* A settings file, read and not yet parsed. */
typedef struct FoundSettings {
    Str path;         /* from the root: ".infra.yaml", "services/a/.infra.yaml", "../.infra.yaml" */
    Str folder;       /* what it holds for, from the root; empty: all of it */
    Str prefix;       /* of one above the root: the way from its folder down to the root, "services/a/"; else empty */
    Str bytes;
} FoundSettings;

typedef struct Project {
    Arena arena;
    Arena read[THREADS_MAX]; /* by thread: bytes of files that the walk looked into */
    int root;         /* descriptor of the root directory, or -1 */
    Map chosen;       /* paths that were named, when there were several: the rest is only read as far as these join to it; none: all is chosen */
    bool single;      /* one file was named: it is read whatever the settings exclude */
    VEC(FoundFile) files; /* sorted by path */
    VEC(FoundSettings) settings; /* outer ones first */
    VEC(Str) names;       /* of every file, sorted: only of walk_names */
    Coverage coverage;    /* walked, and gaps met on the way */
} Project;

#endif
