/* Bytes → Memory, by tables of fields; what does not fit them is a fault with its line. */
#include "memory/memory.h"

#include "values/date.h"

#include <stddef.h>
#include <stdlib.h>

typedef enum MemoryFieldType { FIELD_TEXT, FIELD_TIME, FIELD_COUNT, FIELD_SHARE, FIELD_FLAG, FIELD_SEVERITY, FIELD_TAGS } MemoryFieldType;

typedef struct MemoryField {
    const char *name;
    MemoryFieldType type;
    size_t offset; /* in MemoryEntry */
    bool required;
} MemoryField;

static const MemoryField decision_fields[] = {
    {"id", FIELD_TEXT, offsetof(MemoryEntry, id), true},
    {"context", FIELD_TEXT, offsetof(MemoryEntry, context), true},
    {"decision", FIELD_TEXT, offsetof(MemoryEntry, decision), true},
    {"confidence_score", FIELD_SHARE, offsetof(MemoryEntry, confidence), true},
    {"validated_count", FIELD_COUNT, offsetof(MemoryEntry, validated), false},
    {"failed_count", FIELD_COUNT, offsetof(MemoryEntry, failed), false},
    {"last_used", FIELD_TIME, offsetof(MemoryEntry, last_used), false},
    {"tags", FIELD_TAGS, 0, false},
};
static const MemoryField blocker_fields[] = {
    {"id", FIELD_TEXT, offsetof(MemoryEntry, id), true},
    {"description", FIELD_TEXT, offsetof(MemoryEntry, description), true},
    {"symptom", FIELD_TEXT, offsetof(MemoryEntry, symptom), true},
    {"root_cause", FIELD_TEXT, offsetof(MemoryEntry, root_cause), false},
    {"solution", FIELD_TEXT, offsetof(MemoryEntry, solution), true},
    {"prevention", FIELD_TEXT, offsetof(MemoryEntry, prevention), false},
    {"severity", FIELD_SEVERITY, offsetof(MemoryEntry, severity), false},
    {"discovered", FIELD_TIME, offsetof(MemoryEntry, discovered), false},
    {"resolved", FIELD_FLAG, offsetof(MemoryEntry, resolved), false},
    {"occurrences", FIELD_COUNT, offsetof(MemoryEntry, occurrences), false},
    {"tags", FIELD_TAGS, 0, false},
};

PRINTF(4, 5) static void fault(Memory *m, uint32_t offset, const char *en, const char *es, ...) {
    va_list args;
    MemoryFault f = {.line = source_place(&m->source, MIN(offset, (uint32_t)m->source.bytes.len)).line};
    va_start(args, es);
    f.message.in[LANGUAGE_ES] = str_formatv(&m->source.arena, es, args);
    va_end(args);
    va_start(args, es);
    f.message.in[LANGUAGE_EN] = str_formatv(&m->source.arena, en, args);
    va_end(args);
    vec_push(&m->source.arena, &m->faults, f);
}

static Value value_of(Memory *m, const Node *node) { return yaml_value(m->tree, (uint32_t)(node - m->tree->nodes), &m->source.arena); }

static bool is_time(Str text) {
    int64_t day;
    if (text.len < DATE_LENGTH || !date_parse(str_slice(text, 0, DATE_LENGTH), &day)) return false;
    return text.len == DATE_LENGTH || (text.len >= 19 && text.at[DATE_LENGTH] == 'T' && text.at[13] == ':' && text.at[16] == ':');
}

static void read_tags(Memory *m, const Node *node, MemoryEntry *entry) {
    node = yaml_resolve(m->tree, node);
    if (!node || node->kind != YAML_SEQUENCE) {
        fault(m, node ? node->start : 0, "tags is a list: [docker, ci-cd]", "tags es una lista: [docker, ci-cd]");
        return;
    }
    StrVec tags = {0};
    node_each(tag, node) {
        if (tag->kind == YAML_SCALAR) vec_push(&m->source.arena, &tags, yaml_scalar(m->tree, tag, &m->source.arena));
    }
    entry->tags = tags.items;
    entry->tag_count = tags.count;
}

static void read_number(Memory *m, const Node *node, const MemoryField *field, Value v, MemoryEntry *entry) {
    void *member = (char *)entry + field->offset;
    double number = v.kind == VALUE_INT ? (double)v.as.integer : v.kind == VALUE_DOUBLE ? v.as.real : -1;
    if (field->type == FIELD_COUNT) {
        if (v.kind == VALUE_INT && v.as.integer >= 0) *(int64_t *)member = v.as.integer;
        else fault(m, node->start, "%s is a whole number, 0 or more", "%s es un número entero, 0 o más", field->name);
    } else if (number >= 0 && number <= 1) *(double *)member = number;
    else fault(m, node->start, "%s is a number from 0.0 to 1.0", "%s es un número de 0.0 a 1.0", field->name);
}

static void read_text(Memory *m, const Node *node, const MemoryField *field, MemoryEntry *entry) {
    Str text = yaml_scalar(m->tree, node, &m->source.arena);
    *(Str *)((char *)entry + field->offset) = text;
    if (field->required && !str_trim(text).len) fault(m, node->start, "%s is empty", "%s está vacío", field->name);
    if (field->type == FIELD_TIME && !is_time(text)) fault(m, node->start, "%s is a time like 2026-01-09T12:00:00, not '%.*s'", "%s es una fecha y hora como 2026-01-09T12:00:00, no '%.*s'", field->name, STR_ARGS(text));
    bool graded = str_is(text, "low") || str_is(text, "medium") || str_is(text, "high");
    if (field->type == FIELD_SEVERITY && !graded) fault(m, node->start, "%s is low, medium or high, not '%.*s'", "%s es low, medium o high, no '%.*s'", field->name, STR_ARGS(text));
}

static void read_field(Memory *m, const Node *node, const MemoryField *field, MemoryEntry *entry) {
    switch (field->type) {
        case FIELD_TAGS: read_tags(m, node, entry); break;
        case FIELD_COUNT: case FIELD_SHARE: read_number(m, node, field, value_of(m, node), entry); break;
        case FIELD_FLAG: {
            Value v = value_of(m, node);
            if (v.kind == VALUE_BOOL) *(bool *)((char *)entry + field->offset) = v.as.boolean;
            else fault(m, node->start, "%s is true or false", "%s es true o false", field->name);
            break;
        }
        default:
            if (node->kind == YAML_SCALAR) read_text(m, node, field, entry);
            else fault(m, node->start, "%s is a text", "%s es un texto", field->name);
    }
}

/* All fields in one pass over the map; gives the bits of those that are there. Files keep the order of the table, so the search begins behind the last one. */
static uint32_t read_fields(Memory *m, const Node *map, const MemoryField *fields, size_t count, MemoryEntry *entry) {
    uint32_t seen = 0;
    size_t next = 0;
    const Node *key = NULL;
    node_each(child, map) {
        const Node *name = key;
        key = name ? NULL : child;
        if (!name || name->kind != YAML_SCALAR || (child->flags & YAML_EMPTY)) continue;
        Str text = yaml_scalar(m->tree, name, &m->source.arena);
        for (size_t tried = 0; tried < count; tried++) {
            size_t i = (next + tried) % count;
            if (!str_is(text, fields[i].name)) continue;
            seen |= 1u << i;
            next = i + 1;
            const Node *value = yaml_resolve(m->tree, child);
            if (value) read_field(m, value, &fields[i], entry);
            break;
        }
    }
    return seen;
}

/* INFRA109-001: the prefix, an issue of letters and digits, a dash, three digits or more. */
static bool is_id(Str id, Str prefix) {
    if (!str_starts(id, prefix)) return false;
    Str rest = str_skip(id, prefix.len), issue, number;
    if (!str_cut(rest, '-', &issue, &number) || !issue.len || number.len < 3) return false;
    for (size_t i = 0; i < issue.len; i++) {
        char c = (char)(issue.at[i] | 0x20);
        if (!((c >= 'a' && c <= 'z') || (issue.at[i] >= '0' && issue.at[i] <= '9'))) return false;
    }
    for (size_t i = 0; i < number.len; i++) {
        if (number.at[i] < '0' || number.at[i] > '9') return false;
    }
    return true;
}

static void read_entry(Memory *m, const Node *map, MemoryKind kind, MemoryEntryVec *out) {
    const MemoryField *fields = kind == MEMORY_DECISION ? decision_fields : blocker_fields;
    size_t count = kind == MEMORY_DECISION ? ARRAY_COUNT(decision_fields) : ARRAY_COUNT(blocker_fields);
    Str prefix = kind == MEMORY_DECISION ? STR("INFRA") : STR("BLK");
    MemoryEntry entry = {.kind = kind, .resolved = true, .node = (uint32_t)(map - m->tree->nodes), .line = source_place(&m->source, map->start).line};
    uint32_t seen = read_fields(m, map, fields, count, &entry);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].required && !(seen >> i & 1)) fault(m, map->start, "an entry without %s", "una entrada sin %s", fields[i].name);
    }
    if (entry.id.len && !is_id(entry.id, prefix)) {
        fault(m, map->start, "the id '%.*s' has not the form %.*s{ISSUE}-{SEQ}, as in %.*s109-001", "el id '%.*s' no tiene la forma %.*s{ISSUE}-{SEQ}, como %.*s109-001", STR_ARGS(entry.id), STR_ARGS(prefix), STR_ARGS(prefix));
    }
    vec_push(&m->source.arena, out, entry);
}

static void read_entries(Memory *m, const Node *root, const char *key, MemoryKind kind, MemoryEntryVec *out) {
    const Node *list = yaml_get(m->tree, root, key);
    if (!list || (list->flags & YAML_EMPTY)) return;
    if (list->kind != YAML_SEQUENCE) {
        fault(m, list->start, "%s is a list", "%s es una lista", key);
        return;
    }
    uint32_t count = 0;
    node_each(item, list) count++;
    vec_reserve(&m->source.arena, out, MIN(count, (uint32_t)MEMORY_ENTRIES_MAX));
    node_each(item, list) {
        if (out->count == MEMORY_ENTRIES_MAX) break;
        if (item->kind == YAML_MAP) read_entry(m, item, kind, out);
        else fault(m, item->start, "an entry of %s is a map of fields", "una entrada de %s es un mapa de campos", key);
    }
}

static void read_files(Memory *m, const Node *list) {
    if (!list || list->kind != YAML_SEQUENCE) return;
    node_each(item, list) {
        const Node *text = item->kind == YAML_MAP ? yaml_get(m->tree, item, "path") : item;
        if (text && text->kind == YAML_SCALAR) vec_push(&m->source.arena, &m->common_files, yaml_scalar(m->tree, text, &m->source.arena));
    }
}

/* A text, or {pattern: code, reason: text}, which says the same as "`code`: text". */
static void read_anti_patterns(Memory *m, const Node *list) {
    if (!list || list->kind != YAML_SEQUENCE) return;
    Arena *a = &m->source.arena;
    node_each(item, list) {
        const Node *code = item->kind == YAML_MAP ? yaml_get(m->tree, item, "pattern") : NULL, *reason = code ? yaml_get(m->tree, item, "reason") : NULL;
        Str text = {NULL, 0};
        if (item->kind == YAML_SCALAR) text = yaml_scalar(m->tree, item, a);
        if (code && code->kind == YAML_SCALAR) text = str_format(a, "`%.*s`", STR_ARGS(yaml_scalar(m->tree, code, a)));
        if (text.len && reason && reason->kind == YAML_SCALAR) text = str_format(a, "%.*s: %.*s", STR_ARGS(text), STR_ARGS(yaml_scalar(m->tree, reason, a)));
        if (!text.len) continue;
        vec_push(a, &m->anti_patterns, text);
        vec_push(a, &m->anti_lines, source_place(&m->source, item->start).line);
    }
}

Str memory_code(Str text) {
    size_t start = str_find_byte(text, '`'), end = start == STR_NONE ? STR_NONE : str_find_byte(str_skip(text, start + 1), '`');
    if (end == STR_NONE) return (Str){NULL, 0};
    Str code = str_slice(text, start + 1, start + 1 + end), rest = str_skip(text, start + end + 2);
    bool alone = str_find_byte(rest, '`') == STR_NONE;
    return start == 0 || alone ? str_trim(code) : (Str){NULL, 0};
}

static int by_id(const void *a, const void *b) { return str_compare((*(const MemoryEntry *const *)a)->id, (*(const MemoryEntry *const *)b)->id); }

/* An id that two entries have: both lines are named. */
static void same_ids(Memory *m) {
    uint32_t count = m->decisions.count + m->blockers.count;
    const MemoryEntry **all = arena_array(&m->source.arena, const MemoryEntry *, count);
    for (uint32_t i = 0; i < m->decisions.count; i++) all[i] = &m->decisions.items[i];
    for (uint32_t i = 0; i < m->blockers.count; i++) all[m->decisions.count + i] = &m->blockers.items[i];
    if (count) qsort(all, count, sizeof *all, by_id);
    for (uint32_t i = 1; i < count; i++) {
        if (!all[i]->id.len || !str_eq(all[i]->id, all[i - 1]->id)) continue;
        uint32_t first = MIN(all[i]->line, all[i - 1]->line), second = MAX(all[i]->line, all[i - 1]->line);
        MemoryFault f = {.line = second};
        f.message.in[LANGUAGE_EN] = str_format(&m->source.arena, "the id '%.*s' stands at line %u already", STR_ARGS(all[i]->id), first);
        f.message.in[LANGUAGE_ES] = str_format(&m->source.arena, "el id '%.*s' ya está en la línea %u", STR_ARGS(all[i]->id), first);
        vec_push(&m->source.arena, &m->faults, f);
    }
}

static int by_line(const void *a, const void *b) {
    uint32_t x = ((const MemoryFault *)a)->line, y = ((const MemoryFault *)b)->line;
    return (x > y) - (x < y);
}

static void read_header(Memory *m, const Node *root) {
    const Node *updated = yaml_get(m->tree, root, "updated_at"), *tasks = yaml_get(m->tree, root, "tasks_handled");
    if (updated && updated->kind == YAML_SCALAR) m->updated_at = yaml_scalar(m->tree, updated, &m->source.arena);
    if (updated && !is_time(m->updated_at)) fault(m, updated->start, "updated_at is a time like 2026-01-09T12:00:00", "updated_at es una fecha y hora como 2026-01-09T12:00:00");
    if (!tasks) return;
    Value v = value_of(m, tasks);
    if (v.kind == VALUE_INT && v.as.integer >= 0) m->tasks_handled = v.as.integer;
    else fault(m, tasks->start, "tasks_handled is a whole number, 0 or more", "tasks_handled es un número entero, 0 o más");
}

static void damaged_at(Memory *m, const Problem *p) {
    Prose reason = problem_reason(p->code);
    bool said = reason.in[LANGUAGE_EN].len;
    Str id = problem_id(p->code), en = said ? reason.in[LANGUAGE_EN] : id, es = said ? reason.in[LANGUAGE_ES] : id;
    MemoryFault f = {.line = source_place(&m->source, MIN(p->span.start, (uint32_t)m->source.bytes.len)).line};
    f.message.in[LANGUAGE_EN] = str_format(&m->source.arena, "the YAML is damaged here: %.*s", STR_ARGS(en));
    f.message.in[LANGUAGE_ES] = str_format(&m->source.arena, "acá el YAML está roto: %.*s", STR_ARGS(es));
    m->damaged = true;
    vec_push(&m->source.arena, &m->faults, f);
}

void memory_parse(Str path, Str bytes, Memory *out) {
    *out = (Memory){0};
    Memory *m = out;
    ensure(bytes.len <= SOURCE_MAX, "larger input is refused before");
    m->source = (Source){.path = path, .bytes = bytes};
    m->tree = yaml_parse(text_of_source(&m->source));
    for (uint32_t i = 0; i < m->source.problems.count; i++) {
        const Problem *p = &m->source.problems.items[i];
        if (problem_is_loss(p->code) || p->code == PROBLEM_YAML_DUPLICATE_KEY || p->code == PROBLEM_YAML_UNKNOWN_ALIAS) damaged_at(m, p);
    }
    uint32_t damage = m->faults.count;
    const Node *root = yaml_root(m->tree);
    if (!root || (root->flags & YAML_EMPTY)) return;
    if (root->kind != YAML_MAP) {
        m->damaged = true;
        fault(m, root->start, "the memory is a map with decisions, blockers, common_files and context", "la memoria es un mapa con decisions, blockers, common_files y context");
        return;
    }
    read_header(m, root);
    read_entries(m, root, "decisions", MEMORY_DECISION, &m->decisions);
    read_entries(m, root, "blockers", MEMORY_BLOCKER, &m->blockers);
    read_files(m, yaml_get(m->tree, root, "common_files"));
    const Node *context = yaml_get(m->tree, root, "context");
    read_anti_patterns(m, yaml_get(m->tree, context, "anti_patterns"));
    same_ids(m);
    if (m->damaged) m->faults.count = damage; /* what else seems wrong may be its work */
    if (m->faults.count) qsort(m->faults.items, m->faults.count, sizeof *m->faults.items, by_line);
}

void memory_free(Memory *memory) { source_free(&memory->source); }

const MemoryEntry *memory_find(const Memory *memory, Str id) {
    for (uint32_t i = 0; i < memory->decisions.count; i++) {
        if (str_eq(memory->decisions.items[i].id, id)) return &memory->decisions.items[i];
    }
    for (uint32_t i = 0; i < memory->blockers.count; i++) {
        if (str_eq(memory->blockers.items[i].id, id)) return &memory->blockers.items[i];
    }
    return NULL;
}
