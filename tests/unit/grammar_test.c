/* Inputs that once broke an invariant, found by the fuzzers and made small. */
#include "cel/cel.h"
#include "parse/dockerfile.h"
#include "parse/hcl.h"
#include "parse/shell.h"
#include "parse/yaml.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static void sound(const Tree *(*parse)(Text), const char *text) {
    Source source;
    source_init(&source, STR("input"), str_of(text));
    const char *broken = tree_verify(parse(text_of_source(&source)));
    if (broken) fail_msg("%s: %s", broken, text);
    source_free(&source);
}

static void dockerfiles(void **state UNUSED) {
    sound(dockerfile_parse, "FROM a\nCOPY --from=\\\n\t\t b c\n"); /* a flag's value is empty, and the line goes on below */
    sound(dockerfile_parse, "LABEL =\\\n o"); /* so is the value of a label without a name */
}

static void scripts(void **state UNUSED) {
    sound(shell_parse, "`<<o\no` o\n"); /* a heredoc of a substitution, whose body lies behind it */
}

static void terraform(void **state UNUSED) {
    sound(hcl_parse, "\"\\"); /* a string that ends in its escape */
}

static void expressions(void **state UNUSED) {
    Arena a = {0};
    CelProgram program;
    CelFault fault;
    const CelEnv env = {.mode = CEL_CHECK};
    assert_false(cel_compile(STR("size(?[1])"), &env, &a, &program, &fault)); /* only elements of lists and maps are optional */
    arena_free(&a);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(dockerfiles), cmocka_unit_test(scripts), cmocka_unit_test(terraform), cmocka_unit_test(expressions)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
