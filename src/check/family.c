/* What a table may hold is checked before its rows are read; so a wrong form or column is told once, and not with each row. */
#include "check/family.h"

#include "parse/yaml.h"

static const Str check_keys[] = {
    STR_INIT("title"), STR_INIT("severity"), STR_INIT("confidence"), STR_INIT("profile"), STR_INIT("category"), STR_INIT("principle"), STR_INIT("subject"),
    STR_INIT("systems"), STR_INIT("let"), STR_INIT("when"), STR_INIT("at"), STR_INIT("shown"), STR_INIT("related"), STR_INIT("say"), STR_INIT("solve"), STR_INIT("why"),
    STR_INIT("references"), STR_INIT("fix"), STR_INIT("fault"), STR_INIT("part_of"), STR_INIT("peers"), STR_INIT("never_approve"), STR_INIT("checklist"), STR_INIT("bad"), STR_INIT("good"),
    STR_INIT("date"), STR_INIT("kubernetes"), STR_INIT("note"),
    STR_INIT("id"), STR_INIT("form"), /* of a row */
    STR_INIT("rows"), STR_INIT("family"), STR_INIT("forms"), STR_INIT("columns")}; /* of a table */
enum { KEYS_OF_CHECK = 28, KEYS_OF_ROW = 30 };

/* ---- what both files of a table declare ---- */

static bool is_name(Str name) {
    bool right = name.len && name.at[0] >= 'a' && name.at[0] <= 'z' && name.at[name.len - 1] != '-';
    for (size_t i = 0; i < name.len; i++) {
        char c = name.at[i];
        right = right && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c == '-' && name.at[i - 1] != '-'));
    }
    return right;
}

static bool is_key(Str name) {
    for (size_t i = 0; i < ARRAY_COUNT(check_keys); i++) {
        if (str_eq(check_keys[i], name)) return true;
    }
    return false;
}

static void add_columns(CheckEntry *e, const Node *root) {
    const Node *columns = entry_at(e, root, "columns");
    if (!columns) return;
    if (columns->kind != YAML_MAP) entry_fault(e, columns, "'columns' is a map: each name, and what it is for");
    for (const Node *key = columns + 1, *end = columns + columns->size; key < end && !e->failed; key += key->size) {
        Str name = entry_raw(e, key);
        if (!is_name(name) || is_key(name)) entry_fault(e, key, "'%.*s' can't be a column: lower case words joined by -, and no key of a check", STR_ARGS(name));
        else if (entry_column(e, name) >= 0) entry_fault(e, key, "the column '%.*s' is there already", STR_ARGS(name));
        else if (e->column_count == ENTRY_COLUMNS_MAX) entry_fault(e, key, "more than %d columns", ENTRY_COLUMNS_MAX);
        else e->columns[e->column_count++] = name;
        key += key->size;
    }
}

static void check_forms(CheckEntry *e, const Node *root) {
    const Node *forms = entry_at(e, root, "forms");
    if (!forms) return;
    if (forms->kind != YAML_MAP) entry_fault(e, forms, "'forms' is a map: each name, and keys of a check");
    for (const Node *key = forms + 1, *end = forms + forms->size; key < end && !e->failed; key += key->size) {
        key += key->size;
        if (key < end) entry_known_keys(e, key, check_keys, KEYS_OF_CHECK, true);
    }
}

const Tree *check_file_parse(Source *source, Error *err) {
    const Tree *tree = yaml_parse(text_of_source(source));
    const Node *root = yaml_root(tree);
    if (source->problems.count) {
        const Problem *p = &source->problems.items[0];
        Str id = problem_id(p->code);
        uint32_t line = source_place(source, p->span.start).line;
        error_set(err, "%.*s:%u: this is not valid YAML (%.*s)", STR_ARGS(source->path), line, STR_ARGS(id));
        return NULL;
    }
    if (root && root->kind == YAML_MAP) return tree;
    error_set(err, "%.*s: a check is a map of keys", STR_ARGS(source->path));
    return NULL;
}

bool family_load(Source *source, Str name, Arena *a, Family *out, Error *err) {
    *out = (Family){.name = str_copy(a, name), .source = source, .tree = check_file_parse(source, err)};
    if (!out->tree) return false;
    CheckEntry e;
    entry_init(&e, source, out->tree, a, err);
    const Node *root = e.levels[LEVEL_ROW];
    add_columns(&e, root);
    if (!e.failed) entry_known_keys(&e, root, check_keys, ARRAY_COUNT(check_keys), true);
    if (entry_at(&e, root, "rows")) entry_fault(&e, entry_at(&e, root, "rows"), "the rows stand in a table below checks/");
    check_forms(&e, root);
    return !e.failed;
}

/* ---- tables ---- */

static void join_family(CheckFile *file, const FamilyVec *families) {
    CheckEntry *e = &file->entry;
    const Node *node = entry_at(e, file->root, "family");
    if (!node) return;
    Str name = entry_raw(e, node);
    for (uint32_t i = 0; i < families->count && !file->family; i++) {
        if (str_eq(families->items[i].name, name)) file->family = &families->items[i];
    }
    if (!file->family) {
        entry_fault(e, node, "there is no families/%.*s.yaml", STR_ARGS(name));
        return;
    }
    e->family = file->family->source;
    e->family_tree = file->family->tree;
    add_columns(e, yaml_root(e->family_tree));
}

bool check_file_open(Source *source, const FamilyVec *families, Arena *a, CheckFile *out, Error *err) {
    const Tree *tree = check_file_parse(source, err);
    if (!tree) return false;
    *out = (CheckFile){.source = source, .root = yaml_root(tree)};
    CheckEntry *e = &out->entry;
    entry_init(e, source, tree, a, err);
    out->rows = entry_at(e, out->root, "rows");
    if (!out->rows) {
        entry_known_keys(e, out->root, check_keys, KEYS_OF_CHECK, false);
        return !e->failed;
    }
    if (out->rows->kind != YAML_SEQUENCE || out->rows->size == 1) entry_fault(e, out->rows, "'rows' is a list of checks");
    join_family(out, families);
    add_columns(e, out->root);
    if (!e->failed) entry_known_keys(e, out->root, check_keys, ARRAY_COUNT(check_keys), true);
    check_forms(e, out->root);
    if (check_file_count(out) > FAMILY_ROWS_MAX) entry_fault(e, out->rows, "a table of more than %d rows", FAMILY_ROWS_MAX);
    return !e->failed;
}

uint32_t check_file_count(const CheckFile *file) {
    uint32_t count = 0;
    if (!file->rows) return 1;
    node_each(row, file->rows) count++;
    return count;
}

static void find_form(CheckEntry *e, const CheckFile *file) {
    const Node *node = entry_get(e, "form");
    if (!node) return;
    Str name = entry_raw(e, node);
    const char *key = str_copy(e->arena, name).at;
    e->levels[LEVEL_FORM] = entry_at(e, entry_at(e, file->root, "forms"), key);
    e->levels[LEVEL_FAMILY_FORM] = entry_at(e, entry_at(e, e->levels[LEVEL_FAMILY], "forms"), key);
    if (!e->levels[LEVEL_FORM] && !e->levels[LEVEL_FAMILY_FORM]) entry_fault(e, node, "neither the table nor its family has a form '%.*s'", STR_ARGS(name));
}

/* Two rows with one id are told here, with both lines; files with one id by who loads them all. */
static void name_row(CheckEntry *e, const CheckFile *file, const Node *row) {
    const Node *id = row->kind == YAML_MAP ? entry_at(e, row, "id") : NULL;
    if (!id) {
        entry_fault(e, row, "a row is a map of keys, and needs an 'id'");
        return;
    }
    Str name = entry_raw(e, id);
    if (!is_name(name)) entry_fault(e, id, "'%.*s' is no id: lower case words joined by -", STR_ARGS(name));
    e->row = name;
    for (const Node *other = node_first(file->rows); other && other != row && !e->failed; other = node_next(other)) {
        Str before = entry_raw(e, entry_at(e, other, "id"));
        if (str_eq(before, name)) entry_fault(e, id, "the row in line %u has this id already", entry_line(e, other));
    }
}

bool check_file_next(CheckFile *file, const Node **row, CheckEntry *out) {
    if (file->entry.failed) return false;
    if (!file->rows) {
        bool first = !*row;
        *row = file->root;
        *out = file->entry;
        return first;
    }
    *row = *row ? node_next(*row) : node_first(file->rows);
    if (!*row) return false;
    CheckEntry e = file->entry;
    e.levels[LEVEL_ROW] = *row;
    e.levels[LEVEL_TABLE] = file->root;
    e.levels[LEVEL_FAMILY] = file->family ? yaml_root(e.family_tree) : NULL;
    name_row(&e, file, *row);
    if (!e.failed) entry_known_keys(&e, *row, check_keys, KEYS_OF_ROW, true);
    if (!e.failed) find_form(&e, file);
    file->entry.failed = e.failed;
    *out = e;
    return !e.failed;
}

void check_file_row_done(CheckFile *file, CheckEntry *row) {
    const Node *map = row->levels[LEVEL_ROW];
    for (const Node *key = map + 1, *end = map + map->size; row->row.len && key < end && !row->failed; key += key->size) {
        int column = entry_column(row, entry_raw(row, key));
        if (column >= 0 && !(row->used >> column & 1)) entry_fault(row, key, "nothing is filled from '%.*s' in this row", STR_ARGS(row->columns[column]));
        key += key->size;
    }
    file->entry.failed = row->failed;
    file->entry.filled = row->filled;
}

Str check_file_id(const CheckEntry *row, Str id, Arena *a) {
    size_t slash = str_find_last(id, '/');
    if (!row->row.len) return str_copy(a, id);
    if (slash == STR_NONE) return str_copy(a, row->row);
    return str_format(a, "%.*s/%.*s", (int)slash, id.at, STR_ARGS(row->row));
}
