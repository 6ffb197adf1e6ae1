/* Any text, in any grammar: a name that says so and what stands behind it, options of programs, and forms that need no name. What is
 * taken for a credential here is only hidden, so a slip costs a word that is not shown; nothing is found by it. */
#include "values/secret_text.h"

#include "base/buf.h"
#include "values/secret.h"

#include <string.h>

#define VALUE_MIN 4    /* bytes of a credential */
#define WORD_MAX 300   /* bytes that a form is looked for in */
#define VALUE_MAX 4096 /* of what stands behind a name */
#define AROUND 120     /* of its line, to each side, that tell what an option belongs to: time stays linear */
#define KEY_MAX 16384  /* of a private key without an end */

static bool is_blank(char c) { return c == ' ' || c == '\t'; }
static bool is_quote(char c) { return c == '"' || c == '\'' || c == '`'; }
static bool is_name(char c) { return c == '_' || c == '-' || c == '.' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
static char at(Str s, size_t i) { return i < s.len ? s.at[i] : '\0'; }

static size_t skip_blanks(Str s, size_t i) {
    while (is_blank(at(s, i))) i++;
    return i;
}

static Str line_of(Str s, size_t i) {
    size_t start = i, end = i;
    while (start > 0 && i - start < AROUND && s.at[start - 1] != '\n') start--;
    while (end < s.len && end - i < AROUND && s.at[end] != '\n') end++;
    return str_slice(s, start, end);
}

/* ---- what stands behind a name ---- */

/* var.password, random_password.db.result: what says where it lies. */
static bool is_reference(Str value) {
    bool dot = false;
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (c >= 'A' && c <= 'Z') return false;
        dot = dot || c == '.';
        if (!is_name(c) && c != '[' && c != ']' && c != '*') return false;
    }
    return dot && value.at[0] >= 'a';
}

/* Words of a language say how, and not with what: `write`, `inherit`, `kubernetes.io/tls`. */
static bool is_plain(Str value) {
    for (size_t i = 0; i < value.len; i++) {
        char c = value.at[i];
        if (!(c >= 'a' && c <= 'z') && c != '-' && c != '_' && c != '.' && c != '/' && c != ':' && c != ' ') return false;
    }
    return true;
}

static bool is_credential(Str value, Str name) {
    return value.len >= VALUE_MIN && !secret_placeholder(value) && !secret_repeats_name(value, name) && !is_plain(value) && !is_reference(value);
}

/* The word or the quoted text at `i`. */
static Str value_at(Str s, size_t i) {
    if (at(s, i) == '\\' && is_quote(at(s, i + 1))) i++; /* in a string of another language */
    char quote = is_quote(at(s, i)) ? s.at[i++] : '\0';
    size_t end = i;
    s.len = MIN(s.len, i + VALUE_MAX);
    if (quote) while (end < s.len && s.at[end] != quote && s.at[end] != '\n') end++;
    else while (end < s.len && !strchr(" \t\r\n,;(){}&|<>\"'`", s.at[end])) end++;
    if (quote && end > i && s.at[end - 1] == '\\') end--;
    return str_slice(s, i, end);
}

/* Where the value of the name that ends at `end` begins; STR_NONE when none follows. */
static size_t behind(Str s, size_t start, size_t end) {
    size_t i = end;
    bool option = at(s, start) == '-';
    if (at(s, i) == '\\') i++;
    if (is_quote(at(s, i))) i++;
    size_t mark = skip_blanks(s, i);
    if (at(s, mark) != '=' && at(s, mark) != ':') return option && mark > i ? mark : STR_NONE;
    for (int n = 0; n < 2 && (at(s, mark) == '=' || at(s, mark) == ':' || at(s, mark) == '>' || at(s, mark) == '-'); n++) mark++;
    mark = skip_blanks(s, mark);
    if (at(s, mark) != '{') return mark;
    size_t inner = skip_blanks(s, mark + 1); /* {value: …} */
    if (is_quote(at(s, inner))) inner++;
    if (!str_starts(str_skip(s, inner), STR("value"))) return STR_NONE;
    inner += 5;
    if (is_quote(at(s, inner))) inner++;
    inner = skip_blanks(s, inner);
    return at(s, inner) == ':' || at(s, inner) == '=' ? skip_blanks(s, inner + 1) : STR_NONE;
}

static bool named(Str s, size_t *i, Str *out) {
    size_t start = *i, end = *i;
    while (start > 0 && is_name(s.at[start - 1])) start--;
    while (is_name(at(s, end))) end++;
    *i = end;
    Str name = str_slice(s, start, end);
    while (name.len && name.at[0] == '-') name = str_skip(name, 1);
    size_t value = behind(s, start, end);
    bool require = str_is(name, "requirepass");
    if (value == STR_NONE || (!require && !secret_name(name))) return false;
    *out = value_at(s, value);
    return is_credential(*out, name);
}

/* ---- options ---- */

/* The colon between name and password: not that of ${NAME:-default}. */
static size_t colon_of(Str word) {
    int inside = 0;
    for (size_t i = 0; i < word.len; i++) {
        if (word.at[i] == '{' && i && word.at[i - 1] == '$') inside++;
        else if (word.at[i] == '}' && inside) inside--;
        else if (word.at[i] == ':' && !inside) return i;
    }
    return STR_NONE;
}

static Str to_blank(Str s, size_t i) {
    size_t end = i;
    while (end < s.len && end - i < VALUE_MAX && !strchr(" \t\r\n;|&\"'`", s.at[end])) end++;
    return str_slice(s, i, end);
}

/* -u name:password of curl, -p password of a login, -ppassword of MySQL's programs. */
static bool option(Str s, size_t i, Str *out) {
    if (at(s, i + 1) != 'u' && at(s, i + 1) != 'p') return false;
    Str line = line_of(s, i), word = value_at(s, skip_blanks(s, i + 2));
    bool apart = is_blank(at(s, i + 2));
    if (at(s, i + 1) == 'u' && apart && (str_has(line, STR("curl")) || str_has(line, STR("http")))) {
        if (word.len && word.at[word.len - 1] == '$') word = to_blank(s, (size_t)(word.at - s.at)); /* ${NAME}:password, without quotes */
        size_t colon = colon_of(word);
        *out = colon == STR_NONE ? (Str){NULL, 0} : str_skip(word, colon + 1);
        return out->len >= 1 && !secret_placeholder(*out);
    }
    if (at(s, i + 1) == 'u') return false;
    bool login = str_has_word(line, STR("login")) || str_has_word(line, STR("sshpass"));
    bool mysql = !apart && (str_has(line, STR("mysql")) || str_has(line, STR("mariadb")) || str_has_word(line, STR("sshpass")));
    *out = mysql ? value_at(s, i + 2) : word;
    return (mysql || (login && apart)) && out->len >= VALUE_MIN && !secret_placeholder(*out);
}

/* echo "root:password" | chpasswd */
static bool piped(Str s, size_t i, Str *out) {
    if (i == 0 || !is_name(s.at[i - 1]) || is_blank(at(s, i + 1))) return false;
    *out = value_at(s, i + 1);
    if (!is_quote(at(s, i + 1 + out->len)) || !str_has_word(line_of(s, i), STR("chpasswd"))) return false;
    return out->len >= VALUE_MIN && !secret_placeholder(*out);
}

/* ---- forms ---- */

static bool key_at(Str s, size_t i, Str *out) {
    Str rest = str_slice(s, i, MIN(s.len, i + KEY_MAX));
    if (at(s, i + 1) != '-' || !str_starts(rest, STR("-----BEGIN ")) || !str_has(str_slice(rest, 0, MIN(rest.len, (size_t)60)), STR("PRIVATE KEY-----"))) return false;
    size_t end = str_find(rest, STR("-----END"));
    *out = end == STR_NONE ? rest : str_slice(rest, 0, end);
    return true;
}

/* abcdef.0123456789abcdef, which lets a node join a cluster: "Bootstrap Token Format" of Kubernetes' reference. */
static bool is_bootstrap_token(Str s, size_t i) {
    if (at(s, i + 6) != '.' || is_name(at(s, i + 23))) return false;
    for (size_t k = 0; k < 23; k++) {
        char c = at(s, i + k);
        if (k != 6 && !(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9')) return false;
    }
    return true;
}

static bool form(Str s, size_t i, Str *out) {
    Str kind;
    return secret_form_at(str_slice(s, 0, MIN(s.len, i + WORD_MAX)), i, &kind, out);
}

/* What begins at, or lies around, a byte that is no letter. */
static bool marked(Str s, size_t i, Str *out) {
    bool first = i == 0 || is_blank(s.at[i - 1]);
    if (s.at[i] == '-') return key_at(s, i, out) || (first && option(s, i, out));
    if (s.at[i] == ':') return str_starts(str_skip(s, i), STR("://")) ? secret_url_password(str_slice(s, i ? i - 1 : 0, MIN(s.len, i + WORD_MAX)), out) : piped(s, i, out);
    bool token = i >= 6 && (i == 6 || !is_name(s.at[i - 7])) && is_bootstrap_token(s, i - 6);
    if (token) *out = str_slice(s, i - 6, i + 17);
    return token;
}

/* What two bytes may be the beginning of: most of a text is passed over by one comparison. The first says after which second one. */
enum {
    STEM_P = 1 << 0, STEM_S = 1 << 1, STEM_T = 1 << 2, STEM_KEY = 1 << 3, STEM_C = 1 << 4, STEM_A = 1 << 5, /* secret_stem_at: pa pw ps, se, to, ke, cr, au */
    FORM_A = 1 << 6, FORM_SG = 1 << 7, FORM_D = 1 << 8, FORM_G = 1 << 9, FORM_HV = 1 << 10, FORM_NP = 1 << 11, FORM_PY = 1 << 12, FORM_K = 1 << 13, FORM_X = 1 << 14, /* of secret_form_at */
    MARK = 1 << 15, /* whatever follows */
    STEM = FORM_A - 1, FORM = MARK - FORM_A,
};
static const uint16_t leads[256] = {
    ['P'] = STEM_P, ['p'] = STEM_P | FORM_PY, ['S'] = STEM_S | FORM_SG, ['s'] = STEM_S | FORM_K, ['T'] = STEM_T, ['t'] = STEM_T, ['K'] = STEM_KEY, ['k'] = STEM_KEY, ['C'] = STEM_C, ['c'] = STEM_C,
    ['A'] = STEM_A | FORM_A, ['a'] = STEM_A, ['d'] = FORM_D, ['g'] = FORM_G, ['h'] = FORM_HV, ['n'] = FORM_NP, ['r'] = FORM_K, ['x'] = FORM_X, ['-'] = MARK, [':'] = MARK, ['.'] = MARK,
};
static const uint16_t follows[256] = {
    ['A'] = STEM_P, ['a'] = STEM_P | FORM_X, ['W'] = STEM_P, ['w'] = STEM_P, ['S'] = STEM_P | FORM_A, ['s'] = STEM_P, ['E'] = STEM_S | STEM_KEY, ['e'] = STEM_S | STEM_KEY, ['O'] = STEM_T,
    ['o'] = STEM_T | FORM_D | FORM_X, ['R'] = STEM_C, ['r'] = STEM_C, ['U'] = STEM_A, ['u'] = STEM_A, ['K'] = FORM_A, ['I'] = FORM_A, ['G'] = FORM_SG, ['c'] = FORM_D, ['h'] = FORM_G, ['i'] = FORM_G,
    ['l'] = FORM_G, ['v'] = FORM_HV, ['p'] = FORM_NP, ['y'] = FORM_PY, ['k'] = FORM_K,
};

bool secret_next(Str text, size_t *from, Str *out) {
    for (size_t i = *from; i + 1 < text.len;) {
        uint16_t may = leads[(uint8_t)text.at[i]] & (follows[(uint8_t)text.at[i + 1]] | MARK);
        size_t next = i + 1;
        bool found = false;
        if (may & FORM) found = (i == 0 || !is_name(text.at[i - 1])) && form(text, i, out);
        if (!found && may & STEM && secret_stem_at(text, i)) found = named(text, &next, out);
        if (may & MARK) found = marked(text, i, out);
        if (found) {
            *from = (size_t)(out->at - text.at) + out->len;
            return true;
        }
        i = next;
    }
    *from = text.len;
    return false;
}

Str secret_without(Str text, Str mark, Arena *a) {
    Buf out = {0};
    Str secret;
    size_t shown = 0;
    for (size_t from = 0; secret_next(text, &from, &secret); shown = from) {
        buf_add(&out, str_slice(text, shown, (size_t)(secret.at - text.at)));
        buf_add(&out, mark);
    }
    buf_add(&out, str_skip(text, shown));
    text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}
