/* A simple command's words → name, sub-command, flags, arguments, packages. Wrappers (sudo, env …) are taken off first, and
 * `python -m pip` is pip. Invariant: every word ends up as wrapper, program, sub-command, flag, value of a flag or argument. */
#include "parse/shell.h"
#include "systems/shell_walk.h"
#include "values/command.h"

typedef struct Reader {
    ShellWalk *w;
    const Value *words;
    uint32_t count, at;
    Object *o;
    const Tool *tool;
    VEC(Entry) flags;
    ValueVec args, wrappers;
    Value action;
} Reader;

static Str known(Value v) {
    if (v.kind == VALUE_STRING) return value_str(v);
    return v.kind == VALUE_HOLE && v.as.partial ? v.as.partial->prefix : (Str){NULL, 0};
}

static bool is_flag(Value v) {
    Str s = known(v);
    return s.len > 1 && s.at[0] == '-';
}

static Value part(Value whole, Str text) { return value_at(value_string(text), whole.source, whole.span); }

static void put_flag(Reader *r, Value word, Str name, Value value) {
    vec_push(r->w->arena, &r->flags, (Entry){part(word, name), value});
}

static bool next_value(Reader *r, Value *out) {
    if (r->at + 1 >= r->count) return false;
    *out = r->words[++r->at];
    return true;
}

/* --name, --name=value, --name value. */
static void long_flag(Reader *r, Value word, Str text) {
    Str name, rest;
    Value value = part(word, STR(""));
    if (str_cut(text, '=', &name, &rest)) value = word.kind == VALUE_STRING ? part(word, rest) : word;
    else if (tool_takes_value(r->tool, text)) next_value(r, &value);
    put_flag(r, word, name, value);
}

/* -x, -xVALUE, -x VALUE, -xyz. */
static void short_flags(Reader *r, Value word, Str text) {
    for (size_t i = 1; i < text.len; i++) {
        char name[2] = {'-', text.at[i]};
        Str flag = str_copy(r->w->arena, (Str){name, 2});
        if (tool_takes_value(r->tool, flag)) {
            Value value = part(word, STR(""));
            if (i + 1 < text.len) value = part(word, str_skip(text, i + 1));
            else next_value(r, &value);
            put_flag(r, word, flag, value);
            return;
        }
        put_flag(r, word, flag, part(word, STR("")));
    }
}

static void flag(Reader *r) {
    Value word = r->words[r->at];
    Str text = known(word);
    bool splits = tool_splits(r->tool) && text.at[1] != '-' && text.len > 1;
    if (splits) short_flags(r, word, text);
    else long_flag(r, word, text);
}

static Value list_of(ValueVec v, const Object *o) { return value_at(value_list(v.items, v.count), o->source, o->span); }

/* ---- packages ---- */

static Value package_version(Value word, Value forced, const PackageParts *parts) {
    if (forced.kind != VALUE_NULL) return forced;
    if (!parts->has_operator) return value_at(value_null(), word.source, word.span);
    return word.kind == VALUE_STRING ? part(word, parts->version) : value_at(value_hole((HoleReason)word.reason), word.source, word.span);
}

static Value package(Reader *r, PackageSyntax syntax, Value word, Value forced) {
    bool whole = word.kind == VALUE_STRING;
    PackageParts parts = package_parse(syntax, known(word), whole);
    Object *p = object_new(r->w->arena, SHAPE_PACKAGE, word.source, word.span);
    bool name_known = whole || parts.has_operator || parts.kind != PACKAGE_NAME_ONLY;
    p->fields[PACKAGE_MANAGER] = r->o->fields[COMMAND_NAME];
    p->fields[PACKAGE_NAME] = name_known ? part(word, parts.name) : word;
    p->fields[PACKAGE_VERSION] = name_known ? package_version(word, forced, &parts) : value_at(value_hole((HoleReason)word.reason), word.source, word.span);
    p->fields[PACKAGE_PINNED] = name_known ? value_at(value_bool(parts.pinned || forced.kind != VALUE_NULL), word.source, word.span) : value_at(value_hole((HoleReason)word.reason), word.source, word.span);
    p->fields[PACKAGE_KIND] = value_at(value_string(package_kind_name(parts.kind)), word.source, word.span);
    p->fields[PACKAGE_WRITTEN] = part(word, word.source ? source_slice(word.source, word.span) : known(word));
    p->fields[PACKAGE_COMMAND] = value_object(r->o);
    if (!r->w->context->quiet) model_subject(r->w->model, p);
    return value_object(p);
}

static Value flag_value(const Reader *r, const char *a, const char *b) {
    for (uint32_t i = 0; i < r->flags.count; i++) {
        Value key = r->flags.items[i].key;
        if (value_is_string(key, a) || value_is_string(key, b)) return r->flags.items[i].value;
    }
    return value_null();
}

static void packages(Reader *r) {
    Str tool = known(r->o->fields[COMMAND_NAME]);
    PackageSyntax syntax = package_syntax(tool, known(r->action));
    uint32_t first = 0;
    if (syntax == PACKAGES_NONE && r->args.count) { /* dnf module install … */
        Str both = str_format(r->w->arena, "%.*s:%.*s", STR_ARGS(known(r->action)), STR_ARGS(known(r->args.items[0])));
        syntax = package_syntax(tool, both);
        first = 1;
    }
    ValueVec found = {0};
    Value forced = value_null();
    if (syntax == PACKAGES_GEM && r->args.count) forced = flag_value(r, "-v", "--version");
    for (uint32_t i = first; syntax != PACKAGES_NONE && i < r->args.count; i++) {
        if (is_flag(r->args.items[i])) continue; /* behind --: meant for the package's own build */
        vec_push(r->w->arena, &found, package(r, syntax, r->args.items[i], forced));
    }
    r->o->fields[COMMAND_PACKAGES] = list_of(found, r->o);
}

/* ---- the command ---- */

/* Takes sudo, env A=1, timeout 5 … off the front. */
static void skip_wrappers(Reader *r) {
    while (r->at < r->count) {
        Str name = tool_canonical(known(r->words[r->at]));
        int own = r->words[r->at].kind == VALUE_STRING ? wrapper_words(name) : -1;
        if (own < 0 || r->at + 1 >= r->count) return;
        uint32_t at = r->at + 1;
        for (; at < r->count; at++) {
            Str word = known(r->words[at]);
            if (is_flag(r->words[at])) at += wrapper_takes_value(name, word);
            else if (str_is(name, "env") && str_find_byte(word, '=') != STR_NONE) continue;
            else if (own-- <= 0) break;
        }
        if (at >= r->count) return;
        vec_push(r->w->arena, &r->wrappers, part(r->words[r->at], name));
        r->at = at;
    }
}

/* python -m pip install … is pip install …. */
static void skip_module(Reader *r) {
    if (r->at + 2 >= r->count || !str_is(tool_canonical(known(r->words[r->at])), "python")) return;
    for (uint32_t i = r->at + 1; i + 1 < r->count && is_flag(r->words[i]); i++) {
        if (!value_is_string(r->words[i], "-m")) continue;
        Str module = known(r->words[i + 1]);
        if (tool_find(module)->name.len) r->at = i + 1;
        return;
    }
}

static void read_words(Reader *r) {
    bool wants_action = tool_has_subcommand(r->tool), only_args = false;
    for (r->at++; r->at < r->count; r->at++) {
        Value word = r->words[r->at];
        if (!only_args && value_is_string(word, "--")) only_args = true;
        else if (!only_args && is_flag(word)) flag(r);
        else if (wants_action) {
            r->action = word;
            wants_action = false;
        } else vec_push(r->w->arena, &r->args, word);
    }
}

static bool is_url(Value v) {
    Str s = known(v);
    return str_starts(s, STR("http://")) || str_starts(s, STR("https://")) || str_starts(s, STR("ftp://")) || str_starts(s, STR("git://"));
}

static bool is_between(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\\'; }

/* As one would quote it: a line that goes on is the same line, and how deep it stands is nobody's concern. */
static Str on_one_line(const Object *o) {
    Str text = source_slice(o->source, o->span);
    if (!memchr(text.at, '\n', text.len)) return text;
    char *at = arena_array(&o->source->arena, char, text.len);
    size_t len = 0;
    for (size_t i = 0, end; i < text.len; i = end) {
        bool ends_line = false;
        for (end = i; end < text.len && is_between(text.at[end]); end++) ends_line = ends_line || text.at[end] == '\n';
        if (end == i) end++;
        if (ends_line) at[len++] = ' ';
        else while (i < end) at[len++] = text.at[i++];
    }
    return (Str){at, len};
}

static void fill(Reader *r, ShellPlace place) {
    Object *o = r->o;
    Value program = r->words[r->at];
    uint32_t first = r->at + 1;
    Value name = program.kind == VALUE_STRING ? part(program, tool_canonical(value_str(program))) : program;
    o->fields[COMMAND_NAME] = name;
    o->fields[COMMAND_PATH] = program;
    r->tool = tool_find(known(name));
    r->action = value_at(value_null(), o->source, o->span);
    read_words(r);
    ValueVec urls = {0};
    for (uint32_t i = first; i < r->count; i++) {
        if (is_url(r->words[i])) vec_push(r->w->arena, &urls, r->words[i]);
    }
    o->fields[COMMAND_ACTION] = r->action;
    o->fields[COMMAND_WORDS] = value_at(value_list(r->words + first, r->count - first), o->source, o->span);
    o->fields[COMMAND_ARGS] = list_of(r->args, o);
    o->fields[COMMAND_FLAGS] = value_at(value_map(r->flags.items, r->flags.count), o->source, o->span);
    o->fields[COMMAND_WRAPPERS] = list_of(r->wrappers, o);
    o->fields[COMMAND_URLS] = list_of(urls, o);
    o->fields[COMMAND_GUARDED] = value_at(value_bool(place.guarded), o->source, o->span);
    o->fields[COMMAND_FORGIVEN] = value_at(value_bool(place.forgiven), o->source, o->span);
    o->fields[COMMAND_CONDITIONAL] = value_at(value_bool(place.conditional), o->source, o->span);
    o->fields[COMMAND_IN_SUBSHELL] = value_at(value_bool(place.subshell), o->source, o->span);
    o->fields[COMMAND_IN_FUNCTION] = value_at(value_bool(place.function), o->source, o->span);
    o->fields[COMMAND_SCRIPT] = value_object(r->w->script);
    o->fields[COMMAND_TEXT] = value_at(value_string(on_one_line(o)), o->source, o->span);
    packages(r);
}

Object *shell_command_of_words(ShellWalk *w, const Value *words, uint32_t count, Span span, ShellPlace place) {
    Reader r = {.w = w, .words = words, .count = count};
    skip_wrappers(&r);
    skip_module(&r);
    if (r.at >= count) return NULL;
    r.o = object_new(w->arena, SHAPE_COMMAND, w->source, span);
    vec_push(w->arena, &w->commands, r.o);
    if (!w->context->quiet) model_subject(w->model, r.o);
    r.o->fields[COMMAND_ENV] = value_at(value_map(NULL, 0), w->source, span);
    r.o->fields[COMMAND_REDIRECTS] = value_at(value_list(NULL, 0), w->source, span);
    fill(&r, place);
    return r.o;
}

Object *shell_command(ShellWalk *w, const Node *node, ShellPlace place) {
    ValueVec words = {0}, redirects = {0};
    VEC(Entry) env = {0};
    node_each(child, node) {
        if (child->kind == SHELL_WORD) vec_push(w->arena, &words, shell_word(w, child));
        else if (child->kind == SHELL_REDIRECT && (child->style == SHELL_WRITE || child->style == SHELL_APPEND || child->style == SHELL_WRITE_BOTH)) {
            const Node *target = node_first(child);
            if (target) vec_push(w->arena, &redirects, shell_word(w, target));
        } else if (child->kind == SHELL_ASSIGNMENT && !words.count) { /* behind the name it declares an array */
            const Node *name = node_first(child), *value = name ? node_next(name) : NULL;
            Span span = node_span(w->tree, child);
            Value key = value_at(value_string(node_text(w->tree, name)), w->source, span);
            vec_push(w->arena, &env, (Entry){key, value ? shell_word(w, value) : value_at(value_string(STR("")), w->source, span)});
        }
    }
    Object *o = shell_command_of_words(w, words.items, words.count, node_span(w->tree, node), place);
    if (!o) return NULL;
    o->fields[COMMAND_ENV] = value_at(value_map(env.items, env.count), w->source, o->span);
    o->fields[COMMAND_REDIRECTS] = list_of(redirects, o);
    return o;
}

void shell_assignments(ShellWalk *w, const Node *node, ShellPlace place) {
    const Node *first = node_first(node);
    while (first && first->kind != SHELL_WORD) first = node_next(first);
    if (!first) return;
    Str command = node_text(w->tree, first);
    if (!str_is(command, "export") && !str_is(command, "local") && !str_is(command, "readonly") && !str_is(command, "declare")) return;
    bool sure = !place.conditional && !place.subshell && !place.function;
    for (const Node *word = node_next(first); word; word = node_next(word)) {
        if (word->kind == SHELL_ASSIGNMENT) {
            Value *array = arena_new(w->arena, Value);
            *array = value_hole(HOLE_ENVIRONMENT);
            map_put(w->arena, &w->variables, str_copy(w->arena, node_text(w->tree, node_first(word))), array);
            continue;
        }
        Value v = shell_word(w, word);
        Str text = known(v), name, value;
        if (!str_cut(text, '=', &name, &value)) continue;
        Value *slot = arena_new(w->arena, Value);
        *slot = sure && v.kind == VALUE_STRING ? part(v, value) : value_at(value_hole(HOLE_ENVIRONMENT), v.source, v.span);
        map_put(w->arena, &w->variables, str_copy(w->arena, name), slot);
    }
}
