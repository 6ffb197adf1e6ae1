/* Templates → steps, and steps → text.
 * Invariant: a value never adds a line: what a hole writes is printable and has no line end. */
#include "generate/blank.h"

#include "base/utf8.h"
#include "cel/node.h"

#define STEPS_MAX 200000 /* steps of one filling: loops are over lists that are small */

typedef struct Open {
    bool loop;
    bool has_else;
    uint32_t step; /* that waits to learn where it goes */
    uint32_t line;
} Open;

typedef struct Parser {
    Str name;
    uint32_t line;
    CelVariable names[BLANK_NAMES_MAX + BLANK_LOOPS];
    uint32_t name_count, loops, first_loop;
    Open open[BLANK_DEPTH];
    uint32_t depth;
    VEC(BlankStep) steps;
    BlankUses uses;
    Arena *a;
    Error *err;
} Parser;

PRINTF(2, 3) static bool fault(Parser *p, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_at(p->err, p->name, p->line, format, args);
    va_end(args);
    return false;
}

static void note_uses(Parser *p, const CelProgram *program) {
    for (uint32_t i = 0; i < program->count; i++) {
        if (program->nodes[i].kind == CEL_VARIABLE && program->nodes[i].as.at.a < p->first_loop) blank_use(&p->uses, program->nodes[i].as.at.a);
    }
    Str field;
    for (uint32_t from = 0; cel_next_path(program, &from, &field); from++) { /* u.port of `@for u in units` */
        for (uint32_t i = 0; i < p->first_loop; i++) {
            if (str_eq(p->names[i].name, field)) blank_use(&p->uses, i);
        }
    }
}

static bool add(Parser *p, BlankKind kind, Str text, uint32_t slot) {
    BlankStep step = {.kind = (uint8_t)kind, .line = p->line, .text = text, .slot = slot};
    if (kind == BLANK_HOLE || kind == BLANK_IF || kind == BLANK_FOR) {
        CelProgram *program = arena_new(p->a, CelProgram);
        CelEnv env = {.mode = CEL_CHECK, .variables = p->names, .variable_count = p->first_loop + p->loops};
        CelFault why;
        if (!cel_compile(text, &env, p->a, program, &why)) {
            *p->err = why.why;
            return error_place(p->err, p->name, p->line);
        }
        step.program = program;
        note_uses(p, program);
    }
    if (kind == BLANK_TEXT && !text.len) return true;
    vec_push(p->a, &p->steps, step);
    return true;
}

/* The end of a hole that begins at `at`: its brace, braces and quotes inside skipped; STR_NONE: none. */
static size_t hole_end(Str line, size_t at) {
    int depth = 1;
    char quote = 0;
    for (size_t i = at; i < line.len; i++) {
        char c = line.at[i];
        if (quote) {
            if (c == '\\') i++;
            else if (c == quote) quote = 0;
        } else if (c == '\'' || c == '"') quote = c;
        else if (c == '{') depth++;
        else if (c == '}' && !--depth) return i;
    }
    return STR_NONE;
}

static bool plain(Parser *p, Str line) {
    size_t from = 0;
    for (size_t i = 0; i + 1 < line.len; i++) {
        if (line.at[i] != '@' || line.at[i + 1] != '{') continue;
        bool escaped = i && line.at[i - 1] == '@';
        if (!add(p, BLANK_TEXT, str_slice(line, from, escaped ? i - 1 : i), 0)) return false;
        from = i;
        if (escaped) continue;
        size_t end = hole_end(line, i + 2);
        if (end == STR_NONE) return fault(p, "'@{' without its '}'");
        if (!add(p, BLANK_HOLE, str_slice(line, i + 2, end), 0)) return false;
        from = end + 1;
        i = end;
    }
    return add(p, BLANK_TEXT, str_skip(line, from), 0);
}

static bool open_block(Parser *p, bool loop, Str rest) {
    if (p->depth == BLANK_DEPTH) return fault(p, "more than %d blocks in each other", BLANK_DEPTH);
    Open *o = &p->open[p->depth++];
    *o = (Open){.loop = loop, .step = p->steps.count, .line = p->line};
    if (!loop) return add(p, BLANK_IF, rest, 0);
    size_t in = str_find(rest, STR(" in "));
    if (in == STR_NONE || p->loops == BLANK_LOOPS) return fault(p, "a loop is written '@for NAME in LIST', at most %d in each other", BLANK_LOOPS);
    uint32_t slot = p->first_loop + p->loops;
    if (!add(p, BLANK_FOR, str_trim(str_skip(rest, in + 4)), slot)) return false;
    p->names[slot] = (CelVariable){.name = str_trim(str_slice(rest, 0, in))};
    p->loops++;
    return true;
}

static bool other_side(Parser *p) {
    Open *o = p->depth ? &p->open[p->depth - 1] : NULL;
    if (!o || o->loop || o->has_else) return fault(p, "'@%s' without '@if'", "else");
    o->has_else = true;
    if (!add(p, BLANK_JUMP, (Str){NULL, 0}, 0)) return false;
    p->steps.items[o->step].to = p->steps.count;
    o->step = p->steps.count - 1;
    return true;
}

static bool close_block(Parser *p) {
    if (!p->depth) return fault(p, "'@%s' without '@if'", "end");
    Open *o = &p->open[--p->depth];
    if (o->loop) {
        p->loops--;
        add(p, BLANK_NEXT, (Str){NULL, 0}, p->first_loop + p->loops);
        p->steps.items[p->steps.count - 1].to = o->step;
    }
    p->steps.items[o->step].to = p->steps.count;
    return true;
}

/* A line for one language only; `indent` is what stands before the word. */
static bool in_language(Parser *p, Language language, Str indent, Str rest) {
    uint32_t at = p->steps.count;
    if (!add(p, BLANK_LANGUAGE, (Str){NULL, 0}, language) || !add(p, BLANK_TEXT, indent, 0) || !plain(p, rest)) return false;
    p->steps.items[at].to = p->steps.count;
    return true;
}

static bool is_word(Str text, const char *word, Str *rest) {
    Str w = str_of(word);
    if (!str_starts(text, w) || (text.len > w.len && text.at[w.len] != ' ' && text.at[w.len] != '\n')) return false;
    *rest = str_skip(text, w.len + (text.len > w.len && text.at[w.len] == ' '));
    return true;
}

static bool take_line(Parser *p, Str line) {
    size_t blanks = 0;
    while (blanks < line.len && line.at[blanks] == ' ') blanks++;
    Str text = str_skip(line, blanks), indent = str_slice(line, 0, blanks), rest;
    if (is_word(text, "@if", &rest)) return open_block(p, false, str_trim(rest));
    if (is_word(text, "@for", &rest)) return open_block(p, true, str_trim(rest));
    if (is_word(text, "@else", &rest)) return other_side(p);
    if (is_word(text, "@end", &rest)) return close_block(p);
    if (is_word(text, "@en", &rest)) return in_language(p, LANGUAGE_EN, indent, rest);
    if (is_word(text, "@es", &rest)) return in_language(p, LANGUAGE_ES, indent, rest);
    return plain(p, line);
}

bool blank_load(Str name, Str text, const CelVariable *names, uint32_t name_count, Arena *a, Blank *out, Error *err) {
    ensure(name_count <= BLANK_NAMES_MAX, "uses are bits of one number");
    Parser p = {.name = name, .first_loop = name_count, .a = a, .err = err};
    for (uint32_t i = 0; i < name_count; i++) p.names[i] = names[i];
    for (size_t at = 0; at < text.len;) {
        size_t end = str_find_byte(str_skip(text, at), '\n');
        size_t next = end == STR_NONE ? text.len : at + end + 1;
        p.line++;
        if (!take_line(&p, str_slice(text, at, next))) return false;
        at = next;
    }
    if (p.depth) {
        p.line = p.open[p.depth - 1].line;
        return fault(&p, "this block has no '@end'");
    }
    *out = (Blank){name, p.steps.items, p.steps.count, p.uses};
    return true;
}

/* ---- filling ---- */

typedef struct Filler {
    const Blank *blank;
    Value values[BLANK_NAMES_MAX + BLANK_LOOPS];
    struct {
        const Value *items;
        uint32_t count, at;
    } loops[BLANK_NAMES_MAX + BLANK_LOOPS];
    CelScope scope;
    Buf *out;
    Error *err;
} Filler;

PRINTF(3, 4) static bool unfit(Filler *f, uint32_t line, const char *format, ...) {
    va_list args;
    va_start(args, format);
    error_at(f->err, f->blank->name, line, format, args);
    va_end(args);
    return false;
}

static bool is_safe(Str text) {
    for (size_t i = 0; i < text.len;) {
        uint32_t code;
        size_t n = utf8_decode(str_skip(text, i), &code);
        if (code < 0x20 || code == 0x7f || code == 0xfffd || utf8_is_steering(code)) return false;
        i += n;
    }
    return true;
}

static bool put(Filler *f, const BlankStep *step, Value v) {
    if (v.kind == VALUE_INT) return buf_int(f->out, v.as.integer), true;
    if (v.kind != VALUE_STRING) return unfit(f, step->line, "'%.*s' is no text here (%.*s)", STR_ARGS(step->text), v.kind == VALUE_ERROR ? (int)v.count : 0, v.kind == VALUE_ERROR ? v.as.bytes : "");
    if (!is_safe(value_str(v))) return unfit(f, step->line, "'%.*s' holds characters that have no place in a line", STR_ARGS(step->text));
    buf_add(f->out, value_str(v));
    return true;
}

/* The next item of a loop, or past its end. */
static uint32_t advance(Filler *f, const BlankStep *loop, uint32_t index) {
    uint32_t slot = loop->slot;
    if (f->loops[slot].at == f->loops[slot].count) return loop->to;
    f->values[slot] = f->loops[slot].items[f->loops[slot].at++];
    return index + 1;
}

static bool step_on(Filler *f, Language language, uint32_t *index) {
    const BlankStep *step = &f->blank->steps[*index];
    Value v = {0};
    if (step->program) {
        f->scope.steps = 0;
        v = cel_evaluate(step->program, &f->scope);
        if (v.kind == VALUE_ERROR) return unfit(f, step->line, "'%.*s' is no text here (%.*s)", STR_ARGS(step->text), STR_ARGS(value_str(v)));
    }
    uint32_t at = *index;
    *index = at + 1;
    switch (step->kind) {
        case BLANK_TEXT: buf_add(f->out, step->text); break;
        case BLANK_HOLE: return put(f, step, v);
        case BLANK_IF:
            if (v.kind != VALUE_BOOL) return unfit(f, step->line, "'%.*s' is neither true nor false", STR_ARGS(step->text));
            if (!v.as.boolean) *index = step->to;
            break;
        case BLANK_JUMP: *index = step->to; break;
        case BLANK_LANGUAGE:
            if (step->slot != (uint32_t)language) *index = step->to;
            break;
        case BLANK_FOR:
            f->loops[step->slot].items = value_items(v, &f->loops[step->slot].count, f->scope.arena);
            f->loops[step->slot].at = 0;
            *index = advance(f, step, at);
            break;
        default: *index = advance(f, &f->blank->steps[step->to], step->to); break; /* BLANK_NEXT */
    }
    return true;
}

bool blank_fill(const Blank *blank, const Value *values, uint32_t name_count, Language language, const CelScope *scope, Buf *out, Error *err) {
    Filler f = {.blank = blank, .scope = *scope, .out = out, .err = err};
    for (uint32_t i = 0; i < name_count; i++) f.values[i] = values[i];
    f.scope.variables = f.values;
    uint32_t steps = 0;
    for (uint32_t i = 0; i < blank->count;) {
        if (++steps > STEPS_MAX) return unfit(&f, blank->steps[i].line, "more than %d steps", STEPS_MAX);
        if (!step_on(&f, language, &i)) return false;
    }
    return true;
}
