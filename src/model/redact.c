/* Invariant: a source's secrets are sorted and don't overlap. */
#include "model/redact.h"

#include "model/shape.h"

#include <stdlib.h>

#define QUOTED_MIN 4  /* bytes: a shorter credential in a message is more likely a word of ours */
#define QUOTED_MAX 64 /* credentials of one file that are looked for in messages: time stays linear in the file */

static int by_start(const void *left, const void *right) {
    const Span *x = left, *y = right;
    return x->start < y->start ? -1 : x->start > y->start;
}

void redact_note(Source *source, const ObjectVec *subjects, Arena *a) {
    SpanVec *spans = &source->secrets;
    for (uint32_t i = 0; i < subjects->count; i++) {
        const Object *o = subjects->items[i];
        if (o->shape->id != SHAPE_SECRET) continue;
        Value value = o->fields[SECRET_VALUE];
        if (value_is_null(value) || value.source != source || value.span.start >= value.span.end) continue;
        vec_push(a, spans, value.span);
    }
    redact_sort(source);
}

void redact_add(Source *source, Span secret, Arena *a) {
    if (secret.start < secret.end) vec_push(a, &source->secrets, secret);
}

void redact_sort(Source *source) {
    SpanVec *spans = &source->secrets;
    if (spans->count < 2) return;
    qsort(spans->items, spans->count, sizeof *spans->items, by_start);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < spans->count; i++) {
        Span *last = &spans->items[kept - 1], next = spans->items[i];
        if (next.start < last->end) last->end = MAX(last->end, next.end);
        else spans->items[kept++] = next;
    }
    spans->count = kept;
}

/* The first credential that ends behind `offset`. */
static uint32_t first_behind(const SpanVec *spans, uint32_t offset) {
    uint32_t low = 0, high = spans->count;
    while (low < high) {
        uint32_t middle = low + (high - low) / 2;
        if (spans->items[middle].end <= offset) low = middle + 1;
        else high = middle;
    }
    return low;
}

void redact_bytes(const Source *source, uint32_t start, uint32_t end, Buf *out) {
    const SpanVec *spans = &source->secrets;
    for (uint32_t i = first_behind(spans, start); i < spans->count && spans->items[i].start < end; i++) {
        if (spans->items[i].start > start) buf_add(out, str_slice(source->bytes, start, spans->items[i].start));
        buf_add(out, REDACTED);
        start = MIN(spans->items[i].end, end);
    }
    if (start < end) buf_add(out, str_slice(source->bytes, start, end));
}

/* A credential that is a mere word ("test", "temporal") also stands in names and in prose. */
static bool is_word(Str secret) {
    for (size_t i = 0; i < secret.len; i++) {
        if (secret.at[i] < 'a' || secret.at[i] > 'z') return false;
    }
    return true;
}

static bool joins(char c) { return c == '-' || c == '_' || (c >= '0' && c <= '9') || ((c | 0x20) >= 'a' && (c | 0x20) <= 'z'); }

/* Part of a longer word: of `latest`, of `temporal-ui`. */
static bool is_within(Str text, size_t at, size_t len) { return (at > 0 && joins(text.at[at - 1])) || (at + len < text.len && joins(text.at[at + len])); }

static Str without(Str text, Str secret, Arena *a) {
    Buf out = {0};
    bool word = is_word(secret);
    for (size_t from = 0, at; (at = str_find(str_skip(text, from), secret)) != STR_NONE;) {
        at += from;
        from = at + secret.len;
        if (word && is_within(text, at, secret.len)) continue;
        buf_add(&out, str_slice(text, 0, at));
        buf_add(&out, REDACTED);
        text = str_skip(text, from);
        from = 0;
    }
    buf_add(&out, text);
    Str result = str_copy(a, buf_str(&out));
    buf_free(&out);
    return result;
}

Str redact_text(const Source *source, Str text, Arena *a) {
    for (uint32_t i = 0; i < MIN(source->secrets.count, (uint32_t)QUOTED_MAX); i++) {
        Str secret = source_slice(source, source->secrets.items[i]);
        if (secret.len >= QUOTED_MIN && str_has(text, secret)) text = without(text, secret, a);
    }
    return text;
}
