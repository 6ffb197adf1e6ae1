/* Inputs: what the header of a file declares (`spec:inputs`), what its text asks for (`$[[ inputs.name | function ]]`), and what
 * those who include it give. https://docs.gitlab.com/ci/inputs/ */
#include "parse/yaml.h"
#include "systems/gitlab/lower.h"
#include "systems/schema_faults.h"


static bool is_name(char c) { return c == '_' || c == '-' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }
static bool is_kind(Str type, Value v) {
    if (v.kind == VALUE_HOLE || value_is_null(v)) return true;
    if (!type.len || str_is(type, "string")) return v.kind != VALUE_MAP && v.kind != VALUE_LIST;
    if (str_is(type, "boolean")) return v.kind == VALUE_BOOL;
    if (str_is(type, "number")) return v.kind == VALUE_INT || v.kind == VALUE_DOUBLE;
    return !str_is(type, "array") || v.kind == VALUE_LIST;
}

Value gitlab_inputs(Source *source, const Tree *tree, Arena *a) {
    const Node *root = tree ? yaml_root(tree) : NULL, *spec = root && root->kind == YAML_MAP ? yaml_get(tree, root, "spec") : NULL;
    if (!spec) return value_at(value_null(), source, (Span){0, 0});
    Unfold u = {.arena = a, .max = GITLAB_VALUES_MAX};
    Value whole = yaml_value(tree, (uint32_t)(root - tree->nodes), a), v = unfold(&u, whole, value_absent(whole).span);
    Value inputs = unfold_path(v, "spec.inputs");
    return value_is_null(inputs) ? value_at(value_map(NULL, 0), source, value_absent(v).span) : inputs;
}

/* ---- what the header says ---- */

static void wrong(Model *model, const char *code, Value at, Str input, const char *key, Str expected, Str nearest) {
    schema_fault(model, (Str){NULL, 0}, code, at, str_format(model->arena, "spec.inputs.%.*s", STR_ARGS(input)), str_of(key), expected, nearest);
}

/* What a value is written as; none when no file says so. */
static Str written(Value v) { return v.source ? source_slice(v.source, v.span) : (Str){NULL, 0}; }

static bool is_option(Value options, Value v) {
    if (options.kind != VALUE_LIST || value_is_null(v) || v.kind == VALUE_HOLE || v.kind == VALUE_LIST) return true;
    for (uint32_t i = 0; i < options.count; i++) {
        Value option = options.as.items[i];
        if (option.kind == VALUE_HOLE || str_eq(value_text(option), value_text(v))) return true;
        if (v.kind != VALUE_STRING && v.source && str_eq(written(option), written(v))) return true;
    }
    return false;
}

static Str joined(Arena *a, Value list) {
    Buf out = {0};
    for (uint32_t i = 0; i < list.count && i < 20; i++) {
        if (i) buf_lit(&out, ", ");
        buf_add(&out, value_text(list.as.items[i]));
    }
    Str s = str_copy(a, buf_str(&out));
    buf_free(&out);
    return s;
}

static void input_faults(Model *model, Str name, Value input) {
    static const char *const keys[] = {"default", "description", "options", "regex", "type", "rules"};
    static const char *const types[] = {"string", "number", "boolean", "array"};
    Str names[ARRAY_COUNT(keys)], type_names[ARRAY_COUNT(types)];
    for (size_t i = 0; i < ARRAY_COUNT(keys); i++) names[i] = str_of(keys[i]);
    for (size_t i = 0; i < ARRAY_COUNT(types); i++) type_names[i] = str_of(types[i]);
    for (uint32_t i = 0; i < input.count; i++) {
        Value key = input.as.entries[i].key;
        bool known = false;
        for (size_t k = 0; k < ARRAY_COUNT(keys); k++) known = known || value_is_string(key, keys[k]);
        if (!known) wrong(model, "unknown-key", key, name, str_copy(model->arena, value_text(key)).at, (Str){NULL, 0}, str_nearest(value_text(key), names, ARRAY_COUNT(keys)));
    }
    Value type = unfold_field(input, "type"), initial = unfold_field(input, "default"), options = unfold_field(input, "options");
    bool typed = value_is_null(type);
    for (size_t k = 0; k < ARRAY_COUNT(types); k++) typed = typed || value_is_string(type, types[k]);
    if (!typed && type.kind == VALUE_STRING) wrong(model, "wrong-value", type, name, "type", STR("string, number, boolean, array"), str_nearest(value_str(type), type_names, ARRAY_COUNT(types)));
    else if (!is_kind(value_text(type), initial)) wrong(model, "wrong-type", initial, name, "default", value_is_null(type) ? STR("string") : value_text(type), (Str){NULL, 0});
    else if (!is_option(options, initial)) wrong(model, "wrong-value", initial, name, "default", joined(model->arena, options), (Str){NULL, 0});
}

/* ---- what the text asks for ---- */

static void use_fault(Source *source, Value inputs, const Map *declared, Span at) {
    static const char *const functions[] = {"expand_vars", "truncate", "posix_escape"};
    Str rest = str_trim(source_slice(source, at)), piece;
    if (!str_starts(rest, STR("inputs."))) return;
    str_next(&rest, '|', &piece);
    Str name = str_trim(str_skip(piece, 7));
    Str names[100];
    uint32_t count = 0;
    bool found = inputs.flags & VALUE_OPEN;
    found = found || map_has(declared, name);
    for (uint32_t i = 0; inputs.kind == VALUE_MAP && i < MIN(inputs.count, (uint32_t)ARRAY_COUNT(names)); i++) names[count++] = value_text(inputs.as.entries[i].key);
    for (size_t i = 0; i < name.len; i++) found = found || (!is_name(name.at[i])); /* inputs.list[0].key: of newer versions */
    if (!found && inputs.kind == VALUE_MAP) source_problem_hint(source, PROBLEM_PIPELINE_UNDECLARED_INPUT, at, name, str_nearest(name, names, count));
    while (rest.len && str_next(&rest, '|', &piece)) {
        size_t open = str_find_byte(piece, '(');
        Str function = str_trim(open == STR_NONE ? piece : str_slice(piece, 0, open));
        bool known = false;
        for (size_t i = 0; i < ARRAY_COUNT(functions); i++) known = known || str_is(function, functions[i]);
        if (!known) source_problem_hint(source, PROBLEM_PIPELINE_INPUT_FUNCTION, at, function, (Str){NULL, 0});
    }
}

/* `$[[ … ]]` of a line, but not of a comment. */
static void uses(Source *source, Value inputs, Arena *a) {
    Str text = source->bytes;
    size_t from = 0, line = 0; /* the beginning of its line */
    Map declared = inputs.kind == VALUE_MAP ? entries_index(inputs.as.entries, inputs.count, a) : (Map){0};
    for (;;) {
        size_t open = str_find(str_skip(text, from), STR("$[["));
        if (open == STR_NONE) return;
        open += from;
        size_t close = str_find(str_slice(text, open, MIN(text.len, open + 500)), STR("]]"));
        if (close == STR_NONE) return;
        for (size_t i = from; i < open; i++) line = text.at[i] == '\n' ? i + 1 : line;
        size_t first = line;
        while (first < open && (text.at[first] == ' ' || text.at[first] == '\t')) first++;
        if (text.at[first] != '#') use_fault(source, inputs, &declared, (Span){(uint32_t)open + 3, (uint32_t)(open + close)});
        from = open + close + 2;
    }
}

void gitlab_inputs_model(Source *source, const Tree *tree, Model *model) {
    Value inputs = gitlab_inputs(source, tree, model->arena);
    for (uint32_t i = 0; inputs.kind == VALUE_MAP && i < inputs.count; i++) {
        if (inputs.as.entries[i].value.kind == VALUE_MAP) input_faults(model, value_text(inputs.as.entries[i].key), inputs.as.entries[i].value);
    }
    uses(source, inputs, model->arena);
}

/* ---- what those who include it give ---- */

static void given_fault(Gitlab *g, Value inputs, const Map *declared, Entry given) {
    const Value *input = map_get(declared, value_text(given.key));
    if (input) {
        Value options = input->kind == VALUE_MAP ? unfold_field(*input, "options") : value_null();
        bool variable = given.value.kind == VALUE_STRING && str_find_byte(value_str(given.value), '$') != STR_NONE;
        if (!variable && !is_option(options, given.value)) gitlab_problem(g, PROBLEM_PIPELINE_INPUT_VALUE, given.value, value_text(given.key), joined(g->arena, options));
        return;
    }
    Str names[100];
    uint32_t count = 0;
    for (uint32_t i = 0; i < MIN(inputs.count, (uint32_t)ARRAY_COUNT(names)); i++) names[count++] = value_text(inputs.as.entries[i].key);
    gitlab_problem(g, PROBLEM_PIPELINE_UNKNOWN_INPUT, given.key, value_text(given.key), str_nearest(value_text(given.key), names, count));
}

Value gitlab_declared(Gitlab *g, GitlabFile *file) {
    if (!file->has_inputs) file->inputs = gitlab_inputs(file->file.source, file->file.tree, g->arena);
    file->has_inputs = true;
    return file->inputs;
}

void gitlab_given(Gitlab *g, GitlabFile *file, Value item, Value at) {
    Value inputs = gitlab_declared(g, file), given = item.kind == VALUE_MAP ? unfold_field(item, "inputs") : value_null();
    if (inputs.kind != VALUE_MAP || given.kind == VALUE_HOLE || inputs.flags & VALUE_OPEN) return;
    Map declared = entries_index(inputs.as.entries, inputs.count, g->arena), named = given.kind == VALUE_MAP ? entries_index(given.as.entries, given.count, g->arena) : (Map){0};
    for (uint32_t i = 0; given.kind == VALUE_MAP && i < given.count; i++) given_fault(g, inputs, &declared, given.as.entries[i]);
    for (uint32_t i = 0; i < inputs.count; i++) {
        Entry e = inputs.as.entries[i];
        bool has_default = e.value.kind == VALUE_MAP && (!value_is_null(value_field(e.value, "default", NULL)) || !value_is_null(value_field(e.value, "rules", NULL)));
        if (!has_default && !map_has(&named, value_text(e.key)) && e.value.kind != VALUE_HOLE) gitlab_problem(g, PROBLEM_PIPELINE_MISSING_INPUT, at, value_text(e.key), file->file.source->path);
    }
}
