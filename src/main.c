/* Finds the command, takes its arguments apart, runs it, returns its exit code. */
#include "base/io.h"
#include "cli/command.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define VERSION "0.1.0"

const Command *command_at(uint32_t index);

static Language language_of(Str given) {
    const char *names[] = {"INFRA_LANG", "LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; !given.len && i < ARRAY_COUNT(names); i++) {
        const char *value = getenv(names[i]);
        if (value && *value) given = str_of(value);
    }
    return str_starts(given, STR("es")) ? LANGUAGE_ES : LANGUAGE_EN;
}

static int help(Language language) {
    Buf out = {0};
    buf_add(&out, language == LANGUAGE_ES ? STR("infra revisa la infraestructura de un repositorio.\n\n") : STR("infra reviews the infrastructure of a repository.\n\n"));
    for (uint32_t i = 0; command_at(i); i++) buf_print(&out, "  %-28.*s %.*s\n", STR_ARGS(command_at(i)->usage), STR_ARGS(command_at(i)->summary.in[language]));
    buf_add(&out, language == LANGUAGE_ES ? STR("\n`infra COMANDO --help` muestra sus opciones. Para todos: --lang en|es, --color auto|always|never.\n")
                                          : STR("\n`infra COMMAND --help` shows its options. For all: --lang en|es, --color auto|always|never.\n"));
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

static int command_help(const Command *c, Language language) {
    Buf out = {0};
    buf_print(&out, "%.*s\n%.*s\n", STR_ARGS(c->usage), STR_ARGS(c->summary.in[language]));
    for (uint32_t i = 0; i < c->option_count; i++) {
        Buf head = {0};
        buf_print(&head, "--%.*s %.*s", STR_ARGS(c->options[i].name), STR_ARGS(c->options[i].value));
        buf_print(&out, "  %-24.*s %.*s\n", STR_ARGS(buf_str(&head)), STR_ARGS(c->options[i].help.in[language]));
        buf_free(&head);
    }
    int status = command_print(buf_str(&out), EXIT_CLEAN);
    buf_free(&out);
    return status;
}

static int find_option(const Command *c, Str name) {
    for (uint32_t i = 0; i < c->option_count; i++) {
        if (str_eq(c->options[i].name, name)) return (int)i;
    }
    return -1;
}

typedef struct Common {
    Str language, color;
    bool help;
} Common;

static bool unknown_option(const Command *c, Str name, Error *err) {
    Str names[OPTIONS_MAX + 3] = {STR("help"), STR("lang"), STR("color")};
    for (uint32_t i = 0; i < c->option_count; i++) names[i + 3] = c->options[i].name;
    Str near = str_nearest(name, names, c->option_count + 3);
    return error_set(err, "%.*s has no option --%.*s%s%.*s; see infra %.*s --help", STR_ARGS(c->name), STR_ARGS(name), near.len ? "; did you mean --" : "", STR_ARGS(near), STR_ARGS(c->name));
}

static bool take_option(const Command *c, Str text, int argc, char **argv, int *i, Arguments *a, Common *common, Error *err) {
    Str name, value;
    bool inline_value = str_cut(text, '=', &name, &value);
    int index = find_option(c, name);
    bool shared = str_is(name, "lang") || str_is(name, "color");
    if (str_is(name, "help")) common->help = true;
    if (str_is(name, "help")) return true;
    if (index < 0 && !shared) return unknown_option(c, name, err);
    bool takes = shared || c->options[index].value.len;
    if (!takes && inline_value) return error_set(err, "--%.*s takes no value", STR_ARGS(name));
    if (takes && !inline_value) {
        if (*i + 1 >= argc) return error_set(err, "--%.*s needs a value", STR_ARGS(name));
        value = str_of(argv[++*i]);
    }
    if (shared) *(str_is(name, "lang") ? &common->language : &common->color) = value;
    else a->values[index] = takes ? value : STR("yes");
    return true;
}

static bool take_arguments(const Command *c, int argc, char **argv, Arguments *a, Common *common, Error *err) {
    bool only_words = false;
    for (int i = 2; i < argc; i++) {
        Str text = str_of(argv[i]);
        if (!only_words && str_is(text, "--")) only_words = true;
        else if (!only_words && str_is(text, "-h")) common->help = true;
        else if (!only_words && str_starts(text, STR("--"))) {
            if (!take_option(c, str_skip(text, 2), argc, argv, &i, a, common, err)) return false;
        } else if (!only_words && text.len > 1 && text.at[0] == '-') return error_set(err, "unknown option '%.*s'; see infra %.*s --help", STR_ARGS(text), STR_ARGS(c->name));
        else if (a->word_count == ARRAY_COUNT(a->words)) return error_set(err, "too many arguments");
        else a->words[a->word_count++] = text;
    }
    if (common->language.len && !str_is(common->language, "en") && !str_is(common->language, "es")) return error_set(err, "--lang '%.*s' is unknown; allowed are en, es", STR_ARGS(common->language));
    if (common->color.len && !str_is(common->color, "auto") && !str_is(common->color, "always") && !str_is(common->color, "never")) return error_set(err, "--color '%.*s' is unknown; allowed are auto, always, never", STR_ARGS(common->color));
    return true;
}

static int unknown_command(Str name) {
    Str names[32];
    uint32_t count = 0;
    for (; command_at(count); count++) names[count] = command_at(count)->name;
    Str near = str_nearest(name, names, count);
    Error err;
    error_set(&err, "there is no command '%.*s'%s%.*s; see infra --help", STR_ARGS(name), near.len ? "; did you mean " : "", STR_ARGS(near));
    return command_fail(&err);
}

int main(int argc, char **argv) {
    Str name = argc > 1 ? str_of(argv[1]) : STR("help");
    if (str_is(name, "--version")) return command_print(STR("infra " VERSION "\n"), EXIT_CLEAN);
    if (str_is(name, "help") || str_is(name, "--help") || str_is(name, "-h")) return help(language_of((Str){NULL, 0}));
    const Command *command = NULL;
    for (uint32_t i = 0; command_at(i); i++) {
        if (str_eq(command_at(i)->name, name)) command = command_at(i);
    }
    if (!command) return unknown_command(name);
    Arguments arguments = {0};
    Common common = {0};
    Error err;
    if (!take_arguments(command, argc, argv, &arguments, &common, &err)) return command_fail(&err);
    arguments.language = language_of(common.language);
    arguments.color = str_is(common.color, "always") || (!str_is(common.color, "never") && !getenv("NO_COLOR") && isatty(STDOUT_FILENO));
    return common.help ? command_help(command, arguments.language) : command->run(&arguments);
}
