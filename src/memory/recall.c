/* Which entries answer a question: by the words they share with it. A tag or a symptom says more than a sentence does. */
#include "memory/memory.h"

#include <stdlib.h>

#define WORDS_MAX 64
#define STEM_MIN 4   /* letters */
#define ENDING_MAX 3
#define SCRATCH 64 /* a first chunk that stays, so that marks have something to return to */

typedef struct Words {
    Str items[WORDS_MAX];
    uint32_t count;
} Words;

static bool in_word(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.' || (unsigned char)c >= 0x80; }

/* Words that say nothing about infrastructure, in both languages. */
static bool is_filler(Str word) {
    static const char *const fillers[] = {"in", "on", "of", "to", "is", "it", "be", "or", "at", "by", "as", "an", "no", "so", "do", "are", "was", "its", "has", "use", "using",
        "de", "en", "la", "el", "un", "se", "su", "al", "lo", "es", "si", "ya", "le", "ni", "hay", "usar", "the", "and", "for", "with", "not", "how", "why", "does", "when", "from", "that", "this", "una", "uno", "los", "las", "del", "con", "por", "para", "que", "como", "cuando", "esta", "este", "sin"};
    for (size_t i = 0; i < ARRAY_COUNT(fillers); i++) {
        if (str_is(word, fillers[i])) return true;
    }
    return word.len < 2;
}

/* In lower case and without accents: "CONEXIÓN", "conexión" and "conexion" are one word. Latin letters of two bytes only (U+00C0 to U+00FF), which
 * is what Spanish needs; the rest stays. */
static Str folded(Str text, Arena *a) {
    static const char base[] = "aaaaaaaceeeeiiiidnooooo ouuuuy saaaaaaaceeeeiiiidnooooo ouuuuy y";
    bool plain = true;
    for (size_t i = 0; i < text.len; i++) plain &= !(text.at[i] & 0x80);
    if (plain) return text;
    char *out = arena_alloc(a, text.len + 1);
    size_t len = 0;
    for (size_t i = 0; i < text.len; i++) {
        unsigned char next = i + 1 < text.len ? (unsigned char)text.at[i + 1] : 0;
        bool letter = (unsigned char)text.at[i] == 0xC3 && next >= 0x80 && next < 0xC0;
        out[len++] = letter ? base[next - 0x80] : text.at[i];
        i += letter;
    }
    return (Str){out, len};
}

static void read_words(Str question, Arena *a, Words *out) {
    out->count = 0;
    Str text = folded(str_lower(a, question), a);
    for (size_t i = 0; i < text.len && out->count < WORDS_MAX;) {
        size_t start = i;
        while (i < text.len && in_word(text.at[i])) i++;
        Str word = str_slice(text, start, i);
        while (word.len && word.at[word.len - 1] == '.') word.len--;
        if (!is_filler(word)) out->items[out->count++] = word;
        if (i == start) i++;
    }
}

static uint32_t score_text(Str text, Str word, uint32_t weight) { return text.len && str_find_nocase(text, word) != STR_NONE ? weight : 0; }

/* Weighs the texts of an entry; what it needs of `scratch` is given back. */
static uint32_t score(const MemoryEntry *e, const Words *words, Arena *scratch) {
    ArenaMark mark = arena_mark(scratch);
    const struct { Str text; uint32_t weight; } texts[] = {
        {folded(e->symptom, scratch), 4}, {folded(e->context, scratch), 3}, {folded(e->description, scratch), 3}, {folded(e->root_cause, scratch), 2},
        {folded(e->decision, scratch), 2}, {folded(e->solution, scratch), 1}, {folded(e->prevention, scratch), 1}};
    uint32_t sum = 0;
    for (uint32_t i = 0; i < words->count; i++) {
        Str word = words->items[i];
        for (uint32_t t = 0; t < e->tag_count; t++) sum += str_eq_nocase(e->tags[t], word) ? 5 : 0;
        for (size_t t = 0; t < ARRAY_COUNT(texts); t++) sum += score_text(texts[t].text, word, texts[t].weight);
        sum += str_eq_nocase(e->id, word) ? 100 : 0;
    }
    arena_reset(scratch, mark);
    return sum;
}

static bool is_first(const MemoryEntry *e) { return e->kind == MEMORY_DECISION && e->confidence >= CONFIDENCE_FIRST; }

static int best_first(const void *a, const void *b) {
    const MemoryHit *x = a, *y = b;
    if (is_first(x->entry) != is_first(y->entry)) return is_first(x->entry) ? -1 : 1;
    if (x->score != y->score) return x->score > y->score ? -1 : 1;
    if (x->entry->confidence > y->entry->confidence || x->entry->confidence < y->entry->confidence) return x->entry->confidence > y->entry->confidence ? -1 : 1;
    return x->entry->line < y->entry->line ? -1 : x->entry->line > y->entry->line;
}

static void consider(const MemoryEntryVec *entries, const Words *words, Arena *a, MemoryHitVec *out) {
    Arena scratch = {0};
    arena_alloc(&scratch, SCRATCH);
    for (uint32_t i = 0; i < entries->count; i++) {
        const MemoryEntry *e = &entries->items[i];
        bool trusted = e->kind == MEMORY_DECISION ? e->confidence >= CONFIDENCE_TRUST : e->resolved && e->solution.len;
        uint32_t sum = trusted ? score(e, words, &scratch) : 0;
        if (sum) vec_push(a, out, ((MemoryHit){e, sum}));
    }
    arena_free(&scratch);
}

/* The same word, or the one with an ending: secret, secrets, secreto; corre, correr. */
static bool is_same_word(Str a, Str b) {
    Str shorter = a.len < b.len ? a : b, longer = a.len < b.len ? b : a;
    return str_eq(a, b) || (shorter.len >= STEM_MIN && longer.len - shorter.len <= ENDING_MAX && str_starts(longer, shorter));
}

uint32_t memory_shared(Str a, Str b, uint32_t *words) {
    Arena scratch = {0};
    Words of_a, of_b;
    read_words(a, &scratch, &of_a);
    read_words(b, &scratch, &of_b);
    uint32_t shared = 0;
    for (uint32_t i = 0; i < of_a.count; i++) {
        bool there = false;
        for (uint32_t k = 0; k < of_b.count && !there; k++) there = is_same_word(of_a.items[i], of_b.items[k]);
        shared += there;
    }
    *words = of_a.count;
    arena_free(&scratch);
    return shared;
}

static Str scalar_at(const Memory *m, const Node *map, const char *key) {
    const Node *node = yaml_get(m->tree, map, key);
    return node && node->kind == YAML_SCALAR ? yaml_scalar(m->tree, node, (Arena *)&m->source.arena) : (Str){NULL, 0};
}

static bool is_under(Str path, Str folder) {
    while (folder.len && folder.at[folder.len - 1] == '/') folder.len--;
    return !folder.len || str_eq(path, folder) || (str_starts(path, folder) && path.len > folder.len && path.at[folder.len] == '/');
}

Str memory_accepts(const Memory *m, bool (*names)(const void *check, Str pattern), const void *check, Str path) {
    for (uint32_t i = 0; i < m->decisions.count; i++) {
        const MemoryEntry *e = &m->decisions.items[i];
        const Node *accepts = e->confidence >= CONFIDENCE_TRUST ? yaml_get(m->tree, &m->tree->nodes[e->node], "accepts") : NULL;
        if (!accepts || accepts->kind != YAML_SEQUENCE) continue;
        node_each(item, accepts) {
            Str pattern = scalar_at(m, item, "check");
            if (pattern.len && names(check, pattern) && is_under(path, scalar_at(m, item, "path"))) return e->id;
        }
    }
    return (Str){NULL, 0};
}

void memory_recall(const Memory *memory, Str question, Arena *a, MemoryHitVec *out) {
    Words words;
    read_words(question, a, &words);
    *out = (MemoryHitVec){0};
    consider(&memory->decisions, &words, a, out);
    consider(&memory->blockers, &words, a, out);
    if (out->count) qsort(out->items, out->count, sizeof *out->items, best_first);
}
