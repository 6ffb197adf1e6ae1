/* What the loaders of templates/ share. Nobody outside of this folder includes it. */
#ifndef GENERATE_LOAD_H
#define GENERATE_LOAD_H

#include "generate/templates.h"
#include "parse/yaml.h"

typedef struct Loading {
    Arena *a;
    Templates *out;
    Source *source;
    const Tree *tree;
    Error *err;
    bool failed;
} Loading;

/* The first fault wins; false. */
PRINTF(3, 4) bool load_fault(Loading *l, const Node *node, const char *format, ...);
/* All of these take NULL for what is not there. */
Str load_text(Loading *l, const Node *node);
Prose load_prose(Loading *l, const Node *node);
void load_strings(Loading *l, const Node *node, const Str **out, uint32_t *count);
bool load_flag(Loading *l, const Node *node);
int64_t load_number(Loading *l, const Node *node);
const CelProgram *load_program(Loading *l, const Node *node);
const Blank *load_blank(Loading *l, const Node *node);
const Regex *load_regex(Loading *l, const Node *node);
uint32_t load_fact(Loading *l, const Node *node);
void load_facts(Loading *l, const Node *node, const uint32_t **out, uint32_t *count);
/* False at a key that is not one of these. */
bool load_keys(Loading *l, const Node *map, const Str *allowed, uint32_t count);

/* load_stack.c */
void load_stack(Loading *l, const Node *root, Str id, Stack *out);

#endif
