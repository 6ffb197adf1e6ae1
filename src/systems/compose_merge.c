/* What Compose makes of several files and of `extends`. A merged map keeps the place of the file that came first, each value
 * that of the file it stands in. */
#include "systems/compose_lower.h"

#include "base/path.h"

#define MERGE_DEPTH_MAX 20
#define EXTENDS_MAX 8
#define CIRCLE_MAX 16 /* services that extend each other in turn */

/* ---- maps and lists ---- */

/* Lists that may be written as maps, "KEY=value" or "KEY". */
static bool is_keyed(Str key) {
    static const char *const keys[] = {"environment", "labels", "annotations", "sysctls", "args", "extra_hosts", "depends_on", "networks", "additional_contexts"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (str_is(key, keys[i])) return true;
    }
    return false;
}

/* Lists that a later file replaces. */
static bool is_replaced(Str key) { return str_is(key, "command") || str_is(key, "entrypoint") || str_is(key, "test"); }

Value compose_keyed(Arena *a, Value v) {
    if (v.kind != VALUE_LIST) return v;
    Entry *entries = arena_array(a, Entry, v.count);
    for (uint32_t i = 0; i < v.count; i++) {
        Value item = v.as.items[i];
        Str name, value, text = value_text(item);
        if (item.kind == VALUE_HOLE && item.as.partial) text = item.as.partial->prefix;
        bool cut = str_cut(text, '=', &name, &value);
        Value content = value_at(cut ? value_string(value) : value_null(), item.source, item.span);
        if (item.kind == VALUE_HOLE) {
            content = value_at(value_hole((HoleReason)item.reason), item.source, item.span);
            if (!cut) name = (Str){NULL, 0};
        }
        content.flags |= item.flags & VALUE_DERIVED;
        bool named = item.kind == VALUE_STRING || name.len;
        entries[i] = (Entry){named ? value_at(value_string(name), item.source, item.span) : item, content};
    }
    Value out = value_map(entries, v.count);
    out.flags = v.flags;
    return value_at(out, v.source, v.span);
}

#define INDEXED_FROM 16 /* entries; fewer are looked through */

/* Where an entry stands in a map that is asked again and again, such as the services of a file; -1: nowhere. The map is known by its
 * entries. */
static int find_entry(ComposeReader *r, Value map, Str name) {
    if (map.count < INDEXED_FROM) {
        for (uint32_t i = 0; i < map.count; i++) {
            if (str_eq(value_text(map.as.entries[i].key), name)) return (int)i;
        }
        return -1;
    }
    void **slot = map_slot(r->arena, &r->indexes, str_copy(r->arena, (Str){(const char *)&map.as.entries, sizeof map.as.entries}));
    if (!*slot) {
        Map *index = arena_new(r->arena, Map);
        *index = (Map){0};
        for (uint32_t i = map.count; i-- > 0;) map_put(r->arena, index, value_text(map.as.entries[i].key), (void *)(uintptr_t)(i + 1));
        *slot = index;
    }
    return (int)(uintptr_t)map_get(*slot, name) - 1;
}

static Value named_entry(ComposeReader *r, Value map, Str name) {
    int at = map.kind == VALUE_MAP ? find_entry(r, map, name) : -1;
    if (at >= 0) return map.as.entries[at].value;
    return map.flags & VALUE_OPEN ? value_at(value_hole(HOLE_UNREAD), map.source, map.span) : value_absent(map);
}

static Value merge(Arena *a, Str key, Value base, Value over, int depth);

static Value merge_maps(Arena *a, Value base, Value over, int depth) {
    Entry *entries = arena_array(a, Entry, base.count + over.count);
    Map places = {0};
    uint32_t count = 0;
    for (uint32_t i = 0; i < base.count; i++) {
        entries[count++] = base.as.entries[i];
        map_put(a, &places, value_text(base.as.entries[i].key), (void *)(uintptr_t)count);
    }
    for (uint32_t i = 0; i < over.count; i++) {
        Entry e = over.as.entries[i];
        uintptr_t at = (uintptr_t)map_get(&places, value_text(e.key));
        if (!at) entries[count++] = e;
        else entries[at - 1].value = merge(a, value_text(e.key), entries[at - 1].value, e.value, depth + 1);
    }
    Value out = value_map(entries, count);
    out.flags = (base.flags | over.flags) & VALUE_OPEN;
    return value_at(out, base.source, base.span);
}

/* The path in the container that tells volumes apart: the second part of SOURCE:TARGET[:MODE], else the only one. */
static Str target_of(Value v) {
    if (v.kind == VALUE_MAP) return value_text(compose_field(v, "target"));
    Str first, rest, second, mode;
    if (!str_cut(value_text(v), ':', &first, &rest)) return first;
    str_cut(rest, ':', &second, &mode);
    return second;
}

static bool same_item(Str key, Value a, Value b) {
    if (str_is(key, "volumes")) return target_of(a).len && str_eq(target_of(a), target_of(b));
    return a.kind == VALUE_STRING && b.kind == VALUE_STRING && str_eq(value_str(a), value_str(b));
}

static Value merge_lists(Arena *a, Str key, Value base, Value over) {
    Value *items = arena_array(a, Value, base.count + over.count);
    uint32_t count = 0;
    bool few = base.count < 500 && over.count < 500;
    for (uint32_t i = 0; i < base.count; i++) {
        bool again = false;
        for (uint32_t k = 0; few && k < over.count && !again; k++) again = same_item(key, base.as.items[i], over.as.items[k]);
        if (!again) items[count++] = base.as.items[i];
    }
    for (uint32_t i = 0; i < over.count; i++) items[count++] = over.as.items[i];
    Value out = value_list(items, count);
    out.flags = (base.flags | over.flags) & VALUE_OPEN;
    return value_at(out, base.source, base.span);
}

static Value merge(Arena *a, Str key, Value base, Value over, int depth) {
    if (over.flags & COMPOSE_RESET) return value_absent(over);
    if (over.flags & COMPOSE_OVERRIDE || depth > MERGE_DEPTH_MAX || value_is_null(base)) return over;
    if (value_is_null(over)) return base;
    if (is_keyed(key)) {
        base = compose_keyed(a, base);
        over = compose_keyed(a, over);
    }
    if (base.kind == VALUE_MAP && over.kind == VALUE_MAP) return merge_maps(a, base, over, depth);
    bool appends = base.kind == VALUE_LIST && over.kind == VALUE_LIST && !is_replaced(key);
    return appends ? merge_lists(a, key, base, over) : over;
}

Value compose_merge(Arena *a, Str key, Value base, Value over) { return merge(a, key, base, over, 0); }

/* ---- extends ---- */

static Value opened(Value v) {
    if (v.kind == VALUE_MAP) v.flags |= VALUE_OPEN;
    return v;
}

/* What a value holds, counted up to COMPOSE_VALUES_MAX: what `extends` shares is looked at once for each that shares it. */
static uint32_t weight(Value v, uint32_t sum, int depth) {
    for (uint32_t i = 0; (v.kind == VALUE_MAP || v.kind == VALUE_LIST) && i < v.count && sum < COMPOSE_VALUES_MAX && depth < MERGE_DEPTH_MAX; i++) {
        sum = weight(v.kind == VALUE_MAP ? v.as.entries[i].value : v.as.items[i], sum + 1, depth + 1);
    }
    return sum;
}

/* What a service extends: the service itself, and the file it stands in. */
typedef struct Base {
    Value root, service, name;
} Base;

/* False when it can't be found. */
static bool base_of(ComposeReader *r, Value root, Value service, Base *out) {
    Value extends = compose_field(service, "extends");
    Value name = extends.kind == VALUE_MAP ? compose_field(extends, "service") : extends, file = compose_field(extends, "file");
    if (extends.kind != VALUE_MAP) file = value_null();
    if (name.kind != VALUE_STRING || (file.kind != VALUE_STRING && !value_is_null(file))) return false;
    *out = (Base){root, value_null(), name};
    if (file.kind == VALUE_STRING) {
        Str path;
        if (!path_resolve(r->arena, str_folder(service.source->path), value_str(file), &path)) return false;
        out->root = compose_read(r, path);
    }
    out->service = named_entry(r, compose_field(out->root, "services"), value_str(name));
    return out->service.kind == VALUE_MAP;
}

static Value extend(ComposeReader *r, Value root, Value service, int depth) {
    Base base;
    if (service.kind != VALUE_MAP || value_is_null(compose_field(service, "extends"))) return service;
    if (depth >= EXTENDS_MAX || !base_of(r, root, service, &base)) return opened(service);
    r->values += weight(base.service, 1, 0);
    if (r->values > COMPOSE_VALUES_MAX) return opened(service);
    Value below = extend(r, base.root, base.service, depth + 1);
    Value out = merge(r->arena, STR("service"), below, service, 0);
    return value_at(out, service.source, service.span);
}

static int order(Value a, Value b) {
    int by_file = str_compare(a.source->path, b.source->path);
    return by_file ? by_file : (a.span.start > b.span.start) - (a.span.start < b.span.start);
}

bool compose_extends_circle(ComposeReader *r, Value root, Value service, Value *name, Str *way) {
    Base base = {root, service, value_null()};
    Str names = {NULL, 0};
    for (int i = 0; i < CIRCLE_MAX; i++) {
        if (base.service.kind != VALUE_MAP || value_is_null(compose_field(base.service, "extends"))) return false;
        if (!base_of(r, base.root, base.service, &base)) return false;
        if (!i) *name = base.name;
        names = i ? str_format(r->arena, "%.*s → %.*s", STR_ARGS(names), STR_ARGS(value_str(base.name))) : value_str(base.name);
        int place = order(base.service, service);
        if (place < 0) return false; /* that one tells it, or it only leads into a circle */
        if (!place) {
            *way = str_format(r->arena, "%.*s → %.*s", STR_ARGS(value_str(base.name)), STR_ARGS(names));
            return true;
        }
    }
    return false;
}

Value compose_extend(ComposeReader *r, Value root, Value service) { return extend(r, root, service, 0); }

/* ---- which files make a project ---- */

static Str in_folder(Arena *a, Str folder, const char *name) {
    return folder.len ? str_format(a, "%.*s/%s", STR_ARGS(folder), name) : str_of(name);
}

/* What `docker compose` takes when no file is named. */
static const char *const base_names[] = {"compose.yaml", "compose.yml", "docker-compose.yml", "docker-compose.yaml"};
static const char *const override_names[] = {"compose.override.yaml", "compose.override.yml", "docker-compose.override.yml", "docker-compose.override.yaml"};

static Str first_there(ComposeReader *r, Str folder, const char *const *names, size_t count) {
    for (size_t i = 0; i < count; i++) {
        Str path = in_folder(r->arena, folder, names[i]);
        if (map_has(&r->neighbours->by_path, path)) return path;
    }
    return (Str){NULL, 0};
}

static bool is_complete(Value service) {
    static const char *const keys[] = {"image", "build", "extends", "provider"};
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        if (!value_is_null(compose_field(service, keys[i]))) return true;
    }
    return false;
}

static bool lacks_image(Value root) {
    Value services = compose_field(root, "services");
    for (uint32_t i = 0; services.kind == VALUE_MAP && i < services.count; i++) {
        Value service = services.as.entries[i].value;
        if (service.kind == VALUE_MAP && !is_complete(service)) return true;
    }
    return false;
}

ComposeLayers compose_layers(ComposeReader *r, Str path) {
    Str folder = str_folder(path), base = first_there(r, folder, base_names, ARRAY_COUNT(base_names));
    ComposeLayers layers = {.paths = {path}, .count = 1};
    if (str_eq(base, path)) {
        Str over = first_there(r, folder, override_names, ARRAY_COUNT(override_names));
        if (over.len) layers = (ComposeLayers){.paths = {path, over}, .count = 2};
        layers.is_open = lacks_image(compose_read(r, path)) && layers.count == 1;
        return layers;
    }
    bool is_default = false;
    for (size_t i = 0; i < ARRAY_COUNT(override_names); i++) is_default = is_default || str_is(str_base_name(path), override_names[i]);
    layers.is_override = is_default || lacks_image(compose_read(r, path));
    if (layers.is_override && base.len) layers = (ComposeLayers){.paths = {base, path}, .count = 2, .is_override = true, .is_default = is_default};
    layers.is_open = layers.is_override && layers.count == 1;
    return layers;
}

/* ---- what other overrides may add ---- */

static Value with_holes(Arena *a, Value service, Value over, int depth) {
    Entry *entries = arena_array(a, Entry, service.count + over.count);
    if (service.count) memcpy(entries, service.as.entries, service.count * sizeof *entries);
    uint32_t count = service.count;
    Map places = {0};
    for (uint32_t i = 0; i < count; i++) map_put(a, &places, value_text(entries[i].key), (void *)(uintptr_t)(i + 1));
    for (uint32_t i = 0; i < over.count; i++) {
        Entry e = over.as.entries[i];
        int at = (int)(uintptr_t)map_get(&places, value_text(e.key)) - 1;
        if (at < 0) entries[count++] = (Entry){e.key, value_at(value_hole(HOLE_VARIABLE), service.source, service.span)};
        else if (entries[at].value.kind == VALUE_MAP && e.value.kind == VALUE_MAP && depth < 3) entries[at].value = with_holes(a, entries[at].value, e.value, depth + 1);
        else if (entries[at].value.kind == VALUE_LIST || entries[at].value.kind == VALUE_MAP) entries[at].value.flags |= VALUE_OPEN;
    }
    Value out = value_map(entries, count);
    out.flags = service.flags;
    return value_at(out, service.source, service.span);
}

#define OVERRIDES_MAX 64  /* files of a folder that are looked at as overrides of its base */
#define LOOKUPS_MAX 20000 /* of names in such files, for one file */

/* The roots of the files that override the base file `path` when they are named. */
static const ValueVec *overrides_of(ComposeReader *r, Str path) {
    if (str_eq(r->overridden, path)) return &r->overrides;
    Str folder = str_folder(path);
    const NeighbourVec *files = map_get(&r->neighbours->by_folder, folder);
    bool is_base = str_eq(first_there(r, folder, base_names, ARRAY_COUNT(base_names)), path);
    r->overridden = path;
    r->overrides.count = 0;
    r->cut = r->cut || (files && is_base && files->count > OVERRIDES_MAX);
    for (uint32_t i = 0; files && is_base && i < MIN(files->count, (uint32_t)OVERRIDES_MAX); i++) {
        Str other = files->items[i]->source->path;
        if (str_eq(other, path) || !files->items[i]->tree) continue;
        ComposeLayers layers = compose_layers(r, other);
        if (layers.is_override && layers.count == 2 && !layers.is_default) vec_push(r->arena, &r->overrides, compose_read(r, other));
    }
    return &r->overrides;
}

bool compose_is_overridden(ComposeReader *r, Str path) { return overrides_of(r, path)->count > 0; }

bool compose_beside(ComposeReader *r, Str path, const char *section, Str name) {
    const NeighbourVec *files = map_get(&r->neighbours->by_folder, str_folder(path));
    for (uint32_t i = 0; files && i < MIN(files->count, (uint32_t)OVERRIDES_MAX); i++) {
        if (str_eq(files->items[i]->source->path, path)) continue;
        if (++r->lookups > LOOKUPS_MAX) {
            r->cut = true;
            return true;
        }
        Value defined = compose_field(compose_read(r, files->items[i]->source->path), section);
        if (defined.kind == VALUE_MAP && find_entry(r, defined, name) >= 0) return true;
    }
    return false;
}

Value compose_foresee(ComposeReader *r, Str path, Value name, Value service) {
    const ValueVec *overrides = overrides_of(r, path);
    for (uint32_t i = 0; service.kind == VALUE_MAP && i < overrides->count && ++r->lookups < LOOKUPS_MAX; i++) {
        Value over = named_entry(r, compose_field(overrides->items[i], "services"), value_text(name));
        if (over.kind == VALUE_MAP) service = with_holes(r->arena, service, over, 0);
    }
    if (r->lookups >= LOOKUPS_MAX) {
        service.flags |= VALUE_OPEN;
        r->cut = true;
    }
    return service;
}
