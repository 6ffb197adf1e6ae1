/* JSON (RFC 8259) inside another grammar's template, straight to values. */
#ifndef PARSE_JSON_VALUE_H
#define PARSE_JSON_VALUE_H

#include "model/value.h"

#define JSON_HOLE '\x01' /* stands in the text for a value of `parts`, in order */

/* The value of all of `text`, or false when it is not JSON. A string with a JSON_HOLE in it is a hole with what is known of it;
 * one that stands alone is that value. */
bool json_value(const Text *text, const Value *parts, uint32_t part_count, Arena *a, Value *out);

#endif
