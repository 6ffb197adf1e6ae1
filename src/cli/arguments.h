/* argv → Arguments, by a command's table; and what is printed from the same table. */
#ifndef CLI_ARGUMENTS_H
#define CLI_ARGUMENTS_H

#include "base/buf.h"
#include "cli/command.h"

/* Options that every command has: --help, --lang, --color. */
const Option *common_options(uint32_t *count);

/* Takes argv[first…] apart. On false, `err` names the argument, the nearest one that exists, or the values allowed. */
bool arguments_read(const Command *command, int argc, char **argv, int first, Arguments *out, Error *err);
/* The command of that name; on NULL `err` names the nearest. */
const Command *command_named(Str name, Error *err);
/* --lang as given, else INFRA_LANG, else the locale; `chosen` (may be NULL): by one of the first two. */
Language language_wanted(Str given, bool *chosen);
/* The values allowed, with commas between them. */
void values_list(OptionValues allowed, Buf *out);

void help_all(Language language, Buf *out);
/* A usage line, or the value of an option, with its placeholders in that language: FILE, ARCHIVO. */
void help_usage(Str usage, Language language, Buf *out);
/* Appends what the first word may be; false when there is nothing to choose, or the usage says it. */
bool help_word(const Command *command, Buf *out);
void help_command(const Command *command, Language language, Buf *out);

#endif
