/* Walks over the flat array; none of them recurses. */
#include "model/node.h"

void tree_finish(Tree *tree) {
    uint32_t open[NODE_DEPTH_MAX * 4 + 8]; /* a grammar may nest a few nodes for one level of its own */
    uint32_t depth = 0;
    for (uint32_t i = 0; i < tree->count; i++) {
        while (depth && i >= open[depth - 1] + tree->nodes[open[depth - 1]].size) depth--;
        tree->nodes[i].up = depth ? i - open[depth - 1] : 0;
        ensure(depth < ARRAY_COUNT(open), "parsers stop at NODE_DEPTH_MAX");
        open[depth++] = i;
    }
}

const char *tree_verify(const Tree *tree) {
    if (!tree->count) return "a tree has a root";
    if (tree->nodes[0].size != tree->count) return "the root holds every node";
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        if (node->start > node->end || node->end > tree->text.bytes.len) return "a node lies in its text";
        if (node->kind >= tree->grammar->kind_count) return "a kind is one of its grammar's";
        if (node->size < 1 || node->size > tree->count - i) return "a subtree ends in its tree";
        uint32_t last = node->start, sum = 1;
        node_each(child, node) {
            if (child->size < 1) return "a subtree has a node";
            if (child->start < last || child->end > node->end) return "children lie in order in their parent";
            if (child - child->up != node) return "a child knows its parent";
            last = child->end;
            sum += child->size;
        }
        if (sum != node->size) return "sizes of children add up";
    }
    return NULL;
}

const Node *node_next(const Node *node) {
    const Node *parent = node_parent(node);
    if (!parent || node + node->size >= parent + parent->size) return NULL;
    return node + node->size;
}

/* The index of the first node that begins at `start` or behind it: in pre-order nodes never begin before the one in front. */
static uint32_t first_from(const Tree *tree, uint32_t start) {
    uint32_t low = 0, high = tree->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (tree->nodes[middle].start < start) low = middle + 1;
        else high = middle;
    }
    return low;
}

const Node *tree_from(const Tree *tree, uint32_t start) {
    uint32_t at = first_from(tree, start);
    return at < tree->count && tree->nodes[at].start == start ? &tree->nodes[at] : NULL;
}

const Node *tree_before(const Tree *tree, uint32_t offset) {
    uint32_t behind = first_from(tree, offset + 1);
    return behind ? &tree->nodes[behind - 1] : NULL;
}

const Node *tree_at(const Tree *tree, Span span) {
    const Node *end = tree->nodes + tree->count;
    for (const Node *node = tree_from(tree, span.start); node && node < end && node->start == span.start; node++) {
        if (node->end == span.end) return node;
    }
    return NULL;
}

static uint32_t node_depth(const Node *node) {
    uint32_t depth = 0;
    while ((node = node_parent(node))) depth++;
    return depth;
}

#define DUMP_TEXT_MAX 60 /* bytes of a node's text that a dump shows */

void tree_dump(const Tree *tree, Buf *out) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        buf_fill(out, ' ', 2 * (size_t)node_depth(node));
        buf_add(out, tree->grammar->kinds[node->kind]);
        Span span = node_span(tree, node);
        buf_print(out, " %u..%u", span.start, span.end);
        if (node->style || node->flags) buf_print(out, " style=%u flags=%u", node->style, node->flags);
        if (node->size == 1) {
            Str text = node_text(tree, node);
            buf_lit(out, " \"");
            for (size_t b = 0; b < MIN(text.len, DUMP_TEXT_MAX); b++) {
                uint8_t byte = (uint8_t)text.at[b];
                if (byte < 0x20 || byte == 0x7f || byte == '"' || byte == '\\') buf_print(out, "\\x%02x", byte);
                else buf_byte(out, (char)byte);
            }
            buf_add(out, text.len > DUMP_TEXT_MAX ? STR("\"…") : STR("\""));
        }
        buf_byte(out, '\n');
    }
}
