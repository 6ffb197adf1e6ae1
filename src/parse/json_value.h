/* JSON (RFC 8259) inside another grammar's template, straight to values. */
#ifndef PARSE_JSON_VALUE_H
#define PARSE_JSON_VALUE_H

#include "model/value.h"

/* The first byte at or after `at` that is no blank between tokens. */
static inline uint32_t json_skip_blanks(Str s, uint32_t at) {
    while (at < s.len && (s.at[at] == ' ' || s.at[at] == '\t' || s.at[at] == '\n' || s.at[at] == '\r')) at++;
    return at;
}

#define JSON_HOLE '\x01' /* stands in the text for a value of `parts`, in order */

/* The value of all of `text`, or false when it is not JSON. A string with a JSON_HOLE in it is a hole with what is known of it;
 * one that stands alone is that value. */
bool json_value(const Text *text, const Value *parts, uint32_t part_count, Arena *a, Value *out);

#endif
