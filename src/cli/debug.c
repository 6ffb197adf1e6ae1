/* infra debug tokens|tree|model|graph|cel|shapes|kustomize|new|examples: every noun prints itself. What is printed is for those who write checks,
 * and may change. */
#include "cli/command.h"
#include "cli/debug_examples.h"
#include "cli/debug_new.h"
#include "scan.h"
#include "values/date.h"

#include <time.h>

enum { OPTION_EXPRESSION, OPTION_SUBJECT, OPTION_DATE, OPTION_COUNT };

static Str shape_name(uint32_t i) { return i + 1 < SHAPE_COUNT ? shape_of((ShapeId)(i + 1))->name : (Str){NULL, 0}; }

static const Option options[OPTION_COUNT] = {
    [OPTION_EXPRESSION] = {STR_INIT("expression"), STR_INIT("CEL"), PROSE_INIT("cel: what to evaluate; `it` is each object", "cel: qué evaluar; `it` es cada objeto"), NULL},
    [OPTION_SUBJECT] = {STR_INIT("subject"), STR_INIT("SHAPE"), PROSE_INIT("cel: only objects of this shape (default: all that the expression fits)", "cel: solo objetos de esta forma (por defecto: todos los que la expresión admite)"), shape_name},
    [OPTION_DATE] = {STR_INIT("date"), STR_INIT("YYYY-MM-DD"), PROSE_INIT("what day it is (default: the clock)", "qué día es (por defecto: el reloj)"), NULL},
};

static Str verbs(uint32_t i) {
    static const Str names[] = {STR_INIT("tokens"), STR_INIT("tree"), STR_INIT("model"), STR_INIT("graph"), STR_INIT("cel"), STR_INIT("shapes"), STR_INIT("kustomize"), STR_INIT("new"), STR_INIT("examples")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

static const char *const types[] = {[FIELD_BOOL] = "bool", [FIELD_INT] = "int", [FIELD_DOUBLE] = "double", [FIELD_STRING] = "string",
                                    [FIELD_LIST] = "list", [FIELD_MAP] = "map", [FIELD_OBJECT] = "object", [FIELD_ANY] = "any"};

/* shapes: what `subject:` may name; with a name, what its objects hold. */
static bool show_shapes(const Arguments *a, Buf *out, Error *err) {
    const Shape *one = a->word_count > 1 ? shape_find(a->words[1]) : NULL;
    if (a->word_count > 1 && !one) return error_set(err, "there is no shape '%.*s'; `infra debug shapes` lists them", STR_ARGS(a->words[1]));
    for (uint32_t i = 1; i < SHAPE_COUNT; i++) {
        const Shape *shape = shape_of((ShapeId)i);
        if (one && shape != one) continue;
        buf_print(out, "%.*s: %.*s\n", STR_ARGS(shape->name), STR_ARGS(shape_doc(shape->doc, a->language)));
        for (uint32_t k = 0; one && k < shape->field_count; k++) {
            const Field *field = &shape->fields[k];
            Str of = field->element ? shape_of((ShapeId)field->element)->name : (Str){"", 0};
            buf_print(out, "  %.*s: %s%s%.*s — %.*s\n", STR_ARGS(field->name), types[field->type], of.len ? " of " : "", STR_ARGS(of), STR_ARGS(shape_doc(field->doc, a->language)));
        }
    }
    return true;
}

static bool show_file(const Arguments *a, DebugView view, Buf *out, Error *err) {
    DebugQuestion question = {.subject = argument_given(a, OPTION_SUBJECT) ? shape_find(a->values[OPTION_SUBJECT]) : NULL};
    if (view == DEBUG_CEL && !argument_given(a, OPTION_EXPRESSION)) return error_set(err, "infra debug cel needs --expression, such as --expression 'it.tag == \"latest\"'");
    if (view == DEBUG_CEL) question.expression = a->values[OPTION_EXPRESSION];
    int64_t now = time(NULL);
    if (argument_given(a, OPTION_DATE) && !date_parse(a->values[OPTION_DATE], &now)) {
        return error_set(err, "--date takes a day as YYYY-MM-DD, not '%.*s'", STR_ARGS(a->values[OPTION_DATE]));
    }
    Scan *scan = scan_new();
    bool ok = scan_debug(scan, a->words[1], now, view == DEBUG_GRAPH, err) && scan_show(scan, view, &question, out, err);
    scan_free(scan);
    return ok;
}

static bool show_build(const Arguments *a, Buf *out, Error *err) {
    Scan *scan = scan_new();
    bool ok = scan_kustomize(scan, a->words[1], a->words[2], out, err);
    scan_free(scan);
    return ok;
}

static bool show(const Arguments *a, Buf *out, Error *err) {
    Str verb = a->words[0];
    uint32_t view = 0;
    while (view < DEBUG_VIEW_COUNT && !str_eq(verb, verbs(view))) view++;
    if (str_is(verb, "shapes") && a->word_count < 3) return show_shapes(a, out, err);
    if (str_is(verb, "new") && a->word_count < 4) return debug_new(a->word_count > 1 ? a->words[1] : STR(""), a->word_count > 2 ? a->words[2] : STR(""), a->language, out, err);
    if (str_is(verb, "examples") && a->word_count < 3) return debug_examples(a->word_count > 1 ? a->words[1] : STR(""), out, err);
    if (str_is(verb, "kustomize") && a->word_count == 3) return show_build(a, out, err);
    if (view < DEBUG_VIEW_COUNT && a->word_count == 2) return show_file(a, (DebugView)view, out, err);
    return error_set(err, "usage: infra debug tokens|tree|model|graph|cel FILE, infra debug shapes [SHAPE], infra debug kustomize ROOT FOLDER, infra debug examples [CHECK], or infra debug new [STACK [EXAMPLE]]");
}

static int run(const Arguments *a) {
    Error err;
    Buf out = {0};
    int status = show(a, &out, &err) ? command_print(buf_str(&out), EXIT_CLEAN) : command_fail(a, &err);
    buf_free(&out);
    return status;
}

const Command debug_command = {STR_INIT("debug"), STR_INIT("infra debug tokens|tree|model|graph|cel FILE|shapes [SHAPE]|kustomize ROOT FOLDER|examples [CHECK]|new [STACK [EXAMPLE]]"),
                               PROSE_INIT("show what the program sees in a file or a folder", "mostrar qué ve el programa en un archivo o una carpeta"), options, OPTION_COUNT, run, verbs, false};
