/* What is written in an old way, or can't be meant, found in the tree alone: https://developer.hashicorp.com/terraform/language/style */
#include "systems/facets.h"
#include "systems/terraform/module.h"

static void fault(const Tree *tree, ProblemCode code, const Node *at, Str detail) {
    source_problem(tree->text.source, code, node_span(tree, at), detail);
}

/* "${x}" where x would do; as a key of an object it has to be in parentheses, and is left alone. */
static void interpolation(const Tree *tree, const Node *node) {
    const Node *only = node_first(node), *up = node_parent(node);
    bool wrapped = only && only->kind == HCL_INTERPOLATION && only->size == node->size - 1 && tree->text.bytes.at[node->start] == '"';
    bool key = up && up->kind == HCL_ITEM && node_first(up) == node;
    bool json = str_ends(tree->text.source->path, STR(".json")); /* there is no other way to write it */
    if (wrapped && !key && !json) fault(tree, PROBLEM_HCL_ONLY_INTERPOLATION, node, node_text(tree, only));
}

/* The resource that an expression stands in, unless it is to be new each time: `triggers`, `keepers`, what `ignore_changes` names. */
static const Node *resource_around(const Tree *tree, const Node *node) {
    static const char *const meant[] = {"triggers", "triggers_replace", "keepers", "ignore_changes", "provisioner", "connection"};
    for (const Node *up = node_parent(node); up; up = node_parent(up)) { /* as deep as the tree: NODE_DEPTH_MAX */
        const Node *first = node_first(up);
        if (up->kind != HCL_ATTRIBUTE && up->kind != HCL_BLOCK) continue;
        for (size_t i = 0; i < ARRAY_COUNT(meant); i++) {
            if (str_is(node_text(tree, first), meant[i])) return NULL;
        }
        if (up->kind == HCL_BLOCK && str_is(node_text(tree, first), "resource")) return up;
    }
    return NULL;
}

static bool ignores_changes(const Tree *tree, const Node *resource) {
    for (const Node *n = resource; n < resource + resource->size; n++) {
        if (n->kind == HCL_ATTRIBUTE && str_is(node_text(tree, node_first(n)), "ignore_changes")) return true;
    }
    return false;
}

static void call(const Tree *tree, const Node *node) {
    Str name = node_text(tree, node_first(node));
    bool fresh = str_is(name, "timestamp") || str_is(name, "uuid") || str_is(name, "bcrypt");
    const Node *resource = fresh ? resource_around(tree, node) : NULL;
    if (resource && !ignores_changes(tree, resource)) fault(tree, PROBLEM_HCL_NEW_EACH_RUN, node, name);
    if (str_is(name, "lookup") && hcl_child(node, 2) && !hcl_child(node, 3)) fault(tree, PROBLEM_HCL_LOOKUP_WITHOUT_DEFAULT, node, (Str){NULL, 0});
}

static bool is_empty_list(const Node *node) { return node && node->kind == HCL_TUPLE && node->size == 1; }

static void comparison(const Tree *tree, const Node *node) {
    bool equality = node->data == HCL_EQ || node->data == HCL_NE;
    if (equality && (is_empty_list(hcl_child(node, 0)) || is_empty_list(hcl_child(node, 1)))) fault(tree, PROBLEM_HCL_EMPTY_LIST, node, (Str){NULL, 0});
}

/* The name of a key that can be known without evaluating, or empty. */
static Str key_name(const Tree *tree, const Node *key) {
    if (key->kind == HCL_NAME) return node_text(tree, key);
    const Node *text = key->kind == HCL_TEMPLATE ? node_first(key) : NULL;
    return text && text->kind == HCL_TEXT && key->size == 2 ? node_text(tree, text) : (Str){NULL, 0};
}

static void names_once(const Tree *tree, const Node *parent, HclKind kind, ProblemCode code) {
    Arena scratch = {0};
    Map seen = {0};
    node_each(child, parent) {
        const Node *name = node_first(child);
        Str text = child->kind == kind && name ? key_name(tree, name) : (Str){NULL, 0};
        if (!text.len) continue;
        if (map_has(&seen, text)) fault(tree, code, name, text);
        else map_put(&scratch, &seen, text, (void *)(uintptr_t)name);
    }
    arena_free(&scratch);
}

/* ---- credentials ---- */

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
    *name = key_name(tree, node_first(item));
    return where && strcmp(where, "attribute") ? where : NULL;
}

void terraform_secrets(const Tree *tree, Model *model) {
    Source *source = tree->text.source;
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i], *value = node->kind == HCL_ATTRIBUTE || node->kind == HCL_ITEM ? hcl_child(node, 1) : NULL;
        const Node *text = value && value->kind == HCL_TEMPLATE && value->size == 2 ? node_first(value) : NULL;
        Str name;
        if (!text || text->kind != HCL_TEXT || text->style != HCL_QUOTED) continue;
        const char *where = node->kind == HCL_ITEM ? item_place(tree, node, &name) : secret_place(tree, node, &name);
        if (where) secret_model(model, value_at(value_string(hcl_text(tree, text, model->arena)), source, node_span(tree, text)), name, where);
    }
}

/* ---- old ways ---- */

/* count = length(list) */
static void attribute(const Tree *tree, const Node *node) {
    const Node *value = hcl_child(node, 1);
    bool count = str_is(node_text(tree, node_first(node)), "count");
    if (count && value->kind == HCL_CALL && str_is(node_text(tree, node_first(value)), "length")) fault(tree, PROBLEM_TERRAFORM_COUNT_OVER_LIST, node, (Str){NULL, 0});
}

void terraform_syntax(const Tree *tree) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        switch ((HclKind)node->kind) {
            case HCL_TEMPLATE: interpolation(tree, node); break;
            case HCL_ATTRIBUTE: attribute(tree, node); break;
            case HCL_CALL: call(tree, node); break;
            case HCL_BINARY: comparison(tree, node); break;
            case HCL_OBJECT: names_once(tree, node, HCL_ITEM, PROBLEM_HCL_DUPLICATE_KEY); break;
            case HCL_BODY: names_once(tree, node, HCL_ATTRIBUTE, PROBLEM_HCL_DUPLICATE_ATTRIBUTE); break;
            case HCL_GET:
                if (hcl_child(node, 1)->kind == HCL_NUMBER) fault(tree, PROBLEM_HCL_DOTTED_INDEX, hcl_child(node, 1), node_text(tree, hcl_child(node, 1)));
                break;
            default: break;
        }
    }
}
