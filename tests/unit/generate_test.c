/* `infra new` without a repository: the language of templates, ranges of versions, and the laws that hold for every stack on every one of its examples:
 * the facts are those it says, what is written passes our own review in both languages, leaves nothing to fix, is the same twice, and no damaged
 * or hostile file puts a line or a command of its own into it. */
#include "scan.h"
#include "scan_fix.h"
#include "scan_new.h"
#include "values/date.h"
#include "values/range.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

/* ---- versions ---- */

static RangeAnswer holds(const char *range, const char *text) {
    Version v;
    assert_true(version_read(str_of(text), &v));
    return range_holds(str_of(range), &v);
}

static void test_ranges(void **state) {
    (void)state;
    static const struct {
        const char *range, *version;
        RangeAnswer answer;
    } cases[] = {
        {">=22 <25", "24.19.0", RANGE_INSIDE}, {">=22 <25", "25.0.0", RANGE_OUTSIDE}, {"^20.1", "20.19.0", RANGE_INSIDE}, {"^20.1", "20.0.9", RANGE_OUTSIDE},
        {"^0.2.3", "0.2.9", RANGE_INSIDE}, {"^0.2.3", "0.3.0", RANGE_OUTSIDE}, {"~1.2", "1.2.7", RANGE_INSIDE}, {"~1.2", "1.3.0", RANGE_OUTSIDE},
        {"~=3.11", "3.14.1", RANGE_INSIDE}, {"~=3.11", "4.0.0", RANGE_OUTSIDE}, {"~> 3.3.1", "3.3.9", RANGE_INSIDE}, {"~> 3.3.1", "3.4.0", RANGE_OUTSIDE},
        {"==3.12.*", "3.12.4", RANGE_INSIDE}, {"==3.12.*", "3.13.0", RANGE_OUTSIDE}, {"20.x || 22.x", "22.1.0", RANGE_INSIDE}, {"18 - 20", "20.9.0", RANGE_INSIDE},
        {"18 - 20", "21.0.0", RANGE_OUTSIDE}, {"*", "1.0", RANGE_INSIDE}, {">=3.11,<3.14", "3.13.2", RANGE_INSIDE}, {"v22", "22.4.0", RANGE_INSIDE}, {"22", "220.4.0", RANGE_OUTSIDE},
        {">1.2", "1.2.5", RANGE_OUTSIDE}, {"<=1.2", "1.2.5", RANGE_INSIDE}, {">1.2", "1.3.0", RANGE_INSIDE}, {">1", "1.9.0", RANGE_OUTSIDE}, {">1.2.3", "1.2.4", RANGE_INSIDE}, {"!=3.12.*", "3.12.4", RANGE_OUTSIDE}, {">= 8.2", "8.4.1", RANGE_INSIDE}, {"22; rm -rf /", "22.0.0", RANGE_UNREADABLE}, {"", "1", RANGE_UNREADABLE}, {"lts/*", "22", RANGE_UNREADABLE},
        {"^", "1", RANGE_UNREADABLE}, {"1.2.3-rc1", "1.2.3", RANGE_UNREADABLE}, {"99999999999999999999", "1", RANGE_UNREADABLE}, {"1 ||", "1.0", RANGE_UNREADABLE}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        if (holds(cases[i].range, cases[i].version) != cases[i].answer) fail_msg("%s of %s", cases[i].version, cases[i].range);
    }
}

static void test_releases(void **state) {
    (void)state;
    Arena a = {0};
    Str day = STR("2026-09-01");
    assert_true(str_is(release_wanted(STR("nodejs"), STR(">=22"), day, &a).name, "24.19.0")); /* 26 has no long support yet */
    assert_true(str_is(release_wanted(STR("nodejs"), STR(">=22"), STR("2026-11-01"), &a).name, "26.7.0"));
    assert_true(str_is(release_wanted(STR("nodejs"), STR("22.3.0"), day, &a).name, "22.3.0"));
    assert_true(str_is(release_wanted(STR("nodejs"), STR("18"), day, &a).name, "18")); /* over, and not in the table: the project's own word */
    assert_int_equal(release_wanted(STR("nodejs"), STR("$(id)"), day, &a).name.len, 0);
    Release old = release_wanted(STR("nodejs"), STR("^16.14.0"), day, &a), late = release_wanted(STR("dotnet"), STR("8.0"), day, &a);
    assert_true(str_is(old.name, "16") && old.standing == RELEASE_OVER && str_is(old.eol, "2023-09-11"));
    assert_true(late.standing == RELEASE_ENDS && str_is(late.eol, "2026-11-10"));
    assert_int_equal(release_wanted(STR("nodejs"), STR("18.20.1"), day, &a).standing, RELEASE_OVER);
    assert_int_equal(release_wanted(STR("nodejs"), STR("22.3.0"), day, &a).standing, RELEASE_FINE);
    assert_int_equal(release_wanted(STR("nodejs"), STR("40"), day, &a).standing, RELEASE_UNKNOWN);
    assert_int_equal(release_wanted(STR("nodejs"), STR(">=40"), day, &a).standing, RELEASE_ELSEWHERE);
    assert_int_equal(release_wanted(STR("nodejs"), STR("$(id)"), day, &a).standing, RELEASE_FINE);
    assert_int_equal(release_wanted(STR("rust"), STR("1.70.0"), day, &a).standing, RELEASE_FINE); /* it builds, and does not run */
    assert_int_equal(release_pin(STR("nobody/nothing"), &a).len, 0);
    assert_true(str_starts(release_pin(STR("actions/checkout"), &a), STR("actions/checkout@")));
    arena_free(&a);
}

/* ---- the language of templates ---- */

typedef struct Filled {
    Arena a;
    Buf out;
    Error err;
} Filled;

static bool fill(Filled *f, const char *text, Value x, Value list, Language language) {
    const CelVariable names[] = {{.name = STR("x")}, {.name = STR("list")}};
    const Value values[] = {x, list};
    Blank blank;
    buf_clear(&f->out);
    CelScope scope = {.arena = &f->a};
    return blank_load(STR("test"), str_of(text), names, 2, &f->a, &blank, &f->err) && blank_fill(&blank, values, 2, language, &scope, &f->out, &f->err);
}

static void assert_filled(Filled *f, const char *text, const char *want) {
    const Value items[] = {value_string(STR("a")), value_string(STR("b"))};
    if (!fill(f, text, value_string(STR("v")), value_list(items, 2), LANGUAGE_ES)) fail_msg("%s: %s", text, f->err.message);
    if (!str_is(buf_str(&f->out), want)) fail_msg("%s gives %.*s", text, STR_ARGS(buf_str(&f->out)));
}

static void test_templates(void **state) {
    (void)state;
    Filled f = {0};
    assert_filled(&f, "a @{x} b\n", "a v b\n");
    assert_filled(&f, "@{x + '}' + x}", "v}v");
    assert_filled(&f, "@@{x} ${{ x }} me@host\n", "@{x} ${{ x }} me@host\n");
    assert_filled(&f, "@if x == 'v'\nyes\n@else\nno\n@end\n.", "yes\n.");
    assert_filled(&f, "@if x == 'w'\nyes\n@else\nno\n@end\n.", "no\n.");
    assert_filled(&f, "@for i in list\n@for k in list\n@{i}@{k} \n@end\n@end\n", "aa \nab \nba \nbb \n");
    assert_filled(&f, "@for i in []\n@{i}\n@end\n", "");
    assert_filled(&f, "  @en one @{x}\n  @es uno @{x}\n", "  uno v\n");
    assert_filled(&f, "@endless\n@format\n", "@endless\n@format\n");
    static const char *const wrong[] = {"@{x", "@{y}", "@if x ==\n@end\n", "@if true\n", "@end\n", "@else\n", "@for x\n@end\n", "@{x.size(}", "@{null}", "@if x\n@end\n"};
    for (size_t i = 0; i < ARRAY_COUNT(wrong); i++) {
        if (fill(&f, wrong[i], value_string(STR("v")), value_list(NULL, 0), LANGUAGE_EN)) fail_msg("%s was taken", wrong[i]);
    }
    static const Str unsafe[] = {STR_INIT("a\nb"), STR_INIT("a\rb"), STR_INIT("\x1b[31m"), STR_INIT("a\0b"), STR_INIT("\xff"), STR_INIT("a\xe2\x80\xae")};
    for (size_t i = 0; i < ARRAY_COUNT(unsafe); i++) assert_false(fill(&f, "@{x}", value_string(unsafe[i]), value_null(), LANGUAGE_EN));
    buf_free(&f.out);
    arena_free(&f.a);
}

static void test_values(void **state) {
    (void)state;
    Arena a = {0};
    static const struct {
        FactType type;
        const char *text, *want; /* NULL: refused */
    } cases[] = {
        {FACT_NAME, "@acme/Shop_API", "shop-api"}, {FACT_NAME, "9lives", "app-9lives"}, {FACT_NAME, "a\nb", NULL}, {FACT_NAME, "---", NULL}, {FACT_PORT, "8080", "8080"},
        {FACT_PORT, "0", NULL}, {FACT_PORT, "65536", NULL}, {FACT_PORT, "080", NULL}, {FACT_PORT, "80;id", NULL}, {FACT_PATH, "dist/main.js", "dist/main.js"}, {FACT_PATH, "../x", NULL},
        {FACT_PATH, "/etc/passwd", NULL}, {FACT_PATH, "-rf", NULL}, {FACT_WORD, "a b", NULL}, {FACT_WORD, "$(id)", NULL}, {FACT_WORD, "a'b", NULL}, {FACT_WORD, "main:app", "main:app"},
        {FACT_ROUTE, "/healthz", "/healthz"}, {FACT_ROUTE, "healthz", NULL}, {FACT_VERSION, "1.2.3", "1.2.3"}, {FACT_VERSION, "1 2", NULL}, {FACT_WORD, "", NULL},
        {FACT_LINE, "npm run test --if-present -w=a", "npm run test --if-present -w=a"}, {FACT_LINE, "a; id", NULL}, {FACT_LINE, "a  b", NULL}, {FACT_LINE, "a: b", NULL}, {FACT_LINE, "a #b", NULL},
        {FACT_LINE, "-a", NULL}, {FACT_EXEC, "node --enable-source-maps server.js", "[\"node\", \"--enable-source-maps\", \"server.js\"]"}, {FACT_EXEC, "node a\"b", NULL}};
    for (size_t i = 0; i < ARRAY_COUNT(cases); i++) {
        Value v = fact_value(cases[i].type, str_of(cases[i].text), &a);
        if (cases[i].want ? !value_is_string(v, cases[i].want) : !value_is_null(v)) fail_msg("%s", cases[i].text);
    }
    arena_free(&a);
}

/* ---- the laws, on every example ---- */

static NewWork work;

static int load(void **state) {
    (void)state;
    Error err;
    if (scan_new_templates(&work, &err)) return 0;
    fprintf(stderr, "%s\n", err.message);
    return -1;
}

static int unload(void **state) {
    (void)state;
    scan_new_free(&work);
    return 0;
}

static void each_example(void (*look)(const Stack *, const StackExample *)) {
    for (uint32_t s = 0; s < work.templates.stacks.count; s++) {
        const Stack *stack = &work.templates.stacks.items[s];
        assert_true(stack->example_count > 1);
        for (uint32_t i = 0; i < stack->example_count; i++) look(stack, &stack->examples[i]);
    }
}

static const Component *unit_of(const Stack *stack) {
    for (uint32_t i = 0; i < work.detection.unit_count; i++) {
        if (work.detection.units[i].stack == stack) return &work.detection.units[i];
    }
    for (uint32_t i = 0; i < work.detection.incomplete_count; i++) {
        if (work.detection.incomplete[i].stack == stack) return &work.detection.incomplete[i];
    }
    return NULL;
}

static void look_at_facts(const Stack *stack, const StackExample *example) {
    Error err;
    scan_new_memory(&work, example, NULL, LANGUAGE_EN, &err);
    const Component *unit = unit_of(stack);
    if (!unit) fail_msg("%.*s/%.*s is no unit of its stack", STR_ARGS(stack->id), STR_ARGS(example->name));
    for (uint32_t i = 0; i < example->fact_count; i++) {
        Value v = unit->answers[example->facts[i].fact].value;
        Str got = v.kind == VALUE_BOOL ? STR("true") : value_text(v), name = work.templates.facts.items[example->facts[i].fact].name;
        if (!str_eq(got, example->facts[i].value)) fail_msg("%.*s/%.*s: %.*s is '%.*s', not '%.*s'", STR_ARGS(stack->id), STR_ARGS(example->name), STR_ARGS(name), STR_ARGS(got), STR_ARGS(example->facts[i].value));
    }
}

static void test_facts(void **state) {
    (void)state;
    each_example(look_at_facts);
}

/* What stands below another unit's folder is that one's, whether its sign is a name or an ending. */
static void test_others(void **state) {
    (void)state;
    const StackFile files[] = {{STR("App.csproj"), STR("<Project Sdk=\"Microsoft.NET.Sdk.Web\"><PropertyGroup><TargetFramework>net10.0</TargetFramework></PropertyGroup></Project>")},
                               {STR("Program.cs"), STR("app.Run();")},
                               {STR("other/Other.csproj"), STR("<Project Sdk=\"Microsoft.NET.Sdk.Web\"></Project>")},
                               {STR("other/deep/Program.cs"), STR("app.MapHealthChecks(\"/others\");")}};
    const StackExample example = {.name = STR("others"), .files = files, .file_count = ARRAY_COUNT(files)};
    Error err;
    int health = fact_find(&work.templates, STR("health"));
    scan_new_memory(&work, &example, NULL, LANGUAGE_EN, &err);
    assert_int_equal(work.detection.unit_count, 2);
    assert_true(value_is_null(work.detection.units[0].answers[health].value));
    assert_true(value_is_string(work.detection.units[1].answers[health].value, "/others"));
}

typedef VEC(MemoryFile) MemoryFiles;

/* All kinds for an example, beside its own files. */
static void make_all(const StackExample *example, Language language, MemoryFiles *out) {
    Error err;
    for (uint32_t i = 0; i < example->file_count; i++) vec_push(&work.arena, out, ((MemoryFile){example->files[i].path, example->files[i].bytes}));
    for (uint32_t k = 0; k < work.templates.kinds.count; k++) {
        const Kind *kind = &work.templates.kinds.items[k];
        if (!scan_new_memory(&work, example, kind, language, &err)) {
            if (!strstr(err.message, "nothing says this")) fail_msg("%.*s of %.*s: %s", STR_ARGS(kind->id), STR_ARGS(example->name), err.message);
            continue;
        }
        if (work.result.failed) fail_msg("%.*s of %.*s: %s", STR_ARGS(kind->id), STR_ARGS(example->name), work.result.err.message);
        vec_each(NewFile, file, &work.result.files) {
            assert_true(file->bytes.len && file->bytes.at[file->bytes.len - 1] == '\n');
            vec_push(&work.arena, out, ((MemoryFile){file->path, file->bytes}));
        }
    }
}

/* The first `own` files are the example's: what is wrong with them is not of our making. */
static bool is_own(const MemoryFiles *files, uint32_t own, Str path) {
    for (uint32_t i = 0; i < own; i++) {
        if (str_eq(files->items[i].path, path)) return true;
    }
    return false;
}

/* What no template can mend, and `infra new` therefore tells among the things to decide: a lock file that only a tool writes, a release that the project asks
 * for, the health of a program without a port. In a workspace any manifest may be a dependency's, so all of it is copied before the install. */
static bool is_told(Str check) {
    static const char *const told[] = {"tf/no-lock-file", "command/lock-ignored", "image/end-of-life-near", "container/no-readiness-without-traffic", "container/no-liveness-without-traffic",
                                       "stage/no-healthcheck", "compose/no-health-check", "copy/context-before-dependencies"};
    for (size_t i = 0; i < ARRAY_COUNT(told); i++) {
        if (str_is(check, told[i])) return true;
    }
    return false;
}

static void review(const char *name, const MemoryFiles *files, uint32_t own) {
    MemoryOptions options = {0};
    date_parse(STR(NEW_EXAMPLE_DATE), &options.now);
    Scan *scan = scan_new();
    Review *r = scan_memory(scan, files->items, files->count, &options);
    vec_each(Finding, f, &r->findings) {
        if (f->check->profile > PROFILE_STRICT || is_own(files, own, f->source->path) || is_told(f->check->id)) continue;
        fail_msg("%s: %.*s:%u: %.*s: %.*s", name, STR_ARGS(f->source->path), source_place(f->source, f->span.start).line, STR_ARGS(f->check->id), STR_ARGS(f->message.in[LANGUAGE_EN]));
    }
    assert_int_equal(r->coverage.partly.count, 0);
    FixWish wish = {0};
    FixResult fixed;
    scan_fix(scan, r, &wish, &fixed);
    for (uint32_t i = 0; i < fixed.files.count; i++) {
        if (!is_own(files, own, fixed.files.items[i].path)) fail_msg("%s: a fix changes %.*s", name, STR_ARGS(fixed.files.items[i].path));
    }
    scan_free(scan);
}

static void look_at_review(const Stack *stack, const StackExample *example) {
    char name[128];
    for (int l = 0; l < LANGUAGE_COUNT; l++) {
        MemoryFiles once = {0}, twice = {0};
        make_all(example, (Language)l, &once);
        make_all(example, (Language)l, &twice);
        assert_int_equal(once.count, twice.count);
        for (uint32_t i = 0; i < once.count; i++) assert_true(str_eq(once.items[i].bytes, twice.items[i].bytes));
        snprintf(name, sizeof name, "%.*s/%.*s", STR_ARGS(stack->id), STR_ARGS(example->name));
        review(name, &once, example->file_count);
    }
}

static void test_review(void **state) {
    (void)state;
    each_example(look_at_review);
}

/* Each kind for itself with those that it says it needs, as somebody gets it who asks for that one. */
static void look_at_one(const Stack *stack, const StackExample *example) {
    Error err;
    for (uint32_t k = 0; k < work.templates.kinds.count; k++) {
        MemoryFiles files = {0};
        char name[128];
        if (!scan_new_memory(&work, example, &work.templates.kinds.items[k], LANGUAGE_EN, &err)) continue;
        Generation one = work.result;
        for (uint32_t i = 0; i < example->file_count; i++) vec_push(&work.arena, &files, ((MemoryFile){example->files[i].path, example->files[i].bytes}));
        vec_each(NewFile, file, &one.files) vec_push(&work.arena, &files, ((MemoryFile){file->path, file->bytes}));
        for (uint32_t i = 0; i < one.after.count; i++) {
            if (!scan_new_memory(&work, example, kind_find(&work.templates, one.after.items[i]), LANGUAGE_EN, &err)) continue;
            vec_each(NewFile, file, &work.result.files) vec_push(&work.arena, &files, ((MemoryFile){file->path, file->bytes}));
        }
        snprintf(name, sizeof name, "%.*s/%.*s", STR_ARGS(stack->id), STR_ARGS(example->name));
        review(name, &files, example->file_count);
    }
}

static void test_one(void **state) {
    (void)state;
    each_example(look_at_one);
}

/* What was written is looked at the next time, and changes nothing: every kind again, over the example with all of them. */
static void look_at_again(const Stack *stack, const StackExample *example) {
    MemoryFiles once = {0}, again = {0};
    (void)stack;
    make_all(example, LANGUAGE_EN, &once);
    StackFile *files = arena_array(&work.arena, StackFile, once.count);
    for (uint32_t i = 0; i < once.count; i++) files[i] = (StackFile){once.items[i].path, once.items[i].bytes};
    StackExample written = *example;
    written.files = files;
    written.file_count = once.count;
    make_all(&written, LANGUAGE_EN, &again);
    for (uint32_t i = example->file_count; i < once.count; i++) {
        const MemoryFile *now = &again.items[once.count + i - example->file_count];
        if (once.count + i - example->file_count >= again.count || !str_eq(now->path, once.items[i].path) || !str_eq(now->bytes, once.items[i].bytes)) fail_msg("%.*s: %.*s comes out otherwise", STR_ARGS(example->name), STR_ARGS(once.items[i].path));
    }
}

static void test_again(void **state) {
    (void)state;
    each_example(look_at_again);
}

/* ---- what is damaged, or means harm ---- */

#ifdef HOSTILE
#define ROUNDS 5 /* under the sanitizers each costs twenty times as much */
#else
#define ROUNDS 40
#endif

static const Str payloads[] = {STR_INIT("\nRUN pwned\n"), STR_INIT("$(pwned)"), STR_INIT("`pwned`"), STR_INIT("\";pwned;\""), STR_INIT("';pwned;'"), STR_INIT("${{ pwned }}"), STR_INIT("\\npwned"),
                               STR_INIT("\x1b]0;pwned\x07"), STR_INIT("\0pwned"), STR_INIT("\xff\xfepwned"), STR_INIT("[pwned"), STR_INIT("{{{{"), STR_INIT(" #pwned"), STR_INIT("@{pwned}")};

static uint32_t random_below(uint32_t *seed, size_t limit) {
    *seed = *seed * 1664525u + 1013904223u;
    return limit ? (*seed >> 8) % (uint32_t)limit : 0;
}

/* What a payload left may be a part of a word; nothing that ends one may stand before it. */
static void assert_harmless(const StackExample *example, const MemoryFiles *made) {
    for (uint32_t i = example->file_count; i < made->count; i++) {
        Str bytes = made->items[i].bytes, word = STR("pwned");
        for (size_t at = 0, found; (found = str_find(str_skip(bytes, at), word)) != STR_NONE; at += found + word.len) {
            char before = at + found ? bytes.at[at + found - 1] : '\n';
            if (strchr("\n$`(;'\"# \x07\xfe{[", before) && before != '"' && before != ' ') fail_msg("%.*s: leaked into %.*s", STR_ARGS(example->name), STR_ARGS(made->items[i].path));
        }
        for (size_t c = 0; c < bytes.len; c++) assert_true((unsigned char)bytes.at[c] >= 0x20 || bytes.at[c] == '\n');
    }
}

static void look_at_damage(const Stack *stack, const StackExample *example) {
    uint32_t seed = 7;
    (void)stack;
    for (uint32_t round = 0; round < ROUNDS; round++) {
        StackFile *files = arena_array(&work.arena, StackFile, example->file_count);
        memcpy(files, example->files, example->file_count * sizeof *files);
        StackFile *hit = &files[random_below(&seed, example->file_count)];
        Str payload = payloads[random_below(&seed, ARRAY_COUNT(payloads))];
        size_t at = random_below(&seed, hit->bytes.len);
        hit->bytes = str_join(&work.arena, str_join(&work.arena, str_slice(hit->bytes, 0, at), payload), str_skip(hit->bytes, at));
        StackExample damaged = *example;
        damaged.files = files;
        MemoryFiles made = {0};
        make_all(&damaged, LANGUAGE_EN, &made);
        assert_harmless(&damaged, &made);
    }
}

static void test_damage(void **state) {
    (void)state;
    each_example(look_at_damage);
}

/* A manifest of more than a megabyte says nothing; a million repeated names cost no more than their bytes. */
static void test_large(void **state) {
    (void)state;
    Error err;
    Buf huge = {0};
    buf_lit(&huge, "{\"scripts\": {\"start\": \"node a.js\"}, \"dependencies\": {");
    for (uint32_t i = 0; i < 40000; i++) buf_print(&huge, "\"p%u\": \"1\", ", i);
    buf_lit(&huge, "\"express\": \"5\"}}");
    StackFile file = {STR("package.json"), buf_str(&huge)};
    StackExample example = {.name = STR("large"), .files = &file, .file_count = 1};
    scan_new_memory(&work, &example, NULL, LANGUAGE_EN, &err);
    assert_int_equal(work.detection.unit_count, 1);
    while (huge.len < 1100000) buf_lit(&huge, "                                                                ");
    file.bytes = buf_str(&huge);
    scan_new_memory(&work, &example, NULL, LANGUAGE_EN, &err);
    assert_int_equal(work.detection.unit_count, 0);
    buf_free(&huge);
}

/* Two programs in one folder are a question; the command line answers it. */
static void test_rivals(void **state) {
    (void)state;
    Error err;
    StackFile files[] = {{STR("go.mod"), STR("module shop\n\ngo 1.26\n")}, {STR("cmd/api/main.go"), STR("package main\n")}, {STR("cmd/worker/main.go"), STR("package main\n")}};
    StackExample example = {.name = STR("two"), .files = files, .file_count = 3};
    assert_true(scan_new_memory(&work, &example, kind_find(&work.templates, STR("dockerfile")), LANGUAGE_EN, &err));
    const Answer *main_package = &work.detection.units[0].answers[fact_find(&work.templates, STR("main"))];
    assert_true(value_is_string(main_package->value, "cmd/api"));
    assert_int_equal(main_package->rival_count, 1);
    assert_true(str_is(main_package->rivals[0].value, "cmd/worker"));
    Buf out = {0};
    generate_open(&work.detection, &work.result, LANGUAGE_EN, &out);
    assert_true(str_has(buf_str(&out), STR("cmd/api (cmd/api/main.go:1) or cmd/worker (cmd/worker/main.go:1)")));
    buf_free(&out);
}

/* Several units in one repository: each its own image, and none of another's files. */
static void test_units(void **state) {
    (void)state;
    StackFile files[] = {{STR("package.json"), STR("{\"name\": \"all\", \"workspaces\": [\"services/*\"]}")},
                         {STR("services/api/package.json"), STR("{\"name\": \"api\", \"scripts\": {\"start\": \"node api.js\"}, \"dependencies\": {\"express\": \"5\"}}")},
                         {STR("services/api/api.js"), STR("app.listen(4001)\n")},
                         {STR("services/mail/go.mod"), STR("module mail\n")},
                         {STR("services/mail/main.go"), STR("package main\n")}};
    StackExample example = {.name = STR("several"), .files = files, .file_count = ARRAY_COUNT(files)};
    MemoryFiles made = {0};
    make_all(&example, LANGUAGE_EN, &made);
    assert_int_equal(work.detection.unit_count, 2);
    assert_true(str_is(work.detection.units[0].folder, "services/api/"));
    assert_true(str_is(work.detection.units[1].stack->id, "go"));
    bool has_mail = false;
    for (uint32_t i = 0; i < made.count; i++) has_mail = has_mail || str_is(made.items[i].path, "services/mail/Dockerfile");
    assert_true(has_mail);
    review("several", &made, ARRAY_COUNT(files));
}

/* The name of a folder stands in commands: one that is no word gets no files, and is told without what would steer a terminal. */
static void test_folders(void **state) {
    (void)state;
    static const Str folders[] = {STR_INIT("a b"), STR_INIT("$(pwned)"), STR_INIT("a;pwned"), STR_INIT("a\nRUN pwned"), STR_INIT("\x1b]0;pwned\x07"), STR_INIT("-rf"), STR_INIT("a'b"), STR_INIT("a\"b")};
    const Str manifest = STR("{\"scripts\": {\"start\": \"node a.js\"}, \"dependencies\": {\"express\": \"5\"}}");
    for (size_t i = 0; i < ARRAY_COUNT(folders); i++) {
        Error err;
        Buf out = {0};
        StackFile files[] = {{str_format(&work.arena, "%.*s/package.json", STR_ARGS(folders[i])), manifest}, {STR("good/package.json"), manifest}};
        StackExample example = {.name = STR("folders"), .files = files, .file_count = 2};
        assert_true(scan_new_memory(&work, &example, kind_find(&work.templates, STR("dockerfile")), LANGUAGE_EN, &err));
        assert_int_equal(work.detection.unit_count, 1);
        generate_open(&work.detection, &work.result, LANGUAGE_EN, &out);
        assert_true(str_has(buf_str(&out), STR("left out")));
        assert_int_equal(str_find_byte(buf_str(&out), '\x1b'), STR_NONE);
        buf_free(&out);
    }
}

/* The report names kinds. */
static void test_report(void **state) {
    (void)state;
#define PART(systems, pieces, built, english, spanish, missing_english, missing_spanish, kind) STR_INIT(kind),
    static const Str kinds[] = {
#include "report/parts.def"
        STR_INIT("scripts")};
#undef PART
    for (size_t i = 0; i < ARRAY_COUNT(kinds); i++) assert_true(!kinds[i].len || kind_find(&work.templates, kinds[i]));
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ranges), cmocka_unit_test(test_releases), cmocka_unit_test(test_templates), cmocka_unit_test(test_values),
        cmocka_unit_test(test_facts), cmocka_unit_test(test_others), cmocka_unit_test(test_review), cmocka_unit_test(test_damage), cmocka_unit_test(test_large),
        cmocka_unit_test(test_rivals), cmocka_unit_test(test_units), cmocka_unit_test(test_report), cmocka_unit_test(test_again), cmocka_unit_test(test_one), cmocka_unit_test(test_folders)};
    return cmocka_run_group_tests(tests, load, unload);
}
