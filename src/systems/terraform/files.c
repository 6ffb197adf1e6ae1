/* Paths: what they are from a module's point of view, and what stands there. Nothing outside of the repository is read. */
#include "systems/terraform/module.h"

#include "parse/json_value.h"

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

/* ---- modules.json ---- */

/* {"Modules": [{"Key": "vpc.nat", "Dir": ".terraform/modules/vpc.nat"}]} of the root in `folder`. */
static Map *fetched_of(World *w, Str folder) {
    void **slot = map_slot(w->arena, &w->fetched, folder);
    if (*slot) return *slot;
    Map *map = *slot = arena_new(w->arena, Map);
    Str path, bytes;
    Value all;
    if (!w->outside || !w->outside->read || !terraform_join(folder, STR(".terraform/modules/modules.json"), w->arena, &path)) return map;
    if (!w->outside->read(w->outside->data, path, w->arena, &bytes)) return map;
    Source source;
    source_init(&source, path, bytes);
    Text text = text_of_source(&source);
    Value modules = json_value(&text, NULL, 0, w->arena, &all) ? terraform_member(all, "Modules") : value_null();
    for (uint32_t i = 0; modules.kind == VALUE_LIST && i < modules.count; i++) {
        Str key = value_text(terraform_member(modules.as.items[i], "Key")), dir = value_text(terraform_member(modules.as.items[i], "Dir"));
        if (!key.len || !dir.len || !terraform_join(folder, dir, w->arena, &path)) continue;
        Module *m = map_get(&w->by_folder, path);
        if (m) map_put(w->arena, map, str_copy(w->arena, key), m);
    }
    source_free(&source);
    return map;
}

static void add_key(const Instance *in, Buf *out) {
    if (!in->caller) return;
    add_key(in->caller, out); /* as deep as calls: TERRAFORM_DEPTH_MAX */
    buf_add(out, in->call->name);
    buf_byte(out, '.');
}

Module *terraform_fetched(World *w, const Instance *in, const Declaration *call) {
    Buf key = {0};
    add_key(in, &key);
    buf_add(&key, call->name);
    Module *m = map_get(fetched_of(w, root_of(in)->module->folder), buf_str(&key));
    buf_free(&key);
    return m && m->has_code && m->group == in->module->group ? m : NULL;
}
