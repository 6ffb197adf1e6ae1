/* Lists that are looked up against the same lists looked through: over many small models and all ways to ask, the result and what it points at agree. */
#include "cel/cel.h"
#include "model/shape.h"
#include "model/source.h"
#include "dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static Source file = {.bytes = {"abcdefghijklmnopqrstuvwxyz", 26}};

/* All that a field may be: mostly texts or numbers, now and then null, a hole of which something is known or nothing, a fault, another kind. */
static Value some(Arena *a) {
    static const char *const texts[] = {"x", "y", "z", ""};
    Partial *known = arena_new(a, Partial);
    known->prefix = STR("x");
    Value hole = value_hole(HOLE_VARIABLE), partly = hole, fault = value_string(STR("fault"));
    partly.as.partial = known;
    fault.kind = VALUE_ERROR;
    Value values[] = {value_null(), hole, partly, fault, value_bool(true), value_double(2), value_uint(1), value_list(NULL, 0)};
    uint32_t which = dice(30);
    Value v = which < 8 ? values[which] : which < 20 ? value_string(str_of(texts[dice(4)])) : value_int(dice(3));
    uint32_t start = dice(20);
    return value_at(v, &file, (Span){start, start + 1});
}

static Object *some_stage(Arena *a) {
    Object *stage = object_new(a, SHAPE_STAGE, &file, (Span){0, 1});
    uint32_t count = 30 + dice(12);
    Value *items = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        Object *v = object_new(a, SHAPE_VARIABLE, &file, (Span){i % 20, i % 20 + 1}), *instruction = object_new(a, SHAPE_INSTRUCTION, &file, (Span){0, 1});
        v->fields[VARIABLE_NAME] = some(a);
        v->fields[VARIABLE_VALUE] = some(a);
        v->fields[VARIABLE_LEGACY] = value_bool(dice(2));
        instruction->fields[INSTRUCTION_INDEX] = some(a);
        if (dice(6)) v->fields[VARIABLE_INSTRUCTION] = value_object(instruction);
        items[i] = value_object(v);
    }
    Value list = value_list(items, count);
    if (!dice(4)) list.flags = VALUE_OPEN;
    stage->fields[STAGE_VARIABLES] = dice(2) ? list : value_at(list, &file, (Span){0, 20});
    stage->fields[STAGE_NAME] = some(a);
    stage->fields[STAGE_INDEX] = some(a);
    return stage;
}

static const char *const ways[] = {
    "it.variables.exists(v, v.name == it.name)",
    "it.variables.exists(v, it.index == v.instruction.index)",
    "it.variables.exists(v, v.legacy && v.name == it.name && v.value == v.instruction.stage.name)",
    "it.variables.exists(v, v.legacy && (v.name == it.name || v.value == it.name))",
    "it.variables.exists_one(v, v.name == it.name && v.instruction.index == 1)",
    "it.variables.filter(v, v.name == 'x' && v.value == it.name).size() == 1",
    "it.variables.filter(v, v.instruction.index == it.index).map(v, v.value).exists(x, x == 'y')",
    "!it.variables.exists(v, v.value == it.name && v.value < 'y')",
    "it.variables.all(v, v.name == it.name || v.name == 'y')",
    "it.variables.exists(v, it.variables.exists(w, w.name == v.value && w.instruction.index == v.instruction.index))",
    "it.variables.exists(v, false)",
    "it.variables.filter(v, v.stage.name == it.name).size() > 0",
};

static Value ask(const CelProgram *program, const Object *subject, CelLists *lists, CelTrace *trace, Arena *a) {
    Value *variables = arena_new(a, Value);
    *variables = value_object(subject);
    CelScope scope = {.variables = variables, .arena = a, .lists = lists, .trace = trace};
    return cel_evaluate(program, &scope);
}

static void assert_alike(Value a, Value b) {
    assert_int_equal(a.kind, b.kind);
    assert_ptr_equal(a.source, b.source);
    if (a.kind == VALUE_BOOL) assert_int_equal(a.as.boolean, b.as.boolean);
    if (a.source) assert_true(a.span.start == b.span.start && a.span.end == b.span.end);
}

static void picks_change_nothing(void **state UNUSED) {
    Arena a = {0};
    const CelVariable it = {STR("it"), {.kind = CEL_TYPE_OBJECT, .shape = SHAPE_STAGE}};
    const CelEnv env = {.mode = CEL_CHECK, .variables = &it, .variable_count = 1};
    CelProgram programs[ARRAY_COUNT(ways)];
    CelFault fault;
    for (size_t i = 0; i < ARRAY_COUNT(ways); i++) assert_true(cel_compile(str_of(ways[i]), &env, &a, &programs[i], &fault));
    uint32_t bools = 0, kept = 0;
    for (uint32_t round = 0; round < 300; round++) {
        ArenaMark mark = arena_mark(&a);
        CelLists lists = {0};
        Object *stage = some_stage(&a);
        for (uint32_t again = 0; again < 3; again++, stage->fields[STAGE_NAME] = some(&a)) {
            for (size_t i = 0; i < ARRAY_COUNT(ways); i++) {
                CelTrace one = {0}, other = {0};
                Value v = ask(&programs[i], stage, NULL, NULL, &a);
                assert_alike(v, ask(&programs[i], stage, &lists, NULL, &a));
                ask(&programs[i], stage, NULL, &one, &a);
                ask(&programs[i], stage, &lists, &other, &a);
                assert_int_equal(one.count, other.count);
                for (uint32_t k = 0; k < one.count; k++) assert_alike(one.items[k], other.items[k]);
                bools += v.kind == VALUE_BOOL;
            }
        }
        kept += lists.kept.count;
        arena_free(&lists.arena);
        arena_reset(&a, mark);
    }
    assert_true(bools > 1000 && kept > 1000); /* or nothing was tried */
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(picks_change_nothing)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
