/* Grants of Google Cloud's IAM: who gets which role, however many of them a block holds. */
#include "unit/terraform_trial.h"

typedef struct Case {
    const char *hcl;
    const char *want; /* scope role members, one grant after the other */
} Case;

static void dump_grants(const Trial *t, Buf *out) {
    for (uint32_t i = 0; i < t->models[0].subjects.count; i++) {
        const Object *o = t->models[0].subjects.items[i];
        if (o->shape->id != SHAPE_CLOUD_GRANT) continue;
        if (out->len) buf_add(out, STR("; "));
        buf_add(out, value_text(o->fields[CLOUD_GRANT_SCOPE]));
        buf_byte(out, ' ');
        value_dump(o->fields[CLOUD_GRANT_ROLE], out);
        buf_byte(out, ' ');
        value_dump(o->fields[CLOUD_GRANT_MEMBERS], out);
    }
}

static void grants_are_read_from_every_block(void **state UNUSED) {
    static const Case cases[] = {
        {"resource \"google_project_iam_member\" \"a\" {\n  role = \"roles/editor\"\n  member = \"user:a@b.c\"\n}\n", "project \"roles/editor\" [\"user:a@b.c\"]"},
        {"resource \"google_storage_bucket_iam_binding\" \"a\" {\n  role = \"r\"\n  members = [\"allUsers\", \"x\"]\n}\n", "storage_bucket \"r\" [\"allUsers\", \"x\"]"},
        {"data \"google_iam_policy\" \"a\" {\n  binding {\n    role = \"r\"\n    members = [\"x\"]\n  }\n  binding {\n    role = \"s\"\n    members = [\"y\"]\n  }\n}\n", "policy \"r\" [\"x\"]; policy \"s\" [\"y\"]"},
        {"resource \"google_project_iam_policy\" \"a\" {\n  policy_data = jsonencode({ bindings = [{ role = \"r\", members = [\"x\"] }] })\n}\n", "project \"r\" [\"x\"]"},
        {"variable \"who\" {}\nresource \"google_project_iam_member\" \"a\" {\n  role = \"r\"\n  member = var.who\n}\n", "project \"r\" ?variable"},
        {"variable \"who\" {}\nresource \"google_project_iam_member\" \"a\" {\n  for_each = toset([\"r\", \"s\"])\n  role = each.key\n  member = \"m\"\n}\n", "project \"r\" [\"m\"]; project \"s\" [\"m\"]"},
        {"resource \"google_iam_member\" \"a\" {\n  role = \"r\"\n}\nresource \"google_iam_policy\" \"a\" {\n}\n", ""}, /* for nothing: prefix and suffix share a byte */
        {"resource \"google_project\" \"iam_member\" {\n  role = \"r\"\n}\nresource \"aws_project_iam_member\" \"a\" {\n  role = \"r\"\n}\n", ""},
    };
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Trial t = {0};
        Buf got = {0};
        evaluate(&t, NULL, "main.tf", cases[i].hcl, NULL);
        dump_grants(&t, &got);
        if (!str_is(buf_str(&got), cases[i].want)) fail_msg("%s\ngives \"%.*s\" instead of \"%s\"", cases[i].hcl, (int)got.len, got.at, cases[i].want);
        buf_free(&got);
        close_trial(&t);
    }
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(grants_are_read_from_every_block)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
