/* Writes files for a program that has given up writing: a small process of its own, started before the sandbox, waits at a pipe.
 * Each file is written beside its target, flushed and renamed over it, so that whenever the machine stops, the target is
 * either the old file or the new one. */
#ifndef BASE_WRITER_H
#define BASE_WRITER_H

#include "base/error.h"
#include "base/str.h"

typedef struct Writer Writer;

/* What the process that writes does when all files have taken their places: it, and what it holds, was made before the writer started.
 * `said` is what writer_say gave. On false, `err` says what went wrong; the files stay written. */
typedef struct WriterThen {
    bool (*run)(const struct WriterThen *then, int root, Str said, const Str *paths, uint32_t count, Error *err);
} WriterThen;

/* Where a file may go. Below `root` files that exist already, or new ones where nothing stands, through no link; `targets` are paths of the user's own choice. */
Writer *writer_start(const Str *targets, uint32_t target_count, int root, const WriterThen *then, Arena *a, Error *err);
/* Queues bytes for target `index` / for the file `path` below the root. False when the writer is gone. */
bool writer_target(Writer *w, uint32_t index, Str bytes);
bool writer_file(Writer *w, Str path, Str bytes);
/* Queues a new file below the root: folders on the way are made, none of them is a link. What exists by then is not overwritten: the writer fails. */
bool writer_create(Writer *w, Str path, bool executable, Str bytes);
/* A text for `then` that was not known yet when the writer started. */
bool writer_say(Writer *w, Str text);
/* Ends the writer, which renames everything it was given. False names the first file that could not be written; the others are. */
bool writer_finish(Writer *w, Error *err);
/* Ends it without writing anything. */
void writer_drop(Writer *w);

#endif
