/* What a compiled pattern is: the program that regex_compile.c writes and the machine of regex.c runs. Not for others: use
 * base/regex.h. */
#ifndef BASE_REGEX_PROGRAM_H
#define BASE_REGEX_PROGRAM_H

#include "base/regex.h"
#include "base/vec.h"

typedef enum OpKind { OP_CLASS, OP_ANY, OP_ANY_LINE, OP_CHAR, OP_SPLIT, OP_JUMP, OP_SAVE, OP_ASSERT, OP_MATCH } OpKind;
typedef enum Assertion { ASSERT_TEXT_START, ASSERT_TEXT_END, ASSERT_LINE_START, ASSERT_LINE_END, ASSERT_WORD, ASSERT_NO_WORD } Assertion;

typedef struct Range {
    uint32_t low, high; /* code points, both included */
} Range;

typedef struct Class {
    VEC(Range) ranges;
    bool negated;
    bool fold;
} Class;

typedef struct Op {
    uint8_t kind;
    bool fold;      /* CHAR: ASCII case does not count */
    uint32_t a, b;  /* SPLIT: first choice, second; JUMP: a; SAVE: slot; CHAR: code point; CLASS: index */
} Op;

#define REGEX_PREFIX_MAX 16

struct Regex {
    Op *ops;
    uint32_t count;
    Class *classes;
    uint32_t groups;
    bool first[256]; /* bytes that a match may begin with, elsewhere than at the start of the text */
    bool second[256]; /* bytes that may follow that first byte */
    uint8_t prefix[REGEX_PREFIX_MAX]; /* ASCII characters that every match begins with, small where case does not count */
    bool fold_prefix[REGEX_PREFIX_MAX];
    uint32_t prefix_len;
    bool single;     /* a match may be one character: nothing need follow */
    bool at_start;   /* some match begins only there */
    bool empty;      /* a match may be empty: it may be anywhere */
};

/* Whether an instruction takes a code point; false of those that take none. */
bool regex_takes(const Regex *regex, const Op *op, uint32_t code);
/* The next place from `at` on where a match may begin; STR_NONE when there is none. */
size_t regex_next_start(const Regex *regex, Str text, size_t at);
/* Fills in all behind `groups`. */
void regex_note_start(Regex *regex, Arena *scratch);

#endif
