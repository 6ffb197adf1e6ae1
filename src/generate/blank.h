/* Blank: a text with holes, in the language of templates/README.md.
 *
 *     FROM node:@{version}-slim AS build
 *     @if build != null
 *     @en # The build needs what the program does not.
 *     @es # El build necesita cosas que el programa no.
 *     RUN @{build}
 *     @end
 *
 * A line that begins with @if, @else, @end, @for, @en or @es (blanks may stand before it) says something about the text; every other line is text.
 * What stands in @{…} is CEL in check mode; `@@{` writes `@{`. Compiled once, filled any number of times. */
#ifndef GENERATE_BLANK_H
#define GENERATE_BLANK_H

#include "cel/cel.h"
#include "model/language.h"

#define BLANK_NAMES_MAX 128 /* variables that are given: BlankUses has a bit for each */
#define BLANK_LOOPS 4 /* loops in loops: their variables stand behind those that are given */
#define BLANK_DEPTH 16 /* @if and @for in each other */

/* A set of variables, by index. */
typedef struct BlankUses {
    uint64_t bits[BLANK_NAMES_MAX / 64];
} BlankUses;

static inline bool blank_uses(const BlankUses *uses, uint32_t index) { return uses->bits[index / 64] >> index % 64 & 1; }
static inline void blank_use(BlankUses *uses, uint32_t index) { uses->bits[index / 64] |= UINT64_C(1) << index % 64; }

typedef enum BlankKind { BLANK_TEXT, BLANK_HOLE, BLANK_IF, BLANK_JUMP, BLANK_FOR, BLANK_NEXT, BLANK_LANGUAGE } BlankKind;

typedef struct BlankStep {
    uint8_t kind;
    uint32_t line;             /* of the template, 1-based */
    uint32_t to;               /* where IF, JUMP, FOR, NEXT and LANGUAGE go on when they do not go through */
    uint32_t slot;             /* FOR, NEXT: of the variable; LANGUAGE: the one it is for */
    Str text;
    const CelProgram *program;
} BlankStep;

typedef struct Blank {
    Str name;                  /* for messages */
    const BlankStep *steps;
    uint32_t count;
    BlankUses uses;            /* the variables that it mentions */
} Blank;

/* `names` are what holes may use, at most BLANK_NAMES_MAX; everything lives in `a`. On false, `err` tells the line. */
bool blank_load(Str name, Str text, const CelVariable *names, uint32_t name_count, Arena *a, Blank *out, Error *err);
/* Appends the text for `values` (as many as there were names). `scope` gives the arena, the host and its context. False when a hole has no value, or one
 * that can't stand in a line: nothing that was read from a repository may write lines of its own. */
bool blank_fill(const Blank *blank, const Value *values, uint32_t name_count, Language language, const CelScope *scope, Buf *out, Error *err);

#endif
