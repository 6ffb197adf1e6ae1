/* templates/stacks/NAME.yaml → Stack: its rules and its examples. */
#include "generate/load.h"

static void load_rule(Loading *l, const Node *node, Rule *out) {
    static const Str keys[] = {STR_INIT("file"), STR_INIT("above"), STR_INIT("root"), STR_INIT("sources"), STR_INIT("path"), STR_INIT("section"), STR_INIT("match"), STR_INIT("holds"),
                               STR_INIT("dependency"), STR_INIT("when"), STR_INIT("value"), STR_INIT("release"), STR_INIT("confidence"), STR_INIT("ask"), STR_INIT("why"), STR_INIT("setting")};
    static const char *const levels[] = {"sure", "likely", "guessed"};
    if (!load_keys(l, node, keys, ARRAY_COUNT(keys))) return;
#define GET(key) yaml_get(l->tree, node, key)
    *out = (Rule){.line = source_place(l->source, node_span(l->tree, node).start).line, .file = load_text(l, GET("file")), .above = load_flag(l, GET("above")), .root = load_flag(l, GET("root")),
                  .sources = load_flag(l, GET("sources")), .path = load_text(l, GET("path")), .section = load_text(l, GET("section")),
                  .match = load_regex(l, GET("match")), .holds = load_text(l, GET("holds")),
                  .when = load_program(l, GET("when")), .value = load_blank(l, GET("value")), .release = load_text(l, GET("release")),
                  .ask = load_flag(l, GET("ask")), .setting = load_text(l, GET("setting")), .why = load_prose(l, GET("why"))};
    load_strings(l, GET("dependency"), &out->dependencies, &out->dependency_count);
    Str level = load_text(l, GET("confidence"));
#undef GET
    bool reads = out->file.len || out->sources || out->dependency_count || out->setting.len;
    out->confidence = out->ask ? GUESSED : reads ? SURE : LIKELY;
    for (uint8_t i = 0; i < ARRAY_COUNT(levels); i++) out->confidence = str_is(level, levels[i]) ? i : out->confidence;
    if (!reads && !out->value && !out->release.len) load_fault(l, node, "a rule reads something or says a value");
}

static void load_rules(Loading *l, const Node *map, Stack *out) {
    VEC(FactRules) facts = {0};
    if (!map || map->kind != YAML_MAP) {
        load_fault(l, map, "a map of keys was expected here");
        return;
    }
    for (const Node *key = map + 1, *end = map + map->size; key < end && !l->failed;) {
        const Node *list = key + key->size;
        VEC(Rule) rules = {0};
        FactRules entry = {.fact = load_fact(l, key)};
        if (list->kind != YAML_SEQUENCE) load_fault(l, list, "a list of rules was expected here");
        else {
            node_each(item, list) {
                Rule rule = {0};
                load_rule(l, item, &rule);
                vec_push(l->a, &rules, rule);
            }
        }
        entry.rules = rules.items;
        entry.count = rules.count;
        vec_push(l->a, &facts, entry);
        key = list + list->size;
    }
    out->facts = facts.items;
    out->fact_count = facts.count;
}

static void load_dependencies(Loading *l, const Node *list, Stack *out) {
    static const Str keys[] = {STR_INIT("file"), STR_INIT("keys"), STR_INIT("match")};
    VEC(DependencySource) items = {0};
    if (!list) return;
    node_each(item, list) {
        if (!load_keys(l, item, keys, ARRAY_COUNT(keys))) return;
        DependencySource source = {load_text(l, yaml_get(l->tree, item, "file")), load_text(l, yaml_get(l->tree, item, "keys")), load_regex(l, yaml_get(l->tree, item, "match"))};
        vec_push(l->a, &items, source);
    }
    out->dependencies = items.items;
    out->dependency_count = items.count;
}

/* ---- examples ---- */

static void load_example(Loading *l, const Node *node, StackExample *out) {
    static const Str keys[] = {STR_INIT("name"), STR_INIT("files"), STR_INIT("facts")};
    if (!load_keys(l, node, keys, ARRAY_COUNT(keys))) return;
    VEC(StackFile) files = {0};
    VEC(Expected) facts = {0};
    out->name = load_text(l, yaml_get(l->tree, node, "name"));
    const Node *map = yaml_get(l->tree, node, "files"), *wanted = yaml_get(l->tree, node, "facts");
    if (!out->name.len || !map || map->kind != YAML_MAP || !wanted || wanted->kind != YAML_MAP) {
        load_fault(l, node, "an example has a name, files and facts");
        return;
    }
    for (const Node *key = map + 1, *end = map + map->size; key < end; key += key->size + key[key->size].size) {
        vec_push(l->a, &files, ((StackFile){load_text(l, key), load_text(l, key + key->size)}));
    }
    for (const Node *key = wanted + 1, *end = wanted + wanted->size; key < end; key += key->size + key[key->size].size) {
        vec_push(l->a, &facts, ((Expected){load_fact(l, key), load_text(l, key + key->size)}));
    }
    *out = (StackExample){out->name, files.items, files.count, facts.items, facts.count};
}

static void load_examples(Loading *l, const Node *list, Stack *out) {
    VEC(StackExample) items = {0};
    if (!list) return;
    node_each(item, list) {
        StackExample example = {0};
        load_example(l, item, &example);
        vec_push(l->a, &items, example);
    }
    out->examples = items.items;
    out->example_count = items.count;
}

/* Texts of the stack's own: `dockerfile: |` is files/dockerfile/STACK. */
static void load_texts(Loading *l, const Node *map, Str id) {
    if (!map || map->kind != YAML_MAP) return;
    for (const Node *key = map + 1, *end = map + map->size; key < end && !l->failed; key += key->size + key[key->size].size) {
        Str name = load_text(l, key);
        const Blank *blank = load_blank(l, key + key->size);
        map_put(l->a, &l->out->blanks, str_format(l->a, "%.*s/%.*s", STR_ARGS(name), STR_ARGS(id)), (void *)(uintptr_t)blank);
    }
}

static void load_names(Loading *l, const Node *list, Map *out) {
    const Str *names = NULL;
    uint32_t count = 0;
    load_strings(l, list, &names, &count);
    for (uint32_t i = 0; i < count; i++) map_put(l->a, out, names[i], out);
}

static void load_aside(Loading *l, const Node *root) {
    load_names(l, yaml_get(l->tree, root, "no_units"), &l->out->no_units);
    load_names(l, yaml_get(l->tree, root, "aside"), &l->out->aside);
    load_strings(l, yaml_get(l->tree, root, "aside_files"), &l->out->aside_files, &l->out->aside_file_count);
}

void load_stack(Loading *l, const Node *root, Str id, Stack *out) {
    static const Str keys[] = {STR_INIT("title"), STR_INIT("rank"), STR_INIT("units"), STR_INIT("sources"), STR_INIT("dependencies"), STR_INIT("facts"),
                                STR_INIT("needs"), STR_INIT("texts"), STR_INIT("examples"), STR_INIT("no_units"), STR_INIT("aside"), STR_INIT("aside_files")};
    bool common = out == &l->out->common; /* only that one says what is beside every unit */
    if (!load_keys(l, root, keys, ARRAY_COUNT(keys) - (common ? 0 : 3))) return;
    *out = (Stack){.id = id, .title = load_prose(l, yaml_get(l->tree, root, "title")), .rank = load_number(l, yaml_get(l->tree, root, "rank"))};
    load_strings(l, yaml_get(l->tree, root, "units"), &out->signs, &out->sign_count);
    load_strings(l, yaml_get(l->tree, root, "sources"), &out->endings, &out->ending_count);
    load_dependencies(l, yaml_get(l->tree, root, "dependencies"), out);
    load_rules(l, yaml_get(l->tree, root, "facts"), out);
    load_facts(l, yaml_get(l->tree, root, "needs"), &out->needs, &out->need_count);
    load_texts(l, yaml_get(l->tree, root, "texts"), id);
    load_examples(l, yaml_get(l->tree, root, "examples"), out);
    if (common) load_aside(l, root);
}
