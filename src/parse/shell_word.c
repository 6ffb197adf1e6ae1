/* The lower half of the shell grammar: blanks, heredoc bodies, words with their quoting and expansions (POSIX.1-2017, XCU
 * 2.2 to 2.6). Invariant: every part of a word moves the cursor on. */
#include "parse/shell_parser.h"

uint32_t shell_open(ShellParser *p, ShellKind kind) {
    vec_push(p->arena, &p->nodes, (Node){.start = p->at, .end = p->at, .size = 1, .kind = (uint8_t)kind});
    return p->nodes.count - 1;
}

void shell_close(ShellParser *p, uint32_t index) {
    p->nodes.items[index].end = MAX(p->at, p->nodes.items[index].start);
    p->nodes.items[index].size = p->nodes.count - index;
}

void shell_fail(ShellParser *p, ProblemCode code, uint32_t start) {
    if (!p->failed && p->broken++ < 3) {
        uint32_t from = MIN(start, p->len), to = MIN(from + 1, p->len);
        source_problem(p->text.source, code, text_span(&p->text, from, to), (Str){NULL, 0});
    }
    p->failed = true;
}

static void word_part(ShellParser *p, bool in_double);

bool shell_deeper(ShellParser *p) {
    if (p->depth >= SHELL_DEPTH_MAX) {
        shell_fail(p, PROBLEM_FILE_TOO_DEEP, p->at);
        p->at = p->len;
        return false;
    }
    p->depth++;
    return true;
}

/* ---- blanks, line ends, heredoc bodies ---- */

void shell_skip_blanks(ShellParser *p) {
    for (;;) {
        if (shell_is_blank(shell_peek(p, 0)) && p->at < p->len) p->at++;
        else if (shell_peek(p, 0) == '\\' && shell_peek(p, 1) == '\n') p->at += 2;
        else if (shell_peek(p, 0) == '#' && (p->at == 0 || shell_is_blank(p->s[p->at - 1]) || memchr("\n;&|()", p->s[p->at - 1], 6))) {
            while (p->at < p->len && p->s[p->at] != '\n') p->at++;
        } else return;
    }
}

static void read_heredocs(ShellParser *p) {
    vec_each(ShellHeredoc, doc, &p->heredocs) {
        uint32_t start = p->at, end = start;
        for (bool found = false; p->at < p->len && !found;) {
            Str rest = str_skip(p->text.bytes, p->at), line, after;
            bool more = str_cut(rest, '\n', &line, &after);
            uint32_t begin = p->at;
            p->at = more ? (uint32_t)(after.at - p->s) : p->len;
            while (doc->dash && line.len && line.at[0] == '\t') line = str_skip(line, 1);
            found = str_eq(line, doc->name);
            end = found ? begin : p->at;
        }
        vec_push(p->arena, &p->nodes, (Node){.start = start, .end = end, .size = 1, .kind = SHELL_HEREDOC, .flags = doc->quoted ? SHELL_QUOTED : 0});
    }
    p->heredocs.count = 0;
}

static void line_end(ShellParser *p) {
    if (p->at < p->len && p->s[p->at] == '\n') p->at++;
    if (p->heredocs.count) read_heredocs(p);
}

void shell_skip_lines(ShellParser *p) {
    for (shell_skip_blanks(p); shell_peek(p, 0) == '\n' && p->at < p->len; shell_skip_blanks(p)) line_end(p);
}

/* ---- words ---- */

/* Reads up to an unquoted `close`; nests. For what we don't look into: $(( )), ${x[…]}. */
void shell_skip_to(ShellParser *p, char opening, char closing) {
    uint32_t start = p->at, level = 1;
    for (; p->at < p->len; p->at++) {
        char c = p->s[p->at];
        if (c == '\\') p->at++;
        else if (c == '\'' || c == '"') {
            char quote = c;
            for (p->at++; p->at < p->len && p->s[p->at] != quote; p->at++) {
                if (quote == '"' && p->s[p->at] == '\\') p->at++;
            }
        } else if (c == opening) level++;
        else if (c == closing && --level == 0) return;
    }
    p->at = MIN(p->at, p->len);
    shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

static void quoted(ShellParser *p, ShellKind kind) {
    uint32_t index = shell_open(p, kind), start = p->at;
    p->at += kind == SHELL_ANSI ? 2 : 1;
    while (p->at < p->len && p->s[p->at] != '\'') p->at += kind == SHELL_ANSI && p->s[p->at] == '\\' ? 2 : 1;
    if (p->at >= p->len) shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    shell_close(p, index);
}

static void double_quoted(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_DOUBLE), start = p->at;
    if (!shell_deeper(p)) return;
    p->at += p->s[p->at] == '$' ? 2 : 1;
    while (p->at < p->len && p->s[p->at] != '"') word_part(p, true);
    if (p->at >= p->len) shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    shell_close(p, index);
    p->depth--;
}

static ShellOperator operator_at(ShellParser *p) {
    bool colon = shell_peek(p, 0) == ':';
    char c = shell_peek(p, colon);
    if (c == '-' || c == '=') { p->at += colon + 1u; return SHELL_DEFAULT; }
    if (c == '+') { p->at += colon + 1u; return SHELL_ALTERNATIVE; }
    if (c == '?') { p->at += colon + 1u; return SHELL_REQUIRED; }
    if (colon) { p->at++; return SHELL_SLICE; }
    if (c == '#' || c == '%') { p->at += shell_peek(p, 1) == c ? 2 : 1; return SHELL_CUT; }
    if (c == '/') { p->at += shell_peek(p, 1) == '/' ? 2 : 1; return SHELL_REPLACE; }
    if (c == '^' || c == ',' || c == '@') { p->at++; return SHELL_CASE_CHANGE; }
    if (c == '[') return SHELL_INDEXED;
    return SHELL_PLAIN;
}

/* ${…}; p->at stands on the $. */
static void braced(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_VARIABLE), start = p->at;
    if (!shell_deeper(p)) return;
    p->at += 2;
    ShellOperator operator = SHELL_PLAIN;
    if (shell_peek(p, 0) == '#' && shell_peek(p, 1) != '}') operator = SHELL_LENGTH, p->at++;
    else if (shell_peek(p, 0) == '!') operator = SHELL_INDIRECT, p->at++;
    uint32_t name = shell_open(p, SHELL_LITERAL);
    if (shell_is_name(shell_peek(p, 0))) while (shell_is_name(shell_peek(p, 0))) p->at++;
    else if (p->at < p->len && p->s[p->at] != '}') p->at++;
    shell_close(p, name);
    if (shell_peek(p, 0) != '}') {
        ShellOperator found = operator_at(p);
        if (operator == SHELL_PLAIN) operator = found;
        if (found == SHELL_INDEXED) {
            p->at++;
            shell_skip_to(p, '[', ']');
            p->at = MIN(p->at + 1, p->len);
            if (shell_peek(p, 0) != '}') operator_at(p);
        }
        uint32_t operand = shell_open(p, SHELL_WORD);
        while (p->at < p->len && p->s[p->at] != '}') word_part(p, true);
        shell_close(p, operand);
    }
    p->nodes.items[index].style = (uint8_t)operator;
    if (p->at >= p->len) shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    shell_close(p, index);
    p->depth--;
}

/* $( … ) and <( … ): a script of its own. */
static void substitution(ShellParser *p, ShellKind kind) {
    static const char *const stops[] = {")", NULL};
    uint32_t index = shell_open(p, kind), start = p->at;
    p->at += 2;
    if (!shell_deeper(p)) return;
    shell_script(p, stops);
    p->depth--;
    if (shell_peek(p, 0) == ')') p->at++;
    else shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
    shell_close(p, index);
}

static void backquoted(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_SUBSTITUTION), start = p->at++;
    p->nodes.items[index].flags = SHELL_BACKQUOTE;
    uint32_t end = p->at;
    while (end < p->len && p->s[end] != '`') end += p->s[end] == '\\' ? 2 : 1;
    if (end >= p->len) {
        p->at = p->len;
        shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
    } else if (shell_deeper(p)) { /* its script ends at the quote, whatever stands behind */
        uint32_t len = p->len;
        p->len = end;
        shell_script(p, NULL);
        p->len = len;
        p->at = end + 1;
        p->depth--;
    }
    shell_close(p, index);
}

static void variable(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_VARIABLE);
    p->at++;
    uint32_t name = shell_open(p, SHELL_LITERAL);
    if (shell_is_name_start(shell_peek(p, 0))) while (shell_is_name(shell_peek(p, 0))) p->at++;
    else p->at++;
    shell_close(p, name);
    shell_close(p, index);
}

static void dollar(ShellParser *p, bool in_double) {
    char next = shell_peek(p, 1);
    if (next == '(' && shell_peek(p, 2) == '(') {
        uint32_t index = shell_open(p, SHELL_ARITHMETIC);
        p->at += 3;
        shell_skip_to(p, '(', ')');
        p->at = MIN(p->at + 2, p->len);
        shell_close(p, index);
    } else if (next == '(') substitution(p, SHELL_SUBSTITUTION);
    else if (next == '{') braced(p);
    else if (next == '\'' && !in_double) quoted(p, SHELL_ANSI);
    else if (next == '"' && !in_double) double_quoted(p);
    else if (shell_is_name(next) || (next && memchr("@*#?$!-", next, 7))) variable(p);
    else {
        uint32_t index = shell_open(p, SHELL_LITERAL);
        p->at++;
        shell_close(p, index);
    }
}

static void literal(ShellParser *p, bool in_double) {
    uint32_t index = shell_open(p, SHELL_LITERAL);
    const char *marks = in_double ? "\"\\$`}" : "\"'\\$`*?[";
    do p->at++;
    while (p->at < p->len && !memchr(marks, p->s[p->at], in_double ? 5 : 8) && (in_double || !shell_ends_word(p->s[p->at])));
    shell_close(p, index);
}

/* One part of a word; always moves on. */
static void word_part(ShellParser *p, bool in_double) {
    char c = p->s[p->at];
    if (c == '\\') {
        uint32_t index = shell_open(p, in_double && !memchr("$`\"\\\n", shell_peek(p, 1), 5) ? SHELL_LITERAL : SHELL_ESCAPED);
        p->at = MIN(p->at + 2, p->len);
        shell_close(p, index);
    } else if (c == '$') dollar(p, in_double);
    else if (c == '`') backquoted(p);
    else if (c == '"' && !in_double) double_quoted(p);
    else if (c == '"') double_quoted(p); /* inside ${x:-"…"} */
    else if (c == '\'' && !in_double) quoted(p, SHELL_SINGLE);
    else if (!in_double && (c == '*' || c == '?' || c == '[')) {
        uint32_t index = shell_open(p, SHELL_GLOB);
        p->at++;
        shell_close(p, index);
    } else literal(p, in_double);
}

void shell_read_word(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_WORD), start = p->at;
    while (p->at < p->len && !p->failed) {
        char c = p->s[p->at];
        if ((c == '<' || c == '>') && shell_peek(p, 1) == '(' ) substitution(p, SHELL_PROCESS);
        else if (c == '\\' && shell_peek(p, 1) == '\n') p->at += 2;
        else if (shell_ends_word(c)) break;
        else word_part(p, false);
    }
    if (p->at == start) p->at = MIN(p->at + 1, p->len);
    shell_close(p, index);
}
