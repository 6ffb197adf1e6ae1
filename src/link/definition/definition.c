/* Which definition a resource meets. Invariant: at most FOLLOW_FILE_STEPS_MAX steps a file, whatever its schemas say. */
#include "link/definition/definition.h"

#include "facts/schema.h"
#include "link/definition/follow.h"
#include "link/group.h"

static Str kind_key(Str group, Str kind, Arena *a) { return str_format(a, "%.*s/%.*s", STR_ARGS(group), STR_ARGS(kind)); }

static bool is_manifest(const Object *o, const char *api_version, const char *kind) {
    return o->shape->id == SHAPE_MANIFEST && value_is_string(o->fields[MANIFEST_KIND], kind) && value_is_string(o->fields[MANIFEST_API_VERSION], api_version);
}

Str definition_kind(const Object *o, Arena *a) {
    if (!is_manifest(o, "apiextensions.k8s.io/v1", "CustomResourceDefinition")) return (Str){NULL, 0};
    Value group = value_field(o->fields[MANIFEST_SPEC], "group", a), kind = value_path(o->fields[MANIFEST_SPEC], "names.kind", a);
    if (group.kind != VALUE_STRING || kind.kind != VALUE_STRING) return (Str){NULL, 0};
    return kind_key(value_str(group), value_str(kind), a);
}

/* Groups of Kubernetes itself have no dot, or end so; its own custom resources (gateway.networking.k8s.io) have definitions, too. */
Str definition_wanted(const Object *o, Arena *a) {
    if (o->shape->id != SHAPE_MANIFEST) return (Str){NULL, 0};
    Str group = value_text(o->fields[MANIFEST_GROUP]), kind = value_text(o->fields[MANIFEST_KIND]);
    if (str_find_byte(group, '.') == STR_NONE || !kind.len || str_is(kind, "CustomResourceDefinition")) return (Str){NULL, 0};
    return kind_key(group, kind, a);
}

void definitions_want(Definitions *d, Str kind, Arena *a) { map_put(a, &d->wanted, kind, d); }

void definitions_add(Definitions *d, const Object *o, Arena *a) {
    Str key = definition_kind(o, a);
    if (!key.len) return;
    void **slot = map_slot(a, &d->by_kind, key);
    if (!*slot) *slot = arena_new(a, ObjectVec);
    ObjectVec *list = *slot;
    vec_push(a, list, o);
}

/* Folders that both paths share. */
static uint32_t nearness(Str x, Str y) {
    uint32_t shared = 0;
    for (size_t i = 0; i < MIN(x.len, y.len) && x.at[i] == y.at[i]; i++) shared += x.at[i] == '/';
    return shared;
}

static bool same_origin(const Object *x, const Object *y) { return x->source == y->source && x->extent.start == y->extent.start; }

/* The nearest; NULL when there is none, or two, which is *tied. */
static const Object *definition_of(const Definitions *d, const Object *o, bool *tied, Arena *a) {
    Str key = definition_wanted(o, a);
    const ObjectVec *list = key.len ? map_get(&d->by_kind, key) : NULL;
    const Object *best = NULL;
    uint32_t nearest = 0;
    *tied = false;
    for (uint32_t i = 0; list && i < list->count; i++) {
        const Object *other = list->items[i];
        uint32_t near = nearness(other->source->path, o->source->path);
        if (best && near == nearest) *tied = *tied || !same_origin(best, other);
        if (best && near <= nearest) continue;
        best = other;
        nearest = near;
        *tied = false;
    }
    return *tied ? NULL : best;
}

/* ---- misfits ---- */

static Value text_at(const Follow *f, Str text, Value origin) {
    Value v = text.len ? value_string(str_copy(f->model->arena, text)) : value_null();
    v.flags |= VALUE_DERIVED;
    return value_at(v, origin.source ? origin.source : f->manifest->source, origin.source ? origin.span : f->manifest->span);
}

/* Scalars outlive the scratch, maps and lists are told by their place. */
static Value kept(const Follow *f, Value v) {
    if (v.kind == VALUE_STRING) v.as.bytes = str_copy(f->model->arena, value_str(v)).at;
    if (v.kind <= VALUE_STRING) return v;
    Value place = value_absent(v);
    return value_at(value_null(), place.source, place.span);
}

bool follow_tells(const Follow *f) { return !f->quiet && f->told < FOLLOW_MISFITS_MAX; }

void follow_fault(Follow *f, const Fault *fault) {
    f->faults++;
    if (f->quiet) return;
    if (f->told++ >= FOLLOW_MISFITS_MAX) {
        f->stopped = true;
        return;
    }
    Value at = fault->value;
    if (!value_is_null(at) && !value_is_null(fault->name) && (value_is_map(at) || value_is_list(at))) at = fault->name;
    if (!at.source) at = value_at(at, f->manifest->source, f->manifest->span);
    Object *o = object_new(f->model->arena, SHAPE_MISFIT, at.source, at.span);
    o->extent = f->manifest->extent;
    o->address = f->manifest->address;
    o->composite = f->manifest->composite;
    o->fields[MISFIT_KIND] = text_at(f, str_of(fault->kind), at);
    o->fields[MISFIT_NAME] = text_at(f, value_text(fault->name), fault->name.source ? fault->name : at);
    o->fields[MISFIT_PATH] = text_at(f, way_text(fault->way, &f->scratch), at);
    o->fields[MISFIT_VALUE] = kept(f, fault->value.source ? fault->value : at);
    o->fields[MISFIT_EXPECTED] = text_at(f, fault->expected, at);
    o->fields[MISFIT_NEAREST] = text_at(f, fault->nearest, at);
    o->fields[MISFIT_SCHEMA] = f->manifest->fields[MANIFEST_API_VERSION];
    Value place = value_absent(fault->place);
    o->fields[MISFIT_DEFINITION] = place.source ? text_at(f, str_of(fault->kind), place) : value_null();
    o->fields[MISFIT_MANIFEST] = value_object(f->manifest);
    model_subject(f->model, o);
}

static void drop_misfits(Model *model, const Object *manifest) {
    uint32_t kept_count = 0;
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        bool of_it = o->shape->id == SHAPE_MISFIT && o->fields[MISFIT_MANIFEST].as.object == manifest;
        if (!of_it) model->subjects.items[kept_count++] = o;
    }
    model->subjects.count = kept_count;
}

/* ---- a resource meets its definition ---- */

bool follow_step(Follow *f) {
    bool on = ++f->steps <= f->limit;
    f->stopped = f->stopped || !on;
    return on;
}

static Str served(Follow *f, const Value *versions, uint32_t count) {
    Buf out = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value is_served = value_field(versions[i], "served", &f->scratch);
        if (is_served.kind != VALUE_BOOL || !is_served.as.boolean) continue;
        if (out.len) buf_lit(&out, ", ");
        buf_add(&out, value_text(value_field(versions[i], "name", &f->scratch)));
    }
    Str text = str_copy(&f->scratch, buf_str(&out));
    buf_free(&out);
    return text;
}

/* The entry of spec.versions that the resource is written in; null when that is not known, or after a fault was told. */
static Value version_of(Follow *f, const Object *definition) {
    uint32_t count;
    Value list = value_field(definition->fields[MANIFEST_SPEC], "versions", &f->scratch), own = f->manifest->fields[MANIFEST_VERSION];
    const Value *versions = value_items(list, &count, &f->scratch);
    for (uint32_t i = 0; i < count; i++) {
        Value name = value_field(versions[i], "name", &f->scratch);
        if (name.kind != VALUE_STRING) return value_null();
        if (!str_eq(value_str(name), value_text(own))) continue;
        Value is_served = value_field(versions[i], "served", &f->scratch);
        if (is_served.kind == VALUE_BOOL && is_served.as.boolean) return versions[i];
        follow_fault(f, &(Fault){.kind = "version", .name = own, .value = own, .expected = served(f, versions, count), .place = is_served});
        return value_null();
    }
    if (count && !(list.flags & VALUE_OPEN)) follow_fault(f, &(Fault){.kind = "version", .name = own, .value = own, .expected = served(f, versions, count), .place = list});
    return value_null();
}

static void follow(Follow *f, const Object *definition, const Object *manifest) {
    ArenaMark mark = arena_mark(&f->scratch);
    f->manifest = manifest;
    f->told = 0;
    f->enums = (Map){0};
    f->limit = f->steps + FOLLOW_STEPS_MAX;
    drop_misfits(f->model, manifest);
    Value schema = value_path(version_of(f, definition), "schema.openAPIV3Schema", &f->scratch), body = manifest->fields[MANIFEST_BODY];
    if (value_is_map(schema)) {
        follow_schema(f, schema, follow_object(f, body, schema, false), value_null(), NULL, true, 0);
        if (!f->told) follow_rules(f, schema, body); /* the API server runs them over what has the form */
    }
    arena_reset(&f->scratch, mark);
}

void definitions_join(const Definitions *d, Model *model) {
    if (!d->by_kind.count) return;
    Follow f = {.model = model};
    ObjectVec manifests = {0};
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_MANIFEST) vec_push(model->arena, &manifests, o);
    }
    for (uint32_t i = 0; i < manifests.count; i++) {
        bool tied;
        const Object *definition = definition_of(d, manifests.items[i], &tied, &f.scratch);
        if (tied) drop_misfits(model, manifests.items[i]); /* whichever it is, it knows better than a table of ours */
        if (!definition) continue;
        if (f.steps > FOLLOW_FILE_STEPS_MAX) f.stopped = true;
        else follow(&f, definition, manifests.items[i]);
    }
    if (f.stopped) {
        Prose reason = PROSE("too much for the schemas of its custom resources: not all of it was compared", "demasiado para los esquemas de sus recursos propios: no se comparó todo");
        vec_push(model->arena, &model->gaps, ((Gap){manifests.items[0]->source->path, 0, reason}));
    }
    arena_free(&f.scratch);
}
