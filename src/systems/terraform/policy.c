/* Policy documents of AWS: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
 * One or many, a text or a list, by any key: each Statement becomes one object with lists. */
#include "systems/terraform/module.h"

#define DOCUMENT_STATEMENTS_MAX 2000 /* of one document made of others: they could double in each */

/* A list whatever was written; a hole stays one. */
static Value as_list(Value v, Arena *a) {
    if (v.kind == VALUE_NULL || v.kind == VALUE_LIST || v.kind == VALUE_HOLE) return v;
    Value *one = arena_new(a, Value);
    *one = v;
    return value_at(value_list(one, 1), v.source, v.span);
}

/* "*", or {AWS: …, Service: …}: everybody named, in one list. */
static Value principals(Value v, Arena *a) {
    if (v.kind != VALUE_MAP) return as_list(v, a);
    ValueVec all = {0};
    uint8_t flags = v.flags & VALUE_OPEN;
    for (uint32_t i = 0; i < v.count; i++) {
        Value list = as_list(v.as.entries[i].value, a);
        if (list.kind == VALUE_HOLE) flags |= VALUE_OPEN;
        for (uint32_t k = 0; list.kind == VALUE_LIST && k < list.count; k++) vec_push(a, &all, list.as.items[k]);
    }
    Value out = value_list(all.items, all.count);
    out.flags = flags;
    return value_at(out, v.source, v.span);
}

static Value part_of(Value test, Value variable, Value values, Value at, Arena *a) {
    Entry *entries = arena_array(a, Entry, 3);
    Str name = value_text(variable); /* keys are compared without regard to case */
    if (name.len) variable = value_at(value_string(str_lower(a, name)), variable.source, variable.span);
    entries[0] = (Entry){value_string(STR("test")), test};
    entries[1] = (Entry){value_string(STR("variable")), variable};
    entries[2] = (Entry){value_string(STR("values")), as_list(values, a)};
    return value_at(value_map(entries, 3), at.source, at.span);
}

/* {"StringEquals": {"aws:SourceArn": "…"}}, or condition blocks with test, variable and values: one list of parts. */
static Value conditions(Value v, Arena *a) {
    ValueVec parts = {0};
    uint8_t flags = v.flags & VALUE_OPEN;
    if (v.kind == VALUE_NULL || v.kind == VALUE_HOLE) return v;
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) {
        Value block = v.as.items[i];
        if (block.kind == VALUE_MAP) vec_push(a, &parts, part_of(terraform_member(block, "test"), terraform_member(block, "variable"), terraform_member(block, "values"), block, a));
        else flags |= VALUE_OPEN;
    }
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) {
        Value keys = v.as.entries[i].value;
        if (keys.kind != VALUE_MAP) flags |= VALUE_OPEN;
        for (uint32_t k = 0; keys.kind == VALUE_MAP && k < keys.count; k++) vec_push(a, &parts, part_of(v.as.entries[i].key, keys.as.entries[k].key, keys.as.entries[k].value, keys, a));
    }
    Value out = value_at(value_list(parts.items, parts.count), v.source, v.span);
    out.flags = flags;
    return out;
}

/* What a `statement` block of aws_iam_policy_document says is told there, once: a policy of IAM that takes the document over, or another document
 * with it as a source, means nothing else by it. Policies of resources do: what they say is about the resource. */
static bool is_told_elsewhere(const Object *block, Value statement) {
    static const char *const carriers[] = {"data.aws_iam_policy_document", "aws_iam_policy", "aws_iam_role_policy", "tf.output", "tf.module"};
    Str type = value_text(block->fields[BLOCK_BLOCK_TYPE]);
    bool document = statement.source && str_starts(source_slice(statement.source, statement.span), STR("statement"));
    for (size_t i = 0; document && i < ARRAY_COUNT(carriers); i++) {
        if (str_is(type, carriers[i])) return true;
    }
    return false;
}

static void statement_model(Object *block, Value statement, Value attribute, Str name, Model *model) {
    if (statement.kind != VALUE_MAP) return;
    Arena *a = model->arena;
    bool own = statement.source == block->source && span_holds(block->extent, statement.span);
    Value at = own ? statement : attribute;
    Object *o = object_new(a, SHAPE_STATEMENT, block->source, at.span);
    o->address = block->address;
    o->origins = block->origins;
    o->origin_count = block->origin_count;
    o->fields[STATEMENT_EFFECT] = terraform_member(statement, "Effect");
    o->fields[STATEMENT_ACTIONS] = as_list(terraform_member(statement, "Action"), a);
    o->fields[STATEMENT_NOT_ACTIONS] = as_list(terraform_member(statement, "NotAction"), a);
    o->fields[STATEMENT_RESOURCES] = as_list(terraform_member(statement, "Resource"), a);
    o->fields[STATEMENT_NOT_RESOURCES] = as_list(terraform_member(statement, "NotResource"), a);
    o->fields[STATEMENT_PRINCIPALS] = principals(terraform_member(statement, "Principal"), a);
    o->fields[STATEMENT_NOT_PRINCIPALS] = principals(terraform_member(statement, "NotPrincipal"), a);
    o->fields[STATEMENT_CONDITION] = terraform_member(statement, "Condition");
    o->fields[STATEMENT_CONDITIONS] = conditions(o->fields[STATEMENT_CONDITION], a);
    o->fields[STATEMENT_ATTRIBUTE] = value_at(value_string(name), block->source, at.span);
    o->fields[STATEMENT_BLOCK_TYPE] = block->fields[BLOCK_BLOCK_TYPE];
    o->fields[STATEMENT_BLOCK] = value_object(block);
    o->fields[STATEMENT_IS_TOLD] = value_at(value_bool(!own && is_told_elsewhere(block, statement)), block->source, at.span);
    for (int i = 0; !own && i < STATEMENT_FIELD_COUNT; i++) o->fields[i] = value_at(o->fields[i], block->source, at.span);
    model_subject(model, o);
}

static void document(Object *block, Value v, Str name, Model *model, int depth) {
    if (depth > 3) return;
    if (v.kind == VALUE_LIST) { /* nested blocks: inline_policy { policy = … } */
        for (uint32_t i = 0; i < v.count; i++) document(block, v.as.items[i], name, model, depth + 1);
    }
    if (v.kind != VALUE_MAP) return;
    Value statements = hcl_member(v, value_string(STR("Statement")));
    if (statements.kind == VALUE_MAP) statement_model(block, statements, v, name, model);
    for (uint32_t i = 0; statements.kind == VALUE_LIST && i < statements.count; i++) statement_model(block, statements.as.items[i], v, name, model);
    if (statements.kind != VALUE_NULL && statements.kind != VALUE_HOLE) return;
    for (uint32_t i = 0; i < v.count; i++) document(block, v.as.entries[i].value, value_text(v.as.entries[i].key), model, depth + 1);
}

void terraform_statements(Object *block, Model *model) { document(block, block->fields[BLOCK_BODY], STR(""), model, 0); }

/* ---- aws_iam_policy_document ---- */

typedef VEC(Entry) EntryVec;

static void rename(Value from, const char *name, const char *as, EntryVec *out, Arena *a) {
    Value v = terraform_member(from, name);
    if (v.kind != VALUE_NULL) vec_push(a, out, ((Entry){value_string(str_of(as)), v}));
}

/* principals { type = "AWS"  identifiers = […] } … */
static void rename_principals(Value from, const char *name, const char *as, EntryVec *out, Arena *a) {
    Value blocks = terraform_member(from, name);
    if (blocks.kind != VALUE_LIST || !blocks.count) return;
    Entry *entries = arena_array(a, Entry, blocks.count);
    for (uint32_t i = 0; i < blocks.count; i++) entries[i] = (Entry){terraform_member(blocks.as.items[i], "type"), terraform_member(blocks.as.items[i], "identifiers")};
    Value map = value_map(entries, blocks.count);
    map.flags = blocks.flags & VALUE_OPEN;
    vec_push(a, out, ((Entry){value_string(str_of(as)), value_at(map, blocks.source, blocks.span)}));
}

static Value statement_of(Value block, Arena *a) {
    EntryVec out = {0};
    Value effect = terraform_member(block, "effect");
    if (effect.kind == VALUE_NULL) effect = value_at(value_string(STR("Allow")), block.source, block.span);
    vec_push(a, &out, ((Entry){value_string(STR("Effect")), effect}));
    rename(block, "sid", "Sid", &out, a);
    rename(block, "actions", "Action", &out, a);
    rename(block, "not_actions", "NotAction", &out, a);
    rename(block, "resources", "Resource", &out, a);
    rename(block, "not_resources", "NotResource", &out, a);
    rename(block, "condition", "Condition", &out, a);
    rename_principals(block, "principals", "Principal", &out, a);
    rename_principals(block, "not_principals", "NotPrincipal", &out, a);
    return value_at(value_map(out.items, out.count), block.source, block.span);
}

typedef struct Document {
    ValueVec statements;
    Map sids; /* Sid → the place of the first statement that has it + 1 */
    uint8_t flags;
    bool cut; /* there were more */
    Arena *arena;
} Document;

/* A statement with a Sid takes the place of the one that has it. */
static void add_statement(Document *d, Value statement, bool overrides) {
    Str sid = value_text(statement.kind == VALUE_MAP ? terraform_member(statement, "Sid") : value_null());
    void **place = sid.len ? map_slot(d->arena, &d->sids, sid) : NULL;
    if (overrides && place && *place) {
        d->statements.items[(uintptr_t)*place - 1] = statement;
        return;
    }
    if (d->statements.count == DOCUMENT_STATEMENTS_MAX) {
        d->flags |= VALUE_OPEN;
        d->cut = true;
        return;
    }
    vec_push(d->arena, &d->statements, statement);
    if (place && !*place) *place = (void *)(uintptr_t)d->statements.count;
}

/* source_policy_documents, override_policy_documents: lists of JSON; what is not known leaves the document open. */
static void add_documents(Document *d, Value list, bool overrides) {
    if (list.kind == VALUE_NULL) return;
    list = as_list(list, d->arena); /* source_json, as it was until version 4 of the provider: one of them */
    if (list.kind != VALUE_LIST || list.flags & VALUE_OPEN) d->flags |= VALUE_OPEN;
    for (uint32_t i = 0; list.kind == VALUE_LIST && i < list.count; i++) {
        Value statements = list.as.items[i].kind == VALUE_MAP ? terraform_member(list.as.items[i], "Statement") : value_hole(HOLE_UNREAD);
        if (statements.kind == VALUE_MAP) add_statement(d, statements, overrides);
        else if (statements.kind != VALUE_LIST || statements.flags & VALUE_OPEN) d->flags |= VALUE_OPEN;
        for (uint32_t k = 0; statements.kind == VALUE_LIST && k < statements.count; k++) add_statement(d, statements.as.items[k], overrides);
    }
}

/* https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document */
Value terraform_policy_document(Value body, Arena *a, bool *cut) {
    Document d = {.arena = a};
    Value blocks = terraform_member(body, "statement");
    add_documents(&d, terraform_member(body, "source_policy_documents"), false);
    add_documents(&d, terraform_member(body, "source_json"), false);
    for (uint32_t i = 0; blocks.kind == VALUE_LIST && i < blocks.count; i++) add_statement(&d, statement_of(blocks.as.items[i], a), true);
    add_documents(&d, terraform_member(body, "override_policy_documents"), true);
    add_documents(&d, terraform_member(body, "override_json"), true);
    Value list = value_at(value_list(d.statements.items, d.statements.count), body.source, body.span);
    *cut = *cut || d.cut;
    list.flags = (blocks.flags & VALUE_OPEN) | d.flags;
    Entry *entry = arena_new(a, Entry);
    *entry = (Entry){value_string(STR("Statement")), list};
    return value_at(value_map(entry, 1), body.source, body.span);
}
