/* CEL, the Common Expression Language: https://github.com/cel-expr/cel-spec (doc/langdef.md).
 *
 * An expression is compiled once into a flat array of nodes that holds no pointer into anything but
 * its own tables, so that a build tool can print it as a C constant; it is then evaluated any number
 * of times, from any number of threads, each with its own scope.
 *
 * Two modes. STRICT is the specification: conformance suites and users' admission policies. CHECK is
 * what our checks speak: selecting what is absent gives null, null propagates through selection, an
 * explicit null counts as absent, null in any other operator but ==, != and `in` is an error. In both,
 * holes follow three-valued logic: `false && hole` is false, `hole == x` is a hole, `[a, hole].exists(p)`
 * is true when a decides it; `size` and the absence of a key in an open collection are holes; has(x) of
 * a value that is itself a hole is true; a string that is partly known decides startsWith, endsWith,
 * contains, matches of a literal prefix and == where its known part is enough. An error (and a hole) is
 * absorbed by && and || as the specification says. Numbers of different types compare across types. */
#ifndef CEL_CEL_H
#define CEL_CEL_H

#include "base/error.h"
#include "base/map.h"
#include "model/program.h"
#include "model/shape.h"

#define CEL_DEPTH_MAX 100          /* nesting of an expression; parser and evaluator recurse no deeper */
#define CEL_NODES_MAX 20000        /* nodes of one expression */
#define CEL_STEPS_MAX 1000000      /* evaluated nodes of one evaluation; beyond it is an error value */

/* Static types, for the checker. A list of objects is CEL_TYPE_LIST with the shape of its elements. */
typedef enum CelTypeKind {
    CEL_TYPE_DYN, CEL_TYPE_NULL, CEL_TYPE_BOOL, CEL_TYPE_INT, CEL_TYPE_UINT, CEL_TYPE_DOUBLE, CEL_TYPE_STRING,
    CEL_TYPE_BYTES, CEL_TYPE_LIST, CEL_TYPE_MAP, CEL_TYPE_OBJECT, CEL_TYPE_KIND_COUNT
} CelTypeKind;

/* Types of the host's own: those of a custom resource, which its schema declares. A CelType with `declared` is one of them. */
typedef struct CelHostTypes {
    bool (*field)(void *data, CelType of, Str name, CelType *out); /* of an object; false: it has no such field */
    CelType (*element)(void *data, CelType of);                    /* of a list or a map */
    void *data;
} CelHostTypes;

typedef struct CelVariable {
    Str name;
    CelType type;              /* {0} is dyn */
} CelVariable;

/* What an expression may use. `variables` become indexes into CelScope.variables. */
typedef struct CelEnv {
    CelMode mode;
    Str container;             /* name resolution prefix (STRICT only), e.g. "x.y"; empty for none */
    const CelVariable *variables;
    uint32_t variable_count;
    bool admission;            /* STRICT as Kubernetes has it: __dot__, __dash__, __slash__, __underscores__ and keywords such as
                                * __namespace__ in field names; what only a cluster can answer (authorizer, formats) asks the host */
    const CelHostTypes *types; /* STRICT with types: an unknown field of a declared object, and scalars that don't go together, are faults */
    CelTypeKind result;        /* with types: what must come out; DYN is anything */
    bool unchecked;            /* unknown names and functions are errors when they are reached, not faults */
} CelEnv;

/* Why an expression was refused: `offset` is a 0-based byte of it. */
typedef struct CelFault {
    uint32_t offset;
    Error why;                 /* names what is wrong, with the nearest valid name where there is one; in both languages */
} CelFault;

/* Compiles `expression` into `a`; the expression's bytes are not kept. False with `fault` set when it does not
 * parse, when a type is wrong, or when a field that no shape has is read. */
bool cel_compile(Str expression, const CelEnv *env, Arena *a, CelProgram *out, CelFault *fault);

/* Which values of the model decided a result: filled in on request, for the place a finding points to. */
typedef VEC(Value) CelTrace;

#define CEL_REGEXES_MAX 256 /* those of checks are fewer; the rest comes from what is reviewed */

/* Patterns that were compiled: those of checks are met again with each object. One thread's. */
typedef struct CelRegexes {
    Arena arena;
    Map by_pattern;
} CelRegexes;

/* Items of lists of the model by what is asked of them (pick.c): of those that checks ask for one subject after the other. One file's. */
typedef struct CelLists {
    Arena arena;
    Map kept;
} CelLists;

typedef struct CelScope CelScope;

/* Gives what `it.refs(T)`, `it.referrers(T)`, `selected(K, it)`, `named(K, n)`, `facts(table, key)` … answer. */
typedef Value (*CelHost)(CelScope *scope, Str function, const Value *arguments, uint32_t count);

#define CEL_UNSETTLED VALUE_KIND_COUNT /* the kind of a variable that nobody asked for yet */

struct CelScope {
    const Value *variables;    /* as CelEnv.variables; a hole or an error is allowed */
    void (*settle)(CelScope *scope, uint32_t variable); /* gives one that is CEL_UNSETTLED its value; NULL: none is */
    Arena *arena;              /* temporaries and results; reset by the caller */
    CelTrace *trace;           /* NULL, or: values of the model (with a source) that decided the result, last one last */
    bool blind;                /* `infra test`, law Unknown: every scalar read from the model is a hole, absent
                                * fields too, and every list and map read is open */
    CelRegexes *regexes;       /* NULL: each pattern is compiled anew */
    CelLists *lists;           /* NULL: lists are looked through from end to end. The first variable is the subject, whose model outlives this */
    CelHost host;              /* NULL: no host functions */
    void *context;             /* the host's own */
    int64_t now;               /* seconds since 1970, for now(); from --date, so that runs repeat */
    uint8_t *reached;          /* NULL, or a byte for each node of the program: set when the path that ends there gave something */
    uint32_t steps;            /* counts up; start at 0 */
};

/* The value of the program. Never fails: a fault of the expression is a VALUE_ERROR, what can't be known a
 * VALUE_HOLE. The result lives in scope->arena, in the program or in the variables. */
Value cel_evaluate(const CelProgram *program, CelScope *scope);

/* The operands of the `&&` at the top of a program (the whole of it when there is none), at most `max`; what one of them gives. */
uint32_t cel_operands(const CelProgram *program, uint32_t *nodes, uint32_t max);
Value cel_evaluate_operand(const CelProgram *program, uint32_t node, CelScope *scope);
/* The next node at or after `from` that reads a field, with the field's name; false when there is none. */
bool cel_next_path(const CelProgram *program, uint32_t *from, Str *field);

/* Appends `v` as prose shows it: strings as they are, lists joined with ", ", secrets redacted. */
void cel_print(Value v, Buf *out);

/* For the build tool. Appends the tables of the program as static constants `name`_nodes …; then, with the second, the
 * initialiser of a CelProgram that refers to them. */
void cel_emit(const CelProgram *program, Str name, Buf *out);
void cel_emit_value(const CelProgram *program, Str name, Buf *out);

#endif
