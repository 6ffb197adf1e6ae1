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

void link_add(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERIGNORE) map_put(&link->arena, &link->ignores, o->source->path, (void *)(uintptr_t)o);
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build_wants(o, &link->wanted, &link->arena);
        if (o->shape->id == SHAPE_DOCKERFILE) map_put(&link->arena, &link->dockerfiles, o->source->path, (void *)(uintptr_t)o);
        cluster_add(cluster_of(link, o), o, &link->arena);
        pipelines_add(&link->pipelines, o, &link->arena);
        admission_add(&link->admission, o, false, &link->arena);
    }
}

void link_admit(Link *link, const Model *model) {
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

void link_model(const Link *link, Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERFILE) link_context((Object *)(uintptr_t)o, &link->ignores);
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build((Object *)(uintptr_t)o, &link->dockerfiles);
        if (o->shape->id == SHAPE_MANIFEST) link_manifest(link, (Object *)(uintptr_t)o);
    }
    pipelines_join(&link->pipelines, model);
    admission_join(&link->admission, model);
}

#define SCENARIOS_ASKED 64 /* for one answer: beyond them nothing is known */

/* True when there is nothing in `answer`; a second one is asked then, and what either knows to be all, is all. */
static bool is_empty_answer(Value answer) { return answer.kind == VALUE_LIST && !answer.count; }

static void ask_too(const Cluster *cluster, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    Value other;
    if (!cluster || !is_empty_answer(*out) || !cluster_answer(cluster, scope, function, arguments, count, &other)) return;
    bool closed = is_empty_answer(other) && !(out->flags & other.flags & VALUE_OPEN);
    *out = other;
    if (closed) out->flags &= (uint8_t)~VALUE_OPEN;
}

/* What is built together is asked first, then what stands in files as it is: it may be deployed beside. Other scenarios are others' business,
 * but what stands in a file may belong to any of them. */
static bool scenario_answer(const Link *link, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    static const Cluster none = {0};
    const Composite *composite = count && arguments[count - 1].kind == VALUE_OBJECT ? arguments[count - 1].as.object->composite : NULL;
    const Cluster *own = composite ? map_get(&link->scenarios, composite->scenario) : &link->cluster;
    if (!cluster_answer(own ? own : &none, scope, function, arguments, count, out)) return false;
    if (composite) ask_too(&link->cluster, scope, function, arguments, count, out);
    for (uint32_t i = 0; !composite && i < MIN(link->scenarios.count, (uint32_t)SCENARIOS_ASKED); i++) ask_too(link->scenarios.items[i].value, scope, function, arguments, count, out);
    bool more = composite ? composite->open : link->scenarios.count > SCENARIOS_ASKED && is_empty_answer(*out);
    if (more && out->kind == VALUE_LIST) out->flags |= VALUE_OPEN; /* more belongs to it than was read */
    return true;
}

bool link_answer(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Link *link = data;
    if (str_is(function, "seen") && !scope->blind && count) { /* what this repository holds, whatever else there may be */
        *out = arguments[0];
        out->flags &= (uint8_t)~VALUE_OPEN;
        return out->kind != VALUE_HOLE;
    }
    if (blocks_answer(scope, function, arguments, count, out)) return true;
    return scenario_answer(link, scope, function, arguments, count, out);
}
