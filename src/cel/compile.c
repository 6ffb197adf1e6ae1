/* Expression → flat program: recursive descent along the grammar of the language definition ("Syntax"). Macros become
 * nodes of their own, so nothing is expanded and a comprehension costs one node.
 *
 *     it.tag == 'latest' && !has(it.digest)
 *     0 VARIABLE it · 1 SELECT 0 tag · 2 STRING · 3 EQ 1 2 · 4 VARIABLE it · 5 HAS 4 digest · 6 NOT 5 · 7 AND 3 6 */
#include "base/regex.h"
#include "base/vec.h"
#include "cel/lex.h"
#include "cel/node.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

typedef VEC(uint32_t) IndexVec;

typedef struct CelCompiler {
    Str text;
    const CelEnv *env;
    Arena *arena;
    CelFault *fault;
    bool failed;
    CelToken token;           /* the one to look at */
    uint32_t depth;
    VEC(CelNode) nodes;
    VEC(uint32_t) lists;
    VEC(Str) strings;
    VEC(double) doubles;
    VEC(Str) locals;          /* names of comprehension variables in scope; the index is the slot */
    uint32_t local_count;
} CelCompiler;

static uint32_t expression(CelCompiler *c);

PRINTF(3, 4) static uint32_t refuse(CelCompiler *c, uint32_t offset, const char *format, ...) {
    if (c->failed) return 0;
    c->failed = true;
    c->fault->offset = offset;
    va_list args;
    va_start(args, format);
    error_setv(&c->fault->why, format, args);
    va_end(args);
    return 0;
}

static void advance(CelCompiler *c) {
    c->token = cel_token(c->text, c->token.end);
    if (c->token.kind == TOKEN_WRONG) {
        refuse(c, c->token.start, "unexpected '%.*s'", STR_ARGS(str_slice(c->token.text, 0, MIN(c->token.text.len, 20))));
    }
}

static bool is_mark(const CelCompiler *c, const char *mark) {
    return c->token.kind == TOKEN_MARK && str_is(c->token.text, mark);
}

static bool take(CelCompiler *c, const char *mark) {
    if (c->failed || !is_mark(c, mark)) return false;
    advance(c);
    return true;
}

static void expect(CelCompiler *c, const char *mark) {
    if (take(c, mark) || c->failed) return;
    Str found = c->token.kind == TOKEN_END ? STR("the end") : c->token.text;
    refuse(c, c->token.start, "expected '%s', found '%.*s'", mark, STR_ARGS(found));
}

static uint32_t add(CelCompiler *c, CelNodeKind kind, uint32_t offset, uint32_t a, uint32_t b) {
    if (c->nodes.count >= CEL_NODES_MAX) return refuse(c, offset, "the expression is too large");
    CelNode node = {.kind = (uint8_t)kind, .offset = offset};
    node.as.at.a = a;
    node.as.at.b = b;
    vec_push(c->arena, &c->nodes, node);
    return c->nodes.count - 1;
}

static uint32_t add_string(CelCompiler *c, Str s) {
    for (uint32_t i = 0; i < c->strings.count; i++) {
        if (str_eq(c->strings.items[i], s)) return i;
    }
    vec_push(c->arena, &c->strings, str_copy(c->arena, s));
    return c->strings.count - 1;
}

static uint32_t add_list(CelCompiler *c, const IndexVec *items) {
    uint32_t start = c->lists.count;
    for (uint32_t i = 0; i < items->count; i++) vec_push(c->arena, &c->lists, items->items[i]);
    return start;
}

/* ---- literals ---- */

static uint32_t integer(CelCompiler *c, bool negative) {
    CelToken t = c->token;
    char digits[32];
    size_t len = t.text.len - (t.kind == TOKEN_UINT);
    bool hex = len > 2 && (t.text.at[1] | 0x20) == 'x';
    if (len >= sizeof digits || (t.text.len == 2 && (t.text.at[1] | 0x20) == 'x')) return refuse(c, t.start, "number too large");
    memcpy(digits, t.text.at, len);
    digits[len] = '\0';
    errno = 0;
    uint64_t magnitude = strtoull(digits + (hex ? 2 : 0), NULL, hex ? 16 : 10);
    uint64_t limit = t.kind == TOKEN_UINT ? UINT64_MAX : (uint64_t)INT64_MAX + negative;
    if (errno || magnitude > limit) return refuse(c, t.start, "number too large");
    advance(c);
    uint32_t index = add(c, t.kind == TOKEN_UINT ? CEL_UINT : CEL_INT, t.start, 0, 0);
    if (!c->failed) c->nodes.items[index].as.integer = (int64_t)(negative ? -magnitude : magnitude);
    return index;
}

static uint32_t real(CelCompiler *c, bool negative) {
    CelToken t = c->token;
    Str copy = str_copy(c->arena, t.text);
    vec_push(c->arena, &c->doubles, (negative ? -1 : 1) * strtod(copy.at, NULL));
    advance(c);
    return add(c, CEL_DOUBLE, t.start, c->doubles.count - 1, 0);
}

static uint32_t text(CelCompiler *c) {
    CelToken t = c->token;
    Str value;
    if (!cel_unquote(t, c->arena, &value)) return refuse(c, t.start, "an invalid escape in a string");
    advance(c);
    return add(c, t.kind == TOKEN_BYTES ? CEL_BYTES : CEL_STRING, t.start, add_string(c, value), 0);
}

/* Elements up to `close`, those of a list maybe with ? in front. */
static void elements(CelCompiler *c, const char *close, IndexVec *items) {
    while (!c->failed && !is_mark(c, close)) {
        bool optional = *close == ']' && take(c, "?");
        uint32_t item = expression(c);
        vec_push(c->arena, items, optional ? item | CEL_OPTIONAL_BIT : item);
        if (!take(c, ",")) break;
    }
    expect(c, close);
}

static uint32_t list(CelCompiler *c, uint32_t offset) {
    IndexVec items = {0};
    elements(c, "]", &items);
    uint32_t index = add(c, CEL_LIST, offset, add_list(c, &items), 0);
    if (!c->failed) c->nodes.items[index].c = items.count;
    return index;
}

/* Entries up to the brace that closes them; `key` reads what stands before a colon. */
static uint32_t entries(CelCompiler *c, uint32_t offset, uint32_t (*key)(CelCompiler *)) {
    IndexVec items = {0};
    while (!c->failed && !is_mark(c, "}")) {
        bool optional = take(c, "?");
        uint32_t name = key(c);
        expect(c, ":");
        uint32_t value = expression(c);
        vec_push(c->arena, &items, optional ? name | CEL_OPTIONAL_BIT : name);
        vec_push(c->arena, &items, value);
        if (!take(c, ",")) break;
    }
    expect(c, "}");
    uint32_t index = add(c, CEL_MAP, offset, add_list(c, &items), 0);
    if (!c->failed) c->nodes.items[index].c = items.count / 2;
    return index;
}

static uint32_t map(CelCompiler *c, uint32_t offset) { return entries(c, offset, expression); }

/* ---- names ---- */

static bool is_reserved(Str name) {
    static const char *const words[] = {"as", "break", "const", "continue", "else", "for", "function", "if", "import",
                                        "let", "loop", "package", "namespace", "return", "var", "void", "while", "in"};
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_is(name, words[i])) return true;
    }
    return false;
}

static bool find_variable(CelCompiler *c, Str name, uint32_t offset, uint32_t *index) {
    for (uint32_t i = 0; i < c->env->variable_count; i++) {
        if (str_eq(c->env->variables[i].name, name)) {
            *index = add(c, CEL_VARIABLE, offset, i, 0);
            return true;
        }
    }
    return false;
}

static bool find_local(CelCompiler *c, Str name, uint32_t offset, uint32_t *index) {
    for (uint32_t i = c->locals.count; i-- > 0;) {
        if (str_eq(c->locals.items[i], name)) {
            *index = add(c, CEL_LOCAL, offset, i, 0);
            return true;
        }
    }
    return false;
}

#define NAME_PARTS_MAX 8

/* Name resolution (langdef.md, "Name Resolution"): in the container A.B the name x.y is A.B.x.y, A.B.x, A.x.y, A.x, x.y or x, the
 * first that is bound; with a leading dot the container is left out, and what a macro binds, too. Takes the tokens of what it found;
 * the first one is taken already. */
static bool find_name(CelCompiler *c, CelToken first, bool absolute, uint32_t *index) {
    if (!absolute && find_local(c, first.text, first.start, index)) return true;
    uint32_t ends[NAME_PARTS_MAX] = {first.end}, parts = 1;
    for (CelToken dot = c->token; parts < NAME_PARTS_MAX && dot.kind == TOKEN_MARK && str_is(dot.text, "."); parts++) {
        CelToken part = cel_token(c->text, dot.end);
        if (part.kind != TOKEN_IDENTIFIER || part.quoted) break;
        ends[parts] = part.end;
        dot = cel_token(c->text, part.end);
    }
    Str container = absolute ? (Str){NULL, 0} : c->env->container;
    for (bool more = true; more; ) {
        for (uint32_t n = parts; n > 0; n--) {
            Str name = str_slice(c->text, first.start, ends[n - 1]);
            if (container.len) name = str_format(c->arena, "%.*s.%.*s", STR_ARGS(container), STR_ARGS(name));
            if (!find_variable(c, name, first.start, index)) continue;
            for (uint32_t k = 1; k < n; k++) advance(c), advance(c);
            return true;
        }
        more = container.len > 0;
        size_t dot = container.len;
        while (dot > 0 && container.at[dot - 1] != '.') dot--;
        container.len = dot ? dot - 1 : 0;
    }
    return false;
}

/* int, string, list …: in STRICT a type is a value. */
static bool is_type_name(Str name) {
    static const char *const names[] = {"bool", "int", "uint", "double", "string", "bytes", "list", "map", "null_type", "type", "optional_type",
                                         "net.IP", "net.CIDR", "google.protobuf.Timestamp", "google.protobuf.Duration"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

/* What isn't there is a fault of the expression; unchecked, an error when it is reached, which || and && may absorb. */
static uint32_t late_fault(CelCompiler *c, const char *what, Str name, uint32_t offset) {
    return add(c, CEL_FAULT, offset, add_string(c, str_format(c->arena, "unknown %s '%.*s'", what, STR_ARGS(name))), 0);
}

static uint32_t unknown_name(CelCompiler *c, Str name, uint32_t offset) {
    if (c->env->unchecked) return late_fault(c, "name", name, offset);
    Str names[64];
    uint32_t count = 0;
    for (uint32_t i = 0; i < c->env->variable_count && count < 60; i++) names[count++] = c->env->variables[i].name;
    for (uint32_t i = 0; i < c->locals.count && count < 64; i++) names[count++] = c->locals.items[i];
    Str near = str_nearest(name, names, count);
    return near.len ? refuse(c, offset, "unknown name '%.*s'; did you mean '%.*s'?", STR_ARGS(name), STR_ARGS(near))
                    : refuse(c, offset, "unknown name '%.*s'", STR_ARGS(name));
}

/* A pattern that is written down is read at once: a check that can never match must not be silent. */
static void check_pattern(CelCompiler *c, Str function, const IndexVec *arguments) {
    bool matches = str_is(function, "matches") || str_is(function, "find") || str_is(function, "findAll");
    if (c->env->mode != CEL_CHECK || !matches || arguments->count != 2) return;
    const CelNode *pattern = &c->nodes.items[arguments->items[1]];
    if (pattern->kind != CEL_STRING) return;
    Arena scratch = {0};
    Regex *regex;
    Error why;
    if (!regex_compile(c->strings.items[pattern->as.at.a], &scratch, &regex, &why)) {
        c->failed = true;
        *c->fault = (CelFault){pattern->offset, why};
    }
    arena_free(&scratch);
}

static uint32_t call(CelCompiler *c, Str name, bool receiver, uint32_t target, uint32_t offset) {
    IndexVec items = {0};
    if (receiver) vec_push(c->arena, &items, target);
    elements(c, ")", &items);
    if (c->failed) return 0;
    int function = cel_function_find(name, receiver, items.count);
    bool host = function < 0 && c->env->mode == CEL_CHECK && cel_is_host_function(name, receiver, items.count);
    host = host || (function < 0 && c->env->admission && cel_is_cluster_function(name, receiver, items.count));
    if (function < 0 && !host) {
        if (c->env->unchecked) return late_fault(c, "function", name, offset);
        Str near = cel_function_nearest(name);
        if (str_eq(near, name)) return refuse(c, offset, "'%.*s' doesn't take %u arguments", STR_ARGS(name), items.count - receiver);
        return near.len ? refuse(c, offset, "unknown function '%.*s'; did you mean '%.*s'?", STR_ARGS(name), STR_ARGS(near))
                        : refuse(c, offset, "unknown function '%.*s'", STR_ARGS(name));
    }
    check_pattern(c, name, &items);
    if (c->failed) return 0;
    uint32_t index = add(c, host ? CEL_HOST : CEL_CALL, offset, add_list(c, &items), host ? add_string(c, name) : 0);
    if (!c->failed) {
        c->nodes.items[index].count = (uint8_t)items.count;
        if (!host) c->nodes.items[index].aux = (uint16_t)function;
    }
    return index;
}

/* ---- macros ---- */

static uint32_t push_local(CelCompiler *c, Str name) {
    vec_push(c->arena, &c->locals, name);
    c->local_count = MAX(c->local_count, c->locals.count);
    return c->locals.count - 1;
}

/* The name of a macro's variable, and the comma behind it. */
static Str macro_name(CelCompiler *c) {
    CelToken t = c->token;
    if (t.kind != TOKEN_IDENTIFIER || is_reserved(t.text)) {
        refuse(c, t.start, "a macro needs a plain name as its variable");
        return (Str){NULL, 0};
    }
    advance(c);
    expect(c, ",");
    return t.text;
}

typedef enum MacroNames { ONE_NAME, ONE_OR_TWO_NAMES, TWO_NAMES } MacroNames;

static const struct Macro { Str name; CelNodeKind kind; MacroNames names; bool flat; } macros[] = {
    {STR_INIT("all"), CEL_ALL, ONE_OR_TWO_NAMES, false},
    {STR_INIT("exists"), CEL_EXISTS, ONE_OR_TWO_NAMES, false},
    {STR_INIT("exists_one"), CEL_EXISTS_ONE, ONE_OR_TWO_NAMES, false},
    {STR_INIT("existsOne"), CEL_EXISTS_ONE, ONE_OR_TWO_NAMES, false},
    {STR_INIT("filter"), CEL_FILTER, ONE_OR_TWO_NAMES, false},
    {STR_INIT("map"), CEL_TRANSFORM, ONE_NAME, false},
    {STR_INIT("transformList"), CEL_TRANSFORM, TWO_NAMES, false},
    {STR_INIT("transformMap"), CEL_TRANSFORM_MAP, TWO_NAMES, false},
    {STR_INIT("optMap"), CEL_OPT_MAP, ONE_NAME, false},
    {STR_INIT("optFlatMap"), CEL_OPT_MAP, ONE_NAME, true},
};

/* Whether a second variable comes: a name with a comma behind it. */
static bool second_name_follows(CelCompiler *c) {
    if (c->failed || c->token.kind != TOKEN_IDENTIFIER) return false;
    CelToken after = cel_token(c->text, c->token.end);
    return after.kind == TOKEN_MARK && str_is(after.text, ",");
}

/* range.all(x, body), range.all(k, v, body), range.map(x, filter, body) … The opening parenthesis is taken. */
static uint32_t comprehension(CelCompiler *c, const struct Macro *macro, uint32_t range, uint32_t offset) {
    uint32_t base = c->locals.count, slot = push_local(c, macro_name(c));
    bool pair = macro->names == TWO_NAMES || (macro->names == ONE_OR_TWO_NAMES && second_name_follows(c));
    if (pair) push_local(c, macro_name(c));
    uint32_t first = expression(c), second = 0;
    bool transforms = macro->kind == CEL_TRANSFORM || macro->kind == CEL_TRANSFORM_MAP;
    bool filtered = transforms && take(c, ",");
    if (filtered) second = expression(c);
    expect(c, ")");
    c->locals.count = base;
    uint32_t index = add(c, macro->kind, offset, range, filtered ? second : first);
    if (c->failed) return 0;
    c->nodes.items[index].aux = pair || macro->flat;
    c->nodes.items[index].c = filtered ? first + 1 : 0;
    c->nodes.items[index].d = slot;
    return index;
}

static uint32_t has_macro(CelCompiler *c, uint32_t offset) {
    uint32_t operand = expression(c);
    expect(c, ")");
    if (c->failed) return 0;
    if (c->nodes.items[operand].kind != CEL_SELECT) return refuse(c, offset, "has() takes a field: has(it.name)");
    c->nodes.items[operand].kind = CEL_HAS;
    return operand;
}

static uint32_t bind_macro(CelCompiler *c, uint32_t offset) {
    Str name = macro_name(c);
    uint32_t value = expression(c);
    expect(c, ",");
    uint32_t slot = push_local(c, name), body = expression(c);
    c->locals.count--;
    expect(c, ")");
    uint32_t index = add(c, CEL_BIND, offset, value, body);
    if (!c->failed) c->nodes.items[index].d = slot;
    return index;
}

/* ---- grammar ---- */

static uint32_t member(CelCompiler *c, uint32_t target);

static uint32_t field_name(CelCompiler *c) {
    CelToken field = c->token;
    if (field.kind != TOKEN_IDENTIFIER) return refuse(c, field.start, "expected the name of a field, found '%.*s'", STR_ARGS(field.text));
    advance(c);
    return add(c, CEL_STRING, field.start, add_string(c, cel_unescape(field.text, c->arena)), 0);
}

/* Object.spec{replicas: 3}, JSONPatch{op: "add"}: what a mutating policy makes is a map here. The brace is taken. */
static uint32_t message(CelCompiler *c, uint32_t offset) { return entries(c, offset, field_name); }

/* A name: a variable, a call, or the first part of a name with dots (math.least, cel.bind, a namespace). */
static uint32_t name(CelCompiler *c, bool absolute) {
    CelToken t = c->token;
    advance(c);
    if (str_is(t.text, "true") || str_is(t.text, "false")) {
        uint32_t index = add(c, CEL_BOOL, t.start, 0, 0);
        if (!c->failed) c->nodes.items[index].as.integer = str_is(t.text, "true");
        return index;
    }
    if (str_is(t.text, "null")) return add(c, CEL_NULL, t.start, 0, 0);
    if (is_reserved(t.text)) return refuse(c, t.start, "'%.*s' is a reserved word", STR_ARGS(t.text));
    if (take(c, "(")) {
        if (str_is(t.text, "has") && !absolute) return has_macro(c, t.start);
        return call(c, t.text, false, 0, t.start);
    }
    uint32_t index;
    if (find_name(c, t, absolute, &index)) return index;
    if (is_type_name(t.text) && !is_mark(c, ".")) return add(c, CEL_TYPE, t.start, add_string(c, t.text), 0);
    /* No such variable: a function whose name has dots. */
    Str dotted = t.text;
    while (!c->failed && is_mark(c, ".")) {
        CelToken part = cel_token(c->text, c->token.end);
        if (part.kind != TOKEN_IDENTIFIER || part.quoted) break;
        advance(c);
        advance(c);
        dotted = str_slice(c->text, t.start, part.end);
        if (take(c, "(")) {
            if (str_is(dotted, "cel.bind")) return bind_macro(c, t.start);
            return call(c, dotted, false, 0, t.start);
        }
        if (is_type_name(dotted)) return add(c, CEL_TYPE, t.start, add_string(c, dotted), 0);
    }
    if (is_type_name(t.text)) return add(c, CEL_TYPE, t.start, add_string(c, t.text), 0);
    bool made = c->env->admission && (str_is(t.text, "Object") || str_is(t.text, "JSONPatch"));
    if (made && take(c, "{")) return message(c, t.start);
    return unknown_name(c, t.text, t.start);
}

static uint32_t primary(CelCompiler *c) {
    CelToken t = c->token;
    switch (t.kind) {
        case TOKEN_INT:
        case TOKEN_UINT: return integer(c, false);
        case TOKEN_DOUBLE: return real(c, false);
        case TOKEN_STRING:
        case TOKEN_BYTES: return text(c);
        case TOKEN_IDENTIFIER: return name(c, false);
        default: break;
    }
    if (take(c, "(")) {
        uint32_t inner = expression(c);
        expect(c, ")");
        return inner;
    }
    if (take(c, "[")) return list(c, t.start);
    if (take(c, "{")) return map(c, t.start);
    if (take(c, ".") && c->token.kind == TOKEN_IDENTIFIER) return name(c, true);
    return refuse(c, t.start, t.kind == TOKEN_END ? "the expression ends too early" : "unexpected '%.*s'", STR_ARGS(t.text));
}

static uint32_t selection(CelCompiler *c, uint32_t target) {
    bool optional = take(c, "?");
    CelToken t = c->token;
    if (t.kind != TOKEN_IDENTIFIER) return refuse(c, t.start, "expected a field name");
    advance(c);
    if (!t.quoted && !optional && take(c, "(")) {
        for (size_t i = 0; i < ARRAY_COUNT(macros); i++) {
            if (str_eq(macros[i].name, t.text)) return comprehension(c, &macros[i], target, t.start);
        }
        return call(c, t.text, true, target, t.start);
    }
    Str name = c->env->admission ? cel_unescape(t.text, c->arena) : t.text;
    uint32_t index = add(c, CEL_SELECT, t.start, target, add_string(c, name));
    if (!c->failed) c->nodes.items[index].d = optional;
    return index;
}

static uint32_t member(CelCompiler *c, uint32_t target) {
    while (!c->failed) {
        uint32_t offset = c->token.start;
        if (take(c, ".")) target = selection(c, target);
        else if (take(c, "[")) {
            bool optional = take(c, "?");
            uint32_t index = expression(c);
            expect(c, "]");
            target = add(c, CEL_INDEX, offset, target, index);
            if (!c->failed) c->nodes.items[target].d = optional;
        } else break;
    }
    return target;
}

static uint32_t unary(CelCompiler *c) {
    uint32_t offset = c->token.start, marks = 0;
    char mark = c->token.kind == TOKEN_MARK ? c->token.text.at[0] : '\0';
    if ((mark != '!' && mark != '-') || c->token.text.len != 1) return member(c, primary(c));
    const char wanted[2] = {mark, '\0'};
    while (take(c, wanted)) marks++;
    bool number = mark == '-' && (c->token.kind == TOKEN_INT || c->token.kind == TOKEN_DOUBLE);
    uint32_t operand;
    if (number) { /* the last minus belongs to the number: -9223372036854775808 is one */
        marks--;
        operand = member(c, c->token.kind == TOKEN_INT ? integer(c, true) : real(c, true));
    } else operand = member(c, primary(c));
    if (marks > CEL_DEPTH_MAX) return refuse(c, offset, "nested too deep");
    for (uint32_t i = 0; i < marks; i++) operand = add(c, mark == '!' ? CEL_NOT : CEL_NEGATE, offset, operand, 0);
    return operand;
}

/* Binary operators by precedence, the loosest first; all associate to the left. */
typedef struct Operator {
    Str mark;
    uint8_t level;
    CelNodeKind kind;
} Operator;

static const Operator operators[] = {
    {STR_INIT("||"), 0, CEL_OR}, {STR_INIT("&&"), 1, CEL_AND}, {STR_INIT("=="), 2, CEL_EQ}, {STR_INIT("!="), 2, CEL_NE},
    {STR_INIT("<"), 2, CEL_LT},  {STR_INIT("<="), 2, CEL_LE},  {STR_INIT(">"), 2, CEL_GT},  {STR_INIT(">="), 2, CEL_GE},
    {STR_INIT("in"), 2, CEL_IN}, {STR_INIT("+"), 3, CEL_ADD},  {STR_INIT("-"), 3, CEL_SUB}, {STR_INIT("*"), 4, CEL_MUL},
    {STR_INIT("/"), 4, CEL_DIV}, {STR_INIT("%"), 4, CEL_MOD},
};

static const Operator *operator_at(const CelCompiler *c, uint32_t level) {
    if (c->token.kind != TOKEN_MARK && !(c->token.kind == TOKEN_IDENTIFIER && str_is(c->token.text, "in"))) return NULL;
    for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
        if (operators[i].level == level && str_eq(operators[i].mark, c->token.text)) return &operators[i];
    }
    return NULL;
}

#define LEVELS 5

static uint32_t binary(CelCompiler *c, uint32_t level) {
    if (level == LEVELS) return unary(c);
    uint32_t left = binary(c, level + 1), chain = 0;
    for (const Operator *o; !c->failed && (o = operator_at(c, level));) {
        uint32_t offset = c->token.start;
        if (++chain > CEL_DEPTH_MAX * 4) return refuse(c, offset, "too many operators in a row");
        advance(c);
        uint32_t right = binary(c, level + 1);
        left = add(c, o->kind, offset, left, right);
    }
    return left;
}

static uint32_t expression(CelCompiler *c) {
    if (c->failed) return 0;
    if (++c->depth > CEL_DEPTH_MAX) return refuse(c, c->token.start, "nested too deep");
    uint32_t condition = binary(c, 0), offset = c->token.start;
    if (take(c, "?")) {
        uint32_t yes = binary(c, 0);
        expect(c, ":");
        uint32_t no = expression(c);
        condition = add(c, CEL_CONDITION, offset, condition, yes);
        if (!c->failed) c->nodes.items[condition].c = no;
    }
    c->depth--;
    return condition;
}

bool cel_compile(Str source, const CelEnv *env, Arena *a, CelProgram *out, CelFault *fault) {
    CelCompiler c = {.text = source, .env = env, .arena = a, .fault = fault};
    *fault = (CelFault){0};
    advance(&c);
    uint32_t root = expression(&c);
    if (!c.failed && c.token.kind != TOKEN_END) refuse(&c, c.token.start, "unexpected '%.*s'", STR_ARGS(c.token.text));
    if (c.failed) return false;
    *out = (CelProgram){.nodes = c.nodes.items, .count = c.nodes.count, .root = root,
                        .lists = c.lists.items, .list_count = c.lists.count,
                        .strings = c.strings.items, .string_count = c.strings.count,
                        .doubles = c.doubles.items, .double_count = c.doubles.count,
                        .mode = (uint8_t)env->mode, .local_count = (uint8_t)c.local_count};
    if (c.local_count > UINT8_MAX) return refuse(&c, 0, "too many nested macros"), false;
    cel_check_types(env, out, c.nodes.items, fault, a);
    return fault->why.message[0] == '\0';
}
