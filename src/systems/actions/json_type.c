/* JSON that is written out in an expression, as a type: RFC 8259, strictly, as fromJSON reads it. Invariant: reads every byte at
 * most once, and no deeper than JSON_DEPTH_MAX; what is deeper may be anything. */
#include "systems/actions/type.h"

#define JSON_DEPTH_MAX 64

typedef struct Json {
    Str s;
    size_t at;
    Arena *a;
} Json;

static const Type *json_value(Json *j, int depth);

static char peek(const Json *j) { return j->at < j->s.len ? j->s.at[j->at] : '\0'; }

static void skip_blanks(Json *j) {
    while (j->at < j->s.len && memchr(" \t\r\n", j->s.at[j->at], 4)) j->at++;
}

static bool take(Json *j, char c) {
    skip_blanks(j);
    bool found = j->at < j->s.len && j->s.at[j->at] == c;
    j->at += found;
    return found;
}

static bool is_hex(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

/* The bytes of a string between its quotes, escapes as written; false when it is none. */
static bool json_string(Json *j, Str *out) {
    if (!take(j, '"')) return false;
    size_t start = j->at;
    for (; j->at < j->s.len; j->at++) {
        char c = j->s.at[j->at];
        if (c == '"') {
            *out = str_slice(j->s, start, j->at++);
            return true;
        }
        if ((unsigned char)c < 0x20) return false;
        if (c != '\\') continue;
        char escape = ++j->at < j->s.len ? j->s.at[j->at] : '\0';
        if (escape == '\0' || !memchr("\"\\/bfnrtu", escape, 9)) return false;
        for (int i = 0; escape == 'u' && i < 4; i++) {
            if (++j->at >= j->s.len || !is_hex(j->s.at[j->at])) return false;
        }
    }
    return false;
}

static size_t digits(Json *j) {
    size_t start = j->at;
    while (peek(j) >= '0' && peek(j) <= '9') j->at++;
    return j->at - start;
}

static bool json_number(Json *j) {
    j->at += peek(j) == '-';
    bool zero = peek(j) == '0';
    size_t whole = digits(j);
    if (!whole || (zero && whole > 1)) return false;
    if (peek(j) == '.') {
        j->at++;
        if (!digits(j)) return false;
    }
    if (peek(j) != 'e' && peek(j) != 'E') return true;
    j->at++;
    j->at += peek(j) == '-' || peek(j) == '+';
    return digits(j) > 0;
}

static const Type *json_array(Json *j, int depth) {
    const Type *all = NULL;
    if (take(j, ']')) return type_array(j->a, &type_any, false);
    do {
        const Type *item = json_value(j, depth + 1);
        if (!item) return NULL;
        all = all ? type_join(j->a, all, item) : item;
    } while (take(j, ','));
    return take(j, ']') ? type_array(j->a, all, false) : NULL;
}

static const Type *json_object(Json *j, int depth) {
    Type *object = type_object(j->a);
    Str name;
    if (take(j, '}')) return object;
    do {
        if (!json_string(j, &name) || !take(j, ':')) return NULL;
        const Type *value = json_value(j, depth + 1);
        if (!value) return NULL;
        type_add(j->a, object, name, value);
    } while (take(j, ','));
    return take(j, '}') ? object : NULL;
}

static bool word(Json *j, const char *text) {
    bool found = str_starts(str_skip(j->s, j->at), str_of(text));
    if (found) j->at += strlen(text);
    return found;
}

static const Type *json_value(Json *j, int depth) {
    Str ignored;
    skip_blanks(j);
    if (depth >= JSON_DEPTH_MAX) {
        j->at = j->s.len;
        return &type_any;
    }
    if (peek(j) == '"') return json_string(j, &ignored) ? &type_string : NULL;
    if (take(j, '{')) return json_object(j, depth);
    if (take(j, '[')) return json_array(j, depth);
    if (word(j, "true") || word(j, "false")) return &type_bool;
    if (word(j, "null")) return &type_null;
    return json_number(j) ? &type_number : NULL;
}

const Type *type_of_json(Arena *a, Str text) {
    Json j = {text, 0, a};
    const Type *type = json_value(&j, 0);
    skip_blanks(&j);
    return j.at == text.len ? type : NULL;
}
