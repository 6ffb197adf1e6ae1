/* What every grammar promises of any bytes: a tree whose invariants hold, and spans inside of the source. */
#ifndef FUZZ_TREE_H
#define FUZZ_TREE_H

#include "model/node.h"

/* Parses `data` as a file of its own; `look` (NULL: nothing) sees the tree before it goes. */
static inline void fuzz_grammar(const uint8_t *data, size_t size, const Tree *(*parse)(Text), void (*look)(const Tree *, Arena *)) {
    Source source;
    source_init(&source, STR("input"), (Str){(const char *)data, size});
    const Tree *tree = parse(text_of_source(&source));
    const char *broken = tree_verify(tree);
    ensure(!broken, broken ? broken : "");
    Arena a = {0};
    if (look) look(tree, &a);
    arena_free(&a);
    source_free(&source);
}

#endif
