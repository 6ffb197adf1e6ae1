/* Shapes: the records that checks read, with the name, type and meaning of every field, from shapes.def.
 *
 * A system's file fills them: `Object *o = object_new(a, SHAPE_IMAGE, source, span); o->fields[IMAGE_TAG] = …`.
 * The check compiler refuses a field that no shape has. */
#ifndef MODEL_SHAPE_H
#define MODEL_SHAPE_H

#include "model/language.h"
#include "model/value.h"

typedef enum ShapeId {
    SHAPE_NONE,
#define SHAPE(NAME, name, doc) SHAPE_##NAME,
#define SHAPE_WITH_BODY(NAME, BODY, name, doc) SHAPE_##NAME,
#define FIELD(SHAPE_NAME, NAME, name, type, element, doc)
#define END(NAME)
#include "model/shapes.def"
#undef SHAPE
#undef SHAPE_WITH_BODY
#undef FIELD
#undef END
    SHAPE_COUNT
} ShapeId;

/* The place of each field in Object.fields: IMAGE_TAG, RUN_COMMANDS … */
#define SHAPE(NAME, name, doc) enum {
#define SHAPE_WITH_BODY(NAME, BODY, name, doc) enum {
#define FIELD(SHAPE_NAME, NAME, name, type, element, doc) SHAPE_NAME##_##NAME,
#define END(NAME) NAME##_FIELD_COUNT };
#include "model/shapes.def"
#undef SHAPE
#undef SHAPE_WITH_BODY
#undef FIELD
#undef END

typedef enum FieldType {
    FIELD_BOOL,
    FIELD_INT,
    FIELD_DOUBLE,
    FIELD_STRING,
    FIELD_LIST,   /* of `element` when that is a shape, else of strings */
    FIELD_MAP,    /* string to string */
    FIELD_OBJECT, /* of shape `element` */
    FIELD_ANY     /* a tree of the file, or several types */
} FieldType;

typedef struct Field {
    Str name;
    uint8_t type;    /* FieldType */
    uint8_t element; /* ShapeId, or SHAPE_NONE */
    Str doc;         /* one phrase; shown by `infra debug shapes` */
} Field;

struct Shape {
    ShapeId id;
    Str name;        /* as `subject:` says it */
    Str doc;
    const Field *fields;
    uint32_t field_count;
    int body;        /* the field whose keys are read as if they were the object's own, before its fields; -1: none */
};

/* The shape of an id; id must not be SHAPE_NONE or SHAPE_COUNT. */
const Shape *shape_of(ShapeId id);
/* By name, or NULL. */
const Shape *shape_find(Str name);
/* Index of a field by name, or -1. */
int shape_field(const Shape *shape, Str name);

/* A new object, every field VALUE_NULL with the object's own source and span. */
Object *object_new(Arena *a, ShapeId id, Source *source, Span span);

/* What a `doc` says in a language. Linear in the list: for people who look one up. */
Str shape_doc(Str doc, Language language);

#endif
