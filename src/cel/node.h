/* The nodes of a compiled expression: what `a`, `b`, `c`, `d`, `aux` of a CelNode (model/program.h) mean. */
#ifndef CEL_NODE_H
#define CEL_NODE_H

#include "cel/cel.h"
#include "values/time.h"

typedef enum CelNodeKind {
    CEL_NULL,
    CEL_BOOL,      /* as.integer: 0 or 1 */
    CEL_INT,       /* as.integer */
    CEL_UINT,      /* as.integer, its bits */
    CEL_DOUBLE,    /* a: index into doubles */
    CEL_STRING,    /* a: index into strings */
    CEL_BYTES,     /* a: index into strings */
    CEL_VARIABLE,  /* a: index into CelScope.variables */
    CEL_LOCAL,     /* a: slot */
    CEL_SELECT,    /* a: operand, b: string; aux: 1 + field index when the operand is an object of shape c, else 0; d: 1 = .? */
    CEL_HAS,       /* the same: has(a.b) */
    CEL_INDEX,     /* a: operand, b: index; d: 1 = [? ] */
    CEL_LIST,      /* a: start in lists, c: elements; an element with CEL_OPTIONAL_BIT is ?x */
    CEL_MAP,       /* a: start in lists, c: entries: key and value in turn; CEL_OPTIONAL_BIT on the key */
    CEL_AND, CEL_OR,                 /* a, b */
    CEL_NOT, CEL_NEGATE,             /* a */
    CEL_CONDITION,                   /* a ? b : c */
    CEL_EQ, CEL_NE, CEL_LT, CEL_LE, CEL_GT, CEL_GE, CEL_IN, /* a, b */
    CEL_ADD, CEL_SUB, CEL_MUL, CEL_DIV, CEL_MOD,            /* a, b */
    CEL_CALL,      /* aux: function of the library; a: start in lists, count: arguments, the receiver first */
    CEL_HOST,      /* b: string, the name; a: start in lists, count: arguments, the receiver first */
    CEL_ALL, CEL_EXISTS, CEL_EXISTS_ONE, CEL_FILTER, /* a: range, b: body, d: slot (two slots when aux is 1) */
    CEL_TRANSFORM, /* x.map(v, c, b): a: range, b: result, c: 1 + filter or 0, d: slot */
    CEL_TRANSFORM_MAP, /* x.transformMap(k, v, c, b): as CEL_TRANSFORM with two slots; the result is a map */
    CEL_OPT_MAP,   /* x.optMap(v, b): a: optional, b: result, d: slot; aux 1: optFlatMap */
    CEL_FAULT,     /* a: string, the message: an error when it is reached (CelEnv.unchecked) */
    CEL_TYPE,      /* a: string, the name of a type */
    CEL_BIND,      /* cel.bind(v, a, b), d: slot */
    CEL_NODE_KIND_COUNT
} CelNodeKind;

#define CEL_OPTIONAL_BIT UINT32_C(0x80000000)

/* library.c */
typedef struct CelEvaluator CelEvaluator;
typedef Value (*CelFunctionCode)(CelEvaluator *e, const Value *arguments, uint32_t count);
typedef struct CelFunction {
    Str name;
    bool receiver;           /* x.name(…): the receiver is the first argument */
    uint8_t minimum, maximum; /* arguments, receiver included */
    uint8_t result;          /* CelTypeKind */
    CelFunctionCode code;
} CelFunction;
#define FUNCTION(name, receiver, least, most, result, code) Value cel_##code(CelEvaluator *e, const Value *a, uint32_t n);
#include "cel/functions.def"
#undef FUNCTION

/* The function of that name that takes so many arguments (receiver included), or -1. */
int cel_function_find(Str name, bool receiver, uint32_t count);
const CelFunction *cel_function_at(uint32_t index);
/* A name that is spelt nearly so, or an empty string. */
Str cel_function_nearest(Str name);
/* Functions that the host answers: name, arity with receiver; -1 when it is none. */
bool cel_is_host_function(Str name, bool receiver, uint32_t count);
/* Methods of Kubernetes' admission control that need its API server (CelEnv.admission). */
bool cel_is_cluster_function(Str name, bool receiver, uint32_t count);
/* dialect.c: a field name as Kubernetes escapes it (__dot__, __namespace__ …) → as it is written in a manifest; in `a`. */
Str cel_unescape(Str name, Arena *a);

/* What an evaluation carries along. */
struct CelEvaluator {
    const CelProgram *program;
    CelScope *scope;
    Value *locals;
    bool check;   /* CHECK mode */
    uint32_t depth;
};

/* evaluate.c: the value of a node. */
Value cel_value(CelEvaluator *e, uint32_t node);

/* pick.c: the items of a range that are looked at, in order: all of them, or some. */
typedef struct CelPick {
    const uint32_t *places, *more; /* two rising lists; `places` NULL: all of `count` */
    uint32_t count, more_count;
    uint32_t at, more_at;          /* how far it has come */
} CelPick;
/* Leaves out items that can't be what `node`, a comprehension of one variable, looks for. */
void cel_pick_some(CelEvaluator *e, const CelNode *node, Value range, CelPick *pick);
static inline bool cel_pick_next(CelPick *p, uint32_t *index) {
    uint32_t here = p->at < p->count ? (p->places ? p->places[p->at] : p->at) : UINT32_MAX;
    uint32_t more = p->more_at < p->more_count ? p->more[p->more_at] : UINT32_MAX;
    if (here < more) p->at++;
    else if (more != UINT32_MAX) p->more_at++;
    *index = MIN(here, more);
    return *index != UINT32_MAX;
}

/* container.c */
Value cel_error(CelEvaluator *e, const char *format, ...) PRINTF(2, 3);
/* "no such overload: NAME" */
Value cel_mismatch(CelEvaluator *e, const char *name);
/* Holes and errors stop an operator; of two, a hole goes on. */
static inline bool cel_is_stop(Value v) { return v.kind == VALUE_HOLE || v.kind == VALUE_ERROR; }
static inline Value cel_stop(Value a, Value b) {
    if (a.kind == VALUE_HOLE) return a;
    return b.kind == VALUE_HOLE || !cel_is_stop(a) ? b : a;
}
/* Number and order of elements, whatever stands behind the value: a list, a map's keys, a tree. */
uint32_t cel_size(Value v);
Value cel_item(CelEvaluator *e, Value v, uint32_t index);
Entry cel_entry(CelEvaluator *e, Value v, uint32_t index);
Value cel_key(CelEvaluator *e, Value v, uint32_t index);
bool cel_is_list(Value v);
bool cel_is_map(Value v);
/* `infra test`, law Unknown: what the model says is hidden, but for its structure. */
Value cel_blinded(const CelEvaluator *e, Value v);

/* select.c: v.name, v[key], v.?key; values that stop an operator are given back */
Value cel_member(CelEvaluator *e, Value v, Str name);
Value cel_at(CelEvaluator *e, Value v, Value key);
/* What isn't in `from`: a null that remembers where it is missing, or a hole when `from` may hold more. */
Value cel_absent(const CelEvaluator *e, Value from);
Value cel_optional_step(CelEvaluator *e, Value v, Value key);

/* compare.c */
bool cel_map_find(CelEvaluator *e, Value map, Value key, Value *out);
Value cel_equality(CelEvaluator *e, Value a, Value b, bool wanted); /* a == b, or a != b when not `wanted` */
Value cel_relation(CelEvaluator *e, CelNodeKind kind, Value a, Value b);
Value cel_membership(CelEvaluator *e, Value item, Value range);
bool cel_equal(CelEvaluator *e, Value a, Value b, Value *unknown); /* *unknown set to a hole when it can't be known */
/* <0, 0, >0; false when the two can't be ordered. */
bool cel_order(Value a, Value b, int *order);

/* arithmetic.c */
Value cel_arithmetic(CelEvaluator *e, CelNodeKind kind, Value a, Value b);
Value cel_negate(CelEvaluator *e, Value v);

/* library.c */
struct Regex;
struct Regex *cel_regex(CelEvaluator *e, const Value *a, const char *name, Value *fault);
/* library_kubernetes.c: index of the first or last item that equals, or -1. */
Value cel_position(CelEvaluator *e, Value list, Value item, bool last);

/* library_time.c: a TIMESTAMP or DURATION that comes from where `from` does. */
Value cel_moment(Moment m, ValueKind kind, Value from);
/* library_text.c: as string() and %s show it: the shortest decimal that reads back as the same double. */
void cel_print_double(double d, Buf *out);

/* compile.c */
struct CelCompiler;
void cel_check_types(const CelEnv *env, CelProgram *program, CelNode *nodes, CelFault *fault, Arena *a);

#endif
