/* Puts templates/ into one C file, as bytes, once the loader of the program has read all of it without a fault.
 *     compile-templates OUTPUT TEMPLATES FILE…      FILEs lie under TEMPLATES, sorted */
#include "base/io.h"
#include "generate/templates.h"

#include "emit.h"

#include <fcntl.h>
#include <stdio.h>

typedef VEC(TemplateFile) Files;

static bool read_files(Arena *a, Str root, char **paths, int count, Files *out) {
    for (int i = 0; i < count; i++) {
        Str bytes, path = str_of(paths[i]);
        if (!str_starts(path, root) || io_read(AT_FDCWD, paths[i], true, SOURCE_MAX, SOURCE_PADDING, a, &bytes) != READ_OK) {
            fprintf(stderr, "compile-templates: can't read %s\n", paths[i]);
            return false;
        }
        if (!str_ends(path, STR("README.md"))) vec_push(a, out, ((TemplateFile){str_skip(path, root.len + 1), bytes}));
    }
    return true;
}

static void emit_files(const Files *files, Buf *out) {
    static const char zeros[SOURCE_PADDING];
    buf_lit(out, "/* Made by tools/compile-templates. */\n#include \"generate/templates.h\"\n\n");
    for (uint32_t i = 0; i < files->count; i++) {
        buf_print(out, "static const char t%u[] = ", i);
        emit_text(out, files->items[i].bytes);
        emit_text(out, str_from(zeros, SOURCE_PADDING - 1));
        buf_lit(out, ";\n");
    }
    buf_print(out, "const TemplateFile template_files[%u] = {\n", files->count);
    for (uint32_t i = 0; i < files->count; i++) {
        buf_lit(out, "{{");
        emit_text(out, files->items[i].name);
        buf_print(out, ",%zu},{t%u,%zu}},\n", files->items[i].name.len, i, files->items[i].bytes.len);
    }
    buf_print(out, "};\nconst uint32_t template_file_count = %u;\n", files->count);
}

int main(int argc, char **argv) {
    if (argc < 4) {
        fputs("usage: compile-templates OUTPUT TEMPLATES FILE...\n", stderr);
        return 2;
    }
    Arena a = {0};
    Files files = {0};
    Templates templates;
    Error err;
    Buf out = {0};
    if (!read_files(&a, str_of(argv[2]), argv + 3, argc - 3, &files)) return 1;
    if (!templates_load(files.items, files.count, &a, &templates, &err)) {
        fprintf(stderr, "%s\n", err.message);
        return 1;
    }
    emit_files(&files, &out);
    FILE *file = fopen(argv[1], "wb");
    bool ok = file && fwrite(out.at, 1, out.len, file) == out.len && fclose(file) == 0;
    if (!ok) fprintf(stderr, "compile-templates: can't write %s\n", argv[1]);
    buf_free(&out);
    templates_free(&templates);
    arena_free(&a);
    return ok ? 0 : 1;
}
