/* .infra.yaml: what a repository wants of its reviews. Each folder may hold one; for every file the nearest that says something
 * wins, key by key; lists of what to exclude and to ignore add up. */
#ifndef SETTINGS_SETTINGS_H
#define SETTINGS_SETTINGS_H

#include "base/error.h"
#include "model/ignore.h"
#include "model/project.h"

typedef enum SettingType { SETTING_CHOICE, SETTING_PATH, SETTING_QUANTITY, SETTING_LIST, SETTING_SEVERITIES, SETTING_IGNORES } SettingType;

typedef enum SettingId {
#define KEY(NAME, name, type, choices, english, spanish) SETTING_##NAME##_KEY,
#include "settings/keys.def"
#undef KEY
    SETTING_COUNT
} SettingId;

typedef struct SettingKey {
    Str name;
    SettingType type;
    Str (*choices)(uint32_t index); /* what is allowed; an empty string behind the last; NULL: any text */
    Prose help;
} SettingKey;

const SettingKey *setting_key(SettingId id);

/* A text of a settings file, and where it stands. */
typedef struct SettingText {
    Str text;
    uint32_t line;
} SettingText;

typedef struct SeverityRule {
    SettingText check;
    int severity; /* Severity, or -1: off */
} SeverityRule;

typedef struct SettingsFile {
    Source source;
    Str folder, prefix;              /* as in FoundSettings */
    SettingText single[SETTING_COUNT]; /* of CHOICE, PATH and QUANTITY; at NULL: not said */
    struct {
        SettingText *items;
        uint32_t count, capacity;
    } lists[SETTING_COUNT];          /* of LIST */
    VEC(SeverityRule) severities;
    IgnoreVec ignores;
} SettingsFile;

typedef struct Settings {
    SettingsFile *files;             /* outer ones first */
    uint32_t count;
} Settings;

/* Parses all of them, in `a`. On false, `err` names file and line, quotes what is wrong and lists what is allowed. */
bool settings_load(const FoundSettings *found, uint32_t count, Arena *a, Settings *out, Error *err);
/* The nearest file that says `id` for `path`, or NULL. */
const SettingsFile *settings_of(const Settings *settings, Str path, SettingId id);
/* What the nearest file says for `path` under the key `name`; at NULL: nothing, or there is no such key of one text. */
Str settings_text(const Settings *settings, Str path, Str name);
/* Whether `path` is to be reviewed at all. */
bool settings_include(const Settings *settings, Str path);
/* The severity of `check` at `path`, or `severity` when nobody says; -1: off. */
int settings_severity(const Settings *settings, Str path, const Check *check, int severity);
/* `path` as the file's own patterns see it: from its folder. False when the file is not for it. */
bool settings_path(const SettingsFile *file, Str path, Arena *a, Str *out);

/* What is in force for `path`, and where it was said. */
void settings_explain(const Settings *settings, Str path, Language language, Buf *out);
/* The JSON Schema of the file. */
void settings_schema(Buf *out);
/* Frees the sources; the rest is the arena's. */
void settings_free(Settings *settings);

#endif
