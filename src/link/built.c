/* Who builds an image is told by names alone: src/api/Dockerfile builds acme/api. So nothing is joined where the name is that of an
 * official image, where two folders have it, or where the Dockerfile itself starts from an image of that name. */
#include "link/built.h"

/* "src/api/Dockerfile" → "api" */
static Str folder_name(Str path) {
    size_t slash = str_find_last(path, '/');
    if (slash == STR_NONE) return (Str){NULL, 0};
    Str folder = str_slice(path, 0, slash);
    size_t above = str_find_last(folder, '/');
    return above == STR_NONE ? folder : str_skip(folder, above + 1);
}

static const Object *image_of(const Object *o, int field) {
    return o && o->fields[field].kind == VALUE_OBJECT ? o->fields[field].as.object : NULL;
}

/* The name that a folder would have; empty when it can't be told. */
static Str own_name(const Object *container) {
    const Object *image = image_of(container, CONTAINER_IMAGE);
    if (!image || image->fields[IMAGE_OFFICIAL].kind == VALUE_STRING) return (Str){NULL, 0};
    return value_text(image->fields[IMAGE_NAME]);
}

static void add_unique(Map *map, Str name, const Object *o, Arena *a) {
    void **slot = map_slot(a, map, name);
    *slot = *slot ? (void *)map : (void *)(uintptr_t)o;
}

static const Object *unique(const Map *map, Str name) {
    const void *found = name.len ? map_get(map, name) : NULL;
    return found == (const void *)map ? NULL : found;
}

Str built_image(const Object *o) { return o->shape->id == SHAPE_CONTAINER ? own_name(o) : (Str){NULL, 0}; }

#define ENDINGS_MAX 6 /* parts of a name that may be the folder's: shop-prod-api, prod-api, api */

static void add_endings(Map *map, Str image, Arena *a) {
    map_put(a, map, image, map);
    for (uint32_t i = 0; i < ENDINGS_MAX; i++) {
        size_t dash = str_find_byte(image, '-');
        if (dash == STR_NONE || !image.len) return;
        image = str_skip(image, dash + 1);
        map_put(a, map, image, map);
    }
}

void built_want(Built *built, Str image, bool probed, Arena *a) {
    map_put(a, &built->wanted, image, built);
    add_endings(&built->endings, image, a);
    if (probed) add_endings(&built->probed, image, a);
}

bool built_is_probed(const Object *o) {
    return o->shape->id == SHAPE_CONTAINER && o->fields[CONTAINER_PROBES].kind == VALUE_LIST && o->fields[CONTAINER_PROBES].count > 0;
}

void built_add(Built *built, const Object *o, Arena *a) {
    if (built_image(o).len) built_want(built, built_image(o), built_is_probed(o), a);
    if (o->shape->id == SHAPE_DOCKERFILE && folder_name(o->source->path).len) add_unique(&built->dockerfiles, folder_name(o->source->path), o, a);
    if (o->shape->id == SHAPE_COMPOSE_SERVICE && o->fields[COMPOSE_SERVICE_NAME].kind == VALUE_STRING) {
        add_unique(&built->services, value_str(o->fields[COMPOSE_SERVICE_NAME]), o, a);
    }
}

bool built_wants(const Built *built, Str path) { return map_has(&built->wanted, folder_name(path)); }

void built_mark(const Built *built, Object *dockerfile) {
    bool runs = map_has(&built->endings, folder_name(dockerfile->source->path));
    bool probed = map_has(&built->probed, folder_name(dockerfile->source->path));
    dockerfile->fields[DOCKERFILE_IN_CLUSTER] = value_at(value_bool(runs), dockerfile->source, dockerfile->span);
    dockerfile->fields[DOCKERFILE_IS_PROBED] = value_at(value_bool(probed), dockerfile->source, dockerfile->span);
}

static void join_dockerfile(const Built *built, Object *container) {
    const Object *file = unique(&built->dockerfiles, own_name(container));
    if (!file) return;
    Value stages = file->fields[DOCKERFILE_STAGES], final = file->fields[DOCKERFILE_FINAL];
    for (uint32_t i = 0; stages.kind == VALUE_LIST && i < stages.count; i++) {
        const Object *base = image_of(stages.as.items[i].as.object, STAGE_IMAGE);
        if (base && str_eq(value_text(base->fields[IMAGE_NAME]), own_name(container))) return;
    }
    container->fields[CONTAINER_DOCKERFILE] = value_object(file);
    container->fields[CONTAINER_TARGET] = final;
}

/* The only one of its pod: the workload's name is its name, too. */
static bool is_alone(const Object *container) {
    if (container->fields[CONTAINER_POD].kind != VALUE_OBJECT || container->fields[CONTAINER_MANIFEST].kind != VALUE_OBJECT) return false;
    Value all = container->fields[CONTAINER_POD].as.object->fields[POD_CONTAINERS];
    return value_is_string(container->fields[CONTAINER_ROLE], "regular") && all.kind == VALUE_LIST && all.count == 1;
}

void built_join(const Built *built, Object *container) {
    join_dockerfile(built, container);
    const Object *service = unique(&built->services, value_text(container->fields[CONTAINER_NAME]));
    if (!service && is_alone(container)) service = unique(&built->services, value_text(container->fields[CONTAINER_MANIFEST].as.object->fields[MANIFEST_NAME]));
    if (service) container->fields[CONTAINER_COMPOSE] = value_object(service);
}
