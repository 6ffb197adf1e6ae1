/* One process a question, its input in a memory file (so that no two pipes can wait for each other), its output bounded. */
#include "discover/git.h"

#include "base/io.h"
#include "base/map.h"
#include "base/vec.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define OUTPUT_MAX ((size_t)1 << 30) /* of one command: all versions of all files that are infrastructure */

typedef struct Git {
    Project *project;
    Arena *arena;
    const char *program;
    Error *err;
} Git;

/* On PATH, absolute folders only: a `git` lying in the repository is not the one. */
static const char *find_program(Arena *a) {
    const char *path = getenv("PATH");
    Str rest = str_of(path ? path : "/usr/bin:/bin"), folder;
    while (str_next(&rest, ':', &folder)) {
        if (!folder.len || folder.at[0] != '/') continue;
        Str full = str_format(a, "%.*s/git", STR_ARGS(folder));
        if (access(full.at, X_OK) == 0) return full.at;
    }
    return NULL;
}

static _Noreturn void become(const Git *g, const char *const *arguments, int input, int output) {
    static const char *const settings[] = {"core.fsmonitor=false", "core.hooksPath=/dev/null", "core.untrackedCache=false", "protocol.allow=never", "core.sshCommand=false", "core.askPass=false",
                                           "credential.helper=", "safe.bareRepository=explicit", "core.pager=cat", "core.alternateRefsCommand=false"};
    const char *all[64] = {g->program, "--no-pager", "--no-optional-locks", "--no-replace-objects", "--literal-pathspecs"};
    size_t count = 5;
    for (size_t i = 0; i < ARRAY_COUNT(settings); i++) {
        all[count++] = "-c";
        all[count++] = settings[i];
    }
    for (; *arguments && count + 1 < ARRAY_COUNT(all); arguments++) all[count++] = *arguments;
    setenv("GIT_NO_LAZY_FETCH", "1", 1);
    setenv("GIT_ALLOW_PROTOCOL", "", 1);
    setenv("GIT_TERMINAL_PROMPT", "0", 1);
    setenv("LC_ALL", "C", 1);
    unsetenv("GIT_EXTERNAL_DIFF");
    unsetenv("GIT_TRACE");
    int nothing = open("/dev/null", O_RDWR | O_CLOEXEC);
    bool ok = fchdir(g->project->root) == 0 && dup2(input >= 0 ? input : nothing, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 && dup2(nothing, STDERR_FILENO) >= 0;
    if (ok) execv(g->program, (char *const *)(uintptr_t)all);
    _exit(127);
}

/* Runs git with `arguments` (NULL ends them) in the root; false when it fails. Its output in *out. */
static bool run(const Git *g, const char *const *arguments, Str input, Str *out) {
    int pipes[2], memory = -1;
    if (pipe2(pipes, O_CLOEXEC) != 0) return false;
    if (input.at) {
        memory = memfd_create("input", MFD_CLOEXEC);
        if (memory < 0 || !io_write(memory, input) || lseek(memory, 0, SEEK_SET) != 0) return false;
    }
    pid_t process = fork();
    if (process == 0) become(g, arguments, memory, pipes[1]);
    close(pipes[1]);
    if (memory >= 0) close(memory);
    int status = 0;
    bool read_ok = process > 0 && io_read_all(pipes[0], OUTPUT_MAX, 1, g->arena, out) == READ_OK;
    close(pipes[0]);
    while (process > 0 && waitpid(process, &status, 0) < 0 && errno == EINTR) {}
    return read_ok && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static bool open_git(Git *g, Project *project, Error *err) {
    *g = (Git){.project = project, .arena = &project->arena, .program = find_program(&project->arena), .err = err};
    if (!g->program) return error_set(err, "git is needed to know what changed, and is not on PATH");
    static const char *const inside[] = {"rev-parse", "--is-inside-work-tree", NULL};
    Str out;
    if (project->root < 0 || !run(g, inside, (Str){NULL, 0}, &out)) return error_set(err, "what is reviewed lies in no git work tree, so nothing is known of what changed");
    return true;
}

/* ---- names of objects ---- */

/* Fills `blobs` with path → object of regular files. Records are "… OBJECT…\tPATH\0"; the object is field `field`. */
static void read_listing(const Git *g, Str listing, int field, Map *blobs) {
    Str record;
    while (str_next(&listing, '\0', &record)) {
        Str head, path, word;
        if (!str_cut(record, '\t', &head, &path) || !str_starts(head, STR("100"))) continue;
        for (int i = 0; i < field; i++) str_next(&head, ' ', &word);
        if (!str_next(&head, ' ', &word)) continue;
        Str *object = arena_new(g->arena, Str);
        *object = word;
        map_put(g->arena, blobs, path, object);
    }
}

static bool tree_of(const Git *g, const char *commit, Map *blobs) {
    const char *const list[] = {"ls-tree", "-r", "-z", commit, NULL};
    Str out;
    if (!run(g, list, (Str){NULL, 0}, &out)) return false;
    read_listing(g, out, 2, blobs);
    return true;
}

static bool resolve(const Git *g, Str ref, const char **commit) {
    Str full = str_format(g->arena, "%.*s^{commit}", STR_ARGS(ref)), out;
    const char *const parse[] = {"rev-parse", "--verify", "--quiet", "--end-of-options", full.at, NULL};
    if (str_starts(ref, STR("-")) || !run(g, parse, (Str){NULL, 0}, &out)) return false;
    *commit = str_copy(g->arena, str_trim(out)).at;
    return true;
}

/* ---- contents ---- */

typedef struct Wish {
    Str object;
    Str *into;
} Wish;
typedef VEC(Wish) Wishes;

/* "OBJECT blob SIZE\n" BYTES "\n" for each wish, in order. */
static bool fetch(const Git *g, const Wishes *wishes) {
    if (!wishes->count) return true;
    Buf input = {0};
    for (uint32_t i = 0; i < wishes->count; i++) buf_print(&input, "%.*s\n", STR_ARGS(wishes->items[i].object));
    static const char *const batch[] = {"cat-file", "--batch", NULL};
    Str out, head;
    bool ok = run(g, batch, buf_str(&input), &out);
    buf_free(&input);
    for (uint32_t i = 0; ok && i < wishes->count; i++) {
        int64_t size = -1;
        ok = str_next(&out, '\n', &head);
        size_t space = ok ? str_find_last(head, ' ') : STR_NONE;
        ok = ok && space != STR_NONE && str_to_int(str_skip(head, space + 1), &size) && size >= 0 && (size_t)size + 1 <= out.len;
        if (!ok) break;
        *wishes->items[i].into = str_slice(out, 0, (size_t)size);
        out = str_skip(out, (size_t)size + 1);
    }
    return ok || error_set(g->err, "git could not read the objects to compare with; is the clone shallow or partial?");
}

static void wish(const Git *g, Wishes *wishes, const Map *blobs, FoundFile *file, Str *into) {
    Str *object = map_get(blobs, file->path);
    if (object) vec_push(g->arena, wishes, ((Wish){*object, into}));
}

bool git_since(Project *project, Str since, Error *err) {
    Git g;
    const char *commit;
    if (!open_git(&g, project, err)) return false;
    if (!resolve(&g, since, &commit)) return error_set(err, "--since '%.*s': git knows no such commit", STR_ARGS(since));
    const char *const base[] = {"merge-base", commit, "HEAD", NULL};
    Str out;
    if (run(&g, base, (Str){NULL, 0}, &out) && out.len) commit = str_copy(g.arena, str_trim(out)).at;
    Map blobs = {0};
    if (!tree_of(&g, commit, &blobs)) return error_set(err, "git could not list the files of '%.*s'", STR_ARGS(since));
    Wishes wishes = {0};
    for (uint32_t i = 0; i < project->files.count; i++) {
        FoundFile *file = &project->files.items[i];
        file->compared = true;
        wish(&g, &wishes, &blobs, file, &file->before);
    }
    return fetch(&g, &wishes);
}

bool git_staged(Project *project, Error *err) {
    Git g;
    const char *commit;
    Map head = {0}, index = {0};
    Str out;
    if (!open_git(&g, project, err)) return false;
    if (resolve(&g, STR("HEAD"), &commit) && !tree_of(&g, commit, &head)) return error_set(err, "git could not list the files of HEAD");
    static const char *const list[] = {"ls-files", "-s", "-z", NULL};
    if (!run(&g, list, (Str){NULL, 0}, &out)) return error_set(err, "git could not list what is staged");
    read_listing(&g, out, 1, &index);
    Wishes wishes = {0};
    for (uint32_t i = 0; i < project->files.count; i++) {
        FoundFile *file = &project->files.items[i];
        Str *now = map_get(&index, file->path), *was = map_get(&head, file->path);
        file->compared = true;
        file->untouched = !now || (was && str_eq(*now, *was));
        if (file->untouched) continue;
        file->given = true;
        wish(&g, &wishes, &index, file, &file->bytes);
        wish(&g, &wishes, &head, file, &file->before);
    }
    return fetch(&g, &wishes);
}
