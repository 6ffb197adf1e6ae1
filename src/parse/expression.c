/* Precedence climbing, one function a level, from || down to a single operand. Invariant: a parser that returns true has
 * pushed exactly one subtree; one that returns false has reported why. */
#include "parse/expression.h"

#include <stdlib.h>

static const Str kinds[] = {STR_INIT("error"), STR_INIT("null"), STR_INIT("bool"), STR_INIT("number"), STR_INIT("string"), STR_INIT("name"), STR_INIT("call"), STR_INIT("access"),
                            STR_INIT("property"), STR_INIT("index"), STR_INIT("star"), STR_INIT("not"), STR_INIT("compare"), STR_INIT("and"), STR_INIT("or")};
_Static_assert(ARRAY_COUNT(kinds) == EXPRESSION_KIND_COUNT, "a name each");
const Grammar expression_grammar = {STR_INIT("expression"), kinds, EXPRESSION_KIND_COUNT, NULL};

typedef struct Parser {
    Text text;
    Str s;
    uint32_t at, depth;
    NodeVec nodes;
    Arena *arena;
} Parser;

static bool is_name_start(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
static bool is_digit(char c) { return c >= '0' && c <= '9'; }
static bool is_name(char c) { return is_name_start(c) || is_digit(c) || c == '-'; }

static char peek(const Parser *p, uint32_t ahead) { return p->at + ahead < p->s.len ? p->s.at[p->at + ahead] : '\0'; }

static void skip_blanks(Parser *p) {
    while (p->at < p->s.len && memchr(" \t\r\n", p->s.at[p->at], 4)) p->at++;
}

/* The rest of what could not be read, cut at a blank: what the message quotes. */
static bool fail(Parser *p) {
    uint32_t end = p->at;
    while (end < p->s.len && end < p->at + 20 && !memchr(" \t\r\n", p->s.at[end], 4)) end++;
    Span span = text_span(&p->text, p->at, MAX(end, p->at));
    source_problem(p->text.source, PROBLEM_EXPRESSION_SYNTAX, span, str_slice(p->s, p->at, end));
    return false;
}

static Node *push(Parser *p, ExpressionKind kind, uint32_t start) {
    vec_push(p->arena, &p->nodes, (Node){.start = start, .end = p->at, .size = 1, .kind = (uint8_t)kind});
    return &p->nodes.items[p->nodes.count - 1];
}

/* Puts a parent before the nodes from `first` on. */
static Node *wrap(Parser *p, uint32_t first, ExpressionKind kind) {
    vec_push(p->arena, &p->nodes, (Node){0});
    Node *node = &p->nodes.items[first];
    uint32_t size = p->nodes.count - 1 - first;
    memmove(node + 1, node, size * sizeof(Node));
    *node = (Node){.start = size ? node[1].start : p->at, .end = p->at, .size = size + 1, .kind = (uint8_t)kind};
    return node;
}

static bool parse_or(Parser *p);

static bool parse_nested(Parser *p) {
    if (p->depth >= EXPRESSION_DEPTH_MAX) return fail(p);
    p->depth++;
    bool ok = parse_or(p);
    p->depth--;
    skip_blanks(p);
    return ok;
}

static bool parse_string(Parser *p) {
    uint32_t start = p->at++;
    while (p->at < p->s.len) {
        if (peek(p, 0) != '\'') p->at++;
        else if (peek(p, 1) == '\'') p->at += 2;
        else break;
    }
    if (p->at >= p->s.len) {
        p->at = start;
        return fail(p);
    }
    p->at++;
    push(p, EXPRESSION_STRING, start);
    return true;
}

/* 1, -1.5e3, 0xff, 0o17. */
static bool parse_number(Parser *p) {
    uint32_t start = p->at;
    if (peek(p, 0) == '-' || peek(p, 0) == '+') p->at++;
    bool based = peek(p, 0) == '0' && (peek(p, 1) == 'x' || peek(p, 1) == 'o');
    if (based) p->at += 2;
    uint32_t digits = p->at;
    while (is_digit(peek(p, 0)) || (based && is_name(peek(p, 0)) && peek(p, 0) != '-')) p->at++;
    if (!based && peek(p, 0) == '.') {
        p->at++;
        while (is_digit(peek(p, 0))) p->at++;
    }
    bool any = p->at > digits;
    if (any && !based && (peek(p, 0) == 'e' || peek(p, 0) == 'E')) {
        p->at++;
        if (peek(p, 0) == '-' || peek(p, 0) == '+') p->at++;
        any = is_digit(peek(p, 0));
        while (is_digit(peek(p, 0))) p->at++;
    }
    if (!any || is_name(peek(p, 0))) {
        p->at = start;
        return fail(p);
    }
    push(p, EXPRESSION_NUMBER, start);
    return true;
}

static bool parse_arguments(Parser *p, uint32_t start, uint32_t first, uint32_t name_end) {
    p->at++;
    skip_blanks(p);
    while (peek(p, 0) != ')') {
        if (!parse_nested(p)) return false;
        if (peek(p, 0) == ')') break;
        if (peek(p, 0) != ',') return fail(p);
        p->at++;
        skip_blanks(p);
        if (peek(p, 0) == ')') return fail(p);
    }
    p->at++;
    Node *node = wrap(p, first, EXPRESSION_CALL);
    node->start = start;
    node->data = name_end - start;
    return true;
}

static bool parse_word(Parser *p) {
    uint32_t start = p->at, first = p->nodes.count;
    while (is_name(peek(p, 0))) p->at++;
    Str word = str_slice(p->s, start, p->at);
    uint32_t end = p->at;
    skip_blanks(p);
    if (peek(p, 0) == '(') return parse_arguments(p, start, first, end);
    p->at = end;
    bool number = str_is(word, "NaN") || str_is(word, "Infinity");
    push(p, str_is(word, "null") ? EXPRESSION_NULL : str_is(word, "true") || str_is(word, "false") ? EXPRESSION_BOOL : number ? EXPRESSION_NUMBER : EXPRESSION_NAME, start);
    return true;
}

static bool parse_step(Parser *p) {
    uint32_t start = p->at, first = p->nodes.count;
    if (peek(p, 0) == '.') {
        p->at++;
        skip_blanks(p);
        start = p->at;
        if (peek(p, 0) == '*') {
            p->at++;
            push(p, EXPRESSION_STAR, start);
            return true;
        }
        if (!is_name_start(peek(p, 0))) return fail(p);
        while (is_name(peek(p, 0))) p->at++;
        push(p, EXPRESSION_PROPERTY, start);
        return true;
    }
    p->at++;
    skip_blanks(p);
    bool star = peek(p, 0) == '*';
    if (star) p->at++;
    else if (!parse_nested(p)) return false;
    skip_blanks(p);
    if (peek(p, 0) != ']') return fail(p);
    p->at++;
    if (star) push(p, EXPRESSION_STAR, start);
    else wrap(p, first, EXPRESSION_INDEX)->start = start;
    return true;
}

static bool parse_operand(Parser *p) {
    char c = peek(p, 0);
    if (c == '(') {
        p->at++;
        if (!parse_nested(p)) return false;
        if (peek(p, 0) != ')') return fail(p);
        p->at++;
        return true;
    }
    if (c == '\'') return parse_string(p);
    if (is_digit(c) || ((c == '-' || c == '+' || c == '.') && (is_digit(peek(p, 1)) || peek(p, 1) == '.'))) return parse_number(p);
    return is_name_start(c) ? parse_word(p) : fail(p);
}

static bool parse_access(Parser *p) {
    uint32_t first = p->nodes.count, steps = 0;
    skip_blanks(p);
    if (!parse_operand(p)) return false;
    for (;; steps++) {
        uint32_t end = p->at;
        skip_blanks(p);
        if (peek(p, 0) != '.' && peek(p, 0) != '[') {
            p->at = end;
            break;
        }
        if (!parse_step(p)) return false;
    }
    if (steps) wrap(p, first, EXPRESSION_ACCESS);
    return true;
}

static bool parse_not(Parser *p) {
    skip_blanks(p);
    if (peek(p, 0) != '!' || peek(p, 1) == '=') return parse_access(p);
    uint32_t start = p->at++, first = p->nodes.count;
    if (p->depth >= EXPRESSION_DEPTH_MAX) return fail(p);
    p->depth++;
    bool ok = parse_not(p);
    p->depth--;
    if (ok) wrap(p, first, EXPRESSION_NOT)->start = start;
    return ok;
}

/* The comparison that stands here, or -1; its length in *len. */
static int comparison(const Parser *p, uint32_t *len) {
    static const struct { const char *text; int operator; } table[] = {{"==", EXPRESSION_EQ}, {"!=", EXPRESSION_NE}, {"<=", EXPRESSION_LE}, {">=", EXPRESSION_GE}, {"<", EXPRESSION_LT}, {">", EXPRESSION_GT}};
    Str rest = str_skip(p->s, p->at);
    for (size_t i = 0; i < ARRAY_COUNT(table); i++) {
        *len = (uint32_t)strlen(table[i].text);
        if (str_starts(rest, str_of(table[i].text))) return table[i].operator;
    }
    return -1;
}

static bool parse_compare(Parser *p) {
    uint32_t first = p->nodes.count, len;
    int operator = -1;
    if (!parse_not(p)) return false;
    for (;;) {
        uint32_t end = p->at;
        skip_blanks(p);
        int next = comparison(p, &len);
        if (next < 0) {
            p->at = end;
            break;
        }
        if (operator < 0) operator = next;
        p->at += len;
        if (!parse_not(p)) return false;
    }
    if (operator >= 0) wrap(p, first, EXPRESSION_COMPARE)->style = (uint8_t)operator;
    return true;
}

static bool parse_chain(Parser *p, const char *operator, ExpressionKind kind, bool (*part)(Parser *)) {
    uint32_t first = p->nodes.count, parts = 1;
    if (!part(p)) return false;
    for (;; parts++) {
        uint32_t end = p->at;
        skip_blanks(p);
        if (!str_starts(str_skip(p->s, p->at), str_of(operator))) {
            p->at = end;
            break;
        }
        p->at += 2;
        if (!part(p)) return false;
    }
    if (parts > 1) wrap(p, first, kind);
    return true;
}

static bool parse_and(Parser *p) { return parse_chain(p, "&&", EXPRESSION_AND, parse_compare); }
static bool parse_or(Parser *p) { return parse_chain(p, "||", EXPRESSION_OR, parse_and); }

const Tree *expression_parse(Text text) {
    Parser p = {.text = text, .s = text.bytes, .arena = &text.source->arena};
    bool ok = parse_or(&p);
    skip_blanks(&p);
    if (ok && p.at < p.s.len) ok = fail(&p);
    if (!ok) {
        p.nodes.count = 0;
        p.at = (uint32_t)p.s.len;
        push(&p, EXPRESSION_ERROR, 0);
    }
    Tree *tree = arena_new(p.arena, Tree);
    *tree = (Tree){.grammar = &expression_grammar, .text = text, .nodes = p.nodes.items, .count = p.nodes.count};
    tree_finish(tree);
    return tree;
}

bool expression_find(Str s, uint32_t *at, uint32_t *start, uint32_t *end, bool *closed) {
    size_t open = *at <= s.len ? str_find(str_skip(s, *at), STR("${{")) : STR_NONE;
    if (open == STR_NONE) return false;
    *start = *at + (uint32_t)open;
    bool quoted = false;
    uint32_t i = *start + 3;
    for (; i < s.len; i++) {
        if (s.at[i] == '\'') quoted = !quoted;
        else if (!quoted && s.at[i] == '}' && i + 1 < s.len && s.at[i + 1] == '}') break;
    }
    *closed = i < s.len;
    *at = *end = *closed ? i + 2 : (uint32_t)s.len;
    return true;
}

Str expression_function(const Tree *tree, const Node *call) { return str_slice(tree->text.bytes, call->start, call->start + call->data); }

Str expression_string(const Tree *tree, const Node *node, Arena *a) {
    Str raw = node_text(tree, node);
    raw = str_slice(raw, 1, raw.len - 1);
    if (str_find_byte(raw, '\'') == STR_NONE) return raw;
    char *out = arena_alloc(a, raw.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < raw.len; i++) {
        out[len++] = raw.at[i];
        if (raw.at[i] == '\'') i++;
    }
    out[len] = '\0';
    return (Str){out, len};
}
