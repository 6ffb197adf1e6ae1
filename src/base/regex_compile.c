/* Pattern → program, by recursive descent over the code points of the pattern. Invariant: a program is at most
 * REGEX_PROGRAM_MAX instructions, however its repeats multiply. */
#include "base/regex_program.h"

#include "base/utf8.h"

typedef struct Compiler {
    Str pattern;
    size_t at;
    Arena *arena;
    VEC(Op) ops;
    VEC(Class) classes;
    uint32_t groups, depth;
    bool fold, dot_all, multi_line, swap_greed;
    Error *err;
    bool failed;
    bool beyond; /* it failed by what RE2 takes and we don't */
} Compiler;

PRINTF(2, 3) static bool fail(Compiler *c, const char *why, ...) {
    if (c->failed) return false;
    c->failed = true;
    va_list args;
    va_start(args, why);
    error_setv(c->err, why, args);
    va_end(args);
    return error_add(c->err, " at byte %zu of the regular expression '%.*s'", c->at, STR_ARGS(c->pattern));
}

/* What comes next fails by a limit of ours, or by what is not built. */
static void note_beyond(Compiler *c) { c->beyond = c->beyond || !c->failed; }

static bool more(const Compiler *c) { return c->at < c->pattern.len && !c->failed; }
static char peek(const Compiler *c) { return c->at < c->pattern.len ? c->pattern.at[c->at] : '\0'; }

static uint32_t emit(Compiler *c, Op op) {
    if (c->ops.count >= REGEX_PROGRAM_MAX) {
        note_beyond(c);
        fail(c, "too large");
    } else vec_push(c->arena, &c->ops, op);
    return c->ops.count - 1;
}

static uint32_t next_code(Compiler *c) {
    uint32_t code;
    c->at += utf8_decode(str_skip(c->pattern, c->at), &code);
    return code;
}

/* ---- classes ---- */

static void add_range(Compiler *c, Class *class, uint32_t low, uint32_t high) {
    vec_push(c->arena, &class->ranges, (Range){low, high});
}

/* \d \w \s and their opposites, [:names:]. */
static void add_named(Compiler *c, Class *class, const Range *ranges, size_t count, bool negated) {
    uint32_t from = 0;
    for (size_t i = 0; i < count; i++) {
        if (!negated) add_range(c, class, ranges[i].low, ranges[i].high);
        else if (ranges[i].low > from) add_range(c, class, from, ranges[i].low - 1);
        from = ranges[i].high + 1;
    }
    if (negated) add_range(c, class, from, 0x10FFFF);
}

static bool add_perl(Compiler *c, Class *class, char name) {
    static const Range digit[] = {{'0', '9'}};
    static const Range space[] = {{'\t', '\n'}, {'\f', '\r'}, {' ', ' '}};
    static const Range word[] = {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}};
    bool negated = name >= 'A' && name <= 'Z';
    switch (name | 0x20) {
        case 'd': add_named(c, class, digit, ARRAY_COUNT(digit), negated); return true;
        case 's': add_named(c, class, space, ARRAY_COUNT(space), negated); return true;
        case 'w': add_named(c, class, word, ARRAY_COUNT(word), negated); return true;
        default: return false;
    }
}

typedef struct PosixClass {
    Str name;
    Range ranges[4]; /* sorted; {0, 0} ends */
    uint32_t count;
} PosixClass;

static const PosixClass posix[] = {
    {STR_INIT("alnum"), {{'0', '9'}, {'A', 'Z'}, {'a', 'z'}}, 3}, {STR_INIT("alpha"), {{'A', 'Z'}, {'a', 'z'}}, 2},
    {STR_INIT("ascii"), {{0, 0x7F}}, 1},                         {STR_INIT("blank"), {{'\t', '\t'}, {' ', ' '}}, 2},
    {STR_INIT("cntrl"), {{0, 0x1F}, {0x7F, 0x7F}}, 2},           {STR_INIT("digit"), {{'0', '9'}}, 1},
    {STR_INIT("graph"), {{'!', '~'}}, 1},                        {STR_INIT("lower"), {{'a', 'z'}}, 1},
    {STR_INIT("print"), {{' ', '~'}}, 1},                        {STR_INIT("punct"), {{'!', '/'}, {':', '@'}, {'[', '`'}, {'{', '~'}}, 4},
    {STR_INIT("space"), {{'\t', '\r'}, {' ', ' '}}, 2},          {STR_INIT("upper"), {{'A', 'Z'}}, 1},
    {STR_INIT("word"), {{'0', '9'}, {'A', 'Z'}, {'_', '_'}, {'a', 'z'}}, 4},
    {STR_INIT("xdigit"), {{'0', '9'}, {'A', 'F'}, {'a', 'f'}}, 3},
};

/* [:name:] at the cursor. */
static bool add_posix(Compiler *c, Class *class) {
    Str rest = str_skip(c->pattern, c->at);
    size_t end = str_find(rest, STR(":]"));
    if (!str_starts(rest, STR("[:")) || end == STR_NONE) return false;
    Str name = str_slice(rest, 2, MAX(end, 2));
    bool negated = name.len && name.at[0] == '^';
    if (negated) name = str_skip(name, 1);
    for (size_t i = 0; i < ARRAY_COUNT(posix); i++) {
        if (!str_eq(posix[i].name, name)) continue;
        add_named(c, class, posix[i].ranges, posix[i].count, negated);
        c->at += end + 2;
        return true;
    }
    return fail(c, "unknown character class");
}

static uint32_t hex_code(Compiler *c) {
    bool braces = peek(c) == '{';
    size_t digits = 0;
    uint32_t code = 0;
    if (braces) c->at++;
    for (; more(c) && digits < (braces ? 8u : 2u); digits++, c->at++) {
        char d = peek(c);
        if (d >= '0' && d <= '9') code = code * 16 + (uint32_t)(d - '0');
        else if ((d | 0x20) >= 'a' && (d | 0x20) <= 'f') code = code * 16 + (uint32_t)((d | 0x20) - 'a' + 10);
        else break;
    }
    if (!digits || (braces && peek(c) != '}') || code > 0x10FFFF) fail(c, "invalid escape");
    else if (braces) c->at++;
    return code;
}

/* A character behind a backslash that stands for itself or for a control character. */
static uint32_t escaped_code(Compiler *c) {
    static const struct { char name, code; } controls[] = {{'a', 7}, {'f', 12}, {'n', 10}, {'r', 13}, {'t', 9}, {'v', 11}};
    char name = peek(c);
    for (size_t i = 0; i < ARRAY_COUNT(controls); i++) {
        if (controls[i].name == name) {
            c->at++;
            return (uint32_t)controls[i].code;
        }
    }
    if (name == 'x') {
        c->at++;
        return hex_code(c);
    }
    bool letter = (name >= '0' && name <= '9') || ((name | 0x20) >= 'a' && (name | 0x20) <= 'z');
    if ((name | 0x20) == 'p') {
        note_beyond(c);
        fail(c, "a class of Unicode, which is not read here");
    }
    if (letter || !more(c)) {
        fail(c, "invalid escape");
        return 0;
    }
    return next_code(c);
}

static uint32_t class_code(Compiler *c) {
    if (peek(c) != '\\') return next_code(c);
    c->at++;
    return escaped_code(c);
}

static void parse_class(Compiler *c) {
    Class class = {.fold = c->fold};
    c->at++;
    if (peek(c) == '^') {
        class.negated = true;
        c->at++;
    }
    for (bool first = true; more(c) && (first || peek(c) != ']'); first = false) {
        if (peek(c) == '[' && add_posix(c, &class)) continue;
        if (c->failed) return;
        if (peek(c) == '\\' && c->at + 1 < c->pattern.len && add_perl(c, &class, c->pattern.at[c->at + 1])) {
            c->at += 2;
            continue;
        }
        uint32_t low = class_code(c), high = low;
        if (peek(c) == '-' && c->at + 1 < c->pattern.len && c->pattern.at[c->at + 1] != ']') {
            c->at++;
            high = class_code(c);
        }
        if (high < low) fail(c, "a range that goes backwards");
        add_range(c, &class, low, high);
    }
    if (peek(c) != ']') {
        fail(c, "missing ]");
        return;
    }
    c->at++;
    vec_push(c->arena, &c->classes, class);
    emit(c, (Op){.kind = OP_CLASS, .a = c->classes.count - 1});
}

/* ---- grammar ---- */

static void alternation(Compiler *c);

/* (?P<name>…), (?<name>…), (?:…), (?flags), (?flags:…). False: only flags, no group. */
static bool group_head(Compiler *c, bool *capture) {
    *capture = true;
    if (!str_starts(str_skip(c->pattern, c->at), STR("?"))) return true;
    c->at++;
    if (peek(c) == 'P') c->at++;
    if (peek(c) == '<') {
        size_t end = str_find_byte(str_skip(c->pattern, c->at), '>');
        if (end == STR_NONE || end < 2) return fail(c, "invalid group name");
        c->at += end + 1;
        return true;
    }
    *capture = false;
    for (bool on = true; more(c); c->at++) {
        switch (peek(c)) {
            case '-': on = false; break;
            case 'i': c->fold = on; break;
            case 's': c->dot_all = on; break;
            case 'm': c->multi_line = on; break;
            case 'U': c->swap_greed = on; break;
            case ':': c->at++; return true;
            case ')': return false;
            default: return fail(c, "unknown group flag");
        }
    }
    return fail(c, "missing )");
}

static void group(Compiler *c) {
    bool fold = c->fold, dot_all = c->dot_all, multi_line = c->multi_line, swap = c->swap_greed, capture;
    if (++c->depth > REGEX_DEPTH_MAX) {
        note_beyond(c);
        fail(c, "nested too deep");
        return;
    }
    c->at++;
    bool real = group_head(c, &capture);
    if (!real) { /* flags hold until the enclosing group ends */
        if (!c->failed) c->at++;
        c->depth--;
        return;
    }
    uint32_t slot = 0;
    capture = capture && c->groups < REGEX_GROUPS_MAX; /* those beyond are read, and not told */
    if (capture) {
        slot = c->groups++;
        emit(c, (Op){.kind = OP_SAVE, .a = slot * 2});
    }
    alternation(c);
    if (peek(c) != ')') {
        fail(c, "missing )");
        return;
    }
    c->at++;
    if (capture) emit(c, (Op){.kind = OP_SAVE, .a = slot * 2 + 1});
    c->fold = fold, c->dot_all = dot_all, c->multi_line = multi_line, c->swap_greed = swap;
    c->depth--;
}

static void escape(Compiler *c) {
    c->at++;
    char name = peek(c);
    Class class = {0};
    if (more(c) && add_perl(c, &class, name)) {
        c->at++;
        vec_push(c->arena, &c->classes, class);
        emit(c, (Op){.kind = OP_CLASS, .a = c->classes.count - 1});
        return;
    }
    static const struct { char name; Assertion what; } assertions[] = {
        {'A', ASSERT_TEXT_START}, {'z', ASSERT_TEXT_END}, {'b', ASSERT_WORD}, {'B', ASSERT_NO_WORD}};
    for (size_t i = 0; i < ARRAY_COUNT(assertions); i++) {
        if (assertions[i].name != name) continue;
        c->at++;
        emit(c, (Op){.kind = OP_ASSERT, .a = (uint32_t)assertions[i].what});
        return;
    }
    uint32_t code = escaped_code(c);
    emit(c, (Op){.kind = OP_CHAR, .fold = c->fold, .a = code});
}

static void atom(Compiler *c) {
    switch (peek(c)) {
        case '(': group(c); return;
        case '[': parse_class(c); return;
        case '\\': escape(c); return;
        case '.': c->at++; emit(c, (Op){.kind = c->dot_all ? OP_ANY : OP_ANY_LINE}); return;
        case '^': c->at++; emit(c, (Op){.kind = OP_ASSERT, .a = c->multi_line ? ASSERT_LINE_START : ASSERT_TEXT_START}); return;
        case '$': c->at++; emit(c, (Op){.kind = OP_ASSERT, .a = c->multi_line ? ASSERT_LINE_END : ASSERT_TEXT_END}); return;
        case '*': case '+': case '?': fail(c, "nothing to repeat"); return;
        default: {
            uint32_t code = next_code(c);
            emit(c, (Op){.kind = OP_CHAR, .fold = c->fold, .a = code});
        }
    }
}

static bool read_count(Compiler *c, uint32_t *count) {
    uint32_t start = (uint32_t)c->at;
    *count = 0;
    for (; more(c) && peek(c) >= '0' && peek(c) <= '9' && *count <= REGEX_REPEAT_MAX; c->at++) *count = *count * 10 + (uint32_t)(peek(c) - '0');
    return c->at > start;
}

/* {n}, {n,}, {n,m}; anything else is a literal brace. */
static bool read_bounds(Compiler *c, uint32_t *low, uint32_t *high) {
    size_t start = c->at++;
    bool ok = read_count(c, low);
    *high = *low;
    if (ok && peek(c) == ',') {
        c->at++;
        if (!read_count(c, high)) *high = UINT32_MAX;
    }
    if (ok && peek(c) == '}') {
        c->at++;
        if (*low > REGEX_REPEAT_MAX || (*high > REGEX_REPEAT_MAX && *high != UINT32_MAX) || *high < *low) fail(c, "invalid repeat count");
        return true;
    }
    c->at = start;
    return false;
}

/* Copies the instructions [from, to) to the end; their jumps are relative to the copy. */
static void copy_ops(Compiler *c, const Op *ops, uint32_t count, uint32_t from) {
    uint32_t shift = c->ops.count - from;
    for (uint32_t i = 0; i < count && !c->failed; i++) {
        Op op = ops[i];
        if (op.kind == OP_SPLIT || op.kind == OP_JUMP) op.a += shift, op.b += shift;
        emit(c, op);
    }
}

static void split(Compiler *c, uint32_t at, uint32_t into, uint32_t past, bool greedy) {
    if (!c->failed) c->ops.items[at] = (Op){.kind = OP_SPLIT, .a = greedy ? into : past, .b = greedy ? past : into};
}

/* Makes low copies of the piece at `from`, then optional ones up to high. */
static void repeat(Compiler *c, uint32_t from, uint32_t low, uint32_t high, bool greedy) {
    uint32_t count = c->ops.count - from;
    Op *piece = arena_array(c->arena, Op, count);
    memcpy(piece, c->ops.items + from, count * sizeof(Op));
    c->ops.count = from;
    for (uint32_t i = 0; i < low && !c->failed; i++) copy_ops(c, piece, count, from);
    if (high == UINT32_MAX) {
        uint32_t loop = emit(c, (Op){.kind = OP_SPLIT});
        copy_ops(c, piece, count, from);
        emit(c, (Op){.kind = OP_JUMP, .a = loop});
        split(c, loop, loop + 1, c->ops.count, greedy);
        return;
    }
    VEC(uint32_t) skips = {0};
    for (uint32_t i = low; i < high && !c->failed; i++) {
        vec_push(c->arena, &skips, emit(c, (Op){.kind = OP_SPLIT}));
        copy_ops(c, piece, count, from);
    }
    vec_each(uint32_t, skip, &skips) split(c, *skip, *skip + 1, c->ops.count, greedy);
}

static void piece(Compiler *c) {
    uint32_t from = c->ops.count;
    atom(c);
    for (int repeats = 0; more(c); repeats++) {
        uint32_t low, high;
        char mark = peek(c);
        if (mark == '*' || mark == '+' || mark == '?') {
            c->at++;
            low = mark == '+';
            high = mark == '?' ? 1 : UINT32_MAX;
        } else if (mark != '{' || !read_bounds(c, &low, &high)) return;
        if (repeats) {
            fail(c, "a repeat of a repeat");
            return;
        }
        bool lazy = peek(c) == '?';
        if (lazy) c->at++;
        repeat(c, from, low, high, lazy == c->swap_greed);
    }
}

static void concatenation(Compiler *c) {
    while (more(c) && peek(c) != '|' && peek(c) != ')') {
        size_t before = c->at;
        if (peek(c) == '{') { /* a literal brace: it follows nothing */
            c->at++;
            emit(c, (Op){.kind = OP_CHAR, .a = '{'});
        } else piece(c);
        if (c->at == before) return;
    }
}

static void alternation(Compiler *c) {
    VEC(uint32_t) jumps = {0};
    for (;;) {
        uint32_t start = c->ops.count;
        concatenation(c);
        if (peek(c) != '|' || c->failed) break;
        c->at++;
        /* Put a split in front of the branch that was just read; its jumps move by one. */
        uint32_t count = c->ops.count - start;
        Op *branch = arena_array(c->arena, Op, count);
        memcpy(branch, c->ops.items + start, count * sizeof(Op));
        c->ops.count = start;
        uint32_t choice = emit(c, (Op){.kind = OP_SPLIT});
        copy_ops(c, branch, count, start);
        vec_push(c->arena, &jumps, emit(c, (Op){.kind = OP_JUMP}));
        split(c, choice, choice + 1, c->ops.count, true);
    }
    vec_each(uint32_t, jump, &jumps) {
        if (!c->failed) c->ops.items[*jump].a = c->ops.count;
    }
}

static bool compile(Compiler *c) {
    c->groups = 1;
    emit(c, (Op){.kind = OP_SAVE, .a = 0});
    alternation(c);
    if (more(c)) fail(c, "unexpected )");
    emit(c, (Op){.kind = OP_SAVE, .a = 1});
    emit(c, (Op){.kind = OP_MATCH});
    return !c->failed;
}

bool regex_compile(Str pattern, Arena *a, Regex **out, Error *err) {
    Compiler c = {.pattern = pattern, .arena = a, .err = err};
    if (!compile(&c)) return false;
    *out = arena_new(a, Regex);
    **out = (Regex){.ops = c.ops.items, .count = c.ops.count, .classes = c.classes.items, .groups = c.groups};
    regex_note_start(*out, a);
    return true;
}

bool regex_is_wrong(Str pattern, Arena *scratch) {
    Error ignored = {0};
    Compiler c = {.pattern = pattern, .arena = scratch, .err = &ignored};
    return !compile(&c) && !c.beyond;
}
