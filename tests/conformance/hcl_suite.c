/* HCL's specification suite: every NAME.t says what NAME.hcl gives when it is read by the schema NAME.hcldec: a value, or errors at
 * certain bytes. Both are HCL, and are read by the parser under test.
 *     hcl-suite DIR       DIR holds tests/ with NAME.t, NAME.hcl, NAME.hcldec */
#include "base/buf.h"
#include "base/io.h"
#include "parse/hcl_value.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct File {
    Source source;
    const Tree *tree;
} File;

typedef struct Case {
    Arena arena;
    File expected, schema, input;
    VEC(Span) errors;
    Value variables; /* of the schema */
    uint32_t steps;
} Case;

static bool lookup(HclScope *s, Str root, Str name, Str third, Value *out) {
    (void)third;
    const Case *c = s->data;
    *out = hcl_member(c->variables, value_string(root));
    if (name.len) *out = hcl_member(*out, value_string(name));
    return out->kind != VALUE_NULL;
}

static Value evaluate(Case *c, const File *file, const Node *expression) {
    HclScope scope = {.tree = file->tree, .arena = &c->arena, .lookup = lookup, .data = c, .steps = &c->steps};
    return hcl_value(&scope, expression);
}

static const Node *find(const File *file, const Node *body, HclKind kind, const char *name) {
    node_each(child, body) {
        if (child->kind == kind && str_is(node_text(file->tree, node_first(child)), name)) return child;
    }
    return NULL;
}

static const Node *body_of(const Node *block) {
    const Node *last = NULL;
    node_each(child, block) last = child;
    return last;
}

static Str label(const File *file, const Node *block, uint32_t n) {
    const Node *node = hcl_child(block, n + 1);
    return node && node->kind == HCL_LABEL ? node_text(file->tree, node) : (Str){NULL, 0};
}

/* ---- the schema ---- */

static Value decode(Case *c, const Node *spec, const Node *body);

/* The spec inside a block spec: its only block. */
static const Node *inner(const Node *spec) {
    node_each(child, body_of(spec)) {
        if (child->kind == HCL_BLOCK) return child;
    }
    return NULL;
}

static Str block_type(Case *c, const Node *spec) {
    Str named = label(&c->schema, spec, 0);
    const Node *type = find(&c->schema, body_of(spec), HCL_ATTRIBUTE, "block_type");
    return type ? value_text(evaluate(c, &c->schema, hcl_child(type, 1))) : named;
}

static Value decode_blocks(Case *c, const Node *spec, const Node *body, Str kind) {
    ValueVec items = {0};
    VEC(Entry) entries = {0};
    Str type = block_type(c, spec);
    node_each(child, body) {
        if (child->kind != HCL_BLOCK || !str_eq(node_text(c->input.tree, node_first(child)), type)) continue;
        Value v = decode(c, inner(spec), body_of(child));
        vec_push(&c->arena, &items, v);
        vec_push(&c->arena, &entries, ((Entry){value_string(label(&c->input, child, 0)), v}));
    }
    if (str_is(kind, "block_map")) { /* several blocks of a label are one in the suite's operators */
        return value_map(entries.items, entries.count);
    }
    if (str_is(kind, "block_list")) return value_list(items.items, items.count);
    return items.count ? items.items[0] : value_null();
}

static Value decode_object(Case *c, const Node *spec, const Node *body) {
    VEC(Entry) entries = {0};
    const Node *object = body_of(spec);
    node_each(part, object) {
        if (part->kind != HCL_BLOCK) continue;
        Str kind = node_text(c->schema.tree, node_first(part)), name = label(&c->schema, part, 0);
        Value v = value_null();
        if (str_is(kind, "attr")) {
            const Node *attribute = find(&c->input, body, HCL_ATTRIBUTE, str_copy(&c->arena, name).at);
            if (attribute) v = evaluate(c, &c->input, hcl_child(attribute, 1));
        } else v = decode_blocks(c, part, body, kind);
        vec_push(&c->arena, &entries, ((Entry){value_string(name), v}));
    }
    node_each(child, body) { /* what the schema does not know */
        if (child->kind != HCL_ATTRIBUTE) continue;
        Str name = node_text(c->input.tree, node_first(child));
        bool known = false;
        node_each(part, object) known = known || str_eq(label(&c->schema, part, 0), name);
        if (!known) vec_push(&c->arena, &c->errors, node_span(c->input.tree, node_first(child)));
    }
    return value_map(entries.items, entries.count);
}

static Value decode(Case *c, const Node *spec, const Node *body) {
    if (!spec) return value_null();
    Str kind = node_text(c->schema.tree, node_first(spec));
    if (str_is(kind, "object")) return decode_object(c, spec, body);
    if (!str_is(kind, "literal")) return decode_blocks(c, spec, body, kind);
    const Node *value = find(&c->schema, body_of(spec), HCL_ATTRIBUTE, "value");
    return value ? evaluate(c, &c->schema, hcl_child(value, 1)) : value_null();
}

/* ---- what is expected ---- */

static bool same(Value a, Value b) {
    if (a.kind == VALUE_LIST && b.kind == VALUE_LIST) {
        if (a.count != b.count) return false;
        for (uint32_t i = 0; i < a.count; i++) {
            if (!same(a.as.items[i], b.as.items[i])) return false;
        }
        return true;
    }
    if (a.kind == VALUE_MAP && b.kind == VALUE_MAP) {
        if (a.count != b.count) return false;
        for (uint32_t i = 0; i < a.count; i++) {
            if (!same(a.as.entries[i].value, hcl_member(b, a.as.entries[i].key))) return false;
        }
        return true;
    }
    bool unknown = false;
    return hcl_equal(a, b, &unknown) && !unknown;
}

static int64_t byte_of(Case *c, const Node *error, const char *side) {
    const Node *block = find(&c->expected, body_of(error), HCL_BLOCK, side);
    const Node *byte = block ? find(&c->expected, body_of(block), HCL_ATTRIBUTE, "byte") : NULL;
    return byte ? evaluate(c, &c->expected, hcl_child(byte, 1)).as.integer : -1;
}

/* Every expected error is ours, and ours are no more. */
static bool errors_match(Case *c) {
    const Node *list = find(&c->expected, c->expected.tree->nodes, HCL_BLOCK, "diagnostics");
    uint32_t wanted = 0, met = 0;
    if (list) node_each(error, body_of(list)) {
        wanted++;
        Span span = {(uint32_t)byte_of(c, error, "from"), (uint32_t)byte_of(c, error, "to")};
        for (uint32_t i = 0; i < c->errors.count; i++) {
            if (c->errors.items[i].start == span.start && c->errors.items[i].end == span.end) {
                met++;
                break;
            }
        }
    }
    return met == wanted && c->errors.count == wanted;
}

static bool run(Case *c) {
    const Node *schema = c->schema.tree->nodes, *variables = find(&c->schema, schema, HCL_BLOCK, "variables"), *spec = NULL;
    node_each(child, schema) {
        if (child->kind == HCL_BLOCK && child != variables) spec = child;
    }
    if (variables) {
        VEC(Entry) entries = {0};
        node_each(child, body_of(variables)) {
            Value v = evaluate(c, &c->schema, hcl_child(child, 1));
            vec_push(&c->arena, &entries, ((Entry){value_string(node_text(c->schema.tree, node_first(child))), v}));
        }
        c->variables = value_map(entries.items, entries.count);
    }
    for (uint32_t i = 0; i < c->input.source.problems.count; i++) { /* what is only style is no error of the language */
        if (problem_is_loss(c->input.source.problems.items[i].code)) vec_push(&c->arena, &c->errors, c->input.source.problems.items[i].span);
    }
    bool broken = c->errors.count > 0;
    Value value = decode(c, spec, c->input.tree->nodes);
    if (broken || !errors_match(c)) return errors_match(c);
    const Node *result = find(&c->expected, c->expected.tree->nodes, HCL_ATTRIBUTE, "result");
    return !result || same(value, evaluate(c, &c->expected, hcl_child(result, 1)));
}

/* ---- the folder ---- */

static bool load(Case *c, File *file, int folder, Str path, const char *suffix) {
    Str name = str_format(&c->arena, "%.*s%s", STR_ARGS(path), suffix), bytes;
    if (io_read(folder, name.at, false, 1u << 20, SOURCE_PADDING, &c->arena, &bytes) != READ_OK) return false;
    source_init(&file->source, name, bytes);
    file->tree = hcl_parse(text_of_source(&file->source));
    return !tree_verify(file->tree);
}

static void run_case(int folder, Str path, uint32_t *passed, uint32_t *failed) {
    Case c = {0};
    bool loaded = load(&c, &c.expected, folder, path, ".t") && load(&c, &c.schema, folder, path, ".hcldec") && load(&c, &c.input, folder, path, ".hcl");
    if (loaded && run(&c)) ++*passed;
    else {
        ++*failed;
        printf("FAIL %.*s\n", STR_ARGS(path));
    }
    if (loaded) {
        source_free(&c.expected.source);
        source_free(&c.schema.source);
        source_free(&c.input.source);
    }
    arena_free(&c.arena);
}

static void walk(int root, Str path, uint32_t *passed, uint32_t *failed, int depth) {
    Arena a = {0};
    Str z = path.len ? str_copy(&a, path) : STR(".");
    int fd = openat(root, z.at, O_RDONLY | O_DIRECTORY);
    DIR *dir = fd < 0 || depth > 8 ? NULL : fdopendir(fd);
    for (struct dirent *e; dir && (e = readdir(dir));) {
        Str name = str_of(e->d_name);
        if (name.at[0] == '.') continue;
        Str full = path.len ? str_format(&a, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(name)) : name;
        if (str_ends(name, STR(".t"))) run_case(root, str_slice(full, 0, full.len - 2), passed, failed);
        else if (!str_has(name, STR(".h"))) walk(root, full, passed, failed, depth + 1);
    }
    if (dir) closedir(dir);
    arena_free(&a);
}

int main(int argc, char **argv) {
    if (argc != 2) return 2;
    int root = open(argv[1], O_RDONLY | O_DIRECTORY);
    if (root < 0) return 2;
    uint32_t passed = 0, failed = 0;
    walk(root, STR(""), &passed, &failed, 0);
    close(root);
    printf("%u passed, %u failed\n", passed, failed);
    return failed ? 1 : 0;
}
