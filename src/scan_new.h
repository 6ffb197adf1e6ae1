/* The spine of `infra new`: a folder → what it is made of → files that it lacks. */
#ifndef SCAN_NEW_H
#define SCAN_NEW_H

#include "base/writer.h"
#include "generate/generate.h"
#include "model/project.h"
#include "settings/settings.h"

#define NEW_EXAMPLE_DATE "2026-09-01" /* examples are looked at on this day, so that they never age */

typedef struct NewOptions {
    Str path;            /* the root */
    Str kind;
    const Str *settings; /* NAME=VALUE */
    uint32_t setting_count;
    int64_t now;
    Language language;
    bool language_chosen; /* stronger than the settings */
    bool no_settings;
    bool write;
    bool sandbox;
} NewOptions;

typedef struct NewWork {
    Arena arena;
    Project project;
    Settings settings;
    Language language;   /* the one that is spoken */
    Templates templates;
    Survey survey;
    Detection detection;
    Generation result;
    Str memory;           /* where a task that wrote something is counted; empty: nowhere */
    uint32_t memory_damaged; /* its first line that can't be read; 0: it is whole */
    Writer *writer;      /* with `write`; the caller ends it */
} NewWork;

typedef enum NewOutcome { NEW_WRONG, NEW_NOTHING, NEW_MADE } NewOutcome; /* usage · the repository does not say enough · there are files */

/* Everything lives in `work`, until scan_new_free. */
NewOutcome scan_new_files(NewWork *work, const NewOptions *options, Error *err);
/* How much of what was asked for could not be read; appends a line for each. */
uint32_t scan_new_unread(const NewWork *work, Buf *out);
/* What stands at `path` now; false when there is nothing, or nothing that can be read. `exists`: something stands there. */
bool scan_new_existing(NewWork *work, Str path, Str *bytes, bool *exists);
/* The same over files in memory: examples of stacks. `kind` NULL: only what it is made of. */
bool scan_new_memory(NewWork *work, const StackExample *example, const Kind *kind, Language language, Error *err);
bool scan_new_templates(NewWork *work, Error *err);
void scan_new_free(NewWork *work);

#endif
