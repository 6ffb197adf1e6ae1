/* Dependabot's configuration: its updates, one object each, against its schema and against the files of the repository.
 * Invariant: a directory is called empty only where our table knows every name that could stand in it, and all was seen. */
#include "base/map.h"
#include "facts/fact.h"
#include "parse/yaml.h"
#include "systems/actions/actions.h"
#include "systems/facets.h"
#include "systems/schema_faults.h"
#include "systems/unfold.h"
#include "values/cron.h"

#define UPDATES_MAX 2000 /* entries looked at */
#define WORK_MAX 4000000 /* comparisons of folders with directories; what would take more is called covered, and not empty */
#define PROBE 1000       /* what looking for a file costs in these */
#define VALUES_MAX 100000 /* that a file may have after its aliases are followed */

static Value text_value(const Object *o, Str s, Span span) { return value_at(value_string(s), o->source, span); }

/* ---- what the file says ---- */

static void known_model(Object *o, Str name) {
    const FactTable *table = fact_table(STR("dependabot-ecosystems"));
    Str names[64];
    size_t count = MIN((size_t)fact_row_count(table), ARRAY_COUNT(names));
    for (size_t i = 0; i < count; i++) names[i] = fact_cell(table, (uint32_t)i, 0);
    bool known = fact_rows(table, name).count > 0;
    Str near = known ? (Str){NULL, 0} : str_nearest(name, names, count);
    o->fields[UPDATE_IS_KNOWN] = value_at(value_bool(known), o->source, o->span);
    if (near.len) o->fields[UPDATE_NEAREST] = text_value(o, near, o->span);
}

/* hh:mm of a day. */
static bool is_time(Str s) {
    int64_t hour, minute;
    bool form = s.len == 5 && s.at[2] == ':' && str_to_int(str_slice(s, 0, 2), &hour) && str_to_int(str_skip(s, 3), &minute);
    return form && hour >= 0 && hour < 24 && minute >= 0 && minute < 60;
}

/* A cron line, or words that mean one: "every day at 5 pm" is understood too, and left alone. */
static bool is_cron_like(Str s) {
    Cron times;
    Str bad;
    bool fields = s.len && (s.at[0] == '*' || (s.at[0] >= '0' && s.at[0] <= '9'));
    return !fields || cron_parse(s, &times, &bad);
}

static void schedule_model(Object *o, Value schedule, Arena *a) {
    ValueVec wrong = {0};
    Value time = value_field(schedule, "time", a), cron = value_field(schedule, "cronjob", a);
    if (time.kind == VALUE_STRING && !is_time(value_str(time))) vec_push(a, &wrong, time);
    if (cron.kind == VALUE_STRING && !is_cron_like(value_str(cron))) vec_push(a, &wrong, cron);
    o->fields[UPDATE_MISTIMED] = value_at(value_list(wrong.items, wrong.count), o->source, o->span);
}

static void stranger(ValueVec *out, Value named, Value map, Arena *a) {
    bool known = value_is_map(map) && named.kind == VALUE_STRING && !value_is_null(value_field(map, str_copy(a, value_str(named)).at, a));
    if (named.kind == VALUE_STRING && !known && !value_is_string(named, "*")) vec_push(a, out, named);
}

static void strangers_model(Object *o, Value root, Arena *a) {
    ValueVec out = {0};
    uint32_t count;
    Value body = o->fields[UPDATE_BODY], registries = value_field(body, "registries", a);
    const Value *items = value_items(registries, &count, a);
    for (uint32_t i = 0; items && i < count; i++) stranger(&out, items[i], value_field(root, "registries", a), a);
    stranger(&out, value_field(body, "multi-ecosystem-group", a), value_field(root, "multi-ecosystem-groups", a), a);
    o->fields[UPDATE_STRANGERS] = value_at(value_list(out.items, out.count), o->source, o->span);
}

/* "/app/" and "app" are one directory: "app"; the root is empty. */
static Str directory_name(Str s) {
    while (s.len && (s.at[0] == '/' || str_starts(s, STR("./")))) s = str_skip(s, s.at[0] == '/' ? 1 : 2);
    while (s.len && s.at[s.len - 1] == '/') s.len--;
    return str_is(s, ".") ? (Str){NULL, 0} : s;
}

static ValueVec directories_of(const Object *o, Arena *a) {
    ValueVec out = {0};
    uint32_t count;
    Value one = value_field(o->fields[UPDATE_BODY], "directory", a);
    if (one.kind == VALUE_STRING) vec_push(a, &out, one);
    const Value *items = value_items(value_field(o->fields[UPDATE_BODY], "directories", a), &count, a);
    for (uint32_t i = 0; items && i < count; i++) {
        if (items[i].kind == VALUE_STRING) vec_push(a, &out, items[i]);
    }
    return out;
}

/* Dependabot refuses two entries for the same ecosystem, directory and branch. */
static void repeated_model(Object *o, Map *seen, Arena *a) {
    ValueVec directories = directories_of(o, a);
    Str branch = value_text(value_field(o->fields[UPDATE_BODY], "target-branch", a));
    bool repeated = false;
    vec_each(Value, d, &directories) {
        Str key = str_format(a, "%.*s\n%.*s\n%.*s", STR_ARGS(value_text(o->fields[UPDATE_ECOSYSTEM])), STR_ARGS(directory_name(value_str(*d))), STR_ARGS(branch));
        void **slot = map_slot(a, seen, key);
        repeated = repeated || (*slot && *slot != o);
        *slot = o;
    }
    o->fields[UPDATE_IS_REPEATED] = value_at(value_bool(repeated), o->source, o->span);
}

static void registries_model(Model *model, Value root) {
    static const char *const secrets[] = {"password", "token", "key", "auth-key"};
    uint32_t count;
    Value map = value_field(root, "registries", model->arena);
    const Entry *entries = value_is_map(map) ? value_entries(map, &count, model->arena) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) {
        for (size_t k = 0; k < ARRAY_COUNT(secrets); k++) {
            Value v = value_field(entries[i].value, secrets[k], model->arena);
            if (v.kind == VALUE_STRING && !str_has(value_str(v), STR("${{"))) secret_model(model, v, str_of(secrets[k]), "registry");
        }
    }
}

/* The schema asks every registry for a url; the manual gives an organization of Hex a name instead:
 * https://docs.github.com/en/code-security/dependabot/working-with-dependabot/configuring-access-to-private-registries-for-dependabot#hex-organization */
static Value without_urls(Value root) {
    Value map = value_is_map(root) ? unfold_field(root, "registries") : value_null();
    for (uint32_t i = 0; map.kind == VALUE_MAP && i < map.count; i++) {
        Value *registry = (Value *)(uintptr_t)&map.as.entries[i].value;
        bool hex = registry->kind == VALUE_MAP && value_is_string(unfold_field(*registry, "type"), "hex-organization");
        if (hex && !value_is_null(unfold_field(*registry, "organization"))) registry->flags |= VALUE_OPEN;
    }
    return root;
}

void dependabot_model(Source *source, const Tree *tree, Model *model) {
    Arena *a = model->arena;
    const Node *root = yaml_root(tree), *updates = yaml_get(tree, root, "updates");
    uint32_t faults = 0, seen = 0;
    Value whole = root ? yaml_value(tree, (uint32_t)(root - tree->nodes), a) : value_null();
    if (!value_is_map(whole)) return;
    Unfold u = {.arena = a, .max = VALUES_MAX};
    Value all = unfold(&u, whole, node_span(tree, node_first(root) ? node_first(root) : root));
    if (u.cut) model_cut(model, source);
    schema_faults(model, schema_root(STR("dependabot")), without_urls(all), (Str){NULL, 0}, (Str){NULL, 0}, &faults);
    registries_model(model, whole);
    Map known = {0};
    if (!updates || updates->kind != YAML_SEQUENCE) return;
    node_each(raw, updates) {
        const Node *item = yaml_resolve(tree, raw), *name = item ? yaml_get(tree, item, "package-ecosystem") : NULL;
        if (!item || item->kind != YAML_MAP) continue;
        if (seen == UPDATES_MAX) {
            model_cut(model, source);
            break;
        }
        seen++;
        Object *o = object_new(a, SHAPE_UPDATE, source, node_span(tree, name ? name : item));
        o->extent = node_span(tree, item);
        if (name) o->fields[UPDATE_ECOSYSTEM] = yaml_value(tree, (uint32_t)(name - tree->nodes), a);
        o->fields[UPDATE_BODY] = yaml_value(tree, (uint32_t)(item - tree->nodes), a);
        o->address = str_format(a, "update %.*s", STR_ARGS(value_text(o->fields[UPDATE_ECOSYSTEM])));
        if (seen == 1) o->fields[UPDATE_FILE_VERSION] = value_field(whole, "version", a);
        known_model(o, value_text(o->fields[UPDATE_ECOSYSTEM]));
        schedule_model(o, value_field(o->fields[UPDATE_BODY], "schedule", a), a);
        strangers_model(o, whole, a);
        repeated_model(o, &known, a);
        o->fields[UPDATE_EMPTY] = value_at(value_list(NULL, 0), source, o->span);
        o->fields[UPDATE_EMPTY].flags |= VALUE_OPEN;
        model_subject(model, o);
    }
}

/* ---- what the repository holds ---- */

typedef struct Cover {
    const Outside *outside;
    Arena *a;
    uint32_t work;
    Str root; /* the folder that .github stands in, with its slash, or empty */
} Cover;

/* The folder of a found file as Dependabot counts: from the root; workflows belong to the root. */
static Str folder_of(const Cover *c, const FoundFile *file) {
    Str path = str_skip(file->path, c->root.len);
    if (str_starts(path, STR(".github/workflows/"))) return (Str){NULL, 0};
    size_t slash = str_find_last(path, '/');
    return slash == STR_NONE ? (Str){NULL, 0} : str_slice(path, 0, slash);
}

static bool is_of(const Cover *c, const FoundFile *file, Str system) {
    return str_starts(file->path, c->root) && str_eq(system_id(file->system), system);
}

static bool is_spent(Cover *c, uint32_t cost) {
    c->work += MIN(cost, (uint32_t)WORK_MAX);
    if (c->work > WORK_MAX) c->work = WORK_MAX + 1;
    return c->work > WORK_MAX;
}

static bool holds(Cover *c, Str directory, Str files) {
    Str piece, ignored;
    if (str_starts(files, STR("="))) {
        if (is_spent(c, c->outside->found_count)) return true;
        for (uint32_t i = 0; i < c->outside->found_count; i++) {
            const FoundFile *file = &c->outside->found[i];
            if (is_of(c, file, str_skip(files, 1)) && (str_eq(folder_of(c, file), directory) || str_is(directory, ".github/workflows"))) return true;
        }
        return false;
    }
    while (str_next(&files, '|', &piece)) {
        if (is_spent(c, PROBE)) return true;
        Str path = str_format(c->a, "%.*s%.*s%s%.*s", STR_ARGS(c->root), STR_ARGS(directory), directory.len ? "/" : "", STR_ARGS(piece));
        if (c->outside->read(c->outside->data, path, c->a, &ignored)) return true;
    }
    return false;
}

static void empty_model(Cover *c, Object *o) {
    FactRows rows = fact_rows(fact_table(STR("dependabot-ecosystems")), value_text(o->fields[UPDATE_ECOSYSTEM]));
    Str files = rows.count ? fact_cell(rows.table, rows.first, 1) : (Str){NULL, 0};
    if (!files.len) return;
    ValueVec empty = {0}, directories = directories_of(o, c->a);
    vec_each(Value, d, &directories) {
        Str name = directory_name(value_str(*d));
        bool pattern = str_find_byte(name, '*') != STR_NONE || str_find_byte(name, '[') != STR_NONE || str_find_byte(name, '?') != STR_NONE;
        if (!pattern && !holds(c, name, files)) vec_push(c->a, &empty, *d);
    }
    o->fields[UPDATE_EMPTY] = value_at(value_list(empty.items, empty.count), o->source, o->span);
}

/* Whether an entry for a directory looks after a folder; a pattern is taken to mean all below where it begins. */
static bool covers(Str directory, Str folder) {
    size_t star = str_find_byte(directory, '*');
    if (star != STR_NONE) return str_starts(folder, str_slice(directory, 0, star)) || str_eq(folder, directory_name(str_slice(directory, 0, star)));
    return str_eq(directory, folder);
}

static bool is_covered(Cover *c, const Model *model, Str ecosystem, Str other, Str folder) {
    if (is_spent(c, model->subjects.count)) return true;
    for (uint32_t i = 0; i < model->subjects.count; i++) {
        const Object *o = model->subjects.items[i];
        Str name = o->shape->id == SHAPE_UPDATE ? value_text(o->fields[UPDATE_ECOSYSTEM]) : (Str){NULL, 0};
        if (!name.len || (!str_eq(name, ecosystem) && !str_eq(name, other))) continue;
        ValueVec directories = directories_of(o, c->a);
        if (is_spent(c, directories.count)) return true;
        vec_each(Value, d, &directories) {
            if (covers(directory_name(value_str(*d)), folder)) return true;
        }
    }
    return false;
}

/* Samples and what others wrote are not kept current. */
static bool is_aside(Str path) {
    static const char *const parts[] = {"test", "fixture", "example", "sample", "vendor", "node_modules", "third_party", "template"};
    for (size_t i = 0; i < ARRAY_COUNT(parts); i++) {
        if (str_find_nocase(path, str_of(parts[i])) != STR_NONE) return true;
    }
    return false;
}

static void uncovered_model(Cover *c, Model *model, const Node *at, const Tree *tree, const char *const names[3]) {
    uint32_t count = 0, all = 0;
    Str first = {NULL, 0};
    for (uint32_t i = 0; i < c->outside->found_count; i++) {
        const FoundFile *file = &c->outside->found[i];
        bool lock = file->system == SYSTEM_TERRAFORM && !str_ends(file->path, STR(".tf")) && !str_ends(file->path, STR(".tofu"));
        if (!is_of(c, file, str_of(names[1])) || lock || is_aside(file->path)) continue;
        all++;
        if (is_covered(c, model, str_of(names[0]), str_of(names[2]), folder_of(c, file))) continue;
        if (!count++) first = file->path;
    }
    if (!all) return;
    Object *o = object_new(model->arena, SHAPE_UNCOVERED, tree->text.source, node_span(tree, at));
    o->fields[UNCOVERED_ECOSYSTEM] = text_value(o, str_of(names[0]), o->span);
    if (first.len) o->fields[UNCOVERED_FILE] = text_value(o, str_copy(model->arena, first), o->span);
    o->fields[UNCOVERED_COUNT] = value_at(value_int(count), o->source, o->span);
    model_subject(model, o);
}

void dependabot_evaluate(SystemFile *files, uint32_t count, const Outside *outside) {
    /* ecosystem, our system, another ecosystem that does the same */
    static const char *const kinds[][3] = {{"docker", "dockerfile", "docker"}, {"github-actions", "github-actions", "github-actions"}, {"terraform", "terraform", "opentofu"}, {"docker-compose", "compose", "docker-compose"}, {"pre-commit", "pre-commit", "pre-commit"}};
    for (uint32_t i = 0; i < count && outside->whole; i++) {
        Model *model = files[i].model;
        const Tree *tree = files[i].tree;
        size_t at = str_find(files[i].source->path, STR(".github/"));
        Cover c = {outside, model->arena, 0, at == STR_NONE ? (Str){NULL, 0} : str_slice(files[i].source->path, 0, at)};
        for (uint32_t k = 0; k < model->subjects.count; k++) {
            if (model->subjects.items[k]->shape->id == SHAPE_UPDATE) empty_model(&c, (Object *)(uintptr_t)model->subjects.items[k]);
        }
        const Node *root = yaml_root(tree), *updates = root && root->kind == YAML_MAP ? yaml_get(tree, root, "updates") : NULL;
        for (size_t k = 0; updates && updates->kind == YAML_SEQUENCE && k < ARRAY_COUNT(kinds); k++) uncovered_model(&c, model, updates, tree, kinds[k]);
        if (c.work > WORK_MAX) model_cut(model, files[i].source);
    }
}
