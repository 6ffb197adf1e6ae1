/* Names across the files of a module, and across calls. Silent where a file could not be read whole: the name may stand there. */
#include "systems/facets.h"
#include "systems/terraform/module.h"
#include "values/constraint.h"

void terraform_problem(const SystemFile *file, ProblemCode code, Span span, Str detail, Str hint) {
    Object *o = object_new(file->model->arena, SHAPE_PROBLEM, file->source, span);
    o->fields[PROBLEM_CODE] = value_at(value_string(problem_id(code)), file->source, span);
    if (detail.len) o->fields[PROBLEM_DETAIL] = value_at(value_string(detail), file->source, span);
    if (hint.len) o->fields[PROBLEM_HINT] = value_at(value_string(hint), file->source, span);
    o->fields[PROBLEM_SYSTEM] = value_at(value_string(file->source->system), file->source, span);
    model_subject(file->model, o);
    if (problem_is_loss(code)) source_problem(file->source, code, span, (Str){NULL, 0});
}

static Span place_of(const Declaration *item) {
    return item->body ? terraform_header(item->file->tree, item->node) : node_span(item->file->tree, node_first(item->node));
}

/* ---- what an expression names ---- */

typedef struct Name {
    Str root, key;           /* "var", "var.x"; of a resource its type, and type.name */
    const Node *node;
} Name;

/* The name that the node `at` stands for, when it is one of an item. */
static bool name_at(World *w, const Tree *tree, const Node *at, Name *out) {
    const Node *operand = node_first(at), *root = operand;
    if (at->kind != HCL_GET) return false;
    if (operand->kind == HCL_GET) root = node_first(operand);
    if (root->kind != HCL_VARIABLE) return false;
    bool data = str_is(node_text(tree, root), "data");
    if ((root != operand) != data) return false;
    Str name = node_text(tree, hcl_child(at, 1));
    Str type = data ? node_text(tree, hcl_child(operand, 1)) : node_text(tree, root);
    out->root = node_text(tree, root);
    out->node = at;
    out->key = str_format(w->arena, "%s%.*s.%.*s", data ? "data." : "", STR_ARGS(type), STR_ARGS(name));
    return true;
}

/* ---- undeclared ---- */

/* Names that for and dynamic bind somewhere in a file. */
static void note_bound(const Tree *tree, Map *bound, Arena *a) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i], *up = node_parent(node);
        bool by_for = node->kind == HCL_NAME && up && (up->kind == HCL_FOR_TUPLE || up->kind == HCL_FOR_OBJECT || up->kind == HCL_FOR_TEXT);
        bool label = node->kind == HCL_LABEL && up && str_is(node_text(tree, node_first(up)), "dynamic");
        bool iterator = node->kind == HCL_VARIABLE && up && up->kind == HCL_ATTRIBUTE && str_is(node_text(tree, node_first(up)), "iterator");
        if (by_for || label || iterator) map_put(a, bound, node_text(tree, node), (void *)(uintptr_t)node);
    }
}

static bool may_be_item(Name name, const Map *bound) {
    static const char *const roots[] = {"var", "local", "module", "data"};
    for (size_t i = 0; i < ARRAY_COUNT(roots); i++) {
        if (str_is(name.root, roots[i])) return true;
    }
    return str_find_byte(name.root, '_') != STR_NONE && !map_has(bound, name.root);
}

/* Arguments that hold names of something else: types, providers, what was moved from. */
static bool is_plain_name(const Tree *tree, const Node *node) {
    for (const Node *up = node; up; up = node_parent(up)) {
        const Node *first = node_first(up);
        Str name = first && (up->kind == HCL_ATTRIBUTE || up->kind == HCL_BLOCK) ? node_text(tree, first) : (Str){NULL, 0};
        bool plain = str_is(name, "provider") || str_is(name, "providers") || str_is(name, "ignore_changes") || str_is(name, "type");
        if (plain || str_is(name, "moved") || str_is(name, "check") || str_is(name, "removed") || str_is(name, "import") || str_is(name, "terraform") || str_is(name, "configuration_aliases")) return true;
    }
    return false;
}

static void find_undeclared(World *w, const Module *m, const SystemFile *file) {
    const Tree *tree = file->tree;
    Arena scratch = {0};
    Map bound = {0}, told = {0};
    note_bound(tree, &bound, &scratch);
    for (uint32_t i = 0; i < tree->count; i++) {
        Name name;
        if (!name_at(w, tree, &tree->nodes[i], &name) || !may_be_item(name, &bound) || map_has(&m->by_key, name.key) || map_has(&told, name.key)) continue;
        if (is_plain_name(tree, name.node)) continue;
        map_put(&scratch, &told, name.key, file->model);
        terraform_problem(file, PROBLEM_TERRAFORM_UNDECLARED, node_span(tree, name.node), name.key, (Str){NULL, 0});
    }
    arena_free(&scratch);
}

/* ---- circles ---- */

typedef struct Walk {
    World *w;
    const Module *m;
    uint8_t *state;          /* of each item: 0 not seen, 1 on the way, 2 done */
} Walk;

static bool in_circles(const Declaration *item) {
    return item->kind == DECLARED_LOCAL || item->kind == DECLARED_RESOURCE || item->kind == DECLARED_DATA;
}

typedef struct Step {
    const Declaration *item;
    uint32_t at; /* node of it that is looked at next */
} Step;

/* The item that the node `at` of another one names and that was not seen yet; NULL: none. One on the way closes a circle. */
static const Declaration *next_of(Walk *walk, const Declaration *item, const Node *at) {
    const Tree *tree = item->file->tree;
    Name name;
    uintptr_t index = name_at(walk->w, tree, at, &name) ? (uintptr_t)map_get(&walk->m->by_key, name.key) : 0;
    const Declaration *next = index ? &walk->m->items.items[index - 1] : NULL;
    if (!next || !in_circles(next)) return NULL;
    bool own = next == item && item->kind != DECLARED_LOCAL; /* a provisioner may look at its own resource */
    if (walk->state[next->index] == 1 && !own) terraform_problem(item->file, PROBLEM_TERRAFORM_CYCLE, node_span(tree, name.node), name.key, (Str){NULL, 0});
    return walk->state[next->index] ? NULL : next;
}

/* Depth first without recursion: a chain may be as long as the module. */
static void follow(Walk *walk, const Declaration *start, Arena *scratch) {
    VEC(Step) way = {0};
    vec_push(scratch, &way, ((Step){start, 0}));
    walk->state[start->index] = 1;
    while (way.count) {
        Step *step = &way.items[way.count - 1];
        const Declaration *next = NULL;
        while (step->at < step->item->node->size && !next) {
            next = next_of(walk, step->item, step->item->node + step->at);
            step->at++;
        }
        if (next) {
            walk->state[next->index] = 1;
            vec_push(scratch, &way, ((Step){next, 0}));
        } else {
            walk->state[step->item->index] = 2;
            way.count--;
        }
    }
}

static void find_circles(World *w, const Module *m) {
    Arena scratch = {0};
    Walk walk = {w, m, arena_zero(&scratch, m->items.count + 1)};
    for (uint32_t i = 0; i < m->items.count; i++) {
        if (in_circles(&m->items.items[i]) && !walk.state[i]) follow(&walk, &m->items.items[i], &scratch);
    }
    arena_free(&scratch);
}

/* ---- calls ---- */

static bool is_meta(Str name) {
    static const char *const metas[] = {"source", "version", "providers", "count", "for_each", "depends_on"};
    for (size_t i = 0; i < ARRAY_COUNT(metas); i++) {
        if (str_is(name, metas[i])) return true;
    }
    return false;
}

static void compare_inputs(World *w, const Declaration *call, const Module *called) {
    const Tree *tree = call->file->tree;
    node_each(child, call->body) {
        Str name = child->kind == HCL_ATTRIBUTE ? node_text(tree, node_first(child)) : (Str){NULL, 0};
        if (!name.len || is_meta(name) || map_has(&called->by_key, str_format(w->arena, "var.%.*s", STR_ARGS(name)))) continue;
        terraform_problem(call->file, PROBLEM_TERRAFORM_UNKNOWN_INPUT, node_span(tree, node_first(child)), name, called->folder);
    }
    vec_each(Declaration, variable, &called->items) {
        if (variable->kind != DECLARED_VARIABLE || terraform_attribute(variable->file->tree, variable->body, "default")) continue;
        if (terraform_attribute(tree, call->body, str_copy(w->arena, variable->name).at)) continue;
        terraform_problem(call->file, PROBLEM_TERRAFORM_MISSING_INPUT, place_of(call), variable->name, called->folder);
    }
}

static bool is_whole(const Module *m) { return m->has_code && !m->is_partial && !m->is_fetched; }

static void check_calls(World *w, Module *m) {
    vec_each(Declaration, item, &m->items) {
        Str folder;
        if (item->kind != DECLARED_MODULE) continue;
        const Module *called = terraform_called(w, m, item);
        if (called && is_whole(called)) compare_inputs(w, item, called);
        else if (!called && terraform_local(w, m, item, &folder)) terraform_problem(item->file, PROBLEM_TERRAFORM_MISSING_MODULE, place_of(item), folder, (Str){NULL, 0});
    }
}

/* ---- workspaces of a backend that runs elsewhere ---- */

static const Node *block_in(const Tree *tree, const Node *body, const char *type, const char *label) {
    node_each(child, body) {
        const Node *own = child->kind == HCL_BLOCK ? hcl_child(child, 1) : NULL;
        if (own && str_is(node_text(tree, node_first(child)), type) && own->kind == HCL_LABEL && str_eq(hcl_name(tree, own), str_of(label))) return child;
    }
    return NULL;
}

/* Terraform 1.0 called every workspace `default` in remote runs: https://developer.hashicorp.com/terraform/language/backend/remote */
static bool is_remote(const Module *m) {
    bool remote = false, old = false;
    vec_each(const Declaration, item, &m->items) {
        if (item->kind != DECLARED_TERRAFORM || !item->body) continue;
        const Tree *tree = item->file->tree;
        const Node *version = terraform_attribute(tree, item->body, "required_version"), *text = version && version->kind == HCL_TEMPLATE ? node_first(version) : NULL;
        remote = remote || block_in(tree, item->body, "backend", "remote");
        if (text && text->kind == HCL_TEXT) old = old || constraint_allows(node_text(tree, text), STR("1.0.0")) || constraint_allows(node_text(tree, text), STR("1.0.11"));
    }
    return remote && old;
}

static void find_workspaces(const SystemFile *file) {
    const Tree *tree = file->tree;
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i], *root = node->kind == HCL_GET ? node_first(node) : NULL;
        bool workspace = root && root->kind == HCL_VARIABLE && str_is(node_text(tree, root), "terraform") && str_is(node_text(tree, hcl_child(node, 1)), "workspace");
        if (workspace) terraform_problem(file, PROBLEM_TERRAFORM_WORKSPACE_REMOTE, node_span(tree, node), (Str){NULL, 0}, (Str){NULL, 0});
    }
}

static bool was_read(const SystemFile *file) {
    for (uint32_t i = 0; i < file->source->problems.count; i++) {
        if (problem_is_loss(file->source->problems.items[i].code)) return false;
    }
    return true;
}

void terraform_read_wholly(World *w, const SystemFile *files, uint32_t count) {
    bool whole = w->outside && w->outside->whole;
    for (uint32_t i = 0; i < count; i++) {
        Module *m = map_get(&w->by_folder, str_folder(files[i].source->path));
        bool generates = str_is(str_base_name(files[i].source->path), "terragrunt.hcl"); /* backends, providers, whole files */
        if (m && generates) m->is_generated = true;
        if (m && !was_read(&files[i])) m->is_damaged = true;
        if (m && (!whole || generates || m->is_damaged)) m->is_partial = true;
    }
}

void terraform_names(World *w, const SystemFile *files, uint32_t count) {
    if (!w->outside || !w->outside->whole) return;
    for (uint32_t i = 0; i < w->modules.count; i++) {
        if (!is_whole(w->modules.items[i])) continue;
        find_circles(w, w->modules.items[i]);
        check_calls(w, w->modules.items[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        Str path = files[i].source->path;
        const Module *m = map_get(&w->by_folder, str_folder(path));
        bool code = str_ends(path, STR(".tf")) || str_ends(path, STR(".tf.json")) || str_ends(path, STR(".tofu"));
        if (code && m && is_whole(m) && files[i].tree->grammar == &hcl_grammar) find_undeclared(w, m, &files[i]);
        if (m && files[i].tree->grammar == &hcl_grammar && is_remote(m)) find_workspaces(&files[i]);
    }
}
