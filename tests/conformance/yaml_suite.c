/* yaml-test-suite: every case's events must be ours, every case with an error must be told: the file is refused, or,
 * where its common readers are more lenient than YAML is (quotes that go on too far left), read with a problem.
 *     yaml-suite DIR       DIR holds one folder a case (or a case and its variants), with in.yaml, test.event, error */
#include "base/buf.h"
#include "base/io.h"
#include "parse/yaml.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

/* ---- our tree as events ---- */

static bool is_told(const Source *source) {
    for (uint32_t i = 0; i < source->problems.count; i++) {
        if (source->problems.items[i].code == PROBLEM_YAML_SHALLOW_QUOTE) return true;
    }
    return false;
}

static void put_escaped(Str s, Buf *out) {
    for (size_t i = 0; i < s.len; i++) {
        switch (s.at[i]) {
            case '\\': buf_lit(out, "\\\\"); break;
            case '\n': buf_lit(out, "\\n"); break;
            case '\t': buf_lit(out, "\\t"); break;
            case '\r': buf_lit(out, "\\r"); break;
            case '\b': buf_lit(out, "\\b"); break;
            default: buf_byte(out, s.at[i]);
        }
    }
}

static void put_properties(const Tree *tree, const Node *node, Arena *a, Buf *out) {
    if (!node->data) return;
    YamlProperties p = yaml_extra(tree)->properties.items[node->data - 1];
    if (p.anchor.end) buf_print(out, " &%.*s", STR_ARGS(str_slice(tree->text.bytes, p.anchor.start, p.anchor.end)));
    if (p.tag.end) buf_print(out, " <%.*s>", STR_ARGS(yaml_tag(tree, node, a)));
}

static void put_node(const Tree *tree, const Node *node, Arena *a, Buf *out, int depth) {
    static const char styles[] = {':', '\'', '"', '|', '>'};
    ensure(depth < 1000, "the parser stops before");
    if (node->kind == YAML_ALIAS) buf_print(out, "=ALI %.*s\n", STR_ARGS(node_text(tree, node)));
    else if (node->kind == YAML_SCALAR) {
        buf_lit(out, "=VAL");
        put_properties(tree, node, a, out);
        buf_byte(out, ' ');
        buf_byte(out, styles[node->style]);
        put_escaped(yaml_scalar(tree, node, a), out);
        buf_byte(out, '\n');
    } else {
        bool map = node->kind == YAML_MAP;
        buf_add(out, map ? STR("+MAP") : STR("+SEQ"));
        if (node->style == YAML_FLOW) buf_add(out, map ? STR(" {}") : STR(" []"));
        put_properties(tree, node, a, out);
        buf_byte(out, '\n');
        node_each(child, node) put_node(tree, child, a, out, depth + 1);
        buf_add(out, map ? STR("-MAP\n") : STR("-SEQ\n"));
    }
}

static void put_events(const Tree *tree, Arena *a, Buf *out) {
    buf_lit(out, "+STR\n");
    node_each(document, tree->nodes) {
        buf_add(out, document->flags & YAML_EXPLICIT ? STR("+DOC ---\n") : STR("+DOC\n"));
        node_each(node, document) put_node(tree, node, a, out, 0);
        buf_add(out, document->flags & YAML_ENDED ? STR("-DOC ...\n") : STR("-DOC\n"));
    }
    buf_lit(out, "-STR\n");
}

/* ---- cases ---- */

static bool read_file(Arena *a, Str folder, const char *name, Str *out) {
    Str path = str_format(a, "%.*s/%s", STR_ARGS(folder), name);
    return io_read(AT_FDCWD, path.at, true, 1 << 24, SOURCE_PADDING, a, out) == READ_OK;
}

static bool run_case(Arena *a, Str folder, bool *passed) {
    Str yaml, events = {NULL, 0}, ignored;
    if (!read_file(a, folder, "in.yaml", &yaml)) return false;
    bool wants_error = read_file(a, folder, "error", &ignored);
    read_file(a, folder, "test.event", &events);
    Source source;
    source_init(&source, folder, yaml);
    const Tree *tree = yaml_parse(text_of_source(&source));
    Buf out = {0};
    put_events(tree, a, &out);
    *passed = wants_error ? source_has_loss(&source) || is_told(&source) : !source_has_loss(&source) && str_eq(buf_str(&out), events);
    buf_free(&out);
    source_free(&source);
    return true;
}

static void run_folder(Str folder, uint32_t *passed, Buf *failed, uint32_t *failures, int depth) {
    Arena a = {0};
    bool ok;
    if (run_case(&a, folder, &ok)) {
        *passed += ok;
        *failures += !ok;
        if (!ok) buf_print(failed, "%.*s ", STR_ARGS(folder));
    } else if (depth < 2) {
        struct dirent **names;
        Str path = str_copy(&a, folder);
        int count = scandir(path.at, &names, NULL, alphasort);
        for (int i = 0; i < count; i++) {
            if (names[i]->d_name[0] != '.') run_folder(str_format(&a, "%.*s/%s", STR_ARGS(folder), names[i]->d_name), passed, failed, failures, depth + 1);
            free(names[i]);
        }
        if (count >= 0) free(names);
    }
    arena_free(&a);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    uint32_t passed = 0, failures = 0;
    Buf failed = {0};
    run_folder(str_of(argv[1]), &passed, &failed, &failures, 0);
    if (failures) printf("failed: %.*s\n", STR_ARGS(buf_str(&failed)));
    printf("%u passed, %u failed\n", passed, failures);
    buf_free(&failed);
    return failures ? 1 : 0;
}
