/* Credentials in Terraform: those that stand in a file's tree, by name and by form, and those that an argument gets from a local, a variable or
 * a call under a name that says nothing. Each place is told once. */
#include "systems/facets.h"
#include "systems/terraform/module.h"

/* Whether an argument of a resource is a credential by its name. Not every name with such a word is: a creation_token is an identifier,
 * access_token = "hours" is a unit. */
bool terraform_is_credential(Str name) {
    static const Str ends[] = {STR_INIT("password"), STR_INIT("passwd"), STR_INIT("passphrase"), STR_INIT("secret_string"), STR_INIT("client_secret"), STR_INIT("shared_secret"), STR_INIT("shared_key"),
                               STR_INIT("secret_key"), STR_INIT("secret_access_key"), STR_INIT("auth_token"), STR_INIT("api_token"), STR_INIT("api_key"), STR_INIT("api_secret")};
    if (str_ends(name, STR("_wo"))) name.len -= 3; /* written, and not kept in the state */
    for (size_t i = 0; i < ARRAY_COUNT(ends); i++) {
        bool whole = name.len == ends[i].len || (name.len > ends[i].len && name.at[name.len - ends[i].len - 1] == '_');
        if (whole && str_ends(name, ends[i])) return true;
    }
    return false;
}

/* Whether a node stands in a block at the top of the file that makes, reads or calls something. */
static bool in_resource(const Tree *tree, const Node *node) {
    static const char *const types[] = {"resource", "data", "module", "ephemeral", "terraform"};
    const Node *top = NULL;
    for (const Node *up = node_parent(node); up; up = node_parent(up)) top = up->kind == HCL_BLOCK ? up : top;
    for (size_t i = 0; top && i < ARRAY_COUNT(types); i++) {
        if (str_is(node_text(tree, node_first(top)), types[i])) return true;
    }
    return false;
}

/* Where an attribute stands, for a credential in it: by its name too in files of values, defaults, locals and resources; elsewhere only by
 * a form that is known. NULL: somebody else looks there. */
static const char *secret_place(const Tree *tree, const Node *attribute, Str *name) {
    const Node *body = node_parent(attribute), *block = body ? node_parent(body) : NULL;
    Str own = node_text(tree, node_first(attribute)), path = tree->text.source->path;
    *name = own;
    if (!block && str_is(own, "inputs") && str_ends(path, STR(".hcl"))) return "tfvars"; /* Terragrunt's */
    if (str_ends(path, STR(".tfvars")) || str_ends(path, STR(".tfvars.json"))) return "tfvars";
    Str type = block && block->kind == HCL_BLOCK ? node_text(tree, node_first(block)) : (Str){NULL, 0};
    if (str_is(type, "locals")) return "local";
    if (str_is(type, "provider") && !str_ends(path, STR("test.hcl"))) return NULL;
    if (terraform_is_credential(own) && in_resource(tree, attribute)) return "resource";
    if (!str_is(type, "variable")) *name = STR("");
    else if (str_is(own, "default")) *name = node_text(tree, hcl_child(block, 1));
    else return NULL;
    return str_is(type, "variable") ? "variable" : "attribute";
}

/* An item of a map counts by its own name, where the attribute that holds the map does. */
static const char *item_place(const Tree *tree, const Node *item, Str *name) {
    const Node *up = node_parent(item);
    for (uint32_t depth = 0; up && up->kind != HCL_ATTRIBUTE && depth < NODE_DEPTH_MAX; depth++) up = node_parent(up);
    const char *where = up && up->kind == HCL_ATTRIBUTE ? secret_place(tree, up, name) : NULL;
    *name = terraform_key_name(tree, node_first(item));
    return where && strcmp(where, "attribute") ? where : NULL;
}

/* A text as it stands: quoted, with nothing put into it. */
static const Node *plain_text(const Node *value) {
    const Node *text = value->kind == HCL_TEMPLATE && value->size == 2 ? node_first(value) : NULL;
    return text && text->kind == HCL_TEXT && text->style == HCL_QUOTED ? text : NULL;
}

/* What a call gives on as it came: the first argument that is, counted from 0, or -1. */
static int passed_on(Str function) {
    static const struct { const char *name; int first; } all[] = {{"coalesce", 0}, {"try", 0}, {"sensitive", 0}, {"nonsensitive", 0}, {"tostring", 0}, {"base64encode", 0}, {"lookup", 2}};
    for (size_t i = 0; i < ARRAY_COUNT(all); i++) {
        if (str_is(function, all[i].name)) return all[i].first;
    }
    return -1;
}

/* An expression that can be worth what another inside of it is; "${…}" and nothing else is what stands in it. */
static bool leads_on(const Node *value) {
    const Node *only = value->kind == HCL_TEMPLATE ? node_first(value) : NULL;
    bool wrapped = only && only->kind == HCL_INTERPOLATION && only->size == value->size - 1;
    return wrapped || value->kind == HCL_INTERPOLATION || value->kind == HCL_PARENTHESES || value->kind == HCL_CONDITION || value->kind == HCL_CALL;
}

typedef struct Holder { /* what a credential would be the value of */
    const Tree *tree;
    Model *model;
    Str name;
    const char *where;
} Holder;

/* The texts that an expression can be worth: itself, each side of a condition, what stands in when something else is not there. */
static void each_text(const Holder *h, const Node *value, uint32_t depth) {
    const Node *text = plain_text(value);
    if (text) secret_model(h->model, value_at(value_string(hcl_text(h->tree, text, h->model->arena)), h->tree->text.source, node_span(h->tree, text)), h->name, h->where);
    bool call = value->kind == HCL_CALL, condition = value->kind == HCL_CONDITION;
    int first = condition || call ? 1 : 0, seen = 0;
    if (call) first = passed_on(node_text(h->tree, node_first(value))) + 1; /* behind the name */
    if (!leads_on(value) || (call && !first) || depth == NODE_DEPTH_MAX) return;
    node_each(child, value) {
        if (seen++ >= first) each_text(h, child, depth + 1);
    }
}

void terraform_secrets(const Tree *tree, Model *model) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i], *value = node->kind == HCL_ATTRIBUTE || node->kind == HCL_ITEM ? hcl_child(node, 1) : NULL;
        if (!value || (!leads_on(value) && !plain_text(value))) continue;
        Holder h = {.tree = tree, .model = model};
        h.where = node->kind == HCL_ITEM ? item_place(tree, node, &h.name) : secret_place(tree, node, &h.name);
        if (h.where) each_text(&h, value, 0);
    }
}

/* ---- by another name ---- */

static Str place(World *w, const Source *source, Span span) { return str_format(w->arena, "%.*s\n%u", STR_ARGS(source->path), span.start); }

/* The credentials that a file's own tree showed are told already. */
static void note_told(World *w, const Source *source, const Model *own) {
    Str file = str_format(w->arena, "%.*s\n", STR_ARGS(source->path));
    if (map_has(&w->told, file)) return;
    map_put(w->arena, &w->told, file, w);
    for (uint32_t i = 0; i < own->subjects.count; i++) {
        const Object *o = own->subjects.items[i];
        if (o->shape->id == SHAPE_SECRET) map_put(w->arena, &w->told, place(w, source, o->span), w);
    }
}

void terraform_secret_elsewhere(World *w, const Bound *bound) {
    Str written = source_slice(bound->source, bound->there);
    Span inside = bound->there;
    bool quoted = written.len > 2 && written.at[0] == '"' && written.at[written.len - 1] == '"';
    if (quoted) inside.start++, inside.end--;
    Model *own = map_get(&w->models, bound->source->path);
    bool code = !str_ends(bound->source->path, STR(".tfvars")) && !str_ends(bound->source->path, STR(".tfvars.json")); /* shared by roots; told by names */
    if (!own || !code || !str_eq(source_slice(bound->source, inside), bound->value)) return;
    note_told(w, bound->source, own);
    Str here = place(w, bound->source, inside);
    if (map_has(&w->told, here)) return;
    map_put(w->arena, &w->told, here, w);
    secret_model(own, value_at(value_string(bound->value), bound->source, inside), bound->name, "resource");
}
