/* Source: one file of the repository under review, with all that is derived from it alone. */
#ifndef MODEL_SOURCE_H
#define MODEL_SOURCE_H

#include "base/str.h"
#include "base/vec.h"
#include "model/language.h"

#define SOURCE_MAX UINT32_C(0x7fffffff) /* bytes; offsets are uint32_t and sums of two must fit */
#define SOURCE_PADDING 64               /* zero bytes after the end: lexers load 16 at once, NUL ends a scan */

/* Half-open range of bytes of a source. */
typedef struct Span {
    uint32_t start, end;
} Span;

static inline Span span_of(uint32_t start, uint32_t end) { return (Span){start, end}; }
static inline Span span_join(Span a, Span b) { return (Span){MIN(a.start, b.start), MAX(a.end, b.end)}; }
static inline bool span_holds(Span outer, Span inner) { return outer.start <= inner.start && inner.end <= outer.end; }

/* What can be wrong with a file itself (grammar, limits, schema); names and help are in problems.def. */
typedef enum ProblemCode {
#define PROBLEM(NAME, id) PROBLEM_##NAME,
#define LOSS(NAME, id, en, es) PROBLEM(NAME, id)
#include "model/problems.def"
#undef PROBLEM
#undef LOSS
    PROBLEM_COUNT
} ProblemCode;

/* The id of a code as checks name it: "yaml/duplicate-key". */
Str problem_id(ProblemCode code);
/* What stands there was not read: the coverage counts it. */
bool problem_is_loss(ProblemCode code);
Prose problem_reason(ProblemCode code); /* what was not read, in words; empty when it is no loss */

typedef struct Problem {
    ProblemCode code;
    Span span;   /* where, in the source */
    Str detail;  /* the offending name or value, or empty; lives as long as the source */
    Span other;  /* a second place (the first of two duplicates), or {0, 0} */
    Str hint;    /* what is meant, expected or allowed there, or empty; lives as long as the source */
} Problem;

typedef VEC(Problem) ProblemVec;
typedef VEC(Span) SpanVec;

#define SOURCE_PROBLEMS_MAX 1000 /* a binary file taken for text must not fill the memory with complaints */

typedef struct Source {
    Str path;             /* relative to the root, '/' between parts, as bytes from the file system */
    Str system;           /* what it was recognised as: "dockerfile"; empty for files of our own */
    Str bytes;            /* the content; SOURCE_PADDING zero bytes follow it */
    Arena arena;          /* everything derived from this file alone */
    ProblemVec problems;  /* in the order found */
    uint32_t *lines;      /* offset of each line's first byte; built on demand, see source_lines */
    uint32_t line_count;
    uint32_t *points;     /* code points in front of every so many bytes; built on the first question about a long line */
    SpanVec secrets;      /* credentials in it, see model/redact.h */
    uint32_t secrets_sorted; /* how many there were when they were put in order */
    const Str *secret_texts; /* what stands in those that a message may quote, sorted */
    uint32_t secret_text_count;
    uint64_t secret_bytes[4]; /* bits: bytes that one of them begins with */
    bool truncated;       /* problems stopped being recorded */
    bool brief;           /* read for what other files need of it, and again later: what is wrong with it may be left out */
} Source;

/* A source over a copy of `bytes` in its own arena (tests, standard input). */
void source_init(Source *source, Str path, Str bytes);
void source_free(Source *source);
/* Records a problem, unless there are SOURCE_PROBLEMS_MAX already. `detail` must live as long as the source. */
void source_problem(Source *source, ProblemCode code, Span span, Str detail);
/* The same, with what would be right. */
void source_problem_hint(Source *source, ProblemCode code, Span span, Str detail, Str hint);

/* A place for people: 1-based line, 1-based column in code points (an invalid byte counts as one). */
typedef struct Place {
    uint32_t line, column;
} Place;
Place source_place(Source *source, uint32_t offset);
/* The bytes of 1-based `line` without its line end; empty when there is no such line. */
uint32_t source_lines(Source *source); /* how many there are */
Str source_line(Source *source, uint32_t line);
static inline Str source_slice(const Source *source, Span span) { return str_slice(source->bytes, span.start, span.end); }
/* Whether a fault of grammar cost something of it. */
bool source_has_loss(const Source *source);

#endif
