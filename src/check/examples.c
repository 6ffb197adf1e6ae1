/* The examples of a check: files to review, each line of a finding marked.
 * Invariant: they are read only from a check that was loaded without a fault, or while it is loaded. */
#include "check/load.h"
#include "parse/yaml.h"
#include "values/date.h"
#include "values/release.h"

#define MARK " <--!" /* no infrastructure file we have seen holds it */

/* Takes the marks out of a file and notes their lines. */
static Str strip_marks(Arena *a, Str text, uint32_t file, Example *example) {
    Buf out = {0};
    Str line;
    for (uint32_t number = 1; str_next(&text, '\n', &line); number++) {
        size_t at = str_find(line, STR(MARK));
        if (number > 1) buf_byte(&out, '\n');
        buf_add(&out, at == STR_NONE ? line : str_slice(line, 0, at));
        if (at != STR_NONE) vec_push(a, &example->marks, ((ExampleMark){file, number, str_copy(a, str_trim(str_skip(line, at + sizeof MARK - 1)))}));
    }
    Str result = str_copy(a, buf_str(&out));
    buf_free(&out);
    return result;
}

static void read_one(CheckEntry *e, const Node *node, Arena *a, Example example, ExampleVec *out) {
    if (node->kind == YAML_SCALAR) {
        vec_push(a, &example.files, ((ExampleFile){STR("Dockerfile"), strip_marks(a, entry_text(e, node), 0, &example)}));
    } else if (node->kind == YAML_MAP) {
        for (const Node *key = node + 1, *end = node + node->size; key < end && !e->failed;) {
            const Node *value = key + key->size;
            Str bytes = strip_marks(a, entry_text(e, value), example.files.count, &example);
            vec_push(a, &example.files, ((ExampleFile){str_copy(a, entry_text(e, key)), bytes}));
            key = value + value->size;
        }
    }
    if (!e->failed) vec_push(a, out, example);
}

/* One that is filled from a list is as many examples as that has items. */
static void read_each(CheckEntry *e, const Node *node, Arena *a, Example example, ExampleVec *out) {
    node = entry_resolve(e, node);
    example.line = entry_row_line(e, node);
    e->items = 0;
    for (e->item = 0; !e->failed && (!e->item || (uint32_t)e->item < e->items); e->item++) read_one(e, node, a, example, out);
    e->item = -1;
}

/* The day of a check's examples; a malformed one was refused. */
static int64_t example_day(CheckEntry *e) {
    int64_t now;
    const Node *date = entry_get(e, "date");
    if (date && date_parse(entry_text(e, date), &now)) return now;
    ensure(date_parse(STR(EXAMPLE_DATE), &now), "a constant date is a date");
    return now;
}

void entry_examples(CheckEntry *e, Arena *a, ExampleVec *out) {
    static const char *const names[] = {"bad", "good"};
    const Node *release = entry_get(e, "kubernetes");
    Example example = {.now = example_day(e), .kubernetes = release ? kubernetes_version(entry_text(e, release)) : 0};
    for (int i = 0; i < 2; i++) {
        const Node *list = entry_get(e, names[i]);
        if (!list) continue;
        example.bad = i == 0;
        if (list->kind != YAML_SEQUENCE) read_each(e, list, a, example, out);
        else node_each(item, list) read_each(e, item, a, example, out);
    }
}

void examples_of(const Check *check, Str text, Str family_text, Arena *a, ExampleVec *out) {
    Source source, members;
    Error err;
    Family family;
    FamilyVec families = {0};
    CheckFile file;
    CheckEntry entry;
    source_init(&source, check->file, text);
    source_init(&members, check->family, family_text);
    if (check->family.len && family_load(&members, check->family, a, &family, &err)) vec_push(a, &families, family);
    bool open = check_file_open(&source, &families, a, &file, &err);
    ensure(open, "a check that was loaded can be read again");
    for (const Node *row = NULL; check_file_next(&file, &row, &entry);) {
        Str id = check_file_id(&entry, check->file, a);
        if (!str_eq(id, check->id)) continue;
        entry_examples(&entry, a, out);
        break;
    }
    source_free(&source);
    source_free(&members);
}
