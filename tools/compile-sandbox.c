/* Compiles src/base/refused.def into the filter of the sandbox, a constant table, so that the program links no library for it, asks for no
 * memory and spends no time when it starts.
 *     compile-sandbox OUTPUT */
#include "base/base.h"

#include <errno.h>
#include <linux/filter.h>
#include <seccomp.h>
#include <stdio.h>

static const struct Refused {
    int number; /* negative: not on this architecture */
    const char *name;
} refused[] = {
#define REFUSED(call) {SCMP_SYS(call), #call},
#include "base/refused.def"
#undef REFUSED
};

static int fail(const char *what) {
    fprintf(stderr, "compile-sandbox: %s\n", what);
    return 1;
}

static bool print_filter(FILE *in, FILE *out) {
    struct sock_filter op;
    unsigned count = 0;
    fputs("/* Made by tools/compile-sandbox. */\n#include \"base/sandbox_filter.h\"\n\nconst struct sock_filter sandbox_filter[] = {\n", out);
    for (; fread(&op, sizeof op, 1, in) == 1; count++) fprintf(out, "    {0x%02x, %u, %u, 0x%08x},\n", op.code, op.jt, op.jf, op.k);
    fprintf(out, "};\nconst unsigned short sandbox_filter_count = %u;\n", count);
    return count > 0 && fclose(out) == 0;
}

int main(int argc, char **argv) {
    if (argc != 2) return fail("usage: compile-sandbox OUTPUT");
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter) return fail("no memory");
    for (size_t i = 0; i < ARRAY_COUNT(refused); i++) {
        int added = seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), refused[i].number, 0);
        if (added != 0 && added != -EDOM) return fail(refused[i].name);
    }
    FILE *in = tmpfile(), *out = fopen(argv[1], "w");
    if (!in || !out || seccomp_export_bpf(filter, fileno(in)) != 0) return fail("the filter can't be written");
    seccomp_release(filter);
    rewind(in);
    return print_filter(in, out) ? 0 : fail("the filter can't be written");
}
