/* The end of the line for our own mistakes. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>

void ensure_failed(const char *file, int line, const char *condition, const char *why) {
    fprintf(stderr, "infra: a fault of ours at %s:%d: %s (%s). Please report it.\n", file, line, why,
            condition);
    abort();
}
