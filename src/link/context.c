/* Dockerfile → the .dockerignore of its build context, and what of its COPYs that one keeps out. */
#include "link/context.h"

#include "base/vec.h"
#include "values/glob.h"

typedef VEC(Str) LineVec;

/* A source that names one thing of the context, without what leads to it; empty when it may be several, or lies elsewhere. */
static Str plain_path(Value source) {
    if (source.kind != VALUE_STRING) return (Str){NULL, 0};
    Str path = value_str(source);
    while (str_starts(path, STR("./"))) path = str_skip(path, 2);
    while (path.len && path.at[0] == '/') path = str_skip(path, 1);
    while (path.len && path.at[path.len - 1] == '/') path.len--;
    bool plain = str_find_byte(path, '*') == STR_NONE && str_find_byte(path, '?') == STR_NONE && str_find_byte(path, '[') == STR_NONE && str_find_byte(path, ':') == STR_NONE;
    return plain && !str_is(path, ".") && !str_has(path, STR("..")) ? path : (Str){NULL, 0};
}

static void mark_copy(Object *copy, const LineVec *lines, Arena *a) {
    Value sources = copy->fields[COPY_SOURCES];
    ValueVec ignored = {0};
    for (uint32_t i = 0; value_is_null(copy->fields[COPY_FROM]) && i < sources.count; i++) {
        Str path = plain_path(sources.as.items[i]);
        if (path.len && glob_excludes_all(lines->items, lines->count, path)) vec_push(a, &ignored, sources.as.items[i]);
    }
    Value list = value_list(ignored.items, ignored.count);
    copy->fields[COPY_IGNORED] = value_at(list, copy->source, copy->span);
}

static void mark_copies(const Object *dockerfile, const Object *ignore) {
    LineVec lines = {0};
    Arena scratch = {0};
    Value patterns = ignore->fields[DOCKERIGNORE_PATTERNS], stages = dockerfile->fields[DOCKERFILE_STAGES];
    for (uint32_t i = 0; i < patterns.count; i++) vec_push(&scratch, &lines, value_str(patterns.as.items[i]));
    for (uint32_t i = 0; i < stages.count; i++) {
        Value copies = stages.as.items[i].as.object->fields[STAGE_COPIES];
        for (uint32_t k = 0; k < copies.count; k++) mark_copy((Object *)(uintptr_t)copies.as.items[k].as.object, &lines, &dockerfile->source->arena);
    }
    arena_free(&scratch);
}

void link_context(Object *dockerfile, const Map *ignores, bool alone) {
    Str path = value_str(dockerfile->fields[DOCKERFILE_PATH]);
    Arena scratch = {0};
    const Object *found = map_get(ignores, str_join(&scratch, path, STR(".dockerignore")));
    bool sure = found; /* a folder above may be the context, and may not */
    for (Str folder = path; !found && folder.len;) {
        size_t slash = str_find_last(folder, '/');
        folder = slash == STR_NONE ? (Str){folder.at, 0} : str_slice(folder, 0, slash);
        Str near = folder.len ? str_join(&scratch, folder, STR("/.dockerignore")) : STR(".dockerignore");
        found = map_get(ignores, near);
        sure = sure || (found && str_eq(folder, str_folder(path)));
    }
    arena_free(&scratch);
    if (found) {
        dockerfile->fields[DOCKERFILE_IGNORE] = value_object(found);
        if (sure) mark_copies(dockerfile, found);
    } else if (alone) dockerfile->fields[DOCKERFILE_IGNORE] = value_hole(HOLE_UNREAD);
}
