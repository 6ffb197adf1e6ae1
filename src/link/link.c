/* Which objects are indexed, and which of a file's objects are joined. */
#include "link/link.h"

#include "link/blocks.h"
#include "link/build.h"
#include "link/context.h"

void link_add(Link *link, const Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERIGNORE) map_put(&link->arena, &link->ignores, o->source->path, (void *)(uintptr_t)o);
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build_wants(o, &link->wanted, &link->arena);
        if (o->shape->id == SHAPE_DOCKERFILE) map_put(&link->arena, &link->dockerfiles, o->source->path, (void *)(uintptr_t)o);
        cluster_add(&link->cluster, o, &link->arena);
    }
}

void link_model(const Link *link, Model *model) {
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        if (o->shape->id == SHAPE_DOCKERFILE) link_context((Object *)(uintptr_t)o, &link->ignores);
        if (o->shape->id == SHAPE_COMPOSE_SERVICE) link_build((Object *)(uintptr_t)o, &link->dockerfiles);
    }
}

bool link_answer(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    const Link *link = data;
    if (str_is(function, "seen") && !scope->blind && count) { /* what this repository holds, whatever else there may be */
        *out = arguments[0];
        out->flags &= (uint8_t)~VALUE_OPEN;
        return out->kind != VALUE_HOLE;
    }
    if (blocks_answer(scope, function, arguments, count, out)) return true;
    return cluster_answer(&link->cluster, scope, function, arguments, count, out);
}
