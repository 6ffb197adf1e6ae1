/* Reports of one review in several formats and places. */
#ifndef CLI_OUTPUTS_H
#define CLI_OUTPUTS_H

#include "base/writer.h"
#include "cli/command.h"
#include "report/report.h"

#define OUTPUTS_MAX 32

typedef struct Outputs {
    const Reporter *reporters[OUTPUTS_MAX];
    Str files[OUTPUTS_MAX];
    uint32_t count;
    Writer *writer; /* waits outside of the sandbox; NULL: nothing to write */
    Arena arena;
} Outputs;

Str outputs_formats(uint32_t index);
/* Adds FORMAT=FILE. */
bool outputs_add(Outputs *outputs, Str text, Error *err);
/* Starts the writer, before the sandbox. */
bool outputs_start(Outputs *outputs, Error *err);
/* Writes all of them; each file is whole or as it was. */
bool outputs_write(Outputs *outputs, const Review *review, const Arguments *a, Error *err);
int outputs_print(Str format, const Review *review, const Arguments *a, int status);
void outputs_close(Outputs *outputs);

#endif
