/* .gitignore patterns (https://git-scm.com/docs/gitignore), compiled once, matched without allocation. */
#ifndef DISCOVER_IGNORE_H
#define DISCOVER_IGNORE_H

#include "base/str.h"
#include "base/vec.h"

typedef struct IgnoreRule {
    Str pattern;   /* without !, leading and trailing / */
    bool negated;  /* !pattern: not ignored after all */
    bool folder;   /* pattern/: folders only */
    bool anchored; /* holds a / before its end: matches the whole path below its folder */
} IgnoreRule;

/* The rules of one file, which holds for its own folder and below. */
typedef struct IgnoreFile {
    const struct IgnoreFile *parent; /* of a folder above, or NULL */
    Str folder;                      /* path of its folder from the root, without a final / */
    VEC(IgnoreRule) rules;
} IgnoreFile;

/* `bytes` must outlive the result. */
IgnoreFile *ignore_parse(Arena *a, Str bytes, Str folder, const IgnoreFile *parent);
/* Whether `path` (from the root) is ignored; the last rule that matches decides, nearer files first. */
bool ignore_matches(const IgnoreFile *file, Str path, bool is_folder);

#endif
