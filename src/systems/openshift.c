/* Invariant: only texts with a parameter of this template in them change; anything else with a dollar belongs to somebody else. */
#include "systems/openshift.h"

#include "base/map.h"
#include "model/source.h"
#include "parse/yaml.h"

#define DEPTH_MAX 40
#define VALUES_MAX 100000 /* of one template: aliases can make them many more than the bytes */
#define TEXT_MAX 65536

typedef struct Template {
    Map values; /* name → Value: a string, or a hole */
    Arena *arena;
    uint32_t count;
} Template;

static void read_parameters(Template *t, Value body) {
    uint32_t count;
    const Value *items = value_items(value_field(body, "parameters", t->arena), &count, t->arena);
    for (uint32_t i = 0; i < count; i++) {
        Value name = value_field(items[i], "name", t->arena), value = value_field(items[i], "value", t->arena);
        if (name.kind != VALUE_STRING) continue;
        Value *kept = arena_new(t->arena, Value);
        *kept = value.kind == VALUE_STRING ? value : value_hole(HOLE_VARIABLE);
        if (value.kind == VALUE_INT || value.kind == VALUE_DOUBLE || value.kind == VALUE_BOOL) {
            Buf text = {0};
            value_dump(value, &text);
            *kept = value_string(str_copy(t->arena, buf_str(&text)));
            buf_free(&text);
        }
        map_put(t->arena, &t->values, value_str(name), kept);
    }
}

/* The parameter that `text` begins with: its value, and the bytes that name it. */
static const Value *parameter_at(const Template *t, Str text, size_t *len) {
    bool typed = str_starts(text, STR("${{"));
    Str rest = str_skip(text, typed ? 3 : 2);
    size_t end = str_find(rest, typed ? STR("}}") : STR("}"));
    if (end == STR_NONE) return NULL;
    *len = (typed ? 3 : 2) + end + (typed ? 2 : 1);
    return map_get(&t->values, str_slice(rest, 0, end));
}

static Value with_partial(Template *t, Str prefix, Str rest) {
    size_t last = str_find_last(rest, '}');
    Partial *p = arena_new(t->arena, Partial);
    *p = (Partial){prefix, last == STR_NONE || str_find(str_skip(rest, last), STR("${")) != STR_NONE ? (Str){NULL, 0} : str_skip(rest, last + 1)};
    Value v = value_hole(HOLE_VARIABLE);
    v.as.partial = p;
    return v;
}

/* What is written: our parser takes anything with ${ in it for a hole. Texts with escapes stay holes. */
static Str written(Value v) {
    if (v.kind == VALUE_STRING) return value_str(v);
    Str text = v.kind == VALUE_HOLE && v.reason == HOLE_TEMPLATE && v.source ? source_slice(v.source, v.span) : (Str){NULL, 0};
    if (str_find_byte(text, '\n') != STR_NONE || str_find_byte(text, '\\') != STR_NONE) return (Str){NULL, 0};
    bool quoted = text.len >= 2 && (text.at[0] == '"' || text.at[0] == '\'') && text.at[text.len - 1] == text.at[0];
    return quoted ? str_slice(text, 1, text.len - 1) : text;
}

/* ${{NAME}} alone is worth what its text would be in YAML. */
static Value substitute(Template *t, Value v) {
    Str text = written(v), all = text;
    if (str_find(text, STR("${")) == STR_NONE) return v;
    Buf out = {0};
    Value result = value_null();
    bool any = false;
    while (text.len && out.len < TEXT_MAX) {
        size_t len = 0;
        const Value *value = str_starts(text, STR("${")) ? parameter_at(t, text, &len) : NULL;
        if (!value) {
            buf_byte(&out, text.at[0]);
            text = str_skip(text, 1);
            continue;
        }
        any = true;
        if (value->kind == VALUE_HOLE) {
            result = with_partial(t, str_copy(t->arena, buf_str(&out)), text);
            break;
        }
        buf_add(&out, value_str(*value));
        text = str_skip(text, len);
    }
    Str made = str_copy(t->arena, buf_str(&out));
    buf_free(&out);
    if (!any) return v;
    bool typed = str_starts(all, STR("${{")) && str_ends(all, STR("}}"));
    if (value_is_null(result)) result = typed ? yaml_resolve_plain(made) : value_string(made);
    result.flags |= VALUE_DERIVED;
    return value_at(result, v.source, v.span);
}

static Value filled(Template *t, Value v, int depth) {
    if (depth > DEPTH_MAX || ++t->count > VALUES_MAX) return value_at(value_hole(HOLE_UNREAD), v.source, v.span);
    if (v.kind == VALUE_STRING || v.kind == VALUE_HOLE) return substitute(t, v);
    uint32_t count;
    Value place = value_absent(v), out;
    if (value_is_map(v)) {
        const Entry *from = value_entries(v, &count, t->arena);
        Entry *to = arena_array(t->arena, Entry, count);
        for (uint32_t i = 0; i < count; i++) to[i] = (Entry){from[i].key, filled(t, from[i].value, depth + 1)};
        out = value_map(to, count);
    } else if (value_is_list(v)) {
        const Value *from = value_items(v, &count, t->arena);
        Value *to = arena_array(t->arena, Value, count);
        for (uint32_t i = 0; i < count; i++) to[i] = filled(t, from[i], depth + 1);
        out = value_list(to, count);
    } else return v;
    out.flags = v.flags;
    return value_at(out, place.source, v.span.end ? v.span : place.span);
}

Value openshift_template(Value body, Arena *a) {
    Template t = {.arena = a};
    read_parameters(&t, body);
    return t.values.count ? filled(&t, body, 0) : body;
}
