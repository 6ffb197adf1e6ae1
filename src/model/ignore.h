/* Ignore: somebody's decision not to hear of a check, in a comment or in the settings. */
#ifndef MODEL_IGNORE_H
#define MODEL_IGNORE_H

#include "model/finding.h"

typedef struct Ignore {
    Source *source;   /* where it is written */
    Span span;
    Str check;        /* as written: a check, a folder of checks, a peer's id without the peer; empty: every check of `peer` */
    Str peer;         /* "hadolint": written for that tool, understood through `peers`; empty: ours */
    Str reason;       /* empty: none */
    Str until;        /* YYYY-MM-DD, the last day it holds; empty: for ever */
    Prose fault;      /* why it can't be understood; it then ignores nothing. Empty: it can */
    Str path;         /* settings: a glob over paths from the root; empty: all */
    uint32_t from, to; /* comments: first and last line it holds for, 1-based */
    bool in_settings;
    bool expired;
    bool used;        /* a finding was ignored by it */
} Ignore;

typedef VEC(Ignore) IgnoreVec;

/* Whether the ignore names this check. */
bool ignore_names(const Ignore *ignore, const Check *check);

#endif
