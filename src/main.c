/* Finds the command, takes its arguments apart, runs it, returns its exit code. */
#include "cli/arguments.h"

static int show(void (*print)(const Command *, Language, Buf *), const Command *command, Language language) {
    Buf out = {0};
    print(command, language, &out);
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

static void print_all(const Command *command, Language language, Buf *out) {
    (void)command;
    help_all(language, out);
}

/* `infra --lang es review` is `infra review --lang es`. */
static void command_first(int argc, char **argv) {
    if (argc < 4 || strcmp(argv[1], "--lang") != 0) return;
    char *command = argv[3];
    argv[3] = argv[2];
    argv[2] = argv[1];
    argv[1] = command;
}

int main(int argc, char **argv) {
    command_first(argc, argv);
    if (argc == 3 && strcmp(argv[1], "--lang") == 0) return show(print_all, NULL, language_wanted(str_of(argv[2]), NULL));
    Str name = argc > 1 ? str_of(argv[1]) : STR("help");
    if (str_is(name, "--version")) return command_print(STR("infra " VERSION "\n"), EXIT_CLEAN);
    bool help = str_is(name, "help") || str_is(name, "--help") || str_is(name, "-h");
    Error err;
    if (help && argc < 3) return show(print_all, NULL, language_wanted((Str){NULL, 0}, NULL));
    const Command *command = command_named(help ? str_of(argv[2]) : name, &err);
    if (!command) return command_fail(NULL, &err);
    if (help) return show(help_command, command, language_wanted((Str){NULL, 0}, NULL));
    Arguments arguments;
    if (!arguments_read(command, argc, argv, 2, &arguments, &err)) return command_fail(NULL, &err);
    return arguments.help ? show(help_command, command, arguments.language) : command->run(&arguments);
}
