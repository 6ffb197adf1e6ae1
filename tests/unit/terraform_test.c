/* Terraform: modules, values, files and plans as they are evaluated, without any check. */
#include "model/shape.h"
#include "systems/system.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

#define FILES_MAX 8

typedef struct Trial {
    Arena arena;
    Source sources[FILES_MAX];
    Model models[FILES_MAX];
    SystemFile files[FILES_MAX];
    uint32_t count;
    const char *beside, *text; /* one file that expressions may read */
} Trial;

static bool read_beside(void *data, Str path, Arena *a, Str *out) {
    const Trial *t = data;
    if (!t->beside || !str_is(path, t->beside)) return false;
    *out = str_copy(a, str_of(t->text));
    return true;
}

/* Path, content, path, content …, NULL; sorted by path. */
static void evaluate(Trial *t, const char *value_file, ...) {
    va_list list;
    va_start(list, value_file);
    const System *system = system_of(SYSTEM_TERRAFORM);
    for (const char *path; (path = va_arg(list, const char *));) {
        uint32_t i = t->count++;
        source_init(&t->sources[i], str_of(path), str_of(va_arg(list, const char *)));
        t->sources[i].system = STR("terraform");
        t->models[i] = (Model){.arena = &t->sources[i].arena};
        const Tree *tree = system->parse(&t->sources[i]);
        const char *broken = tree_verify(tree);
        if (broken) fail_msg("%s: %s", path, broken);
        system->model(&t->sources[i], tree, &t->models[i]);
        t->files[i] = (SystemFile){&t->sources[i], tree, &t->models[i]};
    }
    va_end(list);
    Str values = value_file ? str_of(value_file) : STR("");
    Outside outside = {&values, value_file != NULL, read_beside, NULL, t, true, NULL, NULL, 0};
    system->evaluate(t->files, t->count, &outside);
}

static void close_trial(Trial *t) {
    for (uint32_t i = 0; i < t->count; i++) source_free(&t->sources[i]);
    arena_free(&t->arena);
}

static const Object *find(const Trial *t, ShapeId shape, const char *address) {
    for (uint32_t i = 0; i < t->count; i++) {
        for (uint32_t k = 0; k < t->models[i].subjects.count; k++) {
            const Object *o = t->models[i].subjects.items[k];
            if (o->shape->id == shape && str_is(o->address, address)) return o;
        }
    }
    return NULL;
}

static void assert_body(const Trial *t, const char *address, const char *want) {
    const Object *o = find(t, SHAPE_BLOCK, address);
    if (!o) fail_msg("no block %s", address);
    Buf got = {0};
    value_dump(o->fields[BLOCK_BODY], &got);
    if (!str_is(buf_str(&got), want)) fail_msg("%s is %.*s instead of %s", address, (int)got.len, got.at, want);
    buf_free(&got);
}

static uint32_t count_problems(const Trial *t, const char *code) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < t->count; i++) {
        for (uint32_t k = 0; k < t->models[i].subjects.count; k++) {
            const Object *o = t->models[i].subjects.items[k];
            count += o->shape->id == SHAPE_PROBLEM && value_is_string(o->fields[PROBLEM_CODE], code);
        }
    }
    return count;
}

static void values_come_in_order(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, "env/prod.tfvars", "a.auto.tfvars", "b = 3\nc = 3\n", "env/prod.tfvars", "c = 4\n", "main.tf",
             "variable \"a\" { default = 1 }\nvariable \"b\" { default = 1 }\nvariable \"c\" { default = 1 }\nvariable \"d\" {}\n"
             "output \"o\" { value = [var.a, var.b, var.c, var.d] }\n",
             "terraform.tfvars", "a = 2\nb = 2\n", NULL);
    assert_body(&t, "output.o", "{\"value\": [2, 3, 4, ?variable]}");
    close_trial(&t);
}

static void modules_get_their_inputs(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "variable \"n\" {}\nresource \"x_y\" \"r\" {\n  count = var.n\n  i = count.index\n}\noutput \"p\" { value = path.module }\n",
             "main.tf", "module \"a\" {\n  source = \"./m\"\n  n = 2\n}\noutput \"o\" { value = module.a.p }\n", NULL);
    assert_body(&t, "module.a.x_y.r[1]", "{\"count\": 2, \"i\": 1}");
    assert_body(&t, "output.o", "{\"value\": \"m\"}");
    assert_null(find(&t, SHAPE_BLOCK, "module.a.x_y.r[2]"));
    close_trial(&t);
}

static void modules_in_circles_end(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf", "module \"a\" {\n  source = \"./m\"\n}\nlocals {\n  x = local.y\n  y = local.x\n}\n", "m/main.tf", "module \"b\" {\n  source = \"../m\"\n}\n", NULL);
    assert_true(count_problems(&t, "terraform/cycle") >= 2);
    close_trial(&t);
}

static void names_are_declared(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "output \"o\" { value = [var.nope, local.nope, data.a_b.nope, a_b.nope.id, each.value, [for a_c in [] : a_c.x]] }\n"
             "resource \"a_b\" \"c\" {\n  provider = a_p.west\n  dynamic \"some_block\" {\n    for_each = []\n    content { x = some_block.value }\n  }\n}\n", NULL);
    assert_int_equal(count_problems(&t, "terraform/undeclared"), 4);
    close_trial(&t);
}

static void calls_fit_their_modules(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "variable \"n\" {}\n", "main.tf",
             "module \"a\" {\n  source = \"./m\"\n  k = 2\n}\nmodule \"b\" {\n  source = \"./gone\"\n}\nmodule \"c\" {\n  source = \"../outside\"\n}\n", NULL);
    assert_int_equal(count_problems(&t, "terraform/unknown-input"), 1);
    assert_int_equal(count_problems(&t, "terraform/missing-input"), 1);
    assert_int_equal(count_problems(&t, "terraform/missing-module"), 1);
    close_trial(&t);
}

static void json_is_read_like_hcl(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf.json",
             "{\"//\": {\"a\": [1]}, \"variable\": {\"v\": {\"type\": \"list(string)\", \"default\": [\"x\"]}},\n"
             " \"resource\": {\"a_b\": {\"c\": [{\"s\": \"${join(\\\",\\\", var.v)}-\\\"q\\\"\\u00e9\", \"tags\": {\"A b\": \"$${k}\"}, \"n\": -1.5,\n"
             "   \"nested\": {\"on\": true}, \"rule\": [{\"p\": 1}, {\"p\": 2}], \"none\": null, \"l\": [], \"depends_on\": [\"a_b.d\"]}]}},\n"
             " \"locals\": {\"m\": {\"k\": 1}}, \"output\": {\"o\": {\"value\": \"${local.m.k}\"}}}", NULL);
    assert_int_equal(t.sources[0].problems.count, 0);
    assert_body(&t, "a_b.c", "{\"s\": \"x-\\\"q\\\"é\", \"tags\": {\"A b\": \"${k}\"}, \"n\": -1.5, \"none\": null, \"l\": [], \"depends_on\": [?unread], "
                             "\"nested\": [{\"on\": true}], \"rule\": [{\"p\": 1}, {\"p\": 2}]}");
    assert_body(&t, "output.o", "{\"value\": 1}");
    const Object *o = find(&t, SHAPE_BLOCK, "a_b.c");
    assert_true(str_is(source_slice(&t.sources[0], o->span), "c\""));
    close_trial(&t);
}

static void broken_json_is_a_problem(void **state UNUSED) {
    static const char *const texts[] = {"", "{", "[", "{\"resource\": {\"a\": ", "{\"a\" 1}", "{\"locals\": {\"a\": \"${\"}}", "{\"locals\": {\"a\": \"\\", "[[[[", "nul"};
    for (size_t i = 0; i < ARRAY_COUNT(texts); i++) {
        Trial t = {0};
        evaluate(&t, NULL, "main.tf.json", texts[i], NULL);
        assert_true(t.sources[0].problems.count > 0);
        close_trial(&t);
    }
}

static void files_of_the_repository_are_read(void **state UNUSED) {
    Trial t = {.beside = "m/t.tpl", .text = "%{ for n in names ~}\n${n}=${port}\n%{ endfor ~}\n"};
    evaluate(&t, NULL, "main.tf",
             "output \"a\" { value = templatefile(\"m/t.tpl\", {port = 80, names = [\"x\", \"y\"]}) }\noutput \"b\" { value = file(\"../m/t.tpl\") }\n"
             "output \"c\" { value = fileexists(\"m/t.tpl\") }\noutput \"d\" { value = file(\"/m/t.tpl\") }\noutput \"e\" { value = yamldecode(\"a: [1, {b: c}]\") }\n", NULL);
    assert_body(&t, "output.a", "{\"value\": \"x=80\\ny=80\\n\"}");
    assert_body(&t, "output.b", "{\"value\": ?unread}");
    assert_body(&t, "output.c", "{\"value\": true}");
    assert_body(&t, "output.d", "{\"value\": ?unread}");
    assert_body(&t, "output.e", "{\"value\": {\"a\": [1, {\"b\": \"c\"}]}}");
    close_trial(&t);
}

static void override_files_override(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "a_override.tf", "resource \"a_b\" \"c\" {\n  x = 2\n  n {\n    k = 9\n  }\n}\nlocals {\n  l = 5\n}\nvariable \"v\" { default = 4 }\n", "main.tf",
             "resource \"a_b\" \"c\" {\n  x = 1\n  y = local.l\n  z = var.v\n  n {\n    k = 1\n  }\n}\nlocals {\n  l = 1\n}\nvariable \"v\" { default = 1 }\n", NULL);
    assert_body(&t, "a_b.c", "{\"y\": 5, \"z\": 4, \"x\": 2, \"n\": [{\"k\": 9}]}");
    assert_int_equal(count_problems(&t, "terraform/declared-twice"), 0);
    close_trial(&t);
}

static void the_same_name_is_the_same_bucket(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "variable \"v\" {}\nresource \"aws_s3_bucket\" \"b\" {\n  bucket = var.v\n}\nresource \"aws_s3_bucket\" \"c\" {\n  bucket = \"c\"\n}\n"
             "resource \"aws_s3_bucket_versioning\" \"b\" {\n  bucket = var.v\n}\nresource \"aws_s3_bucket_versioning\" \"c\" {\n  bucket = \"c\"\n}\n", NULL);
    assert_int_equal(find(&t, SHAPE_BLOCK, "aws_s3_bucket.b")->fields[BLOCK_USERS].count, 1);
    assert_int_equal(find(&t, SHAPE_BLOCK, "aws_s3_bucket.c")->fields[BLOCK_USERS].count, 1);
    close_trial(&t);
}

static void a_plan_knows_everything(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "plan.json",
             "{\"format_version\": \"1.2\", \"terraform_version\": \"1.9.0\", \"planned_values\": {\"root_module\": {\"resources\": [\n"
             "{\"address\": \"a_b.c\", \"mode\": \"managed\", \"type\": \"a_b\", \"name\": \"c\", \"values\": {\"x\": 1, \"none\": null, \"blocks\": [], \"doc\": \"{\\\"k\\\": [true]}\"}}],\n"
             "\"child_modules\": [{\"address\": \"module.m[0]\", \"resources\": [{\"address\": \"module.m[0].a_d.e\", \"mode\": \"managed\", \"type\": \"a_d\", \"name\": \"e\", \"values\": {}}]}]}},\n"
             "\"resource_changes\": [{\"address\": \"a_b.c\", \"change\": {\"after_unknown\": {\"id\": true}}}],\n"
             "\"configuration\": {\"root_module\": {\"module_calls\": {\"m\": {\"module\": {\"resources\": [{\"address\": \"a_d.e\", \"expressions\": {\"q\": {\"references\": [\"a_d.e\"]}}}]}}}}}}", NULL);
    assert_body(&t, "a_b.c", "{\"x\": 1, \"doc\": {\"k\": [true]}, \"id\": ?remote}");
    assert_body(&t, "module.m[0].a_d.e", "{}");
    close_trial(&t);
}

static void a_value_tells_where_it_was_written(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "variable \"v\" {}\nlocals {\n  w = var.v\n}\nresource \"a_b\" \"c\" {\n  x = local.w\n}\n", "main.tf", "module \"m\" {\n  source = \"./m\"\n  v = \"here\"\n}\n", NULL);
    const Object *o = find(&t, SHAPE_BLOCK, "module.m.a_b.c");
    assert_non_null(o);
    assert_int_equal(o->origin_count, 1);
    assert_true(str_is(o->origins[0].source->path, "main.tf"));
    assert_true(str_is(source_slice(o->origins[0].source, o->origins[0].there), "\"here\""));
    close_trial(&t);
}

static void kubernetes_resources_are_manifests(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "resource \"kubernetes_deployment_v1\" \"d\" {\n  metadata {\n    name = \"d\"\n  }\n  spec {\n    template {\n      spec {\n        host_ipc = true\n"
             "        container {\n          name  = \"c\"\n          image = \"nginx:1.27\"\n          port {\n            container_port = 80\n          }\n        }\n      }\n    }\n  }\n}\n", NULL);
    const Object *o = find(&t, SHAPE_CONTAINER, "kubernetes_deployment_v1.d");
    assert_non_null(o);
    assert_true(value_is_string(o->fields[CONTAINER_NAME], "c"));
    const Object *m = find(&t, SHAPE_MANIFEST, "kubernetes_deployment_v1.d");
    assert_true(value_is_string(m->fields[MANIFEST_API_VERSION], "apps/v1"));
    close_trial(&t);
}

static void registry_modules_make_resources(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf", "module \"e\" {\n  source = \"terraform-aws-modules/ecr/aws\"\n  repository_image_scan_on_push = false\n}\n", NULL);
    const Object *o = find(&t, SHAPE_BLOCK, "module.e.aws_ecr_repository.this");
    assert_non_null(o);
    Value scanning = value_field(o->fields[BLOCK_BODY], "image_scanning_configuration", &t.arena);
    assert_int_equal(scanning.kind, VALUE_LIST);
    assert_int_equal(value_field(o->fields[BLOCK_BODY], "policy", &t.arena).kind, VALUE_HOLE);
    close_trial(&t);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_order),
        cmocka_unit_test(modules_get_their_inputs),
        cmocka_unit_test(modules_in_circles_end),
        cmocka_unit_test(names_are_declared),
        cmocka_unit_test(calls_fit_their_modules),
        cmocka_unit_test(json_is_read_like_hcl),
        cmocka_unit_test(broken_json_is_a_problem),
        cmocka_unit_test(files_of_the_repository_are_read),
        cmocka_unit_test(override_files_override),
        cmocka_unit_test(the_same_name_is_the_same_bucket),
        cmocka_unit_test(a_plan_knows_everything),
        cmocka_unit_test(a_value_tells_where_it_was_written),
        cmocka_unit_test(kubernetes_resources_are_manifests),
        cmocka_unit_test(registry_modules_make_resources),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
