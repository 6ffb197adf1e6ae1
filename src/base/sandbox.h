/* Gives up what a review never needs, before untrusted bytes are parsed: writing and reading outside the root (Landlock), the
 * network, other programs (seccomp). What the kernel does not have is left out; that is no error. */
#ifndef BASE_SANDBOX_H
#define BASE_SANDBOX_H

#include "base/base.h"

typedef struct SandboxReport {
    int landlock_abi;   /* of the kernel, 0: none */
    bool landlock;      /* in force */
    bool seccomp;       /* in force */
} SandboxReport;

/* From here on, this thread and all it starts may read below the directory `root` (-1: nothing) and write to what is open. */
SandboxReport sandbox_enter(int root);

#endif
