/* Tokens of CEL (cel-spec, doc/langdef.md, "Syntax"). */
#ifndef CEL_LEX_H
#define CEL_LEX_H

#include "base/str.h"

typedef enum CelTokenKind {
    TOKEN_END, TOKEN_IDENTIFIER, TOKEN_INT, TOKEN_UINT, TOKEN_DOUBLE, TOKEN_STRING, TOKEN_BYTES, TOKEN_MARK, TOKEN_WRONG
} CelTokenKind;

typedef struct CelToken {
    CelTokenKind kind;
    uint32_t start, end; /* bytes of the expression */
    Str text;            /* as written; of a `quoted` field name: without the backquotes */
    uint8_t prefix;      /* STRING, BYTES: 1 = raw */
    bool quoted;         /* IDENTIFIER in backquotes */
} CelToken;

/* The token at or after `at`; comments (// to the end of the line) and white space are skipped. */
CelToken cel_token(Str expression, uint32_t at);
/* The value of a STRING or BYTES token. False when an escape is wrong. */
bool cel_unquote(CelToken token, Arena *a, Str *out);

#endif
