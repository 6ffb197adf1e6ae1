/* Rules: their expressions in each file, and which of them are ever looked at once a job is whole.
 * https://docs.gitlab.com/ci/yaml/#rules */
#include "parse/rule_expression.h"
#include "systems/gitlab/lower.h"

static void expression_fault(Source *source, Value v) {
    Str bad, text = value_text(v);
    if (v.kind != VALUE_STRING || !str_trim(text).len) return;
    const char *fault = rule_expression_fault(text, &bad);
    if (fault) source_problem_hint(source, PROBLEM_PIPELINE_RULE_SYNTAX, v.span, str_eq(bad, text) ? str_trim(text) : bad, str_of(fault));
}

static void rules_faults(Source *source, Value holder) {
    Value rules = holder.kind == VALUE_MAP ? value_field(holder, "rules", NULL) : value_null();
    for (uint32_t i = 0; rules.kind == VALUE_LIST && i < rules.count; i++) {
        Value rule = rules.as.items[i];
        if (rule.kind == VALUE_MAP) expression_fault(source, value_field(rule, "if", NULL));
    }
    static const char *const old[] = {"only", "except"};
    for (size_t k = 0; k < ARRAY_COUNT(old) && holder.kind == VALUE_MAP; k++) {
        Value filter = value_field(holder, old[k], NULL), list = filter.kind == VALUE_MAP ? value_field(filter, "variables", NULL) : value_null();
        for (uint32_t i = 0; list.kind == VALUE_LIST && i < list.count; i++) expression_fault(source, list.as.items[i]);
    }
}

void gitlab_rules(Source *source, Value root) {
    for (uint32_t i = 0; i < root.count; i++) {
        Value v = root.as.entries[i].value;
        if (value_is_string(root.as.entries[i].key, "variables")) continue;
        rules_faults(source, v);
        for (uint32_t k = 0; v.kind == VALUE_LIST && value_is_string(root.as.entries[i].key, "include") && k < v.count; k++) rules_faults(source, v.as.items[k]);
    }
}

/* A rule that holds whatever the pipeline is. */
static bool always_holds(Value rule) {
    static const char *const conditions[] = {"if", "changes", "exists"};
    if (rule.kind != VALUE_MAP || rule.flags & VALUE_OPEN || !rule.count) return false;
    for (size_t i = 0; i < ARRAY_COUNT(conditions); i++) {
        if (!value_is_null(value_field(rule, conditions[i], NULL))) return false;
    }
    return true;
}

void gitlab_reach(Gitlab *g, Value holder) {
    Value rules = unfold_field(holder, "rules");
    for (uint32_t i = 0; rules.kind == VALUE_LIST && i + 1 < rules.count; i++) {
        if (rules.as.items[i].kind == VALUE_HOLE) return;
        Value next = rules.as.items[i + 1];
        if (!always_holds(rules.as.items[i]) || next.kind != VALUE_MAP || next.source != rules.source) continue;
        gitlab_problem(g, PROBLEM_PIPELINE_UNREACHABLE_RULE, next, value_text(value_field(rules.as.items[i], "when", NULL)), (Str){NULL, 0});
        return;
    }
}
