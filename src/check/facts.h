/* Facts that checks ask for by name. */
#ifndef CHECK_FACTS_H
#define CHECK_FACTS_H

#include "cel/cel.h"

/* Answers `today` and `fact`; false when `function` is another one. A hole among the arguments is the answer.
 */
bool facts_answer(CelScope *scope, Str function, const Value *arguments, uint32_t count, Value *out);

#endif
