/* What an HCL expression is worth, with holes: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md ("Expressions").
 *
 * Never fails: a fault of the expression, a function nobody knows, a name without a value give a hole. A template that is JSON
 * (a policy document) gives the structure that the JSON describes, and so does jsonencode, so that a document looks the same
 * whichever way it was written. */
#ifndef PARSE_HCL_VALUE_H
#define PARSE_HCL_VALUE_H

#include "parse/hcl.h"

#define HCL_STEPS_MAX 2000000u /* evaluated nodes of one project; beyond it everything is a hole */
#define HCL_TEXT_MAX (1u << 20)  /* bytes of a text that an expression makes; a longer one is a hole */
#define HCL_ITEMS_MAX 20000u   /* items of a list that an expression makes */

/* Flags of a value beside those of model/value.h. A hole is not known; one that FAILED is an error of Terraform's, which `try` and `can` see:
 * a member that a whole map lacks, a text that is no number. On a list or a map: something in it failed. */
enum {
    HCL_BLOCK_MAP = 1 << 6, /* a map that was a body: what it lacks is null */
    HCL_FAILED = 1 << 7
};

typedef struct HclLocal HclLocal;
struct HclLocal { /* a name bound by a for, or the iterator of a dynamic block */
    Str name;
    Value value;
    const HclLocal *next;
};

typedef struct HclScope HclScope;
struct HclScope {
    const Tree *tree;
    Arena *arena;              /* results live here */
    const HclLocal *locals;
    /* `root.name`, or `data.name.third`; `root` alone with an empty name. False: not known. */
    bool (*lookup)(HclScope *scope, Str root, Str name, Str third, Value *out);
    /* The bytes of a file that an expression names; NULL: there are none. */
    bool (*read)(HclScope *scope, Str path, Str *out);
    void *data;
    uint32_t *steps;           /* counts up to HCL_STEPS_MAX */
    Map *members;              /* of large maps, by the place of their entries; lives as long as `arena`. NULL: they are looked through */
    uint32_t depth;
    /* Where the value of the last expression was written, through names; lookup sets it for what a name stands for. */
    Source *origin;
    Span origin_span;
};

Value hcl_value(HclScope *scope, const Node *expression);
/* A lookup for what names nothing. */
bool hcl_no_names(HclScope *s, Str root, Str name, Str third, Value *out);
/* A number as the language has it: whole ones are VALUE_INT. */
Value hcl_number(long double number);
/* What Terraform refuses. */
Value hcl_failed(void);
static inline bool hcl_has_failed(Value v) { return v.flags & HCL_FAILED; }
/* A number, or a text that is one. */
bool hcl_to_number(Value v, long double *out);
bool hcl_to_bool(Value v, bool *out);
/* hcl_type.c: `v` as the type constraint of a variable makes it: optional attributes with their defaults, sets in order. `scope` has the
 * tree of `type`. https://developer.hashicorp.com/terraform/language/expressions/type-constraints */
Value hcl_convert(HclScope *scope, const Node *type, Value v);
/* As text, the way a template shows it; false when it has no such form. */
bool hcl_to_string(Value v, Arena *a, Str *out);
/* A member by name, or by position; what an open collection lacks is a hole. */
Value hcl_member(Value of, Value key);
/* A hole that knows how it begins and ends. */
Value hcl_partial(Str prefix, Str suffix, HoleReason reason, Arena *a);
/* Calls `name`; arguments may be holes. */
Value hcl_call(Str name, const Value *arguments, uint32_t count, Arena *a);
/* The value of the JSON in `bytes`, all of which stands at `from` of `source`; false when it is none. */
bool hcl_json(Source *source, uint32_t from, Str bytes, Arena *a, Value *out);
bool hcl_equal(Value a, Value b, bool *unknown);

#endif
