/* Recursive descent over the bytes. `p->at` always stands on the next token; `p->fresh` says that nothing but blanks
 * stands before it on its line. So when a collection ends by dedent, its caller sees where it is without looking back.
 *
 * The one trick: whether `a` is a scalar or the first key of a mapping is known only at the `:` behind it. So a key
 * candidate is parsed first, and the MAP node is put in front of it afterwards (sizes are relative, nothing else
 * moves). YAML 1.2.2: chapters 6 (structure), 7 (flow), 8 (block), 9 (stream). */
#include "parse/yaml.h"

#include "parse/yaml_parser.h"

static const Str kinds[] = {STR_INIT("STREAM"),   STR_INIT("DOCUMENT"), STR_INIT("MAP"),
                            STR_INIT("SEQUENCE"), STR_INIT("SCALAR"),   STR_INIT("ALIAS")};
const Grammar yaml_grammar = {STR_INIT("yaml"), kinds, YAML_KIND_COUNT, &yaml_view};
const Grammar yaml_template_grammar = {STR_INIT("yaml"), kinds, YAML_KIND_COUNT, &yaml_view};
const Grammar yaml_pipeline_grammar = {STR_INIT("yaml"), kinds, YAML_KIND_COUNT, &yaml_view};

uint32_t yaml_open(YamlParser *p, YamlKind kind, uint32_t start) {
    vec_push(p->arena, &p->nodes, (Node){.start = start, .end = start, .size = 1, .kind = (uint8_t)kind});
    return p->nodes.count - 1;
}

/* What a collection that ends knows of its children. Empty ones and broken documents may leave it shorter than they are: it is widened. True when
 * their number is odd. */
static bool adopt(YamlParser *p, uint32_t index) {
    Node *node = &p->nodes.items[index];
    uint32_t last = node->start;
    bool map = node->kind == YAML_MAP, odd = false;
    for (Node *child = node + 1, *end = node + node->size; child < end; child += child->size, odd = !odd) {
        child->up = (uint32_t)(child - node);
        if (map && !odd && (child->kind == YAML_MAP || child->kind == YAML_SEQUENCE)) child->flags |= YAML_KEY;
        if (child->start < last) child->start = last;
        if (child->end < child->start) child->end = child->start;
        last = child->end;
    }
    node->end = MAX(node->end, last);
    return odd;
}

void yaml_close(YamlParser *p, uint32_t index, uint32_t end) {
    p->nodes.items[index].end = end;
    p->nodes.items[index].size = p->nodes.count - index;
    uint8_t kind = p->nodes.items[index].kind;
    if (kind == YAML_SCALAR || kind == YAML_ALIAS || !adopt(p, index) || kind != YAML_MAP) return;
    uint32_t empty = yaml_empty(p, p->nodes.items[p->nodes.count - 1].end); /* a broken document may end between a key and its value */
    if (p->failed) p->nodes.items[empty].flags |= YAML_OPEN;
    p->nodes.items[index].size++;
    adopt(p, index);
}

/* Puts a node in front of those from `index` on. */
void yaml_insert_before(YamlParser *p, uint32_t index, YamlKind kind) {
    vec_push(p->arena, &p->nodes, (Node){0});
    Node *at = p->nodes.items + index;
    memmove(at + 1, at, (p->nodes.count - 1 - index) * sizeof(Node));
    *at = (Node){.start = at[1].start, .end = at[1].end, .size = 1, .kind = (uint8_t)kind};
    for (uint32_t i = 0; i < p->extra->anchors.count; i++) {
        YamlAnchor *anchor = &p->extra->anchors.items[p->extra->anchors.count - 1 - i];
        if (anchor->node < index) break;
        anchor->node++;
    }
}

/* {{ … }} or {% … %} on the line where reading broke off, or ${ … } and nothing else. */
static bool is_template_line(const YamlParser *p, uint32_t at) {
    uint32_t start = at, end = at;
    while (start > 0 && !yaml_is_break(p->s[start - 1])) start--;
    while (end < p->len && !yaml_is_break(p->s[end])) end++;
    Str line = str_slice(p->text.bytes, start, end);
    Str word = str_trim(line);
    return str_has(line, STR("{{")) || str_has(line, STR("{%")) || (str_starts(word, STR("${")) && str_ends(word, STR("}")));
}

/* Records the fault that ends this document. Only the first one counts: the rest would be its echo. */
void yaml_fail(YamlParser *p, ProblemCode code, uint32_t start, uint32_t end) {
    if (p->failed) return;
    p->failed = true;
    end = MIN(MAX(end, start), p->len);
    if (p->template && (p->told || is_template_line(p, MIN(start, end)))) code = PROBLEM_YAML_TEMPLATE;
    source_problem(p->text.source, code, text_span(&p->text, MIN(start, end), end), (Str){NULL, 0});
}

bool yaml_is_marker(const YamlParser *p, uint32_t at) {
    if (at != p->line_start || at + 3 > p->len) return false;
    bool dashes = p->s[at] == '-' && p->s[at + 1] == '-' && p->s[at + 2] == '-';
    bool dots = p->s[at] == '.' && p->s[at + 1] == '.' && p->s[at + 2] == '.';
    return (dashes || dots) && yaml_is_space_or_end(p, at + 3);
}

/* Moves over blanks, comments and line ends to the next token. A tab is fine as separation, not as indentation: the
 * caller that needs an indentation looks at p->tab. */
void yaml_next_token(YamlParser *p) {
    for (;;) {
        uint32_t from = p->at;
        while (p->at < p->len && yaml_is_blank(p->s[p->at])) {
            if (p->s[p->at] == '\t' && p->fresh) p->tab = true;
            p->at++;
        }
        bool separated = p->at > from || p->at == p->line_start || p->fresh;
        if (p->at < p->len && p->s[p->at] == '#' && separated) {
            uint32_t start = p->at;
            const char *end = memchr(p->s + start, '\n', p->len - start);
            p->at = end ? (uint32_t)(end - p->s) : p->len;
            uint32_t stop = p->at > start && p->s[p->at - 1] == '\r' ? p->at - 1 : p->at;
            vec_push(p->arena, &p->extra->comments, (Span){start, stop});
        }
        if (p->at >= p->len || !yaml_is_break(p->s[p->at])) return;
        yaml_cross_line(p);
    }
}

void yaml_cross_line(YamlParser *p) {
    if (p->s[p->at] == '\r' && p->at + 1 < p->len && p->s[p->at + 1] == '\n') p->at++;
    p->at++;
    p->line_start = p->at;
    p->fresh = true;
    p->tab = false;
}

/* After content on a line: only blanks and a comment may follow. */
static void expect_line_end(YamlParser *p) {
    yaml_next_token(p);
    if (p->at < p->len && !p->fresh) yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
}

uint32_t yaml_empty(YamlParser *p, uint32_t at) {
    uint32_t index = yaml_open(p, YAML_SCALAR, at);
    p->nodes.items[index].flags = YAML_EMPTY;
    return index;
}

bool yaml_enter(YamlParser *p) {
    if (p->depth >= NODE_DEPTH_MAX) {
        yaml_fail(p, PROBLEM_FILE_TOO_DEEP, p->at, p->at + 1);
        return false;
    }
    p->depth++;
    return true;
}

/* ---- block nodes ---- */

static void block_node(YamlParser *p, int parent, YamlPlace place);

static int column(const YamlParser *p) {
    return (int)(p->at - p->line_start);
}

static bool is_entry(const YamlParser *p, char mark) {
    return p->at < p->len && p->s[p->at] == mark && yaml_is_space_or_end(p, p->at + 1);
}

/* The next line goes on with something at `indent` of this collection. Ends the document's reading on a bad one. */
static bool goes_on(YamlParser *p, int indent) {
    if (p->failed || p->at >= p->len || yaml_is_marker(p, p->at)) return false;
    if (!p->fresh) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
        return false;
    }
    if (p->tab && memchr(p->s + p->line_start, '\t', MIN((uint32_t)MAX(indent, 1), p->at - p->line_start))) {
        yaml_fail(p, PROBLEM_YAML_TAB, p->line_start, p->at);
        return false;
    }
    if (column(p) > indent) yaml_fail(p, PROBLEM_YAML_INDENTATION, p->line_start, p->at);
    return column(p) == indent && !p->failed;
}

/* What stands after `-`, `?` or `:` at `indent`: a node on the same line, a deeper one below, or nothing. */
static void block_content(YamlParser *p, int indent, YamlPlace place) {
    if ((place == YAML_AFTER_KEY || place == YAML_AFTER_DASH) && yaml_word_value(p, indent)) return;
    uint32_t after = p->at, line = p->line_start;
    bool tab = false;
    for (uint32_t i = p->at; i < p->len && yaml_is_blank(p->s[i]); i++) tab |= p->s[i] == '\t';
    yaml_next_token(p);
    bool same_line = p->line_start == line;
    bool nothing = p->at >= p->len || yaml_is_marker(p, p->at);
    if (!nothing && !same_line) {
        bool sequence_here = (place == YAML_AFTER_KEY || place == YAML_AFTER_MARK) && column(p) == indent && is_entry(p, '-');
        nothing = column(p) <= indent && !sequence_here;
    }
    if (nothing) {
        yaml_empty(p, after);
        return;
    }
    if (same_line && tab && (is_entry(p, '-') || is_entry(p, '?'))) {
        yaml_fail(p, PROBLEM_YAML_TAB, after, p->at);
        return;
    }
    p->tab_before = same_line && tab;
    block_node(p, indent, same_line ? place : place == YAML_AFTER_KEY ? YAML_BELOW_KEY : YAML_BELOW);
}

static void block_sequence(YamlParser *p) {
    int indent = column(p);
    uint32_t index = yaml_open(p, YAML_SEQUENCE, p->at);
    do {
        if (!is_entry(p, '-')) break; /* a sequence at its key's indentation ends at the next key */
        p->at++;
        p->fresh = false;
        block_content(p, indent, YAML_AFTER_DASH);
    } while (goes_on(p, indent));
    yaml_close(p, index, p->nodes.items[p->nodes.count - 1].end);
}

/* An implicit key: one line, at most 1024 bytes. False when what stands here is no key. */
static bool block_key(YamlParser *p, int indent) {
    YamlPending pending = {0};
    uint32_t line = p->line_start, start = p->at, index = p->nodes.count;
    while (yaml_at_property(p) && !p->failed) {
        yaml_read_property(p, &pending, false);
        yaml_next_token(p);
        if (p->line_start != line) yaml_fail(p, PROBLEM_YAML_SYNTAX, start, pending.end);
    }
    if (p->failed) return false;
    yaml_candidate(p, indent);
    if (p->failed) return false;
    yaml_attach(p, &pending, index);
    uint32_t end = p->at;
    while (p->at < p->len && yaml_is_blank(p->s[p->at])) p->at++;
    if (p->line_start != line || !is_entry(p, ':') || end - start > YAML_KEY_MAX) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, start, MIN(end, start + YAML_KEY_MAX));
        return false;
    }
    return true;
}

/* A plain scalar without its further lines, a quoted one, an alias or a flow collection: what may be a key. */
void yaml_candidate(YamlParser *p, int parent) {
    char c = p->at < p->len ? p->s[p->at] : '\0';
    if (yaml_at_template(p)) yaml_template(p, false);
    else if (c == '[' || c == '{') yaml_flow_collection(p, parent);
    else if (c == '*') yaml_alias(p, false);
    else if (c == '"' || c == '\'') yaml_quoted(p, parent);
    else if (is_entry(p, ':')) yaml_empty(p, p->at);
    else yaml_plain_line(p, false);
}

/* `? key` and `: value`, each a block of its own. */
static void explicit_pair(YamlParser *p, int indent) {
    p->at++;
    p->fresh = false;
    block_content(p, indent, YAML_AFTER_MARK);
    if (p->failed) return;
    bool value = p->at < p->len && p->fresh && column(p) == indent && is_entry(p, ':') && !yaml_is_marker(p, p->at);
    if (!value) {
        yaml_empty(p, p->nodes.items[p->nodes.count - 1].end);
        return;
    }
    p->at++;
    p->fresh = false;
    block_content(p, indent, YAML_AFTER_MARK);
}

/* The value after an implicit key; p->at stands on the colon. */
static void pair_value(YamlParser *p, int indent) {
    p->at++;
    p->fresh = false;
    block_content(p, indent, YAML_AFTER_KEY);
}

/* The pairs of a mapping whose MAP node is `index` and whose first key has been read when `has_key`. */
static void block_map(YamlParser *p, uint32_t index, int indent, bool has_key) {
    if (has_key) pair_value(p, indent);
    else explicit_pair(p, indent);
    while (goes_on(p, indent)) {
        if (yaml_word_key(p)) pair_value(p, indent);
        else if (is_entry(p, '?')) explicit_pair(p, indent);
        else if (is_entry(p, '-') || !block_key(p, indent)) {
            yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
            break;
        } else pair_value(p, indent);
    }
    yaml_close(p, index, MAX(p->nodes.items[index].start, p->nodes.items[p->nodes.count - 1].end));
}

/* `&a` on one line and `!!str` on the next belong to the same node: `inner` gets both. */
static void merge(YamlParser *p, const YamlPending *outer, YamlPending *inner) {
    const YamlProperties *have = &outer->properties;
    YamlProperties *more = &inner->properties;
    if ((have->anchor.end && more->anchor.end) || (have->tag.end && more->tag.end)) yaml_fail(p, PROBLEM_YAML_SYNTAX, inner->start, inner->end);
    if (have->anchor.end) more->anchor = have->anchor;
    if (have->tag.end) more->tag = have->tag;
}

/* Reads properties, also those on a line of their own above a collection: these come back in `outer`. False when
 * nothing follows them and an empty node was made. */
static bool block_properties(YamlParser *p, int parent, YamlPlace *place, YamlPending *outer, YamlPending *inner) {
    while (yaml_at_property(p) && !p->failed) {
        uint32_t line = p->line_start;
        yaml_read_property(p, inner, false);
        yaml_next_token(p);
        if (p->line_start == line && p->at < p->len) continue;
        bool sequence_here = (*place == YAML_AFTER_KEY || *place == YAML_BELOW_KEY) && column(p) == parent && is_entry(p, '-');
        bool nothing = p->at >= p->len || yaml_is_marker(p, p->at) || (column(p) <= parent && !sequence_here);
        if (nothing) {
            YamlPending *used = inner->any ? inner : outer;
            uint32_t index = yaml_empty(p, used->end);
            yaml_attach(p, used, index);
            return false;
        }
        if (outer->any) merge(p, outer, inner);
        *outer = *inner;
        *inner = (YamlPending){0};
        *place = *place == YAML_AFTER_KEY || *place == YAML_BELOW_KEY ? YAML_BELOW_KEY : YAML_BELOW;
    }
    return !p->failed;
}

/* `- …` or `? …`: a collection that shows itself by its mark. */
static void marked_collection(YamlParser *p, YamlPlace place, YamlPending *outer, const YamlPending *inner) {
    if (place == YAML_AFTER_KEY || place == YAML_AFTER_MARKER || p->tab_before || inner->any) {
        yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
        return;
    }
    uint32_t index = p->nodes.count;
    if (p->s[p->at] == '-') block_sequence(p);
    else {
        yaml_open(p, YAML_MAP, p->at);
        block_map(p, index, column(p), false);
    }
    yaml_attach(p, outer, index);
}

/* What was read at `index` is a key (p->at stands on its colon): the properties on its line are the key's, those above are the
 * mapping's. */
static void implicit_map(YamlParser *p, uint32_t index, uint32_t start, YamlPending *outer, YamlPending *inner) {
    int indent = (int)(start - p->line_start);
    yaml_attach(p, inner, index);
    yaml_insert_before(p, index, YAML_MAP);
    p->nodes.items[index].start = start;
    block_map(p, index, indent, true);
    yaml_attach(p, outer, index);
}

static void block_entry(YamlParser *p, int parent, YamlPlace place, YamlPending *outer, YamlPending *inner) {
    uint32_t index = p->nodes.count, line = p->line_start;
    uint32_t start = inner->any ? inner->start : p->at;
    bool may_collect = place != YAML_AFTER_KEY && place != YAML_AFTER_MARKER && !p->tab_before;
    if (is_entry(p, '-') || is_entry(p, '?')) {
        marked_collection(p, place, outer, inner);
        return;
    }
    if (p->s[p->at] == '|' || p->s[p->at] == '>') {
        yaml_block_scalar(p, parent);
        yaml_attach(p, inner->any ? inner : outer, index);
        return;
    }
    yaml_candidate(p, parent);
    if (p->failed) return;
    uint32_t end = p->at;
    while (p->at < p->len && yaml_is_blank(p->s[p->at])) p->at++;
    if (p->line_start == line && is_entry(p, ':') && end - start <= YAML_KEY_MAX) {
        if (may_collect) implicit_map(p, index, start, outer, inner);
        else yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
        return;
    }
    p->at = end;
    if (p->nodes.items[index].kind == YAML_SCALAR && p->nodes.items[index].style == YAML_PLAIN) {
        yaml_plain_rest(p, index, parent, false);
    }
    if (inner->any && outer->any) merge(p, outer, inner);
    yaml_attach(p, inner->any ? inner : outer, index);
    expect_line_end(p);
}

/* A node of a block collection whose indentation is `parent`; p->at stands on its first token. */
static void block_node(YamlParser *p, int parent, YamlPlace place) {
    if (!yaml_enter(p)) return;
    YamlPending outer = {0}, inner = {0};
    bool tab = p->tab_before;
    if (block_properties(p, parent, &place, &outer, &inner)) {
        if (place == YAML_BELOW || place == YAML_BELOW_KEY) tab = p->tab && memchr(p->s + p->line_start, '\t', p->at - p->line_start);
        p->tab_before = tab;
        block_entry(p, parent, place, &outer, &inner);
    }
    p->tab_before = false;
    p->depth--;
}

/* ---- the stream ---- */

/* %YAML and %TAG lines; they need a --- behind them. True when there was one. */
static bool directives(YamlParser *p) {
    bool any = false, version = false;
    while (p->at < p->len && p->at == p->line_start && p->s[p->at] == '%') {
        uint32_t start = p->at;
        while (p->at < p->len && !yaml_is_break(p->s[p->at])) p->at++;
        Str line = str_slice(p->text.bytes, start, p->at);
        size_t comment = str_find(line, STR(" #"));
        if (comment != STR_NONE) line.len = comment;
        line = str_trim(line);
        if (str_starts(line, STR("%YAML")) && (line.len == 5 || yaml_is_blank(line.at[5]))) {
            Str number = str_trim(str_skip(line, 5));
            bool one = number.len && !memchr(number.at, ' ', number.len) && !memchr(number.at, '\t', number.len) && !memchr(number.at, '#', number.len);
            if (version || !one || line.len == number.len + 5) yaml_fail(p, PROBLEM_YAML_SYNTAX, start, p->at);
            version = true;
        } else if (str_starts(line, STR("%TAG"))) {
            Str handle, prefix;
            str_cut(str_trim(str_skip(line, 4)), ' ', &handle, &prefix);
            vec_push(p->arena, &p->extra->handles, ((YamlHandle){p->nodes.count, handle, str_trim(prefix)}));
        }
        any = true;
        yaml_next_token(p);
    }
    return any;
}

/* After a fault: goes to the next line that starts a document. */
static void recover(YamlParser *p) {
    if (yaml_is_marker(p, p->at)) return; /* the fault was that the document ended here */
    while (p->at < p->len) {
        const char *end = memchr(p->s + p->at, '\n', p->len - p->at);
        if (!end) break;
        p->at = p->line_start = (uint32_t)(end - p->s) + 1;
        if (yaml_is_marker(p, p->at)) {
            p->fresh = true;
            p->tab = false;
            return;
        }
    }
    p->at = p->len;
}

/* The node of a document, when there is one before the next marker. */
static void document_node(YamlParser *p, bool same_line) {
    yaml_next_token(p);
    bool here = same_line && !p->fresh;
    if (p->at >= p->len || yaml_is_marker(p, p->at)) yaml_empty(p, MIN(p->at, p->len));
    else block_node(p, -1, here ? YAML_AFTER_MARKER : YAML_BELOW);
    if (!p->failed && p->at < p->len && !yaml_is_marker(p, p->at)) yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
}

/* Where a document breaks, what comes next may belong to any of the collections that end there. */
static void open_edge(YamlParser *p, uint32_t document) {
    for (uint32_t at = document; p->nodes.items[at].size > 1;) {
        p->nodes.items[at].flags |= at == document ? 0 : YAML_OPEN;
        uint32_t end = at + p->nodes.items[at].size, child = at + 1;
        for (uint32_t next = child + p->nodes.items[child].size; next < end; next += p->nodes.items[next].size) child = next;
        at = child;
    }
}

static void document(YamlParser *p) {
    bool with_directives = directives(p);
    uint32_t index = yaml_open(p, YAML_DOCUMENT, p->at);
    p->document = index;
    bool marker = p->at < p->len && yaml_is_marker(p, p->at) && p->s[p->at] == '-';
    if (with_directives && !marker && !p->failed) yaml_fail(p, PROBLEM_YAML_SYNTAX, p->at, p->at + 1);
    if (marker) {
        p->at += 3;
        p->fresh = false;
        p->nodes.items[index].flags |= YAML_EXPLICIT;
    }
    p->depth = 0;
    if (!p->failed) document_node(p, marker);
    uint32_t last = p->nodes.count - 1;
    bool broke = p->failed;
    if (broke) recover(p);
    yaml_close(p, index, MAX(p->nodes.items[index].start, p->nodes.items[last].end));
    if (broke) open_edge(p, index);
    while (p->at < p->len && yaml_is_marker(p, p->at) && p->s[p->at] == '.') {
        p->nodes.items[index].flags |= YAML_ENDED;
        p->at += 3;
        p->fresh = false;
        p->failed = false;
        expect_line_end(p);
        if (p->failed) recover(p);
    }
}

static const Tree *parse(Text text, const Grammar *grammar) {
    Arena *arena = &text.source->arena;
    YamlParser parser = {.text = text, .arena = arena, .s = text.bytes.at, .len = (uint32_t)text.bytes.len, .fresh = true,
                         .template = grammar == &yaml_template_grammar};
    YamlParser *p = &parser;
    p->extra = arena_new(arena, YamlExtra);
    vec_reserve(arena, &p->nodes, p->len / 12 + 8);
    uint32_t stream = yaml_open(p, YAML_STREAM, 0);
    if (str_starts(text.bytes, STR("\xEF\xBB\xBF"))) p->at = p->line_start = 3;
    yaml_next_token(p);
    while (p->at < p->len) {
        if (yaml_is_marker(p, p->at) && p->s[p->at] == '.') { /* a lone `...` ends nothing */
            p->at += 3;
            yaml_next_token(p);
            continue;
        }
        p->failed = false;
        uint32_t before = p->at;
        document(p);
        yaml_next_token(p);
        if (p->at == before) p->at++; /* never stand still */
    }
    yaml_close(p, stream, p->len);
    Tree *tree = arena_new(arena, Tree);
    *tree = (Tree){grammar, text, p->nodes.items, p->nodes.count, p->extra};
    yaml_link_aliases(tree);
    yaml_keep_large(tree, p->extra, arena);
    if (!text.source->brief) yaml_report_keys(tree);
    if (!text.source->brief) yaml_report_old(tree);
    return tree;
}

const Tree *yaml_parse(Text text) { return parse(text, &yaml_grammar); }
const Tree *yaml_parse_template(Text text) { return parse(text, &yaml_template_grammar); }
const Tree *yaml_parse_pipeline(Text text) { return parse(text, &yaml_pipeline_grammar); }
