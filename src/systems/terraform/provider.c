/* Which provider block configures a resource: https://developer.hashicorp.com/terraform/language/providers/configuration and
 * https://developer.hashicorp.com/terraform/language/modules/develop/providers. Invariant: a module that configures a provider itself
 * is not overruled by its callers; one that does not takes what its call passes on, else its caller's default one. */
#include "systems/terraform/module.h"

typedef struct Reference { Str name, alias; } Reference; /* aws, aws.west; of a default one the alias is empty */

static Str first_word(Str type) {
    size_t end = str_find_byte(type, '_');
    return end == STR_NONE ? type : str_slice(type, 0, end);
}

/* `aws`, `aws.west`, and "aws.west" as it was written until 0.11. */
static Reference reference_of(const Tree *tree, const Node *expression) {
    Reference out = {0};
    if (expression->kind == HCL_VARIABLE) out.name = node_text(tree, expression);
    else if (expression->kind == HCL_GET && node_first(expression)->kind == HCL_VARIABLE) {
        out.name = node_text(tree, node_first(expression));
        out.alias = node_text(tree, hcl_child(expression, 1));
    } else if (expression->kind == HCL_TEMPLATE && expression->size == 2 && node_first(expression)->kind == HCL_TEXT) {
        out.name = node_text(tree, node_first(expression));
        Str name, alias;
        if (str_cut(out.name, '.', &name, &alias)) out = (Reference){name, alias};
    }
    return out;
}

static Reference needed_by(const Declaration *item) {
    const SystemFile *file;
    const Node *given = terraform_argument(item, "provider", &file);
    Reference out = given ? reference_of(file->tree, given) : (Reference){0};
    if (!out.name.len) out.name = first_word(item->kind == DECLARED_DATA ? str_skip(item->type, strlen("data.")) : item->type);
    return out;
}

Str terraform_provider_name(const Declaration *item) { return needed_by(item).name; }

static Str key_of(World *w, Reference r) { return str_format(w->arena, "%.*s\n%.*s", STR_ARGS(r.name), STR_ARGS(r.alias)); }

/* The block of a module that configures it, or NULL. Every resource asks. */
static const Declaration *configured(World *w, Module *m, Reference r) {
    if (!m->is_configured_read) vec_each(Declaration, item, &m->items) {
        if (item->kind != DECLARED_PROVIDER) continue;
        const SystemFile *file;
        const Node *alias = terraform_argument(item, "alias", &file);
        Str own = alias && alias->kind == HCL_TEMPLATE && alias->size == 2 ? node_text(file->tree, node_first(alias)) : (Str){NULL, 0};
        void **slot = map_slot(w->arena, &m->configured, key_of(w, (Reference){item->name, own}));
        if (!*slot) *slot = item;
    }
    m->is_configured_read = true;
    return map_get(&m->configured, key_of(w, r));
}

/* What `providers = {aws = aws.west}` of a call makes of it. */
static bool passed(const Declaration *call, Reference *r, World *w) {
    const SystemFile *file;
    const Node *map = terraform_argument(call, "providers", &file);
    if (!map || map->kind != HCL_OBJECT) return false;
    Str full = r->alias.len ? str_format(w->arena, "%.*s.%.*s", STR_ARGS(r->name), STR_ARGS(r->alias)) : r->name;
    node_each(item, map) {
        if (item->kind != HCL_ITEM || !str_eq(node_text(file->tree, node_first(item)), full)) continue;
        Reference to = reference_of(file->tree, hcl_child(item, 1));
        if (to.name.len) *r = to;
        return to.name.len > 0;
    }
    return false;
}

/* The block, null when nothing configures the provider, a hole when that can't be told. */
static Value provider_block(World *w, const Instance *in, Reference r) {
    for (uint32_t depth = 0; in && depth <= TERRAFORM_DEPTH_MAX; depth++, in = in->caller) {
        const Declaration *found = configured(w, in->module, r);
        const Slot *slot = found ? &in->slots[found->index] : NULL;
        if (slot && slot->uses.count) return value_object(slot->uses.items[0]);
        if (found || in->module->is_partial) return value_hole(HOLE_UNREAD);
        if (in->call && !passed(in->call, &r, w) && r.alias.len) return value_hole(HOLE_VARIABLE);
    }
    return value_null();
}

static Value known_block(World *w, const Instance *in, Reference r, Map *known) {
    void **slot = map_slot(w->arena, known, key_of(w, r));
    if (!*slot) {
        Value *v = arena_new(w->arena, Value);
        *v = provider_block(w, in, r);
        *slot = v;
    }
    return *(const Value *)*slot;
}

void terraform_providers(World *w, Instance *in) {
    Map known = {0};
    if (in->module) vec_each(Declaration, item, &in->module->items) {
        if (item->kind != DECLARED_RESOURCE && item->kind != DECLARED_DATA) continue;
        const Slot *slot = &in->slots[item->index];
        Value provider = slot->uses.count ? known_block(w, in, needed_by(item), &known) : value_null();
        for (uint32_t i = 0; i < slot->uses.count; i++) {
            Object *o = (Object *)(uintptr_t)slot->uses.items[i];
            o->fields[BLOCK_PROVIDER] = value_at(provider, o->source, o->span);
        }
    }
    for (uint32_t i = 0; i < in->children.count; i++) {
        if (in->children.items[i].value) terraform_providers(w, in->children.items[i].value); /* as deep as calls: TERRAFORM_DEPTH_MAX */
    }
}
