/* What is true among the services of a project: names that must be defined, circles, clashing ports, shared volumes. Linear in
 * what is written, but for ports of one number and mounts of one source, which are few. */
#include "systems/compose_lower.h"


static Value said(Value from, Value v) { return value_at(v, from.source, from.span); }

/* ---- references ---- */

#define GUESSES_MAX 200 /* "did you mean" of one file */

typedef struct Section {
    const char *kind, *section;
    bool has_default; /* "default" needs no definition */
} Section;

static const Section sections[] = {{"service", "services", false}, {"network", "networks", true},  {"volume", "volumes", false},
                                   {"secret", "secrets", false},   {"config", "configs", false},   {"model", "models", false}};

static const Section *section_of(const char *kind) {
    for (size_t i = 0; i < ARRAY_COUNT(sections); i++) {
        if (strcmp(sections[i].kind, kind) == 0) return &sections[i];
    }
    return NULL;
}

static Str nearest(Value defined, Str wrong) {
    Str names[256];
    uint32_t count = 0;
    for (uint32_t i = 0; defined.kind == VALUE_MAP && i < defined.count && count < ARRAY_COUNT(names); i++) names[count++] = value_text(defined.as.entries[i].key);
    return str_nearest(wrong, names, count);
}

static Object *add_reference(ComposeProject *p, Object *service, const char *kind, const char *key, Value name, Value at) {
    const Section *s = section_of(kind);
    if (name.kind != VALUE_STRING || !name.count) return NULL;
    Str text = value_str(name);
    Str use = str_format(p->arena, "%s %.*s", kind, STR_ARGS(text));
    bool known = map_has(&p->defined, use) || (s->has_default && str_is(text, "default"));
    bool may_be = !known && (p->open || compose_beside(p->reader, p->source->path, s->section, text));
    Object *o = compose_object(p, SHAPE_COMPOSE_REFERENCE, at, service->address);
    o->fields[COMPOSE_REFERENCE_KIND] = said(at, value_string(str_of(kind)));
    o->fields[COMPOSE_REFERENCE_KEY] = said(at, value_string(str_of(key)));
    o->fields[COMPOSE_REFERENCE_NAME] = said(at, value_string(text));
    o->fields[COMPOSE_REFERENCE_DEFINED] = said(at, may_be ? value_hole(HOLE_UNREAD) : value_bool(known));
    Str near = known || ++p->guesses > GUESSES_MAX ? (Str){NULL, 0} : nearest(compose_field(p->root, s->section), text);
    if (near.len) o->fields[COMPOSE_REFERENCE_NEAREST] = said(at, value_string(near));
    o->fields[COMPOSE_REFERENCE_SERVICE] = value_object(service);
    Object *other = strcmp(kind, "service") == 0 ? map_get(&p->objects, text) : NULL;
    if (other) o->fields[COMPOSE_REFERENCE_OTHER] = value_object(other);
    map_put(p->arena, &p->used, use, o);
    return o;
}

/* A list of names or of maps with `field`, or a map by name. */
static void add_names(ComposeProject *p, Object *service, const char *kind, const char *key, const char *field) {
    Value v = compose_field(service->fields[COMPOSE_SERVICE_SPEC], key);
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) {
        Value item = v.as.items[i], name = item.kind == VALUE_MAP ? compose_field(item, field) : item;
        add_reference(p, service, kind, key, name, name);
    }
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) add_reference(p, service, kind, key, v.as.entries[i].key, v.as.entries[i].key);
}

static void add_dependencies(ComposeProject *p, Object *service) {
    Value v = compose_keyed(p->arena, compose_field(service->fields[COMPOSE_SERVICE_SPEC], "depends_on"));
    ValueVec all = {0};
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) {
        Entry e = v.as.entries[i];
        Value condition = compose_field(e.value, "condition"), required = compose_field(e.value, "required");
        Object *o = add_reference(p, service, "service", "depends_on", e.key, e.key);
        if (!o) continue;
        o->fields[COMPOSE_REFERENCE_CONDITION] = value_is_null(condition) ? said(e.key, value_string(STR("service_started"))) : condition;
        if (required.kind == VALUE_BOOL && !required.as.boolean) o->fields[COMPOSE_REFERENCE_DEFINED] = said(e.key, value_bool(true));
        vec_push(p->arena, &all, value_object(o));
    }
    service->fields[COMPOSE_SERVICE_DEPENDENCIES] = value_at(value_list(all.items, all.count), v.source, v.span);
}

/* links: "db" or "db:alias"; volumes_from: "db" or "db:ro" or "container:x". */
static void add_cut(ComposeProject *p, Object *service, const char *key) {
    Value v = compose_field(service->fields[COMPOSE_SERVICE_SPEC], key);
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) {
        Str name, rest;
        str_cut(value_text(v.as.items[i]), ':', &name, &rest);
        if (v.as.items[i].kind == VALUE_STRING && !str_is(name, "container")) add_reference(p, service, "service", key, value_string(name), v.as.items[i]);
    }
}

/* network_mode, pid, ipc: service:NAME. */
static void add_mode(ComposeProject *p, Object *service, const char *key) {
    Value v = compose_field(service->fields[COMPOSE_SERVICE_SPEC], key);
    if (str_starts(value_text(v), STR("service:"))) add_reference(p, service, "service", key, value_string(str_skip(value_str(v), 8)), v);
}

static void add_volumes(ComposeProject *p, Object *service) {
    Value mounts = service->fields[COMPOSE_SERVICE_MOUNTS];
    for (uint32_t i = 0; mounts.kind == VALUE_LIST && i < mounts.count; i++) {
        const Object *m = mounts.as.items[i].as.object;
        Value source = m->fields[COMPOSE_MOUNT_SOURCE];
        bool named = value_is_string(m->fields[COMPOSE_MOUNT_TYPE], "volume") && source.kind == VALUE_STRING;
        if (named && str_find_byte(value_str(source), '\\') == STR_NONE) add_reference(p, service, "volume", "volumes", source, source);
    }
}

static void add_extends(ComposeProject *p, Object *service) {
    Value own = service->fields[COMPOSE_SERVICE_SPEC], extends = compose_field(own, "extends");
    if (extends.kind == VALUE_MAP && !value_is_null(compose_field(extends, "file"))) return;
    Value name = extends.kind == VALUE_MAP ? compose_field(extends, "service") : extends;
    if (name.source == service->source) add_reference(p, service, "service", "extends", name, name);
}

static void add_references(ComposeProject *p, Object *service) {
    add_names(p, service, "network", "networks", "name");
    add_names(p, service, "secret", "secrets", "source");
    add_names(p, service, "config", "configs", "source");
    add_names(p, service, "model", "models", "name");
    add_volumes(p, service);
    add_dependencies(p, service);
    add_extends(p, service);
    static const char *const cuts[] = {"links", "volumes_from"}, *const modes[] = {"network_mode", "pid", "ipc"};
    for (size_t i = 0; i < ARRAY_COUNT(cuts); i++) add_cut(p, service, cuts[i]);
    for (size_t i = 0; i < ARRAY_COUNT(modes); i++) add_mode(p, service, modes[i]);
    Value secrets = compose_field(service->fields[COMPOSE_SERVICE_BUILD], "secrets"); /* a build may use them too */
    for (uint32_t i = 0; secrets.kind == VALUE_LIST && i < secrets.count; i++) {
        Value item = secrets.as.items[i], name = item.kind == VALUE_MAP ? compose_field(item, "source") : item;
        add_reference(p, service, "secret", "build.secrets", name, name);
    }
}

/* ---- circles of depends_on ---- */

typedef struct Visit {
    Object *service;
    uint32_t next;  /* dependency to look at */
} Visit;

typedef struct Circles {
    ComposeProject *p;
    VEC(Visit) way;
    Map done;
    Map on_way; /* service → its place on the way + 1 */
} Circles;

static Str circle_text(Circles *c, uint32_t from) {
    Buf out = {0};
    for (uint32_t i = from; i < c->way.count; i++) {
        buf_add(&out, value_text(c->way.items[i].service->fields[COMPOSE_SERVICE_NAME]));
        buf_lit(&out, " → ");
    }
    buf_add(&out, value_text(c->way.items[from].service->fields[COMPOSE_SERVICE_NAME]));
    Str s = str_copy(c->p->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

static void enter(Circles *c, Object *service) {
    vec_push(c->p->arena, &c->way, ((Visit){service, 0}));
    map_put(c->p->arena, &c->on_way, value_text(service->fields[COMPOSE_SERVICE_NAME]), (void *)(uintptr_t)c->way.count);
}

static void leave(Circles *c, Object *service) {
    map_put(c->p->arena, &c->done, value_text(service->fields[COMPOSE_SERVICE_NAME]), service);
    map_put(c->p->arena, &c->on_way, value_text(service->fields[COMPOSE_SERVICE_NAME]), NULL);
    c->way.count--;
}

/* Depth first without recursion; the dependency that leads back onto the way closes a circle. */
static void follow(Circles *c, Object *start) {
    enter(c, start);
    while (c->way.count) {
        Visit *v = &c->way.items[c->way.count - 1];
        Value list = v->service->fields[COMPOSE_SERVICE_DEPENDENCIES];
        if (list.kind != VALUE_LIST || v->next >= list.count) {
            leave(c, v->service);
            continue;
        }
        Object *reference = (Object *)(uintptr_t)list.as.items[v->next++].as.object;
        Value other = reference->fields[COMPOSE_REFERENCE_OTHER];
        if (other.kind != VALUE_OBJECT || map_has(&c->done, value_text(other.as.object->fields[COMPOSE_SERVICE_NAME]))) continue;
        uint32_t at = (uint32_t)(uintptr_t)map_get(&c->on_way, value_text(other.as.object->fields[COMPOSE_SERVICE_NAME]));
        if (at) reference->fields[COMPOSE_REFERENCE_CYCLE] = value_at(value_string(circle_text(c, at - 1)), reference->source, reference->span);
        else enter(c, (Object *)(uintptr_t)other.as.object);
    }
}

static void find_circles(ComposeProject *p) {
    Circles *c = arena_new(p->arena, Circles);
    c->p = p;
    for (uint32_t i = 0; i < p->objects.count; i++) {
        if (!map_has(&c->done, p->objects.items[i].key)) follow(c, p->objects.items[i].value);
    }
}

/* ---- ports and volumes ---- */

#define SAME_MAX 50       /* ports of one number that are compared with each other */
#define NUMBERS_MAX 50000 /* ports of all ranges together */

static const Object *service_of(const Object *o, int field) { return o->fields[field].as.object; }

/* Services of different profiles need not run at the same time, replicas of one are something else. */
static bool may_run_together(const Object *a, const Object *b) {
    if (a == b) return true;
    Value x = compose_field(a->fields[COMPOSE_SERVICE_SPEC], "profiles"), y = compose_field(b->fields[COMPOSE_SERVICE_SPEC], "profiles");
    return value_is_null(x) && value_is_null(y);
}

static bool same_address(Value a, Value b) {
    if (a.kind == VALUE_HOLE || b.kind == VALUE_HOLE) return false;
    Str x = value_text(a), y = value_text(b);
    bool all = !x.len || !y.len || str_is(x, "0.0.0.0") || str_is(y, "0.0.0.0");
    return all || str_eq(x, y);
}

static bool clashes(const Object *a, const Object *b) {
    Value x = a->fields[COMPOSE_PORT_PROTOCOL], y = b->fields[COMPOSE_PORT_PROTOCOL];
    bool protocol = x.kind == VALUE_STRING && y.kind == VALUE_STRING && str_eq(value_str(x), value_str(y));
    return protocol && same_address(a->fields[COMPOSE_PORT_ADDRESS], b->fields[COMPOSE_PORT_ADDRESS]) &&
           may_run_together(service_of(a, COMPOSE_PORT_SERVICE), service_of(b, COMPOSE_PORT_SERVICE));
}

/* Ports of one number are compared with each other, and a range is as many numbers as it has: what would take too long is told. */
static void find_clashes(ComposeProject *p) {
    Map numbers = {0};
    uint32_t looked = 0;
    bool cut = false, spent = false;
    for (uint32_t i = 0; i < p->ports.count; i++) {
        Object *o = (Object *)(uintptr_t)p->ports.items[i];
        Value first = o->fields[COMPOSE_PORT_PUBLISHED], last = o->fields[COMPOSE_PORT_PUBLISHED_LAST], target = o->fields[COMPOSE_PORT_TARGET_LAST];
        if (first.kind != VALUE_INT || last.kind != VALUE_INT) continue;
        bool chooses = target.kind == VALUE_INT && first.as.integer != last.as.integer && target.as.integer == o->fields[COMPOSE_PORT_TARGET].as.integer;
        for (int64_t n = first.as.integer; n <= last.as.integer && !chooses; n++) {
            spent = spent || ++looked > NUMBERS_MAX;
            if (spent) break;
            void **slot = map_slot(p->arena, &numbers, str_format(p->arena, "%lld", (long long)n));
            if (!*slot) *slot = arena_new(p->arena, ObjectVec);
            ObjectVec *same = *slot;
            cut = cut || same->count > SAME_MAX;
            for (uint32_t k = 0; k < MIN(same->count, (uint32_t)SAME_MAX) && value_is_null(o->fields[COMPOSE_PORT_CLASH]); k++) {
                if (same->items[k] != o && clashes(same->items[k], o)) o->fields[COMPOSE_PORT_CLASH] = value_object(same->items[k]);
            }
            vec_push(p->arena, same, o);
        }
    }
    if (cut || spent) model_cut(p->model, p->source);
}

static void find_shared(ComposeProject *p) {
    Map sources = {0};
    for (uint32_t i = 0; i < p->mounts.count; i++) {
        Object *o = (Object *)(uintptr_t)p->mounts.items[i];
        if (o->fields[COMPOSE_MOUNT_SOURCE].kind != VALUE_STRING) continue;
        void **slot = map_slot(p->arena, &sources, value_str(o->fields[COMPOSE_MOUNT_SOURCE]));
        Object *first = *slot;
        if (!first) *slot = o;
        else if (service_of(first, COMPOSE_MOUNT_SERVICE) != service_of(o, COMPOSE_MOUNT_SERVICE)) {
            o->fields[COMPOSE_MOUNT_SHARED] = value_object(first);
            if (value_is_null(first->fields[COMPOSE_MOUNT_SHARED])) first->fields[COMPOSE_MOUNT_SHARED] = value_object(o);
        }
    }
}

/* An image that another service of the project builds is built here too. */
static void find_built(ComposeProject *p) {
    Map built = {0};
    for (int pass = 0; pass < 2; pass++) {
        for (uint32_t i = 0; i < p->objects.count; i++) {
            const Object *service = p->objects.items[i].value;
            Value image = service->fields[COMPOSE_SERVICE_IMAGE];
            if (image.kind != VALUE_OBJECT) continue;
            Object *o = (Object *)(uintptr_t)image.as.object;
            Str ref = value_text(o->fields[IMAGE_REF]);
            Value *is_built = &o->fields[IMAGE_IS_BUILT];
            if (pass == 0 && is_built->as.boolean) map_put(p->arena, &built, ref, o);
            if (pass == 1 && ref.len && map_has(&built, ref)) *is_built = said(*is_built, value_bool(true));
        }
    }
}

static void find_same_names(ComposeProject *p) {
    Map names = {0};
    for (uint32_t i = 0; i < p->objects.count; i++) {
        Object *service = p->objects.items[i].value;
        Value name = compose_field(service->fields[COMPOSE_SERVICE_SPEC], "container_name");
        if (name.kind != VALUE_STRING) continue;
        void **slot = map_slot(p->arena, &names, value_str(name));
        if (!*slot) *slot = service;
        else if (may_run_together(*slot, service)) service->fields[COMPOSE_SERVICE_SAME_NAME] = value_object(*slot);
    }
}

static void note_defined(ComposeProject *p) {
    for (size_t s = 0; s < ARRAY_COUNT(sections); s++) {
        Value section = compose_field(p->root, sections[s].section);
        for (uint32_t i = 0; section.kind == VALUE_MAP && i < section.count; i++) {
            Str kind = str_format(p->arena, "%s ", sections[s].kind);
            map_put(p->arena, &p->defined, str_join(p->arena, kind, value_text(section.as.entries[i].key)), p);
        }
    }
}

void compose_join(ComposeProject *p) {
    note_defined(p);
    for (uint32_t i = 0; i < p->objects.count; i++) add_references(p, p->objects.items[i].value);
    find_circles(p);
    find_clashes(p);
    find_shared(p);
    find_built(p);
    find_same_names(p);
}
