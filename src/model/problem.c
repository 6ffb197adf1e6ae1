/* What is wrong with a file itself, as objects: so that faults of grammar are told, ignored and explained like any other finding. */
#include "model/model.h"

void problem_model(Source *source, Model *model) { problem_model_from(source, model, 0); }

void problem_model_from(Source *source, Model *model, uint32_t first) {
    for (uint32_t i = first; i < source->problems.count; i++) {
        const Problem *p = &source->problems.items[i];
        Object *o = object_new(model->arena, SHAPE_PROBLEM, source, p->span);
        o->fields[PROBLEM_CODE] = value_at(value_string(problem_id(p->code)), source, p->span);
        if (problem_is_loss(p->code)) {
            Prose reason = problem_reason(p->code);
            o->fields[PROBLEM_REASON_EN] = value_at(value_string(reason.in[LANGUAGE_EN]), source, p->span);
            o->fields[PROBLEM_REASON_ES] = value_at(value_string(reason.in[LANGUAGE_ES]), source, p->span);
        }
        if (p->detail.len) o->fields[PROBLEM_DETAIL] = value_at(value_string(p->detail), source, p->span);
        if (p->hint.len) o->fields[PROBLEM_HINT] = value_at(value_string(p->hint), source, p->span);
        if (p->other.end) o->fields[PROBLEM_OTHER] = value_at(value_string(source_slice(source, p->other)), source, p->other);
        o->fields[PROBLEM_SYSTEM] = value_at(value_string(source->system), source, p->span);
        model_subject(model, o);
    }
}

void model_cut(Model *model, const Source *source) {
    static const Prose reason = PROSE_INIT("too large to check in full", "demasiado grande para revisarlo entero");
    vec_each(Gap, gap, &model->gaps) {
        if (gap->reason.in[0].at == reason.in[0].at && str_eq(gap->file, source->path)) return;
    }
    vec_push(model->arena, &model->gaps, ((Gap){source->path, 0, reason}));
}
