/* The line map is built once, on the first question; a line ends at LF (a CR before it belongs to the end). */
#include "model/source.h"

#include <stdlib.h>

static const Str ids[] = {
#define PROBLEM(NAME, id) STR_INIT(id),
#define LOSS PROBLEM
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
};

static const bool losses[] = {
#define PROBLEM(NAME, id) false,
#define LOSS(NAME, id) true,
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
};

Str problem_id(ProblemCode code) {
    ensure(code < PROBLEM_COUNT, "a code of the table");
    return ids[code];
}

bool problem_is_loss(ProblemCode code) { return losses[code]; }

void source_init(Source *source, Str path, Str bytes) {
    *source = (Source){.path = path};
    ensure(bytes.len <= SOURCE_MAX, "larger input is refused before");
    char *copy = arena_zero(&source->arena, bytes.len + SOURCE_PADDING);
    if (bytes.len) memcpy(copy, bytes.at, bytes.len);
    source->bytes = (Str){copy, bytes.len};
}

void source_free(Source *source) {
    arena_free(&source->arena);
    *source = (Source){0};
}

void source_problem(Source *source, ProblemCode code, Span span, Str detail) {
    source_problem_hint(source, code, span, detail, (Str){NULL, 0});
}

void source_problem_hint(Source *source, ProblemCode code, Span span, Str detail, Str hint) {
    if (source->problems.count >= SOURCE_PROBLEMS_MAX) {
        source->truncated = true;
        return;
    }
    vec_push(&source->arena, &source->problems, (Problem){code, span, detail, {0, 0}, hint});
}

static void build_lines(Source *source) {
    VEC(uint32_t) starts = {0};
    vec_push(&source->arena, &starts, 0);
    const char *at = source->bytes.at, *end = at + source->bytes.len;
    while (at < end) {
        const char *hit = memchr(at, '\n', (size_t)(end - at));
        if (!hit) break;
        at = hit + 1;
        vec_push(&source->arena, &starts, (uint32_t)(at - source->bytes.at));
    }
    source->lines = starts.items;
    source->line_count = starts.count;
}

static uint32_t line_index(Source *source, uint32_t offset) {
    if (!source->lines) build_lines(source);
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset) low = middle;
        else high = middle;
    }
    return low;
}

Place source_place(Source *source, uint32_t offset) {
    offset = MIN(offset, (uint32_t)source->bytes.len);
    uint32_t index = line_index(source, offset), column = 1;
    for (uint32_t i = source->lines[index]; i < offset; i++) {
        column += ((uint8_t)source->bytes.at[i] & 0xC0) != 0x80; /* count the bytes that start a code point */
    }
    return (Place){index + 1, column};
}

Str source_line(Source *source, uint32_t line) {
    if (!source->lines) build_lines(source);
    if (line == 0 || line > source->line_count) return (Str){NULL, 0};
    uint32_t start = source->lines[line - 1];
    uint32_t end = line < source->line_count ? source->lines[line] - 1 : (uint32_t)source->bytes.len;
    if (end > start && source->bytes.at[end - 1] == '\r') end--;
    return (Str){source->bytes.at + start, end - start};
}
