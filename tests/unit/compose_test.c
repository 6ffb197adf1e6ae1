/* Compose as it merges: each test says which files there are, and what a service of one of them is in the end. */
#include "model/project.h"
#include "parse/yaml.h"
#include "systems/compose.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define FILES_MAX 4

typedef struct Given {
    const char *path, *text;
} Given;

typedef struct Loaded {
    Arena arena;
    Neighbours neighbours;
    Source sources[FILES_MAX];
    uint32_t count;
    Model model;
} Loaded;

static void add_file(Loaded *l, Given given) {
    Source *source = &l->sources[l->count++];
    source_init(source, str_of(given.path), str_of(given.text));
    bool env = str_is(str_of(given.path), ".env");
    Neighbour *n = arena_new(&l->arena, Neighbour);
    *n = (Neighbour){source, env ? NULL : yaml_parse(text_of_source(source)), env ? SYSTEM_DOTENV : SYSTEM_COMPOSE};
    map_put(&l->arena, &l->neighbours.by_path, source->path, n);
    void **slot = map_slot(&l->arena, &l->neighbours.by_folder, STR(""));
    if (!*slot) *slot = arena_new(&l->arena, NeighbourVec);
    NeighbourVec *list = *slot;
    vec_push(&l->arena, list, n);
}

/* Models the first of the files. */
static void load(Loaded *l, const Given *files, size_t count) {
    *l = (Loaded){0};
    for (size_t i = 0; i < count; i++) add_file(l, files[i]);
    l->neighbours.arena = &l->arena;
    l->neighbours.whole = true;
    l->model = (Model){.arena = &l->sources[0].arena, .neighbours = &l->neighbours};
    compose_model(&l->sources[0], NULL, &l->model);
}

static void unload(Loaded *l) {
    for (uint32_t i = 0; i < l->count; i++) source_free(&l->sources[i]);
    arena_free(&l->arena);
}

/* The index-th subject of a shape. */
static const Object *subject(const Loaded *l, ShapeId shape, uint32_t index) {
    for (uint32_t i = 0; i < l->model.subjects.count; i++) {
        if (l->model.subjects.items[i]->shape->id == shape && index-- == 0) return l->model.subjects.items[i];
    }
    return NULL;
}

static void assert_value(Value v, const char *expected) {
    Buf out = {0};
    value_dump(v, &out);
    buf_byte(&out, '\0');
    assert_string_equal(buf_str(&out).at, expected);
    buf_free(&out);
}

#define LOAD(l, ...)                           \
    const Given given[] = {__VA_ARGS__};       \
    load((l), given, ARRAY_COUNT(given))
#define FIELD_OF(l, shape, index, field) (subject((l), SHAPE_##shape, (index))->fields[shape##_##field])

static void variables(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a:\n    image: ${I:-web}:${T}\n    command: [$$HOME, '${N}', \"${E:-x}\", '${S:+set}', '${U-${N}}', '$1']\n    init: ${B:-true}\n"},
         {".env", "# c\nexport N='one' \nE=\nS=1 # why\n"});
    assert_value(FIELD_OF(&l, COMPOSE_SERVICE, 0, SPEC),
                 "{\"image\": ?variable(\"web:\"…\"\"), \"command\": [\"$HOME\", \"one\", \"x\", \"set\", \"one\", \"$1\"], \"init\": true}");
    unload(&l);
}

static void override_of_the_same_folder(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a:\n    image: x\n    command: [a]\n    ports: ['1:1']\n    environment: [A=1, B=2]\n    volumes: ['./a:/d', './b:/e']\n    tty: true\n"},
         {"compose.override.yaml", "services:\n  a:\n    command: [b]\n    ports: ['2:2']\n    environment: {B: '3'}\n    volumes: ['./c:/d']\n    tty: !reset null\n"});
    assert_value(FIELD_OF(&l, COMPOSE_SERVICE, 0, SPEC),
                 "{\"image\": \"x\", \"command\": [\"b\"], \"ports\": [\"1:1\", \"2:2\"], \"environment\": {\"A\": \"1\", \"B\": \"3\"}, "
                 "\"volumes\": [\"./b:/e\", \"./c:/d\"], \"tty\": null}");
    unload(&l);
}

/* What a file that must be named adds is not known to be there. */
static void other_override_is_a_hole(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a:\n    image: x\n  b:\n    image: y\n"}, {"compose.prod.yaml", "services:\n  a:\n    restart: always\n"});
    assert_value(FIELD_OF(&l, COMPOSE_SERVICE, 0, SPEC), "{\"image\": \"x\", \"restart\": ?variable}");
    assert_value(FIELD_OF(&l, COMPOSE_SERVICE, 1, SPEC), "{\"image\": \"y\"}");
    unload(&l);
}

/* An override gives what it touches, merged, at the place of the file it completes. */
static void override_touches(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.prod.yaml", "services:\n  a:\n    restart: always\n"}, {"compose.yaml", "services:\n  a:\n    image: x\n  b:\n    image: y\n"});
    const Object *a = subject(&l, SHAPE_COMPOSE_SERVICE, 0);
    assert_value(a->fields[COMPOSE_SERVICE_SPEC], "{\"image\": \"x\", \"restart\": \"always\"}");
    assert_ptr_equal(a->source, &l.sources[1]);
    assert_null(subject(&l, SHAPE_COMPOSE_SERVICE, 1));
    unload(&l);
}

static void extends(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a: {extends: {file: base.yaml, service: b}, tty: true}\n  c: {extends: a, image: z}\n  d: {extends: {file: gone.yaml, service: x}}\n"},
         {"base.yaml", "services:\n  b: {image: x, environment: [A=1]}\n"});
    Value c = FIELD_OF(&l, COMPOSE_SERVICE, 1, SPEC);
    Arena a = {0};
    assert_value(value_field(c, "image", &a), "\"z\"");
    assert_value(value_field(c, "tty", &a), "true");
    assert_value(value_field(c, "environment", &a), "[\"A=1\"]");
    assert_true(FIELD_OF(&l, COMPOSE_SERVICE, 2, SPEC).flags & VALUE_OPEN);
    arena_free(&a);
    unload(&l);
}

static void extends_in_circles_ends(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "include: [compose.yaml]\nservices:\n  a: {extends: b}\n  b: {extends: a}\n"});
    assert_true(FIELD_OF(&l, COMPOSE_SERVICE, 0, SPEC).flags & VALUE_OPEN);
    unload(&l);
}

static void includes_define(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "include: [db.yaml]\nservices:\n  a: {image: x, depends_on: [db, cache]}\n"}, {"db.yaml", "services:\n  db: {image: y}\n"});
    assert_value(FIELD_OF(&l, COMPOSE_REFERENCE, 0, DEFINED), "true");
    assert_value(FIELD_OF(&l, COMPOSE_REFERENCE, 1, DEFINED), "false");
    unload(&l);
}

static void ports(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a:\n    image: x\n    ports: [80, '127.0.0.1:8000-8001:90-91/udp', '[::1]:1:2', '127.0.0.1:${P}:5', 22:22, a:1, {target: 3, published: '4'}]\n"});
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 0, PUBLISHED), "null");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 0, TARGET), "80");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 1, ADDRESS), "\"127.0.0.1\"");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 1, PUBLISHED_LAST), "8001");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 1, PROTOCOL), "\"udp\"");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 2, ADDRESS), "\"[::1]\"");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 3, ADDRESS), "\"127.0.0.1\"");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 3, TARGET), "5");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 4, IS_SEXAGESIMAL), "true");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 5, IS_VALID), "false");
    assert_value(FIELD_OF(&l, COMPOSE_PORT, 6, PUBLISHED), "4");
    unload(&l);
}

static void volumes(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a:\n    image: x\n    volumes: ['/:/host:ro,rslave', d:/d, '/anonymous', 'C:\\data:/e', vol:/v]\nvolumes:\n  d:\n  vol: {driver_opts: {o: bind, device: /srv/v}}\n"});
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 0, HOST_PATH), "\"/\"");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 0, READ_ONLY), "true");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 0, PROPAGATION), "\"rslave\"");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 1, TYPE), "\"volume\"");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 1, HOST_PATH), "null");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 2, SOURCE), "null");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 3, SOURCE), "\"C:\\\\data\"");
    assert_value(FIELD_OF(&l, COMPOSE_MOUNT, 4, HOST_PATH), "\"/srv/v\"");
    unload(&l);
}

static void circles(void **state UNUSED) {
    Loaded l;
    LOAD(&l, {"compose.yaml", "services:\n  a: {image: x, depends_on: [b]}\n  b: {image: x, depends_on: [c]}\n  c: {image: x, depends_on: [b, c]}\n"});
    assert_value(FIELD_OF(&l, COMPOSE_REFERENCE, 0, CYCLE), "null");
    assert_value(FIELD_OF(&l, COMPOSE_REFERENCE, 2, CYCLE), "\"b → c → b\"");
    assert_value(FIELD_OF(&l, COMPOSE_REFERENCE, 3, CYCLE), "\"c → c\"");
    unload(&l);
}

/* An alias that multiplies is cut, and the coverage learns of it. */
static void bomb(void **state UNUSED) {
    Buf text = {0};
    buf_lit(&text, "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n");
    for (int i = 1; i < 12; i++) buf_print(&text, "a%d: &a%d [*a%d, *a%d, *a%d, *a%d, *a%d, *a%d, *a%d]\n", i, i, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1, i - 1);
    buf_lit(&text, "services:\n  a: {image: x, command: *a11}\n");
    buf_byte(&text, '\0');
    Loaded l;
    LOAD(&l, {"compose.yaml", buf_str(&text).at});
    assert_int_equal(l.sources[0].problems.count, 1);
    assert_int_equal(l.sources[0].problems.items[0].code, PROBLEM_FILE_TOO_MANY_NODES);
    unload(&l);
    buf_free(&text);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(variables),
        cmocka_unit_test(override_of_the_same_folder),
        cmocka_unit_test(other_override_is_a_hole),
        cmocka_unit_test(override_touches),
        cmocka_unit_test(extends),
        cmocka_unit_test(extends_in_circles_ends),
        cmocka_unit_test(includes_define),
        cmocka_unit_test(ports),
        cmocka_unit_test(volumes),
        cmocka_unit_test(circles),
        cmocka_unit_test(bomb),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
