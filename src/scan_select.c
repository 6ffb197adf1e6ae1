/* What is looked at: settings, the baseline, files and checks. */
#include "scan_state.h"

#include "suppress/suppress.h"

#include <fcntl.h>

int scan_setting(const Scan *scan, Str path, SettingId id, int (*find)(Str), int otherwise) {
    const SettingsFile *f = settings_of(&scan->settings, path, id);
    return f ? find(f->single[id].text) : otherwise;
}

/* ---- which checks ---- */

/* Names of checks in the settings. */
static bool check_settings(Scan *scan, Error *err) {
    for (uint32_t i = 0; i < scan->settings.count; i++) {
        SettingsFile *f = &scan->settings.files[i];
        Str path = f->source.path;
        for (uint32_t k = 0; k < f->severities.count; k++) {
            SettingText check = f->severities.items[k].check;
            if (!check_list_require(&scan->checks, str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), check.line), check.text, err)) return false;
        }
        for (uint32_t k = 0; k < f->ignores.count; k++) {
            const Ignore *ignore = &f->ignores.items[k];
            uint32_t line = source_place(&f->source, ignore->span.start).line;
            if (!check_list_require(&scan->checks, str_format(&scan->arena, "%.*s:%u: ", STR_ARGS(path), line), ignore->check, err)) return false;
        }
    }
    return true;
}

bool scan_choose_checks(Scan *scan, Error *err) {
    const ScanOptions *o = scan->options;
    CheckChoice choice = {o->select, o->ignore, o->select_count, o->ignore_count, (int)o->profile};
    for (uint32_t i = 0; i < scan->settings.count && !o->profile_given; i++) { /* a folder may want more than the rest */
        Str said = scan->settings.files[i].single[SETTING_PROFILE_KEY].text;
        if (said.at) choice.profile = MAX(choice.profile, profile_find(said));
    }
    return check_list_choose(&scan->checks, &choice, &scan->arena, &scan->index, err);
}

/* The repository's own checks are its bytes as well: they are parsed behind the sandbox. */
bool scan_load_checks(Scan *scan, Error *err) {
    return check_list_load(scan->options->settings ? scan->project.root : -1, &scan->arena, &scan->checks, err) && check_settings(scan, err);
}

/* ---- settings ---- */

/* Excluded, but not gone: what others call from there is still what it is. */
static void exclude_files(Scan *scan) {
    Project *p = &scan->project;
    for (uint32_t i = 0; i < p->files.count; i++) {
        FoundFile *file = &p->files.items[i];
        if (!settings_include(&scan->settings, file->path) && !map_has(&p->chosen, file->path)) file->aside = (uint32_t)file->path.len;
    }
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->coverage.skipped.count; i++) {
        if (settings_include(&scan->settings, p->coverage.skipped.items[i].file)) p->coverage.skipped.items[kept++] = p->coverage.skipped.items[i];
    }
    p->coverage.skipped.count = kept;
}

/* Of what is no part of the review only code that others call is kept: what lies there by itself meets nothing. */
static void drop_asides(Project *p) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < p->files.count; i++) {
        const System *system = system_of(p->files.items[i].system);
        bool called = system && system->evaluate && !system->parts;
        if (!p->files.items[i].aside || called) p->files.items[kept++] = p->files.items[i];
    }
    p->files.count = kept;
}

/* The baseline of the command line is of the folder one stands in, that of a settings file of its own. */
static bool load_baseline(Scan *scan, Error *err) {
    Str path = scan->options->baseline;
    int dir = AT_FDCWD;
    if (scan->options->no_baseline) return true;
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
    if (!scan->options->settings) {
        drop_asides(p);
        return true;
    }
    if (!settings_load(p->settings.items, p->settings.count, &scan->arena, &scan->settings, err)) return false;
    for (uint32_t i = 0; i < scan->settings.count; i++) ignores_expire(&scan->settings.files[i].ignores, scan->now);
    if (!p->single) exclude_files(scan);
    drop_asides(p);
    return load_baseline(scan, err);
}

/* ---- admission policies ---- */

bool scan_read_policies(Scan *scan, Error *err) {
    scan->policies = arena_zeros(&scan->arena, PolicyFile, scan->options->policy_count);
    for (uint32_t i = 0; i < scan->options->policy_count; i++) {
        PolicyFile *file = &scan->policies[i];
        Str bytes, path = str_copy(&scan->arena, scan->options->policies[i]);
        if (io_read(AT_FDCWD, path.at, true, FILE_MAX, SOURCE_PADDING, &scan->arena, &bytes) != READ_OK) {
            return error_set(err, "can't read the policy '%.*s'", STR_ARGS(path));
        }
        source_init(&file->source, path, bytes);
        file->source.system = system_id(SYSTEM_KUBERNETES);
    }
    return true;
}

bool scan_model_policies(Scan *scan, Error *err) {
    const System *system = system_of(SYSTEM_KUBERNETES);
    for (uint32_t i = 0; i < scan->options->policy_count; i++) {
        PolicyFile *file = &scan->policies[i];
        file->model = (Model){.arena = &file->source.arena};
        system->model(&file->source, system->parse(&file->source), &file->model);
        bool found = false;
        for (uint32_t k = 0; k < file->model.subjects.count; k++) {
            const Object *o = file->model.subjects.items[k];
            found = found || (o->shape->id == SHAPE_MANIFEST && value_is_string(o->fields[MANIFEST_KIND], "ValidatingAdmissionPolicy"));
        }
        if (!found) return error_set(err, "'%.*s' holds no ValidatingAdmissionPolicy", STR_ARGS(file->source.path));
    }
    return true;
}

void scan_admit_policies(Scan *scan) {
    for (uint32_t i = 0; i < scan->options->policy_count; i++) link_admit(&scan->link, &scan->policies[i].model);
}
