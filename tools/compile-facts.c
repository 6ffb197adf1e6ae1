/* Compiles facts/ into one C file of constant tables, as src/facts/tables.h describes them.
 *     compile-facts OUTPUT SCHEMA FILE…       FILEs below the folder SCHEMA hold schemas, the others are
 * plain tables
 *
 * What a file says wrong (a row out of order, a type that is not defined) ends the build with its line. */
#include "base/buf.h"
#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"
#include "facts/schema.h"
#include "facts/tables.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

#define COLUMNS_MAX 16

/* A file, taken apart. */
typedef struct Table {
    const char *path;
    Str name;
    Str columns[COLUMNS_MAX];
    uint32_t column_count;
    VEC(Str) cells;
    uint32_t row_count;
} Table;

typedef struct Compiler {
    Arena arena;
    Buf pool;
    Map texts;         /* text → its offset in the pool */
    VEC(Table) tables; /* plain ones */
    VEC(Table) schemas;
    Table kinds;            /* kinds.tsv of the schemas */
    Map defaults;           /* "definition field" → the row of defaults.tsv as 1 + its index */
    Table default_table;
    Map definition_numbers; /* name → index + 1 */
    Map type_numbers;       /* word → index + 1 */
    VEC(struct SchemaType) types;
    VEC(SchemaDefinition) definitions;
    VEC(SchemaFieldRow) fields;
    VEC(Text32) values;
} Compiler;

PRINTF(3, 4) _Noreturn static void refuse(const char *path, uint32_t line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    fprintf(stderr, "%s:%u: ", path, line);
    vfprintf(stderr, format, args);
    fputc('\n', stderr);
    va_end(args);
    exit(1);
}

/* The offset of a text in the pool; each is kept once. */
static Text32 text(Compiler *c, Str s) {
    void **slot = map_slot(&c->arena, &c->texts, s);
    if (!*slot && s.len) {
        ensure(s.len <= FACT_TEXT_MAX, "a cell has a length of two bytes");
        *slot = (void *)c->pool.len;
        buf_byte(&c->pool, (char)(s.len & 0xff));
        buf_byte(&c->pool, (char)(s.len >> 8));
        buf_add(&c->pool, s);
    }
    return (Text32)(uintptr_t)*slot;
}

/* ---- reading ---- */

/* Line 1: `# source`; line 2: the columns; then rows in byte order. Lines of a row count from 3. */
static Table read_table(Compiler *c, const char *path) {
    Table t = {.path = path};
    Str bytes, line, previous = {0}, cell;
    if (io_read(AT_FDCWD, path, true, 64u << 20, 0, &c->arena, &bytes) != READ_OK)
        refuse(path, 0, "can't be read");
    Str rest = str_of(path);
    size_t slash = str_find_last(rest, '/');
    t.name = str_skip(rest, slash == STR_NONE ? 0 : slash + 1);
    t.name.len -= 4; /* .tsv */
    rest = bytes;
    for (uint32_t number = 1; rest.len && str_next(&rest, '\n', &line); number++) {
        if (number == 1 && (!line.len || line.at[0] != '#'))
            refuse(path, 1, "a first line `# source, date` is missing");
        uint32_t count = 0;
        Str cells = line;
        while (number > 1 && str_next(&cells, '\t', &cell)) {
            if (count == COLUMNS_MAX) refuse(path, number, "more than %d columns", COLUMNS_MAX);
            if (number == 2)
                t.columns[t.column_count++] = cell;
            else
                vec_push(&c->arena, &t.cells, cell);
            count++;
        }
        if (number > 1 && count != t.column_count)
            refuse(path, number, "%u cells instead of %u", count, t.column_count);
        if (number > 3 && str_compare(previous, line) >= 0)
            refuse(path, number, "rows are sorted by bytes, none twice");
        if (number > 2) t.row_count++;
        previous = line;
    }
    return t;
}

static Str cell_of(const Table *t, uint32_t row, const char *column) {
    for (uint32_t i = 0; i < t->column_count; i++) {
        if (str_is(t->columns[i], column)) return t->cells.items[row * t->column_count + i];
    }
    refuse(t->path, 2, "the column '%s' is missing", column);
}

/* ---- types ---- */

static const struct {
    const char *word;
    uint16_t kinds;
} simple_types[] = {{"string", SCHEMA_STRING}, {"int", SCHEMA_INT},   {"number", SCHEMA_NUMBER},
                    {"bool", SCHEMA_BOOL},     {"null", SCHEMA_NULL}, {"quantity", SCHEMA_QUANTITY},
                    {"time", SCHEMA_TIME},     {"any", SCHEMA_ANY}};

static uint16_t type_of(Compiler *c, const Table *t, uint32_t line, Str word);

/* Takes the next alternative off `rest`: up to a `|` outside of brackets. */
static bool next_alternative(Str *rest, Str *out) {
    if (!rest->len) return false;
    size_t end = 0;
    int depth = 0;
    for (; end < rest->len && (depth || rest->at[end] != '|'); end++) {
        char byte = rest->at[end];
        depth += (byte == '<' || byte == '(') - (byte == '>' || byte == ')');
    }
    *out = str_slice(*rest, 0, end);
    *rest = str_skip(*rest, end + 1);
    return true;
}

static void add_values(Compiler *c, struct SchemaType *type, Str list) {
    Str value;
    type->kinds |= SCHEMA_STRING;
    type->values = (uint16_t)c->values.count;
    while (str_next(&list, ',', &value)) {
        vec_push(&c->arena, &c->values, text(c, value));
        type->value_count++;
    }
}

static void add_alternative(Compiler *c, const Table *t, uint32_t line, Str word, struct SchemaType *type) {
    for (size_t i = 0; i < ARRAY_COUNT(simple_types); i++) {
        if (!str_is(word, simple_types[i].word)) continue;
        type->kinds |= simple_types[i].kinds;
        return;
    }
    if (str_starts(word, STR("list<"))) {
        type->kinds |= SCHEMA_LIST;
        type->item = type_of(c, t, line, str_slice(word, 5, word.len - 1));
    } else if (str_starts(word, STR("map<"))) {
        type->kinds |= SCHEMA_MAP;
        type->value = type_of(c, t, line, str_slice(word, 4, word.len - 1));
    } else if (str_starts(word, STR("enum("))) {
        add_values(c, type, str_slice(word, 5, word.len - 1));
    } else {
        uintptr_t number = (uintptr_t)map_get(&c->definition_numbers, word);
        if (!number)
            refuse(t->path, line, "'%.*s' is no type, and no definition of that name exists", STR_ARGS(word));
        type->kinds |= SCHEMA_MAP;
        type->definition = (uint16_t)(number - 1);
    }
}

/* The index of a type by its word; each distinct word is one type. Nests as deep as the word has brackets. */
static uint16_t type_of(Compiler *c, const Table *t, uint32_t line, Str word) {
    uintptr_t known = (uintptr_t)map_get(&c->type_numbers, word);
    if (known) return (uint16_t)(known - 1);
    struct SchemaType type = {.definition = SCHEMA_NONE, .value = SCHEMA_NONE, .item = SCHEMA_NONE};
    Str rest = word, alternative;
    while (next_alternative(&rest, &alternative)) add_alternative(c, t, line, alternative, &type);
    if (!type.kinds) refuse(t->path, line, "a field has no type");
    vec_push(&c->arena, &c->types, type);
    ensure(c->types.count < SCHEMA_NONE && c->values.count < SCHEMA_NONE,
           "types and values have indexes of two bytes");
    map_put(&c->arena, &c->type_numbers, word, (void *)(uintptr_t)c->types.count);
    return (uint16_t)(c->types.count - 1);
}

/* ---- definitions ---- */

/* Definitions get their numbers first: fields may name later ones. */
static void number_definitions(Compiler *c) {
    vec_each(Table, t, &c->schemas) {
        for (uint32_t row = 0; row < t->row_count; row++) {
            void **slot = map_slot(&c->arena, &c->definition_numbers, cell_of(t, row, "definition"));
            if (*slot) continue;
            vec_push(&c->arena, &c->definitions, ((SchemaDefinition){.rest = SCHEMA_NONE}));
            *slot = (void *)(uintptr_t)c->definitions.count;
        }
    }
    ensure(c->definitions.count < SCHEMA_NONE, "definitions have indexes of two bytes");
}

static uint8_t merge_of(const Table *t, uint32_t line, Str word) {
    static const char *const words[] = {"", "merge", "retainKeys", "merge,retainKeys"};
    for (uint8_t i = 0; i < ARRAY_COUNT(words); i++) {
        if (str_is(word, words[i])) return i;
    }
    if (str_is(word, "replace")) return SCHEMA_MERGE_NONE;
    refuse(t->path, line, "unknown merge '%.*s'", STR_ARGS(word));
}

/* What defaults.tsv says of a field wins over the table of its definition. */
static Str default_of(Compiler *c, const Table *t, uint32_t row, Str definition, Str name) {
    Str key = str_format(&c->arena, "%.*s %.*s", STR_ARGS(definition), STR_ARGS(name));
    uintptr_t found = (uintptr_t)map_get(&c->defaults, key);
    if (!found) return cell_of(t, row, "default");
    map_put(&c->arena, &c->defaults, key, (void *)UINTPTR_MAX); /* used */
    return cell_of(&c->default_table, (uint32_t)found - 1, "default");
}

static void number_defaults(Compiler *c) {
    for (uint32_t row = 0; row < c->default_table.row_count; row++) {
        Str definition = cell_of(&c->default_table, row, "definition"), field = cell_of(&c->default_table, row, "field");
        map_put(&c->arena, &c->defaults, str_format(&c->arena, "%.*s %.*s", STR_ARGS(definition), STR_ARGS(field)), (void *)(uintptr_t)(row + 1));
    }
}

static void check_defaults(Compiler *c) {
    for (uint32_t row = 0; row < c->default_table.row_count; row++) {
        Str definition = cell_of(&c->default_table, row, "definition"), field = cell_of(&c->default_table, row, "field");
        Str key = str_format(&c->arena, "%.*s %.*s", STR_ARGS(definition), STR_ARGS(field));
        if ((uintptr_t)map_get(&c->defaults, key) != UINTPTR_MAX) refuse(c->default_table.path, row + 3, "no definition has the field '%.*s'", STR_ARGS(key));
    }
}

static void add_field(Compiler *c, const Table *t, uint32_t row) {
    Str name = cell_of(t, row, "field"), definition = cell_of(t, row, "definition");
    SchemaDefinition *d = &c->definitions.items[(uintptr_t)map_get(&c->definition_numbers, definition) - 1];
    uint16_t type = type_of(c, t, row + 3, cell_of(t, row, "type"));
    if (name.len && name.at[name.len - 1] == '*') {
        d->rest = type;
        d->prefix = text(c, str_slice(name, 0, name.len - 1));
        return;
    }
    if (!d->count) d->first = c->fields.count;
    if (d->first + d->count != c->fields.count)
        refuse(t->path, row + 3, "the rows of '%.*s' do not stand together", STR_ARGS(definition));
    d->count++;
    SchemaFieldRow field = {.name = text(c, name),
                            .type = type,
                            .required = str_is(cell_of(t, row, "required"), "1"),
                            .default_value = text(c, default_of(c, t, row, definition, name)),
                            .list_keys = text(c, cell_of(t, row, "list_keys")),
                            .merge = merge_of(t, row + 3, cell_of(t, row, "merge"))};
    vec_push(&c->arena, &c->fields, field);
}

/* ---- printing ---- */

static void print_pool(const Compiler *c, Buf *out) {
    buf_lit(out, "const char fact_pool[] =\n\"");
    for (size_t i = 0; i < c->pool.len; i++) {
        uint8_t b = (uint8_t)c->pool.at[i];
        if (b < 0x20 || b >= 0x7f || b == '"' || b == '\\' || b == '?')
            buf_print(out, "\\%03o", b);
        else
            buf_byte(out, (char)b);
        if (i % 4096 == 4095) buf_lit(out, "\"\n\"");
    }
    buf_lit(out, "\";\n");
}

/* A hash table of 1 + index, by linear probing; `keys` are NULL where an index is left out. A power of two, more than the keys. */
static uint32_t print_slots(const Str *keys, uint32_t key_count, Str name, Arena *a, Buf *out) {
    uint32_t count = 2;
    while (count < 2 * key_count) count *= 2;
    uint16_t *slots = arena_zeros(a, uint16_t, count);
    for (uint32_t i = 0; i < key_count; i++) {
        if (!keys[i].at) continue;
        uint32_t at = (uint32_t)str_hash(keys[i]) & (count - 1);
        while (slots[at]) at = (at + 1) & (count - 1);
        slots[at] = (uint16_t)(i + 1);
    }
    buf_print(out, "const uint16_t %.*s[] = {", STR_ARGS(name));
    for (uint32_t i = 0; i < count; i++) buf_print(out, "%u,%s", slots[i], i % 16 == 15 ? "\n" : "");
    buf_lit(out, "};\n");
    return count;
}

/* Where each key begins. Rows are sorted, so equal keys follow one another. */
static uint32_t print_rows(const Table *t, uint32_t index, Arena *a, Buf *out) {
    if (t->row_count > FACT_ROWS_MAX) refuse(t->path, t->row_count, "more than %u rows", FACT_ROWS_MAX);
    Str *keys = arena_zeros(a, Str, t->row_count);
    for (uint32_t row = 0; row < t->row_count; row++) {
        Str key = t->cells.items[(size_t)row * t->column_count];
        if (!row || !str_eq(key, t->cells.items[(size_t)(row - 1) * t->column_count])) keys[row] = key.len ? key : STR("");
    }
    buf_lit(out, "static ");
    return print_slots(keys, t->row_count, str_format(a, "slots%u", index), a, out);
}

static void print_tables(Compiler *c, Buf *out) {
    uint32_t *slot_counts = arena_array(&c->arena, uint32_t, c->tables.count);
    for (uint32_t i = 0; i < c->tables.count; i++) {
        const Table *t = &c->tables.items[i];
        buf_print(out, "static const Text32 columns%u[] = {", i);
        for (uint32_t k = 0; k < t->column_count; k++) buf_print(out, "%u,", text(c, t->columns[k]));
        buf_print(out, "};\nstatic const Text32 cells%u[] = {", i);
        for (uint32_t k = 0; k < t->cells.count; k++)
            buf_print(out, "%u,%s", text(c, t->cells.items[k]), k % 16 == 15 ? "\n" : "");
        buf_lit(out, "};\n");
        slot_counts[i] = print_rows(t, i, &c->arena, out);
    }
    buf_lit(out, "const struct FactTable fact_tables[] = {\n");
    for (uint32_t i = 0; i < c->tables.count; i++) {
        const Table *t = &c->tables.items[i];
        buf_print(out, "{%u,columns%u,cells%u,slots%u,%u,%u,%u},\n", text(c, t->name), i, i, i, t->column_count,
                  t->row_count, slot_counts[i]);
    }
    buf_print(out, "};\nconst uint32_t fact_table_count = %u;\n", c->tables.count);
    Str *names = arena_array(&c->arena, Str, c->tables.count);
    for (uint32_t i = 0; i < c->tables.count; i++) names[i] = c->tables.items[i].name;
    uint32_t slot_count = print_slots(names, c->tables.count, STR("fact_table_slots"), &c->arena, out);
    buf_print(out, "const uint32_t fact_table_slot_count = %u;\n", slot_count);
}

static void print_schema(Compiler *c, Buf *out) {
    buf_lit(out, "const struct SchemaType schema_types[] = {\n");
    vec_each(struct SchemaType, t, &c->types) buf_print(
        out, "{%u,%u,%u,%u,%u,%u},\n", t->kinds, t->definition, t->value, t->item, t->values, t->value_count);
    buf_lit(out, "};\nconst SchemaDefinition schema_definitions[] = {\n");
    vec_each(SchemaDefinition, d, &c->definitions)
        buf_print(out, "{%u,%u,%u,%u},\n", d->first, d->count, d->rest, d->prefix);
    buf_lit(out, "};\nconst SchemaFieldRow schema_fields[] = {\n");
    vec_each(SchemaFieldRow, f, &c->fields)
        buf_print(out, "{%u,%u,%u,%u,%u,%u},\n", f->name, f->default_value, f->list_keys, f->type,
                  f->required, f->merge);
    buf_lit(out, "};\nconst Text32 schema_values[] = {\n");
    vec_each(Text32, v, &c->values) buf_print(out, "%u,", *v);
    buf_lit(out, "0};\nconst SchemaKindRow schema_kinds_table[] = {\n");
    for (uint32_t row = 0; row < c->kinds.row_count; row++) {
        Str namespaced = cell_of(&c->kinds, row, "namespaced");
        buf_print(out, "{%u,%u,%u,%u,%d},\n", text(c, cell_of(&c->kinds, row, "kind")),
                  text(c, cell_of(&c->kinds, row, "api_version")),
                  text(c, cell_of(&c->kinds, row, "resource")),
                  type_of(c, &c->kinds, row + 3, cell_of(&c->kinds, row, "definition")),
                  namespaced.len ? str_is(namespaced, "1") : -1);
    }
    buf_print(out, "};\nconst uint32_t schema_kind_count = %u;\n", c->kinds.row_count);
}

static void compile_schemas(Compiler *c) {
    number_definitions(c);
    number_defaults(c);
    vec_each(Table, t, &c->schemas) {
        for (uint32_t row = 0; row < t->row_count; row++) add_field(c, t, row);
    }
    check_defaults(c);
}

int main(int argc, char **argv) {
    if (argc < 3) {
        fputs("usage: compile-facts OUTPUT SCHEMA FILE...\n", stderr);
        return 2;
    }
    Compiler c = {0};
    Str schema = str_of(argv[2]);
    buf_lit(&c.pool, "\0\0"); /* offset 0: the empty text */
    for (int i = 3; i < argc; i++) {
        Table t = read_table(&c, argv[i]);
        if (!str_starts(str_of(t.path), schema))
            vec_push(&c.arena, &c.tables, t);
        else if (str_is(t.name, "kinds"))
            c.kinds = t;
        else if (str_is(t.name, "defaults"))
            c.default_table = t;
        else
            vec_push(&c.arena, &c.schemas, t);
    }
    compile_schemas(&c);
    for (uint32_t row = 0; row < c.kinds.row_count; row++)
        type_of(&c, &c.kinds, row + 3, cell_of(&c.kinds, row, "definition"));
    Buf body = {0}, out = {0};
    print_tables(&c, &body);
    print_schema(&c, &body);
    buf_lit(&out, "/* Made by tools/compile-facts. */\n#include \"facts/tables.h\"\n\n");
    print_pool(&c, &out);
    buf_add(&out, buf_str(&body));
    FILE *file = fopen(argv[1], "wb");
    bool ok = file && fwrite(out.at, 1, out.len, file) == out.len && fclose(file) == 0;
    if (!ok) fprintf(stderr, "compile-facts: can't write %s\n", argv[1]);
    buf_free(&body);
    buf_free(&out);
    buf_free(&c.pool);
    arena_free(&c.arena);
    return ok ? 0 : 1;
}
