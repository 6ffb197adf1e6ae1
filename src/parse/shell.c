/* Recursive descent over the bytes (POSIX.1-2017, XCU 2.10 "Shell Grammar"). Reserved words count only where a command may
 * begin. Invariant: every function either moves on or records a problem and skips to the end of the line. */
#include "parse/shell.h"

#include "base/vec.h"

#define DEPTH_MAX 100 /* nested constructs; each may open a few nodes, see tree_finish */

typedef struct Heredoc {
    uint32_t node;   /* the REDIRECT */
    Str name;
    bool dash, quoted;
} Heredoc;

typedef struct Parser {
    Text text;
    Arena *arena;
    const char *s;
    uint32_t at, len, depth;
    NodeVec nodes;
    VEC(Heredoc) heredocs; /* read at the next line end */
    bool failed;           /* this line broke */
    uint32_t broken;       /* lines that did: only the first few are reported */
} Parser;

static const Str kinds[] = {
    STR_INIT("SCRIPT"), STR_INIT("PIPELINE"), STR_INIT("COMMAND"), STR_INIT("SUBSHELL"), STR_INIT("GROUP"), STR_INIT("IF"), STR_INIT("LOOP"),
    STR_INIT("FOR"), STR_INIT("CASE"), STR_INIT("FUNCTION"), STR_INIT("TEST"), STR_INIT("LET"), STR_INIT("ASSIGNMENT"), STR_INIT("REDIRECT"),
    STR_INIT("WORD"), STR_INIT("LITERAL"), STR_INIT("ESCAPED"), STR_INIT("SINGLE"), STR_INIT("ANSI"), STR_INIT("DOUBLE"), STR_INIT("VARIABLE"),
    STR_INIT("SUBSTITUTION"), STR_INIT("ARITHMETIC"), STR_INIT("PROCESS"), STR_INIT("GLOB"), STR_INIT("HEREDOC")};
_Static_assert(ARRAY_COUNT(kinds) == SHELL_KIND_COUNT, "a name each");
const Grammar shell_grammar = {STR_INIT("shell"), kinds, SHELL_KIND_COUNT, NULL};

static char peek(const Parser *p, uint32_t ahead) { return p->at + ahead < p->len ? p->s[p->at + ahead] : '\0'; }
static bool starts(const Parser *p, const char *mark) { return str_starts(str_skip(p->text.bytes, p->at), str_of(mark)); }

static uint32_t open(Parser *p, ShellKind kind) {
    vec_push(p->arena, &p->nodes, (Node){.start = p->at, .end = p->at, .size = 1, .kind = (uint8_t)kind});
    return p->nodes.count - 1;
}

static void close(Parser *p, uint32_t index) {
    p->nodes.items[index].end = MAX(p->at, p->nodes.items[index].start);
    p->nodes.items[index].size = p->nodes.count - index;
}

static void fail(Parser *p, ProblemCode code, uint32_t start) {
    if (!p->failed && p->broken++ < 3) {
        uint32_t from = MIN(start, p->len), to = MIN(from + 1, p->len);
        source_problem(p->text.source, code, text_span(&p->text, from, to), (Str){NULL, 0});
    }
    p->failed = true;
}

static bool is_name_start(char c) { return c == '_' || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
static bool is_name(char c) { return is_name_start(c) || (c >= '0' && c <= '9'); }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static bool ends_word(char c) { return is_blank(c) || c == '\n' || c == ';' || c == '&' || c == '|' || c == '<' || c == '>' || c == '(' || c == ')' || c == '\0'; }

static void script(Parser *p, const char *const *stops);
static void word_part(Parser *p, bool in_double);

static bool deeper(Parser *p) {
    if (p->depth >= DEPTH_MAX) {
        fail(p, PROBLEM_FILE_TOO_DEEP, p->at);
        p->at = p->len;
        return false;
    }
    p->depth++;
    return true;
}

/* ---- blanks, line ends, heredoc bodies ---- */

static void skip_blanks(Parser *p) {
    for (;;) {
        if (is_blank(peek(p, 0)) && p->at < p->len) p->at++;
        else if (peek(p, 0) == '\\' && peek(p, 1) == '\n') p->at += 2;
        else if (peek(p, 0) == '#' && (p->at == 0 || is_blank(p->s[p->at - 1]) || memchr("\n;&|()", p->s[p->at - 1], 6))) {
            while (p->at < p->len && p->s[p->at] != '\n') p->at++;
        } else return;
    }
}

static void read_heredocs(Parser *p) {
    vec_each(Heredoc, doc, &p->heredocs) {
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

static void line_end(Parser *p) {
    if (p->at < p->len && p->s[p->at] == '\n') p->at++;
    if (p->heredocs.count) read_heredocs(p);
}

static void skip_lines(Parser *p) {
    for (skip_blanks(p); peek(p, 0) == '\n' && p->at < p->len; skip_blanks(p)) line_end(p);
}

/* ---- words ---- */

/* Reads up to an unquoted `close`; nests. For what we don't look into: $(( )), ${x[…]}. */
static void skip_to(Parser *p, char opening, char closing) {
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
    fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

static void quoted(Parser *p, ShellKind kind) {
    uint32_t index = open(p, kind), start = p->at;
    p->at += kind == SHELL_ANSI ? 2 : 1;
    while (p->at < p->len && p->s[p->at] != '\'') p->at += kind == SHELL_ANSI && p->s[p->at] == '\\' ? 2 : 1;
    if (p->at >= p->len) fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    close(p, index);
}

static void double_quoted(Parser *p) {
    uint32_t index = open(p, SHELL_DOUBLE), start = p->at;
    if (!deeper(p)) return;
    p->at += p->s[p->at] == '$' ? 2 : 1;
    while (p->at < p->len && p->s[p->at] != '"') word_part(p, true);
    if (p->at >= p->len) fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    close(p, index);
    p->depth--;
}

static ShellOperator operator_at(Parser *p) {
    bool colon = peek(p, 0) == ':';
    char c = peek(p, colon);
    if (c == '-' || c == '=') { p->at += colon + 1u; return SHELL_DEFAULT; }
    if (c == '+') { p->at += colon + 1u; return SHELL_ALTERNATIVE; }
    if (c == '?') { p->at += colon + 1u; return SHELL_REQUIRED; }
    if (colon) { p->at++; return SHELL_SLICE; }
    if (c == '#' || c == '%') { p->at += peek(p, 1) == c ? 2 : 1; return SHELL_CUT; }
    if (c == '/') { p->at += peek(p, 1) == '/' ? 2 : 1; return SHELL_REPLACE; }
    if (c == '^' || c == ',' || c == '@') { p->at++; return SHELL_CASE_CHANGE; }
    if (c == '[') return SHELL_INDEXED;
    return SHELL_PLAIN;
}

/* ${…}; p->at stands on the $. */
static void braced(Parser *p) {
    uint32_t index = open(p, SHELL_VARIABLE), start = p->at;
    if (!deeper(p)) return;
    p->at += 2;
    ShellOperator operator = SHELL_PLAIN;
    if (peek(p, 0) == '#' && peek(p, 1) != '}') operator = SHELL_LENGTH, p->at++;
    else if (peek(p, 0) == '!') operator = SHELL_INDIRECT, p->at++;
    uint32_t name = open(p, SHELL_LITERAL);
    if (is_name(peek(p, 0))) while (is_name(peek(p, 0))) p->at++;
    else if (p->at < p->len && p->s[p->at] != '}') p->at++;
    close(p, name);
    if (peek(p, 0) != '}') {
        ShellOperator found = operator_at(p);
        if (operator == SHELL_PLAIN) operator = found;
        if (found == SHELL_INDEXED) {
            p->at++;
            skip_to(p, '[', ']');
            p->at = MIN(p->at + 1, p->len);
            if (peek(p, 0) != '}') operator_at(p);
        }
        uint32_t operand = open(p, SHELL_WORD);
        while (p->at < p->len && p->s[p->at] != '}') word_part(p, true);
        close(p, operand);
    }
    p->nodes.items[index].style = (uint8_t)operator;
    if (p->at >= p->len) fail(p, PROBLEM_SHELL_UNCLOSED, start);
    p->at = MIN(p->at + 1, p->len);
    close(p, index);
    p->depth--;
}

/* $( … ) and <( … ): a script of its own. */
static void substitution(Parser *p, ShellKind kind) {
    static const char *const stops[] = {")", NULL};
    uint32_t index = open(p, kind), start = p->at;
    p->at += 2;
    if (!deeper(p)) return;
    script(p, stops);
    p->depth--;
    if (peek(p, 0) == ')') p->at++;
    else fail(p, PROBLEM_SHELL_UNCLOSED, start);
    close(p, index);
}

static void backquoted(Parser *p) {
    uint32_t index = open(p, SHELL_SUBSTITUTION), start = p->at++;
    p->nodes.items[index].flags = SHELL_BACKQUOTE;
    uint32_t end = p->at;
    while (end < p->len && p->s[end] != '`') end += p->s[end] == '\\' ? 2 : 1;
    if (end >= p->len) {
        p->at = p->len;
        fail(p, PROBLEM_SHELL_UNCLOSED, start);
    } else if (deeper(p)) { /* its script ends at the quote, whatever stands behind */
        uint32_t len = p->len;
        p->len = end;
        script(p, NULL);
        p->len = len;
        p->at = end + 1;
        p->depth--;
    }
    close(p, index);
}

static void variable(Parser *p) {
    uint32_t index = open(p, SHELL_VARIABLE);
    p->at++;
    uint32_t name = open(p, SHELL_LITERAL);
    if (is_name_start(peek(p, 0))) while (is_name(peek(p, 0))) p->at++;
    else p->at++;
    close(p, name);
    close(p, index);
}

static void dollar(Parser *p, bool in_double) {
    char next = peek(p, 1);
    if (next == '(' && peek(p, 2) == '(') {
        uint32_t index = open(p, SHELL_ARITHMETIC);
        p->at += 3;
        skip_to(p, '(', ')');
        p->at = MIN(p->at + 2, p->len);
        close(p, index);
    } else if (next == '(') substitution(p, SHELL_SUBSTITUTION);
    else if (next == '{') braced(p);
    else if (next == '\'' && !in_double) quoted(p, SHELL_ANSI);
    else if (next == '"' && !in_double) double_quoted(p);
    else if (is_name(next) || (next && memchr("@*#?$!-", next, 7))) variable(p);
    else {
        uint32_t index = open(p, SHELL_LITERAL);
        p->at++;
        close(p, index);
    }
}

static void literal(Parser *p, bool in_double) {
    uint32_t index = open(p, SHELL_LITERAL);
    const char *marks = in_double ? "\"\\$`}" : "\"'\\$`*?[";
    do p->at++;
    while (p->at < p->len && !memchr(marks, p->s[p->at], in_double ? 5 : 8) && (in_double || !ends_word(p->s[p->at])));
    close(p, index);
}

/* One part of a word; always moves on. */
static void word_part(Parser *p, bool in_double) {
    char c = p->s[p->at];
    if (c == '\\') {
        uint32_t index = open(p, in_double && !memchr("$`\"\\\n", peek(p, 1), 5) ? SHELL_LITERAL : SHELL_ESCAPED);
        p->at = MIN(p->at + 2, p->len);
        close(p, index);
    } else if (c == '$') dollar(p, in_double);
    else if (c == '`') backquoted(p);
    else if (c == '"' && !in_double) double_quoted(p);
    else if (c == '"') double_quoted(p); /* inside ${x:-"…"} */
    else if (c == '\'' && !in_double) quoted(p, SHELL_SINGLE);
    else if (!in_double && (c == '*' || c == '?' || c == '[')) {
        uint32_t index = open(p, SHELL_GLOB);
        p->at++;
        close(p, index);
    } else literal(p, in_double);
}

static void word(Parser *p) {
    uint32_t index = open(p, SHELL_WORD), start = p->at;
    while (p->at < p->len && !p->failed) {
        char c = p->s[p->at];
        if ((c == '<' || c == '>') && peek(p, 1) == '(' ) substitution(p, SHELL_PROCESS);
        else if (c == '\\' && peek(p, 1) == '\n') p->at += 2;
        else if (ends_word(c)) break;
        else word_part(p, false);
    }
    if (p->at == start) p->at = MIN(p->at + 1, p->len);
    close(p, index);
}

/* ---- commands ---- */

static bool is_word(const Parser *p, const char *name) {
    size_t len = strlen(name);
    return starts(p, name) && ends_word(peek(p, (uint32_t)len));
}

static bool is_stop(const Parser *p, const char *const *stops) {
    for (; stops && *stops; stops++) {
        bool mark = !is_name_start((*stops)[0]) && (*stops)[0] != '}';
        if (mark ? starts(p, *stops) : is_word(p, *stops)) return true;
    }
    return false;
}

/* Takes the reserved word, or records that it is missing. */
static void expect(Parser *p, const char *name, uint32_t start) {
    skip_lines(p);
    if (is_word(p, name) || (!is_name_start(name[0]) && starts(p, name))) p->at += (uint32_t)strlen(name);
    else fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

static uint32_t redirect_length(const Parser *p) {
    uint32_t at = 0;
    while (peek(p, at) >= '0' && peek(p, at) <= '9') at++;
    if (at == 0 && peek(p, 0) == '&' && peek(p, 1) == '>') return peek(p, 2) == '>' ? 3 : 2;
    char c = peek(p, at);
    if ((c != '<' && c != '>') || peek(p, at + 1) == '(') return 0;
    static const char *const marks[] = {"<<<", "<<-", "<<", "<&", "<>", ">>", ">&", ">|", "<", ">"};
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        if (str_starts(str_skip(p->text.bytes, p->at + at), str_of(marks[i]))) return at + (uint32_t)strlen(marks[i]);
    }
    return 0;
}

static ShellRedirect redirect_style(Str mark) {
    while (mark.len && mark.at[0] >= '0' && mark.at[0] <= '9') mark = str_skip(mark, 1);
    if (str_is(mark, "<<<")) return SHELL_HERE_STRING;
    if (str_starts(mark, STR("<<"))) return SHELL_HERE;
    if (str_is(mark, ">>")) return SHELL_APPEND;
    if (str_starts(mark, STR("&>"))) return SHELL_WRITE_BOTH;
    if (mark.len == 2 && mark.at[1] == '&') return SHELL_DUPLICATE;
    return mark.at[0] == '>' ? SHELL_WRITE : SHELL_READ;
}

static bool redirect(Parser *p) {
    uint32_t length = redirect_length(p);
    if (!length) return false;
    uint32_t index = open(p, SHELL_REDIRECT);
    Str mark = str_slice(p->text.bytes, p->at, p->at + length);
    ShellRedirect style = redirect_style(mark);
    p->nodes.items[index].style = (uint8_t)style;
    p->at += length;
    skip_blanks(p);
    if (p->at >= p->len || (ends_word(p->s[p->at]) && redirect_length(p) == 0 && peek(p, 1) != '(')) {
        fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        close(p, index);
        return true;
    }
    uint32_t target = p->nodes.count;
    word(p);
    if (style == SHELL_HERE) {
        Str name = node_text(&(Tree){.text = p->text}, &p->nodes.items[target]);
        bool is_quoted = name.len && (name.at[0] == '"' || name.at[0] == '\'' || name.at[0] == '\\');
        if (is_quoted) name = name.at[0] == '\\' ? str_skip(name, 1) : str_slice(name, 1, MAX(name.len, 2) - 1);
        vec_push(p->arena, &p->heredocs, (Heredoc){index, name, str_ends(mark, STR("-")), is_quoted});
    }
    close(p, index);
    return true;
}

static void redirects(Parser *p) {
    for (skip_blanks(p); !p->failed && redirect(p); skip_blanks(p)) {}
}

/* NAME=, NAME+=, NAME[x]= at the cursor: gives the length up to and with the =. */
static uint32_t assignment_length(const Parser *p) {
    uint32_t at = 0;
    if (!is_name_start(peek(p, 0))) return 0;
    while (is_name(peek(p, at))) at++;
    if (peek(p, at) == '[') {
        while (peek(p, at) && peek(p, at) != ']' && peek(p, at) != '\n') at++;
        if (peek(p, at) == ']') at++;
    }
    if (peek(p, at) == '+') at++;
    return peek(p, at) == '=' ? at + 1 : 0;
}

static void assignment(Parser *p, uint32_t length) {
    uint32_t index = open(p, SHELL_ASSIGNMENT), name = open(p, SHELL_WORD), end = p->at + length;
    uint32_t text = open(p, SHELL_LITERAL);
    while (is_name(peek(p, 0))) p->at++;
    close(p, text);
    close(p, name);
    p->at = end;
    if (peek(p, 0) == '(') {
        p->nodes.items[index].flags |= SHELL_ARRAY;
        p->at++;
        for (skip_lines(p); p->at < p->len && p->s[p->at] != ')' && !p->failed; skip_lines(p)) word(p);
        if (p->at >= p->len) fail(p, PROBLEM_SHELL_UNCLOSED, end);
        p->at = MIN(p->at + 1, p->len);
    } else if (p->at < p->len && (!ends_word(p->s[p->at]) || ((p->s[p->at] == '<' || p->s[p->at] == '>') && peek(p, 1) == '('))) word(p);
    close(p, index);
}

static void simple_command(Parser *p) {
    uint32_t index = open(p, SHELL_COMMAND), start = p->at;
    bool named = false;
    for (; p->at < p->len && !p->failed; skip_blanks(p)) {
        if (redirect(p)) continue;
        uint32_t length = named ? 0 : assignment_length(p);
        char c = p->s[p->at];
        if (length) assignment(p, length);
        else if ((c == '<' || c == '>') && peek(p, 1) == '(') word(p);
        else if (ends_word(c)) break;
        else {
            word(p);
            named = true;
        }
    }
    if (p->at == start) {
        fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        p->at = MIN(p->at + 1, p->len);
    }
    uint32_t after = p->at;
    while (p->at > start && is_blank(p->s[p->at - 1])) p->at--;
    close(p, index);
    p->at = after;
    /* children may end behind the trimmed blanks only by an escape */
    if (p->nodes.count > index + 1) p->nodes.items[index].end = MAX(p->nodes.items[index].end, p->nodes.items[p->nodes.count - 1].end);
}

static void if_command(Parser *p, uint32_t start) {
    static const char *const then[] = {"then", NULL}, *const branches[] = {"elif", "else", "fi", NULL}, *const fi[] = {"fi", NULL};
    p->at += 2;
    for (;;) {
        script(p, then);
        expect(p, "then", start);
        script(p, branches);
        if (p->failed || !is_word(p, "elif")) break;
        p->at += 4;
    }
    if (!p->failed && is_word(p, "else")) {
        p->at += 4;
        script(p, fi);
    }
    if (!p->failed) expect(p, "fi", start);
}

static void do_body(Parser *p, uint32_t start) {
    static const char *const done[] = {"done", NULL};
    expect(p, "do", start);
    if (!p->failed) script(p, done);
    if (!p->failed) expect(p, "done", start);
}

static void for_command(Parser *p, uint32_t index, uint32_t start) {
    p->at += is_word(p, "select") ? 6 : 3;
    skip_blanks(p);
    if (starts(p, "((")) {
        p->nodes.items[index].flags |= SHELL_CARET;
        p->at += 2;
        skip_to(p, '(', ')');
        p->at = MIN(p->at + 2, p->len);
    } else {
        word(p);
        skip_lines(p);
        if (is_word(p, "in")) {
            p->at += 2;
            for (skip_blanks(p); p->at < p->len && !ends_word(p->s[p->at]) && !p->failed; skip_blanks(p)) word(p);
        }
    }
    skip_blanks(p);
    if (peek(p, 0) == ';') p->at++;
    skip_lines(p);
    do_body(p, start);
}

static void case_command(Parser *p, uint32_t start) {
    static const char *const ends[] = {";;", ";&", "esac", NULL};
    p->at += 4;
    skip_blanks(p);
    word(p);
    expect(p, "in", start);
    for (skip_lines(p); p->at < p->len && !p->failed && !is_word(p, "esac"); skip_lines(p)) {
        if (peek(p, 0) == '(') p->at++;
        for (skip_blanks(p); p->at < p->len && !p->failed; skip_blanks(p)) {
            word(p);
            skip_blanks(p);
            if (peek(p, 0) != '|') break;
            p->at++;
        }
        if (peek(p, 0) == ')') p->at++;
        else fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        if (p->failed) return;
        script(p, ends);
        if (starts(p, ";;&")) p->at += 3;
        else if (starts(p, ";;") || starts(p, ";&")) p->at += 2;
    }
    if (!p->failed) expect(p, "esac", start);
}

static void grouped(Parser *p, const char *closing) {
    const char *const stops[] = {closing, NULL};
    uint32_t start = p->at++;
    script(p, stops);
    if (!p->failed) expect(p, closing, start);
}

static void test_command(Parser *p, uint32_t start) {
    p->at += 2;
    for (skip_lines(p); p->at < p->len && !starts(p, "]]") && !p->failed; skip_lines(p)) {
        if (memchr("<>()|&", p->s[p->at], 6)) p->at++;
        else if (ends_word(p->s[p->at])) break;
        else word(p);
    }
    if (starts(p, "]]")) p->at += 2;
    else fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

/* name () body, function name body. */
static bool is_function(const Parser *p) {
    uint32_t at = 0;
    while (is_name(peek(p, at)) || peek(p, at) == '-' || peek(p, at) == '.' || peek(p, at) == ':') at++;
    if (!at) return false;
    while (is_blank(peek(p, at))) at++;
    if (peek(p, at) != '(') return false;
    for (at++; is_blank(peek(p, at)); at++) {}
    return peek(p, at) == ')';
}

static void command(Parser *p);

static void function(Parser *p, uint32_t index) {
    if (is_word(p, "function")) {
        p->nodes.items[index].flags |= SHELL_KEYWORD;
        p->at += 8;
        skip_blanks(p);
    }
    word(p);
    skip_blanks(p);
    if (peek(p, 0) == '(') {
        while (p->at < p->len && p->s[p->at] != ')') p->at++;
        p->at = MIN(p->at + 1, p->len);
    }
    skip_lines(p);
    command(p);
}

static void compound(Parser *p, ShellKind kind) {
    uint32_t index = open(p, kind), start = p->at;
    if (!deeper(p)) return;
    switch (kind) {
        case SHELL_IF: if_command(p, start); break;
        case SHELL_LOOP: {
            static const char *const stops[] = {"do", NULL};
            p->at += 5;
            script(p, stops);
            do_body(p, start);
            break;
        }
        case SHELL_FOR: for_command(p, index, start); break;
        case SHELL_CASE: case_command(p, start); break;
        case SHELL_GROUP: grouped(p, "}"); break;
        case SHELL_SUBSHELL: grouped(p, ")"); break;
        case SHELL_TEST: test_command(p, start); break;
        case SHELL_FUNCTION: function(p, index); break;
        case SHELL_LET:
            p->at += 2;
            skip_to(p, '(', ')');
            p->at = MIN(p->at + 2, p->len);
            break;
        default: ensure(false, "a compound command");
    }
    if (!p->failed && kind != SHELL_FUNCTION) redirects(p);
    p->depth--;
    close(p, index);
}

static void command(Parser *p) {
    static const struct { const char *name; ShellKind kind; } words[] = {
        {"if", SHELL_IF}, {"while", SHELL_LOOP}, {"until", SHELL_LOOP}, {"for", SHELL_FOR}, {"select", SHELL_FOR}, {"case", SHELL_CASE},
        {"{", SHELL_GROUP}, {"[[", SHELL_TEST}, {"function", SHELL_FUNCTION}};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (is_word(p, words[i].name)) {
            compound(p, words[i].kind);
            return;
        }
    }
    if (starts(p, "((")) compound(p, SHELL_LET);
    else if (peek(p, 0) == '(') compound(p, SHELL_SUBSHELL);
    else if (is_function(p)) compound(p, SHELL_FUNCTION);
    else simple_command(p);
}

static void pipeline(Parser *p, ShellLink link) {
    uint32_t index = open(p, SHELL_PIPELINE);
    p->nodes.items[index].style = (uint8_t)link;
    while (is_word(p, "!") || is_word(p, "time")) {
        if (peek(p, 0) == '!') p->nodes.items[index].flags |= SHELL_NEGATED;
        p->at += peek(p, 0) == '!' ? 1 : 4;
        skip_blanks(p);
        if (p->at >= p->len || ends_word(p->s[p->at])) break;
    }
    for (;;) {
        command(p);
        uint32_t end = p->at;
        skip_blanks(p);
        bool pipe = !p->failed && peek(p, 0) == '|' && peek(p, 1) != '|';
        if (!pipe) {
            uint32_t now = p->at;
            p->at = MAX(end, p->nodes.items[index].start);
            close(p, index);
            p->at = now;
            break;
        }
        if (peek(p, 1) == '&') p->nodes.items[index].flags |= SHELL_PIPE_BOTH;
        p->at += peek(p, 1) == '&' ? 2 : 1;
        skip_lines(p);
    }
    if (!p->failed && peek(p, 0) == '&' && peek(p, 1) != '&') p->nodes.items[index].flags |= SHELL_BACKGROUND;
}

static void recover(Parser *p) {
    while (p->at < p->len && p->s[p->at] != '\n') p->at++;
    p->failed = false;
}

/* A list of pipelines up to one of `stops` (or the end). */
static void script(Parser *p, const char *const *stops) {
    uint32_t index = open(p, SHELL_SCRIPT);
    ShellLink link = SHELL_THEN;
    for (skip_lines(p); p->at < p->len; skip_lines(p)) {
        if (p->failed) {
            if (p->depth) break;
            recover(p);
            continue;
        }
        if (is_stop(p, stops)) break;
        uint32_t before = p->at;
        pipeline(p, link);
        link = SHELL_THEN;
        if (p->failed) continue;
        skip_blanks(p);
        char c = peek(p, 0);
        if (starts(p, "&&") || starts(p, "||")) {
            link = c == '&' ? SHELL_AND : SHELL_OR;
            p->at += 2;
        } else if (is_stop(p, stops)) break;
        else if (c == ';' || c == '&') p->at++;
        else if (c != '\n' && p->at < p->len) fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        if (p->at == before) p->at++;
    }
    close(p, index);
    for (uint32_t i = index + 1; i < p->nodes.count; i += p->nodes.items[i].size) p->nodes.items[index].end = MAX(p->nodes.items[index].end, p->nodes.items[i].end);
}

/* Heredoc bodies are read at a line's end, inside whatever is open there: widen parents, children first. */
static void repair_spans(Tree *tree) {
    for (uint32_t i = tree->count; i-- > 0;) {
        Node *node = &tree->nodes[i];
        uint32_t last = node->start;
        for (Node *child = node + 1, *end = node + node->size; child < end; child += child->size) {
            child->start = MAX(child->start, last);
            child->end = MAX(child->end, child->start);
            last = child->end;
        }
        node->end = MAX(node->end, last);
    }
}

const Tree *shell_parse(Text text) {
    Arena *arena = &text.source->arena;
    Parser p = {.text = text, .arena = arena, .s = text.bytes.at, .len = (uint32_t)text.bytes.len};
    script(&p, NULL);
    while (p.at < p.len) { /* a stray ) or }: report it and go on behind */
        fail(&p, PROBLEM_SHELL_SYNTAX, p.at);
        p.failed = false;
        p.at++;
    }
    p.nodes.items[0].end = p.len;
    Tree *tree = arena_new(arena, Tree);
    *tree = (Tree){&shell_grammar, text, p.nodes.items, p.nodes.count, NULL};
    repair_spans(tree);
    tree_finish(tree);
    return tree;
}
