/* One walk over the pattern: runs of literals outside of groups and classes are kept, the longest wins. What the walk doesn't know
 * ends it without an answer, so that it never promises too much. */
#include "base/regex.h"

#include "base/vec.h"

#define LITERAL_MIN 3 /* bytes: shorter ones stand in most texts */

typedef struct Walk {
    Str pattern;
    size_t at;
    bool fold, lost;   /* lost: no text is sure */
    VEC(char) run;
    Str best;
    Arena *arena;
} Walk;

static void end_run(Walk *w) {
    if (w->run.count >= LITERAL_MIN && w->run.count > w->best.len) w->best = str_copy(w->arena, (Str){w->run.items, w->run.count});
    w->run.count = 0;
}

static char look(const Walk *w, size_t ahead) { return w->at + ahead < w->pattern.len ? w->pattern.at[w->at + ahead] : '\0'; }

/* Past the class at hand; `]` is a member when it stands first. */
static void skip_class(Walk *w) {
    w->at += look(w, 1) == '^' ? 2 : 1;
    if (look(w, 0) == ']') w->at++;
    while (w->at < w->pattern.len && look(w, 0) != ']') {
        if (look(w, 0) == '[' && look(w, 1) == ':') { /* [[:alpha:]] */
            while (w->at < w->pattern.len && !(look(w, 0) == ':' && look(w, 1) == ']')) w->at++;
            w->at++;
        }
        w->at += look(w, 0) == '\\' ? 2 : 1;
    }
    w->at++;
}

static void skip_group(Walk *w) {
    uint32_t depth = 0;
    while (w->at < w->pattern.len) {
        char c = look(w, 0);
        if (c == '[') {
            skip_class(w);
            continue;
        }
        w->lost = w->lost || (c == '\\' && look(w, 1) == 'Q');
        w->at += c == '\\' ? 2 : 1;
        if (c == '(') depth++;
        if (c == ')' && --depth == 0) return;
    }
}

/* x* and x? need no x; x+ and x{2} have one, and what follows it is another run. */
static void quantifier(Walk *w) {
    char c = look(w, 0);
    if (c != '*' && c != '?' && c != '+' && c != '{') return;
    if (c != '+' && w->run.count) w->run.count--;
    end_run(w);
    if (c == '{') {
        while (w->at < w->pattern.len && look(w, 0) != '}') w->at++;
    }
    w->at++;
    if (look(w, 0) == '?') w->at++;
}

static bool is_alnum(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

/* K and S have a third form each beyond ASCII when case is folded. */
static void literal(Walk *w, char c) {
    bool other = (uint8_t)c >= 0x80 || (w->fold && (c == 'k' || c == 'K' || c == 's' || c == 'S'));
    if (other) end_run(w);
    else vec_push(w->arena, &w->run, c);
}

static void step(Walk *w) {
    char c = look(w, 0), next = look(w, 1);
    if (c == '|' || c == ')') w->lost = true;
    else if (c == '(') {
        end_run(w);
        if (next == '?' && look(w, 2) != ':' && look(w, 2) != 'P' && look(w, 2) != '<') w->lost = true; /* flags for what follows */
        skip_group(w);
        return;
    } else if (c == '[' && next != '^' && next != '\\' && next != ']' && look(w, 2) == ']') {
        literal(w, next);
        w->at += 2;
    } else if (c == '[') {
        end_run(w);
        skip_class(w);
        return;
    } else if (c == '\\' && is_alnum(next)) {
        end_run(w);
        w->lost = w->lost || !memchr("bBdDsSwWAznrt", next, 13);
        w->at++;
    } else if (c == '\\') {
        literal(w, next);
        w->at++;
    } else if (c == '^' || c == '$' || c == '.') end_run(w);
    else literal(w, c);
    w->at++;
}

Str regex_literal(Str pattern, Arena *a, bool *fold) {
    Walk w = {.pattern = pattern, .arena = a};
    *fold = w.fold = str_starts(pattern, STR("(?i)"));
    if (w.fold) w.at = 4;
    while (w.at < pattern.len && !w.lost) {
        step(&w);
        quantifier(&w);
    }
    end_run(&w);
    return w.lost ? (Str){NULL, 0} : w.best;
}
