/* Where each value came from, and what a file may say: both printed from the table of keys. */
#include "settings/settings.h"

static bool is_for(const SettingsFile *f, Str path) {
    return !f->folder.len || str_eq(path, f->folder) || (str_starts(path, f->folder) && path.len > f->folder.len && path.at[f->folder.len] == '/');
}

static void origin(const SettingsFile *f, uint32_t line, Buf *out) { buf_print(out, "    # %.*s:%u\n", STR_ARGS(f->source.path), line); }

static void explain_single(const Settings *s, Str path, SettingId id, Language language, Buf *out) {
    const SettingsFile *f = NULL;
    for (uint32_t i = s->count; i-- > 0 && !f;) {
        if (s->files[i].single[id].text.at && is_for(&s->files[i], path)) f = &s->files[i];
    }
    if (!f) {
        buf_print(out, "    # %s\n", language == LANGUAGE_ES ? "por defecto" : "default");
        return;
    }
    buf_print(out, " %.*s", STR_ARGS(f->single[id].text));
    origin(f, f->single[id].line, out);
}

static void explain_file(const SettingsFile *f, SettingId id, Buf *out) {
    for (uint32_t i = 0; i < f->lists[id].count; i++) {
        buf_print(out, "  - %.*s", STR_ARGS(f->lists[id].items[i].text));
        origin(f, f->lists[id].items[i].line, out);
    }
    for (uint32_t i = 0; id == SETTING_SEVERITIES_KEY && i < f->severities.count; i++) {
        const SeverityRule *rule = &f->severities.items[i];
        Str severity = rule->severity < 0 ? STR("off") : severity_name((Severity)rule->severity);
        buf_print(out, "  %.*s: %.*s", STR_ARGS(rule->check.text), STR_ARGS(severity));
        origin(f, rule->check.line, out);
    }
    for (uint32_t i = 0; id == SETTING_IGNORES_KEY && i < f->ignores.count; i++) {
        const Ignore *ignore = &f->ignores.items[i];
        buf_print(out, "  - %.*s", STR_ARGS(ignore->check));
        if (ignore->path.len) buf_print(out, " (%.*s)", STR_ARGS(ignore->path));
        buf_print(out, ": %.*s", STR_ARGS(ignore->reason));
        origin(f, source_place(ignore->source, ignore->span.start).line, out);
    }
}

void settings_explain(const Settings *s, Str path, Language language, Buf *out) {
    for (int id = 0; id < SETTING_COUNT; id++) {
        const SettingKey *key = setting_key((SettingId)id);
        buf_print(out, "%.*s:", STR_ARGS(key->name));
        if (key->type == SETTING_CHOICE || key->type == SETTING_PATH || key->type == SETTING_QUANTITY) explain_single(s, path, (SettingId)id, language, out);
        else {
            buf_byte(out, '\n');
            for (uint32_t i = 0; i < s->count; i++) {
                if (is_for(&s->files[i], path)) explain_file(&s->files[i], (SettingId)id, out);
            }
        }
    }
}

static void choices(const SettingKey *key, bool off, Buf *out) {
    buf_lit(out, "\"enum\": [");
    for (uint32_t i = 0; key->choices(i).len; i++) buf_print(out, "%s\"%.*s\"", i ? ", " : "", STR_ARGS(key->choices(i)));
    buf_add(out, off ? STR(", \"off\"]") : STR("]"));
}

static void schema_of(const SettingKey *key, Buf *out) {
    static const char day[] = "\"type\": \"string\", \"pattern\": \"^[0-9]{4}-[0-9]{2}-[0-9]{2}$\"";
    switch (key->type) {
        case SETTING_CHOICE: choices(key, false, out); break;
        case SETTING_PATH: buf_lit(out, "\"type\": \"string\""); break;
        case SETTING_QUANTITY: buf_lit(out, "\"type\": [\"string\", \"number\"]"); break;
        case SETTING_LIST: buf_lit(out, "\"type\": [\"string\", \"array\"], \"items\": {\"type\": \"string\"}"); break;
        case SETTING_SEVERITIES:
            buf_lit(out, "\"type\": \"object\", \"additionalProperties\": {");
            choices(key, true, out);
            buf_byte(out, '}');
            break;
        case SETTING_IGNORES:
            buf_print(out, "\"type\": \"array\", \"items\": {\"type\": \"object\", \"additionalProperties\": false, \"required\": [\"check\", \"reason\"], \"properties\": "
                           "{\"check\": {\"type\": \"string\"}, \"path\": {\"type\": \"string\"}, \"reason\": {\"type\": \"string\"}, \"until\": {%s}}}", day);
            break;
    }
}

void settings_schema(Buf *out) {
    buf_lit(out, "{\n  \"$schema\": \"http://json-schema.org/draft-07/schema#\",\n  \"title\": \".infra.yaml\",\n  \"type\": \"object\",\n  \"additionalProperties\": false,\n  \"properties\": {\n");
    for (int id = 0; id < SETTING_COUNT; id++) {
        const SettingKey *key = setting_key((SettingId)id);
        buf_print(out, "    \"%.*s\": {\"description\": \"%.*s\", ", STR_ARGS(key->name), STR_ARGS(key->help.in[LANGUAGE_EN]));
        schema_of(key, out);
        buf_print(out, "}%s\n", id + 1 < SETTING_COUNT ? "," : "");
    }
    buf_lit(out, "  }\n}\n");
}
