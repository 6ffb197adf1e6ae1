/* Invariant: a source's secrets are sorted and don't overlap; their texts are sorted, too, each of them once. */
#include "model/redact.h"

#include "model/shape.h"

#include <stdlib.h>
#include <string.h>

#define QUOTED_MIN 4 /* bytes: a shorter credential in a message is more likely a word of ours */

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
    redact_sort(source, a);
}

void redact_add(Source *source, Span secret, Arena *a) {
    if (secret.start < secret.end) vec_push(a, &source->secrets, secret);
}

static int by_text(const void *left, const void *right) { return str_compare(*(const Str *)left, *(const Str *)right); }

static void sort_texts(Source *source, Arena *a) {
    uint32_t count = 0, kept = 0;
    Str *texts = arena_array(a, Str, source->secrets.count);
    vec_each(Span, span, &source->secrets) {
        if (span->end - span->start >= QUOTED_MIN) texts[count++] = source_slice(source, *span);
    }
    if (count) qsort(texts, count, sizeof *texts, by_text);
    for (uint32_t i = 0; i < count; i++) {
        if (!kept || !str_eq(texts[kept - 1], texts[i])) texts[kept++] = texts[i];
    }
    memset(source->secret_bytes, 0, sizeof source->secret_bytes);
    for (uint32_t i = 0; i < kept; i++) source->secret_bytes[(uint8_t)texts[i].at[0] / 64] |= UINT64_C(1) << ((uint8_t)texts[i].at[0] % 64);
    source->secret_texts = texts;
    source->secret_text_count = kept;
}

void redact_sort(Source *source, Arena *a) {
    SpanVec *spans = &source->secrets;
    if (spans->count == source->secrets_sorted) return;
    qsort(spans->items, spans->count, sizeof *spans->items, by_start);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < spans->count; i++) {
        Span *last = &spans->items[kept - 1], next = spans->items[i];
        if (next.start < last->end) last->end = MAX(last->end, next.end);
        else spans->items[kept++] = next;
    }
    spans->count = source->secrets_sorted = kept;
    sort_texts(source, a);
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

static size_t common(Str a, Str b) {
    size_t n = 0;
    while (n < a.len && n < b.len && a.at[n] == b.at[n]) n++;
    return n;
}

/* The longest credential that `text` begins with; empty when there is none. The last one that does not come after the text either is it, or
 * shares no more with it than it itself may have in common. */
static Str credential_at(const Source *source, Str text) {
    while (text.len >= QUOTED_MIN) {
        uint32_t low = 0, high = source->secret_text_count;
        while (low < high) {
            uint32_t middle = low + (high - low) / 2;
            if (str_compare(source->secret_texts[middle], text) <= 0) low = middle + 1;
            else high = middle;
        }
        if (!low) break;
        Str last = source->secret_texts[low - 1];
        size_t shared = common(last, text);
        if (shared == last.len) return last;
        text.len = shared;
    }
    return (Str){NULL, 0};
}

Str redact_text(const Source *source, Str text, Arena *a) {
    Buf out = {0};
    size_t shown = 0;
    for (size_t i = 0; source->secret_text_count && i + QUOTED_MIN <= text.len; i++) {
        if (!(source->secret_bytes[(uint8_t)text.at[i] / 64] >> ((uint8_t)text.at[i] % 64) & 1)) continue;
        Str secret = credential_at(source, str_skip(text, i));
        if (!secret.len || (is_word(secret) && is_within(text, i, secret.len))) continue;
        buf_add(&out, str_slice(text, shown, i));
        buf_add(&out, REDACTED);
        shown = i + secret.len;
        i = shown - 1;
    }
    if (!shown) return text;
    buf_add(&out, str_skip(text, shown));
    Str result = str_copy(a, buf_str(&out));
    buf_free(&out);
    return result;
}
