/* A module as a whole, as one block more: tf.folder, with what no single block shows; and one tf.required_provider for each
 * provider that its `terraform` blocks name. */
#include "systems/facets.h"
#include "systems/terraform/module.h"

typedef struct Folder {
    World *w;
    Instance *in;
    Map used;                /* names of providers → Declaration that needs them */
    Map required;            /* → themselves */
    bool calls;              /* some module is called, which may need others */
} Folder;

static void note_used(Folder *f) {
    vec_each(Declaration, item, &f->in->module->items) {
        Str name = {NULL, 0};
        f->calls = f->calls || item->kind == DECLARED_MODULE;
        if (item->kind == DECLARED_RESOURCE || item->kind == DECLARED_DATA) name = terraform_provider_name(item);
        if (item->kind == DECLARED_PROVIDER) name = item->name;
        if (name.len && !str_is(name, "terraform") && !map_has(&f->used, name)) map_put(f->w->arena, &f->used, name, item);
    }
}

static Object *block(Folder *f, const SystemFile *file, Span span, const char *type, Str name, Value body) {
    Object *o = object_new(f->w->arena, SHAPE_BLOCK, file->source, span);
    o->address = name.len ? str_format(f->w->arena, "%.*s%.*s", STR_ARGS(f->in->address), STR_ARGS(name)) : f->in->address;
    o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(str_of(type)), file->source, span);
    o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(str_skip(str_of(type), 3)), file->source, span);
    o->fields[BLOCK_FILE_NAME] = value_at(value_string(str_base_name(file->source->path)), file->source, span);
    o->fields[BLOCK_IS_ROOT] = value_at(value_bool(!f->in->call), file->source, span);
    o->fields[BLOCK_BODY] = value_at(body, file->source, span);
    if (name.len) o->fields[BLOCK_BLOCK_NAME] = value_at(value_string(name), file->source, span);
    vec_push(f->w->arena, &f->in->blocks, value_object(o));
    model_subject(file->model, o);
    return o;
}

/* aws = { source = …, version = … }, or the version alone as it was written until 0.12. */
static void add_required(Folder *f, const SystemFile *file, Entry e) {
    Value version = e.value.kind == VALUE_MAP ? terraform_member(e.value, "version") : e.value;
    Value source = e.value.kind == VALUE_MAP ? terraform_member(e.value, "source") : value_null();
    Str name = value_text(e.key);
    if (!name.len || !e.key.source) return;
    Value used = map_has(&f->used, name) ? value_bool(true) : f->calls ? value_hole(HOLE_REMOTE) : value_bool(false);
    Entry *entries = arena_array(f->w->arena, Entry, 3);
    Str address = source.kind == VALUE_STRING ? value_str(source) : str_format(f->w->arena, "hashicorp/%.*s", STR_ARGS(name));
    entries[2] = (Entry){value_string(STR("locked")), value_at(terraform_locked(f->w, f->in, address), file->source, e.key.span)};
    entries[0] = (Entry){value_string(STR("version")), version.kind == VALUE_NULL ? value_at(version, file->source, e.key.span) : version};
    entries[1] = (Entry){value_string(STR("source")), source.kind == VALUE_NULL ? value_at(source, file->source, e.key.span) : source};
    Object *o = block(f, file, e.key.span, "tf.required_provider", name, value_map(entries, 3));
    o->fields[BLOCK_IS_USED] = value_at(used, file->source, e.key.span);
    map_put(f->w->arena, &f->required, name, o);
}

static void note_required(Folder *f) {
    for (uint32_t i = 0, count = f->in->blocks.count; i < count; i++) {
        const Object *o = f->in->blocks.items[i].as.object;
        if (!value_is_string(o->fields[BLOCK_BLOCK_TYPE], "tf.terraform")) continue;
        Value blocks = terraform_member(o->fields[BLOCK_BODY], "required_providers");
        const SystemFile *file = NULL;
        vec_each(Declaration, item, &f->in->module->items) {
            if (item->file->source == o->source) file = item->file;
        }
        for (uint32_t b = 0; file && blocks.kind == VALUE_LIST && b < blocks.count; b++) {
            Value map = blocks.as.items[b];
            for (uint32_t k = 0; map.kind == VALUE_MAP && k < map.count; k++) add_required(f, file, map.as.entries[k]);
        }
    }
}

static Value names_of(Folder *f, bool missing) {
    ValueVec names = {0};
    for (uint32_t i = 0; i < f->used.count; i++) {
        if (missing && map_has(&f->required, f->used.items[i].key)) continue;
        vec_push(f->w->arena, &names, value_string(f->used.items[i].key));
    }
    return value_list(names.items, names.count);
}

static Value files_of(Folder *f) {
    ValueVec names = {0};
    Map seen = {0};
    Arena scratch = {0};
    vec_each(Declaration, item, &f->in->module->items) {
        Str name = str_base_name(item->file->source->path);
        if (map_has(&seen, name)) continue;
        map_put(&scratch, &seen, name, item);
        vec_push(f->w->arena, &names, value_string(name));
    }
    arena_free(&scratch);
    return value_list(names.items, names.count);
}

void terraform_folder(World *w, Instance *in) {
    Folder f = {.w = w, .in = in};
    const Module *m = in->module;
    if (!m->items.count || str_ends(m->folder, STR(".hcl"))) return;
    const Declaration *first = &m->items.items[0];
    note_used(&f);
    note_required(&f);
    Span span = first->body ? terraform_header(first->file->tree, first->node) : node_span(first->file->tree, node_first(first->node));
    Entry *entries = arena_array(w->arena, Entry, 6);
    entries[0] = (Entry){value_string(STR("files")), files_of(&f)};
    entries[1] = (Entry){value_string(STR("providers")), names_of(&f, false)};
    entries[2] = (Entry){value_string(STR("undeclared_providers")), names_of(&f, true)};
    entries[3] = (Entry){value_string(STR("folder")), value_string(m->folder)};
    entries[4] = (Entry){value_string(STR("generated")), value_bool(m->is_generated)};
    Value locked = m->lock || (w->outside && w->outside->whole) ? value_bool(m->lock != NULL) : value_hole(HOLE_UNREAD);
    entries[5] = (Entry){value_string(STR("locked")), value_at(locked, first->file->source, span)};
    block(&f, first->file, span, "tf.folder", (Str){NULL, 0}, value_map(entries, 6))->address = m->folder;
    terraform_lock(w, in);
}
