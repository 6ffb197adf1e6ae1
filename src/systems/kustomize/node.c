/* Invariant: a node belongs to one place of one tree; what is shared is only the Value of a whole. */
#include "systems/kustomize/node.h"

#include "parse/yaml.h"

#include <math.h>

static const TreeView built_view;
static const Grammar built_grammar = {.name = STR_INIT("built"), .kinds = NULL, .kind_count = 0, .view = &built_view};

BuiltTree *built_tree(Arena *a, uint32_t *left) {
    BuiltTree *t = arena_new(a, BuiltTree);
    t->arena = a;
    t->left = left;
    t->tree.grammar = &built_grammar;
    return t;
}

static BuiltNode *node_new(BuiltTree *t, BuiltKind kind, Value v) {
    BuiltNode *node = arena_new(t->arena, BuiltNode);
    node->kind = (uint8_t)kind;
    node->value = v;
    node->index = t->all.count;
    vec_push(t->arena, &t->all, node);
    if (*t->left) --*t->left;
    return node;
}

BuiltNode *built_whole(BuiltTree *t, Value v) { return node_new(t, BUILT_WHOLE, v); }

BuiltNode *built_new(BuiltTree *t, BuiltKind kind, Value origin) {
    BuiltNode *node = node_new(t, kind, value_at(value_null(), origin.source, origin.span));
    node->header = value_absent(origin).span;
    return node;
}

BuiltNode *built_text(BuiltTree *t, Str text, Value origin) {
    Value v = value_string(str_copy(t->arena, text));
    v.flags |= VALUE_DERIVED;
    return built_whole(t, value_at(v, origin.source, origin.span));
}

BuiltNode *built_copy(BuiltTree *t, const BuiltNode *node) {
    BuiltNode *copy = node_new(t, (BuiltKind)node->kind, node->value);
    copy->header = node->header;
    for (uint32_t i = 0; i < node->entries.count && !built_is_full(t); i++) {
        BuiltEntry e = node->entries.items[i];
        e.node = built_copy(t, e.node);
        vec_push(t->arena, &copy->entries, e);
    }
    return copy;
}

bool built_is_map(const BuiltNode *node) { return node->kind == BUILT_MAP || (node->kind == BUILT_WHOLE && value_is_map(node->value)); }
bool built_is_list(const BuiltNode *node) { return node->kind == BUILT_LIST || (node->kind == BUILT_WHOLE && value_is_list(node->value)); }

bool built_open(BuiltTree *t, BuiltNode *node) {
    if (node->kind != BUILT_WHOLE) return true;
    bool map = value_is_map(node->value), list = value_is_list(node->value);
    if ((!map && !list) || built_is_full(t)) return false;
    Value whole = node->value;
    uint32_t count;
    node->header = value_absent(whole).span;
    node->kind = map ? BUILT_MAP : BUILT_LIST;
    node->value = value_at(value_null(), whole.source, whole.span);
    const Entry *entries = map ? value_entries(whole, &count, t->arena) : NULL;
    const Value *items = list ? value_items(whole, &count, t->arena) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        BuiltEntry e = {map ? entries[i].key : value_null(), built_whole(t, map ? entries[i].value : items[i])};
        vec_push(t->arena, &node->entries, e);
    }
    return true;
}

Value built_value(const BuiltTree *t, const BuiltNode *node) {
    if (node->kind == BUILT_WHOLE) return node->value;
    Value v = {.kind = VALUE_TREE, .count = node->index, .as.tree = &t->tree};
    return value_at(v, node->value.source, node->value.span);
}

/* ---- scalars ---- */

/* What stands in the file, when that is a plain scalar and nothing was computed. */
static Str written(Value v) {
    bool derived = v.flags & VALUE_DERIVED || !v.source || v.span.end > v.source->bytes.len;
    Str text = derived ? (Str){NULL, 0} : source_slice(v.source, v.span);
    bool quoted = text.len && memchr("\"'|>&*!{[", text.at[0], 10) != NULL;
    return quoted || str_find_byte(text, '\n') != STR_NONE ? (Str){NULL, 0} : text;
}

/* What a template engine may still fill in is a hole, whose text is read again. */
static Str hole_text(Value v, Arena *a) {
    if (!v.source || v.span.end > v.source->bytes.len) return (Str){NULL, 0};
    Source again;
    source_init(&again, v.source->path, str_join(a, STR("k: "), str_slice(v.source->bytes, v.span.start, MIN(v.span.end + 1, v.source->bytes.len))));
    const Tree *tree = yaml_parse(text_of_source(&again));
    const Node *scalar = yaml_get(tree, yaml_root(tree), "k");
    Str text = scalar && scalar->kind == YAML_SCALAR ? str_copy(a, yaml_scalar(tree, scalar, a)) : (Str){NULL, 0};
    source_free(&again);
    return text;
}

Str scalar_text(Value v, Arena *a) {
    if (v.kind == VALUE_STRING) return value_str(v);
    Str text = written(v);
    if (v.kind == VALUE_HOLE && !text.len) return hole_text(v, a);
    if (v.kind == VALUE_BOOL) return v.as.boolean ? STR("true") : STR("false");
    if (v.kind == VALUE_HOLE || (v.kind >= VALUE_INT && v.kind <= VALUE_DOUBLE && text.len)) return text;
    if (v.kind == VALUE_INT) return str_format(a, "%lld", (long long)v.as.integer);
    if (v.kind == VALUE_DOUBLE) return str_format(a, "%.17g", v.as.real);
    return (Str){NULL, 0};
}

Str built_scalar(const BuiltTree *t, const BuiltNode *node) { return node->kind == BUILT_WHOLE ? scalar_text(node->value, t->arena) : (Str){NULL, 0}; }

static bool same_scalars(Value x, Value y, Arena *a) {
    bool texts = x.kind == VALUE_STRING && y.kind == VALUE_STRING;
    if (x.kind != y.kind || value_is_null(x)) return x.kind == y.kind;
    if (texts) return str_eq(value_str(x), value_str(y));
    Str left = scalar_text(x, a), right = scalar_text(y, a);
    return left.len && str_eq(left, right);
}

#define COMPARED_MAX 100000 /* values of one comparison: aliases may multiply what is written */

static bool same(Value x, Value y, Arena *a, int depth, uint32_t *left) {
    bool maps = value_is_map(x) && value_is_map(y), lists = value_is_list(x) && value_is_list(y);
    if (!maps && !lists) return !value_is_map(x) && !value_is_list(x) && same_scalars(x, y, a);
    if (depth > NODE_DEPTH_MAX || !*left || value_size(x) != value_size(y)) return false;
    if (x.kind == VALUE_TREE && y.kind == VALUE_TREE && x.as.tree == y.as.tree && x.count == y.count) return true;
    --*left;
    uint32_t count, other;
    const Value *xs = lists ? value_items(x, &count, a) : NULL, *ys = lists ? value_items(y, &other, a) : NULL;
    const Entry *xe = maps ? value_entries(x, &count, a) : NULL, *ye = maps ? value_entries(y, &other, a) : NULL;
    bool equal = count == other;
    for (uint32_t i = 0; i < count && equal; i++) {
        equal = maps ? str_eq(scalar_text(xe[i].key, a), scalar_text(ye[i].key, a)) && same(xe[i].value, ye[i].value, a, depth + 1, left) : same(xs[i], ys[i], a, depth + 1, left);
    }
    return equal;
}

bool value_same(Value x, Value y) {
    Arena scratch = {0};
    uint32_t left = COMPARED_MAX;
    bool equal = same(x, y, &scratch, 0, &left);
    arena_free(&scratch);
    return equal;
}

/* ---- maps and lists ---- */

#define MANY_ENTRIES 32 /* fewer are looked through */

static BuiltEntry *entry_of(BuiltTree *t, BuiltNode *map, Str key) {
    bool many = map->entries.count > MANY_ENTRIES;
    t->scanned += many ? 1 : map->entries.count;
    for (uint32_t i = map->entries.count; !many && i-- > 0;) { /* the last of equals is what a loader takes */
        if (str_eq(scalar_text(map->entries.items[i].key, t->arena), key)) return &map->entries.items[i];
    }
    if (!many) return NULL;
    for (; map->placed < map->entries.count; map->placed++) map_put(t->arena, &map->by_key, scalar_text(map->entries.items[map->placed].key, t->arena), (void *)((uintptr_t)map->placed + 1));
    uintptr_t place = (uintptr_t)map_get(&map->by_key, key);
    return place ? &map->entries.items[place - 1] : NULL;
}

BuiltNode *built_get(BuiltTree *t, BuiltNode *map, Str key) {
    if (!map || !built_is_map(map) || !built_open(t, map)) return NULL;
    BuiltEntry *e = entry_of(t, map, key);
    return e ? e->node : NULL;
}

BuiltNode *built_path(BuiltTree *t, BuiltNode *map, const char *path) {
    Str rest = str_of(path), key;
    while (map && str_next(&rest, '.', &key)) map = built_get(t, map, key);
    return map;
}

Value built_peek(const BuiltTree *t, const BuiltNode *map, const char *path) { return value_path(built_value(t, map), path, t->arena); }

void built_set(BuiltTree *t, BuiltNode *map, Value key, BuiltNode *value) {
    if (!built_is_map(map) || !built_open(t, map)) return;
    BuiltEntry *e = entry_of(t, map, scalar_text(key, t->arena));
    if (e) e->node = value;
    else vec_push(t->arena, &map->entries, ((BuiltEntry){key, value}));
}

bool built_remove(BuiltTree *t, BuiltNode *map, Str key) {
    if (!built_is_map(map) || !built_open(t, map)) return false;
    BuiltEntry *e = entry_of(t, map, key);
    if (e) built_take(map, (uint32_t)(e - map->entries.items));
    return e != NULL;
}

void built_insert(BuiltTree *t, BuiltNode *list, uint32_t at, BuiltNode *item) {
    if (!built_is_list(list) || !built_open(t, list)) return;
    t->scanned += list->entries.count;
    vec_push(t->arena, &list->entries, ((BuiltEntry){value_null(), item}));
    for (uint32_t i = list->entries.count - 1; i > at; i--) list->entries.items[i] = list->entries.items[i - 1];
    list->entries.items[MIN(at, list->entries.count - 1)] = (BuiltEntry){value_null(), item};
}

void built_take(BuiltNode *list, uint32_t at) {
    list->by_key = (Map){0}; /* what stands behind it moves */
    list->placed = 0;
    for (uint32_t i = at; i + 1 < list->entries.count; i++) list->entries.items[i] = list->entries.items[i + 1];
    list->entries.count--;
}

BuiltNode *built_map_at(BuiltTree *t, BuiltNode *map, Str key, Value origin) {
    BuiltNode *there = built_get(t, map, key);
    if (there && built_is_map(there)) return built_open(t, there) ? there : NULL;
    if (!built_is_map(map) || (there && !(there->kind == BUILT_WHOLE && value_is_null(there->value)))) return NULL;
    BuiltNode *made = built_new(t, BUILT_MAP, origin);
    built_set(t, map, value_at(value_string(str_copy(t->arena, key)), origin.source, origin.span), made);
    return made;
}

/* ---- as values ---- */

static const BuiltNode *at(const Tree *tree, uint32_t index) { return ((const BuiltTree *)(const void *)tree)->all.items[index]; }
_Static_assert(offsetof(BuiltTree, tree) == 0, "a Tree of this grammar is a BuiltTree");

static Value value_of(const Tree *tree, const BuiltNode *node) { return built_value((const BuiltTree *)(const void *)tree, node); }

static Value view_value(const Tree *tree, uint32_t index, Arena *a) {
    (void)a;
    return value_of(tree, at(tree, index));
}

static bool view_is_map(const Tree *tree, uint32_t index) { return at(tree, index)->kind == BUILT_MAP; }
static bool view_is_list(const Tree *tree, uint32_t index) { return at(tree, index)->kind == BUILT_LIST; }
static uint32_t view_size(const Tree *tree, uint32_t index) { return at(tree, index)->entries.count; }

static bool view_field(const Tree *tree, uint32_t index, Str key, Arena *a, Value *out) {
    const BuiltNode *node = at(tree, index);
    bool placed = node->placed && node->placed == node->entries.count;
    uintptr_t place = placed && node->kind == BUILT_MAP ? (uintptr_t)map_get(&node->by_key, key) : 0;
    if (place) *out = value_of(tree, node->entries.items[place - 1].node);
    if (placed) return place != 0;
    for (uint32_t i = node->entries.count; node->kind == BUILT_MAP && i-- > 0;) {
        if (!str_eq(scalar_text(node->entries.items[i].key, a), key)) continue;
        *out = value_of(tree, node->entries.items[i].node);
        return true;
    }
    return false;
}

static Value view_item(const Tree *tree, uint32_t index, uint32_t item, Arena *a) {
    (void)a;
    const BuiltNode *node = at(tree, index);
    return item < node->entries.count ? value_of(tree, node->entries.items[item].node) : value_null();
}

static Entry view_entry(const Tree *tree, uint32_t index, uint32_t entry, Arena *a) {
    (void)a;
    BuiltEntry e = at(tree, index)->entries.items[entry];
    return (Entry){e.key, value_of(tree, e.node)};
}

static const Value *view_items(const Tree *tree, uint32_t index, uint32_t *count, Arena *a) {
    const BuiltNode *node = at(tree, index);
    Value *items = arena_array(a, Value, node->entries.count);
    *count = node->entries.count;
    for (uint32_t i = 0; i < *count; i++) items[i] = value_of(tree, node->entries.items[i].node);
    return items;
}

static const Entry *view_entries(const Tree *tree, uint32_t index, uint32_t *count, Arena *a) {
    const BuiltNode *node = at(tree, index);
    Entry *entries = arena_array(a, Entry, node->entries.count);
    *count = node->entries.count;
    for (uint32_t i = 0; i < *count; i++) entries[i] = (Entry){node->entries.items[i].key, value_of(tree, node->entries.items[i].node)};
    return entries;
}

static Span view_header(const Tree *tree, uint32_t index) { return at(tree, index)->header; }

static const TreeView built_view = {view_value, view_is_map, view_is_list, view_size, view_field, view_item, view_entry, view_items, view_entries, view_header};

/* ---- printing ---- */

/* Strings are quoted: other readers would take a plain `yes` for a truth. */
static void print_scalar(Value v, Buf *out) {
    Arena scratch = {0};
    Str plain = written(v), text = scalar_text(v, &scratch);
    if (plain.len && v.kind != VALUE_STRING) buf_add(out, plain);
    else if (v.kind == VALUE_STRING || v.kind == VALUE_HOLE) value_dump(value_string(text), out);
    else buf_add(out, text.len ? text : STR("null"));
    arena_free(&scratch);
}

/* Fields of the API read better without quotes; no word of three letters, which could be a `yes`, is one. */
static void print_key(Value key, Buf *out) {
    Str text = value_text(key);
    bool plain = text.len >= 4 && yaml_resolve_plain(text).kind == VALUE_STRING;
    for (size_t i = 0; i < text.len && plain; i++) plain = (text.at[i] | 0x20) >= 'a' && (text.at[i] | 0x20) <= 'z';
    if (plain) buf_add(out, text);
    else print_scalar(key, out);
}

static void print_value(Value v, Buf *out, int indent, bool fresh, Arena *a);

static void start_line(Buf *out, int indent, bool *fresh) {
    if (!*fresh) {
        buf_byte(out, '\n');
        buf_fill(out, ' ', 2 * (size_t)indent);
    }
    *fresh = false;
}

static void print_map(Value v, Buf *out, int indent, bool fresh, Arena *a) {
    uint32_t count;
    const Entry *entries = value_entries(v, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        start_line(out, indent, &fresh);
        print_key(entries[i].key, out);
        buf_byte(out, ':');
        print_value(entries[i].value, out, indent + 1, false, a);
    }
}

static void print_list(Value v, Buf *out, int indent, bool fresh, Arena *a) {
    uint32_t count;
    const Value *items = value_items(v, &count, a);
    for (uint32_t i = 0; i < count; i++) {
        start_line(out, indent, &fresh);
        buf_lit(out, "- ");
        print_value(items[i], out, indent + 1, true, a);
    }
}

static void print_value(Value v, Buf *out, int indent, bool fresh, Arena *a) {
    if (value_is_map(v) && value_size(v) && indent < NODE_DEPTH_MAX) {
        print_map(v, out, indent, fresh, a);
        return;
    }
    if (value_is_list(v) && value_size(v) && indent < NODE_DEPTH_MAX) {
        print_list(v, out, indent, fresh, a);
        return;
    }
    if (!fresh) buf_byte(out, ' ');
    if (value_is_map(v)) buf_lit(out, "{}");
    else if (value_is_list(v)) buf_lit(out, "[]");
    else print_scalar(v, out);
}

void built_print(const BuiltTree *t, const BuiltNode *root, Buf *out) {
    Arena scratch = {0};
    buf_lit(out, "---\n");
    print_value(built_value(t, root), out, 0, true, &scratch);
    buf_byte(out, '\n');
    arena_free(&scratch);
}
