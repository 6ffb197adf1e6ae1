/* What is looked at: settings, the baseline, files and checks. All of it is known before the sandbox closes. */
#include "scan_state.h"

#include "check/catalogue.h"
#include "suppress/suppress.h"

#include <fcntl.h>

int scan_setting(const Scan *scan, Str path, SettingId id, int (*find)(Str), int otherwise) {
    const SettingsFile *f = settings_of(&scan->settings, path, id);
    return f ? find(f->single[id].text) : otherwise;
}

bool scan_knows(Str pattern) {
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    for (uint32_t i = 0; i < count; i++) {
        if (check_is_named(&checks[i], pattern)) return true;
    }
    return false;
}

/* ---- which checks ---- */

static bool any_names(const Str *patterns, uint32_t count, const Check *check) {
    for (uint32_t i = 0; i < count; i++) {
        if (check_is_named(check, patterns[i])) return true;
    }
    return false;
}

static bool unknown_check(Str place, Str name, Error *err) {
    Str near = catalogue_nearest(name);
    return error_set(err, "%.*sthere is no check '%.*s'%s%.*s; `infra checks` lists them", STR_ARGS(place), STR_ARGS(name), near.len ? "; did you mean " : "", STR_ARGS(near));
}

static bool check_patterns(const Str *patterns, uint32_t count, Error *err) {
    for (uint32_t i = 0; i < count; i++) {
        if (!scan_knows(patterns[i])) return unknown_check(STR(""), patterns[i], err);
    }
    return true;
}

/* Names of checks in the settings. */
static bool check_settings(Scan *scan, Error *err) {
    for (uint32_t i = 0; i < scan->settings.count; i++) {
        SettingsFile *f = &scan->settings.files[i];
        Str path = f->source.path;
        for (uint32_t k = 0; k < f->severities.count; k++) {
            SettingText check = f->severities.items[k].check;
            if (!scan_knows(check.text)) return unknown_check(str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), check.line), check.text, err);
        }
        for (uint32_t k = 0; k < f->ignores.count; k++) {
            const Ignore *ignore = &f->ignores.items[k];
            uint32_t line = source_place(&f->source, ignore->span.start).line;
            if (!scan_knows(ignore->check)) return unknown_check(str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), line), ignore->check, err);
        }
    }
    return true;
}

static bool select_checks(Scan *scan, const ScanOptions *o, Error *err) {
    if (!check_patterns(o->select, o->select_count, err) || !check_patterns(o->ignore, o->ignore_count, err)) return false;
    uint32_t count;
    const Check *checks = catalogue_checks(&count);
    int profile = (int)o->profile;
    for (uint32_t i = 0; i < scan->settings.count && !o->profile_given; i++) { /* a folder may want more than the rest */
        Str said = scan->settings.files[i].single[SETTING_PROFILE_KEY].text;
        if (said.at) profile = MAX(profile, profile_find(said));
    }
    for (uint32_t i = 0; i < count; i++) {
        bool chosen = o->select_count ? any_names(o->select, o->select_count, &checks[i]) : checks[i].profile <= profile;
        if (chosen && !any_names(o->ignore, o->ignore_count, &checks[i])) check_index_add(&scan->arena, &scan->index, &checks[i]);
    }
    return true;
}

/* ---- settings ---- */

static void exclude_files(Scan *scan) {
    Project *p = &scan->project;
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->files.count; i++) {
        if (settings_include(&scan->settings, p->files.items[i].path)) p->files.items[kept++] = p->files.items[i];
    }
    p->files.count = kept;
}

/* The baseline of the command line is of the folder one stands in, that of a settings file of its own. */
static bool load_baseline(Scan *scan, Error *err) {
    Str path = scan->options->baseline;
    int dir = AT_FDCWD;
    if (scan->options->no_baseline || !scan->options->settings) return true;
    if (!path.at) {
        const SettingsFile *f = settings_of(&scan->settings, STR(""), SETTING_BASELINE_KEY);
        if (!f) return true;
        path = f->single[SETTING_BASELINE_KEY].text;
        size_t slash = str_find_last(f->source.path, '/');
        if (slash != STR_NONE) path = str_join(&scan->arena, str_slice(f->source.path, 0, slash + 1), path);
        dir = scan->project.root;
    }
    scan->baseline_source.path = str_copy(&scan->arena, path);
    ReadResult result = io_read(dir, scan->baseline_source.path.at, true, FILE_MAX, SOURCE_PADDING, &scan->baseline_source.arena, &scan->baseline_source.bytes);
    if (result != READ_OK) return error_set(err, "can't read the baseline '%.*s'; make one with `infra baseline create`", STR_ARGS(path));
    return baseline_load(&scan->baseline_source, &scan->baseline, err);
}

/* Settings and baselines are read before the sandbox closes, since they may lie above the root. */
bool scan_load_settings(Scan *scan, Error *err) {
    Project *p = &scan->project;
    if (!scan->options->settings) return true;
    if (!settings_load(p->settings.items, p->settings.count, &scan->arena, &scan->settings, err) || !check_settings(scan, err)) return false;
    for (uint32_t i = 0; i < scan->settings.count; i++) ignores_expire(&scan->settings.files[i].ignores, scan->now);
    if (!p->single) exclude_files(scan);
    return true;
}

bool scan_select(Scan *scan, Error *err) { return scan_load_settings(scan, err) && load_baseline(scan, err) && select_checks(scan, scan->options, err); }
