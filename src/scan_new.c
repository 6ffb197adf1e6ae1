/* walk → survey → detect → generate. Only names of files are known before the sandbox, and the bytes of settings; all is parsed behind it. */
#include "scan_new.h"

#include "base/io.h"
#include "base/sandbox.h"
#include "base/utf8.h"
#include "discover/walk.h"
#include "memory/memory.h"
#include "values/date.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ReadResult read_below(void *data, Str path, size_t limit, Arena *a, Str *out) {
    NewWork *work = data;
    return io_read_below(work->project.root, path, limit, SOURCE_PADDING, a, out);
}

/* A text of the settings that hold for a folder. */
static Str said_in_settings(void *data, Str folder, Str name, Str *file, uint32_t *line) {
    NewWork *work = data;
    Str inside = str_join(&work->arena, folder, STR("x")); /* any file of it */
    for (int id = 0; id < SETTING_COUNT; id++) {
        if (!str_eq(setting_key((SettingId)id)->name, name)) continue;
        const SettingsFile *f = settings_of(&work->settings, inside, (SettingId)id);
        if (!f) break;
        *file = f->source.path;
        *line = f->single[id].line;
        return f->single[id].text;
    }
    return (Str){NULL, 0};
}

/* What the settings leave out is not looked at, and they may say the language. */
static bool heed_settings(NewWork *work, const NewOptions *o, Error *err) {
    Project *p = &work->project;
    uint32_t kept = 0;
    work->language = o->language;
    if (o->no_settings) return true;
    if (!settings_load(p->settings.items, p->settings.count, &work->arena, &work->settings, err)) return false;
    for (uint32_t i = 0; i < p->names.count; i++) {
        if (settings_include(&work->settings, p->names.items[i])) p->names.items[kept++] = p->names.items[i];
    }
    p->names.count = kept;
    const SettingsFile *f = settings_of(&work->settings, STR(""), SETTING_LANGUAGE_KEY);
    if (f && !o->language_chosen) work->language = str_is(f->single[SETTING_LANGUAGE_KEY].text, "es") ? LANGUAGE_ES : LANGUAGE_EN;
    return true;
}

/* How many limits were met. What lies behind them may be told apart: a folder of its own, or left out by the settings. */
static uint32_t put_limits(const NewWork *work, bool es, Buf *out) {
    const Survey *s = &work->survey;
    const Map *left = &work->detection.left;
    vec_each(Str, folder, &s->crowded) {
        buf_lit(out, "infra: ");
        utf8_put_shown(folder->len ? *folder : STR("."), out);
        buf_print(out, es ? " tiene más de %d archivos fuente; el resto no se leyó\n" : " has more than %d source files; the rest was not read\n", SURVEY_FILES_MAX);
    }
    if (s->full_at.len) {
        buf_lit(out, "infra: ");
        utf8_put_shown(s->full_at, out);
        buf_print(out, es ? " y lo que sigue no se leyó: los archivos fuente suman más de %u MB\n" : " and what follows was not read: the source files are more than %u MB together\n", SURVEY_SOURCES_MAX >> 20);
    }
    if (left->count) {
        buf_print(out, es ? "infra: hay más de %d unidades; quedan afuera %u, la primera es " : "infra: there are more than %d units; %u are left out, the first is ", UNITS_MAX, left->count);
        utf8_put_shown(left->items[0].key, out);
        buf_add(out, es ? STR("; pedilas por carpeta: infra new TIPO CARPETA\n") : STR("; ask for them by folder: infra new KIND FOLDER\n"));
    }
    return s->crowded.count + (s->full_at.len > 0) + (left->count > 0);
}

uint32_t scan_new_unread(const NewWork *work, Buf *out) {
    bool es = work->language == LANGUAGE_ES;
    vec_each(Str, path, &work->survey.unread) {
        buf_lit(out, "infra: ");
        utf8_put_shown(*path, out);
        buf_add(out, es ? STR(" no se puede leer, o pasa de 1 MB\n") : STR(" can't be read, or is larger than 1 MB\n"));
    }
    uint32_t limits = put_limits(work, es, out);
    vec_each(Gap, gap, &work->project.coverage.skipped) {
        buf_lit(out, "infra: ");
        utf8_put_shown(gap->file, out);
        buf_print(out, ": %.*s\n", STR_ARGS(gap->reason.in[work->language]));
    }
    return work->survey.unread.count + limits + work->project.coverage.skipped.count;
}

/* The memory that the settings name, if there is one: the process that writes is told where it stands. */
static void find_memory(NewWork *work, const NewOptions *o) {
    if (o->no_settings) return;
    const SettingsFile *f = settings_of(&work->settings, STR(""), SETTING_MEMORY_KEY);
    Str path = f ? f->single[SETTING_MEMORY_KEY].text : STR(MEMORY_PATH), bytes;
    if (io_read_below(work->project.root, path, MEMORY_BYTES_MAX, SOURCE_PADDING, &work->arena, &bytes) != READ_OK) return;
    Memory m;
    memory_parse(path, bytes, &m);
    work->memory = path;
    if (m.damaged) work->memory_damaged = m.faults.count ? m.faults.items[0].line : 1;
    memory_free(&m);
    if (work->writer && !m.damaged) writer_say(work->writer, path);
}

/* NAME=VALUE, of a fact that there is, with a value that it may have. */
static bool read_settings(NewWork *work, const NewOptions *o, Error *err) {
    Given *given = arena_zeros(&work->arena, Given, o->setting_count);
    Str names[VARIABLES_MAX];
    for (uint32_t i = 0; i < work->templates.facts.count; i++) names[i] = work->templates.facts.items[i].name;
    for (uint32_t i = 0; i < o->setting_count; i++) {
        Str name, value;
        bool cut = str_cut(o->settings[i], '=', &name, &value);
        int fact = fact_find(&work->templates, name);
        if (!cut) return error_set(err, "--set takes NAME=VALUE, not '%.*s'", STR_ARGS(o->settings[i]));
        if (fact < 0) {
            Str nearest = str_nearest(name, names, work->templates.facts.count);
            return nearest.len ? error_set(err, "there is no fact '%.*s'; did you mean %.*s?", STR_ARGS(name), STR_ARGS(nearest)) : error_set(err, "there is no fact '%.*s'; --why lists those that are used", STR_ARGS(name));
        }
        if (value_is_null(fact_value((FactType)work->templates.facts.items[fact].type, value, &work->arena))) return error_set(err, "'%.*s' is no %.*s that can be used", STR_ARGS(value), STR_ARGS(name));
        given[i] = (Given){(uint32_t)fact, value};
    }
    work->detection.settings = given;
    work->detection.setting_count = o->setting_count;
    return true;
}

bool scan_new_templates(NewWork *work, Error *err) {
    *work = (NewWork){.project.root = -1};
    return templates_load(template_files, template_file_count, &work->arena, &work->templates, err);
}

static void prepare(NewWork *work, const Str *paths, uint32_t count, int64_t now) {
    work->survey = (Survey){.paths = paths, .count = count, .a = &work->arena};
    work->detection.templates = &work->templates;
    work->detection.survey = &work->survey;
    work->detection.a = &work->arena;
    work->detection.today = date_print(now, &work->arena);
}

NewOutcome scan_new_files(NewWork *work, const NewOptions *o, Error *err) {
    if (!scan_new_templates(work, err)) return NEW_WRONG;
    const Kind *kind = kind_find(&work->templates, o->kind);
    ensure(kind, "the command takes the names of templates/kinds");
    if (!read_settings(work, o, err) || !walk_names(o->path, &work->project, err)) return NEW_WRONG;
    Str root_name = str_base_name(io_folder_path(work->project.root, &work->arena));
    if (o->write && !(work->writer = writer_start(NULL, 0, work->project.root, memory_then((Str){NULL, 0}, o->now, &work->arena), &work->arena, err))) return NEW_WRONG;
    if (o->sandbox) sandbox_enter(work->project.root);
    if (!heed_settings(work, o, err)) return NEW_WRONG;
    find_memory(work, o);
    prepare(work, work->project.names.items, work->project.names.count, o->now);
    work->survey.root_name = root_name;
    work->survey.read = read_below;
    work->survey.setting = said_in_settings;
    work->survey.data = work;
    detect(&work->detection);
    return generate(&work->detection, kind, work->language, &work->result, err) ? NEW_MADE : NEW_NOTHING;
}

bool scan_new_existing(NewWork *work, Str path, Str *bytes, bool *exists) {
    ReadResult result = io_read_below(work->project.root, path, SOURCE_MAX, 1, &work->arena, bytes);
    *exists = result != READ_MISSING;
    return result == READ_OK;
}

/* ---- examples ---- */

static ReadResult read_example(void *data, Str path, size_t limit, Arena *a, Str *out) {
    const StackExample *example = data;
    for (uint32_t i = 0; i < example->file_count; i++) {
        if (!str_eq(example->files[i].path, path) || example->files[i].bytes.len > limit) continue;
        char *copy = arena_zero(a, example->files[i].bytes.len + SOURCE_PADDING);
        memcpy(copy, example->files[i].bytes.at, example->files[i].bytes.len);
        *out = (Str){copy, example->files[i].bytes.len};
        return READ_OK;
    }
    return READ_TOO_LARGE;
}

static int compare_paths(const void *a, const void *b) { return str_compare(*(const Str *)a, *(const Str *)b); }

bool scan_new_memory(NewWork *work, const StackExample *example, const Kind *kind, Language language, Error *err) {
    Str *paths = arena_array(&work->arena, Str, example->file_count);
    int64_t now = 0;
    for (uint32_t i = 0; i < example->file_count; i++) paths[i] = example->files[i].path;
    qsort(paths, example->file_count, sizeof *paths, compare_paths);
    date_parse(STR(NEW_EXAMPLE_DATE), &now);
    survey_free(&work->survey); /* of the example before */
    arena_free(&work->detection.regexes.arena);
    work->detection = (Detection){0};
    prepare(work, paths, example->file_count, now);
    work->survey.root_name = STR("shop");
    work->survey.read = read_example;
    work->survey.data = (void *)(uintptr_t)example;
    detect(&work->detection);
    return !kind || generate(&work->detection, kind, language, &work->result, err);
}

void scan_new_free(NewWork *work) {
    settings_free(&work->settings);
    templates_free(&work->templates);
    survey_free(&work->survey);
    arena_free(&work->detection.regexes.arena);
    project_free(&work->project);
    arena_free(&work->arena);
}
