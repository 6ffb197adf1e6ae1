/* infra debug: what each stage made of a file, for those who write checks. Nothing here decides anything: the stages ran as in a
 * review, and every line tells the bytes it comes from. */
#include "scan_state.h"

#include "cel/node.h"
#include "check/facts.h"

#include <stdlib.h>

#define TEXT_MAX 80 /* bytes of a lexeme that are shown */

static void print_place(Source *source, Span span, Buf *out) {
    Place from = source_place(source, span.start), to = source_place(source, span.end);
    buf_print(out, "%u:%u-%u:%u", from.line, from.column, to.line, to.column);
}

static void print_text(Str text, Buf *out) {
    bool cut = text.len > TEXT_MAX;
    value_dump(value_string(str_slice(text, 0, MIN(text.len, (size_t)TEXT_MAX))), out);
    if (cut) buf_lit(out, "…");
}

static void print_object(const Object *o, Buf *out) {
    buf_add(out, o->source->path);
    buf_byte(out, ':');
    print_place(o->source, o->span, out);
    buf_print(out, " %.*s", STR_ARGS(o->shape->name));
    if (o->address.len) buf_print(out, " [%.*s]", STR_ARGS(o->address));
}

/* ---- tokens, tree ---- */

typedef struct Token {
    Span span;
    Str grammar, kind; /* both empty: what no node stands for */
} Token;
typedef VEC(Token) TokenVec;
typedef const Tree *TreeRef;

static Span root_span(const Tree *tree) { return node_span(tree, tree->nodes); }

/* For each byte the innermost tree that reads it, from 1 on; 0 is the file's own. What is nested comes after what it is nested in. */
static uint32_t *owners_of(Unit *unit, Arena *a) {
    uint32_t *owners = arena_zeros(a, uint32_t, (uint32_t)unit->source.bytes.len + 1);
    for (uint32_t i = 0; i < unit->model.inner.count; i++) {
        Span span = root_span(unit->model.inner.items[i]);
        for (uint32_t at = span.start; at < span.end; at++) owners[at] = i + 1;
    }
    return owners;
}

static void add_leaves(const Tree *tree, uint32_t owner, const uint32_t *owners, Arena *a, TokenVec *tokens) {
    for (uint32_t i = 0; i < tree->count; i++) {
        const Node *node = &tree->nodes[i];
        Span span = node_span(tree, node);
        if (node->size > 1 || owners[span.start] > owner) continue; /* another language stands there */
        vec_push(a, tokens, ((Token){span, tree->grammar->name, tree->grammar->kinds[node->kind]}));
    }
}

static int by_start(const void *left, const void *right) {
    const Token *a = left, *b = right;
    if (a->span.start != b->span.start) return a->span.start < b->span.start ? -1 : 1;
    return (a->span.end > b->span.end) - (a->span.end < b->span.end);
}

static void print_token(Unit *unit, const Token *token, Buf *out) {
    print_place(&unit->source, token->span, out);
    if (token->kind.len) buf_print(out, "  %.*s %.*s  ", STR_ARGS(token->grammar), STR_ARGS(token->kind));
    else buf_lit(out, "  -  ");
    print_text(source_slice(&unit->source, token->span), out);
    buf_byte(out, '\n');
}

/* Punctuation and comments: bytes that were read and that no node stands for. */
static void print_between(Unit *unit, uint32_t from, uint32_t to, Buf *out) {
    if (to <= from) return;
    Str text = source_slice(&unit->source, (Span){from, to}), trimmed = str_trim(text);
    if (!trimmed.len) return;
    uint32_t start = from + (uint32_t)(trimmed.at - text.at);
    print_token(unit, &(Token){.span = {start, start + (uint32_t)trimmed.len}}, out);
}

static void show_tokens(Unit *unit, Arena *a, Buf *out) {
    TokenVec tokens = {0};
    if (!unit->tree) return;
    const uint32_t *owners = owners_of(unit, a);
    add_leaves(unit->tree, 0, owners, a, &tokens);
    for (uint32_t i = 0; i < unit->model.inner.count; i++) add_leaves(unit->model.inner.items[i], i + 1, owners, a, &tokens);
    if (tokens.count) qsort(tokens.items, tokens.count, sizeof *tokens.items, by_start);
    uint32_t end = 0;
    vec_each(Token, token, &tokens) {
        print_between(unit, end, token->span.start, out);
        print_token(unit, token, out);
        end = MAX(end, token->span.end);
    }
    print_between(unit, end, (uint32_t)unit->source.bytes.len, out);
}

static void show_tree(Unit *unit, Buf *out) {
    if (unit->tree) tree_dump(unit->tree, out);
    vec_each(TreeRef, inner, &unit->model.inner) {
        buf_print(out, "%.*s ", STR_ARGS((*inner)->grammar->name));
        print_place(&unit->source, root_span(*inner), out);
        buf_byte(out, '\n');
        tree_dump(*inner, out);
    }
}

/* ---- graph ---- */

typedef struct Asking {
    Scan *scan;
    LinkAsker asker;
    const Object *subject; /* whose checks run now */
    Arena arena;
    Map told;              /* edges that stand in `out` already */
    Buf *out;
} Asking;

static const Object *find_object(void *data, uint32_t file, uint32_t subject) {
    Scan *scan = data;
    return scan->units[file].model.subjects.items[subject];
}

static void print_edge(Asking *asking, const Object *from, Str label, const Object *to) {
    Buf line = {0};
    print_object(from, &line);
    buf_lit(&line, " -> ");
    print_object(to, &line);
    buf_print(&line, " (%.*s)\n", STR_ARGS(label));
    if (!map_has(&asking->told, buf_str(&line))) {
        Str kept = str_copy(&asking->arena, buf_str(&line));
        map_put(&asking->arena, &asking->told, kept, asking);
        buf_add(asking->out, kept);
    }
    buf_free(&line);
}

/* What a value holds of other files. */
static void print_edges(Asking *asking, const Object *from, Str label, Value v) {
    if (v.kind == VALUE_OBJECT && v.as.object->source != from->source) print_edge(asking, from, label, v.as.object);
    for (uint32_t i = 0; v.kind == VALUE_LIST && i < v.count; i++) print_edges(asking, from, label, v.as.items[i]);
}

/* A join that a check asks for, and whom it found. */
static bool note_join(void *data, CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    Asking *asking = data;
    if (!link_answer(&asking->asker, scope, function, arguments, count, out)) return false;
    bool named = count && arguments[0].kind == VALUE_STRING;
    if (!named || str_is(function, "objects")) return true; /* all that is near: no edge */
    Str label = str_format(&asking->arena, "%.*s %.*s", STR_ARGS(function), STR_ARGS(value_str(arguments[0])));
    print_edges(asking, asking->subject, label, *out);
    return true;
}

static void show_graph(Scan *scan, Unit *unit, Buf *out) {
    Asking asking = {.scan = scan, .asker = {&scan->link, {find_object, scan}}, .out = out};
    FindingVec findings = {0};
    CheckRun run = {.index = &scan->index, .results = &asking.arena, .list = &asking.arena, .findings = &findings, .now = scan->now, .host = note_join, .host_data = &asking};
    for (uint32_t i = 0; i < unit->seen.subjects.count; i++) {
        const Object *o = asking.subject = unit->seen.subjects.items[i];
        print_object(o, out);
        buf_byte(out, '\n');
        for (uint32_t field = 0; field < o->shape->field_count; field++) print_edges(&asking, o, o->shape->fields[field].name, o->fields[field]);
        check_run(&run, o);
    }
    arena_free(&run.scratch);
    arena_free(&run.lists.arena);
    arena_free(&asking.arena);
}

/* ---- cel ---- */

typedef struct Expression {
    bool tried, good;
    CelProgram program;
} Expression;

typedef struct Questions {
    Scan *scan;
    const DebugQuestion *question;
    Arena arena;                    /* of the programs */
    Arena scratch;                  /* of one evaluation */
    Expression checks[SHAPE_COUNT], strict;
    CelFault fault;                 /* the last that did not compile */
    LinkAsker asker;
    uint32_t asked;
} Questions;

static bool compile_for(Questions *q, Expression *e, CelMode mode, ShapeId shape) {
    if (e->tried) return e->good;
    CelVariable it = {STR("it"), mode == CEL_CHECK ? (CelType){.kind = CEL_TYPE_OBJECT, .shape = (uint8_t)shape} : (CelType){0}};
    CelEnv env = {.mode = mode, .variables = &it, .variable_count = 1, .unchecked = mode == CEL_STRICT};
    e->tried = true;
    e->good = cel_compile(q->question->expression, &env, &q->arena, &e->program, &q->fault);
    return e->good;
}

static Value answer_host(CelScope *scope, Str function, const Value *arguments, uint32_t count) {
    Questions *q = scope->context;
    Value out = value_hole(HOLE_UNREAD);
    if (!facts_answer(scope, function, arguments, count, &out)) link_answer(&q->asker, scope, function, arguments, count, &out);
    return out;
}

static void print_trace(Questions *q, const CelTrace *trace, Buf *out) {
    vec_each(Value, v, trace) {
        if (!v->source) continue;
        buf_print(out, "    %.*s:", STR_ARGS(v->source->path));
        print_place(v->source, v->span, out);
        buf_byte(out, ' ');
        value_dump(*v, out);
        Str written = source_slice(v->source, v->span);
        if (!(v->flags & VALUE_SECRET) && !(v->kind == VALUE_STRING && str_eq(written, value_str(*v)))) {
            buf_lit(out, "  ");
            print_text(written, out);
        }
        buf_byte(out, '\n');
    }
    arena_free(&q->scratch);
}

static void print_answer(Questions *q, const Expression *e, const char *mode, const Object *subject, Buf *out) {
    Value it = value_object(subject);
    CelTrace trace = {0};
    CelScope scope = {.variables = &it, .arena = &q->scratch, .trace = &trace, .host = answer_host, .context = q, .now = q->scan->now};
    Value v = cel_evaluate(&e->program, &scope);
    buf_print(out, "  %s: ", mode);
    if (v.kind == VALUE_HOLE) buf_lit(out, "unknown ");
    value_dump(v, out);
    buf_byte(out, '\n');
    print_trace(q, &trace, out);
}

static void ask(Questions *q, const Object *subject, Buf *out) {
    ShapeId shape = subject->shape->id;
    if (q->question->subject && q->question->subject != subject->shape) return;
    if (!compile_for(q, &q->checks[shape], CEL_CHECK, shape)) return;
    q->asked++;
    print_object(subject, out);
    buf_byte(out, '\n');
    print_answer(q, &q->checks[shape], "check", subject, out);
    if (compile_for(q, &q->strict, CEL_STRICT, SHAPE_NONE)) print_answer(q, &q->strict, "strict", subject, out);
    else buf_print(out, "  strict: %s\n", q->fault.why.message);
}

static bool show_cel(Scan *scan, const DebugQuestion *question, Buf *out, Error *err) {
    Questions q = {.scan = scan, .question = question, .asker = {&scan->link, {find_object, scan}}};
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        for (uint32_t k = 0; k < scan->units[i].seen.subjects.count; k++) ask(&q, scan->units[i].seen.subjects.items[k], out);
    }
    bool ok = q.asked || !q.fault.why.message[0];
    if (!ok) *err = q.fault.why, error_add(err, " (at byte %u of: %.*s)", q.fault.offset, STR_ARGS(question->expression));
    else if (!q.asked) ok = error_set(err, "there is no %.*s in it", STR_ARGS(question->subject ? question->subject->name : STR("object")));
    arena_free(&q.arena);
    arena_free(&q.scratch);
    return ok;
}

/* ---- all ---- */

bool scan_show(Scan *scan, DebugView view, const DebugQuestion *question, Buf *out, Error *err) {
    Arena a = {0};
    if (view == DEBUG_CEL) return show_cel(scan, question, out, err);
    for (uint32_t i = 0; i < scan->unit_count; i++) {
        Unit *unit = &scan->units[i];
        if (scan->unit_count > 1 && view != DEBUG_GRAPH) buf_print(out, "== %.*s\n", STR_ARGS(unit->source.path));
        if (view == DEBUG_TOKENS) show_tokens(unit, &a, out);
        else if (view == DEBUG_TREE) show_tree(unit, out);
        else if (view == DEBUG_GRAPH) show_graph(scan, unit, out);
        else for (uint32_t k = 0; k < unit->seen.subjects.count; k++) object_dump(unit->seen.subjects.items[k], out);
    }
    arena_free(&a);
    return true;
}
