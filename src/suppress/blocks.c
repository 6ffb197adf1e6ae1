/* A block goes on while lines are indented deeper than the one it begins with; a closing bracket at its own depth belongs to it.
 * `---` ends every block and begins one that holds the document. Ends are found with a stack of open lines, each pushed and
 * popped once. */
#include "suppress/blocks.h"

static uint32_t indent_of(Str line) {
    size_t column = 0;
    while (column < line.len && (line.at[column] == ' ' || line.at[column] == '\t')) column++;
    Str text = str_trim(line);
    if (!text.len || text.at[0] == '#' || str_starts(text, STR("//"))) return BLOCK_NONE;
    if (column == 0 && str_starts(line, STR("---"))) return 0;
    bool dash = text.at[0] == '-' && (text.len == 1 || text.at[1] == ' ');
    return (uint32_t)(column + 1) * 2 + dash;
}

static bool closes(Str line) {
    Str text = str_trim(line);
    return text.len && (text.at[0] == '}' || text.at[0] == ']' || text.at[0] == ')');
}

Blocks blocks_of(Source *source, Arena *a) {
    Blocks b = {arena_array(a, BlockLine, source_lines(source)), source_lines(source)};
    uint32_t *open = arena_array(a, uint32_t, b.count), depth = 0, last = 0;
    for (uint32_t i = 0; i < b.count; i++) {
        Str line = source_line(source, i + 1);
        b.lines[i] = (BlockLine){indent_of(line), i + 1};
        if (b.lines[i].indent == BLOCK_NONE) continue;
        bool closing = closes(line);
        while (depth && b.lines[open[depth - 1]].indent >= b.lines[i].indent) {
            uint32_t top = open[--depth];
            b.lines[top].end = closing && b.lines[top].indent == b.lines[i].indent ? i + 1 : last;
        }
        open[depth++] = i;
        last = i + 1;
    }
    while (depth) b.lines[open[--depth]].end = last;
    return b;
}

uint32_t blocks_end(const Blocks *b, uint32_t line) { return line && line <= b->count ? b->lines[line - 1].end : line; }

uint32_t blocks_next(const Blocks *b, uint32_t line) {
    for (uint32_t i = line; i < b->count; i++) {
        if (b->lines[i].indent != BLOCK_NONE) return i + 1;
    }
    return line;
}

uint32_t blocks_owner(const Blocks *b, uint32_t line) {
    for (uint32_t i = line; i-- > 0;) {
        if (b->lines[i].indent <= 3 && b->lines[i].indent >= 2) return b->lines[i].end >= line ? i + 1 : 0;
    }
    return 0;
}

void blocks_document(const Blocks *b, uint32_t line, uint32_t *from, uint32_t *to) {
    *from = 1;
    *to = b->count;
    for (uint32_t i = MIN(line, b->count); i-- > 0;) {
        if (b->lines[i].indent == 0) {
            *from = i + 1;
            break;
        }
    }
    for (uint32_t i = line; i < b->count; i++) {
        if (b->lines[i].indent == 0) {
            *to = i;
            break;
        }
    }
}
