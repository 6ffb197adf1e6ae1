/* Systems told by facts/file-signs.tsv: by the name of a file, and where that is not enough by what stands in it. */
#ifndef DISCOVER_SIGNS_H
#define DISCOVER_SIGNS_H

#include "base/str.h"

/* What rows say of `path` by its name alone: the id of a system, or empty; then *sniff tells whether its content may say more. */
Str signs_of_name(Str path, bool *sniff);
/* The same with the first bytes of the file. */
Str signs_of_content(Str path, Str head);

#endif
