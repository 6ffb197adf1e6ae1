/* Edits of the file as patches of its bytes. The result is parsed again before it is given: it must have no fault that the
 * file did not have, or nothing is given. */
#include "memory/memory.h"

#include <math.h>
#include <stdlib.h>

typedef struct Patch {
    uint32_t at, remove; /* bytes */
    Str insert;
    enum { INLINE, LINES_OF_LIST, LINES_OF_KEY } rank; /* at one place: what belongs to a list comes before a new key */
} Patch;

typedef struct Edit {
    const Memory *memory;
    const Tree *tree;
    Str bytes;
    Arena *arena;
    Error *err;
    VEC(Patch) patches;
} Edit;

static uint32_t line_of(const Edit *e, const Node *node) {
    uint32_t line = 1;
    for (uint32_t i = 0; i < node->start; i++) line += e->bytes.at[i] == '\n';
    return line;
}

static bool refuse(Edit *e, const Node *node, const char *what) {
    return error_set(e->err, "%.*s:%u: %s; edit it by hand, or write it as the format shows", STR_ARGS(e->memory->source.path), line_of(e, node), what);
}

static void patch(Edit *e, uint32_t at, uint32_t remove, Str insert) { vec_push(e->arena, &e->patches, ((Patch){at, remove, insert, INLINE})); }
static void insert_lines(Edit *e, uint32_t at, Str lines, bool key) { vec_push(e->arena, &e->patches, ((Patch){at, 0, lines, key ? LINES_OF_KEY : LINES_OF_LIST})); }

/* "…" with the escapes of JSON, which YAML shares. */
static void quote(Buf *out, Str text) {
    buf_byte(out, '"');
    for (size_t i = 0; i < text.len; i++) {
        char c = text.at[i];
        if (c == '"' || c == '\\') buf_print(out, "\\%c", c);
        else if (c == '\n') buf_lit(out, "\\n");
        else if (c == '\t') buf_lit(out, "\\t");
        else if ((unsigned char)c < 0x20 || c == 0x7F) buf_print(out, "\\x%02x", (unsigned char)c);
        else buf_byte(out, c);
    }
    buf_byte(out, '"');
}

static Str kept(Edit *e, Buf *out) {
    Str text = str_copy(e->arena, buf_str(out));
    buf_free(out);
    return text;
}

/* The byte behind the line in which `node` ends. */
static uint32_t line_end(const Edit *e, const Node *node) {
    uint32_t at = node->end;
    if (at > 0 && e->bytes.at[at - 1] == '\n') return at;
    while (at < e->bytes.len && e->bytes.at[at] != '\n') at++;
    return at < e->bytes.len ? at + 1 : at;
}

static uint32_t column_of(const Edit *e, uint32_t at) {
    uint32_t start = at;
    while (start > 0 && e->bytes.at[start - 1] != '\n') start--;
    return at - start;
}

/* ---- scalars ---- */

static const Node *key_node(const Edit *e, const Node *map, const char *key) {
    const Node *found = NULL;
    bool is_key = true;
    node_each(child, map) {
        if (is_key && child->kind == YAML_SCALAR && str_is(yaml_scalar(e->tree, child, e->arena), key)) found = child;
        is_key = !is_key;
    }
    return found;
}

static bool insert_key(Edit *e, const Node *map, const char *key, Str value) {
    const Node *last = NULL, *first = node_first(map);
    node_each(child, map) last = child;
    if (!last) return refuse(e, map, "an empty map can't be extended");
    if (map->style == YAML_FLOW) {
        patch(e, map->end - 1, 0, str_format(e->arena, ", %s: %.*s", key, STR_ARGS(value)));
        return true;
    }
    insert_lines(e, line_end(e, last), str_format(e->arena, "%*s%s: %.*s\n", (int)column_of(e, first->start), "", key, STR_ARGS(value)), true);
    return true;
}

/* `value` is written as YAML; a time keeps the quotes the old one had. */
static bool set(Edit *e, const Node *map, const char *key, Str value) {
    const Node *name = key_node(e, map, key);
    if (!name) return insert_key(e, map, key, value);
    const Node *old = node_next(name);
    if (!old || old->kind != YAML_SCALAR || old->style == YAML_LITERAL || old->style == YAML_FOLDED) return refuse(e, name, "this value can't be replaced");
    if (old->flags & YAML_EMPTY) {
        uint32_t at = name->end;
        while (at < e->bytes.len && e->bytes.at[at] != ':') at++;
        patch(e, at + 1, 0, str_format(e->arena, " %.*s", STR_ARGS(value)));
        return true;
    }
    bool quoted = value.len && value.at[0] == '"';
    if (quoted && old->style == YAML_PLAIN) value = str_slice(value, 1, value.len - 1);
    if (quoted && old->style == YAML_SINGLE) value = str_format(e->arena, "'%.*s'", (int)value.len - 2, value.at + 1);
    patch(e, old->start, old->end - old->start, value);
    return true;
}

static bool set_int(Edit *e, const Node *map, const char *key, int64_t number) { return set(e, map, key, str_format(e->arena, "%lld", (long long)number)); }
static bool set_time(Edit *e, const Node *map, const char *key, Str now) { return set(e, map, key, str_format(e->arena, "\"%.*s\"", STR_ARGS(now))); }

/* ---- lists ---- */

/* One item, written out: `lines` of a block (the first without its dash), and the same in flow style. */
typedef struct Item {
    const Str *lines;
    uint32_t line_count;
    Str flow;
} Item;

static Str block_item(Edit *e, const Item *item, uint32_t column) {
    Buf out = {0};
    for (uint32_t i = 0; i < item->line_count; i++) buf_print(&out, "%*s%s%.*s\n", (int)column, "", i ? "  " : "- ", STR_ARGS(item->lines[i]));
    return kept(e, &out);
}

/* Items in a row: as lines of a block, or between the commas of a flow. */
static Str in_row(Edit *e, const Item *items, uint32_t count, bool block, uint32_t column) {
    Buf out = {0};
    for (uint32_t i = 0; i < count; i++) {
        if (block) buf_add(&out, block_item(e, &items[i], column));
        else buf_print(&out, ", %.*s", STR_ARGS(items[i].flow));
    }
    return kept(e, &out);
}

static bool append(Edit *e, const Node *root, const char *key, const Item *items, uint32_t count) {
    const Node *name = key_node(e, root, key), *list = name ? node_next(name) : NULL, *last = NULL;
    if (!name) {
        if (root->style == YAML_FLOW) return refuse(e, root, "the whole memory is in flow style");
        node_each(child, root) last = child;
        insert_lines(e, line_end(e, last), str_format(e->arena, "%s:\n%.*s", key, STR_ARGS(in_row(e, items, count, true, 2))), true);
        return true;
    }
    bool empty = !list || (list->flags & YAML_EMPTY);
    if (!empty && list->kind != YAML_SEQUENCE) return refuse(e, name, "this is no list");
    if (!empty) node_each(child, list) last = child;
    if (!empty && list->style == YAML_FLOW && last) {
        patch(e, last->end, 0, in_row(e, items, count, false, 0));
        return true;
    }
    if (!empty && list->style == YAML_FLOW) {
        uint32_t start = list->start;
        while (start > name->end + 1 && e->bytes.at[start - 1] == ' ') start--;
        patch(e, start, list->end - start, (Str){"", 0});
        last = list;
    }
    bool block = !empty && list->style != YAML_FLOW;
    uint32_t column = block && e->bytes.at[list->start] == '-' ? column_of(e, list->start) : column_of(e, name->start) + 2;
    insert_lines(e, line_end(e, last ? last : name), in_row(e, items, count, true, column), false);
    return true;
}

/* ---- entries ---- */

typedef struct Lines {
    VEC(Str) items;
    Edit *edit;
} Lines;

static void text_line(Lines *l, const char *name, Str text) {
    Buf out = {0};
    buf_print(&out, "%s: ", name);
    quote(&out, text);
    vec_push(l->edit->arena, &l->items, kept(l->edit, &out));
}

static void plain_line(Lines *l, const char *name, Str text) { vec_push(l->edit->arena, &l->items, str_format(l->edit->arena, "%s: %.*s", name, STR_ARGS(text))); }

static void tags_line(Lines *l, const MemoryEntry *entry) {
    Buf out = {0};
    buf_lit(&out, "tags: [");
    for (uint32_t i = 0; i < entry->tag_count; i++) {
        if (i) buf_lit(&out, ", ");
        quote(&out, entry->tags[i]);
    }
    buf_byte(&out, ']');
    vec_push(l->edit->arena, &l->items, kept(l->edit, &out));
}

static void entry_lines(Lines *l, const MemoryEntry *entry, Str id, Str now) {
    text_line(l, "id", id);
    if (entry->kind == MEMORY_DECISION) {
        text_line(l, "context", entry->context);
        text_line(l, "decision", entry->decision);
        plain_line(l, "confidence_score", str_format(l->edit->arena, "%.2f", entry->confidence));
        plain_line(l, "validated_count", STR("1"));
        plain_line(l, "failed_count", STR("0"));
        text_line(l, "last_used", now);
    } else {
        text_line(l, "description", entry->description);
        text_line(l, "symptom", entry->symptom);
        text_line(l, "root_cause", entry->root_cause);
        text_line(l, "solution", entry->solution);
        text_line(l, "prevention", entry->prevention);
        text_line(l, "severity", entry->severity);
        text_line(l, "discovered", now);
        plain_line(l, "resolved", STR("true"));
        plain_line(l, "occurrences", STR("1"));
    }
    tags_line(l, entry);
}

static Item entry_item(Edit *e, const MemoryEntry *entry, Str id, Str now) {
    Lines lines = {.edit = e};
    entry_lines(&lines, entry, id, now);
    Buf flow = {0};
    buf_byte(&flow, '{');
    for (uint32_t i = 0; i < lines.items.count; i++) buf_print(&flow, "%s%.*s", i ? ", " : "", STR_ARGS(lines.items.items[i]));
    buf_byte(&flow, '}');
    return (Item){lines.items.items, lines.items.count, kept(e, &flow)};
}

/* ---- all patches at once ---- */

static int by_place(const void *a, const void *b) {
    const Patch *x = a, *y = b;
    return x->at != y->at ? (x->at > y->at) - (x->at < y->at) : (x->rank > y->rank) - (x->rank < y->rank);
}

static Str applied(Edit *e) {
    /* Few patches: a stable order of equal places is that of insertion. */
    for (uint32_t i = 1; i < e->patches.count; i++) {
        for (uint32_t k = i; k > 0 && by_place(&e->patches.items[k - 1], &e->patches.items[k]) > 0; k--) {
            Patch swap = e->patches.items[k];
            e->patches.items[k] = e->patches.items[k - 1];
            e->patches.items[k - 1] = swap;
        }
    }
    size_t first = str_find_byte(e->bytes, '\n');
    bool crlf = first != STR_NONE && first > 0 && e->bytes.at[first - 1] == '\r';
    Buf out = {0};
    size_t at = 0;
    for (uint32_t i = 0; i < e->patches.count; i++) {
        const Patch *p = &e->patches.items[i];
        buf_add(&out, str_slice(e->bytes, at, p->at));
        bool broken = out.len == 0 || out.at[out.len - 1] == '\n';
        if (p->rank != INLINE && !broken) buf_add(&out, crlf ? STR("\r\n") : STR("\n"));
        for (size_t k = 0; k < p->insert.len; k++) {
            if (crlf && p->insert.at[k] == '\n') buf_byte(&out, '\r');
            buf_byte(&out, p->insert.at[k]);
        }
        at = p->at + p->remove;
    }
    buf_add(&out, str_skip(e->bytes, at));
    for (int i = 0; i < SOURCE_PADDING; i++) buf_byte(&out, '\0');
    Str text = kept(e, &out);
    text.len -= SOURCE_PADDING;
    return text;
}

/* The result must read as well as the file did. */
static bool finish(Edit *e, uint32_t decisions, uint32_t blockers, Str *out) {
    Str text = applied(e);
    Memory after;
    memory_parse(e->memory->source.path, text, &after);
    bool sound = !after.damaged && after.faults.count <= e->memory->faults.count && after.decisions.count == decisions && after.blockers.count == blockers;
    memory_free(&after);
    if (!sound) return error_set(e->err, "%.*s: this file is written in a way that can't be edited without harm; nothing was changed", STR_ARGS(e->memory->source.path));
    *out = text;
    return true;
}

static bool begin(Edit *e, const Memory *memory, Arena *a, Error *err, const Node **root) {
    *e = (Edit){.memory = memory, .tree = memory->tree, .bytes = memory->source.bytes, .arena = a, .err = err};
    if (memory->damaged) {
        const MemoryFault *f = &memory->faults.items[0];
        Error spanish;
        error_set(&spanish, "%.*s:%u: %.*s; mend it first, nothing was changed", STR_ARGS(memory->source.path), f->line, STR_ARGS(f->message.in[LANGUAGE_ES]));
        error_set(err, "%.*s:%u: %.*s; mend it first, nothing was changed", STR_ARGS(memory->source.path), f->line, STR_ARGS(f->message.in[LANGUAGE_EN]));
        memcpy(err->spanish, spanish.spanish, sizeof err->spanish);
        return false;
    }
    *root = yaml_root(memory->tree);
    if (!*root || (*root)->kind != YAML_MAP || !node_first(*root)) return error_set(err, "%.*s: empty; `infra memory init` makes one to start with", STR_ARGS(memory->source.path));
    return true;
}

/* ---- ids ---- */

static void raise(const MemoryEntryVec *entries, Str prefix, int64_t *most) {
    for (uint32_t i = 0; i < entries->count; i++) {
        int64_t number;
        Str id = entries->items[i].id;
        if (str_starts(id, prefix) && str_to_int(str_skip(id, prefix.len), &number)) *most = MAX(*most, number);
    }
}

static bool next_id(const Memory *memory, MemoryKind kind, Str issue, Arena *a, Str *id, Error *err) {
    for (size_t i = 0; i < issue.len; i++) {
        char c = issue.at[i];
        bool plain = (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z');
        if (!plain) return error_set(err, "--issue is a number or a word, as in 109; '%.*s' is neither", STR_ARGS(issue));
    }
    if (!issue.len || issue.len > 40) return error_set(err, "--issue says which issue this was learnt in: --issue 109");
    Str prefix = str_format(a, "%s%.*s-", kind == MEMORY_DECISION ? "INFRA" : "BLK", STR_ARGS(issue));
    int64_t most = 0;
    raise(&memory->decisions, prefix, &most);
    raise(&memory->blockers, prefix, &most);
    *id = str_format(a, "%.*s%03lld", STR_ARGS(prefix), (long long)most + 1);
    return true;
}

/* ---- the rules ---- */

static bool complete(const MemoryEntry *e, Error *err) {
    const struct { const char *name; Str text; bool needed; } fields[] = {
        {"--context", e->context, e->kind == MEMORY_DECISION},         {"--decision", e->decision, e->kind == MEMORY_DECISION},
        {"--description", e->description, e->kind == MEMORY_BLOCKER},  {"--symptom", e->symptom, e->kind == MEMORY_BLOCKER},
        {"--root-cause", e->root_cause, e->kind == MEMORY_BLOCKER},    {"--solution", e->solution, e->kind == MEMORY_BLOCKER},
        {"--prevention", e->prevention, e->kind == MEMORY_BLOCKER},
    };
    for (size_t i = 0; i < ARRAY_COUNT(fields); i++) {
        if (fields[i].needed && !str_trim(fields[i].text).len) return error_set(err, "%s is missing: a %s is only worth keeping with it", fields[i].name, e->kind == MEMORY_DECISION ? "decision" : "blocker");
    }
    if (e->kind == MEMORY_DECISION && !(e->confidence >= CONFIDENCE_WRITE && e->confidence <= 1)) {
        return error_set(err, "--confidence is from 0.8 to 1.0: what is less sure is not worth repeating yet (given: %.2f)", e->confidence);
    }
    bool graded = str_is(e->severity, "low") || str_is(e->severity, "medium") || str_is(e->severity, "high");
    if (e->kind == MEMORY_BLOCKER && !graded) return error_set(err, "--severity is low, medium or high, not '%.*s'", STR_ARGS(e->severity));
    return true;
}

static bool count_task(Edit *e, const Node *root, Str now, bool task) {
    if (!set_time(e, root, "updated_at", now)) return false;
    return !task || set_int(e, root, "tasks_handled", e->memory->tasks_handled + 1);
}

static bool note_files(Edit *e, const Node *root, const Str *files, uint32_t count) {
    const StrVec *noted = &e->memory->common_files;
    Str *fresh = arena_array(e->arena, Str, count);
    Item *items = arena_array(e->arena, Item, count);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        bool known = false;
        for (uint32_t k = 0; k < noted->count; k++) known = known || str_eq(noted->items[k], files[i]);
        for (uint32_t k = 0; k < i; k++) known = known || str_eq(files[k], files[i]);
        if (known) continue;
        Buf out = {0};
        quote(&out, files[i]);
        fresh[n] = kept(e, &out);
        items[n] = (Item){&fresh[n], 1, fresh[n]};
        n++;
    }
    return !n || append(e, root, "common_files", items, n);
}

bool memory_learn(const Memory *memory, const MemoryEntry *entry, Str issue, Str now, const Str *files, uint32_t file_count, Arena *a, Str *id, Str *out, Error *err) {
    Edit e;
    const Node *root = NULL;
    if (!complete(entry, err) || !begin(&e, memory, a, err, &root) || !next_id(memory, entry->kind, issue, a, id, err)) return false;
    if (!count_task(&e, root, now, true)) return false;
    Item item = entry_item(&e, entry, *id, now);
    bool decision = entry->kind == MEMORY_DECISION;
    if (!append(&e, root, decision ? "decisions" : "blockers", &item, 1)) return false;
    return note_files(&e, root, files, file_count) && finish(&e, memory->decisions.count + decision, memory->blockers.count + !decision, out);
}

bool memory_task(const Memory *memory, Str now, const Str *files, uint32_t file_count, Arena *a, Str *out, Error *err) {
    Edit e;
    const Node *root = NULL;
    if (!begin(&e, memory, a, err, &root) || !count_task(&e, root, now, true)) return false;
    return note_files(&e, root, files, file_count <= COMMON_FILES_MAX ? file_count : 0) && finish(&e, memory->decisions.count, memory->blockers.count, out);
}

static bool mark_decision(Edit *e, const MemoryEntry *entry, bool held, Str now) {
    const Node *map = &e->tree->nodes[entry->node];
    double confidence = held ? entry->confidence + (1 - entry->confidence) / 10 : entry->confidence * 4 / 5;
    Str score = str_format(e->arena, "%.2f", round(confidence * 100) / 100);
    return set(e, map, "confidence_score", score) && set_int(e, map, held ? "validated_count" : "failed_count", (held ? entry->validated : entry->failed) + 1) && set_time(e, map, "last_used", now);
}

static bool mark_blocker(Edit *e, const MemoryEntry *entry, bool held) {
    const Node *map = &e->tree->nodes[entry->node];
    return set_int(e, map, "occurrences", entry->occurrences + 1) && set(e, map, "resolved", held ? STR("true") : STR("false"));
}

bool memory_mark(const Memory *memory, Str id, bool held, Str now, Arena *a, Str *out, Error *err) {
    Edit e;
    const Node *root = NULL;
    if (!begin(&e, memory, a, err, &root)) return false;
    const MemoryEntry *entry = memory_find(memory, id);
    if (!entry) return error_set(err, "there is no entry '%.*s' in %.*s; `infra memory show` lists them", STR_ARGS(id), STR_ARGS(memory->source.path));
    bool ok = entry->kind == MEMORY_DECISION ? mark_decision(&e, entry, held, now) : mark_blocker(&e, entry, held);
    return ok && count_task(&e, root, now, held) && finish(&e, memory->decisions.count, memory->blockers.count, out);
}

Str memory_template(Str now, Arena *a) {
    return str_format(a,
        "# What was learnt about the infrastructure of this repository: `infra memory` reads and writes it.\n"
        "updated_at: \"%.*s\"\n"
        "tasks_handled: 0\n"
        "context:\n"
        "  anti_patterns: []  # a text; code in backquotes that it begins with is looked for in every file\n"
        "common_files: []\n"
        "# When a decision holds, its confidence closes a tenth of the way to 1; when it fails, a fifth goes. From 0.9 on it comes first, below 0.7 it is no longer used.\n"
        "decisions: []\n"
        "blockers: []\n", STR_ARGS(now));
}
