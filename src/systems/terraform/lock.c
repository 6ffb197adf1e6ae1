/* What `terraform init` wrote down of providers: https://developer.hashicorp.com/terraform/language/files/dependency-lock
 * One tf.lock for each provider, with what the root itself requires of it. */
#include "systems/facets.h"
#include "systems/terraform/module.h"
#include "values/constraint.h"

static Str label_of(const Tree *tree, const Node *block) {
    const Node *label = hcl_child(block, 1);
    return label && label->kind == HCL_LABEL ? hcl_name(tree, label) : (Str){NULL, 0};
}

#define NAMES_MAX 4 /* of one address: host, namespace and type make three parts */

/* What an address may be called: registry.terraform.io/hashicorp/aws is hashicorp/aws, whichever registry it is that answers to
 * the short name. In small letters, the whole one first. */
static uint32_t names_of(Str address, Str names[NAMES_MAX], Arena *a) {
    Str whole = str_lower(a, address);
    uint32_t count = 0;
    names[count++] = whole;
    for (size_t i = whole.len; i > 0 && count < NAMES_MAX; i--) {
        if (whole.at[i - 1] == '/') names[count++] = str_skip(whole, i);
    }
    return count;
}

static const Map *locked_by(World *w, Module *m) {
    if (m->is_lock_read) return &m->locked;
    m->is_lock_read = true;
    node_each(child, m->lock->tree->nodes) {
        Str names[NAMES_MAX];
        uint32_t count = child->kind == HCL_BLOCK ? names_of(label_of(m->lock->tree, child), names, w->arena) : 0;
        for (uint32_t i = 0; i < count; i++) map_put(w->arena, &m->locked, names[i], m);
    }
    return &m->locked;
}

Value terraform_locked(World *w, const Instance *in, Str source) {
    bool whole = w->outside && w->outside->whole;
    if (in->call || in->module->is_generated) return value_null();
    if (!in->module->lock) return whole ? value_null() : value_hole(HOLE_UNREAD);
    return value_bool(map_has(locked_by(w, in->module), str_lower(w->arena, source)));
}

/* What a root itself requires: source → its BLOCK, the first of each. */
static Map required_by(World *w, const Instance *in) {
    Map out = {0};
    for (uint32_t i = 0; i < in->blocks.count; i++) {
        const Object *o = in->blocks.items[i].as.object;
        if (!value_is_string(o->fields[BLOCK_BLOCK_TYPE], "tf.required_provider")) continue;
        Value source = terraform_member(o->fields[BLOCK_BODY], "source");
        void **slot = source.kind == VALUE_STRING ? map_slot(w->arena, &out, str_lower(w->arena, value_str(source))) : NULL;
        if (slot && !*slot) *slot = (void *)(uintptr_t)o;
    }
    return out;
}

/* The constraint that the root writes; null when it writes none. The more of the address its source says, the better. */
static Value required_of(World *w, const Map *required, Str address) {
    Str names[NAMES_MAX];
    uint32_t count = names_of(address, names, w->arena);
    const Object *found = map_get(required, names[0]);
    for (uint32_t i = count - 1; i > 0 && !found; i--) found = map_get(required, names[i]);
    return found ? terraform_member(found->fields[BLOCK_BODY], "version") : value_null();
}

static Value count_of(Value hashes, Str scheme) {
    int64_t count = 0;
    if (hashes.kind != VALUE_LIST) return value_int(0);
    for (uint32_t i = 0; i < hashes.count; i++) count += str_starts(value_text(hashes.as.items[i]), scheme);
    return value_int(count);
}

static void lock_block(World *w, Instance *in, const Map *requires, const Node *node) {
    const SystemFile *file = in->module->lock;
    const Tree *tree = file->tree;
    Span header = terraform_header(tree, node);
    Str address = label_of(tree, node);
    const Node *body = NULL;
    node_each(child, node) body = child;
    HclScope s = {.tree = tree, .arena = w->arena, .steps = &w->steps, .lookup = hcl_no_names};
    Value own = body && body->kind == HCL_BODY ? terraform_body(&s, body, header, w->arena) : value_null();
    Value version = terraform_member(own, "version"), required = required_of(w, requires, address), hashes = terraform_member(own, "hashes");
    bool known = version.kind == VALUE_STRING && required.kind == VALUE_STRING;
    Value satisfies = known ? value_bool(constraint_allows(value_str(required), value_str(version))) : value_null();
    Entry *entries = arena_array(w->arena, Entry, 5);
    entries[0] = (Entry){value_string(STR("version")), version};
    entries[1] = (Entry){value_string(STR("required")), required};
    entries[2] = (Entry){value_string(STR("satisfies")), value_at(satisfies, file->source, header)};
    entries[3] = (Entry){value_string(STR("own_hashes")), value_at(count_of(hashes, STR("h1:")), file->source, header)};
    entries[4] = (Entry){value_string(STR("registry_hashes")), value_at(count_of(hashes, STR("zh:")), file->source, header)};
    Object *o = object_new(w->arena, SHAPE_BLOCK, file->source, header);
    o->extent = node_span(tree, node);
    o->address = address;
    o->fields[BLOCK_BLOCK_TYPE] = value_at(value_string(STR("tf.lock")), file->source, header);
    o->fields[BLOCK_BLOCK_KIND] = value_at(value_string(STR("lock")), file->source, header);
    o->fields[BLOCK_BLOCK_NAME] = value_at(value_string(address), file->source, header);
    o->fields[BLOCK_FILE_NAME] = value_at(value_string(str_base_name(file->source->path)), file->source, header);
    o->fields[BLOCK_IS_ROOT] = value_at(value_bool(true), file->source, header);
    o->fields[BLOCK_BODY] = value_at(value_map(entries, 5), file->source, header);
    vec_push(w->arena, &in->blocks, value_object(o));
    model_subject(file->model, o);
}

void terraform_lock(World *w, Instance *in) {
    const SystemFile *file = in->call ? NULL : in->module->lock;
    if (!file) return;
    Map required = required_by(w, in);
    node_each(child, file->tree->nodes) {
        if (child->kind == HCL_BLOCK && str_is(node_text(file->tree, node_first(child)), "provider")) lock_block(w, in, &required, child);
    }
}
