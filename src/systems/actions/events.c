/* `on:` as events, inputs and secrets. Names, types and filters are those of the table of events. */
#include "facts/fact.h"
#include "systems/actions/lower.h"
#include "values/cron.h"
#include "values/filter.h"

#define DISPATCH_INPUTS_MAX 25 /* https://docs.github.com/en/actions/reference/workflows-and-actions/events-that-trigger-workflows#workflow_dispatch */
#define CRON_SHORTEST 5        /* minutes; GitHub runs nothing more often */

static bool in_words(Str words, Str name) {
    Str piece;
    while (words.len && str_next(&words, ' ', &piece)) {
        if (str_eq(piece, name)) return true;
    }
    return false;
}

static Str nearest_event(Str name) {
    const FactTable *table = fact_table(STR("action-events"));
    Str names[64];
    size_t count = MIN((size_t)fact_row_count(table), ARRAY_COUNT(names));
    for (size_t i = 0; i < count; i++) names[i] = fact_cell(table, (uint32_t)i, 0);
    return str_nearest(name, names, count);
}

static void event_object(Actions *w, ValueVec *events, const Node *key, const Node *body) {
    Object *o = object_new(w->arena, SHAPE_EVENT, w->source, node_span(w->tree, key));
    o->fields[EVENT_NAME] = value_at(value_string(actions_text(w, key)), w->source, o->span);
    if (body) o->fields[EVENT_BODY] = actions_value(w, body);
    o->fields[EVENT_WORKFLOW] = value_object(w->file);
    model_subject(w->model, o);
    vec_push(w->arena, events, value_object(o));
}

/* ---- filters ---- */

static void each_scalar(Actions *w, const Node *value, void (*one)(Actions *, const Node *, void *), void *data) {
    if (value->kind == YAML_SCALAR && !(value->flags & YAML_EMPTY)) one(w, value, data);
    if (value->kind != YAML_SEQUENCE) return;
    node_each(raw, value) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (item && item->kind == YAML_SCALAR) one(w, item, data);
    }
}

typedef struct Types { Str event, allowed; } Types;

/* A word that no event of our table has as a type may be newer than it. */
static bool is_newer_type(Str name) {
    const FactTable *table = fact_table(STR("action-events"));
    for (uint32_t i = 0; i < fact_row_count(table); i++) {
        Str types = fact_cell(table, i, 1), piece;
        while (types.len && str_next(&types, ',', &piece)) {
            if (str_eq_nocase(piece, name)) return false;
        }
    }
    return true;
}

static void check_type(Actions *w, const Node *scalar, void *data) {
    const Types *types = data;
    Str name = actions_text(w, scalar), rest = types->allowed, piece, names[64];
    size_t count = 0;
    while (rest.len && str_next(&rest, ',', &piece)) {
        if (str_eq(piece, name) || str_is(piece, "*")) return;
        if (count < ARRAY_COUNT(names)) names[count++] = piece;
    }
    Str near = str_nearest(name, names, count);
    bool newer = !near.len && types->allowed.len && is_newer_type(name);
    actions_problem(w, newer ? PROBLEM_PIPELINE_NEWER_EVENT_TYPE : PROBLEM_PIPELINE_UNKNOWN_EVENT_TYPE, scalar, name, near.len ? near : types->allowed.len ? types->allowed : types->event);
}

static void check_glob(Actions *w, const Node *scalar, void *data) {
    Str bad, text = actions_text(w, scalar);
    if (text.len && !filter_is_valid(text, data != NULL, &bad)) actions_problem(w, PROBLEM_PIPELINE_GLOB, scalar, text, bad);
}

/* Patterns with ! take away from what those before them let in: alone they let nothing in. */
static void check_exclusions(Actions *w, const Node *value) {
    const Node *first = NULL;
    if (value->kind != YAML_SEQUENCE) return;
    node_each(raw, value) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (!item || item->kind != YAML_SCALAR || !str_starts(actions_text(w, item), STR("!"))) return;
        if (!first) first = item;
    }
    if (first) actions_problem(w, PROBLEM_PIPELINE_ONLY_EXCLUSIONS, first, actions_text(w, first), (Str){NULL, 0});
}

/* The events that a filter is for, between blanks. */
static Str filter_events(Str filter) {
    if (str_starts(filter, STR("branches"))) return STR("push pull_request pull_request_target workflow_run merge_group");
    if (str_starts(filter, STR("tags"))) return STR("push");
    if (str_starts(filter, STR("paths"))) return STR("push pull_request pull_request_target");
    if (str_is(filter, "workflows")) return STR("workflow_run");
    return str_is(filter, "names") || str_is(filter, "versions") ? STR("image_version") : (Str){NULL, 0};
}

static void check_exclusive(Actions *w, const Node *body) {
    static const char *const pairs[][2] = {{"branches", "branches-ignore"}, {"tags", "tags-ignore"}, {"paths", "paths-ignore"}};
    for (size_t i = 0; i < ARRAY_COUNT(pairs); i++) {
        const Node *last = NULL;
        int seen = 0;
        Pair pair = {0};
        while (actions_next(w, body, &pair)) {
            Str name = actions_text(w, pair.key);
            if (!str_is(name, pairs[i][0]) && !str_is(name, pairs[i][1])) continue;
            last = pair.key;
            seen++;
        }
        if (seen == 2) actions_problem(w, PROBLEM_PIPELINE_EXCLUSIVE_FILTERS, last, str_of(pairs[i][0]), str_of(pairs[i][1]));
    }
}

static void check_filters(Actions *w, Str event, Str types, const Node *body) {
    Pair pair = {0};
    while (actions_next(w, body, &pair)) {
        Str filter = actions_text(w, pair.key), events = filter_events(filter);
        if (str_is(filter, "types")) {
            Types data = {event, types};
            if (!types.len) actions_problem(w, PROBLEM_PIPELINE_EVENT_FILTER, pair.key, filter, event);
            else each_scalar(w, pair.value, check_type, &data);
        }
        if (!events.len) continue;
        if (!in_words(events, event)) actions_problem(w, PROBLEM_PIPELINE_EVENT_FILTER, pair.key, filter, event);
        else if (!str_is(filter, "workflows") && !str_is(filter, "names") && !str_is(filter, "versions")) {
            each_scalar(w, pair.value, check_glob, str_starts(filter, STR("paths")) ? w : NULL);
            if (!str_ends(filter, STR("-ignore"))) check_exclusions(w, pair.value);
        }
    }
    check_exclusive(w, body);
}

/* ---- schedule ---- */

/* Names of the time zone database have an area before the slash. */
static bool is_time_zone(Str name) {
    static const char *const areas[] = {"Africa", "America", "Antarctica", "Arctic", "Asia", "Atlantic", "Australia", "Brazil", "Canada", "Chile", "Etc", "Europe", "Indian", "Mexico", "Pacific", "US"};
    static const char *const alone[] = {"UTC", "GMT", "EST", "MST", "HST", "EST5EDT", "CST6CDT", "MST7MDT", "PST8PDT", "CET", "EET", "MET", "WET", "Japan", "Singapore", "Turkey", "Israel", "Iran", "Egypt", "Cuba", "Poland", "Portugal", "Eire", "Iceland", "Hongkong", "Jamaica", "Libya", "Navajo", "PRC", "ROC", "ROK", "UCT", "Universal", "Zulu", "GB", "NZ", "W-SU", "Greenwich", "Kwajalein"};
    Str area, rest;
    if (!str_cut(name, '/', &area, &rest)) {
        for (size_t i = 0; i < ARRAY_COUNT(alone); i++) {
            if (str_is(name, alone[i])) return true;
        }
        return false;
    }
    for (size_t i = 0; i < ARRAY_COUNT(areas); i++) {
        if (str_is(area, areas[i]) && rest.len) return true;
    }
    return false;
}

static void check_schedule(Actions *w, const Node *list) {
    if (list->kind != YAML_SEQUENCE) return;
    node_each(raw, list) {
        const Node *item = yaml_resolve(w->tree, raw), *cron = item ? yaml_get(w->tree, item, "cron") : NULL, *zone = item ? yaml_get(w->tree, item, "timezone") : NULL;
        Cron times;
        Str bad, text = cron ? actions_text(w, cron) : (Str){NULL, 0};
        if (text.len && !cron_parse(text, &times, &bad)) actions_problem(w, PROBLEM_PIPELINE_CRON, cron, text, bad);
        else if (text.len && times.shortest < CRON_SHORTEST) actions_problem(w, PROBLEM_PIPELINE_CRON_TOO_OFTEN, cron, text, str_format(w->arena, "%u", times.shortest));
        Str name = zone ? actions_text(w, zone) : (Str){NULL, 0};
        if (name.len && !is_time_zone(name)) actions_problem(w, PROBLEM_PIPELINE_TIME_ZONE, zone, name, (Str){NULL, 0});
    }
}

/* ---- inputs ---- */

static bool is_number(Value v) {
    if (v.kind == VALUE_STRING) v = yaml_resolve_plain(value_str(v));
    return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
}

static bool is_bool(Value v) {
    return v.kind == VALUE_BOOL || value_is_string(v, "true") || value_is_string(v, "false");
}

static bool in_options(Actions *w, const Node *options, Str text) {
    node_each(raw, options) {
        const Node *item = yaml_resolve(w->tree, raw);
        if (item && str_eq(actions_text(w, item), text)) return true;
    }
    return false;
}

static void check_default(Actions *w, Str type, const Node *value, const Node *options, bool is_call) {
    Value v = actions_value(w, value);
    if (v.kind == VALUE_HOLE || actions_is_null(w, value)) return;
    bool ok = true;
    if (str_is(type, "boolean")) ok = is_call ? v.kind == VALUE_BOOL : is_bool(v);
    else if (str_is(type, "number")) ok = is_call ? v.kind == VALUE_INT || v.kind == VALUE_DOUBLE : is_number(v);
    else if (str_is(type, "choice")) ok = !options || options->kind != YAML_SEQUENCE || in_options(w, options, actions_text(w, value));
    if (!ok) actions_problem(w, PROBLEM_PIPELINE_INPUT_DEFAULT, value, actions_text(w, value), type);
}

static void input_lower(Actions *w, Pair *pair, bool is_call) {
    static const Str call_types[] = {STR_INIT("string"), STR_INIT("boolean"), STR_INIT("number")};
    static const Str dispatch_types[] = {STR_INIT("string"), STR_INIT("boolean"), STR_INIT("number"), STR_INIT("choice"), STR_INIT("environment")};
    const Str *types = is_call ? call_types : dispatch_types;
    size_t count = is_call ? ARRAY_COUNT(call_types) : ARRAY_COUNT(dispatch_types);
    const Node *body = pair->value, *type = yaml_get(w->tree, body, "type"), *value = yaml_get(w->tree, body, "default"), *options = yaml_get(w->tree, body, "options"), *required = yaml_get(w->tree, body, "required");
    Str name = type ? actions_text(w, type) : STR("string");
    bool known = false;
    for (size_t i = 0; i < count && !known; i++) known = str_eq(types[i], name);
    if (type && name.len && !known) actions_problem(w, PROBLEM_PIPELINE_WRONG_TYPE, type, STR("type"), is_call ? STR("string, boolean, number") : STR("string, boolean, number, choice, environment"));
    if (str_is(name, "choice") && !options) actions_problem(w, PROBLEM_PIPELINE_INPUT_OPTIONS, pair->key, actions_text(w, pair->key), STR("options"));
    if (value) check_default(w, name, value, options, is_call);
    bool must = required && value_is_string(actions_value(w, required), "true");
    must = must || (required && actions_value(w, required).kind == VALUE_BOOL && actions_value(w, required).as.boolean);
    if (is_call && must && value) actions_problem(w, PROBLEM_PIPELINE_USELESS_DEFAULT, value, actions_text(w, pair->key), (Str){NULL, 0});
    const Type *is = str_is(name, "boolean") ? &type_bool : str_is(name, "number") ? &type_number : known ? &type_string : &type_any;
    Str key = actions_text(w, pair->key);
    const Type *before = type_field(w->inputs, key);
    type_put(w->arena, w->inputs, key, before ? type_join(w->arena, before, is) : is);
    if (!is_call) type_put(w->arena, w->dispatch, key, &type_string);
}

static void inputs_lower(Actions *w, const Node *event, const Node *key, bool is_call) {
    const Node *inputs = event ? yaml_get(w->tree, event, "inputs") : NULL;
    uint32_t count = 0;
    Pair pair = {0};
    if (!is_call && !w->dispatch) w->dispatch = type_object(w->arena);
    while (actions_next(w, inputs, &pair)) {
        if (pair.key->kind != YAML_SCALAR) continue;
        input_lower(w, &pair, is_call);
        count++;
    }
    if (!is_call && count > DISPATCH_INPUTS_MAX) actions_problem(w, PROBLEM_PIPELINE_TOO_MANY_INPUTS, key, str_format(w->arena, "%u", count), STR("25"));
}

/* A workflow that is only ever called gets the secrets that it declares, besides the token. */
static void secrets_lower(Actions *w, const Node *call) {
    const Node *secrets = call ? yaml_get(w->tree, call, "secrets") : NULL;
    if (!secrets || secrets->kind != YAML_MAP) return;
    w->secrets = type_object(w->arena);
    type_put(w->arena, w->secrets, STR("GITHUB_TOKEN"), &type_string);
    type_put(w->arena, w->secrets, STR("ACTIONS_STEP_DEBUG"), &type_string);
    type_put(w->arena, w->secrets, STR("ACTIONS_RUNNER_DEBUG"), &type_string);
    Pair pair = {0};
    while (actions_next(w, secrets, &pair)) type_put(w->arena, w->secrets, actions_text(w, pair.key), &type_string);
}

/* ---- events ---- */

static void event_lower(Actions *w, ValueVec *events, const Node *key, const Node *body) {
    if (key->kind != YAML_SCALAR) return;
    Str name = actions_text(w, key);
    if (!name.len) return;
    event_object(w, events, key, body);
    FactRows rows = fact_rows(fact_table(STR("action-events")), name);
    if (!rows.count) actions_problem(w, PROBLEM_PIPELINE_UNKNOWN_EVENT, key, name, nearest_event(name));
    else if (str_is(name, "schedule") && body) check_schedule(w, body);
    else if (str_is(name, "workflow_dispatch") || str_is(name, "workflow_call")) inputs_lower(w, body, key, str_is(name, "workflow_call"));
    else if (body) check_filters(w, name, fact_cell(rows.table, rows.first, 1), body);
}

void events_lower(Actions *w, const Node *on) {
    ValueVec events = {0};
    w->inputs = type_object(w->arena);
    bool null = actions_is_null(w, on), hollow = on->kind != YAML_SCALAR && on->size == 1;
    if (null || hollow) actions_problem(w, PROBLEM_PIPELINE_EMPTY, null ? w->root : on, STR("on"), (Str){NULL, 0});
    if (on->kind == YAML_SCALAR) event_lower(w, &events, on, NULL);
    else if (on->kind == YAML_SEQUENCE) {
        node_each(raw, on) {
            const Node *item = yaml_resolve(w->tree, raw);
            if (item && item->kind == YAML_SCALAR) event_lower(w, &events, item, NULL);
        }
    }
    Pair pair = {0};
    while (actions_next(w, on, &pair)) event_lower(w, &events, pair.key, pair.value);
    if (events.count == 1 && on->kind == YAML_MAP) secrets_lower(w, yaml_get(w->tree, on, "workflow_call"));
    w->file->fields[WORKFLOW_EVENTS] = value_at(value_list(events.items, events.count), w->source, w->file->span);
}
