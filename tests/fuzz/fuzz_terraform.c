/* A small repository of Terraform in one input: files end at a 0xff, and a file's first byte says what it is. Plans, states, both
 * syntaxes, values, called modules and templates meet in one evaluation. */
#include "systems/system.h"

#define FILES_MAX 6

typedef struct Given { Str beside; } Given;

static bool read_beside(void *data, Str path, Arena *a, Str *out) {
    const Given *given = data;
    (void)path;
    *out = str_copy(a, given->beside);
    return given->beside.len > 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static const char *const names[] = {"main.tf", "other.tf.json", "plan.json", "m/main.tf", "terraform.tfvars", "x.auto.tfvars.json"};
    Source sources[FILES_MAX];
    Model models[FILES_MAX];
    SystemFile files[FILES_MAX];
    uint32_t count = 0;
    const System *system = system_of(SYSTEM_TERRAFORM);
    Str rest = {(const char *)data, size};
    Given given = {{NULL, 0}};
    while (rest.len && count < FILES_MAX) {
        size_t end = str_find_byte(rest, '\xff');
        Str piece = str_slice(rest, 0, MIN(end, rest.len));
        rest = str_skip(rest, MIN(piece.len + 1, rest.len));
        uint8_t kind = piece.len ? (uint8_t)piece.at[0] % (FILES_MAX + 1) : 0;
        if (kind == FILES_MAX) {
            given.beside = str_skip(piece, 1);
            continue;
        }
        source_init(&sources[count], str_of(names[kind]), count ? str_skip(piece, MIN((size_t)1, piece.len)) : piece);
        if (!count) sources[count].path = STR("main.tf"); /* seeds are files as they are */
        sources[count].system = STR("terraform");
        models[count] = (Model){.arena = &sources[count].arena};
        const Tree *tree = system->parse(&sources[count]);
        if (tree_verify(tree)) __builtin_trap();
        system->model(&sources[count], tree, &models[count]);
        files[count] = (SystemFile){&sources[count], tree, &models[count]};
        count++;
    }
    Arena arena = {0};
    Outside outside = {.read = read_beside, .data = &given, .whole = true, .threads = 1, .arena = &arena};
    if (count) system->evaluate(files, count, &outside);
    arena_free(&arena);
    for (uint32_t i = 0; i < count; i++) source_free(&sources[i]);
    return 0;
}
