/* Threads take batches from a counter: whoever is free takes the next. A thread that can't be started is only missed. */
#include "base/parallel.h"

#include <malloc.h>
#include <pthread.h>
#include <stdatomic.h>
#include <unistd.h>

typedef struct Work {
    atomic_uint next, started;
    uint32_t count, batch;
    void (*work)(void *data, uint32_t index, uint32_t thread);
    void *data;
} Work;

static void *worker(void *data) {
    Work *w = data;
    uint32_t thread = atomic_fetch_add(&w->started, 1);
    for (;;) {
        uint32_t from = atomic_fetch_add(&w->next, w->batch);
        if (from >= w->count) return NULL;
        for (uint32_t i = from; i < w->count && i < from + w->batch; i++) w->work(w->data, i, thread);
    }
}

void parallel_each(uint32_t count, uint32_t batch, uint32_t threads, void (*work)(void *data, uint32_t index, uint32_t thread), void *data) {
    long cores = sysconf(_SC_NPROCESSORS_ONLN);
    if (!threads) threads = cores > 0 ? (uint32_t)cores : 1;
    threads = MIN(threads, (uint32_t)THREADS_MAX);
    Work w = {.count = count, .batch = MAX(batch, 1u), .work = work, .data = data};
    pthread_t others[THREADS_MAX];
    uint32_t started = 0;
    if (threads > 1) mallopt(M_ARENA_MAX, (int)MIN(threads, 8u)); /* a heap each, or they wait for one another; no more, or each keeps what it let go */
    while (started + 1 < threads && pthread_create(&others[started], NULL, worker, &w) == 0) started++;
    worker(&w);
    for (uint32_t i = 0; i < started; i++) pthread_join(others[i], NULL);
}
