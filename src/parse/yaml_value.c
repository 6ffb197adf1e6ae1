/* YAML as values: the core schema (YAML 1.2.2, 10.3.2), look-up by key, aliases, merge keys; and what is looked at
 * once a tree stands: duplicate keys, unknown aliases. */
#include "base/map.h"
#include "parse/yaml_parser.h"

#include <math.h>
#include <stdlib.h>

#define ALIAS_DEPTH_MAX 16 /* an alias to an alias …: deeper is a circle or an attack */
#define MERGED_MAPS_MAX 256  /* maps that merge keys may bring into one: far more than anyone writes */

const Node *yaml_root(const Tree *tree) {
    const Node *document = node_first(&tree->nodes[0]);
    return document ? node_first(document) : NULL;
}

const Node *yaml_resolve(const Tree *tree, const Node *node) {
    for (int depth = 0; node->kind == YAML_ALIAS; depth++) {
        if (depth == ALIAS_DEPTH_MAX || !node->data) return NULL;
        node = &tree->nodes[node->data - 1];
    }
    return node;
}

/* Each alias learns what it means, once: to look among all anchors for each alias would take time by the square of the file. */
void yaml_link_aliases(Tree *tree) {
    const YamlExtra *extra = yaml_extra(tree);
    Arena scratch = {0};
    Map anchors = {0}; /* name → 1 + node: a later one of the same name wins from there on */
    for (uint32_t i = 0; i < tree->count && extra->anchors.count; i++) {
        Node *node = &tree->nodes[i];
        Span name = node->kind != YAML_ALIAS && node->data ? extra->properties.items[node->data - 1].anchor : (Span){0, 0};
        if (node->kind == YAML_ALIAS) node->data = (uint32_t)(uintptr_t)map_get(&anchors, str_skip(node_text(tree, node), 1));
        else if (name.end) *map_slot(&scratch, &anchors, str_slice(tree->text.bytes, name.start, name.end)) = (void *)(uintptr_t)(i + 1);
    }
    arena_free(&scratch);
}

static bool key_is(const Tree *tree, const Node *key, Str name) {
    if (key->kind != YAML_SCALAR) return false;
    if (!(key->flags & YAML_DECODE)) {
        Str raw = node_text(tree, key);
        if (key->style == YAML_SINGLE || key->style == YAML_DOUBLE) raw = str_slice(raw, 1, MAX(raw.len - 1, 1));
        return str_eq(raw, name);
    }
    Arena scratch = {0};
    bool same = str_eq(yaml_scalar(tree, key, &scratch), name);
    arena_free(&scratch);
    return same;
}

/* The maps that one look has merged. Each is worth one visit, since the first gives all its keys: maps that merge each other several
 * times over would double the work with every level. */
typedef struct Merged {
    const Node *maps[MERGED_MAPS_MAX];
    uint32_t count;
} Merged;

static bool is_merged_first(Merged *m, const Node *map) {
    for (uint32_t i = 0; i < m->count; i++) {
        if (m->maps[i] == map) return false;
    }
    if (m->count == MERGED_MAPS_MAX) return false;
    m->maps[m->count++] = map;
    return true;
}

static bool is_merge(const Tree *tree, const Node *key) { return key->style == YAML_PLAIN && key_is(tree, key, STR("<<")); }

static const Node *find(const Tree *tree, const Node *map, Str name, int depth, Merged *merged);

/* `<<: *base` or `<<: [*a, *b]`: keys that the map itself does not have. */
static const Node *find_merged(const Tree *tree, const Node *value, Str name, int depth, Merged *merged) {
    const Node *target = yaml_resolve(tree, value);
    if (!target || depth >= ALIAS_DEPTH_MAX) return NULL;
    if (target->kind == YAML_MAP) return is_merged_first(merged, target) ? find(tree, target, name, depth + 1, merged) : NULL;
    if (target->kind != YAML_SEQUENCE) return NULL;
    node_each(item, target) {
        const Node *base = yaml_resolve(tree, item);
        bool first = base && base->kind == YAML_MAP && is_merged_first(merged, base);
        const Node *hit = first ? find(tree, base, name, depth + 1, merged) : NULL;
        if (hit) return hit;
    }
    return NULL;
}

static const Node *find_behind(const Tree *tree, const Node *merge, Str name) {
    Merged merged;
    merged.count = 0;
    return find_merged(tree, merge, name, 0, &merged);
}

/* `merged`: NULL at the map that is asked. */
static const Node *find(const Tree *tree, const Node *map, Str name, int depth, Merged *merged) {
    const YamlLarge *large = yaml_large(tree, map);
    const Node *merge = large ? large->merge : NULL, *hit = large ? map_get(&large->keys, name) : NULL;
    for (const Node *key = map + 1, *end = large ? key : map + map->size; key < end;) {
        const Node *value = key + key->size;
        size_t length = key->end - key->start;
        bool as_written = key->style == YAML_PLAIN && !(key->flags & YAML_DECODE); /* nearly all: most differ in length already */
        if ((!as_written || length == name.len) && key_is(tree, key, name)) hit = value; /* the last one wins, as in every loader */
        if (length == 2 && is_merge(tree, key)) merge = value;
        key = value + value->size;
    }
    if (hit || !merge) return hit;
    return merged ? find_merged(tree, merge, name, depth, merged) : find_behind(tree, merge, name);
}

const Node *yaml_get(const Tree *tree, const Node *map, const char *key) {
    map = map ? yaml_resolve(tree, map) : NULL;
    if (!map || map->kind != YAML_MAP) return NULL;
    const Node *value = find(tree, map, str_of(key), 0, NULL);
    return value ? yaml_resolve(tree, value) : NULL;
}

/* ---- the core schema ---- */

static bool is_one_of(Str s, const char *const *words, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (str_is(s, words[i])) return true;
    }
    return false;
}

static bool all_in(Str s, const char *digits) {
    size_t count = strlen(digits);
    for (size_t i = 0; i < s.len; i++) {
        if (!memchr(digits, s.at[i], count)) return false;
    }
    return s.len > 0;
}

/* 0o17 and 0x1F; decimal goes through str_to_int. */
static bool based_int(Str s, int64_t *out) {
    bool octal = str_starts(s, STR("0o")), hex = str_starts(s, STR("0x"));
    if (!(octal || hex) || s.len > 18 || !all_in(str_skip(s, 2), octal ? "01234567" : "0123456789abcdefABCDEF")) return false;
    char copy[24];
    memcpy(copy, s.at + 2, s.len - 2);
    copy[s.len - 2] = '\0';
    *out = (int64_t)strtoull(copy, NULL, octal ? 8 : 16);
    return true;
}

/* [-+]? ( \. [0-9]+ | [0-9]+ ( \. [0-9]* )? ) ( [eE] [-+]? [0-9]+ )? */
static bool looks_real(Str s) {
    size_t i = s.len && (s.at[0] == '-' || s.at[0] == '+'), digits = 0;
    for (; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++) digits++;
    if (i < s.len && s.at[i] == '.') {
        for (i++; i < s.len && s.at[i] >= '0' && s.at[i] <= '9'; i++) digits++;
    }
    if (!digits) return false;
    if (i < s.len && (s.at[i] == 'e' || s.at[i] == 'E')) {
        i++;
        if (i < s.len && (s.at[i] == '-' || s.at[i] == '+')) i++;
        size_t exponent = i;
        while (i < s.len && s.at[i] >= '0' && s.at[i] <= '9') i++;
        if (i == exponent) return false;
    }
    return i == s.len;
}

Value yaml_resolve_plain(Str s) {
    static const char *const nulls[] = {"", "~", "null", "Null", "NULL"};
    static const char *const trues[] = {"true", "True", "TRUE"};
    static const char *const falses[] = {"false", "False", "FALSE"};
    static const char *const infinities[] = {".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"};
    static const char *const negatives[] = {"-.inf", "-.Inf", "-.INF"};
    static const char *const nans[] = {".nan", ".NaN", ".NAN"};
    if (s.len > 64) return value_string(s);
    char first = s.len ? s.at[0] : '~';
    bool may_be_null = first == '~' || first == 'n' || first == 'N';
    if (may_be_null) return is_one_of(s, nulls, ARRAY_COUNT(nulls)) ? value_null() : value_string(s);
    bool may_be_number = (first >= '0' && first <= '9') || first == '.' || first == '+' || first == '-';
    if (!may_be_number && first != 't' && first != 'T' && first != 'f' && first != 'F') return value_string(s);
    if (is_one_of(s, trues, ARRAY_COUNT(trues))) return value_bool(true);
    if (is_one_of(s, falses, ARRAY_COUNT(falses))) return value_bool(false);
    int64_t integer;
    if (str_to_int(s, &integer) || based_int(s, &integer)) return value_int(integer);
    if (is_one_of(s, infinities, ARRAY_COUNT(infinities))) return value_double((double)INFINITY);
    if (is_one_of(s, negatives, ARRAY_COUNT(negatives))) return value_double(-(double)INFINITY);
    if (is_one_of(s, nans, ARRAY_COUNT(nans))) return value_double((double)NAN);
    if (!looks_real(s)) return value_string(s);
    char copy[72];
    memcpy(copy, s.at, s.len);
    copy[s.len] = '\0';
    return value_double(strtod(copy, NULL));
}

static Str tag_of(const Tree *tree, const Node *node) {
    if (!node->data || node->kind == YAML_ALIAS) return (Str){NULL, 0};
    Span tag = yaml_extra(tree)->properties.items[node->data - 1].tag;
    return str_slice(tree->text.bytes, tag.start, tag.end);
}

/* %21 in a tag is a character. */
static Str unescape_uri(Str s, Arena *a) {
    char *out = arena_alloc(a, s.len);
    size_t len = 0;
    for (size_t i = 0; i < s.len; i++) {
        int64_t code;
        bool hex = s.at[i] == '%' && i + 2 < s.len && based_int(str_format(a, "0x%.2s", s.at + i + 1), &code);
        out[len++] = hex ? (char)code : s.at[i];
        if (hex) i += 2;
    }
    return (Str){out, len};
}

Str yaml_tag(const Tree *tree, const Node *node, Arena *a) {
    Str tag = tag_of(tree, node);
    if (!tag.len) return tag;
    if (str_starts(tag, STR("!<"))) return str_slice(tag, 2, MAX(tag.len, 3) - 1);
    size_t end = tag.len > 1 ? str_find_byte(str_skip(tag, 1), '!') : STR_NONE;
    Str handle = end == STR_NONE ? STR("!") : str_slice(tag, 0, end + 2), rest = str_skip(tag, handle.len), prefix = handle;
    if (str_is(handle, "!!")) prefix = STR("tag:yaml.org,2002:");
    const Node *document = node;
    while (document->kind != YAML_DOCUMENT && node_parent(document)) document = node_parent(document);
    for (uint32_t i = 0; i < yaml_extra(tree)->handles.count; i++) {
        const YamlHandle *h = &yaml_extra(tree)->handles.items[i];
        bool here = &tree->nodes[h->document] == document && (rest.len || end != STR_NONE);
        if (here && str_eq(h->handle, handle)) prefix = h->prefix;
    }
    return str_join(a, prefix, unescape_uri(rest, a));
}

/* `{{ … }}` that nobody rendered: what stands around it is known. */
static Value template_value(Str text, size_t open, Arena *a) {
    Value v = value_hole(HOLE_TEMPLATE);
    Partial *partial = arena_new(a, Partial);
    size_t close = text.len;
    while (close >= 2 && !(text.at[close - 1] == '}' && text.at[close - 2] == '}')) close--;
    *partial = (Partial){str_slice(text, 0, open), close >= 2 ? str_skip(text, close) : (Str){text.at, 0}};
    v.as.partial = partial;
    return v;
}

/* A word with ${NAME} in it, as envsubst and Flux write them. What has blanks is a script, which its shell will read. */
static bool is_substituted(Str text) {
    size_t open = str_find(text, STR("${"));
    if (open == STR_NONE || open + 3 > text.len) return false;
    char first = text.at[open + 2];
    if (!(first == '_' || (first >= 'A' && first <= 'Z') || (first >= 'a' && first <= 'z')) || !memchr(text.at + open, '}', text.len - open)) return false;
    return !memchr(text.at, ' ', text.len) && !memchr(text.at, '\n', text.len);
}

/* Kubernetes reads `yes` as true and 0644 as an octal number. */
static bool old_value(Str text, Value *out) {
    bool boolean;
    int64_t number;
    if (yaml_old_boolean(text, &boolean)) *out = value_bool(boolean);
    else if (yaml_old_octal(text, &number)) *out = value_int(number);
    else return false;
    return true;
}

static Value scalar_value(const Tree *tree, const Node *node, Arena *a) {
    Str text = yaml_scalar(tree, node, a);
    bool braces = text.len && memchr(text.at, '{', text.len); /* most have none, and are no template of any kind */
    bool pipeline = tree->grammar == &yaml_pipeline_grammar, template = tree->grammar == &yaml_template_grammar;
    size_t open = !braces ? STR_NONE : pipeline ? str_find(text, STR("${{")) : template ? str_find(text, STR("{{")) : STR_NONE;
    if (open != STR_NONE) return template_value(text, open, a);
    if (node->flags & YAML_OPEN) return value_hole(HOLE_UNREAD);
    if (template && braces && is_substituted(text)) return template_value(text, str_find(text, STR("${")), a);
    if (node->style != YAML_PLAIN) return value_string(text);
    Str tag = tag_of(tree, node);
    if (str_is(tag, "!!str") || str_is(tag, "!")) return value_string(text);
    Value old;
    if (template && old_value(text, &old)) return old;
    return yaml_resolve_plain(text);
}

/* Most scalars: as they are written, of a letter that begins neither a number nor, in so short a text, one of the words that mean something
 * else to any reader of YAML, and no template. */
static bool is_plainly_text(const Tree *tree, const Node *node) {
    if (node->kind != YAML_SCALAR || node->style != YAML_PLAIN || node->data || node->flags & (YAML_DECODE | YAML_OPEN | YAML_EMPTY)) return false;
    Str text = node_text(tree, node);
    char first = text.len ? text.at[0] : '~';
    bool letter = (first >= 'a' && first <= 'z') || (first >= 'A' && first <= 'Z') || first == '/' || first == '_';
    return letter && (text.len > sizeof "false" - 1 || !memchr("tTfFnNyYoO", first, 10)) && !memchr(text.at, '{', text.len);
}

Value yaml_value(const Tree *tree, uint32_t index, Arena *a) {
    const Node *written = &tree->nodes[index];
    if (is_plainly_text(tree, written)) return value_at(value_string(node_text(tree, written)), tree->text.source, node_span(tree, written));
    const Node *node = yaml_resolve(tree, &tree->nodes[index]);
    Span span = node_span(tree, &tree->nodes[index]);
    if (!node) return value_at(value_hole(HOLE_UNREAD), tree->text.source, span);
    Value v = node->kind == YAML_SCALAR
                  ? scalar_value(tree, node, a)
                  : (Value){.kind = VALUE_TREE, .count = (uint32_t)(node - tree->nodes), .as.tree = tree, .flags = node->flags & YAML_OPEN ? VALUE_OPEN : 0};
    return value_at(v, tree->text.source, span);
}

/* ---- TreeView ---- */

static bool view_is_map(const Tree *tree, uint32_t node) { return tree->nodes[node].kind == YAML_MAP; }
static bool view_is_list(const Tree *tree, uint32_t node) { return tree->nodes[node].kind == YAML_SEQUENCE; }

static uint32_t view_size(const Tree *tree, uint32_t node) {
    uint32_t children = 0;
    node_each(child, &tree->nodes[node]) children++;
    return view_is_map(tree, node) ? children / 2 : children;
}

static bool view_field(const Tree *tree, uint32_t node, Str key, Arena *a, Value *out) {
    if (!view_is_map(tree, node)) return false;
    const Node *value = find(tree, &tree->nodes[node], key, 0, NULL);
    if (value) *out = yaml_value(tree, (uint32_t)(value - tree->nodes), a);
    return value != NULL;
}

static Value view_item(const Tree *tree, uint32_t node, uint32_t index, Arena *a) {
    node_each(child, &tree->nodes[node]) {
        if (index-- == 0) return yaml_value(tree, (uint32_t)(child - tree->nodes), a);
    }
    return value_null();
}

static Entry view_entry(const Tree *tree, uint32_t node, uint32_t index, Arena *a) {
    const Node *key = &tree->nodes[node] + 1;
    for (; index > 0; index--) {
        key += key->size;
        key += key->size;
    }
    const Node *value = key + key->size;
    return (Entry){yaml_value(tree, (uint32_t)(key - tree->nodes), a), yaml_value(tree, (uint32_t)(value - tree->nodes), a)};
}

static const Value *view_items(const Tree *tree, uint32_t index, uint32_t *count, Arena *a) {
    VEC(Value) items = {0};
    vec_reserve(a, &items, view_size(tree, index));
    node_each(child, &tree->nodes[index]) vec_push(a, &items, yaml_value(tree, (uint32_t)(child - tree->nodes), a));
    *count = items.count;
    return items.items;
}

#define FEW_ENTRIES 16 /* as many are compared one by one; more are worth a map */

/* Entries as a loader would see them; `seen` keeps the keys of maps merged in from hiding the map's own. */
typedef struct Entries {
    const Tree *tree;
    Arena *arena;
    VEC(Entry) list;
    Map seen; /* of more than a few: the keys of `list` */
    Merged *merged; /* NULL until something is */
} Entries;

static void add_entries(Entries *e, const Node *map, int depth);

/* Whether no entry has the key, which one will have now. */
static bool is_first(Entries *e, Str name) {
    bool few = e->list.count < FEW_ENTRIES;
    uint32_t look = few || !e->seen.count ? e->list.count : 0; /* the map knows them once it has been filled */
    for (uint32_t i = 0; i < look; i++) {
        Value key = e->list.items[i].key;
        if (key.kind != VALUE_STRING) continue;
        if (!few) map_put(e->arena, &e->seen, value_str(key), e);
        else if (str_eq(value_str(key), name)) return false;
    }
    if (few) return true;
    void **slot = map_slot(e->arena, &e->seen, name);
    bool first = !*slot;
    *slot = e;
    return first;
}

static void add_merged(Entries *e, const Node *value, int depth) {
    const Node *target = yaml_resolve(e->tree, value);
    if (!target || depth >= ALIAS_DEPTH_MAX) return;
    if (!e->merged) e->merged = arena_new(e->arena, Merged);
    if (target->kind == YAML_MAP && is_merged_first(e->merged, target)) add_entries(e, target, depth + 1);
    if (target->kind != YAML_SEQUENCE) return;
    node_each(item, target) {
        const Node *base = yaml_resolve(e->tree, item);
        if (base && base->kind == YAML_MAP && is_merged_first(e->merged, base)) add_entries(e, base, depth + 1);
    }
}

static void add_entries(Entries *e, const Node *map, int depth) {
    const Node *merges[4];
    uint32_t merge_count = 0;
    for (const Node *key = map + 1, *end = map + map->size; key < end;) {
        const Node *value = key + key->size;
        if (is_merge(e->tree, key)) {
            if (merge_count < ARRAY_COUNT(merges)) merges[merge_count++] = value;
        } else {
            Value name = yaml_value(e->tree, (uint32_t)(key - e->tree->nodes), e->arena);
            if (name.kind != VALUE_STRING || is_first(e, value_str(name))) vec_push(e->arena, &e->list, ((Entry){name, yaml_value(e->tree, (uint32_t)(value - e->tree->nodes), e->arena)}));
        }
        key = value + value->size;
    }
    for (uint32_t i = 0; i < merge_count; i++) add_merged(e, merges[i], depth);
}

static const Entry *view_entries(const Tree *tree, uint32_t index, uint32_t *count, Arena *a) {
    Entries e = {.tree = tree, .arena = a};
    vec_reserve(a, &e.list, view_size(tree, index));
    add_entries(&e, &tree->nodes[index], 0);
    *count = e.list.count;
    return e.list.items;
}

/* A map or list as a whole is named by its key; in a list, by the first line of the item. */
static Span view_header(const Tree *tree, uint32_t index) {
    const Node *node = &tree->nodes[index], *parent = node_parent(node);
    if (!parent || parent->kind != YAML_MAP) {
        const Node *first = node_first(node);
        return first ? node_span(tree, node->kind == YAML_MAP ? first : node) : node_span(tree, node);
    }
    if (node->flags & YAML_KEY) return node_span(tree, node);
    const Node *key = node - 1; /* the last one inside of what stands in front: every absent field asks, of long maps too */
    while (node_parent(key) != parent) key = node_parent(key);
    return node_span(tree, key);
}

const TreeView yaml_view = {yaml_value, view_is_map, view_is_list, view_size, view_field, view_item, view_entry, view_items, view_entries, view_header};

/* ---- after the parse ---- */

/* The keys of one map, to find those that come twice. */
typedef struct Keys {
    const Node *nodes[FEW_ENTRIES];
    Str names[FEW_ENTRIES];
    uint32_t count;
    Map more; /* of a map with more of them: name → node */
} Keys;

/* The key of that name, which `key` repeats; NULL when it is the first. */
static const Node *earlier(Keys *keys, const Node *key, Str name, Arena *scratch) {
    for (uint32_t i = 0; i < keys->count; i++) {
        if (str_eq(keys->names[i], name)) return keys->nodes[i];
    }
    if (keys->count < FEW_ENTRIES) {
        keys->names[keys->count] = name;
        keys->nodes[keys->count++] = key;
        return NULL;
    }
    void **slot = map_slot(scratch, &keys->more, name);
    const Node *found = *slot;
    if (!found) *slot = (void *)(uintptr_t)key;
    return found;
}

static void report_duplicates(const Tree *tree, const Node *map, Arena *scratch) {
    Keys keys;
    keys.count = 0;
    keys.more = (Map){0};
    for (const Node *key = map + 1, *end = map + map->size; key < end;) {
        const Node *value = key + key->size;
        bool scalar = key->kind == YAML_SCALAR, as_written = scalar && key->style == YAML_PLAIN && !(key->flags & YAML_DECODE);
        Str name = as_written ? node_text(tree, key) : scalar ? yaml_scalar(tree, key, scratch) : (Str){NULL, 0};
        if (scalar && !(str_is(name, "<<") && key->style == YAML_PLAIN)) {
            const Node *first = earlier(&keys, key, name, scratch);
            if (first) {
                Source *source = tree->text.source;
                source_problem(source, PROBLEM_YAML_DUPLICATE_KEY, node_span(tree, key), str_copy(&source->arena, name));
                source->problems.items[source->problems.count - 1].other = node_span(tree, first);
            }
        }
        key = value + value->size;
    }
}

void yaml_report_keys(const Tree *tree) {
    Arena scratch = {0};
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        if (node->kind == YAML_MAP) {
            ArenaMark mark = arena_mark(&scratch);
            report_duplicates(tree, node, &scratch);
            arena_reset(&scratch, mark);
        } else if (node->kind == YAML_ALIAS && !yaml_resolve(tree, node)) {
            source_problem(tree->text.source, PROBLEM_YAML_UNKNOWN_ALIAS, node_span(tree, node), node_text(tree, node));
        }
    }
    arena_free(&scratch);
}
