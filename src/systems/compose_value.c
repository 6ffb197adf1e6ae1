/* Trees become values of their own, so that files can be merged: every scalar keeps its span, a map or list points at its key.
 * Interpolation: https://docs.docker.com/reference/compose-file/interpolation/. A variable that neither .env nor a default sets
 * is a hole, never empty. */
#include "systems/compose_lower.h"

#include "parse/yaml.h"
#include "model/project.h"
#include "systems/unfold.h"

#define NESTED_MAX 8       /* ${A:-${B:-…}} */
#define TAGGED_MAX 200     /* keys of a map in which !reset is looked for */

/* ---- .env ---- */

static Str unquote(Str s) {
    bool quoted = s.len >= 2 && (s.at[0] == '"' || s.at[0] == '\'') && s.at[s.len - 1] == s.at[0];
    if (quoted) return str_slice(s, 1, s.len - 1);
    size_t comment = str_find(s, STR(" #"));
    return comment == STR_NONE ? s : str_trim(str_slice(s, 0, comment));
}

static void read_environment(ComposeReader *r, Str folder, Map *out) {
    Str path = folder.len ? str_format(r->arena, "%.*s/.env", STR_ARGS(folder)) : STR(".env");
    const Neighbour *file = map_get(&r->neighbours->by_path, path);
    if (!file) return;
    Str rest = file->source->bytes, line;
    while (str_next(&rest, '\n', &line)) {
        Str name, value;
        line = str_trim(line);
        if (str_starts(line, STR("export "))) line = str_trim(str_skip(line, 7));
        if (!line.len || line.at[0] == '#' || !str_cut(line, '=', &name, &value)) continue;
        value = str_trim(value);
        if (str_find_byte(value, '$') != STR_NONE) continue; /* refers to others: not known */
        Str *slot = arena_new(r->arena, Str);
        *slot = unquote(value);
        map_put(r->arena, out, str_trim(name), slot);
    }
}

/* ---- interpolation ---- */

typedef struct Interpolation {
    Arena *arena;
    const Map *environment;
    Buf out;
    Str prefix;
    bool hole;
} Interpolation;

static bool is_name(char c) { return c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

static void put_hole(Interpolation *i) {
    if (!i->hole) i->prefix = str_copy(i->arena, buf_str(&i->out));
    i->hole = true;
    buf_clear(&i->out);
}

static void interpolate(Interpolation *i, Str s, int depth);

/* What stands between ${ and }. */
static void braced(Interpolation *i, Str s, int depth) {
    size_t end = 0;
    while (end < s.len && is_name(s.at[end])) end++;
    const Str *known = map_get(i->environment, str_slice(s, 0, end));
    bool colon = end < s.len && s.at[end] == ':';
    size_t at = end + colon;
    char mark = at < s.len ? s.at[at] : '\0';
    Str operand = str_skip(s, at + 1);
    bool set = known && (!colon || known->len);
    if (mark == '-' && !set) interpolate(i, operand, depth + 1);
    else if (mark == '+' && set) interpolate(i, operand, depth + 1);
    else if (known && mark != '+') buf_add(&i->out, *known);
    else put_hole(i);
}

static size_t closing(Str s, size_t at) {
    for (int level = 1; at < s.len; at++) {
        if (s.at[at] == '{') level++;
        else if (s.at[at] == '}' && --level == 0) return at;
    }
    return s.len;
}

static void interpolate(Interpolation *i, Str s, int depth) {
    for (size_t at = 0; at < s.len;) {
        char next = at + 1 < s.len ? s.at[at + 1] : '\0';
        if (s.at[at] != '$' || (!is_name(next) && next != '{' && next != '$') || (next >= '0' && next <= '9')) {
            buf_byte(&i->out, s.at[at++]);
        } else if (next == '$') {
            buf_byte(&i->out, '$');
            at += 2;
        } else if (next == '{') {
            size_t close = closing(s, at + 2);
            if (depth < NESTED_MAX) braced(i, str_slice(s, at + 2, close), depth);
            else put_hole(i);
            at = MIN(close + 1, s.len);
        } else {
            size_t end = at + 1;
            while (end < s.len && is_name(s.at[end])) end++;
            const Str *known = map_get(i->environment, str_slice(s, at + 1, end));
            if (known) buf_add(&i->out, *known);
            else put_hole(i);
            at = end;
        }
    }
}

/* A plain scalar gets its type after the replacement, as Compose casts it. */
static Value interpolated(Arena *a, const Map *environment, Value v) {
    Str text = value_str(v);
    Interpolation i = {.arena = a, .environment = environment};
    interpolate(&i, text, 0);
    Str rest = str_copy(a, buf_str(&i.out));
    buf_free(&i.out);
    if (!i.hole) {
        Value out = yaml_resolve_plain(rest);
        if (out.kind != VALUE_BOOL && out.kind != VALUE_INT) out = value_string(rest);
        out.flags |= VALUE_DERIVED;
        return value_at(out, v.source, v.span);
    }
    Value out = value_hole(HOLE_VARIABLE);
    Partial *partial = arena_new(a, Partial);
    *partial = (Partial){i.prefix, rest};
    if (i.prefix.len || rest.len) out.as.partial = partial;
    return value_at(out, v.source, v.span);
}

/* ---- trees as values ---- */

static Value replaced(Unfold *u, Value v) {
    return str_find_byte(value_str(v), '$') == STR_NONE ? v : interpolated(u->arena, u->data, v);
}

static uint8_t tag_flags(Unfold *u, Value map, Value key) {
    (void)u;
    const Tree *tree = map.as.tree;
    if (value_size(map) > TAGGED_MAX) return 0;
    const Node *node = yaml_get(tree, &tree->nodes[map.count], value_text(key).at);
    uint32_t data = node ? node->data : 0;
    if (!data) return 0;
    Span span = yaml_extra(tree)->properties.items[data - 1].tag;
    Str tag = str_slice(tree->text.bytes, span.start, span.end);
    return str_is(tag, "!reset") ? COMPOSE_RESET : str_is(tag, "!override") ? COMPOSE_OVERRIDE : 0;
}

static bool has_tags(const Tree *tree) {
    const YamlExtra *extra = yaml_extra(tree);
    for (uint32_t i = 0; i < extra->properties.count; i++) {
        if (extra->properties.items[i].tag.end > extra->properties.items[i].tag.start) return true;
    }
    return false;
}

Value compose_read(ComposeReader *r, Str path) {
    Value *known = map_get(&r->roots, path);
    if (known) return *known;
    const Neighbour *file = map_get(&r->neighbours->by_path, path);
    const Node *root = file && file->tree && file->system == SYSTEM_COMPOSE ? yaml_root(file->tree) : NULL;
    Value *v = arena_new(r->arena, Value);
    if (root) {
        Map environment = {0};
        Unfold u = {.arena = r->arena, .max = COMPOSE_VALUES_MAX, .text = replaced, .entry_flags = has_tags(file->tree) ? tag_flags : NULL, .data = &environment};
        read_environment(r, str_folder(path), &environment);
        Value whole = yaml_value(file->tree, (uint32_t)(root - file->tree->nodes), r->arena);
        *v = unfold(&u, whole, value_absent(whole).span);
        if (u.cut) v->flags |= VALUE_OPEN;
    }
    map_put(r->arena, &r->roots, str_copy(r->arena, path), v);
    return *v;
}

/* ---- steps ---- */

Value compose_field(Value map, const char *key) { return unfold_field(map, key); }
Value compose_path(Value map, const char *path) { return unfold_path(map, path); }
