/* Regular expressions in the syntax of RE2 (https://github.com/google/re2/wiki/Syntax), matched in time linear in the
 * text: a pattern becomes a program for a Pike machine, which follows all alternatives at once. No back-references, no
 * look-around. A compiled Regex never changes and may be used by many threads. */
#ifndef BASE_REGEX_H
#define BASE_REGEX_H

#include "base/error.h"
#include "base/str.h"

#define REGEX_PROGRAM_MAX 20000 /* instructions; x{1000} inside x{1000} must not become a million */
#define REGEX_REPEAT_MAX 1000   /* n and m of {n,m}, as in RE2 */
#define REGEX_DEPTH_MAX 200     /* nested groups */
#define REGEX_GROUPS_MAX 32       /* with the whole match; more groups are read, and match, but are not told */

typedef struct Regex Regex;

typedef struct RegexMatch {
    size_t start, end; /* bytes of the text; STR_NONE when the group took no part */
} RegexMatch;

/* Compiles `pattern` into `a`. */
bool regex_compile(Str pattern, Arena *a, Regex **out, Error *err);
/* Whether RE2 refuses the pattern; false, too, where only we can't compile it. */
bool regex_is_wrong(Str pattern, Arena *scratch);
/* Looks for the leftmost match anywhere in `text`; fills in `groups` (0: the whole match) when there is one. `scratch`
 * holds what the machine needs; the caller resets it. `groups` may be NULL when count is 0. */
bool regex_search(const Regex *regex, Str text, Arena *scratch, RegexMatch *groups, uint32_t count);

/* A text that every match of `pattern` holds, at least three bytes long; *fold: in whatever case of ASCII letters. Empty when none is sure. */
Str regex_literal(Str pattern, Arena *a, bool *fold);

/* For a pattern that is asked of many texts whether it matches at all: states of an automaton, made as texts need them and kept in `a`. One
 * thread's. NULL when the pattern asks for more than states can tell (\b, and ^ and $ of lines). */
typedef struct RegexStates RegexStates;
RegexStates *regex_states(const Regex *regex, Arena *a);
/* As regex_search without groups. */
bool regex_matches(RegexStates *states, Str text, Arena *scratch);

#endif
