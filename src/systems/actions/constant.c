/* Folds what has no context and no function of the run: what is left is true or false whatever happens. */
#include "systems/actions/lower.h"

#include <stdlib.h>

typedef enum ConstantKind { CONSTANT_NONE, CONSTANT_NULL, CONSTANT_BOOL, CONSTANT_NUMBER, CONSTANT_STRING } ConstantKind;

typedef struct Constant {
    ConstantKind kind;
    bool boolean;
    double number;
    Str text;
} Constant;

static const Constant none = {.kind = CONSTANT_NONE};

static Constant of_bool(bool b) { return (Constant){.kind = CONSTANT_BOOL, .boolean = b}; }

static bool is_true(Constant c) {
    switch (c.kind) {
        case CONSTANT_BOOL: return c.boolean;
        case CONSTANT_NUMBER: return c.number < 0 || c.number > 0;
        case CONSTANT_STRING: return c.text.len > 0;
        default: return false;
    }
}

static Constant fold(const Tree *tree, const Node *node, Arena *a);

static Constant fold_number(Str text, Arena *a) {
    return (Constant){.kind = CONSTANT_NUMBER, .number = strtod(str_copy(a, text).at, NULL)};
}

/* Two of one kind; what differs would be converted, and is left alone. */
static Constant fold_compare(const Tree *tree, const Node *node, Arena *a) {
    const Node *left = node_first(node), *right = node_next(left);
    Constant x = fold(tree, left, a), y = fold(tree, right, a);
    if (x.kind == CONSTANT_NONE || x.kind != y.kind || node_next(right) || node->style > EXPRESSION_NE) return none;
    bool same = true;
    if (x.kind == CONSTANT_BOOL) same = x.boolean == y.boolean;
    if (x.kind == CONSTANT_NUMBER) same = !(x.number < y.number) && !(x.number > y.number);
    if (x.kind == CONSTANT_STRING) same = str_eq_nocase(x.text, y.text);
    return of_bool(same == (node->style == EXPRESSION_EQ));
}

/* {0} … replaced by strings. */
static Constant fold_format(Str s, const Constant *args, uint32_t count, Arena *a) {
    Buf out = {0};
    for (size_t i = 0; i < s.len; i++) {
        bool slot = s.at[i] == '{' && i + 2 < s.len && s.at[i + 1] >= '0' && s.at[i + 1] <= '9' && s.at[i + 2] == '}';
        if (!slot) {
            buf_byte(&out, s.at[i]);
            continue;
        }
        uint32_t index = (uint32_t)(s.at[i + 1] - '0') + 1;
        if (index < count && args[index].kind == CONSTANT_STRING) buf_add(&out, args[index].text);
        i += 2;
    }
    Constant c = {.kind = CONSTANT_STRING, .text = str_copy(a, buf_str(&out))};
    buf_free(&out);
    return c;
}

static Constant fold_call(const Tree *tree, const Node *node, Arena *a) {
    Constant args[8];
    uint32_t count = 0;
    node_each(part, node) {
        if (count == ARRAY_COUNT(args)) return none;
        args[count] = fold(tree, part, a);
        if (args[count++].kind != CONSTANT_STRING) return none;
    }
    Str name = expression_function(tree, node);
    if (str_eq_nocase(name, STR("format")) && count) return fold_format(args[0].text, args, count, a);
    if (count != 2) return none;
    if (str_eq_nocase(name, STR("contains"))) return of_bool(str_find_nocase(args[0].text, args[1].text) != STR_NONE);
    if (str_eq_nocase(name, STR("startsWith"))) return of_bool(str_starts_nocase(args[0].text, args[1].text));
    if (!str_eq_nocase(name, STR("endsWith"))) return none;
    Str end = args[0].text;
    return of_bool(end.len >= args[1].text.len && str_eq_nocase(str_skip(end, end.len - args[1].text.len), args[1].text));
}

/* a && b: b where a is true; a part that is known to decide is enough. */
static Constant fold_chain(const Tree *tree, const Node *node, Arena *a) {
    bool and = node->kind == EXPRESSION_AND, all = true;
    Constant last = none;
    node_each(part, node) {
        last = fold(tree, part, a);
        if (last.kind == CONSTANT_NONE) all = false;
        else if (is_true(last) != and && all) return last;
        else if (is_true(last) != and) return of_bool(!and);
    }
    return all ? last : none;
}

static Constant fold(const Tree *tree, const Node *node, Arena *a) {
    switch ((ExpressionKind)node->kind) {
        case EXPRESSION_NULL: return (Constant){.kind = CONSTANT_NULL};
        case EXPRESSION_BOOL: return of_bool(str_is(node_text(tree, node), "true"));
        case EXPRESSION_NUMBER: return fold_number(node_text(tree, node), a);
        case EXPRESSION_STRING: return (Constant){.kind = CONSTANT_STRING, .text = expression_string(tree, node, a)};
        case EXPRESSION_NOT: {
            Constant inner = fold(tree, node_first(node), a);
            return inner.kind == CONSTANT_NONE ? none : of_bool(!is_true(inner));
        }
        case EXPRESSION_COMPARE: return fold_compare(tree, node, a);
        case EXPRESSION_AND: case EXPRESSION_OR: return fold_chain(tree, node, a);
        case EXPRESSION_CALL: return fold_call(tree, node, a);
        default: return none;
    }
}

int expression_constant(const Tree *tree, const Node *node, Arena *a) {
    Constant c = fold(tree, node, a);
    return c.kind == CONSTANT_NONE ? -1 : is_true(c);
}
