/* Segments are few (one a continuation line), so look-up is a binary search over a short array. */
#include "model/text.h"

static Text one_segment(Source *source, Str bytes, uint32_t from) {
    TextSegment *segment = arena_new(&source->arena, TextSegment);
    *segment = (TextSegment){0, from};
    return (Text){source, bytes, segment, 1};
}

Text text_of_source(Source *source) {
    return one_segment(source, source->bytes, 0);
}

Text text_of_span(Source *source, Span span) {
    return one_segment(source, source_slice(source, span), span.start);
}

/* Index of the segment that holds text offset `at`. */
static uint32_t segment_at(const Text *text, uint32_t at) {
    if (text->segment_count < 2) return 0; /* a whole file, which is asked most */
    uint32_t low = 0, high = text->segment_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (text->segments[middle].at <= at) low = middle;
        else high = middle;
    }
    return low;
}

static uint32_t source_offset(const Text *text, uint32_t at) {
    const TextSegment *segment = &text->segments[segment_at(text, at)];
    return segment->from + (at - segment->at);
}

Text text_slice(const Text *text, uint32_t start, uint32_t end) {
    uint32_t first = segment_at(text, start), last = segment_at(text, end > start ? end - 1 : start);
    TextSegment *segments = arena_array(&text->source->arena, TextSegment, last - first + 1);
    for (uint32_t i = first; i <= last; i++) {
        segments[i - first] = (TextSegment){text->segments[i].at - start, text->segments[i].from};
    }
    segments[0] = (TextSegment){0, source_offset(text, start)};
    return (Text){text->source, str_slice(text->bytes, start, end), segments, last - first + 1};
}

Span text_span_of_pieces(const Text *text, uint32_t start, uint32_t end) {
    uint32_t from = source_offset(text, start);
    uint32_t to = end > start ? source_offset(text, end - 1) + 1 : from;
    uint32_t limit = (uint32_t)text->source->bytes.len;
    return (Span){MIN(from, limit), MIN(MAX(from, to), limit)};
}

TextBuilder text_builder(Source *source) {
    return (TextBuilder){.source = source};
}

static void add_segment(TextBuilder *b, uint32_t from) {
    if (b->segments.count) {
        TextSegment *last = &b->segments.items[b->segments.count - 1];
        if (last->from + (b->bytes.count - last->at) == from) return; /* goes on where the last one ended */
    }
    vec_push(&b->source->arena, &b->segments, (TextSegment){b->bytes.count, from});
}

void text_builder_piece(TextBuilder *b, Span span) {
    Str bytes = source_slice(b->source, span);
    add_segment(b, span.start);
    vec_reserve(&b->source->arena, &b->bytes, (uint32_t)bytes.len);
    if (bytes.len) memcpy(b->bytes.items + b->bytes.count, bytes.at, bytes.len);
    b->bytes.count += (uint32_t)bytes.len;
}

void text_builder_byte(TextBuilder *b, char byte, uint32_t from) {
    add_segment(b, from);
    vec_push(&b->source->arena, &b->bytes, byte);
}

Text text_builder_done(TextBuilder *b) {
    if (!b->segments.count) add_segment(b, 0);
    vec_push(&b->source->arena, &b->bytes, '\0');
    Str bytes = {b->bytes.items, b->bytes.count - 1};
    return (Text){b->source, bytes, b->segments.items, b->segments.count};
}
