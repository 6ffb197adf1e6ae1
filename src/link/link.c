/* Which objects are indexed, and which of a file's objects are joined. */
#include "link/link.h"

#include "link/blocks.h"
#include "link/build.h"
#include "link/context.h"
#include "values/release.h"

static Cluster *cluster_of(Link *link, const Object *o) {
    if (!o->composite) return &link->cluster;
    void **slot = map_slot(&link->arena, &link->scenarios, o->composite->scenario);
    if (!*slot) *slot = arena_new(&link->arena, Cluster);
    return *slot;
}

bool link_concerns(const Model *model) {
    static const ShapeId shapes[] = {SHAPE_DOCKERIGNORE, SHAPE_DOCKERFILE, SHAPE_COMPOSE_SERVICE, SHAPE_POD, SHAPE_MANIFEST, SHAPE_CONTAINER, SHAPE_WORKFLOW, SHAPE_ACTION, SHAPE_ARGUMENT, SHAPE_OUTPUT_USE, SHAPE_EXPRESSION, SHAPE_ACTIVITY};
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        for (size_t k = 0; k < ARRAY_COUNT(shapes); k++) {
            if (model->subjects.items[i]->shape->id == shapes[k]) return true;
        }
    }
    return false;
}

void link_add(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERIGNORE) map_put(&link->arena, &link->ignores, o->source->path, (void *)(uintptr_t)o);
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build_wants(o, &link->wanted, &link->arena);
        if (o->shape->id == SHAPE_DOCKERFILE) map_put(&link->arena, &link->dockerfiles, o->source->path, (void *)(uintptr_t)o);
        if (cluster_wants(o)) {
            ClusterNote *note = arena_new(&link->arena, ClusterNote);
            *note = cluster_note(o, &link->arena);
            cluster_add(cluster_of(link, o), note, &link->arena);
        }
        pipelines_add(&link->pipelines, o, &link->arena);
        built_add(&link->built, o, &link->arena);
        shipped_add(&link->shipped, shipped_image(o), &link->arena);
        admission_add(&link->admission, o, false, &link->arena);
        definitions_add(&link->definitions, o, &link->arena);
        Str custom = definition_wanted(o, &link->arena);
        if (custom.len) definitions_want(&link->definitions, custom, &link->arena);
    }
}

LinkNotes link_note(const Model *model, uint32_t file, Arena *a) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < model->subjects.count; i++) count += cluster_wants(model->subjects.items[i]);
    LinkNotes notes = {.cluster = {arena_array(a, ClusterNote, count), 0, count}};
    for (uint32_t i = 0; i < model->subjects.count; i++) pipelines_note(model->subjects.items[i], &notes.pipeline, a);
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        Str image = built_image(model->subjects.items[i]), shipped = shipped_image(model->subjects.items[i]);
        if (shipped.len) vec_push(a, &notes.shipped, str_copy(a, shipped));
        if (image.len) vec_push(a, built_is_probed(model->subjects.items[i]) ? &notes.probed : &notes.images, str_copy(a, image));
        Str defined = definition_kind(model->subjects.items[i], a), custom = definition_wanted(model->subjects.items[i], a);
        if (defined.len) vec_push(a, &notes.defined, defined);
        if (custom.len) vec_push(a, &notes.custom, custom);
        if (!cluster_wants(model->subjects.items[i])) continue;
        ClusterNote *note = &notes.cluster.items[notes.cluster.count++];
        *note = cluster_note(model->subjects.items[i], a);
        note->member.object = NULL;
        note->member.file = file;
        note->member.subject = i;
    }
    return notes;
}

void link_add_notes(Link *link, const LinkNotes *notes) {
    vec_each(ClusterNote, note, &notes->cluster) cluster_add(&link->cluster, note, &link->arena);
    vec_each(Str, kind, &notes->custom) definitions_want(&link->definitions, *kind, &link->arena);
    vec_each(Str, image, &notes->shipped) shipped_add(&link->shipped, *image, &link->arena);
    vec_each(Str, image, &notes->images) built_want(&link->built, *image, false, &link->arena);
    vec_each(Str, image, &notes->probed) built_want(&link->built, *image, true, &link->arena);
    pipelines_add_note(&link->pipelines, &notes->pipeline, &link->arena);
}

bool link_has_policies(const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        if (admission_is_policy(model->subjects.items[i])) return true;
    }
    return false;
}

void link_policy_kinds(Link *link, const Model *model) {
    static const char *const always[] = {"ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy", "MutatingAdmissionPolicyBinding", "Namespace", "CustomResourceDefinition"};
    Arena scratch = {0};
    for (size_t i = 0; i < ARRAY_COUNT(always); i++) map_put(&link->arena, &link->policy_kinds, str_of(always[i]), link);
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (!admission_is_policy(o)) continue;
        Value kind = value_path(o->fields[MANIFEST_SPEC], "paramKind.kind", &scratch);
        if (kind.kind == VALUE_STRING) map_put(&link->arena, &link->policy_kinds, str_copy(&link->arena, value_str(kind)), link);
    }
    arena_free(&scratch);
}

bool link_policies_want(const Link *link, const LinkNotes *notes) {
    vec_each(ClusterNote, note, &notes->cluster) {
        if (note->kind.len && map_has(&link->policy_kinds, note->kind)) return true;
    }
    return false;
}

bool link_defines(const Link *link, const LinkNotes *notes) {
    vec_each(Str, kind, &notes->defined) {
        if (map_has(&link->definitions.wanted, *kind)) return true;
    }
    return false;
}

void link_add_definitions(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) definitions_add(&link->definitions, model->subjects.items[i], &link->arena);
}

bool link_pipelines_want(const Link *link, const LinkNotes *notes, Str path) { return pipelines_want(&link->pipelines, &notes->pipeline, path); }

void link_add_pipelines(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) pipelines_add_noted(&link->pipelines, model->subjects.items[i], &link->arena);
}

void link_add_policies(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) admission_add(&link->admission, model->subjects.items[i], false, &link->arena);
}

void link_admit(Link *link, const Model *model) {
    link_policy_kinds(link, model);
    for (uint32_t i = 0; i < model->subjects.count; i++) admission_add(&link->admission, model->subjects.items[i], true, &link->arena);
}

void link_finish(Link *link) { admission_bind(&link->admission, &link->arena); }

/* What the version that is reviewed for makes of an API. */
static void link_manifest(const Link *link, Object *o) {
    uint32_t now = link->kubernetes ? link->kubernetes : KUBERNETES_NEWEST;
    Value removed = o->fields[MANIFEST_REMOVED_IN];
    bool gone = removed.kind == VALUE_STRING && now >= kubernetes_version(value_str(removed));
    o->fields[MANIFEST_IS_REMOVED] = value_at(value_bool(gone), o->source, o->span);
    Value deprecated = o->fields[MANIFEST_DEPRECATED_IN];
    bool advised_against = !gone && deprecated.kind == VALUE_STRING && now >= kubernetes_version(value_str(deprecated));
    o->fields[MANIFEST_IS_DEPRECATED] = value_at(value_bool(advised_against), o->source, o->span);
}

void link_settle(const Link *link, Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_MANIFEST) link_manifest(link, (Object *)(uintptr_t)o);
    }
}

void link_model(const Link *link, Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERFILE) {
            link_context((Object *)(uintptr_t)o, &link->ignores, link->alone);
            built_mark(&link->built, (Object *)(uintptr_t)o);
        }
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build((Object *)(uintptr_t)o, &link->dockerfiles);
        if (o->shape->id == SHAPE_CONTAINER) built_join(&link->built, (Object *)(uintptr_t)o);
        if (o->shape->id == SHAPE_ACTIVITY) shipped_join(&link->shipped, (Object *)(uintptr_t)o, model->arena);
    }
    definitions_join(&link->definitions, model);
    pipelines_join(&link->pipelines, model);
    admission_join(&link->admission, model);
}

#define SCENARIOS_ASKED 64 /* for one answer: beyond them nothing is known */

/* True when there is nothing in `answer`; a second one is asked then, and what either knows to be all, is all. */
static bool is_empty_answer(Value answer) { return answer.kind == VALUE_LIST && !answer.count; }

static void ask_too(const LinkAsker *asker, const Cluster *cluster, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    Value other;
    if (!cluster || !is_empty_answer(*out) || !cluster_answer(cluster, &asker->source, scope, function, arguments, count, &other)) return;
    bool empty = is_empty_answer(other), closed = empty && !(out->flags & other.flags & VALUE_OPEN);
    if (!empty && !(out->flags & VALUE_OPEN)) { /* such objects are kept where `it` is, and none matches: one elsewhere belongs to something else, perhaps */
        out->flags |= VALUE_OPEN;
        return;
    }
    *out = other;
    if (closed) out->flags &= (uint8_t)~VALUE_OPEN;
}

/* What is built together is asked first, then what stands in files as it is: it may be deployed beside. Other scenarios are others' business,
 * but what stands in a file may belong to any of them. */
static bool scenario_answer(const LinkAsker *asker, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Link *link = asker->link;
    static const Cluster none = {0};
    const Composite *composite = count && arguments[count - 1].kind == VALUE_OBJECT ? arguments[count - 1].as.object->composite : NULL;
    const Cluster *own = composite ? map_get(&link->scenarios, composite->scenario) : &link->cluster;
    if (!cluster_answer(own ? own : &none, &asker->source, scope, function, arguments, count, out)) return false;
    if (composite) ask_too(asker, &link->cluster, scope, function, arguments, count, out);
    for (uint32_t i = 0; !composite && i < MIN(link->scenarios.count, (uint32_t)SCENARIOS_ASKED); i++) ask_too(asker, link->scenarios.items[i].value, scope, function, arguments, count, out);
    bool more = composite ? composite->open : link->scenarios.count > SCENARIOS_ASKED && is_empty_answer(*out);
    if (more && out->kind == VALUE_LIST) out->flags |= VALUE_OPEN; /* more belongs to it than was read */
    return true;
}

bool link_answer(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const LinkAsker *asker = data;
    if (str_is(function, "seen") && !scope->blind && count) { /* what this repository holds, whatever else there may be */
        *out = arguments[0];
        out->flags &= (uint8_t)~VALUE_OPEN;
        return out->kind != VALUE_HOLE;
    }
    if (blocks_answer(scope, function, arguments, count, out)) return true;
    return scenario_answer(asker, scope, function, arguments, count, out);
}
