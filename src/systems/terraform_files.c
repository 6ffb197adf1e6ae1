/* Paths: what they are from a module's point of view, and what stands there. Nothing outside of the repository is read. */
#include "systems/terraform_module.h"

#define FILES_BYTES_MAX (32u << 20) /* bytes of files that expressions of one repository may read */

bool terraform_join(Str folder, Str relative, Arena *a, Str *out) {
    Str path = folder, part;
    while (str_next(&relative, '/', &part)) {
        if (!part.len || str_is(part, ".")) continue;
        if (!str_is(part, "..")) path = path.len ? str_format(a, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(part)) : part;
        else if (!path.len) return false;
        else path = str_folder(path);
    }
    *out = path;
    return true;
}

static const Instance *root_of(const Instance *in) {
    while (in->caller) in = in->caller;
    return in;
}

/* `to` as it is named from `from`: both are folders of the repository. */
static Str relative(Str from, Str to, Arena *a) {
    Buf out = {0};
    while (from.len && !str_eq(from, to) && !(str_starts(to, from) && to.at[from.len] == '/')) {
        buf_add(&out, out.len ? STR("/..") : STR(".."));
        from = str_folder(from);
    }
    Str rest = from.len ? str_skip(to, MIN(from.len + 1, to.len)) : to;
    if (rest.len && out.len) buf_byte(&out, '/');
    buf_add(&out, rest);
    Str path = out.len ? str_copy(a, buf_str(&out)) : STR(".");
    buf_free(&out);
    return path;
}

bool terraform_path(const Reader *r, Str name, Value *out) {
    Str root = root_of(r->instance)->module->folder;
    bool module = str_is(name, "module");
    if (!module && !str_is(name, "root")) return false;
    *out = value_string(relative(root, module ? r->instance->module->folder : root, r->world->arena));
    return true;
}

bool terraform_read(HclScope *scope, Str path, Str *out) {
    Reader *r = scope->data;
    World *w = r->world;
    Str full;
    if (!w->outside || !w->outside->read || path.at[0] == '/' || w->read > FILES_BYTES_MAX) return false;
    if (!terraform_join(root_of(r->instance)->module->folder, path, w->arena, &full) || !w->outside->read(w->outside->data, full, w->arena, out)) return false;
    w->read += out->len + 64;
    return true;
}
