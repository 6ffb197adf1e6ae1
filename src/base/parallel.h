/* The same work for many things, on many threads. */
#ifndef BASE_PARALLEL_H
#define BASE_PARALLEL_H

#include "base/base.h"

#define THREADS_MAX 64

/* Calls work(data, index) once for each index below `count`, in no order, `batch` in a row on one thread, which is told by its
 * number below THREADS_MAX. `threads` 0: as many as
 * there are cores; with 1 nothing is started. Returns when all are done. */
void parallel_each(uint32_t count, uint32_t batch, uint32_t threads, void (*work)(void *data, uint32_t index, uint32_t thread), void *data);

#endif
