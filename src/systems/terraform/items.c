/* From files to modules: what the folders hold, whose values count, which local module a call names. Nothing is evaluated here. */
#include "systems/terraform/module.h"

const char *const terraform_block_types[DECLARED_KIND_COUNT] = {"", "data", "variable", "output", "local", "module", "provider", "terraform", "other"};

/* ---- folders and items ---- */

static Module *module_of(World *w, Str folder) {
    void **slot = map_slot(w->arena, &w->by_folder, folder);
    if (*slot) return *slot;
    Module *m = arena_new(w->arena, Module);
    m->folder = folder;
    *slot = m;
    vec_push(w->arena, &w->modules, m);
    return m;
}

static const Node *last_child(const Node *node) {
    const Node *last = NULL;
    node_each(child, node) last = child;
    return last;
}

static bool is_override(Str path) {
    static const Str suffixes[] = {STR_INIT("override.tf"), STR_INIT("override.tf.json"), STR_INIT("override.tofu")};
    Str name = str_base_name(path);
    for (size_t i = 0; i < ARRAY_COUNT(suffixes); i++) {
        if (str_eq(name, suffixes[i]) || (str_ends(name, suffixes[i]) && name.at[name.len - suffixes[i].len - 1] == '_')) return true;
    }
    return false;
}

static bool overrides(World *w, Module *m, const Declaration *item) {
    uintptr_t index = is_override(item->file->source->path) && item->key.len ? (uintptr_t)map_get(&m->by_key, item->key) : 0;
    if (!index) return false;
    Declaration *old = &m->items.items[index - 1];
    Override *o = arena_new(w->arena, Override);
    *o = (Override){item->file, item->node, item->body, old->overrides};
    if (item->kind == DECLARED_LOCAL) {
        old->file = item->file;
        old->node = item->node;
    } else old->overrides = o;
    return true;
}

static void add_item(World *w, Module *m, Declaration item) {
    if (overrides(w, m, &item)) return;
    item.index = m->items.count;
    vec_push(w->arena, &m->items, item);
    if (!item.key.len) return;
    Span at = node_span(item.file->tree, node_first(item.node));
    if (map_has(&m->by_key, item.key)) terraform_problem(item.file, PROBLEM_TERRAFORM_DECLARED_TWICE, item.body ? terraform_header(item.file->tree, item.node) : at, item.key, (Str){NULL, 0});
    else map_put(w->arena, &m->by_key, item.key, (void *)(uintptr_t)(item.index + 1));
}

static void add_locals(World *w, Module *m, const SystemFile *file, const Node *body) {
    const Tree *tree = file->tree;
    node_each(child, body) {
        if (child->kind != HCL_ATTRIBUTE) continue;
        Str name = node_text(tree, node_first(child));
        Str key = str_format(w->arena, "local.%.*s", STR_ARGS(name));
        add_item(w, m, (Declaration){.kind = DECLARED_LOCAL, .file = file, .node = child, .key = key, .type = STR("tf.local"), .name = name});
    }
}

static Str label_at(const Tree *tree, const Node *block, uint32_t n) {
    const Node *label = hcl_child(block, n + 1);
    return label && label->kind == HCL_LABEL ? hcl_name(tree, label) : (Str){NULL, 0};
}

static Str key_of(World *w, DeclarationKind kind, Str type, Str name) {
    switch (kind) {
        case DECLARED_RESOURCE: return str_format(w->arena, "%.*s.%.*s", STR_ARGS(type), STR_ARGS(name));
        case DECLARED_DATA: return str_format(w->arena, "data.%.*s.%.*s", STR_ARGS(type), STR_ARGS(name));
        case DECLARED_VARIABLE: return str_format(w->arena, "var.%.*s", STR_ARGS(type));
        case DECLARED_MODULE: return str_format(w->arena, "module.%.*s", STR_ARGS(type));
        case DECLARED_OUTPUT: return str_format(w->arena, "output.%.*s", STR_ARGS(type));
        default: return (Str){NULL, 0};
    }
}

/* Terragrunt's files are no part of the module beside them; each stands for itself. https://docs.terragrunt.com/reference/hcl/blocks */
static bool is_terragrunt(Str name) { return str_is(name, "terragrunt.hcl") || str_is(name, "terragrunt.stack.hcl") || str_is(name, "root.hcl"); }

static void add_block(World *w, Module *m, const SystemFile *file, const Node *block) {
    const Tree *tree = file->tree;
    Str word = node_text(tree, node_first(block)), first = label_at(tree, block, 0), second = label_at(tree, block, 1);
    const Node *body = last_child(block);
    if (body->kind != HCL_BODY) return;
    if (str_is(word, "locals")) {
        add_locals(w, m, file, body);
        return;
    }
    DeclarationKind kind = str_is(word, "resource") ? DECLARED_RESOURCE : DECLARED_OTHER;
    bool other = is_terragrunt(str_base_name(file->source->path));
    if (other) kind = DECLARED_OTHER;
    for (int k = DECLARED_DATA; k < DECLARED_OTHER && !other; k++) kind = str_is(word, terraform_block_types[k]) && k != DECLARED_LOCAL ? (DeclarationKind)k : kind;
    bool two = kind == DECLARED_RESOURCE || kind == DECLARED_DATA;
    Declaration item = {.kind = kind, .file = file, .node = block, .body = body, .key = key_of(w, kind, first, second)};
    item.name = two ? second : first;
    item.type = kind == DECLARED_RESOURCE ? first : kind == DECLARED_DATA ? str_format(w->arena, "data.%.*s", STR_ARGS(first)) : str_format(w->arena, "%s.%.*s", other ? "tg" : "tf", STR_ARGS(word));
    add_item(w, m, item);
}

/* Which files give values by themselves, and which of two counts: https://developer.hashicorp.com/terraform/language/values/variables
 * ("Variable definition precedence"); files of one rank by name, the last one counts. 0: none of them. */
static int values_rank(const World *w, Str path) {
    Str name = str_base_name(path);
    for (uint32_t i = 0; w->outside && i < w->outside->value_file_count; i++) {
        if (str_eq(w->outside->value_files[i], path)) return 4 + (int)i;
    }
    if (str_is(name, "terraform.tfvars")) return 1;
    if (str_is(name, "terraform.tfvars.json")) return 2;
    return str_ends(name, STR(".auto.tfvars")) || str_ends(name, STR(".auto.tfvars.json")) ? 3 : 0;
}

static void add_values(World *w, Map *values, const SystemFile *file, int rank) {
    node_each(child, file->tree->nodes) {
        if (child->kind != HCL_ATTRIBUTE) continue;
        void **slot = map_slot(w->arena, values, node_text(file->tree, node_first(child)));
        Given *given = *slot ? *slot : arena_new(w->arena, Given);
        if (rank >= given->rank) *given = (Given){file, hcl_child(child, 1), rank};
        *slot = given;
    }
}

static bool is_values_file(Str name) { return str_ends(name, STR(".tfvars")) || str_ends(name, STR(".tfvars.json")); }

/* Runs of `terraform test`: they stand beside a module, and are none of it. https://developer.hashicorp.com/terraform/language/tests */
static bool is_test_file(Str name) { return str_ends(name, STR(".tftest.hcl")) || str_ends(name, STR(".tofutest.hcl")); }

/* x.tofu stands for x.tf where both are: https://opentofu.org/docs/language/files/ */
static bool is_replaced(const World *w, Str path) {
    bool json = str_ends(path, STR(".tf.json"));
    if (!json && !str_ends(path, STR(".tf"))) return false;
    Str stem = str_slice(path, 0, path.len - (json ? 8 : 3));
    return map_has(&w->models, str_format(w->arena, "%.*s.tofu%s", STR_ARGS(stem), json ? ".json" : ""));
}

static void add_file(World *w, const SystemFile *file) {
    Str path = file->source->path, name = str_base_name(path);
    if (file->tree->grammar != &hcl_grammar || is_replaced(w, path)) return;
    Module *m = module_of(w, is_terragrunt(name) ? path : str_folder(path));
    if (is_values_file(name)) {
        int rank = values_rank(w, path);
        if (rank) add_values(w, rank > 3 ? &w->values : &m->values, file, rank);
        return;
    }
    if (str_is(name, ".terraform.lock.hcl")) m->lock = file;
    if (is_test_file(name) || m->lock == file) return;
    m->has_code = true;
    m->is_fetched = str_has(path, STR(".terraform/modules/"));
    m->called = m->is_fetched;
    node_each(child, file->tree->nodes) {
        if (child->kind == HCL_BLOCK) add_block(w, m, file, child);
    }
}

Module *terraform_module(const World *w, const SystemFile *file) {
    Str path = file->source->path;
    return map_get(&w->by_folder, is_terragrunt(str_base_name(path)) ? path : str_folder(path));
}

/* What expressions of a file name, whether or not they are ever evaluated. */
void terraform_mark_used(World *w, const SystemFile *file) {
    const Tree *tree = file->tree;
    Str path = file->source->path;
    Module *m = terraform_module(w, file);
    for (uint32_t i = 0; i < m->items.count && is_terragrunt(str_base_name(path)); i++) m->items.items[i].used = true; /* whoever includes the file may name them */
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *get = &tree->nodes[i], *operand = node_first(get), *root = operand;
        if (get->kind != HCL_GET) continue;
        if (operand->kind == HCL_GET) root = node_first(operand);
        if (root->kind != HCL_VARIABLE) continue;
        Str key = node_text(tree, root), name = node_text(tree, hcl_child(get, 1));
        if (root != operand && !str_is(key, "data")) continue;
        if (root != operand) key = str_format(w->arena, "data.%.*s", STR_ARGS(node_text(tree, hcl_child(operand, 1))));
        uintptr_t index = (uintptr_t)map_get(&m->by_key, str_format(w->arena, "%.*s.%.*s", STR_ARGS(key), STR_ARGS(name)));
        if (index) m->items.items[index - 1].used = true;
    }
}

/* ---- local modules ---- */

/* The folder that `source` names from `folder`, or false when it is no local path. */
static bool local_path(World *w, Str folder, Str source, Str *out) {
    if (!str_starts(source, STR("./")) && !str_starts(source, STR("../")) && !str_is(source, ".") && !str_is(source, "..")) return false;
    return terraform_join(folder, source, w->arena, out);
}

const Node *terraform_attribute(const Tree *tree, const Node *body, const char *name) {
    if (body) node_each(child, body) {
        if (child->kind == HCL_ATTRIBUTE && str_is(node_text(tree, node_first(child)), name)) return hcl_child(child, 1);
    }
    return NULL;
}

const Node *terraform_argument(const Declaration *item, const char *name, const SystemFile **file) {
    for (const Override *o = item->overrides; o; o = o->next) {
        const Node *found = terraform_attribute(o->file->tree, o->body, name);
        *file = o->file;
        if (found) return found;
    }
    *file = item->file;
    return terraform_attribute(item->file->tree, item->body, name);
}

/* A string without ${ }, or empty. */
static Str constant(const Tree *tree, const Node *expression) {
    const Node *text = expression && expression->kind == HCL_TEMPLATE ? node_first(expression) : NULL;
    return text && text->kind == HCL_TEXT && expression->size == 2 ? node_text(tree, text) : (Str){NULL, 0};
}

bool terraform_local(World *w, const Module *m, const Declaration *call, Str *folder) {
    return local_path(w, m->folder, constant(call->file->tree, terraform_attribute(call->file->tree, call->body, "source")), folder);
}

Module *terraform_called(World *w, const Module *m, const Declaration *call) {
    Str folder;
    if (!terraform_local(w, m, call, &folder)) return NULL;
    Module *called = map_get(&w->by_folder, folder);
    return called && called->has_code ? called : NULL;
}

static void mark_called(World *w) {
    for (uint32_t i = 0; i < w->modules.count; i++) {
        Module *m = w->modules.items[i];
        vec_each(Declaration, item, &m->items) {
            Module *called = item->kind == DECLARED_MODULE ? terraform_called(w, m, item) : NULL;
            if (called && called != m) called->called = true;
        }
    }
}

/* How many items a file gives at most: a list that grows in an arena leaves as much behind. */
static uint32_t count_items(const Tree *tree) {
    uint32_t items = 0;
    node_each(child, tree->nodes) {
        if (child->kind != HCL_BLOCK) continue;
        const Node *body = last_child(child);
        bool locals = body->kind == HCL_BODY && str_is(node_text(tree, node_first(child)), "locals");
        if (!locals) items++;
        else node_each(local, body) items++;
    }
    return items;
}

static void reserve_items(World *w, const SystemFile *files, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        Str path = files[i].source->path;
        if (files[i].tree->grammar == &hcl_grammar && !is_terragrunt(str_base_name(path)) && !is_values_file(path)) module_of(w, str_folder(path))->expected += count_items(files[i].tree);
    }
    for (uint32_t i = 0; i < w->modules.count; i++) {
        Module *m = w->modules.items[i];
        vec_reserve(w->arena, &m->items, m->expected);
        map_reserve(w->arena, &m->by_key, m->expected);
    }
}

void terraform_modules(World *w, const SystemFile *files, uint32_t count) {
    reserve_items(w, files, count);
    for (uint32_t i = 0; i < count; i++) {
        if (!is_override(files[i].source->path)) add_file(w, &files[i]);
    }
    for (uint32_t i = 0; i < count; i++) {
        if (is_override(files[i].source->path)) add_file(w, &files[i]);
    }
    mark_called(w);
}
