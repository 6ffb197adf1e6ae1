/* The files of causes/ → causes. Used by tools/compile-causes, which makes the table of the program, and by the tests, which try what the files say that
 * systems print. A fault of a file is a fault of the build.
 *
 *     order: 20                 # of the files: a line belongs to the first cause that fits it, so what says more stands first
 *     causes:
 *       command-missing:
 *         sure: proven          # the line says it; consistent: it fits, but something else may print the same; symptom: told where no cause is
 *         holds: executable     # a text that every such line holds, where the pattern does not say so itself
 *         pattern: 'exec: "([^"]+)": executable file not found'
 *         look_for: word        # in the repository: {1} as a word, `place` as a pattern, path: {1} and {2} are a file and a line
 *         files: [.yaml, Dockerfile]   # where: endings of paths, or with a star a beginning and an ending
 *         what: {en: …, es: …}  # {1} and {2} are what the groups of the pattern found
 *         act: {en: …, es: …}
 *         prints:               # lines that systems print, at least one; `names` is what {1} is then
 *           - line: 'exec: "wge": executable file not found in $PATH'
 *             names: wge
 *         passes: []            # lines that look like it and are not */
#ifndef DIAGNOSE_LOAD_H
#define DIAGNOSE_LOAD_H

#include "diagnose/diagnose.h"

typedef struct CausePrint {
    Str line, names;
} CausePrint;

typedef struct CauseFile {
    int64_t order;
    VEC(Cause) causes;
    VEC(CausePrint) prints;   /* of all of them, one after the other */
    VEC(uint32_t) print_ends; /* by cause: index behind its last */
    VEC(Str) passes;
} CauseFile;

/* Everything lives in `a`; `name` is told in faults, with the line. */
bool causes_load(Str name, Str bytes, Arena *a, CauseFile *out, Error *err);

#endif
