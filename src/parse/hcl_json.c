/* One pass: each JSON token is written in native syntax into a text that remembers where it came from, and HCL's own parser reads
 * that text. Invariant: every item ends with a newline, so that a bad template costs its own item and no other. */
#include "parse/hcl_json.h"

#include "parse/json_value.h"

#include <stdio.h>
#include <stdlib.h>

#define JSON_DEPTH_MAX 100 /* each level may become two of HCL */
#define LABELS_MAX 3

typedef enum Context { /* whose body is read */
    IN_ROOT, IN_RESOURCE, IN_ATTRIBUTES, IN_VARIABLE, IN_OUTPUT, IN_TERRAFORM, IN_CHECK, IN_REMOVED, IN_DYNAMIC, IN_NESTED
} Context;

typedef struct BlockType {
    Context in;
    Str name;
    uint8_t labels;
    Context body;
} BlockType;

static const BlockType block_types[] = {
    {IN_ROOT, STR_INIT("resource"), 2, IN_RESOURCE},       {IN_ROOT, STR_INIT("data"), 2, IN_RESOURCE},
    {IN_ROOT, STR_INIT("ephemeral"), 2, IN_RESOURCE},      {IN_ROOT, STR_INIT("provider"), 1, IN_NESTED},
    {IN_ROOT, STR_INIT("variable"), 1, IN_VARIABLE},       {IN_ROOT, STR_INIT("output"), 1, IN_OUTPUT},
    {IN_ROOT, STR_INIT("module"), 1, IN_ATTRIBUTES},       {IN_ROOT, STR_INIT("locals"), 0, IN_ATTRIBUTES},
    {IN_ROOT, STR_INIT("terraform"), 0, IN_TERRAFORM},     {IN_ROOT, STR_INIT("check"), 1, IN_CHECK},
    {IN_ROOT, STR_INIT("moved"), 0, IN_ATTRIBUTES},        {IN_ROOT, STR_INIT("import"), 0, IN_ATTRIBUTES},
    {IN_ROOT, STR_INIT("removed"), 0, IN_REMOVED},         {IN_TERRAFORM, STR_INIT("backend"), 1, IN_ATTRIBUTES},
    {IN_TERRAFORM, STR_INIT("provider_meta"), 1, IN_ATTRIBUTES}, {IN_TERRAFORM, STR_INIT("required_providers"), 0, IN_ATTRIBUTES},
    {IN_TERRAFORM, STR_INIT("cloud"), 0, IN_NESTED},       {IN_VARIABLE, STR_INIT("validation"), 0, IN_ATTRIBUTES},
    {IN_OUTPUT, STR_INIT("precondition"), 0, IN_ATTRIBUTES}, {IN_CHECK, STR_INIT("data"), 2, IN_RESOURCE},
    {IN_CHECK, STR_INIT("assert"), 0, IN_ATTRIBUTES},      {IN_REMOVED, STR_INIT("lifecycle"), 0, IN_ATTRIBUTES},
    {IN_REMOVED, STR_INIT("provisioner"), 1, IN_NESTED},   {IN_RESOURCE, STR_INIT("provisioner"), 1, IN_NESTED},
    {IN_RESOURCE, STR_INIT("dynamic"), 1, IN_DYNAMIC},     {IN_NESTED, STR_INIT("dynamic"), 1, IN_DYNAMIC},
    {IN_DYNAMIC, STR_INIT("content"), 0, IN_NESTED},
};

/* Attributes of providers whose value is a map, under whatever resource. */
static const Str maps[] = {STR_INIT("tags"), STR_INIT("tags_all"), STR_INIT("labels"), STR_INIT("annotations"), STR_INIT("variables"), STR_INIT("environment_variables"), STR_INIT("triggers"), STR_INIT("app_settings"), STR_INIT("parameters"), STR_INIT("match_labels"), STR_INIT("default_arguments"), STR_INIT("metadata_options_tags"), STR_INIT("user_labels"), STR_INIT("query"), STR_INIT("keepers"), STR_INIT("triggers_replace"), STR_INIT("input")};
/* Attributes whose text is an expression, not a template. */
static const Str references[] = {STR_INIT("depends_on"), STR_INIT("ignore_changes"), STR_INIT("replace_triggered_by"), STR_INIT("provider"), STR_INIT("providers"), STR_INIT("type"), STR_INIT("to"), STR_INIT("from")};

typedef struct Json {
    Source *source;
    Str s;
    uint32_t at, depth;
    TextBuilder out;
    bool bad;
} Json;

typedef struct Labels {
    Span at[LABELS_MAX];
    uint32_t count;
} Labels;

static void value(Json *j, bool reference);
static void body(Json *j, Context context);

/* ---- bytes ---- */

static char peek(const Json *j) { return j->at < j->s.len ? j->s.at[j->at] : '\0'; }

static void fail(Json *j) {
    if (!j->bad) source_problem(j->source, PROBLEM_HCL_SYNTAX, span_of(j->at, MIN(j->at + 1, (uint32_t)j->s.len)), (Str){NULL, 0});
    j->bad = true;
}

static bool take(Json *j, char c) {
    j->at = json_skip_blanks(j->s, j->at);
    if (j->bad || peek(j) != c) return false;
    j->at++;
    return true;
}

static void expect(Json *j, char c) {
    if (!take(j, c)) fail(j);
}

static void put(Json *j, const char *text, uint32_t from) {
    for (; *text; text++) text_builder_byte(&j->out, *text, from);
}

/* What stands between the quotes of the string at hand, which is passed over. */
static Span string_span(Json *j) {
    j->at = json_skip_blanks(j->s, j->at);
    uint32_t start = j->at + 1;
    if (peek(j) != '"') fail(j);
    for (j->at++; !j->bad && j->at < j->s.len && peek(j) != '"' && peek(j) != '\n'; j->at++) {
        if (peek(j) == '\\') j->at++;
    }
    if (peek(j) != '"') fail(j);
    uint32_t end = MIN(j->at, (uint32_t)j->s.len);
    j->at++;
    return span_of(MIN(start, end), end);
}

static bool is_name(Str s) {
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
        if (!letter && (!i || ((c < '0' || c > '9') && c != '-'))) return false;
    }
    return s.len > 0;
}

static bool is_one_of(Str name, const Str *list, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_eq(list[i], name)) return true;
    }
    return false;
}

/* ---- values ---- */

static uint32_t hex4(const Json *j, uint32_t at) {
    char digits[5] = {0};
    for (uint32_t i = 0; i < 4 && at + i < j->s.len; i++) digits[i] = j->s.at[at + i];
    return (uint32_t)strtoul(digits, NULL, 16);
}

/* An escape of JSON at `at`; inside of an expression it stands for its character (what writes JSON likes to write < > & as \u003c, \u003e, \u0026),
 * in a template HCL has the same ones. */
static uint32_t escape(Json *j, uint32_t at, bool inside, char line_end) {
    char c = j->s.at[at + 1];
    uint32_t used = 2;
    if (c == 'u') {
        uint32_t code = hex4(j, at + 2), low = j->s.at[MIN(at + 6, (uint32_t)j->s.len)] == '\\' ? hex4(j, at + 8) : 0;
        bool pair = code >= 0xd800 && code < 0xdc00 && low >= 0xdc00 && low < 0xe000;
        char text[16];
        if (inside && code && code < 0x80) {
            text_builder_byte(&j->out, code == '\n' ? line_end : code < ' ' ? ' ' : (char)code, at);
            return 6;
        }
        snprintf(text, sizeof text, "\\U%08x", pair ? 0x10000 + ((code - 0xd800) << 10) + (low - 0xdc00) : code);
        put(j, text, at);
        return pair ? 12 : 6;
    }
    bool same = c == 'n' || c == 't' || c == 'r' || c == '"' || c == '\\';
    if (inside) text_builder_byte(&j->out, c == 'n' ? line_end : c == 'r' || c == 't' ? ' ' : c, at);
    else if (same) text_builder_byte(&j->out, '\\', at);
    if (!inside) text_builder_byte(&j->out, same || c == '/' ? c : ' ', at + 1);
    return used;
}

/* Whether each brace of a template is closed. In one where it isn't no line ends, so that it costs its own item alone. */
static bool is_closed(const Json *j, Span span) {
    int64_t open = 0;
    for (uint32_t i = span.start; i < span.end && open >= 0; i++) open += (j->s.at[i] == '{') - (j->s.at[i] == '}');
    return !open;
}

/* The inside of a string as a template. In the braces of an object the end of a line ends an item; elsewhere in an expression it is a blank. */
static void template(Json *j, Span span) {
    bool closed = is_closed(j, span);
    uint32_t open = 0; /* braces of ${ } around */
    for (uint32_t i = span.start; i < span.end;) {
        char c = j->s.at[i], next = j->s.at[i + 1];
        bool marker = (c == '$' || c == '%') && next == '{';
        if (!open && marker && (i == span.start || j->s.at[i - 1] != c)) {
            open = 1;
            text_builder_piece(&j->out, span_of(i, i + 2));
            i += 2;
        } else if (c == '\\') i += escape(j, i, open > 0, closed && open > 1 ? '\n' : ' ');
        else {
            if (open && c == '{') open++;
            if (open && c == '}') open--;
            text_builder_piece(&j->out, span_of(i, i + 1));
            i++;
        }
    }
}

/* May stand as it is: names, indices, calls, types. */
static bool is_expression(Str s) {
    static const Str other = STR_INIT("_-.,:()[]{}= \\\"*/");
    for (size_t i = 0; i < s.len; i++) {
        char c = s.at[i];
        bool word = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!word && str_find_byte(other, c) == STR_NONE) return false;
    }
    return s.len > 0;
}

static void string(Json *j, bool reference) {
    Span span = string_span(j);
    if (j->bad) return;
    if (reference && is_expression(source_slice(j->source, span))) {
        for (uint32_t i = span.start; i < span.end; i++) {
            if (j->s.at[i] != '\\') text_builder_byte(&j->out, j->s.at[i], i);
        }
        return;
    }
    text_builder_byte(&j->out, '"', span.start - 1);
    template(j, span);
    text_builder_byte(&j->out, '"', span.end);
}

static void list(Json *j, bool reference) {
    text_builder_byte(&j->out, '[', j->at++);
    for (bool more = !take(j, ']'); more && !j->bad;) {
        value(j, reference);
        more = take(j, ',');
        put(j, ", ", j->at - 1);
        if (!more) expect(j, ']');
    }
    text_builder_byte(&j->out, ']', j->at - 1);
}

static void map(Json *j, bool reference) {
    text_builder_byte(&j->out, '{', j->at++);
    for (bool more = !take(j, '}'); more && !j->bad;) {
        Span key = string_span(j);
        if (j->bad) break;
        text_builder_byte(&j->out, '"', key.start - 1);
        template(j, key);
        text_builder_byte(&j->out, '"', key.end);
        expect(j, ':');
        put(j, " = ", j->at - 1);
        value(j, reference);
        more = take(j, ',');
        put(j, ", ", j->at - 1);
        if (!more) expect(j, '}');
    }
    text_builder_byte(&j->out, '}', j->at - 1);
}

static void scalar(Json *j) {
    uint32_t start = j->at;
    while (j->at < j->s.len && (str_find_byte(STR("+-.0123456789"), peek(j)) != STR_NONE || (peek(j) >= 'a' && peek(j) <= 'z') || peek(j) == 'E')) j->at++;
    if (j->at == start) fail(j);
    text_builder_piece(&j->out, span_of(start, j->at));
}

static void value(Json *j, bool reference) {
    j->at = json_skip_blanks(j->s, j->at);
    if (j->bad) return;
    if (++j->depth > JSON_DEPTH_MAX) {
        source_problem(j->source, PROBLEM_FILE_TOO_DEEP, span_of(j->at, j->at + 1), (Str){NULL, 0});
        j->bad = true;
    } else if (peek(j) == '"') string(j, reference);
    else if (peek(j) == '[') list(j, reference);
    else if (peek(j) == '{') map(j, reference);
    else scalar(j);
    j->depth--;
}

/* Passes over a value that means nothing to Terraform. */
static void skip(Json *j) {
    uint32_t count = j->out.bytes.count, segments = j->out.segments.count;
    value(j, false);
    j->out.bytes.count = count;
    j->out.segments.count = segments;
}

/* ---- bodies ---- */

/* The first byte of the value at hand; of a list, that of its first element, but '[' when it has none. */
static char kind_at(const Json *j, uint32_t *at) {
    Json look = *j;
    look.at = json_skip_blanks(look.s, look.at);
    if (peek(&look) == '[') {
        look.at++;
        look.at = json_skip_blanks(look.s, look.at);
        if (peek(&look) != '{') return '[';
    }
    *at = look.at;
    return peek(&look);
}

static bool first_key_is_name(const Json *j, uint32_t at) {
    Json look = *j;
    look.at = at + 1;
    look.at = json_skip_blanks(look.s, look.at);
    if (peek(&look) == '}') return true;
    uint32_t start = look.at + 1, end = start;
    while (end < look.s.len && look.s.at[end] != '"' && look.s.at[end] != '\n') end++;
    Str key = str_slice(look.s, MIN(start, (uint32_t)look.s.len), MIN(end, (uint32_t)look.s.len));
    return is_name(key) || str_is(key, "//");
}

/* How the member `name` is read in this context, or NULL: as an attribute. */
static const BlockType *block_type(const Json *j, Context context, Str name) {
    static const BlockType plain = {IN_NESTED, STR_INIT(""), 0, IN_NESTED};
    uint32_t at = 0;
    if (kind_at(j, &at) != '{') return NULL;
    for (size_t i = 0; i < ARRAY_COUNT(block_types); i++) {
        if (block_types[i].in == context && str_eq(block_types[i].name, name)) return &block_types[i];
    }
    bool open = context == IN_RESOURCE || context == IN_NESTED;
    return open && !is_one_of(name, maps, ARRAY_COUNT(maps)) && first_key_is_name(j, at) ? &plain : NULL;
}

static void one_block(Json *j, const BlockType *type, Str name, Labels labels) {
    Span last = labels.at[labels.count - 1]; /* of a block without labels its own name */
    for (size_t i = 0; labels.count > 1 && i < name.len; i++) text_builder_byte(&j->out, name.at[i], last.start);
    for (uint32_t i = 1; i + 1 < labels.count; i++) {
        put(j, " \"", last.start);
        for (uint32_t k = labels.at[i].start; k < labels.at[i].end; k++) text_builder_byte(&j->out, j->s.at[k], last.start);
        put(j, "\"", last.start);
    }
    if (labels.count > 1) put(j, " \"", last.start - 1);
    text_builder_piece(&j->out, last);
    if (labels.count > 1) put(j, "\"", last.end);
    j->at = json_skip_blanks(j->s, j->at);
    put(j, " {\n", j->at);
    if (++j->depth > JSON_DEPTH_MAX) fail(j);
    body(j, type->body);
    j->depth--;
    put(j, "}\n", j->at - 1);
}

/* The objects of a member that is a block: levels of labels first, several blocks in a list. */
static void blocks(Json *j, const BlockType *type, Str name, Labels labels) {
    j->at = json_skip_blanks(j->s, j->at);
    if (peek(j) == '[') {
        j->at++;
        for (bool more = !take(j, ']'); more && !j->bad;) {
            j->at = json_skip_blanks(j->s, j->at);
            if (peek(j) == '{') blocks(j, type, name, labels);
            else skip(j);
            more = take(j, ',');
            if (!more) expect(j, ']');
        }
        return;
    }
    if (peek(j) != '{') {
        skip(j);
        return;
    }
    if (labels.count > type->labels) {
        one_block(j, type, name, labels);
        return;
    }
    j->at++;
    for (bool more = !take(j, '}'); more && !j->bad;) {
        Labels inner = labels;
        inner.at[inner.count++] = string_span(j);
        expect(j, ':');
        if (str_is(source_slice(j->source, inner.at[inner.count - 1]), "//")) skip(j);
        else if (!j->bad) blocks(j, type, name, inner);
        more = take(j, ',');
        if (!more) expect(j, '}');
    }
}

static void member(Json *j, Context context) {
    Span key = string_span(j);
    Str name = source_slice(j->source, key);
    expect(j, ':');
    if (j->bad) return;
    const BlockType *type = block_type(j, context, name);
    if (!is_name(name) || (context == IN_ROOT && !type)) skip(j);
    else if (type) blocks(j, type, name, (Labels){{key}, 1});
    else {
        bool type_name = str_is(name, "type");
        bool reference = is_one_of(name, references, ARRAY_COUNT(references)) && (!type_name || context == IN_VARIABLE);
        text_builder_piece(&j->out, key);
        put(j, " = ", j->at);
        value(j, reference);
        put(j, "\n", j->at);
    }
}

static void body(Json *j, Context context) {
    expect(j, '{');
    for (bool more = !take(j, '}'); more && !j->bad;) {
        member(j, context);
        more = take(j, ',');
        if (!more) expect(j, '}');
    }
}

const Tree *hcl_json_parse(Source *source, bool values) {
    Json j = {.source = source, .s = source->bytes, .out = text_builder(source)};
    if (str_starts(j.s, STR("\xef\xbb\xbf"))) j.at = 3;
    j.at = json_skip_blanks(j.s, j.at);
    uint32_t first = (uint32_t)j.at;
    bool several = !values && take(&j, '[');
    if (several) source_problem(source, PROBLEM_HCL_JSON_LIST, span_of(first, first + 1), (Str){NULL, 0});
    do body(&j, values ? IN_ATTRIBUTES : IN_ROOT);
    while (several && take(&j, ','));
    if (several) expect(&j, ']');
    j.at = json_skip_blanks(j.s, j.at);
    if (j.at < j.s.len) fail(&j);
    return hcl_parse(text_builder_done(&j.out));
}
