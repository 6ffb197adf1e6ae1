/* Bodies: attributes and blocks, and the way back after a fault. Invariant: every function either moves forward or sets `bad`,
 * and an item that is bad is skipped to its end, brackets and strings balanced, so that the next one is read. */
#include "parse/hcl_parser.h"

static const Str kinds[HCL_KIND_COUNT] = {
    STR_INIT("body"), STR_INIT("attribute"), STR_INIT("block"), STR_INIT("name"), STR_INIT("label"), STR_INIT("number"), STR_INIT("literal"),
    STR_INIT("template"), STR_INIT("text"), STR_INIT("interpolation"), STR_INIT("if"), STR_INIT("for-text"), STR_INIT("tuple"), STR_INIT("object"),
    STR_INIT("item"), STR_INIT("for-tuple"), STR_INIT("for-object"), STR_INIT("variable"), STR_INIT("get"), STR_INIT("index"), STR_INIT("splat"),
    STR_INIT("self"), STR_INIT("call"), STR_INIT("unary"), STR_INIT("binary"), STR_INIT("condition"), STR_INIT("parentheses"), STR_INIT("bad")};

const Grammar hcl_grammar = {STR_INIT("hcl"), kinds, HCL_KIND_COUNT, NULL};

/* ---- bytes ---- */

static void skip_comment(HclParser *p) {
    if (hcl_peek(p, 0) == '/' && hcl_peek(p, 1) == '*') {
        uint32_t start = p->at;
        size_t close = str_find(str_skip(p->s, p->at + 2), STR("*/"));
        if (close == STR_NONE) {
            hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 2);
            p->at = (uint32_t)p->s.len;
        } else p->at += (uint32_t)close + 4;
        return;
    }
    if (p->s.at[p->at] == '/' && p->at >= p->told) { /* looked at again where the parser goes back */
        source_problem(p->text.source, PROBLEM_HCL_COMMENT, text_span(&p->text, p->at, p->at + 2), (Str){NULL, 0});
        p->told = p->at + 1;
    }
    const char *end = memchr(p->s.at + p->at, '\n', p->s.len - p->at);
    p->at = end ? (uint32_t)(end - p->s.at) : (uint32_t)p->s.len;
}

static bool at_comment(const HclParser *p) {
    char c = hcl_peek(p, 0), next = hcl_peek(p, 1);
    return c == '#' || (c == '/' && (next == '/' || next == '*'));
}

static void skip(HclParser *p, bool newlines) {
    while (!hcl_end(p)) {
        char c = p->s.at[p->at];
        if (c == ' ' || c == '\t' || c == '\r' || (newlines && c == '\n')) p->at++;
        else if (at_comment(p)) skip_comment(p);
        else return;
    }
}

void hcl_blanks(HclParser *p) { skip(p, p->free_newlines); }
void hcl_newlines(HclParser *p) { skip(p, true); }

void hcl_fault(HclParser *p, ProblemCode code, uint32_t start, uint32_t end) {
    if (!p->bad) source_problem(p->text.source, code, text_span(&p->text, start, MIN(end, (uint32_t)p->s.len)), (Str){NULL, 0});
    p->bad = true;
}

void hcl_unexpected(HclParser *p) { hcl_fault(p, PROBLEM_HCL_SYNTAX, p->at, p->at + 1); }

static bool starts_identifier(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (uint8_t)c >= 0x80; }
static bool in_identifier(char c) { return starts_identifier(c) || (c >= '0' && c <= '9') || c == '-'; }

uint32_t hcl_identifier(const HclParser *p) {
    if (hcl_end(p) || !starts_identifier(p->s.at[p->at])) return 0;
    uint32_t end = p->at;
    while (end < p->s.len && in_identifier(p->s.at[end])) end++;
    return end - p->at;
}

bool hcl_keyword(const HclParser *p, const char *word) {
    uint32_t len = hcl_identifier(p);
    return len && str_is(str_slice(p->s, p->at, p->at + len), word);
}

/* ---- nodes ---- */

void hcl_leaf(HclParser *p, HclKind kind, uint32_t start, uint32_t end) {
    vec_push(&p->scratch, &p->nodes, (Node){.start = start, .end = end, .size = 1, .kind = (uint8_t)kind});
    vec_push(&p->scratch, &p->heights, 1);
}

Node *hcl_close(HclParser *p, HclKind kind, uint32_t mark, uint32_t start, uint32_t end) {
    uint16_t height = 0;
    for (uint32_t i = p->nodes.count; i > mark; i -= p->nodes.items[i - 1].size) height = MAX(height, p->heights.items[i - 1]);
    uint32_t size = p->nodes.count - mark + 1;
    if (height >= HCL_HEIGHT_MAX) { /* what would be too deep becomes a leaf */
        hcl_fault(p, PROBLEM_FILE_TOO_DEEP, start, start + 1);
        p->nodes.count = p->heights.count = mark;
        kind = HCL_BAD;
        size = 1;
        height = 0;
    }
    vec_push(&p->scratch, &p->nodes, (Node){.start = start, .end = MAX(start, end), .size = size, .kind = (uint8_t)kind});
    vec_push(&p->scratch, &p->heights, (uint16_t)(height + 1));
    return &p->nodes.items[p->nodes.count - 1];
}

bool hcl_enter(HclParser *p) {
    if (++p->depth <= NODE_DEPTH_MAX) return true;
    hcl_fault(p, PROBLEM_FILE_TOO_DEEP, p->at, p->at + 1);
    return false;
}

/* A node's last child ends where the node's own subtree ends: walking back gives every child its place. */
static Node *preorder(HclParser *p) {
    uint32_t count = p->nodes.count;
    uint32_t *place = arena_array(&p->scratch, uint32_t, count);
    Node *out = arena_array(p->arena, Node, count);
    place[count - 1] = 0;
    for (uint32_t i = count; i-- > 0;) {
        const Node *node = &p->nodes.items[i];
        out[place[i]] = *node;
        uint32_t end = place[i] + node->size, child = i;
        for (uint32_t left = node->size - 1; left;) {
            uint32_t size = p->nodes.items[child - 1].size;
            end -= size;
            place[child - 1] = end;
            child -= size;
            left -= size;
        }
    }
    return out;
}

/* ---- the way back ---- */

static void skip_string(HclParser *p) {
    for (p->at++; !hcl_end(p) && p->s.at[p->at] != '"' && p->s.at[p->at] != '\n'; p->at++) {
        if (p->s.at[p->at] == '\\' && p->at + 1 < p->s.len) p->at++;
    }
    if (hcl_peek(p, 0) == '"') p->at++;
}

/* To the end of the line, or before the } of the body at hand; `line` false: to that } whatever the lines. */
static void recover(HclParser *p, bool line) {
    uint32_t open = 0;
    p->bad = false;
    while (!hcl_end(p)) {
        char c = p->s.at[p->at];
        if (at_comment(p)) {
            skip_comment(p);
            continue;
        }
        if (c == '"') {
            skip_string(p);
            continue;
        }
        if (c == '{' || c == '(' || c == '[') open++;
        if (c == '}' && !open) return;
        if ((c == '}' || c == ')' || c == ']') && open) open--;
        if (c == '\n' && !open && line) return;
        p->at++;
    }
    p->bad = false;
}

/* ---- bodies ---- */

static void body(HclParser *p, uint32_t start, bool nested);

static void attribute(HclParser *p, uint32_t start, uint32_t name_end) {
    uint32_t mark = p->nodes.count;
    hcl_leaf(p, HCL_NAME, start, name_end);
    p->at++;
    hcl_expression(p);
    uint32_t end = p->nodes.items[p->nodes.count - 1].end;
    hcl_close(p, HCL_ATTRIBUTE, mark, start, MAX(end, name_end));
}

static bool labels(HclParser *p) {
    for (;;) {
        hcl_blanks(p);
        uint32_t len = hcl_identifier(p);
        if (hcl_peek(p, 0) == '{') return true;
        if (len) {
            hcl_leaf(p, HCL_LABEL, p->at, p->at + len);
            p->at += len;
        } else if (hcl_peek(p, 0) == '"') {
            uint32_t start = p->at;
            skip_string(p);
            if (p->s.at[p->at - 1] != '"' || p->at - start < 2) {
                hcl_fault(p, PROBLEM_HCL_UNCLOSED, start, start + 1);
                return false;
            }
            hcl_leaf(p, HCL_LABEL, start + 1, p->at - 1);
        } else {
            hcl_unexpected(p);
            return false;
        }
    }
}

/* { a = 1 }: one attribute at most, and the brace on the same line. */
static void single_line(HclParser *p) {
    uint32_t start = p->at, mark = p->nodes.count, len = hcl_identifier(p);
    if (len) {
        p->at += len;
        hcl_blanks(p);
        if (hcl_peek(p, 0) == '=') attribute(p, start, start + len);
        else if (labels(p)) hcl_fault(p, PROBLEM_HCL_SYNTAX, start, p->at + 1);
        hcl_blanks(p);
    }
    if (hcl_peek(p, 0) != '}') hcl_unexpected(p);
    if (p->bad) {
        recover(p, false);
        if (p->nodes.count > mark && p->nodes.items[p->nodes.count - 1].kind != HCL_ATTRIBUTE) p->nodes.count = p->heights.count = mark;
    }
    hcl_close(p, HCL_BODY, mark, start, p->at);
}

static void block(HclParser *p, uint32_t start, uint32_t name_end) {
    uint32_t mark = p->nodes.count;
    hcl_leaf(p, HCL_NAME, start, name_end);
    if (!labels(p)) {
        p->nodes.count = p->heights.count = mark;
        return;
    }
    uint32_t brace = p->at++;
    bool entered = hcl_enter(p);
    hcl_blanks(p);
    if (!entered) hcl_close(p, HCL_BODY, p->nodes.count, p->at, p->at);
    else if (hcl_peek(p, 0) == '\n' || hcl_end(p)) body(p, p->at, true);
    else single_line(p);
    hcl_leave(p);
    if (hcl_peek(p, 0) == '}') p->at++;
    else hcl_fault(p, PROBLEM_HCL_UNCLOSED, brace, brace + 1);
    hcl_close(p, HCL_BLOCK, mark, start, p->at)->data = brace;
}

static void item(HclParser *p) {
    uint32_t start = p->at, len = hcl_identifier(p);
    if (!len && hcl_peek(p, 0) == '"') { /* "name" = value: read as meant, but no attribute may be quoted */
        hcl_unexpected(p);
        return;
    }
    if (!len) {
        hcl_unexpected(p);
        return;
    }
    p->at += len;
    hcl_blanks(p);
    if (hcl_peek(p, 0) == '=' && hcl_peek(p, 1) != '=') attribute(p, start, start + len);
    else block(p, start, start + len);
    if (p->bad) return;
    hcl_blanks(p);
    if (!hcl_end(p) && hcl_peek(p, 0) != '\n' && hcl_peek(p, 0) != '}') hcl_unexpected(p);
}

static void body(HclParser *p, uint32_t start, bool nested) {
    uint32_t mark = p->nodes.count;
    for (;;) {
        p->free_newlines = false;
        hcl_newlines(p);
        if (hcl_end(p) || (nested && hcl_peek(p, 0) == '}')) break;
        uint32_t before = p->at, count = p->nodes.count;
        item(p);
        if (p->bad) {
            bool whole = p->nodes.count > count && p->nodes.items[p->nodes.count - 1].kind <= HCL_BLOCK;
            if (!whole) p->nodes.count = p->heights.count = count;
            recover(p, true);
        }
        if (p->at == before) p->at++; /* a } that closes nothing */
    }
    hcl_close(p, HCL_BODY, mark, start, p->at);
}

static const Tree *finish(HclParser *p) {
    Tree *tree = arena_new(p->arena, Tree);
    *tree = (Tree){.grammar = &hcl_grammar, .text = p->text, .nodes = preorder(p), .count = p->nodes.count};
    tree_finish(tree);
    arena_free(&p->scratch);
    return tree;
}

/* What most files need, so that the list of nodes is not moved while it grows. */
#define BYTES_A_NODE 6
#define NODES_AT_ONCE (1u << 16)

const Tree *hcl_parse(Text text) {
    HclParser p = {.text = text, .s = text.bytes, .arena = &text.source->arena};
    vec_reserve(&p.scratch, &p.nodes, (uint32_t)MIN(text.bytes.len / BYTES_A_NODE, NODES_AT_ONCE));
    if (str_starts(p.s, STR("\xef\xbb\xbf"))) p.at = 3;
    body(&p, 0, false);
    return finish(&p);
}

const Tree *hcl_parse_template(Text text) {
    HclParser p = {.text = text, .s = text.bytes, .arena = &text.source->arena};
    hcl_template(&p);
    return finish(&p);
}

const Node *hcl_child(const Node *node, uint32_t n) {
    node_each(child, node) {
        if (!n--) return child;
    }
    return NULL;
}

Str hcl_name(const Tree *tree, const Node *node) { return node_text(tree, node); }
