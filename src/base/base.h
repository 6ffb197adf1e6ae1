/* What every file of the program may use without asking: fixed-width integers, bool, `ensure`.
 *
 * Conventions of the whole program
 *   sizes and offsets  count bytes; `start`/`end` are half-open; offsets into a source are uint32_t
 *   line, column       are 1-based and for display only; columns count Unicode code points
 *   Arena *a           as a parameter: the result lives in `a`
 *   Buf *out           as a parameter: the function appends to it
 *   neither            the result borrows from the arguments
 *   NULL               is refused unless the comment says otherwise
 */
#ifndef BASE_BASE_H
#define BASE_BASE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define ARRAY_COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define MIN(a, b) ((a) < (b) ? (a) : (b))
#define MAX(a, b) ((a) > (b) ? (a) : (b))
#define UNUSED __attribute__((unused))
#define PRINTF(format_at, first_at) __attribute__((format(printf, format_at, first_at)))

/* Says that `condition` can't be false unless we made a mistake: kept in release builds, aborts with
 * the place and the reason. No input of any kind may reach it. */
#define ensure(condition, why)                                                                    \
    do {                                                                                           \
        if (__builtin_expect(!(condition), 0)) ensure_failed(__FILE__, __LINE__, #condition, why); \
    } while (0)

_Noreturn void ensure_failed(const char *file, int line, const char *condition, const char *why);
/* No memory is a state of the machine and no mistake: says so and ends with the status "not verified". */
_Noreturn void out_of_memory(void);

#endif
