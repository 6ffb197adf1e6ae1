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
    bool told;
} Walk;

/* Plans have no aliases and are flat: only a hostile one gets here, and its reader is told. */
static bool is_too_much(Walk *w, Value v, int depth) {
    if (depth <= DEPTH_MAX && ++w->seen <= VALUES_MAX) return false;
    if (!w->told) source_problem(w->file->source, PROBLEM_TERRAFORM_TOO_LARGE, v.source == w->file->source ? span_of(v.span.start, v.span.start) : span_of(0, 0), (Str){NULL, 0});
    w->told = true;
    return true;
}

/* All texts and numbers in it. */
static void hide(Walk *w, Value v, int depth) {
    uint32_t count;
    if (is_too_much(w, v, depth)) return;
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
        o->fields[SECRET_SYSTEM] = value_at(value_string(v.source->system), v.source, v.span);
        model_subject(w->file->model, o);
    }
}

/* What `marks` says true of: sensitive_values has the shape of the values. */
static void hide_marked(Walk *w, Value v, Value marks, int depth) {
    uint32_t count, more;
    if (is_too_much(w, v, depth)) return;
    if (marks.kind == VALUE_BOOL) {
        if (marks.as.boolean) hide(w, v, depth);
    } else if (value_is_map(marks) && value_is_map(v)) {
        const Entry *entries = value_entries(marks, &count, w->a), *own = value_entries(v, &more, w->a);
        Map named = entries_index(own, more, w->a);
        for (uint32_t i = 0; i < count; i++) {
            const Value *below = map_get(&named, value_text(entries[i].key));
            if (below) hide_marked(w, *below, entries[i].value, depth + 1);
        }
    } else if (value_is_list(marks) && value_is_list(v)) {
        const Value *items = value_items(marks, &count, w->a), *own = value_items(v, &more, w->a);
        for (uint32_t i = 0; i < MIN(count, more); i++) hide_marked(w, own[i], items[i], depth + 1);
    }
}

/* A state names them by paths: [[{type: get_attr, value: password}]]. */
static void hide_paths(Walk *w, Value v, Value paths) {
    uint32_t count, steps;
    const Value *items = value_items(paths, &count, w->a);
    const Entry *entries = value_entries(v, &steps, w->a);
    Map attributes = entries_index(entries, steps, w->a);
    for (uint32_t i = 0; i < count; i++) {
        const Value *path = value_items(items[i], &steps, w->a);
        Value first = steps ? value_field(path[0], "value", w->a) : value_null();
        const Value *found = first.kind == VALUE_STRING ? map_get(&attributes, value_text(first)) : NULL;
        if (!found) continue;
        hide(w, *found, 0); /* all of the attribute: what its path leads to lies in it, and others' paths, too */
        map_put(w->a, &attributes, value_text(first), NULL);
    }
}

static void walk(Walk *w, Value v, int depth) {
    static const char *const pairs[][2] = {{"values", "sensitive_values"}, {"after", "after_sensitive"}, {"before", "before_sensitive"}, {"value", "sensitive"}};
    uint32_t count;
    if (is_too_much(w, v, depth)) return;
    if (value_is_list(v)) {
        const Value *items = value_items(v, &count, w->a);
        for (uint32_t i = 0; i < count; i++) walk(w, items[i], depth + 1);
    }
    if (!value_is_map(v)) return;
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        Value marks = value_field(v, pairs[i][1], w->a);
        if (marks.kind != VALUE_NULL) hide_marked(w, value_field(v, pairs[i][0], w->a), marks, depth);
    }
    Value paths = value_field(v, "sensitive_attributes", w->a);
    if (value_is_list(paths)) hide_paths(w, value_field(v, "attributes", w->a), paths);
    const Entry *entries = value_entries(v, &count, w->a);
    for (uint32_t i = 0; i < count; i++) {
        Value own = entries[i].value;
        if (value_is_map(own)) own = value_field(own, "value", w->a); /* a variable's */
        if (value_is_null(own)) own = value_field(entries[i].value, "constant_value", w->a); /* an expression's */
        if (own.kind == VALUE_STRING && terraform_is_credential(value_text(entries[i].key))) hide(w, own, depth);
        walk(w, entries[i].value, depth + 1);
    }
}

/* ---- variables that the configuration calls sensitive ---- */

/* `given`: what the variables of this module are given, the root's by the plan, others' by their calls. */
static void walk_configuration(Walk *w, Value module, Value given, int depth) {
    uint32_t count, given_count;
    if (is_too_much(w, module, depth)) return;
    const Entry *entries = value_entries(given, &given_count, w->a);
    Map values = entries_index(entries, given_count, w->a);
    entries = value_entries(value_field(module, "variables", w->a), &count, w->a);
    for (uint32_t i = 0; i < count; i++) {
        const Value *value = map_get(&values, value_text(entries[i].key));
        if (!value_is_true(value_field(entries[i].value, "sensitive", w->a))) continue;
        hide(w, value_field(entries[i].value, "default", w->a), depth);
        if (value) hide(w, *value, depth);
    }
    entries = value_entries(value_field(module, "module_calls", w->a), &count, w->a);
    for (uint32_t i = 0; i < count; i++) walk_configuration(w, value_field(entries[i].value, "module", w->a), value_field(entries[i].value, "expressions", w->a), depth + 1);
}

void terraform_plan_secrets(const SystemFile *file, Value root, Arena *a) {
    Walk w = {.file = file, .a = a};
    walk(&w, root, 0);
    walk_configuration(&w, value_path(root, "configuration.root_module", a), value_field(root, "variables", a), 0);
}
