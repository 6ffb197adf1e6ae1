/* Tables of checks: what a row takes from its form, its table and its family, and how a wrong one is told: file, line and row. */
#include "check/catalogue.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define FAMILY                                                                                                                              \
    "columns: {item: what must not be there, wrong: tags of bad examples, about: what it is, other: unused}\n"                               \
    "category: security\nsubject: image\nseverity: low\nreferences: [https://example.com/family]\n"                                          \
    "why: {en: Because., es: Porque sí.}\n"                                                                                                  \
    "forms:\n"                                                                                                                               \
    "  never:\n"                                                                                                                             \
    "    when: it.tag == '<item>'\n"                                                                                                         \
    "    title: {en: The tag <item>, es: El tag <item>}\n"                                                                                   \
    "    say: {en: \"<about>: `{it.tag}`\", es: \"<about>: `{it.tag}`\"}\n"                                                                  \
    "    solve: {en: Not <<item>>, es: Sin <<item>>}\n"                                                                                      \
    "    references: [https://example.com/form]\n"                                                                                           \
    "    bad: [{Dockerfile: \"FROM a:<wrong> <--!\\n\"}]\n"                                                                                  \
    "    good: [{Dockerfile: \"FROM a:1\\n\"}]\n"

typedef struct Trial {
    Arena arena;
    Source family, source;
    Shared shared;
    CheckVec checks;
    Error err;
    bool ok;
} Trial;

static void begin(Trial *t, const char *table) {
    *t = (Trial){0};
    Family family;
    source_init(&t->family, STR("families/tag.yaml"), STR(FAMILY));
    assert_true(family_load(&t->family, STR("tag"), &t->arena, &family, &t->err));
    vec_push(&t->arena, &t->shared.families, family);
    source_init(&t->source, STR("checks/image/tags.yaml"), str_of(table));
    t->ok = check_load(&t->source, STR("image/tags"), &t->shared, &t->arena, &t->checks, &t->err);
}

static void end(Trial *t) {
    source_free(&t->source);
    source_free(&t->family);
    arena_free(&t->arena);
}

#define ROW "{id: no-latest, form: never, item: latest, wrong: latest, about: {en: It moves, es: Se mueve}}"

static void a_row_is_a_check(void **state UNUSED) {
    Trial t;
    begin(&t, "family: tag\nreferences: [https://example.com/table]\nrows:\n  - " ROW "\n"
              "  - {id: no-edge, form: never, item: edge, wrong: edge, about: {en: A, es: B}, severity: high, title: {en: Edge, es: Borde}, references: [https://example.com/row]}\n");
    if (!t.ok) fail_msg("%s", t.err.message);
    assert_int_equal(t.checks.count, 2);
    const Check *a = &t.checks.items[0], *b = &t.checks.items[1];
    assert_true(str_is(a->id, "image/no-latest") && str_is(b->id, "image/no-edge"));
    assert_true(str_is(a->file, "image/tags") && a->line == 4 && b->line == 5);
    assert_true(str_is(a->title.in[LANGUAGE_EN], "The tag latest") && str_is(b->title.in[LANGUAGE_ES], "Borde"));
    assert_true(a->severity == SEVERITY_LOW && b->severity == SEVERITY_HIGH);
    assert_true(a->guard.field >= 0 && str_is(a->guard.values[0], "latest") && str_is(b->guard.values[0], "edge"));
    assert_true(str_is(a->say[LANGUAGE_ES].parts[0].literal, "Se mueve: `"));
    assert_true(str_is(a->solve[LANGUAGE_EN].parts[0].literal, "Not <item>"));
    static const char *const references[] = {"https://example.com/row", "https://example.com/form", "https://example.com/table", "https://example.com/family"};
    assert_int_equal(b->reference_count, ARRAY_COUNT(references));
    for (uint32_t i = 0; i < b->reference_count; i++) assert_true(str_is(b->references[i], references[i]));
    end(&t);
}

static void a_table_changes_a_form(void **state UNUSED) {
    Trial t;
    begin(&t, "family: tag\nforms:\n  never: {severity: high, title: {en: Ours, es: Lo nuestro}}\nrows:\n  - " ROW "\n");
    if (!t.ok) fail_msg("%s", t.err.message);
    const Check *c = &t.checks.items[0];
    assert_true(c->severity == SEVERITY_HIGH && str_is(c->title.in[LANGUAGE_EN], "Ours"));
    assert_true(str_is(c->guard.values[0], "latest") && c->line == 5);
    end(&t);
}

static void examples_are_filled(void **state UNUSED) {
    Trial t;
    begin(&t, "family: tag\nrows:\n  - {id: no-edge, form: never, item: edge, wrong: [edge, edge, other], about: {en: A, es: B}}\n");
    if (!t.ok) fail_msg("%s", t.err.message);
    ExampleVec examples = {0};
    check_examples(&t.checks.items[0], &t.arena, &examples);
    assert_int_equal(examples.count, 4);
    assert_true(str_is(examples.items[2].files.items[0].bytes, "FROM a:other\n") && examples.items[2].marks.items[0].line == 1);
    assert_true(examples.items[0].bad && !examples.items[3].bad && examples.items[3].line == 3);
    end(&t);
}

static void faults_are_told(void **state UNUSED) {
    static const struct { const char *table, *says; } cases[] = {
        {"family: tag\nrows:\n  - {id: a, form: never, item: x, wrong: x, about: {en: A, es: B}, severity: hgh}\n", "checks/image/tags.yaml:3: unknown severity 'hgh'; allowed are info, low, medium, high, critical (row 'a')"},
        {"family: tag\nrows:\n  - id: a\n    form: never\n    sevrity: low\n", "checks/image/tags.yaml:5: unknown key 'sevrity'; did you mean severity (row 'a')"},
        {"family: tag\nrows:\n  - id: a\n    form: never\n    itm: low\n", "checks/image/tags.yaml:5: unknown key 'itm'; did you mean item (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never}\n", "families/tag.yaml:10: <item> stands here, and this row has no 'item' (row 'a' of checks/image/tags.yaml:3)"},
        {"family: tag\nrows:\n  - " ROW "\n  - id: no-latest\n", "checks/image/tags.yaml:4: the row in line 3 has this id already (row 'no-latest')"},
        {"family: tag\nrows:\n  - {form: never}\n", "checks/image/tags.yaml:3: a row is a map of keys, and needs an 'id'"},
        {"family: tag\nrows:\n  - word\n", "checks/image/tags.yaml:3: a row is a map of keys, and needs an 'id'"},
        {"family: tag\nrows:\n  - {id: No More}\n", "checks/image/tags.yaml:3: 'No More' is no id"},
        {"family: tag\nrows:\n  - {id: a, form: ever}\n", "checks/image/tags.yaml:3: neither the table nor its family has a form 'ever' (row 'a')"},
        {"family: tga\nrows:\n  - {id: a}\n", "checks/image/tags.yaml:1: there is no families/tga.yaml"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: x, wrong: x, about: {en: A, es: B}, other: z}\n", "checks/image/tags.yaml:3: nothing is filled from 'other' in this row (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: x, wrong: x, about: {en: A, es: B}, title: {en: <nme>, es: B}}\n", "checks/image/tags.yaml:3: there is no column 'nme'; columns are item, wrong, about, other (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: [x, z], wrong: x, about: {en: A, es: B}}\n", ": <item> is a list: it fills examples, one for each item (row 'a' of"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: {en: x, es: z}, wrong: x, about: {en: A, es: B}}\n", ": <item> has a text for each language, and here is no prose (row 'a' of"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: x, wrong: x, about: {en: A}}\n", "checks/image/tags.yaml:3: <about> has no text under 'es' (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: x, wrong: x, about: {es: A}}\n", "checks/image/tags.yaml:3: <about> has no text under 'en' (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: <wrong>, wrong: <item>, about: {en: A, es: B}}\n", "columns that are filled from columns, more than 4 deep (row 'a')"},
        {"family: tag\nrows:\n  - {id: a, form: never, item: x', wrong: x, about: {en: A, es: B}}\n", "families/tag.yaml:9: unexpected ''' (at byte 13 of: it.tag == 'x'') (row 'a' of checks/image/tags.yaml:3)"},
        {"family: tag\nrows: []\n", "checks/image/tags.yaml:2: 'rows' is a list of checks"},
        {"family: tag\nrows: {a: b}\n", "checks/image/tags.yaml:2: 'rows' is a list of checks"},
        {"columns: {title: text}\nrows: [{id: a}]\n", "checks/image/tags.yaml:1: 'title' can't be a column"},
        {"columns: [a]\nrows: [{id: a}]\n", "checks/image/tags.yaml:1: 'columns' is a map"},
        {"family: tag\ncolumns: {item: again}\nrows: [{id: a}]\n", "checks/image/tags.yaml:2: the column 'item' is there already"},
        {"forms: {f: {whn: it.tag}}\nrows: [{id: a}]\n", "checks/image/tags.yaml:1: unknown key 'whn'; did you mean when"},
        {"forms: []\nrows: [{id: a}]\n", "checks/image/tags.yaml:1: 'forms' is a map"},
        {"family: tag\ntitle: {en: A, es: B}\n", "checks/image/tags.yaml:1: unknown key 'family'"},
        {"rows:\n  - {id: a}\n  - [\n", "checks/image/tags.yaml:"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Trial t;
        begin(&t, cases[i].table);
        assert_false(t.ok);
        if (!strstr(t.err.message, cases[i].says)) fail_msg("'%s' does not say '%s'", t.err.message, cases[i].says);
        if (strstr(t.err.spanish, "row '")) fail_msg("not Spanish: %s", t.err.spanish);
        end(&t);
    }
}

/* Lists in columns: as long as each other, and no longer than a limit that is told; each item would walk over all of them. */
static void lists_are_told(void **state UNUSED) {
    static const struct { int items, others; const char *says; } cases[] = {{200, 200, NULL}, {2, 3, ": <other> has 3 items, and another list in this example 2"}, {201, 201, ": <wrong> has more than 200 items"}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Buf text = {0};
        Trial t;
        buf_lit(&text, "family: tag\nrows:\n  - id: a\n    form: never\n    item: x\n    about: {en: A, es: B}\n    bad: [{Dockerfile: \"FROM a:<wrong><other> <--!\\n\"}]\n    wrong:\n");
        for (int k = 0; k < cases[i].items; k++) buf_lit(&text, "    - x\n");
        buf_lit(&text, "    other:\n");
        for (int k = 0; k < cases[i].others; k++) buf_lit(&text, "    - x\n");
        buf_byte(&text, '\0');
        begin(&t, text.at);
        if (t.ok != !cases[i].says) fail_msg("%s", t.err.message);
        if (cases[i].says && !strstr(t.err.message, cases[i].says)) fail_msg("'%s' does not say '%s'", t.err.message, cases[i].says);
        end(&t);
        buf_free(&text);
    }
}

/* A small file must not become much text: as many rows as there may be, each filled from a long column, which is filled from itself twice. */
static void a_table_is_bounded(void **state UNUSED) {
    Buf text = {0};
    buf_lit(&text, "family: tag\ncolumns: {long: a text, longer: more}\nlong: ");
    for (int i = 0; i < 4000; i++) buf_lit(&text, "xxxxxxxxxx");
    buf_lit(&text, "\nlonger: <long><long><long><long>\nrows:\n");
    for (int i = 0; i < FAMILY_ROWS_MAX; i++) buf_print(&text, "  - {id: a%d, form: never, item: <longer><longer>, wrong: a, about: {en: A, es: B}}\n", i);
    buf_byte(&text, '\0');
    Trial t;
    begin(&t, text.at);
    assert_false(t.ok);
    assert_non_null(strstr(t.err.message, "the rows of a table become more than"));
    end(&t);
    text.len--;
    buf_lit(&text, "  - {id: last}\n");
    buf_byte(&text, '\0');
    begin(&t, text.at);
    assert_false(t.ok);
    assert_non_null(strstr(t.err.message, "a table of more than 500 rows"));
    end(&t);
    buf_free(&text);
}

static void a_family_is_checked(void **state UNUSED) {
    static const struct { const char *text, *says; } cases[] = {
        {"columns: {a: b}\nwhn: c\n", "families/f.yaml:2: unknown key 'whn'; did you mean when"},
        {"rows: [{id: a}]\n", "families/f.yaml:1: the rows stand in a table below checks/"},
        {"forms: {f: [a]}\n", "families/f.yaml:1: a map of keys was expected"},
        {"- a\n", "families/f.yaml: a check is a map of keys"},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Arena a = {0};
        Source source;
        Family family;
        Error err;
        source_init(&source, STR("families/f.yaml"), str_of(cases[i].text));
        assert_false(family_load(&source, STR("f"), &a, &family, &err));
        if (!strstr(err.message, cases[i].says)) fail_msg("'%s' does not say '%s'", err.message, cases[i].says);
        source_free(&source);
        arena_free(&a);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_row_is_a_check), cmocka_unit_test(a_table_changes_a_form), cmocka_unit_test(examples_are_filled), cmocka_unit_test(faults_are_told),
        cmocka_unit_test(lists_are_told), cmocka_unit_test(a_table_is_bounded), cmocka_unit_test(a_family_is_checked),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
