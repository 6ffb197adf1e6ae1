/* Text: bytes to parse that know where in a source they came from.
 *
 * A parser takes a Text, so a shell line in RUN, an expression in a workflow or JSON in a heredoc
 * parses like a file of its own, and its spans still lead to bytes of the file. Offsets in a Text
 * count from 0; text_span turns them into a span of the source. Where one decoded byte came from
 * several (an escape), the segment table maps it to the start of those. */
#ifndef MODEL_TEXT_H
#define MODEL_TEXT_H

#include "model/source.h"

/* From text offset `at` on (up to the next segment), text byte `at + i` is source byte `from + i`. */
typedef struct TextSegment {
    uint32_t at;
    uint32_t from;
} TextSegment;

typedef struct Text {
    Source *source;
    Str bytes;                   /* at least one readable byte follows; a whole file has SOURCE_PADDING zeros */
    const TextSegment *segments; /* sorted by `at`, the first at 0 */
    uint32_t segment_count;      /* at least 1 */
} Text;

/* All of a source / a slice of it. */
Text text_of_source(Source *source);
Text text_of_span(Source *source, Span span);
/* A part of a text, without a copy of its bytes; the segments of the part are made in the source's arena. */
Text text_slice(const Text *text, uint32_t start, uint32_t end);
/* Where the text's [start, end) stands in its source. An empty range gives an empty span. */
static inline Span text_span(const Text *text, uint32_t start, uint32_t end);
Span text_span_of_pieces(const Text *text, uint32_t start, uint32_t end); /* the same for any number of segments */

/* Builds a text out of pieces of one source; everything lives in the source's arena.
 *     TextBuilder b = text_builder(source);
 *     text_builder_piece(&b, span);              bytes as they stand
 *     text_builder_byte(&b, '\n', at);           a byte that stands for what begins at `at`
 *     Text t = text_builder_done(&b);                                                       */
typedef struct TextBuilder {
    Source *source;
    VEC(char) bytes;
    VEC(TextSegment) segments;
} TextBuilder;
TextBuilder text_builder(Source *source);
void text_builder_piece(TextBuilder *b, Span span);
void text_builder_byte(TextBuilder *b, char byte, uint32_t from);
/* The next piece starts here even when it is empty: for the origin of an empty text. */
Text text_builder_done(TextBuilder *b);

/* Asked most: of a text in one piece that lies in its source. */
static inline Span text_span(const Text *text, uint32_t start, uint32_t end) {
    uint32_t from = text->segments->from;
    if (text->segment_count > 1 || end < start || end > text->bytes.len || from + text->bytes.len > text->source->bytes.len) return text_span_of_pieces(text, start, end);
    return (Span){from + start, from + end};
}

#endif
