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

static bool is_language(const char *word) { return strcmp(word, "--lang") == 0 || strncmp(word, "--lang=", 7) == 0; }

/* What --lang says, wherever it stands: what goes wrong before the arguments are read is told in that language, too. */
static Str language_given(int argc, char **argv) {
    for (int i = 1; i < argc && strcmp(argv[i], "--") != 0; i++) {
        if (strncmp(argv[i], "--lang=", 7) == 0) return str_of(argv[i] + 7);
        if (strcmp(argv[i], "--lang") == 0 && i + 1 < argc) return str_of(argv[i + 1]);
    }
    return (Str){NULL, 0};
}

/* `infra --lang es review` is `infra review --lang es`. */
static void command_first(int argc, char **argv) {
    int words = argc > 1 && is_language(argv[1]) ? argv[1][6] ? 1 : 2 : 0;
    for (; words && 1 + words < argc; words--) {
        char *word = argv[1];
        memmove(argv + 1, argv + 2, (size_t)(argc - 2) * sizeof *argv);
        argv[argc - 1] = word;
    }
}

/* --lang, else INFRA_LANG, else the settings, else the locale: those that review something ask the settings themselves. */
static void said_at_home(Arguments *a) {
    Arena arena = {0};
    Str language = command_setting("language", &arena);
    for (uint32_t i = 0; language.len && i < LANGUAGE_COUNT; i++) a->language = str_eq(language, language_code(i)) ? (Language)i : a->language;
    arena_free(&arena);
}

int main(int argc, char **argv) {
    Language language = language_wanted(language_given(argc, argv), NULL);
    Arguments early = {.language = language};
    Error err;
    command_first(argc, argv);
    Str name = argc > 1 && !is_language(argv[1]) ? str_of(argv[1]) : STR("help");
    if (str_is(name, "--version")) return command_print(STR("infra " VERSION "\n"), EXIT_CLEAN);
    bool help = str_is(name, "help") || str_is(name, "--help") || str_is(name, "-h");
    if (help && (argc < 3 || is_language(argv[1]) || is_language(argv[2]))) return show(print_all, NULL, language);
    const Command *command = command_named(help ? str_of(argv[2]) : name, &err);
    if (!command) return command_fail(&early, &err);
    if (help) return show(help_command, command, language);
    Arguments arguments;
    if (!arguments_read(command, argc, argv, 2, &arguments, &err)) return command_fail(&early, &err);
    if (command->at_home && !arguments.language_chosen) said_at_home(&arguments);
    return arguments.help ? show(help_command, command, arguments.language) : command->run(&arguments);
}
