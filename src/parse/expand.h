/* Variable expansion of a word as the builder does it (https://docs.docker.com/reference/dockerfile/#environment-replacement):
 * $x ${x} ${x:-y} ${x:+y} ${x:?m} ${x#p} ${x%p} ${x/a/b}; quotes are taken off, single quotes and the escape suppress. */
#ifndef PARSE_EXPAND_H
#define PARSE_EXPAND_H

#include "model/value.h"

/* Answers what `name` holds: true when it is set (*value may be a hole). False when it is not; *value then stays null
 * (it expands to nothing), or is a hole when something that was not read may set it. */
typedef bool (*ExpandLookup)(void *data, Str name, Value *value);

typedef struct ExpandUse {
    Str name;
    uint32_t start, end;  /* in the text */
    bool has_default;
} ExpandUse;

typedef VEC(ExpandUse) ExpandUses;

/* The value of `text`: a string, or a hole that keeps its known prefix and suffix; its origin is the whole text. An unset
 * variable expands to nothing. `uses` (may be NULL) collects the names referred to. */
Value expand_word(Text text, char escape, ExpandLookup lookup, void *data, Arena *a, ExpandUses *uses);

#endif
