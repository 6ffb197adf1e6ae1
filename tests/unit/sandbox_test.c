/* Behind the sandbox nothing can be written, started or connected to. Tried in a child: it can't be left again. */
#include "base/sandbox.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static int try_everything(void) {
    SandboxReport report = sandbox_enter(open(".", O_RDONLY | O_DIRECTORY));
    if (report.seccomp && socket(AF_INET, SOCK_STREAM, 0) >= 0) return 1;
    if (report.seccomp && (execl("/bin/true", "true", (char *)NULL), false)) return 2;
    if (report.landlock && open("/etc/passwd", O_RDONLY) >= 0) return 3;
    if (report.landlock && open("sandbox-was-here", O_CREAT | O_WRONLY, 0600) >= 0) return 4;
    if (open("README.md", O_RDONLY) < 0) return 5;
    return 0;
}

static void nothing_gets_out(void **state UNUSED) {
    pid_t child = fork();
    if (child == 0) _exit(try_everything());
    int status;
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(nothing_gets_out)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
