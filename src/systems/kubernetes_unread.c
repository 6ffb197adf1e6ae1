/* Objects whose meaning nobody here knows: what is left are credentials and the telling. Invariant: what facts/generic-kinds.tsv names is never
 * taken for something that was read. */
#include "facts/fact.h"
#include "facts/schema.h"
#include "systems/kubernetes_lower.h"

enum { COLUMN_KINDS = 1, COLUMN_TITLE, COLUMN_SPANISH };

/* Once for each title of a file. */
static void tell(Manifest *m, Str english, Str spanish) {
    Prose reason = {{str_format(m->arena, "only what holds for any manifest was checked: %.*s", STR_ARGS(english)),
                     str_format(m->arena, "solo se revisó lo que vale para cualquier manifiesto: %.*s", STR_ARGS(spanish))}};
    vec_each(Gap, gap, &m->model->gaps) {
        if (str_eq(gap->reason.in[0], reason.in[0])) return;
    }
    uint32_t line = m->composite ? 0 : source_place(m->source, m->object->span.start).line; /* what was built stands in other files */
    vec_push(m->arena, &m->model->gaps, ((Gap){m->source->path, line, reason}));
}

static bool is_generic(Manifest *m, Str group, Str kind) {
    FactRows rows = fact_rows(fact_table(STR("generic-kinds")), group);
    for (uint32_t i = 0; i < rows.count; i++) {
        Str kinds = fact_cell(rows.table, rows.first + i, COLUMN_KINDS);
        if (kinds.len && !str_has_word(kinds, kind)) continue;
        tell(m, fact_cell(rows.table, rows.first + i, COLUMN_TITLE), fact_cell(rows.table, rows.first + i, COLUMN_SPANISH));
        return true;
    }
    return false;
}

/* What the users of a kubeconfig sign in with.
 * https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/ */
static void kubeconfig_model(Manifest *m, Value body) {
    uint32_t count;
    const Value *users = value_items(value_field(body, "users", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) secrets_in_user(m, value_field(users[i], "user", m->arena));
}

void unread_kind_model(Manifest *m, Value body) {
    Str version = value_text(m->object->fields[MANIFEST_API_VERSION]), kind = value_text(m->object->fields[MANIFEST_KIND]);
    Str group = value_text(m->object->fields[MANIFEST_GROUP]);
    bool generic = is_generic(m, group.len ? group : version, kind);
    if (generic && str_is(version, "v1") && str_is(kind, "Config")) kubeconfig_model(m, body);
    else if (!schema_find(version, kind) && body.kind == VALUE_TREE) secrets_in_any(m, body);
}
