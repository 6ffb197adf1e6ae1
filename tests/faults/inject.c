/* Stands before libc (LD_PRELOAD) and lets one call of a class fail: the FAULT_AT-th of all processes together. Invariant: every other call
 * is libc's own, and whatever fails did nothing.
 *
 *   FAULT_CLASS   memory, open, read, write or process
 *   FAULT_AT      which call, from 1; 0: none, they are only counted
 *   FAULT_COUNT   a file of 8 bytes that the number of calls is left in: it is mapped, so that a sandbox doesn't matter
 */
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

extern void *__libc_malloc(size_t size);
extern void *__libc_calloc(size_t count, size_t size);
extern void *__libc_realloc(void *old, size_t size);

enum { MEMORY, OPEN, READ, WRITE, PROCESS, CLASSES };
static const char *const names[CLASSES] = {"memory", "open", "read", "write", "process"};

static int chosen = -1;
static long long fault_at;
static _Atomic long long *calls;

/* Before it has run, nothing fails: libc and the loader are not ours to test. */
__attribute__((constructor)) static void start(void) {
    const char *class = getenv("FAULT_CLASS"), *at = getenv("FAULT_AT"), *file = getenv("FAULT_COUNT");
    if (!class || !at || !file) return;
    int (*open_file)(const char *, int, ...) = (int (*)(const char *, int, ...))dlsym(RTLD_NEXT, "open64");
    int fd = open_file(file, O_RDWR | O_CLOEXEC);
    void *page = fd < 0 ? MAP_FAILED : mmap(NULL, sizeof *calls, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    if (page == MAP_FAILED) _exit(99);
    fault_at = atoll(at);
    calls = page;
    for (int i = 0; i < CLASSES; i++) {
        if (strcmp(class, names[i]) == 0) chosen = i;
    }
    if (chosen < 0) _exit(99);
}

static int fails(int class, int code) {
    if (class != chosen || atomic_fetch_add(calls, 1) + 1 != fault_at) return 0;
    errno = code;
    return 1;
}

/* libc's function of that name, looked up once each. */
static void *look_up(_Atomic(void *) *slot, const char *name) {
    void *found = atomic_load(slot);
    if (!found) atomic_store(slot, found = dlsym(RTLD_NEXT, name));
    return found;
}

#define NEXT(name) \
    static _Atomic(void *) slot; \
    __typeof__(&name) real = (__typeof__(&name))look_up(&slot, #name)

/* ---- memory ---- */

void *malloc(size_t size) { return fails(MEMORY, ENOMEM) ? NULL : __libc_malloc(size); }
void *calloc(size_t count, size_t size) { return fails(MEMORY, ENOMEM) ? NULL : __libc_calloc(count, size); }
void *realloc(void *old, size_t size) { return fails(MEMORY, ENOMEM) ? NULL : __libc_realloc(old, size); }

/* ---- opening: by the names that a program with 64-bit offsets calls ---- */

#define MODE(flags) \
    mode_t mode = 0; \
    if ((flags) & O_CREAT) { \
        va_list list; \
        va_start(list, flags); \
        mode = va_arg(list, mode_t); \
        va_end(list); \
    }

int open64(const char *path, int flags, ...) {
    MODE(flags)
    NEXT(open64);
    return fails(OPEN, EMFILE) ? -1 : real(path, flags, mode);
}

int openat64(int dir, const char *path, int flags, ...) {
    MODE(flags)
    NEXT(openat64);
    return fails(OPEN, EMFILE) ? -1 : real(dir, path, flags, mode);
}

int dup(int fd) {
    NEXT(dup);
    return fails(OPEN, EMFILE) ? -1 : real(fd);
}

DIR *fdopendir(int fd) {
    NEXT(fdopendir);
    return fails(OPEN, ENOMEM) ? NULL : real(fd);
}

/* ---- reading ---- */

ssize_t read(int fd, void *into, size_t count) {
    NEXT(read);
    return fails(READ, EIO) ? -1 : real(fd, into, count);
}

ssize_t getdents64(int dir, void *into, size_t size) {
    NEXT(getdents64);
    return fails(READ, EIO) ? -1 : real(dir, into, size);
}

struct dirent64 *readdir64(DIR *dir) {
    NEXT(readdir64);
    return fails(READ, EIO) ? NULL : real(dir);
}

int fstat64(int fd, struct stat64 *st) {
    NEXT(fstat64);
    return fails(READ, EIO) ? -1 : real(fd, st);
}

int stat64(const char *path, struct stat64 *st) {
    NEXT(stat64);
    return fails(READ, EIO) ? -1 : real(path, st);
}

int fstatat64(int dir, const char *path, struct stat64 *st, int flags) {
    NEXT(fstatat64);
    return fails(READ, EIO) ? -1 : real(dir, path, st, flags);
}

char *realpath(const char *path, char *into) {
    NEXT(realpath);
    return fails(READ, EIO) ? NULL : real(path, into);
}

/* ---- writing ---- */

ssize_t write(int fd, const void *from, size_t count) {
    NEXT(write);
    return fails(WRITE, ENOSPC) ? -1 : real(fd, from, count);
}

int fsync(int fd) {
    NEXT(fsync);
    return fails(WRITE, EIO) ? -1 : real(fd);
}

int fchmod(int fd, mode_t mode) {
    NEXT(fchmod);
    return fails(WRITE, EPERM) ? -1 : real(fd, mode);
}

int renameat(int from, const char *old, int to, const char *new) {
    NEXT(renameat);
    return fails(WRITE, ENOSPC) ? -1 : real(from, old, to, new);
}

int mkdir(const char *path, mode_t mode) {
    NEXT(mkdir);
    return fails(WRITE, ENOSPC) ? -1 : real(path, mode);
}

/* ---- processes, threads, pipes ---- */

pid_t fork(void) {
    NEXT(fork);
    return fails(PROCESS, EAGAIN) ? -1 : real();
}

int pipe2(int ends[2], int flags) {
    NEXT(pipe2);
    return fails(PROCESS, EMFILE) ? -1 : real(ends, flags);
}

int memfd_create(const char *name, unsigned flags) {
    NEXT(memfd_create);
    return fails(PROCESS, EMFILE) ? -1 : real(name, flags);
}

int pthread_create(pthread_t *thread, const pthread_attr_t *attributes, void *(*routine)(void *), void *data) {
    NEXT(pthread_create);
    return fails(PROCESS, EAGAIN) ? EAGAIN : real(thread, attributes, routine, data);
}
