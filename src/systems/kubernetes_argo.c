/* Times that objects of a cluster name, and credentials among what an Application of Argo CD gives to a chart.
 * https://kubernetes.io/docs/concepts/workloads/controllers/cron-jobs/, https://argo-cd.readthedocs.io/en/stable/user-guide/sync_windows/,
 * https://argo-cd.readthedocs.io/en/stable/user-guide/application-specification/ */
#include "systems/facets.h"
#include "systems/kubernetes_lower.h"
#include "values/cron.h"

#define VALUES_DEPTH_MAX 40

/* ---- schedules ---- */

static void schedule_model(Manifest *m, Value schedule, Value window) {
    if (schedule.kind != VALUE_STRING) return;
    Cron cron;
    Str text = str_trim(value_text(schedule)), bad = text;
    Object *o = manifest_object(m, SHAPE_SCHEDULE, schedule, (Value){0});
    o->span = schedule.span;
    bool valid = str_starts(text, STR("@")) || cron_parse(text, &cron, &bad);
    o->fields[SCHEDULE_TEXT] = schedule;
    o->fields[SCHEDULE_IS_VALID] = value_at(value_bool(valid), schedule.source, schedule.span);
    o->fields[SCHEDULE_BAD] = valid ? value_absent(schedule) : value_at(value_string(bad), schedule.source, schedule.span);
    o->fields[SCHEDULE_WINDOW] = window;
    o->fields[SCHEDULE_MANIFEST] = value_object(m->object);
}

/* ---- values of charts ---- */

static void note(Manifest *m, Value value, Str name) {
    Str text = value_text(value);
    bool key = str_ends(name, STR("Key")) && (str_find(name, STR("Secret")) != STR_NONE || str_find(name, STR("assword")) != STR_NONE || str_find(name, STR("oken")) != STR_NONE); /* the key in a Secret */
    bool named = key || str_starts(name, STR("existing")) || str_ends(name, STR("Name")) || str_ends(name, STR("Ref")) || str_ends(name, STR("Path"));
    bool reference = named || str_starts(text, STR("{{")) || str_starts(text, STR("<")) || str_starts(text, STR("$")) || str_starts(text, STR("ref+")) || str_starts(text, STR("vault:"));
    Object *secret = value.kind == VALUE_STRING && !reference ? secret_model(m->model, value, name, "values") : NULL;
    if (!secret) return;
    secret->address = m->object->address;
    secret->fields[SECRET_MANIFEST] = value_object(m->object);
}

static void values_model(Manifest *m, Value v, int depth) {
    uint32_t count = 0;
    const Value *items = depth < VALUES_DEPTH_MAX && value_is_list(v) ? value_items(v, &count, m->arena) : NULL;
    for (uint32_t i = 0; items && i < count; i++) values_model(m, items[i], depth + 1);
    const Entry *entries = depth < VALUES_DEPTH_MAX && value_is_map(v) ? value_entries(v, &count, m->arena) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) {
        note(m, entries[i].value, value_text(entries[i].key));
        values_model(m, entries[i].value, depth + 1);
    }
}

/* https://user:password@host/… */
static void address_model(Manifest *m, Value url) {
    Str text = value_text(url), rest, user, host;
    size_t scheme = str_find(text, STR("://"));
    if (url.kind != VALUE_STRING || scheme == STR_NONE) return;
    rest = str_skip(text, scheme + 3);
    size_t slash = str_find_byte(rest, '/'), colon;
    if (slash != STR_NONE) rest = str_slice(rest, 0, slash);
    if (!str_cut(rest, '@', &user, &host) || (colon = str_find_byte(user, ':')) == STR_NONE) return;
    note(m, value_at(value_string(str_skip(user, colon + 1)), url.source, url.span), STR("password"));
}

/* name: redis.auth.password */
static void source_model(Manifest *m, Value source) {
    Value helm = value_field(source, "helm", m->arena), parameters = value_field(helm, "parameters", m->arena);
    address_model(m, value_field(source, "repoURL", m->arena));
    uint32_t count = 0;
    const Value *items = value_is_list(parameters) ? value_items(parameters, &count, m->arena) : NULL;
    for (uint32_t i = 0; items && i < count; i++) {
        Str name = value_text(value_field(items[i], "name", m->arena));
        size_t dot = str_find_last(name, '.');
        note(m, value_field(items[i], "value", m->arena), dot == STR_NONE ? name : str_skip(name, dot + 1));
    }
    values_model(m, value_field(helm, "valuesObject", m->arena), 0);
}

/* ---- templates ---- */

/* As it stands in the file: {{ }} is Argo CD's there, not Helm's. */
static Value written(Value v) {
    Str text = v.source ? source_slice(v.source, v.span) : (Str){NULL, 0};
    return value_is_null(v) || !text.len || value_is_map(v) || value_is_list(v) ? value_null() : value_at(value_string(text), v.source, v.span);
}

static void texts_model(Manifest *m, Value v, ValueVec *texts, int depth) {
    uint32_t count = 0;
    if (depth > VALUES_DEPTH_MAX) return;
    const Value *items = value_is_list(v) ? value_items(v, &count, m->arena) : NULL;
    for (uint32_t i = 0; items && i < count; i++) texts_model(m, items[i], texts, depth + 1);
    const Entry *entries = value_is_map(v) ? value_entries(v, &count, m->arena) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) texts_model(m, entries[i].value, texts, depth + 1);
    Value text = written(v);
    if (!items && !entries && str_find(value_text(text), STR("{{")) != STR_NONE) vec_push(m->arena, texts, text);
}

static void template_model(Manifest *m, Value template) {
    if (!value_is_map(template)) return;
    ValueVec texts = {0};
    texts_model(m, template, &texts, 0);
    Object *o = manifest_object(m, SHAPE_APPLICATION_TEMPLATE, template, (Value){0});
    o->fields[APPLICATION_TEMPLATE_TEXTS] = value_at(value_list(texts.items, texts.count), o->source, o->span);
    o->fields[APPLICATION_TEMPLATE_NAME] = written(value_field(value_field(template, "metadata", m->arena), "name", m->arena));
    o->fields[APPLICATION_TEMPLATE_PROJECT] = written(value_field(value_field(template, "spec", m->arena), "project", m->arena));
    o->fields[APPLICATION_TEMPLATE_MANIFEST] = value_object(m->object);
}

void argo_model(Manifest *m) {
    Str kind = value_text(m->object->fields[MANIFEST_KIND]), group = value_text(m->object->fields[MANIFEST_GROUP]);
    Value spec = m->object->fields[MANIFEST_SPEC];
    if (str_is(kind, "CronJob") && str_is(group, "batch")) schedule_model(m, value_field(spec, "schedule", m->arena), value_null());
    if (!str_is(group, "argoproj.io")) return;
    uint32_t count = 0;
    const Value *items = value_items(value_field(spec, "syncWindows", m->arena), &count, m->arena);
    for (uint32_t i = 0; str_is(kind, "AppProject") && i < count; i++) schedule_model(m, value_field(items[i], "schedule", m->arena), items[i]);
    if (str_is(kind, "ApplicationSet")) template_model(m, value_field(spec, "template", m->arena));
    if (str_is(kind, "ApplicationSet")) spec = value_field(value_field(spec, "template", m->arena), "spec", m->arena);
    else if (!str_is(kind, "Application")) return;
    source_model(m, value_field(spec, "source", m->arena));
    items = value_items(value_field(spec, "sources", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) source_model(m, items[i]);
}
