/* One pass, left to right; nested defaults recurse, as deep as EXPAND_DEPTH_MAX. */
#include "parse/expand.h"

#define EXPAND_DEPTH_MAX 10

typedef struct Expander {
    Str s;
    char escape;
    ExpandLookup lookup;
    void *data;
    Arena *arena;
    ExpandUses *uses;
    Buf out;
    bool hole;
    HoleReason reason;
    Str prefix;
} Expander;

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

static void put_hole(Expander *e, HoleReason reason) {
    if (!e->hole) e->prefix = str_copy(e->arena, buf_str(&e->out));
    e->hole = true;
    e->reason = reason;
    buf_clear(&e->out);
}

static void put(Expander *e, Value v) {
    if (v.kind == VALUE_STRING) buf_add(&e->out, value_str(v));
    else if (v.kind == VALUE_HOLE && v.as.partial) {
        buf_add(&e->out, v.as.partial->prefix);
        put_hole(e, (HoleReason)v.reason);
        buf_add(&e->out, v.as.partial->suffix);
    } else if (v.kind == VALUE_HOLE) put_hole(e, (HoleReason)v.reason);
}

static void expand(Expander *e, size_t at, size_t end, int depth);

/* The brace that closes the one before `at`, or the end. */
static size_t closing(Str s, size_t at, size_t end) {
    for (int level = 1; at < end; at++) {
        if (s.at[at] == '\\') at++;
        else if (s.at[at] == '{') level++;
        else if (s.at[at] == '}' && --level == 0) return at;
    }
    return end;
}

/* ${name…}; `at` stands behind the brace. Gives where the text goes on. */
static size_t braced(Expander *e, size_t dollar, size_t at, size_t end, int depth) {
    size_t close = closing(e->s, at, end), name_end = at;
    while (name_end < close && is_name(e->s.at[name_end])) name_end++;
    Str name = str_slice(e->s, at, name_end);
    size_t operand = name_end;
    bool colon = operand < close && e->s.at[operand] == ':';
    if (colon) operand++;
    char mark = operand < close ? e->s.at[operand] : '\0';
    Value value = value_null();
    bool set = e->lookup(e->data, name, &value);
    bool fallback = mark == '-' || mark == '+' || mark == '?';
    if (e->uses) vec_push(e->arena, e->uses, (ExpandUse){name, (uint32_t)dollar, (uint32_t)MIN(close + 1, end), fallback});
    bool empty = set && colon && value.kind == VALUE_STRING && value.count == 0;
    if (mark == '-' && set && value.kind == VALUE_HOLE && !value.as.partial && colon) put(e, value);
    else if (mark == '-' && (!set || empty)) expand(e, operand + 1, close, depth + 1);
    else if (mark == '+') {
        if (value.kind == VALUE_HOLE) put_hole(e, (HoleReason)value.reason);
        else if (set && !empty) expand(e, operand + 1, close, depth + 1);
    } else if (mark == '#' || mark == '%' || mark == '/') put_hole(e, value.kind == VALUE_HOLE ? (HoleReason)value.reason : HOLE_BUILD_ARGUMENT);
    else put(e, value); /* unset: nothing, or a hole when something unread may set it */
    return MIN(close + 1, end);
}

static size_t variable(Expander *e, size_t dollar, size_t end, int depth) {
    size_t at = dollar + 1;
    if (at < end && e->s.at[at] == '{') return braced(e, dollar, at + 1, end, depth);
    size_t name_end = at;
    while (name_end < end && is_name(e->s.at[name_end])) name_end++;
    if (name_end == at) {
        buf_byte(&e->out, '$');
        return at;
    }
    Str name = str_slice(e->s, at, name_end);
    Value value = value_null();
    e->lookup(e->data, name, &value);
    put(e, value); /* unset: nothing, or a hole when something unread may set it */
    if (e->uses) vec_push(e->arena, e->uses, (ExpandUse){name, (uint32_t)dollar, (uint32_t)name_end, false});
    return name_end;
}

/* Neither quotes, nor escapes, nor begins a variable. */
static bool is_plain(const Expander *e, char c) { return c != e->escape && c != '"' && c != '\'' && c != '$'; }

static void expand(Expander *e, size_t at, size_t end, int depth) {
    char quote = '\0';
    while (at < end && depth < EXPAND_DEPTH_MAX) {
        char c = e->s.at[at];
        if (quote == '\'') {
            if (c == '\'') quote = '\0';
            else buf_byte(&e->out, c);
            at++;
        } else if (c == e->escape && at + 1 < end) {
            char next = e->s.at[at + 1];
            bool keeps = quote == '"' && next != '"' && next != '$' && next != e->escape;
            if (keeps) buf_byte(&e->out, c);
            buf_byte(&e->out, next);
            at += 2;
        } else if (c == '"' || (c == '\'' && !quote)) {
            quote = quote ? '\0' : c;
            at++;
        } else if (c == '$') at = variable(e, at, end, depth);
        else {
            size_t plain = at + 1;
            while (plain < end && is_plain(e, e->s.at[plain])) plain++;
            buf_add(&e->out, str_slice(e->s, at, plain));
            at = plain;
        }
    }
}

Value expand_word(Text text, char escape, ExpandLookup lookup, void *data, Arena *a, ExpandUses *uses) {
    Expander e = {.s = text.bytes, .escape = escape, .lookup = lookup, .data = data, .arena = a, .uses = uses};
    size_t plain = 0;
    while (plain < e.s.len && is_plain(&e, e.s.at[plain])) plain++;
    if (plain == e.s.len) return value_at(value_string(e.s), text.source, text_span(&text, 0, (uint32_t)e.s.len)); /* most words */
    expand(&e, 0, e.s.len, 0);
    Str rest = str_copy(a, buf_str(&e.out));
    buf_free(&e.out);
    Value v = value_string(rest);
    if (e.hole) {
        v = value_hole(e.reason);
        Partial *partial = arena_new(a, Partial);
        *partial = (Partial){e.prefix, rest};
        if (e.prefix.len || rest.len) v.as.partial = partial;
    }
    return value_at(v, text.source, text_span(&text, 0, (uint32_t)text.bytes.len));
}
