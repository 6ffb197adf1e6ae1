/* CelProgram: an expression compiled by cel/, as data. It stands in model/ because checks are made of it and
 * because the build tool prints it as C constants; how it is made and what it means is in cel/. */
#ifndef MODEL_PROGRAM_H
#define MODEL_PROGRAM_H

#include "base/str.h"

/* STRICT is the specification; CHECK is what our checks speak (see cel/cel.h). */
typedef enum CelMode { CEL_STRICT, CEL_CHECK } CelMode;

/* The static type of a variable or of a result, as far as the checker needs it. */
typedef struct CelType {
    uint8_t kind;              /* CelTypeKind in cel/cel.h; 0 is dyn */
    uint8_t shape;             /* ShapeId of an object, or of a list's elements */
    const void *declared;      /* of an object, a map or a list: what the host knows of it (CelHostTypes), or NULL */
} CelType;

/* One node of the flat tree. Children are indexes into CelProgram.nodes; what `a`, `b`, `c` mean depends on the
 * kind and is said beside each kind in cel/node.h. */
typedef struct CelNode {
    uint8_t kind;              /* CelNodeKind in cel/node.h */
    uint8_t count;             /* of arguments, when they fit; else in `c` */
    uint16_t aux;              /* operator, function id, flags … */
    uint32_t offset;           /* 0-based byte of the expression, for messages */
    union {
        struct {
            uint32_t a, b;
        } at;
        int64_t integer;       /* literals */
    } as;
    uint32_t c, d;
} CelNode;

/* A compiled expression. Constant after compilation; all tables live in the arena it was compiled in. */
typedef struct CelProgram {
    const CelNode *nodes;      /* flat; children by index; the root is nodes[root] */
    uint32_t count;
    uint32_t root;
    const uint32_t *lists;     /* runs of child indexes: arguments, elements, entries */
    uint32_t list_count;
    const Str *strings;        /* literals and names */
    uint32_t string_count;
    const double *doubles;
    uint32_t double_count;
    CelType type;              /* of the result */
    uint8_t mode;              /* CelMode */
    uint8_t local_count;       /* slots that comprehension variables need */
} CelProgram;

#endif
