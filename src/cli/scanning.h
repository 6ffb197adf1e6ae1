/* The options that every command shares which reads a repository, and their way into ScanOptions. */
#ifndef CLI_SCANNING_H
#define CLI_SCANNING_H

#include "cli/command.h"
#include "scan.h"

/* The first options of such a command's table are these: put SCANNING_OPTIONS at its start. */
enum {
#define OPTION(NAME, name, value, allowed, english, spanish) SCANNING_##NAME,
#include "cli/scan_options.def"
#undef OPTION
    SCANNING_COUNT
};

#define SCANNING_OPTION(NAME, name, value, allowed, english, spanish) \
    [SCANNING_##NAME] = {STR_INIT(name), STR_INIT(value), PROSE_INIT(english, spanish), allowed},

Str profile_values(uint32_t index);
Str severity_values(uint32_t index);
Str system_values(uint32_t index);

#define SCANNING_LIST_MAX 128

/* ScanOptions and the storage they borrow. */
typedef struct Scanning {
    ScanOptions options;
    Str select[SCANNING_LIST_MAX], ignore[SCANNING_LIST_MAX], value_files[SCANNING_LIST_MAX], policies[SCANNING_LIST_MAX], with[SCANNING_LIST_MAX];
} Scanning;

/* `first_word`: how many words of the arguments are no paths. */
bool scanning_read(const Arguments *a, uint32_t first_word, Scanning *out, Error *err);

/* For commands that don't show the coverage: says how much was not fully read, and then gives EXIT_UNVERIFIED instead of EXIT_CLEAN. */
int scanning_unread(uint32_t unread, Language language, int status);
/* How many files were recognised and not fully read. */
uint32_t scanning_gaps(const Review *review);

#endif
