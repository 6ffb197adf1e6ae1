/* Purposes: what a step of a pipeline is for, as bits of a set and as the list of names that checks see. */
#ifndef MODEL_PURPOSE_H
#define MODEL_PURPOSE_H

#include "model/value.h"

#define PURPOSE_COUNT 13
#define PURPOSE_OPEN (1 << 30) /* beside the bits: something unread may add to them */

/* "test" → 0 …; -1: no purpose. */
int purpose_find(Str name);
Str purpose_name(uint32_t purpose);
/* The names in `list` as bits, and back; `at` is what the list points at. */
uint32_t purpose_bits(Value list, Arena *a);
Value purpose_list(uint32_t bits, bool open, const Object *at, Arena *a);

#endif
