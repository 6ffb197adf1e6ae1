/* x-kubernetes-validations: rules in CEL, over the object with the defaults of its schema. A rule that compares with the state before does
 * not run: a manifest has none. https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules
 *
 * Invariant: a rule is broken when it is false; one that can't be evaluated, or reads what only the cluster writes (status), says nothing. */
#include "cel/cel.h"
#include "link/definition/follow.h"

#define DEPTH_MAX 60

static const CelVariable variables[] = {{.name = STR_INIT("self")}, {.name = STR_INIT("oldSelf")}};
static const CelEnv env = {.mode = CEL_STRICT, .admission = true, .variables = variables, .variable_count = ARRAY_COUNT(variables)};

/* ---- rules ---- */

static Value evaluate(Follow *f, Value expression, Value self, bool optional_old, CelTrace *trace) {
    CelProgram program;
    CelFault fault;
    f->steps += value_str(expression).len;
    if (!cel_compile(value_str(expression), &env, &f->scratch, &program, &fault)) return value_hole(HOLE_UNREAD);
    Value none = {.kind = VALUE_OPTIONAL}, values[] = {self, optional_old ? none : value_hole(HOLE_REMOTE)};
    CelScope scope = {.variables = values, .arena = &f->scratch, .trace = trace};
    Value v = cel_evaluate(&program, &scope);
    f->steps += scope.steps;
    return v;
}

/* The last thing of the resource that was looked at. */
static Value decided(const Follow *f, const CelTrace *trace, Value self) {
    for (uint32_t i = trace->count; i-- > 0;) {
        Value v = trace->items[i];
        if (v.source == f->manifest->source && span_holds(f->manifest->extent, v.span)) return v;
    }
    return self;
}

static void broken(Follow *f, Value rule, Value self, Value name, const Way *way, const CelTrace *trace) {
    Arena *a = &f->scratch;
    Value message = value_field(rule, "messageExpression", a), written = value_field(rule, "rule", a);
    if (message.kind == VALUE_STRING) message = evaluate(f, message, self, false, NULL);
    if (message.kind != VALUE_STRING || str_find_byte(value_str(message), '\n') != STR_NONE) message = value_field(rule, "message", a);
    Str text = message.kind == VALUE_STRING ? str_trim(value_str(message)) : str_format(a, "failed rule: %.*s", STR_ARGS(str_trim(value_text(written))));
    follow_fault(f, &(Fault){.kind = "rule", .name = name, .value = decided(f, trace, self), .way = way, .expected = text, .place = written});
}

static void judge(Follow *f, Value rule, Value self, Value name, const Way *way) {
    Value written = value_field(rule, "rule", &f->scratch), optional = value_field(rule, "optionalOldSelf", &f->scratch);
    if (written.kind != VALUE_STRING || !follow_step(f)) return;
    CelTrace trace = {0};
    bool optional_old = optional.kind == VALUE_BOOL && optional.as.boolean;
    Value v = evaluate(f, written, self, optional_old, &trace);
    if (v.kind == VALUE_BOOL && !v.as.boolean) broken(f, rule, self, name, way, &trace);
}

static void walk(Follow *f, Value schema, Value self, Value name, const Way *way, int depth) {
    if (!value_is_map(schema) || value_is_null(self) || value_is_hole(self) || depth > DEPTH_MAX || !follow_step(f)) return;
    Arena *a = &f->scratch;
    uint32_t count;
    const Value *rules = value_items(value_field(schema, "x-kubernetes-validations", a), &count, a);
    for (uint32_t i = 0; i < count; i++) judge(f, rules[i], self, name, way);
    if (self.kind == VALUE_MAP) {
        for (uint32_t i = 0; i < self.count; i++) {
            Str key = value_text(self.as.entries[i].key);
            if (!way && str_is(key, "status")) continue;
            Way inner = {way, key, 0};
            walk(f, follow_field(schema, key, a), self.as.entries[i].value, self.as.entries[i].key, &inner, depth + 1);
        }
    }
    Value item = self.kind == VALUE_LIST ? value_field(schema, "items", a) : value_null();
    for (uint32_t i = 0; self.kind == VALUE_LIST && i < self.count; i++) {
        Way inner = {way, {NULL, 0}, i};
        walk(f, item, self.as.items[i], name, &inner, depth + 1);
    }
}

void follow_rules(Follow *f, Value schema, Value body) { walk(f, schema, follow_object(f, body, schema, true), value_null(), NULL, 0); }
