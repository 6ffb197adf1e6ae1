/* A name that nobody knows is an error, never an empty choice. */
#include "check/choice.h"

#include "check/catalogue.h"

bool check_list_load(int root, Arena *a, CheckList *out, Error *err) {
    *out = (CheckList){0};
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    bool ok = root < 0 || own_checks_load(root, a, &out->own, err);
    out->items = arena_array(a, const Check *, count + out->own.count);
    for (uint32_t i = 0; i < count; i++) out->items[out->count++] = &checks[i];
    for (uint32_t i = 0; i < out->own.count; i++) out->items[out->count++] = &out->own.items[i];
    return ok;
}

void check_list_free(CheckList *list) { own_checks_free(&list->own); }

bool check_list_knows(const CheckList *list, Str name) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (check_is_named(list->items[i], name)) return true;
    }
    return false;
}

bool check_list_require(const CheckList *list, Str place, Str name, Error *err) {
    if (check_list_knows(list, name)) return true;
    Str near = catalogue_nearest(name);
    if (near.len) return error_set(err, "%.*sthere is no check '%.*s'; did you mean %.*s; `infra checks` lists them", STR_ARGS(place), STR_ARGS(name), STR_ARGS(near));
    return error_set(err, "%.*sthere is no check '%.*s'; `infra checks` lists them", STR_ARGS(place), STR_ARGS(name));
}

static bool any_names(const Str *names, uint32_t count, const Check *check) {
    for (uint32_t i = 0; i < count; i++) {
        if (check_is_named(check, names[i])) return true;
    }
    return false;
}

static bool all_known(const CheckList *list, const Str *names, uint32_t count, Error *err) {
    for (uint32_t i = 0; i < count; i++) {
        if (!check_list_require(list, STR(""), names[i], err)) return false;
    }
    return true;
}

bool check_list_choose(const CheckList *list, const CheckChoice *c, Arena *a, CheckIndex *index, Error *err) {
    if (!all_known(list, c->select, c->select_count, err) || !all_known(list, c->ignore, c->ignore_count, err)) return false;
    for (uint32_t i = 0; i < list->count; i++) {
        const Check *check = list->items[i];
        bool chosen = c->select_count ? any_names(c->select, c->select_count, check) : check->profile <= c->profile || check->checklist_count;
        if (chosen && !any_names(c->ignore, c->ignore_count, check)) check_index_add(a, index, check);
    }
    return true;
}
