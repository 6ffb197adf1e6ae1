/* The table of commands, and what all of them do alike. */
#include "cli/arguments.h"

#include "base/io.h"
#include "check/choice.h"
#include "settings/settings.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define COMMAND(name) extern const Command name##_command;
#include "cli/commands.def"
#undef COMMAND

static const Command *const table[] = {
#define COMMAND(name) &name##_command,
#include "cli/commands.def"
#undef COMMAND
};

const Command *command_at(uint32_t index) { return index < ARRAY_COUNT(table) ? table[index] : NULL; }

int command_fail(const Arguments *a, const Error *err) {
    Language language = a ? a->language : language_wanted((Str){NULL, 0}, NULL);
    fprintf(stderr, "infra: %s\n", language == LANGUAGE_ES ? err->spanish : err->message);
    return EXIT_USAGE;
}

int command_lost(void) {
    Error err;
    if (errno == EPIPE) return EXIT_UNVERIFIED; /* who reads had enough */
    error_set(&err, "can't write the result: %s", strerror(errno));
    command_fail(NULL, &err);
    return EXIT_UNVERIFIED;
}

Str command_formats(uint32_t i) {
    static const Str names[] = {STR_INIT("terminal"), STR_INIT("json")};
    return i < ARRAY_COUNT(names) ? names[i] : (Str){NULL, 0};
}

int command_print(Str text, int status) {
    return io_write(STDOUT_FILENO, text) ? status : command_lost();
}

#define SETTINGS_PATH ".infra.yaml"
#define SETTINGS_MAX (1u << 20) /* bytes, as in a review */

Str command_setting(const char *key, Arena *a) {
    FoundSettings found = {.path = STR(SETTINGS_PATH), .folder = {"", 0}, .prefix = {"", 0}};
    Settings settings = {0};
    Error ignored; /* a review tells what is wrong with them */
    if (io_read(AT_FDCWD, SETTINGS_PATH, false, SETTINGS_MAX, SOURCE_PADDING, a, &found.bytes) != READ_OK) return (Str){"", 0};
    Str said = settings_load(&found, 1, a, &settings, &ignored) ? settings_text(&settings, STR(""), str_of(key)) : (Str){"", 0};
    said = str_copy(a, said);
    settings_free(&settings);
    return said;
}

bool command_check_list(Arena *a, CheckList *out, Error *err) {
    int here = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    bool ok = check_list_load(here, a, out, err);
    if (here >= 0) close(here);
    return ok;
}

void command_noted(Str path, uint32_t damaged, bool spanish, Buf *out) {
    if (path.len && !damaged) buf_print(out, spanish ? ", y anotado en %.*s" : ", and noted in %.*s", STR_ARGS(path));
}

void command_not_noted(Str path, uint32_t damaged, bool spanish, Buf *out) {
    if (damaged) buf_print(out, spanish ? "infra: %.*s:%u: está dañado desde acá: no se anotó nada, ni se va a escribir encima\n" : "infra: %.*s:%u: is damaged from here on: nothing was noted, and it will not be written over\n", STR_ARGS(path), damaged);
}
