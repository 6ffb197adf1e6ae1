/* Plans and states hold every password that a provider was given or returned. They are no faults of the file, which a pipeline makes and
 * throws away, but nobody may see them: what is sensitive, or a credential by its name, is never shown. */
#include "systems/facets.h"
#include "systems/terraform/module.h"

#define DEPTH_MAX 80
#define VALUES_MAX 2000000u /* of one file */

typedef struct Walk {
    const SystemFile *file;
    Arena *a;
    uint32_t seen;
} Walk;

/* All texts and numbers in it. */
static void hide(Walk *w, Value v, int depth) {
    uint32_t count;
    if (depth > DEPTH_MAX || ++w->seen > VALUES_MAX) return;
    if (value_is_map(v)) {
        const Entry *entries = value_entries(v, &count, w->a);
        for (uint32_t i = 0; i < count; i++) hide(w, entries[i].value, depth + 1);
    } else if (value_is_list(v)) {
        const Value *items = value_items(v, &count, w->a);
        for (uint32_t i = 0; i < count; i++) hide(w, items[i], depth + 1);
    } else if (v.kind != VALUE_NULL && v.kind != VALUE_BOOL && v.source == w->file->source && v.span.start < v.span.end) {
        Object *o = object_new(w->file->model->arena, SHAPE_SECRET, v.source, v.span);
        o->fields[SECRET_VALUE] = v;
        o->fields[SECRET_VALUE].flags |= VALUE_SECRET;
        o->fields[SECRET_BY] = value_at(value_string(STR("plan")), v.source, v.span);
        o->fields[SECRET_WHERE] = value_at(value_string(STR("plan")), v.source, v.span);
        model_subject(w->file->model, o);
    }
}

/* What `marks` says true of: sensitive_values has the shape of the values. */
static void hide_marked(Walk *w, Value v, Value marks, int depth) {
    uint32_t count, more;
    if (depth > DEPTH_MAX || ++w->seen > VALUES_MAX) return;
    if (marks.kind == VALUE_BOOL) {
        if (marks.as.boolean) hide(w, v, depth);
    } else if (value_is_map(marks) && value_is_map(v)) {
        const Entry *entries = value_entries(marks, &count, w->a);
        for (uint32_t i = 0; i < count; i++) hide_marked(w, value_field(v, str_copy(w->a, value_text(entries[i].key)).at, w->a), entries[i].value, depth + 1);
    } else if (value_is_list(marks) && value_is_list(v)) {
        const Value *items = value_items(marks, &count, w->a), *own = value_items(v, &more, w->a);
        for (uint32_t i = 0; i < MIN(count, more); i++) hide_marked(w, own[i], items[i], depth + 1);
    }
}

static void walk(Walk *w, Value v, int depth) {
    static const char *const pairs[][2] = {{"values", "sensitive_values"}, {"after", "after_sensitive"}, {"before", "before_sensitive"}, {"value", "sensitive"}};
    uint32_t count;
    if (depth > DEPTH_MAX || ++w->seen > VALUES_MAX) return;
    if (value_is_list(v)) {
        const Value *items = value_items(v, &count, w->a);
        for (uint32_t i = 0; i < count; i++) walk(w, items[i], depth + 1);
    }
    if (!value_is_map(v)) return;
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        Value marks = value_field(v, pairs[i][1], w->a);
        if (marks.kind != VALUE_NULL) hide_marked(w, value_field(v, pairs[i][0], w->a), marks, depth);
    }
    const Entry *entries = value_entries(v, &count, w->a);
    for (uint32_t i = 0; i < count; i++) {
        Value own = value_is_map(entries[i].value) ? value_field(entries[i].value, "value", w->a) : entries[i].value; /* a variable's */
        if (own.kind == VALUE_STRING && terraform_is_credential(value_text(entries[i].key))) hide(w, own, depth);
        walk(w, entries[i].value, depth + 1);
    }
}

void terraform_plan_secrets(const SystemFile *file, Value root, Arena *a) {
    Walk w = {file, a, 0};
    walk(&w, root, 0);
}
