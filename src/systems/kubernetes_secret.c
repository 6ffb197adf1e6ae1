/* Credentials in manifests: in the data of a ConfigMap or a Secret, in annotations, in what a container runs. Texts are looked through where
 * they are written, line by line, JSON by its keys. Invariant: a credential points at itself and not at the text around it. */
#include "base/digest.h"
#include "base/utf8.h"
#include "parse/yaml.h"
#include "systems/facets.h"
#include "systems/kubernetes_lower.h"
#include "values/secret.h"

#include <stdlib.h>

typedef struct Holder {
    Manifest *m;
    const char *where;
    const Object *container; /* that runs it, or NULL */
} Holder;

static bool note(const Holder *h, Value value, Str name) {
    Object *secret = secret_model(h->m->model, value, name, h->where);
    if (!secret) return false;
    secret->address = h->m->object->address;
    secret->fields[SECRET_MANIFEST] = value_object(h->m->object);
    if (h->container) secret->fields[SECRET_CONTAINER] = value_object(h->container);
    return true;
}

/* `part` is a slice of the text. */
static Value value_in(const Text *text, Str part, Str seen) {
    uint32_t at = (uint32_t)(part.at - text->bytes.at);
    return value_at(value_string(seen), text->source, text_span(text, at, at + (uint32_t)part.len));
}

/* ---- texts ---- */

typedef struct Lines {
    const Text *text;
    Str rest;     /* behind the line that is read */
    bool endless; /* no private key in what is left has an end */
} Lines;

/* A private key goes on to its end, and reading goes on behind that: another beginning in it is part of it, and no byte is looked at twice. */
static Str whole_key(Lines *lines, Str begin) {
    size_t end = str_find(begin, STR("-----END "));
    if (end != STR_NONE) return str_slice(begin, 0, end);
    if (!lines->endless) end = str_find(lines->rest, STR("-----END "));
    lines->endless = end == STR_NONE;
    if (lines->endless) return begin;
    lines->rest = str_skip(lines->rest, end);
    return str_from(begin.at, (size_t)(lines->rest.at - begin.at));
}

/* A credential that shows itself by its form, wherever it stands in the line. */
static bool note_form(const Holder *h, Lines *lines, Str line) {
    Str part, kind = secret_form(line, &part);
    if (!kind.len) return false;
    bool key = str_is(kind, "private-key");
    if (key) part = whole_key(lines, part);
    return note(h, value_in(lines->text, part, key ? part : line), STR(""));
}

/* NAME=value or name: value; a blank in the name makes it prose, or a command. */
static bool note_pair(const Holder *h, const Text *text, Str line) {
    Str name, content;
    size_t equals = str_find_byte(line, '='), colon = str_find(line, STR(": "));
    if (equals == STR_NONE && colon == STR_NONE) return false;
    str_cut(line, equals < colon ? '=' : ':', &name, &content);
    name = str_trim(name);
    content = str_trim(content);
    return content.len && str_find_byte(name, ' ') == STR_NONE && note(h, value_in(text, content, content), name);
}

static void lines_in(const Holder *h, Text text) {
    Lines lines = {.text = &text, .rest = text.bytes};
    for (Str line; str_next(&lines.rest, '\n', &line);) {
        if (!note_pair(h, &text, line)) note_form(h, &lines, line);
    }
}

/* What base64 says, when that is a text. */
static Value decoded(const Holder *h, Value value, Str text) {
    Str plain;
    bool known = digest_unbase64(text, h->m->arena, &plain) && plain.len && utf8_invalid(plain) == STR_NONE;
    return known ? value_at(value_string(plain), value.source, value.span) : value_null();
}

static void note_encoded(const Holder *h, Value value, Str name) {
    Value plain = decoded(h, value, value_text(value));
    if (plain.kind == VALUE_STRING) note(h, plain, name);
}

/* The pairs of a JSON text, at any depth. A tree of its own: what is wrong with it is no fault of the manifest. */
static bool json_in(const Holder *h, Text text, bool encoded) {
    Source scratch;
    Str trimmed = str_trim(text.bytes);
    if (!str_starts(trimmed, STR("{")) || !str_ends(trimmed, STR("}"))) return false;
    source_init(&scratch, text.source->path, text.bytes);
    const Tree *tree = yaml_parse(text_of_source(&scratch));
    bool whole = !source_has_loss(&scratch);
    for (uint32_t i = 0; whole && i < tree->count; i++) {
        const Node *map = &tree->nodes[i];
        if (map->kind != YAML_MAP) continue;
        for (const Node *key = map + 1, *end = map + map->size; key < end;) {
            const Node *node = key + key->size;
            if (key->kind == YAML_SCALAR && node->kind == YAML_SCALAR) {
                Value v = value_string(str_copy(h->m->arena, yaml_scalar(tree, node, &scratch.arena)));
                Str name = str_copy(h->m->arena, yaml_scalar(tree, key, &scratch.arena));
                v = value_at(v, text.source, text_span(&text, node->start, node->end));
                if (!note(h, v, name) && encoded) note_encoded(h, v, name);
            }
            key = node + node->size;
        }
    }
    source_free(&scratch);
    return whole;
}

static void text_in(const Holder *h, Text text, Value value, Str name, bool encoded) {
    bool lines = str_find_byte(text.bytes, '=') != STR_NONE || str_find_byte(text.bytes, '\n') != STR_NONE;
    if (json_in(h, text, encoded)) return;
    if (lines) lines_in(h, text);
    else note(h, value, name);
}

/* ---- places ---- */

/* Calls for each entry of a map with its text, exact where it is written straight. */
static void each_text(const Holder *h, Value map, bool named, bool encoded) {
    uint32_t count;
    const Entry *entries = value_entries(map, &count, h->m->arena);
    const Node *key = yaml_is_tree(map) ? node_first(&map.as.tree->nodes[map.count]) : NULL;
    for (uint32_t i = 0; i < count; i++) {
        const Node *node = key ? key + key->size : NULL;
        bool straight = node && node->kind == YAML_SCALAR && entries[i].key.span.start == node_span(map.as.tree, key).start;
        Value value = entries[i].value;
        if (value.kind == VALUE_STRING) text_in(h, straight ? yaml_text(map.as.tree, node) : yaml_value_text(value), value, named ? value_text(entries[i].key) : STR(""), encoded);
        key = node ? node + node->size : NULL;
    }
}

void secrets_in_data(Manifest *m, Value data) { each_text(&(Holder){m, "data", NULL}, data, true, false); }

/* What SOPS has encrypted says so itself. */
void secrets_in_encoded(Manifest *m, Value data) {
    uint32_t count;
    Holder h = {m, "encoded", NULL};
    const Entry *entries = value_entries(data, &count, m->arena);
    if (!value_is_null(value_field(m->object->fields[MANIFEST_BODY], "sops", m->arena))) return;
    for (uint32_t i = 0; i < count; i++) note_encoded(&h, entries[i].value, value_text(entries[i].key));
}

/* Names of annotations say nothing; kubectl keeps a whole object in one, with the data of a Secret in base64. */
void secrets_in_annotations(Manifest *m, Value annotations) { each_text(&(Holder){m, "annotation", NULL}, annotations, false, true); }

/* --password=…, --password … */
static bool note_flag(const Holder *h, const Text *text, Value next) {
    Str name, content, flag = text->bytes;
    while (str_starts(flag, STR("-"))) flag = str_skip(flag, 1);
    if (flag.len == text->bytes.len) return false;
    if (str_cut(flag, '=', &name, &content)) return content.len && note(h, value_in(text, content, content), name);
    bool value = next.kind == VALUE_STRING && secret_name(flag) && !str_starts(value_text(next), STR("-"));
    return value && note(h, next, flag);
}

void secrets_in_words(Manifest *m, const Object *container, Value list) {
    uint32_t count;
    Holder h = {m, "command", container};
    const Value *items = value_items(list, &count, m->arena);
    const Text *texts = yaml_item_texts(list, items, count, m->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (items[i].kind != VALUE_STRING) continue;
        bool one = str_find_byte(texts[i].bytes, '\n') == STR_NONE, flag = one && note_flag(&h, &texts[i], i + 1 < count ? items[i + 1] : value_null());
        Lines lines = {.text = &texts[i], .rest = texts[i].bytes};
        Str line;
        while (!flag && str_next(&lines.rest, '\n', &line)) note_form(&h, &lines, line);
    }
}

/* What a user of a kubeconfig signs in with: by name, keys of certificates in base64, what a plug-in is told. */
void secrets_in_user(Manifest *m, Value user) {
    uint32_t count, variables;
    Holder h = {m, "kubeconfig", NULL};
    const Entry *entries = value_entries(user, &count, m->arena);
    for (uint32_t i = 0; i < count; i++) {
        if (entries[i].value.kind != VALUE_STRING) continue;
        if (value_is_string(entries[i].key, "client-key-data")) note_encoded(&h, entries[i].value, value_text(entries[i].key));
        else note(&h, entries[i].value, value_text(entries[i].key));
    }
    entries = value_entries(value_path(user, "auth-provider.config", m->arena), &count, m->arena);
    for (uint32_t i = 0; i < count; i++) note(&h, entries[i].value, value_text(entries[i].key));
    const Value *env = value_items(value_path(user, "exec.env", m->arena), &variables, m->arena);
    for (uint32_t i = 0; i < variables; i++) note(&h, value_field(env[i], "value", m->arena), value_text(value_field(env[i], "name", m->arena)));
}

typedef struct Told {
    const Source *source;
    Span span;
    uint32_t furthest; /* where the last of those up to this one ends, in that source */
} Told;

/* Where the credentials of the object stand that others told already: by file, and by where they begin. */
typedef VEC(Told) Noted;

static int by_place(const void *a, const void *b) {
    const Told *x = a, *y = b;
    if (x->source != y->source) return x->source < y->source ? -1 : 1;
    return x->span.start < y->span.start ? -1 : x->span.start > y->span.start;
}

static Noted noted(const Manifest *m) {
    Noted out = {0};
    for (uint32_t i = m->model->subjects.count; i-- > 0 && m->model->subjects.items[i] != m->object;) {
        const Object *o = m->model->subjects.items[i];
        if (o->shape->id == SHAPE_SECRET) vec_push(m->arena, &out, ((Told){o->source, o->span, o->span.end}));
    }
    if (out.count) qsort(out.items, out.count, sizeof *out.items, by_place);
    for (uint32_t i = 1; i < out.count; i++) {
        const Told *before = &out.items[i - 1];
        if (before->source == out.items[i].source) out.items[i].furthest = MAX(out.items[i].furthest, before->furthest);
    }
    return out;
}

static bool is_noted(const Noted *noted, const Source *source, Span span) {
    const Told wanted = {source, {span.end, span.end}, 0};
    uint32_t low = 0, high = noted->count; /* the first that begins at or behind the end of `span` */
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (by_place(&noted->items[middle], &wanted) < 0) low = middle + 1;
        else high = middle;
    }
    return low && noted->items[low - 1].source == source && noted->items[low - 1].furthest > span.start;
}

static void forms_in(const Holder *h, Text text) {
    Lines lines = {.text = &text, .rest = text.bytes};
    for (Str line; str_next(&lines.rest, '\n', &line);) note_form(h, &lines, line);
}

/* Of what was built, which is opened as it is asked for. */
static void forms_below(const Holder *h, Value value, const Noted *known, int depth) {
    uint32_t count = 0;
    if (value.kind == VALUE_STRING && value.source && !is_noted(known, value.source, value.span)) forms_in(h, yaml_value_text(value));
    if (depth == NODE_DEPTH_MAX) {
        model_cut(h->m->model, h->m->source);
        return;
    }
    const Entry *entries = value_is_map(value) ? value_entries(value, &count, h->m->arena) : NULL;
    for (uint32_t i = 0; entries && i < count; i++) forms_below(h, entries[i].value, known, depth + 1);
    const Value *items = value_is_list(value) ? value_items(value, &count, h->m->arena) : NULL;
    for (uint32_t i = 0; items && i < count; i++) forms_below(h, items[i], known, depth + 1);
}

/* Forms alone, in any text of an object whose fields mean nothing to us. */
void secrets_in_any(Manifest *m, Value body) {
    Holder h = {m, "text", NULL};
    Noted known = noted(m);
    if (!yaml_is_tree(body)) {
        forms_below(&h, body, &known, 0);
        return;
    }
    const Tree *tree = body.as.tree;
    const Node *root = &tree->nodes[body.count];
    for (const Node *node = root; node < root + root->size; node++) {
        if (node->kind == YAML_SCALAR && !is_noted(&known, m->source, node_span(tree, node))) forms_in(&h, yaml_text(tree, node));
    }
}
