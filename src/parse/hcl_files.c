/* Functions that read a file or parse a text. What they find comes from nowhere in the configuration: it points at the call.
 * A text that can't be parsed is a hole, and no fault of the configuration's file. */
#include "parse/hcl_functions.h"
#include "parse/json_value.h"
#include "parse/yaml.h"

#define PARSED_MAX (256u << 10) /* bytes of a text that is parsed */
#define YAML_LEVELS_MAX 60

static Value hole(HoleReason reason) { return value_hole(reason); }

/* `bytes` as a text all of which stands at `from`. */
static Text text_at(Source *source, uint32_t from, Str bytes) {
    TextBuilder b = text_builder(source);
    for (size_t i = 0; i < bytes.len; i++) text_builder_byte(&b, bytes.at[i], from);
    return text_builder_done(&b);
}

static Text text_of_call(HclScope *s, const Node *call, Str bytes) {
    *s->steps += (uint32_t)bytes.len / 16;
    return text_at(s->tree->text.source, node_span(s->tree, call).start, bytes);
}

bool hcl_json(Source *source, uint32_t from, Str bytes, Arena *a, Value *out) {
    Text text = text_at(source, from, bytes);
    return json_value(&text, NULL, 0, a, out);
}

static Value json_of(HclScope *s, const Node *call, Str bytes, Value otherwise) {
    Str inner = str_trim(bytes);
    Value out;
    if (str_is(inner, "true") || str_is(inner, "false")) return otherwise.kind == VALUE_HOLE ? value_bool(str_is(inner, "true")) : otherwise;
    if (!inner.len || (inner.at[0] != '{' && inner.at[0] != '[') || bytes.len > PARSED_MAX) return otherwise;
    *s->steps += (uint32_t)bytes.len / 16;
    return hcl_json(s->tree->text.source, node_span(s->tree, call).start, bytes, s->arena, &out) ? out : otherwise;
}

static Value spread(Value v, Arena *a, int depth) {
    uint32_t count;
    if (depth > YAML_LEVELS_MAX) return hole(HOLE_UNREAD);
    if (value_is_map(v)) {
        const Entry *from = value_entries(v, &count, a);
        Entry *entries = arena_array(a, Entry, count);
        for (uint32_t i = 0; i < count; i++) entries[i] = (Entry){from[i].key, spread(from[i].value, a, depth + 1)};
        return value_at(value_map(entries, count), v.source, v.span);
    }
    if (!value_is_list(v)) return v;
    const Value *from = value_items(v, &count, a);
    Value *items = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) items[i] = spread(from[i], a, depth + 1);
    return value_at(value_list(items, count), v.source, v.span);
}

static Value yaml_of(HclScope *s, const Node *call, Value v) {
    if (v.kind != VALUE_STRING) return v; /* JSON, which is read already */
    if (v.count > PARSED_MAX) return hole(HOLE_UNREAD);
    Source *source = s->tree->text.source;
    uint32_t before = source->problems.count;
    const Tree *tree = yaml_parse(text_of_call(s, call, value_str(v)));
    bool bad = source->problems.count > before;
    source->problems.count = before;
    const Node *document = node_first(tree->nodes), *root = document ? node_first(document) : NULL;
    if (bad || !root || node_next(document)) return hole(HOLE_UNREAD);
    return spread(yaml_value(tree, (uint32_t)(root - tree->nodes), s->arena), s->arena, 0);
}

bool hcl_no_names(HclScope *s, Str root, Str name, Str third, Value *out) {
    (void)s, (void)root, (void)name, (void)third, (void)out;
    return false;
}

/* The template `bytes` with the names of `variables`. */
static Value template_of(HclScope *s, const Node *call, Str bytes, Value variables) {
    if (bytes.len > PARSED_MAX || variables.kind != VALUE_MAP || s->depth > 100) return hole(HOLE_UNREAD);
    Source *source = s->tree->text.source;
    uint32_t before = source->problems.count;
    const Tree *tree = hcl_parse_template(text_of_call(s, call, bytes));
    bool bad = source->problems.count > before;
    source->problems.count = before;
    if (bad) return hole(HOLE_UNREAD);
    HclLocal *locals = arena_array(s->arena, HclLocal, variables.count);
    HclScope inner = {.tree = tree, .arena = s->arena, .lookup = hcl_no_names, .steps = s->steps, .depth = s->depth + 1};
    for (uint32_t i = 0; i < variables.count; i++) {
        locals[i] = (HclLocal){value_text(variables.as.entries[i].key), variables.as.entries[i].value, inner.locals};
        inner.locals = &locals[i];
    }
    return hcl_value(&inner, tree->nodes);
}

/* filesha256 is sha256 of a file. */
static Value file_function(HclScope *s, const Node *call, Str rest, const Value *v, uint32_t n) {
    Str bytes, path = value_text(v[0]);
    bool found = path.len && s->read && s->read(s, path, &bytes);
    if (str_is(rest, "exists")) return found ? value_bool(true) : hole(HOLE_UNREAD);
    if (!found) return hole(HOLE_UNREAD);
    if (!rest.len) return json_of(s, call, bytes, value_string(bytes));
    if (str_is(rest, "base64")) rest = STR("base64encode");
    Value text = value_string(bytes);
    return n == 1 ? hcl_call(rest, &text, 1, s->arena) : hole(HOLE_UNREAD);
}

static Value path_part(Str path, bool base) {
    Str name = str_base_name(path), folder = str_folder(path);
    return value_string(base ? name : folder.len ? folder : STR("."));
}

bool hcl_special(HclScope *s, const Node *call, Str name, const Value *v, uint32_t n, Value *out) {
    Str bytes;
    *out = hole(HOLE_UNREAD);
    if (!n) return false;
    bool text = v[0].kind == VALUE_STRING;
    if (str_is(name, "yamldecode")) *out = yaml_of(s, call, v[0]);
    else if (str_is(name, "jsondecode")) *out = text ? json_of(s, call, value_str(v[0]), hole(HOLE_UNREAD)) : v[0];
    else if (str_is(name, "basename") || str_is(name, "dirname")) *out = text ? path_part(value_str(v[0]), name.at[0] == 'b') : v[0];
    else if (str_is(name, "templatestring")) *out = text && n == 2 ? template_of(s, call, value_str(v[0]), v[1]) : *out;
    else if (str_is(name, "templatefile")) {
        if (text && n == 2 && s->read && s->read(s, value_str(v[0]), &bytes)) *out = template_of(s, call, bytes, v[1]);
    } else if (str_starts(name, STR("file")) && !str_is(name, "fileset")) *out = file_function(s, call, str_skip(name, 4), v, n);
    else return false;
    return true;
}
