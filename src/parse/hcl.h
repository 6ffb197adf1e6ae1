/* HCL 2, native syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
 *
 *     bucket = "logs-${var.env}"        ATTRIBUTE  NAME bucket  TEMPLATE (TEXT logs-, INTERPOLATION (GET (VARIABLE var, NAME env)))
 *     ingress "x" { … }                 BLOCK      NAME ingress, LABEL x, BODY
 */
#ifndef PARSE_HCL_H
#define PARSE_HCL_H

#include "model/value.h"

typedef enum HclKind {
    HCL_BODY,          /* ATTRIBUTE | BLOCK … */
    HCL_ATTRIBUTE,     /* NAME, expression */
    HCL_BLOCK,         /* NAME, LABEL …, BODY; data: offset of the header's { */
    HCL_NAME,          /* identifier */
    HCL_LABEL,         /* identifier or what stands between the quotes */
    HCL_NUMBER,
    HCL_LITERAL,       /* true, false, null */
    HCL_TEMPLATE,      /* TEXT | INTERPOLATION | IF | FOR_TEXT …; a quoted string, a heredoc, or the inside of a directive */
    HCL_TEXT,          /* style: HclText; its span is what remains after ~ and the indentation of <<- are taken off */
    HCL_INTERPOLATION, /* expression */
    HCL_IF,            /* condition, TEMPLATE, [TEMPLATE] */
    HCL_FOR_TEXT,      /* NAME, [NAME], collection, TEMPLATE */
    HCL_TUPLE,         /* expressions */
    HCL_OBJECT,        /* ITEM … */
    HCL_ITEM,          /* key, value; flag HCL_BARE_KEY: a key that is a plain name */
    HCL_FOR_TUPLE,     /* NAME, [NAME], collection, value, [condition] */
    HCL_FOR_OBJECT,    /* NAME, [NAME], collection, key, value, [condition]; flag HCL_GROUPED: … after the value */
    HCL_VARIABLE,      /* first name of a traversal */
    HCL_GET,           /* operand, NAME or NUMBER */
    HCL_INDEX,         /* operand, key */
    HCL_SPLAT,         /* operand, what is taken of each: GET and INDEX around SELF */
    HCL_SELF,          /* the element at hand of a SPLAT; empty */
    HCL_CALL,          /* NAME, arguments; flag HCL_EXPANDED: the last one is a list of arguments */
    HCL_UNARY,         /* data: '-' or '!' */
    HCL_BINARY,        /* data: HclOperator */
    HCL_CONDITION,     /* condition, yes, no */
    HCL_PARENTHESES,   /* expression */
    HCL_BAD,           /* nothing that can be read */
    HCL_KIND_COUNT
} HclKind;

typedef enum HclText { HCL_QUOTED, HCL_HEREDOC } HclText; /* with escapes, without */
typedef enum HclOperator {
    HCL_OR, HCL_AND, HCL_EQ, HCL_NE, HCL_LE, HCL_GE, HCL_LT, HCL_GT, HCL_ADD, HCL_SUB, HCL_MUL, HCL_DIV, HCL_MOD, HCL_OPERATOR_COUNT
} HclOperator;

enum {
    HCL_BARE_KEY = 1 << 0,
    HCL_GROUPED = 1 << 1,
    HCL_EXPANDED = 1 << 2,
    HCL_TWO_NAMES = 1 << 3, /* a for with key and value */
    HCL_FILTERED = 1 << 4,  /* a for with a condition */
    HCL_LINE_START = 1 << 5 /* a TEXT at the beginning of a line of a heredoc */
};

#define HCL_HEIGHT_MAX 600 /* levels of a tree; long chains of operators count as levels too */

extern const Grammar hcl_grammar;

/* Parses `text`: always a tree whose root is a BODY, in the source's arena. What is wrong costs an item of a body, and is a
 * problem of the source. Nesting stops at NODE_DEPTH_MAX. Linear time. */
const Tree *hcl_parse(Text text);

/* All of `text` as one template: the root is a TEMPLATE. */
const Tree *hcl_parse_template(Text text);

/* The n-th child, or NULL. */
const Node *hcl_child(const Node *node, uint32_t n);
/* The bytes of a TEXT with escapes decoded; in `a` where they had to be. */
Str hcl_text(const Tree *tree, const Node *text, Arena *a);
/* A label or a name, decoded. */
Str hcl_name(const Tree *tree, const Node *node);

#endif
