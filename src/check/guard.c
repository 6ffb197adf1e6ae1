/* A guard refuses most subjects by a comparison or two, where an evaluation takes hundreds of instructions. Invariant: what it
 * refuses would have made `when` false, not unknown: holes and open lists pass.
 *
 * A guard is what holds wherever `when` is true, as clauses of which each must hold and of which one atom must hold. Operands
 * of && give their clauses, those of || are put together clause by clause, ! turns both around, and what is no atom gives none. */
#include "check/guard.h"

#include "base/regex.h"
#include "cel/node.h"

#define CLAUSES_MAX 6
#define CLAUSE_ATOMS_MAX 6
#define PAIRED_MAX 2 /* clauses of either side of an || that are put together */

typedef struct Clause {
    GuardAtom atoms[CLAUSE_ATOMS_MAX];
    uint32_t count;
} Clause;

typedef struct Demands {
    Clause clauses[CLAUSES_MAX];
    uint32_t count;
} Demands;

typedef struct Reader {
    const CelProgram *program;
    Arena *arena;
} Reader;

static const CelNode *node_at(const Reader *r, uint32_t index) { return &r->program->nodes[index]; }

/* it.a.b, of objects whose shapes are known. */
static bool own_path(const Reader *r, uint32_t index, GuardAtom *atom) {
    const CelNode *way[GUARD_STEPS];
    uint32_t steps = 0;
    for (const CelNode *node = node_at(r, index);; node = node_at(r, node->as.at.a)) {
        if (node->kind == CEL_VARIABLE && node->as.at.a == 0) break;
        bool field = node->kind == CEL_SELECT || (node->kind == CEL_HAS && !steps);
        if (!field || !node->aux || steps == GUARD_STEPS) return false;
        way[steps++] = node;
    }
    atom->steps = (uint8_t)steps;
    for (uint32_t i = 0; i < steps; i++) {
        atom->fields[i] = (uint8_t)(way[steps - 1 - i]->aux - 1);
        atom->shapes[i] = (uint8_t)way[steps - 1 - i]->c;
    }
    return steps > 0;
}

static bool set_values(const Reader *r, const CelNode *node, GuardAtom *atom) {
    VEC(Str) values = {0};
    if (node->kind == CEL_STRING) vec_push(r->arena, &values, r->program->strings[node->as.at.a]);
    else if (node->kind == CEL_LIST) {
        for (uint32_t i = 0; i < node->c; i++) {
            uint32_t item = r->program->lists[node->as.at.a + i];
            if (item & CEL_OPTIONAL_BIT || node_at(r, item)->kind != CEL_STRING) return false;
            vec_push(r->arena, &values, r->program->strings[node_at(r, item)->as.at.a]);
        }
    } else return false;
    atom->values = values.items;
    atom->value_count = values.count;
    return values.count > 0;
}

/* it.field == 'a', it.field in ['a', 'b'], it.field != 'a' */
static bool compares(const Reader *r, const CelNode *node, bool wanted, GuardAtom *atom) {
    const CelNode *right = node_at(r, node->as.at.b);
    bool text = node->kind == CEL_IN ? right->kind == CEL_LIST : right->kind == CEL_STRING;
    if (!text || !own_path(r, node->as.at.a, atom) || !set_values(r, right, atom)) return false;
    atom->test = (node->kind == CEL_NE) == wanted ? GUARD_IS_NOT : GUARD_IS;
    return true;
}

/* 'a' in it.list */
static bool is_inside(const Reader *r, const CelNode *node, bool wanted, GuardAtom *atom) {
    if (!own_path(r, node->as.at.b, atom)) return false;
    bool known = set_values(r, node_at(r, node->as.at.a), atom) && node_at(r, node->as.at.a)->kind == CEL_STRING;
    atom->test = !known ? GUARD_FILLED : wanted ? GUARD_HAS : GUARD_HAS_NOT;
    if (!known) atom->value_count = 0;
    return known || wanted;
}

/* it.list.exists(x, x == 'a'), it.list.exists(x, x in ['a', 'b']), it.list.exists(x, …) */
static bool exists(const Reader *r, const CelNode *node, bool wanted, GuardAtom *atom) {
    if (!own_path(r, node->as.at.a, atom)) return false;
    const CelNode *body = node_at(r, node->as.at.b);
    const CelNode *left = body->kind == CEL_EQ || body->kind == CEL_IN ? node_at(r, body->as.at.a) : NULL;
    bool item = left && !node->aux && left->kind == CEL_LOCAL && left->as.at.a == node->d;
    const CelNode *right = item ? node_at(r, body->as.at.b) : NULL;
    bool known = item && right->kind == (body->kind == CEL_EQ ? CEL_STRING : CEL_LIST) && set_values(r, right, atom);
    atom->test = !known ? GUARD_FILLED : wanted ? GUARD_HAS : GUARD_HAS_NOT;
    if (!known) atom->value_count = 0;
    return known || wanted;
}

/* it.list.size() > 0 */
static bool has_size(const Reader *r, const CelNode *node, GuardAtom *atom) {
    const CelNode *left = node_at(r, node->as.at.a), *right = node_at(r, node->as.at.b);
    bool size = left->kind == CEL_CALL && left->count == 1 && str_is(cel_function_at(left->aux)->name, "size");
    bool some = right->kind == CEL_INT && (node->kind == CEL_GT ? right->as.integer >= 0 : right->as.integer > 0);
    atom->test = GUARD_FILLED;
    return size && some && own_path(r, r->program->lists[left->as.at.a], atom);
}

/* it.text.matches('…literal…'), .contains, .startsWith, .endsWith */
static bool holds(const Reader *r, const CelNode *node, GuardAtom *atom) {
    if (node->count != 2) return false;
    Str name = cel_function_at(node->aux)->name;
    const CelNode *argument = node_at(r, r->program->lists[node->as.at.a + 1]);
    if (argument->kind != CEL_STRING || !own_path(r, r->program->lists[node->as.at.a], atom)) return false;
    bool fold = false;
    Str text = r->program->strings[argument->as.at.a];
    if (str_is(name, "matches")) text = regex_literal(text, r->arena, &fold);
    else if (!str_is(name, "contains") && !str_is(name, "startsWith") && !str_is(name, "endsWith")) return false;
    Str *value = arena_new(r->arena, Str);
    *value = text;
    *atom = (GuardAtom){.test = fold ? GUARD_HOLDS_FOLDED : GUARD_HOLDS, .last = true, .values = value, .value_count = 1};
    return text.len > 0 && own_path(r, r->program->lists[node->as.at.a], atom);
}

/* What must hold of one value wherever the operand is true, or, not `wanted`, false. */
static bool atom_of(const Reader *r, uint32_t index, bool wanted, GuardAtom *atom) {
    const CelNode *node = node_at(r, index);
    *atom = (GuardAtom){.last = true};
    switch ((CelNodeKind)node->kind) {
        case CEL_EQ: case CEL_NE: return compares(r, node, wanted, atom);
        case CEL_IN: return node_at(r, node->as.at.b)->kind == CEL_LIST ? compares(r, node, wanted, atom) : is_inside(r, node, wanted, atom);
        case CEL_EXISTS: return exists(r, node, wanted, atom);
        case CEL_GT: case CEL_GE: return wanted && has_size(r, node, atom);
        case CEL_CALL: return wanted && holds(r, node, atom);
        case CEL_HAS:
            atom->test = wanted ? GUARD_THERE : GUARD_ABSENT;
            return own_path(r, index, atom);
        case CEL_SELECT:
            atom->test = wanted ? GUARD_TRUE : GUARD_FALSE;
            return own_path(r, index, atom);
        default: return false;
    }
}

static bool same_question(const GuardAtom *x, const GuardAtom *y) {
    bool of_several = x->test == GUARD_IS || x->test == GUARD_HAS || !x->value_count; /* one text more is one answer more */
    return of_several && x->test == y->test && x->steps == y->steps && !memcmp(x->fields, y->fields, sizeof x->fields) && !memcmp(x->shapes, y->shapes, sizeof x->shapes);
}

static void add_values(Arena *a, GuardAtom *atom, const GuardAtom *more) {
    Str *all = arena_array(a, Str, atom->value_count + more->value_count);
    if (atom->value_count) memcpy(all, atom->values, atom->value_count * sizeof *all);
    if (more->value_count) memcpy(all + atom->value_count, more->values, more->value_count * sizeof *all);
    atom->values = all;
    atom->value_count += more->value_count;
}

/* One atom of either clause must hold. */
static bool paired(Arena *a, const Clause *left, const Clause *right, Clause *out) {
    *out = *left;
    for (uint32_t i = 0; i < right->count; i++) {
        uint32_t at = 0;
        while (at < out->count && !same_question(&out->atoms[at], &right->atoms[i])) at++;
        if (at == CLAUSE_ATOMS_MAX) return false;
        if (at == out->count) out->atoms[out->count++] = right->atoms[i];
        else add_values(a, &out->atoms[at], &right->atoms[i]);
    }
    for (uint32_t i = 0; i < out->count; i++) out->atoms[i].last = i + 1 == out->count;
    return true;
}

static void demands_of(const Reader *r, uint32_t index, bool wanted, Demands *out) {
    const CelNode *node = node_at(r, index);
    out->count = 0;
    if (node->kind == CEL_NOT) {
        demands_of(r, node->as.at.a, !wanted, out);
        return;
    }
    if (node->kind != CEL_AND && node->kind != CEL_OR) {
        out->clauses[0].count = 1;
        out->count = atom_of(r, index, wanted, &out->clauses[0].atoms[0]);
        return;
    }
    Demands *sides = arena_array(r->arena, Demands, 2);
    demands_of(r, node->as.at.a, wanted, &sides[0]);
    demands_of(r, node->as.at.b, wanted, &sides[1]);
    if ((node->kind == CEL_AND) == wanted) {
        *out = sides[0];
        for (uint32_t i = 0; i < sides[1].count && out->count < CLAUSES_MAX; i++) out->clauses[out->count++] = sides[1].clauses[i];
        return;
    }
    for (uint32_t i = 0; i < MIN(sides[0].count, (uint32_t)PAIRED_MAX); i++) {
        for (uint32_t n = 0; n < MIN(sides[1].count, (uint32_t)PAIRED_MAX); n++) {
            if (paired(r->arena, &sides[0].clauses[i], &sides[1].clauses[n], &out->clauses[out->count])) out->count++;
        }
    }
}

/* The field that the clause is about when it demands nothing but one of some texts there; else -1. */
static int one_field(const Clause *clause) {
    for (uint32_t i = 0; i < clause->count; i++) {
        const GuardAtom *atom = &clause->atoms[i];
        if (atom->test != GUARD_IS || atom->steps != 1 || atom->fields[0] != clause->atoms[0].fields[0]) return -1;
    }
    return clause->atoms[0].fields[0];
}

static void set_field(Arena *a, const Clause *clause, CheckGuard *out) {
    VEC(Str) values = {0};
    for (uint32_t i = 0; i < clause->count; i++) {
        for (uint32_t v = 0; v < clause->atoms[i].value_count; v++) vec_push(a, &values, clause->atoms[i].values[v]);
    }
    out->field = clause->atoms[0].fields[0];
    out->values = values.items;
    out->value_count = values.count;
}

/* Whether the first operand of `when` is what the field is demanded by. */
static bool leads(const Reader *r, uint32_t index) {
    while (node_at(r, index)->kind == CEL_AND) index = node_at(r, index)->as.at.a;
    GuardAtom atom;
    bool text = node_at(r, index)->kind == CEL_EQ || node_at(r, index)->kind == CEL_IN;
    return text && atom_of(r, index, true, &atom) && atom.test == GUARD_IS && atom.steps == 1;
}

void guard_find(const CelProgram *when, Arena *a, CheckGuard *out) {
    Reader r = {when, a};
    Demands *all = arena_new(a, Demands);
    demands_of(&r, when->root, true, all);
    *out = (CheckGuard){.field = -1, .leads = leads(&r, when->root)};
    VEC(GuardAtom) atoms = {0};
    for (uint32_t i = 0; i < all->count; i++) {
        const Clause *clause = &all->clauses[i];
        if (out->field < 0 && one_field(clause) >= 0) {
            set_field(a, clause, out);
            continue;
        }
        for (uint32_t n = 0; n < clause->count; n++) vec_push(a, &atoms, clause->atoms[n]);
    }
    out->atoms = atoms.items;
    out->atom_count = atoms.count;
}

/* ---- asked of a subject ---- */

static bool is_empty(const Value *v) { return v->kind == VALUE_NULL || ((v->kind == VALUE_LIST || v->kind == VALUE_MAP) && !v->count && !(v->flags & VALUE_OPEN)); }

static bool is_among(Str text, const Str *values, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        if (str_eq(text, values[i])) return true;
    }
    return false;
}

/* Whether a list of texts has one of them; `otherwise` when that can't be known. */
static bool list_has(const Value *list, const GuardAtom *atom, bool otherwise) {
    if (list->kind != VALUE_LIST) return otherwise;
    bool known = !(list->flags & VALUE_OPEN);
    for (uint32_t i = 0; i < list->count; i++) {
        const Value *item = &list->as.items[i];
        if (item->kind != VALUE_STRING) known = false;
        else if (is_among(value_str(*item), atom->values, atom->value_count)) return true;
    }
    return known ? false : otherwise;
}

static bool may_hold(const GuardAtom *atom, const Value *v) {
    bool text = v->kind == VALUE_STRING;
    switch ((GuardTest)atom->test) {
        case GUARD_IS: return text ? is_among(value_str(*v), atom->values, atom->value_count) : v->kind == VALUE_HOLE;
        case GUARD_IS_NOT: return !text || !is_among(value_str(*v), atom->values, atom->value_count);
        case GUARD_HAS: return !is_empty(v) && list_has(v, atom, true);
        case GUARD_HAS_NOT: return !list_has(v, atom, false);
        case GUARD_THERE: return v->kind != VALUE_NULL;
        case GUARD_FILLED: return !is_empty(v);
        case GUARD_ABSENT: return !text && v->kind != VALUE_BOOL && v->kind != VALUE_INT && v->kind != VALUE_OBJECT;
        case GUARD_TRUE: return v->kind != VALUE_BOOL || v->as.boolean;
        case GUARD_FALSE: return v->kind != VALUE_BOOL || !v->as.boolean;
        case GUARD_HOLDS: return !text || str_has(value_str(*v), atom->values[0]);
        case GUARD_HOLDS_FOLDED: return !text || str_find_nocase(value_str(*v), atom->values[0]) != STR_NONE;
    }
    return true;
}

static bool atom_allows(const GuardAtom *atom, const Object *subject) {
    const Object *object = subject;
    for (uint32_t i = 0;; i++) {
        if (object->shape->id != atom->shapes[i]) return true;
        const Value *v = &object->fields[atom->fields[i]];
        if (i + 1 == atom->steps) return may_hold(atom, v);
        if (v->kind != VALUE_OBJECT) return true;
        object = v->as.object;
    }
}

bool guard_allows(const CheckGuard *guard, const Object *subject) {
    if (guard->field >= 0) {
        const Value *v = &subject->fields[guard->field];
        if (v->kind == VALUE_STRING ? !is_among(value_str(*v), guard->values, guard->value_count) : v->kind != VALUE_HOLE) return false;
    }
    for (uint32_t i = 0; i < guard->atom_count; i++) {
        if (atom_allows(&guard->atoms[i], subject)) {
            while (!guard->atoms[i].last) i++;
        } else if (guard->atoms[i].last) return false;
    }
    return true;
}
