/* What templates/ makes of its own examples. Of one that is named everything is shown, of the others the first kind, which is theirs alone. */
#include "cli/debug_new.h"

#include "scan_new.h"

static void put_facts(const NewWork *work, const Component *unit, Buf *out) {
    const Templates *t = &work->templates;
    for (uint32_t f = 0; f < t->facts.count; f++) {
        const Answer *a = &unit->answers[f];
        if (value_is_null(a->value) || a->rule == work->detection.repository[f].rule) continue;
        buf_print(out, "%.*s: %.*s", STR_ARGS(t->facts.items[f].name), STR_ARGS(a->value.kind == VALUE_BOOL ? STR("true") : value_text(a->value)));
        if (a->at.file.len) buf_print(out, "  (%.*s:%u)", STR_ARGS(a->at.file), a->at.line);
        for (uint32_t i = 0; i < a->rival_count; i++) buf_print(out, " or %.*s (%.*s:%u)", STR_ARGS(a->rivals[i].value), STR_ARGS(a->rivals[i].file), a->rivals[i].line);
        buf_byte(out, '\n');
    }
}

static void put_files(const NewWork *work, Language language, Buf *out) {
    vec_each(NewFile, file, &work->result.files) {
        buf_print(out, "\n--> %.*s\n", STR_ARGS(file->path));
        buf_add(out, file->bytes);
    }
    generate_open(&work->detection, &work->result, language, out);
}

static void put_example(NewWork *work, const StackExample *example, bool all, Language language, Buf *out) {
    Error err;
    buf_print(out, "\n==> %.*s\n", STR_ARGS(example->name));
    scan_new_memory(work, example, NULL, language, &err);
    for (uint32_t i = 0; i < work->detection.unit_count; i++) put_facts(work, &work->detection.units[i], out);
    for (uint32_t k = 0; k < work->templates.kinds.count; k++) {
        const Kind *kind = &work->templates.kinds.items[k];
        if (!all && k) continue;
        if (scan_new_memory(work, example, kind, language, &err)) put_files(work, language, out);
        else buf_print(out, "%.*s: %s\n", STR_ARGS(kind->id), language == LANGUAGE_ES ? err.spanish : err.message);
    }
}

bool debug_new(Str name, Str example, Language language, Buf *out, Error *err) {
    NewWork work;
    bool ok = scan_new_templates(&work, err);
    const Stack *stack = ok ? stack_find(&work.templates, name) : NULL;
    for (uint32_t i = 0; ok && !name.len && i < work.templates.stacks.count; i++) buf_print(out, "%.*s\n", STR_ARGS(work.templates.stacks.items[i].id));
    if (ok && name.len && !stack) ok = error_set(err, "there is no stack '%.*s'; `infra debug new` lists them", STR_ARGS(name));
    for (uint32_t i = 0; stack && i < stack->example_count; i++) {
        if (!example.len || str_eq(stack->examples[i].name, example)) put_example(&work, &stack->examples[i], example.len > 0, language, out);
    }
    scan_new_free(&work);
    return ok;
}
