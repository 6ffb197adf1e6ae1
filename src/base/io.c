#include "base/io.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static ReadResult of_errno(void) {
    if (errno == ENOENT || errno == ENOTDIR) return READ_MISSING;
    if (errno == EACCES || errno == EPERM) return READ_DENIED;
    return errno == ELOOP || errno == EISDIR || errno == ENXIO ? READ_NOT_A_FILE : READ_FAILED;
}

ReadResult io_read_all(int fd, size_t limit, size_t padding, Arena *a, Str *out) {
    Buf buf = {0};
    char chunk[64 << 10];
    for (;;) {
        ssize_t got = read(fd, chunk, sizeof chunk);
        if (got < 0 && errno == EINTR) continue;
        if (got < 0 || buf.len + (size_t)got > limit) {
            buf_free(&buf);
            return got < 0 ? of_errno() : READ_TOO_LARGE;
        }
        if (got == 0) break;
        buf_add(&buf, (Str){chunk, (size_t)got});
    }
    char *bytes = arena_alloc(a, buf.len + padding);
    if (buf.len) memcpy(bytes, buf.at, buf.len);
    memset(bytes + buf.len, 0, padding);
    *out = (Str){bytes, buf.len};
    buf_free(&buf);
    return READ_OK;
}

ReadResult io_read_open(int fd, size_t limit, size_t padding, Arena *a, Str *out) {
    struct stat st = {0};
    if (fstat(fd, &st) != 0 || lseek(fd, 0, SEEK_SET) < 0) return of_errno();
    if (!S_ISREG(st.st_mode)) return READ_NOT_A_FILE;
    if ((uint64_t)st.st_size > limit) return READ_TOO_LARGE;
    size_t size = (size_t)st.st_size, got = 0;
    char *bytes = arena_alloc(a, size + padding);
    while (got < size) {
        ssize_t n = read(fd, bytes + got, size - got);
        if (n < 0 && errno == EINTR) continue;
        if (n < 0) return of_errno();
        if (n == 0) break; /* it shrank meanwhile */
        got += (size_t)n;
    }
    memset(bytes + got, 0, size + padding - got);
    *out = (Str){bytes, got};
    return READ_OK;
}

ReadResult io_read(int dir, const char *path, bool follow, size_t limit, size_t padding, Arena *a, Str *out) {
    int fd = openat(dir, path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (follow ? 0 : O_NOFOLLOW));
    if (fd < 0) return of_errno();
    ReadResult result = io_read_open(fd, limit, padding, a, out);
    close(fd);
    return result;
}

int io_open_below(int dir, Str path, Arena *a, Str *name) {
    int at = dup(dir);
    Str part = str_base_name(path), rest = path; /* for when there is no way in at all */
    while (at >= 0 && str_cut(rest, '/', &part, &rest)) {
        Str folder = str_copy(a, part);
        int next = str_is(part, "..") ? -1 : openat(at, folder.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW), reason = errno;
        close(at);
        errno = reason;
        at = next;
    }
    *name = str_copy(a, part);
    return at;
}

ReadResult io_read_below(int dir, Str path, size_t limit, size_t padding, Arena *a, Str *out) {
    Str name;
    int at = io_open_below(dir, path, a, &name);
    if (at < 0) return of_errno();
    ReadResult result = io_read(at, name.at, false, limit, padding, a, out);
    close(at);
    return result;
}

Str io_folder_path(int dir, Arena *a) {
    Str link = str_format(a, "/proc/self/fd/%d", dir);
    char *real = dir >= 0 ? realpath(link.at, NULL) : NULL;
    Str path = real ? str_copy(a, str_of(real)) : STR("");
    free(real);
    return path;
}

bool io_write(int fd, Str bytes) {
    while (bytes.len) {
        ssize_t n = write(fd, bytes.at, bytes.len);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        bytes = str_skip(bytes, (size_t)n);
    }
    return true;
}
