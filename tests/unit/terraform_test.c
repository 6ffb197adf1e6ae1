/* Terraform: modules, values, files and plans as they are evaluated, without any check. */
#include "model/redact.h"
#include "unit/terraform_trial.h"

#include <stdio.h>

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

/* Optional attributes are there, texts are numbers, sets in order; what lacks a type stays as it is. */
static void variables_have_types(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "variable \"n\" {\n  type     = string\n  default  = \"d\"\n  nullable = false\n}\nvariable \"q\" { default = \"d\" }\noutput \"o\" { value = [var.n, var.q] }\n", "main.tf",
             "variable \"x\" {\n  type = map(object({\n    on   = optional(bool, true)\n    size = optional(number)\n    in   = optional(object({ a = optional(string, \"z\") }), {})\n  }))\n"
             "  default = { k = { size = \"5\", other = 1 }, l = { on = \"false\" } }\n}\n"
             "variable \"s\" {\n  type    = set(string)\n  default = [\"b\", \"a\", \"b\", 1]\n}\nvariable \"f\" {\n  type    = map(any)\n  default = { a = { b = 1 } }\n}\n"
             "module \"m\" {\n  source = \"./m\"\n  n      = null\n  q      = null\n}\n"
             "output \"o\" { value = [var.x, var.s, module.m.o, try(var.x[\"k\"].other, \"no\"), try(var.f.a.c, \"none\")] }\n", NULL);
    assert_body(&t, "output.o", "{\"value\": [{\"k\": {\"on\": true, \"size\": 5, \"in\": {\"a\": \"z\"}}, \"l\": {\"on\": false, \"size\": null, \"in\": {\"a\": \"z\"}}}, "
                               "[\"1\", \"a\", \"b\"], [\"d\", null], \"no\", \"none\"]}");
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

/* Each copy of a call is an instance; one that can't be counted is one instance that knows nothing of `each`. */
static void modules_are_repeated(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "variable \"n\" {}\nresource \"x_y\" \"r\" { n = var.n }\noutput \"n\" { value = var.n }\n", "main.tf",
             "module \"a\" {\n  source   = \"./m\"\n  for_each = { k = 1, l = 2 }\n  n        = \"${each.key}${each.value}\"\n}\n"
             "module \"b\" {\n  source = \"./m\"\n  count  = 2\n  n      = count.index\n}\n"
             "module \"c\" {\n  source   = \"./m\"\n  for_each = var.unknown\n  n        = each.key\n}\n"
             "module \"d\" {\n  source = \"./m\"\n  count  = 0\n  n      = 1\n}\n"
             "variable \"unknown\" {}\noutput \"o\" { value = [module.a[\"l\"].n, module.b[1].n, [for k, m in module.a : m.n]] }\n", NULL);
    assert_body(&t, "module.a[\"k\"].x_y.r", "{\"n\": \"k1\"}");
    assert_body(&t, "module.b[1].x_y.r", "{\"n\": 1}");
    assert_body(&t, "module.c.x_y.r", "{\"n\": ?variable}");
    assert_body(&t, "module.d.x_y.r", "{\"n\": 1}");
    assert_body(&t, "output.o", "{\"value\": [\"l2\", 1, [\"k1\", \"l2\"]]}");
    close_trial(&t);
}

static void assert_provider(const Trial *t, const char *address, const char *region) {
    const Object *o = find(t, SHAPE_BLOCK, address);
    if (!o) fail_msg("no block %s", address);
    Value provider = o->fields[BLOCK_PROVIDER];
    if (!region) {
        assert_int_equal(provider.kind, VALUE_NULL);
        return;
    }
    assert_int_equal(provider.kind, VALUE_OBJECT);
    assert_true(value_is_string(value_field(provider.as.object->fields[BLOCK_BODY], "region", (Arena *)(uintptr_t)&t->arena), region));
}

static void a_resource_knows_its_provider(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "m/main.tf", "resource \"aws_b\" \"r\" {}\nresource \"x_y\" \"r\" {}\n", "main.tf",
             "provider \"aws\" { region = \"one\" }\nprovider \"aws\" {\n  alias  = \"west\"\n  region = \"two\"\n}\n"
             "resource \"aws_b\" \"a\" {}\nresource \"aws_b\" \"b\" { provider = aws.west }\n"
             "module \"inherits\" { source = \"./m\" }\nmodule \"passes\" {\n  source    = \"./m\"\n  providers = { aws = aws.west }\n}\n", NULL);
    assert_provider(&t, "aws_b.a", "one");
    assert_provider(&t, "aws_b.b", "two");
    assert_provider(&t, "module.inherits.aws_b.r", "one");
    assert_provider(&t, "module.passes.aws_b.r", "two");
    assert_provider(&t, "module.passes.x_y.r", NULL);
    close_trial(&t);
}

/* terraform test: its runs and variables are none of the module beside them. */
static void tests_are_no_module(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "a.tftest.hcl", "provider \"aws\" { region = \"test\" }\nvariables { a = 1 }\nrun \"r\" { command = plan }\n", "main.tf", "resource \"aws_b\" \"a\" {}\n", NULL);
    assert_null(find(&t, SHAPE_BLOCK, "aws"));
    assert_provider(&t, "aws_b.a", NULL);
    close_trial(&t);
}

/* A file of Terragrunt is no part of the module beside it, and its blocks are others. */
static void terragrunt_stands_for_itself(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf", "resource \"x_y\" \"a\" { n = local.n }\nlocals { n = 1 }\n", "terragrunt.hcl",
             "locals { n = 2 }\nterraform { source = \"git::https://x/y.git//m\" }\nremote_state {\n  backend = \"s3\"\n  config = { encrypt = local.n == 2 }\n}\n", NULL);
    assert_body(&t, "x_y.a", "{\"n\": 1}");
    assert_body(&t, "tg.remote_state", "{\"backend\": \"s3\", \"config\": {\"encrypt\": true}}");
    assert_body(&t, "tg.terraform", "{\"source\": \"git::https://x/y.git//m\"}");
    assert_int_equal(count_problems(&t, "terraform/declared-twice"), 0);
    close_trial(&t);
}

static void modules_in_circles_end(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf", "module \"a\" {\n  source = \"./m\"\n}\nlocals {\n  x = local.y\n  y = local.x\n}\n", "m/main.tf", "module \"b\" {\n  source = \"../m\"\n}\n", NULL);
    assert_true(count_problems(&t, "terraform/cycle") >= 2);
    close_trial(&t);
}

/* No root leads there. */
static void modules_that_only_call_each_other_are_read(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "a/main.tf", "module \"b\" { source = \"../b\" }\nresource \"x_y\" \"r\" { n = 1 }\n", "b/main.tf", "module \"a\" { source = \"../a\" }\nresource \"x_y\" \"s\" { n = 2 }\n", NULL);
    assert_body(&t, "x_y.r", "{\"n\": 1}");
    assert_body(&t, "module.b.x_y.s", "{\"n\": 2}");
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

/* What writes JSON escapes < > &, and keeps the lines of an object. */
static void escapes_in_an_expression_of_json_are_its_characters(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf.json",
             "{\"output\": {\"lines\": {\"value\": \"${jsonencode({\\n  a = 1\\n  b = { c = 2\\n d = [3,\\n4] }\\n})}\"},\n"
             " \"both\": {\"value\": \"${1 \\u003c 2 \\u0026\\u0026 3 \\u003e 2 ?\\n \\u0022yes\\u0022 : \\\"no\\\"}\"}}}", NULL);
    assert_int_equal(t.sources[0].problems.count, 0);
    assert_body(&t, "output.lines", "{\"value\": {\"a\": 1, \"b\": {\"c\": 2, \"d\": [3, 4]}}}");
    assert_body(&t, "output.both", "{\"value\": \"yes\"}");
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

/* By its name, or because the plan calls it sensitive, wherever it stands. */
static void a_plan_shows_no_credential(void **state UNUSED) {
    Trial t = {0};
    Buf out = {0};
    evaluate(&t, NULL, "plan.json", "{\"format_version\":\"1.2\",\"terraform_version\":\"1.11.4\",\"variables\":{\"db_password\":{\"value\":\"secretone\"}},\"planned_values\":{\"outputs\":{\"o\":{\"sensitive\":true,\"value\":\"secrettwo\"}},\"root_module\":{\"resources\":[{\"address\":\"terraform_data.a\",\"mode\":\"managed\",\"type\":\"terraform_data\",\"name\":\"a\",\"values\":{\"input\":{\"k\":[\"secretthree\"]}},\"sensitive_values\":{\"input\":true}}, {\"address\":\"aws_db_instance.d\",\"mode\":\"managed\",\"type\":\"aws_db_instance\",\"name\":\"d\",\"values\":{\"publicly_accessible\":true}}]}},\"resource_changes\":[{\"address\":\"terraform_data.a\",\"change\":{\"after\":{\"x\":[{\"y\":\"secretfour\"}]},\"after_sensitive\":{\"x\":[{\"y\":true}]}}}]}", NULL);
    redact_note(&t.sources[0], &t.models[0].subjects, &t.arena);
    redact_bytes(&t.sources[0], 0, (uint32_t)t.sources[0].bytes.len, &out);
    assert_int_equal(t.sources[0].secrets.count, 4);
    assert_true(str_find(buf_str(&out), STR("publicly_accessible")) != STR_NONE);
    static const char *const secrets[] = {"secretone", "secrettwo", "secretthree", "secretfour"};
    for (size_t i = 0; i < ARRAY_COUNT(secrets); i++) assert_true(str_find(buf_str(&out), str_of(secrets[i])) == STR_NONE);
    buf_free(&out);
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

static void assert_statements(const Trial *t, const char *address, const char *want) {
    const Object *o = find(t, SHAPE_BLOCK, address);
    if (!o) fail_msg("no block %s", address);
    Value statements = o->fields[BLOCK_STATEMENTS];
    Buf got = {0};
    for (uint32_t i = 0; i < statements.count; i++) value_dump(statements.as.items[i].as.object->fields[STATEMENT_ACTIONS], &got);
    if (!str_is(buf_str(&got), want)) fail_msg("%s has %.*s instead of %s", address, (int)got.len, got.at, want);
    buf_free(&got);
}

/* Documents made of others: what has the same Sid is replaced, the rest is added. */
static void policy_documents_are_merged(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "data \"aws_iam_policy_document\" \"a\" {\n  statement {\n    sid     = \"one\"\n    actions = [\"s3:*\"]\n  }\n  statement {\n    actions = [\"ec2:*\"]\n  }\n}\n"
             "data \"aws_iam_policy_document\" \"b\" {\n  source_policy_documents = [data.aws_iam_policy_document.a.json]\n  statement {\n    sid     = \"one\"\n    actions = [\"s3:Get*\"]\n  }\n"
             "  override_policy_documents = [jsonencode({ Statement = [{ Action = \"iam:*\" }] })]\n}\n"
             "resource \"aws_iam_policy\" \"p\" { policy = data.aws_iam_policy_document.b.json }\n", NULL);
    assert_statements(&t, "aws_iam_policy.p", "[\"s3:Get*\"][\"ec2:*\"][\"iam:*\"]");
    close_trial(&t);
}

/* Condition, in both ways to write it. */
static void conditions_have_one_shape(void **state UNUSED) {
    Trial t = {0};
    evaluate(&t, NULL, "main.tf",
             "data \"aws_iam_policy_document\" \"a\" {\n  statement {\n    actions = [\"s3:*\"]\n    condition {\n      test     = \"Bool\"\n      variable = \"aws:SecureTransport\"\n      values   = [\"false\"]\n    }\n  }\n}\n"
             "resource \"aws_iam_policy\" \"b\" {\n  policy = jsonencode({ Statement = { Action = \"s3:*\", Condition = { Bool = { \"aws:SecureTransport\" = \"false\" } } } })\n}\n", NULL);
    static const char *const addresses[] = {"data.aws_iam_policy_document.a", "aws_iam_policy.b"};
    for (size_t i = 0; i < ARRAY_COUNT(addresses); i++) {
        Value statements = find(&t, SHAPE_BLOCK, addresses[i])->fields[BLOCK_STATEMENTS];
        Buf got = {0};
        assert_int_equal(statements.count, 1);
        value_dump(statements.as.items[0].as.object->fields[STATEMENT_CONDITIONS], &got);
        if (!str_is(buf_str(&got), "[{\"test\": \"Bool\", \"variable\": \"aws:securetransport\", \"values\": [\"false\"]}]")) fail_msg("%s: %.*s", addresses[i], (int)got.len, got.at);
        buf_free(&got);
    }
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

/* What a module does by default changed with its versions: https://github.com/terraform-aws-modules/terraform-aws-s3-bucket/releases/tag/v4.0.0 */
static void defaults_follow_the_version(void **state UNUSED) {
    static const struct { const char *version; int want; } cases[] = {
        {"version = \"3.7.0\"", false}, {"version = \"~> 3.0\"", false}, {"version = \">= 3.0, < 4.0\"", false}, {"version = \"4.1.2\"", true},
        {"version = \"< 4.1\"", true}, {"version = \">= 3.0\"", true}, {"", true}, {"version = var.unknown", -1},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Trial t = {0};
        Str file = str_format(&t.arena, "module \"b\" {\n  source = \"terraform-aws-modules/s3-bucket/aws\"\n  %s\n}\nvariable \"unknown\" {}\n", cases[i].version);
        evaluate(&t, NULL, "main.tf", file.at, NULL);
        const Object *o = find(&t, SHAPE_BLOCK, "module.b.aws_s3_bucket_public_access_block.this");
        assert_non_null(o);
        Value blocked = value_field(o->fields[BLOCK_BODY], "block_public_acls", &t.arena);
        assert_int_equal(blocked.kind, cases[i].want < 0 ? VALUE_HOLE : VALUE_BOOL);
        if (cases[i].want >= 0) assert_int_equal(blocked.as.boolean, cases[i].want);
        close_trial(&t);
    }
}

/* What could not be read may be what a block is missing. */
static void test_users_of_a_damaged_module(void **state UNUSED) {
    static const char *const rest[] = {"", "resource \"aws_s3_bucket_versioning\" \"v\" {\n"};
    for (size_t i = 0; i < ARRAY_COUNT(rest); i++) {
        Trial t = {0};
        char text[200];
        snprintf(text, sizeof text, "resource \"aws_s3_bucket\" \"a\" {\n}\n%s", rest[i]);
        evaluate(&t, NULL, "main.tf", text, NULL);
        const Object *bucket = find(&t, SHAPE_BLOCK, "aws_s3_bucket.a");
        assert_non_null(bucket);
        assert_int_equal((bucket->fields[BLOCK_USERS].flags & VALUE_OPEN) != 0, i == 1);
        close_trial(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(values_come_in_order),
        cmocka_unit_test(variables_have_types),
        cmocka_unit_test(modules_get_their_inputs),
        cmocka_unit_test(modules_are_repeated),
        cmocka_unit_test(a_resource_knows_its_provider),
        cmocka_unit_test(tests_are_no_module),
        cmocka_unit_test(terragrunt_stands_for_itself),
        cmocka_unit_test(modules_in_circles_end),
        cmocka_unit_test(modules_that_only_call_each_other_are_read),
        cmocka_unit_test(names_are_declared),
        cmocka_unit_test(calls_fit_their_modules),
        cmocka_unit_test(json_is_read_like_hcl),
        cmocka_unit_test(escapes_in_an_expression_of_json_are_its_characters),
        cmocka_unit_test(broken_json_is_a_problem),
        cmocka_unit_test(files_of_the_repository_are_read),
        cmocka_unit_test(override_files_override),
        cmocka_unit_test(the_same_name_is_the_same_bucket),
        cmocka_unit_test(a_plan_knows_everything),
        cmocka_unit_test(a_plan_shows_no_credential),
        cmocka_unit_test(a_value_tells_where_it_was_written),
        cmocka_unit_test(policy_documents_are_merged),
        cmocka_unit_test(conditions_have_one_shape),
        cmocka_unit_test(kubernetes_resources_are_manifests),
        cmocka_unit_test(registry_modules_make_resources),
        cmocka_unit_test(defaults_follow_the_version), cmocka_unit_test(test_users_of_a_damaged_module),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
