/* A report shows what to write. Where a check has no fix, its examples know it: the good one that differs least from a bad one is that one, mended.
 *
 * Invariant: what is shown holds the words that the solution quotes, is short, stands in one file of the kind that was reviewed, and changes little: else it would be another
 * program, and not this one put right. */
#include "check/corrected.h"

#include "check/catalogue.h"
#include "check/load.h"
#include "model/source.h"

#define LINES_MAX 12   /* of an example: more is not read */
#define ADDED_MAX 3    /* lines that the bad one doesn't have, */
#define ADDED_NESTED 5 /* where blocks take a line each */
#define LINES_BEFORE 2 /* shown of those above a new one */
#define LOST_MAX 3     /* lines of the bad one that went */

/* What kind of file it is, by what people call it: an index into the marks, the count of them for all others. */
static size_t kind_of_path(Str path) {
    static const char *const marks[] = {".tf", "Dockerfile", ".dockerignore", ".github/workflows/", "dependabot", "action.y", ".gitlab-ci", "Jenkinsfile", "compose", "kustomization", "pre-commit", ".yaml", ".yml"};
    size_t i = 0;
    while (i < ARRAY_COUNT(marks) && !str_has(path, str_of(marks[i]))) i++;
    return i + 1 == ARRAY_COUNT(marks) ? i - 1 : i;
}

static bool has_line(Str text, Str wanted) {
    for (Str line; str_next(&text, '\n', &line);) {
        if (str_eq(str_trim(line), wanted)) return true;
    }
    return false;
}

/* The lines of `text` that say something; how many of them `other` lacks. */
static uint32_t lines_of_text(Str text, Str other, uint32_t *lacking) {
    uint32_t count = 0;
    *lacking = 0;
    for (Str line; str_next(&text, '\n', &line);) {
        line = str_trim(line);
        if (!line.len || str_is(line, "}")) continue;
        count++;
        *lacking += !has_line(other, line);
    }
    return count;
}

/* What is only known when it runs teaches nothing. */
static bool is_open(Str text) { return str_has(text, STR("${")) || str_has(text, STR("{{")); }

/* How far `good` is from `bad`; 0: too far, or the same. */
static uint32_t distance(Str bad, Str good, uint32_t most) {
    uint32_t added, lost, lines = lines_of_text(good, bad, &added);
    lines_of_text(bad, good, &lost);
    bool shares = added < lines || lines <= 2;
    if (lines > LINES_MAX || added > most || lost > LOST_MAX || !shares || (is_open(good) && !is_open(bad))) return 0;
    return added + lost;
}

/* ---- whether it is what the solution says ---- */

#define WORD_MIN 3 /* letters of a word that tells something */

static bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-'; }

static Str next_word(Str *code) {
    size_t start = 0, end;
    while (start < code->len && !is_letter(code->at[start])) start++;
    for (end = start; end < code->len && is_letter(code->at[end]);) end++;
    Str word = str_slice(*code, start, end);
    *code = str_skip(*code, end);
    return word;
}

/* What the solution says, without what it fills in. */
static Str solution_of(const Check *check, Arena *a) {
    const Template *solve = &check->solve[LANGUAGE_EN];
    Str said = {"", 0};
    for (uint32_t i = 0; i < solve->part_count; i++) said = solve->parts[i].program ? str_format(a, "%.*s ", STR_ARGS(said)) : str_join(a, said, solve->parts[i].literal);
    return said;
}

/* All words of the code that the solution quotes stand in `good`, one of them at least in a line that is new. What is to be left out
 * or named right is no matter of words. */
static bool is_what_to_write(const Check *check, Str good, Str bad, Arena *a) {
    Str said = solution_of(check, a), piece, news = {"", 0}, rest = good, line;
    if (str_has(said, STR(" out")) || str_starts(said, STR("Remove")) || str_starts(said, STR("Correct")) || str_starts(said, STR("Declare"))) return false;
    while (str_next(&rest, '\n', &line)) news = has_line(bad, str_trim(line)) ? news : str_format(a, "%.*s\n%.*s", STR_ARGS(news), STR_ARGS(line));
    bool code = false, all = true, any = false;
    for (; all && str_next(&said, '`', &piece); code = !code) {
        for (Str word; code && all && piece.len;) {
            word = next_word(&piece);
            if (word.len < WORD_MIN) continue;
            all = str_has(good, word);
            any = any || str_has(news, word);
        }
    }
    return all && any;
}

/* ---- what is shown of it ---- */

/* YAML keeps its meaning when it is cut between lines; braces don't. */
static bool is_of_indents(Str path) { return str_has(path, STR(".yaml")) || str_has(path, STR(".yml")); }

static uint32_t blanks_of(Str line) {
    uint32_t count = 0;
    while (count < line.len && line.at[count] == ' ') count++;
    return count;
}

/* The lines that are new, with BEFORE of those above them and one below, moved to the left. */
static Str around(Str good, Str bad, Arena *a) {
    Str lines[LINES_MAX * 2];
    uint32_t count = 0, first = UINT32_MAX, last = 0, indent = UINT32_MAX;
    for (Str line; count < ARRAY_COUNT(lines) && str_next(&good, '\n', &line);) {
        bool new = str_trim(line).len && !has_line(bad, str_trim(line));
        if (new) first = MIN(first, count), last = count;
        lines[count++] = line;
    }
    if (first == UINT32_MAX) first = 0, last = count; /* something only went: all that is left shows it */
    first = first > LINES_BEFORE ? first - LINES_BEFORE : 0;
    last = MIN(last + 2, count);
    for (uint32_t i = first; i < last; i++) indent = str_trim(lines[i]).len ? MIN(indent, blanks_of(lines[i])) : indent;
    Buf out = {0};
    for (uint32_t i = first; i < last; i++) buf_print(&out, "%.*s\n", STR_ARGS(str_skip(lines[i], MIN(indent, blanks_of(lines[i])))));
    Str text = str_copy(a, buf_str(&out));
    buf_free(&out);
    return text;
}

/* Without the blocks in which nothing is new: they end with a brace at the start of a line. */
static Str blocks_with_news(Str good, Str bad, Arena *a) {
    Str text = {NULL, 0}, all = good, rest = good, line;
    for (const char *start = good.at; str_next(&rest, '\n', &line);) {
        if (!str_starts(line, STR("}")) && rest.len) continue;
        Str block = {start, (size_t)(line.at + line.len - start)};
        uint32_t new;
        lines_of_text(block, bad, &new);
        if (new) text = str_format(a, "%.*s%.*s\n", STR_ARGS(text), STR_ARGS(block));
        start = rest.at;
    }
    return text.len ? text : str_copy(a, all);
}

Str check_corrected(const Check *check, Str path, Arena *a) {
    Arena scratch = {0};
    ExampleVec all = {0};
    check_examples(check, &scratch, &all);
    Str best = {NULL, 0}, wrong = {NULL, 0};
    uint32_t least = UINT32_MAX;
    vec_each(Example, bad, &all) {
        if (!bad->bad || bad->files.count != 1 || kind_of_path(bad->files.items[0].path) != kind_of_path(path)) continue;
        vec_each(Example, good, &all) {
            if (good->bad || good->files.count != 1 || !str_eq(good->files.items[0].path, bad->files.items[0].path)) continue;
            uint32_t far = distance(bad->files.items[0].bytes, good->files.items[0].bytes, str_has(path, STR(".tf")) ? ADDED_NESTED : ADDED_MAX);
            if (!far || far >= least || !is_what_to_write(check, good->files.items[0].bytes, bad->files.items[0].bytes, a)) continue;
            least = far;
            best = good->files.items[0].bytes;
            wrong = bad->files.items[0].bytes;
        }
    }
    best = is_of_indents(path) ? around(best, wrong, a) : blocks_with_news(best, wrong, a);
    arena_free(&scratch);
    return best;
}
