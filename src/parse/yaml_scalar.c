/* Scalars of every style: where they end (YAML 1.2.2: 7.3 flow scalars, 8.1 block scalars), and what they say.
 * A scalar's node covers what is written, quotes included; decoding happens only when somebody asks. */
#include "base/utf8.h"
#include "parse/yaml_parser.h"

/* ---- where they end ---- */

/* {port: ${PORT}}: in flow the brace would end the scalar, but whoever renders the file takes the word away first. The last byte of the
 * substitution at `at`, or `at` when none is there. */
static uint32_t past_substitution(const YamlParser *p, uint32_t at) {
    if (!p->template || at + 1 >= p->len || p->s[at] != '$' || p->s[at + 1] != '{') return at;
    int level = 0;
    for (uint32_t i = at + 1; i < p->len && !yaml_is_break(p->s[i]); i++) {
        level += p->s[i] == '{' ? 1 : p->s[i] == '}' ? -1 : 0;
        if (!level) return i;
    }
    return at;
}

static void tell_template(YamlParser *p, uint32_t start) {
    if (!p->told) source_problem(p->text.source, PROBLEM_YAML_TEMPLATE, text_span(&p->text, start, start + 2), (Str){NULL, 0});
    p->told = true;
}

/* Ends a plain scalar at ": ", " #", a line end and, in flow, at , [ ] { }. Gives the end without trailing blanks. */
/* What may end a plain scalar is rare in it, so that most bytes are only passed by. */
static uint32_t plain_end(const YamlParser *p, uint32_t at, bool flow) {
    uint32_t i = at;
    for (; i < p->len; i++) {
        if (!flow) i += (uint32_t)str_find_four((Str){p->s + i, p->len - i}, '\n', '\r', ':', '#');
        char c = p->s[i];
        if (i >= p->len || yaml_is_break(c)) break;
        if (c == ':' && (yaml_is_space_or_end(p, i + 1) || (flow && yaml_is_flow_mark(p->s[i + 1])))) break;
        if (c == '#' && i > at && yaml_is_blank(p->s[i - 1])) break;
        if (flow && yaml_is_flow_mark(c)) break;
        if (flow) i = past_substitution(p, i);
    }
    while (i > at && yaml_is_blank(p->s[i - 1])) i--;
    return i;
}

static bool may_start_plain(const YamlParser *p, uint32_t at, bool flow) {
    char c = p->s[at];
    if (c == '-' || c == '?' || c == ':') {
        return at + 1 < p->len && !yaml_is_space_or_end(p, at + 1) && !(flow && yaml_is_flow_mark(p->s[at + 1]));
    }
    return !memchr(",[]{}#&*!|>'\"%@`", c, 17) && c != '\0';
}

void yaml_plain_line(YamlParser *p, bool flow) {
    uint32_t start = p->at;
    if (start >= p->len || !may_start_plain(p, start, flow)) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, start, start + 1);
        return;
    }
    uint32_t index = yaml_open(p, YAML_SCALAR, start);
    p->at = plain_end(p, start, flow);
    bool key = p->at < p->len && p->s[p->at] == ':'; /* what it will be called, or whether it will be there, nobody knows */
    size_t word = (flow || key) && p->template ? str_find(str_slice(p->text.bytes, start, p->at), STR("${")) : STR_NONE;
    if (word != STR_NONE) tell_template(p, start + (uint32_t)word);
    p->fresh = false;
    yaml_close(p, index, p->at);
}

void yaml_plain_rest(YamlParser *p, uint32_t index, int parent, bool flow) {
    for (;;) {
        uint32_t at = p->at, line = p->line_start;
        uint32_t comments = p->extra->comments.count;
        bool tab = p->tab, fresh = p->fresh;
        yaml_next_token(p);
        bool more = p->at < p->len && p->fresh && p->extra->comments.count == comments && !yaml_is_marker(p, p->at) &&
                    (int)(p->at - p->line_start) > parent;
        if (more && flow) {
            char c = p->s[p->at];
            more = !yaml_is_flow_mark(c) && c != '#' && !(c == ':' && (yaml_is_space_or_end(p, p->at + 1) || yaml_is_flow_mark(p->s[p->at + 1])));
        }
        uint32_t end = more ? plain_end(p, p->at, flow) : 0;
        if (!more || end == p->at) { /* back, so that the comment is met again by whoever comes next */
            p->at = at;
            p->line_start = line;
            p->tab = tab;
            p->fresh = fresh;
            p->extra->comments.count = comments;
            return;
        }
        if (p->tab && p->s[p->line_start] == '\t' && parent >= 0) yaml_fail(p, PROBLEM_YAML_TAB, p->line_start, p->at);
        p->at = end;
        p->fresh = false;
        p->nodes.items[index].end = end;
        p->nodes.items[index].flags |= YAML_DECODE;
    }
}

void yaml_plain(YamlParser *p, int parent, bool flow) {
    uint32_t index = p->nodes.count;
    yaml_plain_line(p, flow);
    if (!p->failed) yaml_plain_rest(p, index, parent, flow);
}

/* ---- the short way for what most lines are ---- */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '/'; }

static void word(YamlParser *p, uint32_t start, uint32_t end) {
    vec_push(p->arena, &p->nodes, (Node){.start = start, .end = end, .size = 1, .kind = YAML_SCALAR});
    p->fresh = false;
}

bool yaml_word_key(YamlParser *p) {
    uint32_t end = p->at;
    if (end >= p->len || !is_letter(p->s[end])) return false;
    while (end < p->len && (is_letter(p->s[end]) || p->s[end] == '-' || p->s[end] == '.')) end++;
    if (end >= p->len || p->s[end] != ':' || end - p->at > YAML_KEY_MAX || !yaml_is_space_or_end(p, end + 1)) return false;
    word(p, p->at, end);
    p->at = end;
    return true;
}

bool yaml_word_value(YamlParser *p, int parent) {
    uint32_t start = p->at;
    while (start < p->len && p->s[start] == ' ') start++;
    if (start == p->at || start >= p->len || !is_letter(p->s[start]) || p->depth >= NODE_DEPTH_MAX) return false;
    uint32_t end = plain_end(p, start, false), line = end + 1, next = line;
    if (end >= p->len || p->s[end] != '\n') return false;
    while (next < p->len && p->s[next] == ' ') next++;
    if (next >= p->len || yaml_is_break(p->s[next]) || p->s[next] == '\t' || p->s[next] == '#' || (int)(next - line) > parent) return false;
    word(p, start, end);
    p->at = next;
    p->line_start = line;
    p->fresh = true;
    p->tab = false;
    return true;
}

#define TEMPLATE_MAX 4096 /* bytes of one {{ … }} */

bool yaml_at_template(const YamlParser *p) {
    return p->template && p->at + 1 < p->len && p->s[p->at] == '{' && p->s[p->at + 1] == '{' && !(p->at + 2 < p->len && p->s[p->at + 2] == '{');
}

/* {{ … }} without quotes, and what stands beside it: a scalar of one line. */
void yaml_template(YamlParser *p, bool flow) {
    uint32_t start = p->at, index = yaml_open(p, YAML_SCALAR, start);
    tell_template(p, start);
    while (yaml_at_template(p)) {
        Str rest = str_slice(p->text.bytes, p->at, MIN((size_t)p->len, (size_t)p->at + TEMPLATE_MAX));
        size_t close = str_find(rest, STR("}}")), line = str_find_byte(rest, '\n');
        p->at += (uint32_t)(close != STR_NONE && close < line ? close + 2 : MIN(line, rest.len));
        while (p->at < p->len && p->s[p->at] == '}') p->at++;
        uint32_t end = p->at;
        while (end < p->len && !yaml_is_space_or_end(p, end) && !(p->s[end] == '{' && end + 1 < p->len && p->s[end + 1] == '{') && !(flow && yaml_is_flow_mark(p->s[end])) && !(p->s[end] == ':' && yaml_is_space_or_end(p, end + 1))) end++;
        p->at = end;
    }
    p->fresh = false;
    yaml_close(p, index, p->at);
}

/* Whether the quotes that are open at `at` close before the document ends, with nothing behind them that would make no sense there:
 * so does a text that goes on too far left, and not a quote that was forgotten. */
static bool closes_well(const YamlParser *p, uint32_t at, char quote) {
    for (;; at++) {
        if (at >= p->len) return false;
        at += (uint32_t)str_find_four((Str){p->s + at, p->len - at}, quote, '\\', '\n', '\r');
        if (at >= p->len) return false;
        char c = p->s[at];
        if (yaml_is_break(c)) {
            if (at + 1 < p->len && yaml_is_marker(p, at + 1)) return false;
        } else if (c == '\\') at += quote == '"';
        else if (quote == '\'' && at + 1 < p->len && p->s[at + 1] == quote) at++;
        else break;
    }
    for (at++; at < p->len && yaml_is_blank(p->s[at]);) at++;
    return at >= p->len || yaml_is_break(p->s[at]) || p->s[at] == '#' || yaml_is_flow_mark(p->s[at]);
}

/* A line break inside quotes: the next line must be indented deeper than the block around, and be no marker. YAML says so (6.9.1);
 * its common readers don't ask for it, so a line too far left is told and read. */
static bool quoted_line(YamlParser *p, int parent, char quote, bool *shallow) {
    yaml_cross_line(p);
    if (yaml_is_marker(p, p->at)) return false;
    uint32_t i = p->at;
    while (i < p->len && p->s[i] == ' ') i++;
    uint32_t first = i;
    while (i < p->len && yaml_is_blank(p->s[i])) i++;
    bool blank = i >= p->len || yaml_is_break(p->s[i]);
    if (blank || (int)(first - p->line_start) > parent || *shallow) return true;
    if (!closes_well(p, i, quote)) return false;
    source_problem(p->text.source, PROBLEM_YAML_SHALLOW_QUOTE, text_span(&p->text, first, first + 1), (Str){NULL, 0});
    return *shallow = true;
}

static bool valid_escape(const YamlParser *p, uint32_t at) {
    if (at >= p->len) return false;
    char c = p->s[at];
    if (memchr("0abt\tnvfre \"/\\N_LP\n\r", c, 20)) return true;
    uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (!digits || at + digits >= p->len) return false;
    for (uint32_t i = 1; i <= digits; i++) {
        char d = p->s[at + i];
        if (!((d >= '0' && d <= '9') || (d >= 'a' && d <= 'f') || (d >= 'A' && d <= 'F'))) return false;
    }
    return true;
}

/* Behind the bytes that say nothing but themselves: nearly all of them. */
static uint32_t behind_plain(const YamlParser *p, char quote) {
    uint32_t at = p->at + 1;
    return at + (uint32_t)str_find_four((Str){p->s + at, p->len - at}, quote, '\\', '\n', '\r');
}

void yaml_quoted(YamlParser *p, int parent) {
    uint32_t start = p->at, index = yaml_open(p, YAML_SCALAR, start);
    char quote = p->s[start];
    Node *node = &p->nodes.items[index];
    node->style = quote == '"' ? YAML_DOUBLE : YAML_SINGLE;
    p->at++;
    bool shallow = false;
    for (;;) {
        if (p->at >= p->len) {
            yaml_fail(p, PROBLEM_YAML_UNCLOSED, start, start + 1);
            break;
        }
        char c = p->s[p->at];
        if (c == quote) {
            bool doubled = quote == '\'' && p->at + 1 < p->len && p->s[p->at + 1] == quote;
            p->at += doubled ? 2 : 1;
            if (!doubled) break;
            node->flags |= YAML_DECODE;
        } else if (c == '\\' && quote == '"') {
            node->flags |= YAML_DECODE;
            if (!valid_escape(p, p->at + 1)) {
                yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 2);
                break;
            }
            p->at++;
            if (!yaml_is_break(p->s[p->at])) p->at++;
        } else if (yaml_is_break(c)) {
            node->flags |= YAML_DECODE;
            if (!quoted_line(p, parent, quote, &shallow)) {
                yaml_fail(p, PROBLEM_YAML_UNCLOSED, start, start + 1);
                break;
            }
        } else p->at = behind_plain(p, quote);
    }
    p->fresh = false;
    yaml_close(p, index, MIN(p->at, p->len));
}

/* Reads `|2-`: gives the explicit indentation (0: none). */
static int block_header(YamlParser *p) {
    int indent = 0;
    bool chomp = false;
    p->at++;
    for (; p->at < p->len; p->at++) {
        char c = p->s[p->at];
        if ((c == '-' || c == '+') && !chomp) chomp = true;
        else if (c >= '1' && c <= '9' && !indent) indent = c - '0';
        else break;
    }
    if (!yaml_is_space_or_end(p, p->at)) yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
    uint32_t blank = p->at;
    while (p->at < p->len && yaml_is_blank(p->s[p->at])) p->at++;
    if (p->at < p->len && p->s[p->at] == '#' && p->at > blank) {
        while (p->at < p->len && !yaml_is_break(p->s[p->at])) p->at++;
    }
    if (p->at < p->len && !yaml_is_break(p->s[p->at])) yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
    return indent;
}

void yaml_block_scalar(YamlParser *p, int parent) {
    uint32_t start = p->at, index = yaml_open(p, YAML_SCALAR, start);
    p->nodes.items[index].style = p->s[start] == '|' ? YAML_LITERAL : YAML_FOLDED;
    p->nodes.items[index].flags = YAML_DECODE;
    int given = block_header(p);
    int indent = given ? MAX(parent, 0) + given - (parent < 0 ? 0 : 0) : -1;
    uint32_t end = p->at, widest_blank = 0;
    while (p->at < p->len && !p->failed) {
        yaml_cross_line(p);
        if (p->at >= p->len) break;
        uint32_t i = p->at;
        while (i < p->len && p->s[i] == ' ') i++;
        uint32_t spaces = i - p->at;
        bool blank = i >= p->len || yaml_is_break(p->s[i]);
        if (indent < 0 && !blank) {
            if (p->s[i] == '\t' && (int)spaces <= parent) yaml_fail(p, PROBLEM_YAML_TAB, p->at, i + 1);
            if ((int)spaces <= parent || yaml_is_marker(p, p->at)) break;
            indent = (int)spaces;
            if (widest_blank > spaces) yaml_fail(p, PROBLEM_YAML_INDENTATION, p->at, i);
        }
        if (blank && (indent < 0 || (int)spaces < indent)) widest_blank = MAX(widest_blank, spaces);
        if (!blank && (int)spaces < indent) {
            if (p->s[i] == '\t' && (int)spaces > parent) yaml_fail(p, PROBLEM_YAML_TAB, p->at, i + 1);
            break;
        }
        if (!blank && yaml_is_marker(p, p->at)) break;
        while (i < p->len && !yaml_is_break(p->s[i])) i++;
        p->at = end = i;
    }
    /* Stands at the start of the line that is no longer part of it, or at the end. */
    p->fresh = true;
    p->tab = false;
    yaml_close(p, index, MIN(end, p->len));
    yaml_next_token(p);
}

/* ---- what they say ---- */

static uint32_t skip_break(Str s, uint32_t at) {
    if (s.at[at] == '\r' && at + 1 < s.len && s.at[at + 1] == '\n') return at + 2;
    return at + 1;
}

/* At a line break in a flow scalar: folds it and the blank lines after it; gives where the text goes on. */
static uint32_t fold(Str s, uint32_t at, Buf *out) {
    uint32_t breaks = 0;
    for (;;) {
        at = skip_break(s, at);
        breaks++;
        while (at < s.len && yaml_is_blank(s.at[at])) at++;
        if (at >= s.len || !yaml_is_break(s.at[at])) break;
    }
    if (breaks == 1) buf_byte(out, ' ');
    else buf_fill(out, '\n', breaks - 1);
    return at;
}

static void trim_blanks(Buf *out, size_t keep) {
    while (out->len > keep && yaml_is_blank(out->at[out->len - 1])) out->len--;
}

static uint32_t hex(Str s, uint32_t at, uint32_t digits) {
    uint32_t code = 0;
    for (uint32_t i = at; i < at + digits && i < s.len; i++) {
        char c = s.at[i];
        code = code * 16 + (uint32_t)(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return code;
}

/* The escape at s[at] (behind the backslash); gives where the text goes on. */
static uint32_t escape(Str s, uint32_t at, Buf *out) {
    char c = s.at[at];
    if (yaml_is_break(c)) {
        at = skip_break(s, at);
        while (at < s.len && (yaml_is_blank(s.at[at]))) at++;
        while (at < s.len && yaml_is_break(s.at[at])) {
            buf_byte(out, '\n');
            at = skip_break(s, at);
            while (at < s.len && yaml_is_blank(s.at[at])) at++;
        }
        return at;
    }
    uint32_t digits = c == 'x' ? 2 : c == 'u' ? 4 : c == 'U' ? 8 : 0;
    if (digits) {
        uint32_t code = hex(s, at + 1, digits), next = at + 1 + digits;
        bool high = c == 'u' && code >= 0xD800 && code < 0xDC00 && next + 5 < s.len && s.at[next] == '\\' && s.at[next + 1] == 'u';
        uint32_t low = high ? hex(s, next + 2, 4) : 0; /* JSON writes what is beyond the BMP as a surrogate pair */
        if (low >= 0xDC00 && low < 0xE000) {
            utf8_put(out, 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00));
            return next + 6;
        }
        utf8_put(out, code);
        return next;
    }
    static const struct { char name; uint32_t code; } escapes[] = {
        {'0', 0}, {'a', 7}, {'b', 8}, {'t', 9}, {'n', 10}, {'v', 11}, {'f', 12}, {'r', 13}, {'e', 27}, {'N', 0x85},
        {'_', 0xA0}, {'L', 0x2028}, {'P', 0x2029},
    };
    for (size_t i = 0; i < ARRAY_COUNT(escapes); i++) {
        if (escapes[i].name == c) {
            utf8_put(out, escapes[i].code);
            return at + 1;
        }
    }
    buf_byte(out, c);
    return at + 1;
}

static void decode_flow(Str s, YamlStyle style, Buf *out) {
    size_t keep = 0; /* blanks written by an escape are not trailing blanks of a line */
    for (uint32_t i = 0; i < s.len;) {
        char c = s.at[i];
        if (yaml_is_break(c)) {
            trim_blanks(out, keep);
            i = fold(s, i, out);
            keep = out->len;
        } else if (c == '\'' && style == YAML_SINGLE && i + 1 < s.len) {
            buf_byte(out, c);
            i += 2;
        } else if (c == '\\' && style == YAML_DOUBLE && i + 1 < s.len) {
            i = escape(s, i + 1, out);
            keep = out->len;
        } else {
            buf_byte(out, c);
            i++;
        }
    }
}

/* One line of a block scalar without its line end; at the end of `rest`, false. */
static bool next_line(Str *rest, Str *line) {
    if (!rest->len) return false;
    size_t end = 0;
    while (end < rest->len && !yaml_is_break(rest->at[end])) end++;
    *line = str_slice(*rest, 0, end);
    *rest = str_skip(*rest, end < rest->len ? skip_break(*rest, (uint32_t)end) : end);
    return true;
}

static size_t leading_spaces(Str line) {
    size_t spaces = 0;
    while (spaces < line.len && line.at[spaces] == ' ') spaces++;
    return spaces;
}

static size_t block_indent(Str body) {
    Str line;
    size_t widest = 0;
    while (next_line(&body, &line)) {
        size_t spaces = leading_spaces(line);
        if (spaces < line.len) return spaces;
        widest = MAX(widest, spaces);
    }
    return widest;
}

/* `indent`: the columns to take off; `broken`: the last line ends in a break, not with the stream (8.1.1.2). Folding: YAML 1.2.2, 8.1.3. */
static void decode_block(Str body, size_t indent, bool folded, char chomp, bool broken, Buf *out) {
    Str line;
    size_t blank = 0;
    bool any = false, last_more = false;
    while (next_line(&body, &line)) {
        Str text = str_skip(line, MIN(indent, leading_spaces(line)));
        if (!text.len) {
            blank++;
            continue;
        }
        bool more = yaml_is_blank(text.at[0]);
        if (!any) buf_fill(out, '\n', blank);
        else if (!folded || more || last_more) buf_fill(out, '\n', blank + 1);
        else if (blank) buf_fill(out, '\n', blank);
        else buf_byte(out, ' ');
        buf_add(out, text);
        any = true;
        blank = 0;
        last_more = more;
        if (!str_trim(text).len) broken = true; /* the suite takes a line of blanks for one that ended */
    }
    if (chomp == '+') buf_fill(out, '\n', blank + (any && broken ? 1 : 0));
    else if (chomp != '-' && any && broken) buf_byte(out, '\n');
}

/* Columns that a block scalar with an explicit indentation takes off: those of its parent plus the digit. */
static size_t given_indent(const Tree *tree, const Node *node, int digit) {
    const Node *parent = node_parent(node);
    while (parent && parent->kind != YAML_MAP && parent->kind != YAML_SEQUENCE) parent = node_parent(parent);
    if (!parent) return (size_t)digit;
    uint32_t line = parent->start;
    while (line > 0 && !yaml_is_break(tree->text.bytes.at[line - 1])) line--;
    return parent->start - line + (size_t)digit;
}

static void decode_block_scalar(const Tree *tree, const Node *node, Str raw, Buf *out) {
    char chomp = 0;
    int digit = 0;
    size_t at = 1;
    for (; at < raw.len && !yaml_is_break(raw.at[at]) && raw.at[at] != ' ' && raw.at[at] != '#'; at++) {
        if (raw.at[at] == '-' || raw.at[at] == '+') chomp = raw.at[at];
        else if (raw.at[at] >= '1' && raw.at[at] <= '9') digit = raw.at[at] - '0';
    }
    while (at < raw.len && !yaml_is_break(raw.at[at])) at++;
    Str body = at < raw.len ? str_skip(raw, skip_break(raw, (uint32_t)at)) : (Str){raw.at, 0};
    if (chomp == '+') { /* trailing blank lines count, and stand behind the node's last line */
        Str all = tree->text.bytes;
        size_t end = node->end;
        while (end < all.len && (yaml_is_break(all.at[end]) || all.at[end] == ' ')) end++;
        while (end > node->end && !yaml_is_break(all.at[end - 1])) end--;
        body.len += end - node->end;
    }
    size_t indent = digit ? given_indent(tree, node, digit) : block_indent(body);
    decode_block(body, indent, node->style == YAML_FOLDED, chomp, node->end < tree->text.bytes.len, out);
}

Str yaml_scalar(const Tree *tree, const Node *node, Arena *a) {
    Str raw = node_text(tree, node);
    bool quoted = node->style == YAML_SINGLE || node->style == YAML_DOUBLE;
    if (quoted && raw.len >= 2) raw = str_slice(raw, 1, raw.len - 1);
    if (!(node->flags & YAML_DECODE)) return raw;
    Buf out = {0};
    bool block = node->style == YAML_LITERAL || node->style == YAML_FOLDED;
    if (block) decode_block_scalar(tree, node, raw, &out);
    else decode_flow(raw, (YamlStyle)node->style, &out);
    Str result = str_copy(a, buf_str(&out));
    buf_free(&out);
    return result;
}
