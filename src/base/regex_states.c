/* The subset construction (Rabin and Scott, "Finite Automata and Their Decision Problems", 1959), lazily: a state is the set of instructions
 * that wait for a character, and the way from it by a byte is found when a text first goes there. Only ASCII goes by states; a text with
 * anything else, and one that would need more than STATES_MAX, is left to the machine of regex.c. */
#include "base/regex_program.h"

#include <string.h>

#define STATES_MAX 128
#define UNKNOWN UINT16_MAX /* a way nobody went yet */

typedef struct State {
    uint64_t *waiting;  /* bits: instructions that take a character, and $ */
    bool matched;       /* a match ends here */
    bool matches_at_end; /* or would, if the text did */
    uint16_t next[128]; /* by byte */
} State;

struct RegexStates {
    const Regex *regex;
    Arena *arena;
    VEC(State *) items; /* the first stands at the start of a text, the second anywhere else */
    uint32_t words;     /* of a set */
    uint64_t *set, *seen; /* of the state that is made */
    uint32_t *stack;
    bool matched;
};

static bool has_bit(const uint64_t *set, uint32_t i) { return set[i / 64] >> (i % 64) & 1; }
static void add_bit(uint64_t *set, uint32_t i) { set[i / 64] |= 1ull << (i % 64); }

/* Where one stands in a text. */
typedef struct Place {
    bool start, end;
} Place;

/* Adds what waits behind `op`; an instruction is on the stack once at most, as it is seen when the split before it is. */
static void follow(RegexStates *s, uint32_t from, Place place) {
    uint32_t depth = 0;
    s->stack[depth++] = from;
    while (depth) {
        uint32_t op = s->stack[--depth];
        while (!has_bit(s->seen, op)) {
            add_bit(s->seen, op);
            const Op *o = &s->regex->ops[op];
            bool holds = o->kind == OP_ASSERT && (o->a == ASSERT_TEXT_START ? place.start : place.end);
            if (o->kind == OP_ASSERT && o->a == ASSERT_TEXT_END) add_bit(s->set, op);
            if (o->kind == OP_SPLIT) s->stack[depth++] = o->b;
            if (o->kind == OP_SPLIT || o->kind == OP_JUMP) op = o->a;
            else if (o->kind == OP_SAVE || holds) op++;
            else {
                if (o->kind == OP_MATCH) s->matched = true;
                else if (o->kind != OP_ASSERT) add_bit(s->set, op);
                break;
            }
        }
    }
}

static void begin(RegexStates *s) {
    memset(s->set, 0, s->words * sizeof *s->set);
    memset(s->seen, 0, s->words * sizeof *s->seen);
    s->matched = false;
}

/* Whether the set would match if the text ended: what $ lets through is followed. */
static bool at_end(RegexStates *s, const uint64_t *waiting, bool start) {
    begin(s);
    for (uint32_t op = 0; op < s->regex->count; op++) {
        if (has_bit(waiting, op) && s->regex->ops[op].kind == OP_ASSERT) follow(s, op, (Place){start, true});
    }
    return s->matched;
}

/* The state of the set that was made; UNKNOWN when there is no room for one more. */
static uint16_t state_of_set(RegexStates *s, bool start) {
    for (uint32_t i = start ? s->items.count : 1; i < s->items.count; i++) {
        State *known = s->items.items[i];
        if (known->matched == s->matched && !memcmp(known->waiting, s->set, s->words * sizeof *s->set)) return (uint16_t)i;
    }
    if (s->items.count >= STATES_MAX) return UNKNOWN;
    State *state = arena_new(s->arena, State);
    state->waiting = arena_array(s->arena, uint64_t, s->words);
    memcpy(state->waiting, s->set, s->words * sizeof *s->set);
    memset(state->next, 0xff, sizeof state->next);
    state->matched = s->matched;
    state->matches_at_end = at_end(s, state->waiting, start);
    vec_push(s->arena, &s->items, state);
    return (uint16_t)(s->items.count - 1);
}

/* The state behind `byte`; a match may begin anew in each. */
static uint16_t advance(RegexStates *s, const State *from, uint8_t byte) {
    begin(s);
    for (uint32_t op = 0; op < s->regex->count; op++) {
        if (has_bit(from->waiting, op) && regex_takes(s->regex, &s->regex->ops[op], byte)) follow(s, op + 1, (Place){false, false});
    }
    follow(s, 0, (Place){false, false});
    return state_of_set(s, false);
}

RegexStates *regex_states(const Regex *regex, Arena *a) {
    for (uint32_t op = 0; op < regex->count; op++) {
        const Op *o = &regex->ops[op];
        if (o->kind == OP_ASSERT && o->a != ASSERT_TEXT_START && o->a != ASSERT_TEXT_END) return NULL;
    }
    RegexStates *s = arena_new(a, RegexStates);
    uint32_t words = (regex->count + 63) / 64;
    *s = (RegexStates){.regex = regex, .arena = a, .words = words, .set = arena_array(a, uint64_t, words), .seen = arena_array(a, uint64_t, words), .stack = arena_array(a, uint32_t, regex->count + 1)};
    for (int start = 1; start >= 0; start--) {
        begin(s);
        follow(s, 0, (Place){start, false});
        state_of_set(s, start);
    }
    return s;
}

bool regex_matches(RegexStates *s, Str text, Arena *scratch) {
    size_t from = regex_next_start(s->regex, text, 0);
    if (from == STR_NONE) return false;
    State *state = s->items.items[from > 0];
    for (size_t i = from; i < text.len && !state->matched; i++) {
        uint8_t byte = (uint8_t)text.at[i];
        uint16_t next = byte < 0x80 ? state->next[byte] : UNKNOWN;
        if (next == UNKNOWN && byte < 0x80) next = state->next[byte] = advance(s, state, byte);
        if (next == UNKNOWN) return regex_search(s->regex, text, scratch, NULL, 0);
        state = s->items.items[next];
    }
    return state->matched || state->matches_at_end;
}
