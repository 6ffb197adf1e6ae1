/* One walk over a shell tree: words become values (holes where a value is not known), simple commands become COMMAND
 * objects in the order they stand. What a command is (sub-command, flags, packages) is read in shell_command.c.
 *
 *     v=1.2 && apt-get install -y foo=$v     →  COMMAND apt-get, action install, flags {-y}, packages [foo 1.2] */
#include "parse/shell.h"
#include "systems/shell_walk.h"
#include "values/command.h"

static const Str dialects[] = {STR_INIT("sh"), STR_INIT("bash"), STR_INIT("ash"), STR_INIT("dash"), STR_INIT("ksh"), STR_INIT("zsh"), STR_INIT("powershell"), STR_INIT("cmd"), STR_INIT("other")};
_Static_assert(ARRAY_COUNT(dialects) == DIALECT_COUNT, "a name each");

Str shell_dialect_name(ShellDialect dialect) { return dialects[dialect]; }
bool shell_is_read(ShellDialect dialect) { return dialect <= DIALECT_ZSH; }

ShellDialect shell_dialect(Str program) {
    for (size_t i = program.len; i-- > 0;) {
        if (program.at[i] == '/' || program.at[i] == '\\') {
            program = str_skip(program, i + 1);
            break;
        }
    }
    if (program.len > 4 && str_eq_nocase(str_skip(program, program.len - 4), STR(".exe"))) program.len -= 4;
    if (str_eq_nocase(program, STR("pwsh"))) return DIALECT_POWERSHELL;
    for (int i = 0; i < DIALECT_OTHER; i++) {
        if (str_eq_nocase(program, dialects[i])) return (ShellDialect)i;
    }
    return DIALECT_OTHER;
}

/* ---- words as values ---- */

typedef struct WordBuilder {
    Buf text;
    bool hole, prefix_done;
    HoleReason reason;
    Str prefix;
    size_t suffix_start;
} WordBuilder;

static void add_hole(ShellWalk *w, WordBuilder *b, HoleReason reason) {
    if (!b->hole) b->prefix = str_copy(w->arena, buf_str(&b->text));
    b->hole = true;
    b->reason = reason;
    buf_clear(&b->text); /* from here on: the suffix */
}

static void add_value(ShellWalk *w, WordBuilder *b, Value v) {
    if (v.kind == VALUE_STRING) buf_add(&b->text, value_str(v));
    else if (v.kind == VALUE_HOLE && v.as.partial) {
        buf_add(&b->text, v.as.partial->prefix);
        add_hole(w, b, (HoleReason)v.reason);
        buf_add(&b->text, v.as.partial->suffix);
    } else add_hole(w, b, v.kind == VALUE_HOLE ? (HoleReason)v.reason : HOLE_ENVIRONMENT);
}

/* Bytes as they stand; a splice is a hole. */
static void add_bytes(ShellWalk *w, WordBuilder *b, Str raw) {
    Str piece;
    bool first = true;
    while (str_next(&raw, SHELL_SPLICE, &piece)) {
        if (!first) add_hole(w, b, HOLE_VARIABLE);
        first = false;
        buf_add(&b->text, piece);
    }
}

static void add_escaped(Str raw, Buf *out) {
    if (raw.len < 2) buf_add(out, raw);
    else if (raw.at[1] != '\n') buf_add(out, str_skip(raw, 1));
}

bool shell_variable(ShellWalk *w, Str name, Value *value) {
    Value *own = map_get(&w->variables, name);
    if (own) {
        *value = *own;
        return true;
    }
    *value = value_hole(HOLE_ENVIRONMENT);
    return w->context->variable && w->context->variable(w->context->data, name, value);
}

static void add_variable(ShellWalk *w, const Node *node, WordBuilder *b) {
    const Node *name = node_first(node), *operand = name ? node_next(name) : NULL;
    Value value;
    bool set = name && shell_variable(w, node_text(w->tree, name), &value);
    if (!set) value = value_hole(HOLE_ENVIRONMENT);
    ShellOperator operator = (ShellOperator)node->style;
    if (operator == SHELL_PLAIN || (set && value.kind == VALUE_STRING && value.count && (operator == SHELL_DEFAULT || operator == SHELL_REQUIRED))) add_value(w, b, value);
    else if (operator == SHELL_DEFAULT && !set && operand) add_value(w, b, value_hole(HOLE_ENVIRONMENT));
    else add_value(w, b, value_hole(HOLE_ENVIRONMENT));
}

static void add_part(ShellWalk *w, const Node *part, WordBuilder *b) {
    Str raw = node_text(w->tree, part);
    switch ((ShellKind)part->kind) {
        case SHELL_LITERAL: case SHELL_GLOB: add_bytes(w, b, raw); break;
        case SHELL_ESCAPED: add_escaped(raw, &b->text); break;
        case SHELL_SINGLE: add_bytes(w, b, str_slice(raw, 1, MAX(raw.len, 2) - 1)); break;
        case SHELL_ANSI: buf_add(&b->text, str_slice(raw, 2, MAX(raw.len, 3) - 1)); break;
        case SHELL_DOUBLE: {
            node_each(inner, part) add_part(w, inner, b);
            break;
        }
        case SHELL_VARIABLE: add_variable(w, part, b); break;
        case SHELL_SUBSTITUTION: case SHELL_PROCESS: add_hole(w, b, HOLE_COMMAND); break;
        default: add_hole(w, b, HOLE_ENVIRONMENT); break;
    }
}

Value shell_word(ShellWalk *w, const Node *word) {
    WordBuilder b = {0};
    node_each(part, word) add_part(w, part, &b);
    Str text = str_copy(w->arena, buf_str(&b.text));
    buf_free(&b.text);
    Value v = value_string(text);
    if (b.hole) {
        v = value_hole(b.reason);
        Partial *partial = arena_new(w->arena, Partial);
        *partial = (Partial){b.prefix, text};
        if (b.prefix.len || text.len) v.as.partial = partial;
    }
    return value_at(v, w->source, node_span(w->tree, word));
}

/* ---- the walk ---- */

static void walk_script(ShellWalk *w, const Node *script, ShellPlace place);
static void walk_word(ShellWalk *w, const Node *word, ShellPlace place, bool splits);

static bool is_special(Str name) { return name.len == 1 && !((name.at[0] | 0x20) >= 'a' && (name.at[0] | 0x20) <= 'z') && name.at[0] != '_'; }

/* Variables that every POSIX shell or the builder sets. */
static bool is_preset(Str name) {
    static const char *const names[] = {"HOME", "PATH", "PWD", "OLDPWD", "IFS", "PS1", "PS2", "PS4", "OPTARG", "OPTIND", "PPID", "LINENO", "HOSTNAME", "USER", "LOGNAME", "SHELL", "TERM", "LANG", "LC_ALL", "TZ", "SHLVL", "_", "UID", "EUID",
                                        "HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "FTP_PROXY", "ftp_proxy", "NO_PROXY", "no_proxy", "ALL_PROXY", "all_proxy", "TMPDIR", "DEBIAN_FRONTEND", "RANDOM", "SECONDS", "BASH_SOURCE", "BASH_VERSION", "FUNCNAME", "PIPESTATUS", "REPLY"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return is_special(name) || (name.len && name.at[0] >= '0' && name.at[0] <= '9');
}

static void subject(ShellWalk *w, const Object *o) {
    if (!w->context->quiet) model_subject(w->model, o);
}

static void bashism(ShellWalk *w, const char *feature, const Node *node) {
    bool posix = w->context->dialect == DIALECT_SH || w->context->dialect == DIALECT_DASH;
    if (!posix) return;
    Span span = node_span(w->tree, node);
    Object *o = object_new(w->arena, SHAPE_BASHISM, w->source, span);
    o->fields[BASHISM_FEATURE] = value_at(value_string(str_of(feature)), w->source, span);
    o->fields[BASHISM_WRITTEN] = value_at(value_string(node_text(w->tree, node)), w->source, span);
    o->fields[BASHISM_SCRIPT] = value_object(w->script);
    subject(w, o);
}

static void expansion(ShellWalk *w, const Node *node, ShellPlace place, bool splits) {
    const Node *name = node_first(node);
    Str text = name ? node_text(w->tree, name) : (Str){NULL, 0};
    Span span = node_span(w->tree, node);
    Object *o = object_new(w->arena, SHAPE_EXPANSION, w->source, span);
    Value ignored;
    bool variable = node->kind == SHELL_VARIABLE;
    bool defined = !variable || is_preset(text) || shell_variable(w, text, &ignored) || map_has(&w->assigned, text);
    if (variable) o->fields[EXPANSION_NAME] = value_at(value_string(text), w->source, span);
    o->fields[EXPANSION_KIND] = value_string(variable ? STR("variable") : STR("command"));
    o->fields[EXPANSION_QUOTED] = value_at(value_bool(!splits), w->source, span);
    o->fields[EXPANSION_SPLITS] = value_at(value_bool(splits && !is_special(text) && node->style != SHELL_LENGTH && node->style != SHELL_ALTERNATIVE), w->source, span);
    o->fields[EXPANSION_DEFINED] = value_at(value_bool(defined), w->source, span);
    if (!defined && w->context->elsewhere) o->fields[EXPANSION_SET_IN] = w->context->elsewhere(w->context->data, text);
    bool fallback = node->style == SHELL_DEFAULT || node->style == SHELL_ALTERNATIVE || node->style == SHELL_REQUIRED;
    o->fields[EXPANSION_HAS_DEFAULT] = value_at(value_bool(fallback), w->source, span);
    o->fields[EXPANSION_SCRIPT] = value_object(w->script);
    if (place.command) o->fields[EXPANSION_COMMAND] = value_object(place.command);
    subject(w, o);
}

static void walk_part(ShellWalk *w, const Node *part, ShellPlace place, bool splits) {
    static const struct { ShellOperator operator; const char *feature; } operators[] = {
        {SHELL_SLICE, "substring expansion"}, {SHELL_REPLACE, "replacement in an expansion"}, {SHELL_CASE_CHANGE, "case change in an expansion"},
        {SHELL_INDIRECT, "indirect expansion"}, {SHELL_INDEXED, "array expansion"}};
    ShellPlace inside = place;
    inside.subshell = true;
    switch ((ShellKind)part->kind) {
        case SHELL_DOUBLE: {
            node_each(inner, part) walk_part(w, inner, place, false);
            break;
        }
        case SHELL_VARIABLE: {
            expansion(w, part, place, splits);
            for (size_t i = 0; i < ARRAY_COUNT(operators); i++) {
                if (operators[i].operator== (ShellOperator)part->style) bashism(w, operators[i].feature, part);
            }
            const Node *name = node_first(part), *operand = name ? node_next(name) : NULL;
            if (name && (str_is(node_text(w->tree, name), "RANDOM") || str_is(node_text(w->tree, name), "PIPESTATUS") || str_is(node_text(w->tree, name), "BASH_SOURCE"))) bashism(w, "variable of bash", part);
            if (operand) walk_word(w, operand, place, false);
            break;
        }
        case SHELL_PROCESS: bashism(w, "process substitution", part); /* fall through */
        case SHELL_SUBSTITUTION: {
            if (part->kind == SHELL_SUBSTITUTION) expansion(w, part, place, splits);
            node_each(inner, part) walk_script(w, inner, inside);
            break;
        }
        case SHELL_ANSI: bashism(w, "$'…'", part); break;
        default: break;
    }
}

static void walk_word(ShellWalk *w, const Node *word, ShellPlace place, bool splits) {
    node_each(part, word) walk_part(w, part, place, splits);
}

static void walk_redirect(ShellWalk *w, const Node *redirect, ShellPlace place) {
    if (redirect->style == SHELL_HERE_STRING) bashism(w, "here-string", redirect);
    if (redirect->style == SHELL_WRITE_BOTH) bashism(w, "&>", redirect);
    node_each(word, redirect) walk_word(w, word, place, false);
}

/* Remembers what a variable holds when that is known for sure: assigned in the straight line of the script. */
static void assign(ShellWalk *w, Str name, Value value, ShellPlace place) {
    Value *slot = arena_new(w->arena, Value);
    bool sure = !place.conditional && !place.subshell && !place.function;
    *slot = sure ? value : value_at(value_hole(HOLE_ENVIRONMENT), value.source, value.span);
    map_put(w->arena, &w->variables, name, slot);
}

/* `sh -c 'script'`: its script is read in place. */
static void walk_nested(ShellWalk *w, const Node *command, ShellPlace place) {
    const Node *word = node_first(command);
    bool shell = false, minus_c = false;
    for (; word; word = node_next(word)) {
        if (word->kind != SHELL_WORD) continue;
        Str text = node_text(w->tree, word);
        if (!shell) {
            Str name = tool_canonical(text);
            bool wrapped = wrapper_words(name) == 0 || str_starts(text, STR("-"));
            if (str_is(name, "sh") || str_is(name, "bash") || str_is(name, "ash") || str_is(name, "dash")) shell = true;
            else if (!wrapped) return;
        } else if (minus_c) {
            const Node *part = node_first(word);
            bool literal = part && word->size == part->size + 1 && (part->kind == SHELL_SINGLE || (part->kind == SHELL_DOUBLE && str_find_byte(text, '\\') == STR_NONE));
            if (!literal || part->end - part->start < 2 || w->nesting >= SHELL_NESTING_MAX) return;
            const Tree *outer = w->tree;
            Text inner = text_slice(&outer->text, part->start + 1, part->end - 1);
            w->tree = shell_parse(inner);
            vec_push(w->arena, &w->model->inner, w->tree);
            w->nesting++;
            place.subshell = true;
            walk_script(w, w->tree->nodes, place);
            w->nesting--;
            w->tree = outer;
            return;
        } else if (str_starts(text, STR("-"))) {
            minus_c = text.len > 1 && text.at[1] != '-' && str_find_byte(text, 'c') != STR_NONE;
        } else return;
    }
}

static void check_words(ShellWalk *w, const Node *command) {
    static const struct { const char *name, *feature; } words[] = {
        {"source", "source"}, {"pushd", "pushd"}, {"popd", "popd"}, {"let", "let"}, {"declare", "declare"}, {"shopt", "shopt"}, {"mapfile", "mapfile"}, {"readarray", "readarray"}, {"typeset", "typeset"}};
    const Node *first = NULL, *last = NULL;
    node_each(child, command) {
        if (child->kind != SHELL_WORD) continue;
        if (!first) first = child;
        else if (last == first && str_is(node_text(w->tree, first), "echo") && (str_is(node_text(w->tree, child), "-e") || str_is(node_text(w->tree, child), "-ne"))) bashism(w, "echo -e", child);
        else if (str_is(node_text(w->tree, first), "[") && str_is(node_text(w->tree, child), "==")) bashism(w, "== in [ ]", child);
        last = child;
    }
    for (size_t i = 0; first && i < ARRAY_COUNT(words); i++) {
        if (str_is(node_text(w->tree, first), words[i].name)) bashism(w, words[i].feature, first);
    }
}

static Object *walk_command(ShellWalk *w, const Node *node, ShellPlace place) {
    bool has_word = false;
    node_each(child, node) has_word = has_word || child->kind == SHELL_WORD;
    Object *command = has_word ? shell_command(w, node, place) : NULL;
    place.command = command;
    check_words(w, node);
    node_each(part, node) {
        if (part->kind == SHELL_REDIRECT) walk_redirect(w, part, place);
        else if (part->kind == SHELL_WORD) walk_word(w, part, place, true);
        else if (part->kind == SHELL_ASSIGNMENT) {
            const Node *name = node_first(part), *value = name ? node_next(name) : NULL;
            if (part->flags & SHELL_ARRAY) bashism(w, "array", part);
            if (value) walk_word(w, value, place, false);
            Value v = part->flags & SHELL_ARRAY ? value_hole(HOLE_ENVIRONMENT) : value ? shell_word(w, value) : value_string(STR(""));
            if (!has_word) assign(w, node_text(w->tree, name), v, place);
        }
    }
    if (has_word) {
        walk_nested(w, node, place);
        shell_assignments(w, node, place);
    }
    return command;
}

static Object *walk_part_of_pipeline(ShellWalk *w, const Node *node, ShellPlace place) {
    ShellPlace inside = place;
    switch ((ShellKind)node->kind) {
        case SHELL_COMMAND: return walk_command(w, node, place);
        case SHELL_SUBSHELL: inside.subshell = true; break;
        case SHELL_IF: case SHELL_LOOP: case SHELL_FOR: case SHELL_CASE: inside.conditional = true; break;
        case SHELL_FUNCTION:
            inside.function = inside.conditional = true;
            if (node->flags & SHELL_KEYWORD) bashism(w, "function keyword", node);
            break;
        case SHELL_TEST: bashism(w, "[[ ]]", node); break;
        case SHELL_LET: bashism(w, "(( ))", node); break;
        default: break;
    }
    bool first = true;
    node_each(child, node) {
        ShellPlace here = inside;
        /* the condition of an if or a loop: its failure is what it is for, and it always runs */
        if (first && (node->kind == SHELL_IF || node->kind == SHELL_LOOP) && child->kind == SHELL_SCRIPT) here = place, here.guarded = true;
        if (child->kind == SHELL_SCRIPT) walk_script(w, child, here);
        else if (child->kind == SHELL_WORD) {
            if (first && node->kind == SHELL_FOR) {
                assign(w, node_text(w->tree, child), value_hole(HOLE_ENVIRONMENT), inside);
            } else walk_word(w, child, here, false);
        } else if (child->kind == SHELL_REDIRECT) walk_redirect(w, child, here);
        else walk_part_of_pipeline(w, child, here);
        first = false;
    }
    return NULL;
}

static void link_pipeline(ShellWalk *w, const Node *node, ShellPlace place, Object **commands, uint32_t count) {
    Value *items = arena_array(w->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        items[i] = value_object(commands[i]);
        if (i) {
            commands[i]->fields[COMMAND_FED_BY] = value_object(commands[i - 1]);
            commands[i - 1]->fields[COMMAND_FEEDS] = value_object(commands[i]);
        }
    }
    Span span = node_span(w->tree, node);
    Object *o = object_new(w->arena, SHAPE_PIPELINE, w->source, span);
    o->fields[PIPELINE_COMMANDS] = value_at(value_list(items, count), w->source, span);
    o->fields[PIPELINE_PIPEFAIL] = value_at(value_bool(w->pipefail), w->source, span);
    o->fields[PIPELINE_SCRIPT] = value_object(w->script);
    if (place.command) o->fields[PIPELINE_PART_OF] = value_object(place.command);
    w->pipes = true;
    subject(w, o);
}

static void walk_pipeline(ShellWalk *w, const Node *node, ShellPlace place) {
    if (node->flags & SHELL_PIPE_BOTH) bashism(w, "|&", node);
    if (node->flags & SHELL_NEGATED) place.guarded = true;
    VEC(Object *) commands = {0};
    uint32_t parts = 0;
    node_each(part, node) {
        if (part->kind == SHELL_HEREDOC) continue;
        parts++;
        Object *command = walk_part_of_pipeline(w, part, place);
        if (command) vec_push(w->arena, &commands, command);
    }
    if (parts > 1) link_pipeline(w, node, place, commands.items, commands.count);
}

/* || true, || echo sorry: what failed in front is forgotten. What else stands behind || may end the script or remember it. */
static bool forgives(const ShellWalk *w, const Node *pipeline, const Node *behind) {
    static const char *const names[] = {"true", ":", "echo", "printf"};
    if (behind && behind->kind == SHELL_PIPELINE && behind->style != SHELL_THEN) return false;
    const Node *command = pipeline->size > 1 ? pipeline + 1 : NULL;
    if (!command || command->kind != SHELL_COMMAND || command->size != pipeline->size - 1 || command->size < 2) return false;
    Str name = command[1].kind == SHELL_WORD ? node_text(w->tree, command + 1) : (Str){NULL, 0};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

static void walk_script(ShellWalk *w, const Node *script, ShellPlace place) {
    if (w->depth >= SHELL_WALK_MAX) return;
    w->depth++;
    node_each(child, script) {
        if (child->kind != SHELL_PIPELINE) continue;
        const Node *next = child + child->size < script + script->size ? child + child->size : NULL;
        ShellPlace here = place;
        if (child->style != SHELL_THEN) here.conditional = true;
        if (next && next->kind == SHELL_PIPELINE && next->style == SHELL_OR) {
            const Node *behind = next + next->size < script + script->size ? next + next->size : NULL;
            here.guarded = true;
            here.forgiven = forgives(w, next, behind);
        }
        walk_pipeline(w, child, here);
    }
    w->depth--;
}

/* Names assigned anywhere (also by read, for, export, getopts): an expansion of one is defined somehow. */
static void collect_assigned(ShellWalk *w) {
    for (uint32_t i = 0; i < w->tree->count; i++) {
        const Node *node = &w->tree->nodes[i];
        if (node->kind == SHELL_ASSIGNMENT || node->kind == SHELL_FOR) {
            const Node *name = node_first(node);
            if (name) map_put(w->arena, &w->assigned, node_text(w->tree, name), w);
        } else if (node->kind == SHELL_COMMAND) {
            const Node *first = node_first(node);
            if (!first || first->kind != SHELL_WORD) continue;
            Str name = node_text(w->tree, first);
            bool sets = str_is(name, "read") || str_is(name, "export") || str_is(name, "local") || str_is(name, "declare") || str_is(name, "readonly") || str_is(name, "getopts") || str_is(name, "mapfile");
            bool sources = str_is(name, ".") || str_is(name, "source") || str_is(name, "eval");
            if (sources) w->sources = true;
            for (const Node *word = node_next(first); sets && word; word = node_next(word)) {
                Str left, right;
                str_cut(node_text(w->tree, word), '=', &left, &right);
                map_put(w->arena, &w->assigned, left, w);
            }
        }
    }
}

/* set -o pipefail, set -e, set -euo pipefail, anywhere in the straight line. */
static void collect_options(ShellWalk *w) {
    for (uint32_t i = 0; i < w->tree->count; i++) {
        const Node *node = &w->tree->nodes[i];
        const Node *first = node->kind == SHELL_COMMAND ? node_first(node) : NULL;
        if (!first || !str_is(node_text(w->tree, first), "set")) continue;
        bool option = false;
        for (const Node *word = node_next(first); word; word = node_next(word)) {
            Str text = node_text(w->tree, word);
            if (option && str_is(text, "pipefail")) w->pipefail = true;
            if (option && str_is(text, "errexit")) w->errexit = true;
            option = text.len > 1 && text.at[0] == '-' && text.at[text.len - 1] == 'o';
            if (text.len > 1 && text.at[0] == '-' && str_find_byte(text, 'e') != STR_NONE) w->errexit = true;
        }
    }
}

static Object *finish(ShellWalk *w, bool is_read) {
    uint32_t count = w->commands.count;
    Value *items = arena_array(w->arena, Value, count);
    for (uint32_t i = 0; i < count; i++) items[i] = value_object(w->commands.items[i]);
    for (uint32_t i = 0; i < count; i++) {
        Object *o = w->commands.items[i];
        o->fields[COMMAND_LATER] = value_at(value_list(items + i + 1, count - i - 1), o->source, o->span);
        o->fields[COMMAND_EARLIER] = value_at(value_list(items, i), o->source, o->span);
        o->fields[COMMAND_IS_LAST] = value_at(value_bool(i + 1 == count), o->source, o->span);
        o->fields[COMMAND_IS_ALONE] = value_at(value_bool(count == 1), o->source, o->span);
    }
    Object *s = w->script;
    Value list = value_list(items, count);
    if (!is_read) list.flags |= VALUE_OPEN;
    s->fields[SCRIPT_COMMANDS] = value_at(list, s->source, s->span);
    s->fields[SCRIPT_PIPES] = value_at(value_bool(w->pipes), s->source, s->span);
    s->fields[SCRIPT_PIPEFAIL] = value_at(value_bool(w->pipefail), s->source, s->span);
    s->fields[SCRIPT_ERREXIT] = value_at(value_bool(w->errexit), s->source, s->span);
    s->fields[SCRIPT_IS_READ] = value_at(value_bool(is_read), s->source, s->span);
    return s;
}

static ShellWalk start(Model *model, Source *source, Span span, Str text, const ShellContext *context) {
    ShellWalk w = {.model = model, .arena = model->arena, .source = source, .context = context, .pipefail = context->pipefail, .errexit = context->errexit};
    w.script = object_new(model->arena, SHAPE_SCRIPT, source, span);
    Object *s = w.script;
    s->fields[SCRIPT_DIALECT] = value_at(value_string(shell_dialect_name(context->dialect)), source, span);
    s->fields[SCRIPT_WHERE] = value_at(value_string(str_of(context->where)), source, span);
    s->fields[SCRIPT_SYSTEM] = value_at(value_string(source->system), source, span);
    s->fields[SCRIPT_TEXT] = value_at(value_string(text), source, span);
    if (context->stage) s->fields[SCRIPT_STAGE] = value_object(context->stage);
    if (context->run) s->fields[SCRIPT_RUN] = value_object(context->run);
    if (context->step) s->fields[SCRIPT_STEP] = value_object(context->step);
    return w;
}

bool shell_any_variable(void *data, Str name, Value *value) {
    (void)data;
    (void)name;
    *value = value_hole(HOLE_ENVIRONMENT);
    return true;
}

Object *shell_model(Model *model, Text text, const ShellContext *context) {
    Span span = text_span(&text, 0, (uint32_t)text.bytes.len);
    ShellWalk w = start(model, text.source, span, text.bytes, context);
    subject(&w, w.script);
    if (!shell_is_read(context->dialect)) return finish(&w, false);
    uint32_t problems = text.source->problems.count;
    w.tree = shell_parse(text);
    vec_push(w.arena, &model->inner, w.tree);
    collect_assigned(&w);
    collect_options(&w);
    walk_script(&w, w.tree->nodes, (ShellPlace){0});
    return finish(&w, text.source->problems.count == problems);
}

Object *shell_model_exec(Model *model, const Value *words, const Text *texts, uint32_t count, Span span, const ShellContext *context) {
    if (count >= 3 && words[0].kind == VALUE_STRING && words[1].kind == VALUE_STRING && shell_is_read(shell_dialect(value_str(words[0])))) {
        Str flag = value_str(words[1]);
        if (flag.len > 1 && flag.at[0] == '-' && str_find_byte(flag, 'c') != STR_NONE) {
            ShellContext inner = *context;
            inner.dialect = shell_dialect(value_str(words[0]));
            return shell_model(model, texts[2], &inner);
        }
    }
    ShellWalk w = start(model, words[0].source, span, source_slice(words[0].source, span), context);
    subject(&w, w.script);
    if (shell_is_read(context->dialect)) shell_command_of_words(&w, words, count, span, (ShellPlace){0});
    return finish(&w, true);
}
