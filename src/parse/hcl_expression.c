/* Expressions, by precedence climbing; one function a level of the specification's grammar. */
#include "parse/hcl_parser.h"

static void binary(HclParser *p, int least);

static uint32_t last_end(const HclParser *p) { return p->nodes.items[p->nodes.count - 1].end; }

static void bad(HclParser *p) {
    hcl_unexpected(p);
    hcl_leaf(p, HCL_BAD, p->at, p->at);
}

static bool take(HclParser *p, char c) {
    hcl_blanks(p);
    if (hcl_peek(p, 0) != c) return false;
    p->at++;
    return true;
}

static void expect(HclParser *p, char c) {
    if (!p->bad && !take(p, c)) hcl_unexpected(p);
}

/* ---- collections ---- */

/* for k, v in collection : [key =>] value [...] [if condition]; `mark` is where its nodes begin. */
static void for_expression(HclParser *p, uint32_t mark, uint32_t start, char close) {
    uint16_t flags = 0;
    p->at += 3;
    for (int i = 0; i < 2; i++) {
        hcl_blanks(p);
        uint32_t len = hcl_identifier(p);
        if (!len) hcl_unexpected(p);
        hcl_leaf(p, HCL_NAME, p->at, p->at + len);
        p->at += len;
        if (i || !take(p, ',')) break;
        flags = HCL_TWO_NAMES;
    }
    hcl_blanks(p);
    if (!hcl_keyword(p, "in")) hcl_unexpected(p);
    else p->at += 2;
    if (!p->bad) hcl_expression(p);
    expect(p, ':');
    if (!p->bad) hcl_expression(p);
    if (!p->bad && close == '}') {
        if (take(p, '=')) expect(p, '>');
        else hcl_unexpected(p);
        if (!p->bad) hcl_expression(p);
        hcl_blanks(p);
        if (hcl_peek(p, 0) == '.' && hcl_peek(p, 1) == '.' && hcl_peek(p, 2) == '.') {
            p->at += 3;
            flags |= HCL_GROUPED;
        }
    }
    hcl_blanks(p);
    if (!p->bad && hcl_keyword(p, "if")) {
        p->at += 2;
        hcl_expression(p);
        flags |= HCL_FILTERED;
    }
    expect(p, close);
    if (p->bad) { /* some of its parts may be missing */
        p->nodes.count = p->heights.count = mark;
        hcl_leaf(p, HCL_BAD, start, p->at);
        return;
    }
    hcl_close(p, close == '}' ? HCL_FOR_OBJECT : HCL_FOR_TUPLE, mark, start, p->at)->flags = flags;
}

static bool at_for(HclParser *p) {
    hcl_newlines(p);
    return hcl_keyword(p, "for");
}

static void tuple(HclParser *p) {
    uint32_t start = p->at++, mark = p->nodes.count;
    if (at_for(p)) {
        for_expression(p, mark, start, ']');
        return;
    }
    while (!p->bad && !take(p, ']')) {
        hcl_expression(p);
        if (!p->bad && !take(p, ',')) {
            expect(p, ']');
            break;
        }
    }
    hcl_close(p, HCL_TUPLE, mark, start, p->at);
}

static void object_item(HclParser *p) {
    uint32_t mark = p->nodes.count, start = p->at, len = hcl_identifier(p);
    uint32_t after = p->at + len;
    while (after < p->s.len && (p->s.at[after] == ' ' || p->s.at[after] == '\t')) after++;
    bool bare = len && after < p->s.len && (p->s.at[after] == ':' || (p->s.at[after] == '=' && (after + 1 == p->s.len || p->s.at[after + 1] != '=')));
    if (bare) {
        hcl_leaf(p, HCL_NAME, p->at, p->at + len);
        p->at += len;
    } else hcl_expression(p);
    if (!p->bad && !take(p, '=') && !take(p, ':')) hcl_unexpected(p);
    hcl_newlines(p);
    if (p->bad) hcl_leaf(p, HCL_BAD, p->at, p->at);
    else hcl_expression(p);
    hcl_close(p, HCL_ITEM, mark, start, last_end(p))->flags = bare ? HCL_BARE_KEY : 0;
}

static void object(HclParser *p) {
    uint32_t start = p->at++, mark = p->nodes.count;
    bool was_free = p->free_newlines;
    if (at_for(p)) {
        p->free_newlines = true;
        for_expression(p, mark, start, '}');
        p->free_newlines = was_free;
        return;
    }
    p->free_newlines = false;
    while (!p->bad) {
        hcl_newlines(p);
        if (take(p, '}')) break;
        if (hcl_end(p)) {
            hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 1);
            break;
        }
        object_item(p);
        hcl_blanks(p);
        char c = hcl_peek(p, 0);
        if (!p->bad && c == ',') p->at++;
        else if (!p->bad && c != '\n' && c != '}') hcl_unexpected(p);
    }
    p->free_newlines = was_free;
    hcl_close(p, HCL_OBJECT, mark, start, p->at);
}

/* ---- terms ---- */

static void number(HclParser *p) {
    uint32_t start = p->at;
    while (hcl_peek(p, 0) >= '0' && hcl_peek(p, 0) <= '9') p->at++;
    if (hcl_peek(p, 0) == '.' && hcl_peek(p, 1) >= '0' && hcl_peek(p, 1) <= '9') {
        p->at++;
        while (hcl_peek(p, 0) >= '0' && hcl_peek(p, 0) <= '9') p->at++;
    }
    if (hcl_peek(p, 0) == 'e' || hcl_peek(p, 0) == 'E') {
        uint32_t sign = hcl_peek(p, 1) == '+' || hcl_peek(p, 1) == '-';
        if (hcl_peek(p, 1 + sign) >= '0' && hcl_peek(p, 1 + sign) <= '9') {
            p->at += 1 + sign;
            while (hcl_peek(p, 0) >= '0' && hcl_peek(p, 0) <= '9') p->at++;
        }
    }
    hcl_leaf(p, HCL_NUMBER, start, p->at);
}

static void call(HclParser *p, uint32_t start, uint32_t name_end) {
    uint32_t mark = p->nodes.count;
    uint16_t flags = 0;
    bool was_free = p->free_newlines;
    hcl_leaf(p, HCL_NAME, start, name_end);
    p->at++;
    p->free_newlines = true;
    while (!p->bad && !take(p, ')')) {
        hcl_expression(p);
        hcl_blanks(p);
        if (hcl_peek(p, 0) == '.' && hcl_peek(p, 1) == '.' && hcl_peek(p, 2) == '.') {
            p->at += 3;
            flags = HCL_EXPANDED;
        }
        if (!p->bad && !take(p, ',')) {
            expect(p, ')');
            break;
        }
    }
    p->free_newlines = was_free;
    hcl_close(p, HCL_CALL, mark, start, p->at)->flags = flags;
}

/* name, true, name(…), space::name(…) */
static void named(HclParser *p, uint32_t len) {
    uint32_t start = p->at;
    Str name = str_slice(p->s, start, start + len);
    p->at += len;
    while (hcl_peek(p, 0) == ':' && hcl_peek(p, 1) == ':') {
        p->at += 2;
        p->at += hcl_identifier(p);
    }
    uint32_t end = p->at;
    hcl_blanks(p);
    if (hcl_peek(p, 0) == '(') call(p, start, end);
    else {
        p->at = end;
        bool literal = str_is(name, "true") || str_is(name, "false") || str_is(name, "null");
        hcl_leaf(p, literal ? HCL_LITERAL : HCL_VARIABLE, start, end);
    }
}

static void parentheses(HclParser *p) {
    uint32_t start = p->at++, mark = p->nodes.count;
    bool was_free = p->free_newlines;
    p->free_newlines = true;
    hcl_expression(p);
    expect(p, ')');
    p->free_newlines = was_free;
    hcl_close(p, HCL_PARENTHESES, mark, start, p->at);
}

static void bracketed(HclParser *p) {
    bool was_free = p->free_newlines;
    p->free_newlines = true;
    tuple(p);
    p->free_newlines = was_free;
}

static void term(HclParser *p) {
    hcl_blanks(p);
    char c = hcl_peek(p, 0);
    uint32_t len = hcl_identifier(p);
    if (c >= '0' && c <= '9') number(p);
    else if (c == '"') hcl_quoted(p);
    else if (c == '<' && hcl_peek(p, 1) == '<') hcl_heredoc(p);
    else if (c == '(') parentheses(p);
    else if (c == '[') bracketed(p);
    else if (c == '{') object(p);
    else if (len) named(p, len);
    else bad(p);
}

/* ---- traversals ---- */

static void get(HclParser *p, uint32_t mark, uint32_t start) {
    p->at++;
    hcl_blanks(p);
    uint32_t len = hcl_identifier(p), at = p->at;
    bool digits = hcl_peek(p, 0) >= '0' && hcl_peek(p, 0) <= '9';
    while (digits && at + len < p->s.len && p->s.at[at + len] >= '0' && p->s.at[at + len] <= '9') len++;
    if (!len) {
        bad(p);
    } else hcl_leaf(p, digits ? HCL_NUMBER : HCL_NAME, at, at + len);
    p->at += len;
    hcl_close(p, HCL_GET, mark, start, p->at);
}

static void index_of(HclParser *p, uint32_t mark, uint32_t start) {
    bool was_free = p->free_newlines;
    p->at++;
    p->free_newlines = true;
    hcl_expression(p);
    expect(p, ']');
    p->free_newlines = was_free;
    hcl_close(p, HCL_INDEX, mark, start, p->at);
}

static bool full_splat(const HclParser *p) { return hcl_peek(p, 0) == '[' && hcl_peek(p, 1) == '*' && hcl_peek(p, 2) == ']'; }
static bool attribute_splat(const HclParser *p) { return hcl_peek(p, 0) == '.' && hcl_peek(p, 1) == '*'; }
static bool at_get(const HclParser *p) { return hcl_peek(p, 0) == '.' && hcl_peek(p, 1) != '.' && hcl_peek(p, 1) != '*'; }

static void splat(HclParser *p, uint32_t mark, uint32_t start) {
    bool full = hcl_peek(p, 0) == '[';
    p->at += full ? 3 : 2;
    uint32_t inner = p->nodes.count, at = p->at;
    hcl_leaf(p, HCL_SELF, at, at);
    while (!p->bad) {
        if (at_get(p)) get(p, inner, at);
        else if (full && hcl_peek(p, 0) == '[' && !full_splat(p)) index_of(p, inner, at);
        else break;
    }
    hcl_close(p, HCL_SPLAT, mark, start, p->at);
}

static void traversal(HclParser *p) {
    hcl_blanks(p);
    uint32_t mark = p->nodes.count, start = p->at;
    term(p);
    while (!p->bad) {
        uint32_t here = p->at;
        if (p->free_newlines) hcl_blanks(p);
        if (full_splat(p) || attribute_splat(p)) splat(p, mark, start);
        else if (at_get(p)) get(p, mark, start);
        else if (hcl_peek(p, 0) == '[' && (p->at == here)) index_of(p, mark, start);
        else {
            p->at = here;
            return;
        }
    }
}

static void unary(HclParser *p) {
    hcl_blanks(p);
    char c = hcl_peek(p, 0);
    if ((c != '-' && c != '!') || (c == '!' && hcl_peek(p, 1) == '=')) {
        traversal(p);
        return;
    }
    uint32_t start = p->at++, mark = p->nodes.count;
    if (hcl_enter(p)) unary(p);
    else hcl_leaf(p, HCL_BAD, p->at, p->at);
    hcl_leave(p);
    hcl_close(p, HCL_UNARY, mark, start, last_end(p))->data = (uint8_t)c;
}

/* ---- operators ---- */

static const struct { Str text; int level; } operators[HCL_OPERATOR_COUNT] = {
    [HCL_OR] = {STR_INIT("||"), 1}, [HCL_AND] = {STR_INIT("&&"), 2}, [HCL_EQ] = {STR_INIT("=="), 3}, [HCL_NE] = {STR_INIT("!="), 3},
    [HCL_LE] = {STR_INIT("<="), 4}, [HCL_GE] = {STR_INIT(">="), 4},  [HCL_LT] = {STR_INIT("<"), 4},  [HCL_GT] = {STR_INIT(">"), 4},
    [HCL_ADD] = {STR_INIT("+"), 5}, [HCL_SUB] = {STR_INIT("-"), 5},  [HCL_MUL] = {STR_INIT("*"), 6}, [HCL_DIV] = {STR_INIT("/"), 6},
    [HCL_MOD] = {STR_INIT("%"), 6}};

static int operator_at(const HclParser *p) {
    for (int i = 0; i < HCL_OPERATOR_COUNT; i++) {
        Str text = operators[i].text;
        if (hcl_peek(p, 0) == text.at[0] && (text.len == 1 || hcl_peek(p, 1) == text.at[1])) return i;
    }
    return -1;
}

static void binary(HclParser *p, int least) {
    hcl_blanks(p);
    uint32_t mark = p->nodes.count, start = p->at;
    unary(p);
    while (!p->bad) {
        uint32_t here = p->at;
        hcl_blanks(p);
        int op = operator_at(p);
        if (op < 0 || operators[op].level < least) {
            p->at = here;
            return;
        }
        p->at += (uint32_t)operators[op].text.len;
        binary(p, operators[op].level + 1);
        hcl_close(p, HCL_BINARY, mark, start, last_end(p))->data = (uint32_t)op;
    }
}

void hcl_expression(HclParser *p) {
    if (!hcl_enter(p)) {
        hcl_leaf(p, HCL_BAD, p->at, p->at);
        hcl_leave(p);
        return;
    }
    hcl_blanks(p);
    uint32_t mark = p->nodes.count, start = p->at;
    binary(p, 1);
    uint32_t here = p->at;
    if (!p->bad && take(p, '?')) {
        hcl_expression(p);
        expect(p, ':');
        if (p->bad) hcl_leaf(p, HCL_BAD, p->at, p->at);
        else hcl_expression(p);
        hcl_close(p, HCL_CONDITION, mark, start, last_end(p));
    } else p->at = here;
    hcl_leave(p);
}
