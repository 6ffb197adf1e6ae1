/* Depth first, names in byte order, one open descriptor a level. A folder that is ignored is never opened; no file
 * is opened here: what a name leaves open, sniff.c looks for afterwards. */
#include "discover/walk.h"

#include "base/io.h"
#include "discover/ignore.h"
#include "discover/paths.h"
#include "discover/recognise.h"
#include "discover/sniff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <linux/magic.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

typedef struct Walk {
    Project *project;
    uint32_t entries;
    bool stopped;
    bool go;    /* beside code of Go or below it, so that `testdata` is a name of Go's */
    uint32_t test; /* bytes of the path of a folder that we are in and that a test reads; 0: none */
    bool names; /* all files are wanted, whatever they are */
    _Alignas(8) char buffer[32 << 10]; /* of getdents64: a folder is read whole before those in it */
} Walk;

typedef struct DirEntry {
    Str name;
    uint8_t type;
} DirEntry;

static void add_gap(Walk *w, Str file, Prose reason) {
    if (w->test) return;
    vec_push(&w->project->arena, &w->project->coverage.skipped, ((Gap){file, 0, reason}));
}

static int compare_entries(const void *a, const void *b) {
    return str_compare(((const DirEntry *)a)->name, ((const DirEntry *)b)->name);
}

static int compare_files(const void *a, const void *b) {
    return str_compare(((const FoundFile *)a)->path, ((const FoundFile *)b)->path);
}

/* ---- settings ---- */

#define SETTINGS_MAX (1u << 20) /* bytes of a settings file */
#define PARENTS_MAX 64          /* folders looked at above the root */

static bool add_settings(Project *project, int dir, Str path, Str folder, Str prefix) {
    Str bytes;
    ReadResult result = io_read(dir, SETTINGS_NAME, false, SETTINGS_MAX, SOURCE_PADDING, &project->arena, &bytes);
    bool unread = result == READ_FAILED || result == READ_TOO_LARGE || (result == READ_DENIED && !prefix.len); /* above the root others decide who enters */
    if (unread) vec_push(&project->arena, &project->coverage.skipped, ((Gap){path, 0, PROSE("settings that can't be read", "configuración que no se puede leer")}));
    if (result != READ_OK) return false;
    vec_push(&project->arena, &project->settings, ((FoundSettings){path, folder, prefix, bytes}));
    return true;
}

/* The settings of the root and of the folders above it, up to the one that holds .git: those of the work tree it lies in. */
static void find_settings(Project *project) {
    Arena *a = &project->arena;
    struct stat st = {0};
    int folders[PARENTS_MAX], count = 0, found = 0;
    Str rest = io_folder_path(project->root, a), prefixes[PARENTS_MAX];
    prefixes[0] = STR("");
    for (int dir = dup(project->root); dir >= 0 && count < PARENTS_MAX;) {
        folders[count++] = dir;
        if (fstatat(dir, ".git", &st, AT_SYMLINK_NOFOLLOW) == 0) found = count;
        size_t slash = str_find_last(rest, '/');
        if (found || slash == STR_NONE || rest.len < 2 || count == PARENTS_MAX) break;
        Str name = str_skip(rest, slash + 1), below = prefixes[count - 1];
        prefixes[count] = str_format(a, "%.*s/%.*s", STR_ARGS(name), STR_ARGS(below));
        rest = str_slice(rest, 0, slash);
        dir = openat(dir, "..", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    }
    for (int i = found ? found : 1; i-- > 0;) {
        Buf path = {0};
        for (int up = 0; up < i; up++) buf_lit(&path, "../");
        buf_lit(&path, SETTINGS_NAME);
        add_settings(project, folders[i], str_copy(a, buf_str(&path)), STR(""), prefixes[i]);
        buf_free(&path);
    }
    if (!count) vec_push(a, &project->coverage.skipped, ((Gap){STR(SETTINGS_NAME), 0, PROSE("settings that can't be read", "configuración que no se puede leer")}));
    while (count > 0) close(folders[--count]);
}

/* Folders that hold others' code or the version control's own. */
static bool is_foreign(Str name) {
    static const char *const names[] = {".git", ".hg", ".svn", "node_modules", ".terraform", ".terragrunt-cache", "__pycache__", ".venv", ".tox", "bower_components"};
    for (size_t i = 0; i < ARRAY_COUNT(names); i++) {
        if (str_is(name, names[i])) return true;
    }
    return false;
}

/* `system` NONE: its content will tell. What a test reads stands for what is wrong as often as for what is right, and runs nowhere: it is counted, and read only where other files lead to it. */
static void add_file(Walk *w, Str path, SystemId system) {
    vec_push(&w->project->arena, &w->project->files, ((FoundFile){.path = path, .system = system, .kind = recognise_kind(path, STR(""), system), .aside = w->test}));
}

typedef struct Link {
    Str inside;   /* the file it leads to, from the root; empty: none of ours */
    bool nowhere; /* there is nothing */
    bool folder;  /* it leads to one outside of the root */
} Link;

static Link link_target(Walk *w, int dir, const char *name) {
    Arena *a = &w->project->arena;
    struct stat st = {0};
    Link link = {0};
    Str root = io_folder_path(w->project->root, a);
    char *target = realpath(str_format(a, "/proc/self/fd/%d/%s", dir, name).at, NULL);
    link.nowhere = fstatat(dir, name, &st, 0) != 0;
    Str rest = root.len && target && str_starts(str_of(target), root) ? str_skip(str_of(target), str_is(root, "/") ? 0 : root.len) : (Str){NULL, 0};
    bool inside = rest.at && (!rest.len || rest.at[0] == '/');
    if (inside && S_ISREG(st.st_mode)) link.inside = str_copy(a, str_skip(rest, 1));
    link.folder = !link.nowhere && !inside && S_ISDIR(st.st_mode);
    free(target);
    return link;
}

/* A link under the name of something we read: its target is read, under its own path, once. Under a name that leaves it open that is left to the
 * name of the target. What lies outside may be anything, a folder too. */
static void visit_link(Walk *w, int dir, DirEntry entry, Str path, SystemId system, bool look) {
    bool open;
    Link link = link_target(w, dir, entry.name.at);
    if (link.folder && !is_foreign(entry.name)) add_gap(w, path, PROSE("a link to a folder outside: it is not followed", "un link a una carpeta de afuera: no se sigue"));
    if (system == SYSTEM_NONE || link.folder) return;
    if (link.nowhere) add_gap(w, path, PROSE("a link that leads nowhere", "un link que no lleva a ningún lado"));
    else if (!link.inside.len) add_gap(w, path, PROSE("a link to what is no file of this folder: it is not followed", "un link a algo que no es un archivo de esta carpeta: no se sigue"));
    else if (!look || recognise_name(link.inside, &open) == SYSTEM_NONE) add_file(w, link.inside, look ? SYSTEM_NONE : system);
}

static void visit_file(Walk *w, int dir, DirEntry entry, Str path, const IgnoreFile *ignore) {
    bool look;
    SystemId system = recognise_name(path, &look);
    w->project->coverage.walked++;
    if (w->names) {
        if (entry.type == DT_REG && !ignore_matches(ignore, path, false)) vec_push(&w->project->arena, &w->project->names, path);
        return;
    }
    bool fetched = str_has(path, STR(".terraform/modules/")); /* what else a module brings is not ours */
    if ((system == SYSTEM_NONE && entry.type != DT_LNK) || ignore_matches(ignore, path, false) || (fetched && system != SYSTEM_TERRAFORM)) return;
    if (entry.type == DT_LNK) {
        visit_link(w, dir, entry, path, system, look && system != SYSTEM_DOCKERFILE);
    } else if (entry.type != DT_REG) {
        if (!look || system == SYSTEM_DOCKERFILE) add_gap(w, path, PROSE("not a regular file", "no es un archivo común"));
    } else if (look) add_file(w, path, SYSTEM_NONE);
    else add_file(w, path, system);
}

static void walk_folder(Walk *w, int dir, Str path, const IgnoreFile *ignore, int depth);

/* Modules that `terraform init` fetched: others' code, but what the configuration is made of. */
static void visit_modules(Walk *w, int dir, Str path, int depth) {
    int outer = openat(dir, ".terraform", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    int fd = outer < 0 ? -1 : openat(outer, "modules", O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (outer >= 0) close(outer);
    if (fd < 0) return;
    if (faccessat(fd, "modules.json", R_OK, AT_SYMLINK_NOFOLLOW) == 0) walk_folder(w, fd, str_format(&w->project->arena, "%.*s/modules", STR_ARGS(path)), NULL, depth + 1);
    else close(fd);
}

/* /proc and /sys when all of a machine is asked for: what the kernel tells is no repository, and grows while one looks. */
static bool is_of_kernel(Str name, int fd) {
    struct statfs fs;
    if ((!str_is(name, "proc") && !str_is(name, "sys")) || fstatfs(fd, &fs) != 0) return false;
    return fs.f_type == PROC_SUPER_MAGIC || fs.f_type == SYSFS_MAGIC;
}

static void visit_folder(Walk *w, int dir, DirEntry entry, Str path, const IgnoreFile *ignore, int depth) {
    bool look;
    if (str_is(entry.name, ".terraform") && depth < WALK_DEPTH_MAX && !w->names) visit_modules(w, dir, path, depth);
    if (is_foreign(entry.name) || ignore_matches(ignore, path, true)) return;
    if (recognise_name(path, &look) == SYSTEM_DOCKERFILE && str_eq_nocase(entry.name, STR("dockerfile"))) {
        add_gap(w, path, PROSE("a folder, not a file", "es una carpeta, no un archivo"));
    }
    if (depth >= WALK_DEPTH_MAX) {
        add_gap(w, path, PROSE("folders nested too deep", "carpetas anidadas demasiado profundo"));
        return;
    }
    int fd = openat(dir, entry.name.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd >= 0 && is_of_kernel(entry.name, fd)) {
        add_gap(w, path, PROSE("files of the kernel, which are no part of a repository", "archivos del kernel, que no son parte de ningún repo"));
        close(fd);
    } else if (fd >= 0) walk_folder(w, fd, path, ignore, depth + 1);
    else add_gap(w, path, PROSE("a folder that can't be opened", "una carpeta que no se puede abrir"));
}

static uint8_t type_of(int dir, const char *name, uint8_t type) {
    struct stat st = {0};
    if (type != DT_UNKNOWN || fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) != 0) return type;
    return S_ISREG(st.st_mode) ? DT_REG : S_ISDIR(st.st_mode) ? DT_DIR : S_ISLNK(st.st_mode) ? DT_LNK : DT_FIFO;
}

typedef VEC(DirEntry) DirEntries;

/* getdents64 itself: a DIR costs three more system calls and a buffer for each folder. */
static void read_entries(Walk *w, int dir, Str path, Arena *a, DirEntries *entries) {
    ssize_t got;
    while ((got = getdents64(dir, w->buffer, sizeof w->buffer)) > 0) {
        for (ssize_t at = 0; at < got;) {
            const struct dirent64 *e = (const struct dirent64 *)(const void *)(w->buffer + at);
            at += e->d_reclen;
            Str name = str_of(e->d_name);
            if (str_is(name, ".") || str_is(name, "..")) continue;
            vec_push(a, entries, ((DirEntry){str_copy(a, name), type_of(dir, e->d_name, e->d_type)}));
        }
    }
    if (got < 0) add_gap(w, path.len ? path : STR("."), PROSE("a folder that can't be read to its end", "una carpeta que no se puede leer hasta el final"));
    if (entries->count) qsort(entries->items, entries->count, sizeof(DirEntry), compare_entries);
}

static bool has_entry(const DirEntries *entries, const char *name) {
    for (uint32_t i = 0; i < entries->count; i++) {
        if (str_is(entries->items[i].name, name)) return true;
    }
    return false;
}

static bool has_go(const DirEntries *entries) {
    for (uint32_t i = 0; i < entries->count; i++) {
        if (str_ends(entries->items[i].name, STR(".go")) || str_is(entries->items[i].name, "go.mod")) return true;
    }
    return false;
}

/* Copies of others' code that Go and Composer keep in the repository. */
static bool is_vendored(Str path, const DirEntries *entries) {
    bool vendor = str_is(str_base_name(path), "vendor");
    return vendor && (has_entry(entries, "modules.txt") || has_entry(entries, "autoload.php"));
}

/* Folders that their tools define as the data of tests: `testdata` beside code of Go ("go help packages"), and what stands beside a test of Chainsaw. */
static bool is_test_data(const Walk *w, Str path, const DirEntries *entries) {
    size_t slash = str_find_last(path, '/');
    if (w->go && str_is(slash == STR_NONE ? path : str_skip(path, slash + 1), "testdata")) return true;
    return path.len && (has_entry(entries, "chainsaw-test.yaml") || has_entry(entries, "chainsaw-test.yml"));
}

/* Whether there is nothing in the folder; one that can't be looked into is told elsewhere. */
static bool is_empty_folder(int dir, const char *name) {
    char buffer[1024];
    uint32_t count = 0;
    int fd = openat(dir, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC | O_NOFOLLOW);
    if (fd < 0) return errno == ENOENT;
    ssize_t got = getdents64(fd, buffer, sizeof buffer);
    for (ssize_t at = 0; at < got; count++) at += ((const struct dirent64 *)(const void *)(buffer + at))->d_reclen;
    close(fd);
    return got >= 0 && count <= 2; /* . and .. */
}

/* Submodules that were not fetched: what they hold is part of the system, and may be anything ("gitmodules", Git's manual). */
static void find_submodules(Walk *w, int fd, Str path, const IgnoreFile *ignore) {
    Arena *a = &w->project->arena;
    Str text, line, key, name;
    ReadResult result = io_read(fd, ".gitmodules", false, 1 << 20, 1, a, &text);
    if (result == READ_FAILED || result == READ_DENIED) add_gap(w, str_format(a, "%.*s%s.gitmodules", STR_ARGS(path), path.len ? "/" : ""), PROSE("submodules that can't be read", "submódulos que no se pueden leer"));
    while (result == READ_OK && str_next(&text, '\n', &line)) {
        if (!str_cut(str_trim(line), '=', &key, &name) || !str_is(str_trim(key), "path")) continue;
        name = str_copy(a, str_trim(name));
        Str full = path.len ? str_format(a, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(name)) : name;
        if (!name.len || str_has(name, STR("..")) || name.at[0] == '/' || ignore_matches(ignore, full, true)) continue;
        if (is_empty_folder(fd, name.at)) add_gap(w, full, PROSE("a Git submodule that was not fetched", "un submódulo de Git que no se bajó"));
    }
}

/* Takes over `fd`. */
static void walk_folder(Walk *w, int fd, Str path, const IgnoreFile *ignore, int depth) {
    Arena scratch = {0};
    DirEntries entries = {0};
    if (fd < 0) {
        add_gap(w, path.len ? path : STR("."), PROSE("a folder that can't be opened", "una carpeta que no se puede abrir"));
        return;
    }
    bool go = w->go;
    uint32_t test = w->test;
    read_entries(w, fd, path, &scratch, &entries);
    if (!test && is_test_data(w, path, &entries)) w->test = (uint32_t)path.len;
    w->go = go || has_go(&entries);
    Arena *arena = &w->project->arena;
    Str rules;
    ReadResult result = has_entry(&entries, ".gitignore") ? io_read(fd, ".gitignore", false, 1 << 20, 1, arena, &rules) : READ_MISSING;
    if (result == READ_OK) ignore = ignore_parse(arena, rules, path, ignore);
    if (result == READ_FAILED) add_gap(w, str_format(arena, "%.*s%s.gitignore", STR_ARGS(path), path.len ? "/" : ""), PROSE("rules that can't be read", "reglas que no se pueden leer"));
    if (has_entry(&entries, ".gitmodules") && !w->names) find_submodules(w, fd, path, ignore);
    if (path.len && has_entry(&entries, SETTINGS_NAME) && add_settings(w->project, fd, str_format(arena, "%.*s/" SETTINGS_NAME, STR_ARGS(path)), path, STR(""))) w->entries++;
    for (uint32_t i = 0; i < entries.count && !w->stopped && !is_vendored(path, &entries); i++) {
        DirEntry entry = entries.items[i];
        if (++w->entries > WALK_FILES_MAX) {
            w->stopped = true;
            add_gap(w, path, PROSE("too many files: the walk stopped here", "demasiados archivos: el recorrido paró acá"));
            break;
        }
        Str full = path.len ? str_format(arena, "%.*s/%.*s", STR_ARGS(path), STR_ARGS(entry.name)) : str_copy(arena, entry.name);
        if (entry.type == DT_DIR) visit_folder(w, fd, entry, full, ignore, depth);
        else visit_file(w, fd, entry, full, ignore);
    }
    w->go = go;
    w->test = test;
    arena_free(&scratch);
    close(fd);
}

/* One file: its folder is the root; it is read whatever it is called. */
static bool one_file(Str path, Project *project, Error *err) {
    size_t slash = str_find_last(path, '/');
    Str folder = slash == STR_NONE ? STR(".") : str_slice(path, 0, MAX(slash, 1)), name = slash == STR_NONE ? path : str_skip(path, slash + 1);
    project->root = open(str_copy(&project->arena, folder).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (project->root < 0) return error_set(err, "can't open the folder '%.*s'", STR_ARGS(folder));
    find_settings(project);
    project->single = true;
    bool look;
    SystemId system = recognise_name(path, &look); /* .github/workflows/ is part of what a workflow is called */
    Walk w = {.project = project};
    project->coverage.walked = 1;
    if (look || system != SYSTEM_NONE) add_file(&w, str_copy(&project->arena, name), look ? SYSTEM_NONE : system);
    sniff_files(project, 1);
    return true;
}

/* By path; a file that is there by its name and by links to it, once. */
static void sort_files(Project *project) {
    uint32_t kept = 0, test_data = 0;
    if (project->files.count) qsort(project->files.items, project->files.count, sizeof(FoundFile), compare_files);
    for (uint32_t i = 0; i < project->files.count; i++) {
        const FoundFile *file = &project->files.items[i];
        FoundFile *last = kept ? &project->files.items[kept - 1] : NULL;
        if (last && str_eq(last->path, file->path)) {
            last->aside = MIN(last->aside, file->aside); /* a link from elsewhere makes it part of the review */
            continue;
        }
        project->files.items[kept++] = *file;
    }
    for (uint32_t i = 0; i < kept; i++) test_data += project->files.items[i].aside > 0;
    project->coverage.test_data = test_data;
    project->files.count = kept;
}

bool walk_project(Str path, uint32_t threads, Project *project, Error *err) {
    *project = (Project){.root = -1};
    Str copy = str_copy(&project->arena, path);
    struct stat st = {0};
    if (stat(copy.at, &st) != 0) return error_set(err, "can't read '%.*s': there is no such file or folder; give a folder to review, or nothing for the current one", STR_ARGS(path));
    if (!S_ISDIR(st.st_mode)) return one_file(path, project, err);
    project->root = open(copy.at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (project->root < 0) return error_set(err, "can't open the folder '%.*s': permission denied", STR_ARGS(path));
    find_settings(project);
    Walk w = {.project = project};
    walk_folder(&w, dup(project->root), STR(""), NULL, 0);
    sniff_files(project, threads);
    sort_files(project);
    return true;
}

static int compare_names(const void *a, const void *b) { return str_compare(*(const Str *)a, *(const Str *)b); }

bool walk_names(Str path, Project *project, Error *err) {
    *project = (Project){.root = -1};
    project->root = open(str_copy(&project->arena, path).at, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (project->root < 0) return error_set(err, "can't open the folder '%.*s'", STR_ARGS(path));
    find_settings(project);
    Walk w = {.project = project, .names = true};
    walk_folder(&w, dup(project->root), STR(""), NULL, 0);
    if (project->names.count) qsort(project->names.items, project->names.count, sizeof(Str), compare_names);
    return true;
}

/* A file that is named and that the walk left out. */
static void add_named(Project *project, Str path) {
    struct stat st;
    Str name = str_copy(&project->arena, path);
    for (uint32_t i = 0; i < project->files.count; i++) {
        if (str_eq(project->files.items[i].path, path)) return;
    }
    if (fstatat(project->root, name.at, &st, 0) != 0 || !S_ISREG(st.st_mode)) return;
    Walk w = {.project = project};
    bool look;
    SystemId system = recognise_name(path, &look);
    if (look || system != SYSTEM_NONE) add_file(&w, name, look ? SYSTEM_NONE : system);
}

/* The nearest path that was chosen and that `path` is or lies in; false: none. */
static bool chosen_above(const Project *project, Str path, Str *above) {
    for (*above = path; !map_has(&project->chosen, *above);) {
        if (!above->len) return false;
        size_t slash = str_find_last(*above, '/');
        *above = slash == STR_NONE ? STR("") : str_slice(*above, 0, slash);
    }
    return true;
}

/* Data of a test that was named is meant. */
static void name_test_data(Project *project) {
    for (uint32_t i = 0; i < project->files.count; i++) {
        FoundFile *file = &project->files.items[i];
        Str above;
        if (!file->aside || !chosen_above(project, file->path, &above) || above.len < file->aside) continue;
        file->aside = 0;
    }
}

bool walk_paths(const Str *paths, uint32_t count, uint32_t threads, Project *project, Str *root, Error *err) {
    Arena a = {0};
    PathVec below = {0};
    bool ok = paths_root(paths, count, &a, root, &below, err) && walk_project(*root, threads, project, err);
    for (uint32_t i = 0; ok && i < count; i++) {
        Str path = str_copy(&project->arena, below.items[i]);
        map_put(&project->arena, &project->chosen, path, project);
        if (path.len) add_named(project, path);
    }
    if (ok) sniff_files(project, 1);
    if (ok && count > 1) name_test_data(project);
    if (ok) {
        sort_files(project);
        *root = str_copy(&project->arena, *root);
    }
    arena_free(&a);
    return ok;
}

bool project_chosen(const Project *project, Str path) {
    Str above;
    return !project->chosen.count || chosen_above(project, path, &above);
}

void project_free(Project *project) {
    if (project->root >= 0) close(project->root);
    for (size_t i = 0; i < ARRAY_COUNT(project->read); i++) arena_free(&project->read[i]);
    arena_free(&project->arena);
    *project = (Project){.root = -1};
}
