/* One pass, one byte at a time; depth is limited, and an unclosed bracket ends with the file. */
#include "parse/groovy.h"

static const Str kinds[GROOVY_KIND_COUNT] = {STR_INIT("FILE"), STR_INIT("STATEMENT"), STR_INIT("WORD"), STR_INIT("STRING"), STR_INIT("GROUP"), STR_INIT("BLOCK"), STR_INIT("OPERATOR")};
const Grammar groovy_grammar = {STR_INIT("groovy"), kinds, GROOVY_KIND_COUNT, NULL};

typedef struct Parser {
    Text text;
    Str s;
    uint32_t at;
    NodeVec nodes;
    Arena *arena;
    int depth;
    bool told;      /* an unclosed bracket is one fault */
} Parser;

static char byte(const Parser *p, uint32_t ahead) { return p->at + ahead < p->s.len ? p->s.at[p->at + ahead] : '\0'; }

static uint32_t open_node(Parser *p, GroovyKind kind) {
    vec_push(p->arena, &p->nodes, ((Node){.start = p->at, .end = p->at, .size = 1, .kind = (uint8_t)kind}));
    return p->nodes.count - 1;
}

static void close_node(Parser *p, uint32_t index) {
    Node *node = &p->nodes.items[index];
    node->end = p->at; /* it never goes back behind the start of an open node */
    node->size = p->nodes.count - index;
}

static void unclosed(Parser *p, uint32_t start) {
    if (!p->told) source_problem(p->text.source, PROBLEM_GROOVY_UNCLOSED, text_span(&p->text, start, start + 1), str_slice(p->s, start, start + 1));
    p->told = true;
}

/* ---- blanks and comments ---- */

static bool skip_comment(Parser *p) {
    if (byte(p, 0) != '/' || (byte(p, 1) != '/' && byte(p, 1) != '*')) return false;
    Str rest = str_skip(p->s, p->at + 2);
    bool line = byte(p, 1) == '/';
    size_t end = str_find(rest, line ? STR("\n") : STR("*/"));
    if (end == STR_NONE && !line) unclosed(p, p->at);
    p->at = end == STR_NONE ? (uint32_t)p->s.len : p->at + 2 + (uint32_t)end + (line ? 0 : 2);
    return true;
}

static void skip_blank(Parser *p, bool lines) {
    while (p->at < p->s.len) {
        char c = byte(p, 0);
        bool continued = c == '\\' && (byte(p, 1) == '\n' || byte(p, 1) == '\r');
        if (c == ' ' || c == '\t' || c == '\r' || (c == '\n' && lines)) p->at++;
        else if (continued) p->at += 2;
        else if (!skip_comment(p)) return;
    }
}

/* ---- tokens ---- */

static bool is_word(char c) { return c == '_' || c == '$' || c == '@' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || (unsigned char)c >= 0x80; }

static void word(Parser *p) {
    uint32_t node = open_node(p, GROOVY_WORD);
    while (p->at < p->s.len && (is_word(byte(p, 0)) || (byte(p, 0) == '.' && is_word(byte(p, 1))))) p->at++;
    close_node(p, node);
}

/* From an opening quote on. In "…${…}…" quotes inside the braces do not close it. */
static void string(Parser *p, GroovyStyle style) {
    char quote = byte(p, 0);
    uint32_t width = style == GROOVY_SINGLE3 || style == GROOVY_DOUBLE3 ? 3 : 1, node = open_node(p, GROOVY_STRING), braces = 0, start = p->at;
    bool spliced = style == GROOVY_DOUBLE || style == GROOVY_DOUBLE3, closed = false;
    p->nodes.items[node].style = (uint8_t)style;
    p->at += width;
    while (p->at < p->s.len && !closed) {
        char c = byte(p, 0);
        bool ends = c == quote && !braces && (width == 1 || (byte(p, 1) == quote && byte(p, 2) == quote));
        if (c == '\n' && width == 1 && style != GROOVY_SLASHY) break;
        if (c == '\\' && p->at + 1 < p->s.len) p->at++;
        else if (spliced && c == '$' && byte(p, 1) == '{' && !braces) braces = 1, p->at++;
        else if (braces && c == '{') braces++;
        else if (braces && c == '}') braces--;
        else if (ends) closed = true, p->at += width - 1;
        p->at++;
    }
    p->at = MIN(p->at, (uint32_t)p->s.len);
    if (!closed) unclosed(p, start);
    close_node(p, node);
}

/* $/…/$ of which $$ and $/ are escapes; nothing in it is looked for. */
static void dollar_string(Parser *p) {
    uint32_t node = open_node(p, GROOVY_STRING), start = p->at;
    p->nodes.items[node].style = GROOVY_DOLLAR;
    p->at += 2;
    while (p->at < p->s.len && !(byte(p, 0) == '/' && byte(p, 1) == '$')) p->at += byte(p, 0) == '$' && (byte(p, 1) == '$' || byte(p, 1) == '/') ? 2 : 1;
    if (p->at >= p->s.len) unclosed(p, start);
    p->at = MIN(p->at + 2, (uint32_t)p->s.len);
    close_node(p, node);
}

static GroovyStyle quote_style(const Parser *p) {
    char c = byte(p, 0);
    bool triple = byte(p, 1) == c && byte(p, 2) == c;
    return c == '\'' ? (triple ? GROOVY_SINGLE3 : GROOVY_SINGLE) : (triple ? GROOVY_DOUBLE3 : GROOVY_DOUBLE);
}

/* A / begins a pattern behind an operator, when another / stands on its line. */
static bool is_slashy(const Parser *p) {
    const Node *last = &p->nodes.items[p->nodes.count - 1];
    bool operand = last->kind == GROOVY_OPERATOR || last->kind == GROOVY_GROUP;
    if (!operand || last->end > p->at) operand = last->kind == GROOVY_GROUP && last->size == 1;
    for (uint32_t i = 1; operand && p->at + i < p->s.len && byte(p, i) != '\n'; i++) {
        if (byte(p, i) == '/' && byte(p, i - 1) != '\\') return true;
    }
    return false;
}

static void statements(Parser *p, char close);
static void tokens(Parser *p, char close);

static void bracket(Parser *p, GroovyKind kind, char close) {
    uint32_t node = open_node(p, kind), start = p->at;
    p->at++;
    if (p->depth >= NODE_DEPTH_MAX) {
        source_problem(p->text.source, PROBLEM_FILE_TOO_DEEP, text_span(&p->text, start, start + 1), (Str){NULL, 0});
        p->at = (uint32_t)p->s.len;
        close_node(p, node);
        return;
    }
    p->depth++;
    if (kind == GROOVY_BLOCK) statements(p, close);
    else tokens(p, close);
    p->depth--;
    if (byte(p, 0) == close && p->at < p->s.len) p->at++;
    else unclosed(p, start);
    close_node(p, node);
}

static void token(Parser *p) {
    char c = byte(p, 0);
    if (c == '\'' || c == '"') string(p, quote_style(p));
    else if (c == '/' && is_slashy(p)) string(p, GROOVY_SLASHY);
    else if (c == '$' && byte(p, 1) == '/') dollar_string(p);
    else if (c == '(') bracket(p, GROOVY_GROUP, ')');
    else if (c == '[') bracket(p, GROOVY_GROUP, ']');
    else if (c == '{') bracket(p, GROOVY_BLOCK, '}');
    else if (is_word(c)) word(p);
    else {
        uint32_t node = open_node(p, GROOVY_OPERATOR);
        p->at++;
        close_node(p, node);
    }
}

static bool is_closing(char c) { return c == '}' || c == ')' || c == ']'; }

/* Inside ( ) and [ ]: lines do not count. */
static void tokens(Parser *p, char close) {
    for (skip_blank(p, true); p->at < p->s.len && byte(p, 0) != close; skip_blank(p, true)) {
        if (is_closing(byte(p, 0)) && byte(p, 0) == '}') return; /* a bracket is missing: the block around ends here */
        token(p);
    }
}

/* Whether the statement goes on behind the end of a line: an operator before it, or a dot or block after it. */
static bool goes_on(Parser *p) {
    const Node *last = &p->nodes.items[p->nodes.count - 1];
    char end = last->kind == GROOVY_OPERATOR && last->end <= p->at ? p->s.at[last->start] : '\0';
    uint32_t here = p->at;
    skip_blank(p, true);
    bool on = (end && end != '>' && end != ';' && end != '_') || byte(p, 0) == '.' || byte(p, 0) == '{';
    if (!on) p->at = here;
    return on;
}

static void statement(Parser *p, char close) {
    uint32_t node = open_node(p, GROOVY_STATEMENT);
    while (p->at < p->s.len && byte(p, 0) != close && byte(p, 0) != ';') {
        if (byte(p, 0) == '\n' && !goes_on(p)) break;
        if (p->at >= p->s.len || byte(p, 0) == close) break;
        token(p);
        skip_blank(p, false);
    }
    p->nodes.items[node].end = p->nodes.count > node + 1 ? p->nodes.items[p->nodes.count - 1].end : p->at;
    uint32_t end = p->nodes.items[node].end;
    for (uint32_t i = node + 1; i < p->nodes.count; i++) end = MAX(end, p->nodes.items[i].end);
    p->nodes.items[node].end = end;
    p->nodes.items[node].size = p->nodes.count - node;
}

static void statements(Parser *p, char close) {
    for (;;) {
        skip_blank(p, true);
        if (p->at >= p->s.len || (close && byte(p, 0) == close)) return;
        if (byte(p, 0) == ';') {
            p->at++;
            continue;
        }
        uint32_t before = p->at;
        statement(p, close);
        if (p->at == before) p->at++; /* a closing bracket that nothing opened */
    }
}

const Tree *groovy_parse(Text text) {
    Arena *a = &text.source->arena;
    Parser p = {.text = text, .s = text.bytes, .arena = a};
    uint32_t root = open_node(&p, GROOVY_FILE);
    statements(&p, '\0');
    p.at = (uint32_t)p.s.len;
    close_node(&p, root);
    Tree *tree = arena_new(a, Tree);
    *tree = (Tree){.grammar = &groovy_grammar, .text = text, .nodes = p.nodes.items, .count = p.nodes.count};
    tree_finish(tree);
    return tree;
}

/* ---- strings ---- */

bool groovy_interpolates(const Node *string) { return string->style == GROOVY_DOUBLE || string->style == GROOVY_DOUBLE3; }

Span groovy_inside(const Node *string) {
    uint32_t width = string->style == GROOVY_SINGLE3 || string->style == GROOVY_DOUBLE3 ? 3 : string->style == GROOVY_DOLLAR ? 2 : 1;
    if (string->end - string->start < 2 * width) return (Span){string->end, string->end};
    return (Span){string->start + width, string->end - width};
}

/* The end of what $ begins at `at`; `name` is what it names. */
static uint32_t splice_end(Str s, uint32_t at, uint32_t end, Str *name) {
    uint32_t from = at + 1, level = 0, to;
    if (s.at[from] == '{') {
        for (to = from; to < end; to++) {
            if (s.at[to] == '{') level++;
            else if (s.at[to] == '}' && --level == 0) break;
        }
        *name = str_trim(str_slice(s, from + 1, to));
        return MIN(to + 1, end);
    }
    for (to = from; to < end && s.at[to] != '$' && (is_word(s.at[to]) || (s.at[to] == '.' && to + 1 < end && is_word(s.at[to + 1]))); to++) {}
    *name = str_slice(s, from, to);
    return to;
}

static char unescaped(char c) { return c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c; }

Text groovy_text(const Tree *tree, const Node *string, char splice, GroovyNames *names) {
    Arena *a = &tree->text.source->arena;
    Str s = tree->text.bytes;
    Span in = groovy_inside(string);
    TextBuilder b = text_builder(tree->text.source);
    for (uint32_t at = in.start; at < in.end;) {
        uint32_t from = text_span(&tree->text, at, at + 1).start;
        char c = s.at[at], next = at + 1 < in.end ? s.at[at + 1] : '\0';
        if (c == '\\' && next && string->style != GROOVY_SLASHY && string->style != GROOVY_DOLLAR) {
            if (next != '\n') text_builder_byte(&b, unescaped(next), from);
            at += 2;
        } else if (c == '$' && groovy_interpolates(string) && (next == '{' || (is_word(next) && !(next >= '0' && next <= '9') && next != '$'))) {
            Str name;
            at = splice_end(s, at, in.end, &name);
            if (names) vec_push(a, names, name);
            text_builder_byte(&b, splice, from);
            text_builder_byte(&b, splice, text_span(&tree->text, at - 1, at).start); /* so that what ends with it ends there */
        } else {
            text_builder_byte(&b, c, from);
            at++;
        }
    }
    return text_builder_done(&b);
}
