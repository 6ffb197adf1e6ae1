/* What is in force for a path. Files are few, so each question walks them from the nearest outwards. */
#include "settings/settings.h"

#include "values/glob.h"

static bool is_for(const SettingsFile *f, Str path) {
    if (!f->folder.len) return true;
    return str_starts(path, f->folder) && path.len > f->folder.len && path.at[f->folder.len] == '/';
}

bool settings_path(const SettingsFile *f, Str path, Arena *a, Str *out) {
    if (!is_for(f, path)) return false;
    *out = f->folder.len ? str_skip(path, f->folder.len + 1) : path;
    if (f->prefix.len) *out = str_join(a, f->prefix, path);
    return true;
}

const SettingsFile *settings_of(const Settings *settings, Str path, SettingId id) {
    for (uint32_t i = settings->count; i-- > 0;) {
        const SettingsFile *f = &settings->files[i];
        if (f->single[id].text.at && is_for(f, path)) return f;
    }
    return NULL;
}

Str settings_text(const Settings *settings, Str path, Str name) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        if (!str_eq(setting_key((SettingId)id)->name, name)) continue;
        const SettingsFile *f = settings_of(settings, path, (SettingId)id);
        if (f) return f->single[id].text;
    }
    return (Str){NULL, 0};
}

static bool any_covers(const SettingsFile *f, SettingId id, Str path) {
    for (uint32_t i = 0; i < f->lists[id].count; i++) {
        if (glob_covers(f->lists[id].items[i].text, path)) return true;
    }
    return false;
}

bool settings_include(const Settings *settings, Str path) {
    Arena scratch = {0};
    bool included = true;
    for (uint32_t i = 0; i < settings->count && included; i++) {
        const SettingsFile *f = &settings->files[i];
        Str own;
        if (!settings_path(f, path, &scratch, &own)) continue;
        if (f->lists[SETTING_PATHS_KEY].count) included = any_covers(f, SETTING_PATHS_KEY, own);
        included = included && !any_covers(f, SETTING_EXCLUDE_KEY, own);
    }
    arena_free(&scratch);
    return included;
}

/* Among the rules of one file the most specific name wins: the longest. */
int settings_severity(const Settings *settings, Str path, const Check *check, int severity) {
    for (uint32_t i = settings->count; i-- > 0;) {
        const SettingsFile *f = &settings->files[i];
        const SeverityRule *best = NULL;
        for (uint32_t k = 0; is_for(f, path) && k < f->severities.count; k++) {
            const SeverityRule *rule = &f->severities.items[k];
            if (check_is_named(check, rule->check.text) && (!best || rule->check.text.len > best->check.text.len)) best = rule;
        }
        if (best) return best->severity;
    }
    return severity;
}

void settings_free(Settings *settings) {
    for (uint32_t i = 0; i < settings->count; i++) arena_free(&settings->files[i].source.arena);
    settings->count = 0;
}
