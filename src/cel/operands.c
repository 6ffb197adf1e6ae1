/* A program looked at from outside, for the laws Reach and Near miss: its operands, and the fields it reads. */
#include "cel/node.h"

static void flatten(const CelProgram *program, uint32_t node, uint32_t *nodes, uint32_t max, uint32_t *count) {
    while (program->nodes[node].kind == CEL_AND) {
        flatten(program, program->nodes[node].as.at.a, nodes, max, count); /* no deeper than the parser went */
        node = program->nodes[node].as.at.b;
    }
    if (*count < max) nodes[(*count)++] = node;
}

uint32_t cel_operands(const CelProgram *program, uint32_t *nodes, uint32_t max) {
    uint32_t count = 0;
    flatten(program, program->root, nodes, max, &count);
    return count;
}

bool cel_next_path(const CelProgram *program, uint32_t *from, Str *field) {
    for (; *from < program->count; ++*from) {
        const CelNode *node = &program->nodes[*from];
        if (node->kind != CEL_SELECT && node->kind != CEL_HAS) continue;
        *field = program->strings[node->as.at.b];
        return true;
    }
    return false;
}
