/* Logs are read before the sandbox, as bytes; their lines, and the files of the repository, behind it. */
#include "scan_diagnose.h"

#include "base/io.h"
#include "base/sandbox.h"
#include "discover/walk.h"

#include <fcntl.h>
#include <unistd.h>

#define LOG_MAX (32u << 20)        /* bytes of one log */
#define LOOK_MAX (1u << 20)        /* bytes of a file of the repository */
#define LOOK_TOTAL_MAX (64u << 20) /* and of all of them */

static bool read_log(Str path, Arena *a, Str *bytes, Error *err) {
    bool input = str_is(path, "-");
    ReadResult result = input ? io_read_all(STDIN_FILENO, LOG_MAX, 1, a, bytes) : io_read(AT_FDCWD, str_copy(a, path).at, true, LOG_MAX, 1, a, bytes);
    if (result == READ_OK) return true;
    if (input) return error_set(err, "standard input could not be read, or is larger than 32 MB");
    return error_set(err, "%.*s: no such log, or it can't be read, or is larger than 32 MB", STR_ARGS(path));
}

static void look(DiagnoseWork *work) {
    size_t total = 0;
    vec_each(Str, path, &work->project.names) {
        if (!diagnose_wants(&work->diagnoser, *path)) continue;
        Arena a = {0};
        Str bytes;
        bool read = total <= LOOK_TOTAL_MAX && io_read_below(work->project.root, *path, LOOK_MAX, 1, &a, &bytes) == READ_OK;
        if (read) {
            total += bytes.len;
            diagnose_look(&work->diagnoser, *path, bytes);
        } else work->unread++;
        arena_free(&a);
    }
}

bool scan_diagnose(DiagnoseWork *work, const DiagnoseOptions *o, Error *err) {
    *work = (DiagnoseWork){.project.root = -1};
    Str *logs = arena_array(&work->arena, Str, o->log_count);
    for (uint32_t i = 0; i < o->log_count; i++) {
        if (!read_log(o->logs[i], &work->arena, &logs[i], err)) return false;
    }
    if (!walk_names(o->root, &work->project, err)) return false;
    if (o->sandbox) sandbox_enter(work->project.root);
    diagnose_begin(&work->diagnoser, &work->arena);
    for (uint32_t i = 0; i < o->log_count; i++) diagnose_log(&work->diagnoser, str_is(o->logs[i], "-") ? STR("stdin") : o->logs[i], logs[i]);
    diagnose_settle(&work->diagnoser);
    look(work);
    return true;
}

void scan_diagnose_free(DiagnoseWork *work) {
    project_free(&work->project);
    arena_free(&work->arena);
}
