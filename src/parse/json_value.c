/* One function a production; depth is limited, time linear. */
#include "parse/json_value.h"

#include "base/utf8.h"

#include <stdlib.h>

typedef struct Json {
    const Text *text;
    Str s;
    uint32_t at;
    const Value *parts;
    uint32_t part_count, part; /* the next one */
    Arena *a;
    uint32_t depth;
    bool bad;
} Json;

static Value value(Json *j);

static char peek(const Json *j) { return j->at < j->s.len ? j->s.at[j->at] : '\0'; }
static bool take(Json *j, char c) {
    j->at = json_skip_blanks(j->s, j->at);
    if (peek(j) != c) return false;
    j->at++;
    return true;
}
static Value fail(Json *j) {
    j->bad = true;
    return value_null();
}
static Value at(Json *j, Value v, uint32_t start) { return value_at(v, j->text->source, text_span(j->text, start, j->at)); }

static void escape(Json *j, Buf *out) {
    char c = peek(j);
    j->at++;
    switch (c) {
        case 'n': buf_byte(out, '\n'); break;
        case 't': buf_byte(out, '\t'); break;
        case 'r': buf_byte(out, '\r'); break;
        case 'b': buf_byte(out, '\b'); break;
        case 'f': buf_byte(out, '\f'); break;
        case 'u': {
            char digits[5] = {0};
            for (int i = 0; i < 4 && j->at < j->s.len; i++) digits[i] = j->s.at[j->at++];
            utf8_put(out, (uint32_t)strtoul(digits, NULL, 16));
            break;
        }
        default: buf_byte(out, c);
    }
}

static Value string(Json *j) {
    uint32_t start = j->at++, holes = 0;
    size_t first = 0, last = 0;
    Buf out = {0};
    while (j->at < j->s.len && peek(j) != '"') {
        char c = j->s.at[j->at++];
        if (c == JSON_HOLE) {
            if (!holes++) first = out.len;
            last = out.len;
            j->part++;
        } else if (c == '\\') escape(j, &out);
        else buf_byte(&out, c);
    }
    if (peek(j) == '"') j->at++;
    else j->bad = true;
    Str text = str_copy(j->a, buf_str(&out));
    buf_free(&out);
    Value v = value_string(text);
    if (holes) {
        Partial *partial = arena_new(j->a, Partial);
        *partial = (Partial){str_slice(text, 0, first), str_skip(text, last)};
        v = value_hole(HOLE_VARIABLE);
        v.as.partial = partial;
    }
    return at(j, v, start);
}

static Value object(Json *j) {
    uint32_t start = j->at++;
    VEC(Entry) entries = {0};
    while (!j->bad && !take(j, '}')) {
        j->at = json_skip_blanks(j->s, j->at);
        Entry entry = {peek(j) == '"' ? string(j) : fail(j), value_null()};
        if (!take(j, ':')) fail(j);
        entry.value = value(j);
        vec_push(j->a, &entries, entry);
        if (take(j, ',')) continue;
        if (!take(j, '}')) fail(j);
        break;
    }
    return at(j, value_map(entries.items, entries.count), start);
}

static Value array(Json *j) {
    uint32_t start = j->at++;
    VEC(Value) items = {0};
    while (!j->bad && !take(j, ']')) {
        Value item = value(j);
        vec_push(j->a, &items, item);
        if (take(j, ',')) continue;
        if (!take(j, ']')) fail(j);
        break;
    }
    return at(j, value_list(items.items, items.count), start);
}

static Value word(Json *j) {
    static const struct { Str text; Value value; } words[] = {
        {STR_INIT("true"), {.kind = VALUE_BOOL, .as.boolean = true}}, {STR_INIT("false"), {.kind = VALUE_BOOL}}, {STR_INIT("null"), {.kind = VALUE_NULL}}};
    uint32_t start = j->at;
    for (size_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (!str_starts(str_skip(j->s, j->at), words[i].text)) continue;
        j->at += (uint32_t)words[i].text.len;
        return at(j, words[i].value, start);
    }
    while (peek(j) && memchr("+-.0123456789eE", peek(j), 15)) j->at++;
    if (j->at == start || j->at - start > 40) return fail(j);
    int64_t integer;
    Str digits = str_slice(j->s, start, j->at);
    if (str_to_int(digits, &integer)) return at(j, value_int(integer), start);
    char copy[48] = {0};
    memcpy(copy, digits.at, digits.len);
    return at(j, value_double(strtod(copy, NULL)), start);
}

static Value value(Json *j) {
    j->at = json_skip_blanks(j->s, j->at);
    Value v = value_null();
    if (++j->depth > NODE_DEPTH_MAX) v = fail(j);
    else if (peek(j) == '{') v = object(j);
    else if (peek(j) == '[') v = array(j);
    else if (peek(j) == '"') v = string(j);
    else if (peek(j) == JSON_HOLE) {
        uint32_t start = j->at++;
        v = at(j, j->part < j->part_count ? j->parts[j->part] : value_hole(HOLE_VARIABLE), start);
        j->part++;
    } else v = word(j);
    j->depth--;
    return v;
}

bool json_value(const Text *text, const Value *parts, uint32_t part_count, Arena *a, Value *out) {
    Json j = {.text = text, .s = text->bytes, .parts = parts, .part_count = part_count, .a = a};
    *out = value(&j);
    j.at = json_skip_blanks(j.s, j.at);
    return !j.bad && j.at == j.s.len;
}
