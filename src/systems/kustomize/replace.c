/* replacements: a value of one field is copied to others.
 * https://kubectl.docs.kubernetes.io/references/kustomize/kustomization/replacements/ */
#include "systems/kustomize/build.h"

#define PATH_PARTS_MAX 64

/* "spec.template.spec.containers.[name=web].image", in parts; a part in brackets may hold dots, a backslash keeps one. */
typedef struct FieldPath {
    Str parts[PATH_PARTS_MAX];
    uint32_t count;
} FieldPath;

static FieldPath path_of(Build *b, Str text) {
    FieldPath path = {0};
    Buf part = {0};
    int level = 0;
    for (size_t i = 0; i <= text.len && path.count < PATH_PARTS_MAX; i++) {
        char c = i < text.len ? text.at[i] : '.';
        bool escaped = c == '\\' && i + 1 < text.len && text.at[i + 1] == '.';
        if (escaped) c = text.at[++i];
        if (c == '[' || c == ']') level += c == '[' ? 1 : -1;
        bool opens = c == '[' && level == 1 && part.len;
        if (opens || (c == '.' && !escaped && (level <= 0 || i >= text.len))) {
            if (part.len) path.parts[path.count++] = str_copy(b->arena, buf_str(&part));
            buf_clear(&part);
            if (!opens) continue;
        }
        buf_byte(&part, c);
    }
    buf_free(&part);
    return path;
}

/* ---- places ---- */

typedef struct Target {
    Build *build;
    Value value;        /* what goes there */
    Value entry;        /* the replacement */
    Str delimiter;
    int64_t index;
    bool make, any;     /* `any` becomes true when a place was found */
} Target;

static Str piece_at(Str text, Str delimiter, int64_t index, bool *ok) {
    for (int64_t i = 0;; i++) {
        size_t end = str_find(text, delimiter);
        Str piece = end == STR_NONE ? text : str_slice(text, 0, end);
        if (i == index) return piece;
        if (end == STR_NONE) {
            *ok = false;
            return text;
        }
        text = str_skip(text, end + delimiter.len);
    }
}

/* Puts `piece` in the place of the index-th piece; before or behind all when there is none. */
static Str with_piece(Build *b, Str text, Str delimiter, int64_t index, Str piece) {
    bool ok = index >= 0;
    if (!ok) return str_format(b->arena, "%.*s%.*s%.*s", STR_ARGS(piece), STR_ARGS(delimiter), STR_ARGS(text));
    Str old = piece_at(text, delimiter, index, &ok);
    if (!ok) return str_format(b->arena, "%.*s%.*s%.*s", STR_ARGS(text), STR_ARGS(delimiter), STR_ARGS(piece));
    size_t at = (size_t)(old.at - text.at);
    return str_format(b->arena, "%.*s%.*s%.*s", (int)at, text.at, STR_ARGS(piece), STR_ARGS(str_skip(text, at + old.len)));
}

static void put_value(Target *t, BuiltNode **slot) {
    Build *b = t->build;
    t->any = true;
    Str text = *slot ? built_scalar(b->tree, *slot) : (Str){NULL, 0};
    if (t->delimiter.len && *slot) {
        Str made = with_piece(b, text, t->delimiter, t->index, scalar_text(t->value, b->arena));
        *slot = built_text(b->tree, made, t->value);
    } else if (!*slot || !value_same(built_value(b->tree, *slot), t->value)) {
        bool keeps_text = *slot && (*slot)->kind == BUILT_WHOLE && (*slot)->value.kind == VALUE_STRING && !value_is_map(t->value) && !value_is_list(t->value);
        *slot = keeps_text ? built_text(b->tree, scalar_text(t->value, b->arena), t->value) : built_whole(b->tree, t->value);
    }
}

static void find_places(Target *t, BuiltNode *node, const FieldPath *path, uint32_t part);

static void go_on(Target *t, BuiltNode **slot, const FieldPath *path, uint32_t part) {
    if (part == path->count) put_value(t, slot);
    else find_places(t, *slot, path, part);
}

static void find_in_list(Target *t, BuiltNode *list, Str part, const FieldPath *path, uint32_t at) {
    Build *b = t->build;
    Str inner = str_starts(part, STR("[")) && str_ends(part, STR("]")) && part.len > 1 ? str_slice(part, 1, part.len - 1) : part, key, value;
    int64_t number;
    bool pair = str_cut(inner, '=', &key, &value), any = str_is(inner, "*"), numbered = !pair && str_to_int(inner, &number), found = false;
    for (uint32_t i = 0; i < list->entries.count; i++) {
        BuiltNode **slot = &list->entries.items[i].node;
        bool hit = any || (numbered && number == (int64_t)i);
        if (pair) hit = key.len ? str_eq(scalar_text(built_peek(b->tree, *slot, str_copy(b->arena, key).at), b->arena), value) : str_eq(built_scalar(b->tree, *slot), value);
        if (!hit) continue;
        found = true;
        go_on(t, slot, path, at + 1);
    }
    bool next = numbered && number == (int64_t)list->entries.count && at + 1 < path->count;
    if (found || !t->make || (!next && (!pair || !key.len))) return;
    BuiltNode *made = built_new(b->tree, BUILT_MAP, t->entry);
    if (pair) built_set(b->tree, made, value_string(key), built_text(b->tree, value, t->entry));
    built_insert(b->tree, list, UINT32_MAX, made);
    go_on(t, &made, path, at + 1);
}

/* [name=web], or a number; [a.b/c] is a key with dots. */
static bool names_item(Str part) {
    int64_t number;
    return (str_starts(part, STR("[")) && str_find_byte(part, '=') != STR_NONE) || str_to_int(part, &number);
}

static void find_places(Target *t, BuiltNode *node, const FieldPath *path, uint32_t part) {
    Build *b = t->build;
    if (!build_step(b, 1) || !built_open(b->tree, node)) return;
    Str key = path->parts[part];
    if (built_is_list(node)) {
        find_in_list(t, node, key, path, part);
        return;
    }
    if (str_starts(key, STR("[")) && str_ends(key, STR("]")) && key.len > 2) key = str_slice(key, 1, key.len - 1);
    bool any = str_is(key, "*"), found = false;
    for (uint32_t i = 0; i < node->entries.count; i++) {
        if (!any && !str_eq(scalar_text(node->entries.items[i].key, b->arena), key)) continue;
        found = true;
        go_on(t, &node->entries.items[i].node, path, part + 1);
    }
    if (found || !t->make || any) return;
    BuiltNode *made = part + 1 < path->count ? built_new(b->tree, names_item(path->parts[part + 1]) ? BUILT_LIST : BUILT_MAP, t->entry) : NULL;
    go_on(t, &made, path, part + 1);
    built_set(b->tree, node, value_string(key), made);
}

/* ---- a replacement ---- */

/* A copy of its own, so that a later change does not follow. */
static Value value_of_path(Build *b, BuiltNode *node, const FieldPath *path, uint32_t part) {
    if (!node) return value_null();
    if (part == path->count) return built_value(b->tree, built_copy(b->tree, node));
    if (!built_open(b->tree, node)) return value_null();
    Str key = path->parts[part], name, value;
    bool brackets = str_starts(key, STR("[")) && str_ends(key, STR("]")) && key.len > 1;
    Str inner = brackets ? str_slice(key, 1, key.len - 1) : key;
    if (built_is_map(node)) return value_of_path(b, built_get(b->tree, node, inner), path, part + 1);
    int64_t number;
    bool pair = str_cut(inner, '=', &name, &value), numbered = str_to_int(inner, &number);
    for (uint32_t i = 0; i < node->entries.count; i++) {
        BuiltNode *item = node->entries.items[i].node;
        bool hit = pair ? str_eq(scalar_text(built_peek(b->tree, item, str_copy(b->arena, name).at), b->arena), value) : numbered && number == (int64_t)i;
        if (hit) return value_of_path(b, item, path, part + 1);
    }
    return value_null();
}

Value replace_peek(Build *b, BuiltNode *root, Str path) {
    FieldPath parts = path_of(b, path);
    return value_of_path(b, root, &parts, 0);
}

/* Where there is nothing to copy, the build fails; unless what was not fetched may hold it. */
static void miss(Build *b, Value at, Str detail) {
    if (b->is_open) build_gap(b, PROBLEM_KUSTOMIZE_NOT_APPLIED, at, detail);
    else build_fail(b, PROBLEM_KUSTOMIZE_NO_TARGET, at, detail);
}

static Value source_value(Build *b, ResourceVec *list, Value source) {
    Selector selector = selector_read(b, source);
    Str text = build_string(b, source, "fieldPath"), delimiter = build_string(b, value_field(source, "options", b->arena), "delimiter");
    FieldPath path = path_of(b, text.len ? text : STR("metadata.name"));
    Value v = value_null();
    uint32_t hits = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        if (!selector_selects(b, &selector, list->items[i])) continue;
        hits++;
        v = value_of_path(b, list->items[i]->root, &path, 0);
    }
    if (hits != 1 || value_is_null(v)) {
        miss(b, source, text);
        return value_null();
    }
    int64_t index = 0;
    bool ok = true;
    str_to_int(build_string(b, value_field(source, "options", b->arena), "index"), &index);
    if (!delimiter.len) return v;
    Value piece = value_string(piece_at(scalar_text(v, b->arena), delimiter, index, &ok));
    piece.flags |= VALUE_DERIVED;
    return value_at(piece, v.source, v.span);
}

static bool is_rejected(Build *b, Value target, const Resource *r) {
    uint32_t count;
    const Value *rejects = value_items(value_field(target, "reject", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < count; i++) {
        Selector s = selector_read(b, rejects[i]);
        if (selector_selects(b, &s, r)) return true;
    }
    return false;
}

static void apply_target(Build *b, ResourceVec *list, Value target, Value value) {
    Selector selector = selector_read(b, value_field(target, "select", b->arena));
    Value options = value_field(target, "options", b->arena);
    uint32_t count;
    const Value *paths = value_items(value_field(target, "fieldPaths", b->arena), &count, b->arena);
    for (uint32_t i = 0; i < list->count && !b->is_failed; i++) {
        Resource *r = list->items[i];
        if (!selector_selects(b, &selector, r) || is_rejected(b, target, r)) continue;
        for (uint32_t k = 0; k < MAX(count, 1u) && !b->is_failed; k++) {
            Str text = count ? scalar_text(paths[k], b->arena) : STR("metadata.name");
            FieldPath path = path_of(b, text);
            Target t = {.build = b, .value = value, .entry = target, .delimiter = build_string(b, options, "delimiter"), .make = str_is(build_string(b, options, "create"), "true")};
            str_to_int(build_string(b, options, "index"), &t.index);
            find_places(&t, r->root, &path, 0);
            if (!t.any && !t.make) miss(b, count ? paths[k] : target, text);
        }
        resource_replaced(b, r);
    }
}

static void replace_one(Build *b, ResourceVec *list, Value entry) {
    Value source = value_field(entry, "source", b->arena), given = value_field(entry, "sourceValue", b->arena);
    uint32_t count;
    const Value *targets = value_items(value_field(entry, "targets", b->arena), &count, b->arena);
    Value value = value_is_null(given) ? source_value(b, list, source) : given;
    for (uint32_t i = 0; i < count && !value_is_null(value) && !b->is_failed; i++) apply_target(b, list, targets[i], value);
}

/* A file holds one of them, or a list. */
static void replace_file(Build *b, ResourceVec *list, Value entry) {
    Str path;
    Value name = value_field(entry, "path", b->arena);
    BuildFile *file = read_path(b, value_text(name), &path) ? read_file(b->world, path) : NULL;
    const Tree *tree = file ? read_yaml(file) : NULL;
    if (!tree) {
        build_fail(b, file ? PROBLEM_KUSTOMIZE_INVALID : PROBLEM_KUSTOMIZE_MISSING, name, value_text(name));
        return;
    }
    Value root = yaml_root(tree) ? build_value(b, tree, yaml_root(tree)) : value_null();
    uint32_t count = 1;
    const Value *items = value_is_list(root) ? value_items(root, &count, b->arena) : &root;
    for (uint32_t i = 0; i < count; i++) replace_one(b, list, items[i]);
}

void replace_values(Build *b, ResourceVec *list) {
    uint32_t count;
    const Value *entries = value_items(build_field(b, "replacements"), &count, b->arena);
    for (uint32_t i = 0; i < count && !b->is_failed; i++) {
        if (value_is_null(value_field(entries[i], "path", b->arena))) replace_one(b, list, entries[i]);
        else replace_file(b, list, entries[i]);
    }
}
