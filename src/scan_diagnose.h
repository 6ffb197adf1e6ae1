/* The spine of `infra diagnose`: logs and a repository → causes and their places. */
#ifndef SCAN_DIAGNOSE_H
#define SCAN_DIAGNOSE_H

#include "diagnose/diagnose.h"
#include "model/project.h"

typedef struct DiagnoseOptions {
    const Str *logs;    /* files of the user's choice; "-": standard input */
    uint32_t log_count;
    Str root;           /* of the repository */
    bool sandbox;
} DiagnoseOptions;

typedef struct DiagnoseWork {
    Arena arena;
    Project project;
    Diagnoser diagnoser;
    uint32_t unread;    /* files of the repository that a cause wanted, and that could not be read or were too many */
} DiagnoseWork;

/* Everything lives in `work` until scan_diagnose_free. False: usage, or a log that can't be read. */
bool scan_diagnose(DiagnoseWork *work, const DiagnoseOptions *options, Error *err);
void scan_diagnose_free(DiagnoseWork *work);

#endif
