/* YAML → SettingsFile, key by key, from the table keys.def. The first fault is told and ends the load: settings that are half
 * understood would be guessing. */
#include "parse/yaml.h"
#include "settings/settings.h"
#include "values/date.h"
#include "values/quantity.h"

static Str profile_choices(uint32_t i) { return i < PROFILE_COUNT ? profile_name((Profile)i) : (Str){NULL, 0}; }
static Str severity_choices(uint32_t i) { return i < SEVERITY_COUNT ? severity_name((Severity)i) : (Str){NULL, 0}; }
static const SettingKey keys[] = {
#define KEY(NAME, name, type, choices, english, spanish) {STR_INIT(name), SETTING_##type, choices, PROSE_INIT(english, spanish)},
#include "settings/keys.def"
#undef KEY
};

const SettingKey *setting_key(SettingId id) { return &keys[id]; }

typedef struct Loader {
    SettingsFile *file;
    Source *source;
    const Tree *tree;
    Arena *arena;
    Error *err;
    bool failed;
} Loader;

PRINTF(3, 4) static bool fault(Loader *l, const Node *node, const char *format, ...) {
    if (l->failed) return false;
    l->failed = true;
    va_list args;
    va_start(args, format);
    error_at(l->err, l->source->path, source_place(l->source, node_span(l->tree, node).start).line, format, args);
    va_end(args);
    return false;
}

static Str list_of(Loader *l, Str (*at)(uint32_t)) {
    Buf out = {0};
    for (uint32_t i = 0; at(i).len; i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, at(i));
    }
    Str s = str_copy(l->arena, buf_str(&out));
    buf_free(&out);
    return s;
}

static bool unknown(Loader *l, const Node *node, const char *what, Str wrong, Str (*at)(uint32_t)) {
    Str names[32];
    uint32_t count = 0;
    for (; count < ARRAY_COUNT(names) && at(count).len; count++) names[count] = at(count);
    Str near = str_nearest(wrong, names, count), all = list_of(l, at);
    if (near.len) return fault(l, node, "unknown %s '%.*s'; did you mean %.*s; allowed are %.*s", what, STR_ARGS(wrong), STR_ARGS(near), STR_ARGS(all));
    return fault(l, node, "unknown %s '%.*s'; allowed are %.*s", what, STR_ARGS(wrong), STR_ARGS(all));
}

static SettingText text_of(Loader *l, const Node *node, const char *what) {
    if (node->kind != YAML_SCALAR || node->flags & YAML_EMPTY) {
        fault(l, node, "%s takes a text", what);
        return (SettingText){0};
    }
    return (SettingText){yaml_scalar(l->tree, node, l->arena), source_place(l->source, node_span(l->tree, node).start).line};
}

static int find_choice(Str (*choices)(uint32_t), Str text) {
    for (uint32_t i = 0; choices(i).len; i++) {
        if (str_eq(choices(i), text)) return (int)i;
    }
    return -1;
}

static void load_choice(Loader *l, SettingId id, const Node *value) {
    SettingText text = text_of(l, value, keys[id].name.at);
    if (l->failed) return;
    if (keys[id].choices && find_choice(keys[id].choices, text.text) < 0) unknown(l, value, keys[id].name.at, text.text, keys[id].choices);
    l->file->single[id] = text;
}

static void load_quantity(Loader *l, SettingId id, const Node *value) {
    double amount;
    SettingText text = text_of(l, value, keys[id].name.at);
    if (!l->failed && (!quantity_parse(text.text, &amount) || amount <= 0)) fault(l, value, "%s takes a quantity of Kubernetes such as 100m or 128Mi, not '%.*s'", keys[id].name.at, STR_ARGS(text.text));
    l->file->single[id] = text;
}

static void load_list(Loader *l, SettingId id, const Node *value) {
    if (value->kind == YAML_SCALAR) vec_push(l->arena, &l->file->lists[id], text_of(l, value, keys[id].name.at));
    else if (value->kind == YAML_SEQUENCE) {
        node_each(item, value) vec_push(l->arena, &l->file->lists[id], text_of(l, item, keys[id].name.at));
    } else fault(l, value, "%s takes a list of texts", keys[id].name.at);
}

static Str severity_or_off(uint32_t i) { return i == SEVERITY_COUNT ? STR("off") : severity_choices(i); }

static void load_severities(Loader *l, const Node *value) {
    if (value->kind != YAML_MAP) {
        fault(l, value, "severities takes a map from checks to severities");
        return;
    }
    for (const Node *key = value + 1, *end = value + value->size; key < end && !l->failed;) {
        const Node *level = key + key->size;
        SeverityRule rule = {.check = text_of(l, key, "severities")};
        Str name = text_of(l, level, "a severity").text;
        int choice = l->failed ? 0 : find_choice(severity_or_off, name);
        if (choice < 0) unknown(l, level, "severity", name, severity_or_off);
        rule.severity = choice == SEVERITY_COUNT ? -1 : choice;
        if (!l->failed) vec_push(l->arena, &l->file->severities, rule);
        key = level + level->size;
    }
}

static Str ignore_keys(uint32_t i) {
    static const Str names[] = {STR_INIT("check"), STR_INIT("path"), STR_INIT("reason"), STR_INIT("until")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

static void load_ignore(Loader *l, const Node *item) {
    Ignore ignore = {.source = l->source, .span = node_span(l->tree, item), .in_settings = true};
    if (item->kind != YAML_MAP) {
        fault(l, item, "an ignore is a map: check, path, reason, until");
        return;
    }
    for (const Node *key = item + 1, *end = item + item->size; key < end && !l->failed;) {
        const Node *value = key + key->size;
        Str name = text_of(l, key, "an ignore").text, text = text_of(l, value, "an ignore").text;
        int64_t day;
        if (l->failed) return;
        switch (find_choice(ignore_keys, name)) {
            case 0:
                ignore.check = text;
                ignore.span = node_span(l->tree, value);
                break;
            case 1: ignore.path = text; break;
            case 2: ignore.reason = text; break;
            case 3:
                ignore.until = text;
                if (!date_parse(text, &day)) fault(l, value, "until takes a day as YYYY-MM-DD, not '%.*s'", STR_ARGS(text));
                break;
            default: unknown(l, key, "key of an ignore", name, ignore_keys);
        }
        key = value + value->size;
    }
    if (!ignore.check.len) fault(l, item, "an ignore needs 'check'");
    if (!ignore.reason.len) fault(l, item, "an ignore needs 'reason': who reads it next year wants to know why");
    if (!l->failed) vec_push(l->arena, &l->file->ignores, ignore);
}

static void load_ignores(Loader *l, const Node *value) {
    if (value->kind != YAML_SEQUENCE) fault(l, value, "ignores takes a list");
    else {
        node_each(item, value) load_ignore(l, item);
    }
}

static Str key_names(uint32_t i) { return i < SETTING_COUNT ? keys[i].name : (Str){NULL, 0}; }

static void load_key(Loader *l, const Node *key, const Node *value) {
    Str name = text_of(l, key, "a key").text;
    int id = l->failed ? 0 : find_choice(key_names, name);
    if (id < 0) unknown(l, key, "key", name, key_names);
    if (l->failed) return;
    switch (keys[id].type) {
        case SETTING_CHOICE:
        case SETTING_PATH: load_choice(l, (SettingId)id, value); break;
        case SETTING_QUANTITY: load_quantity(l, (SettingId)id, value); break;
        case SETTING_LIST: load_list(l, (SettingId)id, value); break;
        case SETTING_SEVERITIES: load_severities(l, value); break;
        case SETTING_IGNORES: load_ignores(l, value); break;
    }
}

static bool load_file(Loader *l) {
    l->tree = yaml_parse(text_of_source(l->source));
    const Node *root = yaml_root(l->tree);
    if (l->source->problems.count) {
        const Problem *p = &l->source->problems.items[0];
        Str id = problem_id(p->code), path = l->source->path;
        return error_set(l->err, "%.*s:%u: this is not valid YAML (%.*s)", STR_ARGS(path), source_place(l->source, p->span.start).line, STR_ARGS(id));
    }
    if (!root || root->flags & YAML_EMPTY) return true;
    if (root->kind != YAML_MAP) return fault(l, root, "settings are a map of keys; allowed are %.*s", STR_ARGS(list_of(l, key_names)));
    for (const Node *key = root + 1, *end = root + root->size; key < end && !l->failed;) {
        const Node *value = key + key->size;
        load_key(l, key, value);
        key = value + value->size;
    }
    return !l->failed;
}

bool settings_load(const FoundSettings *found, uint32_t count, Arena *a, Settings *out, Error *err) {
    *out = (Settings){arena_zeros(a, SettingsFile, count), 0};
    for (uint32_t i = 0; i < count; i++) {
        SettingsFile *f = &out->files[out->count++];
        f->folder = found[i].folder;
        f->prefix = found[i].prefix;
        f->source = (Source){.path = found[i].path, .system = STR("infra"), .bytes = found[i].bytes};
        Loader l = {.file = f, .source = &f->source, .arena = a, .err = err};
        if (!load_file(&l)) return false;
    }
    return true;
}
