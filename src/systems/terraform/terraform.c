/* Modules are folders; the ones that no local call names are roots, and each is evaluated from there, with what is called inside.
 *
 *     files → Module (items by key) → Instance (a Slot an item) → BLOCK objects, in the file of each block
 *
 * Invariant: a slot is evaluated once; a slot that is asked for while it is being evaluated is a cycle, and a hole. */
#include "base/parallel.h"
#include "systems/terraform/module.h"

#include "systems/facets.h"


/* ---- evaluation ---- */

static Slot *evaluate(World *w, Instance *in, const Declaration *item, uint32_t depth);
static bool lookup(HclScope *s, Str root, Str name, Str third, Value *out);

static HclScope scope_of(Reader *r, const Tree *tree, uint32_t depth) {
    return (HclScope){.tree = tree, .arena = r->world->arena, .lookup = lookup, .read = terraform_read, .data = r, .steps = &r->world->steps, .members = &r->world->members, .depth = depth};
}

static void note_uses(World *w, ObjectVec *to, const ObjectVec *from) {
    for (uint32_t i = 0; i < from->count; i++) {
        bool seen = false;
        for (uint32_t k = 0; k < to->count && !seen; k++) seen = to->items[k] == from->items[i];
        if (!seen && to->count < 500) vec_push(w->arena, to, from->items[i]);
    }
}

static Value read_item(HclScope *s, Str key) {
    Reader *r = s->data;
    uintptr_t index = (uintptr_t)map_get(&r->instance->module->by_key, key);
    if (!index) return value_hole(HOLE_UNREAD);
    const Declaration *item = &r->instance->module->items.items[index - 1];
    Slot *slot = evaluate(r->world, r->instance, item, s->depth);
    if (slot->state != 2) return value_hole(HOLE_VARIABLE);
    if (r->uses) note_uses(r->world, r->uses, &slot->uses);
    s->origin = slot->origin;
    s->origin_span = slot->origin_span;
    return slot->value;
}

static bool lookup(HclScope *s, Str root, Str name, Str third, Value *out) {
    static const char *const plain[] = {"terraform", "self", "count", "each"};
    Reader *r = s->data;
    Arena *a = r->world->arena;
    if (!name.len) return false;
    if (str_is(root, "path")) return terraform_path(r, name, out);
    for (size_t i = 0; i < ARRAY_COUNT(plain); i++) {
        if (str_is(root, plain[i])) return false;
    }
    Str key = third.len ? str_format(a, "data.%.*s.%.*s", STR_ARGS(name), STR_ARGS(third)) : str_format(a, "%.*s.%.*s", STR_ARGS(root), STR_ARGS(name));
    *out = read_item(s, key);
    return true;
}

static Instance *instance_new(World *w, Module *m, Instance *caller, const Declaration *call, Str name) {
    if (++w->instances > TERRAFORM_INSTANCES_MAX) return NULL;
    Instance *in = arena_new(w->arena, Instance);
    *in = (Instance){.module = m, .caller = caller, .call = call, .depth = caller ? caller->depth + 1 : 0};
    in->slots = arena_zeros(w->arena, Slot, m->items.count);
    m->is_reached = true;
    if (call) in->address = str_format(w->arena, "%.*smodule.%.*s.", STR_ARGS(caller->address), STR_ARGS(name));
    return in;
}

/* `called`: the instance whose call the expression stands in, or NULL. */
static Value argument_value(World *w, Instance *in, const Instance *called, const SystemFile *file, const Node *expression, ObjectVec *uses, uint32_t depth) {
    Reader r = {.world = w, .instance = in, .uses = uses};
    HclScope s = scope_of(&r, file->tree, depth);
    s.locals = called ? &called->each : NULL;
    Value v = expression ? hcl_value(&s, expression) : value_hole(HOLE_UNREAD);
    w->origin = s.origin;
    w->origin_span = s.origin_span;
    return v;
}

static Value expression_value(World *w, Instance *in, const SystemFile *file, const Node *expression, ObjectVec *uses, uint32_t depth) {
    return argument_value(w, in, NULL, file, expression, uses, depth);
}

/* What a call or a file of values says of a variable; false when none does. */
static bool given_value(World *w, Instance *in, const Declaration *item, Slot *slot, uint32_t depth) {
    if (in->call) {
        const Node *input = terraform_attribute(in->call->file->tree, in->call->body, str_copy(w->arena, item->name).at);
        if (input) slot->value = argument_value(w, in->caller, in, in->call->file, input, &slot->uses, depth);
        return input != NULL;
    }
    const Given *given = map_get(&w->values, item->name);
    if (!given) given = map_get(&in->module->values, item->name);
    if (given) slot->value = expression_value(w, in, given->file, given->node, NULL, depth);
    return given != NULL;
}

static bool is_nullable(World *w, Instance *in, const Declaration *item, uint32_t depth) {
    const SystemFile *file;
    const Node *nullable = terraform_argument(item, "nullable", &file);
    Value v = nullable ? expression_value(w, in, file, nullable, NULL, depth) : value_null();
    return v.kind != VALUE_BOOL || v.as.boolean;
}

static void evaluate_variable(World *w, Instance *in, const Declaration *item, Slot *slot, uint32_t depth) {
    const SystemFile *file;
    bool given = given_value(w, in, item, slot, depth);
    if (given && slot->value.kind == VALUE_NULL) given = is_nullable(w, in, item, depth);
    if (!given) {
        const Node *value = terraform_argument(item, "default", &file);
        slot->value = value ? expression_value(w, in, file, value, NULL, depth) : value_hole(HOLE_VARIABLE);
    }
    Source *origin = w->origin;
    Span span = w->origin_span;
    const Node *type = terraform_argument(item, "type", &file);
    Reader r = {.world = w, .instance = in};
    HclScope s = scope_of(&r, file ? file->tree : NULL, depth);
    if (type) slot->value = hcl_convert(&s, type, slot->value);
    w->origin = origin;
    w->origin_span = span;
}

/* ---- blocks as objects ---- */

/* A body with what its override files say. */
static Value body_of(World *w, const Declaration *item, HclScope *s, Span header) {
    Value body = terraform_body(s, item->body, header, w->arena);
    VEC(const Override *) all = {0};
    for (const Override *o = item->overrides; o; o = o->next) vec_push(w->arena, &all, o);
    while (all.count) {
        const Override *now = all.items[--all.count];
        HclScope other = *s;
        other.tree = now->file->tree;
        Value over = terraform_body(&other, now->body, terraform_header(other.tree, now->node), w->arena);
        VEC(Entry) entries = {0};
        for (uint32_t i = 0; i < body.count; i++) {
            bool replaced = hcl_member(over, body.as.entries[i].key).source != NULL;
            if (!replaced) vec_push(w->arena, &entries, body.as.entries[i]);
        }
        for (uint32_t i = 0; i < over.count; i++) vec_push(w->arena, &entries, over.as.entries[i]);
        Value merged = value_map(entries.items, entries.count);
        merged.flags = body.flags | over.flags;
        body = value_at(merged, body.source, body.span);
    }
    return body;
}

static Object *block_object(World *w, Instance *in, const Declaration *item, Str address, HclScope *s) {
    const Tree *tree = item->file->tree;
    Source *source = item->file->source;
    Span header = item->body ? terraform_header(tree, item->node) : node_span(tree, node_first(item->node));
    Object *o = object_new(w->arena, SHAPE_BLOCK, source, header);
    o->extent = node_span(tree, item->node);
    o->address = address;
    Value body = body_of(w, item, s, header);
    Reader *r = s->data;
    o->origins = r->origins.items;
    o->origin_count = r->origins.count;
    bool holds = item->kind == DECLARED_RESOURCE || item->kind == DECLARED_DATA || item->kind == DECLARED_MODULE;
    for (uint32_t i = 0; holds && i < r->bound.count; i++) terraform_secret_elsewhere(w, &r->bound.items[i]);
    if (str_is(item->type, "data.aws_iam_policy_document")) {
        Entry *entries = arena_array(w->arena, Entry, body.count + 1);
        if (body.count) memcpy(entries, body.as.entries, body.count * sizeof *entries);
        entries[body.count] = (Entry){value_string(STR("json")), terraform_policy_document(body, w->arena, &w->cut)};
        body = value_at(value_map(entries, body.count + 1), source, header);
    }
    Str kind = item->kind == DECLARED_RESOURCE ? STR("resource") : item->kind == DECLARED_OTHER ? str_skip(item->type, 3) : str_of(terraform_block_types[item->kind]);
    o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(item->type), source, header);
    o->fields[BLOCK_BLOCK_NAME] = item->name.len ? value_at(value_string(item->name), source, header) : o->fields[BLOCK_BLOCK_NAME];
    o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(kind), source, header);
    o->fields[BLOCK_BODY] = body;
    o->fields[BLOCK_FILE_NAME] = value_at(value_string(str_base_name(source->path)), source, header);
    o->fields[BLOCK_IS_USED] = value_at(value_bool(item->used), source, header);
    o->fields[BLOCK_IS_ROOT] = value_at(value_bool(!in->call), source, header);
    vec_push(w->arena, &in->blocks, value_object(o));
    model_subject(item->file->model, o);
    return o;
}

static Value pair(World *w, const char *name, Value value, const char *second, Value other) {
    Entry *entries = arena_array(w->arena, Entry, 2);
    entries[0] = (Entry){value_string(str_of(name)), value};
    if (second) entries[1] = (Entry){value_string(str_of(second)), other};
    return value_map(entries, second ? 2 : 1);
}

typedef struct Copy { /* one of the things that count or for_each make of a block */
    Str suffix;          /* [0], ["a"], or empty */
    Value count, each;
    Value key;
} Copy;

/* What count and for_each make: copies in `a`, their number in *count; with neither, or when it is not known, one. */
static const Copy *copies_of(World *w, Instance *in, const Declaration *item, uint32_t *count, Value *by, ObjectVec *uses, uint32_t depth) {
    const SystemFile *count_file, *each_file;
    const Node *number = terraform_argument(item, "count", &count_file), *each = terraform_argument(item, "for_each", &each_file);
    Value of = number || each ? expression_value(w, in, number ? count_file : each_file, number ? number : each, uses, depth) : value_null();
    Value unknown = value_hole(HOLE_VARIABLE);
    bool counted = number && of.kind == VALUE_INT && of.as.integer >= 0 && of.as.integer <= TERRAFORM_COPIES_MAX;
    bool mapped = !number && each && (of.kind == VALUE_MAP || of.kind == VALUE_LIST) && !(of.flags & VALUE_OPEN) && of.count <= TERRAFORM_COPIES_MAX;
    *by = counted || mapped ? of : number || each ? unknown : value_null();
    *count = counted ? (uint32_t)of.as.integer : mapped ? of.count : 1;
    Copy *copies = arena_zeros(w->arena, Copy, *count);
    for (uint32_t i = 0; i < *count; i++) {
        Value key = mapped && of.kind == VALUE_MAP ? of.as.entries[i].key : mapped ? of.as.items[i] : value_int(i);
        Value value = mapped && of.kind == VALUE_MAP ? of.as.entries[i].value : key;
        copies[i].key = key;
        copies[i].count = pair(w, "index", counted ? key : unknown, NULL, unknown);
        copies[i].each = pair(w, "key", mapped ? key : unknown, "value", mapped ? value : unknown);
        if (counted) copies[i].suffix = str_format(w->arena, "[%u]", i);
        if (mapped && key.kind == VALUE_STRING) copies[i].suffix = str_format(w->arena, "[\"%.*s\"]", STR_ARGS(value_str(key)));
    }
    return copies;
}

/* The value of a block that count or for_each repeats, from those of its copies. */
static Value together(World *w, const Copy *copies, Value *values, uint32_t count, Value by) {
    if (by.kind == VALUE_NULL && count) return values[0];
    if (by.kind == VALUE_HOLE) return count ? hcl_partial(STR(""), STR(""), HOLE_VARIABLE, w->arena) : by;
    if (by.kind != VALUE_MAP && by.kind != VALUE_LIST) return value_list(values, count);
    Entry *entries = arena_array(w->arena, Entry, count);
    for (uint32_t i = 0; i < count; i++) entries[i] = (Entry){copies[i].key, values[i]};
    return value_map(entries, count);
}

static Value open_body(const Object *o) {
    Value v = o->fields[BLOCK_BODY];
    v.flags |= VALUE_OPEN; /* what the provider computes */
    return v;
}

static void evaluate_block(World *w, Instance *in, const Declaration *item, Slot *slot, uint32_t depth) {
    uint32_t count;
    Value by;
    ObjectVec shared = {0}, own = {0};
    const Copy *copies = copies_of(w, in, item, &count, &by, &shared, depth);
    ValueVec values = {0};
    for (uint32_t i = 0; i < count; i++) {
        ObjectVec uses = {0};
        Reader r = {.world = w, .instance = in, .uses = &uses};
        HclScope s = scope_of(&r, item->file->tree, depth);
        HclLocal number = {STR("count"), copies[i].count, NULL}, each = {STR("each"), copies[i].each, &number};
        s.locals = &each;
        bool addressed = item->kind == DECLARED_RESOURCE || item->kind == DECLARED_DATA || item->kind == DECLARED_MODULE;
        Str key = item->key.len ? item->key : item->name.len ? item->name : item->type;
        Str address = addressed || item->key.len ? str_format(w->arena, "%.*s%.*s%.*s", STR_ARGS(in->address), STR_ARGS(key), STR_ARGS(copies[i].suffix)) : key;
        Object *o = block_object(w, in, item, address, &s);
        note_uses(w, &uses, &shared);
        ValueVec list = {0};
        for (uint32_t u = 0; u < uses.count; u++) vec_push(w->arena, &list, value_object(uses.items[u]));
        o->fields[BLOCK_USES] = value_at(value_list(list.items, list.count), o->source, o->span);
        if (item->kind == DECLARED_RESOURCE) terraform_kubernetes(o, item->file->model);
        vec_push(w->arena, &own, o);
        vec_push(w->arena, &values, open_body(o));
    }
    slot->uses = own;
    slot->value = together(w, copies, values.items, count, by);
}

/* ---- module calls ---- */

/* The instance that a copy of a call makes, or NULL: it is not in the repository, or too deep. */
static Instance *child_of(World *w, Instance *in, const Declaration *item, const Copy *copy) {
    Str name = str_format(w->arena, "%.*s%.*s", STR_ARGS(item->name), STR_ARGS(copy->suffix));
    void **slot = map_slot(w->arena, &in->children, name);
    if (*slot) return *slot;
    Module *called = terraform_called(w, in->module, item);
    if (!called) called = terraform_fetched(w, in, item);
    if (!called) return NULL;
    for (const Instance *up = in; up; up = up->caller) {
        if (up->module != called) continue;
        terraform_problem(item->file, PROBLEM_TERRAFORM_CYCLE, terraform_header(item->file->tree, item->node), item->key, (Str){NULL, 0});
        return NULL;
    }
    Instance *child = in->depth < TERRAFORM_DEPTH_MAX ? instance_new(w, called, in, item, name) : NULL;
    if (!child && w->deep++ < 20) terraform_problem(item->file, PROBLEM_TERRAFORM_TOO_DEEP, terraform_header(item->file->tree, item->node), item->key, (Str){NULL, 0});
    *map_slot(w->arena, &in->children, name) = child;
    if (child) {
        child->number = (HclLocal){STR("count"), copy->count, NULL};
        child->each = (HclLocal){STR("each"), copy->each, &child->number};
    }
    return child;
}

/* What `terraform_registry` knows of modules that are not here. */
static void evaluate_remote(World *w, Instance *in, const Declaration *item, const ObjectVec *calls) {
    for (uint32_t i = 0; i < calls->count; i++) {
        ObjectVec made = {0};
        terraform_registry(calls->items[i], w->arena, &made);
        for (uint32_t k = 0; k < made.count; k++) {
            vec_push(w->arena, &in->blocks, value_object(made.items[k]));
            model_subject(item->file->model, made.items[k]);
        }
    }
}

/* Its outputs, as a map. */
static Value outputs_of(World *w, Instance *child, ObjectVec *uses, uint32_t depth) {
    VEC(Entry) entries = {0};
    for (uint32_t i = 0; i < child->module->items.count; i++) {
        const Declaration *output = &child->module->items.items[i];
        if (output->kind != DECLARED_OUTPUT) continue;
        Slot *inner = evaluate(w, child, output, depth);
        if (inner->state == 2) note_uses(w, uses, &inner->uses);
        vec_push(w->arena, &entries, ((Entry){value_string(output->name), inner->state == 2 ? inner->value : value_hole(HOLE_VARIABLE)}));
    }
    Value out = value_map(entries.items, entries.count);
    out.flags = VALUE_OPEN;
    return out;
}

/* A call that makes no copy, or more than the limit leaves room for, stands for one that is not known: its module is reviewed all the same. */
static void evaluate_module(World *w, Instance *in, const Declaration *item, Slot *slot, uint32_t depth) {
    Copy unknown = {.suffix = STR(""), .count = value_hole(HOLE_VARIABLE), .each = value_hole(HOLE_VARIABLE)};
    uint32_t count;
    Value by;
    Slot call = {0};
    evaluate_block(w, in, item, &call, depth);
    slot->uses = call.uses;
    slot->value = value_hole(HOLE_REMOTE);
    const Copy *copies = copies_of(w, in, item, &count, &by, &slot->uses, depth);
    if (!count || count > TERRAFORM_INSTANCES_MAX / 2 - MIN(w->instances, TERRAFORM_INSTANCES_MAX / 2)) copies = &unknown, count = 1, by = value_hole(HOLE_VARIABLE);
    Value *values = arena_array(w->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        Instance *child = child_of(w, in, item, &copies[i]);
        if (!child) {
            if (!i) evaluate_remote(w, in, item, &call.uses);
            return;
        }
        values[i] = outputs_of(w, child, &slot->uses, depth);
    }
    slot->value = together(w, copies, values, count, by);
}

static void evaluate_output(World *w, Instance *in, const Declaration *item, Slot *slot, uint32_t depth) {
    const SystemFile *file;
    const Node *value = terraform_argument(item, "value", &file);
    slot->value = expression_value(w, in, file, value, &slot->uses, depth);
}

static Slot *evaluate(World *w, Instance *in, const Declaration *item, uint32_t depth) {
    Slot *slot = &in->slots[item->index];
    if (slot->state || depth > 300) return slot;
    slot->state = 1;
    switch (item->kind) {
        case DECLARED_VARIABLE: evaluate_variable(w, in, item, slot, depth); break;
        case DECLARED_LOCAL: slot->value = expression_value(w, in, item->file, hcl_child(item->node, 1), &slot->uses, depth); break;
        case DECLARED_OUTPUT: evaluate_output(w, in, item, slot, depth); break;
        case DECLARED_MODULE: evaluate_module(w, in, item, slot, depth); break;
        default: evaluate_block(w, in, item, slot, depth);
    }
    bool written = item->kind == DECLARED_VARIABLE || item->kind == DECLARED_LOCAL || item->kind == DECLARED_OUTPUT;
    if (written && slot->value.kind != VALUE_HOLE) {
        slot->origin = w->origin;
        slot->origin_span = w->origin_span;
    }
    slot->state = 2;
    return slot;
}

/* ---- a whole instance ---- */

/* Variables, outputs and locals are blocks that checks look at, too. */
static void declare(World *w, Instance *in, const Declaration *item) {
    Slot slot = {0};
    if (item->kind == DECLARED_VARIABLE || item->kind == DECLARED_OUTPUT) evaluate_block(w, in, item, &slot, 0);
    if (item->kind == DECLARED_LOCAL) {
        Reader r = {.world = w, .instance = in};
        HclScope s = scope_of(&r, item->file->tree, 0);
        block_object(w, in, item, str_format(w->arena, "%.*s%.*s", STR_ARGS(in->address), STR_ARGS(item->key)), &s);
    }
}

static void run_instance(World *w, Instance *in) {
    Module *m = in->module;
    for (uint32_t i = 0; i < m->items.count; i++) {
        if (!m->is_fetched || m->items.items[i].kind <= DECLARED_DATA || m->items.items[i].kind == DECLARED_MODULE) evaluate(w, in, &m->items.items[i], 0);
    }
    for (uint32_t i = 0; i < m->items.count && !m->is_fetched; i++) declare(w, in, &m->items.items[i]);
    in->written = in->blocks.count;
    if (!m->is_fetched) terraform_folder(w, in);
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) run_instance(w, in->children.items[i].value); /* as deep as calls: TERRAFORM_DEPTH_MAX */
    }
}

/* A call whose module is not here. Calls are addressed as their instances: module.x, module.x[0]. */
static bool is_unread_call(const Instance *in, const Object *o) {
    if (o->shape->id != SHAPE_BLOCK || !value_is_string(o->fields[BLOCK_BLOCK_KIND], "module")) return false;
    return !map_get(&in->children, value_text(o->fields[BLOCK_BLOCK_NAME])) && !map_get(&in->children, str_skip(o->address, in->address.len + strlen("module.")));
}

typedef struct Users { const Object *block; ValueVec list; bool open; } Users;

/* The other direction of `uses`, and who was used. */
static void fill_users(World *w, Instance *in, Map *users) {
    for (uint32_t i = 0; i < in->blocks.count; i++) {
        Object *o = (Object *)(uintptr_t)in->blocks.items[i].as.object;
        Value uses = o->fields[BLOCK_USES];
        for (uint32_t u = 0; uses.kind == VALUE_LIST && u < uses.count; u++) {
            const Object *target = uses.as.items[u].as.object;
            Str key = {(const char *)&uses.as.items[u].as.object, sizeof target};
            void **slot = map_slot(w->arena, users, key);
            if (!*slot) *slot = arena_new(w->arena, Users);
            Users *entry = *slot;
            bool remote = target->source && is_unread_call(in, o);
            entry->open = entry->open || remote;
            vec_push(w->arena, &entry->list, value_object(o));
        }
    }
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) fill_users(w, in->children.items[i].value, users);
    }
}

static void finish_instance(World *w, Instance *in, const Map *users, bool open) {
    ObjectVec acl_rules = {0};
    for (uint32_t i = 0; i < in->blocks.count; i++) {
        Object *o = (Object *)(uintptr_t)in->blocks.items[i].as.object;
        const Users *entry = map_get(users, (Str){(const char *)&o, sizeof o});
        Value list = value_list(entry ? entry->list.items : NULL, entry ? entry->list.count : 0);
        bool more = open || (in->module && in->module->is_damaged) || (entry && entry->open) || o->fields[BLOCK_BODY].flags & VALUE_OPEN;
        list.flags = more ? VALUE_OPEN : 0;
        o->fields[BLOCK_USERS] = value_at(list, o->source, o->span);
        Value peers = value_list(in->blocks.items, in->written);
        peers.flags = in->module && in->module->is_partial ? VALUE_OPEN : 0;
        o->fields[BLOCK_PEERS] = value_at(peers, o->source, o->span);
        Model model = {.arena = w->arena};
        if (w->statements < TERRAFORM_STATEMENTS_MAX) terraform_statements(o, &model);
        w->statements += model.subjects.count;
        ValueVec statements = {0};
        for (uint32_t s = 0; s < model.subjects.count; s++) vec_push(w->arena, &statements, value_object(model.subjects.items[s]));
        o->fields[BLOCK_STATEMENTS] = value_at(value_list(statements.items, statements.count), o->source, o->span);
        uint32_t before = model.subjects.count;
        terraform_rules(o, &model);
        bool acl = str_has(value_text(o->fields[BLOCK_BLOCK_TYPE]), STR("_network_acl"));
        for (uint32_t s = before; acl && s < model.subjects.count; s++) vec_push(w->arena, &acl_rules, model.subjects.items[s]);
        terraform_grants(o, &model);
        terraform_certificates(o, &model);
        Model *own = map_get(&w->models, o->source->path);
        if (own && model.gaps.count) model_cut(own, o->source);
        for (uint32_t s = 0; own && s < model.subjects.count; s++) {
            const Object *subject = model.subjects.items[s];
            bool told = subject->shape->id == SHAPE_STATEMENT && subject->fields[STATEMENT_IS_TOLD].as.boolean;
            if (!told) model_subject(own, model.subjects.items[s]);
        }
    }
    terraform_order(&acl_rules, w->arena);
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) finish_instance(w, in->children.items[i].value, users, open);
    }
}

void terraform_finish(World *w, Instance *in, bool open) {
    Map users = {0};
    terraform_buckets(w, in);
    terraform_providers(w, in);
    fill_users(w, in, &users);
    finish_instance(w, in, &users, open);
}

void terraform_model(Source *source, const Tree *tree, Model *model) {
    (void)source;
    if (!tree || tree->grammar != &hcl_grammar) return;
    terraform_syntax(tree);
    terraform_secrets(tree, model);
}

/* What was left out is told, once. */
static void note_limits(World *w, const Module *m) {
    bool met = w->cut || w->steps > HCL_STEPS_MAX || w->statements >= TERRAFORM_STATEMENTS_MAX || w->instances > TERRAFORM_INSTANCES_MAX;
    if (!met || w->too_large || !m->items.count) return;
    w->too_large = true;
    terraform_problem(m->items.items[0].file, PROBLEM_TERRAFORM_TOO_LARGE, span_of(0, 0), (Str){NULL, 0}, (Str){NULL, 0});
}

static void evaluate_root(World *w, Module *m) {
    if (!m->has_code) return;
    Instance *in = instance_new(w, m, NULL, NULL, STR(""));
    w->steps = 0;
    if (in) run_instance(w, in);
    if (in) terraform_finish(w, in, false);
    note_limits(w, m);
}

typedef struct Evaluation {
    const World *world;
    const ModuleGroups *groups;
} Evaluation;

/* What is derived of a group lives in the arena of its first file: they live equally long. */
static void evaluate_group(void *data, uint32_t index, uint32_t thread) {
    const Evaluation *e = data;
    const ModuleGroup *group = &e->groups->items[index];
    if (!group->files.count) return;
    World w = *e->world;
    w.arena = &group->files.items[0].source->arena;
    w.modules.items = group->modules.items;
    w.modules.count = group->modules.count;
    for (uint32_t i = 0; i < group->files.count; i++) {
        if (group->files.items[i].tree->grammar == &hcl_grammar) terraform_mark_used(&w, &group->files.items[i]);
    }
    terraform_names(&w, group->files.items, group->files.count);
    for (uint32_t i = 0; i < w.modules.count; i++) {
        if (!w.modules.items[i]->called) evaluate_root(&w, w.modules.items[i]);
    }
    for (uint32_t i = 0; i < w.modules.count; i++) { /* called only by each other, or from too deep */
        if (!w.modules.items[i]->is_reached && !w.modules.items[i]->is_fetched) evaluate_root(&w, w.modules.items[i]);
    }
    if (w.outside && w.outside->done) w.outside->done(w.outside->data, thread, group->files.items, group->files.count);
}

void terraform_evaluate(SystemFile *files, uint32_t count, const Outside *outside) {
    World w = {.arena = outside->arena, .outside = outside};
    ModuleGroups groups = {0};
    map_reserve(w.arena, &w.models, count);
    for (uint32_t i = 0; i < count; i++) map_put(w.arena, &w.models, files[i].source->path, files[i].model);
    terraform_modules(&w, files, count);
    terraform_read_wholly(&w, files, count);
    terraform_groups(&w, files, count, &groups);
    for (uint32_t i = 0; i < count; i++) {
        if (files[i].tree->grammar != &hcl_grammar) terraform_plan(&w, &files[i]);
    }
    Evaluation all = {&w, &groups};
    parallel_each(groups.count, 1, outside->threads, evaluate_group, &all); /* files may go with it */
}
