/* configMapGenerator and secretGenerator: objects made of literals, files and env files. Each value points at the literal, or at the
 * line of the file, that it comes from. https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/configmapgenerator/ */
#include "systems/kustomize/build.h"

#include "base/digest.h"
#include "base/utf8.h"

#include <stdlib.h>

typedef struct Generator {
    Build *build;
    Value entry;       /* of the list */
    bool is_secret;
    BuiltNode *root, *data, *binary;
    VEC(Entry) literals;
} Generator;

/* ---- data ---- */

#define BASE64_LINE 70

/* What is longer than a line is written in lines. */
static Str base64(Build *b, Str bytes) {
    Str all = digest_base64(bytes, b->arena);
    if (all.len <= BASE64_LINE) return all;
    Buf out = {0};
    for (size_t i = 0; i < all.len; i += BASE64_LINE) {
        buf_add(&out, str_slice(all, i, MIN(i + BASE64_LINE, all.len)));
        buf_byte(&out, '\n');
    }
    all = str_copy(b->arena, buf_str(&out));
    buf_free(&out);
    return all;
}

static void add_data(Generator *g, Str key, Str bytes, Value origin) {
    Build *b = g->build;
    bool text = utf8_invalid(bytes) == STR_NONE;
    BuiltNode **map = g->is_secret || text ? &g->data : &g->binary;
    if (!*map) {
        *map = built_new(b->tree, BUILT_MAP, g->entry);
        built_set(b->tree, g->root, value_string(map == &g->data ? STR("data") : STR("binaryData")), *map);
    }
    BuiltNode *value = built_text(b->tree, g->is_secret || !text ? base64(b, bytes) : bytes, origin);
    if (!g->is_secret && text) value->value.flags &= (uint8_t)~VALUE_DERIVED;
    built_set(b->tree, *map, value_at(value_string(str_copy(b->arena, key)), origin.source, origin.span), value);
}

/* The part of a scalar that `part`, a slice of its text, stands for: as exact as it is written straight. */
static Value part_of(Value scalar, Str part) {
    Str text = value_text(scalar), raw = scalar.source ? source_slice(scalar.source, scalar.span) : (Str){NULL, 0};
    size_t at = part.len ? str_find(raw, text) : STR_NONE;
    if (at == STR_NONE) return scalar;
    uint32_t start = scalar.span.start + (uint32_t)at + (uint32_t)(part.at - text.at);
    return value_at(scalar, scalar.source, (Span){start, start + (uint32_t)part.len});
}

/* Without one pair of quotes around it. */
static Str unquoted(Str s) {
    bool quoted = s.len >= 2 && (s.at[0] == '"' || s.at[0] == '\'') && s.at[s.len - 1] == s.at[0];
    return quoted ? str_slice(s, 1, s.len - 1) : s;
}

static void add_literals(Generator *g) {
    Build *b = g->build;
    uint32_t count;
    const Value *items = value_items(value_field(g->entry, "literals", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        Str key, value;
        if (!str_cut(value_text(items[i]), '=', &key, &value) || !key.len) build_fail(b, PROBLEM_KUSTOMIZE_INVALID, items[i], value_text(items[i]));
        else {
            Value plain = part_of(items[i], unquoted(value));
            add_data(g, key, unquoted(value), plain);
            vec_push(b->arena, &g->literals, ((Entry){value_string(key), value_at(value_string(unquoted(value)), plain.source, plain.span)}));
        }
    }
}

static BuildFile *file_of(Generator *g, Str text, Value entry) {
    Str path;
    if (!read_path(g->build, text, &path)) {
        build_gap(g->build, PROBLEM_KUSTOMIZE_NOT_FETCHED, entry, text);
        return NULL;
    }
    BuildFile *file = read_file(g->build->world, path);
    if (!file) build_fail(g->build, PROBLEM_KUSTOMIZE_MISSING, entry, text);
    return file;
}

static void add_files(Generator *g) {
    Build *b = g->build;
    uint32_t count;
    const Value *items = value_items(value_field(g->entry, "files", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < count && !b->is_failed; i++) {
        Str key, path, text = value_text(items[i]);
        if (!str_cut(text, '=', &key, &path)) {
            path = text;
            key = str_base_name(text);
        }
        BuildFile *file = file_of(g, path, items[i]);
        if (file) add_data(g, key, file->source->bytes, value_at(value_string(file->source->bytes), file->source, (Span){0, (uint32_t)file->source->bytes.len}));
    }
}

/* KEY=value lines; what has no value comes from the environment of who builds. */
static void add_env_file(Generator *g, Value entry) {
    BuildFile *file = file_of(g, value_text(entry), entry);
    if (!file) return;
    Str rest = file->source->bytes, line;
    if (str_starts(rest, STR("\xEF\xBB\xBF"))) rest = str_skip(rest, 3);
    while (rest.len && str_next(&rest, '\n', &line)) {
        Str key, value;
        while (line.len && (line.at[0] == ' ' || line.at[0] == '\t')) line = str_skip(line, 1);
        if (str_ends(line, STR("\r"))) line = str_slice(line, 0, line.len - 1);
        if (!line.len || line.at[0] == '#') continue;
        if (!str_cut(line, '=', &key, &value)) {
            build_gap(g->build, PROBLEM_KUSTOMIZE_NOT_APPLIED, entry, key);
            continue;
        }
        uint32_t at = (uint32_t)(value.at - file->source->bytes.at);
        add_data(g, key, value, value_at(value_string(value), file->source, (Span){at, at + (uint32_t)value.len}));
    }
}

static void add_env_files(Generator *g) {
    Build *b = g->build;
    uint32_t count;
    const Value *items = value_items(value_field(g->entry, "envs", b->arena), &count, b->arena);
    Value one = value_field(g->entry, "env", b->arena);
    for (uint32_t i = 0; i < count && !b->is_failed; i++) add_env_file(g, items[i]);
    if (one.kind == VALUE_STRING) add_env_file(g, one);
}

/* ---- the object ---- */

static void set_scalar(Generator *g, BuiltNode *map, const char *key, Value v) {
    built_set(g->build->tree, map, value_string(str_of(key)), built_whole(g->build->tree, v));
}

static Value constant(Generator *g, const char *text) {
    Value v = value_string(str_of(text));
    v.flags |= VALUE_DERIVED;
    return value_at(v, g->entry.source, value_absent(g->entry).span);
}

static void add_map(Generator *g, BuiltNode *meta, const char *key, Value options) {
    Value pairs = value_field(options, key, g->build->arena);
    uint32_t count;
    const Entry *entries = value_entries(pairs, &count, g->build->arena);
    BuiltNode *map = count ? built_map_at(g->build->tree, meta, str_of(key), pairs) : NULL;
    for (uint32_t i = 0; map && i < count; i++) built_set(g->build->tree, map, entries[i].key, built_whole(g->build->tree, entries[i].value));
}

static Value option(Generator *g, const char *key) {
    Value own = value_path(g->entry, "options", g->build->arena), v = value_field(own, key, g->build->arena);
    return value_is_null(v) ? value_field(build_field(g->build, "generatorOptions"), key, g->build->arena) : v;
}

/* A generator that is an object has them where objects have them. */
static Value named(Generator *g, const char *key) {
    Value v = value_field(g->entry, key, g->build->arena);
    return value_is_null(v) ? value_field(value_field(g->entry, "metadata", g->build->arena), key, g->build->arena) : v;
}

static void make_object(Generator *g) {
    Build *b = g->build;
    Value all = build_field(b, "generatorOptions"), own = value_field(g->entry, "options", b->arena), space = named(g, "namespace");
    Value type = value_field(g->entry, "type", b->arena), immutable = option(g, "immutable");
    g->root = built_new(b->tree, BUILT_MAP, g->entry);
    BuiltNode *meta = built_new(b->tree, BUILT_MAP, g->entry);
    set_scalar(g, g->root, "apiVersion", constant(g, "v1"));
    set_scalar(g, g->root, "kind", constant(g, g->is_secret ? "Secret" : "ConfigMap"));
    built_set(b->tree, g->root, value_string(STR("metadata")), meta);
    set_scalar(g, meta, "name", named(g, "name"));
    if (!value_is_null(space)) set_scalar(g, meta, "namespace", space);
    static const char *const maps[] = {"labels", "annotations"};
    for (size_t i = 0; i < ARRAY_COUNT(maps); i++) {
        add_map(g, meta, maps[i], all);
        add_map(g, meta, maps[i], own);
    }
    if (g->is_secret) set_scalar(g, g->root, "type", type.kind == VALUE_STRING ? type : constant(g, "Opaque"));
    if (str_is(scalar_text(immutable, b->arena), "true")) set_scalar(g, g->root, "immutable", immutable);
    add_env_files(g);
    add_literals(g);
    add_files(g);
}

/* ---- behavior ---- */

/* `from` over `to`, for maps that both may have. */
static void lay_over(Build *b, Resource *to, Resource *from, const char *path) {
    BuiltNode *theirs = built_path(b->tree, from->root, path);
    Str outer = str_of(path), key = outer;
    BuiltNode *parent = to->root;
    if (!theirs || !built_open(b->tree, theirs)) return;
    if (str_cut(outer, '.', &outer, &key)) parent = built_get(b->tree, to->root, outer);
    else key = outer;
    BuiltNode *map = parent ? built_map_at(b->tree, parent, key, built_value(b->tree, theirs)) : NULL;
    for (uint32_t i = 0; map && i < theirs->entries.count; i++) built_set(b->tree, map, theirs->entries.items[i].key, theirs->entries.items[i].node);
}

static void amend(Build *b, Resource *old, Resource *r, bool merge) {
    static const char *const maps[] = {"metadata.labels", "metadata.annotations"};
    static const char *const data[] = {"data", "binaryData"};
    for (size_t i = 0; i < ARRAY_COUNT(maps); i++) lay_over(b, old, r, maps[i]);
    for (size_t i = 0; i < ARRAY_COUNT(data); i++) {
        if (!merge) built_remove(b->tree, old->root, str_of(data[i]));
        lay_over(b, old, r, data[i]);
    }
    static const char *const last[] = {"immutable", "type"}; /* the last word counts, also where it says nothing */
    for (size_t i = 0; i < ARRAY_COUNT(last); i++) {
        BuiltNode *said = built_get(b->tree, r->root, str_of(last[i]));
        built_remove(b->tree, old->root, str_of(last[i]));
        if (said) built_set(b->tree, old->root, value_string(str_of(last[i])), said);
    }
    for (uint32_t i = 0; i < r->layers.count; i++) resource_layer(b, old, r->layers.items[i].source, r->layers.items[i].span);
    for (uint32_t i = 0; i < r->literals.count; i++) vec_push(b->arena, &old->literals, r->literals.items[i]);
    old->needs_hash = old->needs_hash && r->needs_hash;
}

/* Either may switch it off, and none of them on again. */
static bool is_unhashed(Build *b, Value options) { return str_is(build_string(b, options, "disableNameSuffixHash"), "true"); }

void generate_resource(Build *b, ResourceVec *list, Value entry, bool is_secret) {
    Generator g = {.build = b, .entry = entry, .is_secret = is_secret};
    Str behavior = build_string(b, entry, "behavior");
    if (!scalar_text(named(&g, "name"), b->arena).len) {
        build_fail(b, PROBLEM_KUSTOMIZE_INVALID, entry, STR("name"));
        return;
    }
    make_object(&g);
    Resource *r = resource_new(b, g.root, b->at->source->path), *old = NULL;
    Value whole = value_absent(entry);
    r->layers.items[0] = (Layer){entry.source, entry.source ? span_join(entry.span, whole.span) : entry.span};
    for (uint32_t i = 0; is_secret && i < g.literals.count; i++) vec_push(b->arena, &r->literals, g.literals.items[i]);
    r->needs_hash = !is_unhashed(b, build_field(b, "generatorOptions")) && !is_unhashed(b, value_field(entry, "options", b->arena));
    bool merge = str_is(behavior, "merge"), replace = str_is(behavior, "replace");
    for (uint32_t i = 0; i < list->count && (merge || replace); i++) {
        if (resource_was(list->items[i], &r->id)) old = list->items[i];
    }
    if (old) amend(b, old, r, merge);
    else if (!merge && !replace) resource_add(b, list, r, entry);
    else if (b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, entry, r->id.name);
    else build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, entry, r->id.name);
}

void generate_resources(Build *b, ResourceVec *list) {
    static const char *const keys[] = {"configMapGenerator", "secretGenerator"};
    if (build_field(b, keys[0]).kind != VALUE_TREE && build_field(b, keys[1]).kind != VALUE_TREE) return;
    resources_index(b, list);
    for (size_t k = 0; k < ARRAY_COUNT(keys); k++) {
        uint32_t count;
        const Value *entries = value_items(build_field(b, keys[k]), &count, b->arena);
        for (uint32_t i = 0; i < count && !b->is_failed; i++) generate_resource(b, list, entries[i], k == 1);
    }
}

/* ---- the hash in a name ---- */

/* A JSON string as Go's encoder writes it: what could end a script in HTML is escaped, too. */
static void json_text(Str text, Buf *out) {
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        uint8_t c = (uint8_t)text.at[i];
        bool separator = c == 0xE2 && i + 2 < text.len && (uint8_t)text.at[i + 1] == 0x80 && ((uint8_t)text.at[i + 2] & 0xFE) == 0xA8;
        if (separator) {
            buf_print(out, "\\u202%x", (uint8_t)text.at[i + 2] & 0xF);
            i += 2;
        } else if (c == '"' || c == '\\') buf_print(out, "\\%c", c);
        else if (c == '\n') buf_lit(out, "\\n");
        else if (c == '\r') buf_lit(out, "\\r");
        else if (c == '\t') buf_lit(out, "\\t");
        else if (c == '\b') buf_lit(out, "\\b");
        else if (c == '\f') buf_lit(out, "\\f");
        else if (c < 0x20 || c == '<' || c == '>' || c == '&') buf_print(out, "\\u%04x", c);
        else buf_byte(out, (char)c);
    }
    buf_byte(out, '"');
}

static int by_key(const void *x, const void *y) { return str_compare(value_text(((const Entry *)x)->key), value_text(((const Entry *)y)->key)); }

static void json_map(Build *b, Value map, Buf *out) {
    uint32_t count;
    const Entry *entries = value_entries(map, &count, b->arena);
    if (!value_is_map(map)) {
        buf_lit(out, "\"\"");
        return;
    }
    Entry *sorted = arena_array(b->arena, Entry, count);
    if (count) memcpy(sorted, entries, count * sizeof *sorted);
    qsort(sorted, count, sizeof *sorted, by_key);
    buf_byte(out, '{');
    for (uint32_t i = 0; i < count; i++) {
        if (i) buf_byte(out, ',');
        json_text(scalar_text(sorted[i].key, b->arena), out);
        buf_byte(out, ':');
        json_text(scalar_text(sorted[i].value, b->arena), out);
    }
    buf_byte(out, '}');
}

static Str hash_of(Build *b, const Resource *r) {
    Buf json = {0};
    Value binary = built_peek(b->tree, r->root, "binaryData"), plain = built_peek(b->tree, r->root, "stringData");
    bool secret = str_is(r->id.kind, "Secret");
    buf_byte(&json, '{');
    if (!secret && value_is_map(binary)) {
        buf_lit(&json, "\"binaryData\":");
        json_map(b, binary, &json);
        buf_byte(&json, ',');
    }
    buf_lit(&json, "\"data\":");
    json_map(b, built_peek(b->tree, r->root, "data"), &json);
    buf_print(&json, ",\"kind\":\"%.*s\",\"name\":\"\"", STR_ARGS(r->id.kind)); /* whatever it is called */
    if (secret && value_is_map(plain)) {
        buf_lit(&json, ",\"stringData\":");
        json_map(b, plain, &json);
    }
    if (secret) {
        buf_lit(&json, ",\"type\":");
        json_text(scalar_text(built_peek(b->tree, r->root, "type"), b->arena), &json);
    }
    buf_byte(&json, '}');
    Str digest = digest_sha256(buf_str(&json), b->arena);
    buf_free(&json);
    return str_slice(digest, 0, 10);
}

/* Digits that could make a word are others. */
static Str readable(Str hash, Arena *a) {
    char *out = arena_alloc(a, hash.len);
    for (size_t i = 0; i < hash.len; i++) {
        char c = hash.at[i];
        out[i] = c == '0' ? 'g' : c == '1' ? 'h' : c == '3' ? 'k' : c == 'a' ? 'm' : c == 'e' ? 't' : c;
    }
    return (Str){out, hash.len};
}

void add_hashes(Build *b, ResourceVec *list) {
    for (uint32_t i = 0; i < list->count && build_step(b, 1); i++) {
        Resource *r = list->items[i];
        BuiltNode *meta = r->needs_hash ? built_get(b->tree, r->root, STR("metadata")) : NULL, *name = meta ? built_get(b->tree, meta, STR("name")) : NULL;
        if (!name) continue;
        Str hashed = str_format(b->arena, "%.*s-%.*s", STR_ARGS(r->id.name), STR_ARGS(readable(hash_of(b, r), b->arena)));
        built_set(b->tree, meta, value_string(STR("name")), built_text(b->tree, hashed, built_value(b->tree, name)));
        resource_renamed(b, r);
    }
}
