/* JSON is YAML: the file is read by the same grammar as everything else. */
#include "suppress/baseline.h"

#include "base/map.h"
#include "base/utf8.h"
#include "parse/yaml.h"

#include <stdlib.h>

static Str text_at(const Tree *tree, const Node *map, const char *key, Arena *a) {
    const Node *node = yaml_get(tree, map, key);
    return node && node->kind == YAML_SCALAR ? yaml_scalar(tree, node, a) : (Str){NULL, 0};
}

bool baseline_load(Source *source, Baseline *out, Error *err) {
    *out = (Baseline){0};
    Arena *a = &source->arena;
    const Tree *tree = yaml_parse(text_of_source(source));
    const Node *list = yaml_get(tree, yaml_root(tree), "findings");
    Str path = source->path;
    if (source->problems.count || !list || list->kind != YAML_SEQUENCE) {
        return error_set(err, "%.*s is no baseline; make one with `infra baseline create`", STR_ARGS(path));
    }
    node_each(item, list) {
        BaselineEntry e = {text_at(tree, item, "identity", a), text_at(tree, item, "check", a), text_at(tree, item, "file", a), text_at(tree, item, "resource", a), false};
        if (!e.identity.len) return error_set(err, "%.*s:%u: an entry without an identity", STR_ARGS(path), source_place(source, node_span(tree, item).start).line);
        vec_push(a, &out->entries, e);
    }
    return true;
}

typedef VEC(uint32_t) Indexes;

/* Entry i under its key; several may share one. */
static void file_under(Arena *a, Map *map, Str key, uint32_t i) {
    void **slot = map_slot(a, map, key);
    if (!*slot) *slot = arena_new(a, Indexes);
    Indexes *list = *slot;
    vec_push(a, list, i);
}

static bool take(Baseline *b, const Map *map, Str key) {
    Indexes *list = map_get(map, key);
    while (list && list->count) {
        BaselineEntry *e = &b->entries.items[list->items[--list->count]];
        if (e->used) continue;
        e->used = true;
        return true;
    }
    return false;
}

static Str place_key(Arena *a, Str identity, Str file) { return str_format(a, "%.*s %.*s", STR_ARGS(identity), STR_ARGS(file)); }

void baseline_apply(Baseline *b, FindingVec *findings, bool whole) {
    Arena a = {0};
    Map by_place = {0}, by_identity = {0};
    for (uint32_t i = 0; i < b->entries.count; i++) {
        file_under(&a, &by_place, place_key(&a, b->entries.items[i].identity, b->entries.items[i].file), i);
        file_under(&a, &by_identity, b->entries.items[i].identity, i);
    }
    for (uint32_t i = 0; i < findings->count; i++) {
        Finding *f = &findings->items[i];
        f->in_baseline = !f->ignored && take(b, &by_place, place_key(&a, f->identity, f->source->path));
    }
    for (uint32_t i = 0; whole && i < findings->count; i++) {
        Finding *f = &findings->items[i];
        if (!f->ignored && !f->in_baseline) f->in_baseline = take(b, &by_identity, f->identity);
    }
    arena_free(&a);
}

static void put_string(Buf *out, const char *key, Str text) {
    buf_print(out, "\"%s\": \"", key);
    for (size_t i = 0; i < text.len;) {
        size_t length = utf8_valid_length(str_skip(text, i));
        uint8_t c = (uint8_t)text.at[i];
        if (!length) buf_lit(out, "\xEF\xBF\xBD");
        else if (c == '"' || c == '\\') buf_print(out, "\\%c", c);
        else if (c < 0x20 || c == 0x7f) buf_print(out, "\\u%04x", c);
        else buf_add(out, str_slice(text, i, i + length));
        i += length ? length : 1;
    }
    buf_byte(out, '"');
}

static int compare(const void *a, const void *b) {
    const Finding *x = *(const Finding *const *)a, *y = *(const Finding *const *)b;
    int order = str_compare(x->source->path, y->source->path);
    if (!order) order = str_compare(x->check->id, y->check->id);
    return order ? order : str_compare(x->id, y->id);
}

void baseline_print(const Finding *const *findings, uint32_t count, Buf *out) {
    Arena a = {0};
    const Finding **sorted = arena_array(&a, const Finding *, count);
    for (uint32_t i = 0; i < count; i++) sorted[i] = findings[i];
    if (count) qsort(sorted, count, sizeof *sorted, compare);
    buf_lit(out, "{\"version\": 1, \"findings\": [\n");
    for (uint32_t i = 0; i < count; i++) {
        const Finding *f = sorted[i];
        buf_lit(out, "  {");
        put_string(out, "identity", f->identity);
        buf_lit(out, ", ");
        put_string(out, "check", f->check->id);
        buf_lit(out, ", ");
        put_string(out, "file", f->source->path);
        buf_lit(out, ", ");
        put_string(out, "resource", f->resource);
        buf_add(out, i + 1 < count ? STR("},\n") : STR("}\n"));
    }
    buf_lit(out, "]}\n");
    arena_free(&a);
}
