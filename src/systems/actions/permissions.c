/* `permissions:` as one PERMISSION for each scope, against the table of scopes. */
#include "facts/fact.h"
#include "systems/actions/lower.h"

static void permission_object(Actions *w, const Node *at, const Node *value_node, Str scope, Str value, JobInfo *job) {
    Object *o = object_new(w->arena, SHAPE_PERMISSION, w->source, node_span(w->tree, at));
    o->fields[PERMISSION_SCOPE] = value_at(value_string(scope), w->source, o->span);
    o->fields[PERMISSION_VALUE] = value_at(value_string(value), w->source, node_span(w->tree, value_node));
    FactRows rows = fact_rows(fact_table(STR("action-permissions")), scope);
    Str severity = rows.count ? fact_cell(rows.table, rows.first, 2) : (Str){NULL, 0};
    if (severity.len) o->fields[PERMISSION_SEVERITY] = value_at(value_string(severity), w->source, o->span);
    Str comment = actions_comment(w, node_span(w->tree, value_node), true);
    if (comment.len) o->fields[PERMISSION_COMMENT] = value_at(value_string(comment), w->source, o->span);
    if (job) {
        o->fields[PERMISSION_JOB] = value_object(job->object);
        o->address = job->object->address;
    }
    o->fields[PERMISSION_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
}

static bool is_in(Str list, Str name) {
    Str piece;
    while (list.len && str_next(&list, ',', &piece)) {
        if (str_eq(piece, name)) return true;
    }
    return false;
}

static Str nearest_scope(Str name) {
    const FactTable *table = fact_table(STR("action-permissions"));
    Str names[64];
    size_t count = MIN((size_t)fact_row_count(table), ARRAY_COUNT(names));
    for (size_t i = 0; i < count; i++) names[i] = fact_cell(table, (uint32_t)i, 0);
    return str_nearest(name, names, count);
}

static void scope_lower(Actions *w, const Pair *pair, JobInfo *job) {
    Str scope = actions_text(w, pair->key), value = actions_text(w, pair->value);
    permission_object(w, pair->key, pair->value, scope, value, job);
    FactRows rows = fact_rows(fact_table(STR("action-permissions")), scope);
    Str allowed = rows.count ? fact_cell(rows.table, rows.first, 1) : STR("read,write,none");
    if (!rows.count) actions_problem(w, PROBLEM_PIPELINE_UNKNOWN_SCOPE, pair->key, scope, nearest_scope(scope));
    else if (allowed.len && !is_in(allowed, value)) actions_problem(w, PROBLEM_PIPELINE_SCOPE_VALUE, pair->value, value, allowed);
}

void permissions_lower(Actions *w, const Node *node, JobInfo *job) {
    Str text = actions_text(w, node);
    bool read = str_is(text, "read-all"), write = str_is(text, "write-all");
    if (actions_is_null(w, node)) {
        actions_problem(w, PROBLEM_PIPELINE_EMPTY, node, STR("permissions"), (Str){NULL, 0});
    } else if (node->kind == YAML_SCALAR) {
        if (read || write) permission_object(w, node, node, STR("all"), read ? STR("read") : STR("write"), job);
        else actions_problem(w, PROBLEM_PIPELINE_SCOPE_VALUE, node, text, STR("read-all,write-all"));
    }
    Pair pair = {0};
    while (actions_next(w, node, &pair)) {
        if (pair.key->kind == YAML_SCALAR && pair.value->kind == YAML_SCALAR) scope_lower(w, &pair, job);
    }
}
