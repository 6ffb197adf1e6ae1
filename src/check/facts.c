/* What checks ask of the world: `today()`, `today(days)`, `fact(table, key, column)`. Invariant: the answer
 * depends on the tables of the program and on the date it was given, never on the clock.
 *
 *     it.eol <= today()                  dates are texts, YYYY-MM-DD
 *     it.eol <= today(90)                within ninety days
 *     fact('official-images', it.repository, 'removed')    of the first row of that key; null without one */
#include "check/facts.h"

#include "facts/fact.h"
#include "values/date.h"

#define DAYS_MAX INT64_C(4000000) /* more than the calendar has; keeps the sum far from the edge */

static Value error_value(const char *message) {
    Value v = value_string(str_of(message));
    v.kind = VALUE_ERROR;
    return v;
}

static Value today(const CelScope *scope, const Value *arguments, uint32_t count) {
    int64_t days = 0;
    if (count && arguments[0].kind != VALUE_INT) return error_value("today takes a number of days");
    if (count) days = MAX(-DAYS_MAX, MIN(arguments[0].as.integer, DAYS_MAX));
    return value_string(date_print(scope->now + days * DATE_DAY, scope->arena));
}

static Value fact(const Value *arguments) {
    for (int i = 0; i < 3; i++) {
        if (arguments[i].kind == VALUE_NULL) return value_null();
        if (arguments[i].kind != VALUE_STRING)
            return error_value("fact takes three texts: table, key, column");
    }
    const FactTable *table = fact_table(value_str(arguments[0]));
    int column = table ? fact_column(table, value_str(arguments[2])) : -1;
    if (column < 0) return error_value("no table of facts has that name, or that column");
    FactRows rows = fact_rows(table, value_str(arguments[1]));
    Str cell = rows.count ? fact_cell(table, rows.first, (uint32_t)column) : (Str){NULL, 0};
    return cell.len ? value_string(cell) : value_null();
}

bool facts_answer(CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out) {
    bool is_today = str_is(function, "today"), is_fact = str_is(function, "fact") && count == 3;
    if (!is_today && !is_fact) return false;
    *out = value_null();
    for (uint32_t i = 0; i < count && out->kind != VALUE_HOLE; i++) {
        if (arguments[i].kind == VALUE_HOLE) *out = arguments[i];
    }
    if (out->kind != VALUE_HOLE) *out = is_today ? today(scope, arguments, count) : fact(arguments);
    return true;
}
