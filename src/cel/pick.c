/* Which items of a list a comprehension must look at. Of `list.exists(v, … && v.name == E && …)` those whose name is known and is not E
 * are false whatever else is said of them; so items are kept by their names, once for all the subjects of which that is asked, and the rest is not
 * looked at. Else as many subjects as items would cost their product.
 *
 * Only what changes nothing is left out: of `exists`, `exists_one` and `filter`, over a list that stands in the model of the subject's file.
 * `false && x` is false even where x is not known or an error, so it does not matter which operand it is. */
#include "cel/node.h"
#include "model/shape.h"

#define PICK_LEAST 32 /* items: fewer are looked at one by one */

typedef VEC(uint32_t) Places;

typedef struct Kept {
    Map by_value;  /* text or number → Places */
    Places nulls;  /* has no such field */
    Places others; /* not known: it may be anything */
} Kept;

static const uint32_t nothing = 0; /* where a list of no places begins */

/* `node` is the local `slot`, or a field of it, of a field of it … */
static bool is_inside(const CelProgram *p, uint32_t node, uint32_t slot) {
    const CelNode *n = &p->nodes[node];
    while (n->kind == CEL_SELECT && !n->d) n = &p->nodes[n->as.at.a];
    return n->kind == CEL_LOCAL && n->as.at.a == slot;
}

/* Fields of something outside of the comprehension, or a literal: the same for every item. */
static bool is_outside(const CelProgram *p, uint32_t node, uint32_t slot) {
    const CelNode *n = &p->nodes[node];
    while (n->kind == CEL_SELECT && !n->d) n = &p->nodes[n->as.at.a];
    return n->kind == CEL_STRING || n->kind == CEL_INT || n->kind == CEL_VARIABLE || (n->kind == CEL_LOCAL && n->as.at.a < slot);
}

static Str key_of(const Value *v, int64_t *number) {
    *number = v->kind == VALUE_INT ? v->as.integer : 0;
    return v->kind == VALUE_INT ? (Str){(const char *)number, sizeof *number} : value_str(*v);
}

/* What equals neither a text nor null, or no number, whatever they are, is left out. */
static Kept *keep(CelEvaluator *e, uint32_t inside, uint32_t slot, Value range, bool numbers) {
    Arena *a = &e->scope->lists->arena;
    Kept *kept = arena_new(a, Kept);
    for (uint32_t i = 0; i < range.count; i++) {
        e->locals[slot] = cel_item(e, range, i);
        Value v = cel_value(e, inside);
        int64_t number;
        if (v.kind == (numbers ? VALUE_INT : VALUE_STRING)) {
            Str key = key_of(&v, &number); /* what was decoded lives no longer than the subject */
            if (!map_has(&kept->by_value, key)) map_put(a, &kept->by_value, str_copy(a, key), arena_new(a, Places));
            Places *places = map_get(&kept->by_value, key);
            vec_push(a, places, i);
        } else if (v.kind == VALUE_NULL) vec_push(a, &kept->nulls, i);
        else if (cel_is_stop(v) || v.kind == VALUE_UINT || v.kind == VALUE_DOUBLE) vec_push(a, &kept->others, i);
    }
    return kept;
}

static const Kept *kept_of(CelEvaluator *e, uint32_t inside, uint32_t slot, Value range, bool numbers) {
    struct { const Value *items; const CelNode *inside; uint64_t count, numbers; } key = {range.as.items, &e->program->nodes[inside], range.count, numbers};
    CelLists *lists = e->scope->lists;
    Str bytes = {(const char *)&key, sizeof key};
    Kept *kept = map_get(&lists->kept, bytes);
    if (kept) return kept;
    kept = keep(e, inside, slot, range, numbers);
    if (e->scope->steps <= CEL_STEPS_MAX) map_put(&lists->arena, &lists->kept, str_copy(&lists->arena, bytes), kept);
    return kept;
}

/* One operand of the && in the body. */
static void narrow(CelEvaluator *e, const CelNode *eq, uint32_t slot, Value range, CelPick *pick) {
    bool left = is_inside(e->program, eq->as.at.a, slot);
    uint32_t inside = left ? eq->as.at.a : eq->as.at.b, outside = left ? eq->as.at.b : eq->as.at.a;
    if (!is_inside(e->program, inside, slot) || !is_outside(e->program, outside, slot)) return;
    Value wanted = cel_value(e, outside);
    if (wanted.kind != VALUE_STRING && wanted.kind != VALUE_INT && wanted.kind != VALUE_NULL) return;
    const Kept *kept = kept_of(e, inside, slot, range, wanted.kind == VALUE_INT);
    int64_t number;
    const Places *same = wanted.kind == VALUE_NULL ? &kept->nulls : map_get(&kept->by_value, key_of(&wanted, &number));
    uint32_t count = same ? same->count : 0;
    if ((uint64_t)count + kept->others.count >= (uint64_t)pick->count + pick->more_count) return;
    *pick = (CelPick){.places = count ? same->items : &nothing, .count = count, .more = kept->others.items, .more_count = kept->others.count};
}

/* A field of the subject, or one that points into the same file: not what was made for this evaluation, or of a file that may go. */
static bool is_of_model(const CelProgram *p, const CelNode *from, Value range, const Value *it) {
    if (from->kind != CEL_SELECT) return false;
    const CelNode *owner = &p->nodes[from->as.at.a];
    const Object *subject = it->as.object;
    int field = owner->kind == CEL_VARIABLE && owner->as.at.a == 0 ? shape_field(subject->shape, p->strings[from->as.at.b]) : -1;
    if (field >= 0 && subject->fields[field].kind == VALUE_LIST && subject->fields[field].as.items == range.as.items) return true;
    return from->aux && range.source == it->source;
}

void cel_pick_some(CelEvaluator *e, const CelNode *node, Value range, CelPick *pick) {
    const CelScope *s = e->scope;
    const CelNode *from = &e->program->nodes[node->as.at.a], *body = &e->program->nodes[node->as.at.b];
    const Value *it = s->variables;
    bool skips = node->kind == CEL_EXISTS || node->kind == CEL_EXISTS_ONE || node->kind == CEL_FILTER;
    if (skips && body->kind == CEL_BOOL && !body->as.integer) *pick = (CelPick){.places = &nothing}; /* exists(x, false): whether more may be there */
    if (!e->check || !skips || range.count < PICK_LEAST || !s->lists || s->blind || s->reached || node->aux) return;
    if (range.kind != VALUE_LIST || it->kind != VALUE_OBJECT || !is_of_model(e->program, from, range, it)) return;
    CelTrace *trace = e->scope->trace; /* what is asked here decides nothing */
    e->scope->trace = NULL;
    for (; body->kind == CEL_AND; body = &e->program->nodes[body->as.at.a]) {
        const CelNode *right = &e->program->nodes[body->as.at.b];
        if (right->kind == CEL_EQ) narrow(e, right, node->d, range, pick);
    }
    if (body->kind == CEL_EQ) narrow(e, body, node->d, range, pick);
    e->scope->trace = trace;
}
