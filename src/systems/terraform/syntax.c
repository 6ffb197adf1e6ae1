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
Str terraform_key_name(const Tree *tree, const Node *key) {
    if (key->kind == HCL_NAME) return node_text(tree, key);
    const Node *text = key->kind == HCL_TEMPLATE ? node_first(key) : NULL;
    return text && text->kind == HCL_TEXT && key->size == 2 ? node_text(tree, text) : (Str){NULL, 0};
}

static void names_once(const Tree *tree, const Node *parent, HclKind kind, ProblemCode code) {
    Arena scratch = {0};
    Map seen = {0};
    node_each(child, parent) {
        const Node *name = node_first(child);
        Str text = child->kind == kind && name ? terraform_key_name(tree, name) : (Str){NULL, 0};
        if (!text.len) continue;
        if (map_has(&seen, text)) fault(tree, code, name, text);
        else map_put(&scratch, &seen, text, (void *)(uintptr_t)name);
    }
    arena_free(&scratch);
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
