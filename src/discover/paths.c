/* Paths are compared part by part, never byte by byte: ab is not below a. */
#include "discover/paths.h"

#include <limits.h>
#include <stdlib.h>
#include <sys/stat.h>

/* Without empty parts and "."; false when it is absolute or leaves the current folder. */
static bool plain(Str path, Arena *a, Str *out) {
    Str part;
    *out = STR("");
    if (str_starts(path, STR("/"))) return false;
    while (path.len && str_next(&path, '/', &part)) {
        if (str_is(part, "..")) return false;
        if (!part.len || str_is(part, ".")) continue;
        *out = out->len ? str_format(a, "%.*s/%.*s", STR_ARGS(*out), STR_ARGS(part)) : part;
    }
    return true;
}

static bool resolve_all(const Str *paths, uint32_t count, Arena *a, PathVec *out, Error *err) {
    char resolved[PATH_MAX];
    out->count = 0;
    for (uint32_t i = 0; i < count; i++) {
        if (!realpath(str_copy(a, paths[i]).at, resolved)) return error_set(err, "can't read '%.*s': there is no such file or folder; give a folder to review, or nothing for the current one", STR_ARGS(paths[i]));
        vec_push(a, out, str_copy(a, str_skip(str_of(resolved), 1)));
    }
    return true;
}

/* What `folder` and `path` have in common: whole parts. */
static Str common(Str folder, Str path) {
    size_t end = 0;
    for (size_t i = 0; i <= folder.len; i++) {
        bool boundary = (i == folder.len || folder.at[i] == '/') && (i >= path.len || path.at[i] == '/');
        if (boundary && i <= path.len) end = i;
        if (i == folder.len || i >= path.len || folder.at[i] != path.at[i]) break;
    }
    return str_slice(folder, 0, end);
}

bool paths_root(const Str *paths, uint32_t count, Arena *a, Str *root, PathVec *below, Error *err) {
    bool relative = true;
    for (uint32_t i = 0; i < count && relative; i++) {
        Str path;
        relative = plain(paths[i], a, &path);
        if (relative) vec_push(a, below, path);
    }
    if (!relative && !resolve_all(paths, count, a, below, err)) return false;
    Str top = {NULL, 0};
    for (uint32_t i = 0; i < count; i++) {
        struct stat st;
        Str path = below->items[i], name = str_copy(a, paths[i]);
        if (stat(name.at, &st) != 0) return error_set(err, "can't read '%.*s': there is no such file or folder; give a folder to review, or nothing for the current one", STR_ARGS(paths[i]));
        Str folder = S_ISDIR(st.st_mode) ? path : str_folder(path);
        top = i ? common(top, folder) : folder;
    }
    for (uint32_t i = 0; i < count && top.len; i++) {
        Str path = below->items[i];
        below->items[i] = path.len > top.len ? str_skip(path, top.len + 1) : STR("");
    }
    *root = relative ? top.len ? top : STR(".") : str_format(a, "/%.*s", STR_ARGS(top));
    return true;
}
