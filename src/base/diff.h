/* Lines that differ (E. Myers, "An O(ND) difference algorithm", 1986). */
#ifndef BASE_DIFF_H
#define BASE_DIFF_H

#include "base/buf.h"

#define DIFF_EDITS_MAX 1000 /* beyond that many edited lines all that lies between is one change: time and memory stay bounded */

/* 0-based lines [old_from, +old_count) became [new_from, +new_count). */
typedef struct DiffChange {
    uint32_t old_from, old_count, new_from, new_count;
} DiffChange;

/* In order, apart by at least one equal line; in `a`. Unless `exact`, ends of lines make no difference. */
uint32_t diff_lines(Str old_text, Str new_text, bool exact, Arena *a, DiffChange **out);
/* The unified form, three lines around each change; nothing when there is none. */
void diff_unified(Str old_text, Str new_text, Str old_name, Str new_name, Buf *out);

#endif
