#include "link/context.h"

void link_context(Object *dockerfile, const Map *ignores, bool alone) {
    Str path = value_str(dockerfile->fields[DOCKERFILE_PATH]);
    Arena scratch = {0};
    const Object *found = map_get(ignores, str_join(&scratch, path, STR(".dockerignore")));
    for (Str folder = path; !found && folder.len;) {
        size_t slash = str_find_last(folder, '/');
        folder = slash == STR_NONE ? (Str){folder.at, 0} : str_slice(folder, 0, slash);
        Str near = folder.len ? str_join(&scratch, folder, STR("/.dockerignore")) : STR(".dockerignore");
        found = map_get(ignores, near);
    }
    arena_free(&scratch);
    if (found) dockerfile->fields[DOCKERFILE_IGNORE] = value_object(found);
    else if (alone) dockerfile->fields[DOCKERFILE_IGNORE] = value_hole(HOLE_UNREAD);
}
