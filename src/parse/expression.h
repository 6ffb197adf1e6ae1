/* The expression language of GitHub Actions, to a tree:
 * https://docs.github.com/en/actions/reference/workflows-and-actions/expressions
 *
 *     github.event.commits.*.message || format('{0}', 1)
 *     OR > ACCESS > NAME github, PROPERTY event, PROPERTY commits, STAR, PROPERTY message
 *          CALL format > STRING, NUMBER
 *
 * Chains (`a.b.c`, `a && b && c`) are one node with all their parts, so that building a tree moves each node at most
 * once a level, and time stays linear. What does not parse is one problem and a lone ERROR node. */
#ifndef PARSE_EXPRESSION_H
#define PARSE_EXPRESSION_H

#include "model/node.h"

#define EXPRESSION_DEPTH_MAX 50 /* GitHub's own limit */

typedef enum ExpressionKind {
    EXPRESSION_ERROR,
    EXPRESSION_NULL,
    EXPRESSION_BOOL,     /* the text tells which */
    EXPRESSION_NUMBER,
    EXPRESSION_STRING,   /* with its quotes; '' inside stands for ' */
    EXPRESSION_NAME,     /* a context */
    EXPRESSION_CALL,     /* node->data: bytes of the function's name; its arguments */
    EXPRESSION_ACCESS,   /* what is accessed, then PROPERTY, INDEX, STAR … */
    EXPRESSION_PROPERTY, /* .name, without the dot */
    EXPRESSION_INDEX,    /* [ … ]: one expression */
    EXPRESSION_STAR,     /* .* or [*] */
    EXPRESSION_NOT,
    EXPRESSION_COMPARE,  /* style: ExpressionOperator, of the first pair */
    EXPRESSION_AND,
    EXPRESSION_OR,
    EXPRESSION_KIND_COUNT
} ExpressionKind;

typedef enum ExpressionOperator { EXPRESSION_EQ, EXPRESSION_NE, EXPRESSION_LT, EXPRESSION_LE, EXPRESSION_GT, EXPRESSION_GE } ExpressionOperator;

extern const Grammar expression_grammar;

/* The tree of `text`, without ${{ }}, in its source's arena; problems go to the source. Linear. */
const Tree *expression_parse(Text text);

/* The next `${{ … }}` of `s` from *at on: its whole range in [*start, *end), *at behind it. False when there is none; one
 * that never ends reaches to the end of `s`, and *closed is false. A `}}` inside quotes does not end it. Linear. */
bool expression_find(Str s, uint32_t *at, uint32_t *start, uint32_t *end, bool *closed);

/* The name of a CALL's function. */
Str expression_function(const Tree *tree, const Node *call);
/* What a STRING says; decoded into `a` when it must be. */
Str expression_string(const Tree *tree, const Node *node, Arena *a);

#endif
