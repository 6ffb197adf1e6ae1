/* A file, as the project that Compose makes of it: what it overrides below it, what it extends in it, what it includes beside it.
 * Each file gives the services that it says something of; what two files see alike is one finding in the end. */
#include "systems/compose.h"

#include "base/path.h"
#include "model/project.h"
#include "parse/yaml.h"
#include "systems/compose_lower.h"
#include "systems/facets.h"
#include "systems/schema_faults.h"
#include "values/secret.h"

#define INCLUDES_MAX 100

Object *compose_object(ComposeProject *p, ShapeId shape, Value header, Str address) {
    Source *source = header.source ? header.source : p->source;
    Object *o = object_new(p->arena, shape, source, header.span);
    o->address = address;
    o->extent = (Span){0, (uint32_t)source->bytes.len};
    model_subject(p->model, o);
    return o;
}

/* ---- the file ---- */

static Value keys_of(ComposeProject *p, Value map) {
    ValueVec keys = {0};
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) vec_push(p->arena, &keys, map.as.entries[i].key);
    return value_at(value_list(keys.items, keys.count), map.source, map.span);
}

static Value first_key(Value root) {
    return root.kind == VALUE_MAP && root.count ? root.as.entries[0].key : root;
}

static void file_model(ComposeProject *p, Value own, const ComposeLayers *layers) {
    Object *o = p->object = compose_object(p, SHAPE_COMPOSE, first_key(own), (Str){NULL, 0});
    o->fields[COMPOSE_PATH] = value_at(value_string(p->source->path), p->source, o->span);
    o->fields[COMPOSE_BODY] = p->root;
    o->fields[COMPOSE_NAME] = compose_field(p->root, "name");
    o->fields[COMPOSE_VERSION] = compose_field(own, "version");
    o->fields[COMPOSE_KEYS] = keys_of(p, own);
    o->fields[COMPOSE_IS_FRAGMENT] = value_at(value_bool(layers->is_override), p->source, o->span);
}

/* ---- include ---- */

static void include_file(ComposeProject *p, Value path, int depth);

static void include_list(ComposeProject *p, Value root, int depth) {
    Value list = compose_field(root, "include");
    for (uint32_t i = 0; list.kind == VALUE_LIST && i < list.count; i++) {
        Value item = list.as.items[i], path = item.kind == VALUE_MAP ? compose_field(item, "path") : item;
        if (path.kind != VALUE_LIST) include_file(p, path, depth);
        for (uint32_t k = 0; path.kind == VALUE_LIST && k < path.count; k++) include_file(p, path.as.items[k], depth);
    }
    if (list.kind == VALUE_HOLE) p->open = true;
}

static void include_file(ComposeProject *p, Value path, int depth) {
    Str full;
    bool local = path.kind == VALUE_STRING && path_resolve(p->arena, str_folder(path.source->path), value_str(path), &full);
    p->reader->cut = p->reader->cut || (local && (depth >= 8 || p->includes >= INCLUDES_MAX));
    Value root = local && depth < 8 && p->includes++ < INCLUDES_MAX ? compose_read(p->reader, full) : value_null();
    if (root.kind != VALUE_MAP) {
        p->open = true;
        return;
    }
    static const char *const sections[] = {"services", "networks", "volumes", "secrets", "configs", "models"};
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        Value theirs = compose_field(root, sections[i]), ours = compose_field(p->root, sections[i]);
        if (theirs.kind != VALUE_MAP) continue;
        Entry *entry = arena_new(p->arena, Entry);
        *entry = (Entry){value_string(str_of(sections[i])), compose_merge(p->arena, str_of("included"), theirs, ours)};
        entry->value.flags |= COMPOSE_OVERRIDE;
        p->root = compose_merge(p->arena, STR(""), p->root, value_at(value_map(entry, 1), p->root.source, p->root.span));
    }
    include_list(p, root, depth + 1);
}

/* ---- networks, volumes, secrets, configs ---- */

static void resources_model(ComposeProject *p, Value own) {
    static const char *const sections[] = {"networks", "volumes", "secrets", "configs"};
    static const char *const kinds[] = {"network", "volume", "secret", "config"};
    for (size_t s = 0; s < ARRAY_COUNT(sections); s++) {
        Value section = compose_field(own, sections[s]);
        for (uint32_t i = 0; section.kind == VALUE_MAP && i < section.count; i++) {
            Entry e = section.as.entries[i];
            Str use = str_format(p->arena, "%s %.*s", kinds[s], STR_ARGS(value_text(e.key)));
            Object *o = compose_object(p, SHAPE_COMPOSE_RESOURCE, e.key, use);
            bool used = map_has(&p->used, use) || (s == 0 && str_is(value_text(e.key), "default"));
            o->fields[COMPOSE_RESOURCE_KIND] = value_at(value_string(str_of(kinds[s])), e.key.source, e.key.span);
            o->fields[COMPOSE_RESOURCE_NAME] = e.key;
            o->fields[COMPOSE_RESOURCE_SPEC] = e.value;
            o->fields[COMPOSE_RESOURCE_IS_USED] = value_at(!used && p->open ? value_hole(HOLE_UNREAD) : value_bool(used), e.key.source, e.key.span);
            o->fields[COMPOSE_RESOURCE_COMPOSE] = value_object(p->object);
        }
    }
}

/* ---- services ---- */

static Map names_of(ComposeProject *p, Value map) {
    Map names = {0};
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) map_put(p->arena, &names, value_text(map.as.entries[i].key), p);
    return names;
}

static void check_circle(ComposeProject *p, Value service, Str name) {
    Value base;
    Str way;
    if (!compose_extends_circle(p->reader, p->root, service, &base, &way) || base.source != p->source) return;
    Object *o = object_new(p->arena, SHAPE_PROBLEM, base.source, base.span);
    o->address = str_format(p->arena, "service %.*s", STR_ARGS(name));
    o->fields[PROBLEM_CODE] = value_at(value_string(problem_id(PROBLEM_COMPOSE_EXTENDS_CYCLE)), o->source, o->span);
    o->fields[PROBLEM_DETAIL] = value_at(value_string(way), o->source, o->span);
    o->fields[PROBLEM_SYSTEM] = value_at(value_string(p->source->system), o->source, o->span);
    model_subject(p->model, o);
}

static void services_model(ComposeProject *p, Value own, const ComposeLayers *layers) {
    Map touched = names_of(p, compose_field(own, "services"));
    ValueVec all = {0};
    Str greatest = {NULL, 0};
    p->services = compose_field(p->root, "services");
    for (uint32_t i = 0; p->services.kind == VALUE_MAP && i < p->services.count; i++) {
        Entry e = p->services.as.entries[i];
        bool here = map_has(&touched, value_text(e.key));
        if (e.value.kind != VALUE_MAP || str_starts(value_text(e.key), STR("x-"))) continue;
        if (layers->is_override && !here) continue; /* the file it completes speaks for it */
        check_circle(p, e.value, value_text(e.key));
        Value body = compose_extend(p->reader, p->root, e.value);
        if (layers->is_open && body.kind == VALUE_MAP) body.flags |= VALUE_OPEN;
        if (!layers->is_override) body = compose_foresee(p->reader, p->source->path, e.key, body);
        compose_service(p, e.key, body, e.value, i);
        Object *o = map_get(&p->objects, value_text(e.key));
        if (here && greatest.len && str_compare(greatest, value_text(e.key)) > 0) o->fields[COMPOSE_SERVICE_AFTER] = value_at(value_string(greatest), o->source, o->span);
        if (here && str_compare(value_text(e.key), greatest) > 0) greatest = value_text(e.key);
        vec_push(p->arena, &all, value_object(o));
    }
    Value list = value_list(all.items, all.count);
    if (p->open) list.flags |= VALUE_OPEN;
    p->object->fields[COMPOSE_SERVICES] = value_at(list, p->source, p->object->span);
}

/* Subjects of services that this file says nothing of belong to the file that does. */
static void keep_touched(ComposeProject *p, Value own, uint32_t from) {
    Map touched = names_of(p, compose_field(own, "services"));
    uint32_t kept = from;
    for (uint32_t i = from; i < p->model->subjects.count; i++) {
        const Object *o = p->model->subjects.items[i];
        Str name;
        bool of_service = str_starts(o->address, STR("service "));
        name = of_service ? str_skip(o->address, 8) : (Str){NULL, 0};
        if (!of_service || map_has(&touched, name)) p->model->subjects.items[kept++] = o;
    }
    p->model->subjects.count = kept;
}

static void model_faults(ComposeProject *p, Value own) {
    const SchemaType *type = schema_root(STR("compose"));
    uint32_t faults = 0;
    for (uint32_t i = 0; own.kind == VALUE_MAP && i < own.count; i++) {
        Entry e = own.as.entries[i];
        SchemaField section;
        Str key = value_text(e.key);
        bool services = str_is(key, "services") && e.value.kind == VALUE_MAP && schema_field(type, key, &section);
        for (uint32_t k = 0; services && k < e.value.count; k++) {
            Entry service = e.value.as.entries[k];
            Str name = value_text(service.key), where = str_format(p->arena, "services.%.*s", STR_ARGS(name));
            SchemaField field;
            if (schema_field(section.type, name, &field)) schema_faults(p->model, field.type, service.value, where, str_format(p->arena, "service %.*s", STR_ARGS(name)), &faults);
        }
        if (services) continue;
        Value one = value_at(value_map(&own.as.entries[i], 1), own.source, own.span);
        schema_faults(p->model, type, one, (Str){NULL, 0}, (Str){NULL, 0}, &faults);
    }
}

static ComposeReader *reader_of(Neighbours *n) {
    if (!n->shared) n->shared = arena_new(n->arena, ComposeReader);
    ComposeReader *r = n->shared;
    r->neighbours = n;
    r->arena = n->arena;
    r->values = r->lookups = 0;
    r->cut = false;
    return r;
}

void compose_model(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    ComposeProject p = {.reader = reader_of(model->neighbours), .source = source, .model = model, .arena = model->arena};
    Value own = compose_read(p.reader, source->path);
    if (own.kind != VALUE_MAP) return;
    ComposeLayers layers = compose_layers(p.reader, source->path);
    p.root = own;
    p.open = layers.is_open;
    if (layers.count == 2) p.root = compose_merge(p.arena, STR(""), compose_read(p.reader, layers.paths[0]), compose_read(p.reader, layers.paths[1]));
    include_list(&p, p.root, 0);
    file_model(&p, own, &layers);
    uint32_t from = model->subjects.count;
    if (!layers.is_default) services_model(&p, own, &layers);
    compose_join(&p);
    if (layers.count == 1 || layers.is_override) keep_touched(&p, own, from);
    if (layers.is_override || compose_is_overridden(p.reader, source->path)) p.open = true; /* the other file may use them */
    resources_model(&p, own);
    model_faults(&p, own);
    if (p.reader->cut) model_cut(model, source);
    if (p.reader->values > COMPOSE_VALUES_MAX || own.flags & VALUE_OPEN) source_problem(source, PROBLEM_FILE_TOO_MANY_NODES, (Span){0, 0}, (Str){NULL, 0});
}

bool compose_is_empty(const Tree *tree) {
    static const char *const keys[] = {"services", "networks", "volumes", "secrets", "configs", "include", "name", "models"};
    for (size_t i = 0; yaml_root(tree) && i < ARRAY_COUNT(keys); i++) {
        if (yaml_get(tree, yaml_root(tree), keys[i])) return false;
    }
    return true;
}

void dotenv_model(Source *source, const Tree *tree, Model *model) {
    (void)tree;
    Str rest = source->bytes, line;
    while (str_next(&rest, '\n', &line)) {
        Str name, value, part;
        if (str_starts(str_trim(line), STR("#")) || !str_cut(line, '=', &name, &value)) continue;
        value = str_trim(value);
        if (!value.len || !secret_form(value, &part).len) continue;
        uint32_t at = (uint32_t)(value.at - source->bytes.at);
        secret_model(model, value_at(value_string(value), source, (Span){at, at + (uint32_t)value.len}), str_trim(name), "env");
    }
}
