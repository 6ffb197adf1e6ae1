/* A scalar as a text to parse in place: shell under `command:`, JSON in an annotation. Each decoded byte is traced to the byte
 * it came from; indentation, folded lines and quotes are stepped over, an escape stands for what it writes. The line of every byte is exact. */
#include "parse/yaml_parser.h"

static bool is_skipped(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\'' || c == '"'; }

/* Bytes of the escape at raw[at] == '\\'. */
static uint32_t escape_length(Str raw, uint32_t at) {
    char c = at + 1 < raw.len ? raw.at[at + 1] : '\0';
    return c == 'x' ? 4 : c == 'u' ? 6 : c == 'U' ? 10 : 2;
}

/* Where the body of a block scalar begins: behind the line of its `|`. */
static uint32_t body_start(Str raw) {
    size_t end = str_find_byte(raw, '\n');
    return end == STR_NONE ? (uint32_t)raw.len : (uint32_t)end + 1;
}

Text yaml_text(const Tree *tree, const Node *node) {
    bool quoted = node->style == YAML_SINGLE || node->style == YAML_DOUBLE;
    if (!(node->flags & YAML_DECODE)) {
        uint32_t quote = quoted && node->end - node->start >= 2 ? 1 : 0;
        return text_slice(&tree->text, node->start + quote, node->end - quote);
    }
    Source *source = tree->text.source;
    Str raw = node_text(tree, node), decoded = yaml_scalar(tree, node, &source->arena);
    bool block = node->style == YAML_LITERAL || node->style == YAML_FOLDED;
    uint32_t at = block ? body_start(raw) : quoted ? 1 : 0;
    TextBuilder b = text_builder(source);
    for (size_t i = 0; i < decoded.len; i++) {
        char byte = decoded.at[i];
        while (at < raw.len && raw.at[at] != byte && is_skipped(raw.at[at])) at++;
        uint32_t from = text_span(&tree->text, node->start + MIN(at, (uint32_t)raw.len), node->end).start;
        text_builder_byte(&b, byte, from);
        if (at >= raw.len) continue;
        if (node->style == YAML_DOUBLE && raw.at[at] == '\\') at += escape_length(raw, at);
        else if (raw.at[at] == byte) at++;
    }
    return text_builder_done(&b);
}

bool yaml_is_tree(Value v) { return v.kind == VALUE_TREE && v.as.tree->grammar->view == &yaml_view; }

Text yaml_value_text(Value v) {
    Str text = value_text(v), raw = source_slice(v.source, v.span);
    size_t at = text.len ? str_find(raw, text) : STR_NONE;
    if (at != STR_NONE) return text_of_span(v.source, span_of(v.span.start + (uint32_t)at, v.span.start + (uint32_t)(at + text.len)));
    TextBuilder b = text_builder(v.source);
    for (size_t i = 0; i < text.len; i++) text_builder_byte(&b, text.at[i], v.span.start);
    return text_builder_done(&b);
}

Text *yaml_item_texts(Value list, const Value *items, uint32_t count, Arena *a) {
    Text *texts = arena_array(a, Text, count);
    const Node *node = yaml_is_tree(list) ? node_first(&list.as.tree->nodes[list.count]) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        bool scalar = node && node->kind == YAML_SCALAR;
        texts[i] = scalar ? yaml_text(list.as.tree, node) : yaml_value_text(items[i]);
        if (node) node += node->size;
    }
    return texts;
}
