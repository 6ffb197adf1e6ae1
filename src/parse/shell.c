/* Recursive descent over the bytes (POSIX.1-2017, XCU 2.10 "Shell Grammar"). Reserved words count only where a command may
 * begin. Invariant: every function either moves on or records a problem and skips to the end of the line. */
#include "parse/shell_parser.h"

static const Str kinds[] = {
    STR_INIT("SCRIPT"), STR_INIT("PIPELINE"), STR_INIT("COMMAND"), STR_INIT("SUBSHELL"), STR_INIT("GROUP"), STR_INIT("IF"), STR_INIT("LOOP"),
    STR_INIT("FOR"), STR_INIT("CASE"), STR_INIT("FUNCTION"), STR_INIT("TEST"), STR_INIT("LET"), STR_INIT("ASSIGNMENT"), STR_INIT("REDIRECT"),
    STR_INIT("WORD"), STR_INIT("LITERAL"), STR_INIT("ESCAPED"), STR_INIT("SINGLE"), STR_INIT("ANSI"), STR_INIT("DOUBLE"), STR_INIT("VARIABLE"),
    STR_INIT("SUBSTITUTION"), STR_INIT("ARITHMETIC"), STR_INIT("PROCESS"), STR_INIT("GLOB"), STR_INIT("HEREDOC")};
_Static_assert(ARRAY_COUNT(kinds) == SHELL_KIND_COUNT, "a name each");
const Grammar shell_grammar = {STR_INIT("shell"), kinds, SHELL_KIND_COUNT, NULL};

/* ---- commands ---- */

static bool is_word(const ShellParser *p, const char *name) {
    size_t len = strlen(name);
    return shell_starts(p, name) && shell_ends_word(shell_peek(p, (uint32_t)len));
}

static bool is_stop(const ShellParser *p, const char *const *stops) {
    for (; stops && *stops; stops++) {
        bool mark = !shell_is_name_start((*stops)[0]) && (*stops)[0] != '}';
        if (mark ? shell_starts(p, *stops) : is_word(p, *stops)) return true;
    }
    return false;
}

/* Takes the reserved word, or records that it is missing. */
static void expect(ShellParser *p, const char *name, uint32_t start) {
    shell_skip_lines(p);
    if (is_word(p, name) || (!shell_is_name_start(name[0]) && shell_starts(p, name))) p->at += (uint32_t)strlen(name);
    else shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

static uint32_t redirect_length(const ShellParser *p) {
    uint32_t at = 0;
    while (shell_peek(p, at) >= '0' && shell_peek(p, at) <= '9') at++;
    if (at == 0 && shell_peek(p, 0) == '&' && shell_peek(p, 1) == '>') return shell_peek(p, 2) == '>' ? 3 : 2;
    char c = shell_peek(p, at);
    if ((c != '<' && c != '>') || shell_peek(p, at + 1) == '(') return 0;
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

static bool redirect(ShellParser *p) {
    uint32_t length = redirect_length(p);
    if (!length) return false;
    uint32_t index = shell_open(p, SHELL_REDIRECT);
    Str mark = str_slice(p->text.bytes, p->at, p->at + length);
    ShellRedirect style = redirect_style(mark);
    p->nodes.items[index].style = (uint8_t)style;
    p->at += length;
    shell_skip_blanks(p);
    if (p->at >= p->len || (shell_ends_word(p->s[p->at]) && redirect_length(p) == 0 && shell_peek(p, 1) != '(')) {
        shell_fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        shell_close(p, index);
        return true;
    }
    uint32_t target = p->nodes.count;
    shell_read_word(p);
    if (style == SHELL_HERE) {
        Str name = node_text(&(Tree){.text = p->text}, &p->nodes.items[target]);
        bool is_quoted = name.len && (name.at[0] == '"' || name.at[0] == '\'' || name.at[0] == '\\');
        if (is_quoted) name = name.at[0] == '\\' ? str_skip(name, 1) : str_slice(name, 1, MAX(name.len, 2) - 1);
        vec_push(p->arena, &p->heredocs, (ShellHeredoc){index, name, str_ends(mark, STR("-")), is_quoted});
    }
    shell_close(p, index);
    return true;
}

static void redirects(ShellParser *p) {
    for (shell_skip_blanks(p); !p->failed && redirect(p); shell_skip_blanks(p)) {}
}

/* NAME=, NAME+=, NAME[x]= at the cursor: gives the length up to and with the =. */
static uint32_t assignment_length(const ShellParser *p) {
    uint32_t at = 0;
    if (!shell_is_name_start(shell_peek(p, 0))) return 0;
    while (shell_is_name(shell_peek(p, at))) at++;
    if (shell_peek(p, at) == '[') {
        while (shell_peek(p, at) && shell_peek(p, at) != ']' && shell_peek(p, at) != '\n') at++;
        if (shell_peek(p, at) == ']') at++;
    }
    if (shell_peek(p, at) == '+') at++;
    return shell_peek(p, at) == '=' ? at + 1 : 0;
}

static void assignment(ShellParser *p, uint32_t length) {
    uint32_t index = shell_open(p, SHELL_ASSIGNMENT), name = shell_open(p, SHELL_WORD), end = p->at + length;
    uint32_t text = shell_open(p, SHELL_LITERAL);
    while (shell_is_name(shell_peek(p, 0))) p->at++;
    shell_close(p, text);
    shell_close(p, name);
    p->at = end;
    if (shell_peek(p, 0) == '(') {
        p->nodes.items[index].flags |= SHELL_ARRAY;
        p->at++;
        for (shell_skip_lines(p); p->at < p->len && p->s[p->at] != ')' && !p->failed; shell_skip_lines(p)) shell_read_word(p);
        if (p->at >= p->len) shell_fail(p, PROBLEM_SHELL_UNCLOSED, end);
        p->at = MIN(p->at + 1, p->len);
    } else if (p->at < p->len && (!shell_ends_word(p->s[p->at]) || ((p->s[p->at] == '<' || p->s[p->at] == '>') && shell_peek(p, 1) == '('))) shell_read_word(p);
    shell_close(p, index);
}

/* Behind these words of bash, arguments may be arrays: declare -A colors=([red]=1). */
static bool is_declaration(const ShellParser *p) {
    static const char *const words[] = {"declare", "typeset", "local", "readonly", "export"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (is_word(p, words[i])) return true;
    }
    return false;
}

/* An assignment in front of the name; behind a declaring one, only that of an array: others are words. */
static uint32_t assignment_here(const ShellParser *p, bool named, bool declares) {
    if (named && !declares) return 0;
    uint32_t length = assignment_length(p);
    return !named || (length && shell_peek(p, length) == '(') ? length : 0;
}

static void simple_command(ShellParser *p) {
    uint32_t index = shell_open(p, SHELL_COMMAND), start = p->at;
    bool named = false, declares = false;
    for (; p->at < p->len && !p->failed; shell_skip_blanks(p)) {
        if (redirect(p)) continue;
        uint32_t length = assignment_here(p, named, declares);
        char c = p->s[p->at];
        if (length) assignment(p, length);
        else if ((c == '<' || c == '>') && shell_peek(p, 1) == '(') shell_read_word(p);
        else if (shell_ends_word(c)) break;
        else {
            declares = named ? declares : is_declaration(p);
            shell_read_word(p);
            named = true;
        }
    }
    if (p->at == start) {
        shell_fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        p->at = MIN(p->at + 1, p->len);
    }
    uint32_t after = p->at;
    while (p->at > start && shell_is_blank(p->s[p->at - 1])) p->at--;
    shell_close(p, index);
    p->at = after;
    /* children may end behind the trimmed blanks only by an escape */
    if (p->nodes.count > index + 1) p->nodes.items[index].end = MAX(p->nodes.items[index].end, p->nodes.items[p->nodes.count - 1].end);
}

static void if_command(ShellParser *p, uint32_t start) {
    static const char *const then[] = {"then", NULL}, *const branches[] = {"elif", "else", "fi", NULL}, *const fi[] = {"fi", NULL};
    p->at += 2;
    for (;;) {
        shell_script(p, then);
        expect(p, "then", start);
        shell_script(p, branches);
        if (p->failed || !is_word(p, "elif")) break;
        p->at += 4;
    }
    if (!p->failed && is_word(p, "else")) {
        p->at += 4;
        shell_script(p, fi);
    }
    if (!p->failed) expect(p, "fi", start);
}

static void do_body(ShellParser *p, uint32_t start) {
    static const char *const done[] = {"done", NULL};
    expect(p, "do", start);
    if (!p->failed) shell_script(p, done);
    if (!p->failed) expect(p, "done", start);
}

static void for_command(ShellParser *p, uint32_t index, uint32_t start) {
    p->at += is_word(p, "select") ? 6 : 3;
    shell_skip_blanks(p);
    if (shell_starts(p, "((")) {
        p->nodes.items[index].flags |= SHELL_CARET;
        p->at += 2;
        shell_skip_to(p, '(', ')');
        p->at = MIN(p->at + 2, p->len);
    } else {
        shell_read_word(p);
        shell_skip_lines(p);
        if (is_word(p, "in")) {
            p->at += 2;
            for (shell_skip_blanks(p); p->at < p->len && !shell_ends_word(p->s[p->at]) && !p->failed; shell_skip_blanks(p)) shell_read_word(p);
        }
    }
    shell_skip_blanks(p);
    if (shell_peek(p, 0) == ';') p->at++;
    shell_skip_lines(p);
    do_body(p, start);
}

static void case_command(ShellParser *p, uint32_t start) {
    static const char *const ends[] = {";;", ";&", "esac", NULL};
    p->at += 4;
    shell_skip_blanks(p);
    shell_read_word(p);
    expect(p, "in", start);
    for (shell_skip_lines(p); p->at < p->len && !p->failed && !is_word(p, "esac"); shell_skip_lines(p)) {
        if (shell_peek(p, 0) == '(') p->at++;
        for (shell_skip_blanks(p); p->at < p->len && !p->failed; shell_skip_blanks(p)) {
            shell_read_word(p);
            shell_skip_blanks(p);
            if (shell_peek(p, 0) != '|') break;
            p->at++;
        }
        if (shell_peek(p, 0) == ')') p->at++;
        else shell_fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        if (p->failed) return;
        shell_script(p, ends);
        if (shell_starts(p, ";;&")) p->at += 3;
        else if (shell_starts(p, ";;") || shell_starts(p, ";&")) p->at += 2;
    }
    if (!p->failed) expect(p, "esac", start);
}

static void grouped(ShellParser *p, const char *closing) {
    const char *const stops[] = {closing, NULL};
    uint32_t start = p->at++;
    shell_script(p, stops);
    if (!p->failed) expect(p, closing, start);
}

static void test_command(ShellParser *p, uint32_t start) {
    p->at += 2;
    for (shell_skip_lines(p); p->at < p->len && !shell_starts(p, "]]") && !p->failed; shell_skip_lines(p)) {
        if (memchr("<>()|&", p->s[p->at], 6)) p->at++;
        else if (shell_ends_word(p->s[p->at])) break;
        else shell_read_word(p);
    }
    if (shell_starts(p, "]]")) p->at += 2;
    else shell_fail(p, PROBLEM_SHELL_UNCLOSED, start);
}

/* name () body, function name body. */
static bool is_function(const ShellParser *p) {
    uint32_t at = 0;
    while (shell_is_name(shell_peek(p, at)) || shell_peek(p, at) == '-' || shell_peek(p, at) == '.' || shell_peek(p, at) == ':') at++;
    if (!at) return false;
    while (shell_is_blank(shell_peek(p, at))) at++;
    if (shell_peek(p, at) != '(') return false;
    for (at++; shell_is_blank(shell_peek(p, at)); at++) {}
    return shell_peek(p, at) == ')';
}

static void command(ShellParser *p);

static void function(ShellParser *p, uint32_t index) {
    if (is_word(p, "function")) {
        p->nodes.items[index].flags |= SHELL_KEYWORD;
        p->at += 8;
        shell_skip_blanks(p);
    }
    shell_read_word(p);
    shell_skip_blanks(p);
    if (shell_peek(p, 0) == '(') {
        while (p->at < p->len && p->s[p->at] != ')') p->at++;
        p->at = MIN(p->at + 1, p->len);
    }
    shell_skip_lines(p);
    command(p);
}

static void compound(ShellParser *p, ShellKind kind) {
    uint32_t index = shell_open(p, kind), start = p->at;
    if (!shell_deeper(p)) return;
    switch (kind) {
        case SHELL_IF: if_command(p, start); break;
        case SHELL_LOOP: {
            static const char *const stops[] = {"do", NULL};
            p->at += 5;
            shell_script(p, stops);
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
            shell_skip_to(p, '(', ')');
            p->at = MIN(p->at + 2, p->len);
            break;
        default: ensure(false, "a compound command");
    }
    if (!p->failed && kind != SHELL_FUNCTION) redirects(p);
    p->depth--;
    shell_close(p, index);
}

static void command(ShellParser *p) {
    static const struct { const char *name; ShellKind kind; } words[] = {
        {"if", SHELL_IF}, {"while", SHELL_LOOP}, {"until", SHELL_LOOP}, {"for", SHELL_FOR}, {"select", SHELL_FOR}, {"case", SHELL_CASE},
        {"{", SHELL_GROUP}, {"[[", SHELL_TEST}, {"function", SHELL_FUNCTION}};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (is_word(p, words[i].name)) {
            compound(p, words[i].kind);
            return;
        }
    }
    if (shell_starts(p, "((")) compound(p, SHELL_LET);
    else if (shell_peek(p, 0) == '(') compound(p, SHELL_SUBSHELL);
    else if (is_function(p)) compound(p, SHELL_FUNCTION);
    else simple_command(p);
}

static void pipeline(ShellParser *p, ShellLink link) {
    uint32_t index = shell_open(p, SHELL_PIPELINE);
    p->nodes.items[index].style = (uint8_t)link;
    while (is_word(p, "!") || is_word(p, "time")) {
        if (shell_peek(p, 0) == '!') p->nodes.items[index].flags |= SHELL_NEGATED;
        p->at += shell_peek(p, 0) == '!' ? 1 : 4;
        shell_skip_blanks(p);
        if (p->at >= p->len || shell_ends_word(p->s[p->at])) break;
    }
    for (;;) {
        command(p);
        uint32_t end = p->at;
        shell_skip_blanks(p);
        bool pipe = !p->failed && shell_peek(p, 0) == '|' && shell_peek(p, 1) != '|';
        if (!pipe) {
            uint32_t now = p->at;
            p->at = MAX(end, p->nodes.items[index].start);
            shell_close(p, index);
            p->at = now;
            break;
        }
        if (shell_peek(p, 1) == '&') p->nodes.items[index].flags |= SHELL_PIPE_BOTH;
        p->at += shell_peek(p, 1) == '&' ? 2 : 1;
        shell_skip_lines(p);
    }
    if (!p->failed && shell_peek(p, 0) == '&' && shell_peek(p, 1) != '&') p->nodes.items[index].flags |= SHELL_BACKGROUND;
}

static void recover(ShellParser *p) {
    while (p->at < p->len && p->s[p->at] != '\n') p->at++;
    p->failed = false;
}

/* A list of pipelines up to one of `stops` (or the end). */
void shell_script(ShellParser *p, const char *const *stops) {
    uint32_t index = shell_open(p, SHELL_SCRIPT);
    ShellLink link = SHELL_THEN;
    for (shell_skip_lines(p); p->at < p->len; shell_skip_lines(p)) {
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
        shell_skip_blanks(p);
        char c = shell_peek(p, 0);
        if (shell_starts(p, "&&") || shell_starts(p, "||")) {
            link = c == '&' ? SHELL_AND : SHELL_OR;
            p->at += 2;
        } else if (is_stop(p, stops)) break;
        else if (c == ';' || c == '&') p->at++;
        else if (c != '\n' && p->at < p->len) shell_fail(p, PROBLEM_SHELL_SYNTAX, p->at);
        if (p->at == before) p->at++;
    }
    shell_close(p, index);
    for (uint32_t i = index + 1; i < p->nodes.count; i += p->nodes.items[i].size) p->nodes.items[index].end = MAX(p->nodes.items[index].end, p->nodes.items[i].end);
}

/* Moves what begins before `node`, or before the end of what stands in front of it, behind that. */
static void order_children(Node *node) {
    uint32_t last = node->start;
    for (Node *child = node + 1, *end = node + node->size; child < end; child += child->size) {
        child->start = MAX(child->start, last);
        child->end = MAX(child->end, child->start);
        last = child->end;
    }
    node->end = MAX(node->end, last);
}

/* ShellHeredoc bodies are read at a line's end, inside whatever is open there: widen parents, children first; then what was moved
 * takes its own children along. */
static void repair_spans(Tree *tree) {
    for (uint32_t i = tree->count; i-- > 0;) order_children(&tree->nodes[i]);
    for (uint32_t i = 0; i < tree->count; i++) order_children(&tree->nodes[i]);
}

const Tree *shell_parse(Text text) {
    Arena *arena = &text.source->arena;
    ShellParser p = {.text = text, .arena = arena, .s = text.bytes.at, .len = (uint32_t)text.bytes.len};
    shell_script(&p, NULL);
    while (p.at < p.len) { /* a stray ) or }: report it and go on behind */
        shell_fail(&p, PROBLEM_SHELL_SYNTAX, p.at);
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
