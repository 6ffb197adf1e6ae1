/* Reading keys and texts of a check, and telling where they are wrong. */
#include "check/entry.h"

#include "parse/yaml.h"

#define FILL_DEPTH_MAX 4 /* columns that are filled from columns */

void entry_init(CheckEntry *e, Source *source, const Tree *tree, Arena *a, Error *err) {
    *e = (CheckEntry){.arena = a, .err = err, .source = source, .tree = tree, .levels = {tree ? yaml_root(tree) : NULL}, .language = -1, .item = -1};
}

/* Rows are filled from two files; a node says itself which it is of. */
static bool of_family(const CheckEntry *e, const Node *node) {
    const Tree *tree = e->family_tree;
    return tree && node >= tree->nodes && node < tree->nodes + tree->count;
}

static const Tree *tree_of(const CheckEntry *e, const Node *node) { return of_family(e, node) ? e->family_tree : e->tree; }
static Source *source_of(const CheckEntry *e, const Node *node) { return of_family(e, node) ? e->family : e->source; }

uint32_t entry_line(const CheckEntry *e, const Node *node) { return source_place(source_of(e, node), node_span(tree_of(e, node), node).start).line; }

static bool in_row(const CheckEntry *e, const Node *node) {
    const Node *row = e->levels[LEVEL_ROW];
    return node >= row && node < row + row->size;
}

uint32_t entry_row_line(const CheckEntry *e, const Node *node) { return entry_line(e, in_row(e, node) ? node : e->levels[LEVEL_ROW]); }

bool entry_place(CheckEntry *e, const Node *node) {
    if (!node) node = e->levels[LEVEL_ROW];
    if (e->row.len && in_row(e, node)) error_add(e->err, " (row '%.*s')", STR_ARGS(e->row));
    else if (e->row.len) error_add(e->err, " (row '%.*s' of %.*s:%u)", STR_ARGS(e->row), STR_ARGS(e->source->path), entry_line(e, e->levels[LEVEL_ROW]));
    return error_place(e->err, source_of(e, node)->path, node ? entry_line(e, node) : 1);
}

bool entry_fault(CheckEntry *e, const Node *node, const char *format, ...) {
    if (e->failed) return false;
    e->failed = true;
    va_list args;
    va_start(args, format);
    error_setv(e->err, format, args);
    va_end(args);
    return entry_place(e, node);
}

const Node *entry_at(const CheckEntry *e, const Node *map, const char *key) { return map ? yaml_get(tree_of(e, map), map, key) : NULL; }

const Node *entry_resolve(const CheckEntry *e, const Node *node) {
    const Node *target = yaml_resolve(tree_of(e, node), node);
    return target ? target : node;
}

const Node *entry_get(const CheckEntry *e, const char *key) {
    for (int i = 0; i < ENTRY_LEVELS; i++) {
        const Node *node = entry_at(e, e->levels[i], key);
        if (node) return node;
    }
    return NULL;
}

int entry_column(const CheckEntry *e, Str name) {
    for (uint32_t i = 0; i < e->column_count; i++) {
        if (str_eq(e->columns[i], name)) return (int)i;
    }
    return -1;
}

Str entry_list(CheckEntry *e, const Str *names, uint32_t count) {
    Buf out = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, names[i]);
    }
    Str s = str_copy(e->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

/* ---- texts ---- */

Str entry_raw(CheckEntry *e, const Node *node) {
    if (!node || node->kind != YAML_SCALAR) {
        entry_fault(e, node, "a text was expected here");
        return (Str){NULL, 0};
    }
    return yaml_scalar(tree_of(e, node), node, e->arena);
}

/* The length of `<name>` at the start of `text`, or 0. */
static size_t placeholder(Str text) {
    size_t i = 1;
    if (text.len < 3 || text.at[0] != '<' || text.at[1] < 'a' || text.at[1] > 'z') return 0;
    while (i < text.len && ((text.at[i] >= 'a' && text.at[i] <= 'z') || (text.at[i] >= '0' && text.at[i] <= '9') || text.at[i] == '-')) i++;
    return i < text.len && text.at[i] == '>' ? i + 1 : 0;
}

/* One item of a list. Two lists that fill one example are as long as each other: a shorter one would say its last again. */
static const Node *cell_item(CheckEntry *e, const Node *node, Str name, const Node *list) {
    uint32_t count = 0;
    const Node *item = NULL;
    node_each(next, list) {
        if (count++ == (uint32_t)e->item) item = next;
        if (count > ENTRY_ITEMS_MAX) return entry_fault(e, list, "<%.*s> has more than %d items", STR_ARGS(name), ENTRY_ITEMS_MAX), NULL;
    }
    if (e->item < 0 || !count) entry_fault(e, node, "<%.*s> is a list: it fills examples, one for each item", STR_ARGS(name));
    else if (e->items && e->items != count) entry_fault(e, list, "<%.*s> has %u items, and another list in this example %u", STR_ARGS(name), count, e->items);
    e->items = count;
    return item;
}

static const Node *cell_prose(CheckEntry *e, const Node *node, Str name, const Node *texts) {
    const char *language = e->language == LANGUAGE_ES ? "es" : "en";
    const Node *text = e->language < 0 ? NULL : entry_at(e, texts, language);
    if (e->language < 0) entry_fault(e, node, "<%.*s> has a text for each language, and here is no prose", STR_ARGS(name));
    else if (!text) entry_fault(e, texts, "<%.*s> has no text under '%s'", STR_ARGS(name), language);
    return text;
}

/* What a column says here: its text, that in the language of the prose, or one item of its list. */
static const Node *cell(CheckEntry *e, const Node *node, Str name) {
    int column = entry_column(e, name);
    if (column < 0) {
        Str all = entry_list(e, e->columns, e->column_count);
        entry_fault(e, node, "there is no column '%.*s'; columns are %.*s", STR_ARGS(name), STR_ARGS(all));
        return NULL;
    }
    e->used |= UINT32_C(1) << column;
    const Node *value = entry_get(e, str_copy(e->arena, name).at);
    if (!value) entry_fault(e, node, "<%.*s> stands here, and this row has no '%.*s'", STR_ARGS(name), STR_ARGS(name));
    else if (value->kind == YAML_MAP) value = cell_prose(e, node, name, value);
    else if (value->kind == YAML_SEQUENCE) value = cell_item(e, node, name, value);
    return e->failed ? NULL : value;
}

static void fill(CheckEntry *e, const Node *node, Buf *out, int depth) {
    Str text = entry_raw(e, node);
    for (size_t i = 0; i < text.len && !e->failed;) {
        Str rest = str_skip(text, i);
        size_t length = placeholder(rest), doubled = str_starts(rest, STR("<<")) ? placeholder(str_skip(rest, 1)) : 0;
        if (length && depth == FILL_DEPTH_MAX) entry_fault(e, node, "columns that are filled from columns, more than %d deep", FILL_DEPTH_MAX);
        else if (length) {
            const Node *value = cell(e, node, str_slice(rest, 1, length - 1));
            if (value) fill(e, value, out, depth + 1);
        } else if (doubled && doubled + 1 < rest.len && rest.at[doubled + 1] == '>') { /* <<name>> is <name> */
            buf_add(out, str_slice(rest, 1, doubled + 1));
            length = doubled + 2;
        } else {
            length = str_starts(rest, STR("<<")) ? 2 : 1;
            buf_add(out, str_slice(rest, 0, length));
        }
        i += length;
        if (out->len > ENTRY_BYTES_MAX) entry_fault(e, NULL, "the rows of a table become more than %d bytes", ENTRY_BYTES_MAX);
    }
}

Str entry_text(CheckEntry *e, const Node *node) {
    if (!e->row.len || !node || node->kind != YAML_SCALAR) return entry_raw(e, node);
    Buf out = {0};
    fill(e, node, &out, 0);
    e->filled += (uint32_t)out.len;
    if (e->filled > ENTRY_BYTES_MAX) entry_fault(e, NULL, "the rows of a table become more than %d bytes", ENTRY_BYTES_MAX);
    Str text = e->failed ? (Str){NULL, 0} : str_copy(e->arena, buf_str(&out));
    buf_free(&out);
    return text;
}

/* ---- keys ---- */

static bool knows(const Str *names, uint32_t count, Str name) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(names[i], name)) return true;
    }
    return false;
}

/* The nearest of the keys and the columns. */
static Str nearest(const CheckEntry *e, Str name, const Str *names, uint32_t count, bool columns) {
    Str near = str_nearest(name, names, count);
    return near.len || !columns ? near : str_nearest(name, e->columns, e->column_count);
}

void entry_known_keys(CheckEntry *e, const Node *map, const Str *names, uint32_t count, bool columns) {
    if (map->kind != YAML_MAP) entry_fault(e, map, "a map of keys was expected");
    for (const Node *key = map + 1, *end = map + map->size; key < end && !e->failed; key += key->size) {
        Str name = entry_raw(e, key);
        bool known = knows(names, count, name) || (columns && entry_column(e, name) >= 0);
        Str near = known ? name : nearest(e, name, names, count, columns);
        if (!known && near.len) entry_fault(e, key, "unknown key '%.*s'; did you mean %.*s", STR_ARGS(name), STR_ARGS(near));
        else if (!known) entry_fault(e, key, "unknown key '%.*s'", STR_ARGS(name));
        key += key->size;
    }
}
