/* A service as objects. Short and long syntax become one shape here. */
#include "systems/compose_lower.h"

#include "base/path.h"
#include "systems/facets.h"

static Value said(Value from, Value v) { return value_at(v, from.source, from.span); }

static Value list_of(const ValueVec *items, Value whole) {
    Value list = value_list(items->items, items->count);
    list.flags |= whole.flags & VALUE_OPEN;
    return said(whole, list);
}

/* A list's items; anything else has none. A hole instead of a list opens `whole`. */
static const Value *items_of(Value *list, uint32_t *count) {
    *count = list->kind == VALUE_LIST ? list->count : 0;
    if (list->kind == VALUE_HOLE) list->flags |= VALUE_OPEN;
    return list->kind == VALUE_LIST ? list->as.items : NULL;
}

static Str written_of(Value v) { return source_slice(v.source, v.span); }
static bool is_quoted(Value v) { return v.span.end > v.span.start && (v.source->bytes.at[v.span.start] == '"' || v.source->bytes.at[v.span.start] == '\''); }

/* The text inside the quotes, where nothing was replaced or decoded. */
static Value straight(Value v) {
    Span inner = {v.span.start + 1, v.span.end - 1};
    if (v.kind != VALUE_STRING || !is_quoted(v) || v.span.end - v.span.start < 2) return v;
    return str_eq(source_slice(v.source, inner), value_str(v)) ? value_at(v, v.source, inner) : v;
}

static Value text_value(Value from, Str text) { return said(from, text.len ? value_string(text) : value_null()); }

/* ---- ports: https://docs.docker.com/reference/compose-file/services/#ports ---- */

/* "8000" or "8000-8010"; false when it is neither. */
static bool range(Str s, int64_t *first, int64_t *last) {
    Str a, b;
    bool ranged = str_cut(s, '-', &a, &b);
    if (!str_to_int(a, first) || *first < 0) return false;
    *last = *first;
    return !ranged || (str_to_int(b, last) && *last >= *first);
}

static void set_range(Object *o, int first, int last, Value from, Str text) {
    int64_t a, b;
    if (!text.len) return;
    bool known = range(text, &a, &b);
    if (!known) o->fields[COMPOSE_PORT_IS_VALID] = said(from, value_bool(false));
    o->fields[first] = said(from, known ? value_int(a) : value_hole(HOLE_VARIABLE));
    o->fields[last] = said(from, known ? value_int(b) : value_hole(HOLE_VARIABLE));
}

/* [ADDRESS:][PUBLISHED:]TARGET[/PROTOCOL], the address maybe [::1]. */
static void short_port(Object *o, Value v, Str text) {
    Str protocol, rest, host = {NULL, 0};
    if (str_cut(text, '/', &rest, &protocol)) o->fields[COMPOSE_PORT_PROTOCOL] = said(v, value_string(protocol));
    size_t colon = str_find_last(rest, ':');
    set_range(o, COMPOSE_PORT_TARGET, COMPOSE_PORT_TARGET_LAST, v, colon == STR_NONE ? rest : str_skip(rest, colon + 1));
    if (colon != STR_NONE) {
        host = str_slice(rest, 0, colon);
        colon = str_find_last(host, ':');
        set_range(o, COMPOSE_PORT_PUBLISHED, COMPOSE_PORT_PUBLISHED_LAST, v, colon == STR_NONE ? host : str_skip(host, colon + 1));
        if (colon != STR_NONE) o->fields[COMPOSE_PORT_ADDRESS] = text_value(v, str_slice(host, 0, colon));
    }
    if (value_is_null(o->fields[COMPOSE_PORT_TARGET])) o->fields[COMPOSE_PORT_IS_VALID] = said(v, value_bool(false));
}

/* The parts that are holes make a hole of what they may be. */
static void unknown_port(Object *o, Value v) {
    static const int fields[] = {COMPOSE_PORT_ADDRESS, COMPOSE_PORT_PUBLISHED, COMPOSE_PORT_PUBLISHED_LAST, COMPOSE_PORT_TARGET, COMPOSE_PORT_TARGET_LAST, COMPOSE_PORT_PROTOCOL, COMPOSE_PORT_IS_VALID};
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) o->fields[fields[i]] = said(v, value_hole(HOLE_VARIABLE));
}

static Str scalar_text(Arena *a, Value v) {
    return v.kind == VALUE_INT ? str_format(a, "%lld", (long long)v.as.integer) : value_text(v);
}

/* ${PORT}:80 and 127.0.0.1:${PORT}:80: which part is missing shows by the colons around it. */
static void partial_port(Object *o, Value v) {
    unknown_port(o, v);
    if (!v.as.partial) return;
    Str before = v.as.partial->prefix, after = v.as.partial->suffix, target = after, protocol;
    bool tail = after.len && after.at[0] == ':' && str_find_last(after, ':') == 0;
    if (tail) {
        str_cut(str_skip(after, 1), '/', &target, &protocol);
        set_range(o, COMPOSE_PORT_TARGET, COMPOSE_PORT_TARGET_LAST, v, target);
        o->fields[COMPOSE_PORT_PROTOCOL] = said(v, value_string(protocol.len ? protocol : STR("tcp")));
    }
    bool address = before.len > 1 && before.at[before.len - 1] == ':' && str_find_byte(before, '.') != STR_NONE;
    if (address) o->fields[COMPOSE_PORT_ADDRESS] = said(v, value_string(str_slice(before, 0, before.len - 1)));
}

static void long_port(Object *o, Value v, Arena *a) {
    Value published = compose_field(v, "published"), target = compose_field(v, "target"), protocol = compose_field(v, "protocol");
    Value address = compose_field(v, "host_ip");
    Str host, port, text = scalar_text(a, published);
    if (str_cut(text, ':', &host, &port)) { /* an address does not belong here, and says where it is bound */
        address = value_at(value_string(host), published.source, published.span);
        text = port;
    } else if (str_find_byte(text, '.') != STR_NONE) {
        address = value_at(value_string(text), published.source, published.span);
        text = (Str){NULL, 0};
    }
    o->fields[COMPOSE_PORT_ADDRESS] = address;
    if (published.kind == VALUE_HOLE) o->fields[COMPOSE_PORT_PUBLISHED] = o->fields[COMPOSE_PORT_PUBLISHED_LAST] = published;
    else set_range(o, COMPOSE_PORT_PUBLISHED, COMPOSE_PORT_PUBLISHED_LAST, published, text);
    if (target.kind == VALUE_HOLE) o->fields[COMPOSE_PORT_TARGET] = o->fields[COMPOSE_PORT_TARGET_LAST] = target;
    else set_range(o, COMPOSE_PORT_TARGET, COMPOSE_PORT_TARGET_LAST, target, scalar_text(a, target));
    if (!value_is_null(protocol)) o->fields[COMPOSE_PORT_PROTOCOL] = protocol;
}

/* Two to four groups of digits with colons, each behind the first below 60: a number to a YAML 1.1 parser. */
static bool is_sexagesimal(Str s) {
    Str part;
    int parts = 0;
    while (str_next(&s, ':', &part)) {
        int64_t n;
        if (!part.len || !str_to_int(part, &n) || (parts && (n >= 60 || part.len > 2)) || part.at[0] == '-') return false;
        parts++;
    }
    return parts > 1;
}

/* Ports of one service, by that of the host, else that of the container. */
static void note_order(Object *o, int64_t *greatest) {
    Value port = o->fields[value_is_null(o->fields[COMPOSE_PORT_PUBLISHED]) ? COMPOSE_PORT_TARGET : COMPOSE_PORT_PUBLISHED];
    if (port.kind != VALUE_INT) return;
    if (port.as.integer < *greatest) o->fields[COMPOSE_PORT_AFTER] = said(port, value_int(*greatest));
    *greatest = MAX(*greatest, port.as.integer);
}

static void add_ports(ComposeProject *p, Object *service, Value spec) {
    uint32_t count;
    Value list = compose_field(spec, "ports");
    const Value *items = items_of(&list, &count);
    ValueVec all = {0};
    int64_t greatest = -1;
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        Object *o = compose_object(p, SHAPE_COMPOSE_PORT, v, service->address);
        bool quoted = v.kind == VALUE_MAP || is_quoted(v);
        Str written = v.kind == VALUE_MAP ? scalar_text(p->arena, compose_field(v, "target")) : value_text(straight(v));
        if (!written.len) written = written_of(v);
        o->fields[COMPOSE_PORT_WRITTEN] = said(v, value_string(written));
        o->fields[COMPOSE_PORT_IS_QUOTED] = said(v, value_bool(quoted));
        o->fields[COMPOSE_PORT_IS_SEXAGESIMAL] = said(v, value_bool(!quoted && is_sexagesimal(written_of(v))));
        o->fields[COMPOSE_PORT_IS_VALID] = said(v, value_bool(true));
        o->fields[COMPOSE_PORT_PROTOCOL] = said(v, value_string(STR("tcp")));
        o->fields[COMPOSE_PORT_SERVICE] = value_object(service);
        if (v.kind == VALUE_MAP) long_port(o, v, p->arena);
        else if (v.kind == VALUE_HOLE) partial_port(o, v);
        else short_port(o, v, scalar_text(p->arena, v));
        note_order(o, &greatest);
        vec_push(p->arena, &all, value_object(o));
        vec_push(p->arena, &p->ports, o);
    }
    service->fields[COMPOSE_SERVICE_PORTS] = list_of(&all, list);
}

/* ---- volumes: https://docs.docker.com/reference/compose-file/services/#volumes ---- */

/* C:\data and C:/data, of Windows. */
static bool has_drive(Str s) {
    return s.len > 2 && (s.at[0] | 0x20) >= 'a' && (s.at[0] | 0x20) <= 'z' && s.at[1] == ':' && (s.at[2] == '\\' || s.at[2] == '/');
}

static bool is_path(Str s) {
    return str_starts(s, STR("/")) || str_starts(s, STR(".")) || str_starts(s, STR("~")) || has_drive(s);
}

static Value part_of(Value v, Str part) {
    Value whole = straight(v);
    if (!str_eq(source_slice(whole.source, whole.span), value_text(v))) return text_value(v, part);
    uint32_t at = whole.span.start + (uint32_t)(part.at - value_text(v).at);
    return part.len ? value_at(value_string(part), v.source, (Span){at, at + (uint32_t)part.len}) : text_value(v, part);
}

static void short_mount(Object *o, Value v) {
    Str text = value_text(v), source = {NULL, 0}, target, mode = {NULL, 0}, rest;
    size_t skip = has_drive(text) ? 2 : 0;
    size_t colon = str_find_byte(str_skip(text, skip), ':');
    target = text;
    if (colon != STR_NONE) {
        source = str_slice(text, 0, skip + colon);
        rest = str_skip(text, skip + colon + 1);
        str_cut(rest, ':', &target, &mode);
    }
    bool bind = is_path(source);
    o->fields[COMPOSE_MOUNT_TYPE] = said(v, value_string(bind ? STR("bind") : STR("volume")));
    o->fields[COMPOSE_MOUNT_SOURCE] = part_of(v, source);
    o->fields[COMPOSE_MOUNT_TARGET] = part_of(v, target);
    o->fields[COMPOSE_MOUNT_READ_ONLY] = said(v, value_bool(false));
    Str option;
    while (str_next(&mode, ',', &option)) {
        if (str_is(option, "ro")) o->fields[COMPOSE_MOUNT_READ_ONLY] = said(v, value_bool(true));
        bool propagates = str_ends(option, STR("shared")) || str_ends(option, STR("slave")) || str_ends(option, STR("private"));
        if (propagates) o->fields[COMPOSE_MOUNT_PROPAGATION] = said(v, value_string(option));
    }
}

/* ${DATA}:/data, or ./x/${ENV}:/data: the target is known, the source partly. */
static void partial_mount(Object *o, Value v) {
    Value hole = said(v, value_hole(HOLE_VARIABLE));
    o->fields[COMPOSE_MOUNT_TYPE] = o->fields[COMPOSE_MOUNT_SOURCE] = o->fields[COMPOSE_MOUNT_TARGET] = o->fields[COMPOSE_MOUNT_READ_ONLY] = hole;
    o->fields[COMPOSE_MOUNT_PROPAGATION] = hole;
}

static void long_mount(Object *o, Value v) {
    Value read_only = compose_field(v, "read_only"), type = compose_field(v, "type");
    o->fields[COMPOSE_MOUNT_TYPE] = value_is_null(type) ? said(v, value_string(STR("volume"))) : type;
    o->fields[COMPOSE_MOUNT_SOURCE] = compose_field(v, "source");
    o->fields[COMPOSE_MOUNT_TARGET] = compose_field(v, "target");
    o->fields[COMPOSE_MOUNT_READ_ONLY] = value_is_null(read_only) ? said(v, value_bool(false)) : read_only;
    o->fields[COMPOSE_MOUNT_PROPAGATION] = compose_path(v, "bind.propagation");
}

/* Through a named volume's device, too: a bind mount by another name. */
static Value host_path(ComposeProject *p, const Object *o) {
    Value source = o->fields[COMPOSE_MOUNT_SOURCE], type = o->fields[COMPOSE_MOUNT_TYPE];
    if (value_is_string(type, "bind") || type.kind == VALUE_HOLE) return source;
    if (!value_is_string(type, "volume") || source.kind != VALUE_STRING) return said(source, value_null());
    Value volume = compose_field(compose_field(p->root, "volumes"), str_copy(p->arena, value_str(source)).at);
    Value options = compose_field(volume, "driver_opts"), kind = compose_field(options, "o");
    bool bind = str_has(value_text(kind), STR("bind")) && value_text(compose_field(options, "type")).len < 5;
    return bind ? compose_field(options, "device") : said(source, value_null());
}

static bool any_quoted(Value v) {
    if (v.kind == VALUE_STRING) return is_quoted(v);
    bool quoted = false;
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) {
        Value field = v.as.entries[i].value;
        quoted = quoted || (field.kind == VALUE_STRING && is_quoted(field));
    }
    return quoted;
}

static void add_mounts(ComposeProject *p, Object *service, Value spec) {
    uint32_t count;
    Value list = compose_field(spec, "volumes");
    const Value *items = items_of(&list, &count);
    ValueVec all = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        Object *o = compose_object(p, SHAPE_COMPOSE_MOUNT, v, service->address);
        if (v.kind == VALUE_STRING) o->fields[COMPOSE_MOUNT_WRITTEN] = straight(v);
        o->fields[COMPOSE_MOUNT_IS_QUOTED] = said(v, value_bool(any_quoted(v)));
        if (v.kind == VALUE_MAP) long_mount(o, v);
        else if (v.kind == VALUE_STRING) short_mount(o, v);
        else partial_mount(o, v);
        o->fields[COMPOSE_MOUNT_HOST_PATH] = host_path(p, o);
        o->fields[COMPOSE_MOUNT_SERVICE] = value_object(service);
        vec_push(p->arena, &all, value_object(o));
        vec_push(p->arena, &p->mounts, o);
    }
    service->fields[COMPOSE_SERVICE_MOUNTS] = list_of(&all, list);
}

/* ---- environment ---- */

static bool is_literal(Value v) { return v.kind == VALUE_STRING && !(v.flags & VALUE_DERIVED); }

static void add_env(ComposeProject *p, Object *service, Value spec) {
    Value map = compose_keyed(p->arena, compose_field(spec, "environment"));
    ValueVec all = {0};
    Map seen = {0};
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) {
        Entry e = map.as.entries[i];
        Object *o = compose_object(p, SHAPE_ENV, e.key, service->address);
        o->fields[ENV_NAME] = e.key;
        o->fields[ENV_VALUE] = e.value;
        o->fields[ENV_SERVICE] = value_object(service);
        if (e.key.kind == VALUE_STRING) {
            void **slot = map_slot(p->arena, &seen, value_str(e.key));
            if (*slot) o->fields[ENV_EARLIER] = value_object(*slot);
            else *slot = o;
        }
        Object *secret = is_literal(e.value) ? secret_model(p->model, e.value, value_text(e.key), "env") : NULL;
        if (secret) {
            secret->address = service->address;
            secret->fields[SECRET_SERVICE] = value_object(service);
        }
        vec_push(p->arena, &all, value_object(o));
    }
    service->fields[COMPOSE_SERVICE_ENV] = list_of(&all, map);
}

/* Credentials by their form in what it runs, its labels and build arguments. */
static void find_secrets(ComposeProject *p, Object *service, Value v, int depth) {
    if (is_literal(v)) {
        Object *secret = secret_model(p->model, v, (Str){NULL, 0}, "value");
        if (secret) {
            secret->address = service->address;
            secret->fields[SECRET_SERVICE] = value_object(service);
        }
    }
    for (uint32_t i = 0; (v.kind == VALUE_MAP || v.kind == VALUE_LIST) && i < v.count && depth < 4; i++) {
        find_secrets(p, service, v.kind == VALUE_MAP ? v.as.entries[i].value : v.as.items[i], depth + 1);
    }
}

/* ---- image and build ---- */

static void add_image(ComposeProject *p, Object *service, Value spec) {
    Value image = straight(compose_field(spec, "image"));
    if (image.kind != VALUE_STRING && image.kind != VALUE_HOLE) return;
    Object *o = image_model(p->model, image, source_slice(image.source, image.span), "service");
    o->address = service->address;
    o->fields[IMAGE_SERVICE] = value_object(service);
    o->fields[IMAGE_PLATFORM] = compose_field(spec, "platform");
    o->fields[IMAGE_IS_BUILT] = said(image, value_bool(!value_is_null(service->fields[COMPOSE_SERVICE_BUILD])));
    service->fields[COMPOSE_SERVICE_IMAGE] = value_object(o);
}

/* build: DIR means build: {context: DIR}. */
static Value build_of(Arena *a, Value build) {
    if (build.kind != VALUE_STRING && (build.kind != VALUE_HOLE || !build.as.partial)) return build;
    Entry *entry = arena_new(a, Entry);
    *entry = (Entry){said(build, value_string(STR("context"))), build};
    return said(build, value_map(entry, 1));
}

/* What the name alone would have told the walk: other names may be there without our knowing. */
static bool is_recognised_name(Str path) {
    size_t slash = str_find_last(path, '/');
    Str name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    return str_is(name, "Dockerfile") || str_is(name, "Containerfile") || (str_starts(name, STR("Dockerfile.")) && str_find_byte(str_skip(name, 11), '.') == STR_NONE);
}

static void add_build(ComposeProject *p, Object *service, Value spec) {
    Value build = service->fields[COMPOSE_SERVICE_BUILD] = build_of(p->arena, compose_field(spec, "build"));
    Value context = compose_field(build, "context"), file = compose_field(build, "dockerfile");
    service->fields[COMPOSE_SERVICE_DOCKERFILE_MISSING] = said(build, value_hole(HOLE_UNREAD));
    if (value_is_null(context) && build.kind == VALUE_MAP) context = said(build, value_string(STR(".")));
    bool inlined = !value_is_null(compose_field(build, "dockerfile_inline"));
    Str folder, path;
    if (context.kind != VALUE_STRING || inlined || build.kind != VALUE_MAP) return;
    Str written = value_str(context);
    bool remote = str_has(written, STR("://")) || str_starts(written, STR("git@")) || str_starts(written, STR("github.com/"));
    if (remote || !path_resolve(p->arena, str_folder(context.source->path), written, &folder)) return;
    service->fields[COMPOSE_SERVICE_CONTEXT] = said(context, value_string(folder));
    if (file.kind != VALUE_STRING && !value_is_null(file)) return;
    Str name = file.kind == VALUE_STRING ? value_str(file) : STR("Dockerfile");
    if (!path_resolve(p->arena, folder, name, &path)) return;
    const Neighbours *n = p->reader->neighbours;
    bool there = map_has(&n->recognised, path), sure = n->whole && is_recognised_name(path) && map_has(&n->folders, str_folder(path));
    if (!there && value_is_null(file)) { /* Podman's name for it */
        Str other;
        there = path_resolve(p->arena, folder, STR("Containerfile"), &other) && map_has(&n->recognised, other);
        if (there) path = other;
    }
    Value at = file.kind == VALUE_STRING ? file : context;
    service->fields[COMPOSE_SERVICE_DOCKERFILE_PATH] = said(at, value_string(path));
    if (there || sure) service->fields[COMPOSE_SERVICE_DOCKERFILE_MISSING] = said(at, value_bool(!there));
}

/* ---- the rest ---- */

static Value capabilities(ComposeProject *p, Value spec, const char *key) {
    uint32_t count;
    Value list = compose_field(spec, key);
    const Value *items = items_of(&list, &count);
    ValueVec names = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        Str name = value_text(v);
        if (str_starts_nocase(name, STR("CAP_"))) name = str_skip(name, 4);
        vec_push(p->arena, &names, v.kind == VALUE_STRING ? said(v, value_string(str_upper(p->arena, name))) : v);
    }
    return list_of(&names, list);
}

static Value security(ComposeProject *p, Value spec) {
    uint32_t count;
    Value list = compose_field(spec, "security_opt");
    const Value *items = items_of(&list, &count);
    ValueVec all = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        Str left, right;
        if (v.kind == VALUE_STRING && str_cut(value_str(v), ':', &left, &right) && str_find_byte(left, '=') == STR_NONE) {
            v = said(v, value_string(str_format(p->arena, "%.*s=%.*s", STR_ARGS(left), STR_ARGS(right))));
        } else if (value_is_string(v, "no-new-privileges")) v = said(v, value_string(STR("no-new-privileges=true")));
        vec_push(p->arena, &all, v);
    }
    return list_of(&all, list);
}

/* Its own health check; what the image has is added once that is known. */
static Value is_checked(const Object *service, Value spec) {
    Value check = compose_field(spec, "healthcheck"), disable = compose_field(check, "disable"), test = compose_field(check, "test");
    if (check.kind == VALUE_HOLE) return check;
    Value first = test.kind == VALUE_LIST && test.count ? test.as.items[0] : test;
    bool off = (disable.kind == VALUE_BOOL && disable.as.boolean) || value_is_string(first, "NONE");
    if (off) return said(check, value_bool(false));
    if (check.kind == VALUE_MAP && !value_is_null(test)) return said(check, value_bool(true));
    Value image = service->fields[COMPOSE_SERVICE_IMAGE];
    bool official = image.kind == VALUE_OBJECT && image.as.object->fields[IMAGE_OFFICIAL].kind == VALUE_STRING;
    bool built = !value_is_null(service->fields[COMPOSE_SERVICE_BUILD]);
    return said(check, official && !built ? value_bool(false) : value_hole(HOLE_REMOTE)); /* official images have none */
}

static Value own_keys(ComposeProject *p, Value own) {
    ValueVec keys = {0};
    for (uint32_t i = 0; own.kind == VALUE_MAP && i < own.count; i++) vec_push(p->arena, &keys, own.as.entries[i].key);
    return said(own, value_list(keys.items, keys.count));
}

void compose_service(ComposeProject *p, Value name, Value body, Value own, uint32_t index) {
    Str address = str_format(p->arena, "service %.*s", STR_ARGS(value_text(name)));
    Object *o = compose_object(p, SHAPE_COMPOSE_SERVICE, name, address);
    body = said(name, body);
    o->fields[COMPOSE_SERVICE_NAME] = name;
    o->fields[COMPOSE_SERVICE_SPEC] = body;
    o->fields[COMPOSE_SERVICE_KEYS] = own_keys(p, own);
    o->fields[COMPOSE_SERVICE_INDEX] = said(name, value_int(index));
    o->fields[COMPOSE_SERVICE_COMPOSE] = value_object(p->object);
    add_build(p, o, body);
    add_image(p, o, body);
    add_ports(p, o, body);
    add_mounts(p, o, body);
    add_env(p, o, body);
    static const char *const places[] = {"command", "entrypoint", "labels", "healthcheck"};
    for (size_t i = 0; i < ARRAY_COUNT(places); i++) find_secrets(p, o, compose_field(body, places[i]), 0);
    find_secrets(p, o, compose_field(o->fields[COMPOSE_SERVICE_BUILD], "args"), 0);
    o->fields[COMPOSE_SERVICE_ADDED] = capabilities(p, body, "cap_add");
    o->fields[COMPOSE_SERVICE_DROPPED] = capabilities(p, body, "cap_drop");
    o->fields[COMPOSE_SERVICE_SECURITY] = security(p, body);
    o->fields[COMPOSE_SERVICE_IS_CHECKED] = is_checked(o, body);
    map_put(p->arena, &p->objects, value_text(name), o);
}
