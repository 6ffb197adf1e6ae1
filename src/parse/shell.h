/* Shell, POSIX (XCU chapter 2) and what bash adds, to a tree whose words keep their quoting.
 *
 *     apt-get update && apt-get install -y "$pkg" | tee log
 *     SCRIPT > PIPELINE > COMMAND > WORD, WORD
 *              PIPELINE (AND) > COMMAND > WORD …, COMMAND > WORD …
 *
 * Recovery: an unexpected token is reported once and costs up to the next line. */
#ifndef PARSE_SHELL_H
#define PARSE_SHELL_H

#include "model/node.h"

typedef enum ShellKind {
    SHELL_SCRIPT,       /* a list: PIPELINE … */
    SHELL_PIPELINE,     /* style: ShellLink to the one before; flags: SHELL_NEGATED, SHELL_BACKGROUND; its parts in order */
    SHELL_COMMAND,      /* ASSIGNMENT …, WORD …, REDIRECT … in order */
    SHELL_SUBSHELL,     /* SCRIPT, REDIRECT … */
    SHELL_GROUP,        /* SCRIPT, REDIRECT … */
    SHELL_IF,           /* SCRIPT condition, SCRIPT then, …, SCRIPT else */
    SHELL_LOOP,         /* while, until: SCRIPT condition, SCRIPT body */
    SHELL_FOR,          /* WORD name, WORD …, SCRIPT body */
    SHELL_CASE,         /* WORD, then WORD pattern … and SCRIPT in turn */
    SHELL_FUNCTION,     /* WORD name, its body */
    SHELL_TEST,         /* [[ … ]]: WORD … */
    SHELL_LET,          /* (( … )) */
    SHELL_ASSIGNMENT,   /* WORD name, WORD value; SHELL_ARRAY: several values; also behind declare, local, export … when an array */
    SHELL_REDIRECT,     /* style: ShellRedirect; WORD target */
    SHELL_WORD,         /* its parts */
    SHELL_LITERAL,      /* unquoted bytes */
    SHELL_ESCAPED,      /* \x */
    SHELL_SINGLE,       /* '…' */
    SHELL_ANSI,         /* $'…' */
    SHELL_DOUBLE,       /* "…": parts */
    SHELL_VARIABLE,     /* $name, ${name…}: LITERAL name, WORD operand when there is an operator; style: ShellOperator */
    SHELL_SUBSTITUTION, /* $( … ), ` … `: SCRIPT */
    SHELL_ARITHMETIC,   /* $(( … )) */
    SHELL_PROCESS,      /* <( … ): SCRIPT */
    SHELL_GLOB,         /* * ? [ */
    SHELL_HEREDOC,      /* body of << ; flags: SHELL_QUOTED */
    SHELL_KIND_COUNT
} ShellKind;

typedef enum ShellLink { SHELL_THEN, SHELL_AND, SHELL_OR } ShellLink;
typedef enum ShellRedirect { SHELL_READ, SHELL_WRITE, SHELL_APPEND, SHELL_DUPLICATE, SHELL_HERE, SHELL_HERE_STRING, SHELL_WRITE_BOTH } ShellRedirect;
typedef enum ShellOperator { SHELL_PLAIN, SHELL_DEFAULT, SHELL_ALTERNATIVE, SHELL_REQUIRED, SHELL_LENGTH, SHELL_CUT, SHELL_SLICE, SHELL_REPLACE, SHELL_CASE_CHANGE, SHELL_INDIRECT, SHELL_INDEXED } ShellOperator;

enum {
    SHELL_NEGATED = 1 << 0,
    SHELL_BACKGROUND = 1 << 1,
    SHELL_ARRAY = 1 << 2,
    SHELL_QUOTED = 1 << 3,
    SHELL_BACKQUOTE = 1 << 4, /* SUBSTITUTION written with ` */
    SHELL_KEYWORD = 1 << 5,   /* FUNCTION written with `function` */
    SHELL_PIPE_BOTH = 1 << 6, /* PIPELINE with |& */
    SHELL_CARET = 1 << 7      /* FOR in the style of C */
};

extern const Grammar shell_grammar;

/* The tree of `text`, in its source's arena. Problems go to the source. Linear. */
const Tree *shell_parse(Text text);

#endif
