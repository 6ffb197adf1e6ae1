/* The tables that shapes.def expands to. */
#include "model/shape.h"

#define SHAPE(NAME, name, doc) static const Field NAME##_fields[] = {
#define SHAPE_WITH_BODY(NAME, BODY, name, doc) SHAPE(NAME, name, doc)
#define FIELD(SHAPE_NAME, NAME, name, type, element, doc) {STR_INIT(name), FIELD_##type, SHAPE_##element, STR_INIT(doc)},
#define END(NAME) };
#include "model/shapes.def"
#undef SHAPE
#undef SHAPE_WITH_BODY
#undef FIELD
#undef END

static const Shape shapes[SHAPE_COUNT] = {
#define ROW(NAME, name, doc, body) {SHAPE_##NAME, STR_INIT(name), STR_INIT(doc), NAME##_fields, ARRAY_COUNT(NAME##_fields), body},
#define SHAPE(NAME, name, doc) ROW(NAME, name, doc, -1)
#define SHAPE_WITH_BODY(NAME, BODY, name, doc) ROW(NAME, name, doc, NAME##_##BODY)
#define FIELD(SHAPE_NAME, NAME, name, type, element, doc)
#define END(NAME)
    {0},
#include "model/shapes.def"
#undef SHAPE
#undef SHAPE_WITH_BODY
#undef FIELD
#undef END
#undef ROW
};

const Shape *shape_of(ShapeId id) {
    ensure(id > SHAPE_NONE && id < SHAPE_COUNT, "an id of the table");
    return &shapes[id];
}

const Shape *shape_find(Str name) {
    for (int id = SHAPE_NONE + 1; id < SHAPE_COUNT; id++) {
        if (str_eq(shapes[id].name, name)) return &shapes[id];
    }
    return NULL;
}

int shape_field(const Shape *shape, Str name) {
    for (uint32_t i = 0; i < shape->field_count; i++) {
        if (str_eq(shape->fields[i].name, name)) return (int)i;
    }
    return -1;
}

Object *object_new(Arena *a, ShapeId id, Source *source, Span span) {
    const Shape *shape = shape_of(id);
    Object *o = arena_alloc(a, sizeof(Object) + shape->field_count * sizeof(Value));
    *o = (Object){.shape = shape, .source = source, .span = span, .extent = span};
    for (uint32_t i = 0; i < shape->field_count; i++) o->fields[i] = value_at(value_null(), source, span);
    return o;
}

Str shape_doc(Str doc, Language language) {
    static const struct { Str english, spanish; } docs[] = {
#define DOC(english, spanish) {STR_INIT(english), STR_INIT(spanish)},
#include "model/shapes_spanish.def"
#undef DOC
    };
    for (size_t i = 0; language == LANGUAGE_ES && i < ARRAY_COUNT(docs); i++) {
        if (str_eq(docs[i].english, doc)) return docs[i].spanish;
    }
    return doc;
}
