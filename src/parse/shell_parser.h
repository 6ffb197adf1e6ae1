/* What the files of the shell grammar share. Not for others: use parse/shell.h. */
#ifndef PARSE_SHELL_PARSER_H
#define PARSE_SHELL_PARSER_H

#include "base/vec.h"
#include "parse/shell.h"

#define SHELL_DEPTH_MAX 100 /* nested constructs; each may open a few nodes, see tree_finish */

typedef struct ShellHeredoc {
    uint32_t node;   /* the REDIRECT */
    Str name;
    bool dash, quoted;
} ShellHeredoc;

typedef struct ShellParser {
    Text text;
    Arena *arena;
    const char *s;
    uint32_t at, len, depth;
    NodeVec nodes;
    VEC(ShellHeredoc) heredocs; /* read at the next line end */
    bool failed;                /* this line broke */
    uint32_t broken;            /* lines that did: only the first few are reported */
} ShellParser;

static inline char shell_peek(const ShellParser *p, uint32_t ahead) { return p->at + ahead < p->len ? p->s[p->at + ahead] : '\0'; }
static inline bool shell_starts(const ShellParser *p, const char *mark) { return str_starts(str_skip(p->text.bytes, p->at), str_of(mark)); }

static inline bool shell_is_name_start(char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
static inline bool shell_is_name(char c) { return shell_is_name_start(c) || (c >= '0' && c <= '9'); }
static inline bool shell_is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static inline bool shell_ends_word(char c) {
    return shell_is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')' || c == '\0';
}

/* shell_word.c: nodes, blanks and words. */
uint32_t shell_open(ShellParser *p, ShellKind kind); /* a node that starts at the cursor; gives its index */
void shell_close(ShellParser *p, uint32_t index);    /* it ends at the cursor, and owns all nodes since */
void shell_fail(ShellParser *p, ProblemCode code, uint32_t start);
bool shell_deeper(ShellParser *p);                   /* counts one construct more; false at the limit */
void shell_skip_blanks(ShellParser *p);              /* on this line: blanks, escaped line ends, a comment */
void shell_skip_lines(ShellParser *p);               /* line ends too, and the heredocs behind them */
void shell_skip_to(ShellParser *p, char opening, char closing);
void shell_read_word(ShellParser *p);

/* shell.c: a list of pipelines up to one of `stops` (or the end). */
void shell_script(ShellParser *p, const char *const *stops);

#endif
