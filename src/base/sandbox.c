/* Landlock by raw system calls (Documentation/userspace-api/landlock.rst; Debian 12's headers stop at ABI 2, so the later bits
 * are defined here), and a seccomp filter that answers EPERM, which was made when the program was built (tools/compile-sandbox.c). A
 * refused call can't be told from a kernel without it by the code that follows, so nothing else has to know. */
#include "base/sandbox.h"

#include "base/sandbox_filter.h"

#include <linux/landlock.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#define ACCESS_FS_V1 ((UINT64_C(1) << 13) - 1) /* execute … make_sym */
#define ACCESS_FS_REFER (UINT64_C(1) << 13)    /* ABI 2 */
#define ACCESS_FS_TRUNCATE (UINT64_C(1) << 14) /* ABI 3 */
#define ACCESS_FS_IOCTL (UINT64_C(1) << 15)    /* ABI 5 */

static uint64_t handled_by(int abi) {
    return ACCESS_FS_V1 | (abi >= 2 ? ACCESS_FS_REFER : 0) | (abi >= 3 ? ACCESS_FS_TRUNCATE : 0) | (abi >= 5 ? ACCESS_FS_IOCTL : 0);
}

static bool enter_landlock(int root, int abi) {
    struct landlock_ruleset_attr attributes = {.handled_access_fs = handled_by(abi)};
    int rules = (int)syscall(SYS_landlock_create_ruleset, &attributes, sizeof attributes, 0);
    if (rules < 0) return false;
    struct landlock_path_beneath_attr below = {.allowed_access = LANDLOCK_ACCESS_FS_READ_FILE | LANDLOCK_ACCESS_FS_READ_DIR, .parent_fd = root};
    bool ok = root < 0 || syscall(SYS_landlock_add_rule, rules, LANDLOCK_RULE_PATH_BENEATH, &below, 0) == 0;
    ok = ok && syscall(SYS_landlock_restrict_self, rules, 0) == 0;
    close(rules);
    return ok;
}

static bool enter_seccomp(void) {
    struct sock_fprog program = {sandbox_filter_count, (struct sock_filter *)(uintptr_t)sandbox_filter};
    return prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program, 0, 0) == 0;
}

SandboxReport sandbox_enter(int root) {
    SandboxReport report = {0};
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return report;
    int abi = (int)syscall(SYS_landlock_create_ruleset, NULL, 0, LANDLOCK_CREATE_RULESET_VERSION);
    report.landlock_abi = abi > 0 ? abi : 0;
    report.landlock = abi > 0 && enter_landlock(root, abi);
    report.seccomp = enter_seccomp();
    return report;
}
