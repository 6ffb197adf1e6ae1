/* The end of the line: for our own mistakes, and for want of memory. */
#include "base/base.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

void ensure_failed(const char *file, int line, const char *condition, const char *why) {
    fprintf(stderr, "infra: a fault of ours at %s:%d: %s (%s). Please report it.\n", file, line, why,
            condition);
    abort();
}

void out_of_memory(void) {
    static const char text[] = "infra: out of memory, nothing was verified (no alcanza la memoria, no se verificó nada)\n";
    if (write(STDERR_FILENO, text, sizeof text - 1)) {} /* there is nobody left to tell */
    _exit(3);
}
