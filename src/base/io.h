/* Files and folders, safely: regular files only, no link followed unless asked, sizes bounded. */
#ifndef BASE_IO_H
#define BASE_IO_H

#include "base/buf.h"
#include "base/error.h"

typedef enum ReadResult { READ_OK, READ_MISSING, READ_DENIED, READ_NOT_A_FILE, READ_TOO_LARGE, READ_FAILED } ReadResult;

/* Reads the file `path` below the directory `dir` (AT_FDCWD for the current one) into `a`, `padding` zero bytes behind it.
 * Never blocks on a FIFO; a symbolic link is refused as READ_NOT_A_FILE unless `follow`. */
ReadResult io_read(int dir, const char *path, bool follow, size_t limit, size_t padding, Arena *a, Str *out);
/* Reads an open regular file from its beginning; it stays open. */
ReadResult io_read_open(int fd, size_t limit, size_t padding, Arena *a, Str *out);
/* Opens the folder that holds `path` below `dir`; its last part, in `a`, in *name. No part of it is a link, none is ".."; -1 with errno. */
int io_open_below(int dir, Str path, Arena *a, Str *name);
/* The same for a path of several parts: no part of it is a link, and none is "..". */
ReadResult io_read_below(int dir, Str path, size_t limit, size_t padding, Arena *a, Str *out);
/* Where the open folder `dir` lies, in `a`; empty when nobody knows. */
Str io_folder_path(int dir, Arena *a);
/* Writes all of `bytes` to a descriptor. */
bool io_write(int fd, Str bytes);
/* Reads a descriptor to its end, up to `limit` bytes. */
ReadResult io_read_all(int fd, size_t limit, size_t padding, Arena *a, Str *out);

#endif
