/* Units and a kind → files, in memory; and the words about them. */
#ifndef GENERATE_GENERATE_H
#define GENERATE_GENERATE_H

#include "generate/detect.h"

/* A file that would be. */
typedef struct NewFile {
    Str path;
    Str bytes;
    bool executable;
    uint32_t group; /* files that make sense only together: 1 + index of the unit, or 0 for all of a kind that has files of the repository, too */
} NewFile;

/* Something that is to be decided by people before this is used. */
typedef struct Decision {
    uint32_t fact;
    Str said;          /* empty: the fact tells it; else it is a task of the kind, about the text `seek` */
    Str seek;
    const Component *unit;  /* NULL: of the repository */
    Str file;          /* of the result, where its value stands first; empty: nowhere by itself */
    uint32_t line;
} Decision;

typedef struct Generation {
    VEC(NewFile) files;    /* sorted by path */
    VEC(Decision) decisions;
    VEC(Str) after;        /* kinds that write what this needs, and that is not there */
    BlankUses uses;        /* facts that the templates mention */
    Error err;             /* of a file that could not be made: it is left out */
    uint32_t failed;
} Generation;

/* False when the repository has not what the kind needs: `err` says what, and where one would say it. */
bool generate(Detection *d, const Kind *kind, Language language, Generation *out, Error *err);
/* Appends every fact that the result rests on, with what it rests on: `infra new KIND --why`. */
void generate_why(const Detection *d, const Generation *g, Language language, Buf *out);
/* Appends what is left to decide, and what was read and could not be used; a line each. */
void generate_open(const Detection *d, const Generation *g, Language language, Buf *out);

#endif
