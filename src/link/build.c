/* What a stage says is known only as far as its own instructions go: the base image may open ports too, so that a port which is not
 * among them is no more than unlikely. */
#include "link/build.h"

void link_build_wants(const Object *service, Map *wanted, Arena *a) {
    Value path = service->fields[COMPOSE_SERVICE_DOCKERFILE_PATH];
    if (path.kind == VALUE_STRING) map_put(a, wanted, value_str(path), (void *)(uintptr_t)service);
}

/* A stage by name, case ignored, or by number; NULL when there is none. */
static const Object *find_stage(Value stages, Str name) {
    int64_t number;
    if (str_to_int(name, &number) && number >= 0 && number < stages.count) return stages.as.items[number].as.object;
    for (uint32_t i = 0; i < stages.count; i++) {
        const Object *stage = stages.as.items[i].as.object;
        if (str_eq_nocase(value_text(stage->fields[STAGE_NAME]), name)) return stage;
    }
    return NULL;
}

/* EXPOSE of the stage and of those below it in the file. */
static bool exposes(const Object *stage, int64_t port, bool *any) {
    for (int depth = 0; stage && depth < 20; depth++) {
        Value ports = stage->fields[STAGE_PORTS], base = stage->fields[STAGE_BASE];
        for (uint32_t i = 0; ports.kind == VALUE_LIST && i < ports.count; i++) {
            const Object *p = ports.as.items[i].as.object;
            Value first = p->fields[PORT_NUMBER], last = p->fields[PORT_LAST];
            *any = true;
            if (first.kind != VALUE_INT || last.kind != VALUE_INT || (first.as.integer <= port && port <= last.as.integer)) return true;
        }
        stage = base.kind == VALUE_OBJECT ? base.as.object : NULL;
    }
    return false;
}

static void link_ports(const Object *service, const Object *stage) {
    Value ports = service->fields[COMPOSE_SERVICE_PORTS];
    for (uint32_t i = 0; ports.kind == VALUE_LIST && i < ports.count; i++) {
        Object *port = (Object *)(uintptr_t)ports.as.items[i].as.object;
        Value target = port->fields[COMPOSE_PORT_TARGET];
        bool any = false, found = target.kind == VALUE_INT && exposes(stage, target.as.integer, &any);
        if (target.kind == VALUE_INT && any) port->fields[COMPOSE_PORT_EXPOSED] = value_at(value_bool(found), target.source, target.span);
    }
}

void link_build(Object *service, const Map *dockerfiles) {
    Value path = service->fields[COMPOSE_SERVICE_DOCKERFILE_PATH];
    const Object *file = path.kind == VALUE_STRING ? map_get(dockerfiles, value_str(path)) : NULL;
    if (!file) return;
    Value stages = file->fields[DOCKERFILE_STAGES], wanted = value_field(service->fields[COMPOSE_SERVICE_BUILD], "target", NULL);
    service->fields[COMPOSE_SERVICE_DOCKERFILE] = value_object(file);
    if (wanted.kind == VALUE_HOLE) service->fields[COMPOSE_SERVICE_TARGET] = wanted;
    if (stages.kind != VALUE_LIST || !stages.count || wanted.kind == VALUE_HOLE) return;
    const Object *stage = wanted.kind == VALUE_STRING ? find_stage(stages, value_str(wanted)) : stages.as.items[stages.count - 1].as.object;
    if (!stage) return;
    service->fields[COMPOSE_SERVICE_TARGET] = value_object(stage);
    link_ports(service, stage);
    Value check = stage->fields[STAGE_HEALTHCHECK], *own = &service->fields[COMPOSE_SERVICE_IS_CHECKED];
    bool asked = own->kind == VALUE_HOLE && own->reason == HOLE_REMOTE;
    if (!asked || check.kind == VALUE_HOLE) return;
    Value none = check.kind == VALUE_OBJECT ? check.as.object->fields[HEALTHCHECK_IS_NONE] : value_null();
    if (check.kind == VALUE_OBJECT) *own = value_at(value_bool(!(none.kind == VALUE_BOOL && none.as.boolean)), own->source, own->span);
    else if (stage->fields[STAGE_IMAGE].kind == VALUE_OBJECT && stage->fields[STAGE_IMAGE].as.object->fields[IMAGE_OFFICIAL].kind == VALUE_STRING)
        *own = value_at(value_bool(false), own->source, own->span); /* official images have none */
}
