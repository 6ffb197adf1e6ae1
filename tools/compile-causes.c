/* Compiles causes/ into one C file, the table that src/diagnose/diagnose.h declares.
 *     compile-causes OUTPUT FILE… */
#include "base/io.h"
#include "diagnose/load.h"
#include "model/source.h"

#include "emit.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>

static int by_order(const void *a, const void *b) {
    const CauseFile *x = a, *y = b;
    return (x->order > y->order) - (x->order < y->order);
}

static bool read_all(Arena *a, char **paths, int count, CauseFile *files) {
    for (int i = 0; i < count; i++) {
        Str bytes;
        Error err;
        if (io_read(AT_FDCWD, paths[i], true, SOURCE_MAX, SOURCE_PADDING, a, &bytes) != READ_OK) return fprintf(stderr, "compile-causes: can't read %s\n", paths[i]), false;
        if (!causes_load(str_of(paths[i]), bytes, a, &files[i], &err)) return fprintf(stderr, "%s\n", err.message), false;
    }
    qsort(files, (size_t)count, sizeof *files, by_order);
    return true;
}

static bool is_unique(const CauseFile *files, int count) {
    for (int i = 0; i < count; i++) {
        vec_each(Cause, cause, &files[i].causes) {
            uint32_t same = 0;
            for (int n = 0; n < count; n++) {
                vec_each(Cause, other, &files[n].causes) same += str_eq(cause->id, other->id);
            }
            if (same > 1) return fprintf(stderr, "compile-causes: %.*s stands twice\n", STR_ARGS(cause->id)), false;
        }
        if (i && files[i].order == files[i - 1].order) return fprintf(stderr, "compile-causes: two files have order %lld\n", (long long)files[i].order), false;
    }
    return true;
}

static void emit_str(Buf *out, Str s) {
    buf_byte(out, '{');
    emit_text(out, s);
    buf_print(out, ",%u},", (uint32_t)s.len);
}

static void emit_prose(Buf *out, Prose p) {
    buf_lit(out, "{{");
    for (int i = 0; i < LANGUAGE_COUNT; i++) emit_str(out, p.in[i]);
    buf_lit(out, "}},");
}

static uint32_t emit_causes(const CauseFile *file, Buf *out) {
    vec_each(Cause, c, &file->causes) {
        buf_byte(out, '{');
        emit_str(out, c->id);
        buf_print(out, "%u,%u,", c->rank, c->seek);
        emit_str(out, c->holds);
        emit_str(out, c->pattern);
        emit_str(out, c->files);
        emit_str(out, c->place);
        emit_prose(out, c->what);
        emit_prose(out, c->act);
        buf_lit(out, "},\n");
    }
    return file->causes.count;
}

int main(int argc, char **argv) {
    if (argc < 3) return fputs("usage: compile-causes OUTPUT FILE...\n", stderr), 2;
    Arena a = {0};
    int count = argc - 2;
    CauseFile *files = arena_array(&a, CauseFile, (size_t)count);
    if (!read_all(&a, argv + 2, count, files) || !is_unique(files, count)) return 1;
    Buf out = {0};
    uint32_t causes = 0;
    buf_lit(&out, "/* Made by tools/compile-causes. */\n#include \"diagnose/diagnose.h\"\n\nconst Cause diagnose_causes[] = {\n");
    for (int i = 0; i < count; i++) causes += emit_causes(&files[i], &out);
    buf_print(&out, "};\nconst uint32_t diagnose_cause_count = %u;\n", causes);
    FILE *file = fopen(argv[1], "wb");
    bool ok = file && fwrite(out.at, 1, out.len, file) == out.len && fclose(file) == 0;
    buf_free(&out);
    arena_free(&a);
    return ok ? 0 : 1;
}
