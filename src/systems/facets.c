/* A part of a reference points at its own bytes where the reference stands straight in the file. */
#include "systems/facets.h"

#include "facts/image_facts.h"
#include "values/image.h"
#include "values/secret.h"

typedef struct ImageSlot {
    int field;
    Str part;
    bool sure; /* what is known of the reference reaches this far */
} ImageSlot;

static void fill_image(Object *o, const ImageSlot *slots, size_t count, Value ref, Str text, bool straight) {
    bool known = ref.kind == VALUE_STRING;
    for (size_t i = 0; i < count; i++) {
        Value v = slots[i].part.len ? value_string(slots[i].part) : value_null();
        if (!slots[i].sure || (!known && !slots[i].part.len)) v = value_hole((HoleReason)(known ? HOLE_UNREAD : (HoleReason)ref.reason));
        Span span = ref.span;
        if (straight && slots[i].part.len) {
            uint32_t at = ref.span.start + (uint32_t)(slots[i].part.at - text.at);
            span = (Span){at, at + (uint32_t)slots[i].part.len};
        }
        o->fields[slots[i].field] = value_at(v, ref.source, span);
    }
}

/* A fact: text that stands nowhere in the file, said of the part of the reference that it was looked up by. */
static void set_fact(Object *o, int field, int by, Str text) {
    Value from = o->fields[by], v = text.len ? value_string(text) : value_null();
    v.flags |= VALUE_DERIVED;
    o->fields[field] = value_at(from.kind == VALUE_HOLE ? from : v, o->source, from.span);
}

static Str line_name(Arena *a, ReleaseLine line) {
    if (!line.cycle.len) return (Str){NULL, 0};
    return str_format(a, "%.*s %.*s", STR_ARGS(line.product), STR_ARGS(line.cycle));
}

/* What the tables say of it. A hole in its tag is a hole here; what is said of the name alone is null then,
 * since checks ask only whether it is there. */
static void fill_facts(Object *o, ImageParts parts, bool known, Arena *a) {
    ImageFacts facts = image_facts(parts.registry, parts.repository, parts.tag);
    set_fact(o, IMAGE_PRODUCT, IMAGE_TAG, line_name(a, facts.release));
    set_fact(o, IMAGE_EOL, IMAGE_TAG, facts.release.eol);
    Value tag = o->fields[IMAGE_TAG];
    Value rolling = tag.kind == VALUE_HOLE ? tag : value_bool(facts.release.rolling);
    o->fields[IMAGE_IS_ROLLING] = value_at(rolling, o->source, tag.span);
    set_fact(o, IMAGE_BASE, IMAGE_TAG, line_name(a, facts.base));
    set_fact(o, IMAGE_BASE_EOL, IMAGE_TAG, facts.base.eol);
    bool scratch = known && str_is(value_str(o->fields[IMAGE_REF]), "scratch"), told = known && (facts.is_root || facts.user.len || scratch);
    Value root = told ? value_bool(facts.is_root || scratch) : value_hole(known ? HOLE_REMOTE : (HoleReason)o->fields[IMAGE_REF].reason);
    o->fields[IMAGE_IS_ROOT] = value_at(root, o->source, o->fields[IMAGE_REPOSITORY].span);
    if (!known) return;
    set_fact(o, IMAGE_LASTING, IMAGE_REPOSITORY, facts.lasting);
    set_fact(o, IMAGE_LASTING_EOL, IMAGE_REPOSITORY, facts.lasting_eol);
    set_fact(o, IMAGE_OFFICIAL, IMAGE_REPOSITORY, facts.official);
    set_fact(o, IMAGE_LOOKALIKE, IMAGE_REPOSITORY, facts.lookalike);
    set_fact(o, IMAGE_USER, IMAGE_REPOSITORY, facts.user);
    set_fact(o, IMAGE_STEPS_DOWN, IMAGE_REPOSITORY, facts.steps_down);
}

Object *image_model(Model *model, Value ref, Str written, const char *role) {
    Object *o = object_new(model->arena, SHAPE_IMAGE, ref.source, ref.span);
    bool known = ref.kind == VALUE_STRING;
    Str text = known ? value_str(ref) : ref.kind == VALUE_HOLE && ref.as.partial ? ref.as.partial->prefix : (Str){NULL, 0};
    ImageParts parts = image_parse(text);
    bool named = known || parts.tag.len || parts.digest.len || str_ends(text, STR(":"));
    const ImageSlot slots[] = {{IMAGE_REGISTRY, parts.registry, known || parts.repository.len > 0},
                               {IMAGE_REPOSITORY, parts.repository, named},
                               {IMAGE_NAME, parts.name, named},
                               {IMAGE_TAG, parts.tag, known},
                               {IMAGE_DIGEST, parts.digest, known}};
    /* Slices of the text are slices of the source only where nothing was replaced or decoded. */
    bool straight = known && str_eq(text, written) && str_eq(source_slice(ref.source, ref.span), text);
    fill_image(o, slots, ARRAY_COUNT(slots), ref, text, straight);
    o->fields[IMAGE_REF] = ref;
    o->fields[IMAGE_WRITTEN] = value_at(value_string(written), ref.source, ref.span);
    o->fields[IMAGE_ROLE] = value_at(value_string(str_of(role)), ref.source, ref.span);
    o->fields[IMAGE_IS_STAGE] = value_at(value_bool(false), ref.source, ref.span);
    o->fields[IMAGE_IS_SCRATCH] = value_at(value_bool(known && str_is(text, "scratch")), ref.source, ref.span);
    Value valid = known ? value_bool(parts.is_valid) : value_hole((HoleReason)ref.reason);
    o->fields[IMAGE_IS_VALID] = value_at(valid, ref.source, ref.span);
    fill_facts(o, parts, known, model->arena);
    model_subject(model, o);
    return o;
}

static Object *secret_object(Model *model, Value value, Str name, Str kind, const char *by, const char *where) {
    Object *o = object_new(model->arena, SHAPE_SECRET, value.source, value.span);
    if (name.len) o->fields[SECRET_NAME] = value_at(value_string(name), value.source, value.span);
    o->fields[SECRET_KIND] = value_at(value_string(kind), value.source, value.span);
    o->fields[SECRET_BY] = value_at(value_string(str_of(by)), value.source, value.span);
    o->fields[SECRET_WHERE] = value_at(value_string(str_of(where)), value.source, value.span);
    if (value.source) o->fields[SECRET_SYSTEM] = value_at(value_string(value.source->system), value.source, value.span);
    model_subject(model, o);
    return o;
}

Object *secret_model(Model *model, Value value, Str name, const char *where) {
    if (value.kind != VALUE_STRING) return NULL;
    Str part, kind = secret_form(value_str(value), &part);
    bool named = !kind.len && name.len && secret_name(name) && !secret_placeholder(value_str(value)) && !secret_repeats_name(value_str(value), name);
    if (!kind.len && !named) return NULL;
    Object *o = secret_object(model, value, name, named ? STR("named") : kind, named ? "name" : "value", where);
    o->fields[SECRET_VALUE] = value;
    o->fields[SECRET_VALUE].flags |= VALUE_SECRET;
    return o;
}

Object *secret_file_model(Model *model, Value path, const char *where) {
    if (path.kind != VALUE_STRING || !secret_file(value_str(path))) return NULL;
    return secret_object(model, path, value_str(path), STR("file"), "file", where);
}
