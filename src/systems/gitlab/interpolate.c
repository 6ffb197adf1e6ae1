/* `$[[ inputs.name ]]`, replaced before anything else is read: https://docs.gitlab.com/ci/inputs/
 * Invariant: what is not known stays a hole. A value that is all of a scalar keeps the place where it was given; within a text
 * the place is that of the text. */
#include "parse/yaml.h"
#include "systems/gitlab/lower.h"

#define OPENING "$[["
#define CLOSING "]]"
#define MADE_MAX (1u << 20) /* bytes that inputs may make of one file: a long one, asked for often, multiplies */

static bool finds_use(Str text, size_t from, size_t *open, size_t *close) {
    size_t at = str_find(str_skip(text, from), STR(OPENING));
    if (at == STR_NONE) return false;
    *open = from + at;
    size_t end = str_find(str_skip(text, *open), STR(CLOSING));
    if (end == STR_NONE) return false;
    *close = *open + end + strlen(CLOSING);
    return true;
}

bool gitlab_asks_for_inputs(Str text) { return str_has(text, STR(OPENING)); }

/* ---- values ---- */

static Value entry_named(Value map, Str name) {
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) {
        if (str_eq(value_text(map.as.entries[i].key), name)) return map.as.entries[i].value;
    }
    return value_null();
}

static Value input_value(const GitlabGiven *given, Str name) {
    Value v = entry_named(given->values, name);
    if (given->values.kind == VALUE_HOLE) return given->values;
    if (!value_is_null(v)) return v;
    Value declared = entry_named(given->declared, name);
    return declared.kind == VALUE_MAP ? value_field(declared, "default", NULL) : value_null();
}

/* truncate(0,5): offset and length. */
static bool truncated(Str call, Str *text) {
    Str inner = str_skip(call, strlen("truncate(")), left, right;
    int64_t offset, length;
    if (!str_starts(call, STR("truncate(")) || !str_ends(call, STR(")"))) return false;
    inner.len--;
    bool both = str_cut(inner, ',', &left, &right) && str_to_int(str_trim(left), &offset) && str_to_int(str_trim(right), &length);
    if (!both || offset < 0 || length < 0) return false;
    *text = str_slice(*text, MIN((size_t)offset, text->len), MIN((size_t)offset + (size_t)length, text->len));
    return true;
}

/* How a value looks within a text; false when nobody knows. */
static bool as_text(Value v, Str *out) {
    bool scalar = v.kind == VALUE_BOOL || v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
    *out = v.kind == VALUE_STRING ? value_str(v) : scalar ? source_slice(v.source, v.span) : (Str){NULL, 0};
    return v.kind == VALUE_STRING || scalar;
}

/* `inputs.name | function`: the value, a hole when it can't be told. */
static Value use_value(const GitlabGiven *given, Str inner) {
    Str rest = str_trim(inner), piece, text;
    Value hole = value_hole(HOLE_VARIABLE);
    if (!str_starts(rest, STR("inputs."))) return hole;
    str_next(&rest, '|', &piece);
    Value v = input_value(given, str_trim(str_skip(piece, strlen("inputs."))));
    if (value_is_null(v)) return hole;
    while (rest.len && str_next(&rest, '|', &piece)) {
        Str call = str_trim(piece);
        if (str_is(call, "expand_vars")) continue;
        if (!as_text(v, &text) || str_find_byte(text, '$') != STR_NONE || !truncated(call, &text)) return hole;
        v = value_at(value_string(text), v.source, v.span);
    }
    return v;
}

/* ---- texts ---- */

static Value unknown_text(Unfold *u, Value v, Str prefix) {
    Value hole = value_hole(HOLE_VARIABLE);
    Partial *partial = arena_new(u->arena, Partial);
    *partial = (Partial){.prefix = prefix};
    if (prefix.len) hole.as.partial = partial;
    return value_at(hole, v.source, v.span);
}

static Value put_together(Unfold *u, GitlabGiven *given, Value v) {
    Str text = value_str(v), part;
    Buf out = {0};
    size_t from = 0, open, close;
    bool known = true;
    while (known && finds_use(text, from, &open, &close)) {
        buf_add(&out, str_slice(text, from, open));
        Value inner = use_value(given, str_slice(text, open + strlen(OPENING), close - strlen(CLOSING)));
        known = as_text(inner, &part) && given->made + out.len + part.len < MADE_MAX;
        if (known) buf_add(&out, part);
        from = close;
    }
    if (known) buf_add(&out, str_skip(text, from));
    Str whole = str_copy(u->arena, buf_str(&out));
    buf_free(&out);
    given->made += (uint32_t)whole.len;
    if (!known) return unknown_text(u, v, whole);
    Value made = value_at(value_string(whole), v.source, v.span);
    made.flags |= VALUE_DERIVED;
    return made;
}

Value gitlab_interpolated(Unfold *u, Value v) {
    GitlabGiven *given = u->data;
    Str text = value_str(v);
    size_t open, close;
    if (!finds_use(text, 0, &open, &close)) return v;
    if (!given) return unknown_text(u, v, str_slice(text, 0, open));
    bool whole = open == 0 && close == text.len;
    if (!whole) return put_together(u, given, v);
    Value made = use_value(given, str_slice(text, strlen(OPENING), close - strlen(CLOSING)));
    return made.source ? made : value_at(made, v.source, v.span);
}

/* ---- scripts ---- */

/* Bytes that stand for a use lie where the use is written; the rest where it is. */
void gitlab_interpolated_text(TextBuilder *b, Text written, Str made) {
    Str text = written.bytes;
    size_t from = 0, k = 0, open, close;
    while (finds_use(text, from, &open, &close)) {
        for (size_t i = from; i < open && k < made.len; i++) text_builder_byte(b, made.at[k++], text_span(&written, (uint32_t)i, (uint32_t)i + 1).start);
        size_t next, after;
        Str literal = str_slice(text, close, finds_use(text, close, &next, &after) ? next : text.len);
        size_t end = close + literal.len == text.len ? made.len - MIN(literal.len, made.len - k) : k + str_find(str_skip(made, k), literal);
        uint32_t at = text_span(&written, (uint32_t)open, (uint32_t)open + 1).start;
        while (k < end && k < made.len) text_builder_byte(b, made.at[k++], at);
        from = close;
    }
    for (size_t i = from; i < text.len && k < made.len; i++) text_builder_byte(b, made.at[k++], text_span(&written, (uint32_t)i, (uint32_t)i + 1).start);
}
