/* cel-spec's simple tests, in STRICT mode.
 *     cel-suite DIR [-v]     DIR holds *.textproto
 * Left out: cases that name a protobuf message type or an IANA time zone, and those that check types only. A small reader
 * of the text format stands below; only what these files use. */
#include "base/io.h"
#include "cel/cel.h"

#include <dirent.h>
#include <fcntl.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* ---- text format ---- */

typedef struct F {
    Str name, text;        /* text: a scalar, unquoted */
    struct F *first;  /* of a message */
    struct F *next;
    bool message;
} F;

typedef struct Reader {
    Str s;
    size_t at;
    Arena *arena;
} Reader;

static void skip(Reader *r) {
    for (; r->at < r->s.len; r->at++) {
        char c = r->s.at[r->at];
        if (c == '#') while (r->at < r->s.len && r->s.at[r->at] != '\n') r->at++;
        else if (c != ' ' && c != '\n' && c != '\t' && c != '\r' && c != ',' && c != ';') return;
    }
}

static bool is_name(char c) { return c == '_' || c == '.' || c == '-' || c == '+' || c == '/' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

static void unquote(Reader *r, Buf *out) {
    char quote = r->s.at[r->at++];
    while (r->at < r->s.len && r->s.at[r->at] != quote) {
        char c = r->s.at[r->at++];
        if (c != '\\') {
            buf_byte(out, c);
            continue;
        }
        c = r->s.at[r->at++];
        static const char names[] = "abfnrtv", codes[] = "\a\b\f\n\r\t\v";
        const char *hit = strchr(names, c);
        if (c >= '0' && c <= '7') {
            int code = c - '0';
            for (int i = 0; i < 2 && r->s.at[r->at] >= '0' && r->s.at[r->at] <= '7'; i++) code = code * 8 + (r->s.at[r->at++] - '0');
            buf_byte(out, (char)code);
        } else if (c == 'x') {
            char hex[3] = {r->s.at[r->at], r->s.at[r->at + 1], 0};
            r->at += 2;
            buf_byte(out, (char)strtol(hex, NULL, 16));
        } else if (c == 'u' || c == 'U') {
            char hex[9] = {0};
            size_t digits = c == 'u' ? 4 : 8;
            memcpy(hex, r->s.at + r->at, digits);
            r->at += digits;
            uint32_t code = (uint32_t)strtoul(hex, NULL, 16);
            if (code < 0x80) buf_byte(out, (char)code);
            else if (code < 0x800) buf_byte(out, (char)(0xC0 | code >> 6)), buf_byte(out, (char)(0x80 | (code & 63)));
            else if (code < 0x10000) buf_byte(out, (char)(0xE0 | code >> 12)), buf_byte(out, (char)(0x80 | (code >> 6 & 63))), buf_byte(out, (char)(0x80 | (code & 63)));
            else buf_byte(out, (char)(0xF0 | code >> 18)), buf_byte(out, (char)(0x80 | (code >> 12 & 63))), buf_byte(out, (char)(0x80 | (code >> 6 & 63))), buf_byte(out, (char)(0x80 | (code & 63)));
        } else buf_byte(out, hit ? codes[hit - names] : c);
    }
    r->at++;
}

static F *fields(Reader *r, char close);

static void value(Reader *r, F *f) {
    skip(r);
    char c = r->s.at[r->at];
    if (c == '{' || c == '<') {
        r->at++;
        f->message = true;
        f->first = fields(r, c == '{' ? '}' : '>');
    } else if (c == '"' || c == '\'') {
        Buf out = {0};
        for (; r->at < r->s.len && (r->s.at[r->at] == '"' || r->s.at[r->at] == '\''); skip(r)) unquote(r, &out);
        f->text = str_copy(r->arena, buf_str(&out));
        buf_free(&out);
    } else {
        size_t start = r->at;
        while (r->at < r->s.len && is_name(r->s.at[r->at])) r->at++;
        f->text = str_slice(r->s, start, r->at);
        if (r->at == start) r->at++;
    }
}

static F *fields(Reader *r, char close) {
    F *first = NULL, **last = &first;
    for (skip(r); r->at < r->s.len && r->s.at[r->at] != close; skip(r)) {
        size_t start = r->at;
        if (r->s.at[r->at] == '[') {
            while (r->s.at[r->at] != ']') r->at++;
            r->at++;
        } else while (r->at < r->s.len && is_name(r->s.at[r->at])) r->at++;
        if (r->at == start) {
            r->at++;
            continue;
        }
        Str name = str_slice(r->s, start, r->at);
        skip(r);
        if (r->at < r->s.len && r->s.at[r->at] == ':') r->at++;
        skip(r);
        bool list = r->at < r->s.len && r->s.at[r->at] == '[';
        if (list) r->at++;
        do {
            skip(r);
            if (list && r->s.at[r->at] == ']') break;
            F *f = arena_new(r->arena, F);
            f->name = name;
            value(r, f);
            *last = f;
            last = &f->next;
            skip(r);
        } while (list && r->at < r->s.len && r->s.at[r->at] != ']');
        if (list) r->at++;
    }
    r->at++;
    return first;
}

static F *get(F *message, const char *name) {
    for (F *f = message ? message->first : NULL; f; f = f->next) {
        if (str_is(f->name, name)) return f;
    }
    return NULL;
}

static Str text_of(F *message, const char *name) {
    F *f = get(message, name);
    return f ? f->text : (Str){NULL, 0};
}

/* ---- values ---- */

static bool build(F *message, Arena *a, Value *out) {
    F *f = message->first;
    if (!f) return false;
    char *text = (char *)(uintptr_t)str_copy(a, f->text).at;
    if (str_is(f->name, "null_value")) *out = value_null();
    else if (str_is(f->name, "bool_value")) *out = value_bool(str_is(f->text, "true"));
    else if (str_is(f->name, "int64_value")) *out = value_int(strtoll(text, NULL, 0));
    else if (str_is(f->name, "uint64_value")) *out = value_uint(strtoull(text, NULL, 0));
    else if (str_is(f->name, "double_value")) *out = value_double(strtod(text, NULL));
    else if (str_is(f->name, "string_value")) *out = value_string(f->text);
    else if (str_is(f->name, "bytes_value") || str_is(f->name, "type_value")) {
        *out = value_string(f->text);
        out->kind = str_is(f->name, "bytes_value") ? VALUE_BYTES : VALUE_TYPE;
    } else if (str_is(f->name, "list_value")) {
        ValueVec items = {0};
        for (F *item = f->first; item; item = item->next) {
            Value v;
            if (!build(item, a, &v)) return false;
            vec_push(a, &items, v);
        }
        *out = value_list(items.items, items.count);
    } else if (str_is(f->name, "map_value")) {
        VEC(Entry) entries = {0};
        for (F *entry = f->first; entry; entry = entry->next) {
            Entry e;
            if (!get(entry, "key") || !build(get(entry, "key"), a, &e.key) || !build(get(entry, "value"), a, &e.value)) return false;
            vec_push(a, &entries, e);
        }
        *out = value_map(entries.items, entries.count);
    } else return false;
    return true;
}

static bool same(Value a, Value b) {
    if (a.kind == VALUE_DOUBLE && b.kind == VALUE_DOUBLE) return (isnan(a.as.real) && isnan(b.as.real)) || a.as.real == b.as.real;
    if (a.kind != b.kind) return false;
    switch ((ValueKind)a.kind) {
        case VALUE_NULL: return true;
        case VALUE_BOOL: return a.as.boolean == b.as.boolean;
        case VALUE_INT: case VALUE_UINT: return a.as.integer == b.as.integer;
        case VALUE_STRING: case VALUE_BYTES: case VALUE_TYPE: return str_eq(value_str(a), value_str(b));
        case VALUE_LIST:
            for (uint32_t i = 0; a.count == b.count && i < a.count; i++) {
                if (!same(a.as.items[i], b.as.items[i])) return false;
            }
            return a.count == b.count;
        case VALUE_MAP:
            for (uint32_t i = 0; a.count == b.count && i < a.count; i++) {
                bool found = false;
                for (uint32_t k = 0; k < b.count; k++) found = found || (same(a.as.entries[i].key, b.as.entries[k].key) && same(a.as.entries[i].value, b.as.entries[k].value));
                if (!found) return false;
            }
            return a.count == b.count;
        default: return false;
    }
}

/* ---- cases ---- */

typedef struct Tally {
    uint32_t passed, failed, skipped;
    bool verbose;
} Tally;

static bool left_out(F *test, Str expression) {
    static const char *const marks[] = {"TestAllTypes", "Value{", "TestRequired", "google.protobuf", "NestedTestAllTypes", "GlobalEnum", "proto.", "cel.expr", "America/", "Australia/", "Asia/", "Europe/", "US/", "cel.block", "cel.index", "cel.iterVar", "cel.accuVar"};
    for (size_t i = 0; i < ARRAY_COUNT(marks); i++) {
        if (str_has(expression, str_of(marks[i]))) return true;
    }
    F *wanted = get(test, "value");
    bool message = wanted && (get(wanted, "object_value") || get(wanted, "enum_value"));
    for (F *e = test->first; e; e = e->next) {
        if (str_is(e->name, "type_env") && (get(get(e, "ident") ? get(get(e, "ident"), "type") : NULL, "message_type") || get(e, "function"))) return true;
        if (str_is(e->name, "bindings") && get(e, "value") && get(get(get(e, "value"), "value"), "object_value")) return true;
    }
    return message || get(test, "check_only") || get(test, "typed_result") || get(test, "any_unknowns") || get(test, "unknown");
}

#define VARIABLES_MAX 40

static const char *run_case(F *test, Arena *a, Str *got) {
    CelVariable names[VARIABLES_MAX];
    Value values[VARIABLES_MAX];
    uint32_t count = 0;
    for (F *f = test->first; f && count < VARIABLES_MAX; f = f->next) {
        if (!str_is(f->name, "bindings")) continue;
        F *bound = get(f, "value");
        Value v;
        if (!bound || !get(bound, "value") || !build(get(bound, "value"), a, &v)) return NULL;
        names[count] = (CelVariable){text_of(f, "key"), {0}};
        values[count++] = v;
    }
    CelEnv env = {.mode = CEL_STRICT, .container = text_of(test, "container"), .variables = names, .variable_count = count, .unchecked = str_is(text_of(test, "disable_check"), "true")};
    CelProgram program;
    CelFault fault;
    CelScope scope = {.variables = values, .arena = a};
    bool wants_error = get(test, "eval_error") != NULL;
    Value wanted = value_bool(true), result;
    if (get(test, "value") && !build(get(test, "value"), a, &wanted)) return NULL;
    if (!cel_compile(text_of(test, "expr"), &env, a, &program, &fault)) {
        *got = str_copy(a, str_of(fault.why.message));
        return wants_error ? "" : "does not compile";
    }
    result = cel_evaluate(&program, &scope);
    Buf out = {0};
    value_dump(result, &out);
    *got = str_copy(a, buf_str(&out));
    buf_free(&out);
    if (wants_error) return result.kind == VALUE_ERROR ? "" : "no error";
    return same(result, wanted) ? "" : "another value";
}

static void run_file(Str folder, const char *name, Tally *all) {
    Arena a = {0};
    Str text, path = str_format(&a, "%.*s/%s", STR_ARGS(folder), name);
    if (io_read(AT_FDCWD, path.at, true, 1 << 26, 1, &a, &text) != READ_OK) return;
    Reader r = {text, 0, &a};
    F file = {.first = fields(&r, '\0')};
    Tally t = {.verbose = all->verbose};
    for (F *section = file.first; section; section = section->next) {
        for (F *test = section->first; str_is(section->name, "section") && test; test = test->next) {
            if (!str_is(test->name, "test")) continue;
            Arena scratch = {0};
            Str expression = text_of(test, "expr"), got = {NULL, 0};
            const char *verdict = left_out(test, expression) ? NULL : run_case(test, &scratch, &got);
            if (!verdict) t.skipped++;
            else if (!*verdict) t.passed++;
            else {
                t.failed++;
                if (t.verbose) printf("  %s/%.*s/%.*s: %s: %.*s -> %.*s\n", name, STR_ARGS(text_of(section, "name")), STR_ARGS(text_of(test, "name")), verdict, STR_ARGS(expression), STR_ARGS(got));
            }
            arena_free(&scratch);
        }
    }
    printf("%-28s %4u passed %4u failed %4u skipped\n", name, t.passed, t.failed, t.skipped);
    all->passed += t.passed;
    all->failed += t.failed;
    all->skipped += t.skipped;
    arena_free(&a);
}

int main(int argc, char **argv) {
    if (argc < 2) return 2;
    Tally all = {.verbose = argc > 2};
    struct dirent **names;
    int count = scandir(argv[1], &names, NULL, alphasort);
    for (int i = 0; i < count; i++) {
        if (str_ends(str_of(names[i]->d_name), STR(".textproto"))) run_file(str_of(argv[1]), names[i]->d_name, &all);
        free(names[i]);
    }
    if (count >= 0) free(names);
    printf("%u passed, %u failed, %u skipped\n", all.passed, all.failed, all.skipped);
    return all.failed ? 1 : 0;
}
