/* The Pike machine (R. Cox, "Regular Expression Matching: the Virtual Machine Approach"). Invariant: at each byte of the
 * text every instruction is visited at most once, so the time is instructions × bytes whatever the pattern.
 *
 * Text is matched by code points; a byte that is no UTF-8 counts as one code point, U+FFFD. */
#include "base/regex_program.h"

#include "base/utf8.h"

typedef struct Thread {
    uint32_t op;
    size_t *saved;
} Thread;

typedef struct Threads {
    Thread *items;   /* in order of preference */
    uint32_t count;
    uint32_t *seen;  /* step + 1 in which an instruction was added */
} Threads;

typedef struct Machine {
    const Regex *regex;
    Str text;
    size_t at;
    uint32_t step;
    uint32_t slots;
    size_t *pool;    /* capture slots of one thread of each list and instruction */
    Threads lists[2];
    struct { uint32_t op; uint32_t restore; size_t old; } *stack;
} Machine;

static bool is_word_at(Str text, size_t at) {
    if (at >= text.len) return false;
    char c = text.at[at];
    return (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z') || c == '_';
}

static bool holds(const Machine *m, uint32_t assertion) {
    size_t at = m->at;
    switch ((Assertion)assertion) {
        case ASSERT_TEXT_START: return at == 0;
        case ASSERT_TEXT_END: return at == m->text.len;
        case ASSERT_LINE_START: return at == 0 || m->text.at[at - 1] == '\n';
        case ASSERT_LINE_END: return at == m->text.len || m->text.at[at] == '\n';
        case ASSERT_WORD: return (at > 0 && is_word_at(m->text, at - 1)) != is_word_at(m->text, at);
        case ASSERT_NO_WORD: return (at > 0 && is_word_at(m->text, at - 1)) == is_word_at(m->text, at);
    }
    return false;
}

/* Follows jumps, splits, saves and assertions from `op` and adds the instructions that want a character. The stack
 * holds at most one entry an instruction and a restore each, so it is bounded by the program. */
static void add_thread(Machine *m, Threads *list, uint32_t start, size_t *saved) {
    uint32_t depth = 0;
    m->stack[depth++].op = start;
    m->stack[0].restore = UINT32_MAX;
    while (depth) {
        depth--;
        if (m->stack[depth].restore != UINT32_MAX) {
            saved[m->stack[depth].restore] = m->stack[depth].old;
            continue;
        }
        uint32_t op = m->stack[depth].op;
        while (list->seen[op] != m->step + 1) {
            list->seen[op] = m->step + 1;
            const Op *o = &m->regex->ops[op];
            if (o->kind == OP_JUMP) op = o->a;
            else if (o->kind == OP_SPLIT) {
                m->stack[depth].op = o->b;
                m->stack[depth++].restore = UINT32_MAX;
                op = o->a;
            } else if (o->kind == OP_SAVE) {
                if (o->a < m->slots) {
                    m->stack[depth].restore = o->a;
                    m->stack[depth++].old = saved[o->a];
                    saved[o->a] = m->at;
                }
                op++;
            } else if (o->kind == OP_ASSERT) {
                if (!holds(m, o->a)) break;
                op++;
            } else {
                size_t *kept = m->pool + ((list == &m->lists[1] ? m->regex->count : 0) + list->count) * m->slots;
                memcpy(kept, saved, m->slots * sizeof(size_t));
                list->items[list->count++] = (Thread){op, kept};
                break;
            }
        }
    }
}

static uint32_t fold_ascii(uint32_t code) { return code >= 'A' && code <= 'Z' ? code + 32 : code; }

static bool in_ranges(const Class *class, uint32_t code) {
    for (uint32_t i = 0; i < class->ranges.count; i++) {
        if (class->ranges.items[i].low <= code && code <= class->ranges.items[i].high) return true;
    }
    return false;
}

static bool in_class(const Class *class, uint32_t code) {
    bool hit = in_ranges(class, code);
    if (!hit && class->fold && ((code | 0x20) >= 'a' && (code | 0x20) <= 'z')) hit = in_ranges(class, code ^ 0x20);
    return hit != class->negated;
}

bool regex_takes(const Regex *regex, const Op *op, uint32_t code) {
    switch (op->kind) {
        case OP_CHAR: return op->a == code || (op->fold && fold_ascii(op->a) == fold_ascii(code));
        case OP_ANY: return true;
        case OP_ANY_LINE: return code != '\n';
        case OP_CLASS: return in_class(&regex->classes[op->a], code);
        default: return false;
    }
}

/* ---- where a match may begin ---- */

static void note_byte(const Regex *r, const Op *op, bool *bytes) {
    for (uint32_t byte = 0; byte < 256; byte++) {
        bool beyond = byte >= 0x80; /* part of some other character: which one is not told apart */
        bool hit = op->kind == OP_ANY || op->kind == OP_ANY_LINE;
        if (op->kind == OP_CHAR) hit = beyond ? op->a >= 0x80 : op->a == byte || (op->fold && fold_ascii(op->a) == fold_ascii(byte));
        if (op->kind == OP_CLASS) hit = beyond || in_class(&r->classes[op->a], byte);
        bytes[byte] = bytes[byte] || hit;
    }
}

/* The ways from one place in the program to all instructions that take a character, or to the end of a match. */
typedef struct Ways {
    uint32_t *stack;
    bool *seen;    /* may be filled before: those ways were walked */
    bool *takers;  /* out: instructions that take a character */
    bool at_start; /* out: some way asks for the start of the text */
    bool ends;     /* out: some way ends the match */
} Ways;

static void walk_ways(const Regex *r, uint32_t from, Ways *w) {
    uint32_t *stack = w->stack, depth = 0;
    bool *seen = w->seen;
    stack[depth++] = from;
    while (depth) {
        uint32_t op = stack[--depth];
        while (!seen[op]) { /* an instruction is on the stack once at most: it is seen when the split before it is */
            seen[op] = true;
            const Op *o = &r->ops[op];
            if (o->kind == OP_ASSERT && o->a == ASSERT_TEXT_START) {
                w->at_start = true;
                break;
            }
            if (o->kind == OP_SPLIT) stack[depth++] = o->b;
            if (o->kind == OP_SPLIT || o->kind == OP_JUMP) op = o->a;
            else if (o->kind == OP_SAVE || o->kind == OP_ASSERT) op++;
            else {
                *(o->kind == OP_MATCH ? &w->ends : &w->takers[op]) = true;
                break;
            }
        }
    }
}

static void note_prefix(Regex *r) {
    uint32_t op = 0;
    while (r->ops[op].kind == OP_SAVE) op++;
    for (; r->ops[op].kind == OP_CHAR && r->ops[op].a < 0x80 && r->prefix_len < REGEX_PREFIX_MAX; op++) {
        r->fold_prefix[r->prefix_len] = r->ops[op].fold;
        r->prefix[r->prefix_len++] = (uint8_t)(r->ops[op].fold ? fold_ascii(r->ops[op].a) : r->ops[op].a);
    }
}

static bool has_prefix(const Regex *r, Str rest) {
    if (rest.len < r->prefix_len) return false;
    for (uint32_t i = 0; i < r->prefix_len; i++) {
        uint8_t byte = (uint8_t)rest.at[i];
        if ((r->fold_prefix[i] ? fold_ascii(byte) : byte) != r->prefix[i]) return false;
    }
    return true;
}

void regex_note_start(Regex *r, Arena *scratch) {
    note_prefix(r);
    uint32_t *stack = arena_array(scratch, uint32_t, r->count + 1);
    Ways first = {stack, arena_zeros(scratch, bool, r->count), arena_zeros(scratch, bool, r->count), false, false};
    Ways second = {stack, arena_zeros(scratch, bool, r->count), arena_zeros(scratch, bool, r->count), false, false};
    walk_ways(r, 0, &first);
    r->at_start = first.at_start;
    r->empty = first.ends;
    for (uint32_t op = 0; op < r->count; op++) {
        if (!first.takers[op]) continue;
        note_byte(r, &r->ops[op], r->first);
        walk_ways(r, op + 1, &second);
    }
    for (uint32_t op = 0; op < r->count; op++) {
        if (second.takers[op]) note_byte(r, &r->ops[op], r->second);
    }
    r->single = second.ends || second.at_start;
    for (uint32_t byte = 0x80; byte < 256; byte++) r->second[byte] = true; /* maybe the second byte of the first character */
}

size_t regex_next_start(const Regex *r, Str text, size_t at) {
    if (r->empty || (at == 0 && r->at_start)) return at;
    for (; at < text.len; at++) {
        if (!r->first[(uint8_t)text.at[at]]) continue;
        if ((r->single || (at + 1 < text.len && r->second[(uint8_t)text.at[at + 1]])) && has_prefix(r, str_skip(text, at))) return at;
    }
    return STR_NONE;
}

/* ---- the machine ---- */

static void machine_init(Machine *m, const Regex *regex, Str text, Arena *scratch, uint32_t groups) {
    uint32_t count = regex->count;
    *m = (Machine){.regex = regex, .text = text, .slots = MAX(2 * MIN(groups, regex->groups), 2u)};
    m->pool = arena_array(scratch, size_t, 2 * (size_t)count * m->slots);
    m->stack = arena_alloc(scratch, (2 * (size_t)count + 2) * sizeof *m->stack);
    for (int i = 0; i < 2; i++) {
        m->lists[i].items = arena_array(scratch, Thread, count);
        m->lists[i].seen = arena_zeros(scratch, uint32_t, count);
    }
}

/* Feeds one code point (width 0: the end) to the threads of `now`; those that go on stand in `next`. True when one of
 * them is at its end: its slots are in `best`, and the threads behind it, which are worse, are dropped. */
static bool step(Machine *m, const Threads *now, Threads *next, uint32_t code, bool width, size_t *best) {
    size_t saved[2 * REGEX_GROUPS_MAX];
    m->step++; /* what is added from here on belongs to the next byte */
    bool matched = false;
    for (uint32_t i = 0; i < now->count && !matched; i++) {
        const Op *op = &m->regex->ops[now->items[i].op];
        matched = op->kind == OP_MATCH;
        if (matched) memcpy(best, now->items[i].saved, m->slots * sizeof(size_t));
        else if (width && regex_takes(m->regex, op, code)) {
            memcpy(saved, now->items[i].saved, m->slots * sizeof(size_t));
            add_thread(m, next, now->items[i].op + 1, saved);
        }
    }
    return matched;
}

bool regex_search(const Regex *regex, Str text, Arena *scratch, RegexMatch *groups, uint32_t count) {
    Machine m;
    size_t from = regex_next_start(regex, text, 0);
    if (from == STR_NONE) return false;
    machine_init(&m, regex, text, scratch, count);
    size_t saved[2 * REGEX_GROUPS_MAX], best[2 * REGEX_GROUPS_MAX];
    bool matched = false;
    Threads *now = &m.lists[0], *next = &m.lists[1];
    for (m.at = from;;) {
        if (!matched && !now->count && (m.at = regex_next_start(regex, text, m.at)) == STR_NONE) break;
        if (!matched) { /* a match that starts here is worse than all that started before */
            for (uint32_t i = 0; i < m.slots; i++) saved[i] = STR_NONE;
            add_thread(&m, now, 0, saved);
        }
        if (!now->count && matched) break;
        uint32_t code = 0;
        size_t at = m.at, width = at < text.len ? utf8_decode(str_skip(text, at), &code) : 0;
        m.at += width ? width : 1;
        matched |= step(&m, now, next, code, width > 0, best);
        if ((matched && !count) || !width) break;
        Threads *swap = now;
        now = next;
        next = swap;
        next->count = 0;
        if (matched && !now->count) break;
    }
    for (uint32_t i = 0; matched && i < count; i++) {
        bool has = 2 * i + 1 < m.slots;
        groups[i] = has ? (RegexMatch){best[2 * i], best[2 * i + 1]} : (RegexMatch){STR_NONE, STR_NONE};
    }
    return matched;
}
