/* Grants of Google Cloud's IAM, one object a role that somebody gets: https://cloud.google.com/iam/docs/reference/rest/v1/Policy
 * google_THING_iam_member gives it to one, google_THING_iam_binding to several, data.google_iam_policy and google_THING_iam_policy hold many.
 * Invariant: `members` is a list, whichever of them it is. */
#include "systems/terraform/module.h"

static Value as_list(Value v, Arena *a) {
    if (v.kind != VALUE_STRING) return v;
    Value *one = arena_new(a, Value);
    *one = v;
    return value_at(value_list(one, 1), v.source, v.span);
}

static void grant_model(Object *block, Value body, Str scope, const char *members, Model *model) {
    if (body.kind != VALUE_MAP) return;
    Object *o = object_new(model->arena, SHAPE_CLOUD_GRANT, block->source, block->span);
    if (body.source == block->source && span_holds(block->extent, body.span)) o->span = body.span;
    o->extent = block->extent;
    o->address = block->address;
    o->fields[CLOUD_GRANT_ROLE] = terraform_member(body, "role");
    o->fields[CLOUD_GRANT_MEMBERS] = as_list(terraform_member(body, members), model->arena);
    o->fields[CLOUD_GRANT_SCOPE] = value_at(value_string(scope), block->source, o->span);
    o->fields[CLOUD_GRANT_CONDITION] = terraform_member(body, "condition");
    o->fields[CLOUD_GRANT_BLOCK] = value_object(block);
    model_subject(model, o);
}

static void grant_models(Object *block, Value bindings, Str scope, Model *model) {
    for (uint32_t i = 0; bindings.kind == VALUE_LIST && i < bindings.count; i++) grant_model(block, bindings.as.items[i], scope, "members", model);
}

/* What stands between google_ and `suffix`: what the grant is for. */
static bool scope_of(Str type, Str suffix, Str *scope) {
    const Str prefix = STR("google_");
    if (type.len < prefix.len + suffix.len || !str_starts(type, prefix) || !str_ends(type, suffix)) return false;
    *scope = str_slice(type, prefix.len, type.len - suffix.len);
    return true;
}

void terraform_grants(Object *block, Model *model) {
    Str type = value_text(block->fields[BLOCK_BLOCK_TYPE]), scope;
    Value body = block->fields[BLOCK_BODY];
    if (str_is(type, "data.google_iam_policy")) grant_models(block, terraform_member(body, "binding"), STR("policy"), model);
    if (scope_of(type, STR("_iam_member"), &scope)) grant_model(block, body, scope, "member", model);
    if (scope_of(type, STR("_iam_binding"), &scope)) grant_model(block, body, scope, "members", model);
    if (!scope_of(type, STR("_iam_policy"), &scope)) return;
    Value data = terraform_member(body, "policy_data");
    if (data.kind == VALUE_MAP) grant_models(block, terraform_member(data, "bindings"), scope, model);
}
