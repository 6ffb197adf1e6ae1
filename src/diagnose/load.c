#include "diagnose/load.h"

#include "parse/yaml.h"

typedef struct Loader {
    Arena *arena;
    Error *err;
    Source source;
    const Tree *tree;
    Str id; /* of the cause at hand */
    bool failed;
} Loader;

/* Faults of our own files are told by the build, in English. */
static bool slip(Loader *l, const Node *node, const char *format, ...) {
    va_list args;
    va_start(args, format);
    uint32_t line = node ? source_place(&l->source, node_span(l->tree, node).start).line : 1;
    if (!l->failed) error_at(l->err, l->source.path, line, format, args);
    va_end(args);
    l->failed = true;
    return false;
}

static Str text(Loader *l, const Node *node) {
    if (!node) return (Str){NULL, 0};
    if (node->kind != YAML_SCALAR) slip(l, node, "a text is wanted here");
    return node->kind == YAML_SCALAR ? str_copy(l->arena, yaml_scalar(l->tree, node, l->arena)) : (Str){NULL, 0};
}

static void known_keys(Loader *l, const Node *map, const char *const *keys, size_t count) {
    for (const Node *key = map + 1; key < map + map->size;) {
        const Node *value = key + key->size;
        Str name = text(l, key);
        bool known = false;
        for (size_t i = 0; i < count; i++) known = known || str_is(name, keys[i]);
        if (!known) slip(l, key, "there is no such key");
        key = value + value->size;
    }
}

static int word_of(Loader *l, const Node *node, const char *const *words, size_t count, const char *message) {
    Str name = text(l, node);
    for (size_t i = 0; i < count; i++) {
        if (str_is(name, words[i])) return (int)i;
    }
    slip(l, node, message);
    return 0;
}

static Prose prose(Loader *l, const Node *map, const char *key) {
    static const char *const keys[] = {"en", "es"};
    const Node *node = yaml_get(l->tree, map, key);
    Prose p = {{{NULL, 0}, {NULL, 0}}};
    if (!node || node->kind != YAML_MAP) slip(l, map, "`what` and `act` are texts in both languages: {en: …, es: …}");
    if (l->failed) return p;
    known_keys(l, node, keys, ARRAY_COUNT(keys));
    for (int i = 0; i < LANGUAGE_COUNT; i++) {
        p.in[i] = text(l, yaml_get(l->tree, node, keys[i]));
        if (!p.in[i].len || str_ends(p.in[i], STR("."))) slip(l, node, "a text stands here in both languages, without a full stop");
    }
    return p;
}

/* Endings between blanks, as diagnose.c asks for them. */
static Str endings(Loader *l, const Node *list) {
    Buf out = {0};
    if (list && list->kind != YAML_SEQUENCE) slip(l, list, "`files` is a list of endings");
    if (list && list->kind == YAML_SEQUENCE) {
        node_each(item, list) {
            if (out.len) buf_byte(&out, ' ');
            buf_add(&out, text(l, item));
        }
    }
    Str all = str_copy(l->arena, buf_str(&out));
    buf_free(&out);
    return all;
}

static void check_pattern(Loader *l, const Node *map, Str pattern) {
    Regex *regex;
    Error err;
    if (pattern.len && !regex_compile(pattern, l->arena, &regex, &err)) slip(l, map, "the pattern is none");
}

static void check_cause(Loader *l, const Node *map, const Cause *c) {
    bool named = false;
    for (int i = 0; i < LANGUAGE_COUNT; i++) named = named || str_has(c->what.in[i], STR("{1}")) || str_has(c->act.in[i], STR("{1}"));
    if (!c->pattern.len) slip(l, map, "`pattern` is missing");
    if (named && !str_has(c->pattern, STR("("))) slip(l, map, "{1} is what a group of the pattern finds, and it has none");
    if ((c->seek == SEEK_PLACE) != (c->place.len > 0)) slip(l, map, "`place` is what `look_for: place` looks for");
    if ((c->seek == SEEK_WORD || c->seek == SEEK_PLACE) != (c->files.len > 0)) slip(l, map, "`files` says where a word or a place is looked for");
    check_pattern(l, map, c->pattern);
    check_pattern(l, map, c->place);
}

static void add_prints(Loader *l, const Node *map, CauseFile *out) {
    static const char *const keys[] = {"line", "names"};
    const Node *list = yaml_get(l->tree, map, "prints"), *passes = yaml_get(l->tree, map, "passes");
    if (!list || list->kind != YAML_SEQUENCE || !node_first(list)) slip(l, map, "`prints` shows at least one line that a system prints");
    if (l->failed) return;
    node_each(item, list) {
        bool plain = item->kind != YAML_MAP;
        if (!plain) known_keys(l, item, keys, ARRAY_COUNT(keys));
        CausePrint print = {text(l, plain ? item : yaml_get(l->tree, item, "line")), plain ? (Str){NULL, 0} : text(l, yaml_get(l->tree, item, "names"))};
        vec_push(l->arena, &out->prints, print);
    }
    if (passes && passes->kind == YAML_SEQUENCE) {
        node_each(item, passes) vec_push(l->arena, &out->passes, text(l, item));
    }
}

static void add_cause(Loader *l, const Node *map, CauseFile *out) {
    static const char *const keys[] = {"sure", "holds", "pattern", "look_for", "files", "place", "what", "act", "prints", "passes"};
    static const char *const ranks[] = {"proven", "consistent", "symptom"}, *const seeks[] = {"nothing", "word", "place", "path"};
    if (map->kind != YAML_MAP) slip(l, map, "a cause is a map");
    if (l->failed) return;
    known_keys(l, map, keys, ARRAY_COUNT(keys));
    const Node *look_for = yaml_get(l->tree, map, "look_for"), *sure = yaml_get(l->tree, map, "sure");
    Cause c = {.id = l->id, .rank = (uint8_t)word_of(l, sure ? sure : map, ranks, ARRAY_COUNT(ranks), "`sure` is proven, consistent or symptom")};
    c.seek = look_for ? (uint8_t)word_of(l, look_for, seeks, ARRAY_COUNT(seeks), "`look_for` is word, place or path") : SEEK_NOTHING;
    c.holds = text(l, yaml_get(l->tree, map, "holds"));
    c.pattern = text(l, yaml_get(l->tree, map, "pattern"));
    c.files = endings(l, yaml_get(l->tree, map, "files"));
    c.place = text(l, yaml_get(l->tree, map, "place"));
    c.what = prose(l, map, "what");
    c.act = prose(l, map, "act");
    check_cause(l, map, &c);
    add_prints(l, map, out);
    vec_push(l->arena, &out->causes, c);
    vec_push(l->arena, &out->print_ends, out->prints.count);
}

bool causes_load(Str name, Str bytes, Arena *a, CauseFile *out, Error *err) {
    static const char *const keys[] = {"order", "causes"};
    *out = (CauseFile){0};
    Loader l = {.arena = a, .err = err, .id = STR("causes")};
    source_init(&l.source, name, bytes);
    l.tree = yaml_parse(text_of_source(&l.source));
    const Node *root = yaml_root(l.tree), *order = root ? yaml_get(l.tree, root, "order") : NULL, *causes = root ? yaml_get(l.tree, root, "causes") : NULL;
    if (l.source.problems.count) slip(&l, NULL, "this is no YAML, or a key stands twice: line %u", source_place(&l.source, l.source.problems.items[0].span.start).line);
    else if (!order || !causes || causes->kind != YAML_MAP) slip(&l, NULL, "a file of causes is YAML with `order` and `causes`");
    else {
        known_keys(&l, root, keys, ARRAY_COUNT(keys));
        if (!str_to_int(text(&l, order), &out->order)) slip(&l, order, "`order` is a number");
        for (const Node *key = causes + 1; key < causes + causes->size && !l.failed;) {
            const Node *value = key + key->size;
            l.id = text(&l, key);
            add_cause(&l, value, out);
            key = value + value->size;
        }
    }
    source_free(&l.source);
    return !l.failed;
}
