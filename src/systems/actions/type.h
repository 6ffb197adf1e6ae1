/* Types of the expression language: what a context holds, and what may be asked of it.
 *
 * A type is constant once made, and lives in the arena it was made in or for ever. ANY answers every question. */
#ifndef SYSTEMS_ACTIONS_TYPE_H
#define SYSTEMS_ACTIONS_TYPE_H

#include "base/map.h"
#include "base/vec.h"

typedef enum TypeKind { TYPE_ANY, TYPE_NULL, TYPE_BOOL, TYPE_NUMBER, TYPE_STRING, TYPE_ARRAY, TYPE_OBJECT } TypeKind;

typedef struct Type Type;

typedef struct TypeField {
    Str name;
    const Type *type;
} TypeField;

typedef VEC(TypeField) TypeFields;

struct Type {
    TypeKind kind;
    bool filtered;          /* ARRAY made by .*: a property of it is taken from each item */
    const Type *element;    /* of ARRAY; of OBJECT: type of any other key, NULL when there is none: it is closed */
    TypeFields fields;      /* of OBJECT; names compare without case, the first of a name counts */
    Map by_name;            /* of many fields: name in lower case → place + 1 */
};

extern const Type type_any, type_null, type_bool, type_number, type_string;

const Type *type_array(Arena *a, const Type *element, bool filtered);
/* A closed object without fields, to be filled by type_put. */
Type *type_object(Arena *a);
/* Adds a field behind the others. */
void type_add(Arena *a, Type *object, Str name, const Type *type);
/* Adds or replaces a field. */
void type_put(Arena *a, Type *object, Str name, const Type *type);
/* The type of a field, or NULL. */
const Type *type_field(const Type *object, Str name);
/* What is one or the other. */
const Type *type_join(Arena *a, const Type *x, const Type *y);
/* The type of a context that is the same in every workflow, by its path in the tables: "github", "runner"; NULL: none. */
const Type *type_of_context(Arena *a, Str path);
/* The type of what JSON text says; NULL when it is none. What is nested too deep to follow is ANY. */
const Type *type_of_json(Arena *a, Str text);
/* "string", "number", "bool", "null", "array", "object", "any". */
Str type_name(const Type *type);

#endif
