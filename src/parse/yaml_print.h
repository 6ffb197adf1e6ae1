/* A piece of YAML written anew, to fit a place in a file: its scalars stay as they are spelt, its layout is the file's. */
#ifndef PARSE_YAML_PRINT_H
#define PARSE_YAML_PRINT_H

#include "parse/yaml.h"

typedef struct YamlLayout {
    uint32_t indent; /* columns in front of the lines */
    uint32_t step;   /* of a map in a map */
    uint32_t list;   /* of a list in a map: 0 when dashes stand under the key */
    Str feed;        /* end of a line */
} YamlLayout;

/* Whether it is a collection in block style, a list in block style. */
bool yaml_print_is_block(Str snippet);
bool yaml_print_is_list(Str snippet);
/* In block style; the first line is not indented. False when the snippet is no YAML or has scalars of several lines. */
bool yaml_print_block(Str snippet, const YamlLayout *layout, Arena *a, Str *out);
/* On one line; `json`: every string in double quotes. */
bool yaml_print_flow(Str snippet, bool json, Arena *a, Str *out);

#endif
