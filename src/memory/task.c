/* A task that changed files is counted once they are written.
 * Invariant: this runs in the process that writes, after the files have taken their places; a memory that is not there is not made, a damaged one stays as it is. */
#include "memory/memory.h"
#include "values/time.h"

typedef struct Task {
    WriterThen then; /* first: what the writer is given is this */
    Str path, now;
    const Str *files;
    uint32_t file_count;
} Task;

static bool count_task(void *data, Str bytes, Arena *a, Str *out, Error *err) {
    const Task *task = data;
    Memory m;
    memory_parse(task->path, bytes, &m);
    bool ok = !m.damaged && memory_task(&m, task->now, task->files, task->file_count, a, out, err); /* who reads it has told the damage */
    memory_free(&m);
    return ok;
}

/* The files are written, and the lock of the memory can be taken. */
static bool run(const WriterThen *then, int root, Str said, const Str *paths, uint32_t count, Error *err) {
    Task task = *(const Task *)(const void *)then;
    if (said.len) task.path = said;
    task.files = paths;
    task.file_count = count;
    err->message[0] = '\0';
    return !task.path.len || memory_update_below(root, task.path, count_task, &task, err) || !err->message[0];
}

const WriterThen *memory_then(Str path, int64_t now, Arena *a) {
    Task *task = arena_new(a, Task);
    Buf text = {0};
    time_print((Moment){now, 0}, &text);
    *task = (Task){.then = {run}, .path = path, .now = str_copy(a, str_slice(buf_str(&text), 0, strlen("2026-01-09T12:00:00")))};
    buf_free(&text);
    return &task->then;
}
