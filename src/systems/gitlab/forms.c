/* Values that must be written in a certain way: durations, patterns, words of a list, lists that may not be long. What refers to a
 * variable is anything. */
#include "systems/gitlab/lower.h"
#include "systems/schema_faults.h"

typedef enum Form { FORM_DURATION, FORM_DURATION_OR_NEVER, FORM_SLASHED, FORM_WORDS, FORM_COUNT } Form;

static const struct FormRow { const char *path; Form form; const char *expected; } form_rows[] = {
#define FORM(path, kind, expected) {path, FORM_##kind, expected},
#include "systems/gitlab/forms.def"
#undef FORM
};

static bool in_words(Str words, Str word) {
    Str piece;
    while (words.len && str_next(&words, ',', &piece)) {
        if (str_eq(str_trim(piece), word)) return true;
    }
    return false;
}

/* The units of the chronic_duration gem, which reads them. */
static bool is_duration(Str text) {
    static const char words[] = "s,sec,secs,second,seconds,m,min,mins,minute,minutes,h,hr,hrs,hour,hours,d,day,days,w,wk,wks,week,weeks,mo,mon,mos,mons,month,months,y,yr,yrs,year,years,and,with,plus,a,an,one,two,three,four,five,six,seven,eight,nine,ten,twelve,fifteen,twenty,thirty,forty,fifty,sixty,ninety,hundred,half";
    bool any = false;
    for (size_t at = 0; at < text.len;) {
        size_t from = at;
        while (at < text.len && (text.at[at] | 0x20) >= 'a' && (text.at[at] | 0x20) <= 'z') at++;
        if (at == from) {
            any = any || (text.at[at] >= '0' && text.at[at] <= '9');
            at++;
        } else {
            char lower[16] = {0};
            for (size_t i = 0; i < at - from && i < sizeof lower - 1; i++) lower[i] = (char)(text.at[from + i] | 0x20);
            if (at - from >= sizeof lower || !in_words(str_of(words), str_of(lower))) return false;
            any = true;
        }
    }
    return any;
}

static bool has_form(Form form, Str expected, Str text) {
    switch (form) {
        case FORM_DURATION_OR_NEVER: return str_is(text, "never") || is_duration(text);
        case FORM_DURATION: return is_duration(text);
        case FORM_SLASHED: return text.len > 1 && text.at[0] == '/' && text.at[text.len - 1] == '/';
        case FORM_WORDS: return in_words(expected, text);
        default: return true;
    }
}

typedef struct Look {
    Model *model;
    Str address, path;
    const struct FormRow *row;
} Look;

static void fault(const Look *l, const char *code, Value at, Str nearest) {
    size_t dot = str_find_last(l->path, '.');
    schema_fault(l->model, l->address, code, at, l->path, dot == STR_NONE ? l->path : str_skip(l->path, dot + 1), str_of(l->row->expected), nearest);
}

static Str nearest_word(Str words, Str wrong) {
    Str list[24], piece;
    uint32_t count = 0;
    while (words.len && count < ARRAY_COUNT(list) && str_next(&words, ',', &piece)) list[count++] = str_trim(piece);
    return str_nearest(wrong, list, count);
}

static void leaf(const Look *l, Value v) {
    Form form = l->row->form;
    Str expected = str_of(l->row->expected);
    int64_t most = 0;
    if (form == FORM_COUNT && v.kind == VALUE_LIST && str_to_int(expected, &most) && v.count > most && !(v.flags & VALUE_OPEN)) fault(l, "too-many", v, (Str){NULL, 0});
    if (v.kind != VALUE_STRING || form == FORM_COUNT) return;
    Str text = value_str(v);
    if (str_find_byte(text, '$') != STR_NONE && form != FORM_SLASHED) return;
    if (has_form(form, expected, text)) return;
    bool words = form == FORM_WORDS;
    fault(l, words ? "wrong-value" : "wrong-form", v, words ? nearest_word(expected, text) : (Str){NULL, 0});
}

/* `rest` is the path from `v` on. */
static void walk(const Look *l, Value v, Str rest, int depth) {
    bool last = !rest.len;
    if (v.kind == VALUE_LIST && !(last && l->row->form == FORM_COUNT)) {
        for (uint32_t i = 0; i < v.count && depth < 4; i++) walk(l, v.as.items[i], rest, depth + 1);
        return;
    }
    if (last) {
        leaf(l, v);
        return;
    }
    Str key;
    str_next(&rest, '.', &key);
    for (uint32_t i = 0; v.kind == VALUE_MAP && i < v.count; i++) {
        if (str_eq(value_text(v.as.entries[i].key), key)) walk(l, v.as.entries[i].value, rest, depth);
    }
}

void gitlab_forms(Model *model, Value job, Str where, Str address) {
    for (size_t i = 0; i < ARRAY_COUNT(form_rows); i++) {
        Look l = {model, address, str_format(model->arena, "%.*s.%s", STR_ARGS(where), form_rows[i].path), &form_rows[i]};
        walk(&l, job, str_of(form_rows[i].path), 0);
    }
}

void gitlab_variable_form(Model *model, Str name, Value variable) {
    Value value = unfold_field(variable, "value"), options = unfold_field(variable, "options");
    if (value.kind != VALUE_STRING || options.kind != VALUE_LIST || options.flags & VALUE_OPEN) return;
    Buf list = {0};
    bool found = false;
    for (uint32_t i = 0; i < options.count; i++) {
        Value option = options.as.items[i];
        found = found || option.kind != VALUE_STRING || str_eq(value_str(option), value_str(value));
        if (i) buf_lit(&list, ", ");
        buf_add(&list, value_text(option));
    }
    Str expected = str_copy(model->arena, buf_str(&list));
    buf_free(&list);
    if (!found) schema_fault(model, (Str){NULL, 0}, "wrong-value", value, str_format(model->arena, "variables.%.*s", STR_ARGS(name)), name, expected, (Str){NULL, 0});
}
