/* templates/ → Templates, key by key. A key that nobody knows, a fact that no table has or an expression that does not compile is an error that
 * names its line: the program is then not built.
 * Invariant: what was loaded is complete: every text that a kind names by a constant is there. */
#include "generate/load.h"

#include "generate/templates.h"

#include <stdlib.h>

bool load_fault(Loading *l, const Node *node, const char *format, ...) {
    uint32_t line = source_place(l->source, node ? node_span(l->tree, node).start : 0).line;
    va_list args;
    va_start(args, format);
    if (!l->failed) error_at(l->err, l->source->path, line, format, args);
    va_end(args);
    l->failed = true;
    return false;
}

Str load_text(Loading *l, const Node *node) {
    if (!node) return (Str){NULL, 0};
    if (node->kind == YAML_SCALAR) return yaml_scalar(l->tree, node, l->a);
    load_fault(l, node, "a text was expected here");
    return (Str){NULL, 0};
}

Prose load_prose(Loading *l, const Node *node) {
    Prose out = {0};
    if (!node) return out;
    if (node->kind == YAML_SCALAR) return (Prose){{load_text(l, node), load_text(l, node)}};
    static const char *const languages[] = {"en", "es"};
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        const Node *text = yaml_get(l->tree, node, languages[i]);
        if (!text) load_fault(l, node, "'%s' needs both languages: {en: …, es: …}; '%s' is missing", "prose", languages[i]);
        out.in[i] = load_text(l, text);
    }
    return out;
}

void load_strings(Loading *l, const Node *node, const Str **out, uint32_t *count) {
    VEC(Str) items = {0};
    if (node && node->kind == YAML_SCALAR) vec_push(l->a, &items, load_text(l, node));
    if (node && node->kind == YAML_SEQUENCE) {
        node_each(item, node) vec_push(l->a, &items, load_text(l, item));
    }
    *out = items.items;
    *count = items.count;
}

bool load_keys(Loading *l, const Node *map, const Str *allowed, uint32_t count) {
    if (!map || map->kind != YAML_MAP) return load_fault(l, map, "a map of keys was expected here");
    for (const Node *key = map + 1, *end = map + map->size; key < end;) {
        Str name = load_text(l, key);
        bool known = false;
        for (uint32_t i = 0; i < count; i++) known = known || str_eq(allowed[i], name);
        if (!known) {
            Str nearest = str_nearest(name, allowed, count);
            return load_fault(l, key, "unknown key '%.*s'%s%.*s", STR_ARGS(name), nearest.len ? "; nearest is " : "", STR_ARGS(nearest));
        }
        const Node *value = key + key->size;
        key = value + value->size;
    }
    return true;
}

bool load_flag(Loading *l, const Node *node) { return node && str_is(load_text(l, node), "true"); }

int64_t load_number(Loading *l, const Node *node) {
    int64_t n = 0;
    if (node && !str_to_int(load_text(l, node), &n)) load_fault(l, node, "a number was expected here");
    return n;
}

const CelProgram *load_program(Loading *l, const Node *node) {
    if (!node || l->failed) return NULL;
    CelProgram *program = arena_new(l->a, CelProgram);
    CelEnv env = {.mode = CEL_CHECK, .variables = l->out->variables, .variable_count = l->out->variable_count};
    CelFault why;
    if (cel_compile(load_text(l, node), &env, l->a, program, &why)) return program;
    l->failed = true;
    *l->err = why.why;
    error_place(l->err, l->source->path, source_place(l->source, node_span(l->tree, node).start).line);
    return NULL;
}

const Blank *load_blank(Loading *l, const Node *node) {
    if (!node || l->failed) return NULL;
    Blank *blank = arena_zero(l->a, sizeof *blank);
    Str name = str_format(l->a, "%.*s:%u", STR_ARGS(l->source->path), source_place(l->source, node_span(l->tree, node).start).line);
    l->failed = !blank_load(name, load_text(l, node), l->out->variables, l->out->variable_count, l->a, blank, l->err);
    return blank;
}

const Regex *load_regex(Loading *l, const Node *node) {
    Regex *regex = NULL;
    if (!node || l->failed) return NULL;
    if (!regex_compile(load_text(l, node), l->a, &regex, l->err)) {
        l->failed = true;
        error_place(l->err, l->source->path, source_place(l->source, node_span(l->tree, node).start).line);
    }
    return regex;
}

uint32_t load_fact(Loading *l, const Node *node) {
    Str name = load_text(l, node);
    int fact = fact_find(l->out, name);
    if (fact < 0) load_fault(l, node, "no fact '%.*s' in templates/facts.yaml", STR_ARGS(name));
    return fact < 0 ? 0 : (uint32_t)fact;
}

void load_facts(Loading *l, const Node *node, const uint32_t **out, uint32_t *count) {
    VEC(uint32_t) items = {0};
    if (node) {
        node_each(item, node) vec_push(l->a, &items, load_fact(l, item));
    }
    *out = items.items;
    *count = items.count;
}

/* ---- facts.yaml ---- */

static void load_fact_table(Loading *l, const Node *root) {
    static const char *const types[] = {"word", "name", "path", "port", "version", "route", "flag", "line", "exec"};
    for (const Node *key = root + 1, *end = root + root->size; key < end && !l->failed;) {
        const Node *value = key + key->size;
        Str type = load_text(l, yaml_get(l->tree, value, "type"));
        int index = -1;
        for (size_t i = 0; i < ARRAY_COUNT(types); i++) index = str_is(type, types[i]) ? (int)i : index;
        if (index < 0) load_fault(l, value, "no type '%.*s' of facts", STR_ARGS(type));
        vec_push(l->a, &l->out->facts, ((Fact){load_text(l, key), (uint8_t)index, load_prose(l, yaml_get(l->tree, value, "title"))}));
        key = value + value->size;
    }
    static const Str extras[EXTRA_COUNT] = {STR_INIT("stack"), STR_INIT("folder"), STR_INIT("units"), STR_INIT("here"), STR_INIT("it"), STR_INIT("at")};
    Templates *t = l->out;
    if (t->facts.count + EXTRA_COUNT > VARIABLES_MAX) load_fault(l, root, "more than %d facts", VARIABLES_MAX - EXTRA_COUNT);
    for (uint32_t i = 0; i < t->facts.count && !l->failed; i++) t->variables[t->variable_count++] = (CelVariable){.name = t->facts.items[i].name};
    for (uint32_t i = 0; i < EXTRA_COUNT && !l->failed; i++) t->variables[t->variable_count++] = (CelVariable){.name = extras[i]};
}

/* ---- kinds ---- */

static void load_kind_file(Loading *l, const Node *node, KindFile *out) {
    static const Str keys[] = {STR_INIT("path"), STR_INIT("text"), STR_INIT("each"), STR_INIT("executable"), STR_INIT("when")};
    if (!load_keys(l, node, keys, ARRAY_COUNT(keys))) return;
    const Blank *path = load_blank(l, yaml_get(l->tree, node, "path")), *text = load_blank(l, yaml_get(l->tree, node, "text"));
    if (!path || !text) {
        load_fault(l, node, "a file of a kind has a path and a text");
        return;
    }
    out->path = *path;
    out->text = *text;
    out->each = load_flag(l, yaml_get(l->tree, node, "each"));
    out->executable = load_flag(l, yaml_get(l->tree, node, "executable"));
    out->when = load_program(l, yaml_get(l->tree, node, "when"));
}

static void load_after(Loading *l, const Node *list, Kind *out) {
    static const Str keys[] = {STR_INIT("kind"), STR_INIT("when")};
    VEC(KindNeed) needs = {0};
    if (!list || list->kind != YAML_SEQUENCE) return;
    node_each(item, list) {
        if (!load_keys(l, item, keys, ARRAY_COUNT(keys))) return;
        KindNeed need = {load_text(l, yaml_get(l->tree, item, "kind")), load_program(l, yaml_get(l->tree, item, "when"))};
        vec_push(l->a, &needs, need);
    }
    out->after = needs.items;
    out->after_count = needs.count;
}

static void load_tasks(Loading *l, const Node *list, Kind *out) {
    static const Str keys[] = {STR_INIT("when"), STR_INIT("each"), STR_INIT("say"), STR_INIT("at")};
    static const char *const languages[LANGUAGE_COUNT] = {"en", "es"};
    VEC(KindTask) tasks = {0};
    if (!list || list->kind != YAML_SEQUENCE) return;
    node_each(item, list) {
        if (!load_keys(l, item, keys, ARRAY_COUNT(keys))) return;
        const Node *say = yaml_get(l->tree, item, "say");
        KindTask task = {.when = load_program(l, yaml_get(l->tree, item, "when")), .each = load_flag(l, yaml_get(l->tree, item, "each")), .at = load_blank(l, yaml_get(l->tree, item, "at"))};
        for (int i = 0; i < LANGUAGE_COUNT; i++) {
            const Node *text = say && say->kind == YAML_MAP ? yaml_get(l->tree, say, languages[i]) : NULL;
            if (!text) load_fault(l, item, "'%s' needs both languages: {en: …, es: …}; '%s' is missing", "say", languages[i]);
            task.say[i] = load_blank(l, text);
        }
        vec_push(l->a, &tasks, task);
    }
    out->tasks = tasks.items;
    out->task_count = tasks.count;
}

static void load_kind(Loading *l, const Node *root, Str id) {
    static const Str keys[] = {STR_INIT("title"), STR_INIT("rank"), STR_INIT("alone"), STR_INIT("needs"), STR_INIT("files"), STR_INIT("after"), STR_INIT("tasks")};
    if (!load_keys(l, root, keys, ARRAY_COUNT(keys))) return;
    Kind k = {.id = id, .title = load_prose(l, yaml_get(l->tree, root, "title")), .rank = load_number(l, yaml_get(l->tree, root, "rank")),
              .alone = load_flag(l, yaml_get(l->tree, root, "alone"))};
    load_facts(l, yaml_get(l->tree, root, "needs"), &k.needs, &k.need_count);
    load_after(l, yaml_get(l->tree, root, "after"), &k);
    load_tasks(l, yaml_get(l->tree, root, "tasks"), &k);
    VEC(KindFile) files = {0};
    const Node *list = yaml_get(l->tree, root, "files");
    if (!list || list->kind != YAML_SEQUENCE) load_fault(l, root, "a kind has a list of files");
    else {
        node_each(item, list) {
            KindFile file = {0};
            load_kind_file(l, item, &file);
            vec_push(l->a, &files, file);
        }
    }
    k.files = files.items;
    k.file_count = files.count;
    vec_push(l->a, &l->out->kinds, k);
}

/* ---- all of it ---- */

static bool in_folder(Str name, const char *folder, Str *id) {
    Str f = str_of(folder);
    if (!str_starts(name, f)) return false;
    *id = str_skip(name, f.len);
    if (str_ends(*id, STR(".yaml"))) *id = str_slice(*id, 0, id->len - 5);
    return true;
}

static bool load_yaml(const TemplateFile *file, Arena *a, Templates *out, Str id, void (*load)(Loading *, const Node *, Str), Error *err) {
    Source *source = arena_new(a, Source);
    *source = (Source){.path = str_format(a, "templates/%.*s", STR_ARGS(file->name)), .bytes = file->bytes};
    vec_push(a, &out->sources, source);
    Loading l = {.a = a, .out = out, .source = source, .tree = yaml_parse(text_of_source(source)), .err = err};
    const Node *root = yaml_root(l.tree);
    if (source->problems.count || !root || root->kind != YAML_MAP) {
        uint32_t at = source->problems.count ? source->problems.items[0].span.start : 0;
        return error_set(err, "%.*s:%u: this is not valid YAML (%.*s)", STR_ARGS(source->path), source_place(source, at).line, STR_ARGS(file->name));
    }
    load(&l, root, id);
    return !l.failed;
}

static void load_table(Loading *l, const Node *root, Str id) {
    (void)id;
    load_fact_table(l, root);
}

static void load_repository(Loading *l, const Node *root, Str id) { load_stack(l, root, id, &l->out->repository); }

static void load_common(Loading *l, const Node *root, Str id) { load_stack(l, root, id, &l->out->common); }

static void load_one_stack(Loading *l, const Node *root, Str id) {
    Stack stack = {0};
    load_stack(l, root, id, &stack);
    vec_push(l->a, &l->out->stacks, stack);
}

static bool load_file(const TemplateFile *file, int pass, Arena *a, Templates *out, Error *err) {
    Str id;
    if (pass == 0) return !str_is(file->name, "facts.yaml") || load_yaml(file, a, out, STR("facts"), load_table, err);
    if (str_is(file->name, "repository.yaml")) return load_yaml(file, a, out, STR("repository"), load_repository, err);
    if (str_is(file->name, "common.yaml")) return load_yaml(file, a, out, STR("common"), load_common, err);
    if (in_folder(file->name, "stacks/", &id)) return load_yaml(file, a, out, id, load_one_stack, err);
    if (in_folder(file->name, "kinds/", &id)) return load_yaml(file, a, out, id, load_kind, err);
    if (!in_folder(file->name, "files/", &id)) return true;
    Blank *blank = arena_zero(a, sizeof *blank);
    map_put(a, &out->blanks, id, blank);
    return blank_load(str_format(a, "templates/%.*s", STR_ARGS(file->name)), file->bytes, out->variables, out->variable_count, a, blank, err);
}

static int by_rank(int64_t a, int64_t b, Str a_id, Str b_id) { return a != b ? a < b ? -1 : 1 : str_compare(a_id, b_id); }
static int compare_stacks(const void *a, const void *b) { return by_rank(((const Stack *)a)->rank, ((const Stack *)b)->rank, ((const Stack *)a)->id, ((const Stack *)b)->id); }
static int compare_kinds(const void *a, const void *b) { return by_rank(((const Kind *)a)->rank, ((const Kind *)b)->rank, ((const Kind *)a)->id, ((const Kind *)b)->id); }

bool templates_load(const TemplateFile *files, uint32_t count, Arena *a, Templates *out, Error *err) {
    *out = (Templates){0};
    for (int pass = 0; pass < 2; pass++) { /* the table of facts first: everything else names them */
        for (uint32_t i = 0; i < count; i++) {
            if (!load_file(&files[i], pass, a, out, err)) return false;
        }
    }
    if (out->stacks.count) qsort(out->stacks.items, out->stacks.count, sizeof(Stack), compare_stacks);
    if (out->kinds.count) qsort(out->kinds.items, out->kinds.count, sizeof(Kind), compare_kinds);
    return true;
}

void templates_free(Templates *t) {
    for (uint32_t i = 0; i < t->sources.count; i++) arena_free(&t->sources.items[i]->arena);
}

int fact_find(const Templates *t, Str name) {
    for (uint32_t i = 0; i < t->facts.count; i++) {
        if (str_eq(t->facts.items[i].name, name)) return (int)i;
    }
    return -1;
}

const Kind *kind_find(const Templates *t, Str id) {
    for (uint32_t i = 0; i < t->kinds.count; i++) {
        if (str_eq(t->kinds.items[i].id, id)) return &t->kinds.items[i];
    }
    return NULL;
}

const Stack *stack_find(const Templates *t, Str id) {
    for (uint32_t i = 0; i < t->stacks.count; i++) {
        if (str_eq(t->stacks.items[i].id, id)) return &t->stacks.items[i];
    }
    return NULL;
}
