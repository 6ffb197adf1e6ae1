/* Messages are {kind, length of name, length of bytes} and the two. Temporary files are written as they come, and renamed only when
 * the last message says so; without it (the program died) they are removed. */
#include "base/writer.h"

#include "base/io.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { MESSAGE_TARGET = 1, MESSAGE_FILE, MESSAGE_NEW, MESSAGE_NEW_PROGRAM, MESSAGE_SAY, MESSAGE_COMMIT };

typedef struct Message {
    uint32_t kind, name;
    uint64_t bytes;
} Message;

struct Writer {
    int to, from; /* pipes: messages, and one Error back */
    pid_t process;
    bool broken; /* a message did not get through: nothing after it would be understood */
};

typedef struct Pending {
    int dir;
    Str temporary, name;
    Str path; /* as it was given */
    bool fresh; /* nothing may stand there */
} Pending;

/* A folder that was made for a new file, and goes again if nothing comes of it. */
typedef struct Made {
    int dir; /* that holds it */
    Str name;
} Made;

typedef struct Helper {
    const Str *targets;
    uint32_t target_count;
    int root;
    Arena arena;
    VEC(Pending) pending;
    VEC(Made) made;
    Error err;
    bool failed;
    const WriterThen *then; /* or NULL */
    Str said;
} Helper;

/* ---- in the process that writes ---- */

static bool read_exact(int fd, void *into, size_t count) {
    char *at = into;
    while (count) {
        ssize_t n = read(fd, at, count);
        if (n < 0 && errno == EINTR) continue;
        if (n <= 0) return false;
        at += n;
        count -= (size_t)n;
    }
    return true;
}

/* Makes the folders on the way to a new file that are not there. */
static void make_folders(Helper *h, Str path) {
    for (size_t i = 1; i < path.len; i++) {
        Str name;
        int dir = path.at[i] == '/' ? io_open_below(h->root, str_slice(path, 0, i), &h->arena, &name) : -1;
        if (dir < 0) continue;
        if (mkdirat(dir, name.at, 0777) == 0) vec_push(&h->arena, &h->made, ((Made){dir, name}));
        else close(dir);
    }
}

/* The folder of `path`, its last part in *name. */
static int open_folder(Arena *a, Str path, Str *name) {
    size_t slash = str_find_last(path, '/');
    *name = str_copy(a, slash == STR_NONE ? path : str_skip(path, slash + 1));
    Str folder = slash == STR_NONE ? STR(".") : str_slice(path, 0, MAX(slash, 1));
    return open(str_copy(a, folder).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

static void fail(Helper *h, Str path, const char *why) {
    if (!h->failed) error_set(&h->err, "can't write '%.*s': %s", STR_ARGS(path), why);
    h->failed = true;
}

static void put_new(Helper *h, Str path, mode_t mode, Str bytes) {
    Str name;
    struct stat st;
    make_folders(h, path);
    int dir = io_open_below(h->root, path, &h->arena, &name);
    if (dir < 0) {
        fail(h, path, "its folder can't be opened");
        return;
    }
    if (fstatat(dir, name.at, &st, AT_SYMLINK_NOFOLLOW) == 0) {
        close(dir);
        fail(h, path, "it exists");
        return;
    }
    Str temporary = str_format(&h->arena, ".%.*s.%d-%u.tmp", STR_ARGS(name), (int)getpid(), h->pending.count);
    vec_push(&h->arena, &h->pending, ((Pending){dir, temporary, name, path, true}));
    int fd = openat(dir, temporary.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, mode);
    bool ok = fd >= 0 && io_write(fd, bytes) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    if (!ok) fail(h, path, "no space, or no permission");
}

static void put_file(Helper *h, Str path, bool inside, Str bytes) {
    Str name;
    struct stat st = {0};
    int dir = inside ? io_open_below(h->root, path, &h->arena, &name) : open_folder(&h->arena, path, &name);
    if (dir < 0) {
        fail(h, path, "its folder can't be opened");
        return;
    }
    bool exists = fstatat(dir, name.at, &st, AT_SYMLINK_NOFOLLOW) == 0;
    if (exists && S_ISLNK(st.st_mode) && !inside) exists = fstatat(dir, name.at, &st, 0) == 0;
    if ((inside && !exists) || (exists && !S_ISREG(st.st_mode))) {
        close(dir);
        fail(h, path, exists ? "not a regular file" : "it is gone");
        return;
    }
    Str temporary = str_format(&h->arena, ".%.*s.%d-%u.tmp", STR_ARGS(name), (int)getpid(), h->pending.count);
    vec_push(&h->arena, &h->pending, ((Pending){dir, temporary, name, path, false})); /* first, so that there is no moment in which nobody would remove it */
    int fd = openat(dir, temporary.at, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, exists ? st.st_mode & 0777 : 0666);
    bool ok = fd >= 0 && io_write(fd, bytes) && (!exists || fchmod(fd, st.st_mode & 07777) == 0) && fsync(fd) == 0;
    if (fd >= 0) close(fd);
    if (!ok) fail(h, path, "no space, or no permission");
}

/* The new file takes its place; a fresh one only where nothing stands. A file system that knows no such rename gets a link. */
static bool take_place(const Pending *p) {
    if (!p->fresh) return renameat(p->dir, p->temporary.at, p->dir, p->name.at) == 0;
    if (renameat2(p->dir, p->temporary.at, p->dir, p->name.at, RENAME_NOREPLACE) == 0) return true;
    return errno == EINVAL && linkat(p->dir, p->temporary.at, p->dir, p->name.at, 0) == 0 && unlinkat(p->dir, p->temporary.at, 0) == 0;
}

static void settle(Helper *h, bool commit) {
    for (uint32_t i = 0; i < h->pending.count; i++) {
        Pending *p = &h->pending.items[i];
        if (!commit || !take_place(p)) {
            if (commit) fail(h, p->name, "the new file can't take its place");
            unlinkat(p->dir, p->temporary.at, 0);
        } else fsync(p->dir);
        close(p->dir);
    }
    for (uint32_t i = h->made.count; i-- > 0;) {
        if (!commit) unlinkat(h->made.items[i].dir, h->made.items[i].name.at, AT_REMOVEDIR);
        close(h->made.items[i].dir);
    }
}

/* What follows on the files that were written. */
static void follow(Helper *h) {
    Str *paths = arena_array(&h->arena, Str, h->pending.count);
    for (uint32_t i = 0; i < h->pending.count; i++) paths[i] = h->pending.items[i].path;
    if (h->then && h->pending.count && !h->then->run(h->then, h->root, h->said, paths, h->pending.count, &h->err)) h->failed = true;
}

static void abandon(Arena *a) { settle((Helper *)((char *)a - offsetof(Helper, arena)), false); }

static _Noreturn void serve(Helper *h, int from, int to) {
    h->arena.exhausted = abandon;
    signal(SIGINT, SIG_IGN); /* the program decides; when it dies, its end of the pipe closes */
    struct rlimit files = {0}; /* a folder stays open for each file that waits */
    if (getrlimit(RLIMIT_NOFILE, &files) == 0) {
        files.rlim_cur = files.rlim_max;
        setrlimit(RLIMIT_NOFILE, &files);
    }
    Message m;
    bool commit = false;
    while (!commit && read_exact(from, &m, sizeof m)) {
        commit = m.kind == MESSAGE_COMMIT;
        if (commit) break;
        char *name = arena_zero(&h->arena, (size_t)m.name + 1), *bytes = arena_alloc(&h->arena, (size_t)m.bytes);
        if (!read_exact(from, name, m.name) || !read_exact(from, bytes, (size_t)m.bytes)) break;
        if (m.kind == MESSAGE_NEW || m.kind == MESSAGE_NEW_PROGRAM) put_new(h, (Str){name, m.name}, m.kind == MESSAGE_NEW ? 0666 : 0777, (Str){bytes, (size_t)m.bytes});
        else if (m.kind == MESSAGE_SAY) h->said = (Str){name, m.name};
        else if (m.kind == MESSAGE_FILE) put_file(h, (Str){name, m.name}, true, (Str){bytes, (size_t)m.bytes});
        else {
            uint32_t index;
            memcpy(&index, name, sizeof index);
            if (m.name == sizeof index && index < h->target_count) put_file(h, h->targets[index], false, (Str){bytes, (size_t)m.bytes});
        }
    }
    settle(h, commit && !h->failed);
    if (commit && !h->failed) follow(h);
    if (!commit && !h->failed) error_set(&h->err, "the process that writes ended early"); /* what came was not all */
    else if (!h->failed) h->err.message[0] = '\0';
    io_write(to, (Str){(const char *)&h->err, sizeof h->err});
    _exit(0);
}

/* ---- in the program ---- */

Writer *writer_start(const Str *targets, uint32_t target_count, int root, const WriterThen *then, Arena *a, Error *err) {
    int there[2], back[2];
    if (pipe2(there, O_CLOEXEC) != 0 || pipe2(back, O_CLOEXEC) != 0) {
        error_set(err, "can't start writing: no pipe");
        return NULL;
    }
    signal(SIGPIPE, SIG_IGN);
    pid_t process = fork();
    if (process == 0) {
        close(there[1]);
        close(back[0]);
        Helper h = {.targets = targets, .target_count = target_count, .root = root, .then = then};
        serve(&h, there[0], back[1]);
    }
    close(there[0]);
    close(back[1]);
    if (process < 0) {
        error_set(err, "can't start writing: no process");
        return NULL;
    }
    Writer *w = arena_new(a, Writer);
    *w = (Writer){there[1], back[0], process, false};
    return w;
}

static bool send_message(Writer *w, uint32_t kind, Str name, Str bytes) {
    Message m = {kind, (uint32_t)name.len, bytes.len};
    w->broken = w->broken || !io_write(w->to, (Str){(const char *)&m, sizeof m}) || !io_write(w->to, name) || !io_write(w->to, bytes);
    return !w->broken;
}

bool writer_target(Writer *w, uint32_t index, Str bytes) { return send_message(w, MESSAGE_TARGET, (Str){(const char *)&index, sizeof index}, bytes); }
bool writer_file(Writer *w, Str path, Str bytes) { return send_message(w, MESSAGE_FILE, path, bytes); }

bool writer_create(Writer *w, Str path, bool executable, Str bytes) { return send_message(w, executable ? MESSAGE_NEW_PROGRAM : MESSAGE_NEW, path, bytes); }

bool writer_say(Writer *w, Str text) { return send_message(w, MESSAGE_SAY, text, (Str){NULL, 0}); }

static bool end(Writer *w, Error *err) {
    close(w->to);
    bool told = read_exact(w->from, err, sizeof *err);
    close(w->from);
    waitpid(w->process, NULL, 0);
    return (told && !err->message[0]) || (!told && error_set(err, "the process that writes ended early"));
}

bool writer_finish(Writer *w, Error *err) {
    send_message(w, MESSAGE_COMMIT, (Str){NULL, 0}, (Str){NULL, 0});
    return end(w, err);
}

void writer_drop(Writer *w) {
    Error ignored;
    end(w, &ignored);
}
