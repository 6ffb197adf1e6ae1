/* One writer at a time: the folder is locked while the file is read, changed and replaced. The new content is written beside it,
 * flushed, and takes its name in one step, so that whoever reads sees the old file or the new one. */
#include "base/io.h"
#include "memory/memory.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

/* Makes the folders of `path` and opens the last one. */
static int open_folder(Str path, Arena *a, Str *name, Error *err) {
    size_t slash = str_find_last(path, '/');
    *name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    Str folder = slash == STR_NONE ? STR(".") : str_slice(path, 0, MAX(slash, 1));
    for (size_t i = 1; i <= folder.len; i++) {
        if (i < folder.len && folder.at[i] != '/') continue;
        Str part = str_copy(a, str_slice(folder, 0, i));
        if (mkdir(part.at, 0755) != 0 && errno != EEXIST) return error_set(err, "can't make the folder '%.*s': %s", STR_ARGS(part), strerror(errno)), -1;
    }
    int fd = open(str_copy(a, folder).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0) error_set(err, "can't open the folder '%.*s': %s", STR_ARGS(folder), strerror(errno));
    return fd;
}

static bool replace(int folder, Str name, Str bytes, Arena *a, Error *err) {
    struct stat st = {0};
    mode_t mode = fstatat(folder, name.at, &st, AT_SYMLINK_NOFOLLOW) == 0 ? st.st_mode & 0777 : 0644;
    Str fresh = str_format(a, ".%.*s.new", STR_ARGS(name));
    unlinkat(folder, fresh.at, 0); /* what a writer that was killed left */
    int fd = openat(folder, fresh.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    if (fd < 0) return error_set(err, "can't write beside '%.*s': %s", STR_ARGS(name), strerror(errno));
    bool ok = fchmod(fd, mode) == 0 && io_write(fd, bytes) && fsync(fd) == 0;
    ok = close(fd) == 0 && ok;
    ok = ok && renameat(folder, fresh.at, folder, name.at) == 0;
    if (!ok) {
        error_set(err, "can't write '%.*s': %s; it is as it was", STR_ARGS(name), strerror(errno));
        unlinkat(folder, fresh.at, 0);
    }
    return ok;
}

/* The folder is closed, and the lock with it. */
static bool update_in(int folder, Str path, Str name, bool make, MemoryChange change, void *data, Arena *a, Error *err) {
    Str before = {"", 0}, after;
    bool ok = flock(folder, LOCK_EX) == 0 || error_set(err, "can't lock the folder of '%.*s': %s", STR_ARGS(path), strerror(errno));
    ReadResult read = ok ? io_read(folder, name.at, false, MEMORY_BYTES_MAX, SOURCE_PADDING, a, &before) : READ_FAILED;
    bool missing = read == READ_MISSING;
    if (ok && read != READ_OK && !missing) ok = error_set(err, "'%.*s' can't be read: it must be a plain file of at most 32 MB", STR_ARGS(path));
    if (ok && (!missing || make)) ok = change(data, missing ? (Str){NULL, 0} : before, a, &after, err) && replace(folder, name, after, a, err);
    close(folder);
    return ok;
}

bool memory_update(Str path, MemoryChange change, void *data, Error *err) {
    Arena a = {0};
    Str name;
    int folder = open_folder(path, &a, &name, err);
    bool ok = folder >= 0 && update_in(folder, path, str_copy(&a, name), true, change, data, &a, err);
    arena_free(&a);
    return ok;
}

bool memory_update_below(int root, Str path, MemoryChange change, void *data, Error *err) {
    Arena a = {0};
    Str name;
    int folder = io_open_below(root, path, &a, &name);
    bool ok = folder < 0 || update_in(folder, path, name, false, change, data, &a, err);
    arena_free(&a);
    return ok;
}
