/* What can be judged of prose without reading it; the rest is for the eyes. */
#ifndef CHECK_PROSE_H
#define CHECK_PROSE_H

#include "model/finding.h"

/* The first thing that is wrong with the prose of a check in either language, as a sentence; NULL: nothing. */
const char *prose_fault(const Check *check);

#endif
