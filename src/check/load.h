/* A check file → its Check, or the Checks of its table. The same loader serves the build tool, `infra test` and users' own checks. */
#ifndef CHECK_LOAD_H
#define CHECK_LOAD_H

#include "base/error.h"
#include "check/family.h"
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

/* What check files refer to by name. */
typedef struct Shared {
    PrincipleVec principles;
    FamilyVec families;
} Shared;

typedef VEC(Check) CheckVec;

/* Compiles the checks in `source`, whose path below its folder is `id`.yaml, and adds them: the one with that id, or those of a table
 * (check/family.h). Everything lives in `a`; texts point into `source` and the families. On false, `err` names file, line and row, quotes
 * what is wrong and lists what is allowed. */
bool check_load(Source *source, Str id, const Shared *shared, Arena *a, CheckVec *out, Error *err);

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
    uint32_t line;  /* 1-based, where it stands in the check file; what a family says: where the row stands */
    int64_t now;    /* the day it is reviewed on: `date:` of the check file, else EXAMPLE_DATE */
    uint32_t kubernetes; /* the release it is reviewed for: `kubernetes:` of the check file; 0: the newest known */
    VEC(ExampleFile) files;
    VEC(ExampleMark) marks;
} Example;
typedef VEC(Example) ExampleVec;

/* The examples of a check that was loaded from these texts, in `a`; check_examples (catalogue.h) knows where they lie. */
void examples_of(const Check *check, Str text, Str family, Arena *a, ExampleVec *out);
/* The same of what is being loaded: a `<name>` in them that can't be filled is a fault of `e`. */
void entry_examples(CheckEntry *e, Arena *a, ExampleVec *out);

#endif
