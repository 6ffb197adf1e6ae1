/* Looks into the files whose names leave open what they are. */
#ifndef DISCOVER_SNIFF_H
#define DISCOVER_SNIFF_H

#include "model/project.h"

/* Files of SYSTEM_NONE get the system that their first SNIFF_BYTES tell, and their bytes when they are ours to review; the others leave the
 * list. One that can't be read is a gap. The order of the rest stays. `threads` as in parallel_each. */
void sniff_files(Project *project, uint32_t threads);

#endif
