/* The system calls of a look inside cost more than the look: each file is opened once, on the thread that is free, and one that turns out
 * to be ours is read whole while it is open. */
#include "discover/sniff.h"

#include "base/io.h"
#include "discover/recognise.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define BATCH 16        /* files a thread takes at once */
#define THREADS_FROM 48 /* files below which threads cost more than they bring */

/* The bytes of a file whose `head` was read; NULL when there are more than we take, or they can't be read: whoever reads it later tells. */
static Str whole(int fd, Str head, Arena *a) {
    Str bytes = {NULL, 0};
    if (head.len == SNIFF_BYTES) return io_read_open(fd, FILE_MAX, SOURCE_PADDING, a, &bytes) == READ_OK ? bytes : (Str){NULL, 0};
    char *copy = arena_zero(a, head.len + SOURCE_PADDING);
    if (head.len) memcpy(copy, head.at, head.len);
    return (Str){copy, head.len};
}

static void sniff(void *data, uint32_t index, uint32_t thread) {
    Project *project = data;
    FoundFile *file = &project->files.items[index];
    if (file->system != SYSTEM_NONE) return;
    char bytes[SNIFF_BYTES];
    ssize_t got = -1;
    int fd = openat(project->root, file->path.at, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW | O_NOCTTY);
    do got = fd < 0 ? -1 : read(fd, bytes, sizeof bytes);
    while (got < 0 && fd >= 0 && errno == EINTR);
    Str head = {bytes, got > 0 ? (size_t)got : 0};
    file->unread = got < 0;
    if (!file->unread) file->system = recognise_content(file->path, head);
    file->kind = recognise_kind(file->path, head, file->system);
    if (file->system != SYSTEM_NONE && !file->aside) file->bytes = whole(fd, head, &project->read[thread]);
    if (fd >= 0) close(fd);
}

void sniff_files(Project *project, uint32_t threads) {
    uint32_t open = 0, kept = 0;
    for (uint32_t i = 0; i < project->files.count; i++) open += project->files.items[i].system == SYSTEM_NONE;
    if (open) parallel_each(project->files.count, BATCH, open < THREADS_FROM ? 1 : threads, sniff, project);
    for (uint32_t i = 0; i < project->files.count; i++) {
        FoundFile *file = &project->files.items[i];
        bool gap = file->unread && !file->aside;
        if (gap) vec_push(&project->arena, &project->coverage.skipped, ((Gap){file->path, 0, PROSE("it can't be read, so nobody knows what it is", "no se puede leer, así que no se sabe qué es")}));
        if (file->system == SYSTEM_NONE) continue;
        project->files.items[kept++] = *file;
    }
    project->files.count = kept;
}
