/* Dockerfiles as BuildKit reads them (https://docs.docker.com/reference/dockerfile/).
 *
 *     RUN --mount=type=cache,target=/x apt-get update \
 *         && apt-get install -y curl
 *     INSTRUCTION > KEYWORD RUN, FLAG > (FLAG_NAME mount, FLAG_VALUE …), SHELL apt-get … curl
 *
 * A node covers what is written, continuation lines and comments between them included; dockerfile_text gives the same
 * without them, as the builder joins it, with its way back to the source. One bad line costs one line. */
#ifndef PARSE_DOCKERFILE_H
#define PARSE_DOCKERFILE_H

#include "model/node.h"

typedef enum DockerfileKeyword {
#define INSTRUCTION(NAME, form, minimum, maximum, flags) KEYWORD_##NAME,
#include "parse/instructions.def"
#undef INSTRUCTION
    KEYWORD_UNKNOWN,
    KEYWORD_COUNT
} DockerfileKeyword;

typedef enum DockerfileForm {
    FORM_WORDS,   /* words between blanks */
    FORM_PAIRS,   /* key=value …, quotes count; or the legacy `key value` */
    FORM_LINE,    /* the rest of the line is one word */
    FORM_COMMAND, /* a JSON array, or shell */
    FORM_FILES,   /* a JSON array, or words */
    FORM_HEALTH,  /* NONE, or CMD and a command */
    FORM_NESTED   /* another instruction */
} DockerfileForm;

typedef enum DockerfileKind {
    DOCKERFILE_FILE,        /* DIRECTIVE, COMMENT and INSTRUCTION in order */
    DOCKERFILE_DIRECTIVE,   /* # name=value: WORD name, WORD value */
    DOCKERFILE_COMMENT,     /* from # to the end of its line */
    DOCKERFILE_INSTRUCTION, /* data: DockerfileKeyword; KEYWORD, FLAG …, then by form */
    DOCKERFILE_KEYWORD,
    DOCKERFILE_FLAG,        /* FLAG_NAME, FLAG_VALUE when there is = */
    DOCKERFILE_FLAG_NAME,
    DOCKERFILE_FLAG_VALUE,
    DOCKERFILE_WORD,
    DOCKERFILE_PAIR,        /* WORD key, WORD value (absent in `ARG name`); DOCKERFILE_LEGACY: without = */
    DOCKERFILE_JSON,        /* STRING … */
    DOCKERFILE_STRING,      /* with its quotes */
    DOCKERFILE_SHELL,       /* a command in shell form */
    DOCKERFILE_HEREDOC,     /* WORD name, BODY */
    DOCKERFILE_BODY,
    DOCKERFILE_KIND_COUNT
} DockerfileKind;

enum {
    DOCKERFILE_JOINED = 1 << 0, /* continuation lines inside: the text must be joined */
    DOCKERFILE_LEGACY = 1 << 1, /* PAIR: `ENV key value` */
    DOCKERFILE_QUOTED = 1 << 2, /* HEREDOC: <<"EOF": nothing in it is expanded */
    DOCKERFILE_DASH = 1 << 3    /* HEREDOC: <<-EOF: leading tabs are taken off */
};

typedef struct DockerfileExtra {
    char escape;       /* \ or ` */
} DockerfileExtra;

extern const Grammar dockerfile_grammar;

/* The tree of a whole source (text offsets are source offsets); problems go to the source. Linear. */
const Tree *dockerfile_parse(Text text);

Str dockerfile_keyword_name(DockerfileKeyword keyword); /* "RUN"; empty for UNKNOWN */
static inline DockerfileKeyword dockerfile_keyword(const Node *instruction) { return (DockerfileKeyword)instruction->data; }
static inline char dockerfile_escape(const Tree *tree) { return ((const DockerfileExtra *)tree->extra)->escape; }

/* A node's text as the builder joins it: continuation lines and the comments between them taken out. */
Text dockerfile_text(const Tree *tree, const Node *node);
/* A heredoc's body, leading tabs taken off for <<-. */
Text dockerfile_body(const Tree *tree, const Node *heredoc);
/* A JSON string, decoded; in `a` when it has escapes. */
Str dockerfile_string(const Tree *tree, const Node *string, Arena *a);
/* The first child of that kind, or NULL. */
const Node *dockerfile_child(const Node *parent, DockerfileKind kind);

#endif
