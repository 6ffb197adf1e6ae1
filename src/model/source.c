/* The line map is built once, on the first question, and so is that of columns; a line ends at LF (a CR before it belongs to the end). */
#include "model/source.h"

#include <stdlib.h>

static const Str ids[] = {
#define PROBLEM(NAME, id) STR_INIT(id),
#define LOSS(NAME, id, en, es) PROBLEM(NAME, id)
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
};

static const Prose reasons[] = {
#define PROBLEM(NAME, id) {{{NULL, 0}}},
#define LOSS(NAME, id, en, es) PROSE_INIT(en, es),
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
};

static const bool losses[] = {
#define PROBLEM(NAME, id) false,
#define LOSS(NAME, id, en, es) true,
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
};

Str problem_id(ProblemCode code) {
    ensure(code < PROBLEM_COUNT, "a code of the table");
    return ids[code];
}

Prose problem_reason(ProblemCode code) { return reasons[code]; }

bool problem_is_loss(ProblemCode code) { return losses[code]; }

bool source_has_loss(const Source *source) {
    for (uint32_t i = 0; i < source->problems.count; i++) {
        if (problem_is_loss(source->problems.items[i].code)) return true;
    }
    return false;
}

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

#define MAP_FROM 2048 /* bytes below which lines are counted: most files are so small that a map would cost more than they do */

/* The line that `offset` lies in, from 0, and where it starts. */
static uint32_t count_lines(const Source *source, uint32_t offset, uint32_t *start) {
    const char *bytes = source->bytes.at;
    uint32_t index = 0;
    *start = 0;
    for (const char *hit; *start < offset && (hit = memchr(bytes + *start, '\n', offset - *start)); index++) *start = (uint32_t)(hit - bytes) + 1;
    return index;
}

static uint32_t line_index(Source *source, uint32_t offset, uint32_t *start) {
    if (source->bytes.len < MAP_FROM) return count_lines(source, offset, start);
    if (!source->lines) build_lines(source);
    uint32_t low = 0, high = source->line_count;
    while (high - low > 1) {
        uint32_t middle = low + (high - low) / 2;
        if (source->lines[middle] <= offset) low = middle;
        else high = middle;
    }
    *start = source->lines[low];
    return low;
}

/* The bytes that start a code point. */
static uint32_t count_points(const Source *source, uint32_t start, uint32_t end) {
    uint32_t count = 0;
    for (uint32_t i = start; i < end; i++) count += ((uint8_t)source->bytes.at[i] & 0xC0) != 0x80;
    return count;
}

#define POINTS_STEP 4096u /* bytes: a longer line (JSON on a single one) is not counted again for each place in it */

static void build_points(Source *source) {
    uint32_t steps = (uint32_t)(source->bytes.len / POINTS_STEP) + 1, count = 0;
    source->points = arena_zero(&source->arena, steps * sizeof *source->points);
    for (uint32_t i = 0; i < steps; i++) {
        source->points[i] = count;
        if (i + 1 < steps) count += count_points(source, i * POINTS_STEP, (i + 1) * POINTS_STEP);
    }
}

static uint32_t points_before(const Source *source, uint32_t offset) {
    uint32_t step = offset / POINTS_STEP;
    return source->points[step] + count_points(source, step * POINTS_STEP, offset);
}

Place source_place(Source *source, uint32_t offset) {
    offset = MIN(offset, (uint32_t)source->bytes.len);
    uint32_t start, index = line_index(source, offset, &start);
    if (offset - start < POINTS_STEP) return (Place){index + 1, count_points(source, start, offset) + 1};
    if (!source->points) build_points(source);
    return (Place){index + 1, points_before(source, offset) - points_before(source, start) + 1};
}

uint32_t source_lines(Source *source) {
    if (!source->lines) build_lines(source);
    return source->line_count;
}

static Str without_return(Str line) { return str_ends(line, STR("\r")) ? str_slice(line, 0, line.len - 1) : line; }

static Str small_line(Str rest, uint32_t line) {
    if (!line) return (Str){NULL, 0};
    for (; line > 1; line--) {
        size_t end = str_find_byte(rest, '\n');
        if (end == STR_NONE) return (Str){NULL, 0};
        rest = str_skip(rest, end + 1);
    }
    size_t end = str_find_byte(rest, '\n');
    return without_return(str_slice(rest, 0, end == STR_NONE ? rest.len : end));
}

Str source_line(Source *source, uint32_t line) {
    if (!source->lines && source->bytes.len < MAP_FROM) return small_line(source->bytes, line);
    if (!source->lines) build_lines(source);
    if (line == 0 || line > source->line_count) return (Str){NULL, 0};
    uint32_t start = source->lines[line - 1];
    uint32_t end = line < source->line_count ? source->lines[line] - 1 : (uint32_t)source->bytes.len;
    return without_return((Str){source->bytes.at + start, end - start});
}
