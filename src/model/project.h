/* Project: which files of a root are infrastructure, and what each is. */
#ifndef MODEL_PROJECT_H
#define MODEL_PROJECT_H

#include "model/review.h"

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
    SystemId system;
    bool given;       /* bytes are given: standard input, examples */
    Str bytes;
} FoundFile;

typedef struct Project {
    Arena arena;
    int root;         /* descriptor of the root directory, or -1 */
    VEC(FoundFile) files; /* sorted by path */
    Coverage coverage;    /* walked, and gaps met on the way */
} Project;

#endif
