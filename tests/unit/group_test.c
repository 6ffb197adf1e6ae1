/* The index of joins against a look at each member: over many small groups, no match is missing among the candidates. */
#include "link/group.h"
#include "link/selector.h"
#include "dice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

/* Up to three labels of few names and values, so that many agree; now and then a hole, or an open map. */
static Value some_labels(Arena *a) {
    static const char *const names[] = {"a", "b", "c"}, *const values[] = {"x", "y"};
    uint32_t count = dice(4);
    Entry *entries = arena_array(a, Entry, count);
    for (uint32_t i = 0; i < count; i++) {
        Value value = dice(8) ? value_string(str_of(values[dice(2)])) : value_hole(HOLE_VARIABLE);
        entries[i] = (Entry){value_string(str_of(names[i])), value};
    }
    Value labels = dice(10) ? value_map(entries, count) : value_hole(HOLE_TEMPLATE);
    if (!dice(10)) labels.flags |= VALUE_OPEN;
    return labels;
}

/* Up to two expressions over the same few names and values. */
static Value some_expressions(Arena *a) {
    static const char *const names[] = {"a", "b", "c", "job-name"}, *const values[] = {"x", "y", "z"}, *const operators[] = {"In", "In", "In", "NotIn", "Exists", "DoesNotExist"};
    uint32_t count = dice(3);
    Value *items = arena_array(a, Value, count);
    for (uint32_t i = 0; i < count; i++) {
        uint32_t several = dice(3);
        Value *some = arena_array(a, Value, several);
        for (uint32_t k = 0; k < several; k++) some[k] = dice(10) ? value_string(str_of(values[dice(3)])) : value_hole(HOLE_VARIABLE);
        Value list = value_list(some, several);
        if (!dice(10)) list.flags |= VALUE_OPEN;
        Entry *fields = arena_array(a, Entry, 3);
        fields[0] = (Entry){value_string(STR("key")), dice(10) ? value_string(str_of(names[dice(4)])) : value_hole(HOLE_VARIABLE)};
        fields[1] = (Entry){value_string(STR("operator")), dice(10) ? value_string(str_of(operators[dice(6)])) : value_hole(HOLE_VARIABLE)};
        fields[2] = (Entry){value_string(STR("values")), list};
        items[i] = value_map(fields, 3);
    }
    return value_list(items, count);
}

static Value some_selector(bool plain, Arena *a) {
    Value labels = some_labels(a);
    if (plain || labels.kind == VALUE_HOLE) return labels;
    Entry *entries = arena_array(a, Entry, 2);
    entries[0] = (Entry){value_string(STR("matchLabels")), labels};
    entries[1] = (Entry){value_string(STR("matchExpressions")), some_expressions(a)};
    uint32_t which = dice(4);
    return which == 3 ? value_map(entries + 1, 1) : value_map(entries, which);
}

static bool holds(const MemberVec *members, uint32_t index) {
    for (uint32_t i = 0; i < members->count; i++) {
        if (i) assert_true(members->items[i - 1] < members->items[i]);
        if (members->items[i] == index) return true;
    }
    return false;
}

static void compare(const Group *group, Arena *a) {
    bool plain = dice(2);
    Value selector = some_selector(plain, a), labels = some_labels(a);
    MemberVec selected = group_selected(group, selector, plain, a), selecting = group_selecting(group, labels, a), scaling = group_scaling(group, STR("x"), a);
    for (uint32_t i = 0; i < group->members.count; i++) {
        const Member *member = group->members.items[i];
        if (selector_matches(selector, plain, member->labels, a) != MATCH_NO) assert_true(holds(&selected, i));
        if (selector_matches(member->selector, member->plain, labels, a) != MATCH_NO) assert_true(holds(&selecting, i));
        assert_int_equal(holds(&scaling, i), member->no_target || str_is(member->target, "x"));
    }
}

static void no_match_is_missing(void **state UNUSED) {
    for (int round = 0; round < 500; round++) {
        Arena a = {0};
        Group group = {0};
        for (uint32_t i = dice(12); i-- > 0;) {
            bool plain = dice(2);
            Member *member = arena_new(&a, Member);
            *member = (Member){.folder = STR("shop"), .labels = some_labels(&a), .selector = some_selector(plain, &a), .plain = plain};
            if (dice(2)) member->target = dice(2) ? STR("x") : STR("y");
            else member->no_target = dice(3) == 0;
            group_add(&group, member, &a);
        }
        for (int i = 0; i < 20; i++) compare(&group, &a);
        arena_free(&a);
    }
}

static void the_nearest_folder(void **state UNUSED) {
    Arena a = {0};
    Group group = {0};
    const Member members[] = {{.folder = STR("shop/api")}, {.folder = STR("legacy")}};
    for (size_t i = 0; i < ARRAY_COUNT(members); i++) group_add(&group, &members[i], &a);
    assert_int_equal(group_nearest(&group, STR("shop/api")), UINT32_MAX);
    assert_int_equal(group_nearest(&group, STR("shop/api/overlay")), 2);
    assert_int_equal(group_nearest(&group, STR("shop/web")), 1);
    assert_int_equal(group_nearest(&group, STR("shop/apis")), 1);
    assert_int_equal(group_nearest(&group, STR("")), 0);
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(no_match_is_missing), cmocka_unit_test(the_nearest_folder)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
