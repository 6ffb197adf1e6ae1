/* A check file → Check. The same loader serves the build tool, `infra test` and users' own checks. */
#ifndef CHECK_LOAD_H
#define CHECK_LOAD_H

#include "base/error.h"
#include "model/finding.h"

/* Reasons that many checks share: principles/NAME.yaml. */
typedef struct Principle {
    Prose consider; /* what to see to when such a change is made, or empty */
    Str name;
    Prose why;
    const Str *references;
    uint32_t reference_count;
} Principle;

typedef VEC(Principle) PrincipleVec;

/* Reads principles/NAME.yaml. */
bool principle_load(Source *source, Str name, Arena *a, Principle *out, Error *err);

/* Compiles the check in `source` as `id`; everything lives in `a`. On false, `err` names file and line, quotes what is
 * wrong and lists what is allowed. */
bool check_load(Source *source, Str id, const PrincipleVec *principles, Arena *a, Check *out, Error *err);

#define EXAMPLE_DATE "2026-01-01" /* any day will do, as long as it is always the same */

/* An example of a check: files to review, with the lines where a finding is expected. */
typedef struct ExampleFile {
    Str path;
    Str bytes;      /* marks taken out */
} ExampleFile;
typedef struct ExampleMark {
    uint32_t file;  /* index into files */
    uint32_t line;  /* 1-based */
    Str says;       /* what the message must hold, or empty */
} ExampleMark;
typedef struct Example {
    bool bad;
    uint32_t line;  /* 1-based, where it stands in the check file */
    int64_t now;    /* the day it is reviewed on: `date:` of the check file, else EXAMPLE_DATE */
    uint32_t kubernetes; /* the release it is reviewed for: `kubernetes:` of the check file; 0: the newest known */
    VEC(ExampleFile) files;
    VEC(ExampleMark) marks;
} Example;
typedef VEC(Example) ExampleVec;

/* The examples of a check file (already loaded without error). */
void check_examples(Source *source, Arena *a, ExampleVec *out);

#endif
