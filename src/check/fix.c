/* A step that can't be done refuses the whole fix: half of one would be harm. */
#include "check/fix.h"

#include "parse/dockerfile_edit.h"
#include "parse/hcl_edit.h"
#include "parse/yaml_edit.h"

typedef struct Fixer {
    CelScope *scope;
    Source *source;
    const Tree *tree;
    Arena *results;
    EditVec edits;
} Fixer;

static bool is_true(const CelProgram *program, CelScope *scope) {
    Value v = cel_evaluate(program, scope);
    return v.kind == VALUE_BOOL && v.as.boolean;
}

/* False when a part is absent, not known, or a secret: what we write must be exact, and is shown. */
static bool render(Fixer *f, const Template *template, Str *out) {
    Buf text = {0};
    bool known = true;
    for (uint32_t i = 0; i < template->part_count && known; i++) {
        const TemplatePart *part = &template->parts[i];
        if (!part->program) {
            buf_add(&text, part->literal);
            continue;
        }
        Value v = cel_evaluate(part->program, f->scope);
        known = v.kind != VALUE_NULL && v.kind != VALUE_HOLE && v.kind != VALUE_ERROR && !(v.flags & VALUE_SECRET);
        if (v.kind == VALUE_STRING) buf_add(&text, value_str(v));
        else if (known) cel_print(v, &text);
    }
    *out = str_copy(f->results, buf_str(&text));
    buf_free(&text);
    return known;
}

static bool is_hcl(const Fixer *f) { return f->tree && f->tree->grammar == &hcl_grammar; }
static bool is_dockerfile(const Fixer *f) { return f->tree && f->tree->grammar == &dockerfile_grammar; }

/* All of it: of an object its extent, of a tree its node with the key it stands under, of anything else what is written. */
static Span whole(Fixer *f, Value v) {
    if (v.kind == VALUE_OBJECT) return v.as.object->extent;
    if (is_hcl(f)) {
        const Node *node = hcl_edit_node(f->tree, v);
        if (node) return span_of(node->start, node->end);
    }
    if (v.kind != VALUE_TREE || !v.as.tree->nodes) return v.span;
    const Node *node = &v.as.tree->nodes[v.count];
    Span span = span_of(node->start, node->end), key = v.as.tree->grammar->view->header(v.as.tree, v.count);
    return yaml_edit_reads(f->tree) && v.as.tree == f->tree ? span_join(span, key) : v.span;
}

static bool put_lines(Fixer *f, const FixStep *step, Value v, Str text) {
    Str bytes = f->source->bytes, feed = line_feed(bytes);
    Span span = whole(f, v);
    Str lines = lines_indented(text, line_indent(bytes, span.start), feed, f->results);
    if (step->verb == FIX_ABOVE) {
        uint32_t at = line_start(bytes, span.start);
        return line_begins(bytes, span.start) && edit_put(&f->edits, f->results, at, at, str_join(f->results, lines, feed));
    }
    uint32_t end = span.end > span.start && bytes.at[span.end - 1] == '\n' ? span.end - 1 : span.end, at = line_end(bytes, end);
    return edit_put(&f->edits, f->results, at, at, str_join(f->results, feed, lines));
}

static bool replace(Fixer *f, Span span, Str text) {
    Str old = source_slice(f->source, span);
    if (str_ends(old, STR("\n")) && !str_ends(text, STR("\n"))) return false; /* a quote that nothing closes took the line's end with it */
    if (yaml_edit_reads(f->tree)) text = yaml_edit_quoted(f->tree, span, text, f->results);
    return span.end > span.start && edit_put(&f->edits, f->results, span.start, span.end, text);
}

/* What was built says where each part is written: what is there already is replaced in its own file, what is missing is added to the
 * innermost map that is there. */
static bool set_built(Fixer *f, Value v, Str key, Str text) {
    Str rest = key, part;
    while (rest.len) {
        Str before = rest;
        if (!str_next(&rest, '.', &part)) break;
        Value next = value_path(v, str_copy(f->results, part).at, f->results);
        if (next.kind == VALUE_NULL || next.kind == VALUE_ERROR || next.kind == VALUE_HOLE) {
            const Node *map = v.source == f->source ? yaml_edit_node(f->tree, v) : NULL;
            return map && yaml_edit_set(f->tree, map, before, text, f->results, &f->edits);
        }
        v = next;
    }
    return v.source == f->source && v.kind != VALUE_TREE && !(v.flags & VALUE_DERIVED) && replace(f, v.span, text);
}

static bool is_built(const Fixer *f, Value v) { return f->tree && v.kind == VALUE_TREE && v.as.tree != f->tree && v.as.tree->grammar != f->tree->grammar; }

static bool set(Fixer *f, Value v, Str key, Str text) {
    if (is_built(f, v)) return yaml_edit_reads(f->tree) && set_built(f, v, key, text);
    if (is_hcl(f)) return hcl_edit_set(f->tree, hcl_edit_node(f->tree, v), key, text, f->results, &f->edits);
    return yaml_edit_reads(f->tree) && yaml_edit_set(f->tree, yaml_edit_node(f->tree, v), key, text, f->results, &f->edits);
}

static bool into(Fixer *f, Value v, Str text) {
    if (is_hcl(f)) return hcl_edit_into(f->tree, hcl_edit_node(f->tree, v), text, f->results, &f->edits);
    return yaml_edit_reads(f->tree) && yaml_edit_into(f->tree, yaml_edit_node(f->tree, v), text, f->results, &f->edits);
}

static bool take_away(Fixer *f, Value v) {
    if (is_hcl(f)) return hcl_edit_remove(f->tree, hcl_edit_node(f->tree, v), f->results, &f->edits);
    if (is_dockerfile(f)) return dockerfile_edit_remove(f->tree, v.kind == VALUE_OBJECT ? v.as.object->extent : v.span, f->results, &f->edits);
    const Node *node = yaml_edit_reads(f->tree) ? yaml_edit_node(f->tree, v) : NULL;
    return node && yaml_edit_remove(f->tree, node, f->results, &f->edits);
}

static bool then(Fixer *f, Value v, Str text) {
    if (is_dockerfile(f)) return dockerfile_edit_then(f->tree, v.span, text, f->results, &f->edits);
    return script_edit_then(f->source->bytes, v.span, text, f->results, &f->edits);
}

static bool apply(Fixer *f, const FixStep *step, Value v, Str key, Str text) {
    if (v.kind == VALUE_NULL || v.kind == VALUE_ERROR) return false;
    if (v.source != f->source && !(step->verb == FIX_SET && is_built(f, v))) return false;
    bool derived = v.flags & VALUE_DERIVED;
    Span span = v.kind == VALUE_OBJECT ? v.as.object->extent : v.span;
    switch ((FixVerb)step->verb) {
        case FIX_REPLACE: return !derived && replace(f, span, text);
        case FIX_BEFORE: return !derived && edit_put(&f->edits, f->results, v.span.start, v.span.start, text);
        case FIX_AFTER: return !derived && edit_put(&f->edits, f->results, v.span.end, v.span.end, text);
        case FIX_ABOVE:
        case FIX_BELOW: return put_lines(f, step, v, text);
        case FIX_THEN: return then(f, v, text);
        case FIX_SET: return set(f, v, key, text);
        case FIX_INTO: return into(f, v, text);
        case FIX_REMOVE: return take_away(f, v);
        default: return false;
    }
}

static bool run_step(Fixer *f, const FixStep *step) {
    Str key = {NULL, 0}, text = {NULL, 0};
    if (step->when && !is_true(step->when, f->scope)) return true;
    Value v = cel_evaluate(step->node, f->scope);
    if (!render(f, &step->key, &key) || !render(f, &step->text, &text)) return false;
    if (v.kind != VALUE_LIST || step->verb == FIX_INTO) return apply(f, step, v, key, text);
    bool done = v.count > 0;
    for (uint32_t i = 0; i < v.count && done; i++) done = apply(f, step, v.as.items[i], key, text);
    return done;
}

/* What was not read is not replaced: an attribute whose bracket is never closed reaches to the end of the file. */
static bool goes_through_a_loss(const Fixer *f) {
    for (uint32_t i = 0; i < f->source->problems.count; i++) {
        const Problem *p = &f->source->problems.items[i];
        for (uint32_t k = 0; problem_is_loss(p->code) && k < f->edits.count; k++) {
            if (f->edits.items[k].span.start <= p->span.start && p->span.start < f->edits.items[k].span.end) return true;
        }
    }
    return false;
}

const FindingFix *fix_finding(const Fix *fix, CelScope *scope, Source *source, const Tree *tree, Arena *results) {
    Fixer f = {.scope = scope, .source = source, .tree = tree, .results = results};
    if (fix->when && !is_true(fix->when, scope)) return NULL;
    for (uint32_t i = 0; i < fix->step_count; i++) {
        if (!run_step(&f, &fix->steps[i])) return NULL;
    }
    if (!f.edits.count || !edits_order(f.edits.items, f.edits.count, source->bytes.len) || goes_through_a_loss(&f)) return NULL;
    FindingFix *out = arena_new(results, FindingFix);
    *out = (FindingFix){fix->title, fix->unsafe, source, {f.edits.items, f.edits.count}};
    return out;
}
