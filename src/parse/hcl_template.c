/* Templates: quoted strings and heredocs with ${ } and %{ }. A TEXT is a span of what remains: strip markers and the indentation
 * of <<- move its ends, so that nothing is copied until somebody asks for the text. */
#include "base/utf8.h"
#include "parse/hcl_parser.h"

typedef struct Template {
    bool quoted;
    bool flush;      /* <<-: a TEXT a line */
    uint32_t limit;  /* end of a heredoc's content */
} Template;

typedef enum Stop { STOP_END, STOP_ELSE, STOP_ENDIF, STOP_ENDFOR } Stop;

static Stop parts(HclParser *p, const Template *t, bool nested);

static bool is_space(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

static void text_leaf(HclParser *p, const Template *t, uint32_t start, uint32_t end, bool line) {
    while (p->trim && start < end && is_space(p->s.at[start])) start++;
    if (start < end) p->trim = false;
    if (start == end && !line) return;
    hcl_leaf(p, HCL_TEXT, start, end);
    Node *node = &p->nodes.items[p->nodes.count - 1];
    node->style = t->quoted ? HCL_QUOTED : HCL_HEREDOC;
    node->flags = line ? HCL_LINE_START : 0;
}

/* ~ after ${ takes white space off the text before it. */
static void strip_before(HclParser *p, uint32_t mark) {
    for (uint32_t i = p->nodes.count; i > mark; i--) { /* a heredoc's lines are texts of their own */
        Node *text = &p->nodes.items[i - 1];
        if (text->kind != HCL_TEXT) return;
        while (text->end > text->start && is_space(p->s.at[text->end - 1])) text->end--;
        if (text->end > text->start) return;
    }
}

static void close_sequence(HclParser *p) {
    p->free_newlines = true;
    hcl_blanks(p);
    if (hcl_peek(p, 0) == '~' && hcl_peek(p, 1) == '}') {
        p->at++;
        p->trim = true;
    }
    if (hcl_peek(p, 0) == '}') p->at++;
    else hcl_unexpected(p);
}

static void interpolation(HclParser *p, uint32_t mark) {
    uint32_t start = p->at, inner = p->nodes.count;
    p->at += 2;
    if (hcl_peek(p, 0) == '~') {
        p->at++;
        strip_before(p, mark);
    }
    p->free_newlines = true;
    p->trim = false;
    hcl_expression(p);
    close_sequence(p);
    hcl_close(p, HCL_INTERPOLATION, inner, start, p->at);
}

static void sub_template(HclParser *p, const Template *t, Stop *stop) {
    uint32_t mark = p->nodes.count, start = p->at;
    *stop = parts(p, t, true);
    uint32_t end = p->nodes.count > mark ? p->nodes.items[p->nodes.count - 1].end : start;
    hcl_close(p, HCL_TEMPLATE, mark, start, end);
}

static void if_directive(HclParser *p, const Template *t, uint32_t start) {
    uint32_t mark = p->nodes.count;
    Stop stop = STOP_END;
    p->at += 2;
    hcl_expression(p);
    close_sequence(p);
    sub_template(p, t, &stop);
    if (stop == STOP_ELSE) sub_template(p, t, &stop);
    if (stop != STOP_ENDIF) hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 2);
    hcl_close(p, HCL_IF, mark, start, p->at);
}

static void for_directive(HclParser *p, const Template *t, uint32_t start) {
    uint32_t mark = p->nodes.count;
    Stop stop = STOP_END;
    uint16_t flags = 0;
    p->at += 3;
    for (int i = 0; i < 2; i++) {
        hcl_blanks(p);
        uint32_t len = hcl_identifier(p);
        if (!len) hcl_unexpected(p);
        hcl_leaf(p, HCL_NAME, p->at, p->at + len);
        p->at += len;
        hcl_blanks(p);
        if (i || hcl_peek(p, 0) != ',') break;
        p->at++;
        flags = HCL_TWO_NAMES;
    }
    hcl_blanks(p);
    if (hcl_keyword(p, "in")) p->at += 2;
    else hcl_unexpected(p);
    hcl_expression(p);
    close_sequence(p);
    sub_template(p, t, &stop);
    if (stop != STOP_ENDFOR) hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 2);
    hcl_close(p, HCL_FOR_TEXT, mark, start, p->at)->flags = flags;
}

/* At %{. True with *stop when it ends the template at hand. */
static bool directive(HclParser *p, const Template *t, uint32_t mark, Stop *stop) {
    static const struct { const char *word; Stop stop; } ends[] = {{"else", STOP_ELSE}, {"endif", STOP_ENDIF}, {"endfor", STOP_ENDFOR}};
    uint32_t start = p->at;
    p->at += 2;
    if (hcl_peek(p, 0) == '~') {
        p->at++;
        strip_before(p, mark);
    }
    p->free_newlines = true;
    p->trim = false;
    hcl_blanks(p);
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        if (!hcl_keyword(p, ends[i].word)) continue;
        p->at += (uint32_t)strlen(ends[i].word);
        close_sequence(p);
        *stop = ends[i].stop;
        return true;
    }
    if (hcl_keyword(p, "if")) if_directive(p, t, start);
    else if (hcl_keyword(p, "for")) for_directive(p, t, start);
    else hcl_unexpected(p);
    return false;
}

static bool at_end(const HclParser *p, const Template *t) {
    if (t->quoted) return hcl_end(p) || hcl_peek(p, 0) == '"' || hcl_peek(p, 0) == '\n';
    return p->at >= t->limit;
}

/* The parts up to the end of the template, or of the directive it stands in. */
static Stop parts(HclParser *p, const Template *t, bool nested) {
    uint32_t mark = p->nodes.count, start = p->at;
    bool line = t->flush && (p->at == 0 || p->s.at[p->at - 1] == '\n');
    Stop stop = STOP_END;
    if (!hcl_enter(p)) {
        hcl_leave(p);
        return stop;
    }
    while (!p->bad && !at_end(p, t)) {
        char c = hcl_peek(p, 0), next = hcl_peek(p, 1);
        if (t->quoted && c == '\\') {
            p->at += p->at + 1 < p->s.len ? 2 : 1;
        } else if ((c == '$' || c == '%') && next == c && hcl_peek(p, 2) == '{') {
            p->at += 3;
        } else if ((c == '$' || c == '%') && next == '{') {
            text_leaf(p, t, start, p->at, line);
            line = false;
            bool ends = false;
            if (c == '$') interpolation(p, mark);
            else ends = directive(p, t, mark, &stop);
            start = p->at;
            if (ends && nested) break;
            if (ends) hcl_fault(p, PROBLEM_HCL_SYNTAX, start - 1, start);
        } else {
            p->at++;
            if (c == '\n' && t->flush) {
                text_leaf(p, t, start, p->at, line);
                start = p->at;
                line = true;
            }
        }
    }
    if (stop == STOP_END) text_leaf(p, t, start, MAX(start, p->at), line && p->at > start);
    hcl_leave(p);
    return stop;
}

void hcl_quoted(HclParser *p) {
    uint32_t start = p->at++, mark = p->nodes.count;
    bool was_free = p->free_newlines;
    Template t = {.quoted = true};
    p->trim = false;
    parts(p, &t, false);
    if (hcl_peek(p, 0) == '"') p->at++;
    else hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 1);
    p->free_newlines = was_free;
    p->trim = false;
    hcl_close(p, HCL_TEMPLATE, mark, start, p->at);
}

/* ---- heredocs ---- */

/* Where the line that closes it begins, and where its word ends; false when none does. */
static bool find_close(const HclParser *p, Str word, uint32_t from, uint32_t *line, uint32_t *end) {
    for (uint32_t at = from; at < p->s.len;) {
        const char *newline = memchr(p->s.at + at, '\n', p->s.len - at);
        uint32_t stop = newline ? (uint32_t)(newline - p->s.at) : (uint32_t)p->s.len;
        Str text = str_trim(str_slice(p->s, at, stop));
        if (str_eq(text, word)) {
            *line = at;
            *end = (uint32_t)(text.at - p->s.at) + (uint32_t)text.len;
            return true;
        }
        at = stop + 1;
    }
    return false;
}

/* Blanks at the start of a line, in characters; em spaces and the like are blanks too. Gives the bytes of the first `most`. */
static uint32_t indentation(Str s, uint32_t most, uint32_t *bytes) {
    uint32_t count = 0;
    *bytes = 0;
    while (count < most && *bytes < s.len) {
        uint8_t c = (uint8_t)s.at[*bytes];
        if (c == ' ' || c == '\t') *bytes += 1;
        else if (s.len - *bytes >= 3 && c == 0xe2 && (uint8_t)s.at[*bytes + 1] == 0x80 && (uint8_t)s.at[*bytes + 2] <= 0x8a) *bytes += 3;
        else break;
        count++;
    }
    return count;
}

/* <<-: every line loses as many blanks as the least indented one has. */
static void unindent(HclParser *p, uint32_t mark) {
    uint32_t least = UINT32_MAX, bytes;
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = mark; i < p->nodes.count; i++) {
            Node *node = &p->nodes.items[i];
            if (node->kind != HCL_TEXT || !(node->flags & HCL_LINE_START)) continue;
            Str text = str_slice(p->s, node->start, node->end);
            if (pass) {
                indentation(text, least, &bytes);
                node->start += bytes;
                node->flags = 0;
            } else if (!str_is(text, "\n") && !str_is(text, "\r\n")) least = MIN(least, indentation(text, UINT32_MAX, &bytes));
        }
    }
}

void hcl_heredoc(HclParser *p) {
    uint32_t start = p->at, mark = p->nodes.count, line, end;
    bool was_free = p->free_newlines;
    Template t = {.flush = hcl_peek(p, 2) == '-'};
    p->at += t.flush ? 3 : 2;
    uint32_t len = hcl_identifier(p);
    Str word = str_slice(p->s, p->at, p->at + len);
    p->at += len;
    while (hcl_peek(p, 0) == '\r') p->at++;
    if (!len || hcl_peek(p, 0) != '\n') {
        hcl_unexpected(p);
        hcl_leaf(p, HCL_BAD, p->at, p->at);
        return;
    }
    p->at++;
    if (!find_close(p, word, p->at, &line, &end)) {
        hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, p->at - 1);
        p->at = (uint32_t)p->s.len;
        hcl_leaf(p, HCL_BAD, start, start);
        return;
    }
    t.limit = line;
    p->trim = false;
    parts(p, &t, false);
    if (t.flush) unindent(p, mark);
    if (p->at > line) hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 2); /* an expression ran over the closing word */
    if (!p->bad) p->at = end;
    p->trim = false;
    p->free_newlines = was_free;
    hcl_close(p, HCL_TEMPLATE, mark, start, p->at);
}

void hcl_template(HclParser *p) {
    Template t = {.limit = (uint32_t)p->s.len};
    uint32_t mark = p->nodes.count;
    parts(p, &t, false);
    hcl_close(p, HCL_TEMPLATE, mark, 0, (uint32_t)p->s.len);
}

/* ---- decoding: escapes, and normal form C, as the specification asks ---- */

static uint32_t hex(Str s, size_t *at, int digits) {
    uint32_t code = 0;
    for (int i = 0; i < digits && *at + 1 < s.len; i++) {
        char c = s.at[*at + 1];
        uint32_t digit = c >= '0' && c <= '9' ? (uint32_t)(c - '0') : (c | 32) >= 'a' && (c | 32) <= 'f' ? (uint32_t)((c | 32) - 'a' + 10) : 16;
        if (digit == 16) break;
        code = code * 16 + digit;
        ++*at;
    }
    return code;
}

static void escape(Str s, size_t *at, Buf *out) {
    char c = s.at[++*at];
    switch (c) {
        case 'n': buf_byte(out, '\n'); break;
        case 'r': buf_byte(out, '\r'); break;
        case 't': buf_byte(out, '\t'); break;
        case 'u':
        case 'U': utf8_put(out, hex(s, at, c == 'u' ? 4 : 8)); break;
        default: buf_byte(out, c);
    }
}

Str hcl_text(const Tree *tree, const Node *text, Arena *a) {
    Str s = node_text(tree, text);
    bool plain = !utf8_has_marks(s) && !str_has(s, STR("$${")) && !str_has(s, STR("%%{")) && (text->style == HCL_HEREDOC || str_find_byte(s, '\\') == STR_NONE);
    if (plain) return s;
    Buf out = {0};
    for (size_t i = 0; i < s.len; i++) {
        bool doubled = (s.at[i] == '$' || s.at[i] == '%') && i + 2 < s.len && s.at[i + 1] == s.at[i] && s.at[i + 2] == '{';
        if (doubled) i++;
        if (!doubled && text->style == HCL_QUOTED && s.at[i] == '\\' && i + 1 < s.len) escape(s, &i, &out);
        else buf_byte(&out, s.at[i]);
    }
    Buf composed = {0};
    utf8_compose(buf_str(&out), &composed);
    Str decoded = str_copy(a, buf_str(&composed));
    buf_free(&out);
    buf_free(&composed);
    return decoded;
}
