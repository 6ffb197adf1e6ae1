/* What `terraform show -json` prints of a plan or a state: https://developer.hashicorp.com/terraform/internals/json-format
 * The same blocks as of the configuration, with every value known but those that only applying tells. References are those of the
 * `configuration` part, and names that two resources share. */
#include "parse/yaml.h"
#include "systems/facets.h"
#include "systems/terraform/module.h"

#define PLAN_DEPTH_MAX 60
#define PLAN_USES_MAX 100u /* resources that one refers to */
#define PLAN_CROSS_MAX 200000u /* members times members that are not known: they are looked up one by one */

typedef struct Plan {
    World *w;
    const SystemFile *file;
    Arena *a;
    Instance *in;            /* holds the blocks */
    Map by_key;              /* "module.x." + type.name → ObjectVec *, all copies */
    Map by_name;             /* an id, an ARN, a bucket → Object */
    Map unknown;             /* address → after_unknown */
    bool open;               /* some reference leads through what the plan does not show */
} Plan;

static Value field(Plan *p, Value v, const char *name) { return value_field(v, name, p->a); }

/* ---- values ---- */

static Value spread(Plan *p, Value v, Value unknown, int depth);


static Value spread_map(Plan *p, Value v, Value unknown, int depth) {
    uint32_t count, more = 0;
    const Entry *from = value_entries(v, &count, p->a), *holes = value_is_map(unknown) ? value_entries(unknown, &more, p->a) : NULL;
    VEC(Entry) entries = {0};
    bool crossed = (uint64_t)count * more < PLAN_CROSS_MAX;
    if (!crossed) unknown = value_null();
    for (uint32_t i = 0; i < count; i++) {
        Value inner = value_is_map(unknown) ? value_field(unknown, str_copy(p->a, value_text(from[i].key)).at, p->a) : value_null();
        Value value = value_is_true(inner) ? value_at(value_hole(HOLE_REMOTE), from[i].value.source, from[i].value.span) : spread(p, from[i].value, inner, depth + 1);
        bool empty = value.kind == VALUE_LIST && !value.count; /* a block that is not there */
        if (!empty && value.kind != VALUE_NULL) vec_push(p->a, &entries, ((Entry){from[i].key, value}));
    }
    for (uint32_t i = 0; i < more && crossed; i++) {
        bool absent = value_is_null(value_field(v, str_copy(p->a, value_text(holes[i].key)).at, p->a));
        if (absent && value_is_true(holes[i].value)) vec_push(p->a, &entries, ((Entry){holes[i].key, value_at(value_hole(HOLE_REMOTE), v.source, value_absent(v).span)}));
    }
    Value out = value_at(value_map(entries.items, entries.count), v.source, value_absent(v).span);
    out.flags = crossed ? 0 : VALUE_OPEN;
    return out;
}

/* A text that is a document, all of it at its place. */
static Value document(Plan *p, Value v) {
    Str inner = str_trim(value_text(v));
    if (!inner.len || (inner.at[0] != '{' && inner.at[0] != '[') || inner.len > (256u << 10)) return v;
    Value out;
    return hcl_json(v.source, v.span.start, value_str(v), p->a, &out) ? value_at(out, v.source, v.span) : v;
}

static Value spread(Plan *p, Value v, Value unknown, int depth) {
    if (depth > PLAN_DEPTH_MAX) return value_hole(HOLE_UNREAD);
    if (value_is_map(v)) return spread_map(p, v, unknown, depth);
    if (value_is_list(v)) {
        uint32_t count, more = 0;
        const Value *from = value_items(v, &count, p->a), *holes = value_is_list(unknown) ? value_items(unknown, &more, p->a) : NULL;
        Value *items = arena_array(p->a, Value, count);
        for (uint32_t i = 0; i < count; i++) {
            Value inner = i < more ? holes[i] : value_null();
            items[i] = value_is_true(inner) ? value_hole(HOLE_REMOTE) : spread(p, from[i], inner, depth + 1);
        }
        return value_at(value_list(items, count), v.source, value_absent(v).span);
    }
    return v.kind == VALUE_STRING && v.count ? document(p, v) : v.kind == VALUE_STRING ? value_at(value_null(), v.source, v.span) : v;
}

/* ---- resources ---- */

static void note_name(Plan *p, Object *o, const char *attribute) {
    Value v = terraform_member(o->fields[BLOCK_BODY], attribute);
    if (v.kind == VALUE_STRING && v.count > 2 && !map_has(&p->by_name, value_str(v))) map_put(p->a, &p->by_name, value_str(v), o);
}

static void add_resource(Plan *p, Value resource, Str module, bool root) {
    Value type = field(p, resource, "type"), name = field(p, resource, "name"), address = field(p, resource, "address");
    bool data = value_is_string(field(p, resource, "mode"), "data");
    if (type.kind != VALUE_STRING || name.kind != VALUE_STRING || address.kind != VALUE_STRING) return;
    Source *source = p->file->source;
    Object *o = object_new(p->a, SHAPE_BLOCK, source, address.span);
    Value whole = resource, *unknown = map_get(&p->unknown, value_str(address));
    o->extent = span_join(whole.span, address.span);
    o->address = value_str(address);
    Str key = str_format(p->a, data ? "data.%.*s" : "%.*s", STR_ARGS(value_str(type)));
    Value fields[BLOCK_FIELD_COUNT] = {
        [BLOCK_BLOCK_TYPE] = value_string(key), [BLOCK_BLOCK_NAME] = value_string(value_str(name)), [BLOCK_BLOCK_KIND] = value_string(data ? STR("data") : STR("resource")),
        [BLOCK_FILE_NAME] = value_string(str_base_name(source->path)), [BLOCK_IS_USED] = value_bool(true), [BLOCK_IS_ROOT] = value_bool(root)};
    for (int i = 0; i < BLOCK_FIELD_COUNT; i++) o->fields[i] = value_at(fields[i], source, address.span);
    Value body = spread(p, field(p, resource, "values"), unknown ? *unknown : value_null(), 0);
    o->fields[BLOCK_BODY] = value_at(body, source, address.span);
    static const char *const names[] = {"id", "arn", "bucket"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) note_name(p, o, names[i]);
    void **slot = map_slot(p->a, &p->by_key, str_format(p->a, "%.*s%.*s.%.*s", STR_ARGS(module), STR_ARGS(key), STR_ARGS(value_str(name))));
    if (!*slot) *slot = arena_new(p->a, ObjectVec);
    vec_push(p->a, (ObjectVec *)*slot, o);
    vec_push(p->a, &p->in->blocks, value_object(o));
    model_subject(p->file->model, o);
    if (!data) terraform_kubernetes(o, p->file->model);
}

/* module.a["x"].module.b → module.a.module.b. */
static Str plain_module(Plan *p, Str address) {
    Buf out = {0};
    bool inside = false;
    for (size_t i = 0; i < address.len; i++) {
        inside = inside || address.at[i] == '[';
        if (!inside) buf_byte(&out, address.at[i]);
        inside = inside && address.at[i] != ']';
    }
    if (out.len) buf_byte(&out, '.');
    Str module = str_copy(p->a, buf_str(&out));
    buf_free(&out);
    return module;
}

static void add_module(Plan *p, Value module, int depth) {
    uint32_t count;
    Str address = plain_module(p, value_text(field(p, module, "address")));
    const Value *resources = value_items(field(p, module, "resources"), &count, p->a);
    for (uint32_t i = 0; i < count; i++) add_resource(p, resources[i], address, !depth);
    const Value *children = value_items(field(p, module, "child_modules"), &count, p->a);
    for (uint32_t i = 0; i < count && depth < TERRAFORM_DEPTH_MAX; i++) add_module(p, children[i], depth + 1);
}

/* ---- references ---- */

/* The objects that `reference` (aws_s3_bucket.b.id) names in `module`; NULL when it is no resource. */
static const ObjectVec *target(Plan *p, Str module, Str reference) {
    if (!reference.len || !module.at) return NULL;
    size_t dots = 0, end = 0, want = str_starts(reference, STR("data.")) ? 3 : 2;
    while (end < reference.len && (reference.at[end] != '.' || ++dots < want) && reference.at[end] != '[') end++;
    return map_get(&p->by_key, str_format(p->a, "%.*s%.*s", STR_ARGS(module), STR_ARGS(str_slice(reference, 0, end))));
}

static void add_references(Plan *p, Str module, Value expression, ObjectVec *uses, int depth) {
    uint32_t count;
    if (depth > PLAN_DEPTH_MAX) return;
    if (value_is_list(expression)) {
        const Value *items = value_items(expression, &count, p->a);
        for (uint32_t i = 0; i < count; i++) add_references(p, module, items[i], uses, depth + 1);
        return;
    }
    if (!value_is_map(expression)) return;
    const Entry *entries = value_entries(expression, &count, p->a);
    for (uint32_t i = 0; i < count; i++) {
        if (!str_is(value_text(entries[i].key), "references")) {
            add_references(p, module, entries[i].value, uses, depth + 1);
            continue;
        }
        uint32_t n;
        const Value *names = value_items(entries[i].value, &n, p->a);
        for (uint32_t k = 0; k < n; k++) {
            const ObjectVec *found = target(p, module, value_text(names[k]));
            for (uint32_t f = 0; found && f < found->count && uses->count < PLAN_USES_MAX; f++) vec_push(p->a, uses, found->items[f]);
            Str text = value_text(names[k]);
            if (str_starts(text, STR("local.")) || str_starts(text, STR("module.")) || (module.len && str_starts(text, STR("var.")))) p->open = true;
        }
    }
}

static void set_uses(Plan *p, Object *o, const ObjectVec *uses) {
    ValueVec list = {0};
    Value old = o->fields[BLOCK_USES];
    for (uint32_t i = 0; old.kind == VALUE_LIST && i < old.count; i++) vec_push(p->a, &list, old.as.items[i]);
    for (uint32_t i = 0; i < uses->count; i++) {
        bool seen = uses->items[i] == o;
        for (uint32_t k = 0; k < list.count && !seen; k++) seen = list.items[k].as.object == uses->items[i];
        if (!seen && list.count < PLAN_USES_MAX) vec_push(p->a, &list, value_object(uses->items[i]));
    }
    o->fields[BLOCK_USES] = value_at(value_list(list.items, list.count), o->source, o->span);
    if (uses->count >= PLAN_USES_MAX || list.count >= PLAN_USES_MAX) o->fields[BLOCK_USES].flags |= VALUE_OPEN; /* there may be more */
}

static void read_configuration(Plan *p, Value module, Str address, int depth) {
    uint32_t count, calls;
    const Value *resources = value_items(field(p, module, "resources"), &count, p->a);
    for (uint32_t i = 0; i < count; i++) {
        const ObjectVec *copies = target(p, address, value_text(field(p, resources[i], "address")));
        ObjectVec uses = {0};
        if (copies) add_references(p, address, field(p, resources[i], "expressions"), &uses, 0);
        for (uint32_t k = 0; copies && k < copies->count; k++) set_uses(p, (Object *)(uintptr_t)copies->items[k], &uses);
    }
    const Entry *children = value_entries(field(p, module, "module_calls"), &calls, p->a);
    for (uint32_t i = 0; i < calls && depth < TERRAFORM_DEPTH_MAX; i++) {
        Value key = children[i].key;
        if (key.kind != VALUE_STRING) continue;
        Str name = str_format(p->a, "%.*smodule.%.*s.", STR_ARGS(address), (int)key.count, key.as.bytes);
        read_configuration(p, field(p, children[i].value, "module"), name, depth + 1);
    }
}

/* Attributes that hold the id, the ARN or the bucket of another resource. */
static void join_names(Plan *p, Object *o) {
    ObjectVec uses = {0};
    Value body = o->fields[BLOCK_BODY];
    for (uint32_t i = 0; i < body.count; i++) {
        Object *other = body.as.entries[i].value.kind == VALUE_STRING ? map_get(&p->by_name, value_str(body.as.entries[i].value)) : NULL;
        if (other && other != o) vec_push(p->a, &uses, other);
    }
    set_uses(p, o, &uses);
}

static void note_unknown(Plan *p, Value root) {
    uint32_t count;
    const Value *changes = value_items(field(p, root, "resource_changes"), &count, p->a);
    for (uint32_t i = 0; i < count; i++) {
        Value *unknown = arena_new(p->a, Value);
        *unknown = value_path(changes[i], "change.after_unknown", p->a);
        Value address = field(p, changes[i], "address");
        if (address.kind == VALUE_STRING) map_put(p->a, &p->unknown, value_str(address), unknown);
    }
}

/* A state as Terraform keeps it: what is in it is not read, that it is here is enough. */
static void add_state(Plan *p, Value root) {
    Value version = field(p, root, "terraform_version");
    Object *o = object_new(p->a, SHAPE_BLOCK, p->file->source, value_is_null(version) ? span_of(0, 0) : version.span);
    o->extent = root.span;
    o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(STR("tf.state")), o->source, o->span);
    o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(STR("state")), o->source, o->span);
    o->fields[BLOCK_FILE_NAME] = value_at(value_string(str_base_name(o->source->path)), o->source, o->span);
    o->fields[BLOCK_BODY] = value_at(value_map(NULL, 0), o->source, o->span);
    model_subject(p->file->model, o);
}

void terraform_plan(World *w, const SystemFile *file) {
    const Tree *tree = file->tree;
    const Node *document = node_first(tree->nodes), *top = document ? node_first(document) : NULL;
    if (!top) return;
    Plan p = {.w = w, .file = file, .a = w->arena, .in = arena_new(w->arena, Instance)};
    Value root = yaml_value(tree, (uint32_t)(top - tree->nodes), w->arena), planned = field(&p, root, "planned_values");
    terraform_plan_secrets(file, root, w->arena);
    if (str_has(str_base_name(file->source->path), STR(".tfstate"))) {
        add_state(&p, root);
        return;
    }
    note_unknown(&p, root);
    add_module(&p, field(&p, value_is_map(planned) ? planned : field(&p, root, "values"), "root_module"), 0);
    read_configuration(&p, value_path(root, "configuration.root_module", w->arena), STR(""), 0);
    for (uint32_t i = 0; i < p.in->blocks.count; i++) join_names(&p, (Object *)(uintptr_t)p.in->blocks.items[i].as.object);
    p.in->written = p.in->blocks.count;
    terraform_finish(w, p.in, p.open);
}
