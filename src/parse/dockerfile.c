/* Lines → instructions → words. An instruction is first joined (continuations, comments and blank lines between them
 * taken out, as the builder does), then split; nodes get their spans back through the joined text's segments.
 * Invariant: every line is read once, and whatever is wrong with one instruction stays in it. */
#include "parse/dockerfile.h"

#include "base/vec.h"

#include <stdlib.h>

#define NESTING_MAX 4 /* ONBUILD ONBUILD …: the builder refuses the second, we read a little further */

typedef struct Parser {
    Source *source;
    Arena *arena;
    Str s;              /* the whole file */
    uint32_t at;        /* start of the next line */
    char escape;
    NodeVec nodes;
    Text line;          /* the joined instruction */
    uint32_t limit;     /* end of it */
} Parser;

static const Str kinds[] = {STR_INIT("FILE"),      STR_INIT("DIRECTIVE"),  STR_INIT("COMMENT"), STR_INIT("INSTRUCTION"), STR_INIT("KEYWORD"),
                            STR_INIT("FLAG"),      STR_INIT("FLAG_NAME"),  STR_INIT("FLAG_VALUE"), STR_INIT("WORD"),     STR_INIT("PAIR"),
                            STR_INIT("JSON"),      STR_INIT("STRING"),     STR_INIT("SHELL"),   STR_INIT("HEREDOC"),     STR_INIT("BODY")};
_Static_assert(ARRAY_COUNT(kinds) == DOCKERFILE_KIND_COUNT, "a name each");
const Grammar dockerfile_grammar = {STR_INIT("dockerfile"), kinds, DOCKERFILE_KIND_COUNT, NULL};

typedef struct Instruction {
    Str name;
    DockerfileForm form;
    uint32_t minimum, maximum;
    Str flags; /* names between blanks */
} Instruction;

static const Instruction instructions[] = {
#define INSTRUCTION(NAME, form, minimum, maximum, flags) {STR_INIT(#NAME), FORM_##form, minimum, maximum, STR_INIT(flags)},
#include "parse/instructions.def"
#undef INSTRUCTION
    {STR_INIT(""), FORM_LINE, 0, 0, STR_INIT("")},
};

Str dockerfile_keyword_name(DockerfileKeyword keyword) { return instructions[keyword].name; }

static bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }
static bool is_space(char c) { return is_blank(c) || c == '\n'; }

/* ---- lines ---- */

/* The line that starts at `at`, without its end; *next is where the one after it starts. */
static Span line_at(const Parser *p, uint32_t at, uint32_t *next) {
    const char *end = at < p->s.len ? memchr(p->s.at + at, '\n', p->s.len - at) : NULL;
    uint32_t stop = end ? (uint32_t)(end - p->s.at) : (uint32_t)p->s.len;
    *next = end ? stop + 1 : stop;
    if (stop > at && p->s.at[stop - 1] == '\r') stop--;
    return (Span){at, stop};
}

static uint32_t skip_blank(Str s, uint32_t at, uint32_t end) {
    while (at < end && is_blank(s.at[at])) at++;
    return at;
}

/* Where the line's continuation mark stands, or its end when it has none: the last escape with only blanks behind. */
static uint32_t continuation(Str s, Span line, char escape) {
    uint32_t at = line.end;
    while (at > line.start && is_blank(s.at[at - 1])) at--;
    return at > line.start && s.at[at - 1] == escape ? at - 1 : line.end;
}

static uint32_t add(Parser *p, DockerfileKind kind, uint32_t start, uint32_t end) {
    vec_push(p->arena, &p->nodes, (Node){.start = start, .end = end, .size = 1, .kind = (uint8_t)kind});
    return p->nodes.count - 1;
}

static void close(Parser *p, uint32_t index, uint32_t end) {
    Node *node = &p->nodes.items[index];
    node->end = MAX(node->end, end);
    node->size = p->nodes.count - index;
}

static void problem(Parser *p, ProblemCode code, Span span, Str detail) { source_problem(p->source, code, span, detail); }

/* ---- the joined instruction: offsets from here to the next rule count in p->line ---- */

static char byte(const Parser *p, uint32_t at) { return at < p->limit ? p->line.bytes.at[at] : '\0'; }
static Span where(const Parser *p, uint32_t start, uint32_t end) { return text_span(&p->line, start, end); }

static uint32_t add_joined(Parser *p, DockerfileKind kind, uint32_t start, uint32_t end) {
    Span span = where(p, start, end);
    uint32_t index = add(p, kind, span.start, span.end);
    if (span.end - span.start != end - start) p->nodes.items[index].flags |= DOCKERFILE_JOINED;
    return index;
}

static uint32_t skip_spaces(const Parser *p, uint32_t at) {
    while (at < p->limit && is_space(p->line.bytes.at[at])) at++;
    return at;
}

/* The end of the word at `at`; with `quotes`, blanks inside quotes or behind the escape belong to it. */
static uint32_t word_end(const Parser *p, uint32_t at, bool quotes) {
    char quote = '\0';
    for (; at < p->limit; at++) {
        char c = p->line.bytes.at[at];
        if (quotes && c == p->escape && quote != '\'' && at + 1 < p->limit) at++;
        else if (quote) {
            if (c == quote) quote = '\0';
        } else if (quotes && (c == '"' || c == '\'')) quote = c;
        else if (is_space(c)) break;
    }
    return MIN(at, p->limit);
}

static uint32_t words(Parser *p, uint32_t at, bool quotes) {
    uint32_t count = 0;
    for (at = skip_spaces(p, at); at < p->limit; at = skip_spaces(p, at)) {
        uint32_t end = word_end(p, at, quotes);
        add_joined(p, DOCKERFILE_WORD, at, end);
        at = end;
        count++;
    }
    return count;
}

/* --name or --name=value in front of the arguments; gives where they begin. */
static uint32_t flags(Parser *p, const Instruction *instruction, uint32_t at) {
    for (at = skip_spaces(p, at); byte(p, at) == '-' && byte(p, at + 1) == '-'; at = skip_spaces(p, at)) {
        uint32_t end = word_end(p, at, true), name = at + 2, name_end = name;
        while (name_end < end && byte(p, name_end) != '=') name_end++;
        if (name == end) return skip_spaces(p, end); /* a bare -- ends the flags */
        uint32_t index = add_joined(p, DOCKERFILE_FLAG, at, end);
        add_joined(p, DOCKERFILE_FLAG_NAME, name, name_end);
        if (name_end < end) add_joined(p, DOCKERFILE_FLAG_VALUE, name_end + 1, end);
        close(p, index, p->nodes.items[p->nodes.count - 1].end); /* an empty value may lie behind a continuation */
        Str word = str_slice(p->line.bytes, name, name_end);
        if (instruction->name.len && !str_has_word(instruction->flags, word)) problem(p, PROBLEM_DOCKERFILE_UNKNOWN_FLAG, where(p, at, end), word);
        at = end;
    }
    return at;
}

/* The closing quote of a JSON string at `at`, or the limit. */
static uint32_t json_string_end(const Parser *p, uint32_t at) {
    for (at++; at < p->limit && p->line.bytes.at[at] != '"'; at++) {
        if (p->line.bytes.at[at] == '\\') at++;
    }
    return at;
}

/* A JSON array of strings and nothing else. On anything wrong no node is kept and false is given: then it is shell. */
static bool json(Parser *p, uint32_t at) {
    if (byte(p, at) != '[') return false;
    uint32_t start = at, index = add_joined(p, DOCKERFILE_JSON, at, p->limit), before = index;
    bool ok = false, comma = true;
    for (at = skip_spaces(p, at + 1); at < p->limit; at = skip_spaces(p, at)) {
        char c = byte(p, at);
        if (c == ']') {
            ok = (!comma || p->nodes.count == index + 1) && skip_spaces(p, at + 1) == p->limit;
            break;
        }
        if (c == ',' && !comma) {
            comma = true;
            at++;
        } else if (c == '"' && comma) {
            uint32_t end = json_string_end(p, at);
            if (end >= p->limit) break;
            add_joined(p, DOCKERFILE_STRING, at, end + 1);
            comma = false;
            at = end + 1;
        } else break;
    }
    if (!ok) {
        p->nodes.count = before;
        return false;
    }
    p->nodes.items[index].end = where(p, start, at + 1).end;
    close(p, index, 0);
    return true;
}

/* It begins like JSON: a bracket that a shell would not take for its own test. */
static bool looks_like_json(const Parser *p, uint32_t at) {
    if (byte(p, at) != '[' || byte(p, at + 1) == '[') return false;
    uint32_t end = p->limit;
    while (end > at && is_space(p->line.bytes.at[end - 1])) end--;
    return byte(p, end - 1) == ']' && byte(p, skip_spaces(p, at + 1)) != '-';
}

static bool json_or_report(Parser *p, uint32_t at) {
    if (json(p, at)) return true;
    if (looks_like_json(p, at)) problem(p, PROBLEM_DOCKERFILE_INVALID_JSON, where(p, at, p->limit), (Str){NULL, 0});
    return false;
}

static uint32_t trimmed_limit(const Parser *p, uint32_t at) {
    uint32_t end = p->limit;
    while (end > at && is_space(p->line.bytes.at[end - 1])) end--;
    return end;
}

static uint32_t command(Parser *p, uint32_t at, DockerfileKeyword keyword) {
    if (at >= p->limit) return 0;
    if (json_or_report(p, at)) return 1;
    if (keyword == KEYWORD_SHELL) problem(p, PROBLEM_DOCKERFILE_SHELL_NOT_JSON, where(p, at, p->limit), (Str){NULL, 0});
    add_joined(p, DOCKERFILE_SHELL, at, trimmed_limit(p, at));
    return 1;
}

static uint32_t equals_in(const Parser *p, uint32_t at, uint32_t end) {
    char quote = '\0';
    for (; at < end; at++) {
        char c = byte(p, at);
        if (quote) quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'') quote = c;
        else if (c == '=') return at;
    }
    return end;
}

static void pair(Parser *p, uint32_t at, uint32_t equals, uint32_t value, uint32_t end, bool legacy) {
    uint32_t index = add_joined(p, DOCKERFILE_PAIR, at, end);
    if (legacy) p->nodes.items[index].flags |= DOCKERFILE_LEGACY;
    add_joined(p, DOCKERFILE_WORD, at, equals);
    if (value <= end) add_joined(p, DOCKERFILE_WORD, value, end);
    close(p, index, p->nodes.items[p->nodes.count - 1].end); /* an empty value may lie behind a continuation */
}

static uint32_t pairs(Parser *p, uint32_t at, DockerfileKeyword keyword) {
    uint32_t count = 0, first_end = word_end(p, at, true);
    bool legacy = keyword != KEYWORD_ARG && at < p->limit && equals_in(p, at, first_end) == first_end;
    if (legacy) {
        uint32_t end = trimmed_limit(p, at), name_end = at, value;
        while (name_end < end && !is_space(byte(p, name_end))) name_end++;
        value = skip_spaces(p, name_end);
        if (value >= end) problem(p, PROBLEM_DOCKERFILE_MISSING_ARGUMENT, where(p, at, end), dockerfile_keyword_name(keyword));
        pair(p, at, name_end, value >= end ? end + 1 : value, end, true);
        return 1;
    }
    for (at = skip_spaces(p, at); at < p->limit; at = skip_spaces(p, at), count++) {
        uint32_t end = word_end(p, at, true), equals = equals_in(p, at, end);
        pair(p, at, equals, equals < end ? equals + 1 : end + 1, end, false);
        at = end;
    }
    return count;
}

static DockerfileKeyword find_keyword(Str word) {
    for (int i = 0; i < KEYWORD_UNKNOWN; i++) {
        if (str_eq_nocase(instructions[i].name, word)) return (DockerfileKeyword)i;
    }
    return KEYWORD_UNKNOWN;
}

static uint32_t health(Parser *p, uint32_t at) {
    uint32_t end = word_end(p, at, false);
    if (at >= p->limit) return 0;
    add_joined(p, DOCKERFILE_WORD, at, end);
    if (str_eq_nocase(str_slice(p->line.bytes, at, end), STR("CMD"))) {
        uint32_t rest = skip_spaces(p, end);
        if (!command(p, rest, KEYWORD_HEALTHCHECK)) problem(p, PROBLEM_DOCKERFILE_MISSING_ARGUMENT, where(p, at, end), STR("HEALTHCHECK CMD"));
    }
    return 1;
}

static void heredocs(Parser *p, uint32_t at);

static void instruction(Parser *p, uint32_t at, int nesting) {
    uint32_t end = word_end(p, at, false);
    Str name = str_slice(p->line.bytes, at, end);
    DockerfileKeyword keyword = find_keyword(name);
    const Instruction *known = &instructions[keyword];
    uint32_t index = add_joined(p, DOCKERFILE_INSTRUCTION, at, trimmed_limit(p, at)), count = 0;
    p->nodes.items[index].data = (uint32_t)keyword;
    add_joined(p, DOCKERFILE_KEYWORD, at, end);
    if (keyword == KEYWORD_UNKNOWN) problem(p, PROBLEM_DOCKERFILE_UNKNOWN_INSTRUCTION, where(p, at, end), name);
    uint32_t rest = flags(p, known, end);
    switch (known->form) {
        case FORM_WORDS: count = words(p, rest, false); break;
        case FORM_PAIRS: count = pairs(p, rest, keyword); break;
        case FORM_LINE:
            if (rest < p->limit) add_joined(p, DOCKERFILE_WORD, rest, trimmed_limit(p, rest)), count = 1;
            break;
        case FORM_COMMAND: count = command(p, rest, keyword); break;
        case FORM_FILES:
            count = p->nodes.count + 1; /* the JSON node itself is no word */
            count = json_or_report(p, rest) ? p->nodes.count - count : words(p, rest, false);
            break;
        case FORM_HEALTH: count = health(p, rest); break;
        case FORM_NESTED:
            if (rest < p->limit && nesting < NESTING_MAX) instruction(p, rest, nesting + 1), count = 1;
            break;
    }
    if (keyword == KEYWORD_RUN || keyword == KEYWORD_COPY || keyword == KEYWORD_ADD) heredocs(p, rest);
    if (count < known->minimum) problem(p, PROBLEM_DOCKERFILE_MISSING_ARGUMENT, where(p, at, end), known->name);
    if (known->maximum && count > known->maximum) problem(p, PROBLEM_DOCKERFILE_TOO_MANY_ARGUMENTS, where(p, at, p->limit), known->name);
    uint32_t last = p->nodes.items[index].end;
    for (uint32_t i = index + 1; i < p->nodes.count; i += p->nodes.items[i].size) last = MAX(last, p->nodes.items[i].end);
    close(p, index, last);
}

/* ---- heredocs ---- */

static bool is_name(char c) { return c == '_' || c == '.' || c == '-' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Reads the lines up to the one that is the name; p->at moves behind it. */
static void body(Parser *p, uint32_t index, Str name, bool dash, Span mark) {
    uint32_t start = p->at, next;
    while (p->at < p->s.len) {
        Span line = line_at(p, p->at, &next);
        Str text = source_slice(p->source, line);
        while (dash && text.len && text.at[0] == '\t') text = str_skip(text, 1);
        if (str_eq(text, name)) {
            add(p, DOCKERFILE_BODY, start, line.start);
            close(p, index, line.end);
            p->at = next;
            return;
        }
        p->at = next;
    }
    add(p, DOCKERFILE_BODY, start, (uint32_t)p->s.len);
    close(p, index, (uint32_t)p->s.len);
    problem(p, PROBLEM_DOCKERFILE_UNTERMINATED_HEREDOC, mark, name);
}

/* Finds <<NAME, <<-NAME, <<"NAME" in the line outside quotes and takes their bodies from the lines below. */
static void heredocs(Parser *p, uint32_t at) {
    char quote = '\0';
    for (uint32_t i = at; i + 1 < p->limit; i++) {
        char c = byte(p, i);
        if (c == '\\') i++;
        else if (quote) quote = c == quote ? '\0' : quote;
        else if (c == '"' || c == '\'') quote = c;
        else if (c == '<' && byte(p, i + 1) == '<') {
            if (byte(p, i + 2) == '<') {
                i += 2;
                continue;
            }
            uint32_t name = i + 2;
            bool dash = byte(p, name) == '-';
            if (dash) name++;
            char mark = byte(p, name);
            bool quoted = mark == '"' || mark == '\'';
            if (quoted) name++;
            uint32_t end = name;
            while (end < p->limit && is_name(byte(p, end))) end++;
            char first = byte(p, name);
            if (end == name || (first >= '0' && first <= '9') || first == '-' || (quoted && byte(p, end) != mark)) continue;
            Str word = str_slice(p->line.bytes, name, end);
            /* The node starts at the body: the mark itself stands inside the SHELL or WORD node. */
            uint32_t index = add(p, DOCKERFILE_HEREDOC, p->at, p->at);
            p->nodes.items[index].flags = (uint16_t)((quoted ? DOCKERFILE_QUOTED : 0) | (dash ? DOCKERFILE_DASH : 0));
            body(p, index, word, dash, where(p, i, end));
            i = end;
        }
    }
}

/* ---- the file ---- */

static bool is_comment(const Parser *p, Span line) {
    uint32_t at = skip_blank(p->s, line.start, line.end);
    return at < line.end && p->s.at[at] == '#';
}

/* Joins the logical line at p->at into p->line; p->at moves to the line behind it. */
static void join_line(Parser *p) {
    TextBuilder b = text_builder(p->source);
    uint32_t next;
    Span blank = {0, 0};
    for (bool first = true; p->at < p->s.len || first; first = false) {
        Span line = line_at(p, p->at, &next);
        if (!first && is_comment(p, line)) {
            p->at = next;
            continue;
        }
        if (!first && skip_blank(p->s, line.start, line.end) == line.end) {
            if (!blank.end) blank = line;
            p->at = next;
            continue;
        }
        if (blank.end) problem(p, PROBLEM_DOCKERFILE_EMPTY_CONTINUATION, blank, (Str){NULL, 0});
        blank = (Span){0, 0};
        uint32_t end = continuation(p->s, line, p->escape);
        text_builder_piece(&b, (Span){line.start, end});
        p->at = next;
        if (end == line.end) break;
    }
    p->line = text_builder_done(&b);
    p->limit = (uint32_t)p->line.bytes.len;
}

/* `# name=value` at the top of the file. False: not one, so the directives have ended. */
static bool directive(Parser *p, Span line, uint32_t *seen) {
    static const char *const names[] = {"syntax", "escape", "check"};
    uint32_t at = skip_blank(p->s, line.start, line.end);
    if (at >= line.end || p->s.at[at] != '#') return false;
    uint32_t start = at, name = skip_blank(p->s, at + 1, line.end), name_end = name;
    while (name_end < line.end && is_name(p->s.at[name_end])) name_end++;
    uint32_t equals = skip_blank(p->s, name_end, line.end);
    if (name_end == name || equals >= line.end || p->s.at[equals] != '=') return false;
    uint32_t value = skip_blank(p->s, equals + 1, line.end), end = line.end;
    while (end > value && is_blank(p->s.at[end - 1])) end--;
    Str word = str_slice(p->s, name, name_end);
    uint32_t which = 0;
    while (which < ARRAY_COUNT(names) && !str_eq_nocase(word, str_of(names[which]))) which++;
    if (which == ARRAY_COUNT(names)) return false;
    if (*seen & 1u << which) problem(p, PROBLEM_DOCKERFILE_DUPLICATE_DIRECTIVE, (Span){start, end}, word);
    *seen |= 1u << which;
    uint32_t index = add(p, DOCKERFILE_DIRECTIVE, start, end);
    add(p, DOCKERFILE_WORD, name, name_end);
    add(p, DOCKERFILE_WORD, value, end);
    close(p, index, end);
    if (which == 1 && end == value + 1 && (p->s.at[value] == '`' || p->s.at[value] == '\\')) p->escape = p->s.at[value];
    return true;
}

static void file_lines(Parser *p) {
    uint32_t seen = 0, next;
    for (bool top = true; p->at < p->s.len;) {
        Span line = line_at(p, p->at, &next);
        uint32_t at = skip_blank(p->s, line.start, line.end);
        if (top && directive(p, line, &seen)) {
            p->at = next;
            continue;
        }
        top = false;
        if (at == line.end) p->at = next;
        else if (p->s.at[at] == '#') {
            add(p, DOCKERFILE_COMMENT, at, line.end);
            p->at = next;
        } else {
            join_line(p);
            uint32_t start = skip_spaces(p, 0);
            if (start < p->limit) instruction(p, start, 0);
        }
    }
}

const Tree *dockerfile_parse(Text text) {
    Parser parser = {.source = text.source, .arena = &text.source->arena, .s = text.bytes, .escape = '\\'};
    uint32_t root = add(&parser, DOCKERFILE_FILE, 0, (uint32_t)text.bytes.len);
    if (str_starts(text.bytes, STR("\xEF\xBB\xBF"))) parser.at = 3;
    file_lines(&parser);
    close(&parser, root, (uint32_t)text.bytes.len);
    DockerfileExtra *extra = arena_new(parser.arena, DockerfileExtra);
    extra->escape = parser.escape;
    Tree *tree = arena_new(parser.arena, Tree);
    *tree = (Tree){&dockerfile_grammar, text, parser.nodes.items, parser.nodes.count, extra};
    tree_finish(tree);
    return tree;
}

/* ---- what nodes say ---- */

Text dockerfile_text(const Tree *tree, const Node *node) {
    Source *source = tree->text.source;
    if (!(node->flags & DOCKERFILE_JOINED)) return text_of_span(source, (Span){node->start, node->end});
    Parser p = {.source = source, .arena = &source->arena, .s = tree->text.bytes, .escape = dockerfile_escape(tree)};
    TextBuilder b = text_builder(source);
    uint32_t next;
    for (uint32_t at = node->start; at < node->end; at = next) {
        Span line = line_at(&p, at, &next);
        if (at > node->start && (is_comment(&p, line) || skip_blank(p.s, line.start, line.end) == line.end)) continue;
        uint32_t end = MIN(continuation(p.s, line, p.escape), node->end);
        text_builder_piece(&b, (Span){line.start, end});
    }
    return text_builder_done(&b);
}

Text dockerfile_body(const Tree *tree, const Node *heredoc) {
    const Node *content = dockerfile_child(heredoc, DOCKERFILE_BODY);
    Source *source = tree->text.source;
    if (!(heredoc->flags & DOCKERFILE_DASH)) return text_of_span(source, (Span){content->start, content->end});
    Parser p = {.source = source, .s = tree->text.bytes};
    TextBuilder b = text_builder(source);
    uint32_t next;
    for (uint32_t at = content->start; at < content->end; at = next) {
        line_at(&p, at, &next);
        while (at < next && p.s.at[at] == '\t') at++;
        text_builder_piece(&b, (Span){at, next});
    }
    return text_builder_done(&b);
}

Str dockerfile_string(const Tree *tree, const Node *string, Arena *a) {
    Str raw = dockerfile_text(tree, string).bytes;
    raw = str_slice(raw, 1, MAX(raw.len, 2) - 1);
    if (str_find_byte(raw, '\\') == STR_NONE) return raw;
    Buf out = {0};
    for (size_t i = 0; i < raw.len; i++) {
        static const struct { char name, code; } escapes[] = {{'n', '\n'}, {'t', '\t'}, {'r', '\r'}, {'b', '\b'}, {'f', '\f'}};
        char c = raw.at[i];
        if (c == '\\' && i + 1 < raw.len) {
            c = raw.at[++i];
            for (size_t k = 0; k < ARRAY_COUNT(escapes); k++) {
                if (escapes[k].name == c) {
                    c = escapes[k].code;
                    break;
                }
            }
        }
        buf_byte(&out, c);
    }
    Str result = str_copy(a, buf_str(&out));
    buf_free(&out);
    return result;
}

const Node *dockerfile_child(const Node *parent, DockerfileKind kind) {
    node_each(child, parent) {
        if (child->kind == kind) return child;
    }
    return NULL;
}
