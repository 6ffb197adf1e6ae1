/* infra debug tree|model FILE, infra debug kustomize ROOT FOLDER: every noun prints itself. */
#include "cli/command.h"
#include "scan.h"

static int print_build(const Arguments *a) {
    Error err;
    Buf out = {0};
    Scan *scan = scan_new();
    bool built = scan_kustomize(scan, a->words[1], a->words[2], &out, &err);
    int status = built ? command_print(buf_str(&out), EXIT_CLEAN) : command_fail(a, &err);
    buf_free(&out);
    scan_free(scan);
    return status;
}

static int run(const Arguments *a) {
    Error err;
    if (a->word_count == 3 && str_is(a->words[0], "kustomize")) return print_build(a);
    if (a->word_count != 2 || (!str_is(a->words[0], "tree") && !str_is(a->words[0], "model"))) {
        error_set(&err, "usage: infra debug tree|model FILE, or infra debug kustomize ROOT FOLDER");
        return command_fail(a, &err);
    }
    Scan *scan = scan_new();
    Source *source;
    const Tree *tree;
    ObjectVec subjects;
    int status = EXIT_USAGE;
    Buf out = {0};
    if (!scan_debug(scan, a->words[1], &source, &tree, &subjects, &err)) command_fail(a, &err);
    else {
        if (str_is(a->words[0], "model")) for (uint32_t i = 0; i < subjects.count; i++) object_dump(subjects.items[i], &out);
        else if (tree) tree_dump(tree, &out);
        status = command_print(buf_str(&out), EXIT_CLEAN);
    }
    buf_free(&out);
    scan_free(scan);
    return status;
}

const Command debug_command = {STR_INIT("debug"), STR_INIT("infra debug tree|model FILE"), PROSE_INIT("show what the program sees in a file", "mostrar qué ve el programa en un archivo"), NULL, 0, run, NULL};
