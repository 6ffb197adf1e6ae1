/* Lexical only: nothing is looked up on a disk. */
#include "base/path.h"

#include "base/buf.h"

bool path_resolve(Arena *a, Str folder, Str path, Str *out) {
    if (str_starts(path, STR("/")) || str_starts(path, STR("~")) || str_has(path, STR("://")) || str_find_byte(path, '\\') != STR_NONE) return false;
    Str rest = folder.len ? str_format(a, "%.*s/%.*s", STR_ARGS(folder), STR_ARGS(path)) : path, part;
    Buf full = {0};
    bool inside = true;
    while (str_next(&rest, '/', &part) && inside) {
        if (!part.len || str_is(part, ".")) continue;
        if (str_is(part, "..")) {
            Str now = buf_str(&full);
            inside = now.len > 0;
            size_t slash = str_find_last(now, '/');
            Str up = str_copy(a, slash == STR_NONE ? STR("") : str_slice(now, 0, slash));
            buf_clear(&full);
            buf_add(&full, up);
            continue;
        }
        if (full.len) buf_byte(&full, '/');
        buf_add(&full, part);
    }
    *out = str_copy(a, buf_str(&full));
    buf_free(&full);
    return inside;
}
