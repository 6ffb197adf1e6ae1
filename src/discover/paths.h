/* Several paths on the command line → one root with all of them below it. */
#ifndef DISCOVER_PATHS_H
#define DISCOVER_PATHS_H

#include "base/error.h"
#include "base/vec.h"

typedef VEC(Str) PathVec;

/* The nearest folder above all of `paths` ("." when there is nothing between), and the way from there to each ("" is all of it), in `a`.
 * Paths that are relative and stay below the current folder give a relative root; else links are followed and it is absolute.
 * False names the one that can't be read. */
bool paths_root(const Str *paths, uint32_t count, Arena *a, Str *root, PathVec *below, Error *err);

#endif
