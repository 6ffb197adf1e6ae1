/* Joins among Terraform blocks, as checks ask for them:
 *     refs(TYPE, it)        blocks of the type that expressions of `it` refer to
 *     referrers(TYPE, it)   blocks of the type that refer to `it`; open when a module that was not read does
 *     siblings(TYPE, it)    blocks of the type in the module of `it` */
#ifndef LINK_BLOCKS_H
#define LINK_BLOCKS_H

#include "cel/cel.h"

/* False when it is no such function, or its arguments are not known. */
bool blocks_answer(CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
