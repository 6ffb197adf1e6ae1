/* A pod and what is in it. A container's fields are what is in force for it: its own securityContext first, then the pod's
 * (https://kubernetes.io/docs/reference/kubernetes-api/workload-resources/pod-v1/#security-context). */
#include "systems/kubernetes_lower.h"

#include "base/map.h"
#include "parse/yaml.h"
#include "systems/facets.h"
#include "systems/shell_model.h"
#include "values/image.h"
#include "values/quantity.h"

typedef struct PodVolume {
    Object *object;
    ValueVec mounts;    /* of it, found so far */
} PodVolume;

typedef struct Pod {
    Manifest *m;
    Arena *arena;
    Object *object;
    Value spec, security;
    ValueVec containers, init, all;
    VEC(PodVolume *) volumes;
    Map volume_names;   /* → PodVolume */
} Pod;

/* `whole`: the list as it is written, or what it is missing from. What may hold more makes it open. */
static Value list_of(const ValueVec *items, Value whole) {
    Value list = value_list(items->items, items->count);
    if (whole.kind == VALUE_HOLE || whole.flags & VALUE_OPEN) list.flags |= VALUE_OPEN;
    return value_at(list, whole.source, whole.span);
}

static Value said(const Object *o, Value origin, Value v) { return value_at(v, origin.source ? origin.source : o->source, origin.span); }

/* Its own setting, else the pod's. */
static Value in_force(Pod *p, Value own, const char *key) {
    Value v = value_field(own, key, p->arena);
    return value_is_null(v) && value_is_map(p->security) ? value_field(p->security, key, p->arena) : v;
}

/* ---- parts of a container ---- */

static Value quantity(Value v) {
    double amount;
    if (v.kind == VALUE_INT) return value_at(value_double((double)v.as.integer), v.source, v.span);
    if (v.kind == VALUE_STRING && quantity_parse(value_str(v), &amount)) return value_at(value_double(amount), v.source, v.span);
    return v.kind == VALUE_STRING ? value_at(value_hole(HOLE_UNREAD), v.source, v.span) : v;
}

static Value capabilities(Pod *p, Value security, const char *key) {
    uint32_t count;
    Value list = value_field(value_field(security, "capabilities", p->arena), key, p->arena);
    const Value *items = value_items(list, &count, p->arena);
    ValueVec names = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        if (v.kind == VALUE_STRING) {
            Str name = value_str(v);
            if (str_starts_nocase(name, STR("CAP_"))) name = str_skip(name, 4);
            v = value_at(value_string(str_upper(p->arena, name)), v.source, v.span);
        }
        vec_push(p->arena, &names, v);
    }
    return list_of(&names, list);
}

static void add_env(Pod *p, Object *container, Value spec) {
    uint32_t count;
    Value list = value_field(spec, "env", p->arena);
    const Value *items = value_items(list, &count, p->arena);
    ValueVec all = {0};
    Map seen = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value name = value_field(items[i], "name", p->arena), value = value_field(items[i], "value", p->arena);
        Object *o = manifest_object(p->m, SHAPE_ENV, items[i], name);
        o->fields[ENV_NAME] = name;
        o->fields[ENV_VALUE] = value;
        o->fields[ENV_FROM] = value_field(items[i], "valueFrom", p->arena);
        o->fields[ENV_CONTAINER] = value_object(container);
        if (name.kind == VALUE_STRING) {
            void **slot = map_slot(p->arena, &seen, value_str(name));
            if (*slot) o->fields[ENV_EARLIER] = value_object(*slot);
            else *slot = o;
        }
        Object *secret = secret_model(p->m->model, value, value_text(name), "env");
        if (secret) {
            secret->address = o->address;
            secret->fields[SECRET_CONTAINER] = value_object(container);
            secret->fields[SECRET_MANIFEST] = value_object(p->m->object);
        }
        vec_push(p->arena, &all, value_object(o));
    }
    container->fields[CONTAINER_ENV] = list_of(&all, list);
}

static void add_ports(Pod *p, Object *container, Value spec) {
    uint32_t count;
    Value list = value_field(spec, "ports", p->arena);
    const Value *items = value_items(list, &count, p->arena);
    ValueVec all = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value number = value_field(items[i], "containerPort", p->arena), protocol = value_field(items[i], "protocol", p->arena);
        Object *o = manifest_object(p->m, SHAPE_PORT, items[i], number);
        o->fields[PORT_NUMBER] = o->fields[PORT_LAST] = number;
        Str lower = protocol.kind == VALUE_STRING ? str_lower(p->arena, value_str(protocol)) : STR("tcp");
        o->fields[PORT_PROTOCOL] = protocol.kind == VALUE_HOLE ? protocol : said(o, protocol, value_string(lower));
        o->fields[PORT_WRITTEN] = number;
        o->fields[PORT_NAME] = value_field(items[i], "name", p->arena);
        o->fields[PORT_HOST] = value_field(items[i], "hostIP", p->arena);
        o->fields[PORT_HOST_PORT] = value_field(items[i], "hostPort", p->arena);
        o->fields[PORT_CONTAINER] = value_object(container);
        vec_push(p->arena, &all, value_object(o));
    }
    container->fields[CONTAINER_PORTS] = list_of(&all, list);
}

static void add_mounts(Pod *p, Object *container, Value spec) {
    uint32_t count;
    Value list = value_field(spec, "volumeMounts", p->arena);
    const Value *items = value_items(list, &count, p->arena);
    ValueVec all = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value read_only = value_field(items[i], "readOnly", p->arena), name = value_field(items[i], "name", p->arena);
        Value path = value_field(items[i], "mountPath", p->arena);
        PodVolume *volume = name.kind == VALUE_STRING ? map_get(&p->volume_names, value_str(name)) : NULL;
        Object *o = manifest_object(p->m, SHAPE_VOLUME_MOUNT, items[i], path);
        o->fields[VOLUME_MOUNT_NAME] = name;
        o->fields[VOLUME_MOUNT_PATH] = path;
        o->fields[VOLUME_MOUNT_SPEC] = items[i];
        o->fields[VOLUME_MOUNT_READ_ONLY] = value_is_null(read_only) ? said(o, read_only, value_bool(false)) : read_only;
        o->fields[VOLUME_MOUNT_CONTAINER] = value_object(container);
        if (volume) {
            o->fields[VOLUME_MOUNT_VOLUME] = value_object(volume->object);
            vec_push(p->arena, &volume->mounts, value_object(o));
        }
        vec_push(p->arena, &all, value_object(o));
    }
    container->fields[CONTAINER_MOUNTS] = list_of(&all, list);
}

/* ---- what it runs ---- */

/* $(NAME) is replaced by the kubelet. */
static bool refers_to_env(Str word) { return str_find(word, STR("$(")) != STR_NONE; }

/* Words of a list, with the text of each for parsing in place. */
static void add_words(Pod *p, Value list, ValueVec *words, Text **texts) {
    VEC(Text) all = {*texts, words->count, words->count};
    uint32_t count;
    const Value *items = value_items(list, &count, p->arena);
    const Text *own = yaml_item_texts(list, items, count, p->arena);
    for (uint32_t i = 0; i < count; i++) {
        Value v = items[i];
        if (v.kind == VALUE_INT || v.kind == VALUE_BOOL || v.kind == VALUE_DOUBLE) v = value_at(value_string(source_slice(v.source, v.span)), v.source, v.span);
        bool env = v.kind == VALUE_STRING && refers_to_env(value_str(v));
        Value word = v.kind != VALUE_STRING || env ? value_at(value_hole(HOLE_ENVIRONMENT), v.source, v.span) : v;
        if (env) {
            Partial *partial = arena_new(p->arena, Partial);
            *partial = (Partial){str_slice(value_str(v), 0, str_find(value_str(v), STR("$("))), {NULL, 0}};
            word.as.partial = partial;
        }
        vec_push(p->arena, words, word);
        vec_push(p->arena, &all, own[i]);
    }
    *texts = all.items;
}

/* What an image runs when only flags are given: as a rule the program it is named after (kube-apiserver-amd64:v1.6). */
static Value program_of(Pod *p, Value image) {
    ImageParts parts = image_parse(value_text(image));
    static const char *const machines[] = {"-amd64", "-arm64", "-arm"};
    Str name = parts.name;
    for (size_t i = 0; i < ARRAY_COUNT(machines); i++) {
        if (str_ends(name, str_of(machines[i]))) name = str_slice(name, 0, name.len - strlen(machines[i]));
    }
    Value v = name.len ? value_string(str_copy(p->arena, name)) : value_hole(HOLE_REMOTE);
    v.flags |= VALUE_DERIVED;
    return value_at(v, image.source, image.span);
}

static bool starts_with_flag(Pod *p, Value list) {
    uint32_t count;
    const Value *items = value_items(list, &count, p->arena);
    return count && str_starts(value_text(items[0]), STR("-"));
}

static Object *run_words(Pod *p, Value first, Value second, Value image) {
    ValueVec words = {0};
    Text *texts = NULL;
    if (value_is_null(first) && starts_with_flag(p, second)) {
        VEC(Text) all = {0};
        vec_push(p->arena, &words, program_of(p, image));
        vec_push(p->arena, &all, text_of_span(image.source, image.span));
        texts = all.items;
    }
    add_words(p, first, &words, &texts);
    add_words(p, second, &words, &texts);
    if (!words.count) return NULL;
    ShellContext context = {.dialect = DIALECT_SH, .where = "container", .quiet = true};
    Span span = words.items[0].span;
    for (uint32_t i = 1; i < words.count; i++) { /* a patch may add some, elsewhere */
        if (words.items[i].source == words.items[0].source) span = span_join(span, words.items[i].span);
    }
    return shell_model_exec(p->m->model, words.items, texts, words.count, span, &context);
}

static void add_process(Pod *p, Object *container, Value spec) {
    Value command = value_field(spec, "command", p->arena), args = value_field(spec, "args", p->arena);
    Object *script = run_words(p, command, args, value_field(spec, "image", p->arena));
    secrets_in_words(p->m, container, command);
    secrets_in_words(p->m, container, args);
    if (!script && command.kind == VALUE_HOLE) container->fields[CONTAINER_COMMANDS] = command;
    if (!script) return;
    Value commands = script->fields[SCRIPT_COMMANDS];
    container->fields[CONTAINER_COMMANDS] = commands;
    if (commands.kind != VALUE_LIST || !commands.count) return;
    container->fields[CONTAINER_PROCESS] = commands.as.items[0];
    container->fields[CONTAINER_PROGRAM] = commands.as.items[0].as.object->fields[COMMAND_NAME];
}

static void add_probes(Pod *p, Object *container, Value spec) {
    static const char *const keys[] = {"livenessProbe", "readinessProbe", "startupProbe"};
    static const char *const kinds[] = {"liveness", "readiness", "startup"};
    ValueVec all = {0};
    bool unknown = false;
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) {
        Value probe = value_field(spec, keys[i], p->arena);
        if (probe.kind == VALUE_HOLE) unknown = true;
        if (!value_is_map(probe)) continue;
        Object *o = manifest_object(p->m, SHAPE_PROBE, probe, (Value){0});
        o->fields[PROBE_KIND] = said(o, probe, value_string(str_of(kinds[i])));
        o->fields[PROBE_SPEC] = probe;
        static const char *const ports[] = {"httpGet.port", "tcpSocket.port", "grpc.port"};
        for (size_t k = 0; k < ARRAY_COUNT(ports) && value_is_null(o->fields[PROBE_PORT]); k++) {
            Value port = value_path(probe, ports[k], p->arena);
            if (!value_is_null(port)) o->fields[PROBE_PORT] = port;
        }
        Object *script = run_words(p, value_path(probe, "exec.command", p->arena), (Value){0}, (Value){0});
        if (script) o->fields[PROBE_COMMANDS] = script->fields[SCRIPT_COMMANDS];
        o->fields[PROBE_CONTAINER] = value_object(container);
        vec_push(p->arena, &all, value_object(o));
    }
    container->fields[CONTAINER_PROBES] = list_of(&all, spec);
    if (unknown) container->fields[CONTAINER_PROBES].flags |= VALUE_OPEN;
}

/* ---- a container ---- */

/* Before 1.19 the profile was an annotation of the pod. */
static Value seccomp(Pod *p, Value security, Str name) {
    Value profile = value_field(in_force(p, security, "seccompProfile"), "type", p->arena);
    if (!value_is_null(profile)) return profile;
    Value annotations = p->object->fields[POD_ANNOTATIONS];
    Str own = str_format(p->arena, "container.seccomp.security.alpha.kubernetes.io/%.*s", STR_ARGS(name));
    Value v = value_field(annotations, own.at, p->arena);
    if (value_is_null(v)) v = value_field(annotations, "seccomp.security.alpha.kubernetes.io/pod", p->arena);
    if (v.kind != VALUE_STRING) return value_is_null(v) ? profile : v;
    Str text = value_str(v);
    bool runtime = str_is(text, "runtime/default") || str_is(text, "docker/default");
    Str type = runtime ? STR("RuntimeDefault") : str_starts(text, STR("localhost/")) ? STR("Localhost") : STR("Unconfined");
    return value_at(value_string(type), v.source, v.span);
}

static void add_image(Pod *p, Object *container, Value image) {
    if (image.kind != VALUE_STRING && image.kind != VALUE_HOLE) return;
    Value ref = image;
    size_t open = image.kind == VALUE_STRING ? MIN(str_find(value_str(image), STR("${")), str_find(value_str(image), STR("$("))) : STR_NONE;
    if (image.kind == VALUE_STRING && str_starts(value_str(image), STR("ko://"))) open = 0; /* what ko builds, and puts here: https://ko.build/features/k8s/ */
    if (open != STR_NONE) { /* left for another tool to fill in */
        Partial *partial = arena_new(p->arena, Partial);
        *partial = (Partial){str_slice(value_str(image), 0, open), {NULL, 0}};
        ref = value_at(value_hole(HOLE_TEMPLATE), image.source, image.span);
        ref.as.partial = partial;
    }
    Object *o = image_model(p->m->model, ref, source_slice(image.source, image.span), "container");
    o->address = container->address;
    o->fields[IMAGE_CONTAINER] = value_object(container);
    container->fields[CONTAINER_IMAGE] = value_object(o);
}

static Object *container_model(Pod *p, Value spec, const char *role) {
    Arena *a = p->arena;
    Value name = value_field(spec, "name", a), security = value_field(spec, "securityContext", a);
    bool unsaid = value_is_null(name) && str_is(value_text(p->m->object->fields[MANIFEST_GROUP]), "serving.knative.dev");
    if (unsaid) name = value_at(value_string(STR("user-container")), spec.source, spec.span); /* https://knative.dev/docs/serving/services/creating-services/ */
    Object *o = manifest_object(p->m, SHAPE_CONTAINER, spec, name);
    o->fields[CONTAINER_NAME] = name;
    o->fields[CONTAINER_ROLE] = said(o, name, value_string(str_of(role)));
    o->fields[CONTAINER_SPEC] = spec;
    o->fields[CONTAINER_SECURITY] = security;
    o->fields[CONTAINER_RUN_AS_USER] = in_force(p, security, "runAsUser");
    o->fields[CONTAINER_RUN_AS_GROUP] = in_force(p, security, "runAsGroup");
    o->fields[CONTAINER_RUN_AS_NON_ROOT] = in_force(p, security, "runAsNonRoot");
    o->fields[CONTAINER_SECCOMP] = seccomp(p, security, value_text(name));
    Value requests = value_path(spec, "resources.requests", a), limits = value_path(spec, "resources.limits", a);
    o->fields[CONTAINER_CPU_REQUEST] = quantity(value_field(requests, "cpu", a));
    o->fields[CONTAINER_CPU_LIMIT] = quantity(value_field(limits, "cpu", a));
    o->fields[CONTAINER_MEMORY_REQUEST] = quantity(value_field(requests, "memory", a));
    o->fields[CONTAINER_MEMORY_LIMIT] = quantity(value_field(limits, "memory", a));
    o->fields[CONTAINER_ADDED] = capabilities(p, security, "add");
    o->fields[CONTAINER_DROPPED] = capabilities(p, security, "drop");
    o->fields[CONTAINER_POD] = value_object(p->object);
    o->fields[CONTAINER_MANIFEST] = value_object(p->m->object);
    add_image(p, o, value_field(spec, "image", a));
    add_env(p, o, spec);
    add_ports(p, o, spec);
    add_mounts(p, o, spec);
    add_process(p, o, spec);
    add_probes(p, o, spec);
    vec_push(a, &p->all, value_object(o));
    return o;
}

static void add_containers(Pod *p, const char *key, const char *role, ValueVec *into) {
    uint32_t count;
    const Value *items = value_items(value_field(p->spec, key, p->arena), &count, p->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (!value_is_map(items[i])) continue;
        bool sidecar = str_is(str_of(role), "init") && value_is_string(value_field(items[i], "restartPolicy", p->arena), "Always");
        Object *o = container_model(p, items[i], sidecar ? "sidecar" : role);
        if (into) vec_push(p->arena, into, value_object(o));
    }
}

/* ---- volumes ---- */

static void add_volumes(Pod *p) {
    uint32_t count;
    Value list = value_field(p->spec, "volumes", p->arena);
    const Value *items = value_items(list, &count, p->arena);
    ValueVec all = {0};
    for (uint32_t i = 0; i < count; i++) {
        Value name = value_field(items[i], "name", p->arena);
        Object *o = manifest_object(p->m, SHAPE_VOLUME, items[i], name);
        uint32_t keys;
        const Entry *entries = value_entries(items[i], &keys, p->arena);
        o->fields[VOLUME_NAME] = name;
        o->fields[VOLUME_SPEC] = items[i];
        o->fields[VOLUME_POD] = value_object(p->object);
        for (uint32_t k = 0; k < keys; k++) {
            if (value_is_string(entries[k].key, "name")) continue;
            o->fields[VOLUME_TYPE] = entries[k].key;
            o->fields[VOLUME_SOURCE] = entries[k].value;
        }
        o->fields[VOLUME_PATH] = value_path(items[i], "hostPath.path", p->arena);
        PodVolume *volume = arena_new(p->arena, PodVolume);
        volume->object = o;
        vec_push(p->arena, &p->volumes, volume);
        vec_push(p->arena, &all, value_object(o));
        if (name.kind == VALUE_STRING) map_put(p->arena, &p->volume_names, value_str(name), volume);
    }
    p->object->fields[POD_VOLUMES] = list_of(&all, value_is_null(list) ? p->spec : list);
}

/* Which containers mount a volume is known once all of them are. */
static void join_volumes(Pod *p) {
    for (uint32_t i = 0; i < p->volumes.count; i++) {
        PodVolume *volume = p->volumes.items[i];
        volume->object->fields[VOLUME_MOUNTS] = list_of(&volume->mounts, volume->object->fields[VOLUME_NAME]);
    }
}

static Value runs_on(Pod *p) {
    Value os = value_path(p->spec, "os.name", p->arena);
    if (value_is_null(os)) os = value_field(value_field(p->spec, "nodeSelector", p->arena), "kubernetes.io/os", p->arena);
    return value_is_null(os) ? said(p->object, p->spec, value_string(STR("linux"))) : os;
}

/* What every pod needs before there is a cluster: it has to be in the network of the node and to read the node's keys. */
static bool is_control_plane(Pod *p) {
    static const char *const programs[] = {"kube-apiserver", "kube-controller-manager", "kube-scheduler", "etcd"};
    Value *fields = p->m->object->fields;
    if (!value_is_string(fields[MANIFEST_KIND], "Pod") || !value_is_string(fields[MANIFEST_NAMESPACE], "kube-system")) return false;
    for (uint32_t i = 0; i < p->containers.count; i++) {
        Value commands = p->containers.items[i].as.object->fields[CONTAINER_COMMANDS];
        for (uint32_t k = 0; commands.kind == VALUE_LIST && k < commands.count; k++) {
            Value name = commands.as.items[k].as.object->fields[COMMAND_NAME];
            for (size_t n = 0; n < ARRAY_COUNT(programs); n++) {
                if (value_is_string(name, programs[n])) return true;
            }
        }
    }
    return false;
}

Object *pod_model(Manifest *m, Value pod, bool serves) {
    Pod p = {.m = m, .arena = m->arena, .spec = value_field(pod, "spec", m->arena)};
    Value meta = value_field(pod, "metadata", m->arena);
    p.security = value_field(p.spec, "securityContext", m->arena);
    Object *o = p.object = manifest_object(m, SHAPE_POD, pod, m->object->fields[MANIFEST_NAME]);
    Value restart = value_field(p.spec, "restartPolicy", m->arena);
    bool ends = value_is_string(restart, "Never") || value_is_string(restart, "OnFailure");
    o->fields[POD_MANIFEST] = value_object(m->object);
    o->fields[POD_KIND] = m->object->fields[MANIFEST_KIND];
    o->fields[POD_SPEC] = p.spec;
    o->fields[POD_METADATA] = meta;
    o->fields[POD_LABELS] = value_field(meta, "labels", m->arena);
    o->fields[POD_ANNOTATIONS] = value_field(meta, "annotations", m->arena);
    o->fields[POD_SECURITY] = p.security;
    o->fields[POD_RUNS_ON] = runs_on(&p);
    o->fields[POD_IS_SERVICE] = said(o, p.spec, value_bool(serves && !ends));
    add_volumes(&p);
    add_containers(&p, "containers", "regular", &p.containers);
    add_containers(&p, "initContainers", "init", &p.init);
    add_containers(&p, "ephemeralContainers", "ephemeral", NULL);
    join_volumes(&p);
    o->fields[POD_CONTROL_PLANE] = said(o, p.spec, value_bool(is_control_plane(&p)));
    o->fields[POD_CONTAINERS] = list_of(&p.containers, value_field(p.spec, "containers", m->arena));
    o->fields[POD_INIT_CONTAINERS] = list_of(&p.init, value_field(p.spec, "initContainers", m->arena));
    o->fields[POD_ALL_CONTAINERS] = list_of(&p.all, o->fields[POD_CONTAINERS]);
    return o;
}
