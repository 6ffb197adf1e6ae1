/* One pass: a token is right where an operand is due, or where an operator is. Parentheses are only counted. */
#include "parse/rule_expression.h"

typedef enum Due { DUE_OPERAND, DUE_RIGHT, DUE_PATTERN, DUE_OPERATOR } Due;

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static size_t name_end(Str s, size_t at) {
    while (at < s.len && is_name(s.at[at])) at++;
    return at;
}

/* Behind the closing `quote`; 0 when there is none. In a pattern it may be escaped. */
static size_t quoted_end(Str s, size_t at, char quote) {
    for (at++; at < s.len && s.at[at] != quote; at++) at += quote == '/' && s.at[at] == '\\' && at + 1 < s.len;
    return at < s.len ? at + 1 : 0;
}

/* A variable may hold a pattern, and so may a text that is written like one. */
static bool holds_pattern(Str token) {
    return token.at[0] != '"' && token.at[0] != '\'' ? true : token.len > 3 && token.at[1] == '/';
}

/* Length of the operand at `at`; 0 when there is none. */
static size_t operand(Str s, size_t at) {
    size_t end = 0;
    if (s.at[at] == '$') end = name_end(s, at + 1) > at + 1 ? name_end(s, at + 1) : 0;
    else if (s.at[at] == '"' || s.at[at] == '\'') end = quoted_end(s, at, s.at[at]);
    else if (s.at[at] == '/') end = quoted_end(s, at, '/');
    else if (str_starts(str_skip(s, at), STR("null"))) end = name_end(s, at) == at + 4 ? at + 4 : 0;
    if (end && s.at[at] == '/') end = name_end(s, end); /* flags */
    return end ? end - at : 0;
}

static const char *operator_at(Str s, size_t *at, Due *due) {
    static const struct { const char *text; Due due; } operators[] = {{"==", DUE_RIGHT}, {"!=", DUE_RIGHT}, {"=~", DUE_PATTERN}, {"!~", DUE_PATTERN}, {"&&", DUE_OPERAND}, {"||", DUE_OPERAND}};
    for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
        if (!str_starts(str_skip(s, *at), str_of(operators[i].text))) continue;
        *at += 2;
        *due = operators[i].due;
        return NULL;
    }
    return s.at[*at] == '=' ? "single-equals" : "unexpected";
}

const char *rule_expression_fault(Str s, Str *bad) {
    Due due = DUE_OPERAND;
    uint32_t depth = 0;
    for (size_t at = 0; at < s.len;) {
        const char *fault = NULL;
        size_t len = due != DUE_OPERATOR ? operand(s, at) : 0;
        *bad = str_slice(s, at, MIN(at + 1, s.len));
        if (is_blank(s.at[at])) at++;
        else if (len) {
            *bad = str_slice(s, at, at + len);
            if (due == DUE_PATTERN && !holds_pattern(*bad)) return "pattern";
            at += len;
            due = DUE_OPERATOR;
        } else if (due == DUE_OPERATOR && s.at[at] == ')' && depth) {
            depth--;
            at++;
        } else if (due == DUE_OPERAND && s.at[at] == '(') {
            depth++;
            at++;
        } else if (due == DUE_OPERATOR) {
            fault = operator_at(s, &at, &due);
        } else {
            size_t end = name_end(s, at);
            if (end > at) *bad = str_slice(s, at, end);
            fault = end > at && due != DUE_PATTERN ? "no-dollar" : due == DUE_PATTERN ? "pattern" : "unexpected";
        }
        if (fault) return fault;
    }
    *bad = s;
    return depth || due != DUE_OPERATOR ? "unfinished" : NULL;
}
