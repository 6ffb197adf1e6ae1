/* libyaml as an oracle: over our own YAML files, and documents made from pieces, both parsers see the same maps, lists, scalars
 * and aliases, or both refuse. What YAML 1.1 and 1.2 see differently is left out of the pieces. */
#include "base/buf.h"
#include "base/io.h"
#include "parse/yaml.h"

#include <fcntl.h>
#include <glob.h>
#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <yaml.h>

/* ---- ours as text ---- */

static void put_scalar(Str s, Buf *out) {
    buf_print(out, "=%zu:", s.len);
    buf_add(out, s);
    buf_byte(out, '\n');
}

static void put_ours(const Tree *tree, const Node *node, Arena *a, Buf *out) {
    if (node->kind == YAML_ALIAS) buf_lit(out, "*\n");
    else if (node->kind == YAML_SCALAR) put_scalar(yaml_scalar(tree, node, a), out);
    else {
        bool document = node->kind == YAML_STREAM || node->kind == YAML_DOCUMENT;
        if (!document) buf_print(out, "%c\n", node->kind == YAML_MAP ? '{' : '[');
        node_each(child, node) put_ours(tree, child, a, out);
        if (!document) buf_print(out, "%c\n", node->kind == YAML_MAP ? '}' : ']');
    }
}

static bool ours(Str text, Buf *out) {
    Source source;
    Arena a = {0};
    source_init(&source, STR("oracle.yaml"), text);
    const Tree *tree = yaml_parse(text_of_source(&source));
    assert_null(tree_verify(tree));
    bool fine = true;
    for (uint32_t i = 0; i < source.problems.count; i++) fine = fine && !problem_is_loss(source.problems.items[i].code);
    put_ours(tree, tree->nodes, &a, out);
    arena_free(&a);
    source_free(&source);
    return fine;
}

/* ---- libyaml's as the same text ---- */

static void put_event(const yaml_event_t *event, Buf *out) {
    switch (event->type) {
        case YAML_SCALAR_EVENT: put_scalar((Str){(const char *)event->data.scalar.value, event->data.scalar.length}, out); break;
        case YAML_ALIAS_EVENT: buf_lit(out, "*\n"); break;
        case YAML_MAPPING_START_EVENT: buf_lit(out, "{\n"); break;
        case YAML_MAPPING_END_EVENT: buf_lit(out, "}\n"); break;
        case YAML_SEQUENCE_START_EVENT: buf_lit(out, "[\n"); break;
        case YAML_SEQUENCE_END_EVENT: buf_lit(out, "]\n"); break;
        default: break;
    }
}

static bool theirs(Str text, Buf *out) {
    yaml_parser_t parser;
    yaml_event_t event;
    assert_true(yaml_parser_initialize(&parser));
    yaml_parser_set_input_string(&parser, (const unsigned char *)text.at, text.len);
    bool fine = true, end = false;
    while (fine && !end) {
        fine = yaml_parser_parse(&parser, &event);
        if (!fine) break;
        put_event(&event, out);
        end = event.type == YAML_STREAM_END_EVENT;
        yaml_event_delete(&event);
    }
    yaml_parser_delete(&parser);
    return fine;
}

static void compare(Str text, const char *name) {
    Buf left = {0}, right = {0};
    bool fine = ours(text, &left), theirs_fine = theirs(text, &right);
    if (fine != theirs_fine) fail_msg("%s: %s by us, %s by libyaml:\n%.*s", name, fine ? "read" : "refused", theirs_fine ? "read" : "refused", STR_ARGS(text));
    if (fine && !str_eq(buf_str(&left), buf_str(&right))) {
        fail_msg("%s:\n%.*s\nours:\n%.*s\nlibyaml:\n%.*s", name, STR_ARGS(text), STR_ARGS(buf_str(&left)), STR_ARGS(buf_str(&right)));
    }
    buf_free(&left);
    buf_free(&right);
}

/* ---- inputs ---- */

static void our_own_files(void **state UNUSED) {
    static const char *const patterns[] = {"checks/*/*.yaml", "principles/*.yaml", "examples/shop/*.yaml", "examples/shop/deploy/*/*.yaml", "examples/shop/.github/workflows/*.yaml"};
    uint32_t files = 0;
    for (size_t i = 0; i < ARRAY_COUNT(patterns); i++) {
        glob_t found;
        assert_int_equal(glob(patterns[i], 0, NULL, &found), 0);
        for (size_t f = 0; f < found.gl_pathc; f++, files++) {
            Arena a = {0};
            Str text;
            assert_int_equal(io_read(AT_FDCWD, found.gl_pathv[f], false, 1 << 24, SOURCE_PADDING, &a, &text), READ_OK);
            compare(text, found.gl_pathv[f]);
            arena_free(&a);
        }
        globfree(&found);
    }
    assert_true(files > 200);
}

static uint32_t dice_state = 7;

static uint32_t dice(uint32_t sides) {
    dice_state = dice_state * 1664525u + 1013904223u;
    return (dice_state >> 16) % sides;
}

static void put_value(Buf *out, uint32_t indent, int depth);

static void put_children(Buf *out, uint32_t indent, int depth, bool map) {
    for (uint32_t i = 0, count = 1 + dice(3); i < count; i++) {
        buf_byte(out, '\n');
        buf_fill(out, ' ', indent);
        if (map) buf_print(out, "k%u:", i);
        else buf_byte(out, '-');
        put_value(out, indent + 2, depth - 1);
    }
}

/* What may follow a key or a dash. */
static void put_value(Buf *out, uint32_t indent, int depth) {
    static const char *const scalars[] = {" plain text", " 'it''s'", " \"tab\\t\\u00e9\"", " 12", "", " [a, {b: c}, \"d\"]", " {a: [], b: 'c'}", " http://x/y#z", " a # comment",
                                          " two\n%slines", " |\n%sone\n\n%s two", " >-\n%sfolded\n%stext\n\n%sagain", " \"over\n%slines\"", " !!str 12", " -x", " a:b"};
    if (depth > 0 && dice(2)) put_children(out, indent, depth, dice(2));
    else {
        Str rest = str_of(scalars[dice(ARRAY_COUNT(scalars))]), left;
        while (str_has(rest, STR("%s"))) {
            left = str_slice(rest, 0, str_find(rest, STR("%s")));
            buf_add(out, left);
            buf_fill(out, ' ', indent);
            rest = str_skip(rest, left.len + 2);
        }
        buf_add(out, rest);
    }
}

static void documents_made_from_pieces(void **state UNUSED) {
    for (int round = 0; round < 3000; round++) {
        Buf text = {0};
        for (uint32_t i = 0, count = 1 + dice(2); i < count; i++) {
            buf_lit(&text, "---");
            put_children(&text, 0, 4, dice(2));
            buf_byte(&text, '\n');
        }
        compare(buf_str(&text), "made");
        buf_free(&text);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(our_own_files), cmocka_unit_test(documents_made_from_pieces)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
