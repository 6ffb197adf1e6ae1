/* What the tables of functions share. */
#ifndef PARSE_HCL_FUNCTIONS_H
#define PARSE_HCL_FUNCTIONS_H

#include "parse/hcl_value.h"

typedef struct HclFunction {
    Str name;
    uint8_t least, most; /* arguments */
    bool holes;          /* takes holes and collections; else one among the arguments makes a hole of the result */
    Value (*code)(const Value *v, uint32_t n, Arena *a);
} HclFunction;

/* hcl_functions_text.c: formats, patterns, encodings, digests, dates. hcl_functions_set.c: sets, networks, numbers. */
extern const HclFunction hcl_text_functions[], hcl_set_functions[];
extern const uint32_t hcl_text_function_count, hcl_set_function_count;

/* hcl_files.c: functions that need more than their arguments; `call` is where they stand. False: none of them. */
bool hcl_special(HclScope *s, const Node *call, Str name, const Value *v, uint32_t n, Value *out);

static inline bool hcl_real(Value v, double *out) {
    long double number = 0;
    bool known = hcl_to_number(v, &number);
    *out = (double)number;
    return known;
}

/* A map's entries by key, the last one of each: the order in which Terraform goes through it. False when a key is not known. */
bool hcl_sorted(Value map, Arena *a, Value *out);

#endif
